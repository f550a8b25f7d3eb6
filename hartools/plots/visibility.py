"""Which part of a capture does each kind of observer receive?"""

from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hartools.columns import TABLES
from hartools.errors import UnknownChoiceError
from hartools.observers import visibility_table
from hartools.observers.visibility import KINDS, MARKS
from hartools.plots.lettering import fitted, text_inches
from hartools.plots.style import axes_for, inches_of, nothing, plural, say

__all__ = ["plot_visibility"]

NAMES = {"first_party": "first party", "third_party": "third party", "organisation": "organisation", "tls_terminator": "TLS terminator", "hosting": "hosting provider",
         "tag_manager": "tag manager", "script": "other script", "network": "network path", "network_doh": "network, DNS encrypted", "network_ech": "network, ECH",
         "network_doh_ech": "network, both hidden", "resolver": "DNS resolver", "coalition": "coalition"}  # fmt: skip
# Marker, colour (Okabe and Ito), filled how, word: a mark differs by shape, never by colour alone.
SYMBOLS = {"yes": ("o", "#0072B2", "full", "received"), "own": ("o", "#0072B2", "left", "rebuilt"), "clear": ("^", "#E69F00", "full", "without TLS"),
           "part": ("D", "#009E73", "none", "in part, by letter"), "no": ("_", "#767676", "full", "withheld")}  # fmt: skip
# How the reason begins where a column says something about the file alone.
OF_FILE = "about the file"
# A part is named by its first letter in the cell.
LETTERS = {mark: mark[0] for mark in ("mine", "document", "fetched", "query", "open")}
WIDE, LINE, LABEL, TABLE, COLUMN_LABEL, SIZE = 0.42, 0.155, 3.6, 0.95, 1.55, 8.0


