"""What exactly is looked for: every form of every value, written and hashed in every way that is promised?"""

import base64
import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from hartools.payloads.leaks.encodings import ENCODINGS
from hartools.payloads.leaks.forms import Form, reach_of
from hartools.payloads.leaks.hashes import CHECKSUMS, HASHES, LIKELY, MURMUR, digest_of, numbers_of, spellings_of

__all__ = ["INNER", "LIKELY_ENCODINGS", "OUTER", "SLOW", "WHOLE_ONLY", "Meaning", "Needles", "is_composed", "needles_of"]

# What is written shorter than this is met by chance; it counts as a whole parameter value only.
SHORTEST_WRITTEN = 8
# A single character says nothing, whole value or not.
SHORTEST_WHOLE = 2
# Encodings after which a value no longer has a neighbour of its own kind beside it.
# What makes another word or number of a short one: 75011 backwards is 11057. Not looked for under that length.
DISGUISES = frozenset(("rot13", "reversed", "letter map", "lz-string", "base58"))
CASE = re.compile(r"\A(?:lower|upper|title)\((.*)\)\Z")
WITHOUT_NEIGHBOURS = frozenset(("base64", "base64url", "base32", "base58", "hex", "percent all", "utf-16", "lz-string", "letter map"))


def _turned(data: bytes) -> bytes:
    return data.decode("utf-8", "replace")[::-1].encode()


# Encodings of a value as a whole, to be hashed or encoded again (depth two).
INNER: Mapping[str, Callable[[bytes], bytes]] = {
    "percent": lambda data: ENCODINGS["percent"].spellings(data)[0],
    "form": lambda data: ENCODINGS["form"].spellings(data)[0],
    "json": lambda data: ENCODINGS["json"].spellings(data)[0],
    "entities": lambda data: ENCODINGS["entities"].spellings(data)[2],
    "rot13": lambda data: codecs.encode(data.decode("utf-8", "replace"), "rot13").encode(),
    "reversed": _turned,
    "utf-16": lambda data: data.decode("utf-8", "replace").encode("utf-16-le"),
    "hex": lambda data: data.hex().encode(),
    "base64": base64.b64encode,
    "base64url": base64.urlsafe_b64encode,
    "base32": base64.b32encode,
    "letter map": lambda data: ENCODINGS["letter map"].spellings(data)[0],
    "lz-string": lambda data: ENCODINGS["lz-string"].spellings(data)[0],
}
# pure Python, and seen with no vendor: no compositions
SLOW = frozenset(("md2", "md4", "whirlpool"))
OUTER = ("percent", "json", "entities", "rot13", "reversed", "utf-16", "hex", "base64", "base64url", "base32", "lz-string", "letter map")
# Forms that differ from the value in case only: to these go the compositions that are slow to make.
CASES_ONLY = re.compile(r"(?:lower\(|upper\()?trim\([^()]*\)\)?\Z")
ESCAPES = ("percent", "json", "entities")
TWICE = ("hex", "base64", "base64url", "lz-string")
# What cannot be undone in the middle of a text, and what LeakDetector takes for likely, three deep: where one hides the other.
WHOLE_ONLY = ("letter map", "lz-string")
LIKELY_ENCODINGS = ("base64", "percent", "entities", "letter map", "lz-string")


class Meaning(NamedTuple):
    """What it means when a needle is found.

    Attributes
    ----------
    form : Form
    written : str
        ``base64(sha256(lower(trim(email))))``.
    hashes : tuple of str
        Names of the hashes, innermost first.
    encodings : tuple of str
        Encodings inside or around the hashes.
    is_checksum : bool
        Thirty-two bits.
    """

    form: Form
    written: str
    hashes: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()
    is_checksum: bool = False


