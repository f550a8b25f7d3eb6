"""Which entries hold the parts that the other tables are made of?

Filled on the way while table entries is built, so that no other table has to look through the
whole file again.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from hartools.reading.schema import NULL, Content, Entry, Request, Response

__all__ = ["Index", "is_empty"]

EMPTY = (b"[]", b"null", b"{}")


class Spans:
    """Hold where in a file lists stand: whose each is, on which side, where it begins and how long it is."""

    def __init__(self, data):
        self._view, self._origin = memoryview(data), pa.py_buffer(data).address
        self._parts: list[np.ndarray] = []
        # lists that do not stand in the file, because their entry was repaired
        self._repaired: dict[tuple[int, int], bytes] = {}

    def add(self, first: int, requests: list, responses: list) -> None:
        """Add the lists of some entries, of which the first has this id; empty ones are left out."""
        raws = [None] * (2 * len(requests))
        raws[::2], raws[1::2] = requests, responses
        buffers = list(map(pa.py_buffer, raws))
        part = np.empty((4, len(raws)), np.int64)
        part[0] = np.arange(len(raws)) // 2 + first
        part[1] = np.arange(len(raws)) % 2
        part[2] = [buffer.address for buffer in buffers]
        part[2] -= self._origin
        part[3] = [buffer.size for buffer in buffers]
        short = [place for place in np.flatnonzero(part[3] < 5).tolist() if buffers[place].to_pybytes() in EMPTY]
        elsewhere = np.setdiff1d(np.flatnonzero((part[2] < 0) | (part[2] >= len(self._view))), short)
        self._repaired |= {(int(part[0, place]), place % 2): bytes(raws[place]) for place in elsewhere.tolist()}
        self._parts.append(np.delete(part, short, axis=1))

    def batches(self, size: int) -> Iterator[tuple[np.ndarray, np.ndarray, list]]:
        """Yield so many lists at a time, undecoded: whose each is, whether it is the response's, and itself."""
        spans = np.concatenate(self._parts, axis=1) if self._parts else np.zeros((4, 0), np.int64)
        self._parts = [spans]
        for first in range(0, max(spans.shape[1], 1), size):
            ids, sides, starts, sizes = spans[:, first : first + size]
            yield ids, sides, [self._list(*span) for span in zip(ids.tolist(), sides.tolist(), starts.tolist(), sizes.tolist(), strict=True)]

    def _list(self, entry_id: int, side: int, start: int, size: int):
        repaired = self._repaired.get((entry_id, side)) if self._repaired else None
        return self._view[start : start + size] if repaired is None else repaired


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

    def take(self, first: int, entries: Sequence[Entry], requests: Sequence[Request], responses: Sequence[Response]) -> None:
        """Note the parts of some entries, of which the first has this id, and of their requests and responses."""
        self.headers.add(first, [request.headers for request in requests], [response.headers for response in responses])
        self.forms.extend([first + row for row, request in enumerate(requests) if request.postData is not None])
        self.cookies.extend([first + row for row, (request, response) in enumerate(zip(requests, responses, strict=True)) if request.cookies or response.cookies])
        self.queries += [(first + row, request.queryString) for row, request in enumerate(requests)
                         if request.queryString is not NULL and "?" not in str(request.url) and not is_empty(request.queryString)]
        attached = [response.content is not None and response.content.file is not None for response in responses]
        self.channels += [(first + row, entry.web_socket, entry.event_source, _lines(responses[row].content) if attached[row] else None)
                          for row, entry in enumerate(entries) if entry.web_socket is not NULL or entry.event_source is not NULL or attached[row]]


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
