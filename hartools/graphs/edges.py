"""How do a hundred thousand pieces of evidence become edges, each with its requests?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.graphs.codes import Groups, arrow, coded, grouped, hosts_of_urls, moments, rows_of
from hartools.graphs.evidence import NAMES, Evidence
from hartools.graphs.levels import Nodes, nodes_of

__all__ = ["Edges", "edges_of"]

SCRIPT, REDIRECT, BODY = (NAMES.index(name) for name in ("script", "redirect", "body"))


class Edges(NamedTuple):
    """Hold one row per source, target and kind, in columns, and beside them what led to itself.

    Attributes
    ----------
    source, target, kind : numpy.ndarray of int64
        Places of nodes, and of the kind in the alphabetical list.
    entry_ids : list of list of int
    first, last : numpy.ndarray of int64
        Nanoseconds since 1970; `NEVER` where no time is known.
    stack_hosts : dict
        Place of an edge -> hosts, where there are any.
    led_to : dict
        Place of an edge of kind redirect -> entry ids of the requests that followed.
    found_in : dict
        Place of an edge of kind body -> entry ids of the answers that held the addresses.
    itself : numpy.ndarray of int64
        For each piece of evidence that a node led to a request to itself, its place.
    to_itself : dict
        Node -> kind -> entry ids.
    """

    source: np.ndarray
    target: np.ndarray
    kind: np.ndarray
    entry_ids: list[list[int]]
    first: np.ndarray
    last: np.ndarray
    stack_hosts: dict[int, tuple[str, ...]]
    led_to: dict[int, list[int]]
    found_in: dict[int, list[int]]
    itself: np.ndarray
    to_itself: dict[str, dict[str, list[int]]]


def edges_of(entries: pd.DataFrame, evidence: Evidence, nodes: Nodes, stacks: pd.DataFrame | None = None) -> Edges:
    """Put together the evidence that joins the same two nodes and is of the same kind.

    Parameters
    ----------
    entries : pandas.DataFrame
        Table ``entries``.
    evidence : Evidence
    nodes : Nodes
    stacks : pandas.DataFrame, optional
        Table ``stacks``; without it no edge has ``stack_hosts``.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.graphs.evidence import evidence_of
    >>> capture = ht.read_har(ht.example_har())
    >>> evidence = evidence_of(capture, ["redirect"])
    >>> edges_of(capture.entries, evidence, nodes_of(evidence.hosts, evidence.own, capture.entries, "site")).entry_ids
    [[5]]
    """
    source, target = nodes.of_host[evidence.source], nodes.of_host[evidence.target]
    ids, request = entries.entry_id.to_numpy("int64"), np.where(evidence.entry >= 0, evidence.entry, evidence.shows)
    edges = grouped((source * len(nodes.names) + target) * len(NAMES) + evidence.kind, np.flatnonzero(source != target))
    itself = grouped(source * len(NAMES) + evidence.kind, np.flatnonzero((source == target) & (evidence.entry >= 0)))
    first, last = edges.span(moments(entries.started)[request])
    one = edges.rows[edges.starts]
    kind = evidence.kind[one]
    to_itself: dict[str, dict[str, list[int]]] = {}
    for row, requests in zip(itself.rows[itself.starts].tolist(), itself.lists(ids[request]), strict=True):
        to_itself.setdefault(nodes.names[source[row]], {})[NAMES[evidence.kind[row]]] = requests
    return Edges(
        source[one], target[one], kind, edges.lists(ids[evidence.shows]), first, last, {} if stacks is None else _stack_hosts(stacks, entries, evidence, nodes, edges),
        _entries(edges, kind == REDIRECT, evidence.entry, ids), _entries(edges, kind == BODY, evidence.cause, ids), source[itself.rows], to_itself,
    )  # fmt: skip


def _entries(edges: Groups, of_kind: np.ndarray, rows: np.ndarray, ids: np.ndarray) -> dict[int, list[int]]:
    """Return for the edges of one kind the entry ids of other rows than those that are cited."""
    places = np.flatnonzero(of_kind)
    return {place: [int(ids[row]) for row in found if row >= 0] for place, found in zip(places.tolist(), edges.only(places).lists(rows), strict=True)}


def _stack_hosts(stacks: pd.DataFrame, entries: pd.DataFrame, evidence: Evidence, nodes: Nodes, edges: Groups) -> dict[int, tuple[str, ...]]:
    """Return for each edge of kind script the hosts of the calls behind the one that made the request, the nearest first."""
    scripts = np.flatnonzero(evidence.kind[edges.rows[edges.starts]] == SCRIPT)
    if not len(scripts) or not len(stacks):
        return {}
    found: dict[int, list[str]] = {}
    edge_of_entry = np.full(len(entries), -1)
    edge_of_row = np.repeat(np.arange(len(edges.starts)), np.diff(edges.starts, append=len(edges.rows)))
    is_script = evidence.kind[edges.rows] == SCRIPT
    edge_of_entry[evidence.entry[edges.rows[is_script]]] = edge_of_row[is_script]
    row = rows_of(entries.entry_id.to_numpy("int64"), arrow(stacks.entry_id), itself=True)
    names, (host,) = coded(hosts_of_urls(arrow(stacks.url)))
    edge = np.where((row >= 0) & (host >= 0), edge_of_entry[row], -1)
    node = np.array(_node_names(names, evidence.hosts, nodes, entries), "object")
    kept = np.flatnonzero(edge >= 0)
    source = np.array(nodes.names, "object")[nodes.of_host[evidence.source[edges.rows[edges.starts[edge[kept]]]]]]
    kept = kept[node[host[kept]] != source]
    # each host once per edge, where it stands nearest to the request
    kept = kept[np.lexsort((row[kept], stacks.position.to_numpy("int64")[kept]))]
    _, once = np.unique(edge[kept] * len(names) + host[kept], return_index=True)
    for place in kept[np.sort(once)].tolist():
        found.setdefault(int(edge[place]), []).append(names[host[place]])
    return {place: tuple(hosts) for place, hosts in found.items()}


def _node_names(names: list[str], hosts: list[str], nodes: Nodes, entries: pd.DataFrame) -> list[str]:
    """Return the node of each host of a stack; most are hosts of the graph."""
    known = {host: nodes.names[place] for host, place in zip(hosts, nodes.of_host.tolist(), strict=True)}
    others = [name for name in names if name not in known]
    if others:
        more = nodes_of(others, np.full(len(entries), -1), entries, nodes.level)
        known |= {host: more.names[place] for host, place in zip(others, more.of_host.tolist(), strict=True)}
    return [known[name] for name in names]
