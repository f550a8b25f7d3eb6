"""Where do the kinds of evidence name different sources for the same request?"""

import networkx as nx
import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import UnknownChoiceError
from hartools.graphs.evidence import EDGE_KINDS
from hartools.graphs.requests import request_graph

__all__ = ["disagreements"]

COLUMNS = {"target": "str", "kind": "str", "source": "str", "other_kind": "str", "other_source": "str", "entries": "int", "entry_ids": "object", "explained": "bool", "reading": "str"}

RANK = {kind: place for place, kind in enumerate(EDGE_KINDS)}
# How far back a chain of redirects is followed from node to node.
HOPS = 20

CAUSES = {
    "script": "a script of {a}",
    "parser": "a document or stylesheet of {a}",
    "initiator": "something of {a}",
    "preflight": "{a}, for the request after the preflight",
}


def disagreements(graph: nx.MultiDiGraph | Capture) -> pd.DataFrame:
    """List where two kinds of evidence name different sources for the same requests.

    Most of these are no contradiction: a browser names the script that made a request, the request
    itself (its Referer) the page in which that script ran. ``explained`` says whether the graph
    shows how both can be true; what is left is worth a look.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        As `request_graph` makes it, at any level; of a Capture, its graph of hosts is taken.

    Returns
    -------
    pandas.DataFrame
        One row per target, two kinds and their two sources, what is not explained first, then by
        number of requests: target, kind and source (the more direct evidence), other_kind,
        other_source, entries, entry_ids, explained, reading (what it could mean, in a sentence).

    Raises
    ------
    UnknownChoiceError
        If the graph was not made by `request_graph`.

    Notes
    -----
    The rule for a page B (Referer) and a direct cause of A: explained where the graph has an edge
    from B to A, so that B could have brought A in, or, where A is a document, from A to B: then
    B is a frame or stylesheet within it, and the more direct of the two. A redirect keeps the Referer of the request
    that was redirected (Fetch standard): there the chain is followed back. At the levels above
    hosts, what differs only within a node is no disagreement.

    Examples
    --------
    >>> import hartools as ht
    >>> disagreements(request_graph(ht.read_har(ht.example_har())))[["target", "source", "other_source", "explained"]].values.tolist()
    [['match.beta.example', 'sync.alpha.example', 'www.doctor.example', True]]
    """
    graph = request_graph(graph) if isinstance(graph, Capture) else graph
    claims = _claims(graph)
    pairs = claims.merge(claims, on=["entry", "target"], suffixes=("", "_other"))
    pairs = pairs[(pairs["rank"] < pairs.rank_other) & (pairs.source != pairs.source_other)]
    keys = ["target", "kind", "source", "kind_other", "source_other"]
    rows = []
    for names, group in pairs.groupby(keys, sort=True).entry:
        ids = sorted(int(entry) for entry in group.unique())
        explained, reading = _reading(graph, *names)
        rows.append((*names, len(ids), ids, explained, reading))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})
    return table.sort_values(["explained", "entries"], ascending=[True, False], kind="stable", ignore_index=True)


def _claims(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """List one row per request and kind: what that kind names as its source."""
    if not graph.is_multigraph() or "to_itself" not in graph.graph:
        raise UnknownChoiceError("this graph was not made by request_graph, so its edges do not say by what evidence; pass request_graph(capture)")
    rows = [(entry, target, kind, source) for source, target, kind, data in graph.edges(keys=True, data=True) for entry in data.get("led_to", data["entry_ids"])]
    rows += [(entry, node, kind, node) for node, kinds in graph.graph["to_itself"].items() for kind, ids in kinds.items() for entry in ids]
    table = pd.DataFrame(rows, columns=["entry", "target", "kind", "source"])
    return table.assign(rank=table.kind.map(RANK))


def _reading(graph: nx.MultiDiGraph, target: str, kind: str, a: str, other: str, b: str) -> tuple[bool, str]:
    if other == "body":
        return _against_body(graph, target, kind, a, b)
    if kind == "redirect":
        explained = other == "referer" and _brought_in(graph, b, a)
        return explained, (f"{a} sent the browser on to {target}; the request still names {b}, where the chain began." if explained else
                           f"{a} sent the browser on to {target}, but {other} names {b}, and nothing shows how {b} led to {a}.")
    cause = CAUSES.get(kind, "{a}").format(a=a)
    if other != "referer":
        return False, f"By {kind} it was {cause}, by {other} {b}: at most one of them was the direct cause."
    if kind in ("parser", "initiator") and graph.has_edge(a, b):
        # some name the outer document for what a frame or stylesheet asked (2026-11-25, Chrome HAR Capturer 0.10.3, haralyzer/cnn-chrome.har; chrome-har up to 0.11.12)
        return True, f"A page of {a} had brought in a frame or stylesheet of {b}, which the request names: {b} could be the more direct cause of the two."
    if graph.has_edge(b, a) or any(b in data.get("stack_hosts", ()) for data in graph.get_edge_data(a, target, default={}).values()):
        return True, f"The request could have been made by {cause}, in a page of {b}, which had brought it in: no contradiction for the page, and for the direct cause {a} counts."
    return False, (f"The browser names {cause}, the request a page of {b}, and nothing shows how {b} brought {a} in: "
                   "a cache, an extension, a frame without an address, or a page left meanwhile could explain it.")


def _against_body(graph: nx.MultiDiGraph, target: str, kind: str, a: str, b: str) -> tuple[bool, str]:
    if kind == "redirect":
        return True, f"{a} sent the browser on to {target}; the same address stood in an answer of {b} too."
    if kind == "parser":
        return False, (f"The browser names a document or stylesheet of {a}, but the address stood in an answer of {b}: "
                       "a script could have put it into the page, which browsers can report as the work of the parser.")
    if kind == "referer":
        explained = graph.has_edge(a, b)
        more = "; that page had brought the answer in." if explained else ", and nothing shows that page asking for the answer."
        return explained, f"The address stood in an answer of {b} and was asked for from a page of {a}{more}"
    return True, f"The address stood in an answer of {b}, and {CAUSES.get(kind, '{a}').format(a=a)} asked for it: {b} could have handed the address over."


def _brought_in(graph: nx.MultiDiGraph, page: str, hop: str) -> bool:
    """Tell whether a page led to a hop, or to one before it in its chain of redirects."""
    seen, waiting = {hop}, [hop]
    for _ in range(HOPS):
        if any(graph.has_edge(page, node) or page == node for node in waiting):
            return True
        waiting = sorted({source for node in waiting for source, _, kind in graph.in_edges(node, keys=True) if kind == "redirect"} - seen)
        seen |= set(waiting)
    return False
