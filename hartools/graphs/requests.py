"""Which host's page, script or redirect led to which other host, and by what evidence?"""

import networkx as nx
import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.parties.domains import sites_of
from hartools.reading.values import split_url

__all__ = ["EDGE_KINDS", "edges_table", "nodes_table", "request_graph"]

EDGE_KINDS = ("initiator", "redirect", "referer")


def request_graph(capture: Capture, *, level: str = "host") -> nx.MultiDiGraph:
    """Build the graph of hosts, each edge typed by what shows it.

    Parameters
    ----------
    capture : Capture
        A capture, or a view: then it is the graph as that observer could draw it.
    level : {"host", "site"}
        What a node is.

    Returns
    -------
    networkx.MultiDiGraph
        Node attributes: ``site``, ``party`` (first, third or unknown), ``entries`` (requests
        to it), ``answered``. Edge key and attribute ``kind``: initiator, redirect or referer; ``weight``
        (requests) and ``entry_ids``. Two kinds of evidence for one pair are two edges.

    Raises
    ------
    ValueError
        If the level is none of these.

    Examples
    --------
    >>> import hartools as ht
    >>> graph = request_graph(ht.read_har(ht.example_har()))
    >>> sorted(graph.edges("sync.alpha.example", keys=True))
    [('sync.alpha.example', 'match.beta.example', 'redirect')]
    """
    graph = nx.MultiDiGraph(level=level)
    for row in nodes_table(capture, level=level).to_dict("records"):
        graph.add_node(row.pop("node"), **row)
    for row in edges_table(capture, level=level).to_dict("records"):
        graph.add_edge(row["source"], row["target"], key=row["kind"], **{name: row[name] for name in ("kind", "weight", "entry_ids")})
    return graph


def nodes_table(capture: Capture, *, level: str = "host") -> pd.DataFrame:
    """List the nodes of `request_graph`, in alphabetical order.

    Returns
    -------
    pandas.DataFrame
        One row per host or site: node, site, party, entries, answered.

    Examples
    --------
    >>> import hartools as ht
    >>> nodes_table(ht.read_har(ht.example_har())).node.head(2).tolist()
    ['ads.gamma.example', 'match.beta.example']
    """
    entries = _with_nodes(capture, level)
    edges = _edges(entries, level)
    asked = entries.groupby("node").agg(site=("site", "first"), party=("party", "first"), entries=("entry_id", "size"),
                                        answered=("outcome", lambda outcomes: int(outcomes.isin(["answered", "redirected", "preflight"]).sum())))
    names = sorted({*asked.index, *edges.source})
    table = asked.reindex(names).rename_axis("node").reset_index()
    table["site"] = table.site.fillna(sites_of(table.node.astype(DTYPES["str"])))
    table["party"] = table.party.fillna("unknown")
    return table.assign(entries=table["entries"].fillna(0).astype(int), answered=table.answered.fillna(0).astype(int))


def edges_table(capture: Capture, *, level: str = "host") -> pd.DataFrame:
    """List the edges of `request_graph`, in alphabetical order.

    Returns
    -------
    pandas.DataFrame
        One row per source, target and kind: source, target, kind, weight, entry_ids.

    Examples
    --------
    >>> import hartools as ht
    >>> edges_table(ht.read_har(ht.example_har())).kind.value_counts().to_dict()
    {'referer': 5, 'initiator': 4, 'redirect': 1}
    """
    edges = _edges(_with_nodes(capture, level), level)
    grouped = edges.groupby(["source", "target", "kind"], sort=True).entry_id.agg(list).reset_index(name="entry_ids")
    return grouped.assign(weight=grouped.entry_ids.map(len).astype("int64"))[["source", "target", "kind", "weight", "entry_ids"]]


def _with_nodes(capture: Capture, level: str) -> pd.DataFrame:
    if level not in ("host", "site"):
        raise ValueError(f"level {level!r} is neither 'host' nor 'site'")
    entries = capture.entries
    entries["site"] = entries.site.fillna(sites_of(entries.host))
    return entries.assign(node=entries[level])[entries.host.notna()]


def _edges(entries: pd.DataFrame, level: str) -> pd.DataFrame:
    """List one row per entry and kind of evidence, self-loops left out."""
    # what a redirect caused has an edge of that kind, from the hop itself
    caused = entries.initiator_url.where((entries.initiator_type != "redirect").fillna(True))
    before = {"initiator": caused, "referer": entries.referer}
    rows = [(_node_of(url, level), target, kind, entry_id) for kind, urls in before.items()
            for url, target, entry_id in zip(urls, entries.node, entries.entry_id, strict=True) if not pd.isna(url)]
    moved = entries[entries.redirect_to.notna()]
    rows += [(source, _node_of(url, level), "redirect", entry_id)
             for source, url, entry_id in zip(moved.node, moved.redirect_to, moved.entry_id, strict=True)]
    edges = pd.DataFrame(rows, columns=["source", "target", "kind", "entry_id"])
    return edges[edges.source.notna() & edges.target.isin(entries.node) & (edges.source != edges.target)]


def _node_of(url: str, level: str) -> str | None:
    host = split_url(url)[2]
    if host is None or level == "host":
        return host
    return sites_of(pd.Series([host])).iloc[0]
