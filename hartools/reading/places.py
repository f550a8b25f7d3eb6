"""Where among the brackets of a text do HAR entries stand?"""

import re
from typing import NamedTuple

import numpy as np

from hartools.reading.outline import Outline

__all__ = ["ENTRY_NAMES", "Place", "elements", "entry_places"]

ENTRY_NAMES = re.compile(rb'"(?:request|response)"\s*:')
NAMED_ENTRIES = re.compile(rb'"entries"\s*:\s*\Z')
NAMED_REQUEST = re.compile(rb'"request"\s*:\s*\Z')
NAMED_LOG = re.compile(rb'"log"\s*:\s*\Z')

# How far to look back for the name in front of a bracket.
BACK = 48

# log.entries is on level 3; a log inside something else is deeper.
LEVELS = range(1, 6)


class Place(NamedTuple):
    """Say where entries stand: the list that holds them, or one entry that no list holds.

    Attributes
    ----------
    level : int
        Level of the entries' own brackets.
    start : int
        Byte of the opening bracket.
    stop : int or None
        Byte of the closing one, None where the text ends before it.
    in_list : bool
        The brackets are those of the list, not of the entry.
    wrapped : str or None
        What is unusual about the place.
    """

    level: int
    start: int
    stop: int | None
    in_list: bool
    wrapped: str | None


def entry_places(data, brackets: Outline) -> list[Place]:
    """Find the lists called entries, or else the objects that have a request, nearest to the top.

    Examples
    --------
    >>> from hartools.reading.outline import outline
    >>> text = b'{"test": {"log": {"entries": [{"request": {}}]}}}'
    >>> entry_places(text, outline(text))[0].wrapped
    'a log inside something else'
    """
    for level in LEVELS:
        named = [index for index in _opened(brackets, level).tolist() if NAMED_ENTRIES.search(_before(data, brackets.at[index]))]
        if named:
            wrapped, closing = _wrapping(data, brackets, named[0]), _closings(brackets, level)
            places = [Place(level + 1, int(brackets.at[index]), closing.get(index), True, wrapped) for index in named]
            places = [place for place in places if elements(brackets, place)]
            if places:
                return places
    for level in LEVELS:
        held = [index for index in _opened(brackets, level + 1).tolist() if NAMED_REQUEST.search(_before(data, brackets.at[index]))]
        if held:
            return _places_of(data, brackets, level, held)
    return []


def elements(brackets: Outline, place: Place) -> list[tuple[int, int | None]]:
    """List the bracketed elements of a list: where each begins, and ends if it does.

    Examples
    --------
    >>> from hartools.reading.outline import outline
    >>> elements(outline(b'[{}, [], {'), Place(2, 0, None, True, None))
    [(1, 3), (5, 7), (9, None)]
    """
    low, high = np.searchsorted(brackets.at, [place.start + 1, np.iinfo(np.int64).max if place.stop is None else place.stop])
    mine = np.flatnonzero(brackets.depth[low:high] == place.level) + low
    at, opens = brackets.at[mine].tolist(), brackets.opens[mine].tolist()
    starts = [index for index, opened in enumerate(opens) if opened]
    return [(at[index], at[index + 1] + 1 if index + 1 < len(opens) and not opens[index + 1] else None) for index in starts]


def _opened(brackets: Outline, level: int) -> np.ndarray:
    return np.flatnonzero(brackets.opens & (brackets.depth == level))


def _before(data, at: int) -> bytes:
    return bytes(data[max(0, at - BACK) : at])


def _closings(brackets: Outline, level: int) -> dict[int, int]:
    """Map each opening bracket of a level that is closed to the byte of the closing one: on one level they alternate."""
    mine = np.flatnonzero(brackets.depth == level)
    closed = np.flatnonzero(brackets.opens[mine][:-1] & ~brackets.opens[mine][1:])
    return dict(zip(mine[closed].tolist(), brackets.at[mine[closed + 1]].tolist(), strict=True))


def _wrapping(data, brackets: Outline, index: int) -> str | None:
    """Say what is unusual about a list called entries, or None for log.entries."""
    level = int(brackets.depth[index])
    owner = _owner(brackets, index)
    in_log = owner is not None and NAMED_LOG.search(_before(data, brackets.at[owner])) is not None
    if in_log:
        return None if level == 3 else "a log inside something else"
    return "a log without its wrapper"


def _owner(brackets: Outline, index: int) -> int | None:
    """Return the bracket inside which another one stands."""
    return _owners(brackets, int(brackets.depth[index]), [index])[0]


def _owners(brackets: Outline, level: int, indices: list[int]) -> list[int | None]:
    opened = _opened(brackets, level - 1)
    return [int(opened[place]) if place >= 0 else None for place in (np.searchsorted(opened, indices) - 1).tolist()]


def _places_of(data, brackets: Outline, level: int, held: list[int]) -> list[Place]:
    """Return the list that holds the entries, or the entries themselves where no list does."""
    owners = [owner for owner in dict.fromkeys(_owners(brackets, level + 1, held)) if owner is not None]
    holder = _owner(brackets, owners[0]) if owners and level > 1 else None
    if holder is not None and bytes(data[int(brackets.at[holder]) :][:1]) == b"[":
        return [Place(level, int(brackets.at[holder]), _closings(brackets, level - 1).get(holder), True, "a list of entries")]
    wrapped, closing = "a single entry" if len(owners) == 1 else "entries without a list", _closings(brackets, level)
    return [Place(level, int(brackets.at[index]), closing.get(index), False, wrapped) for index in owners]
