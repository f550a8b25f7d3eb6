"""How does a log become the tables of the contract?"""

import json
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urljoin

import pandas as pd

from hartools.columns import conform
from hartools.reading.dialects import Dialect
from hartools.reading.schema import Entry, Request, Response, Timings
from hartools.reading.values import amount, http_version, identifier, media_type, split_url, text, times, whole

__all__ = ["connections_table", "entries_table", "headers_table", "messages_table", "pages_table", "params_table"]

NO_REQUEST, NO_RESPONSE, NO_TIMINGS = Request(), Response(), Timings()
PHASES = ("blocked", "dns", "connect", "ssl", "send", "wait", "receive")


def entries_table(entries: Sequence[Entry], dialect: Dialect) -> pd.DataFrame:
    """Build table ``entries``: one row per entry, none dropped."""
    rows = [_url(entry) | _request(entry) | _response(entry, dialect) | _timings(entry) | _connection(entry, dialect) for entry in entries]
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    columns["entry_id"] = range(len(rows))
    columns["page_id"] = [text(entry.pageref) for entry in entries]
    columns["started"] = times([entry.startedDateTime for entry in entries])
    columns["outcome"] = [_outcome(entry, dialect) for entry in entries]
    columns |= _initiators(entries, columns)
    return conform("entries", columns)


def _url(entry: Entry) -> dict:
    request = entry.request or NO_REQUEST
    url = text(request.url)
    parts = split_url(url) if url else (None,) * 6
    return dict(zip(("url", "scheme", "host", "port", "path", "query"), parts, strict=True))


def _request(entry: Entry) -> dict:
    request = entry.request or NO_REQUEST
    head, body = amount(request.headersSize), amount(request.bodySize)
    return {
        "method": text(request.method),
        "referer": _header(request.headers, "referer"),
        "request_bytes": int(head + body) if head is not None and body is not None else None,
        "resource_type": text(entry.resource_type),
    }


def _response(entry: Entry, dialect: Dialect) -> dict:
    response = entry.response or NO_RESPONSE
    status = whole(response.status)
    content = response.content
    location = text(response.redirectURL) or _header(response.headers, "location")
    return {
        "status": status if status and 100 <= status <= 599 else None,
        "http_version": http_version(response.httpVersion) or http_version((entry.request or NO_REQUEST).httpVersion),
        "mime": media_type(content.mimeType) if content else None,
        "redirect_to": _absolute(entry, location),
        "transfer_bytes": _transfer_bytes(response, dialect),
        "body_bytes": whole(content.size) if content else None,
        "error": text(entry.error) or text(response.error) or text(response.failure),
        "from_cache": _from_cache(entry, dialect),
        "via_service_worker": response.via_service_worker if isinstance(response.via_service_worker, bool) else None,
    }


def _timings(entry: Entry) -> dict:
    timings = entry.timings or NO_TIMINGS
    phases = {f"{phase}_ms": amount(getattr(timings, phase)) for phase in PHASES}
    return phases | {"duration_ms": amount(entry.time)}


def _connection(entry: Entry, dialect: Dialect) -> dict:
    # chrome 53-120 and Playwright put IPv6 addresses in brackets, others do not
    address = (text(entry.serverIPAddress) or text(entry.ip_address) or "").strip("[]")
    named = {"id": entry.connection, "port": None, "field": entry.connection_id}[dialect.connection_is]
    tls = entry.tls
    return {
        "server_ip": address or None,
        "connection_id": identifier(named),
        "tls_protocol": text(tls.protocol) if tls else None,
        "tls_subject": text(tls.subjectName) if tls else None,
        "tls_issuer": text(tls.issuer) if tls else None,
    }


def _header(headers, name: str) -> str | None:
    return next((text(pair.value) for pair in headers or () if str(pair.name).lower() == name), None)


def _absolute(entry: Entry, location: str | None) -> str | None:
    if not location:
        return None
    try:
        return urljoin(text((entry.request or NO_REQUEST).url) or "", location)
    except ValueError:
        return location


def _transfer_bytes(response: Response, dialect: Dialect) -> int | None:
    measured = whole(response.transfer_size)
    if measured is not None:
        return measured
    head, body = amount(response.headersSize), amount(response.bodySize)
    if body is None or dialect.body_size_includes_headers:
        return whole(body)
    return int(head + body) if head is not None else None


