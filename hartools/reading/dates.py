"""At what moment, in UTC, was something written, whatever form its date has?"""

import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.vectors import ERRORS, mapped

__all__ = ["MILLISECONDS", "Dates", "dates"]

UTC = pa.timestamp("ns", tz="UTC")

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
