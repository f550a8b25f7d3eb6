"""Which requests were made, and what became of each?"""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.causes import NONE, cause, latest_before, preflights, redirects
from hartools.reading.dates import dates
from hartools.reading.dialects import Dialect
from hartools.reading.headers import header
from hartools.reading.index import Index
from hartools.reading.log import Log, odd_type
from hartools.reading.notes import CODES, note
from hartools.reading.outcomes import from_cache, outcomes, refusals
from hartools.reading.progress import SILENT, Progress
from hartools.reading.schema import Content, Entry, PostData, Request, Response, Timings
from hartools.reading.sizes import body_bytes, held, transfer_bytes
from hartools.reading.values import absolute, address, http_version, identifier, media_type, split_url, text
from hartools.reading.vectors import amounts, flags, mapped, texts, urls, wholes

__all__ = ["entries_columns"]

# Entries are decoded and turned into columns so many at a time, so that what is decoded never
# takes more memory than this, however large the file.
BATCH = 1024
WARM = 64

NO_REQUEST, NO_RESPONSE, NO_TIMINGS, NO_CONTENT, NO_BODY = Request(), Response(), Timings(), Content(), PostData()
PHASES = ("blocked", "dns", "connect", "ssl", "send", "wait", "receive")
LINKED = ("url", "method", "started", "redirect_to", "initiator_type", "initiator_url", "initiator_line", "outcome", "asked")
TEXT, WHOLE, BOOL = pa.string(), pa.int64(), pa.bool_()


def entries_columns(log: Log, dialect: Dialect, index: Index, *, progress: Progress = SILENT) -> tuple[dict[str, object], list[dict]]:
    """Build table ``entries``, one row per entry and none dropped, and notes on what did not fit.

    Parameters
    ----------
    log : Log
    dialect : Dialect
    index : Index
        Filled with the parts that the other tables need.
    progress : Progress
    """
    notes: list[dict] = []
    parts, first = [], 0
    for entries, referers, announced in _batches(log, notes):
        parts.append(_columns(first, entries, referers, announced, log, dialect, index, notes))
        first += len(entries)
        progress.at("table entries", first, len(log))
        if entries[-1].request is not None:
            log.release(before=entries[-1].request.headers)
    # left in pieces but for those that are linked: joining copies
    columns = {name: pa.chunked_array([part[name] for part in parts]) for name in parts[0]}
    columns |= {name: columns[name].combine_chunks() for name in LINKED}
    columns["entry_id"] = columns["position"] = pa.array(np.arange(first))
    return columns | _links(columns), notes


def _batches(log: Log, notes: list[dict]) -> Iterator[tuple[list[Entry], list[str | None], list[str | None]]]:
    """Decode the entries, and look for two headers while they are still in the processor's cache.

    These are Referer, and Content-Length where a size of 0 may stand for an unknown one.
    """
    entries, referers, announced, first = [], [], [], 0
    for few, odd in log.batches(WARM):
        notes += [odd_type(log, first + row, what) for row, what in enumerate(odd) if what]
        entries += few
        referers += [None if entry.request is None else header(entry.request.headers, "referer") for entry in few]
        announced += [header(entry.response.headers, "content-length") if _is_empty(entry.response) else None for entry in few]
        first += len(few)
        if len(entries) >= BATCH:
            yield entries, referers, announced
            entries, referers, announced = [], [], []
    if entries:
        yield entries, referers, announced


def _is_empty(response: Response | None) -> bool:
    return response is not None and response.content is not None and response.content.size == 0


