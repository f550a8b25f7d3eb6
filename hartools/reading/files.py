"""Which bytes does a file hold, whatever it is wrapped in?"""

import codecs
import hashlib
import io
import json
import mmap
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from hartools.errors import ChangedFileError, NotAHarError, SizeLimitError
from hartools.reading.notes import note
from hartools.reading.progress import SILENT, Progress

__all__ = ["MAX_BYTES", "MAX_LAYERS", "Content", "open_content"]

# A browser's export is rarely over 200 MB; a gigabyte out of a container is a mistake or a bomb.
MAX_BYTES = 1 << 30

# Two layers are seen in the wild (a gzip of a zip); four is generous, more is a bomb.
MAX_LAYERS = 4

# A zip may hold other things beside the HAR; Playwright calls it har.har.
PLAYWRIGHT_MEMBER = "har.har"

PIECE = 1 << 22

Attachment = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Content:
    """Hold the unpacked text of one HAR as UTF-8 bytes, and a way to its attachments.

    Attributes
    ----------
    data : bytes-like
        The text; of a plain file, the file itself, mapped and not copied.
    name : str
        Name of the file, without its folder.
    size : int
        Bytes of the file as it lies on disk.
    containers : tuple of str
        What it was packed in, outermost first.
    attachment : callable
        From a name in ``_file`` to its bytes, or None.
    offset : int
        Bytes of the unpacked file before `data`: its byte-order mark.
    notes : tuple of dict
        What was met while unpacking.
    """

    data: object
    name: str
    size: int
    containers: tuple[str, ...]
    attachment: Attachment
    sha256: Callable[[], str]
    offset: int = 0
    notes: tuple[dict, ...] = field(default=())


def open_content(source, *, max_bytes: int = MAX_BYTES, max_layers: int = MAX_LAYERS, progress: Progress = SILENT) -> list[Content]:
    """Read a path, bytes or a binary file object, and unwrap what it is packed in.

    gzip, raw zlib (mitmproxy's ``.zhar``), and zip (Playwright) are undone, by magic number
    and not by name. Attachments are looked up inside the same zip, or beside the file, never
    in a folder above.

    Parameters
    ----------
    source : path, bytes or binary file object
    max_bytes : int
        Most bytes that may be unpacked; a plain file on disk is mapped, and may be larger.
    max_layers : int
        Most containers inside one another.

    Returns
    -------
    list of Content
        One, or one for each HAR of a zip that holds several.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        As `open` does.
    NotAHarError
        If a container does not unpack or holds no HAR.
    SizeLimitError
        If more than `max_bytes` or `max_layers` come out.

    Examples
    --------
    >>> import gzip
    >>> open_content(gzip.compress(b'{"log": {}}'))[0].containers
    ('gzip',)
    """
    raw, name, folder = _raw_bytes(source, max_bytes)
    parts = [(raw, name, _beside(folder, max_bytes))]
    containers: list[str] = []
    while (kind := _container(parts[0][0])) is not None:
        if len(containers) == max_layers:
            raise SizeLimitError(f"{name}: packed in more than {max_layers} layers. If you trust the file, call read_har(..., max_layers=...) with a higher limit.")
        containers.append(kind)
        data, label, attachment = parts[0]
        if kind == "zip":
            parts = _open_zip(data, name, max_bytes)
        else:
            parts = [(_inflate(data, kind, name, max_bytes, progress), label, attachment)]
    digest, found = _digest(raw, name), []
    for data, label, attachment in parts:
        text, offset, notes = _as_utf8(data)
        found.append(Content(text, label, len(raw), tuple(containers), attachment, digest, offset, notes))
    return found


def _raw_bytes(source, max_bytes: int) -> tuple[object, str, Path | None]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "<bytes>", None
    if hasattr(source, "read"):
        data = source.read(max_bytes + 1)
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogatepass")
        name = os.path.basename(str(getattr(source, "name", "<file>")))
        return _bounded(data, name, max_bytes), name, None
    path = Path(source).expanduser()
    with path.open("rb") as file:
        try:
            # Mapped, not read: a large file costs no memory of its own, and bodies that nobody
            # asks for are never brought in.
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), path.name, path.parent
        except (OSError, ValueError):  # a pipe, or an empty file
            return _bounded(file.read(max_bytes + 1), path.name, max_bytes), path.name, path.parent


def _digest(raw, name: str) -> Callable[[], str]:
    """Return a function that hashes the file as it was read, when somebody asks."""
    known: list[str] = []

    def sha256() -> str:
        if not known:
            if isinstance(raw, mmap.mmap) and raw.size() != len(raw):
                raise ChangedFileError(f"{name}: the file has changed its size since it was read. Read it again.")
            known.append(hashlib.sha256(raw).hexdigest())
        return known[0]

    return sha256


