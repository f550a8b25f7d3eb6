"""Who handled each exchange in clear at the HTTP layer, in which role, and what says so?"""

from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.parties.infrastructure.entries import PROXIES, shared_connections
from hartools.parties.infrastructure.exchanges import Exchange, Kind, read_exchange
from hartools.parties.infrastructure.observed import observe

__all__ = ["ANSWERED", "BEHIND", "ENDED_TLS", "Handlers", "handlers_of"]

ANSWERED, ENDED_TLS, BEHIND, EARLIER, ON_THE_WAY = "answered for the host", "ended TLS", "handled it further in", "handled an earlier exchange", "on the way"
# Signs by which an edge says that it answered by itself, without asking the site's server.
_ALONE = ("hit", "made")


class Handlers(NamedTuple):
    """Hold, for one exchange, who handled what was sent and what was answered: lists of objects {party, role, grade, strength}."""

    request: list[dict]
    response: list[dict]


def handlers_of(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> dict[int, Handlers]:
    """Return by entry id who handled the exchange in clear, the server that answers for the host first.

    Parameters
    ----------
    capture, ranges, dns
        See `hartools.parties.infrastructure.entry_infrastructure`.

    Notes
    -----
    Whoever answers for the host holds request and answer in clear when answering: *certain*, since TLS
    has two ends and the browser is the other. That may be one machine or several; those that this
    capture names follow with the grade and the strength of what shows them. Where an edge answered
    from its cache or by itself, the site's server was not asked: it is named for the answer alone, as
    who handled an earlier exchange. Where nobody outside answered now, nobody is named.

    Examples
    --------
    >>> import hartools as ht
    >>> handlers_of(ht.read_har(ht.example_har()))[0].response
    [{'party': 'server of www.doctor.example', 'role': 'answered for the host', 'grade': None, 'strength': 'certain'}]
    """
    seen = observe(capture, ranges=ranges, dns=dns)
    exchanges = [read_exchange(kind) for kind in seen.kinds]
    shared = shared_connections(capture, seen, exchanges)
    is_proxy = capture.exporter.dialect in PROXIES
    known: dict[tuple, Handlers] = {}
    found = {}
    for row, (entry_id, kind, host) in enumerate(zip(seen.ids.tolist(), seen.kind_of.tolist(), seen.host_of.tolist(), strict=True)):
        key = (kind, host, shared.get(row))
        if key not in known:
            known[key] = _handlers(seen.kinds[kind], exchanges[kind], seen.hosts[host] if host >= 0 else None, key[2], is_proxy)
        found[entry_id] = known[key]
    return found


def _handlers(kind: Kind, exchange: Exchange, host: str | None, shared: str | None, is_proxy: bool) -> Handlers:
    if kind.state in ("old", "browser") or host is None:
        return Handlers([], [])
    alone = bool(exchange.chain) and exchange.answered and any(sign.shows in _ALONE for sign in exchange.chain[0].signs)
    own = _one(f"server of {host}", ANSWERED, None, "certain" if kind.state == "live" else "possible")
    named = [_one(link.party, ENDED_TLS if link.tls else EARLIER if link.earlier else BEHIND, link.grade, link.strength) for link in exchange.chain]
    if shared is not None and all(each["party"] != shared for each in named):
        named.append(_one(shared, ENDED_TLS, None, "likely"))
    if kind.tls and (kind.intercepted or is_proxy):
        named.append(_one("the proxy that recorded or intercepted it", ON_THE_WAY, None, "certain" if is_proxy else kind.intercepted_strength or "likely"))
    if not alone:
        return Handlers([own, *named], [own, *named])
    asked = [each for each in named if each["role"] != EARLIER]
    edge = _one(f"server of {host}", ANSWERED, None, "certain") | {"party": f"edge that answers for {host}"}
    return Handlers([edge, *asked], [edge, *named, own | {"role": EARLIER, "strength": "likely"}])


def _one(party: str, role: str, grade: str | None, strength: str) -> dict:
    return {"party": party, "role": role, "grade": grade, "strength": strength}
