"""What does a file of outside facts hold, in columns that do not depend on its format?"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from hartools.parties.domains import ascii_host, is_registry_suffix

__all__ = ["ASN", "COLUMNS", "FILTERS", "KINDS", "OWNERS", "RANGES", "Found", "day_in", "domain_of", "items", "members", "owners_found", "table_of", "text"]

OWNERS, RANGES, ASN, FILTERS = KINDS = ("owners", "ranges", "autonomous systems", "filter list")

COLUMNS = {
    OWNERS: {"domain": pa.string(), "organisation": pa.string(), "ultimate_parent": pa.string(), "seat": pa.string(), "role": pa.string(), "note": pa.string()},
    RANGES: {"network": pa.string(), "provider": pa.string(), "service": pa.string(), "region": pa.string()},
    # sixteen bytes, IPv4 as ::ffff:0:0/96, so that one order holds for both
    ASN: {"first": pa.binary(16), "last": pa.binary(16), "asn": pa.int64(), "organisation": pa.string()},
    FILTERS: {"rule": pa.string()},
}

# The longest names in the lists have about a hundred characters; rules of filter lists are longer.
LONGEST = 200

DOMAIN = re.compile(r"(?:\*\.)?([a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.[a-z0-9-]*[a-z][a-z0-9-]*)")
COUNTRY = re.compile(r"[A-Z]{2}")
DAY = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)")


class Found(NamedTuple):
    """Hold what a file says: its format and kind, a name for it, its rows, and what it says of itself."""

    format: str
    kind: str
    name: str
    table: pa.Table
    version: str | None = None
    date: str | None = None
    licence: str | None = None
    # whether several such files make one table: IPv4 and IPv6, one file per domain
    one_of_several: bool = False


def table_of(kind: str, rows: list[tuple]) -> pa.Table:
    """Build the table of a kind from rows in the order of its columns."""
    columns = list(zip(*rows, strict=True)) or [() for _ in COLUMNS[kind]]
    return pa.table({name: pa.array(cells, dtype) for (name, dtype), cells in zip(COLUMNS[kind].items(), columns, strict=True)})


def owners_found(format: str, name: str, rows: list[tuple], **more) -> Found:
    """Build a table of owners: rows without domain or organisation left out, one row per domain, sorted.

    Parameters
    ----------
    rows : list of tuple
        domain, organisation, ultimate parent, seat, role, note, as read from the file.
    """
    known: dict[str, tuple] = {}
    for written, *cells in rows:
        domain, cells = domain_of(written), [text(cell) for cell in cells]
        if domain and cells[0] and domain not in known:
            cells[2] = cells[2] if cells[2] and COUNTRY.fullmatch(cells[2]) else None
            known[domain] = (domain, *cells)
    return Found(format, OWNERS, name, table_of(OWNERS, [known[domain] for domain in sorted(known)]), **more)


def members(value: object) -> Iterator[tuple[str, object]]:
    """Yield the members of an object; of anything else, nothing."""
    if isinstance(value, dict):
        yield from value.items()


def items(value: object) -> list:
    """Return a list as it is; of anything else, an empty one."""
    return value if isinstance(value, list) else []


def text(value: object, longest: int = LONGEST) -> str | None:
    """Return a text without control characters and bounded; None for anything else, and for none.

    Examples
    --------
    >>> text(" Example\\x1b[31m Ltd "), text(12), text("")
    ('Example[31m Ltd', None, None)
    """
    if not isinstance(value, str):
        return None
    value = value[: longest * 4]
    if not value.isprintable():
        value = "".join(each for each in value if each == " " or unicodedata.category(each)[0] not in "CZ" or each == "\t").replace("\t", " ")
    return value.strip()[:longest] or None


def domain_of(value: object) -> str | None:
    """Return a domain in ASCII and lower case; None for an address, a registry's suffix, a path, a pattern.

    Examples
    --------
    >>> [domain_of(each) for each in ("*.Example.COM", "example.com/path", "192.0.2.1", "co.uk")]
    ['example.com', None, None, None]
    """
    if not isinstance(value, str) or len(value) > 253:
        return None
    found = DOMAIN.fullmatch(ascii_host(value.strip()))
    return None if found is None or is_registry_suffix(found[1]) else found[1]


def day_in(value: object) -> str | None:
    """Return the first day that stands in a text, as ``YYYY-MM-DD``.

    Examples
    --------
    >>> day_in("2026-09-23-12-00-00"), day_in("ServiceTags_Public_20260921.json"), day_in("1.0.945")
    ('2026-09-23', '2026-09-21', None)
    """
    for found in DAY.finditer(value if isinstance(value, str) else ""):
        try:
            return datetime.date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        except ValueError:
            continue
    return None
