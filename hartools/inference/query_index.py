"""Which pictures does each query list, and which queries list a picture?"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np
import pandas as pd

from hartools.inference.catalogue import Catalogue

__all__ = ["QueryIndex", "index_of"]

# Attributes of these names say where (lower case).
PLACE_NAMES = frozenset("city place town ville lieu commune location municipality localite localité ort stadt ciudad città cidade gemeente".split())


class QueryIndex:
    """Index a catalogue by query, in arrays.

    A query fixes any of the attributes, down to none: the empty query lists the whole
    catalogue, as a home page does that shows practitioners at random. Queries are numbered from
    the most specific to the least, then by their values, which is the order of equal answers.

    Attributes
    ----------
    practitioner_counts, picture_counts : numpy.ndarray of int
        How many each query lists.
    unique_counts : numpy.ndarray of int
        How many of those pictures show one practitioner alone.
    pictures : int
        Pictures of the catalogue.
    relations : numpy.ndarray of int, shape (queries, attributes)
        The query with that attribute left open; -1 where it is open already. The query that
        fixes nothing is its own, and only, relation.
    place : int or None
        Position of the attribute that says where: by its name, or the one with which positions change least.
    is_apart : numpy.ndarray of bool
        Which queries list some pictures of one practitioner, but not the whole catalogue's.
    """

    def __init__(self, catalogue: Catalogue):
        self.catalogue, self.attributes = catalogue, catalogue.attributes
        self._below: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self.kept: dict = {}
        rows = catalogue.records
        self.place = _place_of(catalogue)
        asset, self.assets = _coded(rows.asset_id)
        self.pictures = len(self.assets)
        coded = [_coded(rows[name]) for name in self.attributes]
        self.levels = [levels for _, levels in coded]
        columns = np.column_stack([codes for codes, _ in coded])
        name, names = _coded(rows.practitioner)
        _, bearer = np.unique(name * np.int64(self.pictures + 1) + asset, return_inverse=True)
        self._add_all(columns, asset, bearer.ravel())
        # a picture of several practitioners says little about any
        shown = asset >= 0
        self.is_shared = np.bincount(np.unique(np.column_stack([asset, bearer.ravel()])[shown], axis=0)[:, 0], minlength=self.pictures) > 1
        self.unique_counts = self.picture_counts - np.bincount(self.listed_by[self.is_shared[self.listed]], minlength=len(self))
        self.is_apart = (self.unique_counts > 0) & (np.arange(len(self)) < len(self) - 1)

    def __len__(self) -> int:
        return len(self.practitioner_counts)

    def _add_all(self, columns: np.ndarray, asset: np.ndarray, bearer: np.ndarray) -> None:
        """Number the queries of each shape, and gather which picture each of them lists."""
        width, first, numbers, parts = columns.shape[1], 0, {}, []
        for size in range(width, -1, -1):
            for fixed in combinations(range(width), size):
                numbers[fixed], added, part = _shape(columns, asset, bearer, list(fixed), first)
                parts.append((added, *part))
                first += len(added)
        self.codes = np.concatenate([part[0] for part in parts])
        self.practitioner_counts = np.concatenate([part[1] for part in parts])
        listed, listed_by, bearers = (np.concatenate([part[n] for part in parts]) for n in (2, 3, 4))
        order = np.argsort(listed, kind="stable")
        # in the order of pictures, then of queries: from indptr[i] to indptr[i + 1] stand the queries that list picture i
        self.listed, self.listed_by, self.bearers = listed[order], listed_by[order].astype(np.int32), bearers[order].astype(np.int32)
        self.indptr = np.concatenate([[0], np.cumsum(np.bincount(listed, minlength=self.pictures))])
        self.picture_counts = np.bincount(listed_by, minlength=first)
        self.relations = np.full((first, width), -1, dtype=np.int32)
        self.relations[-1, 0] = first - 1
        for fixed, number in numbers.items():
            held = number >= 0
            for attribute in fixed:
                self.relations[number[held], attribute] = numbers[tuple(each for each in fixed if each != attribute)][held]
        self.shape_of = np.concatenate([np.full(len(part[0]), n, dtype=np.int16) for n, part in enumerate(parts)])
        self.shapes = [tuple(self.attributes[n] for n in fixed) for fixed in numbers]

    @cached_property
    def values(self) -> list[dict]:
        """Every query as an object of attributes."""
        return [self.value(number) for number in range(len(self))]

    def value(self, number: int) -> dict:
        """Return one query as an object of attributes."""
        return {name: self.levels[n][code] for n, (name, code) in enumerate(zip(self.attributes, self.codes[number].tolist(), strict=True)) if code >= 0}

    @cached_property
    def _numbers(self) -> dict:
        return {codes: number for number, codes in enumerate(map(tuple, self.codes.tolist()))}

    @cached_property
    def _level_numbers(self) -> list[dict]:
        return [{level: code for code, level in enumerate(levels)} for levels in self.levels]

    def number_of(self, value: Mapping) -> int:
        """Return the number of a query; KeyError for one that the catalogue does not list."""
        if not set(value) <= set(self.attributes):
            raise KeyError(f"{dict(value)!r}: the attributes are {', '.join(self.attributes)}")
        return self._numbers[tuple(codes[value[name]] if name in value else -1 for name, codes in zip(self.attributes, self._level_numbers, strict=True))]

    @cached_property
    def _picture_numbers(self) -> dict:
        return {asset: number for number, asset in enumerate(self.assets.tolist())}

    def picture_number(self, asset: str) -> int:
        """Return the number of a picture, -1 for one that the catalogue does not hold."""
        return self._picture_numbers.get(asset, -1)

    def queries_of(self, asset: str) -> np.ndarray:
        """Return the numbers of the queries that list a picture."""
        number = self.picture_number(asset)
        return self.listed_by[self.indptr[number]:self.indptr[number + 1]] if number >= 0 else self.listed_by[:0]

    @cached_property
    def _by_query(self) -> tuple[np.ndarray, np.ndarray]:
        return np.argsort(self.listed_by, kind="stable"), np.concatenate([[0], np.cumsum(self.picture_counts)])

    def assets_of(self, number: int) -> list[str]:
        """Return the pictures that a query lists, by name."""
        order, ends = self._by_query
        return self.assets[self.listed[order[ends[number]:ends[number + 1]]]].tolist()

    def below(self, position: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the queries that are each query with one more attribute fixed: query p's stand from ``ends[p]`` to ``ends[p + 1]``."""
        if position not in self._below:
            relation = self.relations[:, position]
            # the query that fixes nothing is its own relation, and not below itself
            held = np.flatnonzero((relation >= 0) & (relation != np.arange(len(self))))
            order = held[np.argsort(relation[held], kind="stable")]
            self._below[position] = np.concatenate([[0], np.cumsum(np.bincount(relation[held], minlength=len(self)))]), order
        return self._below[position]

    def prior(self, prior: str | Mapping, *, candidates: np.ndarray | None = None) -> np.ndarray:
        """Return a probability for each query: uniform, by number of practitioners, or as supplied; none for those that are no candidates."""
        if isinstance(prior, str) and prior == "uniform":
            weights = np.ones(len(self))
        elif isinstance(prior, str) and prior == "catalogue":
            weights = self.practitioner_counts.astype(float)
        elif isinstance(prior, Mapping):
            weights = self._supplied(prior)
        else:
            raise ValueError(f"prior {prior!r} is neither 'uniform' nor 'catalogue' nor a mapping from sorted (attribute, value) pairs to weights")
        if candidates is not None:
            weights = np.where(candidates, weights, 0.0)
        if not (np.isfinite(weights) & (weights >= 0)).all() or not weights.sum() > 0:
            raise ValueError("a prior needs weights that are finite, not negative and not all zero")
        return weights / weights.sum()

    def _supplied(self, prior: Mapping) -> np.ndarray:
        weights = np.zeros(len(self))
        for key, weight in prior.items():
            try:
                weights[self.number_of(dict(key))] = float(weight)
            except KeyError:
                continue
        return weights


