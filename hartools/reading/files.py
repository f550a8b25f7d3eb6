"""Which bytes does a file hold, whatever it is wrapped in?"""

import gzip
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hartools.errors import NotAHarError, SizeLimitError

__all__ = ["MAX_BYTES", "Content", "open_content"]

# A browser's export is rarely over 200 MB; a gigabyte unpacked is either a mistake or a bomb.
MAX_BYTES = 1 << 30

# A zip may hold other things beside the HAR; Playwright calls it har.har.
PLAYWRIGHT_MEMBER = "har.har"


@dataclass(frozen=True)
class Content:
    """Hold the unpacked bytes of a HAR file, and a way to its attachments."""

    data: bytes
    name: str
    sha256: str
    size: int
    containers: tuple[str, ...]
    attachment: Callable[[str], bytes | None]


def open_content(source, *, max_bytes: int = MAX_BYTES) -> Content:
    """Read a path, bytes or a binary file object, and unwrap what it is packed in.

    gzip, raw zlib (mitmproxy's ``.zhar``), and zip (Playwright) are undone, by magic number
    and not by name. Attachments are looked up inside the same zip, or beside the file under
    exactly the name given, never in another folder.

    Parameters
    ----------
    source : path, bytes or binary file object
    max_bytes : int
        Most bytes that may be unpacked.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        As `open` does.
    SizeLimitError
        If more than `max_bytes` come out.

    Examples
    --------
    >>> open_content(gzip.compress(b'{"log": {}}')).containers
    ('gzip',)
    """
    raw, name, folder = _raw_bytes(source, max_bytes)
    sha256 = hashlib.sha256(raw).hexdigest()
    data, containers, attachment = raw, [], _beside(folder, max_bytes)
    # Two layers are seen in the wild (a gzip of a zip); four is generous, more is a bomb.
    for _ in range(4):
        kind = _container(data)
        if kind == "zip":
            data, attachment = _open_zip(data, name, max_bytes)
        elif kind is not None:
            data = _inflate(data, kind, name, max_bytes)
        else:
            break
        containers.append(kind)
    return Content(data, name, sha256, len(raw), tuple(containers), attachment)


def _raw_bytes(source, max_bytes: int) -> tuple[bytes, str, Path | None]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "<bytes>", None
    if hasattr(source, "read"):
        data = source.read(max_bytes + 1)
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogatepass")
        name = getattr(source, "name", "<file>")
        return _bounded(data, str(name), max_bytes), os.path.basename(str(name)), None
    path = Path(source).expanduser()
    if path.stat().st_size > max_bytes:
        raise SizeLimitError(_too_big(path.name, max_bytes))
    return path.read_bytes(), path.name, path.parent


def _container(data: bytes) -> str | None:
    if data[:2] == b"\x1f\x8b":
        return "gzip"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    # RFC 1950: the first two bytes, read as a number, are a multiple of 31; 0x78 is deflate
    # with a 32 kB window. "x" can begin no JSON text.
    if len(data) > 2 and data[0] == 0x78 and (data[0] * 256 + data[1]) % 31 == 0:
        return "zlib"
    return None


def _inflate(data: bytes, kind: str, name: str, max_bytes: int) -> bytes:
    """Undo gzip or zlib up to the limit; a cut stream gives what it holds."""
    out = io.BytesIO()
    while data:
        stream = zlib.decompressobj(31 if kind == "gzip" else 15)
        try:
            out.write(stream.decompress(data, max_bytes + 1 - out.tell()))
        except zlib.error as error:
            if not out.tell():
                raise NotAHarError(f"{name}: looks like {kind} but does not unpack ({error}). Export or copy the file again.") from error
            break
        if out.tell() > max_bytes:
            raise SizeLimitError(_too_big(name, max_bytes))
        if not stream.eof:
            break
        data = stream.unused_data if kind == "gzip" else b""  # several gzip members may follow one another
    return out.getvalue()


def _open_zip(data: bytes, name: str, max_bytes: int) -> tuple[bytes, Callable[[str], bytes | None]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise NotAHarError(f"{name}: a zip archive that does not open ({error}). Export or copy the file again.") from error
    names = archive.namelist()
    member = PLAYWRIGHT_MEMBER if PLAYWRIGHT_MEMBER in names else next((n for n in sorted(names) if n.lower().endswith(".har")), None)
    if member is None:
        raise NotAHarError(f"{name}: a zip archive without a .har member ({len(names)} members). Pass the HAR inside it.")

    def attachment(wanted: str) -> bytes | None:
        return _member(archive, wanted, name, max_bytes) if wanted in names else None

    return _member(archive, member, name, max_bytes), attachment


def _member(archive: zipfile.ZipFile, member: str, name: str, max_bytes: int) -> bytes:
    # The size in the directory may lie, so what is read is bounded too.
    try:
        with archive.open(member) as stream:
            data = stream.read(max_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise NotAHarError(f"{name}: the archive's member does not unpack ({error}). Export the file again, without a password.") from error
    return _bounded(data, name, max_bytes)


def _beside(folder: Path | None, max_bytes: int) -> Callable[[str], bytes | None]:
    def attachment(wanted: str) -> bytes | None:
        if folder is None or wanted != os.path.basename(wanted.replace("\\", "/")) or wanted in ("", ".", ".."):
            return None
        path = folder / wanted
        if path.is_symlink() or not path.is_file() or path.stat().st_size > max_bytes:
            return None
        return path.read_bytes()

    return attachment


def _bounded(data: bytes, name: str, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise SizeLimitError(_too_big(name, max_bytes))
    return data


def _too_big(name: str, max_bytes: int) -> str:
    return f"{name}: more than {max_bytes:,} bytes unpacked. If you trust the file, call read_har(..., max_bytes=...) with a higher limit."
