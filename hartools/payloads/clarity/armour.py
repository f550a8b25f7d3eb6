"""Is a text an envelope of encryption, and where in a longer text does one stand?"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hartools.payloads.clarity.boxes import box_of
from hartools.payloads.clarity.openpgp import openpgp_of
from hartools.payloads.clarity.sealed import age_recipients, envelope_of_bytes
from hartools.payloads.clarity.verdicts import Clarity, Part, ciphertext, readable
from hartools.payloads.clarity.written import unbase64
from hartools.payloads.decode.written import as_json

__all__ = ["envelope_of_text", "envelopes_within"]

# envelopes told, places tried, characters of one envelope
MOST_WITHIN, MOST_TRIED, LONGEST = 50, 1000, 1 << 18
_B64, _URL = r"[A-Za-z0-9+/]", r"[A-Za-z0-9_-]"


class Armour(NamedTuple):
    """Describe how one kind of envelope is written.

    Attributes
    ----------
    name : str
    start : str
        The characters by which it is found in a longer text.
    shape : re.Pattern
        All of it.
    read : callable
        From the match to what is said, or None where it is no such envelope after all.
    whole : bool
        Sought as a whole text only.
    """

    name: str
    start: str
    shape: re.Pattern
    read: Callable[[re.Match], Clarity | None]
    whole: bool = False


def envelope_of_text(text: str) -> Clarity | None:
    """Return what a whole text is an envelope of, or None.

    Examples
    --------
    >>> envelope_of_text("vault:v1:" + "A" * 40).envelope
    'Vault transit'
    """
    text = text.strip()
    mail = _MAIL.match(text) if "enveloped-data" in text[:4096] else None
    if mail:
        return envelope_of_bytes(unbase64(text[mail.end() :]))
    for armour in ARMOURS:
        if text.startswith(armour.start):
            found = armour.shape.fullmatch(text)
            said = armour.read(found) if found else None
            if said is not None:
                return said
    return None


def envelopes_within(text: str) -> Iterator[Part]:
    """Yield the envelopes that stand in a longer text, a page or a script for example.

    Examples
    --------
    >>> [part.envelope for part in envelopes_within("token = 'vault:v1:" + "A" * 40 + "';")]
    ['Vault transit']
    """
    at = number = 0
    for _ in range(MOST_TRIED):
        begin = _STARTS.search(text, at)
        if begin is None or number >= MOST_WITHIN:
            return
        at = begin.end()
        for armour in ARMOURS:
            found = armour.shape.match(text, begin.start(), begin.start() + LONGEST) if begin[0] == armour.start and not armour.whole else None
            said = armour.read(found) if found else None
            if said is not None and said.envelope:
                yield Part(f"character {begin.start()}", said.verdict, said.kind, said.envelope, said.recipients, len(found[0]), said.why)
                at, number = found.end(), number + 1
                break


def _pgp(found: re.Match) -> Clarity | None:
    # headers up to an empty line, base64, and a checksum of its own
    body = re.split(r"\r?\n[ \t]*\r?\n", found[2], maxsplit=1)[-1]
    data = unbase64(re.sub(r"^=[A-Za-z0-9+/]{4}\s*$", "", body, flags=re.M))
    if not data:
        return None
    said = openpgp_of(data, armoured=True)
    if found[1] in ("PGP PUBLIC KEY BLOCK", "PGP SIGNATURE"):
        return said or readable("openpgp", "An OpenPGP key or signature.")
    return said or ciphertext("openpgp", "An armoured OpenPGP message whose packets could not be read.", envelope="OpenPGP")


def _pem(found: re.Match) -> Clarity | None:
    kind, data = found[1], unbase64(re.split(r"\r?\n[ \t]*\r?\n", found[2], maxsplit=1)[-1])
    if kind == "AGE ENCRYPTED FILE":
        recipients = age_recipients(data)
        return ciphertext("age", f"An armoured age file, encrypted for {', '.join(recipients) or 'nobody that it names'}.", envelope="age", recipients=recipients) if data else None
    if kind == "ENCRYPTED PRIVATE KEY" or "Proc-Type: 4,ENCRYPTED" in found[2]:
        return ciphertext("key", "A private key encrypted by a passphrase.", envelope="PKCS 8")
    return envelope_of_bytes(data) if data else None


def _jose(found: re.Match) -> Clarity | None:
    head = as_json(unbase64(found[1]).decode("utf-8", "replace"))
    if not isinstance(head, dict) or "enc" not in head or "alg" not in head:
        return None
    return _jwe(head)


def _jwe(head: dict) -> Clarity:
    alg, enc = (str(head[name])[:40] for name in ("alg", "enc"))
    named = tuple(f"kid {str(head['kid'])[:200]}" for _ in (1,) if head.get("kid"))
    note = "; the key is agreed beforehand, and may be shared with the server" if alg == "dir" else ""
    return ciphertext("jwe", f"JWE (RFC 7516), {alg} and {enc}, for {named[0] if named else 'a recipient that it does not name'}{note}.", envelope="JWE", recipients=named)


def _inner(found: re.Match) -> Clarity | None:
    """Read base64 whose bytes are an envelope with a sign of its own."""
    return envelope_of_bytes(unbase64(found[0]))


def _laravel(found: re.Match) -> Clarity | None:
    held = as_json(unbase64(found[0]).decode("utf-8", "replace"))
    return box_of(held) if isinstance(held, dict) else None


def _said(kind: str, name: str, why: str, recipient: str | None = None) -> Callable[[re.Match], Clarity]:
    return lambda found: ciphertext(kind, why, envelope=name, recipients=(recipient.format(found[1]),) if recipient and found[1] else ())


def _armour(name: str, start: str, shape: str, read: Callable[[re.Match], Clarity | None], flags: int = 0) -> Armour:
    return Armour(name, start, re.compile(shape, flags), read)


ARMOURS: tuple[Armour, ...] = (
    _armour("OpenPGP", "-----BEGIN PGP ", r"-----BEGIN (PGP [A-Z ]{3,30})-----([^-]{20,})-----END \1-----", _pgp),
    _armour("age, CMS or PEM", "-----BEGIN ", r"-----BEGIN ((?!PGP)[A-Z0-9 ]{3,40})-----([^-]{20,}(?:-[^-]+)*?)-----END \1-----", _pem),
    _armour("saltpack", "BEGIN ", r"BEGIN (?:[A-Za-z0-9]+ )?SALTPACK ENCRYPTED MESSAGE\.()[A-Za-z0-9\s.]{20,}?END [A-Z ]+\.?", _said("saltpack", "saltpack", "A saltpack message: those whose keys it was made for can read it.")),
    _armour("JWE", "eyJ", rf"(eyJ{_URL}+)\.({_URL}*)\.({_URL}*)\.({_URL}+)\.({_URL}+)", _jose),
    _armour("Laravel", "eyJpdiI6", rf"(eyJpdiI6{_B64}+={{0,2}})", _laravel),
    _armour("OpenSSL enc", "U2FsdGVkX1", rf"(U2FsdGVkX1(?:{_B64}|\s){{32,}}={{0,2}})", _inner),
    _armour("Fernet", "gAAAAA", rf"(gAAAAA{_URL}{{90,}}={{0,2}})", _inner),
    _armour("ASP.NET Core Data Protection", "CfDJ8", rf"(CfDJ8{_URL}{{60,}})", _inner),
    _armour("AWS KMS", "AQI", rf"(AQI[CDE]A[HJ]{_B64}{{70,}}={{0,2}})", _inner),
    _armour("Vault transit", "vault:v", rf"vault:v(\d{{1,6}}):{_B64}{{16,}}={{0,2}}", _said("vault", "Vault transit", "A ciphertext of Vault's transit engine: the key stays with the server that runs it.", "key version {}")),
    _armour("Ansible Vault", "$ANSIBLE_VAULT;", r"\$ANSIBLE_VAULT;1\.\d;AES256(?:;([^\r\n]{1,100}))?\s+[0-9a-f\s]{64,}", _said("ansible vault", "Ansible Vault", "A file of Ansible Vault: encrypted by a password.", "vault id {}")),
    _armour("SOPS", "ENC[AES256_GCM,", rf"ENC\[AES256_GCM,data:({_B64}*)={{0,2}},iv:[^\]]{{10,200}}\]", _said("sops", "SOPS", "A value encrypted by SOPS.")),
    *(_armour("PASETO", f"v{version}.local.", rf"(v{version}\.local)\.{_URL}{{40,}}(?:\.{_URL}+)?", _said("paseto", "PASETO", "A PASETO for local use: one shared key encrypts and decrypts, and servers hold it.")) for version in (1, 2, 3, 4)),
    _armour("Adyen", "adyenjs_", r"adyenjs_()[0-9_]+\$[A-Za-z0-9+/=]{20,}\$[A-Za-z0-9+/=]{10,}", _said("card encryption", "Adyen card encryption", "Card data encrypted for the payment processor Adyen, which can read it.", "Adyen")),
    _armour("Braintree", "$bt", r"\$bt\d\|()[a-z]+_[0-9_]+\$[A-Za-z0-9+/=]{20,}\$[A-Za-z0-9+/=]{10,}(?:\$[A-Za-z0-9+/=]{10,})?", _said("card encryption", "Braintree card encryption", "Card data encrypted for the payment processor Braintree, which can read it.", "Braintree")),
    *(_armour("XML Encryption", start, rf"{start}()(?:\s[^>]{{0,2000}})?>[\s\S]{size}</{start[1:]}>\s*", _said("xml encryption", "XML Encryption", "An element encrypted by XML Encryption."))._replace(whole=whole)
      for start in ("<xenc:EncryptedData", "<EncryptedData") for size, whole in (("{1,20000}?", False), ("+", True))),
)  # fmt: skip
# header lines up to an empty one, as of S/MIME
_MAIL = re.compile(r"(?:[A-Za-z-]{1,60}:[^\r\n]{0,1000}\r?\n(?:[ \t][^\r\n]{0,1000}\r?\n){0,20}){1,30}\r?\n")
# a longer token may hold the same characters by chance
_STARTS = re.compile(r"(?<![A-Za-z0-9+/=_-])(?:" + "|".join(re.escape(start) for start in sorted({armour.start for armour in ARMOURS if armour.start != "BEGIN "}, key=lambda start: (-len(start), start))) + ")")
