"""Which bytes are written as these characters, and which characters are these bytes?"""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

from hartools.payloads.decode.packed import as_text

__all__ = ["SHORTEST", "bytes_written", "bytes_disguised", "is_coded", "text_of", "unbase64"]

SHORTEST = 16
_HEX = re.compile(r"(?:0x)?((?:[0-9a-f]{2}){16,}|(?:[0-9A-F]{2}){16,})\Z")
_HEX_SPACED = re.compile(r"(?:[0-9a-fA-F]{2}[\s:,]){15,}[0-9a-fA-F]{2}\Z")
_BASE32 = re.compile(r"(?:[A-Z2-7]{8}){3,}[A-Z2-7]*={0,6}\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+(?:\s+[A-Za-z0-9+/]+)*={0,2}\Z|[A-Za-z0-9_-]+={0,2}\Z")
_DATA = re.compile(r"data:([\w.+/-]{0,100})((?:;[\w.+=-]{0,100}){0,5}),", re.I)
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9_.~/+*!'()-])+\Z")
# letters of both cases and digits, or padding: words, names and paths lack one of them
_MIXED = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9+/_=-]*[0-9+/_=-])")
_CODED = re.compile(r"[^\s]{64,}\Z")
_WORDS = re.compile(r"[a-z]{4,}")
_LOST = "\ufffd"
_WINDOWS = {ord(bytes([value]).decode("cp1252")): value for value in range(0x80, 0xA0) if value not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_CONTROL_BYTES = bytes(value for value in range(32) if value not in (8, 9, 10, 12, 13, 27))
_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def unbase64(text: str) -> bytes:
    """Undo base64 in either alphabet, line breaks and padding left out or not; empty where it is none.

    Examples
    --------
    >>> unbase64("ZGVudGlzdGU"), unbase64("?")
    (b'dentiste', b'')
    """
    text = "".join(text.split()).rstrip("=")
    altchars = b"-_" if "-" in text or "_" in text else None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=altchars, validate=True)
    except (binascii.Error, ValueError):
        return b""


def bytes_written(text: str) -> tuple[str, bytes] | None:
    """Return the layer and the bytes of a text that is one token of hex, base32, base64 or percent escapes, or a data: address.

    A word is also of the alphabet of base64: letters of both cases and digits are asked for, or text behind it.

    Examples
    --------
    >>> bytes_written("AQIDBAUGBwgJCgsMDQ4PEBE=")
    ('base64', b'\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\t\\n\\x0b\\x0c\\r\\x0e\\x0f\\x10\\x11')
    >>> bytes_written("parodontologiste")
    """
    text = text.strip()
    if len(text) < SHORTEST or text.startswith("--"):  # what begins like that is a multipart boundary
        return None
    data = _DATA.match(text)
    if data:
        rest = text[data.end() :]
        held = unbase64(unquote_to_bytes(rest).decode("latin-1")) if data[2].lower().endswith(";base64") else unquote_to_bytes(rest)
        return ("data: address", held) if held else None
    if _HEX.match(text):
        return "hex", bytes.fromhex(text.removeprefix("0x"))
    if _HEX_SPACED.match(text):
        return "hex", bytes.fromhex(re.sub(r"[\s:,]", "", text))
    if _BASE32.match(text):
        try:
            return "base32", base64.b32decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 8))
        except (binascii.Error, ValueError):
            pass
    if _BASE64.match(text) and not _is_words(text):
        held = unbase64(text)
        if held and (_MIXED.match(text) or _switches(text) or as_text(held) is not None):
            return ("base64url" if "-" in text or "_" in text else "base64"), held
    if text.count("%") * 3 > len(text) / 2 and _PERCENT.match(text):
        return "percent", unquote_to_bytes(text.replace("+", " "))
    return None


def _is_words(text: str) -> bool:
    """Tell whether blanks stand where no writer of base64 puts them: it breaks lines of one length."""
    pieces = text.split()
    return len(pieces) > 1 and (len({len(piece) for piece in pieces[:-1]}) > 1 or len(pieces[0]) < 40)


