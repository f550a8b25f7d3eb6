"""What did each request wait for, and in which order were they made?"""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hartools.capture import Capture
from hartools.masking import mask_text
from hartools.plots.lettering import fitted
from hartools.plots.style import PARTY_COLORS, PARTY_MARKERS, axes_for, inches_of, labelled, nothing, party_legend, plural, say

__all__ = ["plot_waterfall"]

# Okabe and Ito's colours, and a hatch each: phases are told apart in grey too.
PHASES = {
    "blocked": ("waited for a connection", "#E5E5E5", ""),
    "dns": ("name looked up", "#009E73", "////"),
    "connect": ("connected", "#E69F00", "\\\\\\\\"),
    "ssl": ("TLS handshake", "#CC79A7", "xxxx"),
    "send": ("sent", "#F0E442", "...."),
    "wait": ("waited for the answer", "#56B4E9", ""),
    "receive": ("received", "#0072B2", ""),
    "unknown": ("time that the file does not split", "#FFFFFF", "|||"),
}
OUTCOMES = {
    "redirected": (">", "redirected"), "failed": ("x", "failed"), "blocked": ("X", "blocked"), "cached": ("P", "from a cache"),
    "preflight": ("^", "preflight"), "unknown": ("$?$", "outcome not known"),
}  # fmt: skip
ROW, LABEL, SIZE = 0.17, 3.1, 7.5
CLOSE_MS = 1.0  # what rounding leaves between the phases and their total


def plot_waterfall(capture: Capture, *, ax: Axes | None = None, most: int = 80, title: str | None = None) -> Axes:
    """Draw one row per request, in the order of time, with what each part of its time went on.

    Parameters
    ----------
    capture : Capture
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; on given axes no more rows are drawn than can be read there.
    most : int
        Rows at most, the first in time; the rest is counted.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Phases are those of HAR 1.2, ``timings``. HAR counts the TLS handshake into ``connect``; here it is
    taken out and drawn behind it. A phase that the file does not give is not drawn as nothing: what
    the total holds beyond the phases given is drawn as time that the file does not split.

    Examples
    --------
    >>> import hartools as ht
    >>> plot_waterfall(ht.read_har(ht.example_har())).get_title(loc="left")
    '9 requests within 0.4 s, half of them in the first 0.4 s'
    """
    capture, known = labelled(capture)
    entries = capture.entries
    timed = entries[entries.started.notna()].sort_values(["started", "entry_id"], kind="stable")
    if not len(timed):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "no request has a time")
    if ax is not None:
        most = min(most, max(1, int(inches_of(ax)[1] / ROW)))
    begun = (timed.started - timed.started.min()).dt.total_seconds().to_numpy(dtype=float) * 1000
    shown = timed.head(most).assign(begun=begun[:most])
    pieces = _pieces(shown)
    with axes_for(ax, (6.2, ROW * max(len(shown), 4)), around=(LABEL, 1.35, 0.3, 0.6)) as ax:
        _draw_bars(ax, pieces, len(shown))
        _draw_marks(ax, shown, pieces)
        _pages(ax, capture, timed.started.min(), len(shown))
        _finish(ax, shown, pieces)
        return say(ax, title=title or _title(timed, begun), alt=_alt(timed, shown, begun), caption=_caption(entries, timed, shown, pieces, known))


def _pieces(shown: pd.DataFrame) -> pd.DataFrame:
    """List what is drawn of each row: row, phase, from and to in milliseconds since the first request."""
    ms = {phase: shown[f"{phase}_ms"].to_numpy(dtype=float, na_value=np.nan) for phase in PHASES if phase != "unknown"}
    known = ~np.isnan(np.vstack(list(ms.values()))).all(axis=0)
    spent = {phase: np.nan_to_num(np.clip(values, 0, None)) for phase, values in ms.items()}
    spent["ssl"] = np.minimum(spent["ssl"], spent["connect"])  # counted into connect, HAR 1.2
    spent["connect"] = spent["connect"] - spent["ssl"]
    total = shown.duration_ms.to_numpy(dtype=float, na_value=np.nan)
    rest = np.nan_to_num(total - sum(spent.values()))
    spent["unknown"] = np.where(rest > np.where(known, CLOSE_MS, 0), rest, 0)
    end, pieces = shown.begun.to_numpy(dtype=float), []
    for phase, length in spent.items():
        pieces.append(pd.DataFrame({"row": np.arange(len(shown)), "phase": phase, "start": end, "end": end + length}))
        end = end + length
    return pd.concat(pieces, ignore_index=True)


def _draw_bars(ax: Axes, pieces: pd.DataFrame, rows: int) -> None:
    for phase, (_, colour, hatch) in PHASES.items():
        mine = pieces[(pieces.phase == phase) & (pieces.end > pieces.start)]
        boxes = [[(start, row - 0.38), (end, row - 0.38), (end, row + 0.38), (start, row + 0.38)] for row, start, end in zip(mine.row, mine.start, mine.end, strict=True)]
        ax.add_collection(PolyCollection(boxes, facecolor=colour, edgecolor="#777777", hatch=hatch, linewidth=0.35, linestyle=":" if phase == "unknown" else "-", zorder=2))
    ax.set_ylim(rows - 0.4, -0.6)


