"""When did each party hear of the visit?"""

import pandas as pd
from matplotlib.axes import Axes

from hartools.capture import Capture
from hartools.parties.domains import sites_of
from hartools.plots.style import PARTY_COLORS, PARTY_MARKERS, axes_for, labelled, literal, nothing, party_legend, plural, say

__all__ = ["plot_observer_timeline"]


def plot_observer_timeline(capture: Capture, *, ax: Axes | None = None, top: int = 14, title: str | None = None) -> Axes:
    """Draw one row per site, one mark per request, against time.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    ax : matplotlib.axes.Axes, optional
    top : int
        Sites with most requests that get a row.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import hartools as ht
    >>> plot_observer_timeline(ht.read_har(ht.example_har())).get_xlabel()
    'seconds since the first request'
    """
    capture, known = labelled(capture)
    entries = capture.entries
    entries["site"] = entries.site.fillna(sites_of(entries.host))
    timed = entries[entries.started.notna() & entries.site.notna()]
    if not len(timed):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "no request has a time and a host")
    start = timed.started.min()
    timed = timed.assign(seconds=[(moment - start).total_seconds() for moment in timed.started], party=timed.party.fillna("unknown"))
    counts = timed.groupby("site").size().rename("n").reset_index().sort_values(["n", "site"], ascending=[False, True])
    sites = timed[timed.site.isin(counts.site.head(top))].groupby("site").seconds.min().reset_index().sort_values(["seconds", "site"]).site.tolist()
    with axes_for(ax, (7.2, 1.4 + 0.34 * len(sites))) as ax:
        _draw(ax, timed, sites)
        _pages(ax, capture, start, timed.seconds.max())
        ax.legend(handles=party_legend(timed.party.unique().tolist()), loc="upper center", bbox_to_anchor=(0.5, -0.55 / (1.4 + 0.34 * len(sites)) - 0.08), ncols=3)
        late = timed[timed.party == "third"]
        said = f"{plural(late.site.nunique(), 'third-party site')} asked within {timed.seconds.max():.0f} s" if known and len(late) else f"{plural(counts.shape[0], 'site')} over {timed.seconds.max():.0f} s"
        return say(ax, title=title or said, alt=_alt(counts, timed), caption=_caption(entries, timed, counts, top))


def _draw(ax: Axes, timed: pd.DataFrame, sites: list[str]) -> None:
    for row, site in enumerate(reversed(sites)):
        mine = timed[timed.site == site]
        party = mine.party.iloc[0]
        ax.scatter(mine.seconds, [row] * len(mine), s=30, marker=PARTY_MARKERS[party], facecolor="none", edgecolor=PARTY_COLORS[party], linewidth=1.2, zorder=3)
    ax.set_yticks(range(len(sites)), [literal(site, most=34) for site in reversed(sites)])
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.grid(axis="y", color="#EEEEEE")
    ax.set_axisbelow(True)
    ax.set_ylim(-0.7, len(sites) - 0.3)
    ax.set_xlabel("seconds since the first request")


def _pages(ax: Axes, capture: Capture, start, last: float) -> None:
    for moment in capture.pages.started.dropna():
        seconds = (moment - start).total_seconds()
        if -1 <= seconds <= last:
            ax.axvline(seconds, color="#999999", linewidth=0.8, linestyle="--", zorder=1)


def _alt(counts: pd.DataFrame, timed: pd.DataFrame) -> str:
    most = ", ".join(f"{literal(site)} ({n})" for site, n in zip(counts.site.head(5), counts.n.head(5), strict=True))
    return f"Timeline of {plural(len(timed), 'request')} to {plural(len(counts), 'site')} over {timed.seconds.max():.1f} seconds. Most requests: {most}."


def _caption(entries: pd.DataFrame, timed: pd.DataFrame, counts: pd.DataFrame, top: int) -> str:
    parts = ["One mark per request, in rows by site, in the order in which they were first asked; dashed lines are the starts of pages."]
    if len(counts) > top:
        parts.append(f"{plural(len(counts) - top, 'site')} with fewer requests {'is' if len(counts) - top == 1 else 'are'} not drawn.")
    if len(entries) > len(timed):
        parts.append(f"{plural(len(entries) - len(timed), 'entry', 'entries')} without time or host left out.")
    return " ".join(parts)
