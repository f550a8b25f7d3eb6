"""Who brought whom in?"""

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from hartools.capture import Capture
from hartools.graphs import initiator_tree
from hartools.plots.host_tree import HostGroup, TreeRow, host_groups, tree_rows
from hartools.plots.lettering import fitted
from hartools.plots.strokes import STROKES, edge_legend, stroke_of
from hartools.plots.style import PARTY_COLORS, PARTY_MARKERS, axes_for, inches_of, labelled, literal, nothing, party_legend, plural, say

__all__ = ["plot_initiator_tree"]

ROW, STEP, LABEL = 0.2, 0.42, 3.0
UNTOLD = ("unknown", "document")  # kinds that name no cause


def plot_initiator_tree(capture: Capture, *, ax: Axes | None = None, most: int = 50, title: str | None = None) -> Axes:
    """Draw which host brought which in, one row per host under its parent, indented by depth.

    Parameters
    ----------
    capture : Capture
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; on given axes no more rows are drawn than can be read there.
    most : int
        Rows at most; the hosts with fewest requests under them are counted beside their parent.
    title : str, optional
        By default the finding.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import hartools as ht
    >>> plot_initiator_tree(ht.read_har(ht.example_har())).get_title(loc="left")
    '1 of 5 third-party hosts was brought in by another third party'
    """
    capture, known = labelled(capture)
    entries = capture.entries
    tree = initiator_tree(capture)
    if all(kind in UNTOLD for _, _, kind in tree.edges(data="kind")):
        with axes_for(ax, (6, 3)) as ax:
            return nothing(ax, "the capture does not say what caused its requests")
    groups = host_groups(tree)
    if ax is not None:
        most = min(most, max(3, int(inches_of(ax)[1] / ROW) - 1))
    rows = tree_rows(groups, most=most)
    parties = entries.dropna(subset=["host"]).drop_duplicates("host").set_index("host").party.fillna("unknown").to_dict()
    deepest = max(row.depth for row in rows)
    step = min(STEP, 4.0 / max(deepest, 1))
    with axes_for(ax, (step * deepest + LABEL + 0.6, ROW * max(len(rows), 5)), around=(0.2, 1.0, 0.2, 0.95)) as ax:
        looks = _draw_lines(ax, rows, step)
        _draw_rows(ax, rows, parties, step)
        _finish(ax, rows, parties, looks, step)
        through, third, depth = _through(groups, parties)
        untold = sum(kind == "unknown" and tree.nodes[node]["what"] == "entry" for _, node, kind in tree.edges(data="kind"))
        return say(ax, title=title or _title(through, third, depth, untold), alt=_alt(groups, rows, through, third, depth), caption=_caption(untold, rows, known))


def _draw_lines(ax: Axes, rows: list[TreeRow], step: float) -> list[int]:
    """Draw one elbow from each parent to each row under it, and return the looks that are there."""
    lines: dict[int, list] = {}
    for number, row in enumerate(rows):
        if row.parent is not None:
            group = row.hidden[0] if row.hidden else row.group
            above, across = rows[row.parent], step * row.depth
            trunk = step * above.depth
            lines.setdefault(STROKES.index(stroke_of(group.kind)), []).append([(trunk, row.parent + 0.32), (trunk, number), (across - 0.1, number)])
    for look, elbows in sorted(lines.items()):
        ax.add_collection(LineCollection(elbows, colors=STROKES[look].colour, linestyles=STROKES[look].line, linewidths=1.0, zorder=1))
    return sorted(lines)


def _draw_rows(ax: Axes, rows: list[TreeRow], parties: dict, step: float) -> None:
    room = max(0.6, inches_of(ax)[0] - 0.3)
    for number, row in enumerate(rows):
        x = step * row.depth
        if row.what == "host":
            party = parties.get(row.group.name, "unknown")
            ax.scatter(x, number, s=min(26 + 5 * len(row.group.entries) ** 0.5, 80), marker=PARTY_MARKERS[party], color=PARTY_COLORS[party], zorder=3)
        ax.text(x + (0.13 if row.what == "host" else 0.0), number, _text(row, room - x), ha="left", va="center_baseline", fontsize=9, parse_math=False, zorder=4,
                fontweight="bold" if row.parent is None else "normal", color="#000000" if row.what == "host" else "#555555", fontstyle="normal" if row.what == "host" else "italic")


