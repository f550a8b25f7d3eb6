"""Are these bytes a message of protobuf, MessagePack, CBOR or gRPC, and what stands in it?

None of them has a sign of its own. A message is believed where it fills the bytes exactly, and
where what speaks for it (text, small field numbers, lengths that fit, the run of varints) is worth
`ENOUGH` bits against random bytes.
"""

from collections import Counter
from dataclasses import dataclass, field
from math import log2

import msgspec

from hartools.payloads.decode.budget import Budget
from hartools.payloads.decode.packed import as_text

__all__ = ["ENOUGH", "Message", "grpc_frames", "read_message", "read_packed"]

ENOUGH = 48.0
# what a byte of text says against a random one, of which four in ten are text; rounded down
PER_LETTER = 1.3
HIGHEST_FIELD, DEEPEST, STEP, SHORTEST = 4096, 16, 32, 16


@dataclass
class Message:
    """Hold what a message of protobuf shows.

    Attributes
    ----------
    evidence : float
        Bits that speak for it.
    clear : int
        Bytes that are text, numbers or structure.
    opaque : list of (str, bytes)
        Field numbers and content of members that are none of these.
    """

    evidence: float = 0.0
    clear: int = 0
    opaque: list[tuple[str, bytes]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)


def read_message(data: bytes, budget: Budget) -> Message | None:
    """Read bytes as one message of protobuf, or return None where they are none.

    Examples
    --------
    >>> message = read_message(b"\\x0a\\x28" + b"https://www.doctor.example/?q=oncologue&" + b"\\x10\\x05", Budget())
    >>> message.evidence > ENOUGH, message.opaque
    (True, [])
    """
    return _message(data, "", budget, 0) if len(data) >= 2 else None


def _message(data: bytes, above: str, budget: Budget, depth: int) -> Message | None:
    found, at = Message(), 0
    while at < len(data):
        budget.spend(STEP)
        start = at
        key, at = _varint(data, at)
        number, wire = (key >> 3, key & 7) if key is not None else (0, -1)
        if not 0 < number <= HIGHEST_FIELD or wire not in (0, 1, 2, 5):
            return None
        found.evidence += 2.0 if number < 16 else 1.0
        if wire == 2:
            size, at = _varint(data, at)
            if size is None or at + size > len(data):
                return None
            found.evidence += max(0.0, log2(256 / (len(data) - at + 1)))
            _member(found, data[at : at + size], f"{above}{number}", budget, depth)
            at += size
        elif wire == 0:
            value, at = _varint(data, at)
            if value is None:
                return None
            found.evidence += 1.0 if value < 128 else 0.0
        else:
            at += 8 if wire == 1 else 4
        found.clear += at - start - (size if wire == 2 else 0)
    return found if at == len(data) else None


def _member(found: Message, value: bytes, path: str, budget: Budget, depth: int) -> None:
    budget.spend(len(value))
    text = as_text(value)
    if text is not None:
        found.evidence += PER_LETTER * len(value)
        found.clear += len(value)
        found.texts.append((path, text))
        return
    inner = _message(value, f"{path}.", budget, depth + 1) if depth < DEEPEST and len(value) > 1 else None
    if inner is not None and inner.evidence >= min(24.0, 2.0 * len(value)):
        found.evidence += inner.evidence
        found.clear += inner.clear
        found.opaque += inner.opaque
        found.texts += inner.texts
        return
    numbers = _evidence_of_numbers(value)
    if numbers > 16:
        found.evidence += numbers
        found.clear += len(value)
    elif len(value) >= SHORTEST:
        found.opaque.append((path, value))
    else:
        found.clear += len(value)


def _evidence_of_numbers(value: bytes) -> float:
    """Return what speaks for packed varints: how far the bits that say "more follows" are from random, given the one before."""
    if not value or value[-1] >= 0x80:
        return 0.0
    more = [byte >> 7 for byte in value[:65536]]
    pairs = Counter(zip(more, more[1:], strict=False))
    total = sum(pairs.values())
    spread = 0.0
    for first in (0, 1):
        of_first = pairs[first, 0] + pairs[first, 1]
        spread += sum(count * log2(of_first / count) for count in (pairs[first, 0], pairs[first, 1]) if count)
    return total - spread - 8


def _varint(data: bytes, at: int) -> tuple[int | None, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    return None, at


def grpc_frames(data: bytes) -> list[tuple[int, bytes]] | None:
    """Split bytes into the frames of gRPC (flag, length, message), or return None where they are none.

    Examples
    --------
    >>> grpc_frames(b"\\0\\0\\0\\0\\2hi")
    [(0, b'hi')]
    """
    found, at = [], 0
    while at < len(data):
        if at + 5 > len(data) or data[at] not in (0, 1, 0x80, 0x81) or len(found) > 10_000:
            return None
        size = int.from_bytes(data[at + 1 : at + 5], "big")
        if at + 5 + size > len(data):
            return None
        found.append((data[at], data[at + 5 : at + 5 + size]))
        at += 5 + size
    return found or None


def read_packed(data: bytes) -> tuple[str, object] | None:
    """Read bytes as one map or list of MessagePack or CBOR that holds enough text, or return None.

    Examples
    --------
    >>> read_packed(msgspec.msgpack.encode({"query": "oncologue", "city": "Paris", "referrer": "https://www.doctor.example/"}))[0]
    'messagepack'
    """
    if not data or not (0x80 <= data[0] <= 0x9F or 0xDC <= data[0] <= 0xDF or 0xA0 <= data[0] <= 0xBF or data[:3] == b"\xd9\xd9\xf7"):
        return None
    for name, read in (("messagepack", _message_pack), ("cbor", _cbor)):
        held = read(data)
        if isinstance(held, (dict, list)) and _letters(held) * PER_LETTER >= ENOUGH:
            return name, held
    return None


def _message_pack(data: bytes) -> object:
    try:
        return msgspec.msgpack.decode(data, strict=False)
    except (msgspec.MsgspecError, RecursionError, ValueError, OverflowError, MemoryError, TypeError):
        return None


def _letters(held: object) -> int:
    waiting, number = [held], 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and value.isprintable():
            number += len(value)
    return number


def _cbor(data: bytes) -> object:
    try:
        held, at = _cbor_item(data, 3 if data[:3] == b"\xd9\xd9\xf7" else 0, 0)
    except (IndexError, ValueError, UnicodeDecodeError, TypeError, OverflowError):
        return None
    return held if at == len(data) else None


def _cbor_item(data: bytes, at: int, depth: int) -> tuple[object, int]:
    """Read one item (RFC 8949); numbers are not kept, and items of unknown length not read."""
    if depth > 64:
        raise ValueError("too deep")
    kind, size, at = data[at] >> 5, data[at] & 31, at + 1
    if size > 27:
        raise ValueError("unknown length")
    if size > 23:
        wide = 1 << (size - 24)
        size, at = int.from_bytes(data[at : at + wide], "big"), at + wide
    if kind in (2, 3):
        if at + size > len(data):
            raise ValueError("cut")
        return (data[at : at + size] if kind == 2 else data[at : at + size].decode()), at + size
    if kind == 6:
        return _cbor_item(data, at, depth + 1)
    if kind not in (4, 5):
        return None, at
    if size > len(data):
        raise ValueError("more items than bytes")
    items = []
    for _ in range(size * (2 if kind == 5 else 1)):
        item, at = _cbor_item(data, at, depth + 1)
        items.append(item)
    return (items if kind == 4 else dict(zip(map(str, items[::2]), items[1::2], strict=True))), at
