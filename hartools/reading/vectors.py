"""What do whole columns of scalars mean, once the exporters' sentinels are taken off?

The same meanings as in `hartools.reading.values`, for a column at a time: each function first
takes the column for what nearly every file holds, and goes value by value only where it is not.
"""

import re
from collections.abc import Callable, Sequence
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.values import number, split_url, text

__all__ = ["Dates", "amounts", "dates", "flags", "mapped", "nonempty", "rounded", "texts", "urls", "wholes"]

UTC = pa.timestamp("ns", tz="UTC")
# HAR's word for an unknown number, and what mitmproxy's har_dump makes of it in milliseconds.
UNKNOWN = (-1, -1000)

ERRORS = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, TypeError, ValueError)

DATE = re.compile(
    r"(?P<year>[+-]\d{6}|\d{4})-?(?P<rest>\d\d-?\d\d)(?:[Tt ](?P<time>\d\d:\d\d)(?P<second>:\d\d)?(?:[.,](?P<fraction>\d+))?)?\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*"
)
PLAIN_DATE = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$"

EPOCH = re.compile(r"\d{10,13}(?:\.\d+)?")

# What JavaScript's Date.toString writes before the offset, and behind it; Python's parser would leave both out.
JAVASCRIPT = re.compile(r"(?:GMT|UTC)([+-]\d\d:?\d\d)(?: *\(.*\))?$")

# The form in which nearly every cookie has it (RFC 9110, section 5.6.7); the rest is left to the library.
HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d)[ -]([A-Z][a-z]{2})[ -](\d{4}) (\d\d:\d\d:\d\d) GMT")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Timestamps of 64 bits in nanoseconds end in 1677 and 2262; a year outside them is a
# sentinel or damage (expanded years, 9999, 292269009), never a visit.
FIRST_YEAR, LAST_YEAR = 1678, 2261

# From 2001 on, a number of 13 digits is milliseconds since 1970 and one of 10 digits seconds.
MILLISECONDS = 1e11


class Dates(NamedTuple):
    """Hold a column of times in UTC, and the rows that were not plain.

    Attributes
    ----------
    times : pyarrow.Array
        Nanoseconds, UTC.
    offsets : pyarrow.Array
        Offset in minutes in which each was written.
    odd : dict of str to list of int
        Code of a note -> rows.
    """

    times: pa.Array
    offsets: pa.Array
    odd: dict[str, list[int]]


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


# ---- addresses ------------------------------------------------------------------------------

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


# ---- times ----------------------------------------------------------------------------------


def dates(values: Sequence) -> Dates:
    """Parse a column of dates, whatever their fraction and zone, to UTC nanoseconds.

    ISO 8601 with any number of digits, with or without a zone, with expanded years; the format of
    HTTP headers; and numbers since 1970. What is no date, or beyond 64 bits, is unknown.

    Examples
    --------
    >>> found = dates(["2016-06-28T21:42:02.7221474+01:00", "+058063-05-13T22:58:17.000Z", None])
    >>> str(found.times[0]), found.times[1].as_py(), found.offsets[0].as_py(), found.odd
    ('2016-06-28 20:42:02.722147400+00:00', None, 60, {'bad_date': [1]})
    """
    odd: dict[str, list[int]] = {}
    try:
        array = pa.array(values, pa.string())
        plain = pc.match_substring_regex(array, PLAIN_DATE)
    except ERRORS:
        plain = None
    if plain is not None and pc.all(pc.fill_null(plain, True)).as_py() and (parsed := _cast(array)) is not None:
        written = array
    else:
        iso = [_iso(value, row, odd) for row, value in enumerate(values)]
        written = pa.array(iso, pa.string())
        parsed = _cast(written)
        if parsed is None:  # a date such as 31 February
            good = [each if each is None or _cast(pa.array([each])) is not None else None for each in iso]
            odd.setdefault("bad_date", []).extend(row for row, (one, two) in enumerate(zip(iso, good, strict=True)) if one != two)
            written, parsed = pa.array(good, pa.string()), _cast(pa.array(good, pa.string()))
    zone = pc.struct_field(pc.extract_regex(written, r"(?P<zone>Z|[+-]\d\d:?\d\d)$"), "zone")
    offsets = mapped(zone, _minutes, pa.int64())
    unzoned = odd.get("no_zone")
    if unzoned:
        known = pa.array([row not in set(unzoned) for row in range(len(offsets))])
        offsets = pc.if_else(known, offsets, pa.scalar(None, pa.int64()))
    return Dates(parsed, offsets, odd)


def _cast(array: pa.Array) -> pa.Array | None:
    years = pc.cast(pc.utf8_slice_codeunits(array, 0, 4), pa.int32())
    if not pc.all(pc.and_(pc.greater_equal(years, FIRST_YEAR), pc.less_equal(years, LAST_YEAR))).as_py() and len(years.drop_null()):
        return None
    try:
        return pc.cast(array, UTC)
    except pa.ArrowInvalid:
        return None


def _minutes(zone: str | None) -> int | None:
    if zone in (None, "Z"):
        return None if zone is None else 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes


def _iso(value, row: int, odd: dict[str, list[int]]) -> str | None:
    """Write one date in one form, and note what was unusual about it."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _since_1970(value, row, odd)
    if isinstance(value, str) and EPOCH.fullmatch(value):
        return _since_1970(float(value), row, odd)
    found = DATE.fullmatch(value.strip()[:64]) if isinstance(value, str) else None
    if found is None:
        written = _http_date(value)
        if written is None:
            odd.setdefault("bad_date", []).append(row)
        return written
    year, rest = int(found["year"]), found["rest"].replace("-", "")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        odd.setdefault("bad_date", []).append(row)
        return None
    zone = found["zone"]
    if zone is None:
        odd.setdefault("no_zone", []).append(row)
    offset = "Z" if zone in (None, "Z", "z", "UTC", "GMT") else zone[:3] + ":" + (zone[3:].lstrip(":") or "00")
    clock = (found["time"] or "00:00") + (found["second"] or ":00")
    return f"{year:04d}-{rest[:2]}-{rest[2:]}T{clock}.{(found['fraction'] or '0')[:9]}{offset}"


def _since_1970(value: float, row: int, odd: dict[str, list[int]]) -> str | None:
    seconds = value / 1000 if abs(value) > MILLISECONDS else value
    if not 0 < seconds < 9.2e9:
        odd.setdefault("bad_date", []).append(row)
        return None
    odd.setdefault("number_for_date", []).append(row)
    return pa.scalar(round(seconds * 1e6), pa.timestamp("us")).as_py().isoformat(timespec="microseconds") + "Z"


def _http_date(value) -> str | None:
    found = HTTP_DATE.fullmatch(value) if isinstance(value, str) else None
    if found and FIRST_YEAR <= int(found[3]) <= LAST_YEAR and found[2] in MONTHS:
        return f"{found[3]}-{MONTHS.index(found[2]) + 1:02d}-{found[1]}T{found[4]}Z"
    try:
        moment = parsedate_to_datetime(JAVASCRIPT.sub(lambda zone: zone[1].replace(":", ""), value))
    except (TypeError, ValueError, OverflowError, IndexError, AttributeError):
        return None
    return moment.isoformat() + ("" if moment.tzinfo else "Z") if FIRST_YEAR <= moment.year <= LAST_YEAR else None
