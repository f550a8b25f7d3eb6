"""Which requests of a capture reach a given observer?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED
from hartools.errors import UnknownObserverError
from hartools.observers.fronting import fronting
from hartools.observers.in_page import loads_of, seen_from_within
from hartools.observers.visibility import CONNECTION_KINDS, KINDS, PAGE_KINDS
from hartools.parties.domains import ascii_host, registrable_domain, sites_of
from hartools.parties.owners import owners_of_hosts

__all__ = ["PLACES", "Selected", "coalition_name", "parse_observer", "select"]

# What stands behind the colon of an observer who is no party: there is one of each kind.
PLACES = {kind: "dns" if kind == "resolver" else "path" for kind in CONNECTION_KINDS}
PLAIN = ("http", "ws")
SHOWN = 20


class Selected(NamedTuple):
    """Hold which requests reach an observer.

    Attributes
    ----------
    observer : str
        ``KIND:NAME``, written in one way.
    rows : numpy.ndarray of int
        Rows of the entries.
    parts : numpy.ndarray of object or None
        For each of them how it is seen (`PARTS`, or listed); None where all are seen alike.
    """

    observer: str
    rows: np.ndarray
    parts: np.ndarray | None = None


def parse_observer(observer: str) -> tuple[str, str]:
    """Split ``KIND:NAME``.

    Raises
    ------
    UnknownObserverError
        If there is no such kind, or no name.

    Examples
    --------
    >>> parse_observer("third_party:cloudinary.com")
    ('third_party', 'cloudinary.com')
    """
    kind, _, name = str(observer).partition(":")
    if kind not in KINDS or not name:
        raise UnknownObserverError(f"{observer!r}: an observer is KIND:NAME with KIND one of {', '.join(KINDS)}, for example third_party:cloudinary.com")
    return kind, name


def coalition_name(sites) -> str:
    """Write the parties of a coalition in one order, each once.

    Examples
    --------
    >>> coalition_name(["b.example", "a.example", "b.example"])
    'coalition:a.example+b.example'
    """
    return "coalition:" + "+".join(sorted(set(sites)))


def select(capture: Capture, observer: str, *, owners: pd.DataFrame | None = None, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> Selected:
    """Find the requests that an observer received, or could see from where it stands.

    Parameters
    ----------
    capture : Capture
    observer : str
    owners, ranges, dns : pandas.DataFrame, optional
        See `view_as`.

    Raises
    ------
    UnknownObserverError
        If the capture shows no such observer; the message lists those that it shows.

    Examples
    --------
    >>> import hartools as ht
    >>> select(ht.read_har(ht.example_har()), "third_party:cloudinary.com").rows.tolist()
    [2, 3]
    """
    kind, name = parse_observer(observer)
    entries = capture.entries
    if kind in PLACES:
        return _on_the_way(capture, entries, kind, name)
    if kind == "organisation":
        return _organisation(capture, entries, name, owners)
    if kind in ("tls_terminator", "hosting"):
        return _fronting(capture, entries, kind, name, ranges, dns)
    entries["site"] = sites_of(entries.host)
    if kind == "coalition":
        sites = [_site(capture, entries, each) for each in name.split("+")]
        if len(set(sites)) < 2:
            raise UnknownObserverError(f"{observer!r}: a coalition is two parties or more, for example coalition:a.example+b.example")
        return Selected(coalition_name(sites), _received(entries, entries.site.isin(sites)))
    site = _site(capture, entries, name)
    if kind in PAGE_KINDS:
        loads = loads_of(capture, entries)
        seen = seen_from_within(loads, entries, site)
        return Selected(f"{kind}:{site}", loads.rows[seen != ""], seen[seen != ""])
    return Selected(f"{kind}:{site}", _received(entries, entries.site == site))


def _received(entries: pd.DataFrame, mine: pd.Series) -> np.ndarray:
    return np.flatnonzero((mine & entries.outcome.isin(RECEIVED)).fillna(False).to_numpy(bool))


def _site(capture: Capture, entries: pd.DataFrame, name: str) -> str:
    site = registrable_domain(ascii_host(name))
    if not (entries.site == site).any():
        raise UnknownObserverError(f"{capture.source.name}: no request to {name}; it holds requests to {', '.join(sorted(entries.site.dropna().unique())[:SHOWN])}")
    return site


def _on_the_way(capture: Capture, entries: pd.DataFrame, kind: str, name: str) -> Selected:
    if name != PLACES[kind]:
        raise UnknownObserverError(f"{capture.source.name}: no observer {kind}:{name}; there is one of that kind, {kind}:{PLACES[kind]}")
    plain = entries.scheme.isin(PLAIN) & entries.host.notna() & (kind != "resolver")
    return Selected(f"{kind}:{name}", _received(entries, plain))


def _organisation(capture: Capture, entries: pd.DataFrame, name: str, owners: pd.DataFrame | None) -> Selected:
    known = owners_of_hosts(entries.host.dropna().unique(), data=owners)
    hosts = known.host[(known.organisation == name).fillna(False)]
    if not len(hosts):
        raise UnknownObserverError(_nobody(capture, "host that belongs to", name, known.organisation.dropna().unique(), "the owners known of its hosts are"))
    return Selected(f"organisation:{name}", _received(entries, entries.host.isin(hosts)))


def _fronting(capture: Capture, entries: pd.DataFrame, kind: str, name: str, ranges: pd.DataFrame | None, dns: pd.DataFrame | None) -> Selected:
    found = fronting(capture, entries, ranges=ranges, dns=dns).rows
    if (kind, name) not in found:
        what = "host whose TLS could have been ended by" if kind == "tls_terminator" else "host behind which could stand"
        raise UnknownObserverError(_nobody(capture, what, name, [party for each, party in found if each == kind], "there are"))
    return Selected(f"{kind}:{name}", found[kind, name])


def _nobody(capture: Capture, what: str, name: str, known, there: str) -> str:
    listed = sorted(known)
    return f"{capture.source.name}: no {what} {name}; {there} {', '.join(listed[:SHOWN]) or 'none'}"
