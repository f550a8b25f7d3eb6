"""Why is each kind of onlooker there, how surely, and what was it sent?"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED
from hartools.findings import STRENGTHS
from hartools.observers.coalitions import coalition_table
from hartools.observers.fronting import TERMINATOR, Fronting, fronting
from hartools.observers.in_page import Loads, loads_of, seen_from_within
from hartools.observers.on_the_way import names_asked, passing
from hartools.observers.selection import PLACES
from hartools.observers.visibility import CONNECTION_KINDS, PAGE_KINDS
from hartools.parties.domains import registrable_domain
from hartools.parties.infrastructure.addresses import reach_of
from hartools.parties.infrastructure.providers import PROVIDERS
from hartools.parties.owners import OWNS, UNVERIFIED, owners_of_hosts
from hartools.reading.values import split_url

__all__ = ["Facts", "onlookers_of"]

TAG_MANAGER = "tag manager"
# One public address for so many sites is that of a proxy on the way, as in docs/infrastructure.md.
SITES_OF_A_PROXY = 3

# Somebody on the way is always there; what passes in clear, the capture does not tell.
ON_THE_WAY: Mapping[str, tuple[str, str]] = {
    "network": ("possible", "DNS and the TLS hello (SNI) pass in clear, as they do unless browser and resolver encrypt them"),
    "network_doh": ("likely", "DNS is encrypted and the TLS hello (SNI) passes in clear, as it does unless site and browser use ECH"),
    "network_ech": ("possible", "the TLS hello hides the name (ECH) and DNS passes in clear"),
    "network_doh_ech": ("certain", "addresses and times stand in every packet, however much is encrypted"),
    "resolver": ("very likely", "somebody answered the names, unless they stood in a file or a cache of the visitor's machine"),
}


class Facts:
    """Hold a labelled capture and what every kind of onlooker is counted from."""

    def __init__(self, capture: Capture, owners: pd.DataFrame | None, ranges: pd.DataFrame | None, dns: pd.DataFrame | None):
        self.capture, self.entries, self.owners, self.ranges, self.dns = capture, capture.entries, owners, ranges, dns
        self.received = self.entries.outcome.isin(RECEIVED).to_numpy(bool)
        self.third = (self.entries.party == "third").fillna(False).to_numpy(bool)
        known = owners_of_hosts(self.entries.host.dropna().unique(), data=owners).astype(object).set_index("host")
        self.known = known.where(known.notna(), None).to_dict("index")
        self.of_hosts = self._counted(np.ones(len(self.entries), bool))

    @cached_property
    def fronting(self) -> Fronting:
        """Who ended TLS, and who stood behind."""
        return fronting(self.capture, self.entries, ranges=self.ranges, dns=self.dns)

    @cached_property
    def passing(self) -> pd.DataFrame:
        """What crossed the network, in the order of time."""
        return passing(self.entries)

    @cached_property
    def loads(self) -> Loads:
        """What was loaded in which document."""
        return loads_of(self.capture, self.entries)

    def _counted(self, rows: np.ndarray) -> pd.DataFrame:
        """Count by host the requests, and those that were received."""
        table = pd.DataFrame({"host": self.entries.host, "site": self.entries.site, "received": self.received})[rows].dropna(subset=["host"])
        return table.groupby("host", sort=True).agg(site=("site", "first"), entries=("received", "sum"), attempted=("received", "size"))

    def third_hosts(self) -> pd.DataFrame:
        """Count by host the requests that are a third party's."""
        return self._counted(self.third)

    def row(self, kind: str, name: str, counts: pd.DataFrame, why: str, strength: str, *, owner: Mapping | None = None, entries: int | None = None) -> dict:
        """Make the row of one onlooker from the counts of its hosts."""
        hosts = counts.index.tolist()
        if owner is None:
            owner = next((self.known[host] for host in hosts if self.known[host]["organisation"]), {})
        ground = ", ".join(part for part in (owner.get("how_known"), f"as of {owner['as_of']}" if owner.get("as_of") else None) if part)
        return {"observer": f"{kind}:{name}", "kind": kind, "name": name, "owner": owner.get("organisation"), "country": owner.get("seat"), "role": owner.get("role"), "hosts": hosts,
                "entries": int(counts.entries.sum()) if entries is None else entries, "attempted": int(counts.attempted.sum()), "why": why,
                "owner_known": f"{owner['answered_by']}: {ground or 'ground not given'}" if owner else None, "strength": strength}