def _switches(text: str) -> bool:
    """Tell whether capitals stand as they do in no name: in every third place or more."""
    return len(text) >= 24 and sum(first.isupper() != second.isupper() for first, second in zip(text, text[1:], strict=False)) > 0.35 * len(text)


def is_coded(text: str) -> bool:
    """Tell whether a text is one long token in which no words stand, as base85 or base62 of something.

    Examples
    --------
    >>> is_coded("k4$Zq!7B(wR0>tXe" * 5), is_coded("function(a){return document.cookie}" * 3)
    (True, False)
    """
    text = text.strip()
    if len(text) < SHORTEST * 4 or not _CODED.match(text[: 1 << 16]):
        return False
    held = text[: 1 << 16]
    marks = sum(map(held.count, ",;:'=&/"))
    return sum(map(len, _WORDS.findall(held))) < len(held) / 8 and len(set(held)) > 12 and marks < len(held) / 8


def text_of(data: bytes) -> str | None:
    """Return bytes as text: UTF-8, UTF-16, or an older encoding where nothing speaks against it; else None.

    Examples
    --------
    >>> text_of("Médecin".encode()), text_of(b"\\xff\\xfeA\\0"), text_of("prénom et nom, et de nouveau".encode("latin-1")), text_of(bytes(range(40)))
    ('Médecin', 'A', 'prénom et nom, et de nouveau', None)
    """
    plain = as_text(data)
    if plain is not None:
        return plain
    for mark, name in _MARKS:
        if data.startswith(mark):
            wide = _decoded(data[: len(data) - len(data) % 2], name)
            return wide if wide is not None and not _strange(wide) and _is_written(wide) else None
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if controls == 0:
        text = _decoded(data, "utf-8")
        # cut in the middle of a character
        text = text if text is not None else next((held for less in (1, 2, 3) if (held := _decoded(data[:-less], "utf-8")) is not None), None)
        if text is not None or not data:
            return text
        ascii_share = sum(map(len, re.findall(rb"[\t\n\r -~]+", data))) / len(data)
        letters = sum(letter.isalpha() or letter == " " for letter in data.decode("latin-1")) / len(data)
        # of random bytes a tenth are control characters, four in ten are ASCII and less than half are letters
        return data.decode("latin-1") if len(data) >= 256 and ascii_share > 0.3 or ascii_share > 0.7 and letters > 0.7 else None
    if len(data) >= 32 and controls <= len(data) / 20:
        return _decoded(data, "utf-8")
    if len(data) >= 8 and len(data) % 2 == 0:
        for name, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
            if zeros.count(0) > 0.8 * len(zeros):
                wide = _decoded(data, name)
                return wide if wide is not None and not _strange(wide) else None
    return None


def _strange(text: str) -> bool:
    return sum(letter < " " and letter not in "\t\n\r" or letter == "\x7f" for letter in text) > 0.02 * len(text)


def _is_written(text: str) -> bool:
    """Tell whether nearly all characters are of scripts that are written much: of random ones, six in ten are."""
    return sum(letter < "\u0700" or "\u0e00" <= letter < "\u0f00" or "\u2000" <= letter < "\u3100" or "\u4e00" <= letter < "\ua000" or "\uac00" <= letter < "\ud800" or letter >= "\uff00" for letter in text[:4096]) > 0.95 * len(text[:4096])


def _decoded(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def bytes_disguised(text: str) -> bytes | None:
    """Return the bytes that an exporter wrote as characters of the same number, or None for text.

    Examples
    --------
    >>> bytes_disguised("\\x89PNG\\r\\n\\x1a\\n\\0"), bytes_disguised("Médecin")
    (b'\\x89PNG\\r\\n\\x1a\\n\\x00', None)
    """
    head = text[: 1 << 16]
    odd = sum(letter < " " and letter not in "\t\n\r\f\b\x1b" or "\x7f" <= letter <= "\x9f" for letter in head)
    if odd <= len(head) / 50 or _LOST in head:
        return None
    try:
        # what windows-1252 has in place of control characters is put back first
        return text.translate(_WINDOWS).encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
