"""Where in a file is the log, and what are its entries?

The entries stay as they are written, each a piece of the file; a table decodes of them what it
shows, when it is asked for. So a body that nobody asks for costs nothing but its bytes.
"""

import mmap
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

import msgspec
import pyarrow as pa

from hartools.reading.fitting import fit, plain
from hartools.reading.notes import note
from hartools.reading.progress import SILENT, Progress
from hartools.reading.salvage import salvage
from hartools.reading.schema import Entry

__all__ = ["MAX_DEPTH", "Log", "address", "find_log"]

# An initiator with every asynchronous parent that Chromium keeps is about 100 levels deep.
MAX_DEPTH = 200

# How much of a file is looked at to guess the size of its entries, and from what size on they are
# decoded in the same pass that finds them: then what a decoded entry takes, 1.5 kB, is little
# beside it, and long bodies are passed over once instead of twice.
SAMPLE = 1 << 21
LARGE = 6_000
BEGUN = re.compile(rb'"startedDateTime"')


class Meta(msgspec.Struct):
    """Hold the members of a log beside its entries."""

    version: Any = None
    creator: Any = None
    browser: Any = None
    pages: Any = None
    comment: Any = None


class _RawLog(Meta, kw_only=True):
    entries: list[msgspec.Raw]


class _RawHar(msgspec.Struct):
    log: _RawLog


class _WholeLog(Meta, kw_only=True):
    entries: list[Entry]


class _WholeHar(msgspec.Struct):
    log: _WholeLog


