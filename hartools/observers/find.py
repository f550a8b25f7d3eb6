"""Who received part of the traffic, and how do we know?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, RECEIVED
from hartools.parties import label_parties
from hartools.parties.owners import owners_of_hosts

__all__ = ["find_observers"]

COLUMNS = {"observer": "str", "kind": "str", "name": "str", "owner": "str", "country": "str", "role": "str", "hosts": "object",
           "entries": "int", "attempted": "int", "why": "str", "owner_known": "str"}


def find_observers(capture: Capture, *, first_party: str | Iterable[str] | None = None, owners: pd.DataFrame | None = None) -> pd.DataFrame:
    """List the third parties of a capture, each with what it was sent.

    Parameters
    ----------
    capture : Capture
    first_party : str or iterable of str, optional
        See `label_parties`; taken from the capture by default.
    owners : pandas.DataFrame, optional
        Owners beside those of our own table; see `owners_of_hosts`.

    Returns
    -------
    pandas.DataFrame
        One row per onlooker, most requests first: observer (``KIND:NAME``, for `view_as`), kind,
        name, owner, country (the seat of the owner's parent) and role (unknown where no table has
        them), hosts (list), entries (requests that it received), attempted (all requests to it, blocked
        and cached ones included), why, owner_known (which table says so, on what ground, as of when).

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
    known = owners_of_hosts(third.host, data=owners).astype(object).set_index("host")
    known = known.where(known.notna(), None).to_dict("index")
    rows = [_row(site, group, known) for site, group in third.groupby("site", sort=True)]
    rows.sort(key=lambda row: (-row["entries"], -row["attempted"], row["name"]))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _row(site: str, group: pd.DataFrame, known: dict[str, dict]) -> dict:
    received = group[group.outcome.isin(RECEIVED)]
    hosts = sorted(group.host.unique())
    owner = next((known[host] for host in hosts if known[host]["organisation"]), {})
    ground = ", ".join(part for part in (owner.get("how_known"), f"as of {owner['as_of']}" if owner.get("as_of") else None) if part)
    return {
        "observer": f"third_party:{site}", "kind": "third_party", "name": site, "owner": owner.get("organisation"),
        "country": owner.get("seat"), "role": owner.get("role"), "hosts": hosts, "entries": len(received), "attempted": len(group),
        "why": f"answered {len(received)} of {len(group)} requests to {', '.join(hosts[:3])}{'…' if len(hosts) > 3 else ''}, "
               "whose registrable domain is not that of the site visited",
        "owner_known": f"{owner['answered_by']}: {ground or 'ground not given'}" if owner else None,
    }
