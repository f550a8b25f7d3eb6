"""How is LZ-string undone, which scripts use to put text into URLs and storage?

The scheme is LZ78 over UTF-16 code units, written bit by bit into characters of six bits
(base64 and the alphabet for URIs) or fifteen (UTF-16). Since its writer is deterministic, a
text counts as LZ-string only where writing the result again gives the same text.
"""

from hartools.payloads.decode.budget import Budget

__all__ = ["ALPHABETS", "lz_compress", "lz_decompress"]

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
ALPHABETS = {"lz-string base64": _BASE64, "lz-string uri": _BASE64[:62] + "+-$", "lz-string utf16": ""}
_OF = {kind: {character: value for value, character in enumerate(alphabet[:64])} for kind, alphabet in ALPHABETS.items() if alphabet}
# codes 0 and 1 bring a new character of 8 or 16 bits, 2 ends the text
_NEW, _WIDE, _END = 0, 1, 2
# what reading one code costs, in bytes unpacked in the same time
STEP = 64


def lz_decompress(written: str, kind: str, budget: Budget) -> str | None:
    """Undo LZ-string, or return None where the text is none.

    Parameters
    ----------
    written : str
    kind : str
        A key of `ALPHABETS`.
    budget : Budget
        Bounds what comes out.

    Examples
    --------
    >>> lz_decompress(lz_compress("dentiste, dentiste", "lz-string uri"), "lz-string uri", Budget())
    'dentiste, dentiste'
    """
    units = _units(written, kind)
    if units is None:
        return None
    found = _read(_Bits(units, 15 if kind == "lz-string utf16" else 6), budget)
    return found if found and lz_compress(found, kind) == written else None


def _units(written: str, kind: str) -> list[int] | None:
    if kind == "lz-string utf16":
        units = [ord(character) - 32 for character in written[:-1]]
        return units if written[-1:] == " " and units and all(0 <= unit < 1 << 15 for unit in units) else None
    known = _OF[kind]
    units = [known.get(character, -1) for character in written.rstrip("=" if kind == "lz-string base64" else "")]
    return None if -1 in units or not units else units


class _Bits:
    """Hand out bits from the highest of each unit; a number's lowest bit comes first."""

    def __init__(self, units: list[int], width: int):
        self.units, self.width, self.at, self.left = units, width, 0, width

    def number(self, bits: int) -> int | None:
        value = 0
        for place in range(bits):
            if self.at >= len(self.units):
                return None
            self.left -= 1
            value |= (self.units[self.at] >> self.left & 1) << place
            if not self.left:
                self.at, self.left = self.at + 1, self.width
        return value


def _character(bits: _Bits, code: int | None) -> str | None:
    value = bits.number(16 if code == _WIDE else 8) if code in (_NEW, _WIDE) else None
    return None if value is None else chr(value)


def _read(bits: _Bits, budget: Budget) -> str | None:
    first = _character(bits, bits.number(2))
    if first is None:
        return None
    known: list[str] = ["", "", "", first]
    pieces, last, width, room = [first], first, 3, 4
    while True:
        code = bits.number(width)
        if code is None or code == _END:
            return _whole(pieces) if code == _END else None
        if code in (_NEW, _WIDE):
            character = _character(bits, code)
            if character is None:
                return None
            code = len(known)
            known.append(character)
            room -= 1
            room, width = (1 << width, width + 1) if not room else (room, width)
        if code > len(known):
            return None
        piece = known[code] if code < len(known) else last + last[0]
        pieces.append(piece)
        budget.spend(len(piece) + STEP)
        known.append(last + piece[0])
        last, room = piece, room - 1
        room, width = (1 << width, width + 1) if not room else (room, width)


def _whole(pieces: list[str]) -> str:
    # the scheme counts UTF-16 units: a pair of surrogates is one character
    return "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Writer:
    """Write codes bit by bit; a code of a text seen before, or 0/1 and a new character."""

    def __init__(self, width: int):
        self.width, self.value, self.filled, self.units = width, 0, 0, []
        self.known: dict[str, int] = {}
        self.fresh: set[str] = set()
        self.bits, self.room = 2, 2

    def number(self, value: int, bits: int) -> None:
        for _ in range(bits):
            self.value, value, self.filled = self.value << 1 | value & 1, value >> 1, self.filled + 1
            if self.filled == self.width:
                self.units.append(self.value)
                self.value = self.filled = 0

    def grown(self, word: str, character: str) -> str:
        """Return the word with one more character, or write it where that was never seen, and begin the next."""
        if character not in self.known:
            self.known[character] = len(self.known) + 3
            self.fresh.add(character)
        if word + character in self.known:
            return word + character
        self.put(word)
        self.known[word + character] = len(self.known) + 3
        return character

    def put(self, word: str) -> None:
        if word in self.fresh:
            wide = ord(word) >= 256
            self.number(_WIDE if wide else _NEW, self.bits)
            self.number(ord(word), 16 if wide else 8)
            self.fresh.discard(word)
            self._count()
        else:
            self.number(self.known[word], self.bits)
        self._count()

    def _count(self) -> None:
        self.room -= 1
        if not self.room:
            self.room, self.bits = 1 << self.bits, self.bits + 1

    def end(self) -> list[int]:
        return [*self.units, self.value << self.width - self.filled]


def lz_compress(text: str, kind: str) -> str:
    """Write LZ-string as its script does.

    Examples
    --------
    >>> lz_compress("hello", "lz-string base64")
    'BYUwNmD2Q==='
    """
    writer = _Writer(15 if kind == "lz-string utf16" else 6)
    units = text.encode("utf-16-le", "surrogatepass")
    word = ""
    for character in (chr(units[at] | units[at + 1] << 8) for at in range(0, len(units), 2)):
        word = writer.grown(word, character)
    if word:
        writer.put(word)
    writer.number(_END, writer.bits)
    return _spelt(writer.end(), kind)


def _spelt(units: list[int], kind: str) -> str:
    if kind == "lz-string utf16":
        return "".join(chr(unit + 32) for unit in units) + " "
    alphabet = ALPHABETS[kind]
    return "".join(alphabet[unit] for unit in units) + ("=" * (-len(units) % 4) if kind == "lz-string base64" else "")
