"""Which lists of other places could fill in a short one, where nobody says which places are near?"""

import numpy as np

from hartools.inference.page_model import PageModel, log_choose, logs
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import Counts, distinct

__all__ = ["Elsewhere"]

# Of how many people the room for the last list that fills a page may be, as an even mixture.
ROOMS = (1, 2, 3, 5, 8, 12, 20, 35)


class Elsewhere:
    """Hold what is expected of a short list that is filled in with whole lists of other places, any of them being as near as any other.

    A list of another place (all other attributes the same) is taken with the same probability
    each: whole, or in part where it is the last. Neither its pictures nor the query's own are
    strays on such a page. A page is taken for filled in only where a picture of the query's own
    was asked for, since nothing tells a place of which none was.

    Attributes
    ----------
    fill_share, radius_share : float
        Probabilities of the two ways; without positions there is no radius.
    can_have_others : numpy.ndarray of bool
        Queries that fix a place and have people elsewhere.
    none : numpy.ndarray
        P(filled in, and nothing of the query's own is asked for), by query.
    """

    radius_share = 0.0

    def __init__(self, index: QueryIndex, model: PageModel):
        self.index, self.model, self.fill_share = index, model, model.neighbour_share
        self._whole = index.relations[:, index.place]
        siblings = np.bincount(self._whole[self._whole >= 0], minlength=len(index))
        # those who match a place alone are not sought elsewhere
        self._fixed = fixed = (self._whole >= 0) & (self._whole != len(index) - 1)
        self.can_have_others = fixed & (siblings[self._whole] > 1)
        n, m = index.practitioner_counts, index.unique_counts
        self._taken = self._share_taken(fixed, siblings, n)
        classes, self._class_of = distinct(n, m)
        self._table = self._one_list(classes[:, 0], classes[:, 1])
        nothing = 1 - self._taken[self._whole] * (1 - np.exp(self._table[self._class_of, 0]))
        self._log_nothing = np.where(fixed, np.log(nothing), 0.0)
        self._log_nothing_of_all = np.bincount(self._whole[fixed], weights=self._log_nothing[fixed], minlength=len(index))
        sizes = np.array(model.page_sizes)
        self._share = (1 - model.slack) * self.fill_share * (sizes > n[:, None]).mean(axis=1) * self.can_have_others
        whole = model.loaded[np.minimum(m, model.largest)]
        self._exhausted = logs(np.where((m <= model.largest)[:, None], whole, 0.0)) - log_choose(m[:, None], np.minimum(np.arange(model.largest + 1), m[:, None]))
        self.none = self._share * np.exp(self._exhausted[:, 0])

    def _share_taken(self, fixed: np.ndarray, siblings: np.ndarray, n: np.ndarray) -> np.ndarray:
        """Return, by query without a place, the probability that one of its places is taken: as many as fill half a page."""
        people = np.bincount(self._whole[fixed], weights=n[fixed], minlength=len(self.index))
        lists = np.mean(self.model.page_sizes) / 2 / np.maximum(people / np.maximum(siblings, 1), 1)
        return np.minimum(np.maximum(lists, 1) / np.maximum(siblings, 2), 0.5)

    def _one_list(self, n: np.ndarray, m: np.ndarray) -> np.ndarray:
        """log P(j of its pictures are asked for) / C(m, j) of a list that is taken, whole or in part, by class."""
        whole = np.where((n <= self.model.largest)[:, None], self.model.loaded[np.minimum(m, self.model.largest)], 0.0)
        part = sum(self.model.from_page(n, m, room) for room in ROOMS) / len(ROOMS)
        shares = np.where((n <= self.model.largest)[:, None], 0.7 * whole + 0.3 * part, part)
        return logs(shares) - log_choose(m[:, None], np.minimum(np.arange(self.model.largest + 1), m[:, None]))

    def near(self, pairs: Counts, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """No query comes to be a candidate that lists no picture seen."""
        return pairs.view[:0], pairs.query[:0]

    def find(self, pairs: Counts, own: np.ndarray, related: np.ndarray, known: np.ndarray, as_strays) -> tuple[np.ndarray, np.ndarray]:
        """Return pairs by position, and log P(O, the page is filled in | q) of each; shared pictures aside."""
        place, most = self.index.place, self._table.shape[1] - 1
        query, up = pairs.query, related[:, place]
        fixed = (up >= 0) & self._fixed[query] & (own > 0)
        log_ratio = np.zeros(len(pairs))
        q = query[fixed]
        log_ratio[fixed] = logs(self._taken[self._whole[q]]) + self._table[self._class_of[q], np.minimum(own[fixed], most)] - self._log_nothing[q]
        log_ratio[fixed & (own > most)] = -np.inf
        impossible = np.bincount(up[fixed], weights=np.isinf(log_ratio[fixed]), minlength=len(pairs))
        of_all = np.bincount(up[fixed], weights=np.where(np.isinf(log_ratio[fixed]), 0.0, log_ratio[fixed]), minlength=len(pairs))
        rows = np.flatnonzero(fixed & (own <= most) & (self._share[query] > 0))
        q, p = query[rows], up[rows]
        mine = np.where(np.isinf(log_ratio[rows]), 0.0, log_ratio[rows])
        alone = impossible[p] - np.isinf(log_ratio[rows]) == 0
        lists = np.where(alone, of_all[p] - mine, -np.inf) + self._log_nothing_of_all[self._whole[q]] - self._log_nothing[q]
        view = pairs.view[rows]
        told = logs(self._share[q]) + self._exhausted[q, own[rows]] + lists
        return rows, told + as_strays(view, known[view] - own[p], self.index.unique_counts[self._whole[q]])
