"""What can be kept of a file that is not plain, valid HAR?

The brackets of a text show where its entries lie, valid or not; those are taken one by one, and
what stands around them is read for the rest of the log.
"""

import re

import numpy as np

from hartools.errors import NotAHarError
from hartools.reading.mend import mend
from hartools.reading.notes import CODES
from hartools.reading.outline import outline
from hartools.reading.places import entry_places
from hartools.reading.progress import SILENT, Progress
from hartools.reading.rescue import HEAD, Rescue, Salvaged

__all__ = ["Salvaged", "salvage"]

AFTER = re.compile(rb"\s*")
AFTER_SCRIPT = re.compile(rb"[\s);]*")

# json and msgspec recurse in C; a damaged part nested deeper than this could not be decoded again.
DEEPEST = 500


def salvage(data, *, name: str, max_depth: int = 200, progress: Progress = SILENT) -> Salvaged:
    """Keep each complete entry of a text, whatever surrounds it and whatever is broken.

    Parameters
    ----------
    data : bytes-like
        The unpacked text.
    name : str
        The file, for messages.
    max_depth : int
        Levels of nesting that are kept inside a damaged entry, at most 500.

    Raises
    ------
    NotAHarError
        If there is no entry in it.

    Examples
    --------
    >>> found = salvage(b'cb({"entries": [{"request": {"url": "https://a.example/"} "time": 1}]});', name="odd.har")
    >>> len(found.entries), [each["code"] for each in found.notes]
    (1, ['missing_comma', 'wrapper', 'shape'])
    """
    first = re.compile(rb"[{\[]").search(data)
    if first is None:
        raise NotAHarError(f"{name}: {_kind(data)}. Export the Network panel as HAR (not as a saved page) and pass that file.")
    brackets = outline(data, start=first.start(), tick=lambda at: progress.at("looking for entries", at, len(data)))
    rescue = Rescue(data, brackets, entry_places(data, brackets), min(max_depth, DEEPEST), progress)
    rescue.take()
    if not any(memoryview(raw)[0] == ord("{") for raw in rescue.found.entries):
        raise NotAHarError(f"{name}: {_kind(data)}, {_emptiness(data)}. Export again with the Network panel open while the page loads, and pass that file.")
    _around(rescue, first.start())
    return rescue.found


def _kind(data) -> str:
    start = bytes(data[:512]).lstrip()
    if not start:
        return "an empty file"
    names = {b"<": "a web page or XML", b"%PDF": "a PDF", b"\x89PNG": "a picture", b"{": "JSON", b"[": "JSON"}
    return next((f"holds {kind}" for sign, kind in names.items() if start.startswith(sign)), "neither JSON nor a cut HAR")


def _emptiness(data) -> str:
    empty = re.compile(rb'"entries"\s*:\s*(?:\[\s*\]|null|\{\s*\})').search(data)
    return "a log in which no request was recorded" if empty else "and no HAR entry in it"


def _around(rescue: Rescue, first: int) -> None:
    """Read the rest of the log, and say what was unusual about the whole."""
    found, view, brackets, places = rescue.found, rescue.view, rescue.brackets, rescue.places
    wrapped = bool(bytes(view[:first]).strip(b" \t\r\n\0"))
    if wrapped:
        found.met("wrapper", 0, found=CODES["wrapper"].meaning, done=CODES["wrapper"].remedy)
    if places and places[0].wrapped:
        found.met("shape", places[0].start, found=places[0].wrapped, done="read as a log")
    if places and places[0].in_list:
        _head(found, view, rescue.max_depth, first, places[0].start, places[0].stop)
    elif not places:
        _head(found, view, rescue.max_depth, first, found.starts[0] - 1, None)
    closed = np.flatnonzero((brackets.depth == 1) & ~brackets.opens)
    ended = len(closed) > 0 and int(brackets.at[closed[0]]) >= found.starts[-1]
    if ended:
        _tail(found, view, int(brackets.at[closed[0]]) + 1, AFTER_SCRIPT if wrapped else AFTER)
    elif not brackets.balanced and not {"truncated", "unclosed", "lost_entry"} & {each["code"] for each in found.notes}:
        rescue.truncated(len(view))


def _head(found: Salvaged, view: memoryview, max_depth: int, first: int, start: int, stop: int | None) -> None:
    """Read what stands around the list of entries, of which the brackets are given, as if it were empty."""
    before = bytes(view[first:start])[-HEAD:]
    after = b"" if stop is None else bytes(view[stop + 1 :][:HEAD])
    mended = mend(before + b"[]" + after, max_depth=max_depth)
    moved = 0 if stop is None else stop - start - 1
    found.repaired({code: [at + first + (moved if at > len(before) else 0), count] for code, (at, count) in mended.repairs.items()})
    log = _log_of(mended.value)
    found.meta = {key: log[key] for key in ("version", "creator", "browser", "pages", "comment") if key in log}


def _tail(found: Salvaged, view: memoryview, end: int, usual: re.Pattern) -> None:
    rest = bytes(view[end:][:HEAD])
    if not usual.fullmatch(rest):
        found.met("trailing_garbage", end, found=f"{len(view) - end} bytes after the end of the JSON", done=CODES["trailing_garbage"].remedy)


def _log_of(value, depth: int = 0) -> dict:
    """Find the object that holds the emptied list of entries, or else who wrote it."""
    if isinstance(value, dict):
        if ("entries" in value and not value["entries"]) or "creator" in value:
            return value
        inner = (_log_of(item, depth + 1) for item in value.values()) if depth < 6 else ()
        return next((log for log in inner if log), {})
    return {}
