"""What stands on the page of an interactive map, and where?"""

import math

import pandas as pd

from hartools.plots.lettering import literal
from hartools.plots.request_map import NOUNS, bend, map_words
from hartools.plots.ring import AWAY, OTHERS, OTHERS_FIRST, Ring, Row, ring_of
from hartools.plots.strokes import STROKES, drawn_edges
from hartools.plots.style import PARTY_NAMES, plural

__all__ = ["map_page"]

PIXELS = 96  # of CSS in an inch, so that 9 points are 12 pixels
DASHES = {"-": "", "--": "6 3", ":": "1.5 2.5", "-.": "7 3 1.5 3"}
HELP = "Point at a mark, or move to it with the tab key: what led to it, and what it led to, is lit and listed here. Enter or a click keeps it; Escape lets go."
LONGEST = 200


def map_page(nodes: pd.DataFrame, edges: pd.DataFrame, *, level: str, top: int, known: bool, title: str | None) -> dict:
    """Work out everything that the page's template shows, as text and numbers.

    Parameters
    ----------
    nodes, edges : pandas.DataFrame
        As `hartools.graphs` has them; at least one node.
    level : str
    top : int
        Marks of their own around the middle.
    known : bool
        Whether it is known which site was visited.
    title : str or None

    Returns
    -------
    dict
        What `data/interactive_map.html.j2` names.
    """
    noun = NOUNS.get(level, level)
    nodes = nodes.assign(organisation=(nodes.node.where(nodes.known) if level == "organisation" else nodes.owner).fillna(""))
    ring = ring_of(nodes, edges, top=top)
    numbers = {row.key: number for number, row in enumerate(row for row in ring.rows if row.key)}
    places = {node: numbers[row.key] for node, row in ring.places.items()}
    words = map_words(nodes, ring, noun, known, title)
    lines, looks = _edges(edges, ring, places)
    listed = nodes.sort_values(["entries", "node"], ascending=[False, True])
    return words | {
        "noun": noun, "count": plural(len(nodes), noun), "parties": [party for party in PARTY_NAMES if (nodes.party == party).any()], "party_names": PARTY_NAMES,
        "organisations": sorted({literal(name, most=LONGEST) for name in nodes.organisation if name}), "box": _box(ring), "edges": lines,
        "strokes": [{"number": look, "colour": STROKES[look].colour, "dash": DASHES[STROKES[look].line], "meaning": STROKES[look].meaning} for look in looks],
        "rows": [_row(row, numbers, nodes) for row in ring.rows], "silent": bool(((nodes.answered == 0) & (nodes["entries"] > 0)).any()),
        "nodes": [_listed(row, places) for row in listed.to_dict("records")], "data": _data(nodes, edges, ring, places),
    }


def _box(ring: Ring) -> str:
    wide, high = (max(ring.wide, 5.0) + 0.4) * PIXELS, (ring.high + 0.3) * PIXELS  # some room, since a reader's font may be wider
    return f"{-wide / 2:.0f} {-high / 2:.0f} {wide:.0f} {high:.0f}"


def _radius(entries: int) -> float:
    return round(min(4.2 + 1.0 * math.sqrt(entries), 9.0), 1)


def _row(row: Row, numbers: dict[str, int], nodes: pd.DataFrame) -> dict:
    """Say where a mark and its label are, in pixels downwards; a heading has no mark."""
    x, y, r = round(row.x * PIXELS, 1), round(-row.y * PIXELS, 1), _radius(row.entries)
    anchor = {-1: "end", 0: "middle", 1: "start"}[row.side]
    made = {"mark": numbers.get(row.key), "text": row.text, "x": x, "y": y, "r": r, "party": row.party, "anchor": anchor,
            "tx": round(x + row.side * AWAY * PIXELS, 1), "ty": round(y + (4.2 if row.side else 24), 1), "silent": row.answered == 0 and row.entries > 0}
    if not row.key:
        return made
    wide = 280
    left = {-1: x - wide, 0: x - wide / 2, 1: x - 11}[row.side]
    name = literal(row.key, most=LONGEST) if row.key not in (OTHERS, OTHERS_FIRST) else row.text
    made["hit"] = {"x": round(left, 1), "y": round(y - (9 if row.side else 12), 1), "width": wide + 11, "height": 18 if row.side else 42}
    made["spoken"] = f"{name}, {PARTY_NAMES[row.party]}, {plural(row.entries, 'request')}, {row.answered:,} answered"
    return made


