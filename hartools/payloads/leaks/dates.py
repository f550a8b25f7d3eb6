"""How is one date written by different forms and vendors?"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

__all__ = ["date_forms", "read_date"]

ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?\Z")
DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\Z")


def read_date(written: str) -> list[date]:
    """Return the days that a date could mean: one, or two where day and month can be taken for each other.

    Examples
    --------
    >>> read_date("1990-02-13"), len(read_date("03/02/1990")), read_date("soon")
    ([datetime.date(1990, 2, 13)], 2, [])
    """
    iso, other = ISO.match(written), DAY_FIRST.match(written)
    if iso:
        orders = [tuple(map(int, iso.groups()))]
    elif other:
        first, second, year = map(int, other.groups())
        orders = [(year, second, first), (year, first, second)]
    else:
        return []
    days = []
    for order in orders:
        try:
            day = date(*order)
        except ValueError:
            continue
        if day not in days:
            days.append(day)
    return days


def date_forms(written: str) -> Iterator[tuple[str, str, bool]]:
    """Yield name, text and whether it is hashed, for each way to write a date.

    Examples
    --------
    >>> dict((name, text) for name, text, _ in date_forms("13/02/1990"))["yyyymmdd(VALUE)"]
    '19900213'
    """
    yield "trim(VALUE)", written, True
    for day in read_date(written):
        year, month, number = f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"
        for mark in ("-", "/", "."):
            yield f"yyyy{mark}mm{mark}dd(VALUE)", mark.join((year, month, number)), True
            yield f"dd{mark}mm{mark}yyyy(VALUE)", mark.join((number, month, year)), True
            yield f"mm{mark}dd{mark}yyyy(VALUE)", mark.join((month, number, year)), True
            yield f"d{mark}m{mark}yyyy(VALUE)", mark.join((str(day.day), str(day.month), year)), False
            yield f"m{mark}d{mark}yyyy(VALUE)", mark.join((str(day.month), str(day.day), year)), False
        yield "yyyymmdd(VALUE)", year + month + number, True
        yield "ddmmyyyy(VALUE)", number + month + year, True
        yield "mmddyyyy(VALUE)", month + number + year, True
        seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        yield "epoch_seconds(VALUE)", str(seconds), True
        yield "epoch_milliseconds(VALUE)", str(seconds * 1000), True
