"""Is a document, an archive or a film itself encrypted, though its format says what it is?

The outside of such a file is in clear and its content is not: the format names how it was locked.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable

from hartools.payloads.clarity.verdicts import Clarity, cannot_tell, ciphertext

__all__ = ["lock_of"]

MOST = 1 << 26
MOST_MEMBERS = 4096
_PDF_LOCK = re.compile(rb"/Encrypt(?![A-Za-z])\s*(?:\d+\s+\d+\s+R|<<)")
_PDF_END = re.compile(rb"\btrailer\b|/XRef\b|\bstartxref\b")
_PDF_FILTER = re.compile(rb"/FlateDecode[^\0]{0,400}?stream\r?\n", re.S)
# Where encrypted samples are described in MPEG-4 (ISO/IEC 23001-7): these replace the codec's name, and tenc names the key.
_ENCRYPTED_SAMPLES = re.compile(rb"encv|enca|enct")
_AES_IN_7Z = b"\x06\xf1\x07\x01"


def lock_of(data: bytes, form: str) -> Clarity | None:
    """Say how a file of a known format is locked, or None where nothing says that it is.

    Parameters
    ----------
    data : bytes
    form : str
        As `hartools.payloads.clarity.media.media_of` names it.

    Examples
    --------
    >>> lock_of(b"%PDF-1.7 trailer << /Root 1 0 R /Encrypt 5 0 R >>", "PDF").envelope
    'PDF encryption'
    """
    look = _LOOKS.get(form)
    return look(data[:MOST]) if look else None


def _pdf(data: bytes) -> Clarity | None:
    outside = _without_streams(data)
    if _PDF_LOCK.search(outside):
        how = "for the holders of certain certificates" if b"Adobe.PubSec" in outside or b"/Adobe.PPKLite" in outside else "by a password; where only an owner's password is set, any reader opens it"
        return ciphertext("pdf", f"A PDF whose trailer has /Encrypt: its content is encrypted {how}.", envelope="PDF encryption")
    if _PDF_END.search(outside) or _unpacks(data):
        return None
    return cannot_tell("pdf", "A PDF without its trailer, which would say whether it is encrypted: it was cut, or made by hand.")


def _without_streams(data: bytes) -> bytes:
    """Return what stands outside the streams, where a page's text could say anything."""
    pieces, at = [], 0
    while True:
        begin = data.find(b"stream", at)
        end = data.find(b"endstream", begin + 6) if begin >= 0 else -1
        if end < 0:
            return b"".join([*pieces, data[at : begin if begin >= 0 else None]])
        pieces.append(data[at:begin])
        at = end + 9


def _unpacks(data: bytes) -> bool:
    found = _PDF_FILTER.search(data[: 1 << 20])
    if found is None:
        return b"stream" not in data
    try:
        return bool(zlib.decompressobj().decompress(data[found.end() : found.end() + 65536], 65536))
    except zlib.error:
        return False


def _zip(data: bytes) -> Clarity | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()[:MOST_MEMBERS]
            names = {member.filename for member in members}
            locked = [member for member in members if member.flag_bits & 0x41 and not member.is_dir()]
            if locked:
                how = "AES (WinZip)" if any(b"\x01\x99\x07\x00" in member.extra for member in locked) else "its password scheme"
                return ciphertext("zip", f"{len(locked)} of {len(members)} members of the archive are encrypted by {how}; their names stand in clear.", envelope="zip encryption")
            return _document(archive, names)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error, UnicodeDecodeError, OverflowError, MemoryError):
        # no directory at its end: the first member's own header says it too
        flags, method = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        if flags & 0x41 and flags < 0x1000 and method in (0, 8, 9, 12, 14, 93, 95, 99) and len(data) >= 30:
            return ciphertext("zip", "The first member of the archive is encrypted; the archive was cut.", envelope="zip encryption")
        return None


def _document(archive: zipfile.ZipFile, names: set[str]) -> Clarity | None:
    """Look where OpenDocument and EPUB say that members are encrypted."""
    for name, sign, what in (("META-INF/manifest.xml", b"encryption-data", "OpenDocument encryption"), ("META-INF/encryption.xml", b"EncryptedData", "EPUB encryption")):
        if name in names:
            with archive.open(name) as member:
                if sign in member.read(1 << 20):
                    if what.startswith("EPUB"):
                        return cannot_tell("zip", "An EPUB that lists encrypted members: fonts alone, which any reader undoes, or the book.", envelope=what)
                    return ciphertext("zip", "An OpenDocument file whose manifest lists encrypted members.", envelope=what)
    return None


def _ole(data: bytes) -> Clarity | None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ciphertext("office document", "An Office document wrapped in an EncryptedPackage.", envelope="Office encryption")
    word = data[512:514] == b"\xec\xa5" and data[522:524] != b"" and int.from_bytes(data[522:524], "little") & 0x0100
    # a workbook's FilePass record stands right after its first one
    sheet = re.search(rb"\x09\x08\x10\0\0\x06[\0-\xff]{14}(?:\x2f\0..|[\0-\xff]{0,16}\x2f\0\x36\0|\x2f\0\xc8\0)", data[:4096], re.S)
    if word or sheet:
        return ciphertext("office document", "An Office document of the older kind, encrypted by a password.", envelope="Office encryption")
    return None


def _seven_zip(data: bytes) -> Clarity | None:
    at = 32 + int.from_bytes(data[12:20], "little")
    if _AES_IN_7Z in data[at : at + (1 << 20)]:
        return ciphertext("archive", "A 7z archive whose directory names AES for its content.", envelope="7z encryption")
    return None if at < len(data) else cannot_tell("archive", "A 7z archive without its directory, which would say whether it is encrypted.")


def _rar(data: bytes) -> Clarity | None:
    fifth = data[6:8] == b"\x01\0"
    # version 5: a header of type 4 stands first; older: a flag of the main header, or of the first file's
    locked = data[13:14] == b"\x04" if fifth else bool(int.from_bytes(data[10:12], "little") & 0x80 or (data[22:23] == b"\x74" and data[23:24] and data[23] & 4))
    return ciphertext("archive", "A RAR archive that says it is encrypted.", envelope="RAR encryption") if locked else None


def _film(data: bytes) -> Clarity | None:
    scheme = data.find(b"sinf", 0, 1 << 20)
    if not (scheme > 0 and _ENCRYPTED_SAMPLES.search(data[max(0, scheme - 2000) : scheme])) and data.find(b"pssh\0", 0, 1 << 20) < 0:
        return None
    at = data.find(b"tenc", 0, 1 << 20)
    key = data[at + 12 : at + 28].hex() if at > 0 else ""
    return ciphertext("video", "A film or sound whose samples are encrypted; the player asks a licence server for the key.", envelope="Common Encryption (ISO/IEC 23001-7)", recipients=(f"key {key}",) if len(key) == 32 else ())


_LOOKS: dict[str, Callable[[bytes], Clarity | None]] = {"PDF": _pdf, "zip": _zip, "OLE": _ole, "7z": _seven_zip, "RAR": _rar, "MPEG-4": _film, "MPEG-4 segment": _film}
