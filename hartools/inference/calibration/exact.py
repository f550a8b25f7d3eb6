"""What would an observer conclude who knew exactly how the site works?

The simulator's own posterior. Whether a picture is asked for is, given who is shown, independent of the
others: it loads, or it is a stray. So with a probability e of being a stray, and a loading share l,

    P(O | q) = product over all pictures of (e or 1 - e) * E[product over those shown of r or (1 - l)]

with r = (1 - (1 - l)(1 - e)) / e for one that was asked for. People are drawn without replacement, so that the
expectation is a coefficient of a polynomial. It is summed in full, as are the ways in which a page comes about
(page size, pages, loading, level of strays, how the list is made): nothing is sampled, nothing bounded.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from hartools.inference.calibration.counted import Counted, pictures_by_place
from hartools.inference.calibration.lists import ANY
from hartools.inference.calibration.site import Setting, Simulation, listings_of, no_search_shown, settings_of, stray_shares, unlisted_shown

__all__ = ["exact_posteriors"]


def exact_posteriors(simulation: Simulation) -> Iterator[np.ndarray]:
    """Yield the exact posterior of each search: one probability per query, and one for what the catalogue does not list.

    Parameters
    ----------
    simulation : Simulation
        It holds the site's settings, so that this knows what no observer does.

    Examples
    --------
    >>> from hartools.inference.calibration import Site, invented_directory, simulate
    >>> simulation = simulate(invented_directory(practitioners=300, specialties=4, places=5), Site(), searches=2)
    >>> [round(float(posterior.sum()), 6) for posterior in exact_posteriors(simulation)]
    [1.0, 1.0]
    """
    queries, local = simulation.queries, pictures_by_place(simulation.queries)
    defaults = queries.directory.defaults
    singles = [known[known >= defaults] for known in simulation.known]
    patterns, which = _patterns(simulation)
    built, named = listings_of(queries, simulation.site, simulation.ranking)
    parts = []
    for name, each in built.items():
        counted = Counted(queries, each, local)
        view, q, counts = counted.pairs(singles)
        cut, asked, drawn, none = np.searchsorted(view, np.arange(len(singles) + 1)), patterns[which[view]], {}, {}
        for setting in (setting for setting in settings_of(simulation.site) if named[setting] == name):
            way = setting.page_size * setting.pages, setting.loading
            if way not in drawn:  # whatever the level of strays
                drawn[way] = _drawn(simulation, counted, setting, q, asked, counts[:, 1] + counts[:, 3])
                none[way] = [_unseen(simulation, counted, setting, pattern) for pattern in patterns]
            parts.append((setting, cut, q, _seen(simulation, counted, setting, q, counts, asked, drawn[way], local), none[way]))
    strays = _Strays(simulation, local)
    for number, known in enumerate(singles):
        yield _posterior(simulation, parts, number, int(which[number]), strays.by_level(known, int(simulation.unknown[number])))


def _patterns(simulation: Simulation) -> tuple[np.ndarray, np.ndarray]:
    """Return which shared pictures were asked for: the distinct rows of 0 and 1, and the row of each search."""
    many = simulation.queries.directory.defaults
    asked = np.array([np.isin(np.arange(many), known) for known in simulation.known], dtype=int).reshape(len(simulation.known), many)
    rows, which = np.unique(asked, axis=0, return_inverse=True)
    return rows, which.ravel()


def _posterior(simulation: Simulation, parts: list, number: int, pattern: int, strays: dict) -> np.ndarray:
    """Sum over the ways in which the page came about; numbers are scaled by the largest, so that none overflows."""
    mine = [(setting, q[cut[number] : cut[number + 1]], seen[cut[number] : cut[number + 1]], none[pattern]) for setting, cut, q, seen, none in parts]
    top = max((float(seen.max()) for _, _, seen, _ in mine if len(seen)), default=0.0)
    top = max(top, 0.0)
    high = max(float(listed.max()) for listed, _ in strays.values())
    total = np.zeros(len(simulation.queries) + 1)
    for level, (listed, unlisted) in strays.items():
        own = np.zeros(len(simulation.queries))
        for setting, q, seen, none in mine:
            if setting.level == level:
                shown = none * np.exp(-top)
                shown[q] = np.exp(seen - top)
                own += setting.probability * shown
        total[:-1] += own * np.exp(listed - high)[simulation.queries.place]
        total[-1] += np.exp(unlisted - high - top) / len(strays)
    total[:-1] *= simulation.prior
    total[-1] *= simulation.site.unlisted
    return total / total.sum()


class _Strays:
    """Work out the log probability of a view's pictures as strays, by level and place searched."""

    def __init__(self, simulation: Simulation, local: np.ndarray):
        directory = simulation.queries.directory
        self.site, self.local, self.pictures = simulation.site, local, directory.pictures
        self.singles = directory.pictures - directory.defaults
        self.sizes = np.bincount(local // directory.pictures, minlength=len(directory.places))
        self.own = np.log(np.maximum(unlisted_shown(self.site), 1e-300))
        order = np.argsort(local % directory.pictures, kind="stable")
        self.places_by_picture = (local // directory.pictures)[order]
        self.first = np.searchsorted((local % directory.pictures)[order], np.arange(directory.pictures + 1))

    def by_level(self, known: np.ndarray, unknown: int) -> dict:
        """Return for each level: by place searched, the last one none; and for a search that is not listed."""
        places = np.concatenate([self.places_by_picture[self.first[p] : self.first[p + 1]] for p in known.tolist()] + [np.array([], dtype=int)])
        inside = np.bincount(places, minlength=len(self.sizes))
        made = {}
        for level in dict.fromkeys(self.site.stray_levels):
            out, near = stray_shares(self.site, level, self.singles, self.sizes)
            anywhere = self.singles * np.log1p(-out) + len(known) * _odds(out)
            local = anywhere + self.sizes * (np.log1p(-near) - np.log1p(-out)) + inside * (_odds(near) - _odds(out))
            mean = self.site.unknown_strays * level
            upto = min(unknown, len(self.own) - 1)
            among = np.logaddexp.reduce([self.own[x] + _poisson(unknown - x, mean) for x in range(upto + 1)])
            elsewhere = np.logaddexp(among, _poisson(unknown, mean) + self._no_search(len(known), out)) + np.log(0.5)
            made[level] = np.append(local, anywhere) + _poisson(unknown, mean), anywhere + elsewhere
        return made


    def _no_search(self, known: int, out: float) -> float:
        """Return log E[...] of a page that shows few pictures of anybody: any x of those asked for may be they."""
        shown = no_search_shown(self.singles)[: known + 1]
        ways = [math.log(share) + _log_comb(known, x) - _log_comb(self.singles, x) - x * math.log(out) for x, share in enumerate(shown.tolist())]
        return float(np.logaddexp.reduce(ways))


def _log_comb(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _odds(share):
    return np.log(share) - np.log1p(-share)


def _poisson(count: int, mean: float) -> float:
    return count * np.log(mean) - mean - float(np.log(np.arange(1, count + 1)).sum())


def _ratio(stray, miss):
    return (1 - miss * (1 - stray)) / stray


def _seen(simulation: Simulation, counted: Counted, setting: Setting, q, counts, asked, drawn, local) -> np.ndarray:
    """Return log E[...] for each search and query that share a picture."""
    queries, miss = simulation.queries, 1 - setting.loading
    directory = queries.directory
    sizes = np.bincount(local // directory.pictures, minlength=len(directory.places))
    out, near = stray_shares(simulation.site, setting.level, directory.pictures - directory.defaults, sizes)
    inside = _ratio(np.where(queries.place[q] == ANY, out, near[queries.place[q]]), miss)
    outside = np.full(len(q), _ratio(out, miss))
    sure = _sure(simulation, counted, miss, q, asked, counts[:, 0] + counts[:, 2]) + counts[:, 0] * np.log(inside) + counts[:, 2] * np.log(outside)
    table, row = drawn
    # coefficients of (1 + r z)^a (1 + r' z)^b: each way in which x of those asked for are shown
    ways = np.zeros((len(q), table.shape[1]))
    ways[:, 0] = 1
    for count, ratio in ((counts[:, 1], inside), (counts[:, 3], outside)):
        for step in range(int(count.max(initial=0))):
            more = count > step
            ways[more, 1:] += ways[more, :-1] * ratio[more, None]
    return sure + np.log((ways * table[row]).sum(axis=1))


def _unseen(simulation: Simulation, counted: Counted, setting: Setting, pattern: np.ndarray) -> np.ndarray:
    """Return E[...] of every query for a search that asked for none of its pictures but shared ones."""
    every = np.arange(len(simulation.queries))
    asked, none = np.broadcast_to(pattern, (len(every), len(pattern))), np.zeros(len(every), dtype=int)
    table, row = _drawn(simulation, counted, setting, every, asked, none)
    return np.exp(_sure(simulation, counted, 1 - setting.loading, every, asked, none)) * table[row, 0]


def _sure(simulation: Simulation, counted: Counted, miss: float, q, asked, seen) -> np.ndarray:
    """Return the log factor of those who show for sure, but for their pictures that were asked for."""
    factor = np.where(asked == 1, _ratio(simulation.site.default_strays, miss), miss)
    return (counted.singles[0][q] - seen) * np.log(miss) + ((counted.shared[0][q] > 0) * np.log(factor)).sum(axis=1)


def _drawn(simulation: Simulation, counted: Counted, setting: Setting, q, asked, seen) -> tuple[np.ndarray, np.ndarray]:
    """Return a table of `_shown` and the row of each pair: worked out once per distinct counts."""
    miss, many = 1 - setting.loading, asked.shape[1]
    room = np.where(counted.room[q] == ANY, setting.page_size * setting.pages, counted.room[q])
    # a shared picture that shows for sure is no question any more
    shared = np.where(counted.shared[0][q] > 0, 0, counted.shared[1][q])
    keys = np.column_stack([counted.people[1][q], np.minimum(room, counted.people[1][q]), counted.singles[1][q] - seen, seen, shared, np.where(shared > 0, asked, 0)])
    distinct, row = np.unique(keys, axis=0, return_inverse=True)
    table = np.zeros((len(distinct), int(seen.max(initial=0)) + 1))
    whole, asked_for = distinct[:, 0] == distinct[:, 1], _ratio(simulation.site.default_strays, miss)
    factor = np.where(distinct[:, 4 : 4 + many] > 0, np.where(distinct[:, 4 + many :] > 0, asked_for, miss), 1.0).prod(axis=1)
    table[whole, distinct[whole, 3]] = (miss ** distinct[whole, 2]) * factor[whole]
    for number in np.flatnonzero(~whole).tolist():
        n, k, u, a, *rest = distinct[number].tolist()
        factors = tuple((w, asked_for if s else miss) for w, s in zip(rest[:many], rest[many:], strict=True) if w)
        table[number, : a + 1] = _shown(n, k, u, a, factors, miss)
    return table, row.ravel()


@lru_cache(maxsize=200_000)
def _shown(n: int, k: int, u: int, a: int, shared: tuple, miss: float) -> np.ndarray:
    """Return for x = 0 .. a the probability that just these x of the a are shown, times what is expected of all others.

    k of n people are shown; u have a picture that was not asked for, a one that was.
    """
    rest = np.convolve(_powers(u, k, miss), _powers(n - a - u - sum(w for w, _ in shared), k, 1.0))[: k + 1]
    for w, factor in shared:
        one = factor * _powers(w, k, 1.0)
        one[0] = 1.0
        rest = np.convolve(rest, one)[: k + 1]
    found, upto = np.zeros(a + 1), min(a, k)
    found[: upto + 1] = rest[k - np.arange(upto + 1)] / _powers(n, k, 1.0)[k]
    return found


@lru_cache(maxsize=100_000)
def _powers(n: int, k: int, factor: float) -> np.ndarray:
    """Return the first coefficients of (1 + factor z)^n; C(140000, 40) still is a number."""
    steps = np.arange(1, k + 1)
    made = np.concatenate([[1.0], np.cumprod(np.maximum(n - steps + 1, 0) / steps * factor)])
    made.flags.writeable = False
    return made
