"""Which entries hold the parts that the other tables are made of?

Filled on the way while table entries is built, so that no other table has to look through the
whole file again.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from hartools.reading.schema import NULL, Content, Entry

__all__ = ["Index", "is_empty"]

EMPTY = (b"[]", b"null", b"{}")


@dataclass
class Index:
    """Hold which entries have what, and undecoded what is rare.

    Attributes
    ----------
    cookies, forms : array of int
        Entries that list cookies, and that sent a body.
    queries : list of (int, bytes-like)
        Query parameters of entries whose URL shows none.
    channels : list of (int, bytes-like, bytes-like, str or None)
        WebSocket frames and server-sent events, and the name of an attached file of frames.
    """

    cookies: array = field(default_factory=lambda: array("q"))
    forms: array = field(default_factory=lambda: array("q"))
    queries: list[tuple] = field(default_factory=list)
    channels: list[tuple] = field(default_factory=list)

    def take(self, first: int, entries: Sequence[Entry]) -> None:
        """Note the parts of some entries, of which the first has this id."""
        for entry_id, entry in enumerate(entries, first):
            request, response = entry.request, entry.response
            if request is not None:
                if request.postData is not None:
                    self.forms.append(entry_id)
                if request.queryString is not NULL and "?" not in str(request.url) and not is_empty(request.queryString):
                    self.queries.append((entry_id, request.queryString))
            if (request is not None and request.cookies) or (response is not None and response.cookies):
                self.cookies.append(entry_id)
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
