"""Who was contacted, and by what evidence?"""

import math

import networkx as nx
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from hartools.capture import Capture
from hartools.graphs import request_graph
from hartools.plots.style import PARTY_COLORS, PARTY_MARKERS, axes_for, labelled, literal, nothing, party_legend, plural, say

__all__ = ["plot_request_map"]

EDGE_STYLES = {"initiator": ("-", "caused by its page or script"), "redirect": ("--", "redirected"), "referer": (":", "named as referrer")}
LABEL_INCHES, LABEL_HEIGHT = 3.0, 0.19
FEW = 14
FOLDED = "others"


def plot_request_map(capture: Capture, *, ax: Axes | None = None, level: str = "host", top: int = 40, title: str | None = None) -> Axes:
    """Draw the visited site in the middle and the third parties around it, grouped by site.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
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
    '5 third-party hosts were asked 7 times and answered 5'
    """
    capture, known = labelled(capture)
    graph = request_graph(capture, level=level)
    nodes = pd.DataFrame.from_dict(dict(graph.nodes(data=True)), orient="index").rename_axis("node").reset_index()
    if not len(nodes):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "the capture holds no request to a host")
    middle, ring, folded = _arrange(nodes, graph, top)
    around = len(ring) + bool(folded)
    radius = max(1.9, around * LABEL_HEIGHT / (2 * math.pi))
    # labels of a small map are level, so above and below it they take a line and no more
    wide, high = radius + LABEL_INCHES, radius + (0.45 if around <= FEW else LABEL_INCHES)
    with axes_for(ax, (2 * wide, 2 * high)) as ax:
        places = _places(middle, ring, folded, radius)
        _draw_edges(ax, graph, places, folded)
        _draw_nodes(ax, nodes.set_index("node"), places, middle, folded)
        _finish(ax, nodes, wide, high)
        return say(ax, title=title or _title(nodes, level), alt=_alt(nodes, middle, folded, level), caption=_caption(nodes, folded, level, known, top))


def _arrange(nodes: pd.DataFrame, graph: nx.MultiDiGraph, top: int) -> tuple[list[str], list[str], list[str]]:
    """Choose what stands in the middle, what on the ring in the order of sites, and what is folded."""
    first = nodes[nodes.party == "first"].sort_values(["entries", "node"], ascending=[False, True]).node.tolist()
    if not first:  # an observer's view, or a capture that does not tell: what led to most others
        first = [max(sorted(graph), key=lambda node: (graph.out_degree(node), graph.nodes[node]["entries"]))]
    others = nodes[~nodes.node.isin(first)].sort_values(["entries", "node"], ascending=[False, True])
    kept, folded = others.head(top), others.iloc[top:].node.tolist()
    return first[:6], kept.sort_values(["site", "node"]).node.tolist(), folded + first[6:]


def _places(middle: list[str], ring: list[str], folded: list[str], radius: float) -> dict[str, tuple[float, float]]:
    places = {middle[0]: (0.0, 0.0)}
    inner = 0.42 * radius
    for number, node in enumerate(middle[1:]):
        angle = -math.pi / 2 + 2 * math.pi * number / max(len(middle) - 1, 1)
        places[node] = (inner * math.cos(angle), inner * math.sin(angle))
    around = [*ring, *([FOLDED] if folded else [])]
    for number, node in enumerate(around):
        # half a step off the top, so that no label stands straight up in a small map
        angle = math.pi / 2 - 2 * math.pi * (number + 0.5) / len(around)
        places[node] = (radius * math.cos(angle), radius * math.sin(angle))
    return places


def _draw_edges(ax: Axes, graph: nx.MultiDiGraph, places: dict, folded: list[str]) -> None:
    bends = {"initiator": 0.0, "redirect": 0.22, "referer": -0.12}
    for source, target, kind, weight in sorted(graph.edges(keys=True, data="weight")):
        source, target = (FOLDED if node in folded else node for node in (source, target))
        if source == target:
            continue
        ax.add_patch(FancyArrowPatch(
            places[source], places[target], connectionstyle=f"arc3,rad={bends[kind]}", arrowstyle="-|>", mutation_scale=9, shrinkA=6, shrinkB=7,
            linestyle=EDGE_STYLES[kind][0], linewidth=min(0.8 + 0.35 * math.log1p(weight), 2.6), color="#8C8C8C" if kind != "redirect" else "#333333", zorder=1))


