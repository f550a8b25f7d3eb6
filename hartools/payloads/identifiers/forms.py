"""In which forms does a value travel, and which pieces of a text could be one of them?"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from ahocorasick_rs import AhoCorasick

from hartools.payloads.identifiers.parse import parse_identifier

__all__ = ["FORMS", "form_index", "matches_of", "pieces_of"]

# How a value is searched for: the first three by undoing them in what was sent, hashes by making them.
FORMS = ("plain", "percent", "base64", "hex", "md5", "sha1", "sha256")
HASHES = {"md5": hashlib.md5, "sha1": hashlib.sha1, "sha256": hashlib.sha256}
SHORTEST = 8
MOST_PIECES = 2000  # of one text; a hostile value must end
WORD, DOTTED, BASE64 = re.compile(r"[A-Za-z0-9_-]{8,}"), re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+"), re.compile(r"[A-Za-z0-9+/_-]{11,}={0,2}")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
# Formats whose own form says what they are, wherever they stand: _ga, _gcl_au, _fbp and _fbc.
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SELF_DESCRIBING = re.compile(r"(?P<ga>GA\d\.[\d-]+\.\d+\.\d{9,10})|(?P<fbp>fb\.\d+\.\d{13}\.\d{6,})")


def form_index(values: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Build a table from every form that has to be made beforehand to the value and the form's name.

    Parameters
    ----------
    values : iterable of str

    Returns
    -------
    dict of str to list of (str, str)
        Text to pairs of value and form. Hashes are in lower case, of the value as it is and in
        lower and upper case.

    Examples
    --------
    >>> form_index(["962b44c276281f3d9112dcd4"])[hashlib.md5(b"962b44c276281f3d9112dcd4").hexdigest()]
    [('962b44c276281f3d9112dcd4', 'md5')]
    """
    index: dict[str, list[tuple[str, str]]] = {}
    for value in dict.fromkeys(values):
        _add(index, value, (value, "plain"))
        if value.lower() != value and re.fullmatch(r"[0-9A-Fa-f-]{16,}", value):
            _add(index, value.lower(), (value, "plain"))
        for written in dict.fromkeys((value, value.lower(), value.upper())):
            for name, digest in HASHES.items():
                _add(index, digest(written.encode("utf-8", "surrogatepass")).hexdigest(), (value, name))
    return index


def _add(index: dict, key: str, found: tuple[str, str]) -> None:
    kept = index.setdefault(key, [])
    if found not in kept:
        kept.append(found)


def matches_of(texts: Iterable[str], values: Iterable[str]) -> dict[int, dict[str, str]]:
    """Find which texts hold which values in which form, by looking pieces up and never text by value.

    Parameters
    ----------
    texts : iterable of str
        Distinct ones.
    values : iterable of str

    Returns
    -------
    dict of int to dict of str to str
        Place of the text to each value in it and its form, a name of `FORMS`.

    Notes
    -----
    One automaton (Aho and Corasick, CACM 1975) over all forms says which texts are worth cutting
    up; a text that could be packed is cut up in any case.

    Examples
    --------
    >>> matches_of(["x", "uid:0123456789abcdef"], ["0123456789abcdef"])
    {1: {'0123456789abcdef': 'plain'}}
    """
    index = form_index(values)
    if not index:
        return {}
    automaton = AhoCorasick(list(dict.fromkeys(key.lower() for key in index)))
    return {place: found for place, text in enumerate(texts)
            if (automaton.find_matches_as_indexes(text.lower()) or "%" in text or any(_unpacked(text))) and (found := _matches(text, index))}


def _matches(text: str, index: dict[str, list[tuple[str, str]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece, undone in pieces_of(text):
        for value, form in index.get(piece, ()):
            # a hash inside base64 keeps the hash's name: that is what hides the value
            found.setdefault(value, undone if form == "plain" else form)
    return found


def pieces_of(text: str) -> tuple[tuple[str, str], ...]:
    """Cut a text into the pieces that could be an identifier, each with what was undone to reach it.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of (str, str)
        Piece, and plain, percent, base64 or hex.

    Notes
    -----
    Pieces are the text itself; its runs of letters, digits, ``_`` and ``-``; runs of those joined
    by dots; the identifier of a self-describing format (``GA1.2.…``, ``fb.1.…``); all the same
    once percent escapes are undone, and inside base64 or hexadecimal that holds readable text.

    Examples
    --------
    >>> ("0123456789abcdef", "base64") in pieces_of("MDEyMzQ1Njc4OWFiY2RlZg==")
    True
    """
    found: dict[str, str] = {}
    for piece in _cut(text):
        found.setdefault(piece, "plain")
    if "%" in text:
        plain = text
        for _ in range(2):
            plain = unquote(plain)
        for piece in _cut(plain):
            found.setdefault(piece, "percent")
        text = plain
    for inner, form in _unpacked(text):
        for piece in _cut(inner):
            found.setdefault(piece, form)
    return tuple(list(found.items())[:MOST_PIECES])


def _cut(text: str) -> Iterator[str]:
    yield text
    tight = text.strip("\"'{} ")
    if tight != text:
        yield tight
    for word in WORD.findall(text):
        yield word
        if word != word.lower():
            yield word.lower()
    yield from UUID.findall(text) if text.count("-") >= 4 else ()
    for run in DOTTED.findall(text) if "." in text else ():
        parts = run.split(".")
        if len(parts) <= 8:
            yield from (".".join(parts[start:end]) for start in range(len(parts)) for end in range(start + 2, len(parts) + 1))
    for match in SELF_DESCRIBING.finditer(text) if "GA" in text or "fb." in text else ():
        parsed = parse_identifier("_ga" if match["ga"] else "_fbp", match[0])
        yield from parsed.ids.values() if parsed else ()


def _unpacked(text: str) -> Iterator[tuple[str, str]]:
    for run in BASE64.findall(text[:4096]):
        inner = _from_base64(run)
        if inner:
            yield inner, "base64"
    for run in HEX.findall(text[:4096]):
        # the first bytes settle nearly all: what was drawn at random is seldom text
        if bytes.fromhex(run[:16]).isascii() and (inner := _readable(bytes.fromhex(run))):
            yield inner, "hex"


def _from_base64(run: str) -> str | None:
    tight = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(tight) % 4 == 1 or not binascii.a2b_base64(tight[:8]).isascii():
        return None
    try:
        return _readable(base64.b64decode(tight + "=" * (-len(tight) % 4)))
    except (binascii.Error, ValueError):
        return None


def _readable(data: bytes) -> str | None:
    if not data.isascii():
        return None
    text = data.decode("ascii")
    return text if len(text) >= SHORTEST and text.isprintable() else None