def _edges(edges: pd.DataFrame, ring: Ring, places: dict[str, int]) -> tuple[list[dict], list[int]]:
    rows = [row for row in ring.rows if row.key]
    joined = edges.assign(source=edges.source.map(places), target=edges.target.map(places))
    shown = drawn_edges(joined[joined.source != joined.target])
    lines = []
    for source, target, look, weight in shown[["source", "target", "look", "weight"]].itertuples(index=False):
        stroke = STROKES[look]
        lines.append({"source": source, "target": target, "look": look, "d": _curve(rows[source], rows[target]), "colour": stroke.colour, "dash": DASHES[stroke.line],
                      "width": f"{min(0.6 + 0.3 * math.log1p(weight), 2.2):.2f}", "others": OTHERS in (rows[source].key, rows[target].key)})
    return lines, sorted(shown.look.unique().tolist())


def _curve(start: Row, end: Row) -> str:
    """Draw a quadratic curve bent towards the middle of the map, ending beside the mark."""
    x1, y1, x2, y2 = (value * PIXELS for value in (start.x, -start.y, end.x, -end.y))
    bent = bend(start, end)
    x, y = (x1 + x2) / 2 - bent * (y2 - y1), (y1 + y2) / 2 + bent * -(x1 - x2)
    away = math.hypot(x2 - x, y2 - y) or 1.0
    short = _radius(end.entries) + 2
    return f"M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2 - short * (x2 - x) / away:.1f} {y2 - short * (y2 - y) / away:.1f}"


def _listed(row: dict, places: dict[str, int]) -> dict:
    site = "several" if pd.isna(row["site"]) else row["site"]
    name, site, organisation = (literal(value, most=LONGEST) for value in (row["node"], site, row["organisation"]))
    return {"mark": places[row["node"]], "name": name, "site": site, "organisation": organisation, "party": row["party"], "requests": f"{row['entries']:,}",
            "answered": f"{row['answered']:,}", "find": " ".join((name, site, organisation)).lower()}


def _data(nodes: pd.DataFrame, edges: pd.DataFrame, ring: Ring, places: dict[str, int]) -> dict:
    """List what the script needs: of each mark its name and facts, of each edge both ends, kind and weight."""
    known = nodes.set_index("node")
    marks = []
    for row in (row for row in ring.rows if row.key):
        shared = row.key in (OTHERS, OTHERS_FIRST)
        facts = [] if shared else [f"organisation: {literal(known.organisation[row.key], most=LONGEST) or 'unknown'}", f"site: {'several' if pd.isna(known.site[row.key]) else literal(known.site[row.key], most=LONGEST)}"]
        marks.append({"name": row.text.rpartition(" · ")[0] if shared else literal(row.key, most=LONGEST),
                      "lines": [*facts, PARTY_NAMES[row.party], f"{plural(row.entries, 'request')}, {row.answered:,} answered"]})
    table = edges.assign(source=edges.source.map(places), target=edges.target.map(places))
    table = table[table.source != table.target].groupby(["source", "target", "kind"], sort=True).weight.sum().reset_index().sort_values("weight", ascending=False, kind="stable")
    return {"help": HELP, "marks": marks, "edges": [[int(source), int(target), literal(kind), int(weight)] for source, target, kind, weight in table.itertuples(index=False)]}
