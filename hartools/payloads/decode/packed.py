"""What do packed or binary bytes hold: a compressed stream, parts, MessagePack, a protobuf message?

A format with a magic number is entered where that number stands and the first block unpacks;
a cut stream gives what it holds. A format without one (raw deflate, brotli, MessagePack,
protobuf) is entered only where every byte belongs to it and what comes out is text, or bytes
that are themselves entered by these rules.
"""

import re
import zlib
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP

import msgspec
import pyarrow as pa

from hartools.payloads.decode.budget import Budget, OverBudget
from hartools.reading.fitting import clean

__all__ = ["as_text", "is_packed", "parts_of", "unpack"]

ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
MAGIC = ((b"\x1f\x8b\x08", "gzip", 31), *((head, "zlib", 15) for head in ZLIB_HEADS))
ZSTD = b"\x28\xb5\x2f\xfd"
_MARKS = (*(magic for magic, _, _ in MAGIC), ZSTD)
# no magic number: fewer bytes than this fit too many things
SHORTEST, SHORTEST_TEXT = 8, 4
# so often may one format without a magic number wrap the next
MOST_BLIND = 3
HIGHEST_FIELD = 4096
# what looking at one field costs, in bytes unpacked in the same time
STEP = 32
_BOUNDARY = re.compile(rb"\A\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")
_CONTROLS = bytes(value for value in range(32) if value not in (9, 10, 13))


def as_text(data: bytes) -> str | None:
    """Return bytes as text where they are UTF-8 without control characters.

    Examples
    --------
    >>> as_text("été".encode()), as_text(b"\\x00\\x01")
    ('été', None)
    """
    if data.translate(None, _CONTROLS) != data:
        return None
    try:
        return data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError:
        return None


def is_packed(data: bytes, budget: Budget, *, blind: int = MOST_BLIND) -> bool:
    """Say whether bytes are text or something that `unpack` enters.

    Examples
    --------
    >>> is_packed(b"dentiste", Budget()), is_packed(b"\\xff\\xfe\\x00", Budget())
    (True, False)
    """
    return as_text(data) is not None or unpack(data, budget, blind=blind) is not None


def unpack(data: bytes, budget: Budget, *, blind: int = MOST_BLIND) -> tuple[str, object] | None:
    """Return how bytes are packed and what they hold, or None.

    Parameters
    ----------
    data : bytes
    budget : Budget
    blind : int
        How many layers without a magic number may still follow one another.

    Returns
    -------
    tuple of (str, bytes or list or dict) or None
        Kind and content; a protobuf message is a list of (field numbers, value).

    Examples
    --------
    >>> unpack(zlib.compress(b"dentiste"), Budget())
    ('zlib', b'dentiste')
    """
    budget.spend(len(data))
    for magic, kind, window in MAGIC:
        if data.startswith(magic):
            held = _inflated(data, window, budget)
            if held:
                return kind, held
    if data.startswith(ZSTD):
        held = _streamed(data, "zstd", budget)
        if held:
            return "zstd", held
    parts = parts_of(data) if data[:2] == b"--" else None
    if parts:
        return "multipart", parts
    if len(data) < SHORTEST or not blind or as_text(data) is not None:
        return None
    for kind, attempt in _BLIND:
        held = attempt(data, budget, blind - 1)
        if held is not None:
            return kind, held
    return None


def parts_of(data: bytes) -> list[tuple[str, bytes]] | None:
    """Read name and content of each part of a multipart body, or return None where it has no boundary.

    Examples
    --------
    >>> parts_of(b'--b\\r\\nContent-Disposition: form-data; name="q"\\r\\n\\r\\nlyon\\r\\n--b--\\r\\n')
    [('q', b'lyon')]
    """
    boundary = _BOUNDARY.match(data)
    if boundary is None or b"--" + boundary[1] + b"--" not in data or b"name=" not in data:
        return None
    head = b'Content-Type: multipart/form-data; boundary="' + boundary[1].replace(b'"', b"") + b'"\r\n\r\n'
    found = []
    for part in message_from_bytes(head + data, policy=HTTP).walk():
        name = part.get_param("name", header="content-disposition") if part.get_content_maintype() != "multipart" else None
        if name is not None:
            found.append((clean(str(name)), part.get_payload(decode=True) or b""))
    return found or None


