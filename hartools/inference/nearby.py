"""Which lists of the nearest places are shown beside a query's own, and how much of each?"""

import numpy as np

from hartools.inference.page_model import PageModel, log_choose, logs
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import Counts, Seen, distinct, log_sum, spread

__all__ = ["Nearby", "in_part", "ways"]

# Of the places that lie nearest, so many are looked through for people, and so many with people are taken.
MOST_PLACES, MOST_LISTS = 120, 32
# Of how many people the room for a list that is shown in part may be, as an even mixture.
ROOMS = (1, 2, 3, 5, 8, 12, 20, 35)
# A list within reach may be shown in part after all, and one beyond it too.
IN_PART, BEYOND = 0.05, 0.01
# Sites measure distances their own way: lists whose distances differ by so much may come in either order.
TOLERANCE, EITHER = 1.08, 0.2
EARTH_KM = 6371.0


class Nearby:
    """Hold, by query, the lists of the nearest places with all other attributes the same, in their order.

    Filled in: a list shorter than the page is followed by those of the nearest places, each whole
    as long as there is room, of the last as many as fit. Radius: the page is drawn from all
    within a distance. Neither pictures of those lists nor the query's own are strays on such
    pages.

    Attributes
    ----------
    fill_share, radius_share : float
        Probabilities of the two ways.
    can_have_others : numpy.ndarray of bool
        Queries that fix a place and have people in places near it.
    none : numpy.ndarray
        P(one of the two, and nothing of all those lists is asked for), by query.
    pictures : numpy.ndarray of int
        How many pictures of one practitioner all those lists and the query's own have.
    """

    def __init__(self, index: QueryIndex, model: PageModel):
        self.index, self.model = index, model
        self.fill_share = self.radius_share = model.neighbour_share / 2
        self.query, self.other, self._km = _nearest_lists(index)
        self.can_have_others = np.bincount(self.query, minlength=len(index)) > 0
        n, m = index.practitioner_counts, index.unique_counts
        self.pictures = m + self._by_query(m[self.other])
        self._classes, class_of = distinct(n, m)
        self._class = class_of[self.other].astype(np.int32)
        self._part = in_part(model, self._classes[:, 0], self._classes[:, 1])
        self._beyond = logs(BEYOND * self._part + (1 - BEYOND) * (np.arange(model.largest + 1) == 0)) - ways(self._classes[:, 1], model.largest)
        self._fill(n, m)
        self._radius(n, m)
        # from which queries a list is near: those of list q stand from ends[q] to ends[q + 1]
        self._entry = np.argsort(self.other, kind="stable").astype(np.int32)
        self._ends = np.concatenate([[0], np.cumsum(np.bincount(self.other, minlength=len(index)))])
        held = np.flatnonzero((np.diff(self._ends) > 0)[index.listed_by] & ~index.is_shared[index.listed])
        self._in_several = np.bincount(index.listed[held], minlength=index.pictures) > 1
        nothing = [share + own[:, 0] + others for share, own, others in self._ways_to_fill()] + [share + drawn[row, 0] + others for share, drawn, row, others in self._ways_within()]
        self.unseen = np.zeros(len(index))
        self.none = np.exp(nothing).sum(axis=0) * self.can_have_others

    def _by_query(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.query, weights=values, minlength=len(self.index)).astype(values.dtype)

    def _fill(self, n: np.ndarray, m: np.ndarray) -> None:
        """Work out how many of each list are shown on a page of each size."""
        model, width = self.model, self.model.largest + 1
        self._sizes, shares = model.sizes
        own, others = n[self.query].astype(np.int32), n[self.other].astype(np.int32)
        places = [_running(others, self.query), *self._before_or_after(others)]
        self._reach = sum(share * ((size - own - places[0]).clip(0, others) / np.maximum(others, 1)) for size, share in zip(self._sizes, shares, strict=True)) / 2

        def keys(size: int) -> list[np.ndarray]:
            return [self._class * np.int32(width) + (size - own - before).clip(0, others) for before in places]

        # each combination of list and room once: few of those possible occur
        used = np.flatnonzero(sum(np.bincount(key, minlength=len(self._classes) * width) for size in self._sizes for key in keys(size)))
        number = np.zeros(len(self._classes) * width, dtype=np.int32)
        number[used] = np.arange(len(used))
        kind, room = np.divmod(used, width)
        shown = (1 - IN_PART) * model.from_page(self._classes[kind, 0], self._classes[kind, 1], room) + IN_PART * self._part[kind]
        table = np.where((room > 0)[:, None], logs(shown) - ways(self._classes[kind, 1], model.largest), self._beyond[kind])
        self._list_row, self._list_table = [], []
        for size in self._sizes:
            first, *rest = (number[key].astype(np.int64) for key in keys(size))
            rows, which = distinct(first, rest[0] * len(used) + rest[1])
            parts = [(rows[:, 0], 1 - 2 * EITHER), (rows[:, 1] // max(len(used), 1), EITHER), (rows[:, 1] % max(len(used), 1), EITHER)]
            self._list_table.append(logs(sum(share * np.exp(table[row]) for row, share in parts)).astype(np.float32))
            self._list_row.append(which.astype(np.int32))
        self._exhausted = logs(model.loaded[np.minimum(m, model.largest)]) - ways(m, model.largest)
        with np.errstate(divide="ignore"):
            self._fill_share = [np.log((1 - model.slack) * self.fill_share * share * (self.can_have_others & (n < size))) for size, share in zip(self._sizes, shares, strict=True)]
        self._fill_others = [self._by_query(table[row, 0].astype(float)) for table, row in zip(self._list_table, self._list_row, strict=True)]

    def _before_or_after(self, people: np.ndarray) -> list[np.ndarray]:
        """Sum the people of the lists that come before each list if those of about its distance come after it, and if they come before it."""
        total = np.concatenate([[0], np.cumsum(people)]).astype(np.int32)
        starts = np.searchsorted(self.query, self.query)
        far = self.query * (4 * EARTH_KM)  # so that one search serves all queries
        km = self._km.astype(float)
        places = [np.searchsorted(far + km, far + np.minimum(km * factor, 4 * EARTH_KM - 1), side=side) for factor, side in ((1 / TOLERANCE, "left"), (TOLERANCE, "right"))]
        return [total[np.minimum(places[0], np.arange(len(people)))] - total[starts], total[np.maximum(places[1], np.arange(len(people)) + 1)] - total[starts] - people]

    def _radius(self, n: np.ndarray, m: np.ndarray) -> None:
        """Work out what is expected of a page that is drawn from all within each radius."""
        model = self.model
        self._within = [self._km <= radius for radius in model.radii_km]
        people, pictures = (np.concatenate([own + self._by_query(own[self.other] * within) for within in self._within]) for own in (n, m))
        share = np.minimum(np.mean(model.page_sizes) / people.reshape(len(self._within), -1), 1)
        self._reach = self._reach + np.mean([within * each[self.query] for within, each in zip(self._within, share, strict=True)], axis=0) / 2
        rows, which = distinct(people, pictures)
        shares = sum(share * model.from_page(rows[:, 0], rows[:, 1], size) for size, share in zip(*model.sizes, strict=True))
        self._radius_table = logs(shares) - ways(rows[:, 1], model.largest)
        self._radius_row = which.reshape(len(self._within), -1)
        nothing = self._beyond[self._class, 0]
        self._radius_others = [self._by_query(np.where(within, 0.0, nothing)) for within in self._within]
        with np.errstate(divide="ignore"):
            self._radius_share = np.log((1 - model.slack) * self.radius_share / len(self._within) * self.can_have_others)

    def shared_shown(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return picture, query and how many of its bearers in lists nearby a page of the query shows, for pictures that several share."""
        index = self.index
        held = np.flatnonzero(index.is_shared[index.listed])
        order = held[np.argsort(index.listed_by[held], kind="stable")]
        ends = np.concatenate([[0], np.cumsum(np.bincount(index.listed_by[held], minlength=len(index)))])
        entry, at = spread(ends, self.other, np.arange(len(self.other)))
        picture, query = index.listed[order[at]], self.query[entry]
        rows, which = distinct(picture, query)
        return rows[:, 0], rows[:, 1], np.bincount(which, weights=index.bearers[order[at]] * self._reach[entry], minlength=len(rows))

    @property
    def share(self) -> np.ndarray:
        """Probability, by query, that others are listed too."""
        return np.exp(np.stack(self._fill_share)).sum(axis=0) + np.exp(self._radius_share) * len(self._within)

    def _ways_to_fill(self):
        return [(share, self._exhausted, others) for share, others in zip(self._fill_share, self._fill_others, strict=True)]

    def _ways_within(self):
        return [(self._radius_share, self._radius_table, row, others) for row, others in zip(self._radius_row, self._radius_others, strict=True)]

    @property
    def near_counts(self) -> np.ndarray:
        """To how many queries each list is near."""
        return np.diff(self._ends)

    def near(self, pairs: Counts, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return view and query for queries near which a list has pictures seen."""
        view, entry, _ = self._entries(pairs, own)
        return view, self.query[entry]

    def _entries(self, pairs: Counts, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return view, entry and number of pictures seen for each list with some of them and each query that it is near."""
        rows = np.flatnonzero(own > 0)
        row, at = spread(self._ends, pairs.query[rows], rows)
        return pairs.view[row], self._entry[at], own[row]

    def _twice(self, seen: Seen) -> tuple[np.ndarray, np.ndarray]:
        """Return view and entry for each picture seen that the query's own list or a nearer one holds too: who practises in two places is shown once."""
        index, queries = self.index, np.int64(len(self.index))
        several = self._in_several[seen.picture]
        row, at = spread(index.indptr, seen.picture[several], np.flatnonzero(several))
        row, at = spread(self._ends, index.listed_by[at], row)
        entry, view, picture = self._entry[at], seen.view[row], seen.picture[row]
        order = np.lexsort([entry, self.query[entry], row])
        entry, view, picture, row = entry[order], view[order], picture[order], row[order]
        query = self.query[entry]
        again = np.concatenate([[False], (row[1:] == row[:-1]) & (query[1:] == query[:-1])]) if len(row) else np.zeros(0, dtype=bool)
        listed, wanted = index.listed * queries + index.listed_by, picture * queries + query
        again |= listed[np.minimum(np.searchsorted(listed, wanted), len(listed) - 1)] == wanted
        return view[again], entry[again]

    def _once(self, view: np.ndarray, entry: np.ndarray, number: np.ndarray, seen: Seen) -> np.ndarray:
        """Take from the numbers of pictures seen those that `_twice` finds."""
        width = np.int64(len(self.query))
        again = np.unique(np.stack([each for each in self._twice(seen)]), axis=1, return_counts=True) if self._in_several[seen.picture].any() else None
        if again is None or not again[0].size:
            return number
        (other_view, other), counts = again
        keys = view * width + entry
        order = np.argsort(keys)
        at = order[np.minimum(np.searchsorted(keys[order], other_view * width + other), len(keys) - 1)]
        changed = number.copy()
        held = keys[at] == other_view * width + other
        changed[at[held]] -= counts[held]
        return changed

    def find(self, pairs: Counts, own: np.ndarray, related: np.ndarray, seen: Seen) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return pairs by position, log P(pictures of the lists, others are listed too | q), how many these are, and how many pictures the lists have."""
        view, entry, number = self._entries(pairs, own)
        number = self._once(view, entry, number, seen)
        pair, most = pairs.find(view, self.query[entry]), self.model.largest
        seen = np.minimum(number, most)
        matching = own + np.bincount(pair, weights=number, minlength=len(pairs)).astype(np.int64)
        rows = np.flatnonzero((matching > 0) & self.can_have_others[pairs.query] & (own <= most) & (np.bincount(pair, weights=number > most, minlength=len(pairs)) == 0))
        query, mine, terms = pairs.query[rows], own[rows], []

        def added(values: np.ndarray) -> np.ndarray:
            return np.bincount(pair, weights=values, minlength=len(pairs))[rows]

        for (share, exhausted, others), table, row in zip(self._ways_to_fill(), self._list_table, self._list_row, strict=True):
            terms.append(share[query] + exhausted[query, mine] + others[query] + added(table[row[entry], seen].astype(float) - table[row[entry], 0]))
        beyond = self._beyond[self._class[entry], seen] - self._beyond[self._class[entry], 0]
        for (share, drawn, row, others), within in zip(self._ways_within(), self._within, strict=True):
            inside = mine + added(number * within[entry]).astype(np.int64)
            told = drawn[row[query], np.minimum(inside, most)]
            terms.append(share[query] + np.where(inside > most, -np.inf, told) + others[query] + added(np.where(within[entry], 0.0, beyond)))
        return rows, log_sum(np.stack(terms, axis=1)), matching[rows], self.pictures[query]


def ways(m: np.ndarray, largest: int) -> np.ndarray:
    """log C(m, j) for j = 0 .. `largest`, one row per list; any number where j is beyond m."""
    return log_choose(m[:, None], np.minimum(np.arange(largest + 1), m[:, None]))


def in_part(model: PageModel, n: np.ndarray, m: np.ndarray) -> np.ndarray:
    """Return P(j pictures of a list are asked for) where any number of its people is shown."""
    return sum(model.from_page(n, m, room) for room in ROOMS) / len(ROOMS)


def _running(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Sum, within each group, what comes before each element."""
    total = np.cumsum(values, dtype=np.int32) - values
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return total - np.repeat(total[starts], np.diff(np.append(starts, len(group))))


def _nearest_lists(index: QueryIndex) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return query, list and distance: sorted by query, the nearest list first."""
    nearest, km = _nearest_places(index)
    fixed = np.flatnonzero((index.relations[:, index.place] >= 0) & (index.relations[:, index.place] != np.arange(len(index))))
    place, whole = index.codes[fixed, index.place], index.relations[fixed, index.place]
    # a query that fixes nothing but the place has no list elsewhere that anybody would take for its own
    fixed, place, whole = (each[whole != len(index) - 1] for each in (fixed, place, whole))
    places = len(index.levels[index.place])
    keys = whole.astype(np.int64) * places + place
    order = np.argsort(keys)
    wanted = whole.astype(np.int64)[:, None] * places + nearest[place]
    at = np.minimum(np.searchsorted(keys[order], wanted), max(len(keys) - 1, 0)) if len(keys) else wanted
    held = (keys[order][at] == wanted) & (nearest[place] >= 0) if len(keys) else np.zeros(wanted.shape, dtype=bool)
    held &= np.cumsum(held, axis=1) <= MOST_LISTS
    row, column = np.nonzero(held)
    return fixed[row].astype(np.int32), fixed[order[at[row, column]]].astype(np.int32), km[place[row], column].astype(np.float32)


def _nearest_places(index: QueryIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return, by place, the others from the nearest on, -1 for one whose position is unknown, and their distances in km."""
    rows, name = index.catalogue.records, index.attributes[index.place]
    at = rows.groupby(name)[["latitude", "longitude"]].mean().reindex(index.levels[index.place]).to_numpy(dtype=float, na_value=np.nan)
    north, east = np.radians(at[:, 0]), np.radians(at[:, 1])
    most = min(MOST_PLACES, max(len(at) - 1, 0))
    nearest, km = np.full((len(at), most), -1), np.full((len(at), most), np.inf)
    for number in range(len(at)):
        half = np.sin((north - north[number]) / 2) ** 2 + np.cos(north) * np.cos(north[number]) * np.sin((east - east[number]) / 2) ** 2
        apart = 2 * EARTH_KM * np.arcsin(np.sqrt(half.clip(0, 1)))
        apart[number] = np.inf
        order = np.argsort(apart, kind="stable")[:most]
        order = order[np.isfinite(apart[order])]
        nearest[number, : len(order)], km[number, : len(order)] = order, apart[order]
    return nearest, km
