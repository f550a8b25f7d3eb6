"""How probable are the pictures of one page, given the query that it answers?"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

__all__ = ["PageModel"]


@dataclass(frozen=True)
class PageModel:
    """State the assumptions of the default model, page plus strays.

    A result page shows up to K of the practitioners that match the query, drawn without regard
    to whether they have a picture; of the pictures shown, a share loads; and among the pictures
    asked for there are strays (header avatars, recommendations) from the whole catalogue or from
    outside it.

    Attributes
    ----------
    page_sizes : tuple of int
        Sizes K of a result page, each equally probable: the observer does not know it.
    loading_share : float
        Mean share of the shown pictures that is asked for.
    loading_weight : float
        How firmly that share is believed, in pictures (the sum of the Beta distribution's
        two parameters).
    stray_share : float
        Probability that a picture asked for is a stray.
    unknown_share : float
        Probability that a stray is missing from the catalogue.
    slack : float
        Probability that none of this holds and any number of the query's pictures shows,
        as after scrolling through several pages.

    Notes
    -----
    For a query q with n practitioners and m pictures, of which a are among those seen, and b
    other pictures (k of them in a catalogue of N pictures):

    P(O | q) = sum over j <= a of C(a, j) P(j shown | n, m) / C(m, j) * P(strays | b + a - j)

    where the sum runs over how many of the a matching pictures are the query's own. As the
    noise goes to nothing this is the size principle, 1 / C(m, a) (Tenenbaum and Griffiths 2001).
    Where a query has no more practitioners than a page holds, all its pictures show, so one
    that was not asked for counts against it.

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
    slack: float = 0.02

    def __post_init__(self):
        shares = (self.loading_share, self.stray_share, self.unknown_share, self.slack)
        if not all(0 < share < 1 for share in shares) or not self.page_sizes or min(self.page_sizes) < 1 or self.loading_weight <= 0:
            raise ValueError(f"every share lies strictly between 0 and 1 and page sizes are positive; got {self}")

    def shown(self, practitioners: int, pictures: int) -> np.ndarray:
        """Return log P(j of the query's pictures are asked for), for j = 0 .. `pictures`."""
        return _shown(self, int(practitioners), int(pictures))

    def log_likelihood(self, practitioners: int, pictures: int, own: int, known_others: int, unknown: int, catalogue: int) -> float:
        """Return log P(O | q), up to a factor that is the same for every query.

        Parameters
        ----------
        practitioners, pictures : int
            How many match the query: n and m.
        own : int
            How many of the pictures seen match it: a.
        known_others, unknown : int
            Pictures seen that do not match: in the catalogue, and outside it.
        catalogue : int
            Pictures in the catalogue: N.
        """
        shown, terms = self.shown(practitioners, pictures), []
        for j in range(own + 1):
            draw = _log_comb(own, j) + shown[j] - _log_comb(pictures, j)
            terms.append(draw + self.log_strays(j, known_others + own - j, unknown, catalogue))
        return _log_sum(terms)

    def log_unlisted(self, known: int, unknown: int, catalogue: int) -> float:
        """Return log P(O | a query that the catalogue does not list): its own pictures are the unknown ones."""
        # any number up to the largest page is as probable as any other
        return -math.log(max(self.page_sizes) + 1) + self.log_strays(unknown, known, 0, catalogue)

    def log_strays(self, own: int, known: int, unknown: int, catalogue: int) -> float:
        """Return log P(these strays beside `own` pictures of the query's own)."""
        strays = known + unknown
        how_many = _log_comb(own + strays, strays) + (own + 1) * math.log1p(-self.stray_share) + strays * math.log(self.stray_share)
        which = math.lgamma(strays + 1) + known * (math.log1p(-self.unknown_share) - math.log(max(catalogue, 1)))
        return how_many + which + unknown * math.log(self.unknown_share)


@lru_cache(maxsize=65536)
def _shown(model: PageModel, practitioners: int, pictures: int) -> np.ndarray:
    """Mix over page sizes: hypergeometric in what a page shows, beta-binomial in what loads."""
    total = np.zeros(pictures + 1)
    for size in model.page_sizes:
        drawn = min(size, practitioners)
        for shown in range(max(0, drawn - (practitioners - pictures)), min(drawn, pictures) + 1):
            weight = math.exp(_log_comb(pictures, shown) + _log_comb(practitioners - pictures, drawn - shown) - _log_comb(practitioners, drawn))
            total[: shown + 1] += weight * np.exp(_loaded(model, shown))
    mixed = (1 - model.slack) * total / len(model.page_sizes) + model.slack / (pictures + 1)
    result = np.log(mixed)
    result.flags.writeable = False
    return result


@lru_cache(maxsize=4096)
def _loaded(model: PageModel, shown: int) -> np.ndarray:
    """Return log P(j of the shown pictures load), beta-binomial, for j = 0 .. `shown`."""
    a, b = model.loading_share * model.loading_weight, (1 - model.loading_share) * model.loading_weight
    return np.array([_log_comb(shown, j) + _log_beta(j + a, shown - j + b) - _log_beta(a, b) for j in range(shown + 1)])


def _log_comb(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_sum(terms: list[float]) -> float:
    top = max(terms)
    return top + math.log(sum(math.exp(term - top) for term in terms))
