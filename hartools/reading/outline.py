"""Where in the bytes of a file do its brackets stand, whatever lies between them?

This is the first step of salvage: valid or not, a text whose quotes pair up shows its structure
to a scan for quotes and brackets alone, at the speed of memory and without decoding anything.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

__all__ = ["Outline", "outline", "whole_value"]

QUOTE, BACKSLASH, COMMA = 34, 92, 44
# { and [ differ by one bit, 0x20, as do } and ]; so each pair is found by one comparison.
CASE, OPEN, CLOSE = 0x20, 0x7B, 0x7D

# Scanned at a time: large enough for numpy to be quick, small enough to stay in the cache.
CHUNK = 1 << 20

# Deeper brackets than this are inside entries; log.entries[] are on level 4, or 6 where wrapped.
SHALLOW = 7


class Outline(NamedTuple):
    """Hold the shallow brackets of a text.

    Attributes
    ----------
    at : numpy.ndarray of int64
        Byte positions, ascending.
    depth : numpy.ndarray of int64
        Level on which each bracket stands; the outermost is on level 1.
    opens : numpy.ndarray of bool
        True for an opening bracket.
    balanced : bool
        Every quote and bracket has its partner.
    """

    at: np.ndarray
    depth: np.ndarray
    opens: np.ndarray
    balanced: bool


def outline(data, *, start: int = 0, stop: int | None = None, levels: int = SHALLOW, tick=None) -> Outline:
    """Find the brackets of a JSON text down to a level, strings left aside.

    Linear in the size, with a few bytes of memory for each shallow bracket.

    Parameters
    ----------
    data : bytes-like
    start, stop : int
        The part to look at, in bytes; it must begin outside a string.
    levels : int
        How many levels of brackets to keep.
    tick : callable, optional
        Called with the position after each part, for a progress line.

    Returns
    -------
    Outline

    Examples
    --------
    >>> found = outline(b'{"a": "}", "b": [1]}')
    >>> found.at.tolist(), found.depth.tolist(), found.balanced
    ([0, 16, 18, 19], [1, 2, 2, 1], True)
    """
    stop = len(data) if stop is None else stop
    kept, depth, inside, lowest = [], 0, False, 0
    for begin, part, escaped in _parts(data, start, stop):
        at, step, inside = _brackets(part, escaped, inside)
        after = depth + np.cumsum(step)
        # an opening bracket stands on the level that it begins, a closing one on the level that it ends
        level = np.where(step > 0, after, after + 1)
        shallow = level <= levels
        kept.append((at[shallow] + begin, level[shallow], step[shallow] > 0))
        if len(after):
            depth, lowest = int(after[-1]), min(lowest, int(after.min()))
        if tick:
            tick(begin + len(part))
    at, level, opens = (np.concatenate(column) for column in zip(*kept, strict=True)) if kept else (np.zeros(0, np.int64),) * 2 + (np.zeros(0, bool),)
    paired = depth == 0 and lowest == 0 and not inside and _are_of_a_kind(np.frombuffer(data, np.uint8)[at.astype(np.int64)], level, opens)
    return Outline(at.astype(np.int64), level.astype(np.int64), opens, balanced=paired)


def _are_of_a_kind(signs: np.ndarray, level: np.ndarray, opens: np.ndarray) -> bool:
    """Tell whether each bracket is closed by its like; on one level, opening and closing ones alternate."""
    order = np.argsort(level, kind="stable")
    first, second = order[:-1], order[1:]
    pairs = opens[first] & ~opens[second] & (level[first] == level[second])
    return bool((signs[second][pairs] - signs[first][pairs] == 2).all())  # as ] follows [ and } follows {


def whole_value(data, start: int, *, stop: int | None = None) -> int | None:
    """Return where the object or list that begins at a position ends, or None if it does not.

    Examples
    --------
    >>> whole_value(b'xx{"a": {"b": "}"}}, 1', 2), whole_value(b'{"a": [', 0)
    (19, None)
    """
    depth, inside = 0, False
    for begin, part, escaped in _parts(data, start, len(data) if stop is None else stop, first=1 << 14):
        at, step, inside = _brackets(part, escaped, inside)
        after = depth + np.cumsum(step)
        closed = np.flatnonzero(after <= 0)
        if len(closed):
            return begin + int(at[closed[0]]) + 1
        depth = int(after[-1]) if len(after) else depth
    return None


def _parts(data, start: int, stop: int, *, first: int = CHUNK) -> Iterator[tuple[int, np.ndarray, bool]]:
    """Yield pieces of the data, each with its position and whether its first byte is escaped."""
    view, escaped, size = np.frombuffer(data, np.uint8), False, first
    while start < stop:
        part = view[start : min(start + size, stop)]
        yield start, part, escaped
        escaped = bool(_trailing_backslashes(part) % 2) ^ (escaped and bool((part == BACKSLASH).all()))
        start, size = start + len(part), min(size * 4, CHUNK)


def _trailing_backslashes(part: np.ndarray) -> int:
    others = np.flatnonzero(part != BACKSLASH) if len(part) and part[-1] == BACKSLASH else None
    if others is None:
        return 0
    return len(part) - 1 - int(others[-1]) if len(others) else len(part)


def _brackets(part: np.ndarray, escaped: bool, inside: bool) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return positions of brackets outside strings, +1 or -1 for each, and whether a string is open at the end."""
    quotes = _unescaped(np.flatnonzero(part == QUOTE), part, escaped)
    folded = part | CASE
    opens, closes = np.flatnonzero(folded == OPEN), np.flatnonzero(folded == CLOSE)
    at = np.concatenate([opens, closes])
    order = np.argsort(at, kind="stable")
    at = at[order]
    step = np.concatenate([np.ones(len(opens), np.int64), np.full(len(closes), -1, np.int64)])[order]
    outside = (np.searchsorted(quotes, at) + inside) % 2 == 0
    return at[outside], step[outside], bool((len(quotes) + inside) % 2)


def _unescaped(quotes: np.ndarray, part: np.ndarray, escaped: bool) -> np.ndarray:
    """Drop the quotes that an odd run of backslashes escapes."""
    if escaped and len(quotes) and quotes[0] == 0:
        quotes = quotes[1:]
    doubtful = quotes[part[quotes - 1] == BACKSLASH]
    doubtful = doubtful[doubtful > 0]
    if not len(doubtful):
        return quotes
    slashes = np.flatnonzero(part == BACKSLASH)
    # number each run of adjacent backslashes, and find where it begins
    begins = slashes[np.concatenate([[True], np.diff(slashes) > 1])]
    run_begin = begins[np.searchsorted(begins, doubtful - 1, side="right") - 1]
    length = doubtful - run_begin
    # the piece before may have ended in a backslash that escapes the first one of this piece
    length = np.where(run_begin == 0, length - escaped, length)
    return np.setdiff1d(quotes, doubtful[length % 2 == 1], assume_unique=True)
