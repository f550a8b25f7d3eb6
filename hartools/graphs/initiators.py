"""Which one entry caused each entry?"""

from typing import NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.graphs.codes import arrow, flags, hosts_of_urls, moments, stamps
from hartools.graphs.found_in_bodies import found_in_bodies
from hartools.graphs.links import links_of
from hartools.graphs.written_by import not_in_document, written_by
from hartools.parties.parties import first_parties
from hartools.reading.values import split_url

__all__ = ["initiator_tree"]

NO_PAGE = "no page"
ENTRY_COLUMNS = ("url", "host", "site", "party", "page_id", "method", "status", "outcome", "resource_type", "mime")


class _Cause(NamedTuple):
    """Say what one entry hangs on: the row of another entry, an address without an entry, or its page."""

    row: int
    url: str | None
    kind: str


def initiator_tree(capture: Capture, *, bodies: bool = False) -> nx.DiGraph:
    """Build the forest in which each entry hangs on what directly caused it.

    Of a redirect that is the hop before, of a preflight the request that it was for, else the script
    or document that the exporter names: of a stack of calls the one that made the request.

    Parameters
    ----------
    capture : Capture
        A capture, or a view: there only redirects and preflights have a known cause.
    bodies : bool
        Look into the bodies where no cause is named, and where a document is named whose text does
        not hold the address. Taken is the last answer before on the same page that held the
        address, or the script of the page that holds the longest beginning of it.

    Returns
    -------
    networkx.DiGraph
        No circles, and each node hangs on one other at most. Nodes are entry ids;
        ``"page:PAGE_ID"``, or ``"no page"``, at the root of what belongs to a page; and ``"url:ADDRESS"``
        for a cause that is not in the capture, such as a script from the memory cache.

        Node attributes: ``what`` (entry, page or unlisted), ``label``, ``url``, ``host``, and of an
        entry ``site``, ``party``, ``page_id``, ``method``, ``status``, ``outcome``, ``resource_type``, ``mime``,
        ``started``, each None where unknown.

        Edge attributes: ``kind``: redirect, preflight, script, parser, initiator (named without a
        type), body (with `bodies`), document (the page's own: what brought the visitor there is not
        told) or unknown (the entry belongs to the page, which need not have caused it); ``line`` of
        the script or document, counted from 1; ``recorded_cause``, the document that a browser names
        although its text does not hold the address.

    Notes
    -----
    Where the links of a damaged or hostile file form a circle, it is cut at the entry that
    started first, whose cause is then unknown.

    Examples
    --------
    >>> import hartools as ht
    >>> tree = initiator_tree(ht.read_har(ht.example_har()))
    >>> [(cause, tree.edges[cause, entry]["kind"]) for cause, entry in tree.in_edges([0, 1, 6])]
    [('page:page_1', 'document'), (0, 'script'), (5, 'redirect')]
    """
    entries = capture.entries
    causes = _causes(capture, entries)
    recorded = _by_bodies(causes, capture, entries) if bodies else {}
    _cut_circles(causes, moments(entries.started))
    graph = nx.DiGraph(what="initiators")
    ids, pages = entries.entry_id.tolist(), _add_pages(graph, capture, entries)
    _add_entries(graph, entries)
    lines = arrow(entries.initiator_line).to_pylist()
    for row, cause in enumerate(causes):
        source = ids[cause.row] if cause.row >= 0 else _unlisted(graph, cause, pages[row]) if cause.url else pages[row]
        more = {"line": lines[row]} if lines[row] is not None and cause.kind not in ("body", "unknown", "document") else {}
        more |= {"recorded_cause": ids[recorded[row]]} if row in recorded else {}
        graph.add_edge(source, ids[row], kind=cause.kind, **more)
    return graph


