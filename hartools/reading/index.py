"""Which entries hold the parts that the other tables are made of?

Filled on the way while table entries is built, so that no other table has to look through the
whole file again.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from hartools.reading.schema import NULL, Entry
from hartools.reading.values import text

__all__ = ["Index", "is_empty"]

EMPTY = (b"[]", b"null", b"{}")


@dataclass
class Parts:
    """Hold undecoded lists: whose each is, and on which side."""

    entry_ids: array = field(default_factory=lambda: array("q"))
    is_request: bytearray = field(default_factory=bytearray)
    raws: list = field(default_factory=list)

    def add(self, entry_id: int, is_request: bool, raw) -> None:
        """Add a list, unless it is empty."""
        if raw is not NULL and not is_empty(raw):
            self.entry_ids.append(entry_id)
            self.is_request.append(is_request)
            self.raws.append(raw)


@dataclass
class Index:
    """Hold, undecoded, what the other tables decode.

    Attributes
    ----------
    headers, cookies, queries : Parts
        Lists of headers, cookies and query parameters.
    forms : list of int
        Entries that sent a body.
    channels : list of tuple
        Entries with WebSocket frames or server-sent events: entry id, both undecoded, and the
        name of an attached file.
    """

    headers: Parts = field(default_factory=Parts)
    cookies: Parts = field(default_factory=Parts)
    queries: Parts = field(default_factory=Parts)
    forms: list[int] = field(default_factory=list)
    channels: list[tuple] = field(default_factory=list)

    def take(self, first: int, entries: Sequence[Entry]) -> None:
        """Note the parts of some entries, of which the first has this id."""
        for entry_id, entry in enumerate(entries, first):
            request, response = entry.request, entry.response
            if request is not None:
                self.headers.add(entry_id, True, request.headers)
                self.cookies.add(entry_id, True, request.cookies)
                if not (isinstance(request.url, str) and "?" in request.url):
                    self.queries.add(entry_id, True, request.queryString)
                if request.postData is not None:
                    self.forms.append(entry_id)
            if response is not None:
                self.headers.add(entry_id, False, response.headers)
                self.cookies.add(entry_id, False, response.cookies)
            if entry.web_socket is not NULL or entry.event_source is not NULL or _has_lines(response):
                self.channels.append((entry_id, entry.web_socket, entry.event_source, text(response.content.file) if _has_lines(response) else None))


def is_empty(raw) -> bool:
    """Tell whether a list is empty, without decoding it.

    Examples
    --------
    >>> is_empty(b"[]"), is_empty(b'[{"name": "A"}]')
    (True, False)
    """
    view = memoryview(raw)
    return view.nbytes < 5 and bytes(view) in EMPTY


def _has_lines(response) -> bool:
    # Playwright attaches WebSocket frames as one JSON object a line (2026-11-23, 1.65).
    file = response.content.file if response is not None and response.content is not None else None
    return isinstance(file, str) and file.endswith(".jsonl")
