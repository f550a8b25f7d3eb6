"""Is it a picture, a sound, a font, a document, an archive: a format that any receiver opens?

Recognised by the bytes and not by what the sender called them. A sign of fewer than four bytes
counts only beside a second one, so that one ciphertext in many millions is taken for a picture.
"""

import re
import struct
from collections.abc import Callable

__all__ = ["MEDIA_TYPES", "PACKED_TYPES", "begins_like_media", "media_of", "survived"]

# What a sender calls bytes that are often packed: where their own sign is missing nothing is said.
MEDIA_TYPES = ("image/", "audio/", "video/", "font/", "application/font", "application/x-font", "application/vnd.ms-fontobject", "model/")
PACKED_TYPES = ("application/zip", "application/gzip", "application/x-gzip", "application/zstd", "application/pdf", "application/wasm", "application/x-shockwave-flash", "application/x-protobuf", "application/protobuf",
                "application/vnd.google.protobuf", "application/x-protobuffer", "application/grpc", "application/x-msgpack", "application/msgpack", "application/cbor", "application/x-7z-compressed", "application/java-archive",
                "application/vnd.apple.mpegurl", "application/dash+xml", "application/x-xz", "application/x-bzip", "application/x-rar", "application/x-tar", "application/vnd.openxmlformats", "application/x-brotli", "application/x-lzma")  # fmt: skip

# where, sign, kind, format; four bytes or more
SIGNS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"GIF87a", "image", "GIF"), (0, b"GIF89a", "image", "GIF"), (0, b"II*\0", "image", "TIFF"), (0, b"MM\0*", "image", "TIFF"), (0, b"8BPS\0\1", "image", "PSD"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image", "JPEG XL"), (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image", "JPEG 2000"), (0, b"\xff\x4f\xff\x51", "image", "JPEG 2000"), (0, b"qoif", "image", "QOI"), (0, b"\xabKTX ", "image", "KTX"),
    (0, b"DDS |\0\0\0", "image", "DDS"), (0, b"glTF\2\0\0\0", "model", "glTF"), (0, b"DRACO", "model", "Draco"),
    (0, b"OggS\0", "audio", "Ogg"), (0, b"fLaC\0", "audio", "FLAC"), (0, b"MThd\0\0\0\6", "audio", "MIDI"), (0, b"#!AMR", "audio", "AMR"), (0, b"\x1a\x45\xdf\xa3", "video", "Matroska or WebM"), (0, b"FLV\1", "video", "FLV"),
    (0, b"\0\0\1\xba", "video", "MPEG"), (0, b"\0\0\1\xb3", "video", "MPEG"), (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video", "ASF"),
    (0, b"wOFF", "font", "WOFF"), (0, b"wOF2", "font", "WOFF2"), (0, b"OTTO\0", "font", "OpenType"), (0, b"ttcf\0", "font", "TrueType collection"), (0, b"true\0", "font", "TrueType"),
    (0, b"\0asm\1\0\0\0", "program", "WebAssembly"), (0, b"\x7fELF", "program", "ELF"), (0, b"\xca\xfe\xba\xbe\0\0", "program", "Java class"), (0, b"dex\n03", "program", "Dalvik"),
    (0, b"SQLite format 3\0", "database", "SQLite"), (0, b"PAR1", "table", "Parquet"), (0, b"ARROW1\0\0", "table", "Arrow"), (0, b"\x89HDF\r\n\x1a\n", "table", "HDF5"), (0, b"Obj\1", "table", "Avro"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive", "7z"), (0, b"Rar!\x1a\x07", "archive", "RAR"), (257, b"ustar", "archive", "tar"), (0, b"MSCF\0\0\0\0", "archive", "CAB"), (0, b"!<arch>\n", "archive", "ar"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office document", "OLE"), (0, b"PK\5\6" + bytes(8), "zip", "zip"), (0, b"\xac\xed\0\5", "program data", "Java serialization"), (0, b"bplist0", "program data", "property list"),
    (0, b"\x93NUMPY", "table", "NumPy"), (0, b"GRIB", "table", "GRIB"), (0, b"Cr24", "archive", "Chrome extension"), (0, b"PMTiles", "table", "PMTiles"),
)  # fmt: skip
_RIFF = {b"WEBP": ("image", "WebP"), b"WAVE": ("audio", "WAV"), b"AVI ": ("video", "AVI"), b"ACON": ("image", "ANI"), b"RMID": ("audio", "MIDI")}
_IMAGE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"heim", b"miaf")
_FONT_TABLES = (b"cmap", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"name", b"post", b"OS/2", b"GPOS", b"GSUB", b"GDEF", b"FFTM", b"DSIG", b"BASE", b"cvt ", b"CFF ", b"kern", b"gasp", b"fpgm", b"prep", b"avar", b"fvar", b"gvar", b"HVAR", b"STAT", b"COLR", b"meta")
_BOXES = (b"moov", b"moof", b"mdat", b"styp", b"sidx", b"free", b"emsg", b"prft", b"skip", b"wide", b"pnot")
# the same signs in text that was made of bytes that are no UTF-8: each such byte is U+FFFD there
_SURVIVED = (("image", "PNG", re.compile("�PNG\r?\n\x1a\r?\n")), ("image", "JPEG", re.compile("��{1,3}[^�]?.{0,6}?(?:JFIF|Exif)\0", re.S)), ("image", "GIF", re.compile("GIF8[79]a")), ("image", "WebP", re.compile("RIFF.{4}WEBP", re.S)),
             ("image or video", "ISO base media", re.compile("\0\0\0.ftyp[a-zA-Z0-9 ]{4}", re.S)), ("font", "WOFF", re.compile("wOF[F2]")), ("pdf", "PDF", re.compile("%PDF-[12]")), ("video", "Matroska or WebM", re.compile("\x1aE��B")),
             ("program", "WebAssembly", re.compile("\0asm\1\0\0\0")), ("audio", "MP3", re.compile("ID3[\2-\4]\0")), ("audio", "Ogg", re.compile("OggS\0")), ("font", "TrueType", re.compile("(?:\0\1\0\0|OTTO)\0.{7}[A-Z][A-Z/2A-Za-z ]{3}", re.S)))  # fmt: skip


