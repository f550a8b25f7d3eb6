"""Whose address was it, by the list of that day?"""

import ipaddress
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd
import pyarrow as pa

from hartools.columns import DTYPES, require_columns
from hartools.parties.infrastructure.networks import Networks
from hartools.parties.infrastructure.providers import PROVIDERS, provider_named, read_data
from hartools.reading.values import address as plain_address

__all__ = ["boundaries", "provider_of_address", "reach_of"]

COLUMNS = {"address": "str", "reach": "str", "provider": "str", "organisation": "str", "service": "str", "region": "str", "network": "str",
           "as_of": "str", "how_known": "str", "source": "str", "note": "str"}  # fmt: skip
FROM_TABLE = ("provider", "service", "region", "network", "as_of", "how_known", "source")

# A list that is this much older or newer than the capture says less: blocks change hands.
STALE_DAYS = 730


def provider_of_address(addresses: Iterable[str | None], *, on: date | str | pd.Timestamp | None = None, ranges: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say in whose network each address stood on a day.

    Of several networks that hold an address the narrowest answers; of two of one size, that of `ranges`.

    Parameters
    ----------
    addresses : iterable of str
        Addresses, with or without brackets; None and what is no address stay unknown.
    on : date or str, optional
        Day of the capture; without it the newest lists are used.
    ranges : pandas.DataFrame, optional
        What the reader imported: network, provider, and where known service, region, as_of, name.

    Returns
    -------
    pandas.DataFrame
        One row per address, in order: address, reach (public, local, documentation or none),
        provider, organisation, service, region, network, as_of (date of the list), how_known,
        source, note.

    Raises
    ------
    UnknownColumnError
        If `ranges` lacks network or provider.

    Examples
    --------
    >>> provider_of_address(["104.28.3.4", "127.0.0.1"], on="2021-03-08").provider.fillna("nobody known").tolist()
    ['Cloudflare', 'nobody known']
    >>> provider_of_address(["104.28.3.4"], on="2022-03-08").provider.fillna("nobody known").tolist()
    ['nobody known']
    """
    day = None if on is None or pd.isna(on) else pd.Timestamp(on).date().isoformat()
    known = [plain_address(address) if isinstance(address, str) and address else None for address in addresses]
    unique = sorted({address for address in known if address and reach_of(address) == "public"})
    found = _found(unique, day, ranges)
    rows = [{"address": address, "reach": reach_of(address)} | found.get(address, {}) for address in known]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def reach_of(address: str | None) -> str:
    """Say what an address can tell of the server: public, local (this machine, or a network of one's own), documentation or none.

    Examples
    --------
    >>> reach_of("10.0.0.1"), reach_of("::1"), reach_of("203.0.113.7"), reach_of("104.18.26.156"), reach_of(None)
    ('local', 'local', 'documentation', 'public', 'none')
    """
    if not address:
        return "none"
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "none"
    if known.is_global and not known.is_multicast:
        return "public"
    return "documentation" if any(known in network for network in DOCUMENTATION if network.version == known.version) else "local"


# RFC 5737 and RFC 3849
DOCUMENTATION = tuple(ipaddress.ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))


@lru_cache(maxsize=1)
def boundaries() -> tuple[str, ...]:
    """List the days from which another list holds, so that a capture needs one look-up per list.

    Examples
    --------
    >>> "2021-04-08" in boundaries()
    True
    """
    table = read_data("ranges.tsv")
    ends = [(pd.Timestamp(day) + pd.Timedelta(days=1)).date().isoformat() for day in table.valid_to.dropna()]
    return tuple(sorted({*table.valid_from.dropna(), *ends}))


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    text = files("hartools.parties").joinpath("data/ranges.tsv").read_text(encoding="utf-8")
    return dict(re.findall(r"^# source ([^:]+): (.+)$", text, re.M))


@lru_cache(maxsize=16)
def _shipped(period: int) -> tuple[list[dict], Networks]:
    """Return the networks that stood on the lists of one period between two `boundaries`."""
    table, days = read_data("ranges.tsv"), boundaries()
    first = days[period - 1] if period else "0000"
    valid = (table.valid_from.fillna("0000") <= first) & (table.valid_to.fillna("9999") >= first)
    table = table[valid].reset_index(drop=True)
    return _cells(table.assign(source=table.source.map(_sources()))), Networks(pa.array(table.network))


def _cells(table: pd.DataFrame) -> list[dict]:
    plain = table[list(FROM_TABLE)].astype(object)
    return plain.where(plain.notna(), None).to_dict("records")


def _found(addresses: list[str], day: str | None, ranges: pd.DataFrame | None) -> dict[str, dict]:
    days = boundaries()
    table, networks = _shipped(len(days) if day is None else sum(each <= day for each in days))
    rows, lengths = networks.find(addresses)
    found = {address: _row(table[row], day) for address, row in zip(addresses, rows.tolist(), strict=True) if row >= 0}
    if ranges is not None and len(ranges):
        imported = _imported(ranges)
        others, wider = Networks(pa.array(imported.network, pa.string())).find(addresses)
        better = np.flatnonzero((others >= 0) & (wider >= lengths))
        for place, cells in zip(better.tolist(), _cells(imported.take(others[better])), strict=True):
            row = _row(cells, day)
            if not _is_vaguer(row, found.get(addresses[place])):
                found[addresses[place]] = row
    return found


def _is_vaguer(row: dict, ours: dict | None) -> bool:
    """Tell whether an imported row names only the company where ours names the service: autonomous systems do not tell them apart."""
    if ours is None or row["organisation"] != ours["organisation"] or row["service"]:
        return False
    kinds = [PROVIDERS[each["provider"]].kind if each["provider"] in PROVIDERS else "cloud" for each in (row, ours)]
    return kinds[0] == "cloud" and kinds[1] != "cloud"


def _imported(ranges: pd.DataFrame) -> pd.DataFrame:
    """Bring a table that the reader imported into the columns of ours, the least specific service first."""
    require_columns(ranges, ["network", "provider"])
    table = pd.DataFrame({name: ranges[name].astype(DTYPES["str"]) if name in ranges.columns else pd.Series(None, index=ranges.index, dtype=DTYPES["str"])
                          for name in ("network", "provider", "service", "region", "as_of", "name")})  # fmt: skip
    table["as_of"] = table.as_of.str.slice(0, 10)
    table["how_known"], table["source"] = "imported", table.pop("name").fillna("a table that the reader imported")
    # AWS lists each block under AMAZON, Azure under AzureCloud, and again under the service that uses it
    general = ((table.service == "AMAZON") | table.service.str.startswith("AzureCloud")).fillna(False).to_numpy(dtype=bool)
    return table.take(np.argsort(~general, kind="stable")) if general.any() else table


def _row(found: dict, day: str | None) -> dict:
    days = sorted((found["as_of"] or "").split())
    cells = found | {"provider": provider_named(found["provider"], found["service"]), "as_of": _nearest(days, day)}
    known = PROVIDERS.get(cells["provider"])
    return cells | {"organisation": known.organisation if known else cells["provider"], "note": _note(cells["how_known"], days, day)}


def _nearest(days: list[str], day: str | None) -> str | None:
    """Return the day of the list that speaks best for a day: the last one before it, else the next."""
    before = [each for each in days if day is None or each <= day]
    return (before or days or [""])[-1 if before else 0][:10] or None


def _note(how_known: str, days: list[str], day: str | None) -> str | None:
    if how_known == "unverified":
        return "the network is known from general knowledge only; a table of autonomous systems would settle it"
    if not days:
        return "the list of that network bears no date"
    if day is None or days[0] <= day <= days[-1]:
        return None
    nearest = days[0] if day < days[0] else days[-1]
    if abs((pd.Timestamp(day) - pd.Timestamp(nearest[:10])).days) > STALE_DAYS:
        return f"the list is of {nearest[:10]}, the capture of {day}: the block may have been another's"
    return None
