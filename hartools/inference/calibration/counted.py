"""How many people and pictures does the list behind each query hold, and which of them did a view ask for?"""

import numpy as np

from hartools.inference.calibration.lists import ANY, Listing, Queries

__all__ = ["Counted", "pictures_by_place"]


class Counted:
    """Count, for one list, its people, pictures and shared pictures by query, and find the lists of a picture.

    Attributes
    ----------
    people, singles : pair of numpy.ndarray
        People who show for sure and people who are drawn from, by query; pictures of one person among them.
    shared : pair of numpy.ndarray
        How many of them have each of the shared pictures: one row per query, one column per picture.
    room : numpy.ndarray
        How many of those drawn from show; -1 where the page decides.
    """

    def __init__(self, queries: Queries, built: Listing, local: np.ndarray):
        self.queries, self.room = queries, built.room
        directory, every = queries.directory, len(queries)
        self.pictures, many = directory.pictures, directory.defaults
        sides = [(np.repeat(np.arange(every), np.diff(start)), directory.picture[person]) for start, person in (built.sure, built.drawn)]
        self.people = [np.diff(start) for start, _ in (built.sure, built.drawn)]
        self.singles = [np.bincount(owner[picture >= many], minlength=every) for owner, picture in sides]
        self.shared = [np.stack([np.bincount(owner[picture == d], minlength=every) for d in range(many)], axis=1) if many else np.zeros((every, 0), dtype=int)
                       for owner, picture in sides]
        kept = [(owner[picture >= many], picture[picture >= many], side) for side, (owner, picture) in enumerate(sides)]
        self._invert(kept, local)

    def _invert(self, sides: list[tuple], local: np.ndarray) -> None:
        """Sort query and class by picture; a class counts 1 for drawn against sure, 2 for a picture from elsewhere."""
        owner = np.concatenate([owner for owner, _, _ in sides])
        picture = np.concatenate([picture for _, picture, _ in sides])
        side = np.repeat([side for *_, side in sides], [len(owner) for owner, _, _ in sides])
        place = self.queries.place[owner]
        pair = place * self.pictures + picture
        near = (place != ANY) & (local[np.minimum(np.searchsorted(local, pair), len(local) - 1)] == pair) if len(local) else np.zeros(len(place), dtype=bool)
        order = np.argsort(picture, kind="stable")
        self._owner, self._kind = owner[order].astype(np.int32), (side + 2 * ~near)[order].astype(np.int8)
        self._first = np.concatenate([[0], np.cumsum(np.bincount(picture, minlength=self.pictures))])

    def pairs(self, known: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return view, query and the pictures of each class that the view asked for, where there is one; sorted by view."""
        every = len(self.queries)
        view, picture = np.repeat(np.arange(len(known)), [len(each) for each in known]), np.concatenate([*known, np.array([], dtype=int)])
        lengths = self._first[picture + 1] - self._first[picture]
        at = np.repeat(self._first[picture] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        keys, which = np.unique(np.repeat(view, lengths) * every + self._owner[at], return_inverse=True)
        counts = np.bincount(which * 4 + self._kind[at], minlength=4 * len(keys)).reshape(-1, 4)
        return keys // every, keys % every, counts


def pictures_by_place(queries: Queries) -> np.ndarray:
    """Return place times number of pictures plus picture, sorted, for each picture of each place; shared ones left out."""
    directory = queries.directory
    picture = directory.picture[directory.person]
    return np.unique((directory.place * directory.pictures + picture)[picture >= directory.defaults])
