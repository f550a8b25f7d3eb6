"""Whom does each search list: those who match, those nearby too, or as many neighbours as fill the page?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hartools.inference.calibration.directory import Directory

__all__ = ["Listing", "Queries", "listing", "queries_of"]

ANY = -1


@dataclass(frozen=True, eq=False)
class Queries:
    """Hold every search that a directory can answer, and whom each matches.

    Attributes
    ----------
    specialty, place : numpy.ndarray of int
        What each query fixes; -1 where it is left open.
    start, person : numpy.ndarray of int
        The people of query q are ``person[start[q]:start[q + 1]]``.
    """

    directory: Directory
    specialty: np.ndarray
    place: np.ndarray
    start: np.ndarray
    person: np.ndarray

    def __len__(self) -> int:
        return len(self.specialty)

    @property
    def counts(self) -> np.ndarray:
        """How many people match each query."""
        return np.diff(self.start)

    @property
    def shape(self) -> np.ndarray:
        """0: specialty and place, 1: specialty, 2: place, 3: neither."""
        return (self.place == ANY) + 2 * (self.specialty == ANY)

    @cached_property
    def values(self) -> list[dict]:
        """Each query as an object of attributes, as a posterior has it."""
        named = self.directory
        return [({"specialty": named.specialties[s]} if s != ANY else {}) | ({"city": named.places[c]} if c != ANY else {})
                for s, c in zip(self.specialty.tolist(), self.place.tolist(), strict=True)]

    def prior(self, shares: tuple[float, float, float, float], *, by_size: bool) -> np.ndarray:
        """Share out probability over the four shapes, and within one evenly or by number of people."""
        weights = self.counts.astype(float) if by_size else np.ones(len(self))
        totals = np.bincount(self.shape, weights=weights, minlength=4)
        return np.array(shares)[self.shape] * weights / totals[self.shape] / sum(shares)


@dataclass(frozen=True, eq=False)
class Listing:
    """Hold the list behind each query: people who show for sure, and people some of whom show.

    Attributes
    ----------
    sure, drawn : tuple of numpy.ndarray
        Each a (start, person) pair as in `Queries`.
    room : numpy.ndarray of int
        How many of `drawn` show; -1 where the page decides.
    """

    sure: tuple[np.ndarray, np.ndarray]
    drawn: tuple[np.ndarray, np.ndarray]
    room: np.ndarray


def queries_of(directory: Directory) -> Queries:
    """List the searches that a directory can answer: by specialty and place, by one of them, by neither."""
    specialty, place, person = directory.specialty, directory.place, directory.person
    many, people, keys, first = len(directory.places), len(directory.picture), [], 0
    told = []
    for s, c in ((specialty, place), (specialty, np.full_like(place, ANY)), (np.full_like(specialty, ANY), place), (np.full_like(specialty, ANY), np.full_like(place, ANY))):
        distinct, which = np.unique((s + 1) * (many + 1) + c + 1, return_inverse=True)
        told.append(np.column_stack([distinct // (many + 1) - 1, distinct % (many + 1) - 1]))
        keys.append(np.unique((which + first) * people + person))
        first += len(distinct)
    fixed, pairs = np.concatenate(told), np.concatenate(keys)
    return Queries(directory, fixed[:, 0], fixed[:, 1], _starts(pairs // people, first), pairs % people)


def listing(queries: Queries, mode: str, *, page_size: int = 0, radius_km: float = 0.0, ranking: np.ndarray | None = None) -> Listing:
    """Build the list behind every query.

    Parameters
    ----------
    queries : Queries
    mode : {"matching", "radius", "filled", "ranked"}
        Those who match; with those of the specialty within `radius_km`; filled up to
        `page_size` with those of the specialty in the nearest places; the first `page_size`
        by `ranking`.
    ranking : numpy.ndarray, optional
        The place of each person in the order that the site always uses.
    """
    whole = queries.start, queries.person
    nobody = np.zeros(len(queries) + 1, dtype=int), np.array([], dtype=int)
    if mode == "radius":
        return Listing(nobody, _within(queries, radius_km), np.full(len(queries), ANY))
    if mode == "filled":
        return _filled(queries, page_size)
    if mode == "ranked":
        return Listing(_first(queries, page_size, ranking), nobody, np.zeros(len(queries), dtype=int))
    return Listing(nobody, whole, np.full(len(queries), ANY))


def _starts(sorted_numbers: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(sorted_numbers, minlength=count))])


def _within(queries: Queries, radius_km: float) -> tuple[np.ndarray, np.ndarray]:
    directory, people = queries.directory, len(queries.directory.picture)
    owner = np.repeat(np.arange(len(queries)), queries.counts)
    pairs, number = [owner * people + queries.person], _by_both(queries)
    close = [np.flatnonzero(row <= radius_km) for row in directory.distances]
    sizes = np.array([len(near) for near in close])[directory.place]
    row = np.repeat(np.arange(len(directory.place)), sizes)
    around = np.concatenate([close[c] for c in directory.place]) if len(row) else np.array([], dtype=int)
    found = number[directory.specialty[row], around]
    pairs.append((found * people + directory.person[row])[found >= 0])
    distinct = np.unique(np.concatenate(pairs))
    return _starts(distinct // people, len(queries)), distinct % people


def _by_both(queries: Queries) -> np.ndarray:
    """Return the number of the query for each specialty and place, -1 where nobody answers it."""
    number = np.full((len(queries.directory.specialties), len(queries.directory.places)), -1)
    both = np.flatnonzero(queries.shape == 0)
    number[queries.specialty[both], queries.place[both]] = both
    return number


def _filled(queries: Queries, page_size: int) -> Listing:
    number, order = _by_both(queries), np.argsort(queries.directory.distances, axis=1, kind="stable")
    start, person = queries.start.tolist(), queries.person.tolist()
    sure, drawn, room = [], [], np.full(len(queries), ANY)
    short = (queries.shape == 0) & (queries.counts < page_size)
    for q in range(len(queries)):
        own = person[start[q] : start[q + 1]]
        if not short[q]:
            sure.append([])
            drawn.append(own)
            continue
        neighbours = (number[queries.specialty[q], c] for c in order[queries.place[q]].tolist())
        full, last = _fill(own, (person[start[n] : start[n + 1]] for n in neighbours if n >= 0 and n != q), page_size)
        sure.append(full)
        drawn.append(last)
        room[q] = page_size - len(full)
    return Listing(_joined(sure), _joined(drawn), room)


def _fill(own: list[int], neighbours, page_size: int) -> tuple[list[int], list[int]]:
    """Take whole places while they fit, and the next one to be drawn from."""
    full, known = list(own), set(own)
    for people in neighbours:
        new = [each for each in people if each not in known]
        if len(full) + len(new) > page_size:
            return full, new
        full += new
        known.update(new)
        if len(full) == page_size:
            break
    return full, []


def _first(queries: Queries, page_size: int, ranking: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    owner = np.repeat(np.arange(len(queries)), queries.counts)
    order = np.lexsort([ranking[queries.person], owner])
    kept = np.arange(len(owner)) - queries.start[owner] < page_size
    return _starts(owner[kept], len(queries)), queries.person[order][kept]


def _joined(lists: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.array([len(each) for each in lists])
    return np.concatenate([[0], np.cumsum(lengths)]), np.array([p for each in lists for p in each], dtype=int)