def _columns(first: int, entries: list[Entry], referers: list[str | None], announced: list[str | None], log: Log, dialect: Dialect, index: Index, notes: list[dict]) -> dict[str, pa.Array]:
    requests = [entry.request or NO_REQUEST for entry in entries]
    responses = [entry.response or NO_RESPONSE for entry in entries]
    contents = [response.content or NO_CONTENT for response in responses]
    index.take(first, entries, requests, responses)
    as_text, below_zero = set(), set()
    columns = _request(requests) | _response(responses, contents, as_text) | _times(entries, log, first, notes) | _phases(entries, dialect, as_text, below_zero)
    columns |= _connection(entries, log, dialect, first, notes) | _causes(entries, dialect)
    if dialect.connection_is == "any":  # the port of the URL is the port, in whatever version that began
        port = pc.equal(columns["connection_id"], columns["port"].cast(TEXT))
        columns["connection_id"] = pc.if_else(pc.fill_null(port, False), pa.scalar(None, TEXT), columns["connection_id"])
    # 2026-11-24, Playwright 1.65.1, playwright_full_attach.har: a TLS handshake for http URLs
    is_plain = pc.is_in(columns["scheme"], pa.array(["http", "ws"]))
    columns["ssl_ms"] = pc.if_else(pc.fill_null(is_plain, False), pa.scalar(None, pa.float64()), columns["ssl_ms"])
    columns["referer"] = texts(referers)
    columns["http_version"] = _protocol(entries, requests, responses, dialect)
    columns["page_id"] = texts([entry.pageref for entry in entries])
    columns["resource_type"] = texts([entry.resource_type for entry in entries])
    columns["error"] = pc.coalesce(texts([entry.error for entry in entries]), texts([each.error for each in responses]), texts([each.failure for each in responses]), texts(refusals(responses)))
    columns["response_body_held"] = pa.array([held(content) for content in contents], BOOL)
    columns["redirect_to"] = _targets(requests, responses, columns["status"])
    columns["via_service_worker"] = _via_service_worker(entries, responses)
    columns["request_bytes"] = _request_bytes(entries, requests)
    columns["transfer_bytes"] = transfer_bytes(entries, responses, columns["status"], dialect)
    columns["body_bytes"] = body_bytes(entries, responses, contents, announced, columns, dialect)
    columns["from_cache"] = from_cache(entries, responses, columns, dialect)
    columns["asked"] = pa.array([_asked_method(request) for request in requests], TEXT)
    columns["outcome"] = outcomes(columns)
    notes += [odd_type(log, first + row, "a number written as text") for row in sorted(as_text)]
    notes += [note("below_zero", entry_id=first + row, at_byte=log.at_byte(first + row), found=CODES["below_zero"].meaning, done=CODES["below_zero"].remedy) for row in sorted(below_zero)]
    return columns


def _asked_method(request: Request) -> str | None:
    """Return the method that a CORS preflight asks for."""
    return header(request.headers, "access-control-request-method") if request.method == "OPTIONS" else None


def _request(requests: Sequence[Request]) -> dict[str, pa.Array]:
    bodies = [request.postData for request in requests]
    return urls(texts([request.url for request in requests])) | {
        "method": texts([request.method for request in requests]),
        "request_body_held": pa.array([body is not None and held(body) for body in bodies], BOOL),
    }


def _response(responses: Sequence[Response], contents: Sequence[Content], as_text: set[int]) -> dict[str, pa.Array]:
    status = wholes([response.status for response in responses], as_text=as_text)
    known = pc.and_(pc.greater_equal(status, 100), pc.less_equal(status, 599))
    return {
        "status": pc.if_else(known, status, pa.scalar(None, WHOLE)),
        "mime": mapped(texts([content.mimeType for content in contents]), media_type, TEXT),
    }


def _times(entries: Sequence[Entry], log: Log, first: int, notes: list[dict]) -> dict[str, pa.Array]:
    found = dates([entry.startedDateTime for entry in entries])
    for code, rows in found.odd.items():
        notes += [note(code, entry_id=first + row, at_byte=log.at_byte(first + row), found=CODES[code].meaning, done=CODES[code].remedy) for row in rows]
    return {"started": found.times, "utc_offset_min": found.offsets}


