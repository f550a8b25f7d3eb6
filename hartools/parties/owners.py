"""Which organisation owns a domain, who is above it, how is that known and as of when?"""

from functools import lru_cache
from importlib.resources import files

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES

__all__ = ["label_owners", "owner_of", "owners_table"]


def owners_table() -> pd.DataFrame:
    """Return the curated table of owners that hartools ships.

    Returns
    -------
    pandas.DataFrame
        One row per domain: domain, organisation, ultimate_parent, seat (ISO 3166 alpha-2 of the
        ultimate parent's head office), how_known, as_of, note. ``how_known`` says "unverified"
        where nothing confirms a row.

    Examples
    --------
    >>> owners_table().set_index("domain").loc["cloudinary.com", "organisation"]
    'Cloudinary'
    """
    return _read_owners().copy()


def owner_of(host: str) -> dict | None:
    """Return the row of `owners_table` for a host: the longest domain that it ends in.

    Examples
    --------
    >>> owner_of("res.cloudinary.com")["domain"], owner_of("clinic.example")
    ('cloudinary.com', None)
    """
    rows, labels = _owners_by_domain(), host.split(".")
    return next((rows[name] for name in (".".join(labels[n:]) for n in range(len(labels))) if name in rows), None)


def label_owners(capture: Capture) -> Capture:
    """Fill ``owner`` from the curated table; an owner that it does not know stays unknown.

    Examples
    --------
    >>> import hartools as ht
    >>> label_owners(ht.read_har(ht.example_har())).entries.owner.dropna().unique().tolist()
    ['Cloudinary', 'Google (Analytics/Firebase)']
    """
    entries = capture.entries
    known = {host: (owner_of(host) or {}).get("organisation") for host in entries.host.dropna().unique()}
    entries["owner"] = entries.host.map(known).astype(DTYPES["str"])
    return capture.with_tables(entries=entries)


@lru_cache(maxsize=1)
def _read_owners() -> pd.DataFrame:
    with files("hartools.parties").joinpath("data/owners.tsv").open(encoding="utf-8") as stream:
        # "NA" is Namibia and no missing value
        return pd.read_csv(stream, sep="\t", dtype="str", keep_default_na=False, comment="#").astype(DTYPES["str"])


@lru_cache(maxsize=1)
def _owners_by_domain() -> dict[str, dict]:
    return {row["domain"]: row for row in _read_owners().to_dict("records")}
