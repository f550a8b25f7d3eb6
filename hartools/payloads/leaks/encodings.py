"""How is a text written so that it no longer looks like itself?"""

import base64
import codecs
import json
from collections.abc import Callable, Mapping
from html import escape
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from hartools.payloads.decode.lzstring import lz_compress

__all__ = ["ENCODINGS", "Encoding", "base64_cores"]


class Encoding(NamedTuple):
    """One way to write bytes.

    Attributes
    ----------
    spellings : callable
        From bytes to everything that they are written as; what is given back is what surely stands
        in the text, whatever stands around the value.
    is_opaque : bool
        The case of the value changes more than the case of what is written: each case form is tried.
    is_exact : bool
        The case of what is written counts.
    meaning : str
        One line for the docs.
    """

    spellings: Callable[[bytes], list[bytes]]
    is_opaque: bool
    is_exact: bool
    meaning: str


def base64_cores(data: bytes, *, url: bool = False) -> list[bytes]:
    """Return the base64 characters that a value surely yields at each of the three offsets.

    Characters that bits of a neighbour share are left out, so that the value is found in the middle of an encoded text.

    Examples
    --------
    >>> base64_cores(b"jeanne@a.org")
    [b'amVhbm5lQGEub3Jn', b'plYW5uZUBhLm9yZ', b'qZWFubmVAYS5vcm']
    """
    encoder = base64.urlsafe_b64encode if url else base64.b64encode
    cores = []
    for offset in range(3):
        whole = encoder(bytes(offset) + data)
        first = -(-offset * 8 // 6)
        cores.append(whole[first : (offset + len(data)) * 8 // 6])
    return cores


# The letters that one vendor puts for 0-9A-Za-z, as LeakDetector lists them (custom_map_1).
LETTERS_IN = "kibp8A4EWRMKHa7gvyz1dOPt6UI5xYD3nqhVwZBXfCcFeJmrLN20lS9QGsjTuo"
LETTERS_OUT = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LETTERS = bytes.maketrans(LETTERS_IN.encode(), LETTERS_OUT.encode())
BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _each(data: bytes, wanted: Callable[[str], str], *, everything: bool = False) -> bytes:
    """Write letters and digits as they are, all other characters as wanted."""
    text = data.decode("utf-8", "replace")
    return "".join(letter if not everything and letter.isascii() and letter.isalnum() else wanted(letter) for letter in text).encode()


def _units(letter: str) -> str:
    unit = letter.encode("utf-16-be")
    return "".join(f"\\u{unit[at]:02x}{unit[at + 1]:02x}" for at in range(0, len(unit), 2))


def _percent(data: bytes) -> list[bytes]:
    # encodeURIComponent leaves !~*'() alone, PHP and Python do not
    return [quote(data, safe="").encode(), quote(data, safe="!~*'()").encode(), quote(data, safe="@").encode(), quote(data, safe="/:@?").encode()]


def _json(data: bytes) -> list[bytes]:
    text = data.decode("utf-8", "replace")
    return [json.dumps(text)[1:-1].encode(), json.dumps(text, ensure_ascii=False)[1:-1].encode(), json.dumps(text)[1:-1].replace("/", "\\/").encode(),
            _each(data, _units), _each(data, lambda letter: f"\\x{ord(letter):02x}" if ord(letter) < 256 else _units(letter))]  # fmt: skip


def _entities(data: bytes) -> list[bytes]:
    named = escape(data.decode("utf-8", "replace")).encode()
    numbers = [_each(data, form, everything=everything) for everything in (False, True) for form in (lambda c: f"&#{ord(c)};", lambda c: f"&#x{ord(c):x};", lambda c: f"&#{ord(c):03d};")]
    return [named, named.replace(b"@", b"&commat;").replace(b".", b"&period;").replace(b"+", b"&plus;"), named.replace(b"@", b"&#64;"), named.replace(b"@", b"&#x40;"), *numbers]


def _base58(data: bytes) -> bytes:
    number, written = int.from_bytes(data, "big"), bytearray()
    while number:
        number, rest = divmod(number, 58)
        written.append(BASE58[rest])
    return bytes(written[::-1])


def _base32(data: bytes) -> list[bytes]:
    cores = []
    for offset in range(5):
        whole = base64.b32encode(bytes(offset) + data)
        cores.append(whole[-(-offset * 8 // 5) : (offset + len(data)) * 8 // 5])
    return cores


def _percent_all(data: bytes) -> list[bytes]:
    return ["".join(f"%{byte:02X}" for byte in data).encode()]


def _twice(data: bytes) -> list[bytes]:
    return [quote(once).encode() for once in _percent(data)]


ENCODINGS: Mapping[str, Encoding] = {
    "plain": Encoding(lambda data: [data], False, False, "as it is, in any case of letters"),
    "percent": Encoding(_percent, False, False, "%XX for what a URL reserves"),
    "form": Encoding(lambda data: [quote_plus(data).encode()], False, False, "as a form writes it: + for a space"),
    "double percent": Encoding(_twice, False, False, "percent-encoded twice"),
    "percent all": Encoding(_percent_all, True, False, "%XX for every byte"),
    "json": Encoding(_json, False, False, "\\uXXXX, \\xXX and \\/ escapes"),
    "entities": Encoding(_entities, False, False, "HTML entities, named and by number"),
    "rot13": Encoding(lambda data: [codecs.encode(data.decode("utf-8", "replace"), "rot13").encode()], False, False, "letters moved by thirteen places"),
    "reversed": Encoding(lambda data: [data.decode("utf-8", "replace")[::-1].encode()], False, False, "written backwards"),
    "utf-16": Encoding(lambda data: [data.decode("utf-8", "replace").encode("utf-16-le"), data.decode("utf-8", "replace").encode("utf-16-be")], False, False, "two bytes for each letter, either order"),
    "hex": Encoding(lambda data: [data.hex().encode()], True, False, "two hexadecimal digits for each byte"),
    "base64": Encoding(base64_cores, True, True, "base64, at each of the three offsets"),
    "base64url": Encoding(lambda data: base64_cores(data, url=True), True, True, "base64 with - and _, at each of the three offsets"),
    "base32": Encoding(_base32, True, False, "base32, at each of the five offsets"),
    "base58": Encoding(lambda data: [_base58(data)], True, True, "base58 of nothing but the value"),
    "lz-string": Encoding(lambda data: [lz_compress(data.decode("utf-8", "replace"), "lz-string uri").encode()], True, True, "LZ-string for addresses, of nothing but the value"),
    "letter map": Encoding(lambda data: [data.translate(LETTERS)], True, True, "one vendor's exchange of letters (LeakDetector's custom_map_1)"),
}
