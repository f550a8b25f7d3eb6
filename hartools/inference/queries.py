"""From the pictures asked for to the query: which search do they fit, and how surely?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd

from hartools.inference.catalogue import Catalogue
from hartools.inference.page_model import PageModel

__all__ = ["Posterior", "QueryIndex", "query_posterior"]

# What the catalogue does not list: a prior probability where the catalogue claims to be a
# directory; a posterior one that no evidence lowers where it lists only what was seen.
UNLISTED_PRIOR = 0.01
UNLISTED_CLOSED_WORLD = 0.05


@dataclass(frozen=True)
class Posterior:
    """Hold what the pictures of one search say about its query.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per query that could matter, most probable first: value (object of attributes;
        None for a query that the catalogue does not list), probability, own (pictures seen
        that match it), pictures (pictures that match it).
    prior : str
        Name of the prior.
    log_evidence : float
        Log probability of the pictures under all queries together.
    entropy_bits, prior_entropy_bits : float
        Uncertainty after and before, in bits; two to their power is the number of equally
        probable queries that would be as uncertain.
    """

    table: pd.DataFrame
    prior: str
    log_evidence: float
    entropy_bits: float
    prior_entropy_bits: float

    def best(self) -> dict | None:
        """Return the most probable query."""
        return self.table.value.iloc[0]

    def marginal(self, attribute: str) -> pd.Series:
        """Sum the probabilities by one attribute; queries without it are left out.

        Returns
        -------
        pandas.Series
            Probability by value, most probable first.
        """
        named = [(value[attribute], probability) for value, probability in zip(self.table.value, self.table.probability, strict=True)
                 if value is not None and attribute in value]
        summed = pd.DataFrame(named, columns=[attribute, "probability"]).groupby(attribute).probability.sum()
        return summed.sort_values(ascending=False, kind="stable")

    def alternatives(self, *, mass: float = 0.99) -> list[dict]:
        """List the queries after the first until all together hold `mass`."""
        total = self.table.probability.cumsum()
        enough = int((total < mass - 1e-12).sum()) + 1
        rows = self.table.iloc[1:enough]
        return [{"value": value, "probability": probability} for value, probability in zip(rows.value, rows.probability, strict=True)]


class QueryIndex:
    """Index a catalogue by query: which pictures does each search list?

    A query fixes any of the attributes, down to none: the empty query lists the whole
    catalogue, as a home page does that shows practitioners at random.
    """

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        rows = catalogue.records
        self.pictures = int(rows.asset_id.nunique())
        self.values: list[dict] = []
        self.practitioner_counts: list[int] = []
        self.picture_counts: list[int] = []
        self.queries_of: dict[str, list[int]] = {}
        # most specific first, so that equal probabilities are listed in that order
        for size in range(len(catalogue.attributes), -1, -1):
            for fixed in combinations(catalogue.attributes, size):
                self._add(rows, list(fixed))

    def _add(self, rows: pd.DataFrame, fixed: list[str]) -> None:
        rows = rows.dropna(subset=fixed) if fixed else rows
        query = rows.groupby(fixed, sort=True).ngroup() if fixed else pd.Series(0, index=rows.index)
        keys = rows[fixed].assign(query=query).drop_duplicates("query").sort_values("query")[fixed].itertuples(index=False, name=None) if fixed else [()]
        first = len(self.values)
        self.values += [dict(zip(fixed, key, strict=True)) for key in keys]
        listed = rows.assign(query=query.to_numpy() + first)
        people = listed[["query", "practitioner", "asset_id"]].drop_duplicates()
        shown = listed[["query", "asset_id"]].dropna().drop_duplicates()
        every = range(first, len(self.values))
        self.practitioner_counts += people["query"].value_counts().reindex(every, fill_value=0).tolist()
        self.picture_counts += shown["query"].value_counts().reindex(every, fill_value=0).tolist()
        for asset, number in zip(shown.asset_id, shown["query"], strict=True):
            self.queries_of.setdefault(asset, []).append(number)

    def prior(self, prior: str | Mapping) -> np.ndarray:
        """Return a probability for each query: uniform, by number of practitioners, or as supplied."""
        if prior == "uniform":
            weights = np.ones(len(self.values))
        elif prior == "catalogue":
            weights = np.array(self.practitioner_counts, dtype=float)
        elif isinstance(prior, Mapping):
            weights = np.array([float(prior.get(tuple(sorted(value.items())), 0.0)) for value in self.values])
        else:
            raise ValueError(f"prior {prior!r} is neither 'uniform' nor 'catalogue' nor a mapping from sorted (attribute, value) pairs to weights")
        if not weights.sum() > 0 or (weights < 0).any():
            raise ValueError("a prior needs weights that are not negative and not all zero")
        return weights / weights.sum()


@lru_cache(maxsize=8)
def index_of(catalogue: Catalogue) -> QueryIndex:
    """Return the index of a catalogue, built once."""
    return QueryIndex(catalogue)


def query_posterior(assets: Iterable[str], catalogue: Catalogue, *, prior: str | Mapping = "uniform", model: PageModel = PageModel()) -> Posterior:
    """Compute how probable each query is, given the pictures that one search asked for.

    Parameters
    ----------
    assets : iterable of str
        Asset ids, in any order; repeats count once.
    catalogue : Catalogue
        Background knowledge, frozen.
    prior : {"uniform", "catalogue"} or mapping
        Uniform over all queries that the catalogue can answer, those without a place included;
        by number of practitioners; or weights by ``tuple(sorted(value.items()))``.
    model : PageModel
        The stated assumptions.

    Returns
    -------
    Posterior

    Notes
    -----
    Model and its source: `PageModel`. ``docs/methodology.md``, rule R-QUERY.

    Examples
    --------
    >>> table = pd.DataFrame({"asset_id": [f"a{n}" for n in range(1, 13)], "practitioner": [f"Dr {n}" for n in range(1, 13)],
    ...     "specialty": ["oncologue"] * 3 + ["dentiste"] * 5 + ["oncologue"] + ["dentiste"] * 3,
    ...     "city": ["paris"] * 8 + ["lyon"] * 4})
    >>> query_posterior(["a1", "a2", "a3"], Catalogue(table, source="example")).best()
    {'specialty': 'oncologue', 'city': 'paris'}
    """
    index, seen = index_of(catalogue), sorted(set(assets))
    known = [asset for asset in seen if asset in index.queries_of]
    unknown = len(seen) - len(known)
    own = np.zeros(len(index.values), dtype=int)
    for asset in known:
        own[index.queries_of[asset]] += 1
    log_likelihood = _log_likelihoods(index, own, len(known), unknown, model)
    before = index.prior(prior)
    with np.errstate(divide="ignore"):
        joint = np.append(np.log(before * (1 - UNLISTED_PRIOR)) + log_likelihood,
                          np.log(UNLISTED_PRIOR) + model.log_unlisted(len(known), unknown, index.pictures))
    log_evidence = float(np.logaddexp.reduce(joint))
    after = np.exp(joint - log_evidence)
    if catalogue.closed_world:
        after *= 1 - UNLISTED_CLOSED_WORLD
        after[-1] += UNLISTED_CLOSED_WORLD
    return Posterior(_table(index, after, own), str(prior) if isinstance(prior, str) else "supplied", log_evidence,
                     _entropy(after), _entropy(np.append(before * (1 - UNLISTED_PRIOR), UNLISTED_PRIOR)))


def _log_likelihoods(index: QueryIndex, own: np.ndarray, known: int, unknown: int, model: PageModel) -> np.ndarray:
    """Compute log P(O | q) once per distinct combination of counts."""
    counts = np.column_stack([index.practitioner_counts, index.picture_counts, own])
    distinct, which = np.unique(counts, axis=0, return_inverse=True)
    values = [model.log_likelihood(n, m, a, known - a, unknown, index.pictures) for n, m, a in distinct.tolist()]
    return np.array(values)[which.ravel()]


def _table(index: QueryIndex, after: np.ndarray, own: np.ndarray) -> pd.DataFrame:
    # rounded to twelve digits, so that queries equal but for floating-point noise keep the
    # order of the index: the most specific first, then by name
    order = np.argsort(-np.round(after, 12), kind="stable")
    values = [*index.values, None]
    return pd.DataFrame({
        "value": pd.Series([values[n] for n in order], dtype="object"),
        "probability": after[order],
        "own": np.append(own, 0)[order],
        "pictures": np.append(index.picture_counts, 0)[order],
    })


def _entropy(probabilities: np.ndarray) -> float:
    positive = probabilities[probabilities > 0]
    return float(-(positive * np.log2(positive)).sum()) + 0.0
