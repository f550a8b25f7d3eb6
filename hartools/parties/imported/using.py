"""What do the imported data say of owners, of networks and of autonomous systems?"""

import datetime
import ipaddress
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from hartools.columns import DTYPES
from hartools.parties.imported.formats.asn_tables import packed
from hartools.parties.imported.formats.found import ASN, OWNERS, RANGES
from hartools.parties.imported.kept import newest, rows_of
from hartools.parties.infrastructure.networks import Networks
from hartools.parties.infrastructure.providers import provider_named

__all__ = ["imported_asn", "imported_networks", "imported_owners", "imported_ranges"]

OWNER_CELLS = ("domain", "organisation", "ultimate_parent", "seat", "role", "how_known", "as_of", "note", "name", "version")
RANGE_CELLS = ("network", "provider", "service", "region", "as_of", "name")


def imported_owners(*, folder: str | Path | None = None) -> pd.DataFrame:
    """Return the owners that the reader imported, for ``label_owners(capture, data=...)``.

    Returns
    -------
    pandas.DataFrame
        The columns of `owners_table`, and name and version of the list: one row per domain and list,
        the newest of each list, lists by date, the latest first.

    Examples
    --------
    >>> import tempfile
    >>> len(imported_owners(folder=tempfile.mkdtemp()))
    0
    """
    tables = []
    for about in newest(OWNERS, folder=folder):
        rows = _frame(rows_of(about))
        tables.append(rows.assign(how_known=f"listed by {about['name']}", as_of=about["date"], name=about["name"], version=about["version"]))
    return _joined(tables, OWNER_CELLS)


def imported_ranges(on: datetime.date | str | None = None, *, folder: str | Path | None = None) -> pd.DataFrame:
    """Return the address ranges that the reader imported, as they stood on a day.

    Parameters
    ----------
    on : date or str, optional
        Day of the capture. Of several lists of one provider the last before it counts, else the next
        after it; ``as_of`` tells which that is. Without a day, the last.

    Returns
    -------
    pandas.DataFrame
        One row per network: network, provider, service, region, as_of (day of the list), name.

    Examples
    --------
    >>> import tempfile
    >>> list(imported_ranges("2021-03-08", folder=tempfile.mkdtemp()).columns)
    ['network', 'provider', 'service', 'region', 'as_of', 'name']
    """
    tables = [_frame(rows_of(about)).assign(as_of=about["date"], name=_called(about)) for about in newest(RANGES, on=_day(on), folder=folder)]
    return _joined(tables, RANGE_CELLS)


def imported_asn(addresses: Iterable[str | None], on: datetime.date | str | None = None, *, folder: str | Path | None = None) -> pd.DataFrame:
    """Say in which autonomous system each address is, by the tables that the reader imported.

    Parameters
    ----------
    addresses : iterable of str
        Addresses without brackets; what is none stays unknown.
    on : date or str, optional
        As in `imported_ranges`.

    Returns
    -------
    pandas.DataFrame
        One row per address, in order: address, asn, organisation, as_of, name (of the table that answered).

    Examples
    --------
    >>> import tempfile
    >>> imported_asn(["192.0.2.1"], folder=tempfile.mkdtemp()).asn.isna().tolist()
    [True]
    """
    written = list(addresses)
    wanted = {address: number for address in written if (number := _packed(address)) is not None}
    found: dict[str, dict] = {}
    for about in newest(ASN, on=_day(on), folder=folder):
        open_ones = [address for address in wanted if address not in found]
        if open_ones:
            cells = _systems_of([wanted[address] for address in open_ones], rows_of(about))
            said = {"as_of": about["date"], "name": _called(about)}
            found |= {address: {"asn": number, "organisation": name} | said for address, (number, name) in zip(open_ones, cells, strict=True) if number is not None}
    rows = [{"address": address} | found.get(address, {}) for address in written]
    types = {"address": "str", "asn": "int", "organisation": "str", "as_of": "str", "name": "str"}
    return pd.DataFrame(rows, columns=list(types)).astype({name: DTYPES[kind] for name, kind in types.items()})


def imported_networks(addresses: Iterable[str | None], on: datetime.date | str | None = None, *, folder: str | Path | None = None) -> pd.DataFrame:
    """Return the imported address ranges, and for addresses outside all of them their autonomous system.

    Parameters
    ----------
    addresses : iterable of str
        Those of a capture.
    on : date or str, optional
        As in `imported_ranges`.

    Returns
    -------
    pandas.DataFrame
        As `imported_ranges`, for ``infrastructure_table(capture, ranges=...)``. A system is a row per
        address: it says whose network that is, and never which service.

    Examples
    --------
    >>> import tempfile
    >>> len(imported_networks(["192.0.2.1"], folder=tempfile.mkdtemp()))
    0
    """
    ranges = imported_ranges(on, folder=folder)
    asked = list(dict.fromkeys(address for address in addresses if _packed(address) is not None))
    within, _ = Networks(pa.array(ranges.network, pa.string())).find(asked)
    systems = imported_asn([address for address, place in zip(asked, within.tolist(), strict=True) if place < 0], on, folder=folder).dropna(subset="asn")
    networks = [str(ipaddress.ip_network(address)) for address in systems.address]
    numbers = [f"AS{number}" for number in systems.asn]
    named = [number if provider_named(number) != number else name if isinstance(name, str) else number for number, name in zip(numbers, systems.organisation, strict=True)]
    rows = pd.DataFrame({"network": networks, "provider": named, "as_of": systems.as_of.to_numpy(), "name": systems.name.to_numpy()})
    return _joined([ranges, rows], RANGE_CELLS)


def _systems_of(wanted: list[bytes], table: pa.Table) -> list[tuple[int | None, str | None]]:
    """Look addresses up in ranges that are sorted by their first address."""
    table = table.combine_chunks()
    first, last = (_sixteen(table[name]) for name in ("first", "last"))
    asked = np.array(wanted, dtype="S16")
    places = np.searchsorted(first, asked, side="right") - 1
    within = (places >= 0) & (asked <= last[places])
    rows = table.select(["asn", "organisation"]).take(pa.array(np.where(within, places, 0)))
    return [(number, name) if inside else (None, None) for number, name, inside in zip(*rows.to_pydict().values(), within, strict=True)]


def _sixteen(column: pa.ChunkedArray) -> np.ndarray:
    array = column.combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return np.frombuffer(array.buffers()[1], dtype="S16")[array.offset : array.offset + len(array)]


def _packed(address: object) -> bytes | None:
    try:
        known = ipaddress.ip_address(address) if isinstance(address, str) and len(address) < 64 else None
    except ValueError:
        return None
    return None if known is None else packed(getattr(known, "ipv4_mapped", None) or known)


def _called(about: dict) -> str:
    return f"{about['name']} {about['version']}" if about["version"] else about["name"]


def _day(on: datetime.date | str | None) -> str | None:
    return None if on is None or pd.isna(on) else pd.Timestamp(on).date().isoformat()


def _frame(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def _joined(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    tables = [table.reindex(columns=columns).astype(DTYPES["str"]) for table in tables]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns).astype(DTYPES["str"])
