"""How is a graph written as GraphML, so that yEd draws it and R's igraph, networkx and Gephi read it?

Read before writing this: igraph's and Gephi's readers (igraph/igraph and gephi/gephi on GitHub, as of
2026-11). Gephi takes the keys ``d3`` and ``d7`` for labels, whatever they are; igraph warns of the keys
of yEd, which have no type, and reads on.
"""

from collections.abc import Iterator

from hartools.graphs.cells import written
from hartools.graphs.plain_graph import PARTY_COLOURS, PlainEdge, PlainGraph, PlainNode
from hartools.graphs.xml import attributes, escaped

__all__ = ["graphml_lines"]

SCHEMA = {"xmlns": "http://graphml.graphdrawing.org/xmlns", "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"}
YED = {"xmlns:y": "http://www.yworks.com/xml/graphml"}
PLAIN_SCHEMA = "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd"
YED_SCHEMA = "http://graphml.graphdrawing.org/xmlns http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd"

YED_SHAPES = {"first": "rectangle", "third": "ellipse", "unknown": "diamond"}
LINES = {"redirect": "dashed", "referer": "dotted", "body": "dashed_dotted", "time": "dotted", "unknown": "dotted"}
# A grid to begin with: yEd draws nodes without a place on top of one another.
COLUMNS, ACROSS, DOWN = 8, 260, 80


def graphml_lines(graph: PlainGraph, *, yed: bool = True) -> Iterator[str]:
    """Yield the lines of a GraphML file.

    Parameters
    ----------
    graph : PlainGraph
    yed : bool
        Add label, colour and shape in the words of yEd.

    Examples
    --------
    >>> import networkx as nx
    >>> from hartools.graphs.plain_graph import plain_graph
    >>> lines = list(graphml_lines(plain_graph(nx.DiGraph([("a", "b")])), yed=False))
    >>> [line.strip() for line in lines if "<edge " in line]
    ['<edge id="e0" source="a" target="b">']
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<graphml{attributes(SCHEMA | (YED if yed else {}) | {'xsi:schemaLocation': YED_SCHEMA if yed else PLAIN_SCHEMA})}>"
    node_types, edge_types = {"label": "string"} | graph.node_types, {"weight": "double"} | graph.edge_types
    for side, types in (("node", node_types), ("edge", edge_types)):
        yield from (f"  <key{attributes({'id': f'{side}{number}', 'for': side, 'attr.name': name, 'attr.type': kind})}/>" for number, (name, kind) in enumerate(types.items()))
        if yed:
            yield f'  <key id="yed-{side}" for="{side}" yfiles.type="{side}graphics"/>'
    yield f'  <graph id="G" edgedefault="{"directed" if graph.directed else "undirected"}">'
    yield f"    <desc>{escaped(graph.description)}</desc>"
    for number, node in enumerate(graph.nodes):
        yield f"    <node{attributes({'id': node.id})}>"
        yield from _data({"label": node.label} | node.attributes, node_types, "node")
        yield from [_drawn_node(number, node)] if yed else []
        yield "    </node>"
    for edge in graph.edges:
        yield f"    <edge{attributes({'id': edge.id, 'source': edge.source, 'target': edge.target})}>"
        yield from _data({"weight": float(edge.weight)} | edge.attributes, edge_types, "edge")
        yield from [_drawn_edge(edge, graph.directed)] if yed else []
        yield "    </edge>"
    yield from ("  </graph>", "</graphml>")


def _data(values: dict, types: dict[str, str], side: str) -> Iterator[str]:
    yield from (f'      <data key="{side}{number}">{escaped(written(values[name]))}</data>' for number, name in enumerate(types) if values.get(name) is not None)


def _drawn_node(number: int, node: PlainNode) -> str:
    row, column = divmod(number, COLUMNS)
    width = min(max(40, 8 * len(node.label)), ACROSS - 20)
    return ('      <data key="yed-node"><y:ShapeNode>'
            f'<y:Geometry height="30" width="{width}" x="{column * ACROSS}" y="{row * DOWN}"/>'
            f'<y:Fill color="{_light(PARTY_COLOURS[node.party])}" transparent="false"/><y:BorderStyle color="{PARTY_COLOURS[node.party]}" type="line" width="2.0"/>'
            f'<y:NodeLabel>{escaped(node.label)}</y:NodeLabel><y:Shape type="{YED_SHAPES[node.party]}"/></y:ShapeNode></data>')


def _light(colour: str) -> str:
    """Return a colour mixed with three parts of white, on which a label can be read."""
    return "#" + "".join(f"{192 + int(colour[place : place + 2], 16) // 4:02X}" for place in (1, 3, 5))


def _drawn_edge(edge: PlainEdge, directed: bool) -> str:
    width = round(max(0.5, min(float(edge.weight), 6.0)), 1)
    return ('      <data key="yed-edge"><y:PolyLineEdge>'
            f'<y:LineStyle color="#555555" type="{LINES.get(edge.kind, "line")}" width="{width}"/><y:Arrows source="none" target="{"standard" if directed else "none"}"/>'
            "</y:PolyLineEdge></data>")
