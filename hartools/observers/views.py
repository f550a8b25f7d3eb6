"""What does the capture hold once everything is taken away that an observer does not receive?"""

from dataclasses import replace
from functools import partial

import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED, TABLES, conform
from hartools.errors import UnknownObserverError
from hartools.observers.visibility import KINDS, visible_columns
from hartools.parties.domains import ascii_host, registrable_domain, sites_of
from hartools.reading.values import split_url

__all__ = ["PAGE_GAP_S", "view_as"]

# Requests of one page view follow one another within a fraction of a second; a person needs
# longer to read a page and choose the next. Bursts that this rule cuts apart wrongly are
# joined again by the inference, on the evidence of what was asked for.
PAGE_GAP_S = 1.0


def view_as(capture: Capture, observer: str, *, page_gap_s: float = PAGE_GAP_S) -> Capture:
    """Return what one observer receives, as a capture of its own.

    The view has the same tables and columns; rows that do not reach the observer are gone and
    cells that it does not receive are unknown (see `visibility_table`). Rows are in the order
    of arrival. ``entry_id`` stays, as the key by which evidence is cited.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    observer : str
        ``"third_party:SITE"``, as `find_observers` lists them; a host stands for its site.
    page_gap_s : float
        Silence, in seconds, after which the observer takes a request for a new page view.

    Raises
    ------
    UnknownObserverError
        If the kind is unknown, or the capture holds no request to that site.

    Examples
    --------
    >>> import hartools as ht
    >>> view = view_as(ht.read_har(ht.example_har()), "third_party:cloudinary.com")
    >>> view.entries.entry_id.tolist(), view.entries.initiator_url.notna().sum().item()
    ([2, 3], 0)
    """
    kind, _, name = observer.partition(":")
    if kind not in KINDS or not name:
        raise UnknownObserverError(f"{observer!r}: an observer is KIND:NAME with KIND one of {', '.join(KINDS)}, for example third_party:cloudinary.com")
    entries, site = capture.entries, registrable_domain(ascii_host(name))
    entries["site"] = sites_of(entries.host)
    rows = entries[(entries.site == site) & entries.outcome.isin(RECEIVED)]
    if not (entries.site == site).any():
        raise UnknownObserverError(f"{capture.source.name}: no request to {name}; it holds requests to {', '.join(sorted(entries.site.dropna().unique())[:20])}")
    received = _masked("entries", kind, rows).sort_values(["started", "url", "method", "status"], kind="stable", ignore_index=True)
    received["page_id"], pages = _regroup(received, page_gap_s)
    others = {table: partial(_rows_of, capture, table, kind, received) for table in ("headers", "cookies", "params", "messages", "connections", "notes")}
    return replace(
        capture,
        observer=f"{kind}:{site}",
        _build=others,
        _built={"entries": received, "pages": pages},
        _read_body=capture._read_body,
        _document=None,
    )


def _masked(table: str, kind: str, rows: pd.DataFrame) -> pd.DataFrame:
    return conform(table, rows[visible_columns(kind, table)])


def _rows_of(capture: Capture, table: str, kind: str, received: pd.DataFrame) -> pd.DataFrame:
    """Keep of a table what belongs to the received entries, in the order of their arrival."""
    columns = visible_columns(kind, table)
    if "entry_id" not in columns:
        return conform(table, {column.name: [] for column in TABLES[table]})
    arrival = pd.Series(range(len(received)), index=received.entry_id.astype("int64"))
    rows = capture.table(table)
    rows = rows[rows.entry_id.isin(received.entry_id)]
    order = rows.entry_id.astype("int64").map(arrival)
    return _masked(table, kind, rows.assign(_order=order).sort_values("_order", kind="stable"))


def _regroup(received: pd.DataFrame, gap_s: float) -> tuple[list[str], pd.DataFrame]:
    """Cut the observer's requests into page views: by the page that referred, and by silence."""
    own = set(received.site)
    views: list[dict] = []
    latest: dict[str, dict] = {}  # the page view under way, by referrer
    chosen = []
    for started, referer in zip(received.started, received.referer, strict=True):
        page = _referring_page(referer, own)
        current = latest.get(page)
        if current is None or pd.isna(started) or (started - current["last"]).total_seconds() > gap_s:
            current = {"page_id": f"view {len(views) + 1}", "url": page if _is_full(page) else None, "started": started}
            views.append(current)
            latest[page] = current
        current["last"] = started
        chosen.append(current["page_id"])
    return chosen, conform("pages", {name: [view[name] for view in views] for name in ("page_id", "url", "started")})


def _referring_page(referer, own_sites: set) -> str | None:
    """Return the referring page, or None for a request without one or referred by the observer itself."""
    if pd.isna(referer):
        return None
    url, _, host, *_ = split_url(referer)
    return None if host is None or sites_of(pd.Series([host])).iloc[0] in own_sites else url


def _is_full(url: str | None) -> bool:
    _, _, _, _, path, query = split_url(url or "")
    return bool(query) or (path or "/") != "/"
