"""Who received part of the traffic, or could read it, and how do we know?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import UnknownChoiceError
from hartools.observers.onlookers import Facts, onlookers_of
from hartools.observers.visibility import KINDS
from hartools.parties import label_parties

__all__ = ["find_observers"]

COLUMNS = {"observer": "str", "kind": "str", "name": "str", "owner": "str", "country": "str", "role": "str", "hosts": "object",
           "entries": "int", "attempted": "int", "why": "str", "owner_known": "str", "strength": "str"}  # fmt: skip


def find_observers(capture: Capture, *, first_party: str | Iterable[str] | None = None, owners: pd.DataFrame | None = None, ranges: pd.DataFrame | None = None,
                   dns: pd.DataFrame | None = None, kinds: str | Iterable[str] | None = None) -> pd.DataFrame:
    """List the onlookers of a visit, each with what it was sent and the reason why it is there.

    Parameters
    ----------
    capture : Capture
    first_party : str or iterable of str, optional
        See `label_parties`; taken from the capture by default.
    owners : pandas.DataFrame, optional
        Owners beside those of our own table; see `owners_of_hosts`.
    ranges, dns : pandas.DataFrame, optional
        Address ranges and DNS answers; see `entry_infrastructure`.
    kinds : str or iterable of str, optional
        Kinds of observers (`KINDS`); all by default. Coalitions cost the search for shared
        identifiers, and those who end TLS or stand behind a look at all response headers.

    Returns
    -------
    pandas.DataFrame
        One row per onlooker, third parties first, and of each kind most requests first: observer
        (``KIND:NAME``, for `view_as`), kind, name, owner, country (the seat of the owner's parent) and
        role (unknown where no table has them), hosts (list), entries (requests that it received),
        attempted (all requests to it, blocked and cached ones included), why, owner_known (which
        table says so, on what ground, as of when), strength (how surely this onlooker exists).

    Raises
    ------
    AmbiguousFirstPartyError
        If the capture does not tell what was visited.
    UnknownChoiceError
        If a kind is unknown.

    Examples
    --------
    >>> import hartools as ht
    >>> found = find_observers(ht.read_har(ht.example_har()))
    >>> found[["name", "entries", "attempted"]].values.tolist()[0]
    ['cloudinary.com', 2, 3]
    >>> found.kind.unique().tolist()[:4]
    ['third_party', 'first_party', 'organisation', 'tls_terminator']
    """
    wanted = set(KINDS if kinds is None else [kinds] if isinstance(kinds, str) else kinds)
    if unknown := sorted(map(str, wanted - set(KINDS))):
        raise UnknownChoiceError(f"kinds={unknown!r}: kinds of observers are {', '.join(KINDS)}")
    entries = capture.entries
    if first_party is not None or (entries.party.isna().all() and entries.host.notna().any()):
        capture = label_parties(capture, first_party=first_party)
    facts = Facts(capture, owners, ranges, dns)
    order = ("third_party", *(kind for kind in KINDS if kind != "third_party"))
    rows = [row for kind in order if kind in wanted for row in onlookers_of(kind, facts)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})