def _container(data) -> str | None:
    head = bytes(data[:4])
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    # RFC 1950: the first two bytes, read as a number, are a multiple of 31; 0x78 is deflate
    # with a 32 kB window. "x" can begin no JSON text.
    if len(data) > 2 and head[0] == 0x78 and (head[0] * 256 + head[1]) % 31 == 0:
        return "zlib"
    return None


def _inflate(data, kind: str, name: str, max_bytes: int, progress: Progress) -> bytes:
    """Undo gzip or zlib up to the limit; a cut or damaged stream gives what it holds."""
    out, view, wbits = io.BytesIO(), memoryview(data), 31 if kind == "gzip" else 15
    stream, position = zlib.decompressobj(wbits), 0
    while position < len(view) or stream.unconsumed_tail:
        piece = stream.unconsumed_tail or view[position : position + PIECE]
        position += 0 if stream.unconsumed_tail else len(piece)
        try:
            out.write(stream.decompress(piece, min(PIECE, max_bytes + 1 - out.tell())))
        except zlib.error as error:
            if not out.tell():
                raise NotAHarError(f"{name}: looks like {kind} but does not unpack ({error}). Export or copy the file again.") from error
            break
        progress.at("unpacking", position, len(view))
        if out.tell() > max_bytes:
            raise SizeLimitError(_too_big(name, max_bytes))
        if stream.eof:
            position -= len(stream.unused_data)
            if kind == "zlib" or bytes(view[position : position + 2]) != b"\x1f\x8b":
                break
            stream = zlib.decompressobj(wbits)  # several gzip members may follow one another
    return out.getvalue()


def _open_zip(data, name: str, max_bytes: int) -> list[tuple[bytes, str, Attachment]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotAHarError(f"{name}: a zip archive that does not open ({error}). Export or copy the file again.") from error
    names = archive.namelist()
    members = [PLAYWRIGHT_MEMBER] if PLAYWRIGHT_MEMBER in names else _har_members(names)
    if not members:
        raise NotAHarError(f"{name}: a zip archive without a .har member ({len(names)} members). Pass the HAR inside it.")

    def beside(member: str) -> Attachment:
        folder = PurePosixPath(member).parent

        def attachment(wanted: str) -> bytes | None:
            found = str(folder / wanted)
            return _member(archive, found, name, max_bytes) if found in names else None

        return attachment

    one = len(members) == 1
    return [(_member(archive, member, name, max_bytes), name if one else PurePosixPath(member).name, beside(member)) for member in members]


def _har_members(names: list[str]) -> list[str]:
    # __MACOSX/._x.har is what macOS adds about x.har, and no HAR
    wanted = [each for each in sorted(names) if each.lower().endswith((".har", ".har.gz", ".zhar")) and not PurePosixPath(each).name.startswith("._")]
    return wanted or ([names[0]] if len(names) == 1 and not names[0].endswith("/") and names[0].lower().endswith((".json", ".harp")) else [])


def _member(archive: zipfile.ZipFile, member: str, name: str, max_bytes: int) -> bytes:
    # The size in the directory may lie, so what is read is bounded too.
    try:
        with archive.open(member) as stream:
            data = stream.read(max_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise NotAHarError(f"{name}: the archive's member does not unpack ({error}). Export the file again, without a password.") from error
    return _bounded(data, name, max_bytes)


def _beside(folder: Path | None, max_bytes: int) -> Attachment:
    def attachment(wanted: str) -> bytes | None:
        parts = PurePosixPath(wanted.replace("\\", "/")).parts
        if folder is None or not parts or "\0" in wanted or ".." in parts or PurePosixPath(parts[0]).is_absolute() or ":" in parts[0]:
            return None
        path = folder.joinpath(*parts)
        # a link may lead out of the folder
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()) or path.is_symlink() or path.stat().st_size > max_bytes:
            return None
        return path.read_bytes()

    return attachment


def _as_utf8(data) -> tuple[object, int, tuple[dict, ...]]:
    """Return the text as UTF-8 bytes, how many bytes were left out before it, and notes on both."""
    head = bytes(data[:4])
    encoding = json.detect_encoding(head) if head else "utf-8"
    if encoding == "utf-8-sig":
        return memoryview(data)[len(codecs.BOM_UTF8) :], len(codecs.BOM_UTF8), (note("byte_order_mark", found="a byte-order mark", done="left out", at_byte=0),)
    if encoding == "utf-8":
        return data, 0, ()
    # a lone half of a character stays one, and is replaced where it is met; other damage is replaced here
    try:
        text = bytes(data).decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        text = bytes(data).decode(encoding, "replace")
    told = note("encoding", found=f"{encoding.upper()} text", done="byte positions are those of the text as UTF-8")
    return text.removeprefix("\ufeff").encode("utf-8", "replace"), 0, (told,)


def _bounded(data: bytes, name: str, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise SizeLimitError(_too_big(name, max_bytes))
    return data


def _too_big(name: str, max_bytes: int) -> str:
    return f"{name}: more than {max_bytes:,} bytes unpacked. If you trust the file, call read_har(..., max_bytes=...) with a higher limit."
