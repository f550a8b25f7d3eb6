"""How wide is a text when it is drawn, and how much of it fits?"""

import unicodedata
from functools import lru_cache

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

__all__ = ["drawn", "fitted", "literal", "text_inches"]

# Glyphs are set on whole pixels, so at 100 dots to the inch a line comes out up to this much wider than its outlines.
HINTING = 1.09
UNKNOWN_GLYPH = "\u25a1"


def literal(text: object, *, most: int = 42) -> str:
    """Make a text from a file safe to draw: no control or direction marks, bounded length.

    Mathtext is switched off where it is drawn (``parse_math=False``).

    Examples
    --------
    >>> literal("a\\x00b$c$" + "d" * 60, most=12)
    'ab$c$dddddd…'
    """
    kept = "".join(letter for letter in str(text)[: most * 8] if unicodedata.category(letter)[0] != "C")
    return kept if len(kept) <= most else kept[: most - 1] + "…"


def text_inches(text: str, *, size: float = 9.0, bold: bool = False) -> float:
    """Measure a line of text as figures draw it, without drawing it.

    Parameters
    ----------
    text : str
    size : float
        Points.
    bold : bool

    Returns
    -------
    float
        Width in inches, rounded up for hinting.

    Examples
    --------
    >>> 0.5 < text_inches("doctor.example", size=9) < text_inches("doctor.example", size=9, bold=True) < 1.3
    True
    """
    return HINTING * size / 72 * sum(_advance(letter, bold) for letter in text)


def drawn(text: object, *, most: int = 120, bold: bool = False) -> str:
    """Make a text from a file safe to draw, a box standing for each letter that the font lacks.

    Examples
    --------
    >>> drawn("\\u4e2d.example\\x00")
    '\u25a1.example'
    """
    return "".join(letter if _has(letter, bold) else UNKNOWN_GLYPH for letter in literal(text, most=most))


def fitted(text: object, inches: float, *, size: float = 9.0, bold: bool = False, tail: str = "") -> str:
    """Cut the middle out of a text until it and its tail fit a width: both ends of a host name tell something.

    Parameters
    ----------
    text : object
        From a file; made safe to draw.
    inches : float
        The width.
    size, bold
        See `text_inches`.
    tail : str
        Put behind the text, and never cut.

    Returns
    -------
    str

    Examples
    --------
    >>> fitted("a-very-long-name.of-a.host.example", 1.3, tail=" 12")
    'a-very…xample 12'
    """
    name = drawn(text, bold=bold)
    room = inches - text_inches(tail, size=size, bold=bold)
    if text_inches(name, size=size, bold=bold) <= room:
        return name + tail
    kept = len(name) - 1
    while kept > 2 and text_inches(_cut(name, kept), size=size, bold=bold) > room:
        kept -= 1
    return _cut(name, kept) + tail


def _cut(name: str, kept: int) -> str:
    end = (kept + 1) // 2
    return f"{name[: kept - end]}…{name[-end:]}"


@lru_cache(maxsize=2)
def _font(bold: bool) -> FT2Font:
    # a font of our own: the one that matplotlib keeps for drawing has its size set under it
    font = FT2Font(font_manager.findfont(font_manager.FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    font.set_size(64, 72)
    return font


@lru_cache(maxsize=8192)
def _has(letter: str, bold: bool) -> bool:
    return ord(letter) in _characters(bold)


@lru_cache(maxsize=2)
def _characters(bold: bool) -> frozenset[int]:
    return frozenset(_font(bold).get_charmap())


@lru_cache(maxsize=8192)
def _advance(letter: str, bold: bool) -> float:
    return _font(bold).load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 64