def _from_cache(entry: Entry, dialect: Dialect) -> bool | None:
    if text(entry.from_cache) or "Cache" in (text(entry.fetch_type) or ""):
        return True
    if dialect.empty_timings_mean_cached and entry.timings is not None:
        status = whole((entry.response or NO_RESPONSE).status)
        return bool(status) and all(getattr(entry.timings, phase) is None for phase in PHASES)
    return None


def _outcome(entry: Entry, dialect: Dialect) -> str:
    """Tell what became of a request: attempted and received are different claims."""
    response = entry.response or NO_RESPONSE
    status = whole(response.status) or 0
    error = (text(entry.error) or text(response.error) or text(response.failure) or "").lower()
    if _from_cache(entry, dialect):
        return "cached"
    if "blocked" in error:
        return "blocked"
    if 100 <= status <= 599:
        if text(entry.resource_type) == "preflight" or _is_preflight(entry):
            return "preflight"
        has_target = text(response.redirectURL) or _header(response.headers, "location")
        return "redirected" if 300 <= status < 400 and has_target else "answered"
    return "failed" if error else "unknown"


def _is_preflight(entry: Entry) -> bool:
    request = entry.request or NO_REQUEST
    return request.method == "OPTIONS" and _header(request.headers, "access-control-request-method") is not None


def _initiators(entries: Sequence[Entry], columns: dict) -> dict:
    """Bring initiators to one shape: a type, a URL, and the entry that URL came from.

    Chromium writes an object with a stack, chrome-har and WebPageTest a URL as text.
    """
    kinds, urls = [], []
    for entry in entries:
        kind, url = _initiator(entry.initiator)
        kinds.append(text(entry.initiator_type) or kind)
        urls.append(url)
    at: dict[str, list[int]] = {}
    for position, url in enumerate(columns.get("url", ())):
        at.setdefault(url, []).append(position)
    return {"initiator_type": kinds, "initiator_url": urls, "initiator_entry": _latest_before(at, urls, columns.get("started"))}


def _initiator(value) -> tuple[str | None, str | None]:
    if isinstance(value, str):
        return None, split_url(value)[0] if value else None
    if not isinstance(value, dict):
        return None, None
    url = value.get("url") or _deepest_frame(value.get("stack"))
    return text(value.get("type")), split_url(url)[0] if isinstance(url, str) and url else None


def _deepest_frame(stack) -> str | None:
    """Find the script that ran last before the request: the first frame that names a URL."""
    for _ in range(64):  # async parents nest; a loop in a hostile file must end
        if not isinstance(stack, dict):
            return None
        frames = stack.get("callFrames")
        urls = [frame.get("url") for frame in frames if isinstance(frame, dict)] if isinstance(frames, list) else []
        named = next((url for url in urls if isinstance(url, str) and url), None)
        if named:
            return named
        stack = stack.get("parent")
    return None


def _latest_before(at: dict, urls: list, started) -> list:
    """Link each initiator URL to its latest entry that started no later."""
    began = started.astype("int64[pyarrow]").tolist() if started is not None else []
    found = []
    for position, url in enumerate(urls):
        earlier = [other for other in at.get(url, ()) if other != position and _not_after(began[other], began[position])] if url else []
        found.append(max(earlier, key=lambda other: (began[other] if not pd.isna(began[other]) else -1, other)) if earlier else None)
    return found


def _not_after(first, second) -> bool:
    return pd.isna(first) or pd.isna(second) or first <= second


