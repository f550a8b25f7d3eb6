"""Which telemetry did a capture send, to whom, and what did each record say?"""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.payloads.telemetry.recognise import Match, may_match_elsewhere, recognise
from hartools.payloads.telemetry.record import records_of
from hartools.payloads.telemetry.sent import Sent
from hartools.payloads.telemetry.vendor_files import read_vendors
from hartools.reading.values import split_url

__all__ = ["EVENT_COLUMNS", "telemetry_events", "telemetry_vendors"]

EVENT_COLUMNS = {
    "entry_id": "int", "vendor": "str", "event_index": "int", "event": "str", "page_url": "str", "referrer": "str", "title": "str", "search_term": "str",
    "ids": "object", "account": "str", "user_data": "object", "consent": "object", "custom": "object", "decode_path": "str", "first_party_proxied": "bool",
    "placeholders": "object", "kind": "str",
}  # fmt: skip
VENDOR_COLUMNS = {"vendor": "str", "name": "str", "kind": "str", "host": "str", "entries": "int", "entry_ids": "object", "first_party_proxied": "bool"}
# a preflight carries no telemetry, and what came from a cache was not sent
NOT_SENT = ("preflight", "cached")
WITH_BODY = ("POST", "PUT", "PATCH")
NEEDED = ["entry_id", "method", "url", "host", "path", "query", "outcome", "referer", "redirect_from", "request_body_held"]


def telemetry_events(capture: Capture) -> pd.DataFrame:
    """Read every telemetry record of a known vendor out of a capture.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.

    Returns
    -------
    pandas.DataFrame
        One row per event: entry_id, vendor (name of its file), event_index (position in the
        request), event, page_url, referrer, title, search_term, ids (object), account, user_data
        (object: name to ``plain`` or ``alg`` and ``hex``, ``placeholder`` true where nobody filled it
        in), consent, custom (objects), decode_path, first_party_proxied (the shape is the vendor's,
        the host is not: who reads it in the end stays open), placeholders (names in user_data),
        kind (event or sync). An event whose body was sent and not recorded is called
        ``sent, content not recorded``.

    Notes
    -----
    How each vendor is recognised and read, and from which source, stands in ``docs/telemetry.md``.
    Entries that failed or were blocked are included: join ``entries.outcome`` for what arrived.

    Examples
    --------
    >>> import hartools as ht
    >>> events = telemetry_events(ht.read_har(ht.example_har()))
    >>> events[["entry_id", "vendor", "page_url", "decode_path"]].values.tolist()
    [[4, 'ga4', 'https://www.doctor.example/dentiste/lyon', 'query']]
    """
    rows = []
    for entry_id, sent, match in _matches(capture):
        if match.request.kind in ("event", "sync"):
            rows += [{"entry_id": entry_id, **record} for record in records_of(sent, match)]
    return _table(rows, EVENT_COLUMNS)


def telemetry_vendors(capture: Capture) -> pd.DataFrame:
    """List the vendors that a capture called, and for what.

    Returns
    -------
    pandas.DataFrame
        One row per vendor, kind (event, sync, load, host) and host, in order of first appearance:
        vendor, name, kind, host, entries (how many), entry_ids, first_party_proxied.

    Examples
    --------
    >>> import hartools as ht
    >>> telemetry_vendors(ht.read_har(ht.example_har()))[["vendor", "kind", "entries"]].values.tolist()
    [['ga4', 'event', 1]]
    """
    found: dict[tuple, dict] = {}
    for entry_id, sent, match in _matches(capture):
        key = (match.vendor.vendor, match.request.kind, sent.parts[0])
        row = found.setdefault(key, {
            "vendor": match.vendor.vendor, "name": match.vendor.name, "kind": match.request.kind, "host": sent.parts[0],
            "entry_ids": [], "first_party_proxied": not match.is_own_host,
        })  # fmt: skip
        row["entry_ids"].append(entry_id)
    return _table([{**row, "entries": len(row["entry_ids"])} for row in found.values()], VENDOR_COLUMNS)


def _table(rows: list[dict], columns: dict[str, str]) -> pd.DataFrame:
    held = {name: pd.Series([row.get(name) for row in rows], dtype=DTYPES[kind], index=pd.RangeIndex(len(rows))) for name, kind in columns.items()}
    return pd.DataFrame(held)


def _matches(capture: Capture) -> Iterator[tuple[int, Sent, Match]]:
    """Yield every recognised entry; only bodies that were sent and might matter are decoded."""
    entries = capture.entries[NEEDED]
    # Arrow's own lists: pandas would hand over one cell after another
    rows = list(zip(*(pa.array(entries[name]).to_pylist() for name in NEEDED), strict=True))
    worth = [row for row in rows if row[1] != "OPTIONS" and row[6] not in NOT_SENT and _is_worth(row)]
    held = [row[0] for row in worth if _may_hold_body(row)]
    bodies = capture.bodies(held, side="request") if held else None
    sent_bodies = {} if bodies is None else {entry_id: (data, mime) for entry_id, data, mime in zip(bodies.entry_id, bodies.data, bodies.mime, strict=True)}
    headers = _Headers(capture)
    came_from = {row[0]: row[3] for row in rows}
    for row in worth:
        sent = _sent(row, *sent_bodies.get(row[0], (None, None)), came_from)
        match = recognise(sent)
        if match is not None:
            if match.vendor.vendor in _ASK_HEADERS:
                sent.headers = headers.of(row[0])
            yield row[0], sent, match


# whose files name a header, and the headers that they name
_ASK_HEADERS = tuple(vendor.vendor for vendor in read_vendors() if vendor.headers)
_ASKED = sorted({name for vendor in read_vendors() for name in vendor.headers})


def _is_worth(row: tuple) -> bool:
    _, _, url, host, path, query, *_ = row
    return isinstance(host, str) and isinstance(url, str) and may_match_elsewhere(host, path or "/", query if isinstance(query, str) else "", has_body=_may_hold_body(row))


def _may_hold_body(row: tuple) -> bool:
    # an observer's view does not know what the file holds, only what was sent
    return row[9] is True or (row[9] is None and row[1] in WITH_BODY)


def _sent(row: tuple, data: object, mime: object, came_from: dict) -> Sent:
    _, method, url, _, _, _, _, referer, redirect_from, _ = row
    origin = came_from.get(redirect_from) if isinstance(redirect_from, int) else None
    if origin is None and isinstance(referer, str):
        origin = split_url(referer)[2]
    body = data if isinstance(data, (str, bytes)) else None
    return Sent(url=url, method=method or "GET", body=body, content_type=mime if isinstance(mime, str) else None, is_held=body is not None or method not in WITH_BODY, came_from=origin)


class _Headers:
    """Look up request headers; the table is built only when the first one is asked for."""

    def __init__(self, capture: Capture):
        self.capture, self.known = capture, None

    def of(self, entry_id: int) -> dict[str, str]:
        if self.known is None:
            table = self.capture.headers
            table = table[(table.side == "request") & table.name.isin(_ASKED)]
            self.known = {}
            for each, name, value in zip(table.entry_id.to_list(), table.name.to_list(), table.value.to_list(), strict=True):
                if value is not None:
                    self.known.setdefault(each, {})[name] = value
        return self.known.get(entry_id, {})
