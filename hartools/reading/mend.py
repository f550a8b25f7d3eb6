"""What does a damaged piece of JSON still say, and what had to be repaired in it?

A strict parser stops at the first fault. This one goes on, keeps what it can read, invents no
value, and counts each kind of repair with the byte of the first.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from hartools.reading.odd_text import odd_text

__all__ = ["Mended", "mend"]

SPACE = re.compile(rb"[ \t\r\n]*+")
ODD_SPACE = re.compile(rb"[\x00-\x20\x7f\xa0]++")
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
NUMBER = re.compile(rb"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?(?=[\s,:}\]\x00]|\Z)")
WORD = re.compile(rb'[^\s,:{}\[\]"\x00]++"?')
# What may follow a string, also where a comma or colon is missing; anything else means that the
# string ended earlier and its quote is lost.
AFTER_STRING = re.compile(rb'[\s\x00]*+(?:[,:}\]{\["]|\Z)')

WORDS = {b"true": True, b"false": False, b"null": None}
NOT_FINITE = {b"NaN", b"Infinity", b"-Infinity", b"undefined"}

# Longer numbers are no measure of anything, and Python refuses to read them as whole ones.
DIGITS = 300

_string = msgspec.json.Decoder(str)


@dataclass
class Mended:
    """Hold what was read of a piece of JSON.

    Attributes
    ----------
    value : object
        What was read; None where there was nothing.
    end : int
        Byte after it.
    complete : bool
        False where the text ended before the value did.
    repairs : dict of str to [int, int]
        Code of `hartools.reading.notes` -> byte of the first, and how many.
    """

    value: Any = None
    end: int = 0
    complete: bool = True
    repairs: dict[str, list[int]] = field(default_factory=dict)

    def repaired(self, code: str, at: int, count: int = 1) -> None:
        """Count a repair."""
        self.repairs.setdefault(code, [at, 0])[1] += count


def mend(data, start: int = 0, stop: int | None = None, *, max_depth: int = 100, may_be_cut: bool = False) -> Mended:
    """Read one object or list of a damaged text.

    Parameters
    ----------
    data : bytes
        The text.
    start, stop : int
        Where the value begins, and where the text ends at the latest.
    max_depth : int
        Levels of nesting that are kept; deeper ones are passed over.
    may_be_cut : bool
        The text may end before its end: then a quote without a partner is the last one.

    Returns
    -------
    Mended

    Examples
    --------
    >>> found = mend(b'{"a": 1 b: [NaN, "x", } 7')
    >>> found.value, sorted(found.repairs), found.end
    ({'a': 1, 'b': [None, 'x']}, ['missing_comma', 'not_finite', 'unclosed', 'unquoted'], 23)
    """
    reader = _Reader(bytes(data[start:stop]), start, max_depth, may_be_cut)
    reader.read()
    return reader.found


class _Level:
    """Be one object or list under way; `key` is a name that waits for its value."""

    __slots__ = ("comma", "key", "value")

    def __init__(self, value):
        self.value, self.key, self.comma = value, None, True

    @property
    def is_object(self) -> bool:
        return isinstance(self.value, dict)

    def add(self, value) -> None:
        if self.is_object:
            self.value[self.key] = value
        else:
            self.value.append(value)
        self.key, self.comma = None, False


class _Reader:
    """Read one value, with a stack of its own: a file must not choose how deep Python recurses."""

    def __init__(self, text: bytes, offset: int, max_depth: int, may_be_cut: bool):
        self.text, self.offset, self.max_depth, self.at = text, offset, max_depth, 0
        self.may_be_cut = may_be_cut
        self.levels: list[_Level] = []
        self.found = Mended()

    def repaired(self, code: str, count: int = 1) -> None:
        self.found.repaired(code, self.offset + self.at, count)

    def read(self) -> None:
        while True:
            self._skip_space()
            sign = self.text[self.at : self.at + 1]
            if not sign:
                self._end_of_text()
            elif sign in b"{[":
                self._open({} if sign == b"{" else [])
            elif sign in b"}]":
                self._close(is_object=sign == b"}")
            elif sign in b",:":
                self._separate(sign)
            else:
                self._scalar(sign)
            if not self.levels:
                break
        self.found.end = self.offset + self.at

    def _skip_space(self) -> None:
        self.at = SPACE.match(self.text, self.at).end()
        odd = ODD_SPACE.match(self.text, self.at)
        if odd:
            self.repaired("control_character", len(odd[0].strip()) or len(odd[0]))
            self.at = odd.end()

    def _end_of_text(self) -> None:
        self.found.complete = not self.levels
        while self.levels:
            self._leave()

    def _open(self, value) -> None:
        if self.levels and self.levels[-1].is_object and self.levels[-1].key is None:
            # where a name belongs: this object was never closed, if it stands in a list
            self.repaired("unclosed")
            if len(self.levels) > 1 and not self.levels[-2].is_object:
                self._leave()
                self.levels[-1].comma = True
                return
            self.levels[-1].key = ""
        self._expect_comma()
        if len(self.levels) == self.max_depth:
            self.repaired("too_deep")
        self.levels.append(_Level(value))
        self.at += 1

    def _leave(self) -> None:
        level = self.levels.pop()
        if level.key is not None:
            level.add(None)
        if not self.levels:
            self.found.value = level.value
        else:
            self._expect_comma()
            self.levels[-1].add(level.value if len(self.levels) < self.max_depth else None)

    def _close(self, *, is_object: bool) -> None:
        kinds = [level.is_object for level in self.levels]
        if is_object not in kinds:
            if kinds:
                # the bracket of something that holds this value: the value ends here
                self.repaired("unclosed")
                while self.levels:
                    self._leave()
            return
        while self.levels[-1].is_object != is_object:
            self.repaired("unclosed")
            self._leave()
        if self.levels[-1].comma and self.levels[-1].value:
            self.repaired("missing_comma")
        self.at += 1
        self._leave()

    def _separate(self, sign: bytes) -> None:
        level = self.levels[-1] if self.levels else None
        expected = level is not None and (not level.comma if sign == b"," else False)
        if level is not None and sign == b"," and level.key is not None:
            self.repaired("missing_comma")  # a name without a value
            level.add(None)
        elif not expected:
            self.repaired("missing_comma")
        if level is not None:
            level.comma = level.comma or sign == b","
        self.at += 1

    def _expect_comma(self) -> None:
        level = self.levels[-1] if self.levels else None
        if level is not None and level.key is None and not level.comma:
            self.repaired("missing_comma")
            level.comma = True

    def _scalar(self, sign: bytes) -> None:
        began = self.at
        value = self._string() if sign == b'"' else self._word()
        if not self.levels:
            return
        level = self.levels[-1]
        if level.is_object and level.key is None:
            self._name(level, value, began)
        else:
            self._expect_comma()
            level.add(value)

    def _name(self, level: _Level, value, began: int) -> None:
        self._expect_comma()
        level.key = value if isinstance(value, str) else self.text[began : self.at].decode("utf-8", "replace").strip()
        if not isinstance(value, str):
            self.repaired("unquoted")
        self._skip_space()
        if self.text[self.at : self.at + 1] == b":":
            self.at += 1
        else:
            self.repaired("missing_comma")

    def _word(self):
        number = NUMBER.match(self.text, self.at)
        found = number or WORD.match(self.text, self.at)
        if found is None:
            self.at += 1
            return None
        word = found[0]
        naming = self.levels and self.levels[-1].is_object and self.levels[-1].key is None
        if number and len(word) < DIGITS:
            value = json.loads(word)
        elif word in NOT_FINITE or number:
            self.repaired("not_finite")
            value = None
        elif word in WORDS and not naming:
            value = WORDS[word]
        else:
            self.repaired("unquoted")
            value = word.rstrip(b'"').decode("utf-8", "replace")
        self.at = found.end()
        return value

    def _string(self) -> str:
        found = STRING.match(self.text, self.at)
        if found is None or not AFTER_STRING.match(self.text, found.end()):
            return self._unclosed_string(found)
        try:
            value = _string.decode(found[0])
        except (msgspec.DecodeError, UnicodeDecodeError):
            value = self._odd_text(found[0][1:-1])
        self.at = found.end()
        return value

    def _unclosed_string(self, found: re.Match | None) -> str:
        """End a string, whose quote is missing, before the sign that would follow it."""
        swallowed = found.end() if found else len(self.text)
        naming = self.levels and self.levels[-1].is_object and self.levels[-1].key is None
        end = None
        if found or not self.may_be_cut:
            end = re.compile(rb"[:,}\]]" if naming else rb"[,}\]]").search(self.text, self.at + 1, swallowed)
        stop = end.start() if end else swallowed
        if stop < len(self.text):
            self.repaired("unclosed")
        value = self._odd_text(self.text[self.at + 1 : stop].rstrip(b'"'))
        self.at = stop
        return value

    def _odd_text(self, inner: bytes) -> str:
        value, repairs = odd_text(inner)
        for code, many in repairs.items():
            self.repaired(code, many)
        return value
