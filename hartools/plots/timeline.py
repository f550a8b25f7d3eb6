"""When did each party hear of the visit?"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from hartools.capture import Capture
from hartools.parties.domains import sites_of
from hartools.plots.parties import labelled, mark_look, marks_key, received
from hartools.plots.style import axes_for, capture_line, dress, nothing, say
from hartools.plots.text import drawable, literal, plural, shortened, width

__all__ = ["plot_observer_timeline"]

LABEL_INCHES = 2.1
PAGE_COLOR = "#8A8A8A"


def plot_observer_timeline(capture: Capture, *, ax: Axes | None = None, top: int = 12, title: str | None = None) -> Axes:
    """Draw one row per site, one mark per request, against time.

    Parameters
    ----------
    capture : Capture
        A capture, labelled or not, or an observer's view.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; made by default.
    top : int
        Sites with a row of their own, those with most requests; all others share one.
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
    timed, start = _timed(capture)
    if not len(timed):
        with axes_for(ax, 1.2) as ax:
            return nothing(ax, "no request has a time and a host", capture_line(capture))
    rows = _rows(timed, max(top, 1))
    names = [shortened(site, LABEL_INCHES, tail=f" · {len(mine):,}") for site, mine in rows]
    high = 0.25 * len(rows) + 0.2
    with axes_for(ax, high, left=max(map(width, names)) + 0.12) as ax:
        _draw(ax, rows, names)
        pages = _pages(ax, capture, start, timed.seconds.max())
        ax.xaxis.set_label_coords(0.5, -26 / (72 * high))
        key = marks_key(timed.party.unique().tolist(), silent=not timed.received.all())
        if pages:
            key.append(Line2D([], [], color=PAGE_COLOR, linewidth=0.9, label="page view, as it could tell" if known == "view" else "page start"))
        footer = f"{plural(len(timed), 'request')}, {int(timed.received.sum()):,} of them answered.\n{capture_line(capture)}"
        dress(ax, title=title or _title(capture, timed, known), key=key, footer=footer, below=42)
        return say(ax, alt=_alt(timed), caption=_caption(capture, timed, rows, pages, known))


def _timed(capture: Capture) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """List the requests with a time and a host: site, party, seconds, received."""
    entries = capture.entries
    entries["site"] = entries.site.fillna(sites_of(entries.host))
    entries = entries[entries.started.notna() & entries.site.notna()]
    if not len(entries):
        return entries, None
    start = entries.started.min()
    seconds = (entries.started - start).dt.total_seconds().astype(float)
    return pd.DataFrame({"site": entries.site.astype(object), "party": entries.party.fillna("unknown").astype(object),
                         "seconds": seconds, "received": received(entries.outcome).astype(bool)}), start


def _rows(timed: pd.DataFrame, top: int) -> list[tuple[str, pd.DataFrame]]:
    """List the rows from the top: sites in the order in which they were first asked, then all others together."""
    sites = timed.groupby("site").agg(n=("seconds", "size"), first=("seconds", "min")).reset_index()
    kept = sites.sort_values(["n", "site"], ascending=[False, True]).head(top).sort_values(["first", "site"]).site
    rows = [(site, timed[timed.site == site]) for site in kept]
    others = len(sites) - len(kept)
    return rows + ([(f"+ {plural(others, 'other site')}", timed[~timed.site.isin(kept)])] if others else [])


def _draw(ax: Axes, rows: list[tuple[str, pd.DataFrame]], names: list[str]) -> None:
    places = range(len(rows) - 1, -1, -1)
    for place, (_, mine) in zip(places, rows, strict=True):
        for (party, answered), marks in mine.groupby(["party", "received"]):
            look = mark_look(party, answered=answered) | ({"edgecolor": "white", "linewidth": 0.4} if answered else {"linewidth": 0.9})
            ax.scatter(marks.seconds, [place] * len(marks), s=30, zorder=3, clip_on=False, **look)
    ax.set_yticks(list(places), names)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", color="#EBEBEB", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    ax.margins(x=0.02)
    ax.set(ylim=(-0.6, len(rows) - 0.4), xlabel="seconds since the first request")


def _pages(ax: Axes, capture: Capture, start: pd.Timestamp, last: float) -> int:
    """Draw where pages start; those outside the requests' time would squeeze it."""
    seconds = [(moment - start).total_seconds() for moment in capture.pages.started.dropna()]
    seconds = [each for each in seconds if -1 <= each <= last]
    for each in seconds:
        ax.axvline(each, color=PAGE_COLOR, linewidth=0.9, zorder=1)
    return len(seconds)


def _title(capture: Capture, timed: pd.DataFrame, known: str) -> str:
    if known == "view":
        name = drawable(capture.observer.partition(":")[2])
        return f"{name} received {plural(len(timed), 'request')} within {_seconds(timed.seconds.max())}"
    third = timed[timed.party == "third"]
    if known == "ambiguous" or not len(third):
        return f"{plural(timed.site.nunique(), 'site')} {'was' if timed.site.nunique() == 1 else 'were'} asked within {_seconds(timed.seconds.max())}"
    firsts = third.groupby("site").seconds.min()
    if len(firsts) == 1:
        return f"One third-party site was asked, after {_seconds(firsts.iloc[0])}"
    return f"All {len(firsts):,} third-party sites were asked within {_seconds(firsts.max())}"


def _seconds(amount: float) -> str:
    return f"{amount:,.1f} s" if amount < 100 else f"{amount:,.0f} s"


def _alt(timed: pd.DataFrame) -> str:
    counts = timed.groupby("site").size().rename("n").reset_index().sort_values(["n", "site"], ascending=[False, True])
    most = ", ".join(f"{literal(site)} ({n:,})" for site, n in zip(counts.site[:5], counts.n[:5], strict=True))
    return (f"Timeline of {plural(len(timed), 'request')} to {plural(len(counts), 'site')} over {_seconds(timed.seconds.max())}, "
            f"{int(timed.received.sum()):,} of them answered. Most requests: {most}.")


def _caption(capture: Capture, timed: pd.DataFrame, rows: list, pages: int, known: str) -> str:
    parts = ["One mark per request, in rows by site, in the order in which they were first asked, with the number of requests."]
    if pages:
        parts.append(f"Upright lines: {plural(pages, 'page view')} as the observer could tell them apart." if known == "view"
                     else f"Upright lines: the {'start of the page' if pages == 1 else f'starts of {pages:,} pages'}.")
    others = timed.site.nunique() - sum(not site.startswith("+ ") for site, _ in rows)
    if others > 0:
        parts.append(f"{plural(others, 'site')} with fewer requests {'shares' if others == 1 else 'share'} the last row.")
    silent = int((~timed.received).sum())
    if silent:
        parts.append(f"{plural(silent, 'request')} {'was' if silent == 1 else 'were'} attempted and got no answer that was recorded.")
    if known == "ambiguous":
        parts.append("The file does not say which site was visited, so nothing is called first or third party.")
    without = len(capture) - len(timed)
    if without:
        parts.append(f"{plural(without, 'entry', 'entries')} without a time or a host left out.")
    return " ".join(parts)
