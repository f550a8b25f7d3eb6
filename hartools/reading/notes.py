"""What was met while reading, in words that are safe to share?"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from hartools.columns import conform

__all__ = ["CODES", "SEVERITIES", "Code", "note", "notes_table", "told"]

# From the worst to what costs nothing.
SEVERITIES = ("lost", "repaired", "format")


class Code(NamedTuple):
    """Say what a deviation costs, what it means, and what is done about it."""

    severity: str
    meaning: str
    remedy: str


# "format" costs nothing, "repaired" may have changed a value, "lost" means that something of the
# file is in no table.
CODES: Mapping[str, Code] = {
    "byte_order_mark": Code("format", "a byte-order mark", "left out"),
    "encoding": Code("format", "text that is not UTF-8", "byte positions are those of the text as UTF-8"),
    "wrapper": Code("format", "something in front of the JSON", "read what it wraps"),
    "shape": Code("format", "entries that do not stand in log.entries", "read as a log"),
    "no_zone": Code("format", "times without a zone", "read as UTC"),
    "number_for_date": Code("format", "times written as numbers", "read as seconds or milliseconds since 1970"),
    "repeated_headers": Code("format", "headers that the exporter lists twice", "counted once"),
    "below_zero": Code("format", "a duration below zero, as an exporter's arithmetic gives it", "read as unknown"),
    "trailing_garbage": Code("repaired", "something after the end of the JSON", "left out"),
    "missing_comma": Code("repaired", "a comma or colon missing, or one too many", "read as if it were there, or not"),
    "unquoted": Code("repaired", "a name or value without its quotes", "read as text"),
    "control_character": Code("repaired", "a control character that JSON forbids", "kept as it is"),
    "lone_surrogate": Code("repaired", "half a character", "replaced by U+FFFD"),
    "invalid_utf8": Code("repaired", "bytes that are no UTF-8", "replaced by U+FFFD"),
    "bad_escape": Code("repaired", "an escape that JSON does not know", "kept as it is written"),
    "not_finite": Code("repaired", "NaN or Infinity", "read as unknown"),
    "unclosed": Code("repaired", "a bracket, brace or quote without its partner", "closed where the next part begins"),
    "odd_type": Code("repaired", "a member of another type than HAR's", "read as far as it could be, or set aside"),
    "bad_date": Code("repaired", "no date, or one beyond 1678 to 2262", "unknown"),
    "bad_address": Code("repaired", "no IP address", "unknown"),
    "too_deep": Code("lost", "nesting deeper than the limit", "the deeper part left out"),
    "truncated": Code("lost", "a file that ends before its end", "complete entries kept"),
    "lost_entry": Code("lost", "an entry damaged beyond repair", "left out"),
    "unread_file": Code("lost", "a file among several that holds no HAR entry", "left out"),
}


def note(code: str, *, found: str, done: str, entry_id: int | None = None, at_byte: int | None = None, count: int = 1) -> dict:
    """Describe one deviation; neither text may hold a value of the file, so that notes can be shared.

    Examples
    --------
    >>> note("wrapper", found="JavaScript in front of the JSON", done="read what it wraps")["count"]
    1
    """
    return {"entry_id": entry_id, "code": code, "at_byte": at_byte, "count": count, "found": found, "done": done}


def notes_table(notes: Iterable[dict]) -> pd.DataFrame:
    """Build table ``notes``, those of the whole file first, then by entry.

    What costs nothing and is met in many entries, as an exporter's habit is, becomes one note.

    Examples
    --------
    >>> habits = [note("no_zone", entry_id=place, at_byte=place * 100, found="x", done="y") for place in (7, 8)]
    >>> notes_table(habits)[["code", "at_byte", "count"]].values.tolist()
    [['no_zone', 700, 2]]
    """
    rows = sorted(_gathered(notes), key=lambda each: (-1 if each["entry_id"] is None else each["entry_id"], -1 if each["at_byte"] is None else each["at_byte"], each["code"]))
    return conform("notes", {name: [row[name] for row in rows] for name in ("entry_id", "code", "at_byte", "count", "found", "done")})


def told(notes: pd.DataFrame) -> list[dict]:
    """Sum up what was met while reading, a line for each kind, what was lost first.

    Parameters
    ----------
    notes : pandas.DataFrame
        Table ``notes``.

    Returns
    -------
    list of dict
        code, severity, rows (notes of that kind), count, at_byte (of the first; None where
        unknown), found, done.

    Examples
    --------
    >>> table = notes_table([note("lone_surrogate", entry_id=3, at_byte=90, count=2, found="half a character", done="replaced")])
    >>> [(line["severity"], line["count"], line["at_byte"]) for line in told(table)]
    [('repaired', 2, 90)]
    """
    order = list(CODES)
    lines = []
    for code in sorted(notes.code.unique(), key=order.index, reverse=True):
        rows = notes[notes.code == code]
        first = rows.sort_values("at_byte", kind="stable", na_position="last").iloc[0]
        lines.append({
            "code": str(code), "severity": CODES[code].severity, "rows": len(rows), "count": int(rows["count"].fillna(1).sum()),
            "at_byte": None if pd.isna(first.at_byte) else int(first.at_byte), "found": str(first.found), "done": str(first.done),
        })  # fmt: skip
    return sorted(lines, key=lambda line: SEVERITIES.index(line["severity"]))


def _gathered(notes: Iterable[dict]) -> list[dict]:
    kept, habits = [], {}
    for each in notes:
        if CODES[each["code"]].severity != "format" or each["entry_id"] is None:
            kept.append(each)
        elif each["code"] in habits:
            habits[each["code"]]["count"] += each["count"]
        else:
            habits[each["code"]] = each | {"entry_id": None}
    return [*kept, *habits.values()]
