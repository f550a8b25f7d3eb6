"""What could anybody know beforehand about pictures and pages once a measure is in force?"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pandas as pd

from hartools.capture import Capture
from hartools.inference.catalogue import Catalogue
from hartools.inference.page_model import PageModel
from hartools.inference.pictures import describe_query
from hartools.inference.whatif.combined import bucket_name, sprite_name
from hartools.inference.whatif.measures import measure_named, variant_name
from hartools.inference.whatif.pictures import name_of, rename_asset, renaming

__all__ = ["catalogue_under", "model_under"]

# A page that asks for one combined picture asks for next to no stray beside it.
ONE_PICTURE = {"stray_share": 0.001}


def catalogue_under(catalogue: Catalogue, capture: Capture, measure: str, settings: Mapping[str, object] | None = None, *, resolves: bool = False) -> Catalogue:
    """Return the catalogue as it could be built where a measure is in force.

    Parameters
    ----------
    catalogue : Catalogue
        Of the pictures as they are named now.
    capture : Capture
        What the browser recorded, before the measure.
    measure : str
    settings : mapping, optional
        Of the measure, as given to `what_if`.
    resolves : bool
        The observer is the one that undoes the names of the session (renamed-images, resolved by
        the image host).

    Returns
    -------
    Catalogue
        The same one where the measure renames nothing that could be learnt.

    Notes
    -----
    Names made anew for each session cannot be learnt by visiting in another one, so that the
    catalogue stays and names nothing of this session, except to whoever resolves the names. Which
    combined picture stands for which query can be learnt, as anybody can search.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> catalogue = ht.catalogue_from(capture)
    >>> catalogue_under(catalogue, capture, "sprites", {"by": "bucket", "buckets": 2}).records.asset_id.nunique()
    2
    """
    settings = dict(settings or {})
    known = dict(measure_named(measure, settings).settings) | settings
    rows = catalogue.records
    if measure == "renamed-images" and resolves and known["resolved_by"] == "image host":
        new = renaming(capture.source.sha256, known["seed"])
        rows["asset_id"] = rows.asset_id.map(lambda asset: rename_asset(asset, new(name_of(asset))), na_action="ignore")
    elif measure == "sprites" and known["by"] == "bucket":
        rows["asset_id"] = rows.asset_id.map(lambda asset: rename_asset(asset, bucket_name(asset, known["buckets"], known["seed"])), na_action="ignore")
    elif measure == "sprites":
        rows = _by_query(rows, catalogue.attributes, known["seed"])
    else:
        return catalogue
    return Catalogue(rows, source=f"{catalogue.source}, under {variant_name(measure, settings)}", closed_world=catalogue.closed_world)


def model_under(model: object, measure: str, settings: Mapping[str, object] | None = None) -> object:
    """Return the model of a page as an observer would state it who knows of a measure.

    Where a page asks for one combined picture, the default model of many pictures and strays is not
    the one to reckon with. Any other model, and the model under any other measure, stays.

    Examples
    --------
    >>> model_under(PageModel(), "sprites", {"by": "query"}).stray_share, model_under(PageModel(), "padding").stray_share
    (0.001, 0.1)
    """
    known = dict(measure_named(measure, settings or {}).settings) | dict(settings or {})
    if measure == "sprites" and known["by"] == "query" and isinstance(model, PageModel):
        return replace(model, **ONE_PICTURE)
    return model


def _by_query(rows: pd.DataFrame, attributes: tuple[str, ...], seed: int) -> pd.DataFrame:
    """List the combined picture of every query, which stands for all that it finds.

    Single pictures stay known, since pages that answer no query show them, but no query lists them.
    """
    like = next(iter(rows.asset_id.dropna()), "")  # of its folder and extension are all the others
    tables = [rows.dropna(subset="asset_id").assign(**dict.fromkeys(attributes))]
    for size in range(1, len(attributes) + 1):
        for fixed in combinations(attributes, size):
            found = rows.dropna(subset=list(fixed)).groupby(list(fixed), sort=True).practitioner.nunique()
            keys = [key if isinstance(key, tuple) else (key,) for key in found.index]
            queries = [dict(zip(fixed, key, strict=True)) for key in keys]
            people = [f"the {count} found by {describe_query(query)}" for count, query in zip(found.tolist(), queries, strict=True)]
            pictures = [rename_asset(like, sprite_name(query, seed)) for query in queries]
            tables.append(pd.DataFrame(queries, columns=list(attributes)).assign(asset_id=pictures, practitioner=people))
    return pd.concat(tables, ignore_index=True)
