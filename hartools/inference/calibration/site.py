"""What would an invented site ask an image host for, search after search, and which search was it?"""

from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from hartools.inference.calibration.directory import Directory
from hartools.inference.calibration.lists import ANY, Listing, Queries, listing, queries_of
from hartools.inference.page_model import PageModel

__all__ = ["Setting", "Simulation", "Site", "matching_model", "simulate"]

# A picture nobody's own: a header avatar, a visitor without one.
MOST_LOCAL = 0.3


@dataclass(frozen=True)
class Site:
    """State how an invented site builds its pages; every choice is drawn anew for each search.

    Attributes
    ----------
    page_sizes, pages : tuple of int
        Results of a page, and how many pages of one search are looked at; each equally probable.
    loading : tuple of float
        Shares of the shown pictures that load, each equally probable.
    strays, local_strays, unknown_strays : float
        How many pictures a page view asks for, on average, of the whole catalogue, of the place
        searched (none where no place was), and of nobody in the catalogue.
    stray_levels : tuple of float
        What these three are multiplied by, each equally probable: some pages have many.
    default_strays : float
        Probability that a shared default picture is asked for whoever is listed.
    modes : mapping of str to float
        Shares of ``matching``, ``radius`` and ``filled`` pages, as `listing` builds them.
    radius_km : float
    ranked : bool
        The site orders results the same way each time, so that a query has one first page.
    shapes : tuple of float
        Shares of searches by specialty and place, by specialty, by place, and by neither.
    by_size : bool
        Searches are as frequent as people who match; otherwise each is equally frequent.
    unlisted : float
        Share of page views that the catalogue does not list: half are searches whose pictures are
        all unknown, half are no search (a practitioner's page, one's appointments) and show few
        pictures of anybody.
    """

    page_sizes: tuple[int, ...] = (10, 20)
    pages: tuple[int, ...] = (1, 1, 1, 2)
    loading: tuple[float, ...] = (0.95, 0.75)
    strays: float = 0.6
    local_strays: float = 0.2
    unknown_strays: float = 0.4
    stray_levels: tuple[float, ...] = (0.5, 1.5)
    default_strays: float = 0.05
    modes: dict = field(default_factory=lambda: {"matching": 1.0})
    radius_km: float = 20.0
    ranked: bool = False
    shapes: tuple[float, float, float, float] = (0.8, 0.08, 0.08, 0.04)
    by_size: bool = False
    unlisted: float = 0.02


@dataclass(frozen=True)
class Setting:
    """Hold one way in which a page can come about, and how often it does."""

    mode: str
    page_size: int
    pages: int
    loading: float
    level: float
    probability: float


@dataclass(frozen=True, eq=False)
class Simulation:
    """Hold simulated searches with their truth.

    Attributes
    ----------
    queries : Queries
    site : Site
    seed : int
    truth : numpy.ndarray of int
        Number of the query of each search, -1 for one that the catalogue does not list.
    own : list of numpy.ndarray
        Numbers of the query's own pictures that were asked for.
    known, unknown : list of numpy.ndarray, numpy.ndarray of int
        Numbers of all pictures asked for that the catalogue has, and how many it has not.
    prior : numpy.ndarray
        Probability of each query; the rest is that of unlisted ones.
    """

    queries: Queries
    site: Site
    seed: int
    truth: np.ndarray
    own: list[np.ndarray]
    known: list[np.ndarray]
    unknown: np.ndarray
    prior: np.ndarray

    @property
    def ranking(self) -> np.ndarray | None:
        """The order that the site always uses, if it has one."""
        return ranking_of(self.queries, self.seed) if self.site.ranked else None

    @property
    def views(self) -> list[list[str]]:
        """The asset ids of each search, as an observer has them."""
        asset = self.queries.directory.asset
        return [[asset(number) for number in known] + [f"unknown{view}-{number}" for number in range(unknown)]
                for view, (known, unknown) in enumerate(zip(self.known, self.unknown.tolist(), strict=True))]

    @property
    def values(self) -> list[dict | None]:
        """The true query of each search."""
        return [self.queries.values[q] if q >= 0 else None for q in self.truth.tolist()]

    def first(self, searches: int) -> "Simulation":
        """Return the first searches alone."""
        return replace(self, truth=self.truth[:searches], own=self.own[:searches], known=self.known[:searches], unknown=self.unknown[:searches])

    @property
    def supplied(self) -> dict:
        """The prior of the listed queries, in the form that `query_posterior` takes."""
        return {tuple(sorted(value.items())): weight for value, weight in zip(self.queries.values, self.prior.tolist(), strict=True)}