class Needles:
    """Hold what is looked for, by the way in which it is looked for.

    Attributes
    ----------
    inside : dict
        Text (folded to lower case unless its case counts) to meaning, reach and whether case counts:
        for the one pass of the automaton.
    digests : dict
        Spelled digest to meaning and spelling: looked up among runs of hexadecimal or base64 characters.
    whole : dict
        Folded text to meaning: compared with whole parameter values.
    """

    def __init__(self):
        self.inside: dict[tuple[bytes, bool], tuple[Meaning, str]] = {}
        self.digests: dict[bytes, tuple[Meaning, str]] = {}
        self.hex_lengths: set[int] = set()
        self.base64_lengths: set[int] = set()
        self.whole: dict[bytes, Meaning] = {}

    def __len__(self) -> int:
        return len(self.inside) + len(self.digests) + len(self.whole)

    def add_written(self, meaning: Meaning, data: bytes, *, encoding: str) -> None:
        """Add everything that an encoding makes of a text."""
        how = ENCODINGS[encoding]
        reach = reach_of(meaning.form.text) if not meaning.hashes else "anywhere"
        if reach != "anywhere" and len(meaning.form.text) < SHORTEST_WRITTEN and DISGUISES.intersection((encoding, *meaning.encodings)):
            return
        if reach == "whole":
            self._add_whole(meaning, data, encoding)
            return
        if encoding in WITHOUT_NEIGHBOURS:
            reach = "anywhere"
        for spelled in how.spellings(data):
            if reach == "anywhere" and len(spelled) < SHORTEST_WRITTEN:
                self._add_whole(meaning, data, encoding)
            else:
                self.inside.setdefault((spelled if how.is_exact else spelled.lower(), how.is_exact), (meaning, reach))

    def _add_whole(self, meaning: Meaning, data: bytes, encoding: str) -> None:
        if len(meaning.form.text) < SHORTEST_WHOLE or DISGUISES.intersection((encoding, *meaning.encodings)):
            return
        spellings = [INNER[encoding](data)] if encoding in ("base64", "base64url", "base32") else ENCODINGS[encoding].spellings(data)
        for spelled in spellings:
            self.whole.setdefault(spelled.lower(), meaning)
            self.whole.setdefault(spelled.rstrip(b"=").lower(), meaning)

    def add_digest(self, meaning: Meaning, digest: bytes, *, only_hex: bool = False) -> None:
        """Add a digest in its spellings."""
        for kind, spelled in spellings_of(digest)[: 1 if only_hex else None]:
            self.add_run(meaning, kind, spelled)

    def add_run(self, meaning: Meaning, kind: str, spelled: bytes) -> None:
        """Add what stands in a run of hexadecimal or base64 characters."""
        self.digests.setdefault(spelled, (meaning, kind))
        (self.hex_lengths if kind.startswith("hex") else self.base64_lengths).add(len(spelled))

    def digest(self, spelled: bytes) -> Meaning | None:
        """Return what it means that a run of characters is there, or None."""
        found = self.digests.get(spelled)
        if found is None:
            return None
        meaning, kind = found
        return meaning if kind == "hex" else meaning._replace(written=f"{meaning.written} in {kind}")

    def add_number(self, meaning: Meaning, number: int, bits: int) -> None:
        """Add a hash that is a number: hexadecimal among the runs, decimal in the text, thirty-two bits as a whole value."""
        for kind, spelled in numbers_of(number, bits):
            named = meaning._replace(written=f"{meaning.written} in {kind}", is_checksum=bits == 32)
            if bits == 32:
                self.whole.setdefault(spelled, named)
            elif kind.startswith("hex") and bits >= 128:
                self.add_run(meaning, kind, spelled)
            else:
                self.inside.setdefault((spelled, False), (named, "word"))


def needles_of(forms: Iterable[Form], *, depth: int = 1) -> Needles:
    """Write and hash every form in every way that is promised.

    Parameters
    ----------
    forms : iterable of Form
    depth : {1, 2}
        One encoding or one hash; or two of them, one inside the other (three for the likely hashes).

    Examples
    --------
    >>> from hartools.payloads.leaks.forms import forms_of
    >>> from hartools.payloads.leaks.persona import Known
    >>> needles = needles_of(forms_of(Known("email", "email", "abc@example.org")))
    >>> import hashlib
    >>> needles.digest(hashlib.md5(b"abc@example.org").hexdigest().encode()).written
    'md5(lower(trim(email)))'
    """
    needles = Needles()
    for form in forms:
        data = form.text.encode("utf-8", "replace")
        for encoding in ENCODINGS:
            # where case says nothing, the name says nothing of it
            named = form.name if ENCODINGS[encoding].is_opaque else CASE.sub(r"\1", form.name)
            written = named if encoding == "plain" else f"{encoding}({named})"
            needles.add_written(Meaning(form, written, (), () if encoding == "plain" else (encoding,)), data, encoding=encoding)
        if form.is_hashed:
            _add_hashes(needles, form, data)
    if depth > 1:
        for form in forms:
            _add_compositions(needles, form, form.text.encode("utf-8", "replace"))
    return needles


