"""Which host led to a request to which other, by what evidence, at each level?"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.columns import DTYPES, RECEIVED
from hartools.graphs.codes import NEVER, arrow, flags, grouped, moments, stamps
from hartools.graphs.edges import Edges, edges_of
from hartools.graphs.evidence import NAMES, chosen_kinds, evidence_of
from hartools.graphs.levels import Nodes, nodes_of

__all__ = ["edges_table", "nodes_table", "request_graph"]

COUNTED = {"answered": RECEIVED, "cached": ("cached",), "blocked": ("blocked",), "failed": ("failed",), "preflights": ("preflight",)}
NODE_COLUMNS = {"node": "str", "site": "str", "operator_domain": "str", "owner": "str", "known": "bool", "party": "str", "hosts": "object", "entries": "int", "attempted": "int",
                "answered": "int", "cached": "int", "blocked": "int", "failed": "int", "preflights": "int", "to_itself": "int", "first": "time", "last": "time"}


class _Parts(NamedTuple):
    names: list[str]
    nodes: dict[str, list]
    edges: Edges


def request_graph(capture: Capture, *, level: str = "host", kinds: str | Iterable[str] | None = None, stacks: bool = True) -> nx.MultiDiGraph:
    """Build the graph of who led to a request to whom, each edge typed by what shows it.

    Parameters
    ----------
    capture : Capture
        A capture, or a view: then it is the graph as that observer could draw it.
    level : {"host", "site", "operator", "organisation"}
        What a node is. An organisation is the ultimate parent of a host's owner, or of the operator
        of its machine where the table knows no more; a host of which neither is known stands
        under its site, and ``known`` is False there.
    kinds : {"all"}, kind, or iterable of kinds, optional
        Which evidence; see `hartools.graphs.EDGE_KINDS`. By default all that stand in the
        capture's own fields: script, parser, initiator, redirect, preflight, referer. ``body``
        (decodes bodies) and ``time`` (a guess) must be asked for.
    stacks : bool
        Fill ``stack_hosts``, for which the stacks of calls are read.

    Returns
    -------
    networkx.MultiDiGraph
        Two kinds of evidence for one pair are two edges; the key of an edge is its kind.

        Node attributes: ``site``, ``operator_domain`` and ``owner`` (None where unknown or where the
        node has several), ``known`` (our table, or a label, names an owner), ``party`` (first,
        third or unknown), ``hosts``, ``entries`` (requests to it), ``attempted`` (the same:
        blocked and cached ones count), ``answered``, ``cached``, ``blocked``, ``failed``,
        ``preflights``, ``to_itself`` (evidence that it led to a request to itself; such edges are
        left out), ``first`` and ``last`` (start of its first and last request: a datetime in UTC, or None).

        Edge attributes: ``kind``, ``weight``, ``entry_ids`` (the requests; of a redirect the hops
        that ordered it), ``first``, ``last``, ``guess``; of kind script ``stack_hosts`` (hosts deeper in
        the stacks of calls, the nearest first); of kind redirect ``led_to`` (the requests that followed); of
        kind body ``found_in`` (for each request the answer that held its address).

        Graph attributes: ``level``, ``kinds``, and ``to_itself`` (node -> kind -> entry ids).

    Raises
    ------
    UnknownChoiceError
        If the level or a kind is none of these.

    Examples
    --------
    >>> import hartools as ht
    >>> graph = request_graph(ht.read_har(ht.example_har()))
    >>> sorted(graph.edges("sync.alpha.example", keys=True))
    [('sync.alpha.example', 'match.beta.example', 'redirect')]
    """
    kinds = chosen_kinds(kinds)
    with _collector_resting():
        names, nodes, edges = _parts(capture, level, kinds, stacks=stacks)
        graph = nx.MultiDiGraph(level=level, kinds=list(kinds), to_itself=edges.to_itself)
        columns = list(nodes)[1:]
        graph.add_nodes_from((name, dict(zip(columns, row, strict=True))) for name, *row in zip(*nodes.values(), strict=True))
        for place, (source, target, kind, ids, first, last) in enumerate(_rows(edges)):
            attributes = {"kind": kind, "weight": len(ids), "entry_ids": ids, "first": first, "last": last, "guess": kind == "time"}
            if kind == "script":
                attributes["stack_hosts"] = edges.stack_hosts.get(place, ())
            elif kind == "redirect":
                attributes["led_to"] = edges.led_to[place]
            elif kind == "body":
                attributes["found_in"] = edges.found_in[place]
            graph.add_edge(names[source], names[target], kind, **attributes)
    return graph


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Keep the garbage collector from going through a hundred thousand new edges, none of which is garbage, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _rows(edges: Edges) -> Iterator[tuple]:
    kinds = [NAMES[kind] for kind in edges.kind.tolist()]
    first = stamps(edges.first)
    last, later = list(first), np.flatnonzero(edges.first != edges.last)  # most edges of a wide graph have one request
    for place, time in zip(later.tolist(), stamps(edges.last[later]), strict=True):
        last[place] = time
    return zip(edges.source.tolist(), edges.target.tolist(), kinds, edges.entry_ids, first, last, strict=True)


def nodes_table(capture: Capture, *, level: str = "host", kinds: str | Iterable[str] | None = None) -> pd.DataFrame:
    """List the nodes of `request_graph`, in alphabetical order.

    Returns
    -------
    pandas.DataFrame
        One row per node: node, and the node attributes of `request_graph`.

    Examples
    --------
    >>> import hartools as ht
    >>> nodes_table(ht.read_har(ht.example_har())).node.head(2).tolist()
    ['ads.gamma.example', 'match.beta.example']
    """
    nodes = _parts(capture, level, chosen_kinds(kinds)).nodes
    return pd.DataFrame({name: pd.Series(nodes[name], dtype=DTYPES[kind]) for name, kind in NODE_COLUMNS.items()})


def edges_table(capture: Capture, *, level: str = "host", kinds: str | Iterable[str] | None = None) -> pd.DataFrame:
    """List the edges of `request_graph`, in alphabetical order.

    Returns
    -------
    pandas.DataFrame
        One row per source, target and kind: source, target, kind, weight, entry_ids.

    Examples
    --------
    >>> import hartools as ht
    >>> edges_table(ht.read_har(ht.example_har())).kind.value_counts().to_dict()
    {'referer': 5, 'script': 4, 'redirect': 1}
    """
    names, _, edges = _parts(capture, level, chosen_kinds(kinds))
    columns = {"source": [names[place] for place in edges.source.tolist()], "target": [names[place] for place in edges.target.tolist()], "kind": [NAMES[kind] for kind in edges.kind.tolist()]}
    table = pd.DataFrame({name: pd.Series(values, dtype=DTYPES["str"]) for name, values in columns.items()})
    return table.assign(weight=pd.Series([len(ids) for ids in edges.entry_ids], dtype=DTYPES["int"]), entry_ids=pd.Series(edges.entry_ids, dtype="object"))


def _parts(capture: Capture, level: str, kinds: tuple[str, ...], *, stacks: bool = False) -> _Parts:
    entries = capture.entries
    evidence = evidence_of(capture, kinds)
    nodes = nodes_of(evidence.hosts, evidence.own, entries, level)
    edges = edges_of(entries, evidence, nodes, capture.stacks if stacks and "script" in kinds else None)
    return _Parts(nodes.names, _nodes(entries, evidence.own, nodes, edges), edges)


def _nodes(entries: pd.DataFrame, own: np.ndarray, nodes: Nodes, edges: Edges) -> dict[str, list]:
    """Count and describe each node, in columns; a host that only evidence of another kind names is no node."""
    number, rows = len(nodes.names), np.flatnonzero(own >= 0)
    of_row = nodes.of_host[own[rows]] if len(rows) else np.zeros(0, "int64")
    outcome, party = (arrow(entries[name]).take(pa.array(rows)) for name in ("outcome", "party"))
    counts = {name: np.bincount(of_row[flags(pc.is_in(outcome, pa.array(values)))], minlength=number) for name, values in COUNTED.items()}
    total = np.bincount(of_row, minlength=number)
    counts |= {"entries": total, "attempted": total, "to_itself": np.bincount(edges.itself, minlength=number)}
    there = total > 0
    there[edges.source] = there[edges.target] = True
    first, last = _span(moments(entries.started)[rows], of_row, number)
    columns = {"node": nodes.names, **_names(nodes), "party": _parties(party, of_row, number), "first": stamps(first), "last": stamps(last)} | {name: count.tolist() for name, count in counts.items()}
    kept = np.flatnonzero(there).tolist()
    return {name: [columns[name][place] for place in kept] for name in NODE_COLUMNS}


def _span(times: np.ndarray, of_row: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last request of each node; NEVER where it has none."""
    groups = grouped(of_row, np.arange(len(of_row)))
    first, last = np.full(number, NEVER), np.full(number, NEVER)
    asked = of_row[groups.rows[groups.starts]]
    first[asked], last[asked] = groups.span(times)
    return first, last


def _names(nodes: Nodes) -> dict[str, list]:
    """Return for each node its hosts, and its site, operator domain and owner where it has one of each."""
    hosts: list[list[str]] = [[] for _ in nodes.names]
    for place, host in zip(nodes.of_host.tolist(), nodes.hosts, strict=True):
        hosts[place].append(host)
    found: dict[str, list] = {"hosts": hosts}
    for name in ("site", "operator_domain", "owner"):
        values: list[dict] = [{} for _ in nodes.names]
        for place, value in zip(nodes.of_host.tolist(), getattr(nodes, name), strict=True):
            if value is not None:
                values[place][value] = True
        found[name] = [next(iter(each)) if len(each) == 1 else None for each in values]
    return found | {"known": [bool(each) for each in values]}


def _parties(parties: pa.Array, of_row: np.ndarray, number: int) -> list[str]:
    """Return first where one request was to the first party, third where one was to a third and none to the first."""
    found = np.zeros(number, "int64")
    for party, value in ((2, "third"), (1, "first")):
        found[of_row[flags(pc.equal(parties, value))]] = party
    return [("unknown", "first", "third")[party] for party in found]
