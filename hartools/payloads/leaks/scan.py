"""Where in many texts does anything that is looked for stand? One pass for all of it."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation

from hartools.payloads.leaks.layers import token_text
from hartools.payloads.leaks.needles import Meaning, Needles
from hartools.payloads.leaks.small_domains import Inverted, inverted

__all__ = ["Escaped", "Hit", "Scanner", "Token"]

# 2026-11-25: an automaton over the first eight bytes of what is looked for is small enough to stay quick; what it
# meets is then compared in full. Digests are not in it: they stand in runs of hexadecimal or base64
# characters, which are found faster than an automaton of a hundred thousand digests is walked.
PREFIX = 8
CHUNK = 4 << 20
MOST_STATES_OF_DFA = 20_000
HEX = bytes(104 if chr(byte) in "0123456789abcdefABCDEF" else 32 for byte in range(256))
BASE64 = bytes(98 if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "+/_-") else 32 for byte in range(256))
# the shortest digests: MD5 in hexadecimal and in base64; shorter runs that say something are whole values, or needles
HEX_RUN, BASE64_RUN = b"h" * 32, b"b" * 22
MOST_WINDOWS = 2000
LONGEST_TOKEN = 1 << 20
# What tells that a text is escaped twice.
TWICE = (b"\\\\", b"\\u0000", b"\\u0025", b"\\u0026", b"%25", b"&amp;#")
MARK = re.compile(rb"[+/_-]")
PLAIN_TOKEN = re.compile(rb"[0-9A-Fa-f-]+\Z|[a-z/_-]+\Z|[0-9/_-]+\Z")
# What may stand before a word and is no part of it, though it ends in a letter or a digit.
ESCAPE = re.compile(rb"(?:%(?:25)*[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[nrtbf]|&#?\w{1,8};)\Z")


class Hit(NamedTuple):
    """One place: which text, from where to where, and what stands there."""

    text: int
    start: int
    end: int
    meaning: Meaning | Inverted
    has_neighbour: bool


class Token(NamedTuple):
    """A run of base64 characters that says something: which text it stands in, where, and what it says."""

    text: int
    start: int
    end: int
    said: bytes


class Escaped(NamedTuple):
    """A text that is escaped twice somewhere, so that no needle may be met as it is written."""

    text: int


class Scanner:
    """Hold the automaton and the digests, and look for them in any number of texts.

    Parameters
    ----------
    needles : Needles
    """

    def __init__(self, needles: Needles):
        buckets: dict[bytes, list] = {}
        for (text, is_exact), (meaning, reach) in needles.inside.items():
            buckets.setdefault(text.lower()[:PREFIX], []).append((text, is_exact, meaning, reach))
        for mark in TWICE:
            buckets.setdefault(mark, []).append((mark, False, None, "anywhere"))
        self._buckets = list(buckets.values())
        kind = Implementation.DFA if len(buckets) < MOST_STATES_OF_DFA else Implementation.ContiguousNFA
        self._automaton = BytesAhoCorasick(list(buckets), implementation=kind)
        self._needles = needles
        self._small = inverted()
        small = {len(digest) for digest in self._small}
        self._hex_lengths, self._base64_lengths = sorted(needles.hex_lengths | small), sorted(needles.base64_lengths | small)

    def scan(self, texts: Sequence[bytes], *, tokens: bool = True) -> Iterator[Hit | Token | Escaped]:
        """Yield every hit, every token that says something, and what is escaped twice, of texts joined into chunks.

        Examples
        --------
        >>> from hartools.payloads.leaks.forms import Form
        >>> from hartools.payloads.leaks.needles import needles_of
        >>> scanner = Scanner(needles_of([Form("city", "text", "trim(city)", "Knightsbridge 9")]))
        >>> [(hit.text, hit.start, hit.meaning.written) for hit in scanner.scan([b"nothing", b"a=KNIGHTSBRIDGE%209"])]
        [(1, 2, 'percent(trim(city))')]
        """
        first, size = 0, 0
        for place, text in enumerate(texts):
            size += len(text) + 1
            if size >= CHUNK or place == len(texts) - 1:
                yield from self._chunk(texts[first : place + 1], first, tokens)
                first, size = place + 1, 0

    def _chunk(self, texts: Sequence[bytes], first: int, tokens: bool) -> Iterator[Hit | Token | Escaped]:
        joined = b"\x00".join(texts)
        starts = np.zeros(len(texts) + 1, dtype="int64")
        np.cumsum([len(text) + 1 for text in texts], out=starts[1:])
        found: list[tuple] = [*self._written(joined), *self._in_hex(joined), *self._in_base64(joined, tokens)]
        if not found:
            return
        places = np.searchsorted(starts, [start for start, *_ in found], side="right") - 1
        for place, (start, end, meaning, has_neighbour) in zip(places.tolist(), found, strict=True):
            begin = int(starts[place])
            if end > begin + len(texts[place]):
                continue
            if meaning is None:
                yield Escaped(first + place)
            elif isinstance(meaning, bytes):
                yield Token(first + place, start - begin, end - begin, meaning)
            else:
                yield Hit(first + place, start - begin, end - begin, meaning, has_neighbour)

    def _written(self, joined: bytes) -> Iterator[tuple]:
        low = joined.lower()
        for bucket, start, _ in self._automaton.find_matches_as_indexes(low, overlapping=True):
            for text, is_exact, meaning, reach in self._buckets[bucket]:
                end = start + len(text)
                if (joined if is_exact else low)[start:end] != text:
                    continue
                beside = meaning is not None and _has_neighbour(low, start, end)
                if reach == "anywhere" or not beside:
                    yield start, end, meaning, beside

    def _in_hex(self, joined: bytes) -> Iterator[tuple]:
        for start, end in _runs(joined.translate(HEX), HEX_RUN, b" "):
            yield from self._looked_up(joined[start:end].lower(), start, range(end - start), self._hex_lengths)

    def _in_base64(self, joined: bytes, tokens: bool) -> Iterator[tuple]:
        for start, end in _runs(joined.translate(BASE64), BASE64_RUN, b" "):
            run = joined[start:end]
            if PLAIN_TOKEN.match(run):
                continue
            # a digest begins where a run does, or behind a character that is no letter
            yield from self._looked_up(run, start, [0, *(found.end() for found in MARK.finditer(run, 0, MOST_WINDOWS))], self._base64_lengths)
            if tokens and len(run) <= LONGEST_TOKEN:
                yield from _said(run, start)

    def _looked_up(self, run: bytes, start: int, offsets: Sequence[int], lengths: list[int]) -> Iterator[tuple]:
        for length in lengths:
            if length > len(run):
                return
            for offset in offsets if len(run) > length else (0,):
                if offset + length > len(run) or offset > MOST_WINDOWS:
                    break
                piece = run[offset : offset + length]
                meaning = self._needles.digest(piece) or (self._small.get(piece) if len(run) == length else None)
                if meaning is not None:
                    yield start + offset, start + offset + length, meaning, False


def _said(run: bytes, start: int) -> Iterator[tuple]:
    said = token_text(run)
    if said is not None:
        yield start, start + len(run), said, False
    elif b"/" in run:
        # an address: each of its parts
        at = start
        for part in run.split(b"/"):
            said = token_text(part) if len(part) >= len(BASE64_RUN) else None
            if said is not None:
                yield at, at + len(part), said, False
            at += len(part) + 1


def _runs(mask: bytes, least: bytes, gap: bytes) -> Iterator[tuple[int, int]]:
    at = mask.find(least)
    while at >= 0:
        end = mask.find(gap, at)
        end = len(mask) if end < 0 else end
        yield at, end
        at = mask.find(least, end)


def _is_of_a_word(byte: int) -> bool:
    return byte >= 128 or 97 <= byte <= 122


def _has_neighbour(low: bytes, start: int, end: int) -> bool:
    """Tell whether a letter or digit of the same kind stands right beside a place; an escape is none."""
    before, after = low[start - 1 : start], low[end : end + 1]
    return _belongs(low[start : start + 1], before) and not ESCAPE.search(low[max(0, start - 12) : start]) or _belongs(low[end - 1 : end], after)


def _belongs(own: bytes, other: bytes) -> bool:
    if not other or not own:
        return False
    if own.isdigit():
        return other.isdigit()
    return _is_of_a_word(own[0]) and (_is_of_a_word(other[0]) or other.isdigit())