def _inflated(data: bytes, window: int, budget: Budget) -> bytes:
    """Return what a zlib stream holds up to its end, or up to where it was cut."""
    pieces: list[bytes] = []
    while data:
        budget.spend(len(data))
        stream = zlib.decompressobj(window)
        try:
            pieces.append(stream.decompress(data, budget.left + 1))
        except zlib.error:
            break
        budget.spend(len(pieces[-1]))
        if sum(map(len, pieces)) > budget.most_bytes - budget.given:
            raise OverBudget(f"more than {budget.most_bytes} bytes")
        # a gzip file may have members
        data = stream.unused_data if window == 31 and stream.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(pieces)


def _streamed(data: bytes, codec: str, budget: Budget) -> bytes:
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
            held = stream.read(budget.left + 1)
    except (OSError, pa.ArrowException):
        return b""
    budget.spend(len(held))
    return held


def _deflated(data: bytes, budget: Budget, blind: int) -> bytes | None:
    stream = zlib.decompressobj(-15)
    try:
        held = stream.decompress(data, budget.left + 1)
    except zlib.error:
        return None
    budget.spend(len(held))
    return held if stream.eof and not stream.unused_data and _is_worth_it(held, budget, blind) else None


def _brotli(data: bytes, budget: Budget, blind: int) -> bytes | None:
    held = _streamed(data, "brotli", budget)
    return held if held and _is_worth_it(held, budget, blind) else None


def _is_worth_it(held: bytes, budget: Budget, blind: int) -> bool:
    return len(held) >= SHORTEST and is_packed(held, budget, blind=blind)


def _message_pack(data: bytes, budget: Budget, blind: int) -> object:
    # a map or a list that fills the bytes and holds a text
    if not (0x80 <= data[0] <= 0x9F or 0xDC <= data[0] <= 0xDF):
        return None
    try:
        held = msgspec.msgpack.decode(data, strict=False)
    except (msgspec.DecodeError, RecursionError, ValueError, OverflowError, MemoryError, TypeError):
        return None
    return held if _holds_text(held, budget, blind) else None


def _holds_text(held: object, budget: Budget, blind: int) -> bool:
    waiting = [held]
    while waiting:
        value = waiting.pop()
        budget.spend(STEP)
        if isinstance(value, dict):
            waiting += [*value.values(), *(key for key in value if isinstance(key, str))]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and len(value) >= SHORTEST_TEXT and as_text(value.encode("utf-8", "replace")) is not None:
            return True
        elif isinstance(value, bytes) and len(value) >= SHORTEST and is_packed(value, budget, blind=blind):
            return True
    return False


def _protobuf(data: bytes, budget: Budget, blind: int) -> list[tuple[str, object]] | None:
    found = _fields(data, "", budget, blind)
    return found if found and any(isinstance(value, (str, bytes)) for _, value in found) else None


def _fields(data: bytes, above: str, budget: Budget, blind: int) -> list[tuple[str, object]] | None:
    """Read a message on the wire; None where a byte does not belong to it. Only texts and packed bytes are kept."""
    found: list[tuple[str, object]] = []
    at = 0
    while at < len(data):
        budget.spend(STEP)
        key, at = _varint(data, at)
        field, wire = (key >> 3, key & 7) if key is not None else (0, -1)
        if not 0 < field <= HIGHEST_FIELD or wire not in (0, 1, 2, 5):
            return None
        if wire == 2:
            size, at = _varint(data, at)
            if size is None or at + size > len(data):
                return None
            found += _member(data[at : at + size], f"{above}{field}", budget, blind)
            at += size
        elif wire == 0:
            value, at = _varint(data, at)
            if value is None:
                return None
        else:
            at += 8 if wire == 1 else 4
    return found if at == len(data) else None


def _member(value: bytes, path: str, budget: Budget, blind: int) -> list[tuple[str, object]]:
    budget.spend(len(value))
    text = as_text(value)
    if text is not None:
        return [(path, text)] if len(text) >= SHORTEST_TEXT else []
    marked = value.startswith(_MARKS) and unpack(value, budget, blind=blind)
    inner = _fields(value, f"{path}.", budget, blind) if not marked and path.count(".") < 16 else None
    if inner:
        return inner
    return [(path, value)] if len(value) >= SHORTEST and unpack(value, budget, blind=blind) else []


def _varint(data: bytes, at: int) -> tuple[int | None, int]:
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    return None, at


_BLIND: tuple[tuple[str, Callable], ...] = (("messagepack", _message_pack), ("protobuf", _protobuf), ("deflate", _deflated), ("brotli", _brotli))
