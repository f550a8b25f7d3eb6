"""Through which addresses was the browser sent before it arrived?"""

import networkx as nx
import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.graphs.codes import arrow, moments
from hartools.graphs.links import links_of
from hartools.masking import mask_url
from hartools.reading.values import split_url

__all__ = ["redirect_chains", "redirect_graph"]

COLUMNS = {"chain": "int", "hop": "int", "entry_id": "int", "host": "str", "url": "str", "status": "int", "target": "str", "followed": "bool"}


def redirect_chains(capture: Capture, *, reveal: bool = False) -> pd.DataFrame:
    """List the redirects of a capture, each chain from its first request to where it ended.

    Parameters
    ----------
    capture : Capture
        A capture, or a view: then the chains among that observer's own requests.
    reveal : bool
        Show secrets in addresses as they are, for this one call.

    Returns
    -------
    pandas.DataFrame
        One row per request of a chain: chain (counted from 1, in the order of the first requests),
        hop (from 0), entry_id, host, url, status, target (where its answer sent the browser;
        unknown at the end of a chain), followed (whether the next request is in the capture;
        unknown at the end).

    Examples
    --------
    >>> import hartools as ht
    >>> redirect_chains(ht.read_har(ht.example_har()))[["chain", "hop", "entry_id", "host"]].values.tolist()
    [[1, 0, 5, 'sync.alpha.example'], [1, 1, 6, 'match.beta.example']]
    """
    entries = capture.entries
    target = arrow(entries.redirect_to).to_pylist()
    following = _following(capture, entries)
    rows = []
    for chain, hops in enumerate(_chains(following, target), start=1):
        rows += [(chain, hop, row, target[row], (hop + 1 < len(hops)) if target[row] is not None or hop + 1 < len(hops) else None) for hop, row in enumerate(hops)]
    table = pd.DataFrame(rows, columns=["chain", "hop", "row", "target", "followed"])
    there = entries.iloc[table.row.to_numpy("int64")].reset_index(drop=True)
    table = table.assign(entry_id=there.entry_id, host=there.host, url=there.url, status=there.status)
    for name in ("url", "target"):
        table[name] = table[name].map(lambda url: mask_url(url, reveal=reveal), na_action="ignore")
    return table[list(COLUMNS)].astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def redirect_graph(capture: Capture) -> nx.DiGraph:
    """Build the graph of redirects: each edge goes from a hop to the request that it led to.

    Returns
    -------
    networkx.DiGraph
        Nodes are entry ids, and ``"url:ADDRESS"`` for a target that was never asked for. Node
        attributes: ``what`` (entry or target), ``label``, ``host``, ``url``, ``status``, ``party``. Edge
        attributes: ``kind`` (redirect), ``status``, ``followed``.

    Examples
    --------
    >>> import hartools as ht
    >>> list(redirect_graph(ht.read_har(ht.example_har())).edges)
    [(5, 6)]
    """
    entries = capture.entries
    following, target = _following(capture, entries), arrow(entries.redirect_to).to_pylist()
    columns = {name: arrow(entries[name]).to_pylist() for name in ("entry_id", "host", "url", "path", "status", "party")}
    graph = nx.DiGraph(what="redirects")
    left = [row for row, url in enumerate(target) if url is not None and row not in following]
    for row in sorted({*following, *following.values(), *left}):
        host, label = columns["host"][row], f"{columns['host'][row] or ''}{columns['path'][row] or ''}"
        graph.add_node(columns["entry_id"][row], what="entry", label=label, host=host, url=columns["url"][row], status=columns["status"][row], party=columns["party"][row] or "unknown")
    for row in left:
        host = split_url(target[row])[2]
        graph.add_node(f"url:{target[row]}", what="target", label=host or "no host", host=host, url=target[row], status=None, party="unknown")
    for row in sorted({*following, *left}):
        end = columns["entry_id"][following[row]] if row in following else f"url:{target[row]}"
        graph.add_edge(columns["entry_id"][row], end, kind="redirect", status=columns["status"][row], followed=row in following)
    return graph


def _following(capture: Capture, entries: pd.DataFrame) -> dict[int, int]:
    """Return for each hop the row of the request that it led to; of several the one that started first."""
    hop, started = links_of(capture, entries).hop, moments(entries.started)
    led = np.flatnonzero(hop >= 0)
    following: dict[int, int] = {}
    for row in led[np.argsort(started[led], kind="stable")].tolist():
        following.setdefault(int(hop[row]), row)
    return following


def _chains(following: dict[int, int], target: list[str | None]) -> list[list[int]]:
    """Return the rows of each chain; a circle is cut before its first entry."""
    led = set(following.values())
    starts = [row for row in sorted({*following, *(row for row, url in enumerate(target) if url is not None)}) if row not in led]
    chains, seen = [], set()
    for row in [*starts, *sorted(following)]:
        chain = []
        while row is not None and row not in seen:
            seen.add(row)
            chain.append(row)
            row = following.get(row)
        chains += [chain] if chain else []
    return sorted(chains)
