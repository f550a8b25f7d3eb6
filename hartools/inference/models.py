"""Which other models of a result page are there, and what does each say of the pictures asked for?

Each has a ``name`` and ``log_likelihoods(index, assets)``, and goes to `query_posterior` as ``model=``. Beside
`PageModel`, which holds in general, they are right where more is known (a snapshot of the ranking) or serve as
the plain comparison.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

import numpy as np

from hartools.inference.page_model import log_choose
from hartools.inference.query_index import QueryIndex

__all__ = ["Bernoulli", "ExactPages", "PlackettLuce", "SizePrinciple", "query_key"]

# Never 0 or 1: a single picture must not rule a query out, or in, for good.
LEAST = 1e-9


def query_key(value: Mapping) -> tuple:
    """Write a query as a key: its (attribute, value) pairs in order, as a supplied prior has them.

    Examples
    --------
    >>> query_key({"specialty": "dentiste", "city": "paris"})
    (('city', 'paris'), ('specialty', 'dentiste'))
    """
    return tuple(sorted(value.items()))


def own_counts(index: QueryIndex, assets: Iterable[str]) -> tuple[np.ndarray, int, int]:
    """Count for each query how many of some pictures it lists, and how many of them the catalogue knows and does not."""
    own, known, unknown = np.zeros(len(index), dtype=np.int64), 0, 0
    for asset in dict.fromkeys(assets):
        numbers = index.queries_of(asset)
        own[numbers] += 1
        known, unknown = known + bool(len(numbers)), unknown + (not len(numbers))
    return own, known, unknown


@dataclass(frozen=True)
class ExactPages:
    """State that each query has one first page, known from a snapshot or a ranking.

    Attributes
    ----------
    pages : mapping of tuple to sequence of str or None
        By `query_key`: the pictures of the results in their order, None for a result without
        one, which takes a place too. A query without an entry shows nothing.
    page_size : int
        Results of a page.
    loading : float
        Share of the pictures shown that loads; 1 is the exact model.
    stray : float
        Probability of each other picture of the catalogue to be asked for; 0 is the exact model.

    Notes
    -----
    With the defaults P(O | q) is 1 where O is the page's set of pictures and 0 elsewhere.

    Examples
    --------
    >>> ExactPages({query_key({"city": "lyon"}): ["a1", None, "a2"]}, page_size=2).shown({"city": "lyon"})
    ('a1',)
    """

    pages: Mapping[tuple, Sequence[str | None]] = field(hash=False)
    page_size: int = 10
    loading: float = 1.0
    stray: float = 0.0

    name: ClassVar[str] = "exact pages"

    def __post_init__(self):
        _check(self, at_least_one=("page_size",), shares=("loading", "stray"))

    def shown(self, value: Mapping) -> tuple[str, ...]:
        """Return the distinct pictures of a query's first page."""
        return tuple(dict.fromkeys(asset for asset in self.pages.get(query_key(value), ())[: self.page_size] if asset))

    def log_likelihoods(self, index: QueryIndex, assets: Sequence[str]) -> np.ndarray:
        """Return log P(O | q) for each query of an index; pictures unknown to page and catalogue count as strays."""
        seen, (size, pages_of) = frozenset(assets), _first_pages(self, index)
        own = np.zeros(len(index))
        for asset in seen:
            own[pages_of.get(asset, [])] += 1
        others, beyond = len(seen) - own, np.maximum(index.pictures - size - len(seen) + own, 0)
        return _times(own, self.loading) + _times(size - own, 1 - self.loading) + _times(others, self.stray) + _times(beyond, 1 - self.stray)


@dataclass(frozen=True)
class Bernoulli:
    """State that each picture is asked for by itself: naive Bayes over all pictures of the catalogue.

    Attributes
    ----------
    inside, outside : float
        Probability of a picture that matches the query, and of any other.
    page_size : int, optional
        With it, a picture that matches has probability min(1, page size / practitioners) times
        `loading`, and `inside` is not used: a page does not show everybody.
    loading : float
        Share of the shown pictures that loads.

    Notes
    -----
    It is too sure of itself, since pictures of one page do not come independently (Domingos and Pazzani 1997;
    from general knowledge). With one `inside` for all, a query that matches a single practitioner gains where
    that picture was not seen; `page_size` removes this.

    Examples
    --------
    >>> Bernoulli(inside=0.6, outside=0.02).name
    'Bernoulli'
    """

    inside: float = 0.6
    outside: float = 0.02
    page_size: int | None = None
    loading: float = 0.9

    name: ClassVar[str] = "Bernoulli"

    def __post_init__(self):
        _check(self, at_least_one=() if self.page_size is None else ("page_size",), shares=("inside", "outside", "loading"))

    def log_likelihoods(self, index: QueryIndex, assets: Sequence[str]) -> np.ndarray:
        """Return log P(O | q) for each query of an index."""
        own, known, unknown = own_counts(index, assets)
        match = np.asarray(index.picture_counts, dtype=float)
        inside = np.full(len(own), self.inside)
        if self.page_size is not None:
            inside = np.minimum(1.0, self.page_size / np.maximum(index.practitioner_counts, 1)) * self.loading
        inside, outside = inside.clip(LEAST, 1 - LEAST), min(max(self.outside, LEAST), 1 - LEAST)
        others = known - own
        return (own * np.log(inside) + (match - own) * np.log1p(-inside) + (others + unknown) * np.log(outside)
                + (index.pictures - match - others) * np.log1p(-outside))

    def log_unlisted(self, index: QueryIndex, assets: Sequence[str]) -> float:
        """Return log P(O | a query that the catalogue does not list): every picture is from outside."""
        _, known, unknown = own_counts(index, assets)
        outside = min(max(self.outside, LEAST), 1 - LEAST)
        return float((known + unknown) * np.log(outside) + (index.pictures - known) * np.log1p(-outside))


