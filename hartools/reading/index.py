"""Which entries hold the parts that the other tables are made of?

Filled on the way while table entries is built, so that no other table has to look through the
whole file again.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from hartools.reading.schema import NULL, Content, Entry

__all__ = ["Index", "is_empty"]

EMPTY = (b"[]", b"null", b"{}")


class Spans:
    """Hold where in a file lists stand: whose each is, on which side, where it begins and how long it is."""

    def __init__(self, data):
        self._view, self._origin = memoryview(data), pa.py_buffer(data).address
        self.entry_ids, self.is_request = array("q"), bytearray()
        self._starts, self._sizes = array("q"), array("q")
        # lists that do not stand in the file, because their entry was repaired
        self._repaired: dict[int, bytes] = {}

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, entry_id: int, is_request: bool, raw) -> None:
        """Add a list, unless it is empty."""
        buffer = pa.py_buffer(raw)
        if buffer.size < 5 and buffer.to_pybytes() in EMPTY:
            return
        start = buffer.address - self._origin
        if not 0 <= start < len(self._view):
            self._repaired[len(self)] = bytes(raw)
        self.entry_ids.append(entry_id)
        self.is_request.append(is_request)
        self._starts.append(start)
        self._sizes.append(buffer.size)

    def lists(self, first: int, last: int) -> list:
        """Return the lists from one to another, undecoded."""
        view, repaired = self._view, self._repaired
        spans = zip(range(first, last), self._starts[first:last], self._sizes[first:last], strict=False)
        return [repaired[place] if repaired and place in repaired else view[start : start + size] for place, start, size in spans]


@dataclass
class Index:
    """Hold which entries have what, and undecoded what is rare.

    Attributes
    ----------
    headers : Spans
        Lists of headers, which are common: only where they stand.
    cookies, forms : array of int
        Entries that list cookies, and that sent a body.
    queries : list of (int, bytes-like)
        Query parameters of entries whose URL shows none.
    channels : list of (int, bytes-like, bytes-like, str or None)
        WebSocket frames and server-sent events, and the name of an attached file of frames.
    """

    headers: Spans
    cookies: array = field(default_factory=lambda: array("q"))
    forms: array = field(default_factory=lambda: array("q"))
    queries: list[tuple] = field(default_factory=list)
    channels: list[tuple] = field(default_factory=list)

    def take(self, first: int, entries: Sequence[Entry]) -> None:
        """Note the parts of some entries, of which the first has this id."""
        for entry_id, entry in enumerate(entries, first):
            request, response = entry.request, entry.response
            if request is not None:
                self.headers.add(entry_id, True, request.headers)
                if request.postData is not None:
                    self.forms.append(entry_id)
                if request.queryString is not NULL and "?" not in str(request.url) and not is_empty(request.queryString):
                    self.queries.append((entry_id, request.queryString))
            if (request is not None and request.cookies) or (response is not None and response.cookies):
                self.cookies.append(entry_id)
            if response is not None:
                self.headers.add(entry_id, False, response.headers)
            lines = _lines(response.content) if response is not None and response.content is not None and response.content.file is not None else None
            if entry.web_socket is not NULL or entry.event_source is not NULL or lines:
                self.channels.append((entry_id, entry.web_socket, entry.event_source, lines))


def is_empty(raw) -> bool:
    """Tell whether a list is empty, without decoding it.

    Examples
    --------
    >>> is_empty(b"[]"), is_empty(b'[{"name": "A"}]')
    (True, False)
    """
    view = memoryview(raw)
    return view.nbytes < 5 and bytes(view) in EMPTY


def _lines(content: Content) -> str | None:
    # Playwright attaches WebSocket frames as one JSON object a line (2026-11-23, 1.65).
    return content.file if isinstance(content.file, str) and content.file.endswith(".jsonl") else None
