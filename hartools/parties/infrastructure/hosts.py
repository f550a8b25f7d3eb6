"""Who handled the exchanges with each host in clear, who ended its TLS, and what says so?"""

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.parties.infrastructure import rows as said
from hartools.parties.infrastructure.dns import aliases_in
from hartools.parties.infrastructure.entries import PROXIES, shared_connections
from hartools.parties.infrastructure.exchanges import Exchange, read_exchange
from hartools.parties.infrastructure.fronted import find_fronted
from hartools.parties.infrastructure.observed import Observed, observe

__all__ = ["infrastructure_table"]

COLUMNS = {"host": "str", "party": "str", "organisation": "str", "conclusion": "str", "basis": "str", "strength": "str", "grade": "str", "document_grade": "str", "position": "int", "chain": "object",
           "evidence": "str", "alternative": "str", "settles": "str", "claim": "str", "note": "str", "entries": "int", "entry_ids": "object"}  # fmt: skip


def infrastructure_table(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say of each host who handled its exchanges in clear and who ended the browser's TLS, as two conclusions.

    A header that only a party with the plaintext could add shows that it handled the exchange in
    clear. That it ended the browser's TLS takes an address of the same party, or content that its
    edge made; a header that came from further in shows only the first.

    Parameters
    ----------
    capture : Capture
        Parties need not be labelled; an observer's view will do.
    ranges : pandas.DataFrame, optional
        Address ranges that the reader imported; see `provider_of_address`.
    dns : pandas.DataFrame, optional
        DNS answers; see `read_dns_answers`.

    Returns
    -------
    pandas.DataFrame
        One row per host, party and conclusion, hosts in order of appearance: host, party (unknown
        where nothing says who), organisation, conclusion, basis, strength (in words, never a
        probability), grade (E5 to E1, the best of its exchanges), document_grade (that of the page's own
        document, where this host sent it), position (1 for the outermost), chain (list, outermost
        first), evidence, alternative, settles (who could settle it), claim, note, entries (how
        many show it), entry_ids.

    Notes
    -----
    Grades, strengths and rules are those of docs/infrastructure.md. Each host has a row for both
    conclusions, also where nothing says who.

    Examples
    --------
    >>> import hartools as ht
    >>> table = infrastructure_table(ht.read_har(ht.example_har()))
    >>> table[["host", "conclusion", "strength"]].iloc[0].tolist()
    ['www.doctor.example', 'handled this exchange in clear', 'undecidable']
    """
    seen = observe(capture, ranges=ranges, dns=dns)
    exchanges = [read_exchange(kind) for kind in seen.kinds]
    shared = shared_connections(capture, seen, exchanges)
    fronted = {each.host: each for each in find_fronted(seen, exchanges, aliases_in(dns))}
    context = said.Context(seen, exchanges, shared, capture.exporter.dialect in PROXIES, bool(seen.entries.tls_issuer.notna().any()), capture.observer)
    found = []
    for host, pairs in _by_host(seen, exchanges):
        found += said.rows_of_host(context, host, pairs)
        found += said.fronted_rows(context, fronted[host]) if host in fronted else []
    index = pd.RangeIndex(len(found))
    return pd.DataFrame({name: pd.Series([row.get(name) for row in found], index=index, dtype=DTYPES[kind]) for name, kind in COLUMNS.items()})


def _by_host(seen: Observed, exchanges: list[Exchange]):
    """Yield each host with its kinds of exchange and the rows of each, in order of appearance."""
    rows = np.flatnonzero(seen.host_of >= 0)
    keys = seen.host_of[rows] * max(len(exchanges), 1) + seen.kind_of[rows]
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    hosts: dict[int, list] = {}
    for mine in np.split(np.arange(len(rows)), np.flatnonzero(keys[1:] != keys[:-1]) + 1) if len(rows) else []:
        host, kind = divmod(int(keys[mine[0]]), max(len(exchanges), 1))
        hosts.setdefault(host, []).append((kind, rows[mine]))
    yield from sorted(hosts.items())
