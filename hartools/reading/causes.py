"""What caused each request: a script, a document, a redirect, a preflight's twin?"""

from bisect import bisect_right
from collections.abc import Iterable

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.fitting import fit, plain
from hartools.reading.log import Log
from hartools.reading.schema import NULL, Causes, Frame, Initiator, Place, Places, Stack, Stacked  # noqa: F401 (Place: the example)
from hartools.reading.values import text, whole

__all__ = ["Cause", "cause", "latest_before", "preflights", "redirects", "stacks_columns"]

# Asynchronous parents nest; Chromium keeps 32 of them, and a loop in a hostile file must end.
HOPS = 64

# How many requests of one URL are looked at for a twin or the next hop.
NEARBY = 64

_places = msgspec.json.Decoder(Places)
_stacked = msgspec.json.Decoder(Stacked)
_stack = msgspec.json.Decoder(Stack)
_detail = msgspec.json.Decoder(str)

# type, URL, and line counted from 0
Cause = tuple[str | None, str | None, int | None]
NONE: Cause = (None, None, None)


def cause(initiator: object, detail=NULL) -> Cause:
    """Read what an exporter says of the cause, in whatever shape.

    Chromium writes an object with a stack, chrome-har and WebPageTest a URL as text, the former
    with the object as JSON text beside it. Of a stack, the call that ran last before the request
    counts: the first frame that names a URL, or that of an asynchronous parent.

    Parameters
    ----------
    initiator : Initiator or text
        ``_initiator``.
    detail : bytes-like
        JSON of ``_initiator_detail``.

    Examples
    --------
    >>> cause(Initiator(type="script", stack=Places(callFrames=[Place(url="https://a.example/x.js", lineNumber=41)])))
    ('script', 'https://a.example/x.js', 41)
    """
    if type(initiator) is Initiator:
        stack = initiator.stack
        if not initiator.url and stack is not None and stack.callFrames and stack.callFrames[0].url:  # nearly always
            return initiator.type, stack.callFrames[0].url, stack.callFrames[0].lineNumber
        return _from_object(initiator)
    written = text(initiator)
    if written and written.lstrip().startswith("{"):
        return _from_object(_fitted(Initiator, written.encode()))
    kind, url, line = NONE if detail is NULL else _from_object(_fitted(Initiator, _unwrapped(detail)))
    # chrome-har names the top frame, which may be without a URL; the line is that of the frame named
    return kind, written or url, line if written in (None, url) else None


def _unwrapped(detail) -> bytes:
    try:
        return _detail.decode(detail).encode() or b"null"
    except (msgspec.DecodeError, UnicodeDecodeError):
        return b"null"


def _fitted(kind, raw):
    try:
        return fit(kind, plain(raw)) or kind()
    except (ValueError, RecursionError):
        return kind()


def _from_object(found: Initiator) -> Cause:
    if found.url:
        return found.type, found.url, found.lineNumber
    stack = found.stack
    for _ in range(HOPS):
        if stack is None:
            break
        for place in stack.callFrames or ():
            if place.url:
                return found.type, place.url, place.lineNumber
        stack = _parent(stack.parent)
    return found.type, None, None


def _parent(raw) -> Places | None:
    if raw is NULL or bytes(memoryview(raw)[:1]) != b"{":
        return None
    try:
        return _places.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _fitted(Places, raw)


def stacks_columns(log: Log) -> dict[str, list]:
    """Build table ``stacks``: one row per call on the stack that made a request."""
    rows = []
    for entry_id, (causes, _) in enumerate(log.decoded(Causes)):
        raw = causes.initiator if bytes(memoryview(causes.initiator)[:1]) == b"{" else _unwrapped(causes.initiator_detail)
        if bytes(memoryview(raw)[:1]) == b"{":
            rows += [(entry_id, position, hops, text(frame.functionName), text(frame.url), _from_one(frame.lineNumber), _from_one(frame.columnNumber))
                     for hops, position, frame in _frames(raw)]
    names = ("entry_id", "position", "async_hops", "function", "url", "line", "column")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}


def _from_one(number) -> int | None:
    # Chromium counts lines and columns from 0 (2026-11-23, 156).
    known = whole(number)
    return None if known is None else known + 1


def _frames(initiator) -> Iterable[tuple[int, int, Frame]]:
    """Yield asynchronous hops, position and call, the call that made the request first."""
    raw, position = _typed(_stacked, Stacked, initiator).stack, 0
    for hops in range(HOPS):
        if bytes(memoryview(raw)[:1]) != b"{":
            return
        stack = _typed(_stack, Stack, raw)
        for frame in stack.callFrames or ():
            yield hops, position, frame
            position += 1
        raw = stack.parent


