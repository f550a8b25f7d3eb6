"""Which texts did each request body and each WebSocket message hold, and by which path?"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.payloads.decode import decode
from hartools.reading.values import media_type

__all__ = ["Text", "sent_texts"]

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# A body beyond these is looked at from its beginning; what was read until then is kept.
MOST_BYTES, MOST_WORK, MOST_RESULTS = 1 << 22, 1 << 25, 20_000
KEY = re.compile(r"([^\s.\[\]→$]+)(?:\[\d+\])*(?: → [\w .-]+)*(?: → \$)?$")


class Text(NamedTuple):
    """One text inside what was sent.

    Attributes
    ----------
    entry_id : int
    where : str
        body, or WebSocket (also a message that was received, by `sent`).
    path : str
        How it was reached: ``$.Records[0].Data → base64 → $.page_url``; empty for the whole.
    name : str
        The last name on that path.
    value : str
    decoded : bool
        A layer was undone to read it.
    is_leaf : bool
        Nothing more was found inside it.
    sent : bool
        From the browser; false for a message that it received.
    """

    entry_id: int
    where: str
    path: str
    name: str
    value: str
    decoded: bool
    is_leaf: bool
    sent: bool


def sent_texts(capture: Capture, *, forms: bool = False) -> Iterator[Text]:
    """Give every text inside request bodies and WebSocket messages, equal bodies decoded once.

    Parameters
    ----------
    capture : Capture
    forms : bool
        Forms too, whose parameters table ``params`` has already.

    Yields
    ------
    Text
        In the order of entries and of what they hold; bodies before messages.

    Examples
    --------
    >>> import hartools as ht
    >>> list(sent_texts(ht.read_har(ht.example_har())))
    []
    """
    known: dict[tuple, list[tuple]] = {}
    sent = capture.bodies(_with_body(capture), side="request")
    for entry_id, mime, data in zip(sent.entry_id.tolist(), sent.mime.tolist(), sent.data, strict=True):
        kind = None if pd.isna(mime) else media_type(mime)
        if data is not None and (forms or kind not in FORMS):
            yield from (Text(entry_id, "body", *found, True) for found in _texts(data, kind, known))
    messages = capture.messages
    for entry_id, direction, data in zip(messages.entry_id.tolist(), messages.direction.tolist(), messages.data.tolist(), strict=True):
        if not pd.isna(data):
            yield from (Text(entry_id, "WebSocket", *found, direction == "sent") for found in _texts(data, None, known))


def _with_body(capture: Capture) -> list[int]:
    entries = capture.entries
    # unknown in a view: every entry may hold one
    return entries.entry_id[entries.request_body_held.fillna(True).astype(bool)].tolist()


def _texts(data: str | bytes, kind: str | None, known: dict) -> list[tuple]:
    if (data, kind) not in known:
        layers = decode(data, media_type=kind, name="body", most_bytes=MOST_BYTES, most_work=MOST_WORK, most_results=MOST_RESULTS)
        known[data, kind] = [_named(layer) for layer in layers if layer.kind != "stopped" and isinstance(layer.value, (str, int)) and not isinstance(layer.value, bool)]
    return known[data, kind]


def _named(layer) -> tuple:
    path = layer.path.removeprefix("body").removeprefix(" → ")
    name = KEY.search(path)
    return path, name[1] if name else path, str(layer.value), layer.depth > 0, layer.is_leaf
