"""Whom did a capture ask, whose are they, and by what could a statute reach them?"""

import re
from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.columns import STAYED
from hartools.parties.domains import registrable_domain
from hartools.parties.owners import UNVERIFIED, owners_of_hosts, owners_table

__all__ = ["EEA", "Asked", "asked_parties", "signs_of_targeting"]

# Member States of the European Union, and Iceland, Liechtenstein, Norway.
EEA = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO".split())

# Requests that left the browser, as far as the file says.

# What the infrastructure table calls the conclusion that a party had the exchange in clear.
IN_CLEAR = "handled this exchange in clear"
CONVINCING = ("certain", "very likely", "likely")

CELLS = ("organisation", "ultimate_parent", "seat", "how_known", "as_of")

LONGEST = 80
LONGEST_LANGUAGE = 200

TAG = re.compile(r"\b([A-Za-z]{2,3}-([A-Za-z]{2}))\b")
WORD = re.compile(r"[^\w]+")


class Asked(NamedTuple):
    """Hold one party that a capture shows: who it is, and the requests that show it."""

    party: str
    role: str  # first party, third party, or handles exchanges of others in clear
    ultimate_parent: str | None
    seat: str | None
    how_known: str | None
    as_of: str | None
    hosts: tuple[str, ...]
    addresses: tuple[str, ...]
    entry_ids: tuple[int, ...]
    cookie_ids: tuple[int, ...]

    @property
    def is_known(self) -> bool:
        """Tell whether its seat is known at all."""
        return bool(self.seat)


def asked_parties(capture: Capture, *, owners: pd.DataFrame | None = None, infrastructure: pd.DataFrame | None = None) -> list[Asked]:
    """List the parties whom a capture asked, first parties first, then by number of requests.

    Parameters
    ----------
    capture : Capture
        With labelled parties.
    owners : pandas.DataFrame, optional
        Owners beside those of `owners_table`; see `owners_of_hosts`.
    infrastructure : pandas.DataFrame, optional
        As `infrastructure_table` returns it: who handled exchanges of another party in clear.

    Returns
    -------
    list of Asked

    Examples
    --------
    >>> import hartools as ht
    >>> [(each.party, each.seat) for each in asked_parties(ht.label_parties(ht.read_har(ht.example_har())))][:2]
    [('doctor.example', None), ('Cloudinary', 'US')]
    """
    entries = capture.entries
    entries = entries[entries.host.notna() & ~entries.outcome.isin(STAYED).fillna(False)]
    cookies = set(capture.cookies.entry_id.tolist())
    owner = _owners_by_host(entries.host.unique().tolist(), owners)
    names = {host: row["organisation"] or registrable_domain(host) for host, row in owner.items()}
    # a host that is first party on one page may be third party on another
    groups: dict[tuple[str, str], list[_Request]] = {}
    for request, party in zip(_requests(entries), entries.party.tolist(), strict=True):
        groups.setdefault((f"{party} party", names[request.host]), []).append(request)
    found = [_asked(party, role, owner[group[0].host], group, cookies) for (role, party), group in groups.items()]
    found.sort(key=lambda each: (each.role != "first party", -len(each.entry_ids), each.party))
    return found + (_intermediaries(entries, infrastructure, owner, owners) if infrastructure is not None else [])


def signs_of_targeting(capture: Capture) -> list[str]:
    """Name what in a capture hints at people in the Union; none of it tells where the visitor was.

    Parameters
    ----------
    capture : Capture
        With labelled parties.

    Returns
    -------
    list of str

    Examples
    --------
    >>> import hartools as ht
    >>> signs_of_targeting(ht.label_parties(ht.read_har(ht.example_har())))
    []
    """
    entries, headers = capture.entries, capture.headers
    codes = {code.lower() for code in EEA} | {"eu"}
    visited = sorted(host for host in entries.host[entries.party == "first"].unique() if host.rpartition(".")[2] in codes)
    spoken = headers.value[(headers.name == "accept-language") & (headers.side == "request")].dropna().unique()
    regions = sorted({tag for value in spoken for tag, region in TAG.findall(value[:LONGEST_LANGUAGE]) if region.lower() in codes})
    signs = [f"visited {shown(visited)}, below a country code of the Union or the EEA"] if visited else []
    return signs + ([f"Accept-Language names {shown(regions)}"] if regions else [])


