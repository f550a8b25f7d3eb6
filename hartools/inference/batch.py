"""How do the likelihoods of many page views become probabilities, without listing every query for each?"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from hartools.inference.page_model import PageModel, logs
from hartools.inference.pages import Found, Pages
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import seen_in

__all__ = ["Background", "Batch", "other_batch", "page_batch"]

# Pairs of picture and query that are worked on at a time: some 100 MB.
MOST_PAIRS = 100_000


@dataclass
class Batch:
    """Hold probabilities of page views.

    A query's probability stands in `probability` where it lists a picture seen. All others have
    their weight in `background` times the mean of their relations' `pull`, which is `apart` for
    relations that list no picture seen, and `anywhere` for those that cannot be told from the
    whole catalogue; and their weight in ``background.unseen`` times the `filled` of the query with the place left open.

    Attributes
    ----------
    view, query : numpy.ndarray of int
        Pairs, sorted by view, then by query.
    probability, pull, filled, own : numpy.ndarray
        By pair; the last how many of the pictures seen the query lists.
    apart, anywhere, unlisted, log_evidence : numpy.ndarray
        By view; the last two the probability of what the catalogue does not list, and the log
        probability of the pictures.
    pattern : numpy.ndarray of int
        By view: which weights.
    background : Background
    """

    view: np.ndarray
    query: np.ndarray
    probability: np.ndarray
    pull: np.ndarray
    filled: np.ndarray
    own: np.ndarray
    apart: np.ndarray
    anywhere: np.ndarray
    unlisted: np.ndarray
    log_evidence: np.ndarray
    pattern: np.ndarray
    background: "Background"

    def __len__(self) -> int:
        return len(self.pattern)

    def pulls(self, number: int) -> np.ndarray:
        """Return the pull of every query as a relation, in one view."""
        a, b = np.searchsorted(self.view, [number, number + 1])
        pull = np.where(self.background.index.is_apart, self.apart[number], self.anywhere[number])
        pull[self.query[a:b]] = self.pull[a:b]
        return pull

    def dense(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the probability of every query in one view, and how many of the pictures seen it lists."""
        a, b = np.searchsorted(self.view, [number, number + 1])
        probability = self.background.weights(int(self.pattern[number])) * self.background.mean(self.pulls(number))
        if self.background.fills:
            filled, up = np.zeros(len(probability)), self.background.index.relations[:, self.background.index.place]
            filled[self.query[a:b]] = self.filled[a:b]
            probability += self.background.unseen(int(self.pattern[number])) * np.where(up >= 0, filled[up], 0.0)
        probability[self.query[a:b]] = self.probability[a:b]
        own = np.zeros(len(probability), dtype=np.int64)
        own[self.query[a:b]] = self.own[a:b]
        return probability, own


class Background:
    """Hold the weight of each query of which nothing was asked for: P(q) P(nothing of its own | q), by pattern of widely shared pictures."""

    def __init__(self, index: QueryIndex, before: np.ndarray, unlisted: float, pages: Pages | None = None):
        self.index, self.before, self.unlisted, self.pages = index, before * (1 - unlisted), unlisted, pages
        self._none = None if pages is None else self.before * np.exp(pages.tables.log_none)
        self._unseen = None if pages is None else self.before * np.exp(pages.tables.log_unseen)
        self.fills = self._unseen is not None and bool(self._unseen.any())
        self._held: dict[int, np.ndarray] = {}
        self._sums: dict[int, tuple] = {}
        self._below: dict[int, np.ndarray] = {}
        self.shares = np.zeros(index.relations.shape) if pages is None else pages.tables.relation_shares

    def weights(self, pattern: int) -> np.ndarray:
        """Return the weights of all queries."""
        if self.pages is None:
            return np.zeros(len(self.index))
        if pattern not in self._held:
            if len(self._held) > 7:
                self._held.pop(next(iter(self._held)))
            self._held[pattern] = self._none * np.exp(self.pages.widely(pattern)) if pattern else self._none
        return self._held[pattern]

    def unseen(self, pattern: int) -> np.ndarray:
        """Return the weights of all queries whose page is filled in with lists from elsewhere."""
        if not self.fills:
            return np.zeros(len(self.index))
        return self._unseen * np.exp(self.pages.widely(pattern)) if pattern else self._unseen

    def unseen_below(self, pattern: int) -> np.ndarray:
        """Return, by query p, the sum of those of the queries that are p with a place."""
        up = self.index.relations[:, self.index.place]
        return np.bincount(up[up >= 0], weights=self.unseen(pattern)[up >= 0], minlength=len(self.index))

    def of(self, view: np.ndarray, query: np.ndarray, pattern: np.ndarray, *, which: str = "weights") -> np.ndarray:
        """Return something of each pair of view and query: its weight, or by the name of another method here."""
        mine, result = pattern[view], np.zeros(len(view))
        for each in np.unique(mine).tolist():
            rows = np.flatnonzero(mine == each)
            result[rows] = getattr(self, which)(each)[query[rows]]
        return result

    def mean(self, pull: np.ndarray) -> np.ndarray:
        """Return, by query, the mean of something over its relations."""
        return (pull[self.index.relations] * self.shares).sum(axis=1)

    def below(self, pattern: int) -> np.ndarray:
        """Return, by query p, the sum of the weights of the queries related to p, each shared out among its relations."""
        if pattern not in self._below:
            if len(self._below) > 7:
                self._below.pop(next(iter(self._below)))
            self._below[pattern] = self._sum_below(pattern)
        return self._below[pattern]

    def _sum_below(self, pattern: int) -> np.ndarray:
        held = self.shares > 0
        return np.bincount(self.index.relations[held], weights=(self.weights(pattern)[:, None] * self.shares)[held], minlength=len(self.index))

    def sums(self, pattern: int) -> tuple[float, float]:
        """Return the sum of `below` over the relations that stand apart, and over those that do not."""
        if pattern not in self._sums:
            below = self.below(pattern)
            self._sums[pattern] = float(below[self.index.is_apart].sum()), float(below[~self.index.is_apart].sum())
        return self._sums[pattern]


