"""What was in a body, decoded only when somebody asks?"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence

import msgspec

from hartools.reading.schema import Entry, PostData, clean
from hartools.reading.values import text, whole

__all__ = ["body_reader", "request_text"]

# 2026-11-23, read in Firefox 153: devtools.netmonitor.responseBodyLimit, where text is cut.
FIREFOX_LIMIT = 1 << 20


def body_reader(entries: Sequence[Entry], attachment: Callable[[str], bytes | None]) -> Callable[[int, str], dict | None]:
    """Return a function from entry id and side to one row of table ``bodies``, or None without a body."""

    def read(entry_id: int, side: str) -> dict | None:
        message = getattr(entries[entry_id], side)
        held = (message.postData if side == "request" else message.content) if message else None
        return _row(entry_id, side, held, attachment) if held is not None else None

    return read


def request_text(entry: Entry) -> str | None:
    """Return the request body where the HAR holds it as text."""
    post = entry.request.postData if entry.request else None
    return _decoded(post.text) if post else None


def _row(entry_id: int, side: str, held, attachment) -> dict:
    data, encoding, why = _data(held, attachment)
    size = whole(getattr(held, "size", None))
    if data is None and why is None:
        why = text(getattr(held, "comment", None)) or ("the body was empty" if size == 0 or isinstance(held, PostData) else "the exporter recorded no body")
    complete = None if data is None else not (isinstance(data, str) and len(data) == FIREFOX_LIMIT)
    return {"entry_id": entry_id, "side": side, "mime": text(held.mimeType), "encoding": encoding, "data": data, "complete": complete, "why_missing": why}


def _data(held, attachment) -> tuple[str | bytes | None, str | None, str | None]:
    if text(held.file):
        data = attachment(text(held.file))
        return data, "file", None if data is not None else f"its file {text(held.file)!r} is not beside the HAR"
    written = _decoded(held.text)
    if not written:
        return None, None, None
    if str(held.encoding).lower() != "base64":
        return written, "text", None
    try:
        return base64.b64decode(written, validate=False), "base64", None
    except (binascii.Error, ValueError):
        return written, "text", None


def _decoded(raw: msgspec.Raw) -> str | None:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # a lone surrogate or an invalid byte inside this one body
        value = json.loads(bytes(raw).decode("utf-8", "replace"), strict=False)
    return clean(value) if isinstance(value, str) else None