# Two or three bytes by which formats begin that could not be confirmed: one random payload in some
# thousands begins so, and it is then left open.
_WEAK = (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9", b"\xff\x0a", b"\xff\xd8", b"BM", b"ID3", b"\0\1\0\0", b"\0\0\1", b"\0\0\0\1", b"\x1f\x9d", b"\x1f\xa0", b"CWS", b"ZWS", b"\x78\xbb", b"\x78\xf9", b"\0\0\0\0")


def begins_like_media(data: bytes) -> bool:
    """Tell whether bytes begin as some packed formats do, too shortly to be known by it.

    Examples
    --------
    >>> begins_like_media(b"\\xff\\xfb\\x90\\x44"), begins_like_media(b"parodontologiste")
    (True, False)
    """
    return data.startswith(_WEAK)


def media_of(data: bytes) -> tuple[str, str] | None:
    """Return kind and format of bytes in a format with a sign of its own, or None.

    Examples
    --------
    >>> media_of(b"GIF89a" + bytes(10)), media_of(b"parodontologiste")
    (('image', 'GIF'), None)
    """
    for at, sign, kind, form in SIGNS:
        if data.startswith(sign, at):
            return kind, form
    for check in _CHECKS:
        found = check(data)
        if found:
            return found
    return None


def survived(text: str) -> tuple[str, str] | None:
    """Recognise a format in text that an exporter made of its bytes, those beyond ASCII lost.

    Examples
    --------
    >>> survived("\\ufffdPNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR")
    ('image', 'PNG')
    """
    return next(((kind, form) for kind, form, sign in _SURVIVED if sign.match(text)), None)


def _png(data: bytes) -> tuple[str, str] | None:
    return ("image", "PNG") if data.startswith((b"\x89PNG\r\n\x1a\n", b"\x8bJNG\r\n\x1a\n", b"\x8aMNG\r\n\x1a\n")) else None


def _jpeg(data: bytes) -> tuple[str, str] | None:
    return ("image", "JPEG") if data.startswith(b"\xff\xd8\xff") and len(data) > 3 and 0xC0 <= data[3] <= 0xFE else None


def _riff(data: bytes) -> tuple[str, str] | None:
    return _RIFF.get(data[8:12]) if data[:4] in (b"RIFF", b"RIFX") else None


def _base_media(data: bytes) -> tuple[str, str] | None:
    size, box = int.from_bytes(data[:4], "big"), data[4:8]
    if box == b"ftyp" and size <= 4096:
        return ("image", "AVIF or HEIF") if data[8:12] in _IMAGE_BRANDS else ("audio", "MPEG-4") if data[8:11] == b"M4A" else ("video", "MPEG-4")
    # a segment of a stream begins with another box, and where that ends there is one more, or nothing
    return ("video", "MPEG-4 segment") if box in _BOXES and (size in (0, 1) or size >= 8) and (size >= len(data) or data[size + 4 : size + 8].isalnum()) else None


def _true_type(data: bytes) -> tuple[str, str] | None:
    return ("font", "TrueType") if data[:4] == b"\0\1\0\0" and 0 < int.from_bytes(data[4:6], "big") < 100 and data[12:16] in _FONT_TABLES else None


def _embedded_open_type(data: bytes) -> tuple[str, str] | None:
    return ("font", "Embedded OpenType") if data[34:36] == b"LP" and int.from_bytes(data[:4], "little") == len(data) else None


def _bitmap(data: bytes) -> tuple[str, str] | None:
    return ("image", "BMP") if data[:2] == b"BM" and data[6:10] == bytes(4) and data[14:18] in (b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0", b"\x0c\0\0\0") else None


def _icon(data: bytes) -> tuple[str, str] | None:
    if data[:4] not in (b"\0\0\1\0", b"\0\0\2\0") or len(data) < 22 or data[9] != 0:
        return None
    count, at = struct.unpack_from("<H", data, 4)[0], struct.unpack_from("<I", data, 18)[0]
    return ("image", "icon") if 0 < count < 256 and 6 + 16 * count <= at <= max(len(data), 4096) else None


def _mp3(data: bytes) -> tuple[str, str] | None:
    if data[:3] == b"ID3" and len(data) > 10 and data[3] in (2, 3, 4) and not any(byte & 0x80 for byte in data[6:10]):
        return "audio", "MP3"
    # two frames one after another, or three
    at, rates = 0, (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
    for _ in range(3):
        if len(data) < at + 4 or data[at] != 0xFF or data[at + 1] & 0xFE != 0xFA or not rates[data[at + 2] >> 4] or data[at + 2] >> 2 & 3 == 3:
            return None
        at += 144_000 * rates[data[at + 2] >> 4] // (44_100, 48_000, 32_000)[data[at + 2] >> 2 & 3] + (data[at + 2] >> 1 & 1)
    return "audio", "MP3"


def _adts(data: bytes) -> tuple[str, str] | None:
    at = 0
    for _ in range(3):
        if len(data) < at + 7 or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
            return None
        at += max(7, (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5)
    return "audio", "AAC"


def _transport_stream(data: bytes) -> tuple[str, str] | None:
    packets = data[: 188 * 8 : 188]
    return ("video", "MPEG transport stream") if len(packets) >= 4 and set(packets) == {0x47} else None


def _zip(data: bytes) -> tuple[str, str] | None:
    return ("zip", "zip") if data[:4] == b"PK\3\4" else None


def _pdf(data: bytes) -> tuple[str, str] | None:
    return ("pdf", "PDF") if b"%PDF-" in data[:1024] and re.search(rb"%PDF-[12]\.\d", data[:1040]) else None


def _flash(data: bytes) -> tuple[str, str] | None:
    return ("program", "Flash") if data[:3] in (b"FWS", b"CWS", b"ZWS") and 3 <= data[3] < 60 and int.from_bytes(data[4:8], "little") < 1 << 28 else None


_CHECKS: tuple[Callable[[bytes], tuple[str, str] | None], ...] = (_png, _jpeg, _riff, _base_media, _true_type, _embedded_open_type, _bitmap, _icon, _mp3, _adts, _transport_stream, _zip, _pdf, _flash)