def page_batch(views: Iterable[Iterable[str]], index: QueryIndex, before: np.ndarray, model: PageModel, unlisted: float) -> Batch:
    """Work out the posteriors of page views under the page model, some at a time."""
    background = _background(index, before, model, unlisted)
    pages = background.pages
    seen, parts = seen_in(views, index), []
    for first, part in pages.chunks(seen, most=MOST_PAIRS):
        parts.append(_normalised(pages.find(part, wanted=before > 0), background))
        parts[-1].view += first
    return _together(parts, background)


def _background(index: QueryIndex, before: np.ndarray, model: PageModel, unlisted: float) -> Background:
    """Return what does not depend on the page views, kept while the same is asked for again and again."""
    key = model, unlisted, before.tobytes() if before.flags.writeable else id(before)
    kept = index.kept
    if key not in kept:
        if len(kept) > 3:
            kept.pop(next(iter(kept)))
        # the prior is held with it, so that its id stays its own
        kept[key] = Background(index, before, unlisted, Pages(index, model, before)), before
    return kept[key][0]


def other_batch(views: Iterable[Iterable[str]], index: QueryIndex, before: np.ndarray, model, unlisted: float) -> Batch:
    """Work out the posteriors of page views under any model that gives each query a likelihood."""
    background, parts = Background(index, before, unlisted), []
    for number, assets in enumerate(views):
        assets = list(dict.fromkeys(assets))
        told = np.asarray(model.log_likelihoods(index, assets), dtype=float)
        query = np.flatnonzero((told > -np.inf) & (before > 0))
        own, nothing = np.zeros(len(index), dtype=np.int64), np.full(1, -np.inf)
        for asset in assets:
            own[index.queries_of(asset)] += 1
        none = np.full(1, float(model.log_unlisted(index, assets)) if unlisted else -np.inf)
        never = np.full(len(query), -np.inf)
        parts.append(_normalised(Found(0 * query, query, told[query], never, never, never, never, own[query], nothing, nothing, none, np.zeros(1, dtype=np.int64)), background))
        parts[-1].view += number
    return _together(parts, background)


def _normalised(found: Found, background: Background) -> Batch:
    """Turn likelihoods into probabilities by view."""
    view, query, index, views = found.view, found.query, background.index, len(found.pattern)
    joint = logs(background.before[query]) + found.extra
    none = np.full(views, -np.inf) if not background.unlisted else np.log(background.unlisted) + found.unlisted
    weights = background.of(view, query, found.pattern)
    below = background.of(view, query, found.pattern, which="below")
    filled = _filled(found, background) if background.fills else np.zeros(len(view))
    top = np.maximum(none, np.maximum(found.apart, found.anywhere))
    np.maximum.at(top, view, np.maximum(joint, np.maximum(np.where(below > 0, found.strays, -np.inf), np.where(filled > 0, found.filled, -np.inf))))
    top = np.where(np.isfinite(top), top, 0.0)
    rest = np.where(index.is_apart[query], found.apart[view], found.anywhere[view])
    drawn = below * (np.exp(found.strays - top[view]) - np.exp(rest - top[view])) + filled * np.exp(found.filled - top[view]) + np.exp(joint - top[view])
    sums = np.array([background.sums(each) for each in found.pattern.tolist()]).reshape(-1, 2)
    evidence = (np.bincount(view, weights=drawn, minlength=views) + sums[:, 0] * np.exp(found.apart - top) + sums[:, 1] * np.exp(found.anywhere - top) + np.exp(none - top))
    log_evidence = top + logs(evidence)
    # pictures that no query could have asked for leave nothing to share out
    held = np.where(evidence > 0, log_evidence, 0.0)
    mine = held[view]
    probability = np.exp(joint - mine) + np.where(weights > 0, weights, 0) * np.exp(found.mean - mine)
    return Batch(view, query, probability, np.exp(found.strays - mine), np.exp(found.filled - mine), found.own, np.exp(found.apart - held), np.exp(found.anywhere - held), np.exp(none - held), log_evidence,
                 found.pattern, background)


def _filled(found: Found, background: Background) -> np.ndarray:
    """Sum, by pair with the place left open, the weights of the queries below it that are not among the pairs themselves."""
    index, view, query = background.index, found.view, found.query
    total = background.of(view, query, found.pattern, which="unseen_below")
    keys, up = view * np.int64(len(index)) + query, index.relations[query, index.place]
    held = np.flatnonzero(up >= 0)
    at = np.searchsorted(keys, view[held] * np.int64(len(index)) + up[held])
    at, held = at[at < len(keys)], held[at < len(keys)]
    same = keys[at] == view[held] * np.int64(len(index)) + up[held]
    listed = np.bincount(at[same], weights=background.of(view[held[same]], query[held[same]], found.pattern, which="unseen"), minlength=len(keys))
    return np.maximum(total - listed, 0.0) * (found.filled > -np.inf)


def _together(parts: list[Batch], background: Background) -> Batch:
    names = [each.name for each in fields(Batch) if each.name != "background"]
    if not parts:
        return Batch(*(np.zeros(0, dtype=np.int64 if name in ("view", "query", "own", "pattern") else float) for name in names), background)
    return Batch(*(np.concatenate([getattr(part, name) for part in parts]) for name in names), background)
