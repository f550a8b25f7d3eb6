"""Which first-party names could stand in front of somebody else's machine?"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.parties.domains import registrable_domain
from hartools.parties.infrastructure.dns import names_behind
from hartools.parties.infrastructure.exchanges import Exchange
from hartools.parties.infrastructure.observed import Observed
from hartools.parties.infrastructure.providers import domain_of, read_data

__all__ = ["Fronted", "find_fronted"]

# Uses for which a name of its own is quite usual at the site's own machine too: a sign only where another party answers.
USUAL = ("pictures and files", "mailings", "consent")


class Fronted(NamedTuple):
    """Say what speaks for somebody else's machine behind a first-party host."""

    host: int
    party: str | None
    strength: str
    basis: str
    evidence: str
    note: str | None
    rows: tuple[int, ...]


@lru_cache(maxsize=1)
def _rows() -> dict[str, list]:
    table = read_data("fronted_names.tsv")
    return {where: [(re.compile(row.pattern), row) if where != "cname" else (row.pattern, row) for row in rows.itertuples()] for where, rows in table.groupby("where")}


def find_fronted(seen: Observed, exchanges: list[Exchange], aliases: Mapping) -> list[Fronted]:
    """Look at the first-party hosts other than those of documents, by name, path and, where given, DNS answer.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.parties.infrastructure.observed import observe
    >>> find_fronted(observe(ht.read_har(ht.example_har())), [], {})
    []
    """
    documents, sites = _visited(seen)
    outer = {number: exchange.chain[0].party for number, exchange in enumerate(exchanges) if exchange.answered and exchange.chain}
    answering = {host: {outer.get(kind) for kind in np.unique(seen.kind_of[seen.host_of == host]).tolist()} - {None} for host in documents}
    of_documents = {seen.hosts[host]: parties for host, parties in answering.items()}
    candidates = [number for number, host in enumerate(seen.hosts) if number not in documents and (site := registrable_domain(host)) in sites and host != site]
    shapes, found = _shapes(seen, candidates), []
    for number, rows in _rows_by_host(seen, candidates):
        host, site = seen.hosts[number], registrable_domain(seen.hosts[number])
        own = {outer.get(kind) for kind in np.unique(seen.kind_of[rows]).tolist()} - {None}
        others = set().union(*(parties for name, parties in of_documents.items() if registrable_domain(name) == site)) if of_documents else set()
        each = _look(number, host, site, rows, shapes.get(number), aliases, elsewhere=bool(own) and not own & others)
        found += [each] if each else []
    return found


def _visited(seen: Observed) -> tuple[set[int], set[str]]:
    """Return the hosts of documents, and the sites that count as first party."""
    entries = seen.entries
    documents = {int(host) for host in seen.host_of[seen.documents].tolist() if host >= 0}
    labelled = entries.host[(entries.party == "first").fillna(False)].dropna().unique()
    return documents, {registrable_domain(host) for host in (labelled if len(labelled) else [seen.hosts[host] for host in documents])}


def _look(number: int, host: str, site: str, rows: np.ndarray, shape: tuple | None, aliases: Mapping, *, elsewhere: bool) -> Fronted | None:
    label = next((row for pattern, row in _rows()["label"] if pattern.search(host[: -len(site) - 1])), None)
    path, proof = shape or (None, ())
    chain = names_behind(host, aliases)
    behind = next((name for name in reversed(chain) if registrable_domain(name) != site), None)
    if behind is not None:
        return _by_alias(number, chain, behind, aliases[host][1], rows)
    note = "the DNS answer shows no alias out of the site; the address can be somebody else's all the same" if host in aliases else None
    words = [f"the name: {label.meaning}"] if label is not None else []
    if path is not None:
        return Fronted(number, path.behind, path.strength, "assumed", "; ".join([f"the path: {path.meaning}", *words]), note, proof)
    if label is None or (any(word in label.meaning for word in USUAL) and not elsewhere):
        return None
    words += ["another party answers it than the site's documents"] if elsewhere else []
    party = None if pd.isna(label.behind) else label.behind
    return Fronted(number, party, label.strength, "assumed", "; ".join(words), note, tuple(rows.tolist()))


def _rows_by_host(seen: Observed, hosts: list[int]) -> Iterator[tuple[int, np.ndarray]]:
    order = np.argsort(seen.host_of, kind="stable")
    codes = seen.host_of[order]
    for host in hosts:
        yield host, order[np.searchsorted(codes, host) : np.searchsorted(codes, host, side="right")]


def _shapes(seen: Observed, hosts: list[int]) -> dict[int, tuple[object, tuple[int, ...]]]:
    """Return for each host the first sign that a path of it bears, and the rows that show it."""
    rows = np.flatnonzero(np.isin(seen.host_of, hosts))
    paths = pa.array(seen.entries.path.array.take(rows))
    any_of = "|".join(f"(?:{row.pattern})" for _, row in _rows()["path"])
    likely = np.flatnonzero(pc.fill_null(pc.match_substring_regex(paths, any_of), False).to_numpy(zero_copy_only=False))
    rows, paths = rows[likely], paths.take(pa.array(likely))
    found: dict[int, tuple[object, tuple[int, ...]]] = {}
    for _, row in _rows()["path"]:
        hit = rows[pc.fill_null(pc.match_substring_regex(paths, row.pattern), False).to_numpy(zero_copy_only=False)]
        for host in np.unique(seen.host_of[hit]).tolist():
            found.setdefault(host, (row, tuple(hit[seen.host_of[hit] == host].tolist())))
    return found


def _by_alias(number: int, chain: list[str], behind: str, asked, rows: np.ndarray) -> Fronted:
    known = next((row.behind for suffix, row in _rows()["cname"] if behind == suffix or behind.endswith("." + suffix)), None)
    sign = domain_of(behind)
    party = known or (sign.provider if sign else registrable_domain(behind))
    when = "on a day that the file does not say" if asked is None or pd.isna(asked) else f"on {pd.Timestamp(asked).date()}"
    return Fronted(number, party, "likely", "observed", f"a DNS answer: alias of {' > '.join(chain[:4])}", f"so it was {when}; the capture may be of another day", tuple(rows.tolist()))
