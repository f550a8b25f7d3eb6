"""What does every column of every table mean, on one page?"""

import sys

from hartools.columns import DTYPES, TABLES

__all__ = ["data_dictionary"]

# What one row of each table of the contract stands for: "One row per ...".
ROWS = {
    "entries": "request",
    "pages": "page",
    "headers": "header",
    "cookies": "cookie seen",
    "params": "parameter",
    "messages": "WebSocket frame or server-sent event",
    "stacks": "script call on the stack that made a request",
    "connections": "connection, as far as the capture tells",
    "bodies": "body, on demand (`capture.bodies()`)",
    "notes": "deviation met while reading",
    "findings": "thing that an observer could or could not learn",
}

# The contract's types in words, and what a reader should know of each.
TYPES = {
    "int": ("whole number", "stays whole where cells are unknown"),
    "float": ("number", "may have a fraction"),
    "str": ("text", "Unicode"),
    "bool": ("true/false", "or unknown, which is neither"),
    "time": ("time in UTC", "to the nanosecond, as far as the exporter wrote it"),
    "object": ("object", "text, bytes, a list or a mapping, as its meaning says; unknown is None"),
}

INTRO = """\
# Data dictionary

Written by `python -m hartools.report.dictionary` from `hartools/columns.py`; do not edit it by hand.

A capture is one HAR read into tables (pandas DataFrames). Every table has every column listed here, whichever exporter wrote the HAR. `findings` is what `ht.infer` returns; all other tables belong to the capture: `capture.entries` and so on. In a notebook, `ht.describe_columns("entries")` prints the same as below.

**Unknown is never zero.** What the file does not say is `<NA>`: never 0, -1 or an empty text. HAR's own stand-ins (-1 for a time or size that was not measured, status 0 for a request without an answer) are read as `<NA>`.

**Units.** `_ms` in a name means milliseconds, `_min` minutes, `byte` or `bytes` bytes. Every time is in UTC; `entries.utc_offset_min` keeps the offset that the exporter wrote.

**Types.** Columns are Arrow-backed, so that a whole number stays one beside an unknown cell.
"""

JOINS = """\
**How tables are joined.** `entry_id` names the request and is how evidence is cited: in a capture of one file it is the position of the entry in `log.entries`, counted from 0. `headers`, `cookies`, `params`, `messages`, `stacks`, `bodies` and `notes` carry the `entry_id` of their request (a note on the whole file has none), so that `capture.headers.merge(capture.entries, on="entry_id")` puts each header beside it. `entries.initiator_entry` and `entries.redirect_from` are the `entry_id` of another entry. `entries.page_id` leads to `pages`. `findings.entry_ids` lists the entries that show a finding. `connections` stand by themselves.

**Several files.** Where several files were read as one, `capture_id` says which file a row comes from, and `entries.position` where in that file the entry stands. Take `capture_id` along when you join on `page_id`: two files may use the same name for a page. Findings have no `capture_id`; their entries do.

**Labels.** `entries.site`, `entries.party` and `entries.owner` are unknown until a `label_` function fills them, in a new capture.
"""


def data_dictionary() -> str:
    """Write the data contract as one Markdown page.

    Returns
    -------
    str
        An introduction, then a section per table of `hartools.columns.TABLES`: what a row
        is, and column, type and meaning in a table.

    Examples
    --------
    >>> page = data_dictionary()
    >>> page.splitlines()[0]
    '# Data dictionary'
    >>> [line for line in page.splitlines() if line.startswith("| `redirect_to`")]
    ['| `redirect_to` | text | absolute URL that the response redirects to |']
    """
    return "\n".join([INTRO, _types(), JOINS, *(_section(name) for name in TABLES)])


def _types() -> str:
    rows = [f"| {words} | `{DTYPES[kind]}` | {note} |" for kind, (words, note) in TYPES.items()]
    return _table("type here | dtype | note", rows)


def _section(name: str) -> str:
    rows = [f"| `{column.name}` | {TYPES[column.type][0]} | {column.meaning} |" for column in TABLES[name]]
    return f"## {name}\n\nOne row per {ROWS[name]}.\n\n" + _table("column | type | meaning", rows)


def _table(header: str, rows: list[str]) -> str:
    rule = "| " + " | ".join("---" for _ in header.split("|")) + " |"
    return "\n".join([f"| {header} |", rule, *rows]) + "\n"


if __name__ == "__main__":
    # As bytes: on Windows, text would be written with other line ends and another encoding.
    sys.stdout.buffer.write(data_dictionary().encode())
