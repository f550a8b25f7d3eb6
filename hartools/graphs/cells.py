"""How is a value written so that no program trips over it, and none takes it for more than text?"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from hartools.masking import mask_url

__all__ = ["FORMULA", "Plain", "iso_time", "no_formula", "plain", "readable", "type_of", "written"]

Plain = bool | int | float | str | None

# What XML 1.0 cannot hold (section 2.2), the controls that no reader shows, and halves of characters.
UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# Swing, which draws Gephi and yEd, takes text that begins so for a page and loads its pictures.
PAGE = re.compile(r"(?i)^<html>")

# Spreadsheets calculate a cell that begins with one of these, wide forms included (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

ADDRESS = re.compile(r"^(?:url:)?[A-Za-z][A-Za-z0-9+.-]*://")


def plain(value: object, *, reveal: bool = False) -> Plain:
    """Return a value as truth, number, text or None, which is all that every format has.

    Parameters
    ----------
    value : object
        Unknown values and numbers without a value become None; times ISO 8601 in UTC; lists
        ``a; b``, sets sorted; mappings ``key: value``; bytes their number.
    reveal : bool
        Leave secrets in addresses as they are.

    Examples
    --------
    >>> plain(pd.NA), plain(np.bool_(True)), plain(["a", None, 2]), plain({"b", "a"}), plain(float("nan"))
    (None, True, 'a; 2', 'a; b', None)
    >>> plain(pd.Timestamp("2026-03-02T10:00+01:00")), plain("a\\x00b")
    ('2026-03-02T09:00:00.000Z', 'a\\\\u0000b')
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, str):
        return readable(mask_url(value) if not reveal and ADDRESS.match(value) else value)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (date, np.datetime64)):
        return iso_time(value)
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    if isinstance(value, Mapping):
        return "; ".join(f"{_joined(key, reveal)}: {_joined(each, reveal)}" for key, each in value.items()) or None
    if isinstance(value, Iterable):
        texts = [_joined(each, reveal) for each in value if plain(each, reveal=reveal) is not None]
        return "; ".join(sorted(texts) if isinstance(value, (set, frozenset)) else texts) or None
    return readable(str(value))


def _joined(value: object, reveal: bool) -> str:
    known = plain(value, reveal=reveal)
    return "" if known is None else written(known)


def iso_time(value: date | np.datetime64) -> str | None:
    """Write a time in UTC to the millisecond; one without a zone is taken for UTC.

    Examples
    --------
    >>> iso_time(datetime(2026, 3, 2, 9)), iso_time(date(2026, 3, 2)), iso_time(np.datetime64("NaT"))
    ('2026-03-02T09:00:00.000Z', '2026-03-02', None)
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
        if value is pd.NaT:
            return None
    value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def readable(text: str) -> str:
    r"""Write what cannot be written as its code, and keep the rest.

    Examples
    --------
    >>> readable("tab\there"), readable("\ud83d"), readable("<HTML><img src=//a.example>")
    ('tab\\u0009here', '\\ud83d', ' <HTML><img src=//a.example>')
    """
    text = UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return " " + text if PAGE.match(text) else text


def no_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would calculate.

    Examples
    --------
    >>> no_formula("=HYPERLINK(1)"), no_formula("a=b")
    ("'=HYPERLINK(1)", 'a=b')
    """
    return "'" + text if text.startswith(FORMULA) else text


def type_of(values: Iterable[Plain]) -> str:
    """Return the one type that holds all values: boolean, long, double or string.

    Examples
    --------
    >>> type_of([1, None, 2]), type_of([1, 2.5]), type_of([True, 1]), type_of([2**64])
    ('long', 'double', 'string', 'string')
    """
    kinds = {"long" if type(value) is int and -(2**63) <= value < 2**63 else {bool: "boolean", float: "double"}.get(type(value), "string") for value in values if value is not None}
    if kinds == {"long", "double"}:
        return "double"
    return kinds.pop() if len(kinds) == 1 else "string"


def written(value: Plain) -> str:
    """Return a value as text; truth in small letters, as XML has it.

    Examples
    --------
    >>> written(True), written(1.5), written("a")
    ('true', '1.5', 'a')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)
