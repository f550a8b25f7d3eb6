"""Who received part of the traffic, and how do we know?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.observers.visibility import RECEIVED_OUTCOMES
from hartools.parties import label_parties
from hartools.parties.owners import owner_of

__all__ = ["find_observers"]

COLUMNS = {"observer": "str", "kind": "str", "name": "str", "owner": "str", "country": "str", "hosts": "object",
           "entries": "int", "attempted": "int", "why": "str"}


def find_observers(capture: Capture, *, first_party: str | Iterable[str] | None = None) -> pd.DataFrame:
    """List the third parties of a capture, each with what it was sent.

    Parameters
    ----------
    capture : Capture
    first_party : str or iterable of str, optional
        See `label_parties`; taken from the capture by default.

    Returns
    -------
    pandas.DataFrame
        One row per onlooker, most requests first: observer (``KIND:NAME``, for `view_as`), kind,
        name, owner and country (unknown where our table has none), hosts (list), entries (requests
        that it received), attempted (all requests to it, blocked and cached ones included), why.

    Raises
    ------
    AmbiguousFirstPartyError
        If the capture does not tell what was visited.

    Examples
    --------
    >>> import hartools as ht
    >>> find_observers(ht.read_har(ht.example_har()))[["name", "entries", "attempted"]].values.tolist()[0]
    ['cloudinary.com', 2, 3]
    """
    entries = capture.entries
    if first_party is not None or (entries.party.isna().all() and entries.host.notna().any()):
        capture = label_parties(capture, first_party=first_party)
    entries = capture.entries
    third = entries[entries.party == "third"]
    rows = [_row(site, group) for site, group in third.groupby("site", sort=True)]
    rows.sort(key=lambda row: (-row["entries"], -row["attempted"], row["name"]))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _row(site: str, group: pd.DataFrame) -> dict:
    received = group[group.outcome.isin(RECEIVED_OUTCOMES)]
    hosts = sorted(group.host.unique())
    owner = owner_of(hosts[0]) or {}
    return {
        "observer": f"third_party:{site}", "kind": "third_party", "name": site, "owner": owner.get("organisation"),
        "country": owner.get("seat"), "hosts": hosts, "entries": len(received), "attempted": len(group),
        "why": f"answered {len(received)} of {len(group)} requests to {', '.join(hosts[:3])}{'…' if len(hosts) > 3 else ''}, "
               "whose registrable domain is not that of the site visited",
    }