def settings_of(site: Site) -> list[Setting]:
    """List every way in which a page can come about."""
    whole, shares = sum(site.modes.values()), {}
    for way in product(site.modes, site.page_sizes, site.pages, site.loading, site.stray_levels):
        shares[way] = shares.get(way, 0.0) + site.modes[way[0]] / whole
    ways = len(site.page_sizes) * len(site.pages) * len(site.loading) * len(site.stray_levels)
    return [Setting(*way, share / ways) for way, share in shares.items() if share > 0]


def listings_of(queries: Queries, site: Site, ranking: np.ndarray | None) -> tuple[dict, dict]:
    """Build each list once: by name, and the name by setting."""
    built, named = {}, {}
    for setting in settings_of(site):
        named[setting] = ("ranked", setting.page_size * setting.pages) if ranking is not None else (setting.mode, setting.page_size if setting.mode == "filled" else 0)
        if named[setting] not in built:
            mode, size = named[setting]
            built[named[setting]] = listing(queries, mode, page_size=size, radius_km=site.radius_km, ranking=ranking)
    return built, named


def ranking_of(queries: Queries, seed: int) -> np.ndarray:
    """Return the order that the site always uses."""
    return np.random.default_rng([seed, 77]).permutation(len(queries.directory.picture))


def simulate(directory: Directory, site: Site = Site(), *, searches: int = 2000, seed: int = 0, queries: Queries | None = None) -> Simulation:
    """Simulate searches on an invented site.

    Parameters
    ----------
    directory : Directory
    site : Site
    searches, seed : int
    queries : Queries, optional
        `queries_of(directory)`, where it is at hand.

    Returns
    -------
    Simulation

    Notes
    -----
    A search is drawn from the prior and the way its page comes about from the site; people are
    drawn from the list without regard to pictures; each distinct picture shown loads by itself
    with the loading share; every other picture of the catalogue is asked for by itself with a
    small probability, larger for those of the place searched.

    Examples
    --------
    >>> from hartools.inference.calibration import invented_directory
    >>> simulation = simulate(invented_directory(practitioners=300, specialties=4, places=5), searches=3)
    >>> len(simulation.views), len(simulation.values)
    (3, 3)
    """
    queries = queries_of(directory) if queries is None else queries
    chance, prior = np.random.default_rng([seed, searches]), queries.prior(site.shapes, by_size=site.by_size) * (1 - site.unlisted)
    ranking = ranking_of(queries, seed) if site.ranked else None
    built, named = listings_of(queries, site, ranking)
    settings = settings_of(site)
    truth = chance.choice(len(queries) + 1, searches, p=np.append(prior, site.unlisted) / (prior.sum() + site.unlisted))
    truth[truth == len(queries)] = -1
    chosen = chance.choice(len(settings), searches, p=[setting.probability for setting in settings])
    pools = _pools(directory)
    drawn = [_page(chance, queries, site, settings[z], built[named[settings[z]]], int(q), pools) for q, z in zip(truth, chosen, strict=True)]
    return Simulation(queries, site, seed, truth, [page[0] for page in drawn], [page[1] for page in drawn], np.array([page[2] for page in drawn]), prior)


