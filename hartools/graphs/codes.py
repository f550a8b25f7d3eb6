"""How do the names, links and times of a table become numbers, so that a hundred thousand rows cost little?"""

from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.values import split_url

__all__ = ["NEVER", "Groups", "arrow", "coded", "flags", "grouped", "hosts_of_urls", "moments", "rows_of", "stamps"]

# Scheme and authority of a plain URL; anything else (a tab inside, a backslash) is split by the general rule.
ORIGIN = r"^(?P<origin>[A-Za-z][A-Za-z0-9+.\-]*://[^/?#\\\x00-\x20]*)(?:[/?#]|$)"

# An unknown time, as numpy writes NaT.
NEVER = np.iinfo("int64").min
LATEST = np.iinfo("int64").max


class Groups(NamedTuple):
    """Hold rows that belong together behind one another, and where each group begins.

    Attributes
    ----------
    rows : numpy.ndarray of int64
    starts : numpy.ndarray of int64
        Places in ``rows``.
    """

    rows: np.ndarray
    starts: np.ndarray

    def lists(self, values: np.ndarray) -> list[list]:
        """Return the values of each group, in the order of the rows."""
        flat, starts = values[self.rows].tolist(), self.starts.tolist()
        return [flat[start:end] for start, end in zip(starts, [*starts, len(flat)][1:], strict=True)]

    def span(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and the last known time of each group."""
        if not len(self.starts):
            return np.zeros(0, "int64"), np.zeros(0, "int64")
        own = times[self.rows]
        first = np.minimum.reduceat(np.where(own == NEVER, LATEST, own), self.starts)
        return np.where(first == LATEST, NEVER, first), np.maximum.reduceat(own, self.starts)

    def only(self, groups: np.ndarray) -> "Groups":
        """Return some of the groups."""
        ends = np.append(self.starts[1:], len(self.rows)).astype("int64")
        sizes = ends[groups] - self.starts[groups]
        starts = np.cumsum(sizes) - sizes
        return Groups(self.rows[np.arange(sizes.sum()) + np.repeat(self.starts[groups] - starts, sizes)], starts)


def grouped(numbers: np.ndarray, rows: np.ndarray) -> Groups:
    """Put rows of the same number behind one another, in the order of the numbers, and else in their own.

    Examples
    --------
    >>> groups = grouped(np.array([5, 3, 5]), np.arange(3))
    >>> groups.lists(np.array(["a", "b", "c"])), groups.only(np.array([1])).rows.tolist()
    ([['b'], ['a', 'c']], [0, 2])
    """
    rows = rows[np.argsort(numbers[rows], kind="stable")]
    sorted_ = numbers[rows]
    return Groups(rows, np.flatnonzero(np.append(True, sorted_[1:] != sorted_[:-1])[: len(rows)]))


def arrow(column: pd.Series) -> pa.Array:
    """Return an Arrow-backed column as one array.

    Examples
    --------
    >>> arrow(pd.Series(["a"], dtype=pd.ArrowDtype(pa.string()))).to_pylist()
    ['a']
    """
    found = pa.array(column)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def flags(array: pa.Array) -> np.ndarray:
    """Return yes or no for each row; unknown is no.

    Examples
    --------
    >>> flags(pa.array([True, None])).tolist()
    [True, False]
    """
    return pc.fill_null(array, False).to_numpy(zero_copy_only=False)


def coded(*columns: pa.Array) -> tuple[list[str], list[np.ndarray]]:
    """Number the names of several columns alike, in alphabetical order; unknown is -1.

    Parameters
    ----------
    *columns : pyarrow.Array of string, dictionary-encoded or not

    Returns
    -------
    list of str
        The distinct names.
    list of numpy.ndarray of int64
        For each column the place of each value among them.

    Examples
    --------
    >>> names, (one, two) = coded(pa.array(["b", None]), pa.array(["a", "b"]))
    >>> names, one.tolist(), two.tolist()
    (['a', 'b'], [1, -1], [0, 1])
    """
    encoded = [column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode() for column in columns]
    names = sorted({name for each in encoded for name in each.dictionary.to_pylist()})
    distinct = pa.array(names, pa.string())
    places = []
    for each in encoded:
        place = pc.index_in(each.dictionary, value_set=distinct).to_numpy(zero_copy_only=False)
        indices = pc.fill_null(each.indices, -1).to_numpy(zero_copy_only=False)
        places.append(np.append(place, -1)[indices].astype("int64"))
    return names, places


def moments(column: pd.Series) -> np.ndarray:
    """Return times as nanoseconds since 1970, UTC; an unknown one is the smallest number there is, as NaT.

    Examples
    --------
    >>> moments(pd.Series([None], dtype=pd.ArrowDtype(pa.timestamp("ns", tz="UTC")))).astype("M8[ns]")
    array(['NaT'], dtype='datetime64[ns]')
    """
    return pc.fill_null(arrow(column).cast(pa.int64()), NEVER).to_numpy(zero_copy_only=False)


def stamps(times: np.ndarray) -> list[datetime | None]:
    """Return nanoseconds since 1970 as times in UTC, to the microsecond, an unknown one as None.

    Examples
    --------
    >>> stamps(np.array([0, NEVER]))
    [datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), None]
    """
    # a hundred thousand pandas.Timestamp would cost more than the edges that bear them
    found = pd.DatetimeIndex(times.view("M8[ns]").astype("M8[us]"), tz="UTC").to_pydatetime().tolist()
    return [None if time is pd.NaT else time for time in found] if (times == NEVER).any() else found


def rows_of(ids: np.ndarray, wanted: pa.Array, *, itself: bool = False) -> np.ndarray:
    """Return on which row each wanted entry id stands; -1 where there is none, or where a row names itself.

    Parameters
    ----------
    ids : numpy.ndarray of int64
        The entry id of each row.
    wanted : pyarrow.Array of int64
    itself : bool
        The wanted ids stand in a table of their own, whose rows are others.

    Examples
    --------
    >>> rows_of(np.array([7, 5, 6]), pa.array([5, 5, None])).tolist()
    [1, -1, -1]
    """
    if wanted.null_count == len(wanted) or not len(ids):
        return np.full(len(wanted), -1)
    known = pc.is_valid(wanted).to_numpy(zero_copy_only=False)
    numbers = pc.fill_null(wanted, 0).to_numpy(zero_copy_only=False)
    order = np.argsort(ids, kind="stable")
    found = order[np.minimum(np.searchsorted(ids[order], numbers), len(ids) - 1)]
    right = known & (ids[found] == numbers)
    return np.where(right if itself else right & (found != np.arange(len(wanted))), found, -1)


def hosts_of_urls(array: pa.Array) -> pa.DictionaryArray:
    """Return the host of each URL, split once per distinct origin.

    Examples
    --------
    >>> hosts_of_urls(pa.array(["https://A.example/x", "https://a.example:8443/y", "about:blank", None])).to_pylist()
    ['a.example', 'a.example', None, None]
    """
    urls = array.dictionary_encode()
    origin = pc.struct_field(pc.extract_regex(urls.dictionary, ORIGIN), "origin")
    origins = pc.coalesce(origin, urls.dictionary).dictionary_encode()
    hosts = pa.array([split_url(each)[2] for each in origins.dictionary.to_pylist()], pa.string()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(hosts.indices.take(origins.indices).take(urls.indices), hosts.dictionary)
