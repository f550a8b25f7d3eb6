"""Where does each host stand around the middle, so that a hundred labels can be read and none meet?"""

import math
from typing import NamedTuple

import pandas as pd

from hartools.plots.lettering import fitted, text_inches
from hartools.plots.style import plural

__all__ = ["Ring", "Row", "ring_of"]

ROW, MOST_ROW = 0.2, 0.5  # inches from one label to the next: no less, and no more where there is room
GAP = 0.4  # rows left free beside a group
LABEL = 2.6  # inches of a label at most
STEP = 0.46  # inches between marks in the middle
MIDDLE = 6  # marks in the middle at most
FEW = 12  # rows of a column that stand nearly upright
AWAY = 0.16  # inches from a mark to its label
UNDER = 0.2  # inches from a mark in the middle to its label
OTHERS, OTHERS_FIRST = "others", "others first"


class Row(NamedTuple):
    """Say what stands on one place: a mark with its label, or the heading of a group.

    Attributes
    ----------
    key : str
        The node, or ``others`` where several share a mark; empty for a heading.
    text : str
        The label, safe to draw and cut to its room.
    x, y : float
        Inches from the middle of the map, upwards.
    side : int
        -1 left, 0 in the middle, 1 right.
    group : str
        Organisation, or site where that is not known.
    party : str
    entries, answered : int
    """

    key: str
    text: str
    x: float
    y: float
    side: int
    group: str
    party: str
    entries: int
    answered: int

    @property
    def bold(self) -> bool:
        """Tell whether the label is drawn bold."""
        return not self.key or not self.side


class Ring(NamedTuple):
    """Hold a map's places.

    Attributes
    ----------
    rows : list of Row
    places : dict
        Node -> the row on which it stands; of several in one mark, all the same.
    wide, high : float
        Inches from edge to edge.
    folded : int
        Nodes around the middle that share the last mark.
    """

    rows: list[Row]
    places: dict[str, Row]
    wide: float
    high: float
    folded: int


def ring_of(nodes: pd.DataFrame, edges: pd.DataFrame, *, top: int, size: tuple[float, float] | None = None) -> Ring:
    """Place the first party in the middle and all others left and right of it, grouped by organisation.

    Labels are level, in rows, and cut to their room; so none can meet another.

    Parameters
    ----------
    nodes : pandas.DataFrame
        As `hartools.graphs.nodes_table` has them; at least one.
    edges : pandas.DataFrame
        Columns source and target; they decide the middle where no first party is known.
    top : int
        Nodes around the middle with a mark of their own; those with fewer requests share one.
    size : tuple of float, optional
        Width and height in inches to keep to: then fewer have a mark, as many as can be read.

    Returns
    -------
    Ring

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.graphs import edges_table, nodes_table
    >>> capture = ht.label_parties(ht.read_har(ht.example_har()))
    >>> ring = ring_of(nodes_table(capture), edges_table(capture), top=3)
    >>> [row.text for row in ring.rows if row.side == 0], ring.folded
    (['www.doctor.example · 2'], 2)
    """
    nodes = nodes.assign(group=nodes.owner.fillna(nodes.site).fillna(nodes.node)).sort_values(["entries", "node"], ascending=[False, True])
    inner = _middle(nodes, edges)
    outer = nodes[~nodes.node.isin(inner.node)]
    left, right = _columns(outer, top)
    while size and top > 1 and max(_height(left), _height(right)) * ROW > size[1] - 0.1:
        top = min(top, len(outer)) - 1
        left, right = _columns(outer, top)
    tall = max(_height(left), _height(right))
    step = min(max(ROW, 3.2 / max(tall, 1)), MOST_ROW) if size is None else min(max(ROW, (size[1] - 0.3) / max(tall, 1)), MOST_ROW)
    high = max(tall * step, STEP * len(inner.head(MIDDLE + 1)), 1.6)
    radius = min(max(1.9, 0.3 * high), 2.7) if size is None else min(2.7, 0.21 * size[0])
    room = LABEL if size is None else max(0.4, size[0] / 2 - radius - AWAY - 0.05)
    around = [row for side, column in ((-1, left), (1, right)) for row in _placed(column, side, step, high, radius, min(room, LABEL))]
    rows = _in_the_middle(inner, around, radius) + around
    wide = 2 * max([AWAY + 0.05 + abs(row.x) + text_inches(row.text, bold=row.bold) for row in rows if row.side] or [radius + 1])
    return Ring(rows, _places(rows, inner, outer, top), size[0] if size else wide, size[1] if size else high + 0.3, max(len(outer) - top, 0))


