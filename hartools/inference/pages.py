"""How probable are the pictures of many page views, under every query at once?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from hartools.inference.page_model import RELATED_LEVELS, STRAY_LEVELS, PageModel, log_choose, log_factorial, logs
from hartools.inference.page_tables import tables_of
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import Counts, Seen, log_sum, log_sum_by, spread

__all__ = ["Found", "Pages"]

# A shared picture in more queries than this is not followed into each of them.
WIDELY_SHARED = 64
# A stray that is shared by many turns up at least so often, whoever is listed.
LEAST_SHARED_STRAY = 0.005
# Pages that are no search show few pictures: a practitioner's own one, the visitor's doctors another.
NO_SEARCH = 3.0


@dataclass(frozen=True)
class Found:
    """Hold log P(O | q) of page views in two parts, of which only the first names queries one by one.

    P(O | q) is `extra` where q lists a picture seen, plus P(nothing of its own | q), that is
    ``exp(PageTables.log_none + Pages.widely)``, times the mean over its relations p of P(O are
    strays | p): `strays` where p lists a picture seen, else `apart`, or `anywhere` where there is no p.

    Attributes
    ----------
    view, query : numpy.ndarray of int
        Pairs, sorted by view, then by query, of queries that list a picture seen.
    extra, strays, mean : numpy.ndarray
        Logarithms by pair: as above, and the mean over the relations of the query itself.
    own : numpy.ndarray of int
        By pair: how many of the pictures seen it lists.
    apart, anywhere, unlisted : numpy.ndarray
        Logarithms by view; the last log P(O | what the catalogue does not list).
    pattern : numpy.ndarray of int
        By view: which widely shared pictures were seen; a row of `Pages.patterns`.
    """

    view: np.ndarray
    query: np.ndarray
    extra: np.ndarray
    strays: np.ndarray
    mean: np.ndarray
    own: np.ndarray
    apart: np.ndarray
    anywhere: np.ndarray
    unlisted: np.ndarray
    pattern: np.ndarray


class Pages:
    """Work out likelihoods for one catalogue, model and prior.

    The prior is needed since the stray share is one over all searches: how many strays a page
    has follows from how many pictures of their own pages have.
    """

    def __init__(self, index: QueryIndex, model: PageModel, prior: np.ndarray):
        self.index, self.model, self.tables = index, model, tables_of(index, model)
        mean = model.stray_share / (1 - model.stray_share) * max(float(prior @ self.tables.expected), 0.05)
        levels = [(level * mean, model.related_share + toward * (1 - model.related_share if toward > 0 else model.related_share), weight * held)
                  for toward, held in (RELATED_LEVELS if model.related_share else ((0.0, 1.0),)) for level, weight in STRAY_LEVELS]
        strays, self.related, weights = np.array(levels).T
        # the first of them hold a stray level each, with the probability of one level of related ones
        self.levels_of_related = len(levels) // len(STRAY_LEVELS)
        self.weights, self.inside, self.outside = np.log(weights), strays * (1 - model.unknown_share), strays * model.unknown_share
        self.singles = max(int((~index.is_shared).sum()), 1)
        self.patterns: list[tuple[int, ...]] = [()]
        self._numbers = {(): 0}
        self._is_wide = index.is_shared & (np.diff(index.indptr) > WIDELY_SHARED)
        self._shared_odds(mean)

    def _shared_odds(self, mean: float) -> None:
        """Work out how much a shared picture speaks for each query that lists it, by pair of the index, and what it costs as a stray."""
        index, pairs = self.index, self.tables.shared
        self._odds, self._as_stray, self._no_stray = np.zeros(len(index.listed)), np.zeros(index.pictures), 0.0
        if len(pairs):
            whole = index.shape_of[index.listed_by] == len(index.shapes) - 1
            bearers = np.bincount(index.listed, weights=index.bearers * whole, minlength=index.pictures)
            stray = np.maximum(-np.expm1(-mean * bearers / bearers.sum()), LEAST_SHARED_STRAY)
            self._as_stray = np.where(index.is_shared, logs(stray) - np.log1p(-stray), 0.0)
            self._no_stray = float(np.log1p(-stray[index.is_shared]).sum())
            stray, own = stray[index.listed[pairs]], self.tables.shared_share
            self._odds[pairs] = np.log((own + (1 - own) * stray) / (stray * (1 - own)))

    def widely(self, pattern: int) -> np.ndarray:
        """Return, by query, what the widely shared pictures of a pattern say for it, as a logarithm."""
        total = np.zeros(len(self.index))
        for picture in self.patterns[pattern]:
            span = slice(self.index.indptr[picture], self.index.indptr[picture + 1])
            total[self.index.listed_by[span]] += self._odds[span]
        return total

    def find(self, seen: Seen, *, wanted: np.ndarray | None = None) -> Found:
        """Work out the likelihoods of some page views; `extra` only of the queries wanted."""
        index, model, wide = self.index, self.model, self._is_wide[seen.picture]
        pattern = self._patterns_of(seen, wide)
        pairs, own, said, listed = self._pairs(seen, wide)
        known = seen.only(~index.is_shared[seen.picture]).known
        outside = seen.unknown[:, None] * np.log(self.outside) - self.outside + self.weights
        levels, each = self._strays(known[pairs.view], outside[pairs.view], own, index.unique_counts[pairs.query])
        apart, _ = self._strays(known, outside, 0 * known, np.full(len(seen), self.singles))
        anywhere, _ = self._strays(known, outside, known, np.full(len(seen), self.singles))
        related = self._related(pairs)
        apart, anywhere = log_sum(apart), log_sum(anywhere)
        strays = np.where(own > 0, log_sum(levels), np.where(index.is_apart[pairs.query], apart[pairs.view], anywhere[pairs.view]))
        mean = self._mean(related, pairs, strays, apart, anywhere)
        extra = self._light(pairs, said, mean, pattern)
        rows = np.flatnonzero((own > 0) & (True if wanted is None else wanted[pairs.query]))
        extra[rows] = np.logaddexp(extra[rows], self._own(pairs.query[rows], own[rows], related[rows], levels, each) + self.tables.log_missing[pairs.query[rows]] + said[rows]
                                   + self._of_pattern(pairs.view[rows], pairs.query[rows], pattern))
        if self.tables.around is not None:
            rows, told = self.tables.around.find(pairs, own, related, known, partial(self._as_strays, outside))
            extra[rows] = np.logaddexp(extra[rows], told + self.tables.log_missing[pairs.query[rows]] + said[rows] + self._of_pattern(pairs.view[rows], pairs.query[rows], pattern))
        common = self._no_stray + np.bincount(seen.view, weights=self._as_stray[seen.picture], minlength=len(seen))
        mine = common[pairs.view]
        return Found(pairs.view, pairs.query, extra + mine, strays + mine, mean + mine, listed,
                     apart + common, anywhere + common, self._unlisted(known, seen.unknown, outside) + common, pattern)

    def _pairs(self, seen: Seen, wide: np.ndarray) -> tuple[Counts, np.ndarray, np.ndarray, np.ndarray]:
        """Pair views with the queries that list a picture seen, or near which a list does: with how many of one practitioner, what shared ones say, and how many in all."""
        view, at = spread(self.index.indptr, seen.picture[~wide], seen.view[~wide])
        query, single, said = self.index.listed_by[at], ~self.index.is_shared[self.index.listed[at]], self._odds[at]
        pairs = Counts(view, query, len(self.index))
        if self.tables.around is not None:
            near = self.tables.around.near(pairs, pairs.total(single).astype(np.int64))
            if len(near[0]):
                pairs = Counts(np.concatenate([view, near[0]]), np.concatenate([query, near[1]]), len(self.index))
        own, said, listed = (pairs.total(np.pad(np.asarray(each, dtype=float), (0, len(pairs.which) - len(at)))) for each in (single, said, np.ones(len(at))))
        return pairs, own.astype(np.int64), said, listed.astype(np.int64)

    def _as_strays(self, outside: np.ndarray, view: np.ndarray, others: np.ndarray, never: np.ndarray) -> np.ndarray:
        """log P(these others are strays from the catalogue as a whole, of which `never` pictures are none)."""
        levels = slice(0, len(STRAY_LEVELS))
        rate = self.inside[levels] / self.singles
        told = outside[view, levels] - (self.singles - never - others)[:, None] * rate + others[:, None] * _log_any(rate)
        return log_sum(told + np.log(self.levels_of_related))

    def _patterns_of(self, seen: Seen, wide: np.ndarray) -> np.ndarray:
        """Number the sets of widely shared pictures by view."""
        pattern, held = np.zeros(len(seen), dtype=np.int64), {}
        for view, picture in zip(seen.view[wide].tolist(), seen.picture[wide].tolist(), strict=True):
            held.setdefault(view, []).append(picture)
        for view, pictures in held.items():
            each = tuple(sorted(pictures))
            if each not in self._numbers:
                self._numbers[each] = len(self.patterns)
                self.patterns.append(each)
            pattern[view] = self._numbers[each]
        return pattern

    def _of_pattern(self, view: np.ndarray, query: np.ndarray, pattern: np.ndarray) -> np.ndarray:
        said, mine = np.zeros(len(view)), pattern[view]
        for each in np.unique(mine[mine > 0]).tolist():
            rows = np.flatnonzero(mine == each)
            said[rows] = self.widely(each)[query[rows]]
        return said

    def _strays(self, known: np.ndarray, outside: np.ndarray, matching: np.ndarray, m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return log P(all are strays | related to a query that lists `matching` of them and m in all) by level, and of that the part of one that matches."""
        far = (1 - self.related) / self.singles
        near = far + self.related / np.maximum(m, 1)[:, None]
        one_far, one_near = _log_any(self.inside * far), _log_any(self.inside * near)
        matching, others = matching[:, None], (known - matching)[:, None]
        return outside - self.inside * (1 - others * far - matching * near) + matching * one_near + others * one_far, one_near

    def _related(self, pairs: Counts) -> np.ndarray:
        """Return, by pair and attribute, the position of the pair of the same view and the query with that attribute open; -1 where there is none."""
        parents = self.index.relations[pairs.query]
        return np.column_stack([pairs.find(pairs.view, parents[:, k]) for k in range(parents.shape[1])]) if len(pairs) else parents.astype(np.int64)

    def _mean(self, related: np.ndarray, pairs: Counts, strays: np.ndarray, apart: np.ndarray, anywhere: np.ndarray) -> np.ndarray:
        """log of the mean over a query's relations of P(all are strays)."""
        relations = self.index.relations[pairs.query]
        told = np.where(related >= 0, strays[related], np.where(self.index.is_apart[relations], apart[pairs.view][:, None], anywhere[pairs.view][:, None]))
        return log_sum(told + logs(self.tables.relation_shares[pairs.query]))

    def _light(self, pairs: Counts, said: np.ndarray, mean: np.ndarray, pattern: np.ndarray) -> np.ndarray:
        """log of what shared pictures add where nothing else of the query's own was asked for."""
        extra, rows = np.full(len(pairs), -np.inf), np.flatnonzero(said > 0)
        query = pairs.query[rows]
        extra[rows] = self.tables.log_none[query] + np.log(np.expm1(said[rows])) + mean[rows] + self._of_pattern(pairs.view[rows], query, pattern)
        return extra

    def _own(self, query: np.ndarray, own: np.ndarray, related: np.ndarray, levels: np.ndarray, each: np.ndarray) -> np.ndarray:
        """log P(O, some pictures of the query's own asked for | q), shared pictures aside."""
        if not len(query):
            return np.zeros(0)
        first = np.concatenate([[0], np.cumsum(own)])
        pair = np.repeat(np.arange(len(query)), own)
        j = np.arange(first[-1]) - first[pair] + 1
        tables, kind = self.tables, self.tables.class_of[query][pair]
        held = tables.own.shape[1] - 1
        drawn, far = tables.own[kind, np.minimum(j, held)], j > held
        drawn[far] = tables.beyond[kind[far]] - log_choose(tables.m[kind[far]], j[far])
        shares = logs(tables.relation_shares[query])
        beside = [levels[related[pair, k]] - j[:, None] * each[related[pair, k]] + shares[pair, k][:, None] for k in range(related.shape[1])]
        return log_sum_by(drawn + log_choose(own[pair], j) + log_sum(np.concatenate(beside, axis=1)), first)

    def _unlisted(self, known: np.ndarray, unknown: np.ndarray, outside: np.ndarray) -> np.ndarray:
        """log P(O | what the catalogue does not list): a query of unknown pictures beside strays, or a page that is no search."""
        all_known = outside - unknown[:, None] * np.log(self.outside) + self.outside
        strays, _ = self._strays(known, all_known, known, np.full(len(known), self.singles))
        other_query = log_factorial(unknown) - np.log(self.model.largest + 1) + log_sum(strays)
        few = np.log(1 - 1 / NO_SEARCH) - (known + unknown) * np.log(NO_SEARCH)
        which = known * (np.log1p(-self.model.unknown_share) - np.log(self.singles)) + unknown * np.log(self.model.unknown_share)
        return np.logaddexp(other_query, log_factorial(known + unknown) + few + which) - np.log(2)

    def dense(self, seen: Seen) -> np.ndarray:
        """Return log P(O | q) of one page view for every query."""
        found = self.find(seen)
        strays = np.where(self.index.is_apart, found.apart[0], found.anywhere[0])
        strays[found.query] = found.strays
        relations = self.index.relations
        result = self.tables.log_none + self.widely(int(found.pattern[0]))
        result += log_sum(strays[relations] + logs(self.tables.relation_shares))
        result[found.query] = np.logaddexp(result[found.query], found.extra)
        return result

    def chunks(self, seen: Seen, *, most: int) -> Iterator[tuple[int, Seen]]:
        """Cut page views into parts that have about `most` pairs of picture and query."""
        degree = np.where(self._is_wide, 1, np.diff(self.index.indptr))[seen.picture]
        load = np.cumsum(np.bincount(seen.view, weights=degree, minlength=len(seen)) + 1)
        first = 0
        while first < len(seen):
            last = max(int(np.searchsorted(load, (load[first - 1] if first else 0) + most)), first + 1)
            yield first, seen.part(first, last)
            first = last


def _log_any(rate: np.ndarray) -> np.ndarray:
    """log P(a picture is a stray at least once)."""
    return np.log(-np.expm1(-rate))
