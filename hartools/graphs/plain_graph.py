"""What do the nodes and edges of a graph look like as rows of plain values, in an order that never changes?"""

import math
from datetime import datetime
from typing import NamedTuple

import networkx as nx
import pandas as pd

from hartools.graphs.cells import Plain, iso_time, plain, readable, type_of, written

__all__ = ["PARTY_COLOURS", "PARTY_SHAPES", "PlainEdge", "PlainGraph", "PlainNode", "distinct", "plain_graph"]

# Those of hartools.plots (Okabe and Ito's palette), which stands further down the house.
PARTY_COLOURS = {"first": "#0072B2", "third": "#D55E00", "unknown": "#7F7F7F"}
PARTY_SHAPES = {"first": "square", "third": "disc", "unknown": "diamond"}

LABEL_LENGTH = 120


class PlainNode(NamedTuple):
    """Hold a node: a name of its own in this file, its label, its attributes, its look, and when it is there."""

    id: str
    label: str
    attributes: dict[str, Plain]
    party: str
    size: float
    start: str | None
    end: str | None


class PlainEdge(NamedTuple):
    """Hold an edge between two names."""

    id: str
    source: str
    target: str
    kind: str | None
    weight: float | int
    attributes: dict[str, Plain]
    start: str | None
    end: str | None


class PlainGraph(NamedTuple):
    """Hold all rows, and one type for each attribute: boolean, long, double or string."""

    directed: bool
    description: str
    nodes: list[PlainNode]
    edges: list[PlainEdge]
    node_types: dict[str, str]
    edge_types: dict[str, str]


def plain_graph(graph: nx.Graph, *, reveal: bool = False) -> PlainGraph:
    """Turn a graph into rows: nodes by number or name, edges by their nodes and keys.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
    reveal : bool
        Leave secrets in addresses as they are.

    Examples
    --------
    >>> rows = plain_graph(nx.MultiDiGraph([("b", "a", "x"), ("b", "a", "w")]))
    >>> [node.id for node in rows.nodes], [(edge.id, edge.kind) for edge in rows.edges]
    (['a', 'b'], [('e0', None), ('e1', None)])
    """
    order = sorted(graph.nodes, key=_place)
    ids, place = distinct([plain(node, reveal=reveal) for node in order]), {node: number for number, node in enumerate(order)}
    edges = graph.edges(keys=True, data=True) if graph.is_multigraph() else ((*edge[:2], None, edge[2]) for edge in graph.edges(data=True))
    # an edge without a direction may be told from either end
    edges = edges if graph.is_directed() else ((*sorted(edge[:2], key=place.__getitem__), *edge[2:]) for edge in edges)
    edges = sorted(edges, key=lambda edge: (place[edge[0]], place[edge[1]], _place(edge[2])))
    spans = _spans(graph, edges)
    nodes = [_node(name, node, graph.nodes[node], graph.degree(node), spans.get(node), reveal) for name, node in zip(ids, order, strict=True)]
    rows = [_edge(f"e{number}", ids[place[source]], ids[place[target]], data, reveal) for number, (source, target, _, data) in enumerate(edges)]
    known = {name: plain(value) for name, value in graph.graph.items() if isinstance(value, (str, int, float, list, tuple))}
    description = "; ".join(f"{readable(str(name))}: {value}" for name, value in sorted(known.items(), key=lambda pair: str(pair[0])) if value is not None)
    return PlainGraph(graph.is_directed(), description, nodes, rows, _types(nodes), _types(rows))


def _place(name: object) -> tuple:
    """Order numbers before texts, and texts by their letters."""
    number = isinstance(name, (int, float)) and not isinstance(name, bool)
    return (0, name, "") if number else (1, 0, str(name))


def distinct(names: list[Plain]) -> list[str]:
    """Return each name as text, none twice and none empty.

    Examples
    --------
    >>> distinct(["a", None, "a"])
    ['a', '(no name)', 'a (2)']
    """
    seen: dict[str, int] = {}
    made = []
    for name in names:
        text = "(no name)" if name in (None, "") else written(name)
        while text in seen:
            seen[text] += 1
            text = f"{text} ({seen[text]})"
        seen[text] = 1
        made.append(text)
    return made


def _attributes(data: dict, reveal: bool, *taken: str) -> dict[str, Plain]:
    names = [name for name in data if name not in taken]
    values = zip(distinct([readable(str(name)) for name in names]), (plain(data[name], reveal=reveal) for name in names), strict=True)
    return {name: value for name, value in values if value is not None}


def _node(name: str, node: object, data: dict, degree: int, span: tuple | None, reveal: bool) -> PlainNode:
    label = plain(data.get("label", node), reveal=reveal)
    label = name if label in (None, "") else written(label)
    party = data.get("party") if data.get("party") in PARTY_COLOURS else "unknown"
    count = data.get("entries")
    size = 10 + 8 * math.log2(1 + (count if isinstance(count, int) and count > 0 else degree))
    start, end = span or (None, None)
    return PlainNode(name, label if len(label) <= LABEL_LENGTH else label[: LABEL_LENGTH - 1] + "…", _attributes(data, reveal, "label"), party, round(size, 2), start, end)


def _edge(name: str, source: str, target: str, data: dict, reveal: bool) -> PlainEdge:
    weight = plain(data.get("weight"))
    right = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    kind = plain(data.get("kind"))
    start, end = _time(data.get("first")), _time(data.get("last"))
    return PlainEdge(name, source, target, None if kind is None else written(kind), weight if right else 1, _attributes(data, reveal, *(("weight",) if right else ())), start, end)


def _time(value: object) -> str | None:
    return iso_time(value) if isinstance(value, datetime) and value is not pd.NaT else None


def _spans(graph: nx.Graph, edges: list[tuple]) -> dict:
    """Return when each node is there: from its first request, or the first that it led to, to the last."""
    times: dict[object, tuple[str, str | None]] = {}
    for node, data in graph.nodes(data=True):
        if _time(data.get("started")):  # one entry or page: there from then on
            times[node] = (_time(data["started"]), None)
        elif _time(data.get("first")):
            times[node] = (_time(data["first"]), _time(data.get("last")))
    for source, target, _, data in edges:
        start, end = _time(data.get("first")), _time(data.get("last"))
        if start and end:
            for node in (source, target):
                first, last = times.get(node, (start, end))
                times[node] = (min(first, start), None if last is None else max(last, end))
    return times


def _types(rows: list) -> dict[str, str]:
    """Return one type per attribute, attributes in alphabetical order."""
    values: dict[str, list[Plain]] = {}
    for row in rows:
        for name, value in row.attributes.items():
            values.setdefault(name, []).append(value)
    return {name: type_of(values[name]) for name in sorted(values)}
