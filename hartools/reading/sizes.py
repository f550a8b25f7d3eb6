"""How many bytes were sent and received, whatever the exporter counts?"""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.dialects import Dialect
from hartools.reading.fitting import plain
from hartools.reading.headers import header
from hartools.reading.schema import NULL, Content, Entry, PostData, Response
from hartools.reading.values import charset, from_base64, http_version, text, whole
from hartools.reading.vectors import amounts, rounded, wholes

__all__ = ["FIREFOX_LIMIT", "body_bytes", "held", "transfer_bytes"]

# 2026-11-23, read in Firefox 153: devtools.netmonitor.responseBodyLimit, where text is cut.
FIREFOX_LIMIT = 1 << 20

NONE = pa.scalar(None, pa.int64())

NOT_MODIFIED = 304

# Chromium answers itself with it: for HSTS, for an extension.
INTERNAL_REDIRECT = 307


def held(part: Content | PostData) -> bool:
    """Tell whether the file holds a body, without decoding it.

    Examples
    --------
    >>> import msgspec
    >>> held(Content(text=msgspec.Raw(b'""'))), held(Content(text=msgspec.Raw(b'"x"'))), held(Content(file="a.bin"))
    (False, True, True)
    """
    if (part.file is not None or part.sha1 is not None) and (text(part.file) or text(part.sha1)):
        return True
    if part.text is NULL:
        return False
    written = memoryview(part.text)
    return written.nbytes > 4 or bytes(written) not in (b"null", b'""', b"")


def transfer_bytes(entries: Sequence[Entry], responses: Sequence[Response], status: pa.Array, dialect: Dialect) -> pa.Array:
    """Count the bytes of each response on the wire, headers and body."""
    heads = _heads(responses)
    measured = _with_heads(wholes([response.transfer_size for response in responses]), heads, entries, responses)
    bodies = amounts([response.bodySize for response in responses])
    if dialect.body_size_includes_headers:
        # 2026-11-24, Firefox 140.0.1, amazon.har: what came from the cache has no head and a size
        summed = pc.if_else(pc.is_valid(heads), bodies, pa.scalar(None, pa.float64()))
    elif dialect.body_size_may_be_less:
        written = pa.array([size if isinstance(size, (int, float)) and size != -1 else None for size in (response.bodySize for response in responses)], pa.float64())
        summed = pc.add(heads, written)
    else:
        summed = pc.add(heads, bodies)
    # 304 has no body; Firefox writes the size of the one in its cache (2026-11-24, 47.0, issue-61__firefox47.har)
    summed = pc.if_else(pc.fill_null(pc.equal(status, NOT_MODIFIED), False), heads, summed)
    counted = pc.coalesce(measured, wholes([entry.bytes_in for entry in entries]), rounded(_not_negative(summed)))
    # nothing is known of an answer that was not recorded, not even that it was empty
    return pc.if_else(pc.is_valid(status), counted, NONE)


def _not_negative(sizes: pa.Array) -> pa.Array:
    return pc.if_else(pc.greater_equal(sizes, 0), sizes, pa.scalar(None, pa.float64()))


def _heads(responses: Sequence[Response]) -> pa.Array:
    # No answer has a head of 0 bytes: that is an exporter's word for unknown.
    heads = amounts([response.headersSize for response in responses])
    return pc.if_else(pc.equal(heads, 0), pa.scalar(None, pa.float64()), heads)


def _with_heads(measured: pa.Array, heads: pa.Array, entries: Sequence[Entry], responses: Sequence[Response]) -> pa.Array:
    """Count the head in, where the browser measured the body alone.

    2026-11-24, Chromium 156, chromium156_devtools_http_sensitive.har: 14 bytes for a picture answered
    with 404, 0 for a WebSocket's handshake and for a preflight. Over HTTP/1 the head is sent as it is
    written; how much a compressed head took is not known.
    """
    def size(row: int) -> int | None:
        body = whole(responses[row].content.size if responses[row].content else None) or 0
        nothing_sent = entries[row].from_cache or responses[row].fulfilled_by or responses[row].status == INTERNAL_REDIRECT
        if nothing_sent or measured[row].as_py() != body:
            return measured[row].as_py()
        is_plain = http_version(responses[row].httpVersion) in ("HTTP/1.0", "HTTP/1.1")
        return body + int(heads[row].as_py()) if is_plain and heads[row].is_valid else None

    small = pc.or_kleene(pc.equal(measured, 0), pc.less(measured.cast(pa.float64()), heads))
    return _replaced(measured, _rows(small), size)


