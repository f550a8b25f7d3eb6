"""What do names, addresses, times and volumes tell somebody on the way, or who answers for names?"""

import re
from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.findings import found, not_found, not_observable
from hartools.inference.catalogue import Catalogue
from hartools.inference.named_search import folded, is_short
from hartools.masking import mask_text
from hartools.observers.views import CITED
from hartools.parties.domains import registrable_domain, sites_of
from hartools.parties.infrastructure import provider_of_address

__all__ = ["contact_findings"]

NAME, CONTACT, VOLUME = "R-NAME", "R-CONTACT", "R-VOLUME"
# Where a name stands in clear, by kind of observer.
WHERE = {"network": "in DNS questions, and in the TLS hello (SNI) or a request without TLS", "network_doh": "in the TLS hello (SNI) or a request without TLS", "network_ech": "in DNS questions",
         "network_doh_ech": "in requests without TLS", "resolver": "in the DNS questions that it answered"}  # fmt: skip
# Labels that name a machine's task and say nothing of the visit (from general knowledge, not looked up).
PLAIN = frozenset("www www1 www2 web m mobile api apis app apps auth login sso account accounts static assets asset cdn img image images media res files data events event metrics stats track tracking "
                  "analytics collect pixel sync match mail edge live ws socket beacon tag tags gtm ads ad consent fonts video videos public secure content".split())  # fmt: skip
SHOWN = 5
# RFC 1035, 2.3.4: no label and no name is longer, whatever a file says.
LABEL, NAME_LENGTH = 63, 253


def contact_findings(view: Capture, catalogue: Catalogue | None = None) -> list[dict]:
    """Say what a network path or a resolver could know from whom the browser contacted, when and how much.

    Parameters
    ----------
    view : Capture
        Made by `view_as`; of a view without connections nothing is said.
    catalogue : Catalogue, optional
        Host names that hold one of its words are pointed out.

    Returns
    -------
    list of dict
        Rows of `hartools.findings` under R-NAME, R-CONTACT and R-VOLUME.

    Notes
    -----
    A connection has no number of its own in a HAR. Findings cite the requests that were sent over it, by
    which a reader can look them up, though the observer cannot tell them apart; what a finding says does
    not depend on them.

    Examples
    --------
    >>> import hartools as ht
    >>> contact_findings(ht.view_as(ht.read_har(ht.example_har()), "third_party:cloudinary.com"))
    []
    """
    kind = (view.observer or "").partition(":")[0]
    connections = _cited(view)
    if not len(connections):
        return []
    named, hidden = connections[connections.name.notna()], connections[connections.name.isna()]
    rows = _names(named, kind, catalogue) if len(named) else [_no_name(connections)]
    rows += _first_site(connections, kind) + (_networks(hidden) if len(hidden) else [])
    return [*rows, _times(connections), *_volumes(connections, kind)]


def _cited(view: Capture) -> pd.DataFrame:
    """Return the connections in the order of time, each with its site and the entries that cite it, which serve for nothing else."""
    connections = view.connections.reset_index(drop=True)
    connections["name"] = connections.name.str.slice(0, NAME_LENGTH)
    cited = view.table(CITED) if CITED in view._built or CITED in view._build else pd.DataFrame({"connection": [], "entry_id": []})
    entries = cited.groupby("connection").entry_id.agg(list)
    ids = [entries.get(row, []) for row in range(len(connections))]
    table = connections.assign(site=sites_of(connections.name), entry_ids=pd.Series(ids, index=connections.index, dtype="object"))
    return table[table.entry_ids.map(bool).astype(bool)].sort_values(["first", "name", "address", "port"], kind="stable", ignore_index=True)


def _ids(rows: pd.DataFrame) -> list[int]:
    return [entry_id for ids in rows.entry_ids for entry_id in ids]


