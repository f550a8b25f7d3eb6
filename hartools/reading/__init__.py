"""A file becomes a Capture: any exporter, labels left unknown."""

import json
from functools import partial

import msgspec

from hartools.capture import Capture, Source
from hartools.columns import conform
from hartools.reading.bodies import body_reader, request_text
from hartools.reading.cookies import cookies_table
from hartools.reading.dialects import recognise
from hartools.reading.files import MAX_BYTES, open_content
from hartools.reading.haralyzer import page_metrics, to_haralyzer
from hartools.reading.salvage import Document, parse
from hartools.reading.schema import decode_entry
from hartools.reading.tables import connections_table, entries_table, headers_table, messages_table, pages_table, params_table

__all__ = ["page_metrics", "read_har", "to_haralyzer"]


def read_har(source, *, max_bytes: int = MAX_BYTES) -> Capture:
    """Read a HAR file into a capture.

    Nothing is dropped: what does not fit the format is set aside and listed in ``notes``.
    Bodies stay undecoded until `Capture.bodies` asks for them.

    Parameters
    ----------
    source : path, bytes or binary file object
        A HAR, plain or packed (gzip, zlib, zip), whole or cut short.
    max_bytes : int
        Most bytes that the file may unpack to; a gigabyte by default.

    Returns
    -------
    Capture
        With ``site``, ``party`` and ``owner`` unknown until a ``label_`` function fills them.

    Raises
    ------
    NotAHarError
        If the file holds neither a log nor an entry.
    SizeLimitError
        If it unpacks to more than `max_bytes`.
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> capture.entries.outcome.value_counts().to_dict()
    {'answered': 6, 'redirected': 1, 'blocked': 1, 'cached': 1}
    """
    content = open_content(source, max_bytes=max_bytes)
    document = parse(content.data, name=content.name)
    dialect, exporter = recognise(document.meta)
    decoded = [decode_entry(raw) for raw in document.entries]
    entries = [entry for entry, _ in decoded]
    notes = document.notes + [_odd(entry_id, odd) for entry_id, (_, odd) in enumerate(decoded) if odd]
    capture = Capture(
        Source(content.name, content.sha256, content.size, content.containers),
        exporter,
        _build={
            "entries": partial(entries_table, entries, dialect),
            "headers": partial(headers_table, entries),
            "cookies": partial(cookies_table, entries),
            "params": partial(params_table, entries, request_text),
            "messages": partial(messages_table, entries, dialect),
            "notes": partial(_notes_table, notes),
            "pages": lambda: pages_table(document.meta.get("pages"), capture.entries),
            "connections": lambda: connections_table(capture.entries),
        },
        _read_body=body_reader(entries, content.attachment),
        _document=partial(_rebuild, document),
    )
    return capture


def _notes_table(notes: list[dict]):
    return conform("notes", {name: [note[name] for note in notes] for name in ("entry_id", "code", "found", "done")})


def _odd(entry_id: int, odd: str) -> dict:
    return {"entry_id": entry_id, "code": "odd_entry", "found": odd, "done": "the part that did not fit was set aside"}


def _rebuild(document: Document) -> dict:
    log = {key: value for key, value in document.meta.items() if value is not None}
    return {"log": log | {"entries": [_plain(raw) for raw in document.entries]}}


def _plain(raw) -> object:
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(bytes(raw).decode("utf-8", "replace"), strict=False)
