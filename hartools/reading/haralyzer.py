"""How do existing haralyzer scripts run on any HAR, and what do its page metrics say?"""

from collections.abc import Callable

import pandas as pd
from haralyzer import HarPage, HarParser

from hartools.capture import Capture

__all__ = ["page_metrics", "to_haralyzer"]

# What haralyzer 2.4.0 reads by name, and raises KeyError or TypeError without (2026-11-23).
# Where HAR has a word for unknown (-1, empty text) that word is used.
REQUEST = {"method": "", "url": "", "httpVersion": "", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": -1}
RESPONSE = {"status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [], "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": -1}
CONTENT = {"size": -1, "mimeType": "", "text": ""}
TIMINGS = {"send": -1, "wait": -1, "receive": -1}
ENTRY = {"time": -1, "cache": {}, "connection": "", "serverIPAddress": ""}
UNKNOWN_TIME = "1970-01-01T00:00:00.000Z"

METRICS: dict[str, Callable[[HarPage], object]] = {
    "url": lambda page: page.url,
    "entries": lambda page: len(page.entries),
    "time_to_first_byte_ms": lambda page: page.time_to_first_byte,
    "on_content_load_ms": lambda page: page.content_load_time,
    "on_load_ms": lambda page: page.page_load_time,
    "body_bytes": lambda page: page.page_size if _known(page, "bodySize") else None,
    "transfer_bytes": lambda page: page.page_size_trans if _known(page, "_transferSize") else None,
    "image_bytes": lambda page: page.image_size if _known(page, "bodySize") else None,
    "duplicate_urls": lambda page: len(page.duplicate_url_request),
}


def to_haralyzer(capture: Capture) -> HarParser:
    """Hand a capture to haralyzer, repaired so that its properties work on every page.

    Missing members are filled with HAR's own words for unknown; a page is added for each
    ``pageref`` that names none, since haralyzer drops such entries silently; pages without an
    entry are left out, since haralyzer fails on them. No entry is lost, and their order stays.

    Returns
    -------
    haralyzer.HarParser

    Examples
    --------
    >>> import hartools as ht
    >>> [len(page.entries) for page in to_haralyzer(ht.read_har(ht.example_har())).pages]
    [9]
    """
    log = capture.document()["log"]
    table = capture.entries
    entries = [_repaired(*row) for row in zip(log["entries"], table.started, table.body_bytes, strict=True)]
    pages = _repaired_pages(log.get("pages"), entries)
    creator = log.get("creator") if isinstance(log.get("creator"), dict) else {"name": str(log.get("creator") or ""), "version": ""}
    return HarParser({"log": {"version": "1.2", "browser": log.get("browser") or creator, "creator": creator, "pages": pages, "entries": entries}})


def page_metrics(capture: Capture) -> pd.DataFrame:
    """Compute haralyzer's page metrics, unknown wherever it cannot compute one.

    Its load times by asset type are left out: they take memory and time in proportion to the
    milliseconds of the page, which a hostile file chooses.

    Returns
    -------
    pandas.DataFrame
        One row per page: page_id, url, entries, time_to_first_byte_ms, on_content_load_ms,
        on_load_ms, body_bytes, transfer_bytes, image_bytes, duplicate_urls.

    Examples
    --------
    >>> import hartools as ht
    >>> page_metrics(ht.read_har(ht.example_har())).on_load_ms.tolist() == [400]
    True
    """
    pages = to_haralyzer(capture).pages
    rows = [{"page_id": page.page_id} | {name: _guarded(metric, page) for name, metric in METRICS.items()} for page in pages]
    return pd.DataFrame(rows, columns=["page_id", *METRICS]).convert_dtypes(dtype_backend="pyarrow")


def _known(page: HarPage, name: str) -> bool:
    """Tell whether any entry has this size: haralyzer's sum of unknown sizes is 0."""
    return any(entry.response.raw_entry[name] >= 0 for entry in page.entries)


def _guarded(metric: Callable[[HarPage], object], page: HarPage):
    try:
        value = metric(page)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return pd.NA
    # bytes and times below zero are HAR's unknown, and a sum of nothing known is unknown too
    return pd.NA if value is None or (isinstance(value, (int, float)) and value < 0) else value


def _repaired(entry: object, started, body_bytes) -> dict:
    entry = dict(entry) if isinstance(entry, dict) else {}
    request, response = _filled(entry.get("request"), REQUEST), _filled(entry.get("response"), RESPONSE)
    # some exporters write another size here: see `hartools.reading.sizes`
    response["content"] = _filled(response.get("content"), CONTENT) | {"size": -1 if pd.isna(body_bytes) else int(body_bytes)}
    for message in (request, response):
        message["headers"] = [_pair(pair) for pair in message["headers"] if isinstance(pair, dict)]
    written = pd.Timestamp(started).isoformat() if not pd.isna(started) else UNKNOWN_TIME
    repaired = _filled(entry, ENTRY) | {"request": request, "response": response, "timings": _filled(entry.get("timings"), TIMINGS), "startedDateTime": written}
    if not isinstance(repaired.get("pageref"), str) or not repaired["pageref"]:
        repaired.pop("pageref", None)
    return repaired


def _filled(value: object, defaults: dict) -> dict:
    """Fill members that are missing or of another type than haralyzer computes with."""
    value = dict(value) if isinstance(value, dict) else {}
    for name, default in defaults.items():
        if not _fits(value.get(name), default):
            value[name] = _number(value.get(name)) if isinstance(default, int) else type(default)(default)
    return value


def _fits(value: object, default: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) if isinstance(default, int) else isinstance(value, type(default))


def _number(value: object) -> float | int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return -1


def _pair(pair: dict) -> dict:
    return {"name": str(pair.get("name") or ""), "value": str(pair.get("value") if pair.get("value") is not None else "")}


def _repaired_pages(pages: object, entries: list[dict]) -> list[dict]:
    used = list(dict.fromkeys(entry["pageref"] for entry in entries if "pageref" in entry))
    kept = {page["id"]: page for page in (pages if isinstance(pages, list) else []) if isinstance(page, dict) and page.get("id") in used}
    first = {entry["pageref"]: entry["startedDateTime"] for entry in reversed(entries) if "pageref" in entry}
    return [_page(page_id, kept.get(page_id, {}), first[page_id]) for page_id in used]


def _page(page_id: str, page: dict, started: str) -> dict:
    timings = page.get("pageTimings") if isinstance(page.get("pageTimings"), dict) else {}
    loads = {name: timings.get(name) for name in ("onContentLoad", "onLoad")}
    return page | {"id": page_id, "title": str(page.get("title") or ""), "startedDateTime": started, "pageTimings": timings | loads}
