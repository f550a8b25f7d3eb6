"""What does the page model expect of each query's list, before a page is seen?"""

from functools import lru_cache

import numpy as np

from hartools.inference.elsewhere import Elsewhere
from hartools.inference.nearby import Nearby
from hartools.inference.page_model import PageModel, log_choose, logs
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import distinct

__all__ = ["PageTables", "tables_of"]

# A shared picture may always be missing, and may always turn up: bounds on its probability.
SHARED_BOUNDS = (0.01, 0.99)


class PageTables:
    """Hold, by query, what depends on the catalogue and the model alone.

    Queries with equal counts have equal expectations, which are worked out once per class.

    Attributes
    ----------
    around : Elsewhere, Nearby or None
        Where lists are filled in from.
    class_of : numpy.ndarray of int
        Class of each query: practitioners n, pictures of one practitioner m, whether others may
        be listed too.
    own : numpy.ndarray, shape (classes, J + 1)
        log P(j of the query's pictures are asked for) / C(m, j), a list that is filled in left out.
    beyond : numpy.ndarray
        The same by class for j beyond J: log of slack / (m + 1), to be divided by C(m, j).
    log_none : numpy.ndarray
        log P(none of the query's own pictures, shared ones included, is asked for), by query.
    relation_shares : numpy.ndarray, shape (queries, attributes)
        Probability of each relation that strays can have to a query.
    shared, shared_by, shared_share : numpy.ndarray
        Pairs of shared picture and query, sorted by picture, and P(it is asked for | q).
    log_unseen : numpy.ndarray
        log P(the page is filled in from elsewhere, and nothing of the query's own is asked for), as `Elsewhere` has it.
    expected : numpy.ndarray
        Expected number of the query's pictures that are asked for.
    """

    def __init__(self, index: QueryIndex, model: PageModel):
        self.index, self.model = index, model
        n, m = index.practitioner_counts, index.unique_counts
        can_be = index.place is not None and model.neighbour_share > 0
        self.around = None if not can_be else Nearby(index, model) if index.catalogue.has_positions else Elsewhere(index, model)
        others = np.zeros(len(index), dtype=np.int64) if self.around is None else self.around.can_have_others.astype(np.int64)
        classes, self.class_of = distinct(2 * n + others, m)
        self.n, self.m, self.fillable = classes[:, 0] // 2, classes[:, 1], classes[:, 0] % 2 == 1
        shares = self._own()
        ways = log_choose(self.m[:, None], np.minimum(np.arange(model.largest + 1), self.m[:, None]))
        self.beyond = np.log(model.slack / (self.m + 1))
        self.own = logs(shares) - ways
        none = shares[:, 0][self.class_of] + (0.0 if self.around is None else self.around.none)
        self._share_pictures()
        self.log_unseen = self.log_missing + (-np.inf if self.around is None else logs(self.around.unseen))
        self.log_none = logs(none) + self.log_missing
        self.expected = self._expected()
        self.relation_shares = _relation_shares(index, model)

    def _own(self) -> np.ndarray:
        model, total = self.model, 0.0
        for size, share in zip(*model.sizes, strict=True):
            kept = 1.0 if self.around is None else np.where(self.fillable, 1 - self.around.radius_share - self.around.fill_share * (self.n < size), 1.0)
            total = total + share * np.reshape(kept, (-1, 1)) * model.from_page(self.n, self.m, size)
        within = np.arange(model.largest + 1) <= self.m[:, None]
        return (1 - model.slack) * total + within * (model.slack / (self.m + 1))[:, None]

    def _share_pictures(self) -> None:
        """Work out P(a shared picture is asked for | q) for those that its own list, or one nearby, can show: as if it had nothing to do with the others."""
        index, model = self.index, self.model
        held = np.flatnonzero(index.is_shared[index.listed])
        picture, query = index.listed[held].astype(np.int64), index.listed_by[held].astype(np.int64)
        share, own = self._of_own(query, index.bearers[held]), np.ones(len(held), dtype=bool)
        if self.around is not None:
            also, near, bearers = self.around.shared_shown()
            rows, which = distinct(np.concatenate([picture, also]), np.concatenate([query, near]))
            by_own = np.bincount(which[: len(picture)], weights=share, minlength=len(rows))
            more = np.bincount(which[len(picture):], weights=bearers, minlength=len(rows))
            own = np.bincount(which[: len(picture)], minlength=len(rows)) > 0
            picture, query = rows.T
            others = self.around.share[query]
            share = by_own * (1 - others) + others * (1 - (1 - by_own) * np.exp(-model.loading_share * more))
        share = share.clip(*SHARED_BOUNDS)
        self.shared_by, self.shared_share, self.is_listed = query, share, own
        self.shared_ends = np.concatenate([[0], np.cumsum(np.bincount(picture, minlength=index.pictures))])
        self.shared = picture
        self.log_missing = np.bincount(query, weights=np.log1p(-share), minlength=len(index))

    def _of_own(self, query: np.ndarray, bearers: np.ndarray) -> np.ndarray:
        n, missing = self.index.practitioner_counts[query], 0.0
        for size, share in zip(*self.model.sizes, strict=True):
            drawn = np.minimum(size, n)
            missing = missing + share * np.where(n - bearers >= drawn, np.exp(log_choose(np.maximum(n - bearers, drawn), drawn) - log_choose(n, drawn)), 0.0)
        return self.model.loading_share * (1 - missing)

    def _expected(self) -> np.ndarray:
        shown = np.minimum(np.array(self.model.page_sizes), self.n[:, None]).mean(axis=1) * self.m / np.maximum(self.n, 1)
        return self.model.loading_share * shown[self.class_of]


def _relation_shares(index: QueryIndex, model: PageModel) -> np.ndarray:
    """Share out what strays have in common with the query: the place, or something else."""
    has, place = index.relations >= 0, index.place
    shares = has / has.sum(axis=1)[:, None]
    if place is None:
        return shares
    # the relation with the place left open has all but the place in common; in all others the place is the same
    elsewhere, others = has[:, place], has.sum(axis=1) - has[:, place]
    both = elsewhere & (others > 0)
    shares[both] = np.where(has[both], model.place_share / others[both][:, None], 0.0)
    shares[both, place] = 1 - model.place_share
    return shares


@lru_cache(maxsize=4)
def tables_of(index: QueryIndex, model: PageModel) -> PageTables:
    """Return the tables of an index under a model, built once."""
    return PageTables(index, model)