def _pools(directory: Directory) -> list[np.ndarray]:
    """List the pictures of each place, shared ones left out."""
    picture, many = directory.picture[directory.person], directory.pictures
    pairs = np.unique((directory.place * many + picture)[picture >= directory.defaults])
    return np.split(pairs % many, np.searchsorted(pairs // many, np.arange(1, len(directory.places))))


def stray_shares(site: Site, level: float, pictures: int, local: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the probability that a picture is a stray: elsewhere, and in places with so many pictures."""
    out = site.strays * level / max(pictures, 1)
    nearby = np.minimum(site.local_strays * level / np.maximum(local, 1), MOST_LOCAL)
    return out, 1 - (1 - out) * (1 - nearby)


def unlisted_shown(site: Site) -> np.ndarray:
    """Return the distribution of the number of pictures that a search outside the catalogue shows."""
    return np.full(max(site.page_sizes) + 1, 1 / (max(site.page_sizes) + 1))


def no_search_shown(pictures: int) -> np.ndarray:
    """Return the distribution of the number of pictures, of so many, that a page shows which is no search: half have none, a quarter one."""
    shares = 0.5 ** np.arange(1, min(10, pictures + 1) + 1)
    return shares / shares.sum()


def _page(chance, queries: Queries, site: Site, setting: Setting, built: Listing, q: int, pools: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, int]:
    directory = queries.directory
    unknown = int(chance.poisson(site.unknown_strays * setting.level))
    own, singles = np.array([], dtype=int), directory.pictures - directory.defaults
    if q >= 0:
        own = np.unique(directory.picture[_shown(chance, built, q, setting)])
        own = own[(own >= 0) & (chance.random(len(own)) < setting.loading)]
    elif chance.random() < 0.5:
        unknown += int(chance.choice(len(unlisted_shown(site)), p=unlisted_shown(site)))
    else:
        own = directory.defaults + chance.choice(singles, int(chance.choice(len(no_search_shown(singles)), p=no_search_shown(singles))), replace=False)
    place = queries.place[q] if q >= 0 else ANY
    local = pools[place] if place != ANY else np.array([], dtype=int)
    out, near = stray_shares(site, setting.level, singles, np.array([len(local)]))
    anywhere = directory.defaults + chance.choice(singles, chance.binomial(singles, out), replace=False)
    nearby = local[chance.random(len(local)) < (near[0] - out) / (1 - out)]
    shared = np.flatnonzero(chance.random(directory.defaults) < site.default_strays)
    return own, np.unique(np.concatenate([own, anywhere, nearby, shared])), unknown


def _shown(chance, built: Listing, q: int, setting: Setting) -> np.ndarray:
    sure = built.sure[1][built.sure[0][q] : built.sure[0][q + 1]]
    drawn = built.drawn[1][built.drawn[0][q] : built.drawn[0][q + 1]]
    room = built.room[q] if built.room[q] != ANY else setting.page_size * setting.pages
    return np.concatenate([sure, chance.choice(drawn, min(room, len(drawn)), replace=False)])


def matching_model(simulation: Simulation, *, factor: float = 1.0) -> PageModel:
    """Return the page model whose noise settings are those of a site, or off by a factor.

    Parameters
    ----------
    simulation : Simulation
    factor : float
        What the stray share, and the share that does not load, are multiplied by.
    """
    site = simulation.site
    own = sum(len(each) for each in simulation.own)
    known = sum(len(each) for each in simulation.known)
    unknown = int(simulation.unknown[simulation.truth >= 0].sum())
    strays = max(known - own + unknown, 1)
    sizes = tuple(sorted(size * pages for size in site.page_sizes for pages in site.pages))
    whole = sum(site.modes.values())
    spread = site.loading if len(set(site.loading)) > 1 else (site.loading[0] - 0.02, site.loading[0] + 0.02)
    mean, variance = 1 - (1 - float(np.mean(site.loading))) * factor, float(np.var(spread))
    mean = min(max(mean, 0.1), 0.995)
    return PageModel(page_sizes=sizes, loading_share=mean, loading_weight=max(mean * (1 - mean) / variance - 1, 2.0),
                     stray_share=min(strays / (own + strays) * factor, 0.9), unknown_share=min(max(unknown / strays, 0.01), 0.99),
                     related_share=min(site.local_strays / max(site.local_strays + site.strays, 1e-9), 0.9),
                     place_share=0.95, neighbour_share=min((1 - site.modes.get("matching", 0.0) / whole) * (1.0 if factor == 1 else factor), 0.9))
