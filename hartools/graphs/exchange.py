"""How does a graph leave for Gephi, R or yEd?"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import networkx as nx

from hartools.errors import UnknownChoiceError
from hartools.graphs.gexf import gexf_lines
from hartools.graphs.graphml import graphml_lines
from hartools.graphs.plain_graph import plain_graph
from hartools.graphs.spreadsheets import edges_csv, nodes_csv

__all__ = ["write_csv", "write_gexf", "write_graph", "write_graphml"]

def write_gexf(graph: nx.Graph, path: str | os.PathLike, *, reveal: bool = False) -> Path:
    """Write a graph as GEXF 1.3, for Gephi.

    Nodes are coloured and shaped by party and sized by their requests, edges carry weight and
    kind, so that parallel edges stay apart, and both carry times for Gephi's timeline.

    Parameters
    ----------
    graph : networkx.Graph
        As `request_graph`, `initiator_tree` or `redirect_graph` makes it, or any other.
    path : path-like
        The file; one that exists is replaced, as a whole or not at all.
    reveal : bool
        Write secrets in addresses as they are.

    Returns
    -------
    pathlib.Path
        What was written.

    Notes
    -----
    Unknown values are left out, lists written as ``a; b``, times as ISO 8601 in UTC, characters
    that XML cannot hold as their codes (``\\u0001``). An attribute has one type in the whole
    file. Nodes and edges stand in alphabetical order, entries in that of their numbers, and no
    date is stamped on it, so that the same graph gives the same bytes.

    Examples
    --------
    >>> import tempfile
    >>> import hartools as ht
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_gexf(ht.request_graph(ht.read_har(ht.example_har())), f"{folder}/example.gexf")
    ...     len(nx.read_gexf(path))
    6
    """
    return _replace(Path(path), gexf_lines(plain_graph(graph, reveal=reveal)))


def write_graphml(graph: nx.Graph, path: str | os.PathLike, *, yed: bool = True, reveal: bool = False) -> Path:
    """Write a graph as GraphML, for yEd and for igraph in R.

    Parameters
    ----------
    graph : networkx.Graph
    path : path-like
        The file; one that exists is replaced, as a whole or not at all.
    yed : bool
        Add label, colour and shape in the words of yEd, which shows empty boxes without. igraph
        warns that it does not know them, and reads the rest.
    reveal : bool
        Write secrets in addresses as they are.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> import tempfile
    >>> import hartools as ht
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_graphml(ht.request_graph(ht.read_har(ht.example_har())), f"{folder}/example.graphml")
    ...     nx.read_graphml(path).nodes["match.beta.example"]["entries"]
    1
    """
    return _replace(Path(path), graphml_lines(plain_graph(graph, reveal=reveal), yed=yed))


def write_csv(graph: nx.Graph, folder: str | os.PathLike, *, reveal: bool = False) -> tuple[Path, Path]:
    """Write a graph as ``nodes.csv`` and ``edges.csv``, for R, Gephi and spreadsheets.

    Parameters
    ----------
    graph : networkx.Graph
    folder : path-like
        Made where it does not exist; each of the two files is replaced as a whole.
    reveal : bool
        Write secrets in addresses as they are.

    Returns
    -------
    tuple of pathlib.Path
        The two files.

    Notes
    -----
    Text that a spreadsheet would calculate gets an apostrophe before it.

    Examples
    --------
    >>> import tempfile
    >>> import hartools as ht
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_csv(ht.request_graph(ht.read_har(ht.example_har())), folder)]
    ['nodes.csv', 'edges.csv']
    """
    folder = Path(folder)
    if folder.is_file():
        raise FileExistsError(f"{folder.name}: this is a file; a graph as CSV is a folder with nodes.csv and edges.csv. Name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    rows = plain_graph(graph, reveal=reveal)
    return _replace(folder / "nodes.csv", [nodes_csv(rows)], end=""), _replace(folder / "edges.csv", [edges_csv(rows)], end="")


def write_graph(graph: nx.Graph, path: str | os.PathLike, *, reveal: bool = False) -> tuple[Path, ...]:
    """Write a graph in the format that the path names.

    Parameters
    ----------
    graph : networkx.Graph
    path : path-like
        ``.gexf``, ``.graphml``, or a folder for CSV: one that exists, or a name that ends in ``.csv``
        or has no ending.
    reveal : bool
        Write secrets in addresses as they are.

    Returns
    -------
    tuple of pathlib.Path
        The files that were written.

    Raises
    ------
    UnknownChoiceError
        If the ending is another.

    Examples
    --------
    >>> write_graph(nx.DiGraph(), "map.pdf")
    Traceback (most recent call last):
    hartools.errors.UnknownChoiceError: map.pdf: no format of a graph ends in '.pdf'. Write .gexf for Gephi, .graphml for yEd and R, or name a folder for CSV.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in (".csv", "") or path.is_dir():
        return write_csv(graph, path, reveal=reveal)
    if suffix == ".gexf":
        return (write_gexf(graph, path, reveal=reveal),)
    if suffix == ".graphml":
        return (write_graphml(graph, path, reveal=reveal),)
    raise UnknownChoiceError(f"{path.name}: no format of a graph ends in {path.suffix!r}. Write .gexf for Gephi, .graphml for yEd and R, or name a folder for CSV.")


def _replace(path: Path, lines: Iterable[str], *, end: str = "\n") -> Path:
    """Write a file beside its place and then put it there, so that no reader meets half of it."""
    if path.is_dir():
        raise IsADirectoryError(f"{path.name}: this is a folder; name a file in it.")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8", newline="") as out:
            out.writelines(f"{line}{end}" for line in lines)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path
