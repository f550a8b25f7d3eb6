"""What does the capture hold once everything is taken away that an observer does not receive?"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import conform, empty_table
from hartools.observers.destinations import asked_documents
from hartools.observers.in_page import open_cookies
from hartools.observers.on_the_way import Passed, connections_seen, names_asked, passing
from hartools.observers.page_views import PAGE_GAP_S, views_by_documents, views_by_referrer
from hartools.observers.selection import Selected, select
from hartools.observers.visibility import CONNECTION_KINDS, PAGE_KINDS, marks_of, visible_columns
from hartools.parties.domains import operator_domains_of, sites_of

__all__ = ["CITED", "PAGE_GAP_S", "view_as"]

# By which entries each connection of a view can be cited; no table of the contract, and no observer has it.
CITED = "connection_entries"


def view_as(capture: Capture, observer: str, *, page_gap_s: float = PAGE_GAP_S, owners: pd.DataFrame | None = None,
            ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> Capture:
    """Return what one observer receives, as a capture of its own.

    The view has the same tables and columns; rows that do not reach the observer are gone and
    cells that it does not receive are unknown (see `visibility_table`). Rows are in the order
    of arrival. ``entry_id`` stays, as the key by which evidence is cited. Somebody on the way and
    a resolver receive a table ``connections``, and of requests only those without TLS.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    observer : str
        ``KIND:NAME``, as `find_observers` lists them; a host stands for its site.
    page_gap_s : float
        Silence, in seconds, after which the observer takes a request for a new page view.
    owners, ranges, dns : pandas.DataFrame, optional
        Facts from outside the capture, as given to `find_observers`: owners for organisations
        (`owners_of_hosts`), the others for those who end TLS and who stand behind (`entry_infrastructure`).

    Raises
    ------
    UnknownObserverError
        If the kind is unknown, or the capture shows no such observer.

    Examples
    --------
    >>> import hartools as ht
    >>> view = view_as(ht.read_har(ht.example_har()), "third_party:cloudinary.com")
    >>> view.entries.entry_id.tolist(), view.entries.initiator_url.notna().sum().item()
    ([2, 3], 0)
    >>> way = view_as(ht.read_har(ht.example_har()), "network:path")
    >>> len(way.entries), way.connections.name.tolist()[0]
    (0, 'www.doctor.example')
    """
    selected = select(capture, observer, owners=owners, ranges=ranges, dns=dns)
    kind = selected.observer.partition(":")[0]
    entries = capture.entries.take(selected.rows).reset_index(drop=True)
    entries["site"] = sites_of(entries.host)
    received, parts = _arrived(kind, entries, selected)
    chosen, pages = _pages(capture, kind, received, parts, page_gap_s)
    received["page_id"] = pd.Series(chosen, dtype=received.page_id.dtype)
    others = {table: partial(_rows_of, capture, table, kind, received, parts) for table in ("headers", "cookies", "params", "messages", "connections", "notes", "stacks")}
    if kind in CONNECTION_KINDS:
        others |= _connections(capture, kind)
    return replace(capture, observer=selected.observer, _build=others, _built={"entries": received, "pages": pages}, _document=None,
                   _read_body=capture._read_body if parts is None else _read_from_within(capture._read_body, received, parts))


def _arrived(kind: str, entries: pd.DataFrame, selected: Selected) -> tuple[pd.DataFrame, np.ndarray | None]:
    """Lay the mask over the entries, and put them in the order of arrival."""
    parts = selected.parts
    if kind != "third_party":
        entries["operator_domain"] = operator_domains_of(entries.host)
    received = _masked("entries", kind, entries, parts)
    if parts is not None:
        received["outcome"] = received.outcome.where(pd.Series(parts == "mine"), "answered")
    received = received.sort_values(["started", "url", "method", "status"], kind="stable")
    order = received.index.to_numpy()
    return received.reset_index(drop=True), None if parts is None else parts[order]


def _masked(table: str, kind: str, rows: pd.DataFrame, parts: np.ndarray | None = None) -> pd.DataFrame:
    """Keep the cells of a table that a kind of observer receives; `parts` says of each row how it is seen."""
    seen = conform(table, rows[visible_columns(kind, table)])
    for column, marks in marks_of(kind, table).items() if parts is not None else ():
        if "yes" not in marks and column in rows.columns:
            mine = np.isin(parts, list(marks))
            if mine.any():
                seen[column] = rows[column].reset_index(drop=True).where(pd.Series(mine), None).astype(seen[column].dtype)
    return seen


def _rows_of(capture: Capture, table: str, kind: str, received: pd.DataFrame, parts: np.ndarray | None) -> pd.DataFrame:
    """Keep of a table what belongs to the received entries, in the order of their arrival."""
    if "entry_id" not in {column for column, marks in marks_of(kind, table).items() if marks != {"no"}}:
        return empty_table(table)
    arrival = pd.Series(range(len(received)), index=received.entry_id.astype("int64"))
    rows = capture.table(table)
    rows = rows[rows.entry_id.isin(received.entry_id)]
    order = rows.entry_id.astype("int64").map(arrival)
    rows = rows.assign(_order=order).sort_values("_order", kind="stable", ignore_index=True)
    if parts is None:
        return _masked(table, kind, rows)
    places = parts[rows["_order"].to_numpy("int64")]
    return _from_within(table, kind, rows, places, received, parts)


def _from_within(table: str, kind: str, rows: pd.DataFrame, places: np.ndarray, received: pd.DataFrame, parts: np.ndarray) -> pd.DataFrame:
    """Keep the rows that a script in the page could read."""
    places = places.copy()
    if table == "params":
        places[(places != "mine") & (places != "fetched") & (rows["where"] == "query").to_numpy(bool)] = "query"
    if table == "cookies":
        documents = received[parts == "document"]
        places[(places != "mine") & open_cookies(rows, received, documents)] = "open"
    kept = np.isin(places, list(marks_of(kind, table)["entry_id"]))
    return _masked(table, kind, rows[kept].reset_index(drop=True), places[kept])


def _read_from_within(read: Callable | None, received: pd.DataFrame, parts: np.ndarray) -> Callable | None:
    """Hand out the bodies of its own requests, of what it sees fetched, and of documents the answer."""
    part_of = dict(zip(received.entry_id.tolist(), parts.tolist(), strict=True))

    def readable(entry_id: int, side: str) -> dict | None:
        part = part_of[entry_id]
        return read(entry_id, side) if part in ("mine", "fetched") or (part == "document" and side == "response") else None

    return readable if read is not None else None


def _pages(capture: Capture, kind: str, received: pd.DataFrame, parts: np.ndarray | None, gap_s: float) -> tuple[list[str], pd.DataFrame]:
    if kind == "third_party":
        return views_by_referrer(received, gap_s)
    is_document = parts == "document" if kind in PAGE_KINDS else asked_documents(capture, received, arrivals=kind == "first_party") if len(received) else np.zeros(0, bool)
    return views_by_documents(received, is_document, gap_s)


def _connections(capture: Capture, kind: str) -> dict[str, Callable[[], pd.DataFrame]]:
    """Build the connections when they are first asked for, and once."""
    kept: list[Passed] = []

    def passed() -> Passed:
        if not kept:
            entries = passing(capture.entries)
            kept.append(names_asked(entries) if kind == "resolver" else connections_seen(entries, kind))
        return kept[0]

    return {"connections": lambda: passed().connections, CITED: lambda: passed().cited}