def body_bytes(entries: Sequence[Entry], responses: Sequence[Response], contents: Sequence[Content], announced: Sequence[str | None], columns: dict[str, pa.Array], dialect: Dialect) -> pa.Array:
    """Count the bytes of each response body once decoded; `announced` holds Content-Length beside a size of 0."""
    sizes, is_held = wholes([content.size for content in contents]), columns["response_body_held"]
    if dialect.content_size == "plus_compression":
        sizes = _plus_compression(sizes, responses, contents)
    elif dialect.content_size == "base64":
        sizes = pa.array([_decoded_length(content) if known else size for content, known, size in zip(contents, is_held.to_pylist(), sizes.to_pylist(), strict=True)], pa.int64())
    elif dialect.content_size == "encoded":
        sizes = _of_encoded(entries, sizes, responses, contents)
    unmeasured = _stands_for_unknown(contents, announced, columns)
    if dialect.zero_size_is_unknown:
        unmeasured = pc.or_(unmeasured, pc.fill_null(pc.greater(wholes([response.bodySize for response in responses]), 0), False))
    sizes = pc.if_else(pc.and_(pc.fill_null(pc.equal(sizes, 0), False), unmeasured), NONE, sizes)
    # where the exporter does not tell, the recorded body does
    return _replaced(sizes, _rows(pc.and_(pc.is_null(sizes), is_held)), lambda row: _decoded_length(contents[row]))


def _rows(condition: pa.Array) -> list[int]:
    return np.flatnonzero(pc.fill_null(condition, False).to_numpy(zero_copy_only=False)).tolist()


def _replaced(sizes: pa.Array, rows: list[int], size: Callable[[int], int | None]) -> pa.Array:
    """Count some rows another way."""
    mask = np.zeros(len(sizes), bool)
    mask[rows] = True
    return pc.replace_with_mask(sizes, pa.array(mask), pa.array([size(row) for row in rows], pa.int64())) if rows else sizes


def _stands_for_unknown(contents: Sequence[Content], announced: Sequence[str | None], columns: dict[str, pa.Array]) -> pa.Array:
    """Tell whether a size of 0 stands for one that was not measured.

    It does where no answer was recorded; beside a recorded body (Safari's memory cache, Playwright
    1.7 and minimal); and where the answer announces a body (2026-11-24: of redirects in Chromium,
    www.ncssinc.org-2023-06-08.har; of long scripts in Firefox 140.0.1, amazon.har).
    """
    status = columns["status"]
    # an attached file may well be empty
    attached = pa.array([(content.file is not None or content.sha1 is not None) and bool(text(content.file) or text(content.sha1)) for content in contents])
    bodiless = pc.or_(pc.or_(pc.is_in(status, pa.array([204, NOT_MODIFIED])), pc.less(status, 200)), pc.equal(columns["method"], "HEAD"))
    promised = pa.array([length is not None and (whole(length) or 0) > 0 for length in announced])
    promised = pc.and_not(promised, pc.fill_null(bodiless, False))
    return pc.or_(pc.or_(pc.is_null(status), promised), pc.and_not(columns["response_body_held"], attached))


def _encoded(response: Response) -> bool:
    return header(response.headers, "content-encoding") not in (None, "", "identity")


def _plus_compression(sizes: pa.Array, responses: Sequence[Response], contents: Sequence[Content]) -> pa.Array:
    # compression is what decoding adds; it may be below zero for what does not compress
    added = pa.array([each if isinstance(each, int) and not isinstance(each, bool) else None for each in (content.compression for content in contents)], pa.int64())
    encoded = pa.array([missing and _encoded(response) for missing, response in zip(pc.is_null(added).to_pylist(), responses, strict=True)])
    return pc.if_else(encoded, NONE, pc.add(sizes, pc.fill_null(added, 0)))


def _of_encoded(entries: Sequence[Entry], sizes: pa.Array, responses: Sequence[Response], contents: Sequence[Content]) -> pa.Array:
    """Keep the sizes of answers that were not encoded; measure the others where their body or decoded size is recorded."""
    stated = wholes([entry.object_size for entry in entries]).to_pylist()
    rows = zip(sizes.to_pylist(), stated, responses, contents, strict=True)
    return pa.array([known if known is not None else _decoded_length(content) if _encoded(response) else size for size, known, response, content in rows], pa.int64())


def _decoded_length(content: Content) -> int | None:
    """Measure a recorded body."""
    if not held(content) or text(content.file):
        return None
    try:
        written = plain(content.text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(written, str) or len(written) == FIREFOX_LIMIT:  # cut where Firefox cuts
        return None
    if str(content.encoding).lower() == "base64":
        data = from_base64(written)
        return None if data is None else len(data)
    try:
        return len(written.encode(charset(content.mimeType), "replace"))
    except ValueError:
        return None
