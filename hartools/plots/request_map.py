"""Who was contacted, and by what evidence?"""

import math
from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from hartools.capture import Capture
from hartools.graphs import edges_table, nodes_table
from hartools.plots.ring import AWAY, OTHERS, Ring, Row, ring_of
from hartools.plots.strokes import EDGE_STYLES, STROKES, drawn_edges, edge_legend
from hartools.plots.style import PARTY_COLORS, PARTY_MARKERS, axes_for, inches_of, labelled, literal, nothing, party_legend, plural, say

__all__ = ["EDGE_STYLES", "NOUNS", "bend", "map_words", "plot_request_map"]

NOUNS = {"operator": "operator domain"}


def plot_request_map(capture: Capture, *, ax: Axes | None = None, level: str = "host", kinds: str | Iterable[str] | None = None, top: int = 60, title: str | None = None) -> Axes:
    """Draw the visited site in the middle and the third parties on both sides, grouped by organisation.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; made by default, as large as the map needs. On given axes no more marks
        are drawn than can be read there.
    level : {"host", "site", "operator", "organisation"}
        What a mark stands for.
    kinds : {"all"}, kind, or iterable of kinds, optional
        Which evidence of who led to whom; see `hartools.graphs.request_graph`.
    top : int
        Most marks around the middle; further ones, with the fewest requests, are folded into one.
    title : str, optional
        By default the finding, with its numbers.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import hartools as ht
    >>> plot_request_map(ht.read_har(ht.example_har())).get_title(loc="left")
    '5 third-party hosts were asked 7 times and answered 5'
    """
    capture, known = labelled(capture)
    nodes, edges = nodes_table(capture, level=level, kinds=kinds), edges_table(capture, level=level, kinds=kinds)
    if not len(nodes):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "the capture holds no request to a host")
    ring = ring_of(nodes, edges, top=top, size=inches_of(ax) if ax is not None else None)
    with axes_for(ax, (max(ring.wide, 6.5), ring.high), around=(0.1, 0.85, 0.1, 0.7)) as ax:
        looks = _draw_edges(ax, edges, ring)
        for row in ring.rows:
            _draw_row(ax, row)
        _finish(ax, nodes, ring, looks)
        noun = NOUNS.get(level, level)
        return say(ax, **map_words(nodes, ring, noun, known, title))


def map_words(nodes: pd.DataFrame, ring: Ring, noun: str, known: bool, title: str | None) -> dict[str, str]:
    """Say what a request map shows: title, alt and caption."""
    return {"title": title or _title(nodes, noun), "alt": _alt(nodes, ring, noun), "caption": _caption(nodes, ring, noun, known)}


def _draw_edges(ax: Axes, edges: pd.DataFrame, ring: Ring) -> list[int]:
    """Draw one arrow per two marks and look, and return the looks that are there."""
    places = edges.assign(source=[ring.places[node].key for node in edges.source], target=[ring.places[node].key for node in edges.target])
    rows = {row.key: row for row in ring.rows if row.key}
    shown = drawn_edges(places[places.source != places.target])
    for source, target, look, weight in shown[["source", "target", "look", "weight"]].itertuples(index=False):
        start, end, stroke = rows[source], rows[target], STROKES[look]
        ax.add_patch(FancyArrowPatch(
            (start.x, start.y), (end.x, end.y), connectionstyle=f"arc3,rad={bend(start, end) + 0.04 * stroke.rank:.3f}", arrowstyle="-|>", mutation_scale=7, shrinkA=5, shrinkB=6,
            linestyle=stroke.line, linewidth=min(0.6 + 0.3 * math.log1p(weight), 2.2), color=stroke.colour,
            alpha=0.35 if OTHERS in (source, target) else 1.0, zorder=2 if stroke.line == "--" else 1))
    return shown.look.tolist()


def bend(start: Row, end: Row) -> float:
    """Return how far an arrow bends towards the middle, as a share of its length, so that neighbours on one side have room for it."""
    across, up = end.x - start.x, end.y - start.y
    middle_x, middle_y = (start.x + end.x) / 2, (start.y + end.y) / 2
    length = across**2 + up**2
    return max(-0.9, min(0.9, -0.7 * (middle_x * up - middle_y * across) / length)) if start.side and end.side and length else 0.0


