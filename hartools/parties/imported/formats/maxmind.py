"""Which autonomous system do addresses belong to, by a database in MaxMind's format?"""

import datetime
import ipaddress
import struct
from collections.abc import Iterator

from hartools.errors import ReferenceDataError
from hartools.parties.imported.formats.asn_tables import packed, systems_found
from hartools.parties.imported.formats.found import Found, text

__all__ = ["is_maxmind", "read_maxmind"]

MARKER = b"\xab\xcd\xefMaxMind.com"
# The marker stands in the last 128 KiB of a file.
TAIL = 128 * 1024
# Sixteen zero bytes lie between the tree and the data.
GAP = 16

# Maps in these databases are three deep.
DEEPEST = 12
MOST_NETWORKS = 5_000_000
# A network's record has two values, a description a few dozen; pointers to pointers could make any number of them.
MOST_VALUES = 5000

POINTER_BASES = (0, 2048, 526336, 0)
SIZE_BASES = (0, 29, 285, 65821)
NUMBERS, NAMES = ("autonomous_system_number", "asn"), ("autonomous_system_organization", "as_name", "name", "organization")


def is_maxmind(data: bytes) -> bool:
    """Tell whether bytes are a database in MaxMind's format."""
    return MARKER in data[-TAIL:]


def read_maxmind(data: bytes, file: str) -> Found:
    """Read every network of a database of autonomous systems.

    Raises
    ------
    ReferenceDataError
        If the file is damaged, or holds something else than autonomous systems.

    Notes
    -----
    MaxMind DB File Format Specification 2.0, written out here rather than taken from the package
    maxminddb, which reads one address after the other: what is kept is one table, whatever its format was.
    """
    place = data.rfind(MARKER)
    try:
        about = _Values(data, place + len(MARKER)).at(place + len(MARKER))[0]
        nodes, size, version = (about[name] for name in ("node_count", "record_size", "ip_version"))
        if size not in (24, 28, 32) or version not in (4, 6) or not 0 < nodes * size // 4 <= place:
            raise ValueError("its description does not fit")
        found = systems_found("MaxMind DB", _systems(data, nodes, size, version, place), version=text(about.get("database_type")), date=_day(about.get("build_epoch")))
    except (KeyError, IndexError, TypeError, ValueError, struct.error, AttributeError, OverflowError, RecursionError) as error:
        raise ReferenceDataError(f"{file}: a database in MaxMind's format that cannot be read ({error}). Fetch it again.") from error
    if not found.table.num_rows:
        raise ReferenceDataError(f"{file}: a database in MaxMind's format without autonomous systems (it calls itself {text(about.get('database_type'), 40)}). GeoLite2-ASN and dbip-asn-lite are read.")
    return found


def _systems(data: bytes, nodes: int, size: int, version: int, end: int) -> Iterator[tuple]:
    base = nodes * size // 4 + GAP
    known: dict[int, tuple[int, str | None]] = {}
    for first, last, value in _leaves(data, nodes, size, version):
        place = value - nodes - GAP
        if place not in known:
            if not 0 <= base + place < end:
                raise ValueError("a network points outside the data")
            known[place] = _system(_Values(data, base).at(base + place)[0])
        number, name = known[place]
        yield first, last, number, name


def _leaves(data: bytes, nodes: int, size: int, version: int) -> Iterator[tuple[bytes, bytes, int]]:
    """Walk the tree; IPv4 stands at ::/96, and again under other prefixes, which are passed over."""
    bits, kind = (32, ipaddress.IPv4Address) if version == 4 else (128, ipaddress.IPv6Address)
    four = _node_of_four(data, nodes, size) if version == 6 else None
    stack, seen = [(0, 0, 0)], 0
    while stack:
        node, start, depth = stack.pop()
        seen += 1
        if seen > MOST_NETWORKS:
            raise ValueError(f"more than {MOST_NETWORKS:,} networks")
        if node > nodes:
            width = bits - depth
            last = start | ((1 << width) - 1)
            if version == 6 and last < 1 << 32:
                yield packed(ipaddress.IPv4Address(start)), packed(ipaddress.IPv4Address(last)), node
            else:
                yield packed(kind(start)), packed(kind(last)), node
        elif node < nodes and not (node == four and (depth != 96 or start)):
            if depth == bits:
                raise ValueError("the tree is deeper than an address is long")
            left, right = _children(data, node, size)
            stack += [(right, start | 1 << (bits - depth - 1), depth + 1), (left, start, depth + 1)]


def _node_of_four(data: bytes, nodes: int, size: int) -> int:
    node = 0
    for _ in range(96):
        if node >= nodes:
            break
        node = _children(data, node, size)[0]
    return node


def _children(data: bytes, node: int, size: int) -> tuple[int, int]:
    wide = size // 4
    record = data[node * wide : (node + 1) * wide]
    if size == 28:
        return (record[3] >> 4) << 24 | int.from_bytes(record[:3], "big"), (record[3] & 15) << 24 | int.from_bytes(record[4:7], "big")
    half = wide // 2
    return int.from_bytes(record[:half], "big"), int.from_bytes(record[half:], "big")


class _Values:
    """Decode values that stand behind one another, pointers followed, a bounded number of them in all."""

    def __init__(self, data: bytes, base: int):
        self.data, self.base, self.left = data, base, MOST_VALUES

    def at(self, place: int, depth: int = 0) -> tuple[object, int]:
        """Decode one value; return it and where the next begins."""
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            raise ValueError("its values are nested too deep or are too many")
        control, place = self.data[place], place + 1
        kind = control >> 5
        if kind == 1:
            length = (control >> 3 & 3) + 1
            high = (control & 7) << 8 * length if length < 4 else 0
            target = high + self._number(place, length) + POINTER_BASES[length - 1]
            return self.at(self.base + target, depth + 1)[0], place + length
        if kind == 0:
            kind, place = 7 + self.data[place], place + 1
        size = control & 31
        if size > 28:
            extra = size - 28
            size, place = SIZE_BASES[extra] + self._number(place, extra), place + extra
        return self._value(place, depth, kind, size)

    def _value(self, place: int, depth: int, kind: int, size: int) -> tuple[object, int]:
        if kind in (7, 11):
            held: list[object] = []
            for _ in range(size * 2 if kind == 7 else size):
                value, place = self.at(place, depth + 1)
                held.append(value)
            return (dict(zip(held[::2], held[1::2], strict=True)) if kind == 7 else held), place
        if kind == 14:
            return bool(size), place
        raw = self.data[place : place + size]
        if len(raw) < size:
            raise ValueError("a value is longer than the file")
        if kind == 2:
            return raw.decode("utf-8"), place + size
        if kind in (3, 15):
            return struct.unpack(">d" if kind == 3 else ">f", raw)[0], place + size
        return (raw if kind == 4 else int.from_bytes(raw, "big")), place + size

    def _number(self, place: int, length: int) -> int:
        return int.from_bytes(self.data[place : place + length], "big")


def _system(value: object) -> tuple[int, str | None]:
    if not isinstance(value, dict):
        return 0, None
    number = next((value[name] for name in NUMBERS if name in value), 0)
    number = int(number.removeprefix("AS")) if isinstance(number, str) and number.removeprefix("AS").isdecimal() else number
    name = next((value[name] for name in NAMES if isinstance(value.get(name), str)), None)
    return (number, name) if isinstance(number, int) and 0 < number < 1 << 32 else (0, None)


def _day(epoch: object) -> str | None:
    return datetime.datetime.fromtimestamp(epoch, datetime.UTC).date().isoformat() if isinstance(epoch, int) and 0 < epoch < 1 << 32 else None