def _draw_nodes(ax: Axes, nodes: pd.DataFrame, places: dict, middle: list[str], folded: list[str]) -> None:
    few = len(places) - len(middle) <= FEW
    for node, (x, y) in places.items():
        row = nodes.loc[node] if node != FOLDED else _together(nodes.loc[folded])
        colour, reached = PARTY_COLORS[row.party], row.answered > 0 or row.entries == 0
        ax.scatter(x, y, s=min(45 + 16 * math.sqrt(row.entries), 260), marker=PARTY_MARKERS[row.party], facecolor=colour if reached else "white",
                   edgecolor=colour, linewidth=1.3, linestyle="-" if reached else "--", zorder=3)
        count = f" · {row.entries:,}" if row.entries else ""
        text = f"+ {plural(len(folded), 'other')}{count}" if node == FOLDED else literal(node, most=34) + count
        _label(ax, text, x, y, inside=node in middle, few=few)


def _together(rows: pd.DataFrame) -> pd.Series:
    return pd.Series({"entries": rows["entries"].sum(), "answered": rows.answered.sum(), "party": rows.party.iloc[0]})


def _label(ax: Axes, text: str, x: float, y: float, *, inside: bool, few: bool) -> None:
    if inside:
        ax.text(x, y - 0.2, text, ha="center", va="top", fontsize=9, fontweight="bold", parse_math=False, zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1})
        return
    angle, length = math.degrees(math.atan2(y, x)), math.hypot(x, y) + 0.16
    x, y = length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle))
    left = abs(angle) > 90
    turned = 0 if few else (angle + 180 if left else angle)
    ax.text(x, y, text, ha="right" if left else "left", va="center", rotation=turned, rotation_mode="anchor", fontsize=9, parse_math=False, zorder=4)


def _finish(ax: Axes, nodes: pd.DataFrame, wide: float, high: float) -> None:
    ax.set_axis_off()
    ax.set_aspect("equal")
    ax.set_xlim(-wide, wide)
    ax.set_ylim(-high, high)
    lines = [Line2D([], [], linestyle=style, color="#333333" if kind == "redirect" else "#8C8C8C", label=text) for kind, (style, text) in EDGE_STYLES.items()]
    marks = party_legend(nodes.party.unique().tolist())
    if ((nodes.answered == 0) & (nodes.entries > 0)).any():
        marks.append(Line2D([], [], linestyle="", marker="o", markersize=8, markerfacecolor="white", markeredgecolor="#555555", label="asked, never answered"))
    ax.legend(handles=[*marks, *lines], loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3)


def _counts(nodes: pd.DataFrame) -> tuple[int, int, int]:
    third = nodes[nodes.party == "third"]
    return len(third), int(third["entries"].sum()), int(third.answered.sum())


def _title(nodes: pd.DataFrame, level: str) -> str:
    hosts, asked, answered = _counts(nodes)
    if not hosts and (nodes.party == "first").any():
        return f"No third-party {level} was asked for anything"
    if not hosts:
        return f"{plural(len(nodes), level)}, {plural(int(nodes['entries'].sum()), 'request')}"
    return f"{plural(hosts, 'third-party ' + level)} {'was' if hosts == 1 else 'were'} asked {plural(asked, 'time')} and answered {answered:,}"


def _alt(nodes: pd.DataFrame, middle: list[str], folded: list[str], level: str) -> str:
    hosts, asked, answered = _counts(nodes)
    most = nodes[~nodes.node.isin(middle)].sort_values(["entries", "node"], ascending=[False, True]).head(5)
    named = ", ".join(f"{literal(node)} ({entries})" for node, entries in zip(most.node, most["entries"], strict=True))
    return (f"Request map of {plural(len(nodes), level)}. In the middle {literal(middle[0])}. {plural(hosts, 'third-party ' + level)} "
            f"with {plural(asked, 'request')}, {answered} answered. Most requests: {named or 'none'}." + (f" {plural(len(folded), 'further ' + level)} folded into one mark." if folded else ""))


def _caption(nodes: pd.DataFrame, folded: list[str], level: str, known: bool, top: int) -> str:
    parts = [f"Each mark is a {level}, with its number of requests; arrows go from what caused a request to whom it went."]
    if folded:
        parts.append(f"The {plural(len(folded), level)} with the fewest requests are folded into one mark.")
    silent = int(((nodes.answered == 0) & (nodes["entries"] > 0)).sum())
    if silent:
        parts.append(f"{plural(silent, level)} {'was' if silent == 1 else 'were'} asked and gave no answer that was recorded.")
    if not known:
        parts.append("Which site was visited is not known here, so nothing is called first or third party.")
    return " ".join(parts)