def onlookers_of(kind: str, facts: Facts) -> list[dict]:
    """List the onlookers of one kind, most requests first.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.label_parties(ht.read_har(ht.example_har()))
    >>> [row["name"] for row in onlookers_of("first_party", Facts(capture, None, None, None))]
    ['doctor.example']
    """
    return sorted(FOUND[kind](facts), key=lambda row: (-row["entries"], -row["attempted"], row["name"]))


def _listed(hosts: list[str]) -> str:
    return f"{', '.join(hosts[:3])}{'…' if len(hosts) > 3 else ''}"


def _third_parties(facts: Facts) -> Iterator[dict]:
    for site, counts in facts.third_hosts().groupby("site", sort=True):
        why = f"answered {counts.entries.sum()} of {counts.attempted.sum()} requests to {_listed(counts.index.tolist())}, whose registrable domain is not that of the site visited"
        yield facts.row("third_party", site, counts, why, "certain" if counts.entries.sum() else "possible")


def _first_parties(facts: Facts) -> Iterator[dict]:
    visited = facts.entries.site[(facts.entries.party == "first").fillna(False)].unique()
    for site, counts in facts.of_hosts[facts.of_hosts.site.isin(visited)].groupby("site", sort=True):
        why = f"the site visited: it answered {counts.entries.sum()} of {counts.attempted.sum()} requests to {_listed(counts.index.tolist())}; what it receives is the measure for all others"
        yield facts.row("first_party", site, counts, why, "certain" if counts.entries.sum() else "possible")


def _organisations(facts: Facts) -> Iterator[dict]:
    names = pd.Series({host: known["organisation"] for host, known in facts.known.items()}, dtype="object").dropna()
    for name, hosts in names.groupby(names, sort=True):
        counts = facts.of_hosts.loc[sorted(hosts.index)]
        owners = [facts.known[host] for host in counts.index]
        grounds = sorted({f"{each['answered_by']}: {each['how_known'] or 'ground not given'}" for each in owners})
        operates = [host for host, each in zip(counts.index, owners, strict=True) if each["relation"] != OWNS]
        only = f"; of {_listed(operates)} it operates the machine and lends the name" if operates else ""
        strength = "likely" if any(each["how_known"] == UNVERIFIED or each["relation"] != OWNS for each in owners) else "very likely"
        yield facts.row("organisation", name, counts, f"owner of {_listed(counts.index.tolist())} by {'; '.join(grounds)}{only}", strength, owner=owners[0])


def _fronting(kind: str, facts: Facts) -> Iterator[dict]:
    found, proxied = facts.fronting, _is_proxied(facts)
    for (role, party), rows in found.rows.items():
        if role != kind:
            continue
        counts = facts.of_hosts.loc[sorted(facts.entries.host.take(rows).unique())]
        best, known = found.best[role, party], PROVIDERS.get(party)
        what = "could have ended the browser's TLS to" if kind == TERMINATOR else "could stand behind, or run the machine of,"
        why = f"{what} {_listed(counts.index.tolist())}; {best.ground}"
        why += "; one address for several sites, as of a proxy on the way, which then says nothing of the servers" if proxied else ""
        owner = {"organisation": known.organisation, "role": known.kind, "answered_by": "hartools providers table"} if known else {}
        yield facts.row(kind, party, counts, why, "possible" if proxied else best.strength, owner=owner, entries=len(rows))


def _is_proxied(facts: Facts) -> bool:
    """Tell whether one public address answered for several sites; no view is changed by that, since no party could know it."""
    sent = facts.entries[facts.received & facts.entries.server_ip.notna().to_numpy(bool) & facts.entries.host.notna().to_numpy(bool)]
    public = [address for address in sent.server_ip.unique() if reach_of(address) == "public"]
    hosts = sent.host[sent.server_ip.isin(public)].unique() if len(public) == 1 else []
    return len({registrable_domain(host) for host in hosts}) >= SITES_OF_A_PROXY


