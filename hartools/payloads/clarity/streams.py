"""Can these bytes be unpacked, whole or cut, whether their format has a sign of its own or not?

Brotli and raw deflate have none. They are taken for such only where the whole of the bytes
unpacks to more than it was, or where what comes out of a cut stream is text; random bytes do neither.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator

import pyarrow as pa

from hartools.payloads.decode.budget import Budget
from hartools.payloads.decode.packed import as_text

__all__ = ["MAGIC", "blind_streams", "unpacked"]

# What one stream may give; more is not looked at, and is enough to judge by.
MOST = 1 << 22
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b\x08", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\0", "xz"), (b"BZh", "bzip2"), (b"\x04\x22\x4d\x18", "lz4"), (b"\xff\x06\0\0sNaPpY", "snappy frames"),
    (b"\x78\x01", "zlib"), (b"\x78\x5e", "zlib"), (b"\x78\x9c", "zlib"), (b"\x78\xda", "zlib"), (b"]\0\0\x80\0", "lzma"), (b"]\0\0\1\0", "lzma"), (b"]\0\0\x10\0", "lzma"), (b"]\0\0\x40\0", "lzma"),
)  # fmt: skip
# A cut stream without a sign is believed for so much text.
LEAST_TEXT, PIECE = 64, 1 << 14


def unpacked(data: bytes, budget: Budget) -> tuple[str, bytes, bool] | None:
    """Unpack bytes with a sign of their own: format, what came out (perhaps nothing), and whether all of it did; None for bytes without one.

    Examples
    --------
    >>> unpacked(zlib.compress(b"dentiste"), Budget())
    ('zlib', b'dentiste', True)
    """
    for magic, name in MAGIC:
        if data.startswith(magic):
            held, whole = _drained(_UNPACK[name](data), budget)
            return name, held, whole
    return None


def blind_streams(data: bytes, budget: Budget) -> Iterator[tuple[str, bytes, bool]]:
    """Yield how bytes without a sign unpack: whole streams that grow, and cut ones that give text.

    Examples
    --------
    >>> packed = zlib.compress(b"dentiste " * 20)[2:-4]
    >>> list(blind_streams(packed, Budget()))[0][1][:8]
    b'dentiste'
    """
    if len(data) < 8:
        return
    for name, attempt in (("deflate", _zlib(-15)), ("brotli", _arrow("brotli")), ("snappy", _snappy)):
        budget.spend(len(data))
        held, whole = _drained(attempt(data), budget)
        if whole and len(held) >= max(8, len(data) - 16):
            yield name, held, True
        elif len(held) >= LEAST_TEXT <= len(data) and not whole and _is_text(held[: 1 << 16]):
            # cut at its end, or without the end that a flush leaves out
            yield name, held, False


def _is_text(held: bytes) -> bool:
    text = next((text for less in range(4) if (text := as_text(held[: len(held) - less])) is not None), "")
    return len(set(text)) > 8


# an unpacker yields pieces, and last whether the stream came to its end with nothing behind it
Unpacker = Callable[[bytes], Iterator[bytes | bool]]


def _drained(pieces: Iterator[bytes | bool], budget: Budget) -> tuple[bytes, bool]:
    held, size, whole = [], 0, False
    for piece in pieces:
        if isinstance(piece, bool):
            whole = piece
            break
        held.append(piece)
        size += len(piece)
        budget.spend(len(piece))
        if size >= MOST:
            # more than is looked at: as good as whole
            whole = True
            break
    return b"".join(held)[:MOST], whole


def _zlib(window: int) -> Unpacker:
    def unpack(data: bytes) -> Iterator[bytes | bool]:
        stream = zlib.decompressobj(window)
        try:
            yield stream.decompress(data, PIECE)
            while not stream.eof:
                piece = stream.decompress(stream.unconsumed_tail, 1 << 18)
                if not piece and not stream.unconsumed_tail:
                    break
                yield piece
        except zlib.error:
            pass
        # zeros behind a gzip file are padding, and it may have further members
        yield stream.eof and (window > 0 or not stream.unused_data)
    return unpack


def _arrow(codec: str) -> Unpacker:
    def unpack(data: bytes) -> Iterator[bytes | bool]:
        try:
            with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
                while piece := stream.read(PIECE):
                    yield piece
            yield True
        except (OSError, pa.ArrowException):
            yield False
    return unpack


def _library(make: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]) -> Unpacker:
    def unpack(data: bytes) -> Iterator[bytes | bool]:
        stream, given = make(), data
        try:
            while not stream.eof:
                piece = stream.decompress(given, PIECE)
                given = b""
                if not piece and stream.needs_input:
                    break
                yield piece
        except (OSError, EOFError, ValueError, lzma.LZMAError, MemoryError):
            pass
        yield stream.eof
    return unpack


def _snappy(data: bytes) -> Iterator[bytes | bool]:
    size = shift = at = 0
    while at < min(len(data), 5):
        byte, at = data[at], at + 1
        size, shift = size | (byte & 0x7F) << shift, shift + 7
        if byte < 0x80:
            break
    # a block grows by two thirds of its length at most for each byte of it: a size beyond that is none
    if not len(data) // 2 <= size <= min(MOST, 64 * len(data)):
        yield False
        return
    try:
        yield pa.decompress(data, decompressed_size=size, codec="snappy").to_pybytes()
        yield True
    except (OSError, pa.ArrowException):
        yield False


def _snappy_frames(data: bytes) -> Iterator[bytes | bool]:
    at = 0
    while at + 4 <= len(data):
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "little")
        block = data[at + 8 : at + 4 + size]
        if kind == 1:
            yield block
        elif kind == 0:
            yield from (piece for piece in _snappy(block) if isinstance(piece, bytes))
        at += 4 + size
    yield at == len(data)


_UNPACK: dict[str, Unpacker] = {
    "gzip": _zlib(31), "zlib": _zlib(15), "zstd": _arrow("zstd"), "lz4": _arrow("lz4"), "bzip2": _library(bz2.BZ2Decompressor), "xz": _library(lambda: lzma.LZMADecompressor(memlimit=1 << 27)),
    "lzma": _library(lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=1 << 27)), "snappy frames": _snappy_frames,
}  # fmt: skip
