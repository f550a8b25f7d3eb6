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
from hartools.reading.fitting import fit, plain
from hartools.reading.index import Index, is_empty
from hartools.reading.log import Log
from hartools.reading.schema import Bodies, Param, PostData
from hartools.reading.values import media_type, text

__all__ = ["params_columns"]

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
BOUNDARY = re.compile(rb"\A\s*--([^\r\n]{1,200}?)[ \t]*\r?\n")
NAMES = ("entry_id", "where", "position", "name", "value")
KINDS = (pa.int64(), pa.string(), pa.int64(), pa.string(), pa.string())

_params = msgspec.json.Decoder(list[Param])


def params_columns(log: Log, index: Index, queries: pa.ChunkedArray, dialect: Dialect, attachment: Attachment) -> dict[str, pa.Array]:
    """Build table ``params``, decoded once, the query taken from the URL.

    ``queryString`` counts only where the URL has no query: Chromium writes it raw, others
    decoded, some leave it empty.

    Parameters
    ----------
    log : Log
    index : Index
        Where the lists and forms are.
    queries : pyarrow.ChunkedArray of string
        Column ``query`` of table ``entries``.
    dialect : Dialect
    attachment : callable
    """
    found = [(entry_id, "query", _pairs(query)) for entry_id, query in enumerate(queries.to_pylist()) if query]
    found += [(entry_id, "query", _listed(raw)) for entry_id, raw in index.queries]
    for entry_id in index.forms:
        sent = log.one(entry_id, Bodies).request
        if sent is not None and sent.postData is not None:
            found.append((entry_id, *_form(sent.postData, dialect, attachment)))
    found.sort(key=lambda each: each[0])  # stable: the query before the form
    columns: tuple[list, ...] = ([], [], [], [], [])
    for each in found:
        _add(columns, *each)
    return {name: pa.array(column, kind) for name, column, kind in zip(NAMES, columns, KINDS, strict=True)}


def _add(columns: tuple[list, ...], entry_id: int, where: str, found: list[tuple[str, str]]) -> None:
    for position, (name, value) in enumerate(found):
        for column, cell in zip(columns, (entry_id, where, position, name, value), strict=True):
            column.append(cell)


def _pairs(written: str) -> list[tuple[str, str]]:
    """Split as `urllib.parse.parse_qsl` does, blank values kept; decode where there is something to decode."""
    split = (part.partition("=") for part in written.split("&") if part)
    return [(_undone(name), _undone(value)) for name, _, value in split]


def _undone(written: str) -> str:
    return unquote_plus(written, errors="replace") if "%" in written or "+" in written else written


def _listed(raw) -> list[tuple[str, str]]:
    try:
        listed = _params.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = plain(raw)
        listed = (fit(list[Param], value) or []) if isinstance(value, list) else []
    return [(text(param.name) or "", _value(param)) for param in listed]


def _value(param: Param) -> str:
    if param.fileName:
        return f"<file {param.fileName}>"
    # 2026-11-24, chrome-har 0.2.3, case-sensitive-protocol.har: a JSON body listed as parameters
    return msgspec.json.encode(param.value).decode() if isinstance(param.value, (dict, list)) else text(param.value) or ""


def _form(post: PostData, dialect: Dialect, attachment: Attachment) -> tuple[str, list[tuple[str, str]]]:
    kind = media_type(post.mimeType)
    listed = [] if is_empty(post.params) else _listed(post.params)
    written = body_text(post, attachment) if kind in (FORM, MULTIPART) else None
    if kind == MULTIPART:
        # the text before the list: Chromium lists a file as "(binary)" (2026-11-24, 156, chromium156_devtools_http_sensitive.har)
        return "multipart", list(_parts(written)) or listed
    if written:
        return "form", _pairs(written if isinstance(written, str) else written.decode("utf-8", "replace"))
    return "form", [(_undone(name), _undone(value)) for name, value in listed] if dialect.params_are_raw else listed


def _parts(written: str | bytes | None) -> Iterator[tuple[str, str]]:
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
