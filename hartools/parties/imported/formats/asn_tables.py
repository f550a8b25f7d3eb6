"""Which autonomous system do addresses belong to, by a table in CSV or TSV?"""

import csv
import ipaddress
import re
from collections.abc import Iterable, Iterator

from hartools.parties.imported.formats.found import ASN, Found, table_of, text

__all__ = ["packed", "read_asn_table", "systems_found"]

FOUR = b"\0" * 10 + b"\xff\xff"
NUMBER = re.compile(r"(?:AS)?(\d{1,10})", re.IGNORECASE)

# GeoLite2-ASN-Blocks-IPv4.csv and -IPv6.csv.
MAXMIND = ["network", "autonomous_system_number", "autonomous_system_organization"]


def read_asn_table(lines: list[str]) -> Found | None:
    """Read a table of address ranges and systems; None if the text is something else.

    Notes
    -----
    MaxMind's GeoLite2 ASN blocks (``network,autonomous_system_number,autonomous_system_organization``);
    ``@ip-location-db/asn`` (start, end, number, organisation, without a header; ends as addresses or as
    whole numbers); iptoasn.com (start, end, number, country, description, tab separated; 0 is "not routed").
    """
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = "\t" if "\t" in first else ","
    head = next(csv.reader([first], delimiter=delimiter), [])
    if [each.strip().lower() for each in head] == MAXMIND:
        return systems_found("MaxMind ASN CSV", _blocks(csv.reader(lines[lines.index(first) + 1 :])))
    if len(head) not in (4, 5) or _span(head[0], head[1]) is None or not NUMBER.fullmatch(head[2].strip()):
        return None
    format = "iptoasn TSV" if len(head) == 5 else "ASN CSV"
    return systems_found(format, _spans(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE if len(head) == 5 else csv.QUOTE_MINIMAL), len(head)))


def systems_found(format: str, rows: Iterable[tuple[bytes, bytes, int, str | None]], **more) -> Found:
    """Build a table of systems, sorted by first address; number 0, which means none, is left out."""
    kept = sorted({(first, last): (first, last, number, text(name)) for first, last, number, name in rows if number and first <= last}.values(), key=lambda row: row[:2])
    return Found(format, ASN, "autonomous systems", table_of(ASN, kept), one_of_several=True, **more)


def packed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bytes:
    """Write an address as sixteen bytes, IPv4 as IPv6 writes it.

    Examples
    --------
    >>> packed(ipaddress.ip_address("192.0.2.1")).hex()
    '00000000000000000000ffffc0000201'
    """
    return FOUR + address.packed if address.version == 4 else address.packed


def _blocks(rows: Iterable[list[str]]) -> Iterator[tuple]:
    for row in rows:
        number = NUMBER.fullmatch(row[1].strip()) if len(row) == 3 else None
        if number is None:
            continue
        try:
            network = ipaddress.ip_network(row[0].strip())
        except ValueError:
            continue
        yield packed(network[0]), packed(network[-1]), int(number[1]), row[2]


def _spans(rows: Iterable[list[str]], width: int) -> Iterator[tuple]:
    for row in rows:
        number = NUMBER.fullmatch(row[2].strip()) if len(row) == width else None
        span = _span(row[0], row[1]) if number else None
        if span:
            yield *span, int(number[1]), row[-1]


def _span(first: str, last: str) -> tuple[bytes, bytes] | None:
    first, last = first.strip(), last.strip()
    if len(first) > 45 or len(last) > 45:
        return None
    try:
        if first.isdecimal() and last.isdecimal():
            four = int(last) < 1 << 32
            return tuple(packed((ipaddress.IPv4Address if four else ipaddress.IPv6Address)(int(each))) for each in (first, last))
        return _address(first), _address(last)
    except ValueError:
        return None


def _address(written: str) -> bytes:
    """Read an address; the usual form of IPv4 without the many steps of Python's own reader."""
    if ":" not in written:
        four = bytes(map(int, written.split(".")))
        if len(four) == 4 and ".".join(map(str, four)) == written:
            return FOUR + four
    return packed(ipaddress.ip_address(written))
