"""Where picture names are hidden, what do their sizes tell: one by one, or only their sum?"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, RECEIVED, require_columns
from hartools.errors import CatalogueError
from hartools.inference.catalogue import Catalogue
from hartools.inference.page_model import PageModel, log_choose, log_factorial, logs
from hartools.inference.queries import Posterior, query_posterior
from hartools.inference.query_index import QueryIndex
from hartools.payloads.assets import asset_table

__all__ = ["SizeModel", "TotalModel", "picture_sizes", "size_posterior", "total_posterior"]

# TLS records and HTTP/2 frames blur a size by tens to hundreds of bytes; headers differ from one answer to the next.
TOLERANCE_BYTES = 64
# Share of strays, and of the query's own, that have none of the listed sizes: drawn evenly from 0 to twice the largest.
ANY_SIZE, OWN_ANY_SIZE = 0.1, 0.02
STRAYS = np.arange(9)


def picture_sizes(captures: Capture | Iterable[Capture]) -> pd.DataFrame:
    """List how many bytes each picture takes, as anybody could measure by asking for it.

    Parameters
    ----------
    captures : Capture or iterable of Capture
        Raw captures, not views.

    Returns
    -------
    pandas.DataFrame
        One row per picture, host and rendition: asset_id, host, rendition, bytes (median of the
        answers on the wire, headers included, or of the body where that is unknown), least,
        most, seen (answers with a size). Pictures of unknown size are left out.

    Examples
    --------
    >>> import hartools as ht
    >>> picture_sizes(ht.read_har(ht.example_har()))[["asset_id", "bytes", "seen"]].values.tolist()
    [['aaaa1111bbbb2222cccc', 900, 1], ['dddd3333eeee4444ffff', 900, 1]]
    """
    captures = [captures] if isinstance(captures, Capture) else list(captures)
    parts = [_answers(capture) for capture in captures]
    columns = ["asset_id", "host", "rendition"]
    answers = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in (*columns, "bytes")})
    grouped = answers.groupby(columns, sort=True, dropna=False).bytes
    table = pd.DataFrame({"bytes": grouped.median().round(), "least": grouped.min(), "most": grouped.max(), "seen": grouped.size()}).reset_index()
    return table.astype({name: DTYPES["str" if name in columns else "int"] for name in table.columns})


def _answers(capture: Capture) -> pd.DataFrame:
    entries = capture.entries
    entries = entries[entries.outcome.isin(RECEIVED).fillna(False)]
    pictures = asset_table(entries)
    pictures = pictures[pictures.normalised_by == "grammar"]
    held = entries.set_index("entry_id").loc[pictures.entry_id]
    size = held.transfer_bytes.where(held.transfer_bytes > 0).fillna(held.body_bytes).astype("float64").to_numpy()
    table = pd.DataFrame({"asset_id": pictures.asset_id.to_numpy(), "host": held.host.to_numpy(), "rendition": pictures.rendition.to_numpy(), "bytes": size})
    return table[table.bytes > 0]


def size_posterior(sizes: Iterable[int], catalogue: Catalogue, table_of_sizes: pd.DataFrame, *, tolerance_bytes: int = TOLERANCE_BYTES, prior: str | Mapping = "uniform",
                   model: PageModel = PageModel(), queries: Iterable | None = None, unlisted: float | None = None) -> Posterior:
    """Compute how probable each query is, given the sizes of the pictures that one search asked for.

    Parameters
    ----------
    sizes : iterable of int
        Bytes of each picture, in any order; two of one size are two pictures.
    catalogue : Catalogue
    table_of_sizes : pandas.DataFrame
        Background knowledge: columns asset_id and bytes, as `picture_sizes` gives it. Where a
        picture has several rows, it could have been any of them.
    tolerance_bytes : int
        By how much a size on the wire may differ from the listed one.
    prior, model, queries, unlisted
        See `query_posterior`; of the model, page sizes, loading and stray share are used.

    Returns
    -------
    Posterior
        Its column ``own`` is 0 throughout: no picture was named.

    Raises
    ------
    CatalogueError
        If the table lists no picture of the catalogue.

    Examples
    --------
    >>> table = pd.DataFrame({"asset_id": ["a", "b", "c", "d"], "practitioner": list("ABCD"), "city": ["paris", "paris", "lyon", "lyon"]})
    >>> known = pd.DataFrame({"asset_id": ["a", "b", "c", "d"], "bytes": [1800, 2500, 2510, 4000]})
    >>> size_posterior([1790, 2505], Catalogue(table, source="example"), known).best()
    {'city': 'paris'}
    """
    asked = [f"{number}:{int(size)}" for number, size in enumerate(sizes)]
    return query_posterior(asked, catalogue, prior=prior, model=SizeModel(table_of_sizes, tolerance_bytes=int(tolerance_bytes), page=model), queries=queries, unlisted=unlisted)


def total_posterior(total_bytes: int, catalogue: Catalogue, table_of_sizes: pd.DataFrame, *, pictures: int | None = None, tolerance_bytes: int = 4 * TOLERANCE_BYTES,
                    prior: str | Mapping = "uniform", model: PageModel = PageModel(), queries: Iterable | None = None, unlisted: float | None = None) -> Posterior:
    """Compute how probable each query is, given only the sum of bytes of the pictures that one search asked for.

    Parameters
    ----------
    total_bytes : int
    catalogue, table_of_sizes, prior, model, queries, unlisted
        See `size_posterior`.
    pictures : int, optional
        How many there were, where requests can be counted; else any number that the model allows.
    tolerance_bytes : int
        Standard deviation of what framing adds or takes.

    Returns
    -------
    Posterior

    Notes
    -----
    For each number of own pictures and strays the sum is taken as normal, with the mean and variance of the sizes of
    the query's pictures, drawn without replacement.

    Examples
    --------
    >>> table = pd.DataFrame({"asset_id": ["a", "b", "c", "d"], "practitioner": list("ABCD"), "city": ["paris", "paris", "lyon", "lyon"]})
    >>> known = pd.DataFrame({"asset_id": ["a", "b", "c", "d"], "bytes": [1800, 2500, 30000, 40000]})
    >>> total_posterior(4310, Catalogue(table, source="example"), known).best()
    {'city': 'paris'}
    """
    stated = TotalModel(table_of_sizes, pictures=pictures, tolerance_bytes=int(tolerance_bytes), page=model)
    return query_posterior([f"total:{int(total_bytes)}"], catalogue, prior=prior, model=stated, queries=queries, unlisted=unlisted)


@dataclass(frozen=True)
class _Sizes:
    """Hold what two models of sizes share: the table, and what a page shows."""

    table: pd.DataFrame = field(hash=False, compare=False)
    tolerance_bytes: int = TOLERANCE_BYTES
    page: PageModel = PageModel()

    def __post_init__(self):
        require_columns(self.table, ["asset_id", "bytes"])
        if self.tolerance_bytes < 0:
            raise ValueError(f"tolerance_bytes={self.tolerance_bytes}: a tolerance is not negative")

    def known(self, index: QueryIndex) -> pd.DataFrame:
        """Return picture (number in the index), bytes and share: one row per size that a picture may have."""
        rows = self.table[["asset_id", "bytes"]].dropna().drop_duplicates()
        picture = np.array([index.picture_number(asset) for asset in rows.asset_id.tolist()], dtype=np.int64)
        made = pd.DataFrame({"picture": picture, "bytes": rows.bytes.to_numpy(dtype=float)})[picture >= 0].sort_values(["bytes", "picture"], ignore_index=True)
        if not len(made):
            raise CatalogueError(f"the table of sizes lists no picture of the catalogue ({index.catalogue.source}); make it with picture_sizes from captures of the same site")
        return made.assign(share=1 / made.groupby("picture").picture.transform("size").to_numpy())

    def own_shown(self, index: QueryIndex) -> np.ndarray:
        """Return P(j of the query's pictures are asked for), one row per query, j from 0 to the largest page."""
        keys = np.column_stack([index.practitioner_counts, index.picture_counts])
        classes, which = np.unique(keys, axis=0, return_inverse=True)
        shown = sum(self.page.from_page(classes[:, 0], classes[:, 1], size) for size in self.page.page_sizes) / len(self.page.page_sizes)
        return shown[which.ravel()]

    def strays(self, shown: np.ndarray) -> np.ndarray:
        """Return P(t strays beside j own pictures), for t as in `STRAYS`: each picture asked for is one with the stray share."""
        own = np.arange(shown.shape[1])[:, None]
        share = self.page.stray_share
        return np.exp(log_choose(own + STRAYS, np.broadcast_to(STRAYS, (len(own), len(STRAYS)))) + (own + 1) * np.log1p(-share) + STRAYS * np.log(share))


@dataclass(frozen=True)
class SizeModel(_Sizes):
    """State that each size is that of one of the query's pictures, or of any: a model for `query_posterior` whose "assets" are sizes.

    Notes
    -----
    P(sizes | q) = sum over j of P(j own) P(the others are strays) / C(m, j) times the sum, over the ways of taking j of the m
    sizes as own and of giving each a picture of the query, of the product of densities. Two pictures of one size count for
    both of their queries, and a picture serves for one size alone.
    """

    name: ClassVar[str] = "sizes of pictures"

    def log_likelihoods(self, index: QueryIndex, assets: Iterable[str]) -> np.ndarray:
        """Return log P(sizes | q) for each query of an index, over a density that is the same for all."""
        sizes = np.array([float(asset.rpartition(":")[2]) for asset in assets])
        known, shown = self.known(index), self.own_shown(index)
        width = 2 * self.tolerance_bytes + 1.0
        ceiling = 2 * float(known.bytes.max()) + width
        first, last = (np.searchsorted(known.bytes, sizes + side * (self.tolerance_bytes + 0.5)) for side in (-1, 1))
        # how many of a query's pictures have a listed size; any other may have any
        unknown = index.picture_counts - np.bincount(index.listed_by, weights=np.isin(index.listed, known.picture), minlength=len(index))
        everywhere = np.array([known.share[a:b].sum() for a, b in zip(first, last, strict=True)]) / known.share.sum() / width
        ways = np.ones((len(index), 1))
        for group in self._alike(sizes):
            inside = np.mean([self._listed(index, known.iloc[first[n] : last[n]]) for n in group], axis=0)
            near = float(everywhere[group].mean())
            base = (1 - OWN_ANY_SIZE) * unknown * near + OWN_ANY_SIZE * index.picture_counts / ceiling
            ways = self._with(ways, len(group), (1 - OWN_ANY_SIZE) * inside / width, base, 1 / width, (1 - ANY_SIZE) * near + ANY_SIZE / ceiling)
        return self._mixed(ways, index.picture_counts, shown)

    def _alike(self, sizes: np.ndarray) -> list[list[int]]:
        """Group the sizes that one picture could have: each within the tolerance of the next."""
        order = np.argsort(sizes, kind="stable").tolist()
        groups = [order[:1]] if order else []
        for before, number in zip(order, order[1:], strict=False):
            if sizes[number] - sizes[before] <= self.tolerance_bytes:
                groups[-1].append(number)
            else:
                groups.append([number])
        return groups

    def _with(self, ways: np.ndarray, many: int, inside: np.ndarray, base: np.ndarray, each: float, anywhere: float) -> np.ndarray:
        """Multiply in a group of sizes alike: i of them are the query's own, each picture once, the others strays."""
        taken, total = np.ones(len(inside)), np.zeros((len(inside), ways.shape[1] + many))
        for i in range(many + 1):
            total[:, i : i + ways.shape[1]] += ways * (taken * math.comb(many, i))[:, None]
            # one picture fewer is left for the next of this size
            taken = taken * (np.maximum(inside - (1 - OWN_ANY_SIZE) * i * each, 0) + base) / anywhere
        return total

    def _listed(self, index: QueryIndex, rows: pd.DataFrame) -> np.ndarray:
        """Sum, by query, the shares of pictures in some rows that it lists."""
        start, stop = index.indptr[rows.picture], index.indptr[rows.picture + 1]
        at = np.concatenate([np.arange(a, b) for a, b in zip(start.tolist(), stop.tolist(), strict=True)] or [np.zeros(0, dtype=int)])
        return np.bincount(index.listed_by[at], weights=np.repeat(rows.share.to_numpy(), stop - start), minlength=len(index))

    def _mixed(self, ways: np.ndarray, pictures: np.ndarray, shown: np.ndarray) -> np.ndarray:
        """Sum over how many of the sizes are the query's own, in ways relative to all being strays."""
        many = ways.shape[1] - 1
        j = np.arange(min(many, shown.shape[1] - 1) + 1)
        strays = self.strays(shown)
        beside = np.array([strays[own, many - own] if many - own < len(STRAYS) else 0.0 for own in j])
        possible = j <= pictures[:, None]
        # each way of taking j of the sizes as own has one in m (m - 1) ... (m - j + 1) orders of pictures behind it
        orders = log_choose(np.maximum(pictures[:, None], j), j) + log_factorial(j)
        terms = np.where(possible, ways[:, : len(j)] * shown[:, : len(j)] * beside * np.exp(-orders - log_choose(np.full(len(j), many), j)), 0.0)
        return logs(np.maximum(terms.sum(axis=1), 1e-300))

    def log_unlisted(self, index: QueryIndex, assets: Iterable[str]) -> float:
        """Return log P(sizes | a query that the catalogue does not list): any number of pictures, each of any size."""
        return -float(np.log(self.page.largest + 1))


@dataclass(frozen=True)
class TotalModel(_Sizes):
    """State that only the sum of the sizes is known: a model for `query_posterior` whose one "asset" is that sum."""

    pictures: int | None = None
    name: ClassVar[str] = "sum of the sizes of pictures"

    def log_likelihoods(self, index: QueryIndex, assets: Iterable[str]) -> np.ndarray:
        """Return log of the density of the sum for each query of an index."""
        (total,) = (float(asset.rpartition(":")[2]) for asset in assets)
        known, shown = self.known(index), self.own_shown(index)
        every, mean, variance = self._moments(index, known)
        strays = self.strays(shown)
        density = np.zeros(len(index))
        for own in range(shown.shape[1]):
            held = np.flatnonzero(shown[:, own] > 1e-12)
            shrink = 1 - (own - 1) / np.maximum(index.picture_counts[held] - 1, 1)
            for t in STRAYS[strays[own] > 1e-6].tolist():
                if self.pictures is None or own + t == self.pictures:
                    centre = own * mean[held] + t * every[0]
                    spread = own * variance[held] * np.clip(shrink, 0, 1) + t * every[1] + self.tolerance_bytes**2 + 1
                    density[held] += shown[held, own] * strays[own, t] * np.exp(-((total - centre) ** 2) / (2 * spread)) / np.sqrt(2 * np.pi * spread)
        return np.log(np.maximum(density, 1e-300))

    def _moments(self, index: QueryIndex, known: pd.DataFrame) -> tuple[tuple[float, float], np.ndarray, np.ndarray]:
        """Return mean and variance of all sizes, and by query; a picture of unknown size is like all others."""
        weights = known.share / known.share.sum()
        mean = float((known.bytes * weights).sum())
        overall = mean, float(((known.bytes - mean) ** 2 * weights).sum())
        first, second = np.full(index.pictures, mean), np.full(index.pictures, overall[0] ** 2 + overall[1])
        grouped = (known.bytes * known.share).groupby(known.picture).sum(), (known.bytes**2 * known.share).groupby(known.picture).sum()
        first[grouped[0].index], second[grouped[1].index] = grouped[0].to_numpy(), grouped[1].to_numpy()
        counts = np.maximum(index.picture_counts, 1)
        means, squares = (np.bincount(index.listed_by, weights=values[index.listed], minlength=len(index)) / counts for values in (first, second))
        return overall, means, np.maximum(squares - means**2, 0)

    def log_unlisted(self, index: QueryIndex, assets: Iterable[str]) -> float:
        """Return log of the density of the sum for a query that the catalogue does not list: any sum up to that of the largest page."""
        known = self.known(index)
        return -float(np.log(self.page.largest * known.bytes.max() + self.tolerance_bytes))
