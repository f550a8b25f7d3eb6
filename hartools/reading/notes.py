"""What was met while reading, in words that are safe to share?"""

from collections.abc import Iterable

import pandas as pd

from hartools.columns import conform

__all__ = ["CODES", "note", "notes_table"]

# code -> (what it costs, what it means); "format" costs nothing, "repaired" may have changed a
# value, "lost" means that something of the file is in no table.
CODES = {
    "byte_order_mark": ("format", "the file begins with a byte-order mark"),
    "encoding": ("format", "the file is not UTF-8"),
    "wrapper": ("format", "JavaScript around the JSON"),
    "shape": ("format", "the entries do not stand in log.entries"),
    "no_zone": ("format", "times without a zone, read as UTC"),
    "number_for_date": ("format", "times written as numbers since 1970"),
    "repeated_headers": ("format", "headers listed twice by the exporter, counted once"),
    "trailing_garbage": ("repaired", "something follows the end of the JSON"),
    "missing_comma": ("repaired", "a comma or colon is missing or stands too much"),
    "unquoted": ("repaired", "a name or value without its quotes"),
    "control_character": ("repaired", "a control character that JSON forbids"),
    "lone_surrogate": ("repaired", "half a character"),
    "invalid_utf8": ("repaired", "bytes that are no UTF-8"),
    "bad_escape": ("repaired", "an escape that JSON does not know"),
    "not_finite": ("repaired", "NaN or Infinity"),
    "unclosed": ("repaired", "a bracket, brace or quote without its partner"),
    "odd_type": ("repaired", "a member of another type than HAR's"),
    "bad_date": ("repaired", "no date, or one beyond 1678 to 2262"),
    "bad_address": ("repaired", "no IP address"),
    "too_deep": ("lost", "nested deeper than the limit"),
    "truncated": ("lost", "the file ends before its end"),
    "lost_entry": ("lost", "an entry damaged beyond repair"),
    "unread_file": ("lost", "a file among several that holds no HAR entry"),
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

    Examples
    --------
    >>> notes_table([note("wrapper", found="x", done="y")]).code.tolist()
    ['wrapper']
    """
    rows = sorted(notes, key=lambda each: (-1 if each["entry_id"] is None else each["entry_id"], -1 if each["at_byte"] is None else each["at_byte"], each["code"]))
    return conform("notes", {name: [row[name] for row in rows] for name in ("entry_id", "code", "at_byte", "count", "found", "done")})