def _draw_row(ax: Axes, row: Row) -> None:
    if row.key:
        colour, reached = PARTY_COLORS[row.party], row.answered > 0 or row.entries == 0
        ax.scatter(row.x, row.y, s=min(26 + 14 * math.sqrt(row.entries), 150), marker=PARTY_MARKERS[row.party], facecolor=colour if reached else "white",
                   edgecolor=colour, linewidth=1.3, linestyle="-" if reached else "--", zorder=3)
    if row.side:
        ax.text(row.x + row.side * AWAY, row.y, row.text, ha="left" if row.side > 0 else "right", va="center_baseline", fontsize=9,
                fontweight="bold" if row.bold else "normal", color="#000000" if row.key else "#444444", parse_math=False, zorder=4)
    else:
        ax.text(0, row.y - 0.12, row.text, ha="center", va="top", fontsize=9, fontweight="bold", parse_math=False, zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.88, "pad": 0.8})


def _finish(ax: Axes, nodes: pd.DataFrame, ring: Ring, looks: list[int]) -> None:
    ax.set_axis_off()
    ax.set_aspect("equal")
    wide, high = inches_of(ax)
    ax.set_xlim(-wide / 2, wide / 2)
    ax.set_ylim(-high / 2, high / 2)
    marks = party_legend(nodes.party.unique().tolist())
    if ((nodes.answered == 0) & (nodes["entries"] > 0)).any():
        marks.append(Line2D([], [], linestyle="", marker="o", markersize=8, markerfacecolor="white", markeredgecolor="#555555", markeredgewidth=1.2, label="asked, never answered"))
    ax.legend(handles=[*marks, *edge_legend(looks)], loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=3, borderaxespad=0)


def _counts(nodes: pd.DataFrame) -> tuple[int, int, int]:
    third = nodes[nodes.party == "third"]
    return len(third), int(third["entries"].sum()), int(third.answered.sum())


def _title(nodes: pd.DataFrame, noun: str) -> str:
    hosts, asked, answered = _counts(nodes)
    if not hosts and (nodes.party == "first").any():
        return f"No third-party {noun} was asked for anything"
    if not hosts:
        return f"{plural(len(nodes), noun)}, {plural(int(nodes['entries'].sum()), 'request')}"
    return f"{plural(hosts, 'third-party ' + noun)} {'was' if hosts == 1 else 'were'} asked {plural(asked, 'time')} and answered {answered:,}"


def _alt(nodes: pd.DataFrame, ring: Ring, noun: str) -> str:
    hosts, asked, answered = _counts(nodes)
    inner = [node for node, row in ring.places.items() if not row.side]
    most = nodes[~nodes.node.isin(inner)].sort_values(["entries", "node"], ascending=[False, True]).head(5)
    named = ", ".join(f"{literal(node)} ({entries})" for node, entries in zip(most.node, most["entries"], strict=True))
    return (f"Request map of {plural(len(nodes), noun)}. In the middle {literal(inner[0])}. {plural(hosts, 'third-party ' + noun)} "
            f"with {plural(asked, 'request')}, {answered} answered. Most requests: {named or 'none'}." + (f" {plural(ring.folded, 'further ' + noun)} folded into one mark." if ring.folded else ""))


def _caption(nodes: pd.DataFrame, ring: Ring, noun: str, known: bool) -> str:
    parts = [f"Each mark is {'an' if noun[0] in 'aeiou' else 'a'} {noun}, with its number of requests; arrows go from what caused a request to whom it went. "
             "Where the same two have stronger evidence, a referrer or a guess from the time is not drawn."]
    if any(not row.key for row in ring.rows):
        parts.append("Bold headings are organisations, with how many stand under them, or sites where our table names no owner.")
    if noun == "organisation":
        parts.append("Organisations are ultimate parents; a host whose owner our table does not name stands under its site.")
    if ring.folded:
        parts.append(f"The {plural(ring.folded, noun)} with the fewest requests are folded into one mark.")
    silent = int(((nodes.answered == 0) & (nodes["entries"] > 0)).sum())
    if silent:
        parts.append(f"{plural(silent, noun)} {'was' if silent == 1 else 'were'} asked and gave no answer that was recorded.")
    if not known:
        parts.append("Which site was visited is not known here, so nothing is called first or third party.")
    return " ".join(parts)
