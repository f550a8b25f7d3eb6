"""What passed over WebSockets and streams of server-sent events?"""

import msgspec
import pandas as pd

from hartools.reading.bodies import Attachment
from hartools.reading.dates import MILLISECONDS, dates
from hartools.reading.fitting import clean, fit, plain
from hartools.reading.index import Index, is_empty
from hartools.reading.log import Log
from hartools.reading.notes import CODES, note
from hartools.reading.schema import Message
from hartools.reading.values import amount, whole

__all__ = ["messages_columns"]

NAMES = ("entry_id", "time", "direction", "kind", "data")
DIRECTIONS = {"send": "sent", "receive": "received", "request": "sent", "response": "received"}
BINARY = 2

_messages = msgspec.json.Decoder(list[Message])


def messages_columns(log: Log, index: Index, attachment: Attachment) -> tuple[dict[str, list], list[dict]]:
    """Build table ``messages``: frames and events, in the order of the file.

    Playwright puts frames into an attached file of one JSON object a line where it attaches bodies.
    """
    rows, notes = [], []
    for entry_id, web_socket, event_source, file in index.channels:
        frames = _listed(web_socket) or (_attached(file, attachment) if file else [])
        rows += [(entry_id, _instant(each.time), DIRECTIONS.get(each.type), "binary" if whole(each.opcode) == BINARY else "text", _data(each.data)) for each in frames]
        rows += [(entry_id, _instant(each.time), "received", "event", _data(each.data)) for each in _listed(event_source)]
        if any(memoryview(raw)[0] not in b"[n" for raw in (web_socket, event_source)):
            notes.append(note("odd_type", entry_id=entry_id, at_byte=log.at_byte(entry_id), found="messages that are no list", done=CODES["odd_type"].remedy))
    return (dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}), notes


def _listed(raw) -> list[Message]:
    if is_empty(raw):
        return []
    try:
        return _messages.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = plain(raw)
        return fit(list[Message], value) or [] if isinstance(value, list) else []


def _attached(file: str, attachment: Attachment) -> list[Message]:
    lines = (attachment(file) or b"").splitlines()
    return [each for line in lines if line.strip() for each in _listed(b"[" + line + b"]")]


def _data(value) -> str | None:
    if value is None or isinstance(value, str):
        return clean(value)
    return msgspec.json.encode(value).decode()


def _instant(value) -> pd.Timestamp | None:
    """Read a time since 1970: Chromium and mitmproxy write seconds, Playwright milliseconds."""
    if isinstance(value, str) and "T" in value:
        return dates([value]).times[0].as_py()
    moment = amount(value)
    seconds = moment / 1000 if moment and moment > MILLISECONDS else moment
    # 9.2e9 seconds is the year 2262, where nanosecond timestamps end
    return pd.Timestamp(round(seconds * 1e6) * 1000, unit="ns", tz="UTC") if seconds and seconds < 9.2e9 else None