def _text(row: TreeRow, room: float) -> str:
    if row.what == "host":
        below = row.group.total - len(row.group.entries)
        return fitted(row.group.name, room, bold=row.parent is None, tail=f" · {len(row.group.entries):,}" + (f" (+{below:,})" if below else ""))
    if row.what == "chain":
        return f"… {plural(len(row.hidden), 'host')} more, one after another …"
    return f"+ {plural(len(row.hidden), 'host')} · {plural(sum(group.total for group in row.hidden), 'request')}"


def _finish(ax: Axes, rows: list[TreeRow], parties: dict, looks: list[int], step: float) -> None:
    wide = inches_of(ax)[0]
    ax.set_xlim(-0.2, wide - 0.2)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    deepest = max(row.depth for row in rows)
    every = max(1, -(-deepest // max(1, int(step * deepest / 0.4))))
    ax.xaxis.tick_top()
    ax.set_xticks([step * depth for depth in range(0, deepest + 1, every)], ["page" if depth == 0 else str(depth) for depth in range(0, deepest + 1, every)], fontsize=8)
    ax.tick_params(axis="x", length=0, colors="#777777")
    there = {parties.get(row.group.name, "unknown") for row in rows if row.what == "host"}
    ax.legend(handles=[*party_legend(sorted(there)), *edge_legend(looks)], loc="upper left", bbox_to_anchor=(0, -0.1 / inches_of(ax)[1]), ncols=2, borderaxespad=0)


def _through(groups: list[HostGroup], parties: dict) -> tuple[int, int, int]:
    """Count the third-party hosts that another third party brought in, all third-party hosts, and the most hosts on a way."""
    brought, third, depth = set(), set(), 0
    waiting = [(group, group.name) for group in groups]
    while waiting:
        group, site = waiting.pop()
        depth = max(depth, group.depth)
        if parties.get(group.name) == "third" and group.entries:
            third.add(group.name)
        for child in group.children.values():
            if parties.get(child.name) == "third" and parties.get(group.name) == "third":
                brought.add(child.name)
            waiting.append((child, site))
    return len(brought), len(third), depth


def _title(through: int, third: int, depth: int, untold: int) -> str:
    if not third:
        return f"The longest way from the page is {plural(depth, 'host')} long"
    said = ("At least " if untold and through < third else "") + f"{through} of {plural(third, 'third-party host')} {'was' if through == 1 else 'were'} brought in by another third party"
    return said + (f", up to {depth} hosts from the page" if through and depth > 2 else "")


def _alt(groups: list[HostGroup], rows: list[TreeRow], through: int, third: int, depth: int) -> str:
    most = sorted((row.group for row in rows if row.what == "host" and row.group.total > len(row.group.entries) and row.parent is not None), key=lambda group: (-group.total, group.name))[:5]
    named = ", ".join(f"{literal(group.name)} ({group.total - len(group.entries)})" for group in most)
    return (f"Tree of who brought whom in, {plural(sum(group.total for group in groups), 'request')}. {through} of {plural(third, 'third-party host')} were brought in by another third party; "
            f"at most {plural(depth, 'host')} from the page. Most brought in by: {named or 'none but the page'}.")


def _caption(untold: int, rows: list[TreeRow], known: bool) -> str:
    parts = ["Each row is a host under the one that caused its requests, with how many it had, and in brackets how many stand below it; "
             "a host's requests to itself are its own. A host with several causes stands under each."]
    rest = [group for row in rows if row.what == "rest" for group in row.hidden]
    if rest:
        parts.append(f"Places with fewer requests are counted beside their parent: {len(rest):,}.")
    if any(row.what == "chain" for row in rows):
        parts.append("Hosts that brought in one another, one each, are folded into one row.")
    if untold:
        parts.append(f"Of {plural(untold, 'request')} the capture does not say what caused them: they stand under their page, which need not have.")
    if not known:
        parts.append("Which site was visited is not known here, so nothing is called first or third party.")
    return " ".join(parts)
