"""How probable is it that pictures are on a page as strays, for whatever reason?"""

import numpy as np

from hartools.inference.page_model import RELATED_LEVELS, STRAY_LEVELS, PageModel, log_factorial, logs
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import Counts, log_sum

__all__ = ["Strays"]

# Pages that are no search show few pictures: a practitioner's own one, the visitor's doctors another.
NO_SEARCH = 3.0


class Strays:
    """Work out log probabilities of strays.

    The strays of a page are a Poisson process over the pictures: each is there or not by itself,
    given how many to expect. That is mixed over levels, of strays and of related ones among them.

    Attributes
    ----------
    weights : numpy.ndarray
        log probability of each level.
    inside, outside : numpy.ndarray
        By level: strays to expect of the catalogue, and of what it does not hold.
    related : numpy.ndarray
        By level: share of the first that is related to the query.
    singles : int
        Pictures of one practitioner in the catalogue.
    """

    def __init__(self, index: QueryIndex, model: PageModel, mean: float):
        self.index, self.model = index, model
        levels = [(level * mean, model.related_share + toward * (1 - model.related_share if toward > 0 else model.related_share), weight * held)
                  for toward, held in (RELATED_LEVELS if model.related_share else ((0.0, 1.0),)) for level, weight in STRAY_LEVELS]
        strays, self.related, weights = np.array(levels).T
        self.weights, self.inside, self.outside = np.log(weights), strays * (1 - model.unknown_share), strays * model.unknown_share
        self.singles = max(int((~index.is_shared).sum()), 1)

    def levels(self, unknown: np.ndarray) -> np.ndarray:
        """Return, by view and level, log P(level) P(these pictures from outside the catalogue | level)."""
        return unknown[:, None] * np.log(self.outside) - self.outside + self.weights

    def related_to(self, known: np.ndarray, levels: np.ndarray, matching: np.ndarray, m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log P(all are strays | related to a query that lists `matching` of them and m in all) by level, and of that the part of one that matches."""
        far = (1 - self.related) / self.singles
        near = far + self.related / np.maximum(m, 1)[:, None]
        one_far, one_near = _log_any(self.inside * far), _log_any(self.inside * near)
        matching, others = matching[:, None], (known - matching)[:, None]
        return levels - self.inside * (1 - others * far - matching * near) + matching * one_near + others * one_far, one_near

    def apart_from(self, view: np.ndarray, matching: np.ndarray, never: np.ndarray, known: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """log P(all but the `matching` pictures are strays, related in no way), where the `never` pictures of the lists shown are none."""
        others, rate = (known[view] - matching)[:, None], self.inside / self.singles
        return log_sum(levels[view] - (self.singles - never[:, None] - others) * rate + others * _log_any(rate)) if len(view) else np.zeros(0)

    def beside_lists(self, pairs: Counts, own: np.ndarray, related: np.ndarray, known: np.ndarray, levels: np.ndarray, shares: np.ndarray, rows: np.ndarray, matching: np.ndarray,
                      never: np.ndarray) -> np.ndarray:
        """log P(all but the `matching` pictures are strays), where the `never` pictures of the lists shown are none."""
        view, query, place = pairs.view[rows], pairs.query[rows], self.index.place
        others, shares, terms = known[view] - matching, shares[query], []
        far = (1 - self.related) / self.singles
        one_far = _log_any(self.inside * far)
        for k in np.flatnonzero((shares > 0).any(axis=0)).tolist():
            up, p = related[rows, k], np.maximum(self.index.relations[query, k], 0)
            m, held = self.index.unique_counts[p], (matching, never) if k == place else (own[rows], self.index.unique_counts[query])
            near = np.where(m > 0, np.where(up >= 0, own[up], 0) - held[0], 0)
            # a relation that has no pictures beside those of the lists leaves the catalogue as a whole
            rate = self.related / np.maximum(m, 1)[:, None]
            mass = never[:, None] * far + held[1][:, None] * rate + (others - near)[:, None] * far + near[:, None] * (far + rate)
            told = levels[view] - self.inside * np.where(m > 0, 1 - mass.T, 1 - self.related[:, None] - (never + others) * far[:, None]).T + (others - near)[:, None] * one_far
            some = np.flatnonzero(near > 0)
            told[some] += near[some, None] * _log_any(self.inside * (far + rate[some]))
            terms.append(log_sum(told) + logs(shares[:, k]))
        return log_sum(np.stack(terms, axis=1)) if len(rows) else np.zeros(0)

    def unlisted(self, known: np.ndarray, unknown: np.ndarray) -> np.ndarray:
        """log P(O | what the catalogue does not list): a query of unknown pictures beside strays, or a page that is no search."""
        strays, _ = self.related_to(known, np.broadcast_to(self.weights, (len(known), len(self.weights))), known, np.full(len(known), self.singles))
        other_query = log_factorial(unknown) - np.log(self.model.largest + 1) + log_sum(strays)
        few = np.log(1 - 1 / NO_SEARCH) - (known + unknown) * np.log(NO_SEARCH)
        which = known * (np.log1p(-self.model.unknown_share) - np.log(self.singles)) + unknown * np.log(self.model.unknown_share)
        return np.logaddexp(other_query, log_factorial(known + unknown) + few + which) - np.log(2)


def _log_any(rate: np.ndarray) -> np.ndarray:
    """log P(a picture is a stray at least once)."""
    return np.log(-np.expm1(-rate))
