"""Which party ended TLS for each host, and which ran a machine behind it, told from that host's own exchanges?"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED, conform
from hartools.findings import STRENGTHS
from hartools.parties.infrastructure.exchanges import Exchange, Kind, read_exchange
from hartools.parties.infrastructure.observed import observe
from hartools.parties.infrastructure.providers import PROVIDERS
from hartools.parties.infrastructure.words import GRADES

__all__ = ["HOSTING", "TERMINATOR", "Fronting", "fronting"]

TERMINATOR, HOSTING = "tls_terminator", "hosting"

# Who rents out machines or stores runs the machine also where its customer's own server answers on it.
RENTED = ("cloud", "storage", "platform")

# `observe` takes the only public address for a proxy's where three sites and more stand behind it. Each
# host is to be read by itself here, so rows with other public addresses are put beside them and dropped again.
ASIDE = ("1.1.1.1", "8.8.8.8")


class Role(NamedTuple):
    """Say what one party is in exchanges of one kind, and how sure that is."""

    kind: str
    party: str
    strength: str
    ground: str


class Fronting(NamedTuple):
    """Hold which rows each party could read, by its role.

    Attributes
    ----------
    rows : dict of (str, str) to numpy.ndarray of int
        (kind of observer, party) -> rows of the entries, in order.
    best : dict of (str, str) to Role
        The strongest evidence for that role.
    """

    rows: dict[tuple[str, str], np.ndarray]
    best: dict[tuple[str, str], Role]


def fronting(capture: Capture, entries: pd.DataFrame, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> Fronting:
    """Find who ended the browser's TLS for each host, and who stood behind or ran the machine.

    What is said of a host rests on its own exchanges alone: on their response headers, addresses,
    certificates, status and paths. Neither pages are looked into, nor connections that hosts share.

    Parameters
    ----------
    capture : Capture
    entries : pandas.DataFrame
        Its table ``entries``.
    ranges, dns : pandas.DataFrame, optional
        See `entry_infrastructure`.

    Returns
    -------
    Fronting
        Who ended TLS for a host, and is the only one that did, has all requests that the host received;
        of several, each has those to the addresses at which something names it. Who stood
        behind has the exchanges that name it.

    Notes
    -----
    Signs, grades and strengths are those of ``docs/infrastructure.md``. Behind the machine that
    answered stand the further parties of its chain; of the first itself, hosting is said where it
    rents out machines or stores, or where there is no TLS to end.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> sorted(fronting(capture, capture.entries).rows)
    [('tls_terminator', 'Google')]
    """
    received = np.flatnonzero((entries.outcome.isin(RECEIVED) & entries.host.notna()).to_numpy(bool))
    rows = entries.take(received).reset_index(drop=True)
    best: dict[tuple[str, str], Role] = {}
    bearing: dict[tuple[str, str], list[np.ndarray]] = {}
    for part in _timed(rows):
        for role, places in _read(capture, rows.take(part), ranges, dns) if len(part) else ():
            key = (role.kind, role.party)
            bearing.setdefault(key, []).append(part[places])
            best[key] = min(best.get(key, role), role, key=lambda each: (STRENGTHS.index(each.strength), each.ground))
    named = {key: np.sort(np.concatenate(parts)) for key, parts in bearing.items()}
    named |= _whole_machines({key: places for key, places in named.items() if key[0] == TERMINATOR}, rows)
    return Fronting({key: received[named[key]] for key in sorted(named)}, best)


def _timed(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Tell hosts with a known time from those without: the day chooses the lists, and must not be another host's."""
    known = rows.started.notna().groupby(rows.host).transform("any").to_numpy(bool)
    return np.flatnonzero(known), np.flatnonzero(~known)


def _read(capture: Capture, rows: pd.DataFrame, ranges: pd.DataFrame | None, dns: pd.DataFrame | None) -> Iterator[tuple[Role, np.ndarray]]:
    """Yield each role that a kind of exchange shows, with the places of the rows of that kind."""
    seen = observe(_alone(capture, rows), ranges=ranges, dns=dns)
    kind_of = seen.kind_of[: len(rows)]
    order = np.argsort(kind_of, kind="stable")
    starts = np.searchsorted(kind_of[order], np.arange(len(seen.kinds) + 1))
    for number, kind in enumerate(seen.kinds):
        places = order[starts[number] : starts[number + 1]]
        for role in _roles(kind, read_exchange(kind)) if len(places) else ():
            yield role, places


def _alone(capture: Capture, rows: pd.DataFrame) -> Capture:
    """Take away what the party at the other end does not receive, and what hosts could tell of one another."""
    first = rows.started.groupby(rows.host).transform("min")
    hidden = {name: pd.Series(None, index=rows.index, dtype=rows[name].dtype) for name in ("page_id", "resource_type", "from_cache", "via_service_worker")}
    told = rows.assign(**hidden, started=rows.started.fillna(first), response_body_held=False)
    aside = conform("entries", {"entry_id": [-1, -2], "host": ["aside.invalid"] * 2, "server_ip": list(ASIDE)})
    return capture.with_tables(entries=pd.concat([told, aside], ignore_index=True))


def _roles(kind: Kind, exchange: Exchange) -> Iterator[Role]:
    """Say who ended TLS in exchanges of one kind, and who stood behind or ran the machine."""
    if kind.state != "live":
        return
    if kind.intercepted and kind.tls:
        yield Role(TERMINATOR, f"intercepting proxy ({kind.intercepted})", kind.intercepted_strength, f"the certificate is signed by an authority of {kind.intercepted}")
    for place, link in enumerate(exchange.chain):
        is_first = place == 0 and exchange.answered and not (kind.intercepted and kind.tls)
        ground = f"{link.grade}: {GRADES[link.grade]}"
        if is_first and link.tls:
            yield Role(TERMINATOR, link.party, link.tls, ground)
        rented = link.party in PROVIDERS and PROVIDERS[link.party].kind in RENTED
        if not link.earlier and (not is_first or rented or not kind.tls):
            yield Role(HOSTING, link.party, link.strength, ground)


def _whole_machines(named: dict[tuple[str, str], np.ndarray], rows: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """Give who ended TLS all that its machine received: of a host that it alone fronts everything, else what went to the addresses where it is named."""
    hosts = pd.factorize(rows.host)[0]
    machines = pd.factorize(pd.MultiIndex.from_arrays([hosts, pd.factorize(rows.server_ip)[0]]))[0]
    at_hosts = {key: np.unique(hosts[places]) for key, places in named.items()}
    parties = np.bincount(np.concatenate(list(at_hosts.values())), minlength=1) if named else np.zeros(1, int)
    return {key: np.flatnonzero(np.isin(hosts, mine[parties[mine] == 1]) | np.isin(machines, machines[named[key]])) for key, mine in at_hosts.items()}
