"""How probable is each query, given the pictures of one search?"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from hartools.errors import UnknownChoiceError
from hartools.inference.query_index import QueryIndex

__all__ = ["DIGITS", "Posterior", "by_value", "entropy_bits", "position_of"]

# Probabilities that differ by less are taken for equal, and listed in the order of the index.
DIGITS = 12


class Posterior:
    """Hold what the pictures of one search say about its query.

    Attributes
    ----------
    prior : str
        Name of the prior.
    log_evidence : float
        Log probability of the pictures under all queries together.
    entropy_bits, prior_entropy_bits : float
        Uncertainty after and before, in bits; two to their power is the number of equally
        probable queries that would be as uncertain.
    probabilities : numpy.ndarray
        One per query of the index, and one for what the catalogue does not list.
    """

    def __init__(self, index: QueryIndex, probabilities: np.ndarray, own: np.ndarray, candidates: np.ndarray, *, prior: str, log_evidence: float,
                 prior_entropy_bits: float):
        self._index, self._own, self._candidates = index, own, candidates
        self.probabilities, self.prior, self.log_evidence = probabilities, prior, log_evidence
        self.prior_entropy_bits = prior_entropy_bits

    @cached_property
    def entropy_bits(self) -> float:
        return entropy_bits(self.probabilities)

    @cached_property
    def _order(self) -> np.ndarray:
        # so that queries equal but for floating-point noise keep the order of the index: the most specific first, then by name
        order = np.argsort(-np.round(self.probabilities, DIGITS), kind="stable")
        return order[self._candidates[order]]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per query, most probable first.

        Columns: value (object of attributes; None for what the catalogue does not list),
        probability, own (pictures seen that match it), pictures (pictures that match it).
        """
        order = self._order
        return pd.DataFrame({
            "value": pd.Series([self._value(number) for number in order.tolist()], dtype="object"),
            "probability": self.probabilities[order],
            "own": np.append(self._own, 0)[order],
            "pictures": np.append(self._index.picture_counts, 0)[order],
        })  # fmt: skip

    def _value(self, number: int) -> dict | None:
        return self._index.value(number) if number < len(self._index) else None

    def best(self) -> dict | None:
        """Return the most probable query."""
        return self._value(self.best_number())

    def best_number(self) -> int:
        """Return its number; the number of queries for what the catalogue does not list."""
        return int(np.argmax(np.where(self._candidates, np.round(self.probabilities, DIGITS), -1)))

    def probability(self, value: Mapping | None) -> float:
        """Return the probability of one query; None stands for what the catalogue does not list."""
        return float(self.probabilities[-1 if value is None else self._index.number_of(value)])

    def marginal(self, attribute: str) -> pd.Series:
        """Sum the probabilities by one attribute; queries without it are left out.

        Returns
        -------
        pandas.Series
            Probability by value, most probable first.
        """
        position = position_of(self._index, attribute)
        summed, named = by_value(self._index, position, self.probabilities[:-1]), by_value(self._index, position, self._candidates[:-1]) > 0
        series = pd.Series(summed[named], index=pd.Index(self._index.levels[position][named], dtype=object, name=attribute), name="probability")
        return series.sort_values(ascending=False, kind="stable")

    def credible_set(self, mass: float = 0.95, *, chance: np.random.Generator | None = None) -> list[dict | None]:
        """List the most probable queries that together hold `mass`; with a generator the last is left out as often as makes that exact on average."""
        order = self._order
        total = np.cumsum(self.probabilities[order])
        enough = min(int((total < mass - 1e-12).sum()) + 1, len(order))
        if chance is not None and chance.random() * self.probabilities[order[enough - 1]] < total[enough - 1] - mass:
            enough -= 1
        return [self._value(number) for number in order[:enough].tolist()]

    def alternatives(self, *, mass: float = 0.99) -> list[dict]:
        """List the queries after the first until all together hold `mass`."""
        order = self._order
        enough = int((np.cumsum(self.probabilities[order]) < mass - 1e-12).sum()) + 1
        return [{"value": self._value(number), "probability": float(self.probabilities[number])} for number in order[1:enough].tolist()]


def position_of(index: QueryIndex, attribute: str) -> int:
    if attribute not in index.attributes:
        raise UnknownChoiceError(f"attribute {attribute!r}: there are {', '.join(map(repr, index.attributes))}")
    return index.attributes.index(attribute)


def by_value(index: QueryIndex, position: int, weights: np.ndarray) -> np.ndarray:
    """Sum weights of queries by the value that they give an attribute."""
    code = index.codes[:, position]
    return np.bincount(code[code >= 0], weights=weights[code >= 0], minlength=len(index.levels[position]))


def entropy_bits(probabilities: np.ndarray) -> float:
    """Return the entropy of probabilities, in bits."""
    positive = probabilities[probabilities > 0]
    return float(-(positive * np.log2(positive)).sum()) + 0.0
