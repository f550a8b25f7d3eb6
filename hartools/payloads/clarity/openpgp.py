"""Is it an OpenPGP message, and which keys can open it?

RFC 4880 and RFC 9580, sections on packet headers and on the packets with tags 1, 3, 9, 18 and 20.
"""

import zlib
from typing import NamedTuple

from hartools.payloads.clarity.verdicts import Clarity, cannot_tell, ciphertext, readable

__all__ = ["openpgp_of"]

MOST_PACKETS = 1000
KEY, PASSWORD = 1, 3
ENCRYPTED = {9: "symmetrically encrypted data", 18: "encrypted and integrity-protected data", 20: "AEAD encrypted data"}
PLAIN = {2: "signature", 4: "one-pass signature", 5: "secret key", 6: "public key", 8: "compressed data", 10: "marker", 11: "literal data", 12: "trust", 13: "user id", 14: "public subkey", 7: "secret subkey", 17: "user attribute", 21: "padding"}
# the first byte of a packet: its version, or how what it holds is written
_VERSIONS = (b"\2", b"\3", b"\4", b"\5", b"\6")
FIRST = {2: _VERSIONS, 4: (b"\3", b"\6"), 5: _VERSIONS, 6: _VERSIONS, 7: _VERSIONS, 8: (b"\0", b"\1", b"\2", b"\3"), 11: (b"b", b"t", b"u", b"l", b"m", b"1"), 14: _VERSIONS}
ALGORITHMS = (1, 2, 16, 18, 19, 21, 22, 25, 26)


class Packet(NamedTuple):
    """Hold one packet: its tag and its body, the latter cut where the message was."""

    tag: int
    body: bytes
    whole: bool


def openpgp_of(data: bytes, *, armoured: bool = False) -> Clarity | None:
    """Read bytes as an OpenPGP message, or return None where they are none.

    Parameters
    ----------
    data : bytes
    armoured : bool
        The armour said so: one packet is then enough.

    Examples
    --------
    >>> message = b"\\x84\\x0c\\x03" + bytes.fromhex("0123456789abcdef") + b"\\x12ab" + b"\\xd2\\x03\\x02\\x07\\x08"
    >>> openpgp_of(message).recipients
    ('key id 0123456789ABCDEF',)
    """
    if not data or not data[0] & 0x80:
        return None
    packets = _packets(data)
    if packets and packets[0].tag == KEY and packets[0].whole and _is_plausible(packets[0]):
        # the keys at its head name it, whatever could be read behind them
        packets = [packet for packet in packets if packet.tag in (KEY, PASSWORD, *ENCRYPTED) and _is_plausible(packet)]
    if not packets or not all(map(_is_plausible, packets)):
        return None
    locked = next((packet for packet in packets if packet.tag in ENCRYPTED), None)
    opened_by = [packet for packet in packets if packet.tag in (KEY, PASSWORD)]
    if locked is not None or (opened_by and packets[0] is opened_by[0]):
        if not opened_by and not armoured and not (locked.tag == 18 and packets[0].whole):
            return None
        recipients = tuple(dict.fromkeys(map(_recipient, opened_by)))
        return ciphertext("openpgp", f"An OpenPGP message, encrypted for {', '.join(recipients) or 'a key that it does not name'}.", envelope="OpenPGP", recipients=recipients)
    if not armoured or packets[0].tag == 8:
        # a signature or a key alone has too little of a sign to be known by without its armour
        return _compressed(packets[0])
    tags = {packet.tag for packet in packets}
    if 5 in tags or 7 in tags:
        return cannot_tell("openpgp", "OpenPGP secret keys; whether a passphrase protects them was not looked at.", envelope="OpenPGP secret key")
    if not tags & {2, 6, 11, 14}:
        return None
    return readable("openpgp", f"OpenPGP packets that are not encrypted: {', '.join(dict.fromkeys(PLAIN[packet.tag] for packet in packets))}.")


def _compressed(packet: Packet) -> Clarity | None:
    """Recognise a message that is compressed, and perhaps signed, by unpacking its beginning."""
    window = {b"\1": -15, b"\2": 15}.get(packet.body[:1])
    if packet.tag != 8 or window is None:
        return None
    try:
        held = zlib.decompressobj(window).decompress(packet.body[1:], 4096)
    except zlib.error:
        return None
    tag = 0 if not held or not held[0] & 0x80 else held[0] & 0x3F if held[0] & 0x40 else held[0] >> 2 & 0x0F
    return readable("openpgp", "An OpenPGP message that is compressed, and not encrypted.") if tag in (2, 4, 8, 11) else None


def _packets(data: bytes) -> list[Packet]:
    found, at = [], 0
    while at < len(data) and len(found) < MOST_PACKETS:
        head = data[at]
        read = None if not head & 0x80 else _new_body(data, at + 1) if head & 0x40 else _old_body(data, at + 1, head & 3)
        if read is None:
            return found[:1] if found and found[0].tag == KEY else []
        body, at, whole = read
        found.append(Packet(head & 0x3F if head & 0x40 else head >> 2 & 0x0F, body, whole))
    return found


def _old_body(data: bytes, at: int, kind: int) -> tuple[bytes, int, bool] | None:
    if kind == 3:
        return data[at:], len(data), True
    wide = 1 << kind
    if at + wide > len(data):
        return None
    size, at = int.from_bytes(data[at : at + wide], "big"), at + wide
    return data[at : at + size], at + size, at + size <= len(data)


def _new_body(data: bytes, at: int) -> tuple[bytes, int, bool] | None:
    pieces: list[bytes] = []
    while at < len(data):
        first = data[at]
        if first < 192:
            size, at, partial = first, at + 1, False
        elif first < 224:
            if at + 1 >= len(data):
                return None
            size, at, partial = ((first - 192) << 8) + data[at + 1] + 192, at + 2, False
        elif first == 255:
            size, at, partial = int.from_bytes(data[at + 1 : at + 5], "big"), at + 5, False
        else:
            size, at, partial = 1 << (first & 0x1F), at + 1, True
        pieces.append(data[at : at + size])
        at += size
        if not partial:
            return b"".join(pieces), at, at <= len(data)
    return (b"".join(pieces), at, False) if pieces else None


def _is_plausible(packet: Packet) -> bool:
    """Tell whether a packet begins as its kind must."""
    body = packet.body
    if packet.tag == KEY:
        return (body[:1] in (b"\2", b"\3") and len(body) > 10 and body[9] in ALGORITHMS) or (body[:1] == b"\6" and len(body) > 10)
    if packet.tag == PASSWORD:
        return body[:1] in (b"\4", b"\5", b"\6") and len(body) >= 4
    if packet.tag in (18, 20):
        return body[:1] in (b"\1", b"\2")
    return packet.tag == 9 or (packet.tag in PLAIN and packet.whole and (packet.tag not in FIRST or body[:1] in FIRST[packet.tag]))


def _recipient(packet: Packet) -> str:
    if packet.tag == PASSWORD:
        return "a password"
    body = packet.body
    if body[0] == 6:
        # a fingerprint, or none: then the recipient is not named
        return f"key {body[3 : 2 + body[1]].hex().upper()}" if body[1] > 1 else "a key that is not named"
    return f"key id {body[1:9].hex().upper()}" if any(body[1:9]) else "a key that is not named"
