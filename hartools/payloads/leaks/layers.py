"""What stands inside a value that looks encoded, and how was it reached?"""

import base64
import binascii
import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.payloads.decode import decode
from hartools.reading.fitting import clean

__all__ = ["Inner", "address_parts", "encoded_places", "inner_texts", "json_leaves", "looks_encoded", "token_text", "unescaped"]

MOST_LEAVES = 200_000
DEEPEST = 64
LONGEST_NAME = 80
ARROW = " → "
# What makes a value look encoded: an escape, JSON, three base64url parts, packed bytes, long base64 that is no number in hexadecimal.
ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[\\/\"]|&(?:#\d|#x[0-9A-Fa-f]|[a-z]{2,8};)")
STRUCTURED = re.compile(r"\s*[{\[]|eyJ|[^\s=&?#]{1,200}=[^\s&]*&")
ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
BASE64 = re.compile(r"[A-Za-z0-9+/_$-]{16,}={0,3}\Z")
# ids in hexadecimal (also those that a few letters follow, as in cf-ray) and words
PLAIN_ID = re.compile(r"[0-9A-Fa-f.:_-]+\Z|[0-9a-f-]{12}|[a-z/_-]+\Z")
HEX_TEXT = re.compile(r"(?:[2-7][0-9A-Fa-f]|0[9AaDd]|[CcDdEe][0-9A-Fa-f][89ABab][0-9A-Fa-f]){8,}\Z")
BACKSLASH = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\\/\"'bfnrt]))")
PAIRS = re.compile("[&;]")
CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Inner(NamedTuple):
    """One text inside another: the way there, the name under which it stands, and the text."""

    way: str
    name: str | None
    text: str | bytes
    is_value: bool


# The same for many at once, and wider: what does not match it does not look encoded.
MAYBE = r"%[0-9A-Fa-f]{2}|\\[ux\\/\"]|&[#a-z]|^\s*[{\[]|^eyJ|=[^\s&]*&|[\x00-\x08\x0e-\x1f\x7f-\x{9f}]|^[A-Za-z0-9+/_$-]{16,}={0,3}$"


def encoded_places(texts: list[str]) -> list[int]:
    """Return which of many texts look encoded.

    Examples
    --------
    >>> encoded_places(["plain", "a%20b", "0123456789abcdef0123"])
    [1]
    """
    maybe = np.flatnonzero(pc.match_substring_regex(pa.array(texts, pa.large_string()), MAYBE).to_numpy(zero_copy_only=False))
    return [place for place in maybe.tolist() if looks_encoded(texts[place])]


def looks_encoded(text: str) -> bool:
    """Tell whether any layer could stand around or inside a value.

    Examples
    --------
    >>> looks_encoded("a%20b"), looks_encoded("0123456789abcdef0123"), looks_encoded("two words")
    (True, False, False)
    """
    if ESCAPED.search(text) or STRUCTURED.match(text) or ODD.search(text):
        return True
    return bool(BASE64.match(text)) and (not PLAIN_ID.match(text) or bool(HEX_TEXT.match(text)))


def inner_texts(text: str | bytes, *, media_type: str | None = None) -> Iterator[Inner]:
    """Yield every text inside a value: what `decode` reaches, what is written in hexadecimal, and what escapes hide.

    Examples
    --------
    >>> [(inner.way, inner.name, inner.text) for inner in inner_texts('{"user": {"email": "jeanne@a.example"}}')]
    [(' → $.user.email', '$.user.email', 'jeanne@a.example')]
    """
    if isinstance(text, str):
        parsed = _json(text)
        if parsed is not None:
            for path, leaf in json_leaves(parsed):
                yield Inner(f"{ARROW}{path}", path, leaf, True)
                if isinstance(leaf, str) and looks_encoded(leaf):
                    yield from (Inner(f"{ARROW}{path}{inner.way}", f"{path}" if inner.name is None else f"{path}{ARROW}{inner.name}", inner.text, inner.is_value) for inner in _undone(leaf))
            return
    yield from _undone(text, media_type=media_type)


def _undone(text: str | bytes, *, media_type: str | None = None) -> Iterator[Inner]:
    if isinstance(text, str):
        if len(text) % 2 == 0 and HEX_TEXT.match(text):
            yield Inner(f"{ARROW}hex", None, bytes.fromhex(text), True)
        changed = unescaped(text)
        if changed is not None:
            yield Inner(f"{ARROW}{changed[0]}", None, changed[1], True)
    layers = decode(text, media_type=media_type, name="", most_layers=5, most_bytes=1 << 24, most_results=MOST_LEAVES)
    for layer in layers[1:]:
        if layer.kind != "stopped" and isinstance(layer.value, (str, bytes, int, float)) and not isinstance(layer.value, bool):
            value = layer.value if isinstance(layer.value, (str, bytes)) else str(layer.value)
            yield Inner(layer.path, _last_name(layer.path), value, layer.is_leaf)