class Log:
    """Hold what stands around the entries, the entries undecoded, and what was noticed.

    Attributes
    ----------
    meta : dict
        The members of ``log`` beside its entries.
    notes : list of dict
        See `hartools.reading.notes`.
    data : bytes-like
        The whole text.
    """

    def __init__(self, meta: dict, data, *, entries: Sequence | None = None, whole: list[Entry] | None = None, notes=(), offset: int = 0, starts: Sequence[int] = ()):
        self.meta, self.data, self.notes = meta, data, list(notes)
        self._entries, self._whole, self._offset = entries, whole, offset
        self._starts, self._count = list(starts), len(entries if entries is not None else whole)
        self._salvaged = len(self._starts) > 0

    def __len__(self) -> int:
        return self._count

    @property
    def entries(self) -> Sequence:
        """JSON of one entry each, as it stands in the file."""
        if self._entries is None:
            self._entries = msgspec.json.decode(self.data, type=_RawHar).log.entries
        return self._entries

    def first(self, many: int) -> list[Entry]:
        """Decode the first entries."""
        return self._whole[:many] if self._whole is not None else [self.one(entry_id, Entry) for entry_id in range(min(many, len(self)))]

    def batches(self, size: int) -> Iterator[tuple[list[Entry], list[str | None]]]:
        """Decode the entries some at a time; beside them stands where each did not fit."""
        if self._whole is not None:
            whole, self._whole = self._whole, None  # needed once: what is handed out can be given back
            whole.reverse()
            while whole:
                yield whole[: -size - 1 : -1], []
                del whole[-size:]
            return
        decoded = self.decoded(Entry)
        while batch := list(islice(decoded, size)):
            yield [entry for entry, _ in batch], [odd for _, odd in batch]

    def decoded(self, kind: type) -> Iterator[tuple[Any, str | None]]:
        """Decode of each entry what a shape names; yields it, and where the entry did not fit."""
        decoder = msgspec.json.Decoder(kind)
        for raw in self.entries:
            try:
                yield decoder.decode(raw), None
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield _lenient(kind, raw), misfit(error)

    def one(self, entry_id: int, kind: type) -> Any:
        """Decode of one entry what a shape names."""
        try:
            return msgspec.json.decode(self.entries[entry_id], type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _lenient(kind, self.entries[entry_id])

    def at_byte(self, entry_id: int) -> int | None:
        """Return the byte of the unpacked file at which an entry begins."""
        if not self._starts:
            base = address(self.data)
            self._starts = [address(raw) - base for raw in self.entries]
        return self._starts[entry_id] + self._offset

    def release(self, before=None) -> None:
        """Give back to the system the pages of the file that were looked at; they are there again when needed.

        Parameters
        ----------
        before : bytes-like, optional
            A part of the file: only what stands before it is given back.
        """
        mapped = self.data.obj if isinstance(self.data, memoryview) else self.data
        if not isinstance(mapped, mmap.mmap) or not hasattr(mmap, "MADV_DONTNEED"):
            return
        end = len(mapped) if before is None else address(before) - address(mapped)
        if 0 < end <= len(mapped):
            mapped.madvise(mmap.MADV_DONTNEED, 0, end // mmap.PAGESIZE * mmap.PAGESIZE or mmap.PAGESIZE)

    def document(self) -> dict:
        """Rebuild the HAR as a dict, entries in their order, with every member that it has."""
        if not self._salvaged:
            return {"log": plain(self.data)["log"]}
        known = {key: value for key, value in self.meta.items() if value is not None}
        return {"log": known | {"entries": [plain(raw) for raw in self.entries]}}


def find_log(data, *, name: str, offset: int = 0, max_depth: int = MAX_DEPTH, progress: Progress = SILENT) -> Log:
    """Find the log in the text of a file, repairing what can be.

    A valid HAR is found by one pass of a strict parser that decodes nothing of the entries.
    Anything else is salvaged: see `hartools.reading.salvage`.

    Raises
    ------
    NotAHarError
        If the text holds no entry.

    Examples
    --------
    >>> log = find_log(b'{"log": {"entries": [{"request": {"url": "https://a.example/"}}, {"req', name="cut.har")
    >>> len(log.entries), log.notes[0]["code"]
    (1, 'truncated')
    """
    is_utf8 = _meanwhile(_is_utf8, data)
    log = _plain_log(data, offset)
    if log is None or not is_utf8():
        return _salvaged(data, name, offset, max_depth, progress)
    return log


def _plain_log(data, offset: int) -> Log | None:
    """Find the log of a valid HAR, or return None."""
    if _has_large_entries(data):
        whole = _decoded_whole(data)
        if whole is not None and whole.entries:
            return Log(_around(whole), data, whole=whole.entries, offset=offset)
    try:
        raw = msgspec.json.decode(data, type=_RawHar).log
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not any(memoryview(entry)[0] == ord("{") for entry in raw.entries):
        return None
    return Log(_around(raw), data, entries=raw.entries, offset=offset)


def _meanwhile(check: Callable[[Any], bool], data) -> Callable[[], bool]:
    """Run a check that does not hold Python's lock beside what follows; a small file is not worth a thread."""
    if memoryview(data).nbytes < SAMPLE:
        return partial(check, data)
    pool = ThreadPoolExecutor(1)
    found = pool.submit(check, data)
    pool.shutdown(wait=False)
    return found.result


def _has_large_entries(data) -> bool:
    seen = memoryview(data)[:SAMPLE]
    return len(seen) >= LARGE * max(len(BEGUN.findall(seen)), 1)


def _decoded_whole(data) -> _WholeLog | None:
    try:
        return msgspec.json.decode(data, type=_WholeHar).log
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _around(log: Meta) -> dict:
    return {name: getattr(log, name) for name in Meta.__struct_fields__}


def _salvaged(data, name: str, offset: int, max_depth: int, progress: Progress) -> Log:
    found = salvage(data, name=name, max_depth=max_depth, progress=progress)
    notes = [each | {"at_byte": None if each["at_byte"] is None else each["at_byte"] + offset} for each in found.notes]
    return Log(found.meta, data, entries=found.entries, notes=notes, offset=offset, starts=found.starts)


def misfit(error: Exception) -> str:
    """Say where an entry left HAR's shape, in words without any of its values.

    Examples
    --------
    >>> misfit(msgspec.ValidationError("Expected `int`, got `str` - at `$.request.bodySize`"))
    'Expected `int`, got `str` - at `$.request.bodySize`'
    """
    return str(error) if isinstance(error, msgspec.ValidationError) else "nested too deeply" if isinstance(error, RecursionError) else "not valid JSON"


def odd_type(log: Log, entry_id: int, odd: str) -> dict:
    """Describe an entry of which a part did not fit."""
    return note("odd_type", entry_id=entry_id, at_byte=log.at_byte(entry_id), found=odd, done="the part that did not fit was read as far as it could be, or set aside")


def _lenient(kind: type, raw) -> Any:
    value = plain(raw)
    return fit(kind, value) or kind()


def _is_utf8(data) -> bool:
    """Tell whether the text is UTF-8 throughout, bodies included: Arrow's check reads twenty times faster than decoding."""
    ends = pa.array([0, memoryview(data).nbytes], pa.int64()).buffers()[1]
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def address(piece) -> int:
    """Return where in memory some bytes lie."""
    return pa.py_buffer(piece).address
