"""When an answer was said to be so probable, how often was it right?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from hartools.errors import UnknownColumnError
from hartools.plots.style import axes_for, literal, nothing, plural, say

__all__ = ["plot_reliability"]

# Okabe and Ito's palette; each model differs by marker too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKERS = ("o", "s", "D", "^", "v", "P", "X")
NEEDED = ("low", "high", "cases", "confidence", "accuracy")


def plot_reliability(tables: Mapping[str, pd.DataFrame] | pd.DataFrame, *, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw how often answers were right against how sure they were, one line per model.

    Parameters
    ----------
    tables : pandas.DataFrame, or mapping of str to pandas.DataFrame
        From `reliability_table`; by the name of the model where there are several.
    ax : matplotlib.axes.Axes, optional
    title : str, optional
        By default the finding: the largest gap, of bins with 30 cases and more.

    Returns
    -------
    matplotlib.axes.Axes
        Marks are as large as their bin has cases; the thin lines at each are the range in which
        chance alone would leave 95 % of marks of an honest model.

    Raises
    ------
    UnknownColumnError
        If a table is not one of `reliability_table`.

    Examples
    --------
    >>> from hartools.inference.scores import reliability_table
    >>> plot_reliability(reliability_table([0.9] * 40, [True] * 36 + [False] * 4)).get_xlabel()
    'probability stated for the answer'
    """
    tables = {"answers": tables} if isinstance(tables, pd.DataFrame) else dict(tables)
    for name, table in tables.items():
        missing = [column for column in NEEDED if column not in table.columns]
        if missing:
            raise UnknownColumnError(f"{name}: this table lacks {', '.join(missing)}; make it with hartools.inference.scores.reliability_table")
    with axes_for(ax, (5.6, 5.4)) as ax:
        if not sum(int(table.cases.sum()) for table in tables.values()):
            return nothing(ax, "no answer to compare")
        ax.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--", zorder=1)
        for number, (name, table) in enumerate(tables.items()):
            _draw(ax, name, table[table.cases > 0], number)
        ax.set_xlim(-0.03, 1.03)
        ax.set_ylim(-0.03, 1.03)
        ax.set_aspect("equal")
        ax.set_xticks(np.linspace(0, 1, 6), [f"{share} %" for share in range(0, 101, 20)])
        ax.set_yticks(np.linspace(0, 1, 6), [f"{share} %" for share in range(0, 101, 20)])
        ax.set_xlabel("probability stated for the answer")
        ax.set_ylabel("share of these answers that was right")
        if len(tables) > 1:
            for label in ax.legend(loc="upper left", frameon=False).get_texts():
                label.set_parse_math(False)
        return say(ax, title=title or _title(tables), alt=_alt(tables), caption=_caption(tables))


def _draw(ax: Axes, name: str, table: pd.DataFrame, number: int) -> None:
    sure, right, cases = (table[column].to_numpy(dtype=float) for column in ("confidence", "accuracy", "cases"))
    color, marker = COLORS[number % len(COLORS)], MARKERS[number % len(MARKERS)]
    # where one mark in twenty would lie outside if the stated probability were the true one
    spread = 1.96 * np.sqrt(sure * (1 - sure) / cases)
    ax.vlines(sure, (sure - spread).clip(0), (sure + spread).clip(max=1), color=color, linewidth=1, alpha=0.5, zorder=2)
    ax.plot(sure, right, color=color, linewidth=1.2, alpha=0.7, zorder=3)
    ax.scatter(sure, right, s=18 + 130 * cases / cases.max(), color=color, marker=marker, edgecolor="white", linewidth=0.6, label=literal(name, most=40), zorder=4)


def _gap(table: pd.DataFrame) -> float:
    enough = table[table.cases >= 30]
    return float((enough.accuracy - enough.confidence).abs().max()) if len(enough) else float("nan")


def _title(tables: Mapping[str, pd.DataFrame]) -> str:
    gaps = {name: _gap(table) for name, table in tables.items() if not np.isnan(_gap(table))}
    if not gaps:
        return "Too few answers to tell whether they are as sure as they are right"
    worst = max(gaps, key=gaps.get)
    of = f" ({worst})" if len(tables) > 1 else ""
    return f"Stated and true shares of right answers differ by up to {100 * gaps[worst]:.0f} points{of}"


def _alt(tables: Mapping[str, pd.DataFrame]) -> str:
    told = []
    for name, table in tables.items():
        rows = table[table.cases > 0]
        marks = ", ".join(f"{100 * sure:.0f} % stated, {100 * right:.0f} % right of {cases:,}" for sure, right, cases in zip(rows.confidence, rows.accuracy, rows.cases, strict=True))
        told.append(f"{name}: {marks}")
    return f"Reliability diagram. {'; '.join(told)}."


def _caption(tables: Mapping[str, pd.DataFrame]) -> str:
    cases = max(int(table.cases.sum()) for table in tables.values())
    return (f"{plural(cases, 'answer')} in bins of equal width; on the dashed line an answer is right as often as it says. "
            "Thin lines: where chance alone would leave 95 % of the marks of a model that is right about itself.")