def _phases(entries: Sequence[Entry], dialect: Dialect, as_text: set[int], below_zero: set[int]) -> dict[str, pa.Array]:
    timings = [entry.timings or NO_TIMINGS for entry in entries]
    columns = {f"{phase}_ms": amounts([getattr(each, phase) for each in timings], as_text=as_text, below_zero=below_zero) for phase in PHASES}
    if any(each.send_nanos is not None or each.wait_nanos is not None for each in timings):
        # BrowserMob 2.1.5 wrote nanoseconds instead (2026-11-23, its file-upload-example.har)
        for phase in PHASES:
            nanos = pc.divide(amounts([getattr(each, f"{phase}_nanos") for each in timings]), 1e6)
            columns[f"{phase}_ms"] = pc.coalesce(columns[f"{phase}_ms"], nanos)
    duration, tls = amounts([entry.time for entry in entries], as_text=as_text), columns["ssl_ms"]
    if dialect.zero_ssl_is_none:
        tls = columns["ssl_ms"] = pc.if_else(pc.equal(tls, 0), pa.scalar(None, pa.float64()), tls)
    handshake = pc.fill_null(tls, 0)
    if dialect.tls_beside_connect:
        columns["connect_ms"] = pc.add(columns["connect_ms"], handshake)
    if dialect.time_counts_tls_twice:
        duration = pc.if_else(pc.greater(duration, handshake), pc.subtract(duration, handshake), duration)
    # 0 where no phase is known (Firefox's cache), or where the phases took longer (Splash, while an answer was coming)
    phases = [columns[f"{phase}_ms"] for phase in PHASES if phase != "ssl"]
    took = reduce(pc.add, (pc.fill_null(phase, 0) for phase in phases))
    is_none = pc.and_(pc.equal(duration, 0), pc.or_(reduce(pc.and_, map(pc.is_null, phases)), pc.greater(took, 0.5)))
    duration = pc.if_else(pc.fill_null(is_none, False), pa.scalar(None, pa.float64()), duration)
    return columns | {"duration_ms": duration}


def _connection(entries: Sequence[Entry], log: Log, dialect: Dialect, first: int, notes: list[dict]) -> dict[str, pa.Array]:
    written = pc.coalesce(texts([entry.serverIPAddress for entry in entries]), texts([entry.ip_address for entry in entries]))
    servers = mapped(written, lambda each: each and address(each), TEXT)
    for row in np.flatnonzero(pc.and_(pc.is_null(servers), pc.is_valid(written)).to_numpy(zero_copy_only=False)).tolist():
        notes.append(note("bad_address", entry_id=first + row, at_byte=log.at_byte(first + row), found=CODES["bad_address"].meaning, done=CODES["bad_address"].remedy))
    tls = [entry.tls for entry in entries]
    return {
        "server_ip": servers,
        "connection_id": _connection_ids(entries, dialect),
        "tls_protocol": texts([each.protocol if each else None for each in tls]),
        "tls_subject": texts([each.subjectName if each else None for each in tls]),
        "tls_issuer": texts([each.issuer if each else None for each in tls]),
    }


def _connection_ids(entries: Sequence[Entry], dialect: Dialect) -> pa.Array:
    if dialect.connection_is == "port":
        return pa.nulls(len(entries), TEXT)
    written = texts([entry.connection_id if dialect.connection_is == "field" else entry.connection for entry in entries])
    if dialect.connection_is == "fiddler":
        return mapped(written, lambda each: identifier((each or "").partition(";")[0].removeprefix("ClientPort:")), TEXT)
    return pc.if_else(pc.equal(written, "0"), pa.scalar(None, TEXT), written)


def _causes(entries: Sequence[Entry], dialect: Dialect) -> dict[str, pa.Array]:
    found = [NONE if entry.initiator is None else cause(entry.initiator, entry.initiator_detail) for entry in entries]
    kinds, written, lines = zip(*found, strict=True)
    return {
        "initiator_type": pc.coalesce(texts([entry.initiator_type for entry in entries]), texts(kinds)),
        "initiator_url": mapped(texts(written), lambda url: url and split_url(url)[0], TEXT),
        "initiator_line": pc.coalesce(pc.add(wholes(lines), 1), pc.add(wholes([entry.initiator_line for entry in entries]), int(dialect.initiator_line_from_zero))),
    }