def _middle(nodes: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    """Choose the first party, or where none is known what led to most others."""
    first = nodes[nodes.party == "first"]
    if len(first):
        return first
    led = nodes.node.map(edges.source.value_counts()).fillna(0)
    return nodes.assign(led=led).sort_values(["led", "entries", "node"], ascending=[False, False, True]).head(1)


def _columns(outer: pd.DataFrame, top: int) -> tuple[list[dict | None], list[dict | None]]:
    """List what stands in the left and the right column; None is a gap."""
    kept, folded = outer.head(top), outer.iloc[top:]
    weights = kept.groupby("group")["entries"].sum()
    order = sorted(weights.index, key=lambda group: (-weights[group], group))
    rows: list[dict | None] = []
    members = {group: table.to_dict("records") for group, table in kept.groupby("group")}
    for group in order:
        several = len(members[group]) > 1
        rows += ([None] if rows and (several or _grouped(rows[-1])) else []) + ([_heading(group, len(members[group]))] if several else [])
        rows += [{"key": row["node"], "label": row["node"], "grouped": several, **row} for row in members[group]]
    if len(folded):
        rows += [None, _together(folded, OTHERS)]
    return _halves(rows)


def _grouped(row: dict | None) -> bool:
    return row is not None and bool(row.get("grouped"))


def _heading(group: str, count: int | None) -> dict:
    return {"key": "", "label": group, "group": group, "party": "", "entries": 0, "answered": 0, "grouped": True, "count": count}


def _together(folded: pd.DataFrame, key: str) -> dict:
    parties = folded.party.unique().tolist()
    return {"key": key, "label": f"+ {plural(len(folded), 'other')}", "group": "", "party": parties[0] if len(parties) == 1 else "unknown",
            "entries": int(folded["entries"].sum()), "answered": int(folded.answered.sum())}


def _halves(rows: list[dict | None]) -> tuple[list, list]:
    half = (len(rows) + 1) // 2
    # between two groups if that is near, so that few are torn
    near = [at for at in range(max(half - 2, 1), min(half + 3, len(rows))) if rows[at] is None or not _grouped(rows[at]) or not rows[at]["key"]]
    at = min(near, key=lambda place: (abs(place - half), place)) if near else half
    left, right = rows[:at], rows[at:]
    while left and (left[-1] is None or not left[-1]["key"]):  # no heading, and no gap, at the foot
        right.insert(0, left.pop())
    while right and right[0] is None:
        right.pop(0)
    if right and left and _grouped(right[0]) and right[0]["key"] and left[-1]["group"] == right[0]["group"]:
        right.insert(0, _heading(right[0]["group"], None))
    return left, right


def _height(column: list[dict | None]) -> float:
    return sum(GAP if row is None else 1.0 for row in column)


def _placed(column: list[dict | None], side: int, step: float, high: float, radius: float, room: float) -> list[Row]:
    rows, y, flat = [], _height(column) * step / 2, 1.5 if _height(column) > FEW else 2.6
    for row in column:
        y -= step * (GAP if row is None else 1.0) / 2
        if row is not None:
            # an ellipse somewhat taller than the columns, so that its ends stay apart
            x = side * radius * math.sqrt(max(0.0, 1 - (2 * y / high) ** 2 / flat))
            rows.append(Row(row["key"], _text(row, room), x, y, side, row["group"], row["party"], row["entries"], row["answered"]))
        y -= step * (GAP if row is None else 1.0) / 2
    return rows


def _text(row: dict, room: float) -> str:
    if row["key"] in (OTHERS, OTHERS_FIRST):
        return f"{row['label']} · {row['entries']:,}"
    if row["key"]:
        return fitted(row["label"], room, tail=f" · {row['entries']:,}" if row["entries"] else "")
    return fitted(row["label"], room, bold=True, tail=f" ({row['count']})" if row["count"] else ", continued")


def _in_the_middle(inner: pd.DataFrame, around: list[Row], radius: float) -> list[Row]:
    """Stack the first parties, their labels no wider than the marks beside them leave free."""
    rows = [{"key": row["node"], "label": row["node"], **row} for row in inner.head(MIDDLE).to_dict("records")]
    if len(inner) > MIDDLE:
        rows.append(_together(inner.iloc[MIDDLE:], OTHERS_FIRST))
    placed = []
    for number, row in enumerate(rows):
        y = STEP * ((len(rows) - 1) / 2 - number)
        beside = min([abs(other.x) for other in around if other.key and abs(other.y - (y - UNDER)) < 0.3], default=radius)
        placed.append(Row(row["key"], _bold(row, 2 * beside - 0.5), 0.0, y, 0, row["group"], row["party"], row["entries"], row["answered"]))
    return placed


def _bold(row: dict, room: float) -> str:
    count = f" · {row['entries']:,}" if row["entries"] else ""
    return row["label"] + count if row["key"] == OTHERS_FIRST else fitted(row["label"], room, bold=True, tail=count)


def _places(rows: list[Row], inner: pd.DataFrame, outer: pd.DataFrame, top: int) -> dict[str, Row]:
    by_key = {row.key: row for row in rows if row.key}
    shared = dict.fromkeys(inner.node.iloc[MIDDLE:], OTHERS_FIRST) | dict.fromkeys(outer.node.iloc[top:], OTHERS)
    return {node: by_key[shared.get(node, node)] for node in [*inner.node, *outer.node]}