def _add_hashes(needles: Needles, form: Form, data: bytes) -> None:
    if len(data) < SHORTEST_WHOLE:
        return
    for name in HASHES:
        needles.add_digest(Meaning(form, f"{name}({form.name})", (name,)), digest_of(name, data))
    for name, number in MURMUR.items():
        needles.add_number(Meaning(form, f"{name}({form.name})", (name,)), number(data), 64 if "64" in name else 128)
    for name, number in CHECKSUMS.items():
        needles.add_number(Meaning(form, f"{name}({form.name})", (name,)), number(data), 32)


def _add_compositions(needles: Needles, form: Form, data: bytes) -> None:
    if not form.is_part and form.is_hashed:
        for inner, write in INNER.items():
            if inner == "lz-string" and not CASES_ONLY.match(form.name):
                continue
            inside = write(data)
            for outer in OUTER:
                if is_composed(inner, outer) and (outer != "lz-string" or CASES_ONLY.match(form.name)) and not (outer in ESCAPES and inside.isalnum()):
                    needles.add_written(Meaning(form, f"{outer}({inner}({form.name}))", (), (inner, outer)), inside, encoding=outer)
            if inner in LIKELY_ENCODINGS and CASES_ONLY.match(form.name):
                _add_third(needles, form, inner, inside)
            for name in HASHES if inner not in WHOLE_ONLY else ():
                if name not in SLOW:
                    needles.add_digest(Meaning(form, f"{name}({inner}({form.name}))", (name,), (inner,)), digest_of(name, inside))
    if form.is_hashed and len(data) >= SHORTEST_WHOLE:
        _add_rehashed(needles, form, data)


def is_composed(inner: str, outer: str) -> bool:
    """Tell whether one encoding around another is looked for.

    Examples
    --------
    >>> is_composed("percent", "percent"), is_composed("base64", "base64"), is_composed("hex", "lz-string")
    (False, True, False)
    """
    if "lz-string" in (inner, outer):
        return inner in LIKELY_ENCODINGS and outer in LIKELY_ENCODINGS
    return outer != inner or outer in TWICE


def _add_third(needles: Needles, form: Form, inner: str, inside: bytes) -> None:
    for second in LIKELY_ENCODINGS:
        twice = INNER[second](inside)
        for third in LIKELY_ENCODINGS if second in WHOLE_ONLY else WHOLE_ONLY:
            needles.add_written(Meaning(form, f"{third}({second}({inner}({form.name})))", (), (inner, second, third)), twice, encoding=third)


def _add_rehashed(needles: Needles, form: Form, data: bytes) -> None:
    """Hash digests again, and write the likely ones in base64, hexadecimal and backwards."""
    for first in HASHES:
        digest = digest_of(first, data)
        for second, inside, template in _twice(first, digest):
            meaning = Meaning(form, f"{second}({template.format(f'{first}({form.name})')})", (first, second))
            again = digest_of(second, inside)
            needles.add_digest(meaning, again)
            if first in LIKELY and second in LIKELY and template == "{}":
                for third in LIKELY:
                    needles.add_digest(Meaning(form, f"{third}({meaning.written})", (first, second, third)), digest_of(third, again.hex().encode()), only_hex=True)
        written = digest.hex()
        needles.add_run(Meaning(form, f"reversed({first}({form.name}))", (first,), ("reversed",)), "hex", written[::-1].encode())
        for outer in ("base64", "base64url", "hex", "base32") if first in LIKELY else ():
            for spelled in (written, written.upper()):
                needles.add_written(Meaning(form, f"{outer}({first}({form.name}))", (first,), (outer,)), spelled.encode(), encoding=outer)



def _twice(first: str, digest: bytes) -> Iterator[tuple[str, bytes, str]]:
    for second in HASHES:
        if first not in SLOW and second not in SLOW:
            yield second, digest.hex().encode(), "{}"
            if first in LIKELY:
                yield second, digest.hex().upper().encode(), "upper({})"
                yield second, digest, "raw({})"
                yield second, base64.b64encode(digest), "base64({})"
