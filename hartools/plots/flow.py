"""From which site visited, over which host, to which organisation and country did the requests go?"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from hartools.capture import Capture
from hartools.errors import UnknownChoiceError
from hartools.parties.owners import owner_of
from hartools.plots.layers import Layer, Ribbon, layers_of, ribbons_of
from hartools.plots.lettering import fitted, text_inches
from hartools.plots.style import axes_for, inches_of, literal, nothing, plural, say
from hartools.plots.visits import labelled_files, visited_sites

__all__ = ["plot_flow"]

HEADS = ("site visited", "third-party host", "organisation", "seat of its parent")
UNKNOWN, OTHERS = "unknown", "others"
MOST = 12  # streams of their own in a layer
# Okabe and Ito's colours, one per country in the order of weight, then grey; the name stands beside each.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
GREY = "#B5B5B5"
BAR, ROW, LABEL, FIRST_LABEL, HEAD = 0.12, 0.22, 2.1, 1.9, 0.35


def plot_flow(capture: Capture, *, ax: Axes | None = None, weight: str = "entries", title: str | None = None) -> Axes:
    """Draw requests as streams from the site visited over third-party hosts and organisations to countries.

    Parameters
    ----------
    capture : Capture
        Of one visit or of several.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; made by default.
    weight : {"entries", "hosts"}
        What the height of a stream counts: requests, or host names per site visited.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    UnknownChoiceError
        If the weight is neither.

    Notes
    -----
    An alluvial diagram. The country is where the organisation's ultimate parent has its seat, from
    the curated table of owners, and not where the machine stands.

    Examples
    --------
    >>> import hartools as ht
    >>> plot_flow(ht.read_har(ht.example_har())).get_title(loc="left")
    '4 of 7 third-party requests went to organisations whose parent has its seat in US'
    """
    if weight not in ("entries", "hosts"):
        raise UnknownChoiceError(f"weight {weight!r} is neither 'entries' nor 'hosts'")
    # an observer's view does not tell who was visited
    made, untold = labelled_files(capture) if capture.observer is None else ([], [])
    streams = pd.concat([_streams(part, weight) for part in made], ignore_index=True) if made else pd.DataFrame()
    if not len(streams):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "no third party was asked for anything" if made else "which site was visited is not known, so nothing is a third party")
    layers = layers_of(streams, most=MOST, row=ROW, high=inches_of(ax)[1] - HEAD if ax is not None else None)
    high = max(layer.high for layer in layers) + HEAD
    with axes_for(ax, (FIRST_LABEL + 3 * (BAR + LABEL) + BAR + 1.6, high), around=(0.1, 0.2, 0.1, 0.6)) as ax:
        _draw(ax, layers, ribbons_of(streams, layers))
        return say(ax, title=title or _title(streams, weight), alt=_alt(streams, weight), caption=_caption(streams, layers, weight, len(untold)))


def _streams(capture: Capture, weight: str) -> pd.DataFrame:
    """List the streams: one row per site, host, organisation and country, with its weight."""
    entries = capture.entries
    third = entries.assign(visited=visited_sites(capture))[(entries.party == "third").fillna(False) & entries.host.notna()]
    counts = third.groupby(["visited", "host"]).size().reset_index(name="weight")
    owners = {host: owner_of(host) or {} for host in counts.host.unique()}
    counts["organisation"] = [_told(owners[host].get("organisation")) for host in counts.host]
    counts["country"] = [_told(owners[host].get("seat")) for host in counts.host]
    counts["weight"] = counts.weight if weight == "entries" else 1
    return counts[["visited", "host", "organisation", "country", "weight"]].astype({"weight": "int64"})


def _told(value: object) -> str:
    return UNKNOWN if value is None or pd.isna(value) or not str(value).strip() else str(value)


def _draw(ax: Axes, layers: list[Layer], ribbons: list[Ribbon]) -> None:
    wide, high = inches_of(ax)
    ax.set_axis_off()
    ax.set_xlim(0, wide)
    ax.set_ylim((high - HEAD) / 2, -(high + HEAD) / 2)
    countries = [name for name in layers[-1].names if name not in (UNKNOWN, OTHERS)]
    colours = dict(zip(countries, COLOURS, strict=False))
    first, last = min(FIRST_LABEL, wide / 5), min(1.6, wide / 6)
    gap = (wide - first - last - BAR) / 3
    xs = [first + gap * number for number in range(4)]
    for ribbon in ribbons:
        ax.add_patch(_band(xs[ribbon.layer] + BAR, xs[ribbon.layer + 1], ribbon, colours.get(ribbon.country, GREY), "///" if ribbon.country == UNKNOWN else ""))
    for number, (layer, x) in enumerate(zip(layers, xs, strict=True)):
        room = first - 0.12 if number == 0 else last if number == 3 else gap - BAR - 0.14
        ax.text(x if number else x + BAR, -(high - HEAD) / 2 - 0.12, fitted(HEADS[number], room + BAR if number else first), ha="left" if number else "right", va="bottom", fontsize=9, color="#555555", fontstyle="italic")
        for name in layer.names:
            _draw_node(ax, layer, name, x, room, left=number == 0)


def _draw_node(ax: Axes, layer: Layer, name: str, x: float, room: float, *, left: bool) -> None:
    top, end = layer.span(name)
    unknown = name == UNKNOWN
    ax.add_patch(Rectangle((x, top), BAR, end - top, facecolor="white" if unknown else "#333333", edgecolor="#333333", hatch="////" if unknown else "", linewidth=0.6, zorder=3))
    text = _name(layer, name, room)
    at, middle, wide = x - 0.06 if left else x + BAR + 0.06, (top + end) / 2, text_inches(text)
    if not left:
        # a plain ground so that a name can be read on its stream
        ax.add_patch(Rectangle((at - 0.02, middle - 0.085), wide + 0.02, 0.17, facecolor="white", alpha=0.78, linewidth=0, zorder=4))
    ax.text(at, middle, text, ha="right" if left else "left", va="center_baseline", fontsize=9, parse_math=False, zorder=5, fontstyle="italic" if name in (UNKNOWN, OTHERS) else "normal")


def _name(layer: Layer, name: str, room: float) -> str:
    """Write a node's name and weight; our own two names are never cut, but lose what does not fit."""
    if name not in (OTHERS, UNKNOWN):
        return fitted(name, room, tail=f" · {layer.weights[name]:,}")
    short = UNKNOWN if name == UNKNOWN else f"{OTHERS} ({layer.folded})"
    forms = (f"{short} · {layer.weights[name]:,}", short, "?" if name == UNKNOWN else f"+{layer.folded}")
    return next((form for form in forms if text_inches(form) <= room), forms[-1])


