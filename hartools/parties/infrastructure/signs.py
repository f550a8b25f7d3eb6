"""Which signs of a provider does each exchange bear?"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.parties.infrastructure.providers import Sign, header_signs, path_signs

__all__ = ["Signs", "find_signs"]

# Of a longer value only the beginning is looked at; the longest honest one is a policy of some kilobytes.
LONGEST = 4096

# Below this many values it is not worth asking how often they repeat.
FEW = 2048
SAMPLE = 512


class Signs(NamedTuple):
    """Hold which exchanges bear which signs.

    Attributes
    ----------
    borne : list of (Sign, numpy.ndarray of int)
        Each sign that was found, and the rows of entries that bear it, in order.
    held : bool
        The capture holds response headers at all.
    """

    borne: list[tuple[Sign, np.ndarray]]
    held: bool


def find_signs(entries: pd.DataFrame, headers: pd.DataFrame) -> Signs:
    """Look for the signs of all known providers in response headers and paths.

    Parameters
    ----------
    entries : pandas.DataFrame
        Table ``entries``; its entry_id and path are read.
    headers : pandas.DataFrame
        Table ``headers``.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> find_signs(capture.entries, capture.headers).borne
    []
    """
    names, values, rows, held = _answers(entries, headers)
    borne: dict[Sign, np.ndarray] = {}
    for name, places in _by_name(names):
        owners, written = rows[places], values.take(pa.array(places))
        if name != "set-cookie":  # one cookie a header; of the others several headers are one list (RFC 9110, 5.3)
            owners, written = _one_each(owners, written)
        for sign, mine in _matching(written, header_signs()[name]):
            borne[sign] = _once(owners[mine], len(entries))
    paths = pc.fill_null(_joined(entries.path.array._pa_array), "")  # data: and about: have none
    for sign, mine in _matching(paths, path_signs()):
        borne[sign] = mine
    return Signs(sorted(borne.items(), key=lambda each: each[0].number), held)


def _answers(entries: pd.DataFrame, headers: pd.DataFrame) -> tuple[pa.Array, pa.Array, np.ndarray, bool]:
    """Keep of the headers those of responses that a sign is known in, with the row of their entry."""
    wanted = pa.array(list(header_signs()))
    columns = {name: headers[name].array._pa_array for name in ("name", "side", "entry_id", "value")}
    at = pa.array(np.flatnonzero(_joined(pc.is_in(columns["name"], value_set=wanted)).to_numpy(zero_copy_only=False)))
    sides = _joined(columns["side"].take(at))
    at = at.filter(pc.fill_null(pc.equal(sides, "response"), False))
    held = len(at) > 0 or bool(pc.any(pc.equal(columns["side"], "response")).as_py())
    names, values, ids = (_joined(columns[name].take(at)) for name in ("name", "value", "entry_id"))
    rows, known = rows_of(entries, ids.to_numpy(zero_copy_only=False).astype(np.int64))
    mine = pa.array(known)
    return names.filter(mine), pc.fill_null(values.filter(mine), ""), rows[known], held


def rows_of(entries: pd.DataFrame, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the row of each entry id, and whether there is one."""
    own = entries.entry_id.to_numpy(dtype=np.int64)
    if not len(own):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), bool)
    if own[0] == 0 and (np.diff(own) == 1).all():  # a capture of one file, in its order
        known = (ids >= 0) & (ids < len(own))
        return np.where(known, ids, 0), known
    order = np.argsort(own, kind="stable")
    at = np.minimum(np.searchsorted(own[order], ids), len(own) - 1)
    rows = order[at]
    return rows, own[rows] == ids


def _joined(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _once(rows: np.ndarray, length: int) -> np.ndarray:
    """Return the rows in order, each once; quicker than sorting them."""
    mask = np.zeros(length, bool)
    mask[rows] = True
    return np.flatnonzero(mask)


def _by_name(names: pa.Array) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each header name with the places where it stands, in one fixed order."""
    coded = names.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(coded.dictionary) + 1))
    found = {name: order[starts[code] : starts[code + 1]] for code, name in enumerate(coded.dictionary.to_pylist())}
    yield from sorted(found.items())


def _one_each(rows: np.ndarray, values: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """Join the headers of one name that an exchange has several times, in their order."""
    several = np.bincount(rows)[rows] > 1
    if not several.any():
        return rows, values
    lists: dict[int, list[str]] = {}
    for row, value in zip(rows[several].tolist(), values.filter(pa.array(several)).to_pylist(), strict=True):
        lists.setdefault(row, []).append(value[:LONGEST])
    joined = pa.array([", ".join(each) for each in lists.values()], pa.string())
    once = values.filter(pa.array(~several))
    return np.concatenate([rows[~several], np.array(list(lists), np.int64)]), pa.concat_arrays([once, joined.cast(once.type)])


def _matching(values: pa.Array, signs: tuple[Sign, ...]) -> Iterator[tuple[Sign, np.ndarray]]:
    """Yield each sign that some value bears, with the places of those values."""
    codes = None
    if len(values) > FEW and len(pc.unique(values.slice(0, SAMPLE))) < SAMPLE // 2:
        coded = values.dictionary_encode()  # a value that repeats is looked at once
        codes, values = coded.indices.to_numpy(zero_copy_only=False), coded.dictionary
    if len(values) and (pc.max(pc.binary_length(values)).as_py() or 0) > LONGEST:
        values = pc.utf8_slice_codeunits(values, 0, LONGEST)
    for sign in signs:
        found = pc.fill_null(pc.match_substring_regex(values, sign.pattern), False) if sign.pattern else pc.is_valid(values)
        hit = found.to_numpy(zero_copy_only=False)
        places = np.flatnonzero(hit if codes is None else hit[codes])
        if len(places):
            yield sign, places
