"""What can be kept of a file that is not plain, valid HAR?

The brackets of a text show where its entries lie, valid or not. Entries are taken one by one:
whole ones as they are, damaged ones through a parser that goes on after a fault. Where brackets
or quotes have lost their partners, the beginnings of entries are looked for instead.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import numpy as np

from hartools.errors import NotAHarError
from hartools.reading.mend import Mended, mend
from hartools.reading.notes import CODES, note
from hartools.reading.outline import Outline, outline, whole_value
from hartools.reading.places import ENTRY_NAMES, Place, elements, entry_places
from hartools.reading.progress import SILENT, Progress

__all__ = ["Salvaged", "salvage"]

# Names that begin an entry; to these come the first names of the entries that are whole.
FIRST_NAMES = (b"pageref", b"startedDateTime", b"request", b"_initiator", b"_connectionId", b"_fromCache")
FIRST_NAME = re.compile(rb'\{\s*"([^"\\]{1,40})"\s*:')
BETWEEN = re.compile(rb"[\s,]*")
AFTER = re.compile(rb"\s*")
AFTER_SCRIPT = re.compile(rb"[\s);]*")
NEXT = re.compile(rb"\s*(?:\]|,\s*\{|,?\s*\Z)")
CLOSING = re.compile(rb"[\s\]},);\x00]*")
CLOSERS = re.compile(rb"\]\s*\}\s*\}[\s\x00);]*\Z")
STRUCTURAL = {"unclosed", "missing_comma", "unquoted"}

# How many whole entries are looked at to learn how an entry begins.
EXAMPLES = 20

# A text longer than this beside the entries is no head or tail of a log.
HEAD = 1 << 26

# json and msgspec recurse in C; a damaged part nested deeper than this could not be decoded again.
DEEPEST = 500


@dataclass
class Salvaged:
    """Hold the entries of a damaged text, where each began, the rest of the log, and notes."""

    meta: dict = field(default_factory=dict)
    entries: list = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)

    def keep(self, raw, start: int, repairs: dict[str, list[int]] | None = None) -> None:
        """Add an entry, and a note for each kind of repair."""
        entry_id = len(self.entries)
        self.entries.append(raw)
        self.starts.append(start)
        self.repaired(repairs or {}, entry_id=entry_id)

    def repaired(self, repairs: dict[str, list[int]], *, entry_id: int | None = None) -> None:
        """Add a note for each kind of repair."""
        for code, (at, count) in repairs.items():
            self.notes.append(note(code, at_byte=at, count=count, entry_id=entry_id, found=CODES[code].meaning, done=CODES[code].remedy))

    def met(self, code: str, at: int, *, found: str, done: str) -> None:
        """Add a note on the whole file."""
        self.notes.append(note(code, at_byte=at, found=found, done=done))


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
    places = entry_places(data, brackets)
    rescue = _Rescue(data, brackets, places, min(max_depth, DEEPEST), progress)
    for place in places:
        rescue.take(place)
    if not places:
        rescue.take_anywhere(first.start())
    if not any(memoryview(raw)[0] == ord("{") for raw in rescue.found.entries):
        raise NotAHarError(f"{name}: {_kind(data)}, {_emptiness(data)}. Export again with the Network panel open while the page loads, and pass that file.")
    rescue.around(first.start())
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


class _Rescue:
    """Take entries from the places where they stand, in order, and write down what was met."""

    def __init__(self, data, brackets: Outline, places: list[Place], max_depth: int, progress: Progress):
        self.data, self.view, self.brackets, self.places = data, memoryview(data), brackets, places
        self.max_depth, self.progress, self.found = max_depth, progress, Salvaged()
        self._beginning: re.Pattern | None = None
        self._has_closers = CLOSERS.search(bytes(self.view[-64:])) is not None

    def take(self, place: Place) -> None:
        """Take the entries of one place."""
        if not place.in_list:
            self._element(place.start, None if place.stop is None else place.stop + 1)
            return
        stop = len(self.data) if place.stop is None else place.stop
        at = place.start + 1
        for start, end in elements(self.brackets, place):
            if not self.brackets.balanced and not self._is_sound(start, end):
                # from here on the brackets do not show where an entry ends
                self._region(start, len(self.data), first=start)
                return
            self._gap(at, start, commas=at > place.start + 1)
            at = self._element(start, end)
            self.progress.at("reading entries", at, len(self.data))
        if place.stop is not None:
            self._gap(at, stop, commas=False)
            if not self.brackets.balanced:  # a bracket too many may have ended the list
                self._region(stop, len(self.data))
        elif b"]" not in bytes(self.view[at:][:HEAD]):
            self._truncated(len(self.data))

    def _is_sound(self, start: int, end: int | None) -> bool:
        """Tell whether an element is whole, and what follows it is another or the end of the list."""
        if end is None or not NEXT.match(self.view, end) or not _is_valid(self.view[start:end]):
            return False
        following = re.compile(rb"\s*,\s*").match(self.view, end)
        return following is None or self._beginnings().match(self.view, following.end()) is not None

    def take_anywhere(self, start: int) -> None:
        """Take entries wherever they begin, in a text whose brackets show no place for them."""
        self._region(start, len(self.data))

    def _element(self, start: int, end: int | None) -> int:
        """Keep one element if it is whole, else look into it; return where it ends."""
        if end is not None and _is_valid(self.view[start:end]):
            self.found.keep(self.view[start:end], start)
            return end
        return self._region(start, len(self.data) if end is None else end, first=start)

    def _gap(self, start: int, stop: int, *, commas: bool) -> None:
        """Look at what stands between two entries: a comma, values that are no object, or damage."""
        between = bytes(self.view[start:stop])
        if BETWEEN.fullmatch(between):
            if between.count(b",") != commas:
                self.found.repaired({"missing_comma": [start, 1]})
        elif (values := _scalars(between)) is not None:
            for raw in values:
                self.found.keep(raw, start)
        elif self._region(start, stop) == start:
            self.found.met("unquoted", start, found="something between two entries that is none", done="left out")

    # ---- damaged parts ----------------------------------------------------------------

    def _region(self, start: int, stop: int, *, first: int | None = None) -> int:
        """Take what can be read of a part in which brackets or quotes lack partners; return where the last of it ends."""
        begins = [found.start() for found in self._beginnings().finditer(self.view, start, stop)]
        begins = sorted({first, *begins}) if first is not None else begins or self._any_beginning(start, stop)
        at = start
        for begin, bound in zip(begins, [*begins[1:], stop], strict=False):
            if begin >= at:
                self._between(at, begin)
                at = self._one(begin, bound)
                self.progress.at("mending", at, len(self.data))
        self._between(at, stop if begins else at)
        return at

    def _between(self, start: int, stop: int) -> None:
        """Look at what lies between two beginnings: nothing, a stray bracket, or an entry whose beginning is broken."""
        if not bytes(self.view[start:stop][:HEAD]).strip(b" \t\r\n,") or CLOSING.fullmatch(self.view, start, len(self.data)):
            return
        broken = self._any_beginning(start, stop)
        if broken:
            self._one(broken[0], stop)
        else:
            start += len(re.compile(rb"[\s,]*").match(self.view, start)[0])
            self.found.met("unclosed", start, found="something between two entries that is none", done="left out")

    def _one(self, start: int, bound: int) -> int:
        end = whole_value(self.view, start, stop=bound)
        if end is not None and ENTRY_NAMES.search(self.view, start, end) and _is_valid(self.view[start:end]):
            self.found.keep(self.view[start:end], start)
            return end
        at_end = bound == len(self.data)
        mended = mend(self.view, start, bound, max_depth=self.max_depth, may_be_cut=at_end and not self._has_closers)
        # a last entry that lacks its end, or one that lacks a bracket?
        if not mended.complete and at_end and not (self._has_closers and STRUCTURAL & set(mended.repairs)):
            self._truncated(start)
        elif _is_entry(mended.value):
            self._keep_mended(mended, start, bound)
        elif ENTRY_NAMES.search(self.view, start, bound):
            self.found.met("lost_entry", start, found=CODES["lost_entry"].meaning, done=f"{bound - start} bytes left out")
        return bound

    def _keep_mended(self, mended: Mended, start: int, bound: int) -> None:
        rest = bytes(self.view[mended.end : bound]).strip(b" \t\r\n,]}")
        if rest or not mended.complete:
            mended.repaired("unclosed", mended.end)
        self.found.keep(json.dumps(mended.value).encode(), start, mended.repairs)

    def _truncated(self, at: int) -> None:
        kept = len(self.found.entries)
        where = "after an entry" if at == len(self.data) else "inside an entry"
        self.found.met("truncated", at, found=f"the file ends {where}", done=f"{kept} complete entries kept")

    def _beginnings(self) -> re.Pattern:
        """Return a pattern for the beginning of an entry, learnt from the entries that are whole."""
        if self._beginning is None:
            whole = [bytes(raw) for raw in self._whole_entries()]
            learnt = [found[1] for found in map(FIRST_NAME.match, whole) if found]
            names = [name for name in dict.fromkeys([*learnt, *FIRST_NAMES]) if not any(_begins_a_part(name, raw) for raw in whole)]
            alternatives = b"|".join(map(re.escape, names or FIRST_NAMES[:2]))
            self._beginning = re.compile(rb'\{\s*"(?:' + alternatives + rb')"\s*:')
        return self._beginning

    def _whole_entries(self) -> Iterator[memoryview]:
        """Yield some entries that are whole and may serve as examples."""
        found = 0
        for place in self.places:
            for start, end in elements(self.brackets, place) if place.in_list else ():
                if found < EXAMPLES and end is not None and ENTRY_NAMES.search(self.view, start, end) and _is_valid(self.view[start:end]):
                    found += 1
                    yield self.view[start:end]

    def _any_beginning(self, start: int, stop: int) -> list[int]:
        found = re.compile(rb"\{").search(self.view, start, stop)
        return [found.start()] if found and ENTRY_NAMES.search(self.view, found.start(), stop) else []

    # ---- around the entries -----------------------------------------------------------

    def around(self, first: int) -> None:
        """Read the rest of the log, and say what was unusual about the whole."""
        places = self.places
        wrapped = bool(bytes(self.view[:first]).strip(b" \t\r\n\0"))
        if wrapped:
            self.found.met("wrapper", 0, found=CODES["wrapper"].meaning, done=CODES["wrapper"].remedy)
        if places and places[0].wrapped:
            self.found.met("shape", places[0].start, found=places[0].wrapped, done="read as a log")
        if places and places[0].in_list:
            self._head(first, places[0].start, places[0].stop)
        elif not places:
            self._head(first, self.found.starts[0] - 1, None)
        closed = np.flatnonzero((self.brackets.depth == 1) & ~self.brackets.opens)
        ended = len(closed) > 0 and int(self.brackets.at[closed[0]]) >= self.found.starts[-1]
        if ended:
            self._tail(int(self.brackets.at[closed[0]]) + 1, AFTER_SCRIPT if wrapped else AFTER)
        elif not self.brackets.balanced and not {"truncated", "unclosed", "lost_entry"} & {each["code"] for each in self.found.notes}:
            self._truncated(len(self.data))

    def _head(self, first: int, start: int, stop: int | None) -> None:
        """Read what stands around the list of entries, of which the brackets are given, as if it were empty."""
        before = bytes(self.view[first:start])[-HEAD:]
        after = b"" if stop is None else bytes(self.view[stop + 1 :][:HEAD])
        mended = mend(before + b"[]" + after, max_depth=self.max_depth)
        moved = 0 if stop is None else stop - start - 1
        self.found.repaired({code: [at + first + (moved if at > len(before) else 0), count] for code, (at, count) in mended.repairs.items()})
        log = _log_of(mended.value)
        self.found.meta = {key: log[key] for key in ("version", "creator", "browser", "pages", "comment") if key in log}

    def _tail(self, end: int, usual: re.Pattern) -> None:
        rest = bytes(self.view[end:][:HEAD])
        if not usual.fullmatch(rest):
            self.found.met("trailing_garbage", end, found=f"{len(self.view) - end} bytes after the end of the JSON", done=CODES["trailing_garbage"].remedy)


def _is_valid(raw) -> bool:
    try:
        msgspec.json.decode(raw, type=msgspec.Raw)
        codecs.utf_8_decode(raw, "strict", True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _is_entry(value) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(part), dict) for part in ("request", "response"))


def _scalars(between: bytes) -> list | None:
    """Read what stands between two entries as JSON values, or return None."""
    try:
        return msgspec.json.decode(b"[" + between.strip(b" \t\r\n,") + b"]", type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _begins_a_part(name: bytes, entry: bytes) -> bool:
    return re.compile(rb'\{\s*"' + re.escape(name) + rb'"\s*:').search(entry, 1) is not None


def _log_of(value, depth: int = 0) -> dict:
    """Find the object that holds the emptied list of entries, or else who wrote it."""
    if isinstance(value, dict):
        if ("entries" in value and not value["entries"]) or "creator" in value:
            return value
        inner = (_log_of(item, depth + 1) for item in value.values()) if depth < 6 else ()
        return next((log for log in inner if log), {})
    return {}
