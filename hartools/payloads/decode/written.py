"""How is a text written: as JSON, a form, parts, lines, percent escapes, base64, LZ-string, or as bytes in disguise?

Each function says in its comment what makes it try; where that sign is missing it returns None,
so that ordinary text stays ordinary text.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from urllib.parse import unquote_plus, unquote_to_bytes

import msgspec

from hartools.payloads.decode.budget import Budget
from hartools.payloads.decode.lzstring import lz_decompress
from hartools.payloads.decode.packed import as_text, is_packed, parts_of, unpack
from hartools.reading.fitting import clean

__all__ = ["SHORTEST_BASE64", "as_json", "form_pairs", "may_say_more", "read_text"]

SHORTEST_BASE64 = 16
MOST_LINES = 100_000
FORM = "application/x-www-form-urlencoded"
# put before JSON so that a foreign page cannot run it as a script
_GUARD = re.compile(r"\A(?:\)\]\}'?,?\s*\n|for\s*\(;;\);|while\s*\(1\);)")
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_PAIR = re.compile(r"[^\s=&?#{}<>\"';,]{1,200}=[^\s=&\"<>]*\Z")
# most texts hold none of the signs below: asked first, in one pass
_SIGN = re.compile("[%{\\[=\\n\"?\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|--|[\xc2-\xf4][\x80-\xbf]|\\(\xb5/\xfd|\\Ax\\^| \\Z")
_TOKEN = re.compile(r"[A-Za-z0-9+/_$=.-]+\Z")
# sixteen characters of base64 hardly ever lack one case; words, paths and hashes do
_MIXED = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])")
# numbers, hashes in hexadecimal and UUIDs are also of the alphabet of base64, and never meant as such
_PLAIN_ID = re.compile(r"(?:[0-9]+|[0-9a-f]+|[0-9A-F]+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}\Z")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}\Z")
_LZ_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,3}\Z")
_LZ_URI = re.compile(r"[A-Za-z0-9+$-]+\Z")
_JWT = re.compile(r"(?:Bearer\s+)?(eyJ[A-Za-z0-9_-]+)\.(eyJ[A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\Z")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,11}://[^\s?#]*\?([^\s#]*=[^\s#]*)", re.I)
_BYTES = re.compile("[\x00-\xff]*\\Z")
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# the beginnings that the formats with a magic number have once read as Latin-1, and UTF-8 read as Latin-1
# no letter of any language: what stands here is bytes
_UPPER_CONTROL = re.compile("[\x80-\x9f]")
_DISGUISED = re.compile("\\A(?:\x1f\x8b\x08|x[\x01^\x9c\xda]|\\(\xb5/\xfd)|[\xc2-\xf4][\x80-\xbf]")


def as_json(text: str) -> object:
    """Return what a JSON text says, or None where it is none.

    Examples
    --------
    >>> as_json(')]}\\'\\n{"a": [1]}'), as_json("[CDATA")
    ({'a': [1]}, None)
    """
    guard = _GUARD.match(text)
    written = text[guard.end() :] if guard else text
    try:
        return msgspec.json.decode(written)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        pass
    try:
        # lone surrogates, NaN: what scripts write and the standard does not know
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def form_pairs(text: str) -> list[tuple[str, str]]:
    """Split a form, blank values kept, and undo its percent escapes once.

    Examples
    --------
    >>> form_pairs("dl=https%3A%2F%2Fa.example&x=")
    [('dl', 'https://a.example'), ('x', '')]
    """
    pairs = []
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((_undone(name), _undone(value)) if "%" in part or "+" in part else (name, value))
    return pairs


def _undone(written: str) -> str:
    if "%" not in written and "+" not in written:
        return written
    try:
        return unquote_plus(written, errors="strict")
    except UnicodeDecodeError:
        # bytes that are no UTF-8: kept as Latin-1, from which they can be recovered
        return unquote_plus(written, encoding="latin-1")


def read_text(text: str, budget: Budget, *, media_type: str | None = None) -> tuple[str, object] | None:
    """Return how a text is written and what it says, or None for text that says nothing else.

    Parameters
    ----------
    text : str
    budget : Budget
    media_type : str, optional
        What the sender called it, lower case and without parameters. A form of one field, and a
        multipart body, are believed to be such on this word; everything else must show itself.

    Examples
    --------
    >>> read_text("eyJxIjogImRlbnRpc3RlIn0=", Budget())
    ('base64', '{"q": "dentiste"}')
    >>> read_text("parodontologiste", Budget())
    """
    budget.spend(len(text))
    if media_type != FORM and not may_say_more(text):
        return None
    for attempt in _ATTEMPTS:
        found = attempt(text, media_type, budget)
        if found is not None:
            return found
    return None


def may_say_more(text: str) -> bool:
    """Say, at little cost, whether a text shows any sign of another layer.

    Examples
    --------
    >>> may_say_more("Dentiste"), may_say_more("50%25")
    (False, True)
    """
    return len(text) > 1 and bool(_SIGN.search(text) or (len(text) >= SHORTEST_BASE64 and _MIXED.match(text) and _TOKEN.match(text) and not _PLAIN_ID.match(text)))


def _read_json(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # an object or a list from the first character to the last; of a quoted text, one with escapes in it
    inner = text.strip()
    if inner[:1] in ("{", "[") and inner[-1:] in ("}", "]") or _GUARD.match(inner):
        held = as_json(inner)
        return ("json", held) if isinstance(held, (dict, list)) else None
    if inner[:1] == '"' == inner[-1:] and "\\" in inner:
        held = as_json(inner)
        return ("json", clean(held)) if isinstance(held, str) and held else None
    return None


def _read_lines(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # two lines or more, each of them JSON, or each of them a form
    if "\n" not in text:
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    if not 2 <= len(lines) <= MOST_LINES:
        return None
    if all(line.lstrip()[:1] in ("{", "[") for line in lines):
        held = [as_json(line) for line in lines]
        return ("ndjson", held) if None not in held else None
    return ("lines", lines) if all(_is_form(line) for line in lines) else None


def _read_parts(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # begins with a boundary and ends with it, and its parts have names
    if text[:200].lstrip()[:2] != "--":
        return None
    found = parts_of(text.encode("latin-1" if _BYTES.match(text) and _UPPER_CONTROL.search(text) else "utf-8", "replace"))
    return ("multipart", found) if found else None


def _is_form(text: str, *, least: int = 2) -> bool:
    pairs = text.split("&")
    return len([pair for pair in pairs if pair]) >= least and all(_PAIR.match(pair) for pair in pairs if pair)


def _read_form(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # two pairs or more of name=value without spaces; one where the sender says that it is a form
    if "=" not in text:
        return None
    return ("form", form_pairs(text)) if _is_form(text, least=2 if media_type != FORM else 1) else None


def _read_url(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # an address with name=value behind its question mark
    found = _URL.match(text) if "?" in text and "://" in text[:20] else None
    return ("url", form_pairs(found[1])) if found else None


def _read_percent(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # an escape, and text or packed bytes once all are undone
    if "%" not in text or not _ESCAPE.search(text):
        return None
    data = unquote_to_bytes(text)
    plain = as_text(data)
    if plain is not None:
        return ("percent", plain)
    return ("percent", data) if is_packed(data, budget) else None


def _read_jwt(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # three parts, the first two of which are base64url of JSON objects, the first with an algorithm
    found = _JWT.match(text.strip()) if "eyJ" in text[:20] else None
    if found is None:
        return None
    head, body = (as_json(_unbase64(part, url=True).decode("utf-8", "replace") or "") for part in found.groups()[:2])
    return ("jwt", {"header": head, "payload": body}) if isinstance(head, dict) and "alg" in head and isinstance(body, dict) else None


def _unbase64(text: str, *, url: bool) -> bytes:
    text = text.rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_" if url else None, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _read_base64(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # sixteen characters or more of one alphabet alone, and text or packed bytes behind it
    if len(text) < SHORTEST_BASE64 or not _MIXED.match(text) or _PLAIN_ID.match(text):
        return None
    written = text.strip()
    kind = "base64" if _BASE64.match(written) else "base64url" if _BASE64URL.match(written) else None
    if kind is None and "\n" in written and not _ODD.search(written):  # broken into lines, as in mails
        joined = "".join(written.split())
        kind = "base64" if _BASE64.match(joined) and max(map(len, written.split())) in (64, 76) else None
        written = joined
    if kind is None or len(written.rstrip("=")) % 4 == 1:
        return None
    data = _unbase64(written, url=kind == "base64url")
    budget.spend(len(data))
    plain = as_text(data) if data else None
    if plain is not None:
        return (kind, plain)
    return (kind, data) if data and unpack(data, budget) is not None else None


def _read_lzstring(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # the whole text in one of its alphabets, and writing the result again gives the same text
    if not text.endswith(" ") and (len(text) < SHORTEST_BASE64 or _PLAIN_ID.match(text) or not _MIXED.match(text)):
        return None
    if text.endswith(" "):
        kinds = ["lz-string utf16"] if not text.isascii() and len(text) > 4 else []
    else:
        kinds = [kind for kind, shape in (("lz-string base64", _LZ_BASE64), ("lz-string uri", _LZ_URI)) if shape.match(text)]
    for kind in kinds:
        held = lz_decompress(text, kind, budget)
        if held and (as_text(held.encode("utf-8", "replace")) is not None or _read_bytes(held, None, budget)):
            return (kind, held)
    return None


def _read_bytes(text: str, media_type: str | None, budget: Budget) -> tuple[str, object] | None:
    # no character above U+00FF, and the magic number of a stream, UTF-8, or characters that no text has
    if not (_ODD.search(text) or _DISGUISED.search(text)):
        return None
    if _BYTES.match(text):
        data = text.encode("latin-1")
        plain = as_text(data)
        if plain is not None:
            return ("latin-1", plain) if plain != text else None
        if unpack(data, budget) is not None:
            return ("latin-1", data)
    # bytes that happened to be UTF-8 were read as such
    data = text.encode("utf-8", "replace") if not text.isascii() and _ODD.search(text) else b""
    return ("utf-8", data) if data and unpack(data, budget) is not None else None


_ATTEMPTS: tuple[Callable, ...] = (
    _read_json, _read_lines, _read_jwt, _read_parts, _read_bytes, _read_form, _read_url, _read_percent, _read_base64, _read_lzstring,
)  # fmt: skip
