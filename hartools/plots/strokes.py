"""How is each kind of evidence for an edge drawn, and which where several join the same two?"""

from typing import NamedTuple

import pandas as pd
from matplotlib.lines import Line2D

__all__ = ["EDGE_STYLES", "Stroke", "drawn_edges", "edge_legend", "stroke_of"]


class Stroke(NamedTuple):
    """Describe one look of an edge.

    Attributes
    ----------
    line : str
        Line style in matplotlib's words.
    meaning : str
        What stands in the legend.
    colour : str
    rank : int
        0 is always drawn; a higher one only where the same two have nothing lower.
    """

    line: str
    meaning: str
    colour: str
    rank: int


CAUSE = Stroke("-", "caused by its page or script", "#8C8C8C", 0)
REDIRECT = Stroke("--", "redirected", "#1A1A1A", 0)
BODY = Stroke("-.", "address found in a body", "#CC79A7", 1)
REFERRER = Stroke(":", "named as referrer", "#8C8C8C", 2)
GUESS = Stroke("-", "guessed from the time", "#D9D9D9", 3)
UNTOLD = Stroke("-", "of that page, cause not told", "#D9D9D9", 4)
OTHER = Stroke(":", "other evidence", "#E69F00", 1)

STROKES = (CAUSE, REDIRECT, BODY, OTHER, REFERRER, GUESS, UNTOLD)

# Few looks, so that a map can be read: what caused a request is one line, whatever says so.
EDGE_STYLES = {
    "script": CAUSE, "parser": CAUSE, "initiator": CAUSE, "preflight": CAUSE, "redirect": REDIRECT,
    "referer": REFERRER, "body": BODY, "time": GUESS, "document": UNTOLD, "unknown": UNTOLD,
}  # fmt: skip


def stroke_of(kind: str) -> Stroke:
    """Return the look of a kind of edge; a kind not known here has one too.

    Examples
    --------
    >>> stroke_of("script").meaning, stroke_of("telepathy").meaning
    ('caused by its page or script', 'other evidence')
    """
    return EDGE_STYLES.get(kind, OTHER)


def drawn_edges(edges: pd.DataFrame) -> pd.DataFrame:
    """Join edges that look alike, and leave out weaker evidence where the same two have stronger.

    Parameters
    ----------
    edges : pandas.DataFrame
        Columns source, target, kind and weight, as `hartools.graphs.edges_table` has them.

    Returns
    -------
    pandas.DataFrame
        One row per source, target and look: source, target, look (its place in ``STROKES``), weight;
        in alphabetical order.

    Examples
    --------
    >>> table = pd.DataFrame({"source": ["a", "a"], "target": ["b", "b"], "kind": ["script", "referer"], "weight": [2, 2]})
    >>> drawn_edges(table)[["source", "target", "weight"]].values.tolist()
    [['a', 'b', 2]]
    """
    looks = {kind: STROKES.index(stroke_of(kind)) for kind in edges.kind.unique()}
    table = edges[["source", "target", "weight"]].assign(look=edges.kind.map(looks).astype("int64"))
    table = table.groupby(["source", "target", "look"], sort=True).weight.sum().reset_index()
    table["rank"] = table.look.map({number: stroke.rank for number, stroke in enumerate(STROKES)})
    strongest = table.groupby(["source", "target"])["rank"].transform("min")
    return table[(table["rank"] == 0) | (table["rank"] == strongest)].drop(columns="rank").reset_index(drop=True)


def edge_legend(looks: list[int]) -> list[Line2D]:
    """Return one legend line per look that is drawn."""
    return [Line2D([], [], linestyle=STROKES[look].line, color=STROKES[look].colour, label=STROKES[look].meaning) for look in sorted(set(looks))]
