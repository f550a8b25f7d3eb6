"""Which members of a readable structure are ciphertext, and is anything beside them left to read?"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from hartools.payloads.clarity.armour import envelope_of_text, envelopes_within
from hartools.payloads.clarity.boxes import HOLDS_CIPHERTEXT, TECHNICAL, box_of, could_be_ciphertext, octets_of
from hartools.payloads.clarity.verdicts import CANNOT_TELL, CIPHERTEXT, Clarity, Part, cannot_tell, ciphertext, readable
from hartools.payloads.clarity.written import bytes_disguised, bytes_written, text_of, unbase64
from hartools.payloads.decode.budget import Budget, OverBudget
from hartools.payloads.decode.members import short
from hartools.payloads.decode.written import as_json

__all__ = ["ANTI_BOT", "Judge", "parts_of_text", "structure"]

Judge = Callable[[str | bytes, str | None, Budget, int], Clarity]
MOST_PARTS, MOST_MEMBERS, MOST_NESTING = 200, 200_000, 64
# Shorter tokens are ids and numbers; from here on they are told apart from what can be read.
OPAQUE_FROM = 40
# The name of a member in which an anti-bot script sends what it measured: obfuscated, and read by its vendor.
ANTI_BOT = frozenset(("sensor_data", "jsdata", "interrogation", "solution", "motiondata", "bg_payload", "kpsdk", "px_payload", "_px", "akamai_bm", "g-recaptcha-response", "h-captcha-response", "cf-turnstile-response", "frc-captcha-solution"))
# reCAPTCHA hands its own tokens around under other names too (reload and userverify, 2022 and 2023).
_ANTI_BOT_VALUE = re.compile(r"03A[A-Za-z0-9][A-Za-z0-9_-]{200,}\Z")
# Signatures, hashes and keys look random and hide nothing.
SIGNED = frozenset(("signature", "sig", "hash", "digest", "mac", "hmac", "checksum", "integrity", "publickey", "public_key", "cert", "certificate", "x5c", "modulus", "n", "etag", "csrf", "csrf_token", "thumbprint", "sri", "nonce"))
_LONG_TOKEN = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{344,}={0,2}(?![A-Za-z0-9+/_-])")


@dataclass
class _Seen:
    parts: list[Part] = field(default_factory=list)
    sealed: int = 0
    opaque: int = 0
    anti_bot: int = 0
    clear: int = 0
    members: int = 0


def structure(held: object, kind: str, judge: Judge, budget: Budget, depth: int) -> Clarity:
    """Judge a parsed structure by its members.

    Parameters
    ----------
    held : dict, list, or list of (name, value)
    kind : str
        json, form, multipart and so on.
    judge : callable
        What judges the bytes or the text of one member.
    budget : Budget
    depth : int
        Layers undone so far.

    Examples
    --------
    >>> structure({"name": "Zoë"}, "json", lambda *_: None, Budget(), 0).verdict
    'readable'
    """
    whole = box_of(held) if isinstance(held, dict) else None
    if whole is not None:
        return whole
    seen = _Seen()
    try:
        for path, name, value in _leaves(held, seen):
            _look(seen, path, name, value, judge, budget, depth)
            if len(seen.parts) >= MOST_PARTS or seen.members >= MOST_MEMBERS:
                break
    except OverBudget:
        pass
    return _said(kind, seen)


def _said(kind: str, seen: _Seen) -> Clarity:
    named = next((part for part in seen.parts if part.envelope), None)
    more = {"parts": tuple(seen.parts), "envelope": named.envelope if named else None, "recipients": tuple(dict.fromkeys(name for part in seen.parts for name in part.recipients))}
    if not seen.clear and seen.sealed:
        return ciphertext(kind, f"The structure ({kind}) is readable and holds nothing else than ciphertext: {seen.parts[0].why}", **more)
    if not seen.clear and seen.anti_bot:
        return cannot_tell("anti-bot telemetry", "What an anti-bot script measured, obfuscated: its vendor can read it.", **more)
    if not seen.clear and seen.opaque:
        return cannot_tell(kind, f"The structure ({kind}) is readable; its content is in tokens too short, or in a form not known here.", **more)
    if seen.sealed:
        return readable(kind, f"Readable ({kind}), with {seen.sealed:,} of its {seen.members:,} members ciphertext-like.", **more)
    return readable(kind, f"Readable as it stands: {kind}.", **more)


def _leaves(held: object, seen: _Seen) -> Iterator[tuple[str, str, object]]:
    """Yield path, name and value of each member; an object that is an envelope as a whole."""
    waiting: list[tuple[str, str, object, int]] = [("$", "", held, 0)]
    while waiting:
        path, name, value, nesting = waiting.pop()
        seen.members += 1
        if isinstance(value, dict) and nesting < MOST_NESTING:
            found = box_of(value) if nesting else None
            if found is not None:
                yield path, name, found
                continue
            waiting += [(f"{path}.{short(key)}", str(key), inner, nesting + 1) for key, inner in reversed(value.items())]
        elif isinstance(value, list) and nesting < MOST_NESTING:
            if len(value) >= 16 and octets_of(value):
                yield path, name, octets_of(value)
            elif value and all(isinstance(item, tuple) and len(item) == 2 for item in value):
                waiting += [(f"{path}.{short(key)}", str(key), inner, nesting + 1) for key, inner in reversed(value)]
            else:
                waiting += [(f"{path}[{place}]", name, inner, nesting + 1) for place, inner in reversed(list(enumerate(value)))]
        else:
            yield path, name, value


def _look(seen: _Seen, path: str, name: str, value: object, judge: Judge, budget: Budget, depth: int) -> None:
    """Note one member: clear, ciphertext, or opaque."""
    small = name.lower()
    if isinstance(value, bytes) and text_of(value) is not None:
        value = text_of(value)
    elif isinstance(value, str) and len(value) >= 16 and (held := bytes_disguised(value)) is not None:
        value = held
    technical = small in TECHNICAL or small in SIGNED
    if isinstance(value, Clarity):
        _note(seen, path, value, 0)
    elif isinstance(value, bool) or value is None or value == "" or value == b"":
        pass
    elif isinstance(value, (int, float)):
        seen.clear += not technical
    elif _is_anti_bot(small, value):
        seen.anti_bot += 1
        seen.parts.append(Part(path, CANNOT_TELL, "anti-bot telemetry", None, (), len(value), "So an anti-bot script sends what it measured: obfuscated, and its vendor can read it."))
    elif small in SIGNED:
        pass
    elif isinstance(value, bytes):
        _note(seen, path, judge(value, None, budget, depth + 1), len(value), technical)
    else:
        _look_at_text(seen, path, small, str(value), judge, budget, depth, technical)


def _is_anti_bot(name: str, value: object) -> bool:
    if not isinstance(value, str) or len(value) < 16:
        return False
    if _ANTI_BOT_VALUE.match(value):
        return True
    return name in ANTI_BOT and not (value[:1] in ("{", "[") and isinstance(as_json(value), (dict, list)))


def _look_at_text(seen: _Seen, path: str, name: str, text: str, judge: Judge, budget: Budget, depth: int, technical: bool) -> None:
    if len(text) < 16:
        seen.clear += not technical
        return
    budget.spend(len(text))
    found = envelope_of_text(text)
    if found is not None:
        _note(seen, path, found, len(text), technical)
        return
    written = bytes_written(text) if len(text) >= OPAQUE_FROM or name in HOLDS_CIPHERTEXT else None
    if written is None:
        inner = list(envelopes_within(text))
        seen.parts += [part._replace(path=f"{path}, {part.path}") for part in inner]
        seen.sealed += sum(part.verdict == CIPHERTEXT for part in inner)
        seen.clear += not technical
        return
    if name in HOLDS_CIPHERTEXT and len(written[1]) >= 16 and could_be_ciphertext(written[1]):
        _note(seen, path, ciphertext("bytes", "The member's name says that it holds ciphertext, and its bytes show no structure."), len(text), technical)
    else:
        _note(seen, path, judge(text, None, budget, depth + 1), len(text), technical)


def _note(seen: _Seen, path: str, found: Clarity, length: int, technical: bool = False) -> None:
    if found.verdict == CIPHERTEXT or found.envelope:
        seen.sealed += found.verdict == CIPHERTEXT
        seen.clear += found.verdict not in (CIPHERTEXT, CANNOT_TELL)
        seen.parts.append(Part(path, found.verdict, found.kind, found.envelope, found.recipients, length or found.length, found.why))
    elif found.verdict == CANNOT_TELL:
        seen.opaque += not technical
        if length >= 344:
            seen.parts.append(Part(path, found.verdict, found.kind, None, (), length, found.why))
    else:
        seen.clear += not technical


def parts_of_text(text: str, judge: Judge, budget: Budget, depth: int) -> tuple[Part, ...]:
    """Return the envelopes, and the long tokens that are ciphertext-like, of a page, a script or another text.

    Examples
    --------
    >>> parts_of_text("<p>vault:v1:" + "A" * 40 + "</p>", lambda *_: None, Budget(), 0)[0].envelope
    'Vault transit'
    """
    found = list(envelopes_within(text))
    try:
        for token in _tokens(text):
            held = unbase64(token[0])
            said = judge(held, None, budget, depth + 1) if held else None
            if said is not None and said.verdict == CIPHERTEXT and not said.envelope:
                found.append(Part(f"character {token.start()}", said.verdict, said.kind, None, (), len(token[0]), said.why))
    except OverBudget:
        pass
    return tuple(found[:MOST_PARTS])


def _tokens(text: str) -> Iterable[re.Match]:
    for number, token in enumerate(_LONG_TOKEN.finditer(text)):
        if number >= 20:
            return
        yield token