def _last_name(path: str) -> str | None:
    """Return where the members of the innermost container stand, or None where only whole layers were undone."""
    return next((step for step in reversed(path.split(ARROW)) if step.startswith("$.") or step.startswith("$[")), None)


def unescaped(text: str) -> tuple[str, str] | None:
    """Undo percent escapes, backslash escapes or HTML entities all over a text, until nothing changes, and name what was undone.

    Examples
    --------
    >>> unescaped("jeanne%2540a.example"), unescaped("a &#64; b"), unescaped("no")
    (('percent → percent', 'jeanne@a.example'), ('entities', 'a @ b'), None)
    """
    done = []
    for _ in range(3):
        for name, undo in (("percent", unquote), ("backslashes", _backslashes), ("entities", unescape)):
            changed = undo(text)
            if changed != text:
                text = changed
                done.append(name)
                break
        else:
            break
    return (ARROW.join(done), clean(text)) if done else None


def _backslashes(text: str) -> str:
    return BACKSLASH.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[3] is None else CONTROL.get(found[3], found[3]), text) if "\\" in text else text


def json_leaves(parsed: object) -> Iterator[tuple[str, str]]:
    """Yield every text and number of parsed JSON with its path.

    Examples
    --------
    >>> list(json_leaves({"a": [1, {"b": "x"}]}))
    [('$.a[0]', '1'), ('$.a[1].b', 'x')]
    """
    waiting: list[tuple[str, object, int]] = [("$", parsed, 0)]
    count = 0
    while waiting and count < MOST_LEAVES:
        path, value, depth = waiting.pop()
        if isinstance(value, dict) and depth < DEEPEST:
            waiting += [(f"{path}.{clean(key)[:LONGEST_NAME]}", item, depth + 1) for key, item in reversed(value.items())]
        elif isinstance(value, list) and depth < DEEPEST:
            waiting += [(f"{path}[{place}]", value[place], depth + 1) for place in range(len(value) - 1, -1, -1)]
        elif isinstance(value, str):
            count += 1
            yield path, clean(value)
        elif value is not None and not isinstance(value, bool):
            count += 1
            yield path, str(value)


def _json(text: str) -> object:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        parsed = msgspec.json.decode(text)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return parsed if isinstance(parsed, (dict, list)) else None


def address_parts(url: str) -> Iterator[tuple[str, str, str]]:
    """Yield field, name and value, decoded once, of the parts of an address.

    Examples
    --------
    >>> list(address_parts("https://a.example/x/y%20z?q=1+2#w"))
    [('path', 'segment 1', 'x'), ('path', 'segment 2', 'y z'), ('query', 'q', '1 2'), ('fragment', '', 'w')]
    """
    rest, _, fragment = url.partition("#")
    rest, _, query = rest.partition("?")
    scheme = rest.find("://")
    segments = rest[scheme + 3 if scheme >= 0 else 0 :].split("/")
    yield from (("path", f"segment {place}", unquote(segment) if "%" in segment else segment) for place, segment in enumerate(segments) if segment and place)
    for field, written in (("query", query), ("fragment", fragment)):
        for pair in PAIRS.split(written) if written else ():
            name, is_pair, value = pair.partition("=")
            yield (field, unquote_plus(name), unquote_plus(value)) if is_pair else (field, "", unquote_plus(pair))


def token_text(token: bytes) -> bytes | None:
    """Return what a run of base64 characters says, where that is text or begins like packed bytes.

    Examples
    --------
    >>> token_text(b"eyJhIjogImIifQ"), token_text(b"static-js-bundle")
    (b'{"a": "b"}', None)
    """
    url = b"-" in token or b"_" in token
    head = _base64(token[:24], url)
    if head is None or not _is_readable(head):
        return None
    whole = _base64(token, url)
    return whole if whole is not None and _is_readable(whole) else None


def _base64(token: bytes, url: bool) -> bytes | None:
    token = token[: -1 if len(token) % 4 == 1 else None]
    try:
        return base64.b64decode(token + b"=" * (-len(token) % 4), altchars=b"-_" if url else None)
    except (binascii.Error, ValueError):
        return None


PACKED = (b"\x1f\x8b\x08", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"\x28\xb5\x2f\xfd")
NOT_TEXT = bytes(byte for byte in range(256) if byte < 9 or 13 < byte < 32 or byte == 127)


def _is_readable(data: bytes) -> bool:
    if data.startswith(PACKED):
        return True
    if b"\x00" in data[:8] and len(data.replace(b"\x00", b"")) * 2 <= len(data) + 1:
        return True  # two bytes for each letter
    if len(data.translate(None, NOT_TEXT)) != len(data):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        # the head may end inside a character
        return error.start >= len(data) - 3 and error.start > 0
    return True
