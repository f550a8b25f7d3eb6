"""Which files lie in a package or an archive that the reader fetched?"""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from hartools.errors import ReferenceDataError, SizeLimitError

__all__ = ["MAX_BYTES", "Member", "members_of"]

# The largest file that is read, a table of all autonomous systems, has 25 MB.
MAX_BYTES = 1 << 29
MOST_MEMBERS = 100_000

PIECE = 1 << 20

# What Python's own readers raise on damage, on encryption, and on methods that they do not know.
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, IndexError, KeyError, struct.error)


class Member(NamedTuple):
    """Hold the name of a file inside another, without its folders, how deep it lies, and a way to its bytes."""

    name: str
    depth: int
    read: Callable[[], bytes]


def members_of(data: bytes, file: str, *, max_bytes: int = MAX_BYTES) -> list[Member] | None:
    """List the files of a tar, a gzip or a zip, by what the bytes say; None for a plain file.

    Nothing is written anywhere, so that no name in an archive leads anywhere.

    Raises
    ------
    SizeLimitError
        If more would come out than `max_bytes`.
    ReferenceDataError
        If the archive is damaged.
    """
    try:
        if data[:2] == b"\x1f\x8b":
            inner = _gunzipped(data, file, max_bytes)
            return _tarred(inner, file) or [Member(PurePosixPath(file).name.removesuffix(".gz"), 0, lambda: inner)]
        if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            return _zipped(data, file, max_bytes)
        return _tarred(data, file)
    except (ReferenceDataError, SizeLimitError):
        raise
    except DAMAGE as error:
        raise _damaged(file, error) from error


def _gunzipped(data: bytes, file: str, max_bytes: int) -> bytes:
    held, pieces = 0, []
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        while piece := stream.read(PIECE):
            held += len(piece)
            if held > max_bytes:
                raise _too_large(file, max_bytes)
            pieces.append(piece)
    return b"".join(pieces)


def _tarred(data: bytes, file: str) -> list[Member] | None:
    if data[257:262] != b"ustar":
        return None
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        # links and devices are no files, wherever they point
        return [_member(each.name, lambda start=each.offset_data, size=each.size: data[start : start + size])
                for each in _bounded(archive, file) if each.isreg() and not each.issparse()]  # fmt: skip


def _zipped(data: bytes, file: str, max_bytes: int) -> list[Member]:
    archive, left = zipfile.ZipFile(io.BytesIO(data)), [max_bytes]
    return [_member(each.filename, lambda each=each: _from_zip(archive, each, file, left)) for each in _bounded(archive.infolist(), file) if not each.is_dir()]


def _from_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str, left: list[int]) -> bytes:
    """Unpack one file; all that are unpacked share what is left."""
    try:
        with archive.open(member) as stream:
            data = stream.read(left[0] + 1)
    except DAMAGE as error:
        raise _damaged(file, error) from error
    if len(data) > left[0]:
        raise _too_large(file, MAX_BYTES)
    left[0] -= len(data)
    return data


def _bounded(members, file: str) -> Iterator:
    for number, each in enumerate(members):
        if number >= MOST_MEMBERS:
            raise SizeLimitError(f"{file}: an archive of more than {MOST_MEMBERS:,} files. Import the one file that matters.")
        yield each


def _member(path: str, read: Callable[[], bytes]) -> Member:
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return Member(parts[-1] if parts else "", len(parts) - 1, read)


def _damaged(file: str, error: Exception) -> ReferenceDataError:
    return ReferenceDataError(f"{file}: a damaged archive ({error}). Fetch it again.")


def _too_large(file: str, max_bytes: int) -> SizeLimitError:
    return SizeLimitError(f"{file}: unpacks to more than {max_bytes:,} bytes. Lists of owners and addresses are far smaller; import the one file that matters.")