def _band(start: float, end: float, ribbon: Ribbon, colour: str, hatch: str) -> PathPatch:
    bend = (end - start) / 2
    upper = [(start, ribbon.left), (start + bend, ribbon.left), (end - bend, ribbon.right), (end, ribbon.right)]
    lower = [(end, ribbon.right + ribbon.high), (end - bend, ribbon.right + ribbon.high), (start + bend, ribbon.left + ribbon.high), (start, ribbon.left + ribbon.high)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(Path([*upper, *lower, upper[0]], codes), facecolor=colour, edgecolor="#FFFFFF", hatch=hatch, linewidth=0.3, alpha=0.6, zorder=1)


def _title(streams: pd.DataFrame, weight: str) -> str:
    noun = "third-party request" if weight == "entries" else "third-party host"
    known = streams[streams.country != UNKNOWN]
    total = int(streams.weight.sum())
    if not len(known):
        return f"Of {plural(total, noun)} none went to an organisation whose seat our table knows"
    sums = known.groupby("country").weight.sum()
    most = min(sums.index, key=lambda country: (-sums[country], country))
    verb = "went to" if weight == "entries" else "belong to"
    return f"{sums[most]:,} of {plural(total, noun)} {verb} organisations whose parent has its seat in {most}"


def _alt(streams: pd.DataFrame, weight: str) -> str:
    def most(column: str) -> str:
        sums = streams.groupby(column).weight.sum()
        return ", ".join(f"{literal(name)} ({sums[name]:,})" for name in sorted(sums.index, key=lambda name: (-sums[name], name))[:4])

    return (f"Streams of {plural(int(streams.weight.sum()), 'third-party request' if weight == 'entries' else 'third-party host')} from {plural(streams.visited.nunique(), 'site')} visited over "
            f"{plural(streams.host.nunique(), 'host')}. Organisations: {most('organisation')}. Seats of their ultimate parents: {most('country')}.")


def _caption(streams: pd.DataFrame, layers: list[Layer], weight: str, untold: int) -> str:
    counted = "requests, blocked and failed ones included" if weight == "entries" else "host names"
    parts = [f"The height of a stream counts {counted}; colours are countries. Organisation and seat come from the curated table of owners, as of the dates there; the seat is that of the "
             "ultimate parent and says nothing of where the machine stands."]
    folded = sum(layer.folded for layer in layers)
    if folded:
        parts.append(f"A layer shows its {MOST} largest; the others share one stream, with their number.")
    unknown = int(streams.weight[streams.organisation == UNKNOWN].sum())
    if unknown:
        parts.append(f"Of {unknown:,} of {int(streams.weight.sum()):,} our table names no owner: they are the hatched stream named unknown.")
    if untold:
        parts.append(f"{plural(untold, 'file')} that {'does' if untold == 1 else 'do'} not tell which site was visited left out.")
    return " ".join(parts)
