"""Are these bytes an envelope of encryption by the way they begin?

OpenPGP and CMS have modules of their own. A format without a sign of its own (libsodium's boxes,
most of Tanker's versions, Tink) is a hint beside bytes that look random, and never more.
"""

import re
from collections.abc import Callable

from hartools.payloads.clarity.cms import cms_of
from hartools.payloads.clarity.openpgp import openpgp_of
from hartools.payloads.clarity.verdicts import Clarity, ciphertext, readable

__all__ = ["TANKER", "envelope_of_bytes", "hints_of"]

# Version byte: overhead in bytes over the clear text, and whether a chunk size follows. @tanker/crypto 4.3.0,
# EncryptionFormats, read; of 9 to 11 TankerHQ/sdk-native, EncryptorV11.hpp, read: version, session 16, seed 16, chunk size 4.
TANKER = {1: (41, False), 2: (41, False), 3: (17, False), 4: (61, True), 5: (57, False), 6: (18, False), 7: (58, False), 8: (62, True), 9: (49, False), 10: (50, False), 11: (57, True)}
# Algorithm suites of the AWS Encryption SDK: docs.aws.amazon.com/encryption-sdk, message format reference, read; the numbers from general knowledge.
_AWS_SUITES = {1: (0x0014, 0x0046, 0x0078, 0x0114, 0x0146, 0x0178, 0x0214, 0x0346, 0x0378), 2: (0x0478, 0x0578)}
_AGE = b"age-encryption.org/v1\n"
_STANZA = re.compile(rb"^-> (\S{1,100})(?: (\S{1,400}))?", re.M)


def envelope_of_bytes(data: bytes) -> Clarity | None:
    """Return what bytes are an envelope of, or None.

    Examples
    --------
    >>> envelope_of_bytes(b"Salted__" + bytes(24)).envelope
    'OpenSSL enc'
    """
    return next((found for look in _LOOKS if (found := look(data)) is not None), None)


def hints_of(data: bytes) -> tuple[str, ...]:
    """Name the formats without a sign that bytes of this beginning and length are compatible with.

    Examples
    --------
    >>> hints_of(b"\\x03" + bytes(99))
    ('Tanker version 3', 'AES-GCM, ChaCha20-Poly1305 or a libsodium box: no sign of their own')
    """
    found = []
    if data and data[0] in TANKER and len(data) >= TANKER[data[0]][0]:
        found.append(f"Tanker version {data[0]}")
    if data[:1] == b"\1" and len(data) >= 5 + 12 + 16:
        found.append("Tink")
    if len(data) % 16 == 0:
        found.append("a block cipher such as AES-CBC: the length is a multiple of 16")
    found.append("AES-GCM, ChaCha20-Poly1305 or a libsodium box: no sign of their own")
    return tuple(found)


def age_recipients(data: bytes) -> tuple[str, ...]:
    """Read the kinds of recipient from the head of an age file; X25519 does not say who."""
    head = data[:65536].partition(b"\n---")[0]
    found = [(kind.decode("ascii", "replace"), (argument or b"").decode("ascii", "replace")) for kind, argument in _STANZA.findall(head)]
    return tuple(dict.fromkeys("a password" if kind == "scrypt" else f"{kind} key {argument}" if kind.startswith("ssh-") else f"{kind} key, not named" for kind, argument in found if not kind.endswith("-grease")))


def _age(data: bytes) -> Clarity | None:
    if not data.startswith(_AGE):
        return None
    recipients = age_recipients(data)
    return ciphertext("age", f"An age file, encrypted for {', '.join(recipients) or 'nobody that it names'}.", envelope="age", recipients=recipients)


def _salted(data: bytes) -> Clarity | None:
    if not data.startswith(b"Salted__") or len(data) < 32 or len(data) % 8:
        return None
    return ciphertext("openssl", "Salted__ and a salt: encrypted by a passphrase, as OpenSSL and CryptoJS do; the passphrase is often in the page's own script.", envelope="OpenSSL enc")


def _aws(data: bytes) -> Clarity | None:
    version = data[0] if data else 0
    if version not in _AWS_SUITES or (version == 1 and data[1:2] != b"\x80"):
        return None
    at = 2 if version == 1 else 1
    suite, at = int.from_bytes(data[at : at + 2], "big"), at + 2 + (16 if version == 1 else 32)
    if suite not in _AWS_SUITES[version] or len(data) < at + 8:
        return None
    at += 2 + int.from_bytes(data[at : at + 2], "big")
    count, at, keys = int.from_bytes(data[at : at + 2], "big"), at + 2, []
    for _ in range(min(count, 20)):
        fields = []
        for _ in range(3):
            size = int.from_bytes(data[at : at + 2], "big")
            fields.append(data[at + 2 : at + 2 + size])
            at += 2 + size
        keys.append(fields[1].decode("utf-8", "replace")[:200])
    if not count or at > len(data):
        return None
    return ciphertext("aws encryption sdk", f"A message of the AWS Encryption SDK for {', '.join(keys)}.", envelope="AWS Encryption SDK", recipients=tuple(dict.fromkeys(filter(None, keys))))


