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
MOST_PAIRS = 150_000


@dataclass
class Batch:
    """Hold probabilities of page views.

    A query's probability stands in `probability` where it lists a picture seen. All others have
    their weight in `background` times the mean of their relations' `pull`, which is `apart` for
    relations that list no picture seen, and `anywhere` for those that cannot be told from the
    whole catalogue.

    Attributes
    ----------
    view, query : numpy.ndarray of int
        Pairs, sorted by view, then by query.
    probability, pull, own : numpy.ndarray
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
        probability[self.query[a:b]] = self.probability[a:b]
        own = np.zeros(len(probability), dtype=np.int64)
        own[self.query[a:b]] = self.own[a:b]
        return probability, own


class Background:
    """Hold the weight of each query of which nothing was asked for: P(q) P(nothing of its own | q), by pattern of widely shared pictures."""

    def __init__(self, index: QueryIndex, before: np.ndarray, unlisted: float, pages: Pages | None = None):
        self.index, self.before, self.unlisted, self._pages = index, before * (1 - unlisted), unlisted, pages
        self._none = None if pages is None else self.before * np.exp(pages.tables.log_none)
        self._held: dict[int, np.ndarray] = {}
        self._sums: dict[int, tuple] = {}
        self.shares = np.zeros(index.relations.shape) if pages is None else pages.tables.relation_shares

    def weights(self, pattern: int) -> np.ndarray:
        """Return the weights of all queries."""
        if self._pages is None:
            return np.zeros(len(self.index))
        if pattern not in self._held:
            if len(self._held) > 7:
                self._held.pop(next(iter(self._held)))
            self._held[pattern] = self._none * np.exp(self._pages.widely(pattern)) if pattern else self._none
        return self._held[pattern]

    def of(self, view: np.ndarray, query: np.ndarray, pattern: np.ndarray) -> np.ndarray:
        """Return the weight of each pair of view and query."""
        mine, result = pattern[view], np.zeros(len(view))
        for each in np.unique(mine).tolist():
            rows = np.flatnonzero(mine == each)
            result[rows] = self.weights(each)[query[rows]]
        return result

    def mean(self, pull: np.ndarray) -> np.ndarray:
        """Return, by query, the mean of something over its relations."""
        return (pull[self.index.relations] * self.shares).sum(axis=1)

    def below(self, pattern: int) -> np.ndarray:
        """Return, by query p, the sum of the weights of the queries related to p, each shared out among its relations."""
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
    pages = Pages(index, model, before)
    background = Background(index, before, unlisted, pages)
    seen, parts = seen_in(views, index), []
    for first, part in pages.chunks(seen, most=MOST_PAIRS):
        parts.append(_normalised(pages.find(part, wanted=before > 0), background))
        parts[-1].view += first
    return _together(parts, background)


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
        parts.append(_normalised(Found(0 * query, query, told[query], never, never, own[query], nothing, nothing, none, np.zeros(1, dtype=np.int64)), background))
        parts[-1].view += number
    return _together(parts, background)


def _normalised(found: Found, background: Background) -> Batch:
    """Turn likelihoods into probabilities by view."""
    view, query, index, views = found.view, found.query, background.index, len(found.pattern)
    joint = logs(background.before[query]) + found.extra
    none = np.full(views, -np.inf) if not background.unlisted else np.log(background.unlisted) + found.unlisted
    weights = background.of(view, query, found.pattern)
    below = _below(found, background)
    top = np.maximum(none, np.maximum(found.apart, found.anywhere))
    np.maximum.at(top, view, np.maximum(joint, np.where(below > 0, found.strays, -np.inf)))
    top = np.where(np.isfinite(top), top, 0.0)
    rest = np.where(index.is_apart[query], found.apart[view], found.anywhere[view])
    drawn = below * (np.exp(found.strays - top[view]) - np.exp(rest - top[view])) + np.exp(joint - top[view])
    sums = np.array([background.sums(each) for each in found.pattern.tolist()]).reshape(-1, 2)
    evidence = (np.bincount(view, weights=drawn, minlength=views) + sums[:, 0] * np.exp(found.apart - top) + sums[:, 1] * np.exp(found.anywhere - top) + np.exp(none - top))
    log_evidence = top + logs(evidence)
    # pictures that no query could have asked for leave nothing to share out
    held = np.where(evidence > 0, log_evidence, 0.0)
    mine = held[view]
    probability = np.exp(joint - mine) + np.where(weights > 0, weights, 0) * np.exp(found.mean - mine)
    return Batch(view, query, probability, np.exp(found.strays - mine), found.own, np.exp(found.apart - held), np.exp(found.anywhere - held), np.exp(none - held), log_evidence,
                 found.pattern, background)


def _below(found: Found, background: Background) -> np.ndarray:
    mine, result = found.pattern[found.view], np.zeros(len(found.view))
    for each in np.unique(mine).tolist():
        rows = np.flatnonzero(mine == each)
        result[rows] = background.below(each)[found.query[rows]]
    return result


def _together(parts: list[Batch], background: Background) -> Batch:
    names = [each.name for each in fields(Batch) if each.name != "background"]
    if not parts:
        return Batch(*(np.zeros(0, dtype=np.int64 if name in ("view", "query", "own", "pattern") else float) for name in names), background)
    return Batch(*(np.concatenate([getattr(part, name) for part in parts]) for name in names), background)
