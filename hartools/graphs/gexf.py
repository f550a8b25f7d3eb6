"""How is a graph written as GEXF 1.3, so that Gephi shows its parties, weights, parallel edges and times?

Read before writing this: the schema of GEXF 1.3 and Gephi's own importer (gephi/gexf and
gephi/gephi on GitHub, as of 2026-11). The importer takes the first attribute of ``size``, and
keeps parallel edges apart by ``kind`` alone.
"""

from collections.abc import Iterator

from hartools.graphs.cells import written
from hartools.graphs.plain_graph import PARTY_COLOURS, PARTY_SHAPES, PlainEdge, PlainGraph, PlainNode
from hartools.graphs.xml import attributes, escaped

__all__ = ["gexf_lines"]

SCHEMA = {"xmlns": "http://gexf.net/1.3", "xmlns:viz": "http://gexf.net/1.3/viz", "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
          "xsi:schemaLocation": "http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd", "version": "1.3"}

THICKEST = 12.0


def gexf_lines(graph: PlainGraph) -> Iterator[str]:
    """Yield the lines of a GEXF file; it bears no date, so that it is the same from run to run.

    Examples
    --------
    >>> import networkx as nx
    >>> from hartools.graphs.plain_graph import plain_graph
    >>> lines = list(gexf_lines(plain_graph(nx.DiGraph([("a", "b")]))))
    >>> [line.strip() for line in lines if "<edge " in line]
    ['<edge id="e0" source="a" target="b" weight="1">']
    """
    timed = any(row.start for row in (*graph.nodes, *graph.edges))
    # "date" allows times of day too, by the schema; networkx reads no file that says "dateTime" (2026-11, 3.6.1)
    mode = {"mode": "dynamic", "timeformat": "date", "timerepresentation": "interval", "timezone": "UTC"} if timed else {"mode": "static"}
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<gexf{attributes(SCHEMA)}>"
    yield f"  <meta><creator>hartools</creator><description>{escaped(graph.description)}</description></meta>"
    yield f"  <graph{attributes({'defaultedgetype': 'directed' if graph.directed else 'undirected', 'idtype': 'string'} | mode)}>"
    for side, types in (("node", graph.node_types), ("edge", graph.edge_types)):
        if types:
            yield f'    <attributes class="{side}" mode="static">'
            yield from (f"      <attribute{attributes({'id': f'{side[0]}{number}', 'title': name, 'type': kind})}/>" for number, (name, kind) in enumerate(types.items()))
            yield "    </attributes>"
    yield f'    <nodes count="{len(graph.nodes)}">'
    for node in graph.nodes:
        yield from _node(node, graph.node_types)
    yield "    </nodes>"
    yield f'    <edges count="{len(graph.edges)}">'
    for edge in graph.edges:
        yield from _edge(edge, graph.edge_types)
    yield from ("    </edges>", "  </graph>", "</gexf>")


def _node(node: PlainNode, types: dict[str, str]) -> Iterator[str]:
    red, green, blue = (int(PARTY_COLOURS[node.party][place : place + 2], 16) for place in (1, 3, 5))
    yield f"      <node{attributes({'id': node.id, 'label': node.label, 'start': node.start, 'end': node.end})}>"
    yield from _values(node.attributes, types, "n")
    yield f'        <viz:color r="{red}" g="{green}" b="{blue}"/><viz:size value="{node.size}"/><viz:shape value="{PARTY_SHAPES[node.party]}"/>'
    yield "      </node>"


def _edge(edge: PlainEdge, types: dict[str, str]) -> Iterator[str]:
    named = {"id": edge.id, "source": edge.source, "target": edge.target, "kind": edge.kind, "label": edge.kind, "weight": written(edge.weight), "start": edge.start, "end": edge.end}
    yield f"      <edge{attributes(named)}>"
    yield from _values(edge.attributes, types, "e")
    yield f'        <viz:thickness value="{max(0.5, min(float(edge.weight), THICKEST))}"/>'
    yield "      </edge>"


def _values(values: dict, types: dict[str, str], letter: str) -> Iterator[str]:
    found = [f"<attvalue{attributes({'for': f'{letter}{number}', 'value': written(values[name])})}/>" for number, name in enumerate(types) if name in values]
    if found:
        yield f"        <attvalues>{''.join(found)}</attvalues>"
