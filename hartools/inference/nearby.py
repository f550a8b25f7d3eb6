"""Which lists of the nearest places are shown beside a query's own, and how much of each?"""

import numpy as np

from hartools.inference.page_model import PageModel, log_choose, logs
from hartools.inference.query_index import QueryIndex
from hartools.inference.seen import Counts, distinct, log_sum, spread

__all__ = ["Nearby"]

# Of the places that lie nearest, so many are looked through for people, and so many with people are taken.
MOST_PLACES, MOST_LISTS = 120, 24
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
    """

    def __init__(self, index: QueryIndex, model: PageModel):
        self.index, self.model = index, model
        self.fill_share = self.radius_share = model.neighbour_share / 2
        self._sizes = np.array(model.page_sizes)
        self.query, self.other, self.km = _nearest_lists(index)
        self.can_have_others = np.bincount(self.query, minlength=len(index)) > 0
        kept = self._fill()
        self._radius()
        # from which queries a list is near: those of list q stand from ends[q] to ends[q + 1]
        order = np.argsort(self.other[kept], kind="stable")
        self._entry = kept[order]
        self._ends = np.concatenate([[0], np.cumsum(np.bincount(self.other[kept], minlength=len(index)))])
        self.none = (np.exp(log_sum(self._fill_share + self._fill_nothing)) + np.exp(log_sum(self._radius_share + self._radius_table[self._radius_row, 0]))) * self.can_have_others

    def _fill(self) -> np.ndarray:
        """Work out how many of each list are shown on a page of each size; return the lists that any page or radius reaches."""
        n, m, model = self.index.practitioner_counts, self.index.unique_counts, self.model
        before = _running(n[self.other], self.query)
        room = (self._sizes - n[self.query][:, None] - before[:, None]).clip(0, n[self.other][:, None]).astype(np.int32)
        classes, class_of = distinct(n, m)
        # each combination of list and room once: few of those possible occur
        key = class_of[self.other].astype(np.int32)[:, None] * np.int32(model.largest + 1) + room
        used = np.flatnonzero(np.bincount(key.ravel()))
        number = np.zeros(used.max(initial=0) + 1, dtype=np.int32)
        number[used] = np.arange(len(used))
        kind, self._list_room = np.divmod(used, model.largest + 1)
        self._list_table = logs(model.from_page(classes[kind, 0], classes[kind, 1], self._list_room)) - _ways(classes[kind, 1], model.largest)
        self._list_row = number[key]
        self._list_table[:, 0] = np.minimum(self._list_table[:, 0], 0)
        self._exhausted = logs(model.loaded[np.minimum(m, model.largest)]) - _ways(m, model.largest)
        short = self.can_have_others[:, None] & (n[:, None] < self._sizes)
        share = (1 - model.slack) * self.fill_share / len(self._sizes)
        self._fill_share = np.where(short, np.log(share), -np.inf)
        nothing = self._list_table[:, 0]
        sums = np.stack([np.bincount(self.query, weights=nothing[self._list_row[:, k]], minlength=len(self.index)) for k in range(len(self._sizes))], axis=1)
        self._fill_others = sums
        self._fill_nothing = sums + self._exhausted[:, :1]
        shown = [np.bincount(self.query, weights=np.where(room[:, k] > 0, m[self.other], 0), minlength=len(self.index)) for k in range(len(self._sizes))]
        self._fill_pictures = m[:, None] + np.stack(shown, axis=1)
        return np.flatnonzero((room[:, -1] > 0) | (self.km <= max(self.model.radii_km)))

    def _radius(self) -> None:
        """Work out what is expected of a page that is drawn from all within each radius."""
        n, m, model = self.index.practitioner_counts, self.index.unique_counts, self.model
        radii = np.array(model.radii_km)
        self._within = self.km[:, None] <= radii
        people, pictures = (np.stack([own + np.bincount(self.query, weights=own[self.other] * self._within[:, r], minlength=len(self.index)) for r in range(len(radii))], axis=1)
                            .astype(np.int64) for own in (n, m))
        rows, which = distinct(people.ravel(), pictures.ravel())
        shares = sum(model.from_page(rows[:, 0], rows[:, 1], size) for size in model.page_sizes) / len(model.page_sizes)
        self._radius_table = logs(shares) - _ways(rows[:, 1], model.largest)
        self._radius_row, self._radius_pictures = which.reshape(people.shape), pictures
        self._radius_share = np.where(self.can_have_others[:, None], np.log((1 - model.slack) * self.radius_share / len(radii)), -np.inf) + np.zeros(people.shape)

    def near(self, pairs: Counts, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return view and query for queries near which a list has pictures seen."""
        view, entry, _ = self._entries(pairs, own)
        return view, self.query[entry]

    def _entries(self, pairs: Counts, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return view, entry and number of pictures seen for each list with some of them and each query that it is near."""
        rows = np.flatnonzero(own > 0)
        row, at = spread(self._ends, pairs.query[rows], rows)
        return pairs.view[row], self._entry[at], own[row]

    def find(self, pairs: Counts, own: np.ndarray, related: np.ndarray, known: np.ndarray, as_strays) -> tuple[np.ndarray, np.ndarray]:
        """Return pairs by position, and log P(O, others are listed too | q) of each; shared pictures aside."""
        view, entry, number = self._entries(pairs, own)
        pair = pairs.find(view, self.query[entry])
        touched = np.zeros(len(pairs), dtype=bool)
        touched[pair] = True
        rows = np.flatnonzero((touched | (own > 0)) & self.can_have_others[pairs.query] & (own <= self.model.largest))
        told = [found(pairs, own, known, as_strays, rows, pair, entry, number) for found in (self._found_filled, self._found_within)]
        return rows, np.logaddexp(*told)

    def _found_filled(self, pairs, own, known, as_strays, rows, pair, entry, number) -> np.ndarray:
        terms, most, q, view = [], self.model.largest, pairs.query[rows], pairs.view[rows]
        seen = np.minimum(number, most)
        for k in range(len(self._sizes)):
            row = self._list_row[entry, k]
            # a list that this page has no room for leaves its pictures to be strays
            reached = self._list_room[row] > 0
            table = np.where(reached, self._list_table[row, seen] - self._list_table[row, 0], 0.0)
            never = np.isinf(table) | (reached & (number > most))
            ratio = np.bincount(pair, weights=np.where(never, 0.0, table), minlength=len(pairs))[rows]
            ruled_out = np.bincount(pair, weights=never, minlength=len(pairs))[rows] > 0
            matching = own[rows] + np.bincount(pair, weights=number * reached, minlength=len(pairs))[rows].astype(np.int64)
            told = self._fill_share[q, k] + self._exhausted[q, own[rows]] + self._fill_others[q, k] + ratio
            told = np.where(ruled_out | (matching == 0), -np.inf, told)
            terms.append(_where_possible(told, as_strays, view, np.maximum(known[view] - matching, 0), self._fill_pictures[q, k]))
        return log_sum(np.stack(terms, axis=1)) if len(rows) else np.zeros(0)

    def _found_within(self, pairs, own, known, as_strays, rows, pair, entry, number) -> np.ndarray:
        terms, q, view = [], pairs.query[rows], pairs.view[rows]
        for r in range(self._within.shape[1]):
            matching = own[rows] + np.bincount(pair, weights=number * self._within[entry, r], minlength=len(pairs))[rows].astype(np.int64)
            held = np.minimum(matching, self.model.largest)
            told = self._radius_share[q, r] + self._radius_table[self._radius_row[q, r], held]
            told = np.where((matching == 0) | (matching > held), -np.inf, told)
            terms.append(_where_possible(told, as_strays, view, np.maximum(known[view] - matching, 0), self._radius_pictures[q, r]))
        return log_sum(np.stack(terms, axis=1)) if len(rows) else np.zeros(0)


def _where_possible(told: np.ndarray, as_strays, view: np.ndarray, others: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    rows = np.flatnonzero(told > -np.inf)
    told[rows] += as_strays(view[rows], others[rows], pictures[rows])
    return told


def _ways(m: np.ndarray, largest: int) -> np.ndarray:
    return log_choose(m[:, None], np.minimum(np.arange(largest + 1), m[:, None]))


def _running(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Sum, within each group, what comes before each element."""
    total = np.cumsum(values) - values
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
    return fixed[row], fixed[order[at[row, column]]], km[place[row], column]


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