def pages_table(pages: object, entries: pd.DataFrame) -> pd.DataFrame:
    """Build table ``pages``; the URL is the first HTML document of the page, else its title."""
    pages = [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []
    timings = [page["pageTimings"] if isinstance(page.get("pageTimings"), dict) else {} for page in pages]
    documents = entries[(entries.mime == "text/html") & (entries.outcome == "answered")].drop_duplicates("page_id").set_index("page_id").url
    ids, titles = [_plain(page.get("id")) for page in pages], [_plain(page.get("title")) for page in pages]
    written = [title if title and title.startswith(("http://", "https://")) else None for title in titles]
    return conform("pages", {
        "page_id": ids,
        "title": titles,
        "url": [split_url(url)[0] if url else documents.get(page_id) for url, page_id in zip(written, ids, strict=True)],
        "started": times([page.get("startedDateTime") for page in pages]),
        "on_content_load_ms": [amount(timing.get("onContentLoad")) for timing in timings],
        "on_load_ms": [amount(timing.get("onLoad")) for timing in timings],
    })


def _plain(value) -> str | None:
    return text(value) if isinstance(value, (str, int, float)) else None


def headers_table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Build table ``headers``: requests and responses, names in lower case."""
    rows = [
        (entry_id, side, position, (text(pair.name) or "").lower(), text(pair.value) or "")
        for entry_id, entry in enumerate(entries)
        for side, message in (("request", entry.request), ("response", entry.response))
        for position, pair in enumerate((message.headers if message else None) or ())
    ]
    return conform("headers", pd.DataFrame(rows, columns=["entry_id", "side", "position", "name", "value"]))


def params_table(entries: Sequence[Entry], read_text: Callable[[Entry], str | None]) -> pd.DataFrame:
    """Build table ``params``, decoded once, the query taken from the URL.

    ``queryString`` is left aside: Chromium writes it raw, others decoded, some leave it empty.
    """
    rows = []
    for entry_id, entry in enumerate(entries):
        query = split_url(text((entry.request or NO_REQUEST).url) or "")[5]
        rows += [(entry_id, "query", *item) for item in _pairs(query)]
        rows += [(entry_id, *item) for item in _form(entry, read_text)]
    return conform("params", pd.DataFrame(rows, columns=["entry_id", "where", "position", "name", "value"]))


def _pairs(query: str | None) -> list[tuple[int, str, str]]:
    pairs = parse_qsl(query or "", keep_blank_values=True, errors="replace")
    return [(position, name, value) for position, (name, value) in enumerate(pairs)]


def _form(entry: Entry, read_text: Callable[[Entry], str | None]) -> list[tuple]:
    post = entry.request.postData if entry.request else None
    if post is None:
        return []
    kind = media_type(post.mimeType)
    written = read_text(entry) if kind == "application/x-www-form-urlencoded" else None
    if written:
        return [("form", *item) for item in _pairs(written)]
    where = "multipart" if kind == "multipart/form-data" else "form"
    return [(where, position, text(param.name) or "", text(param.value) or "") for position, param in enumerate(post.params or ())]


def messages_table(entries: Sequence[Entry], dialect: Dialect) -> pd.DataFrame:
    """Build table ``messages``: WebSocket frames and server-sent events."""
    rows = []
    for entry_id, entry in enumerate(entries):
        for message in entry.web_socket if isinstance(entry.web_socket, list) else ():
            if isinstance(message, dict):
                direction = {"send": "sent", "receive": "received"}.get(message.get("type"))
                kind = "binary" if message.get("opcode") == 2 else "text"
                rows.append((entry_id, _instant(message.get("time"), dialect.message_unit), direction, kind, _data(message.get("data"))))
        for event in entry.event_source if isinstance(entry.event_source, list) else ():
            if isinstance(event, dict):
                rows.append((entry_id, _instant(event.get("time"), 1.0), "received", "event", _data(event.get("data"))))
    return conform("messages", pd.DataFrame(rows, columns=["entry_id", "time", "direction", "kind", "data"], dtype="object"))


def _data(value) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value)


def _instant(value, unit: float) -> pd.Timestamp | None:
    moment = amount(value)
    # 9.2e9 seconds is the year 2262, where nanosecond timestamps end
    return pd.Timestamp(round(moment * unit * 1e6) * 1000, unit="ns", tz="UTC") if moment and moment * unit < 9.2e9 else None


def connections_table(entries: pd.DataFrame) -> pd.DataFrame:
    """Build table ``connections`` from the entries that name one.

    Bytes are summed only where every entry of the connection has them: a part is no total.
    """
    used = entries[entries.connection_id.notna() & entries.host.notna()]
    groups = used.groupby(["connection_id", "host"], sort=False, dropna=False)
    table = groups.agg(
        name=("host", "first"), address=("server_ip", "first"), port=("port", "first"),
        first=("started", "min"), last=("started", "max"),
        bytes_up=("request_bytes", _total), bytes_down=("transfer_bytes", _total),
    )
    return conform("connections", table.reset_index(drop=True))


def _total(values: pd.Series):
    return values.sum() if values.notna().all() else pd.NA
