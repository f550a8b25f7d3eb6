"""What was in a body, decoded only when somebody asks?"""

from collections.abc import Callable

import msgspec

from hartools.reading.fitting import clean, plain
from hartools.reading.log import Log
from hartools.reading.schema import Bodies, Content, PostData
from hartools.reading.sizes import FIREFOX_LIMIT
from hartools.reading.values import from_base64, text, whole

__all__ = ["Attachment", "body_reader", "body_text"]

Attachment = Callable[[str], bytes | None]


def body_reader(log: Log, attachment: Attachment) -> Callable[[int, str], dict | None]:
    """Return a function from entry id and side to one row of table ``bodies``, or None without a body."""

    def read(entry_id: int, side: str) -> dict | None:
        message = getattr(log.one(entry_id, Bodies), side)
        part = (message.postData if side == "request" else message.content) if message else None
        return _row(entry_id, side, part, attachment) if part is not None else None

    return read


def body_text(part: Content | PostData, attachment: Attachment) -> str | bytes | None:
    """Return a body as the HAR holds it, base64 undone, or None."""
    return _data(part, attachment)[0]


def _row(entry_id: int, side: str, part: Content | PostData, attachment: Attachment) -> dict:
    data, encoding, why = _data(part, attachment)
    size = whole(getattr(part, "size", None))
    if data is None and why is None:
        why = text(part.comment) or ("the body was empty" if size == 0 or isinstance(part, PostData) else "the exporter recorded no body")
    complete = None if data is None else not (isinstance(data, str) and len(data) == FIREFOX_LIMIT)
    return {"entry_id": entry_id, "side": side, "mime": text(part.mimeType), "encoding": encoding, "data": data, "complete": complete, "why_missing": why}


def _data(part: Content | PostData, attachment: Attachment) -> tuple[str | bytes | None, str | None, str | None]:
    file = text(part.file) or text(part.sha1)
    if file:
        data = attachment(file)
        if data is not None:
            return data, "file", None
    written = _written(part.text)
    if not written:
        return None, "file" if file else None, f"its file {file!r} is not beside the HAR" if file else None
    # "UTF-8" stands here too (HarSharp), and means nothing more than text.
    if str(part.encoding).lower() != "base64":
        return written, "text", None
    data = from_base64(written)
    return (written, "text", None) if data is None else (data, "base64", None)


def _written(raw: msgspec.Raw) -> str | None:
    try:
        value = plain(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, (dict, list)):  # some programs write a JSON body as JSON
        return msgspec.json.encode(value).decode()
    return clean(value) if isinstance(value, str) else None
