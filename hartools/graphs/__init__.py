"""Who called whom."""

from hartools.graphs.disagreements import disagreements
from hartools.graphs.evidence import EDGE_KINDS
from hartools.graphs.exchange import write_csv, write_gexf, write_graph, write_graphml
from hartools.graphs.initiators import initiator_tree
from hartools.graphs.levels import LEVELS
from hartools.graphs.redirects import redirect_chains, redirect_graph
from hartools.graphs.requests import edges_table, nodes_table, request_graph

__all__ = [
    "EDGE_KINDS",
    "LEVELS",
    "disagreements",
    "edges_table",
    "initiator_tree",
    "nodes_table",
    "redirect_chains",
    "redirect_graph",
    "request_graph",
    "write_csv",
    "write_gexf",
    "write_graph",
    "write_graphml",
]