def _in_page(kind: str, facts: Facts) -> Iterator[dict]:
    loads = facts.loads
    scripts = (loads.what == "script") & facts.third[loads.rows]
    loading, cached = _loading_others(facts.entries), _from_cache(facts.entries)
    by_site = dict(list(facts.third_hosts().groupby("site", sort=True)))
    for site in sorted(facts.entries.site.take(loads.rows[scripts]).dropna().unique()):
        counts = by_site[site]
        by_role = any(facts.known[host]["role"] == TAG_MANAGER for host in counts.index)
        if (kind == "tag_manager") != (by_role or site in loading):
            continue
        seen = seen_from_within(loads, facts.entries, site)
        documents, others = int((seen == "document").sum()), int(((seen == "listed") | (seen == "fetched")).sum())
        reason = "a tag manager by the owners table" if by_role else "its script caused requests for scripts of others" if site in loading else "its script was loaded"
        more = f"; {cached[site]} more times its script came from the browser's cache, where no request shows it" if cached.get(site) else ""
        why = f"{reason}: it could run in {documents} document{'s' if documents != 1 else ''} and see {others} other requests there{more}"
        yield facts.row(kind, site, counts, why, "very likely" if documents else "possible")


def _from_cache(entries: pd.DataFrame) -> dict[str, int]:
    """Count by site the scripts that came from the browser's cache."""
    code = (entries.resource_type == "script").fillna(False) | entries.mime.str.contains("javascript|ecmascript").fillna(False)
    return entries.site[((entries.outcome == "cached") & code).fillna(False).to_numpy(bool)].value_counts().to_dict()


def _loading_others(entries: pd.DataFrame) -> set[str]:
    """Return the sites whose script is named as the cause of a request for another site's script."""
    asked = entries[((entries.resource_type == "script") & (entries.initiator_type == "script") & entries.initiator_url.notna() & entries.site.notna()).fillna(False).to_numpy(bool)]
    hosts = {url: split_url(url)[2] for url in asked.initiator_url.unique()}
    sites = {url: registrable_domain(host) for url, host in hosts.items() if host}
    return {sites[url] for url, site in zip(asked.initiator_url, asked.site, strict=True) if url in sites and sites[url] != site}


def _on_the_way(kind: str, facts: Facts) -> Iterator[dict]:
    sent = facts.passing
    if not len(sent):
        return
    strength, clear = ON_THE_WAY[kind]
    names = names_asked(sent).connections
    if kind == "resolver":
        if len(names):
            counts = facts.of_hosts.loc[sorted(names.name)]
            yield facts.row(kind, PLACES[kind], counts, f"{clear}; {len(names)} names were looked up for requests that were answered", strength, owner={})
        return
    counts = facts.of_hosts[facts.of_hosts.entries > 0]
    plain = int(sent.scheme.isin(("http", "ws")).sum())
    also = f"; {plain} requests without TLS can be read whole" if plain else ""
    yield facts.row(kind, PLACES[kind], counts, f"{len(sent)} requests crossed somebody's network; {clear}, which a HAR does not tell{also}" if kind != "network_doh_ech"
                    else f"{len(sent)} requests crossed somebody's network; {clear}{also}", strength, owner={})


def _coalitions(facts: Facts, others: Iterable[Capture] = ()) -> Iterator[dict]:
    table = coalition_table(facts.capture, owners=facts.owners, others=others)
    for observer, rows in table.groupby("coalition", sort=False):
        counts = facts.of_hosts[facts.of_hosts.site.isin(rows.members.iloc[0])]
        why = "; ".join(f"{row.key_kind} ({row.basis}): {row.key}" for row in rows.itertuples())
        yield facts.row("coalition", observer.partition(":")[2], counts, f"could join what they received by {why}", min(rows.strength, key=STRENGTHS.index), owner={})


FOUND = {
    "third_party": _third_parties, "first_party": _first_parties, "organisation": _organisations, "coalition": _coalitions,
    **{kind: partial(_fronting, kind) for kind in ("tls_terminator", "hosting")},
    **{kind: partial(_in_page, kind) for kind in PAGE_KINDS},
    **{kind: partial(_on_the_way, kind) for kind in CONNECTION_KINDS},
}  # fmt: skip
