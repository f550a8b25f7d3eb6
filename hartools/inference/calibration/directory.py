"""What does an invented directory hold: who practises what, where, and with which picture?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from hartools.errors import UnknownChoiceError
from hartools.inference.catalogue import Catalogue

__all__ = ["LAYOUTS", "Directory", "invented_directory"]

# clustered: suburbs around a dozen cities, every specialty everywhere by its share.
# scattered: places anywhere, and the rarer a specialty the more it keeps to large places.
LAYOUTS = ("clustered", "scattered")
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, eq=False)
class Directory:
    """Hold an invented directory, by number.

    Attributes
    ----------
    specialties, places : tuple of str
    latitude, longitude : numpy.ndarray
        Of each place, degrees.
    person, specialty, place : numpy.ndarray of int
        One element per row: a person may have several specialties or places.
    picture : numpy.ndarray of int
        One element per person: number of the picture, -1 for none. The first `defaults`
        pictures are shared by many, all others show one person.
    pictures, defaults : int
    """

    specialties: tuple[str, ...]
    places: tuple[str, ...]
    latitude: np.ndarray
    longitude: np.ndarray
    person: np.ndarray
    specialty: np.ndarray
    place: np.ndarray
    picture: np.ndarray
    pictures: int
    defaults: int

    def asset(self, number: int) -> str:
        """Name a picture."""
        return f"default{number}" if number < self.defaults else f"p{number:07}"

    @cached_property
    def catalogue(self) -> Catalogue:
        """The same as anybody could have collected it."""
        names = np.array([self.asset(number) for number in range(self.pictures)] + [""])
        table = pd.DataFrame({
            "asset_id": names[self.picture[self.person]],
            "practitioner": np.array([f"Dr {number:06}" for number in range(len(self.picture))])[self.person],
            "specialty": np.array(self.specialties)[self.specialty],
            "city": np.array(self.places)[self.place],
            "latitude": np.char.mod("%.4f", self.latitude)[self.place],
            "longitude": np.char.mod("%.4f", self.longitude)[self.place],
        })  # fmt: skip
        return Catalogue(table, source="an invented directory")

    @cached_property
    def distances(self) -> np.ndarray:
        """Kilometres between any two places, on a sphere flattened at their middle."""
        north = self.latitude * KM_PER_DEGREE
        east = self.longitude * KM_PER_DEGREE * np.cos(np.radians(self.latitude.mean()))
        return np.hypot(north[:, None] - north, east[:, None] - east)


def invented_directory(*, seed: int = 0, practitioners: int = 140_000, specialties: int = 60, places: int = 800, layout: str = "clustered",
                       photo_rates: tuple[float, float] = (0.2, 1.0), second_specialty: float = 0.06, second_place: float = 0.1,
                       defaults: int = 2, default_share: float = 0.2) -> Directory:
    """Invent a directory of practitioners from a seed.

    Parameters
    ----------
    seed : int
    practitioners, specialties, places : int
        How many; shares of specialties and sizes of places follow Zipf's law.
    layout : {"clustered", "scattered"}
        Where places lie, and whether rare specialties keep to large ones.
    photo_rates : tuple of float
        Lowest and highest share of practitioners with a picture of their own, drawn per
        specialty and then varied by place.
    second_specialty, second_place : float
        Share of practitioners with a second one: mostly the paired specialty (as midwives
        and sonographers) and a place nearby.
    defaults : int
        Number of pictures that are shared by many who have none of their own.
    default_share : float
        Share of those without a picture of their own who have a shared one.

    Returns
    -------
    Directory

    Raises
    ------
    UnknownChoiceError
        If `layout` is none of the two.

    Examples
    --------
    >>> invented_directory(practitioners=200, specialties=4, places=5).catalogue.attributes[:2]
    ('specialty', 'city')
    """
    if layout not in LAYOUTS:
        raise UnknownChoiceError(f"layout {layout!r} is none of {', '.join(LAYOUTS)}")
    chance = np.random.default_rng([seed, LAYOUTS.index(layout), practitioners])
    latitude, longitude = _map(chance, places, layout)
    shares, sizes = _zipf(specialties, 0.9, chance), _zipf(places, 0.95, chance)
    specialty, place = _posts(chance, practitioners, shares, sizes, layout)
    person = np.arange(practitioners)
    rates = _photo_rates(chance, photo_rates, specialties, places)[specialty, place]
    more = [_second_specialty(chance, specialty, place, specialties, second_specialty), _second_place(chance, specialty, place, latitude, longitude, second_place)]
    person = np.concatenate([person, *(rows[0] for rows in more)])
    picture, pictures = _pictures(chance, rates, defaults, default_share)
    return Directory(tuple(f"specialty {n:02}" for n in range(specialties)), tuple(f"place {n:03}" for n in range(places)), latitude, longitude, person,
                     np.concatenate([specialty, *(rows[1] for rows in more)]), np.concatenate([place, *(rows[2] for rows in more)]), picture, pictures, defaults)


def _zipf(count: int, power: float, chance: np.random.Generator) -> np.ndarray:
    """Share out by rank, in an order that number does not tell."""
    shares = 1 / np.arange(1, count + 1) ** power
    return chance.permutation(shares / shares.sum())


def _map(chance: np.random.Generator, places: int, layout: str) -> tuple[np.ndarray, np.ndarray]:
    if layout == "scattered":
        return chance.uniform(43, 50, places), chance.uniform(-2, 7, places)
    centres = np.column_stack([chance.uniform(43, 50, 12), chance.uniform(-2, 7, 12)])
    at = centres[chance.integers(12, size=places)] + chance.normal(0, 0.25, (places, 2))
    return at[:, 0], at[:, 1]


def _posts(chance, practitioners: int, shares: np.ndarray, sizes: np.ndarray, layout: str) -> tuple[np.ndarray, np.ndarray]:
    specialty = chance.choice(len(shares), practitioners, p=shares)
    place = np.empty(practitioners, dtype=int)
    for number, share in enumerate(shares):
        rows = np.flatnonzero(specialty == number)
        # the rarest of them are drawn by the size of a place to the power 1.6
        drawn = sizes ** (1 + 0.6 * (1 - share / shares.max())) if layout == "scattered" else sizes
        place[rows] = chance.choice(len(sizes), len(rows), p=drawn / drawn.sum())
    return specialty, place


def _photo_rates(chance, bounds: tuple[float, float], specialties: int, places: int) -> np.ndarray:
    rates = chance.uniform(*bounds, specialties)[:, None] * chance.uniform(0.8, 1.25, places)
    return rates.clip(*bounds)


def _second_specialty(chance, specialty, place, specialties: int, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    who = np.flatnonzero(chance.random(len(specialty)) < share) if specialties > 1 else np.array([], dtype=int)
    paired = np.minimum(specialty[who] ^ 1, specialties - 1)
    other = np.where(chance.random(len(who)) < 0.7, paired, chance.integers(specialties, size=len(who)))
    who, other = who[other != specialty[who]], other[other != specialty[who]]
    return who, other, place[who]


def _second_place(chance, specialty, place, latitude, longitude, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    places = len(latitude)
    who = np.flatnonzero(chance.random(len(specialty)) < share) if places > 1 else np.array([], dtype=int)
    apart = np.hypot(latitude[:, None] - latitude, longitude[:, None] - longitude)
    nearby = np.argsort(apart, axis=1, kind="stable")[:, 1:9]
    near = nearby[place[who], chance.integers(nearby.shape[1], size=len(who))]
    other = np.where(chance.random(len(who)) < 0.8, near, chance.integers(places, size=len(who)))
    who, other = who[other != place[who]], other[other != place[who]]
    return who, specialty[who], other


def _pictures(chance, rates: np.ndarray, defaults: int, default_share: float) -> tuple[np.ndarray, int]:
    own = chance.random(len(rates)) < rates
    picture = np.full(len(rates), -1)
    picture[own] = defaults + np.arange(own.sum())
    if defaults:
        shared = ~own & (chance.random(len(rates)) < default_share)
        picture[shared] = chance.integers(defaults, size=shared.sum())
    return picture, defaults + int(own.sum())