@dataclass(frozen=True)
class SizePrinciple:
    """State that the pictures asked for are any so many of those that match: fewer matches, more surely.

    Attributes
    ----------
    robust : float
        Probability that they come from the whole catalogue instead; 0 rules out every query
        that does not list all of them.

    Notes
    -----
    P(O | q) = 1 / C(m_q, m) for m pictures, all among the m_q that match (Tenenbaum and Griffiths 2001; from
    general knowledge). With `robust` one stray sends every query to the background, unlike in `PageModel`.

    Examples
    --------
    >>> SizePrinciple(robust=0.01).name
    'size principle'
    """

    robust: float = 0.0

    name: ClassVar[str] = "size principle"

    def __post_init__(self):
        _check(self, shares=("robust",))

    def log_likelihoods(self, index: QueryIndex, assets: Sequence[str]) -> np.ndarray:
        """Return log P(O | q) for each query of an index."""
        own, known, unknown = own_counts(index, assets)
        match, whole = np.asarray(index.picture_counts), own == known + unknown
        inside = np.where(whole, -log_choose(np.maximum(match, own), np.where(whole, own, 0)), -np.inf)
        anywhere = -float(log_choose(np.array([index.pictures + unknown]), np.array([known + unknown]))[0])
        return np.logaddexp(inside + _times(1, 1 - self.robust), anywhere + _times(1, self.robust))


@dataclass(frozen=True)
class PlackettLuce:
    """State that a page lists results one after another, each drawn by its weight from those that are left.

    The order of the pictures counts: use it only where requests follow the order of the page,
    not where pictures load as they are scrolled into sight.

    Attributes
    ----------
    weights : mapping of tuple to mapping of str to float
        By `query_key`, then by asset id. Queries without an entry draw evenly from the pictures
        that they list.
    robust : float
        Probability that the pictures are drawn evenly from the whole catalogue instead.

    Notes
    -----
    P(o_1 .. o_m | q) = product over j of w(o_j) / (W - the sum of those before); Luce (1959), Plackett (1975), from
    general knowledge.

    Examples
    --------
    >>> PlackettLuce({query_key({"city": "lyon"}): {"a1": 2.0, "a2": 1.0}}).name
    'Plackett-Luce'
    """

    weights: Mapping[tuple, Mapping[str, float]] = field(default_factory=dict, hash=False)
    robust: float = 0.0

    name: ClassVar[str] = "Plackett-Luce"

    def __post_init__(self):
        _check(self, shares=("robust",))
        if any(not weight > 0 for drawn in self.weights.values() for weight in drawn.values()):
            raise ValueError("weights are positive; leave a picture out that is never shown")

    def log_likelihoods(self, index: QueryIndex, assets: Sequence[str]) -> np.ndarray:
        """Return log P(o_1, o_2, ... | q) for each query of an index; repeats count once, where they first stand."""
        order = list(dict.fromkeys(assets))
        own, known, unknown = own_counts(index, order)
        steps = np.arange(len(order))
        left = np.asarray(index.picture_counts)[:, None] - steps
        evenly = np.where(own == len(order), -np.log(np.maximum(left, 1)).sum(axis=1), -np.inf)
        for number, drawn in _weights_by_number(self, index) if self.weights else ():
            evenly[number] = _drawn_in_order(order, drawn)
        anywhere = -float(np.log(np.maximum(index.pictures + unknown - steps, 1)).sum())
        return np.logaddexp(evenly + _times(1, 1 - self.robust), anywhere + _times(1, self.robust))


@lru_cache(maxsize=4)
def _first_pages(model: ExactPages, index: QueryIndex) -> tuple[np.ndarray, dict[str, list[int]]]:
    """Return how many pictures the first page of each query shows, and the queries by picture."""
    shown = [model.shown(value) for value in index.values]
    pages_of: dict[str, list[int]] = {}
    for number, page in enumerate(shown):
        for asset in page:
            pages_of.setdefault(asset, []).append(number)
    return np.array([len(page) for page in shown], dtype=float), pages_of


@lru_cache(maxsize=4)
def _weights_by_number(model: PlackettLuce, index: QueryIndex) -> list[tuple[int, Mapping[str, float]]]:
    """Return the weights by number of the query, of those that the catalogue lists."""
    listed = []
    for key, drawn in model.weights.items():
        try:
            listed.append((index.number_of(dict(key)), drawn))
        except KeyError:
            continue
    return listed


def _drawn_in_order(order: Sequence[str], weights: Mapping[str, float]) -> float:
    if any(asset not in weights for asset in order):
        return -np.inf
    left, total = sum(weights.values()), 0.0
    for asset in order:
        total += np.log(weights[asset]) - np.log(max(left, weights[asset]))
        left -= weights[asset]
    return float(total)


def _times(count, share: float):
    """Return count times log of a share, where nothing times an impossible share is nothing."""
    count = np.asarray(count, dtype=float)
    return count * np.log(share) if share > 0 else np.where(count > 0, -np.inf, 0.0)


def _check(model, *, shares: tuple[str, ...], at_least_one: tuple[str, ...] = ()) -> None:
    wrong = [name for name in shares if not 0 <= getattr(model, name) <= 1] + [name for name in at_least_one if getattr(model, name) < 1]
    if wrong:
        raise ValueError(f"{type(model).__name__}: {', '.join(f'{name}={getattr(model, name)!r}' for name in wrong)}; shares lie between 0 and 1, sizes are at least 1")
