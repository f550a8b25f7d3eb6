"""Which entries can be taken from a text whose entries, quotes or brackets may be broken?

Whole entries are taken as they are. A damaged one is read by a parser that goes on after a fault.
Where brackets or quotes have lost their partners, they no longer show where an entry ends; from
there on, entries are found by how they begin.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from hartools.reading.mend import Mended, mend
from hartools.reading.notes import CODES, note
from hartools.reading.outline import Outline, whole_value
from hartools.reading.places import ENTRY_NAMES, Place, elements
from hartools.reading.progress import Progress

__all__ = ["HEAD", "Rescue", "Salvaged"]

# Names that begin an entry; to these come the first names of the entries that are whole.
FIRST_NAMES = (b"pageref", b"startedDateTime", b"request", b"_initiator", b"_connectionId", b"_fromCache")
FIRST_NAME = re.compile(rb'\{\s*"([^"\\]{1,40})"\s*:')
OBJECT = re.compile(rb"\{")

# What may stand between two entries, what follows a whole one, and what the end of a log looks like.
BETWEEN = re.compile(rb"[\s,]*")
NEXT = re.compile(rb"\s*(?:\]|,\s*\{|,?\s*\Z)")
CLOSING = re.compile(rb"[\s\]},);\x00]*")
CLOSERS = re.compile(rb"\]\s*\}\s*\}[\s\x00);]*\Z")

# Repairs that show an entry to be damaged, and not merely cut.
STRUCTURAL = {"unclosed", "missing_comma", "unquoted"}

# How many whole entries are looked at to learn how an entry begins.
EXAMPLES = 20

# A text longer than this beside the entries is no head or tail of a log.
HEAD = 1 << 26


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


class Rescue:
    """Take entries from the places where they stand, in order, and write down what was met.

    Parameters
    ----------
    data : bytes-like
        The unpacked text.
    brackets : Outline
        Its shallow brackets.
    places : list of Place
        Where among them entries stand.
    max_depth : int
        Levels of nesting that are kept inside a damaged entry.
    progress : Progress

    Attributes
    ----------
    found : Salvaged
    """

    def __init__(self, data, brackets: Outline, places: list[Place], max_depth: int, progress: Progress):
        self.data, self.view, self.brackets, self.places = data, memoryview(data), brackets, places
        self.max_depth, self.progress, self.found = max_depth, progress, Salvaged()
        self._beginning: re.Pattern | None = None
        self._has_closers = CLOSERS.search(bytes(self.view[-64:])) is not None

    def take(self) -> None:
        """Take the entries of every place, or wherever they begin where the brackets show no place."""
        for place in self.places:
            if place.in_list:
                self._list(place)
            else:
                self._element(place.start, None if place.stop is None else place.stop + 1)
        if not self.places:
            self._region(0, len(self.data))

    def _list(self, place: Place) -> None:
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
            self.truncated(len(self.data))

    def _is_sound(self, start: int, end: int | None) -> bool:
        """Tell whether an element is whole, and what follows it is another or the end of the list."""
        if end is None or not NEXT.match(self.view, end) or not _is_valid(self.view[start:end]):
            return False
        following = BETWEEN.match(self.view, end).end()
        return self.view[following:][:1] != b"{" or self._beginnings().match(self.view, following) is not None

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
        start = BETWEEN.match(self.view, start).end()
        if broken:
            self._one(broken[0], stop)
        elif stop == len(self.data) and not self._has_closers:
            self.truncated(start)
        else:
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
            self.truncated(start)
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

    def truncated(self, at: int) -> None:
        """Note that the text ends at, or inside what begins at, a byte."""
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
        found = OBJECT.search(self.view, start, stop)
        return [found.start()] if found and ENTRY_NAMES.search(self.view, found.start(), stop) else []


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
