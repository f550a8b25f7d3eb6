"""How many bytes were sent and received, whatever the exporter counts?"""

import base64
import binascii
from collections.abc import Sequence

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from hartools.reading.dialects import Dialect
from hartools.reading.headers import header
from hartools.reading.schema import NULL, Content, Entry, PostData, Response, plain
from hartools.reading.values import text
from hartools.reading.vectors import amounts, rounded, wholes

__all__ = ["FIREFOX_LIMIT", "body_bytes", "held", "transfer_bytes"]

# 2026-11-23, read in Firefox 153: devtools.netmonitor.responseBodyLimit, where text is cut.
FIREFOX_LIMIT = 1 << 20

NONE = pa.scalar(None, pa.int64())


def held(part: Content | PostData) -> bool:
    """Tell whether the file holds a body, without decoding it.

    Examples
    --------
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
    measured = pc.coalesce(wholes([response.transfer_size for response in responses]), wholes([entry.bytes_in for entry in entries]))
    if measured.null_count:
        measured = pc.coalesce(measured, rounded(_head_and_body(responses, dialect)))
    # nothing is known of an answer that was not recorded, not even that it was empty
    return pc.if_else(pc.is_valid(status), measured, NONE)


def _head_and_body(responses: Sequence[Response], dialect: Dialect) -> pa.Array:
    # No answer has a head of 0 bytes: that is an exporter's word for unknown.
    heads = amounts([response.headersSize or None for response in responses])
    bodies = amounts([response.bodySize for response in responses])
    if dialect.body_size_includes_headers:
        return bodies
    if dialect.body_size_may_be_less:
        written = [response.bodySize for response in responses]
        bodies = pa.array([size if isinstance(size, (int, float)) and size != -1 else None for size in written], pa.float64())
    summed = pc.add(heads, bodies)
    return pc.if_else(pc.greater_equal(summed, 0), summed, pa.scalar(None, pa.float64()))


def body_bytes(entries: Sequence[Entry], responses: Sequence[Response], contents: Sequence[Content], is_held: pa.Array, dialect: Dialect) -> pa.Array:
    """Count the bytes of each response body once decoded."""
    sizes = wholes([content.size for content in contents])
    if dialect.content_size == "plus_compression":
        sizes = _plus_compression(sizes, responses, contents)
    elif dialect.content_size == "base64":
        sizes = pa.array([_decoded_length(content) if known else size for content, known, size in zip(contents, is_held.to_pylist(), sizes.to_pylist(), strict=True)], pa.int64())
    elif dialect.content_size == "encoded":
        sizes = _of_encoded(entries, sizes, responses, contents)
    # 0 beside a recorded body is no size (Safari's memory cache, Playwright 1.7 and minimal)
    no_size = pc.and_(pc.equal(sizes, 0), is_held)
    if dialect.zero_size_is_unknown:
        other = wholes([response.bodySize for response in responses])
        no_size = pc.or_(no_size, pc.and_(pc.equal(sizes, 0), pc.fill_null(pc.greater(other, 0), False)))
    return pc.if_else(pc.fill_null(no_size, False), NONE, sizes)


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
    if str(content.encoding).lower() != "base64":
        return len(written.encode("utf-8", "replace"))
    try:
        return len(base64.b64decode(written, validate=False))
    except (binascii.Error, ValueError):
        return None