def _draw_marks(ax: Axes, shown: pd.DataFrame, pieces: pd.DataFrame) -> None:
    end = pieces.groupby("row").end.max().to_numpy()
    last = max(float(end.max()), 1.0)
    ax.set_xlim(-0.02 * last, 1.06 * last)
    beside = ax.get_yaxis_transform()
    rows, party = np.arange(len(shown)), shown.party.fillna("unknown").to_numpy()
    for name in PARTY_MARKERS:
        mine = rows[party == name]
        ax.scatter(np.full(len(mine), -0.016), mine, s=20, marker=PARTY_MARKERS[name], color=PARTY_COLORS[name], transform=beside, clip_on=False, zorder=3)
    for outcome, (marker, _) in OUTCOMES.items():
        mine = rows[(shown.outcome == outcome).to_numpy(dtype=bool, na_value=False)]
        ax.scatter(end[mine] + 0.014 * last, mine, s=22, marker=marker, color="#000000", linewidth=0.9, zorder=4)
    untold = shown.duration_ms.isna().to_numpy() & (end <= shown.begun.to_numpy())
    ax.scatter(end[untold], rows[untold], s=24, marker="|", color="#000000", zorder=3)


def _pages(ax: Axes, capture: Capture, start, rows: int) -> None:
    last = ax.get_xlim()[1]
    for row in capture.pages[capture.pages.started.notna()].itertuples():
        begun = (row.started - start).total_seconds() * 1000
        for moment, line in ((0.0, "--"), (row.on_content_load_ms, ":"), (row.on_load_ms, "-.")):
            if not pd.isna(moment) and -1 <= begun + moment <= last:
                ax.axvline(begun + moment, color="#999999", linewidth=0.8, linestyle=line, zorder=1)


def _finish(ax: Axes, shown: pd.DataFrame, pieces: pd.DataFrame) -> None:
    names = [fitted(mask_text(_name(row)), LABEL - 0.35, size=SIZE, tail=f"  #{row.entry_id}") for row in shown.itertuples()]
    ax.set_yticks(range(len(shown)), names, fontsize=SIZE)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.tick_params(axis="y", length=0, pad=12)
    ax.grid(axis="x", color="#EEEEEE")
    ax.set_axisbelow(True)
    ax.set_xlabel("milliseconds since the first request")
    there = set(pieces.phase[pieces.end > pieces.start])
    marks = [Patch(facecolor=colour, hatch=hatch, edgecolor="#777777", linewidth=0.5, label=said) for phase, (said, colour, hatch) in PHASES.items() if phase in there]
    outcomes = set(shown.outcome.dropna())
    marks += [Line2D([], [], linestyle="", marker=marker, color="#000000", markersize=5, label=said) for outcome, (marker, said) in OUTCOMES.items() if outcome in outcomes]
    marks += party_legend(shown.party.fillna("unknown").unique().tolist())
    ax.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.25, -0.5 / inches_of(ax)[1]), ncols=3, borderaxespad=0, fontsize=8)


def _name(row) -> str:
    if pd.isna(row.host):
        return "an address without a host"
    return f"{row.host}{'' if pd.isna(row.path) or row.path == '/' else row.path}"


def _title(timed: pd.DataFrame, begun: np.ndarray) -> str:
    seconds = math.ceil(begun.max() / 100) / 10
    half = f", half of them in the first {math.ceil(float(np.sort(begun)[(len(begun) - 1) // 2]) / 100) / 10:.1f} s" if len(begun) > 3 else ""
    return f"{plural(len(timed), 'request')} within {seconds:.1f} s{half}"


def _alt(timed: pd.DataFrame, shown: pd.DataFrame, begun: np.ndarray) -> str:
    outcomes = shown.outcome.fillna("unknown").value_counts().sort_index()
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    return f"Waterfall of {plural(len(shown), 'request')} of {len(timed):,}, over {begun[: len(shown)].max() / 1000:.1f} seconds. Outcomes: {told}."


def _caption(entries: pd.DataFrame, timed: pd.DataFrame, shown: pd.DataFrame, pieces: pd.DataFrame, known: bool) -> str:
    parts = ["One row per request with its entry number, in the order in which they began; the bar is its time by phase, the mark behind it its outcome where it was not simply answered."]
    if len(timed) > len(shown):
        parts.append(f"{plural(len(timed) - len(shown), 'later request')} {'is' if len(timed) - len(shown) == 1 else 'are'} not drawn.")
    unsplit = pieces[(pieces.phase == "unknown") & (pieces.end > pieces.start)].row.nunique()
    if unsplit:
        parts.append(f"Of {plural(unsplit, 'row')} the file does not say what some or all of the time went on.")
    none = int((shown.duration_ms.isna() & (pieces.groupby("row").end.max().to_numpy() <= shown.begun.to_numpy())).sum())
    if none:
        parts.append(f"{plural(none, 'row')} without any duration {'is' if none == 1 else 'are'} a short line: not known, not zero.")
    if len(entries) > len(timed):
        parts.append(f"{plural(len(entries) - len(timed), 'entry', 'entries')} without a time left out.")
    if not known:
        parts.append("Which site was visited is not known here, so nothing is called first or third party.")
    return " ".join(parts) + " Dashed, dotted and dash-dotted lines: a page begins, its content is loaded, it is loaded."
