"""What does a value say once every layer around it is undone?

`decode` follows a value inwards: forms, JSON inside JSON, base64, compressed streams and so on,
each entered only on the signs that `LAYERS` states, bounded in depth, size and work. `written`
knows how texts are written, `packed` how bytes are packed, `lzstring` one scheme of scripts,
`budget` counts.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hartools.payloads.decode.budget import Budget, OverBudget
from hartools.payloads.decode.members import all_texts, coded_texts, short
from hartools.payloads.decode.packed import as_text, unpack
from hartools.payloads.decode.written import read_text
from hartools.reading.fitting import clean
from hartools.reading.values import media_type as without_parameters

__all__ = ["LAYERS", "Budget", "Layer", "decode", "undo", "unwrap"]

ARROW = " → "
# what was read from bytes holds texts that stood nowhere in clear
_PARSED_BYTES = ("messagepack", "jwt")

# What makes us enter a layer, in the order in which they are tried; docs/decoding.md is made from it.
LAYERS: Mapping[str, str] = {
    "json": "the text begins with { or [ and ends with } or ], and all of it is JSON (a guard such as )]}' before it is skipped); a quoted text counts where it holds escapes",
    "ndjson": "two lines or more, each of them JSON",
    "lines": "two lines or more, each of them a form",
    "jwt": "three parts joined by dots, the first two base64url of JSON objects, the first with an algorithm; the signature is not checked",
    "multipart": "begins with a boundary that also closes it, and its parts have names",
    "latin-1": "no character above U+00FF, and either a magic number at the start, UTF-8 read as Latin-1, or control characters that no text has; what comes out is text or packed",
    "utf-8": "control characters and characters beyond ASCII, and the bytes are packed",
    "form": "two or more pairs name=value joined by & without spaces; one pair where the media type says form",
    "url": "an address (scheme://) with name=value behind its question mark",
    "percent": "a %XX escape, and text or packed bytes once all escapes are undone",
    "base64": "sixteen characters or more, all of the alphabet, letters of both cases among them, of a possible length; what comes out is UTF-8 without control characters, or packed; never a hash in hexadecimal or a UUID",
    "base64url": "as base64, in the alphabet with - and _",
    "lz-string base64": "sixteen characters or more of its alphabet, and writing the result again gives the same text",
    "lz-string uri": "as lz-string base64, in its alphabet for addresses",
    "lz-string utf16": "ends with a space, holds characters beyond ASCII, and writing the result again gives the same text",
    "gzip": "magic number 1f 8b 08; a cut stream gives what it holds",
    "zlib": "magic number 78 with 01, 5e, 9c or da; a cut stream gives what it holds",
    "zstd": "magic number 28 b5 2f fd, and the whole stream unpacks",
    "messagepack": "eight bytes or more that are exactly one map or list, holding a text of four characters or packed bytes",
    "protobuf": "eight bytes or more that are exactly one message with field numbers up to 4096, holding a text of four characters or packed bytes; only those are kept",
    "deflate": "no magic number: a compressed block from the first byte to the last, holding eight bytes or more that are text or packed",
    "brotli": "as deflate",
}


class Layer(NamedTuple):
    """One value met on the way inwards.

    Attributes
    ----------
    path : str
        How it was reached: ``body → base64 → gzip → $.events[2].page_url``.
    kind : str
        The layer it came out of, a key of `LAYERS`; ``given`` for the value itself, ``texts`` (see `decode`), ``stopped``
        for a row that says where a bound was met, its value the reason.
    value : object
        Text, bytes, number, or what a container was read as (dict, list, list of pairs).
    depth : int
        How many layers were undone to reach it.
    is_leaf : bool
        Nothing more was found inside it.
    """

    path: str
    kind: str
    value: object
    depth: int
    is_leaf: bool


def decode(
    data: str | bytes | dict | list,
    *,
    media_type: str | None = None,
    name: str = "body",
    most_layers: int = 6,
    most_bytes: int = 1 << 24,
    most_work: int = 1 << 26,
    most_results: int = 100_000,
    most_nesting: int = 64,
    plain_members: bool = True,
) -> list[Layer]:
    """Undo every layer around and inside a value.

    Parameters
    ----------
    data : str, bytes, dict or list
        A body, a parameter's value, a cookie's value, or something parsed already.
    media_type : str, optional
        What the sender called it.
    name : str
        What the path begins with.
    most_layers : int
        How many layers are undone one inside the other.
    most_bytes, most_work : int
        What all layers together may hold, and what may be looked at or produced, in bytes and
        characters; counted and not timed, so that the answer is the same on every machine.
    most_results : int
        Rows returned.
    most_nesting : int
        Levels of objects and lists that are followed inside one layer.
    plain_members : bool
        False leaves out members of JSON in which nothing was found, for a search that has read the
        text around them: it costs a fraction. Where JSON wrote escapes, a row of kind ``texts``
        holds all names and texts of it, one a line.

    Returns
    -------
    list of Layer
        In reading order, the value itself first. A bound that was met is a last row of kind ``stopped``.

    Notes
    -----
    Never raises on any value. What makes a layer be entered stands in `LAYERS`.

    Examples
    --------
    >>> for layer in decode('{"record": "eyJwYWdlX3VybCI6ICJodHRwczovL2EuZXhhbXBsZS9kZW50aXN0ZSJ9"}'):
    ...     print(layer.path, layer.is_leaf)
    body False
    body → $ False
    body → $.record False
    body → $.record → base64 False
    body → $.record → base64 → $ False
    body → $.record → base64 → $.page_url True
    """
    budget = Budget(most_bytes=most_bytes, most_work=most_work)
    found: list[Layer] = []
    walk = _walk(data, name, budget, without_parameters(media_type), most_layers, most_nesting, plain_members)
    path = name
    try:
        for layer in walk:
            path = layer.path
            found.append(layer)
            if len(found) >= most_results:
                raise OverBudget(f"more than {most_results} results")
    except OverBudget as bound:
        found.append(Layer(path, "stopped", str(bound), 0, True))
    return found


def undo(value: object, budget: Budget, *, media_type: str | None = None) -> tuple[str, object] | None:
    """Undo one layer of a text or of bytes, or return None where nothing says that there is one.

    Examples
    --------
    >>> undo("a=1&b=2", Budget())
    ('form', [('a', '1'), ('b', '2')])
    """
    if isinstance(value, str):
        return read_text(value, budget, media_type=media_type)
    if not isinstance(value, bytes):
        return None
    found = unpack(value, budget)
    return (found[0], _readable(found[1])) if found else None


def unwrap(data: str | bytes, *, media_type: str | None = None, most_layers: int = 6, budget: Budget | None = None) -> tuple[object, tuple[str, ...]]:
    """Undo layers until something with members is reached, and name them; members are left alone.

    Examples
    --------
    >>> unwrap("eyJxIjogImRlbnRpc3RlIn0=")
    ({'q': 'dentiste'}, ('base64', 'json'))
    """
    budget, value, kinds = budget or Budget(), _readable(data), []
    kind = without_parameters(media_type)
    try:
        while len(kinds) < most_layers and isinstance(value, (str, bytes)):
            found = undo(value, budget, media_type=kind)
            if found is None:
                break
            kinds.append(found[0])
            value, kind = found[1], None
    except OverBudget:
        pass
    return value, tuple(kinds)


def _readable(value: object) -> object:
    """Return bytes as text where they are text."""
    if isinstance(value, bytes):
        text = as_text(value)
        return value if text is None else text
    return value


# what waits: path, kind, value, layers undone, levels of objects inside the last layer
def _walk(data: object, name: str, budget: Budget, media_type: str | None, most_layers: int, most_nesting: int, plain_members: bool) -> Iterator[Layer]:
    given = _readable(data)
    waiting: list[tuple] = [(name, "given", given, 0, 0)]
    while waiting:
        path, kind, value, depth, nesting = waiting.pop()
        budget.give(len(value) if isinstance(value, (str, bytes)) else 1)
        budget.spend(len(path))
        if not plain_members and isinstance(value, (dict, list)) and not _is_pairs(value):
            yield Layer(path, kind, value, depth, False)
            root = path if path.endswith("$") else f"{path}{ARROW}$"
            coded = coded_texts(value, root, budget, most_nesting=most_nesting)
            waiting += [(place, kind, _readable(item), depth, 1) for place, item in reversed(coded)]
            continue
        if isinstance(value, (dict, list)):
            inner = list(_members(path, kind, value, depth, nesting)) if nesting < most_nesting else []
            if nesting == 0 or not inner:
                yield Layer(path, kind, value, depth, not inner)
            if nesting >= most_nesting and value:
                yield Layer(path, "stopped", f"nested deeper than {most_nesting}", depth, True)
            waiting += reversed(inner)
            continue
        found = undo(value, budget, media_type=media_type if path == name else None)
        yield Layer(path, kind, value, depth, found is None or depth >= most_layers)
        if found is None:
            continue
        if depth >= most_layers:
            yield Layer(path, "stopped", f"more than {most_layers} layers", depth, True)
            continue
        waiting.append((_stepped(path, *found), found[0], found[1], depth + 1, 0))
        if not plain_members and isinstance(found[1], (dict, list)) and (found[0] in _PARSED_BYTES or (isinstance(value, str) and "\\" in value)) and not _is_pairs(found[1]):
            texts = all_texts(found[1], most_nesting=most_nesting)
            budget.give(len(texts))
            yield Layer(waiting[-1][0], "texts", texts, depth + 1, True)


def _is_pairs(value: dict | list) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], tuple)


def _stepped(path: str, kind: str, value: object) -> str:
    # `$` says that JSON was read; other containers are named before their members
    return f"{path}{ARROW}$" if kind == "json" and isinstance(value, (dict, list)) else f"{path}{ARROW}{kind}"


def _members(path: str, kind: str, value: dict | list, depth: int, nesting: int) -> Iterator[tuple]:
    if _is_pairs(value):
        # fields of a form, a multipart body, an address or a protobuf message
        yield from ((f"{path}{ARROW}{short(field)}", kind, _readable(item), depth, 1) for field, item in value)
        return
    root = path if path.endswith("$") or nesting else f"{path}{ARROW}$"
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    is_list = isinstance(value, list)
    for key, item in pairs:
        if item is not None:
            plain = (item if item.isascii() else clean(item)) if isinstance(item, str) else _readable(item)
            yield f"{root}[{key}]" if is_list else f"{root}.{short(key)}", kind, plain, depth, nesting + 1
