"""Who was contacted, and by what evidence?"""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from hartools.capture import Capture
from hartools.graphs import edges_table, nodes_table
from hartools.plots.map_words import count, map_alt, map_caption, map_footer, map_title
from hartools.plots.parties import labelled, mark_look, marks_key
from hartools.plots.ring import ROW, Mark, Ring, arrange, lay_out
from hartools.plots.style import PAGE_INCHES, TEXT_POINTS, axes_for, capture_line, dress, nothing, say, size_of

__all__ = ["plot_request_map"]

# kind -> dashes, colour, words; redirects are few and tell most, so they are the darkest
EDGES = {
    "initiator": ("-", "#9A9A9A", "its page or script caused it"),
    "redirect": ((0, (6, 2, 1.2, 2)), "#222222", "redirected to it"),
    "referer": ((0, (1, 1.6)), "#7A7A7A", "named as its referrer"),
}
# Beyond this many marks, a referrer's line is left out where another joins the same two.
CALM = 24
# Taller figures than this are refused by the renderer.
MOST = 400


def plot_request_map(capture: Capture, *, ax: Axes | None = None, level: str = "host", top: int = 40, title: str | None = None) -> Axes:
    """Draw the visited site in the middle and the third parties around it, grouped by site.

    Parameters
    ----------
    capture : Capture
        A capture, labelled or not, or an observer's view.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; made by default.
    level : {"host", "site"}
        What a mark stands for.
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
    '4 third-party hosts received 5 of 9 requests'
    """
    capture, known = labelled(capture)
    nodes, edges = _nodes(capture, level), edges_table(capture, level=level)
    if not len(nodes):
        with axes_for(ax, 1.2) as ax:
            return nothing(ax, "the capture holds no request to a host", capture_line(capture))
    top = min(top, MOST if ax is None else max(2 * int((size_of(ax)[1] - 0.1) / ROW) - 1, 1))
    ring = arrange(nodes, edges, top=top, level=level)
    with axes_for(ax, ring.high) as ax:
        across, high = size_of(ax)
        ring = lay_out(ring, across, high)
        ax.set_axis_off()
        ax.set(xlim=(-across / 2, across / 2), ylim=(-high / 2, high / 2))
        lines, left_out = _lines(ring, edges)
        _draw_edges(ax, lines, ring)
        _draw_marks(ax, ring)
        counts = count(capture, level)
        dress(ax, title=title or map_title(counts, known), key=_key(ring, lines), footer=f"{map_footer(counts, known)}\n{capture_line(capture)}", below=2)
        return say(ax, alt=map_alt(counts, nodes, ring, known), caption=map_caption(counts, nodes, ring, known, left_out))


def _nodes(capture: Capture, level: str) -> pd.DataFrame:
    """List the nodes; a host that is first party on any page is drawn as one."""
    nodes = nodes_table(capture, level=level)
    entries = capture.entries
    first = entries.site[entries.party == "first"].unique() if level == "site" else entries.host[entries.party == "first"].unique()
    return nodes.assign(party=nodes.party.astype(str).where(~nodes.node.isin(first), "first"))


