"""Which texts of a capture are searched, each once, and in which rows does each stand?"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from hartools.capture import Capture

__all__ = ["FIELDS", "Source", "sources_of"]

# Where a value may stand, in the words of the results.
FIELDS = ("host", "path", "query", "fragment", "Referer", "header", "cookie", "body", "WebSocket", "Location", "Set-Cookie", "response header", "response body", "answered message")
# Headers that other fields show already, or that say only how the exchange is made.
LEFT_OUT = ("cookie", "set-cookie", ":path", ":authority", ":method", ":scheme", ":status", "host", "content-length", "date", "expires", "last-modified", "age")
# What holds no text: neither searched nor decoded.
PICTURES = ("image/", "font/", "video/", "audio/", "application/font", "application/x-font", "application/wasm", "application/pdf", "application/vnd.ms-fontobject")


class Source:
    """Hold the values of one column, each once, and the rows in which each stands.

    Attributes
    ----------
    field : str
        One of `FIELDS`, or ``url`` where the position in an address says which it is.
    direction : str
        sent or received.
    texts : list of str or bytes
        The values.
    codes : numpy.ndarray of int
        For each row, which text it holds.
    entry_ids, names : sequence
        For each row, the entry and the name of the parameter, cookie or header.
    is_value : bool
        Each text is one whole value, and not a body or an address.
    """

    def __init__(self, field: str, direction: str, texts: list, codes: np.ndarray, entry_ids: Sequence, names: Sequence | None, *, is_value: bool = False):
        self.field, self.direction, self.texts, self.codes = field, direction, texts, codes
        self.entry_ids, self.names, self.is_value = entry_ids, names, is_value
        self._order: tuple[np.ndarray, np.ndarray] | None = None

    def rows(self, text: int) -> Iterator[tuple[int, str | None]]:
        """Yield entry id and name of every row that holds a text."""
        if self._order is None:
            order = np.argsort(self.codes, kind="stable")
            self._order = order, self.codes[order]
        order, codes = self._order
        first, last = np.searchsorted(codes, [text, text + 1])
        for row in order[first:last]:
            name = None if self.names is None else self.names[int(row)]
            yield int(self.entry_ids[int(row)]), None if name is None or pd.isna(name) else str(name)


def sources_of(capture: Capture, *, response_bodies: bool = False) -> Iterator[Source]:
    """Yield every column that is searched, one after another.

    Parameters
    ----------
    capture : Capture
    response_bodies : bool
        The bodies of answers too; pictures, fonts, sound and film never.

    Examples
    --------
    >>> import hartools as ht
    >>> [source.field for source in sources_of(ht.read_har(ht.example_har())) if source.texts]
    ['url', 'query', 'Set-Cookie', 'Referer', 'Location']
    """
    entries, params, cookies = capture.entries, capture.params, capture.cookies
    yield _of_column("url", "sent", entries, "url")
    query = (params["where"] == "query").fillna(False)
    yield _of_column("query", "sent", params[query], "value", names="name", is_value=True)
    yield _of_column("body", "sent", params[~query], "value", names="name", is_value=True)
    received = (cookies.side == "response").fillna(False)
    yield _of_column("cookie", "sent", cookies[~received], "value", names="name", is_value=True)
    yield _of_column("Set-Cookie", "received", cookies[received], "value", names="name", is_value=True)
    yield from _of_headers(capture.headers, cookies)
    yield _of_column("Location", "received", entries, "redirect_to")
    yield _of_bodies(capture, "request")
    yield from _of_messages(capture.messages)
    if response_bodies:
        yield _of_bodies(capture, "response")


def _of_column(field: str, direction: str, table: pd.DataFrame, column: str, *, names: str | None = None, is_value: bool = False) -> Source:
    array = pa.chunked_array([pa.array(table[column].array, pa.string())]).combine_chunks().dictionary_encode()
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Source(field, direction, array.dictionary.to_pylist(), codes, table.entry_id.array, None if names is None else table[names].array, is_value=is_value)


def _of_headers(headers: pd.DataFrame, cookies: pd.DataFrame) -> Iterator[Source]:
    sent = (headers.side == "request").fillna(False)
    shown = _shown_as_cookies(headers, sent, cookies)
    referer, location = headers.name == "referer", headers.name == "location"
    other = ~(headers.name.isin(LEFT_OUT) | referer | location)
    yield _of_column("Referer", "sent", headers[sent & referer], "value")
    yield _of_column("Location", "received", headers[~sent & location], "value")
    yield _of_column("header", "sent", headers[sent & other], "value", names="name", is_value=True)
    yield _of_column("response header", "received", headers[~sent & other], "value", names="name", is_value=True)
    # a cookie header that table cookies does not show: written so that no parser reads it
    for field, direction, side, name in (("cookie", "sent", sent, "cookie"), ("Set-Cookie", "received", ~sent, "set-cookie")):
        yield _of_column(field, direction, headers[side & (headers.name == name) & ~shown], "value")


def _shown_as_cookies(headers: pd.DataFrame, sent: pd.Series, cookies: pd.DataFrame) -> pd.Series:
    known = {side: set(cookies.entry_id[(cookies.side == side).fillna(False)].tolist()) for side in ("request", "response")}
    return (sent & headers.entry_id.isin(known["request"])) | (~sent & headers.entry_id.isin(known["response"]))


def _of_bodies(capture: Capture, side: str) -> Source:
    held = capture.entries[f"{side}_body_held"]
    wanted = capture.entries.entry_id[(held | held.isna()).fillna(True) & ~(_are_pictures(capture.entries.mime) & (side == "response"))]
    bodies = capture.bodies(wanted.tolist(), side=side)
    kept = [(entry_id, data) for entry_id, mime, data in zip(bodies.entry_id.tolist(), bodies.mime, bodies.data, strict=True)
            if data is not None and not (side == "response" and not pd.isna(mime) and _is_picture(mime))]  # fmt: skip
    return _of_objects("body" if side == "request" else "response body", "sent" if side == "request" else "received", kept)


def _are_pictures(mimes: pd.Series) -> pd.Series:
    return mimes.isin([mime for mime in mimes.dropna().unique() if _is_picture(mime)])


def _is_picture(mime: str) -> bool:
    kind = mime.strip().lower()
    return kind.startswith(PICTURES) and "svg" not in kind


def _of_messages(messages: pd.DataFrame) -> Iterator[Source]:
    sent = (messages.direction == "sent").fillna(False)
    for field, direction, rows in (("WebSocket", "sent", messages[sent]), ("answered message", "received", messages[~sent])):
        kept = [(entry_id, data) for entry_id, data in zip(rows.entry_id.tolist(), rows.data, strict=True) if not pd.isna(data)]
        yield _of_objects(field, direction, kept)


def _of_objects(field: str, direction: str, kept: list[tuple]) -> Source:
    places: dict[object, int] = {}
    codes = np.array([places.setdefault(data, len(places)) for _, data in kept], dtype="int64")
    return Source(field, direction, list(places), codes, [entry_id for entry_id, _ in kept], None)