@lru_cache(maxsize=8)
def index_of(catalogue: Catalogue) -> QueryIndex:
    """Return the index of a catalogue, built once."""
    return QueryIndex(catalogue)


def _place_of(catalogue: Catalogue) -> int | None:
    named = [n for n, name in enumerate(catalogue.attributes) if name.strip().lower() in PLACE_NAMES]
    if named or not catalogue.has_positions:
        return named[0] if named else None
    rows = catalogue.records.dropna(subset=["latitude", "longitude"])
    within = [float(rows.groupby(name)[["latitude", "longitude"]].std(ddof=0).mean().sum()) if rows[name].nunique() > 1 else np.inf for name in catalogue.attributes]
    return int(np.argmin(within)) if min(within) < np.inf else None


def _coded(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Number the values of a column in their order, -1 for unknown."""
    codes, levels = pd.factorize(column, sort=True)
    return np.asarray(codes, dtype=np.int64), np.asarray(levels, dtype=object)


def _shape(columns: np.ndarray, asset: np.ndarray, bearer: np.ndarray, fixed: list[int], first: int):
    """Number the queries that fix these attributes from `first`; return each row's, and what they fix and list."""
    number = np.full(len(columns), -1, dtype=np.int64)
    rows = np.flatnonzero((columns[:, fixed] >= 0).all(axis=1))
    key = np.zeros(len(rows), dtype=np.int64)
    for attribute in fixed:
        key = key * (columns[:, attribute].max(initial=0) + 1) + columns[rows, attribute]
        # as dense as it goes, so that six attributes fit
        key = np.unique(key, return_inverse=True)[1].ravel()
    _, example, local = np.unique(key, return_index=True, return_inverse=True)
    local = local.ravel()
    number[rows] = local + first
    codes = np.full((len(example), columns.shape[1]), -1, dtype=np.int32)
    codes[:, fixed] = columns[rows[example]][:, fixed]
    people = int(bearer.max(initial=0)) + 1
    _, once = np.unique(local * people + bearer[rows], return_index=True)
    practitioners = np.bincount(local[once], minlength=len(example))
    once = once[asset[rows[once]] >= 0]
    pairs, bearers = np.unique(asset[rows[once]] * max(len(example), 1) + local[once], return_counts=True)
    listed, by = np.divmod(pairs, max(len(example), 1))
    return number, codes, (practitioners, listed, by + first, bearers)
