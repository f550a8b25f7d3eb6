"""How is a graph written as two tables that R, Gephi and a spreadsheet open?"""

import csv
import io

from hartools.graphs.cells import Plain, no_formula, written
from hartools.graphs.plain_graph import PlainGraph, distinct

__all__ = ["edges_csv", "nodes_csv"]


def nodes_csv(graph: PlainGraph) -> str:
    """Return the table of nodes: Id and Label, as Gephi names them, and each attribute.

    Examples
    --------
    >>> import networkx as nx
    >>> from hartools.graphs.plain_graph import plain_graph
    >>> nodes_csv(plain_graph(nx.DiGraph([("a", "=b")])))
    "Id,Label\\n'=b,'=b\\na,a\\n"
    """
    ids = _ids(graph)
    return _table(["Id", "Label"], graph.node_types, [([ids[node.id], node.label], node.attributes) for node in graph.nodes])


def edges_csv(graph: PlainGraph) -> str:
    """Return the table of edges: from and to for R; Source, Target and Type for Gephi; id, weight, and each attribute.

    Examples
    --------
    >>> import networkx as nx
    >>> from hartools.graphs.plain_graph import plain_graph
    >>> edges_csv(plain_graph(nx.DiGraph([("a", "b")])))
    'from,to,Source,Target,Type,id,weight\\na,b,a,b,Directed,e0,1\\n'
    """
    ids, direction = _ids(graph), "Directed" if graph.directed else "Undirected"
    rows = [([ids[edge.source], ids[edge.target]] * 2 + [direction, edge.id, edge.weight], edge.attributes) for edge in graph.edges]
    return _table(["from", "to", "Source", "Target", "Type", "id", "weight"], graph.edge_types, rows)


def _ids(graph: PlainGraph) -> dict[str, str]:
    """Return the name of each node in both tables."""
    names = [node.id for node in graph.nodes]
    return dict(zip(names, distinct([no_formula(name) for name in names]), strict=True))


def _table(own: list[str], types: dict[str, str], rows: list[tuple[list[Plain], dict[str, Plain]]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    # Gephi reads names of columns without regard to capitals
    taken = {name.lower() for name in own}
    writer.writerow([*own, *(no_formula(f"{name} (attribute)" if name.lower() in taken else name) for name in types)])
    writer.writerows([_cell(cell) for cell in (*first, *(more.get(name) for name in types))] for first, more in rows)
    return out.getvalue()


def _cell(value: Plain) -> str:
    # numbers go as numbers, below zero too; only text can be a formula
    return "" if value is None else no_formula(value) if isinstance(value, str) else written(value)
