"""Where do the nodes and ribbons of an alluvial diagram lie, so that few cross and no labels meet?"""

from typing import NamedTuple

import pandas as pd

__all__ = ["Layer", "Ribbon", "layers_of", "ribbons_of"]

COLUMNS = ("visited", "host", "organisation", "country")
OTHERS, UNKNOWN = "others", "unknown"
LEAST_HIGH, MOST_HIGH = 3.2, 7.0  # inches that the streams share


class Layer(NamedTuple):
    """Hold the nodes of one layer, from top to bottom.

    Attributes
    ----------
    names : list of str
    shown : dict of str to str
        What each value of the column stands as: itself, or others.
    weights : dict of str to int
    tops : dict of str to float
        Upper end of each node, inches below the middle.
    scale : float
        Inches per unit of weight.
    high : float
        Inches from the first to the last label.
    folded : int
        Values that stand as others.
    """

    names: list[str]
    shown: dict[str, str]
    weights: dict[str, int]
    tops: dict[str, float]
    scale: float
    high: float
    folded: int

    def span(self, name: str) -> tuple[float, float]:
        """Return the upper and the lower end of a node."""
        return self.tops[name], self.tops[name] + self.weights[name] * self.scale


class Ribbon(NamedTuple):
    """Hold one stream between two layers.

    Attributes
    ----------
    layer : int
        Number of the left layer.
    left, right : float
        Its upper end on either side, inches below the middle.
    high : float
    country : str
        Whose colour it has.
    """

    layer: int
    left: float
    right: float
    high: float
    country: str


def layers_of(streams: pd.DataFrame, *, most: int, row: float, high: float | None = None) -> list[Layer]:
    """Order the four layers from the right, so that streams that end together lie together.

    Parameters
    ----------
    streams : pandas.DataFrame
        Columns visited, host, organisation, country and weight (int).
    most : int
        Nodes of their own per layer, the heaviest; ``unknown`` has one besides, and the others share one.
    row : float
        Inches that a label needs.
    high : float, optional
        Inches to keep to; fewer nodes are then kept.

    Returns
    -------
    list of Layer
    """
    if high is not None:
        most = max(1, min(most, int(high / row) - 2))
    shown = {column: _shown(streams.groupby(column).weight.sum(), most) for column in COLUMNS}
    table = pd.DataFrame({column: streams[column].map(shown[column]) for column in COLUMNS}).assign(weight=streams.weight)
    orders = _orders(table)
    total = int(table.weight.sum())
    for_streams = min(max(LEAST_HIGH, 0.4 * max(len(order) for order in orders.values())), MOST_HIGH) if high is None else 0.6 * high
    return [_layer(table.groupby(column).weight.sum().to_dict(), orders[column], shown[column], for_streams / total, row, high) for column in COLUMNS]


def _shown(sums: pd.Series, most: int) -> dict[str, str]:
    ranked = sorted((name for name in sums.index if name != UNKNOWN), key=lambda name: (-sums[name], name))
    kept = {*(ranked if len(ranked) == most + 1 else ranked[:most]), UNKNOWN}  # one alone needs no other's name
    return {name: name if name in kept else OTHERS for name in sums.index}


def _orders(table: pd.DataFrame) -> dict[str, list[str]]:
    """Order each layer by where its streams lead, then by weight; others and unknown last."""
    orders: dict[str, list[str]] = {}
    towards: str | None = None
    for column in reversed(COLUMNS):
        sums = table.groupby(column).weight.sum()
        place = _mean_place(table, column, towards, orders) if towards and column != "visited" else dict.fromkeys(sums.index, 0.0)
        orders[column] = sorted(sums.index, key=lambda name: (name == UNKNOWN, name == OTHERS, place[name], -sums[name], name))
        towards = column
    return orders


def _mean_place(table: pd.DataFrame, column: str, towards: str, orders: dict[str, list[str]]) -> dict[str, float]:
    rank = table[towards].map({name: number for number, name in enumerate(orders[towards])})
    sums = table.assign(product=rank * table.weight).groupby(column)[["product", "weight"]].sum()
    return (sums["product"] / sums.weight).to_dict()


def _layer(weights: dict[str, int], order: list[str], shown: dict[str, str], scale: float, row: float, high: float | None) -> Layer:
    gap = 0.06
    slots = [max(weights[name] * scale + gap, row) for name in order]
    if high is not None and sum(slots) > high:  # shrink what the heavy ones have beyond a label
        spare = sum(slot - row for slot in slots)
        share = max(0.0, (high - row * len(slots)) / spare) if spare else 1.0
        slots = [row + (slot - row) * share for slot in slots]
        scale = min([scale, *((slot - gap) / weights[name] for name, slot in zip(order, slots, strict=True) if weights[name])])
    top, tops = -sum(slots) / 2, {}
    for name, slot in zip(order, slots, strict=True):
        tops[name] = top + (slot - weights[name] * scale) / 2
        top += slot
    return Layer(order, shown, {name: int(weights[name]) for name in order}, tops, scale, sum(slots), sum(name == OTHERS for name in shown.values()))


def ribbons_of(streams: pd.DataFrame, layers: list[Layer]) -> list[Ribbon]:
    """Lay one ribbon per pair of nodes in neighbouring layers and country, in the order of both ends."""
    table = pd.DataFrame({column: streams[column].map(layer.shown) for column, layer in zip(COLUMNS, layers, strict=True)}).assign(weight=streams.weight)
    ribbons = []
    for number in range(len(layers) - 1):
        left, right = layers[number], layers[number + 1]
        sums = table.assign(start=table[COLUMNS[number]], end=table[COLUMNS[number + 1]], colour=table.country).groupby(["start", "end", "colour"]).weight.sum()
        rank_left, rank_right, rank_country = ({name: place for place, name in enumerate(layer.names)} for layer in (left, right, layers[-1]))
        pairs = [(start, end, colour, int(weight)) for (start, end, colour), weight in sums.items()]
        used: dict[str, float] = {}
        starts = {}
        for pair in sorted(pairs, key=lambda pair: (rank_left[pair[0]], rank_right[pair[1]], rank_country[pair[2]])):
            starts[pair] = left.tops[pair[0]] + used.get(pair[0], 0.0)
            used[pair[0]] = used.get(pair[0], 0.0) + pair[3] * left.scale
        used = {}
        for pair in sorted(pairs, key=lambda pair: (rank_right[pair[1]], rank_left[pair[0]], rank_country[pair[2]])):
            ribbons.append(Ribbon(number, starts[pair], right.tops[pair[1]] + used.get(pair[1], 0.0), pair[3] * min(left.scale, right.scale), pair[2]))
            used[pair[1]] = used.get(pair[1], 0.0) + pair[3] * right.scale
    return ribbons
