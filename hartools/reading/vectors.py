"""What do whole columns of scalars mean, once the exporters' sentinels are taken off?

The same meanings as in `hartools.reading.values`, for a column at a time: each function first
takes the column for what nearly every file holds, and goes value by value only where it is not.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.values import number, split_url, text

__all__ = ["ERRORS", "amounts", "flags", "mapped", "nonempty", "rounded", "texts", "urls", "wholes"]

# HAR's word for an unknown number, and what mitmproxy's har_dump makes of it in milliseconds.
UNKNOWN = (-1, -1000)

ERRORS = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, TypeError, ValueError)


def nonempty(array: pa.Array) -> pa.Array:
    """Take empty texts for unknown."""
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)


def texts(values: list | tuple) -> pa.Array:
    """Read a column as text; what is missing or empty is unknown.

    Examples
    --------
    >>> texts(["a", "", 443, None]).to_pylist()
    ['a', None, '443', None]
    """
    if _all_unknown(values):
        return pa.nulls(len(values), pa.string())
    try:
        array = pa.array(values, pa.string())
    except ERRORS:
        array = pa.array([text(value) for value in values], pa.string())
    return nonempty(array)


def _all_unknown(values: list | tuple) -> bool:
    # most exporters lack most columns
    return values.count(None) == len(values)


def amounts(values: list | tuple, *, as_text: set[int] | None = None, below_zero: set[int] | None = None) -> pa.Array:
    """Read a column as numbers that are not negative; HAR writes -1 for unknown.

    Parameters
    ----------
    values : sequence
    as_text : set of int, optional
        Filled with the rows whose number is written as text.
    below_zero : set of int, optional
        Filled with the rows whose number is below zero and no word for unknown.

    Examples
    --------
    >>> amounts([-1, 0, 12.5, "2702", None]).to_pylist()
    [None, 0.0, 12.5, 2702.0, None]
    """
    if _all_unknown(values):
        return pa.nulls(len(values), pa.float64())
    try:
        array = pa.array(values, pa.float64())
    except ERRORS:
        array = pa.array([number(value) for value in values], pa.float64())
        if as_text is not None:
            as_text.update(row for row, value in enumerate(values) if isinstance(value, str) and value)
    numbers = array.to_numpy(zero_copy_only=False)  # unknown is NaN here, which no comparison holds of
    known = (numbers >= 0) & (numbers < np.inf)
    if below_zero is not None:
        below_zero.update(np.flatnonzero((numbers < 0) & ~np.isin(numbers, UNKNOWN)).tolist())
    return pa.array(numbers, mask=~known)


def wholes(values: list | tuple, *, as_text: set[int] | None = None) -> pa.Array:
    """Read a column as whole numbers that are not negative and fit 64 bits; see `amounts`.

    Examples
    --------
    >>> wholes([40, -146, "7", 1e300, None]).to_pylist()
    [40, None, 7, None, None]
    """
    return rounded(amounts(values, as_text=as_text))


def rounded(array: pa.Array) -> pa.Array:
    """Cut numbers that are not negative to whole ones; what does not fit 64 bits is unknown.

    Examples
    --------
    >>> rounded(pa.array([1.7, None, 1e300])).to_pylist()
    [1, None, None]
    """
    fitting = pc.if_else(pc.less(array, 2.0**63), array, pa.scalar(None, pa.float64()))
    return pc.cast(fitting, pa.int64(), safe=False)


def flags(values: Sequence) -> pa.Array:
    """Read a column as true, false or unknown.

    Examples
    --------
    >>> flags([True, None, "x"]).to_pylist()
    [True, None, None]
    """
    return pa.array([value if isinstance(value, bool) else None for value in values], pa.bool_())


def mapped(array: pa.Array, function: Callable, kind: pa.DataType) -> pa.Array:
    """Apply a function once to each distinct value.

    Examples
    --------
    >>> mapped(pa.array(["a", None, "a"]), str.upper, pa.string()).to_pylist()
    ['A', None, 'A']
    """
    coded = array.dictionary_encode()
    return pa.array([function(value) for value in coded.dictionary.to_pylist()], kind).take(coded.indices)


# A plain URL; anything else (data:, a tab inside, a backslash) is split by the general rule.
URL = r"^(?P<origin>[A-Za-z][A-Za-z0-9+.\-]*://[^/?#\\\x00-\x20]*)(?P<path>[^?#\x00-\x20]*)(?P<query>\?[^#\x00-\x20]*)?(?:#[^\x00-\x20]*)?$"
PARTS = ("url", "scheme", "host", "port", "path", "query")


def urls(array: pa.Array) -> dict[str, pa.Array]:
    """Split a column of URLs into url (without fragment), scheme, host, port, path and query.

    Examples
    --------
    >>> {name: column[0].as_py() for name, column in urls(pa.array(["https://A.example/x?y=1#z"])).items()}
    {'url': 'https://A.example/x?y=1', 'scheme': 'https', 'host': 'a.example', 'port': 443, 'path': '/x', 'query': 'y=1'}
    """
    found = pc.extract_regex(array, URL)
    origin, path, query = (pc.struct_field(found, name) for name in ("origin", "path", "query"))
    coded = origin.dictionary_encode()
    split = [split_url(value) for value in coded.dictionary.to_pylist()]
    made = {name: pa.array([parts[place] for parts in split], kind).take(coded.indices)
            for place, (name, kind) in enumerate(zip(PARTS[:4], (pa.string(), pa.string(), pa.string(), pa.int64()), strict=True)) if place}
    plain = {
        "url": pc.binary_join_element_wise(origin, path, pc.fill_null(query, ""), ""),
        **made,
        "path": nonempty(path),
        "query": nonempty(pc.utf8_slice_codeunits(query, 1)),
    }
    return _with_odd(array, pc.or_kleene(pc.is_null(origin), pc.fill_null(pc.is_null(plain["host"]), True)), plain)


def _with_odd(array: pa.Array, odd: pa.Array, plain: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Split by the general rule the URLs that are not plain."""
    rows = pc.and_(odd, pc.is_valid(array))
    if not pc.any(rows).as_py():
        return plain
    split = [split_url(value) for value in array.filter(rows).to_pylist()]
    return {name: pc.replace_with_mask(column, rows, pa.array([parts[PARTS.index(name)] for parts in split], column.type)) for name, column in plain.items()}