def _protocol(entries: Sequence[Entry], requests: Sequence[Request], responses: Sequence[Response], dialect: Dialect) -> pa.Array:
    if dialect.http_version_is_guessed:
        return pa.nulls(len(entries), TEXT)
    if dialect.name == "webpagetest":
        # up to 2.19 there is only the slice of the status line, right for HTTP/1
        return pc.coalesce(*(mapped(texts(written), http_version, TEXT) for written in ([entry.protocol for entry in entries], [response.httpVersion for response in responses])))
    answered, asked = (mapped(texts([each.httpVersion for each in messages]), http_version, TEXT) for messages in (responses, requests))
    return pc.coalesce(answered, asked)


def _targets(requests: Sequence[Request], responses: Sequence[Response], status: pa.Array) -> pa.Array:
    """Resolve where each redirect leads; a Location beside another status is no redirect."""
    found: list[str | None] = [None] * len(requests)
    moved = pc.fill_null(pc.and_(pc.greater_equal(status, 300), pc.less(status, 400)), True)
    for row in np.flatnonzero(moved.to_numpy(zero_copy_only=False)).tolist():
        response = responses[row]
        location = text(response.redirectURL) or text(response.redirectionURL) or (header(response.headers, "location") if status[row].is_valid else None)
        found[row] = absolute(text(requests[row].url) or "", location) if location else None
    return pa.array(found, TEXT)


def _via_service_worker(entries: Sequence[Entry], responses: Sequence[Response]) -> pa.Array:
    return flags([response.via_service_worker if entry.fetch_type is None else entry.fetch_type == "Service Worker" for entry, response in zip(entries, responses, strict=True)])


def _request_bytes(entries: Sequence[Entry], requests: Sequence[Request]) -> pa.Array:
    # No request has a head of 0 bytes: Firefox writes 0 for what it did not send.
    heads = wholes([request.headersSize or None for request in requests])
    sent = pc.add(heads, wholes([request.bodySize for request in requests]))
    # 2026-11-24, WebPageTest 18.09, en.wikipedia.org-webpagetest-chrome.har: _bytesOut is 0 for most requests
    out = wholes([entry.bytes_out for entry in entries])
    return pc.coalesce(pc.if_else(pc.equal(out, 0), pa.scalar(None, WHOLE), out), sent)


def _links(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Link initiators, redirect hops and preflights to their entries."""
    addresses, started = columns["url"], columns["started"]
    linked = {name: columns[name] for name in ("initiator_type", "initiator_url", "initiator_line")}
    linked["initiator_entry"] = latest_before(addresses, columns["initiator_url"], started)
    led = redirects(addresses, columns["redirect_to"], started)
    hops = pa.array(list(led.values()), WHOLE)
    # as the Network panel itself says it: the hop before caused this one
    linked["initiator_type"] = _placed(linked["initiator_type"], led, ["redirect"] * len(led))
    linked["initiator_url"] = _placed(linked["initiator_url"], led, addresses.take(hops).to_pylist())
    linked["initiator_line"] = _placed(linked["initiator_line"], led, [None] * len(led))
    linked["initiator_entry"] = _placed(linked["initiator_entry"], led, list(led.values()))
    linked["redirect_from"] = _placed(pa.nulls(len(addresses), WHOLE), led, list(led.values()))
    twins = preflights(addresses, columns["method"], _asked(columns))
    linked["initiator_type"] = _placed(linked["initiator_type"], twins, ["preflight"] * len(twins))
    linked["initiator_entry"] = _placed(linked["initiator_entry"], twins, list(twins.values()))
    return linked


def _placed(column: pa.Array, rows: dict[int, int], values: list) -> pa.Array:
    """Put values into some rows of a column."""
    order = np.argsort(list(rows), kind="stable")
    mask = np.zeros(len(column), bool)
    mask[list(rows)] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array([values[place] for place in order], column.type))


def _asked(columns: dict[str, pa.Array]) -> dict[int, str | None]:
    rows = np.flatnonzero(pc.equal(columns["outcome"], "preflight").to_numpy(zero_copy_only=False)).tolist()
    return {row: columns["asked"][row].as_py() for row in rows}
