"""From the pictures asked for to the query: which search do they fit, and how surely?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from hartools.inference.batch import other_batch, page_batch
from hartools.inference.catalogue import Catalogue
from hartools.inference.page_model import PageModel
from hartools.inference.posterior import Posterior
from hartools.inference.posteriors import Posteriors
from hartools.inference.query_index import QueryIndex, index_of

__all__ = ["Posterior", "Posteriors", "QueryIndex", "index_of", "query_posterior", "query_posteriors"]

# What the catalogue does not list: a prior probability where the catalogue claims to be a
# directory; a posterior one that no evidence lowers where it lists only what was seen.
UNLISTED_PRIOR = 0.01
UNLISTED_CLOSED_WORLD = 0.05


def query_posterior(assets: Iterable[str], catalogue: Catalogue, *, prior: str | Mapping = "uniform", model=PageModel(), queries: Iterable | None = None,
                    unlisted: float | None = None) -> Posterior:
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
    model : PageModel, or an object with ``name`` and ``log_likelihoods(index, assets)``
        The stated assumptions.
    queries : iterable, optional
        What could be searched: shapes such as ``("specialty", "city")``, or queries as objects of
        attributes. By default every subset of the attributes.
    unlisted : float, optional
        Prior probability of what the catalogue does not list: another query, or a page that is no
        search. By default 0.01, or none for a model that says nothing of it.

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        If the prior, the queries or `unlisted` cannot be.

    Notes
    -----
    Model and its source: `PageModel`, ``docs/query-inference.md``; rule R-QUERY of ``docs/methodology.md``.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"asset_id": [f"a{n}" for n in range(1, 13)], "practitioner": [f"Dr {n}" for n in range(1, 13)],
    ...     "specialty": ["oncologue"] * 3 + ["dentiste"] * 5 + ["oncologue"] + ["dentiste"] * 3,
    ...     "city": ["paris"] * 8 + ["lyon"] * 4})
    >>> query_posterior(["a1", "a2", "a3"], Catalogue(table, source="example")).best()
    {'specialty': 'oncologue', 'city': 'paris'}
    """
    return query_posteriors([assets], catalogue, prior=prior, model=model, queries=queries, unlisted=unlisted)[0]


def query_posteriors(views: Iterable[Iterable[str]], catalogue: Catalogue, *, prior: str | Mapping = "uniform", model=PageModel(), queries: Iterable | None = None,
                     unlisted: float | None = None) -> Posteriors:
    """Compute the same for many page views at once.

    Parameters
    ----------
    views : iterable of iterables of str
        The asset ids of each page view.
    catalogue, prior, model, queries, unlisted
        See `query_posterior`.

    Returns
    -------
    Posteriors

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"asset_id": [f"a{n}" for n in range(6)], "practitioner": [f"Dr {n}" for n in range(6)], "city": ["paris"] * 3 + ["lyon"] * 3})
    >>> query_posteriors([["a0", "a1"], ["a3", "a4", "a5"]], Catalogue(table, source="example")).best()
    [{'city': 'paris'}, {'city': 'lyon'}]
    """
    index, queries = index_of(catalogue), None if queries is None else list(queries)
    before = _before(index, prior, queries)
    can_say = hasattr(model, "log_unlisted") or isinstance(model, PageModel)
    unlisted = (UNLISTED_PRIOR if can_say else 0.0) if unlisted is None else float(unlisted)
    if not 0 <= unlisted < 1 or (unlisted and not can_say):
        raise ValueError(f"unlisted={unlisted:g}: a probability below 1, and 0 for a model without log_unlisted")
    if catalogue.closed_world and isinstance(model, PageModel):
        # who else is near or alike cannot be told from a catalogue that lists only what was seen
        model = replace(model, related_share=0.0, neighbour_share=0.0)
    batch = (page_batch if isinstance(model, PageModel) else other_batch)(views, index, before, model, unlisted)
    return Posteriors(index, batch, prior=prior if isinstance(prior, str) else "supplied", kept=UNLISTED_CLOSED_WORLD if catalogue.closed_world else 0.0)


def _before(index: QueryIndex, prior: str | Mapping, queries: list | None) -> np.ndarray:
    if isinstance(prior, str) and queries is None:
        return _named_prior(index, prior)
    return index.prior(prior, candidates=_candidates(index, queries))


@lru_cache(maxsize=16)
def _named_prior(index: QueryIndex, prior: str) -> np.ndarray:
    weights = index.prior(prior)
    weights.flags.writeable = False
    return weights


def _candidates(index: QueryIndex, queries: list | None) -> np.ndarray | None:
    """Mark the queries that are to be considered."""
    if queries is None:
        return None
    marked = np.zeros(len(index), dtype=bool)
    shapes = {frozenset(shape): number for number, shape in enumerate(index.shapes)}
    for query in queries:
        if isinstance(query, Mapping):
            try:
                marked[index.number_of(query)] = True
            except KeyError:
                continue
        elif frozenset([query] if isinstance(query, str) else query) in shapes:
            marked |= index.shape_of == shapes[frozenset([query] if isinstance(query, str) else query)]
        else:
            raise ValueError(f"queries: {query!r} is neither a tuple of attributes out of {', '.join(index.attributes)} nor an object of them")
    if not marked.any():
        raise ValueError("queries: the catalogue lists none of them")
    return marked