def _listed(names: list[str]) -> str:
    return ", ".join(mask_text(name) for name in names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _names(named: pd.DataFrame, kind: str, catalogue: Catalogue | None) -> list[dict]:
    words = _words_of(catalogue)
    site = named.site.fillna(named.name)
    rows = []
    for party, group in named.groupby(site, sort=False):
        names = list(dict.fromkeys(group.name))
        rows.append(found("name contacted", f"It could know that the browser contacted {mask_text(party)} ({_listed(names)}): the names stand {WHERE.get(kind, 'in clear')}.", names,
                          basis="observed", strength="certain", rule=NAME, entry_ids=_ids(group), caveat=_telling(names, words)))  # fmt: skip
    return rows


def _words_of(catalogue: Catalogue | None) -> dict[tuple[str, ...], str]:
    if catalogue is None:
        return {}
    records = catalogue.records
    values = [(name, value) for name in reversed(catalogue.attributes) for value in sorted(records[name].dropna().unique())]
    return {words: f"{value}, a {name} of the catalogue" for name, value in values if not is_short(words := folded(value))}


def _telling(names: list[str], words: dict[tuple[str, ...], str]) -> str | None:
    """Warn where a name says more than whose site it is."""
    known = [words[run] for name in names for run in _runs(name) if run in words]
    if known:
        return f"The name itself may tell what the visit was about: it holds {', '.join(dict.fromkeys(mask_text(word) for word in known))}."
    labels = [label for name in names for label in name.removesuffix(registrable_domain(name) or name).split(".") if _speaks(label)]
    return f"The name itself may tell what the visit was about: {_listed(list(dict.fromkeys(labels)))}." if labels else None


def _runs(name: str) -> list[tuple[str, ...]]:
    """List the runs of words inside each label of a name."""
    labels = [folded(label[:LABEL]) for label in name.split(".")[:-1]]
    return [words[start:end] for words in labels for start in range(len(words)) for end in range(start + 1, len(words) + 1)]


def _speaks(label: str) -> bool:
    return len(label) > 3 and not any(part in PLAIN for part in re.split(r"[-_\d]+", label)) and re.fullmatch(r"[a-z_-]+", label) is not None


def _no_name(connections: pd.DataFrame) -> dict:
    return not_observable("name contacted", "Which names were contacted could not be read: neither DNS nor the TLS hello passed in clear.", rule=NAME, entry_ids=_ids(connections),
                          caveat="An address that serves one site alone names it all the same; a table of names by address, from outside the capture, would tell.")


def _first_site(connections: pd.DataFrame, kind: str) -> list[dict]:
    """Take the site that was contacted before all others for the one visited."""
    timed = connections[connections["first"].notna() & connections.site.notna()]
    if not len(timed):
        why = "no time is known of any" if connections.site.notna().any() else "no name is known of any"
        return [not_observable("site visited", f"Which site was visited could not be told from the contacts: {why}.", rule=NAME, entry_ids=_ids(connections))]
    site = timed.site.iloc[0]
    own, others = timed[timed.site == site], timed[timed.site != site]
    ahead = (others["first"].iloc[0] - own["first"].iloc[0]).total_seconds() * 1000 if len(others) else None
    if ahead == 0:
        return [not_found("site visited", "Two sites were contacted first, at the same time; which was visited could not be told from that.", rule=NAME, entry_ids=_ids(timed))]
    lead = f", {ahead:,.0f} ms before the next" if ahead is not None else ", and no other was contacted"
    shown = mask_text(site)
    next_ones = f" Otherwise one of these: {_listed(list(dict.fromkeys(others.site)))}." if len(others) else ""
    cached = " A name that was still in a cache is not asked for again." if kind in ("resolver", "network_ech") else ""
    return [found("site visited", f"It could tell that {shown} was likely the site visited: it was contacted first{lead}.", shown, basis="derived", strength="likely", rule=NAME,
                  entry_ids=_ids(own), caveat="Another tab, the browser itself or a link fetched ahead of need could have been first. "
                  f"Of several sites visited one after another only the first is named.{next_ones}{cached}")]  # fmt: skip


def _networks(hidden: pd.DataFrame) -> list[dict]:
    """Say whose networks the addresses lie in, where the names are hidden."""
    addressed = hidden[hidden.address.notna()]
    if not len(addressed):
        return [not_observable("network contacted", "Which addresses were contacted cannot be told: this capture holds none.", rule=CONTACT, entry_ids=_ids(hidden))]
    addresses = list(dict.fromkeys(addressed.address))
    rows = [found("address contacted", f"It could know the addresses that the browser connected to: {_plain(addresses)}.", addresses, basis="observed", strength="certain", rule=CONTACT,
                  entry_ids=_ids(addressed), caveat="Several sites can stand behind one address.")]
    known = provider_of_address(addresses, on=_day(hidden)).astype(object)
    known = known.where(known.notna(), None).to_dict("records")
    by_provider: dict[str, list[dict]] = {}
    for row in known:
        if row["provider"]:
            by_provider.setdefault(row["provider"], []).append(row)
    rows += [_network(provider, group, addressed) for provider, group in by_provider.items()]
    unknown = [row for row in known if not row["provider"]]
    if unknown:
        rows.append(_nobodys(unknown, addressed))
    return rows


def _plain(addresses: list[str]) -> str:
    return ", ".join(addresses[:SHOWN]) + (f" and {len(addresses) - SHOWN} more" if len(addresses) > SHOWN else "")


def _day(hidden: pd.DataFrame) -> pd.Timestamp | None:
    times = hidden["first"].dropna()
    return times.min() if len(times) else None


def _network(provider: str, rows: list[dict], addressed: pd.DataFrame) -> dict:
    addresses = [row["address"] for row in rows]
    notes = list(dict.fromkeys(row["note"] for row in rows if row["note"]))
    told = [f"{row['address']} in {row['network']}" + (f", by the list of {row['as_of']}" if row["as_of"] else "") for row in rows[:SHOWN]]
    sources = list(dict.fromkeys(f"{row['source']} ({row['how_known']})" for row in rows if row["source"]))
    strength = "possible" if any(row["how_known"] == "unverified" for row in rows) else "likely" if notes else "very likely"
    shared = "Many sites can share a network: which of them was contacted is not told (grade E2, an address alone)."
    return found("network contacted", f"It could tell that the browser connected to a machine in the network of {mask_text(provider)}: {'; '.join(told)}.", mask_text(provider), basis="assumed",
                 strength=strength, rule=CONTACT, entry_ids=_ids(addressed[addressed.address.isin(addresses)]), caveat=" ".join([shared, *(f"{note[0].upper()}{note[1:]}." for note in notes), f"Source: {'; '.join(sources)}."]))


def _nobodys(rows: list[dict], addressed: pd.DataFrame) -> dict:
    addresses = [row["address"] for row in rows]
    local = [row["address"] for row in rows if row["reach"] != "public"]
    caveat = f"{_plain(local)}: of this machine, a local network or documentation, as of a proxy or a test site; it says nothing of the server." if local else "A table of autonomous systems would name the operators."
    return not_found("network contacted", f"Whose network {_plain(addresses)} {'lies' if len(addresses) == 1 else 'lie'} in is in no list known here.", rule=CONTACT,
                     entry_ids=_ids(addressed[addressed.address.isin(addresses)]), caveat=caveat)


def _times(connections: pd.DataFrame) -> dict:
    times = connections["first"].dropna()
    if not len(times):
        return not_observable("time of visit", "When the browser was in use cannot be told: no connection has a time.", rule=CONTACT, entry_ids=_ids(connections))
    first, last = times.min(), connections["last"].dropna().max() if connections["last"].notna().any() else times.max()
    value = {"first": first.isoformat(), "last": max(first, last).isoformat()}
    return found("time of visit", f"It could tell when the browser was in use: contacts from {first:%Y-%m-%d %H:%M:%S} to {max(first, last):%Y-%m-%d %H:%M:%S} UTC.", value, basis="observed",
                 strength="certain", rule=CONTACT, entry_ids=_ids(connections), caveat="Times are those of the browser's clock, less the way to the observer.")


def _volumes(connections: pd.DataFrame, kind: str) -> list[dict]:
    """Say how much went each way, by name or address; a resolver carries none of it."""
    if kind == "resolver":
        return [not_observable("volume", "How much was exchanged does not pass whoever answers for names.", rule=VOLUME, entry_ids=_ids(connections))]
    whom = connections.site.fillna(connections.name).fillna(connections.address)
    cells = zip(*(connections[name].astype(object).where(connections[name].notna(), None).tolist() for name in ("bytes_up", "bytes_down", "entry_ids")), strict=True)
    by_party: dict[str, list[tuple]] = {}
    for party, cell in zip(whom.astype(object).where(whom.notna(), None), cells, strict=True):
        by_party.setdefault(party, []).append(cell)
    rows = [_volume(party, group) for party, group in by_party.items() if party is not None and any(up is not None or down is not None for up, down, _ in group)]
    if not rows:
        rows.append(not_observable("volume", "How much was exchanged cannot be told: this capture does not hold the bytes of every request.", rule=VOLUME, entry_ids=_ids(connections)))
    return rows


def _volume(party: str, group: list[tuple]) -> dict:
    """Sum the bytes of the connections with one party: bytes up, bytes down and entries of each."""
    value = {"with": mask_text(party), "bytes_up": _total(up for up, _, _ in group), "bytes_down": _total(down for _, down, _ in group)}
    said = " and ".join(f"{value[name]:,} bytes {way}" for name, way in (("bytes_up", "to it"), ("bytes_down", "from it")) if value[name] is not None)
    whole = all(up is not None and down is not None for up, down, _ in group)
    known = [entry_id for up, down, entry_ids in group if up is not None or down is not None for entry_id in entry_ids]
    return found("volume", f"It could tell how much was exchanged with {value['with']}: {'' if whole else 'at least '}{said}.", value, basis="derived", strength="very likely", rule=VOLUME,
                 entry_ids=known, caveat="Summed from what the browser recorded, without the bytes of TLS and TCP; on the wire it was more."
                 + ("" if whole else " Of some connections the capture does not hold the bytes."))  # fmt: skip


def _total(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return int(sum(known)) if known else None