def shown(names: list[str] | tuple[str, ...], most: int = 3) -> str:
    """Write the first few names, each bounded, and count the rest.

    Examples
    --------
    >>> shown(["a.example", "b.example", "c.example"], most=2)
    'a.example, b.example and 1 more'
    """
    rest = len(names) - most
    return ", ".join(name[:LONGEST] for name in names[:most]) + (f" and {rest} more" if rest > 0 else "")


class _Request(NamedTuple):
    entry_id: int
    host: str
    address: str | None


def _requests(entries: pd.DataFrame) -> list[_Request]:
    return list(map(_Request, entries.entry_id.tolist(), entries.host.tolist(), entries.server_ip.astype(object).where(entries.server_ip.notna(), None).tolist()))


def _asked(party: str, role: str, owner: dict, requests: list[_Request], cookies: set[int]) -> Asked:
    hosts = tuple(dict.fromkeys(each.host for each in requests))
    addresses = tuple(dict.fromkeys(each.address for each in requests if each.address))
    ids = tuple(each.entry_id for each in requests)
    return Asked(party, role, *(owner[name] for name in CELLS[1:]), hosts, addresses, ids, tuple(entry_id for entry_id in ids if entry_id in cookies))


def _owners_by_host(hosts: list[str], owners: pd.DataFrame | None) -> dict[str, dict]:
    """Look up each host, unknown cells as None."""
    table = owners_of_hosts(hosts, data=owners).astype(object)
    return {row["host"]: {name: row[name] for name in CELLS} for row in table.where(table.notna(), None).to_dict("records")}


def _intermediaries(entries: pd.DataFrame, infrastructure: pd.DataFrame, owner: dict[str, dict], owners: pd.DataFrame | None) -> list[Asked]:
    """List those who handled exchanges of somebody else's hosts in clear."""
    rows = infrastructure[(infrastructure.conclusion == IN_CLEAR) & infrastructure.strength.isin(CONVINCING) & infrastructure.organisation.notna()]
    found = []
    for organisation, own in rows.groupby("organisation", sort=True):
        whose = _owner_named(organisation, owners)
        foreign = own[[not _is_same(organisation, whose, owner.get(host, {})) for host in own.host]]
        ids = {entry_id for each in foreign.entry_ids for entry_id in each}
        if ids:
            handled = entries[entries.entry_id.isin(list(ids))]
            found.append(_asked(organisation, "handles exchanges of others in clear", whose, _requests(handled), set()))
    return sorted(found, key=lambda each: (-len(each.entry_ids), each.party))


def _owner_named(organisation: str, owners: pd.DataFrame | None) -> dict:
    """Look up an organisation by the first word of its name, where the owners so named have one parent."""
    table = owners_table() if owners is None else pd.concat([owners_table(), owners.reindex(columns=owners_table().columns)], ignore_index=True)
    word = _first_word(organisation)
    rows = table[[word in (_first_word(name), _first_word(parent)) for name, parent in zip(table.organisation, table.ultimate_parent, strict=True)]]
    parents = rows.ultimate_parent.value_counts()
    if not len(parents) or parents.iloc[0] * 2 <= parents.sum():
        return dict.fromkeys(CELLS)
    rows = rows[rows.ultimate_parent == parents.index[0]]
    row = rows.iloc[(rows.how_known == UNVERIFIED).to_numpy(dtype=bool, na_value=True).argmin()]
    return {name: row[name] if name in row and not pd.isna(row[name]) and row[name] else None for name in CELLS}


def _is_same(organisation: str, whose: dict, owner: dict) -> bool:
    if owner.get("ultimate_parent") and owner.get("ultimate_parent") == whose["ultimate_parent"]:
        return True
    return bool(owner.get("organisation")) and _first_word(owner["organisation"]) == _first_word(organisation)


def _first_word(name: object) -> str:
    return WORD.split(name.casefold().strip(), maxsplit=1)[0] if isinstance(name, str) else ""
