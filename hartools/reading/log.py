"""Where in a file is the log, and what are its entries?

The entries stay as they are written, each a piece of the file; a table decodes of them what it
shows, when it is asked for. So a body that nobody asks for costs nothing but its bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from hartools.reading.notes import note
from hartools.reading.progress import SILENT, Progress
from hartools.reading.salvage import salvage
from hartools.reading.schema import fit, plain

__all__ = ["MAX_DEPTH", "Log", "find_log"]

# An initiator with every asynchronous parent that Chromium keeps is about 100 levels deep.
MAX_DEPTH = 200


class _Log(msgspec.Struct, kw_only=True):
    version: Any = None
    creator: Any = None
    browser: Any = None
    pages: Any = None
    comment: Any = None
    entries: list[msgspec.Raw]


class _Har(msgspec.Struct):
    log: _Log


@dataclass(frozen=True)
class Log:
    """Hold what stands around the entries, the entries undecoded, and what was noticed.

    Attributes
    ----------
    meta : dict
        The members of ``log`` beside its entries.
    entries : sequence of bytes-like
        JSON of one entry each.
    notes : list of dict
        See `hartools.reading.notes`.
    data : bytes-like
        The whole text.
    """

    meta: dict
    entries: Sequence
    notes: list[dict]
    data: Any
    offset: int = 0
    _starts: dict[int, int] = field(default_factory=dict)

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
            base = _address(self.data)
            self._starts.update((position, _address(raw) - base) for position, raw in enumerate(self.entries))
        start = self._starts[entry_id]
        return start + self.offset if 0 <= start < len(self.data) else None

    def document(self) -> dict:
        """Rebuild the HAR as a dict, entries in their order."""
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
    try:
        log = msgspec.json.decode(data, type=_Har).log
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        log = None
    if log is None or not any(memoryview(raw)[0] == ord("{") for raw in log.entries) or not _is_utf8(data):
        found = salvage(data, name=name, max_depth=max_depth, progress=progress)
        notes = [each | {"at_byte": None if each["at_byte"] is None else each["at_byte"] + offset} for each in found.notes]
        return Log(found.meta, found.entries, notes, data, offset, dict(enumerate(found.starts)))
    return Log({key: getattr(log, key) for key in ("version", "creator", "browser", "pages", "comment")}, log.entries, [], data, offset)


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


def _address(piece) -> int:
    return np.frombuffer(piece, np.uint8).__array_interface__["data"][0]
