"""Which lists of other places could fill in a short one, where nobody says which places are near?"""

import numpy as np

from hartools.inference.nearby import in_part, ways
from hartools.inference.page_model import PageModel, logs
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import Counts, Seen, distinct, spread

__all__ = ["Elsewhere"]

# The last list that fills a page is shown in part.
LAST = 0.3
# A picture with so many bearers among those of a specialty may well come with lists from elsewhere.
MANY = 10


class Elsewhere:
    """Hold what is expected of a short list that is filled in with whole lists of other places, any of them being as near as any other.

    A list of another place (all other attributes the same) is taken with the same probability
    each: whole, or in part where it is the last. Neither its pictures nor the query's own are
    strays on such a page.

    Attributes
    ----------
    fill_share, radius_share : float
        Probabilities of the two ways; without positions there is no radius.
    can_have_others : numpy.ndarray of bool
        Queries that fix a place and have people elsewhere.
    none : numpy.ndarray
        P(filled in, and nothing of all those lists is asked for), by query.
    unseen : numpy.ndarray
        P(filled in, and nothing of the query's own is asked for), by query, the other lists left
        out: to be multiplied by `group`.
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
        self._share = (1 - model.slack) * self.fill_share * sum(share * (n < size) for size, share in zip(*model.sizes, strict=True)) * self.can_have_others
        whole = model.loaded[np.minimum(m, model.largest)]
        self._exhausted = logs(np.where((m <= model.largest)[:, None], whole, 0.0)) - ways(m, model.largest)
        # who has no place is in no list of a place, and a stray on such a page
        has_place = np.bincount(index.listed, weights=fixed[index.listed_by], minlength=index.pictures) > 0
        self._placeless = ~has_place & ~index.is_shared
        self._held = index.unique_counts - np.bincount(index.listed_by[self._placeless[index.listed]], minlength=len(index))
        self.unseen = self._share * np.exp(self._exhausted[:, 0] - self._log_nothing)
        self.none = self.unseen * np.exp(self._log_nothing_of_all[self._whole]) * fixed

    def _share_taken(self, fixed: np.ndarray, siblings: np.ndarray, n: np.ndarray) -> np.ndarray:
        """Return, by query without a place, the probability that one of its places is taken: as many as fill half a page."""
        people = np.bincount(self._whole[fixed], weights=n[fixed], minlength=len(self.index))
        lists = np.mean(self.model.page_sizes) / 2 / np.maximum(people / np.maximum(siblings, 1), 1)
        return np.minimum(np.maximum(lists, 1) / np.maximum(siblings, 2), 0.5)

    def _one_list(self, n: np.ndarray, m: np.ndarray) -> np.ndarray:
        """log P(j of its pictures are asked for) / C(m, j) of a list that is taken, whole or in part, by class."""
        whole = np.where((n <= self.model.largest)[:, None], self.model.loaded[np.minimum(m, self.model.largest)], 0.0)
        part = in_part(self.model, n, m)
        shares = np.where((n <= self.model.largest)[:, None], (1 - LAST) * whole + LAST * part, part)
        return logs(shares) - ways(m, self.model.largest)

    @property
    def share(self) -> np.ndarray:
        """Probability, by query, that others are listed too."""
        return self._share

    def shared_shown(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return picture, query and how many of its bearers elsewhere a page of the query shows, for pictures that many share."""
        index, n = self.index, self.index.practitioner_counts
        held = np.flatnonzero(index.is_shared[index.listed] & (index.bearers >= MANY))
        ends, below = index.below(index.place)
        entry, at = spread(ends, index.listed_by[held], held)
        query = below[at]
        room = sum(share * np.maximum(size - n[query], 0) for size, share in zip(*self.model.sizes, strict=True))
        fits = self._fixed[query]
        return index.listed[entry][fits].astype(np.int64), query[fits].astype(np.int64), (room * index.bearers[entry] / n[index.listed_by[entry]])[fits]

    @property
    def near_counts(self) -> np.ndarray:
        """To how many queries each list is near: none is known."""
        return np.zeros(len(self.index), dtype=np.int64)

    def near(self, pairs: Counts, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """No query comes to be a candidate that lists no picture seen."""
        return pairs.view[:0], pairs.query[:0]

    def find(self, pairs: Counts, own: np.ndarray, related: np.ndarray, seen: Seen) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return pairs by position, log P(pictures of the lists, the page is filled in | q), how many these are, and how many pictures the lists have."""
        ratio, up = self._ratios(pairs, own, related)
        of_all, ruled_out = self._by_whole(pairs, ratio, up)
        rows = np.flatnonzero((up >= 0) & (own < self._table.shape[1]) & (self._share[pairs.query] > 0))
        q, p, mine = pairs.query[rows], up[rows], ratio[rows]
        others = np.where(ruled_out[p] - np.isinf(mine) == 0, of_all[p] - np.where(np.isinf(mine), 0.0, mine), -np.inf)
        told = logs(self._share[q]) + self._exhausted[q, own[rows]] + others + self._log_nothing_of_all[self._whole[q]] - self._log_nothing[q]
        return rows, told, self._in_lists(pairs, own, seen)[p], self._held[self._whole[q]]

    def group(self, pairs: Counts, own: np.ndarray, related: np.ndarray, seen: Seen) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the same of queries of which nothing was seen, for all of one place or another together: pairs are those with the place left open."""
        ratio, up = self._ratios(pairs, own, related)
        of_all, ruled_out = self._by_whole(pairs, ratio, up)
        rows = np.flatnonzero(np.bincount(up[up >= 0], minlength=len(pairs)) > 0)
        p = pairs.query[rows]
        return rows, np.where(ruled_out[rows] == 0, of_all[rows], -np.inf) + self._log_nothing_of_all[p], self._in_lists(pairs, own, seen)[rows], self._held[p]

    def _in_lists(self, pairs: Counts, own: np.ndarray, seen: Seen) -> np.ndarray:
        """Count the pictures seen of each pair, those left out whose practitioner has no place."""
        without = self._placeless[seen.picture]
        if not without.any():
            return own
        view, at = spread(self.index.indptr, seen.picture[without], seen.view[without])
        return own - np.bincount(pairs.find(view, self.index.listed_by[at]), minlength=len(pairs))

    def _ratios(self, pairs: Counts, own: np.ndarray, related: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return, by pair, how much likelier its pictures are if its list may be taken than nothing of it is, and the pair with the place left open."""
        query, most = pairs.query, self._table.shape[1] - 1
        up = np.where(self._fixed[query] & (own > 0), related[:, self.index.place], -1)
        told = logs(self._taken[self._whole[query]]) + self._table[self._class_of[query], np.minimum(own, most)] - self._log_nothing[query]
        return np.where(up >= 0, np.where(own > most, -np.inf, told), 0.0), up

    def _by_whole(self, pairs: Counts, ratio: np.ndarray, up: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        held = up >= 0
        ruled_out = np.isinf(ratio[held])
        return (np.bincount(up[held], weights=np.where(ruled_out, 0.0, ratio[held]), minlength=len(pairs)), np.bincount(up[held], weights=ruled_out, minlength=len(pairs)))
