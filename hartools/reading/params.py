"""Which parameters did an entry carry in its query and in its form?"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import unquote_plus

import msgspec
import pyarrow as pa

from hartools.reading.bodies import Attachment, body_text
from hartools.reading.dialects import Dialect
from hartools.reading.log import Log
from hartools.reading.schema import Param, ParamLists, PostData, fit, plain
from hartools.reading.values import media_type, split_url, text

__all__ = ["params_columns"]

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
# Nothing that a URL parser would strip or turn before it looks for the query.
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20]+\Z")
BOUNDARY = re.compile(rb"\A\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")
NAMES = ("entry_id", "where", "position", "name", "value")
KINDS = (pa.int64(), pa.string(), pa.int64(), pa.string(), pa.string())

_params = msgspec.json.Decoder(list[Param])


def params_columns(log: Log, dialect: Dialect, attachment: Attachment) -> tuple[dict[str, pa.Array], list[dict]]:
    """Build table ``params``, decoded once, the query taken from the URL.

    ``queryString`` counts only where the URL has no query: Chromium writes it raw, others
    decoded, some leave it empty.
    """
    columns: tuple[list, ...] = ([], [], [], [], [])
    for entry_id, (lists, _) in enumerate(log.decoded(ParamLists)):
        sent = lists.request
        if sent is None:
            continue
        url = sent.url if isinstance(sent.url, str) else ""
        if "?" in url or bytes(memoryview(sent.queryString)[:4]) not in (b"null", b"[]"):
            _add(columns, entry_id, "query", _query(url, sent.queryString))
        if sent.postData is not None:
            _add(columns, entry_id, *_form(sent.postData, dialect, attachment))
    return {name: pa.array(column, kind) for name, column, kind in zip(NAMES, columns, KINDS, strict=True)}, []


def _add(columns: tuple[list, ...], entry_id: int, where: str, found: list[tuple[str, str]]) -> None:
    for position, (name, value) in enumerate(found):
        for column, cell in zip(columns, (entry_id, where, position, name, value), strict=True):
            column.append(cell)


def _query(url: str, listed) -> list[tuple[str, str]]:
    query = url.partition("#")[0].partition("?")[2] if PLAIN.match(url) else split_url(url)[5]
    if query:
        return _pairs(query)
    return [(text(param.name) or "", text(param.value) or "") for param in _listed(listed)]


def _pairs(written: str) -> list[tuple[str, str]]:
    """Split as `urllib.parse.parse_qsl` does, blank values kept; decode where there is something to decode."""
    split = (part.partition("=") for part in written.split("&") if part)
    return [(_undone(name), _undone(value)) for name, _, value in split]


def _undone(written: str) -> str:
    return unquote_plus(written, errors="replace") if "%" in written or "+" in written else written


def _listed(raw) -> list[Param]:
    try:
        return _params.decode(raw) if raw != b"null" else []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = plain(raw)
        return (fit(list[Param], value) or []) if isinstance(value, list) else []


def _form(post: PostData, dialect: Dialect, attachment: Attachment) -> tuple[str, list[tuple[str, str]]]:
    kind = media_type(post.mimeType)
    listed = [] if bytes(memoryview(post.params)[:4]) in (b"null", b"[]") else _listed(post.params)
    written = body_text(post, attachment) if kind in (FORM, MULTIPART) else None
    if kind == MULTIPART:
        return "multipart", [(_named(param), text(param.value) or "") for param in listed] or list(_parts(written, text(post.mimeType) or ""))
    if written:
        return "form", _pairs(written if isinstance(written, str) else written.decode("utf-8", "replace"))
    undo = unquote_plus if dialect.params_are_raw else str
    return "form", [(undo(text(param.name) or ""), undo(text(param.value) or "")) for param in listed]


def _named(param: Param) -> str:
    return text(param.name) or ""


def _parts(written: str | bytes | None, kind: str) -> Iterator[tuple[str, str]]:
    """Read name and value of each part; a file's value is its name, in angle brackets."""
    body = written.encode("utf-8", "replace") if isinstance(written, str) else written or b""
    boundary = BOUNDARY.match(body)
    if boundary is None:
        return
    head = b'Content-Type: multipart/form-data; boundary="' + boundary[1].replace(b'"', b"") + b'"\r\n\r\n'
    for part in message_from_bytes(head + body, policy=HTTP).walk():
        name = part.get_param("name", header="content-disposition") if part.get_content_maintype() != "multipart" else None
        if name is not None:
            file = part.get_filename()
            data = part.get_payload(decode=True) or b""
            yield str(name), f"<file {file}>" if file else data.decode("utf-8", "replace")
