"""Which part of a value in a known format is the identifier, and when was it made?"""

import base64
import binascii
import json
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import pandas as pd

from hartools.payloads.identifiers.decoration import USER_LEVEL
from hartools.payloads.identifiers.formats import Format, format_named

__all__ = ["Parsed", "parse_identifier"]

LONGEST = 8192  # a value beyond this is no cookie: browsers stop at half of it
UNITS = {"created_s": "s", "created_ms": "ms"}


class Parsed(NamedTuple):
    """Hold what a value in a known format says.

    Attributes
    ----------
    vendor, scope : str
        As in `Format`.
    parts : dict of str to str
        Every part by its name.
    ids : dict of str to str
        The parts that single out a browser, a click or a session.
    created : pandas.Timestamp or None
        When the identifier was made, UTC, by its own word.
    """

    vendor: str
    scope: str
    parts: dict[str, str]
    ids: dict[str, str]
    created: pd.Timestamp | None


@lru_cache(maxsize=65536)
def parse_identifier(name: str, value: str, site: str | None = None) -> Parsed | None:
    """Split a value of a known format into its parts.

    Parameters
    ----------
    name : str
        Name of the cookie or parameter.
    value : str
    site : str, optional
        Registrable domain at which it stands; some names are bound to one.

    Returns
    -------
    Parsed or None
        None where the name is not known or the value does not fit its format.

    Notes
    -----
    The formats are the table `FORMATS`; click identifiers in links are the table `USER_LEVEL`.

    Examples
    --------
    >>> found = parse_identifier("_ga", "GA1.2.1234567890.1600000000")
    >>> found.vendor, found.ids, str(found.created)
    ('Google Analytics', {'id': '1234567890.1600000000'}, '2020-09-13 12:26:40+00:00')
    >>> parse_identifier("_ga", "denied") is None
    True
    """
    if not value or len(value) > LONGEST:
        return None
    for known in format_named(name, site):
        parts = _parts(known, value)
        if parts:
            ids = {part: text for part, text in parts.items() if part == "id" or part.startswith("id_")}
            return Parsed(known.vendor, known.scope, parts, ids, _created(parts))
    vendor = USER_LEVEL.get(name)
    if vendor and re.fullmatch(r"[\w.~%=-]{10,}", value):
        return Parsed(vendor, "click", {"id": value}, {"id": value}, None)
    return None


def _parts(known: Format, value: str) -> dict[str, str]:
    unpacked = _unpacked(value, known.packing)
    if isinstance(unpacked, dict):
        asked = (pair.partition("=") for pair in known.pattern.split())
        found = {part: unpacked.get(key) for part, _, key in asked}
        return {part: str(text) for part, text in found.items() if isinstance(text, (str, int)) and text and not isinstance(text, bool)}
    if not isinstance(unpacked, str) or "json" in known.packing:
        return {}
    found = re.match(known.pattern, unpacked)
    if found is None and "%" in unpacked:
        found = re.match(known.pattern, unquote(unpacked))
    return {part: text for part, text in found.groupdict().items() if text} if found else {}


def _unpacked(value: str, packing: tuple[str, ...]) -> object:
    unpacked: object = value
    for step in packing:
        if not isinstance(unpacked, str):
            return None
        unpacked = STEPS[step](unpacked)
    return unpacked


def _unbase64(value: str) -> str | None:
    tight = unquote(value).strip('"').translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(tight + "=" * (-len(tight) % 4), validate=True).decode("latin-1")
    except (binascii.Error, ValueError):
        return None


def _json(written: str) -> object:
    try:
        return json.loads(unquote(written) if "%" in written[:4] else written)
    except (ValueError, RecursionError):
        return None


STEPS = {"percent": unquote, "base64": _unbase64, "json": _json}


def _created(parts: dict[str, str]) -> pd.Timestamp | None:
    for part, text in parts.items():
        try:
            if part in UNITS:
                return pd.Timestamp(int(text), unit=UNITS[part], tz="UTC")
            if part == "created_iso":
                found = pd.Timestamp(text)
                return found.tz_localize("UTC") if found.tzinfo is None else found.tz_convert("UTC")
        except (ValueError, OverflowError):
            return None
    return None
