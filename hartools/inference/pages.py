"""How probable are the pictures of many page views, under every query at once?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hartools.inference.elsewhere import Elsewhere
from hartools.inference.page_model import PageModel, log_choose, logs
from hartools.inference.page_tables import tables_of
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import Counts, Seen, log_sum, log_sum_by, spread
from hartools.inference.strays import Strays

__all__ = ["Found", "Pages"]

# A shared picture in more queries than this is not followed into each of them.
WIDELY_SHARED = 64
# A stray that is shared by many turns up at least so often, whoever is listed.
LEAST_SHARED_STRAY = 0.005


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
    filled, through : numpy.ndarray
        Logarithms by pair. A query with nothing of its own seen has besides P(filled in, nothing
        of its own | q), that is ``exp(PageTables.log_unseen + Pages.widely)``, times `filled` of
        the query with the place left open; `through` is that by the pair itself, where it applies.
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
    filled: np.ndarray
    through: np.ndarray
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
        self.strays = Strays(index, model, mean)
        self.patterns: list[tuple[int, ...]] = [()]
        self._numbers = {(): 0}
        self._is_wide = np.diff(self.tables.shared_ends) > WIDELY_SHARED
        near = 1.0 if self.tables.around is None else 1.0 + self.tables.around.near_counts[index.listed_by]
        degree = np.bincount(index.listed, weights=np.broadcast_to(near, index.listed.shape), minlength=index.pictures)
        self._degree = np.where(self._is_wide, 1.0, degree)
        self._shared_odds(mean)

    def _shared_odds(self, mean: float) -> None:
        """Work out how much a shared picture speaks for each query that lists it, by pair of the index, and what it costs as a stray."""
        index, tables = self.index, self.tables
        self._as_stray, self._no_stray, self._odds = np.zeros(index.pictures), 0.0, np.zeros(0)
        if index.is_shared.any():
            whole = index.shape_of[index.listed_by] == len(index.shapes) - 1
            bearers = np.bincount(index.listed, weights=index.bearers * whole, minlength=index.pictures)
            stray = np.maximum(-np.expm1(-mean * bearers / bearers.sum()), LEAST_SHARED_STRAY)
            self._as_stray = np.where(index.is_shared, logs(stray) - np.log1p(-stray), 0.0)
            self._no_stray = float(np.log1p(-stray[index.is_shared]).sum())
            stray, own = stray[tables.shared], tables.shared_share
            self._odds = np.log((own + (1 - own) * stray) / (stray * (1 - own)))

    def widely(self, pattern: int) -> np.ndarray:
        """Return, by query, what the widely shared pictures of a pattern say for it, as a logarithm."""
        total = np.zeros(len(self.index))
        for picture in self.patterns[pattern]:
            span = slice(self.tables.shared_ends[picture], self.tables.shared_ends[picture + 1])
            total[self.tables.shared_by[span]] += self._odds[span]
        return total

    def find(self, seen: Seen, *, wanted: np.ndarray | None = None) -> Found:
        """Work out the likelihoods of some page views; `extra` only of the queries wanted."""
        index, model, wide = self.index, self.model, self._is_wide[seen.picture]
        pattern = self._patterns_of(seen, wide)
        pairs, own, said, listed = self._pairs(seen, wide)
        known = seen.only(~index.is_shared[seen.picture]).known
        chances = self.strays.levels(seen.unknown)
        has = np.flatnonzero(own > 0)
        levels, each = self.strays.related_to(known[pairs.view[has]], chances[pairs.view[has]], own[has], index.unique_counts[pairs.query[has]])
        apart, _ = self.strays.related_to(known, chances, 0 * known, np.full(len(seen), self.strays.singles))
        anywhere, _ = self.strays.related_to(known, chances, known, np.full(len(seen), self.strays.singles))
        related = self._related(pairs)
        apart, anywhere = log_sum(apart), log_sum(anywhere)
        strays = np.where(index.is_apart[pairs.query], apart[pairs.view], anywhere[pairs.view])
        strays[has] = log_sum(levels)
        mean = self._mean(related, pairs, strays, apart, anywhere)
        extra = self._light(pairs, said, mean, pattern)
        rows = has if wanted is None else has[wanted[pairs.query[has]]]
        # what a query is related to lists all the pictures that it lists itself
        beside = (np.cumsum(own > 0) - 1)[related[rows]]
        extra[rows] = np.logaddexp(extra[rows], self._own(pairs.query[rows], own[rows], beside, levels, each) + self.tables.log_missing[pairs.query[rows]] + said[rows]
                                   + self._of_pattern(pairs.view[rows], pairs.query[rows], pattern))
        if self.tables.around is not None:
            rows, told = self._with_others(pairs, own, related, known, chances, seen)
            extra[rows] = np.logaddexp(extra[rows], told + self.tables.log_missing[pairs.query[rows]] + said[rows] + self._of_pattern(pairs.view[rows], pairs.query[rows], pattern))
        filled, through = self._filled(pairs, own, related, known, chances, seen)
        extra = np.logaddexp(extra, through + self.tables.log_unseen[pairs.query] + said + self._of_pattern(pairs.view, pairs.query, pattern))
        common = self._no_stray + np.bincount(seen.view, weights=self._as_stray[seen.picture], minlength=len(seen))
        mine = common[pairs.view]
        return Found(pairs.view, pairs.query, extra + mine, strays + mine, mean + mine, filled + mine, through + mine, listed,
                     apart + common, anywhere + common, self.strays.unlisted(known, seen.unknown) + common, pattern)

    def _pairs(self, seen: Seen, wide: np.ndarray) -> tuple[Counts, np.ndarray, np.ndarray, np.ndarray]:
        """Pair views with the queries that list a picture seen, or near which a list does: with how many of one practitioner, what shared ones say, and how many in all."""
        index, tables, shared = self.index, self.tables, self.index.is_shared[seen.picture]
        view, at = spread(index.indptr, seen.picture[~shared], seen.view[~shared])
        query = index.listed_by[at]
        other_view, other = spread(tables.shared_ends, seen.picture[shared & ~wide], seen.view[shared & ~wide])
        views, queries = [view, other_view], [query, tables.shared_by[other]]
        if tables.around is not None:
            alone = Counts(view, query, len(index))
            near_view, near = tables.around.near(alone, alone.total(np.ones(len(view))).astype(np.int64))
            views, queries = [*views, near_view], [*queries, near]
        pairs = Counts(np.concatenate(views), np.concatenate(queries), len(index))

        def total(of_single, of_shared) -> np.ndarray:
            return pairs.total(np.concatenate([np.full(len(at), of_single), of_shared, np.zeros(len(pairs.which) - len(at) - len(other))]))

        own, said, listed = total(1.0, np.zeros(len(other))), total(0.0, self._odds[other]), total(1.0, tables.is_listed[other])
        return pairs, own.astype(np.int64), said, listed.astype(np.int64)

    def _with_others(self, pairs: Counts, own: np.ndarray, related: np.ndarray, known: np.ndarray, chances: np.ndarray,
                     seen: Seen) -> tuple[np.ndarray, np.ndarray]:
        """Return pairs by position and log P(O, people from elsewhere are listed too | q) of each; shared pictures aside."""
        rows, told, matching, never = self.tables.around.find(pairs, own, related, seen)
        if isinstance(self.tables.around, Elsewhere):
            return rows, told + self.strays.apart_from(pairs.view[rows], matching, never, known, chances)
        return rows, told + self.strays.beside_lists(pairs, own, related, known, chances, self.tables.relation_shares, rows, matching, never)

    def _filled(self, pairs: Counts, own: np.ndarray, related: np.ndarray, known: np.ndarray, chances: np.ndarray, seen: Seen) -> tuple[np.ndarray, np.ndarray]:
        """Return `Found.filled` and `Found.through`."""
        filled, through = np.full(len(pairs), -np.inf), np.full(len(pairs), -np.inf)
        if isinstance(self.tables.around, Elsewhere):
            rows, told, matching, never = self.tables.around.group(pairs, own, related, seen)
            filled[rows] = told + self.strays.apart_from(pairs.view[rows], matching, never, known, chances)
            up = np.where(own == 0, related[:, self.index.place], -1)
            through[up >= 0] = filled[up[up >= 0]]
        return filled, through

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

    def dense(self, seen: Seen) -> np.ndarray:
        """Return log P(O | q) of one page view for every query."""
        found = self.find(seen)
        strays = np.where(self.index.is_apart, found.apart[0], found.anywhere[0])
        strays[found.query] = found.strays
        relations = self.index.relations
        result = self.tables.log_none + self.widely(int(found.pattern[0]))
        result += log_sum(strays[relations] + logs(self.tables.relation_shares))
        if self.tables.around is not None:
            # as in a batch: of the queries that list no picture seen, those that may be filled in with others that do
            filled, up = np.full(len(self.index), -np.inf), relations[:, self.index.place]
            filled[found.query] = found.filled
            more = np.where(up >= 0, filled[up], -np.inf) + self.tables.log_unseen + self.widely(int(found.pattern[0]))
            more[found.query] = -np.inf
            result = np.logaddexp(result, more)
        result[found.query] = np.logaddexp(result[found.query], found.extra)
        return result

    def chunks(self, seen: Seen, *, most: int) -> Iterator[tuple[int, Seen]]:
        """Cut page views into parts that have about `most` pairs of picture and query."""
        load = np.cumsum(np.bincount(seen.view, weights=self._degree[seen.picture], minlength=len(seen)) + 1)
        first = 0
        while first < len(seen):
            last = max(int(np.searchsorted(load, (load[first - 1] if first else 0) + most)), first + 1)
            yield first, seen.part(first, last)
            first = last