def _causes(capture: Capture, entries: pd.DataFrame) -> list[_Cause]:
    links = links_of(capture, entries)
    kinds = arrow(entries.initiator_type).to_pylist()
    named = arrow(entries.initiator_url)
    unlisted = flags(pc.is_valid(hosts_of_urls(named).dictionary_decode())) & (links.hop < 0) & (links.twin < 0) & (links.initiator < 0)
    unlisted &= ~flags(pc.equal(named, arrow(entries.url)))
    documents = set() if capture.observer is not None else set(first_parties(capture).entry_id.dropna().tolist())
    page_urls = dict(zip(capture.pages.page_id.tolist(), capture.pages.url.tolist(), strict=True))
    of_page = [page_urls.get(page) for page in arrow(entries.page_id).to_pylist()]
    urls, ids, causes = named.to_pylist(), entries.entry_id.tolist(), []
    for row, (hop, twin, initiator, is_unlisted) in enumerate(zip(links.hop.tolist(), links.twin.tolist(), links.initiator.tolist(), unlisted.tolist(), strict=True)):
        kind = kinds[row] if kinds[row] in ("script", "parser", "redirect", "preflight") else "initiator"
        if hop >= 0 or twin >= 0:
            causes.append(_Cause(hop, None, "redirect") if hop >= 0 else _Cause(twin, None, "preflight"))
        elif initiator >= 0:
            causes.append(_Cause(initiator, None, kind))
        elif is_unlisted:
            # the page's document, where the file does not list it, is the page
            causes.append(_Cause(-1, None if urls[row] == of_page[row] else urls[row], kind))
        else:
            causes.append(_Cause(-1, None, "document" if ids[row] in documents else "unknown"))
    return causes


def _by_bodies(causes: list[_Cause], capture: Capture, entries: pd.DataFrame) -> dict[int, int]:
    """Put what the bodies say in the place of what is unknown or contradicted, and return what was recorded."""
    contradicted = not_in_document(capture, entries, {row: cause.row for row, cause in enumerate(causes) if cause.kind == "parser" and cause.row >= 0})
    recorded = {row: causes[row].row for row in contradicted}
    unknown = [row for row, cause in enumerate(causes) if cause.kind == "unknown"]
    whole = dict(zip(*(found.tolist() for found in reversed(found_in_bodies(capture, entries, same_page=True))), strict=True)) if unknown else {}
    for row, cause in (written_by(capture, entries, sorted({*contradicted, *unknown})) | {row: whole[row] for row in unknown if row in whole}).items():
        causes[row] = _Cause(cause, None, "body")
    return recorded


def _cut_circles(causes: list[_Cause], started: np.ndarray) -> None:
    """Let every way from cause to cause end; each row is visited once."""
    done = bytearray(len(causes))
    for row in range(len(causes)):
        way = []
        while row >= 0 and not done[row]:
            done[row] = 1
            way.append(row)
            row = causes[row].row
        if row >= 0 and done[row] == 1:  # met on this very way
            circle = way[way.index(row) :]
            first = min(circle, key=lambda each: (started[each], each))
            causes[first] = _Cause(-1, None, "unknown")
        for each in way:
            done[each] = 2


def _add_pages(graph: nx.DiGraph, capture: Capture, entries: pd.DataFrame) -> list[str]:
    """Add a root per page, and return that of each entry."""
    known = capture.pages.drop_duplicates("page_id")
    described = {row["page_id"]: row for row in known[["page_id", "url", "started"]].to_dict("records")}
    of_entry = arrow(entries.page_id).to_pylist()
    for page_id in dict.fromkeys([*described, *of_entry]):
        row = described.get(page_id, {})
        url, started = (None if pd.isna(row.get(name)) else row[name] for name in ("url", "started"))
        host = split_url(url)[2] if url else None
        graph.add_node(NO_PAGE if page_id is None else f"page:{page_id}", what="page", label=host or page_id or NO_PAGE, url=url, host=host, page_id=page_id, started=started)
    return [NO_PAGE if page_id is None else f"page:{page_id}" for page_id in of_entry]


def _add_entries(graph: nx.DiGraph, entries: pd.DataFrame) -> None:
    columns = {name: arrow(entries[name]).to_pylist() for name in (*ENTRY_COLUMNS, "path")}
    paths = columns.pop("path")
    started = stamps(moments(entries.started))
    for entry_id, path, time, *values in zip(entries.entry_id.tolist(), paths, started, *columns.values(), strict=True):
        attributes = dict(zip(columns, values, strict=True))
        label = f"{attributes['host']}{path or ''}" if attributes["host"] else (attributes["url"] or "no address")[:40]
        graph.add_node(entry_id, what="entry", label=label, **attributes, started=time)


def _unlisted(graph: nx.DiGraph, cause: _Cause, page: str) -> str:
    """Add a cause that has no entry of its own, once, under the page where it is met first."""
    name = f"url:{cause.url}"
    if name not in graph:
        host = split_url(cause.url)[2]
        graph.add_node(name, what="unlisted", label=host, url=cause.url, host=host)
        graph.add_edge(page, name, kind="unknown")
    return name
