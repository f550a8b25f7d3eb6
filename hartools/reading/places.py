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
        named = [index for index in _opened(brackets, level) if NAMED_ENTRIES.search(_before(data, brackets.at[index]))]
        places = [_list_place(brackets, index, _wrapping(data, brackets, index)) for index in named]
        places = [place for place in places if len(elements(brackets, place))]
        if places:
            return places
    for level in LEVELS:
        held = [index for index in _opened(brackets, level + 1) if NAMED_REQUEST.search(_before(data, brackets.at[index]))]
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


def _closing(brackets: Outline, index: int) -> int | None:
    same = np.flatnonzero(~brackets.opens[index + 1 :] & (brackets.depth[index + 1 :] == brackets.depth[index]))
    return int(brackets.at[index + 1 + same[0]]) if len(same) else None


def _list_place(brackets: Outline, index: int, wrapped: str | None) -> Place:
    return Place(int(brackets.depth[index]) + 1, int(brackets.at[index]), _closing(brackets, index), True, wrapped)


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
    opened = _opened(brackets, int(brackets.depth[index]) - 1)
    place = np.searchsorted(opened, index) - 1
    return int(opened[place]) if place >= 0 else None


def _places_of(data, brackets: Outline, level: int, held: list[int]) -> list[Place]:
    """Return the list that holds the entries, or the entries themselves where no list does."""
    owners = [owner for owner in dict.fromkeys(_owner(brackets, index) for index in held) if owner is not None]
    holder = _owner(brackets, owners[0]) if owners and level > 1 else None
    if holder is not None and bytes(data[int(brackets.at[holder]) :][:1]) == b"[":
        return [_list_place(brackets, holder, "a list of entries")]
    wrapped = "a single entry" if len(owners) == 1 else "entries without a list"
    return [Place(level, int(brackets.at[index]), _closing(brackets, index), False, wrapped) for index in owners]