def _lines(ring: Ring, edges: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """List the lines between marks, those of folded nodes together, and how many are left out to keep a large map calm."""
    number = {node: place for place, mark in enumerate(ring.marks) for node in mark.nodes}
    lines = edges.assign(source=edges.source.map(number), target=edges.target.map(number)).groupby(["source", "target", "kind"], sort=True).weight.sum().reset_index()
    lines = lines[lines.source != lines.target]
    if len(ring.marks) <= CALM:
        return lines, 0
    double = (lines.kind == "referer") & lines.duplicated(["source", "target"], keep=False)
    return lines[~double], int(double.sum())


def _draw_edges(ax: Axes, lines: pd.DataFrame, ring: Ring) -> None:
    marks = ring.marks
    pale = len(marks) > CALM
    for source, target, kind, weight in lines.itertuples(index=False):
        dashes, colour, _ = EDGES[kind]
        # what starts in the middle needs no arrow head: it goes outwards
        head = kind == "redirect" or source >= len(ring.middle) or target < len(ring.middle)
        ax.add_patch(FancyArrowPatch(
            path=_curve(marks[source], marks[target], kind), arrowstyle="-|>,head_length=3.4,head_width=1.5" if head else "-", mutation_scale=1,
            linestyle=dashes, linewidth=min(0.6 + 0.3 * math.log1p(weight), 2.2) * (0.75 if pale else 1), color=colour, fill=head,
            alpha=0.75 if pale and kind != "redirect" else 1, capstyle="butt", joinstyle="miter", zorder=1.5 if kind == "redirect" else 1))


def _curve(a: Mark, b: Mark, kind: str) -> Path:
    """Return a line that leaves and arrives level, so that lines run together instead of crossing."""
    away = 0.05 if kind == "referer" else 0.0
    pull = {"initiator": 0.5, "referer": 0.66, "redirect": 0.36}[kind]
    if a.x == 0 and b.x == 0:  # from one host of the first party to another: round the labels
        bow = (0.75 if b.y < a.y else -0.75) * (0.8 if kind == "referer" else 1)
        return Path([(a.x, a.y), (bow, a.y), (bow, b.y), (b.x, b.y)], [Path.MOVETO, *[Path.CURVE4] * 3])
    if a.x == 0 or b.x == 0:
        side = a.x or b.x
        start, end = (a.x, a.y), (b.x - math.copysign(0.085, side) if b.x else b.x + math.copysign(0.1, side), b.y - away)
        return Path([start, (a.x + pull * (side - 0) if a.x == 0 else a.x * pull, a.y), (side * (1 - pull) if b.x else side * pull, end[1]), end],
                    [Path.MOVETO, *[Path.CURVE4] * 3])
    end = (b.x - math.copysign(0.085, b.x), b.y - away)
    return Path([(a.x - math.copysign(0.06, a.x), a.y), (a.x * pull, a.y), (b.x * pull, end[1]), end], [Path.MOVETO, *[Path.CURVE4] * 3])


def _draw_marks(ax: Axes, ring: Ring) -> None:
    most = 60 if ring.rows > 12 else 110
    _join_sites(ax, ring)
    for place, mark in enumerate(ring.marks):
        ax.scatter(mark.x, mark.y, s=min(24 + 9 * math.sqrt(mark.entries), most), zorder=3, **mark_look(mark.party, asked=mark.entries > 0, answered=mark.answered > 0))
        if place < len(ring.middle):
            ax.text(mark.x, mark.y - 0.11, mark.label, ha="center", va="top", fontsize=TEXT_POINTS, fontweight="bold", parse_math=False, zorder=4,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8})
        else:
            ax.text(mark.x + math.copysign(0.11, mark.x), mark.y, mark.label, ha="left" if mark.x > 0 else "right", va="center_baseline", fontsize=TEXT_POINTS,
                    parse_math=False, zorder=4)


def _join_sites(ax: Axes, ring: Ring) -> None:
    """Draw a band behind neighbours of one site."""
    for side in (ring.left, ring.right):
        for above, under in zip(side, side[1:], strict=False):
            if above.site and above.site == under.site:
                ax.plot([above.x, under.x], [above.y, under.y], color="#DDDDDD", linewidth=6, solid_capstyle="round", zorder=2)


def _key(ring: Ring, lines: pd.DataFrame) -> list[Line2D]:
    marks = ring.marks
    drawn = set(lines.kind)
    key = marks_key([mark.party for mark in marks], silent=any(mark.entries and not mark.answered for mark in marks), unasked=any(not mark.entries for mark in marks))
    return key + [Line2D([], [], linestyle=dashes, color=colour, linewidth=1.4, label=words) for kind, (dashes, colour, words) in EDGES.items() if kind in drawn]