def _kms(data: bytes) -> Clarity | None:
    if not (data[:2] == b"\1\2" and data[2:3] in (b"\1", b"\2", b"\3") and data[3:5] == b"\0\x78" and len(data) > 60):
        return None
    return ciphertext("aws kms", "A ciphertext of AWS KMS: the key stays with Amazon, and whoever may use it there can decrypt.", envelope="AWS KMS")


def _data_protection(data: bytes) -> Clarity | None:
    if not data.startswith(b"\x09\xf0\xc9\xf0") or len(data) < 52:
        return None
    key = data[4:20].hex()
    return ciphertext("asp.net data protection", "A payload of ASP.NET Core Data Protection: the server that made it holds the key.", envelope="ASP.NET Core Data Protection", recipients=(f"key {key}",))


def _web_push(data: bytes) -> Clarity | None:
    # RFC 8188: salt of 16, record size of 4, and the sender's public key, an uncompressed point
    if len(data) < 104 or data[20] != 65 or data[21] != 4 or not 18 <= int.from_bytes(data[16:20], "big") <= 1 << 20:
        return None
    return ciphertext("aes128gcm", "Content in the coding aes128gcm (RFC 8188) with the sender's public key, as Web Push sends it.", envelope="aes128gcm (RFC 8188)")


def _fernet(data: bytes) -> Clarity | None:
    # version, time in seconds, IV, whole blocks, HMAC
    if data[:5] != b"\x80\0\0\0\0" or len(data) < 73 or (len(data) - 57) % 16 or data[5] < 0x3B:
        return None
    return ciphertext("fernet", "A Fernet token: one shared key encrypts and decrypts.", envelope="Fernet")


def _tanker(data: bytes) -> Clarity | None:
    # only versions that state a chunk size have more than one low byte to be known by
    place = {4: 1, 8: 1, 11: 33}.get(data[0] if data else 0)
    if place is None or len(data) < TANKER[data[0]][0] or int.from_bytes(data[place : place + 4], "little") != 1 << 20:
        return None
    return ciphertext("tanker", f"Tanker's format version {data[0]}: the version, and its chunk size of one mebibyte.", envelope=f"Tanker version {data[0]}", recipients=(f"resource {data[place + 4 : place + 20].hex()}",) if data[0] != 11 else ())


def _mls(data: bytes) -> Clarity | None:
    # RFC 9420: version mls10, wire format, group id, epoch, content type
    if data[:2] != b"\0\1" or data[2:4] not in (b"\0\2", b"\0\3") or len(data) < 40:
        return None
    if data[2:4] == b"\0\3":
        return ciphertext("mls", "An MLS welcome: the secrets of a group, encrypted for those who join.", envelope="MLS") if data[4:6] in (b"\0\1", b"\0\2", b"\0\3", b"\0\5") else None
    size = data[4]
    at = 5 + size
    if size > 63 or data[at : at + 4] != bytes(4) or data[at + 8 : at + 9] not in (b"\1", b"\2", b"\3"):
        return None
    return ciphertext("mls", "An MLS private message: members of the group can read it.", envelope="MLS", recipients=(f"group {data[5:at].hex()}",))


def _signal(data: bytes) -> Clarity | None:
    # a version byte 3.3 or 3.4, then a protobuf that begins with a ratchet key, or with a registration id and one
    if data[:1] in (b"\x33", b"\x34", b"\x44") and (data[1:4] == b"\x0a\x21\x05" or (data[1:2] == b"\x08" and b"\x12\x21\x05" in data[2:16])):
        return ciphertext("signal", "A message of the Signal protocol: the devices of sender and recipient hold the keys.", envelope="Signal protocol")
    return None


def _ssh(data: bytes) -> Clarity | None:
    if data[:15] != b"openssh-key-v1\0":
        return None
    if data[19:23] == b"none":
        return readable("key", "A private key of OpenSSH without a passphrase.")
    return ciphertext("key", "A private key of OpenSSH, encrypted by a passphrase.", envelope="OpenSSH key")


_LOOKS: tuple[Callable[[bytes], Clarity | None], ...] = (_age, _salted, openpgp_of, cms_of, _aws, _kms, _data_protection, _web_push, _fernet, _tanker, _mls, _signal, _ssh)
