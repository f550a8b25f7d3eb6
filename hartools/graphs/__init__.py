"""Who called whom."""

from hartools.graphs.requests import edges_table, nodes_table, request_graph

__all__ = ["edges_table", "nodes_table", "request_graph"]
