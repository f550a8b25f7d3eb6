"""Which pictures of the catalogue did each of many page views ask for, and how many of them does each query list?"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hartools.inference.query_index import QueryIndex

__all__ = ["Counts", "Seen", "distinct", "log_sum", "log_sum_by", "seen_in", "spread"]


@dataclass(frozen=True)
class Seen:
    """Hold the distinct pictures of page views, by number.

    Attributes
    ----------
    view, picture : numpy.ndarray of int
        One element per view and picture of the catalogue, sorted by view.
    unknown : numpy.ndarray of int
        Pictures of each view that the catalogue does not hold.
    """

    view: np.ndarray
    picture: np.ndarray
    unknown: np.ndarray

    def __len__(self) -> int:
        return len(self.unknown)

    def part(self, first: int, last: int) -> "Seen":
        """Return the views from `first` up to `last`, numbered from 0."""
        a, b = np.searchsorted(self.view, [first, last])
        return Seen(self.view[a:b] - first, self.picture[a:b], self.unknown[first:last])

    def only(self, which: np.ndarray) -> "Seen":
        """Return the same views with some of their pictures of the catalogue."""
        return Seen(self.view[which], self.picture[which], self.unknown)

    @property
    def known(self) -> np.ndarray:
        """Pictures of each view that the catalogue holds."""
        return np.bincount(self.view, minlength=len(self))


def seen_in(views: Iterable[Iterable[str]], index: QueryIndex) -> Seen:
    """Number the pictures of page views; repeats count once."""
    rows = [[index.picture_number(asset) for asset in dict.fromkeys(view)] for view in views]
    picture = np.array([each for row in rows for each in row], dtype=np.int64)
    view = np.repeat(np.arange(len(rows)), np.array([len(row) for row in rows], dtype=np.int64))
    return Seen(view[picture >= 0], picture[picture >= 0], np.bincount(view[picture < 0], minlength=len(rows)))


class Counts:
    """Hold how many pictures of each view each query lists, where it lists any: pairs sorted by view, then by query."""

    def __init__(self, view: np.ndarray, query: np.ndarray, queries: int):
        self._queries = queries
        self.keys, self.which = np.unique(view * np.int64(queries) + query, return_inverse=True)
        self.which = self.which.ravel()
        self.view, self.query = np.divmod(self.keys, queries)

    def __len__(self) -> int:
        return len(self.keys)

    def total(self, weights: np.ndarray) -> np.ndarray:
        """Sum something over the pictures of each pair."""
        return np.bincount(self.which, weights=weights, minlength=len(self.keys))

    def find(self, view: np.ndarray, query: np.ndarray) -> np.ndarray:
        """Return the positions of pairs, -1 for one that is not held."""
        if not len(self.keys):
            return np.full(len(view), -1)
        wanted = view * np.int64(self._queries) + query
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where((query >= 0) & (self.keys[at] == wanted), at, -1)


def spread(ends: np.ndarray, number: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give, for each number, its label and position once per element from ``ends[number]`` to ``ends[number + 1]``.

    Examples
    --------
    >>> [part.tolist() for part in spread(np.array([0, 2, 3]), np.array([1, 0]), np.array([7, 8]))]
    [[7, 8, 8], [2, 0, 1]]
    """
    lengths = ends[number + 1] - ends[number]
    at = np.repeat(ends[number] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    return np.repeat(label, lengths), at


def distinct(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct pairs of two columns of whole numbers, in order, and which of them each row is.

    Examples
    --------
    >>> [part.tolist() for part in distinct(np.array([5, 2, 5]), np.array([1, 0, 1]))]
    [[[2, 0], [5, 1]], [1, 0, 1]]
    """
    width = np.int64(second.max(initial=0)) + 1
    keys, which = np.unique(first * width + second, return_inverse=True)
    return np.column_stack(np.divmod(keys, width)), which.ravel()


def log_sum(rows: np.ndarray) -> np.ndarray:
    """Add up each row of terms given as logarithms.

    Examples
    --------
    >>> np.exp(log_sum(np.log([[1.0, 3.0]]))).round(6).tolist()
    [4.0]
    """
    top = rows.max(axis=1)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return top + np.log(np.exp(rows - top[:, None]).sum(axis=1))


def log_sum_by(terms: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Add up terms given as logarithms from each of `first` to the next, none of these parts being empty."""
    top = np.maximum.reduceat(terms, first[:-1])
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return top + np.log(np.add.reduceat(np.exp(terms - np.repeat(top, np.diff(first))), first[:-1]))
