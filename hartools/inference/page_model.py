"""How does a result page come by the pictures that it asks for? The assumptions of the default model."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

__all__ = ["RELATED_LEVELS", "STRAY_LEVELS", "PageModel", "log_choose", "log_factorial", "logs"]

# The stray share is stated and not known: a page can have an eighth of it or four times as much (factor, probability).
STRAY_LEVELS = ((0.125, 0.1), (0.25, 0.15), (0.5, 0.25), (1.0, 0.3), (2.0, 0.15), (4.0, 0.05))
# Nor is the share of related ones: so far towards 0 (negative) or 1, and how probable that is.
RELATED_LEVELS = ((-0.33, 0.5), (0.33, 0.5))


@dataclass(frozen=True)
class PageModel:
    """State the assumptions of the default model, page plus strays.

    A result page shows up to K of the practitioners that match the query, drawn without regard
    to whether they have a picture; of the pictures shown, a share loads; beside them it asks for
    strays (header avatars, recommendations), from the whole catalogue, from the same place or
    specialty, or from outside the catalogue. Where fewer than K match, the page may be filled in
    with those who match elsewhere. A picture that several practitioners share is weighed by
    itself, by how many of those who match have it.

    Attributes
    ----------
    page_sizes : tuple of int
        Sizes K of a result page, each equally probable: the observer does not know it. Several
        pages of one search count as one larger page.
    loading_share : float
        Mean share of the shown pictures that is asked for.
    loading_weight : float
        How firmly that share is believed, in pictures (the sum of the Beta distribution's
        two parameters).
    stray_share : float
        Share of strays among the pictures asked for, over all searches. A single page may have
        a quarter of it or four times as much.
    unknown_share : float
        Share of the strays that the catalogue does not hold.
    related_share : float
        Share of the other strays that match all attributes of the query but one: on one page all
        of the same place, or all of the same specialty. May be 0.
    place_share : float
        Probability that it is the same place, where the catalogue has a place.
    neighbour_share : float
        Probability that those who match elsewhere are listed too: as often where the list is
        shorter than the page and is filled in, the nearest places first, as within a radius
        whatever its length (this only where the catalogue has positions). May be 0.
    radii_km : tuple of float
        Such radii, each equally probable.
    slack : float
        Probability that none of this holds and any number of the query's pictures shows,
        as after scrolling through several pages.

    Notes
    -----
    The likelihood is that of a set of pictures and sums to one over all sets; ``docs/query-inference.md``
    has it in full. As the noise goes to nothing it is the size principle, 1 / C(m, a) for a of a
    query's m pictures (Tenenbaum and Griffiths 2001).

    Examples
    --------
    >>> model = PageModel()
    >>> round(float(np.exp(model.shown(3, 3)).sum()), 6)
    1.0
    """

    page_sizes: tuple[int, ...] = (5, 10, 15, 20, 25, 30, 40, 50)
    loading_share: float = 0.9
    loading_weight: float = 10.0
    stray_share: float = 0.1
    unknown_share: float = 0.5
    related_share: float = 0.3
    place_share: float = 0.8
    neighbour_share: float = 0.1
    radii_km: tuple[float, ...] = (5.0, 10.0, 20.0, 50.0)
    slack: float = 0.02

    name: ClassVar[str] = "page plus strays"

    def __post_init__(self):
        shares = (self.loading_share, self.stray_share, self.unknown_share, self.place_share, self.slack)
        if not all(0 < share < 1 for share in shares) or not all(0 <= share < 1 for share in (self.related_share, self.neighbour_share)):
            raise ValueError(f"every share lies between 0 and 1, and only related_share and neighbour_share may be 0; got {self}")
        if not self.page_sizes or min(self.page_sizes) < 1 or self.loading_weight <= 0:
            raise ValueError(f"page sizes and the loading weight are positive; got {self}")
        object.__setattr__(self, "page_sizes", tuple(sorted(int(size) for size in self.page_sizes)))

    @property
    def sizes(self) -> tuple[tuple[int, ...], tuple[float, ...]]:
        """The distinct page sizes and their probabilities."""
        distinct = tuple(dict.fromkeys(self.page_sizes))
        return distinct, tuple(self.page_sizes.count(size) / len(self.page_sizes) for size in distinct)

    @property
    def largest(self) -> int:
        """The largest page."""
        return self.page_sizes[-1]

    def shown(self, practitioners: int, pictures: int) -> np.ndarray:
        """Return log P(j of the query's pictures are asked for), for j = 0 .. `pictures`, no list being filled in."""
        n, m = np.array([practitioners]), np.array([pictures])
        mixed = (1 - self.slack) * sum(share * self.from_page(n, m, size)[0] for size, share in zip(*self.sizes, strict=True))
        return np.log(np.pad(mixed, (0, max(pictures + 1 - len(mixed), 0)))[: pictures + 1] + self.slack / (pictures + 1))

    def from_page(self, practitioners: np.ndarray, pictures: np.ndarray, size: int | np.ndarray) -> np.ndarray:
        """Return P(j pictures are asked for) for j = 0 .. `largest`, one row per list, on a page of one size.

        Hypergeometric in what the page shows, beta-binomial in what loads.
        """
        n, m = practitioners[:, None], pictures[:, None]
        drawn, x = np.minimum(size, practitioners)[:, None] if np.ndim(size) else np.minimum(size, n), np.arange(self.largest + 1)
        possible = (x <= m) & (x <= drawn) & (drawn - x <= n - m)
        x = np.where(possible, x, 0)
        rest = np.where(possible, drawn - x, 0)
        ways = log_choose(m, x) + log_choose(n - m, rest) - log_choose(n, drawn)
        return np.where(possible, np.exp(ways), 0.0) @ self.loaded

    @property
    def loaded(self) -> np.ndarray:
        """P(j load of x shown): one row per x, one column per j, both from 0 to `largest`."""
        return _loaded(self.loading_share, self.loading_weight, self.largest)

    def log_likelihoods(self, index, assets: Iterable[str]) -> np.ndarray:
        """Return log P(O | q) for each query of an index: the probability of this set among all sets of the catalogue's pictures.

        Parameters
        ----------
        index : QueryIndex
        assets : iterable of str
            For pictures that the catalogue does not hold it is a density, the same for every query.
        """
        from hartools.inference.pages import Pages
        from hartools.inference.seen import seen_in

        return Pages(index, self, index.prior("uniform")).dense(seen_in([assets], index))


@lru_cache(maxsize=64)
def _loaded(share: float, weight: float, largest: int) -> np.ndarray:
    a, b = share * weight, (1 - share) * weight
    x, j = np.arange(largest + 1)[:, None], np.arange(largest + 1)
    rising_a, rising_b, rising = (np.concatenate([[0], np.cumsum(np.log(start + np.arange(largest)))]) for start in (a, b, weight))
    j_in = np.minimum(j, x)
    table = np.where(j <= x, np.exp(log_choose(x, j_in) + rising_a[j_in] + rising_b[x - j_in] - rising[x]), 0.0)
    table.flags.writeable = False
    return table


_LOG_FACTORIALS = [np.zeros(1)]


def log_factorial(n) -> np.ndarray:
    """Return log n! for whole numbers.

    Examples
    --------
    >>> round(float(np.exp(log_factorial(4))), 6)
    24.0
    """
    n = np.asarray(n)
    top = int(n.max(initial=0))
    if top >= len(_LOG_FACTORIALS[0]):
        _LOG_FACTORIALS[0] = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 2 * top + 64)))])
    return _LOG_FACTORIALS[0][n]


def log_choose(n, k) -> np.ndarray:
    """Return log C(n, k) for whole numbers 0 <= k <= n.

    Examples
    --------
    >>> round(float(np.exp(log_choose(5, 2))), 6)
    10.0
    """
    n, k = np.asarray(n), np.asarray(k)
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k)


def logs(values: np.ndarray) -> np.ndarray:
    """Return logarithms, minus infinity for nothing.

    Examples
    --------
    >>> logs(np.array([0.0, 1.0])).tolist()
    [-inf, 0.0]
    """
    with np.errstate(divide="ignore"):
        return np.log(values)