def _typed(decoder, kind, raw):
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _fitted(kind, raw)


# ---- links between entries ------------------------------------------------------------------


def _moments(started: pa.Array) -> np.ndarray:
    """Return times as numbers; an unknown one stands at the beginning."""
    return pc.fill_null(started.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)


def _matches(urls: pa.Array, wanted: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows that have a wanted URL, the number of that URL, and the number that each row wants."""
    distinct = wanted.unique().drop_null()
    has, wants = (pc.fill_null(pc.index_in(column, value_set=distinct), -1).to_numpy(zero_copy_only=False) for column in (urls, wanted))
    rows = np.flatnonzero(has >= 0)
    return rows, has[rows].astype(np.int64), wants.astype(np.int64)


def latest_before(urls: pa.Array, wanted: pa.Array, started: pa.Array) -> pa.Array:
    """Link each wanted URL to the latest entry of that URL that started no later.

    Examples
    --------
    >>> latest_before(pa.array(["a", "b", "a"]), pa.array([None, "a", None]), pa.array([1, 2, 3], pa.timestamp("ns"))).to_pylist()
    [None, 0, None]
    """
    rows, number, wants = _matches(urls, wanted)
    if not len(rows):
        return pa.nulls(len(urls), pa.int64())
    moments = _moments(started)
    _, rank = np.unique(moments, return_inverse=True)
    span = len(rank) + 1
    order = np.lexsort((rows, rank[rows], number))
    rows, keys = rows[order], (number * span + rank[rows])[order]
    # a request without a time may have come last
    latest = np.where(moments < 0, span - 1, rank)
    found = np.searchsorted(keys, wants * span + latest, side="right") - 1
    found = np.where((found >= 0) & (rows[found] == np.arange(len(rank))), found - 1, found)
    linked = (wants >= 0) & (found >= 0)
    linked &= keys[found] // span == wants
    return pa.array(np.where(linked, rows[found], 0), pa.int64(), mask=~linked)


def redirects(urls: pa.Array, targets: pa.Array, started: pa.Array) -> dict[int, int]:
    """Link entries to the hop whose redirect led to each: the next request of the target.

    Examples
    --------
    >>> redirects(pa.array(["a", "b", "b"]), pa.array(["b", None, None]), pa.array([1, 2, 3], pa.timestamp("ns")))
    {1: 0}
    """
    wanted = pc.replace_substring_regex(targets, r"(?s)#.*$", "")
    rows, number, wants = _matches(urls, wanted)
    moments, led = _moments(started), {}
    known: dict[int, list[tuple[int, int]]] = {}
    for row, of in zip(rows.tolist(), number.tolist(), strict=True):
        known.setdefault(of, []).append((int(moments[row]), row))
    for places in known.values():
        places.sort()
    hops = np.flatnonzero(wants >= 0)
    for hop in hops[np.argsort(moments[hops], kind="stable")].tolist():
        places = known.get(int(wants[hop]), [])
        first = bisect_right(places, (int(moments[hop]), hop))
        found = next((row for _, row in places[first : first + NEARBY] if row not in led and row != hop), None)
        if found is not None:
            led[found] = hop
    return led


def preflights(urls: pa.Array, methods: pa.Array, asked: dict[int, str | None]) -> dict[int, int]:
    """Link each CORS preflight to the request that it was for: the nearest of that URL and method.

    Parameters
    ----------
    urls, methods : pyarrow.Array of string
        Of every entry.
    asked : dict of int to str or None
        Preflights: position -> Access-Control-Request-Method.

    Examples
    --------
    >>> preflights(pa.array(["a", "a", "a"]), pa.array(["POST", "OPTIONS", "GET"]), {1: "POST"})
    {1: 0}
    """
    rows, number, wants = _matches(urls, urls.take(pa.array(list(asked), pa.int64())))
    known: dict[int, list[int]] = {}
    for row, of in zip(rows.tolist(), number.tolist(), strict=True):
        if row not in asked and methods[row].as_py() != "OPTIONS":
            known.setdefault(of, []).append(row)
    twins: dict[int, int] = {}
    taken: set[int] = set()
    for (preflight, method), of in zip(asked.items(), wants.tolist(), strict=True):
        # Chromium lists the preflight after its request, others before it: the nearest counts.
        places = known.get(of, [])
        middle = bisect_right(places, preflight)
        nearby = places[max(0, middle - NEARBY) : middle + NEARBY]
        free = [each for each in nearby if each not in taken and (method is None or methods[each].as_py() == method)]
        if free:
            twins[preflight] = min(free, key=lambda each: (abs(each - preflight), each))
            taken.add(twins[preflight])
    return twins
