"""How probable is each query, given the pictures of each of many searches?"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from hartools.inference.batch import Batch
from hartools.inference.page_model import logs
from hartools.inference.posterior import DIGITS, Posterior, by_value, entropy_bits, position_of
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import spread

__all__ = ["Posteriors"]

# Searches whose marginals are worked out at a time.
MOST_VIEWS = 2000


class Posteriors(Sequence):
    """Hold the posteriors of many searches.

    Queries that list a picture seen are held one by one; all others are worked out when asked for.

    Attributes
    ----------
    prior : str
    unlisted : numpy.ndarray
        By search: probability of what the catalogue does not list.
    log_evidence : numpy.ndarray
        By search: log probability of the pictures under all queries together.
    """

    def __init__(self, index: QueryIndex, batch: Batch, *, prior: str, kept: float = 0.0):
        self._index, self._batch, self.prior, self._listed = index, batch, prior, 1 - kept
        self.unlisted, self.log_evidence = kept + batch.unlisted * (1 - kept), batch.log_evidence
        self._candidates = np.append(batch.background.before > 0, batch.background.unlisted > 0 or kept > 0)
        self._first = np.searchsorted(batch.view, np.arange(len(batch) + 1))

    def __len__(self) -> int:
        return len(self._batch)

    def __getitem__(self, number: int) -> Posterior:
        number = range(len(self))[number]
        probability, own = self._batch.dense(number)
        return Posterior(self._index, np.append(self._listed * probability, self.unlisted[number]), own, self._candidates, prior=self.prior,
                         log_evidence=float(self.log_evidence[number]), prior_entropy_bits=self.prior_entropy_bits)

    @cached_property
    def prior_entropy_bits(self) -> float:
        """Uncertainty before any picture was seen, in bits."""
        return entropy_bits(np.append(self._batch.background.before, self._batch.background.unlisted))

    @cached_property
    def entropy_bits(self) -> np.ndarray:
        """Uncertainty after, by search, in bits."""
        return np.array([self[number].entropy_bits for number in range(len(self))])

    def best(self) -> list[dict | None]:
        """Return the most probable query of each search."""
        return [self._index.value(number) if number < len(self._index) else None for number in self._best.tolist()]

    @cached_property
    def _best(self) -> np.ndarray:
        """The number of the most probable query; the number of queries for what the catalogue does not list."""
        batch, last = self._batch, len(self._index)
        rounded, share = np.round(self._listed * batch.probability, DIGITS), np.round(self.unlisted, DIGITS)
        best = np.full(len(self), last)
        top = share.copy()
        np.maximum.at(top, batch.view, rounded)
        # of equal ones the first of the index; what is not listed comes last
        at = np.flatnonzero(rounded == top[batch.view])
        np.minimum.at(best, batch.view[at], batch.query[at])
        for number in np.flatnonzero(np.round(self._ceiling(), DIGITS) >= top).tolist():
            best[number] = self[number].best_number()
        return best

    def _ceiling(self) -> np.ndarray:
        """Bound from above, by search, the probability of a query that lists no picture seen."""
        batch = self._batch
        pull = np.maximum(batch.apart, batch.anywhere)
        np.maximum.at(pull, batch.view, batch.pull)
        heaviest = {each: batch.background.weights(each).max() for each in np.unique(batch.pattern).tolist()}
        ceiling = pull * np.array([heaviest[each] for each in batch.pattern.tolist()])
        if batch.background.fills:
            filled = np.zeros(len(self))
            np.maximum.at(filled, batch.view, batch.filled)
            most = {each: batch.background.unseen(each).max() for each in heaviest}
            ceiling += filled * np.array([most[each] for each in batch.pattern.tolist()])
        return self._listed * ceiling

    def _numbers(self, values: Iterable[Mapping | None]) -> np.ndarray:
        numbers = []
        for value in values:
            try:
                numbers.append(-1 if value is None else self._index.number_of(value))
            except KeyError:
                numbers.append(-1)
        if len(numbers) != len(self):
            raise ValueError(f"{len(numbers)} values for {len(self)} searches")
        return np.array(numbers, dtype=np.int64)

    def probability(self, values: Iterable[Mapping | None]) -> np.ndarray:
        """Return, by search, the probability of one query each; None, or a query that the catalogue does not list, is that of all such."""
        batch, number = self._batch, self._numbers(values)
        result, rows = self.unlisted.copy(), np.flatnonzero(number >= 0)
        at = self._find(rows, number[rows])
        result[rows] = self._listed * np.where(at >= 0, batch.probability[at] if len(batch.probability) else 0.0, self._others(rows, number[rows]))
        return result

    def _find(self, view: np.ndarray, query: np.ndarray) -> np.ndarray:
        """Return the positions of pairs of view and query, -1 for one that is not held."""
        keys = self._keys
        if not len(keys):
            return np.full(len(view), -1)
        wanted = view * np.int64(len(self._index)) + query
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where((query >= 0) & (keys[at] == wanted), at, -1)

    @cached_property
    def _keys(self) -> np.ndarray:
        return self._batch.view * np.int64(len(self._index)) + self._batch.query

    def _others(self, view: np.ndarray, query: np.ndarray) -> np.ndarray:
        """Return the probability of pairs of view and query that lists no picture seen."""
        batch, index, total = self._batch, self._index, np.zeros(len(view))
        relations = index.relations[query]
        for k in range(relations.shape[1]):
            at = self._find(view, relations[:, k])
            rest = np.where(index.is_apart[relations[:, k]], batch.apart[view], batch.anywhere[view])
            total += batch.background.shares[query, k] * np.where(at >= 0, batch.pull[at] if len(batch.pull) else 0.0, rest)
        total *= batch.background.of(view, query, batch.pattern)
        if batch.background.fills:
            at = self._find(view, relations[:, index.place])
            total += batch.background.of(view, query, batch.pattern, which="unseen") * np.where(at >= 0, batch.filled[at] if len(batch.filled) else 0.0, 0.0)
        return total

    def log_probability(self, values: Iterable[Mapping | None]) -> np.ndarray:
        """Return its logarithm: the log score of each search, if `values` are the true queries."""
        return logs(self.probability(values))

    def marginal(self, attribute: str, *, least: float = 1e-4) -> pd.DataFrame:
        """Sum the probabilities by one attribute; queries without it are left out.

        Parameters
        ----------
        attribute : str
        least : float
            Values less probable than this are left out.

        Returns
        -------
        pandas.DataFrame
            Columns: view (number of the search), value, probability; the most probable first.
        """
        position = position_of(self._index, attribute)
        names, rows = self._index.levels[position], [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object), np.zeros(0))]
        for first in range(0, len(self), MOST_VIEWS):
            shares = self._marginals(position, first, min(first + MOST_VIEWS, len(self)))
            view, value = np.nonzero(shares >= least)
            order = np.lexsort([value, -np.round(shares[view, value], DIGITS), view])
            rows.append((view[order] + first, names[value[order]], shares[view, value][order]))
        view, value, probability = (np.concatenate(part) for part in zip(*rows, strict=True))
        return pd.DataFrame({"view": view, "value": value, "probability": probability})

    def marginal_probability(self, attribute: str, values: Iterable[str]) -> np.ndarray:
        """Return, by search, the probability that the attribute has one value each; 0 for one that the catalogue does not have."""
        position, values = position_of(self._index, attribute), list(values)
        codes = {name: code for code, name in enumerate(self._index.levels[position].tolist())}
        code, result = np.array([codes.get(value, -1) for value in values]), np.zeros(len(self))
        for first in range(0, len(self), MOST_VIEWS):
            last = min(first + MOST_VIEWS, len(self))
            result[first:last] = np.where(code[first:last] >= 0, self._marginals(position, first, last)[np.arange(last - first), code[first:last]], 0.0)
        return result

    def _marginals(self, position: int, first: int, last: int) -> np.ndarray:
        """Return the marginal of some searches: one row each, one column per value."""
        batch, index, width = self._batch, self._index, len(self._index.levels[position])
        span = slice(self._first[first], self._first[last])
        view, query = batch.view[span], batch.query[span]
        total = np.zeros((last - first) * width)
        code = index.codes[query, position]
        named = np.flatnonzero(code >= 0)
        extra = batch.probability[span][named] - self._others(view[named], query[named])
        total += np.bincount((view[named] - first) * width + code[named], weights=extra, minlength=len(total))
        total = total.reshape(last - first, width)
        for pattern in np.unique(batch.pattern[first:last]).tolist():
            rows = np.flatnonzero(batch.pattern[first:last] == pattern)
            apart, anywhere = self._shares(position, pattern)
            total[rows] += batch.apart[first:last][rows, None] * apart + batch.anywhere[first:last][rows, None] * anywhere
        pull = batch.pull[span] - np.where(index.is_apart[query], batch.apart[view], batch.anywhere[view])
        self._add_pulled(total, position, view - first, query, pull, batch.pattern[view])
        if batch.background.fills:
            self._add_filled(total, position, view - first, query, batch.filled[span], batch.pattern[view])
        return self._listed * np.maximum(total, 0.0)

    def _shares(self, position: int, pattern: int) -> tuple[np.ndarray, np.ndarray]:
        """Sum the weights by value of an attribute: the share of relations that stand apart, and the others."""
        background = self._batch.background
        weights, apart = background.weights(pattern), background.mean(self._index.is_apart.astype(float))
        return by_value(self._index, position, weights * apart), by_value(self._index, position, weights * (1 - apart))

    def _add_pulled(self, total: np.ndarray, position: int, view: np.ndarray, query: np.ndarray, pull: np.ndarray, pattern: np.ndarray) -> None:
        """Add what relations that list a picture seen pull towards the queries below them, by value of an attribute."""
        index, background = self._index, self._batch.background
        code, width = index.codes[query, position], total.shape[1]
        ends, below = index.below(position)
        for each in np.unique(pattern).tolist():
            rows = np.flatnonzero((pattern == each) & (code >= 0) & (pull > 0))
            total += np.bincount(view[rows] * width + code[rows], weights=pull[rows] * background.below(each)[query[rows]], minlength=total.size).reshape(total.shape)
            rows = np.flatnonzero((pattern == each) & (code < 0) & (pull > 0))
            row, at = spread(ends, query[rows], rows)
            share = background.weights(each) * background.shares[:, position]
            total += np.bincount(view[row] * width + index.codes[below[at], position], weights=pull[row] * share[below[at]], minlength=total.size).reshape(total.shape)

    def _add_filled(self, total: np.ndarray, position: int, view: np.ndarray, query: np.ndarray, filled: np.ndarray, pattern: np.ndarray) -> None:
        """Add what queries with the place left open give those below them as pages filled in from elsewhere."""
        index, background = self._index, self._batch.background
        ends, below = index.below(index.place)
        for each in np.unique(pattern).tolist():
            rows = np.flatnonzero((pattern == each) & (filled > 0))
            row, at = spread(ends, query[rows], rows)
            code = index.codes[below[at], position]
            row, at, code = row[code >= 0], at[code >= 0], code[code >= 0]
            total += np.bincount(view[row] * total.shape[1] + code, weights=filled[row] * background.unseen(each)[below[at]], minlength=total.size).reshape(total.shape)

    def credible_sets(self, mass: float = 0.95, *, seed: int | None = None) -> list[list[dict | None]]:
        """List, by search, the most probable queries that together hold `mass`.

        With a seed the sets are randomised: the last query is left out as often as makes the
        sets hold exactly `mass` on average.
        """
        chance = None if seed is None else np.random.default_rng(seed)
        return [self[number].credible_set(mass, chance=chance) for number in range(len(self))]
