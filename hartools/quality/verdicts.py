"""What does a check say of one capture?"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

__all__ = ["Verdict", "clear", "met", "plural", "unobservable"]


@dataclass(frozen=True)
class Verdict:
    """Hold the result of one check: met (the problem is there), clear, or not observable."""

    result: str
    sentence: str
    count: int | None = None
    entry_ids: tuple[int, ...] = ()
    # Where it depends on what was found; otherwise the check's own.
    level: str | None = None


def met(sentence: str, *, entries: Iterable = (), count: int | None = None, level: str | None = None) -> Verdict:
    """Say that the problem is there, and which entries show it.

    Examples
    --------
    >>> met("Two of them.", entries=[5, 3, 5]).entry_ids
    (3, 5)
    """
    ids = tuple(sorted({int(entry_id) for entry_id in entries if not pd.isna(entry_id)}))
    return Verdict("met", sentence, len(ids) if count is None else count, ids, level)


def clear(sentence: str, *, entries: Iterable = (), count: int | None = None) -> Verdict:
    """Say that the capture could have shown the problem and does not.

    Examples
    --------
    >>> clear("None.").count
    0
    """
    shown = met(sentence, entries=entries, count=count)
    return Verdict("clear", sentence, shown.count, shown.entry_ids)


def unobservable(sentence: str) -> Verdict:
    """Say that this capture cannot tell.

    Examples
    --------
    >>> unobservable("One file only.").count is None
    True
    """
    return Verdict("not observable", sentence)


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "entry", "entries"), plural(1200, "request")
    ('1 entry', '1,200 requests')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
