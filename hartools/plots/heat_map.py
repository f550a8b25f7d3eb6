"""Which third parties were asked on which of the sites visited?"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

from hartools.capture import Capture
from hartools.errors import UnknownChoiceError
from hartools.parties.owners import owner_of
from hartools.plots.lettering import fitted
from hartools.plots.style import axes_for, inches_of, literal, nothing, plural, say
from hartools.plots.visits import files_of, labelled_files, visited_sites
from hartools.reading.notes import CODES

__all__ = ["plot_heat_map"]

UNKNOWN, OTHERS = "unknown", "others"
LOST = [name for name, code in CODES.items() if code.severity == "lost"]
WIDE, HIGH, ROW_LABEL, COLUMN_LABEL = 0.46, 0.28, 2.6, 1.9
MOST_ROWS = 40
NOT_SEEN, NOT_KNOWN = "\N{EN DASH}", "n.a."


def plot_heat_map(captures: Capture | Iterable[Capture], *, ax: Axes | None = None, level: str = "site", top: int = 20, title: str | None = None) -> Axes:
    """Draw a table of sites visited by third parties, each cell the number of requests.

    Parameters
    ----------
    captures : Capture or iterable of Capture
        One capture of several pages or several files, or several captures; each file is labelled by itself.
    ax : matplotlib.axes.Axes, optional
    level : {"site", "organisation"}
        What a column stands for.
    top : int
        Columns at most, those with most requests; the others share one. On given axes no more are
        drawn than can be read there.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UnknownChoiceError
        If the level is neither.

    Notes
    -----
    A 0 says that a whole file shows no such request, a dash that a damaged file shows none in what is
    left of it, and a hatched row that a file does not tell which site was visited.

    Examples
    --------
    >>> import hartools as ht
    >>> plot_heat_map(ht.read_har([ht.example_har(), ht.example_har()])).get_title(loc="left")
    'alpha.example was asked on 2 of 2 sites visited, as were 4 others'
    """
    if level not in ("site", "organisation"):
        raise UnknownChoiceError(f"level {level!r} is neither 'site' nor 'organisation'")
    made, untold = labelled_files(captures)
    visits = [visit for capture in made for visit in _visits(capture, level)]
    if not any(visit["counts"] for visit in visits):
        why = "no third party was asked for anything" if visits else "no file tells which site was visited" if untold else "there is no capture"
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, why)
    room = inches_of(ax) if ax is not None else None
    table, hidden = _table(visits, untold, top=min(top, int(room[0] / 0.3) - 1) if room else top, rows=max(1, int(room[1] / 0.2)) if room else MOST_ROWS)
    with axes_for(ax, (WIDE * max(len(table.columns), 4), HIGH * max(len(table), 2)), around=(ROW_LABEL, 0.2, 1.0, COLUMN_LABEL + 0.6)) as ax:
        _draw(ax, table)
        noun = {"site": "third-party site", "organisation": "organisation"}[level]
        return say(ax, title=title or _title(visits, noun), alt=_alt(visits, untold, noun), caption=_caption(visits, table, untold, noun, hidden))


def _visits(capture: Capture, level: str) -> list[dict]:
    """List the sites visited, file by file: file, site, whether the file is whole, and requests by third party."""
    entries = capture.entries
    third = (entries.party == "third").fillna(False) & entries.host.notna()
    if level == "organisation":
        owners = {host: (owner_of(host) or {}).get("organisation") for host in entries.host[third].unique()}
        to = entries.host.map(owners).fillna(UNKNOWN)
    else:
        to = entries.site
    table = pd.DataFrame({"file": files_of(capture), "visited": visited_sites(capture), "to": to})
    counts: dict[tuple, dict] = {pair: {} for pair in table[["file", "visited"]].dropna().drop_duplicates().itertuples(index=False, name=None)}
    for (file, site, name), count in table[third].groupby(["file", "visited", "to"]).size().items():
        counts[file, site][name] = count
    lost = capture.notes[capture.notes.code.isin(LOST)].capture_id
    damaged = set(lost.dropna()) | ({capture.source.name} if lost.isna().any() else set())
    return [{"file": file, "site": site, "whole": file not in damaged, "counts": found} for (file, site), found in counts.items()]


def _table(visits: list[dict], untold: list[str], *, top: int, rows: int) -> tuple[pd.DataFrame, int]:
    """Make the cells: a count, NaN where a damaged file shows none, -1 in a row that does not tell."""
    sums: dict[str, int] = {}
    for visit in visits:
        for name, count in visit["counts"].items():
            sums[name] = sums.get(name, 0) + count
    ranked = sorted((name for name in sums if name != UNKNOWN), key=lambda name: (-sums[name], name))
    shown, folded = ranked[: max(top, 1)], ranked[max(top, 1) :]
    last = [UNKNOWN] if UNKNOWN in sums else []
    columns = shown + ([f"{OTHERS} ({len(folded)})"] if folded else []) + last
    several = {visit["site"] for visit in visits if sum(other["site"] == visit["site"] for other in visits) > 1}
    made = []
    for visit in sorted(visits, key=lambda visit: (-sum(visit["counts"].values()), visit["site"], visit["file"])):
        absent = 0.0 if visit["whole"] else np.nan
        rest = [sum(visit["counts"].get(name, 0) for name in folded) or absent] if folded else []
        made.append((visit, [visit["counts"].get(name, absent) for name in shown] + rest + [visit["counts"].get(name, absent) for name in last]))
    names = [f"{visit['site']}, {visit['file']}" if visit["site"] in several else visit["site"] for visit, _ in made]
    cells = [row for _, row in made] + [[-1.0] * len(columns) for _ in untold]
    table = pd.DataFrame(cells, index=pd.Index([*names, *untold], dtype="object"), columns=columns, dtype="float64")
    if len(table) <= rows:
        return table, 0
    return pd.concat([table.iloc[: max(rows - len(untold), 0)], table.iloc[len(names) :]]).iloc[:rows], len(table) - rows


def _draw(ax: Axes, table: pd.DataFrame) -> None:
    values = table.to_numpy()
    most = max(float(np.nanmax(values, initial=1.0)), 2.0)
    shades = colormaps["cividis_r"](LogNorm(1, most)(np.clip(np.nan_to_num(values), 1, most)))
    shades[~(values > 0)] = (1.0, 1.0, 1.0, 1.0)
    ax.imshow(shades, aspect="auto", extent=(0, len(table.columns), len(table), 0), interpolation="nearest")
    narrow = inches_of(ax)[0] / len(table.columns) < 0.4
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        if value != -1:
            dark = value > 0 and shades[row, column, :3] @ (0.299, 0.587, 0.114) < 0.5
            ax.text(column + 0.5, row + 0.5, NOT_SEEN if np.isnan(value) else f"{int(value):,}", ha="center", va="center_baseline", fontsize=6.5 if narrow else 8,
                    color="white" if dark else "#000000" if value > 0 else "#777777")
    for row in np.flatnonzero((values == -1).all(axis=1)):
        ax.add_patch(Rectangle((0, row), len(table.columns), 1, facecolor="white", edgecolor="#999999", hatch="////", linewidth=0))
        ax.text(len(table.columns) / 2, row + 0.5, NOT_KNOWN, ha="center", va="center_baseline", fontsize=8, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
    _axes(ax, table)


def _axes(ax: Axes, table: pd.DataFrame) -> None:
    ax.set_xlim(0, len(table.columns))
    ax.set_ylim(len(table), 0)
    ax.hlines(range(1, len(table)), 0, len(table.columns), color="white", linewidth=0.8)
    ax.vlines(range(1, len(table.columns)), 0, len(table), color="white", linewidth=0.8)
    ax.xaxis.tick_top()
    ax.set_xticks(np.arange(len(table.columns)) + 0.5, [fitted(name, COLUMN_LABEL, size=8.5) for name in table.columns], rotation=50, ha="left", rotation_mode="anchor", fontsize=8.5)
    ax.set_yticks(np.arange(len(table)) + 0.5, [fitted(name, ROW_LABEL - 0.15, size=8.5) for name in table.index], fontsize=8.5)
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _spread(visits: list[dict]) -> pd.Series:
    """Count for each third party the visits on which it was asked, most first."""
    names = [name for visit in visits for name in visit["counts"] if name != UNKNOWN]
    counts = pd.Series(names, dtype="object").value_counts()
    return counts.loc[sorted(counts.index, key=lambda name: (-counts[name], name))]


def _title(visits: list[dict], noun: str) -> str:
    spread = _spread(visits)
    if not len(spread):
        return f"Our table names the owner of no third party on {plural(len(visits), 'site')} visited"
    if len(visits) == 1:
        return f"{plural(len(spread), noun)} {'was' if len(spread) == 1 else 'were'} asked on {literal(visits[0]['site'])}"
    tied = int((spread == spread.iloc[0]).sum()) - 1
    return f"{literal(spread.index[0])} was asked on {spread.iloc[0]} of {len(visits)} sites visited, " + (f"as {'was' if tied == 1 else 'were'} {plural(tied, 'other')}" if tied else "more than any other")


def _alt(visits: list[dict], untold: list[str], noun: str) -> str:
    spread = _spread(visits)
    named = ", ".join(f"{literal(name)} (on {count})" for name, count in spread.head(5).items())
    return (f"Table of {plural(len(visits), 'site')} visited by {plural(len(spread), noun)}, with requests counted. Asked on most: {named or 'none'}."
            + (f" {plural(len(untold), 'file')} did not tell which site was visited." if untold else ""))


def _caption(visits: list[dict], table: pd.DataFrame, untold: list[str], noun: str, hidden: int) -> str:
    parts = [f"Requests to each {noun} while each site was visited, both in the order of their totals; blocked and failed requests count. Shades are logarithmic."]
    if any(str(name).startswith(f"{OTHERS} (") for name in table.columns):
        parts.append("Those with fewer requests share one column.")
    if UNKNOWN in table.columns:
        parts.append("Under unknown stand hosts for which our table names no owner.")
    if (table == 0).to_numpy().any():
        parts.append("0: no such request in the file; a panel opened late leaves no trace.")
    if table.isna().to_numpy().any():
        parts.append("\N{EN DASH}: none in what is left of a damaged file, which is not zero.")
    if untold:
        parts.append(f"Hatched, n.a.: {plural(len(untold), 'file')} that {'does' if len(untold) == 1 else 'do'} not tell which site was visited.")
    if hidden:
        parts.append(f"{plural(hidden, 'further row')} not drawn.")
    return " ".join(parts)