def plot_visibility(kinds: Iterable[str] | None = None, tables: Iterable[str] | None = None, *, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the masks: columns of the data contract by kinds of observer, a mark where a kind receives them.

    Parameters
    ----------
    kinds : iterable of str, optional
        Kinds of observer, in this order; all by default.
    tables : iterable of str, optional
        Tables of the contract; all that a mask speaks of by default.
    ax : matplotlib.axes.Axes, optional
        On given axes no more rows are drawn than can be read there; the rest is counted.
    title : str, optional
        By default how much the kinds with most and with least receive.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UnknownChoiceError
        If a kind or a table is none of those that the masks name.

    Notes
    -----
    Columns of a table whose marks are the same for all the kinds drawn share a row. What is about the
    file and not about the traffic is withheld from everybody, and counted in the caption.

    Examples
    --------
    >>> plot_visibility(["third_party", "resolver"], ["entries", "connections"]).get_title(loc="left")
    'Of 53 columns a third party receives 25, all or in part; a DNS resolver 3'
    """
    kinds, masks = _chosen(kinds, KINDS, "kind"), visibility_table()
    masks = masks[masks.table.isin(_chosen(tables, tuple(dict.fromkeys(masks.table)), "table"))]
    of_file = masks.why.str.startswith(OF_FILE)
    masks, left_out = masks[~of_file], int(of_file.sum())
    rows = _rows(masks, kinds)
    if not rows or not kinds:
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "no kind of observer and no table was asked for")
    drawn = rows if ax is None else _that_fit(rows, inches_of(ax)[1])
    with axes_for(ax, (WIDE * max(len(kinds), 4), sum(row["high"] for row in drawn)), around=(LABEL + TABLE, 0.75, 0.9, COLUMN_LABEL + 0.45)) as ax:
        _draw(ax, drawn, kinds)
        counts = {kind: int((~masks[kind].isin(["no", "clear"])).sum()) for kind in kinds}
        return say(ax, title=title or _title(counts, len(masks)), alt=_alt(counts, len(masks)), caption=_caption(masks, kinds, len(rows) - len(drawn), left_out))


def _chosen(wanted: Iterable[str] | None, known: tuple[str, ...], noun: str) -> list[str]:
    chosen = list(known) if wanted is None else list(dict.fromkeys([wanted] if isinstance(wanted, str) else wanted))
    if unknown := [name for name in chosen if name not in known]:
        raise UnknownChoiceError(f"no {noun} {', '.join(map(repr, unknown))}; there are {', '.join(known)}")
    return chosen


def _rows(masks: pd.DataFrame, kinds: list[str]) -> list[dict]:
    """Put columns of a table that have the same marks into one row, in the order of the contract."""
    order = {(table, column.name): place for table, columns in TABLES.items() for place, column in enumerate(columns)}
    merged: dict[tuple, list[str]] = {}
    for row in sorted(masks.to_dict("records"), key=lambda row: (list(TABLES).index(row["table"]), order.get((row["table"], row["column"]), 0))):
        merged.setdefault((row["table"], *(row[kind] for kind in kinds)), []).append(row["column"])
    made = [{"table": key[0], "marks": key[1:], "lines": _wrapped(columns)} for key, columns in merged.items()]
    return [row | {"high": LINE * max(len(row["lines"]), 1) + 0.12} for row in made]


def _wrapped(columns: list[str]) -> list[str]:
    """Break a list of columns into lines that fit beside the marks."""
    lines = [""]
    for number, name in enumerate(columns):
        piece = name + (", " if number < len(columns) - 1 else "")
        if lines[-1] and text_inches(lines[-1] + piece, size=SIZE) > LABEL - 0.15:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _that_fit(rows: list[dict], high: float) -> list[dict]:
    kept, used = [], 0.0
    for row in rows:
        used += row["high"]
        if used > high and kept:
            break
        kept.append(row)
    return kept


def _draw(ax: Axes, rows: list[dict], kinds: list[str]) -> None:
    top, ticks = 0.0, []
    for number, row in enumerate(rows):
        middle = top + row["high"] / 2
        ticks.append(middle)
        if number % 2:
            ax.axhspan(top, top + row["high"], color="#F4F4F4", linewidth=0, zorder=0)
        for column, mark in enumerate(row["marks"]):
            _mark(ax, column + 0.5, middle, mark)
        if not number or row["table"] != rows[number - 1]["table"]:
            ax.axhline(top, color="#555555", linewidth=0.8, zorder=1)
            left = -(LABEL + TABLE - 0.1) / inches_of(ax)[0] * len(kinds)
            ax.text(left, top + 0.06 + LINE / 2, fitted(row["table"], TABLE, size=SIZE, bold=True), fontsize=SIZE, fontweight="bold", ha="left", va="center", clip_on=False)
        top += row["high"]
    ax.set_xlim(0, len(kinds))
    ax.set_ylim(top, 0)
    _axes(ax, rows, kinds, ticks)


def _mark(ax: Axes, x: float, y: float, mark: str) -> None:
    parts = mark.split("+")
    letters = "".join(LETTERS[part] for part in parts if part in LETTERS)
    marker, colour, fill, _ = SYMBOLS["part" if letters else parts[0] if parts[0] in SYMBOLS else "part"]
    ax.plot(x - (0.2 if letters else 0), y, marker=marker, markersize=5.5 if letters else 6.5, color=colour, fillstyle=fill, markerfacecoloralt="white", linestyle="", zorder=3)
    if letters:
        ax.text(x - 0.02, y, letters, fontsize=6.5, ha="left", va="center_baseline", zorder=3)


def _axes(ax: Axes, rows: list[dict], kinds: list[str], ticks: list[float]) -> None:
    ax.xaxis.tick_top()
    ax.set_xticks([number + 0.5 for number in range(len(kinds))], [fitted(NAMES.get(kind, kind), COLUMN_LABEL + 0.3, size=8.5) for kind in kinds], rotation=50, ha="left",
                  rotation_mode="anchor", fontsize=8.5)  # fmt: skip
    ax.set_yticks(ticks, ["\n".join(row["lines"]) for row in rows], fontsize=SIZE)
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)
    ax.vlines(range(1, len(kinds)), 0, ax.get_ylim()[0], color="#E6E6E6", linewidth=0.6, zorder=0)
    ax.grid(False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    used = {symbol for row in rows for mark in row["marks"] for symbol in _symbols(mark)}
    marks = [Line2D([], [], linestyle="", marker=marker, markersize=7, color=colour, fillstyle=fill, markerfacecoloralt="white", label=word)
             for symbol, (marker, colour, fill, word) in SYMBOLS.items() if symbol in used]  # fmt: skip
    ax.legend(handles=marks, loc="upper left", bbox_to_anchor=(0, -0.12 / inches_of(ax)[1]), ncols=3, borderaxespad=0, fontsize=8)


def _symbols(mark: str) -> list[str]:
    parts = mark.split("+")
    return ["part"] if any(part in LETTERS or part not in SYMBOLS for part in parts) else parts[:1]


def _title(counts: dict[str, int], columns: int) -> str:
    most, least = max(counts, key=counts.get), min(counts, key=counts.get)
    told = f"Of {plural(columns, 'column')} a {NAMES.get(most, most)} receives {counts[most]}, all or in part"
    return told if counts[most] == counts[least] else f"{told}; a {NAMES.get(least, least)} {counts[least]}"


def _alt(counts: dict[str, int], columns: int) -> str:
    told = "; ".join(f"{NAMES.get(kind, kind)} {count}" for kind, count in counts.items())
    return f"Table of {plural(columns, 'column')} of a capture by {plural(len(counts), 'kind')} of observer, a mark where a kind receives a column, all of it or in part. Columns received: {told}."


def _caption(masks: pd.DataFrame, kinds: list[str], hidden: int, left_out: int) -> str:
    used = list(dict.fromkeys(part for kind in kinds for mark in masks[kind] for part in mark.split("+")))
    whole = {"yes": "Disc", "own": "Half disc", "clear": "Triangle", "no": "Dash"}
    said = [f"{word}: {MARKS[mark]}." for mark, word in whole.items() if mark in used and mark in MARKS]
    letters = [f"{LETTERS[mark]}, {MARKS[mark]}" for mark in LETTERS if mark in used and mark in MARKS]
    if letters:
        said.append(f"Diamond: in part, by letter: {'; '.join(letters)}.")
    said.append("Columns of a table with the same marks share a row. Counted as received is what is marked otherwise than with a dash or a triangle.")
    if left_out:
        said.append(f"{plural(left_out, 'column')} about the file and not about the traffic, which nobody receives, {'is' if left_out == 1 else 'are'} not drawn.")
    if hidden:
        said.append(f"{plural(hidden, 'further row')} not drawn.")
    return " ".join(said)
