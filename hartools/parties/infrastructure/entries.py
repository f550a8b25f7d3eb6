"""Who answered each exchange, and who ended its TLS? One row per entry."""

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.findings import STRENGTHS
from hartools.parties.infrastructure.exchanges import Exchange, Kind, read_exchange
from hartools.parties.infrastructure.observed import Observed, observe

__all__ = ["PROXIES", "entry_infrastructure", "shared_connections"]

COLUMNS = {"entry_id": "int", "host": "str", "answered_by": "str", "grade": "str", "in_clear": "str", "chain": "object", "tls_ended_by": "str", "strength": "str", "note": "str"}

# Exporters that stand between browser and server: the browser's own TLS ends in them.
PROXIES = ("mitmproxy", "charles", "fiddler", "browsermob", "selenium-wire", "proxy", "http-toolkit", "optic")


RECORDED_BY_PROXY = "recorded by a proxy: the browser's own TLS ended in it; this is said of the connection from there on"
SILENCE = {
    "none": "no address in this capture",
    "public": "the address is in no network known here: a table of autonomous systems would name its operator",
    "local": "the address is this machine's or a local one and says nothing of the server",
    "documentation": "the address is one for documentation and says nothing of the server",
    "proxied": "one address for several sites, as of a proxy on the way: it says nothing of the server",
}


def entry_infrastructure(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say of each exchange who answered it and who ended its TLS.

    Parameters
    ----------
    capture : Capture
        Parties need not be labelled; an observer's view will do.
    ranges : pandas.DataFrame, optional
        Address ranges that the reader imported; see `provider_of_address`.
    dns : pandas.DataFrame, optional
        DNS answers; see `read_dns_answers`.

    Returns
    -------
    pandas.DataFrame
        One row per entry, in its order: entry_id, host, answered_by (the outermost party), grade
        (E5 to E1, of that party), in_clear (how strongly it handled the exchange in clear), chain
        (list of parties, outermost first), tls_ended_by, strength (of that), note.

    Notes
    -----
    Cached, revalidated (304) and unanswered entries have no party: nobody outside answered now, or
    the headers are those of an earlier answer; ``chain`` then lists whom that answer names.

    Examples
    --------
    >>> import hartools as ht
    >>> table = entry_infrastructure(ht.read_har(ht.example_har()))
    >>> table.note[2]
    "the address is this machine's or a local one and says nothing of the server; no sign of a provider"
    """
    seen = observe(capture, ranges=ranges, dns=dns)
    exchanges = [read_exchange(kind) for kind in seen.kinds]
    is_proxy = capture.exporter.dialect in PROXIES
    rows = [_row(kind, exchange, seen, is_proxy) for kind, exchange in zip(seen.kinds, exchanges, strict=True)]
    told = {name: _objects([row[name] for row in rows])[seen.kind_of] for name in ("answered_by", "grade", "in_clear", "tls_ended_by", "strength", "note")}
    for row, party in shared_connections(capture, seen, exchanges).items():
        if told["strength"][row] not in STRENGTHS[:2]:
            told["tls_ended_by"][row], told["strength"][row] = party, "likely"
            told["note"][row] = "shares its connection with a host that bears signs of this party"
    columns = {"entry_id": seen.entries.entry_id, "host": seen.entries.host} | told | {"chain": _objects([row["chain"] for row in rows])[seen.kind_of]}
    return pd.DataFrame({name: pd.Series(columns[name], index=pd.RangeIndex(len(seen.entries)), dtype=DTYPES[kind]) for name, kind in COLUMNS.items()})


def _objects(values: list) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _row(kind: Kind, exchange: Exchange, seen: Observed, is_proxy: bool) -> dict:
    first = exchange.chain[0] if exchange.answered and exchange.chain else None
    row = {"answered_by": None, "grade": None, "in_clear": None, "chain": [link.party for link in exchange.chain], "tls_ended_by": None, "strength": None, "note": _note(kind, exchange, seen)}
    if first is not None:
        row |= {"answered_by": first.party, "grade": first.grade, "in_clear": first.strength}
        if first.tls:
            row |= {"tls_ended_by": first.party, "strength": first.tls, "note": RECORDED_BY_PROXY if is_proxy else row["note"]}
    if kind.intercepted and kind.state == "live" and kind.tls:
        return row | {"tls_ended_by": f"intercepting proxy ({kind.intercepted})", "strength": kind.intercepted_strength}
    if kind.state == "live" and kind.tls and row["strength"] is None:
        row["strength"] = "undecidable"
    return row


def _note(kind: Kind, exchange: Exchange, seen: Observed) -> str | None:
    if kind.state != "live":
        return {"old": "answered from a cache of the browser, or 304: the headers repeat an earlier answer", "unanswered": "not answered",
                "browser": "answered by the browser itself (HSTS or an extension)"}[kind.state]  # fmt: skip
    if not exchange.chain:
        return silence(kind, seen)
    if not exchange.answered:
        return f"{SILENCE['public']}; the parties named stand behind it"
    if kind.tls is False:
        return "http: there is no TLS to end; everybody on the way could read it"
    return None


def silence(kind: Kind, seen: Observed) -> str:
    """Say why an exchange names nobody.

    Examples
    --------
    >>> import hartools as ht
    >>> seen = observe(ht.read_har(ht.example_har()))
    >>> silence(seen.kinds[0], seen).partition(";")[0]
    "the address is this machine's or a local one and says nothing of the server"
    """
    headers = "no sign of a provider" if seen.held else "no response headers in this capture"
    return f"{SILENCE[kind.address.reach]}; {headers}"


def shared_connections(capture: Capture, seen: Observed, exchanges: list[Exchange]) -> dict[int, str]:
    """Find exchanges whose connection bears another host's signs (HTTP/2 coalescing): row -> party that ended its TLS.

    One connection is one TLS session, whichever host it was opened for; so the address is that of
    the connection and says nothing of where the other names point.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> shared_connections(capture, observe(capture), [])
    {}
    """
    entries = seen.entries
    if capture.exporter.dialect in PROXIES or not exchanges or entries.connection_id.isna().all():
        return {}
    live = np.array([kind.state == "live" and bool(kind.tls) for kind in seen.kinds])[seen.kind_of]
    rows = np.flatnonzero(live & entries.connection_id.notna().to_numpy(dtype=bool) & (seen.host_of >= 0))
    connection = _connections(entries, rows)
    hosts = len(seen.hosts)
    pairs = pd.unique(connection * hosts + seen.host_of[rows])
    several = np.flatnonzero(np.bincount(pairs // hosts) > 1) if len(pairs) else np.zeros(0, np.int64)
    strong = {number: exchange.chain[0].party for number, exchange in enumerate(exchanges) if exchange.chain and exchange.chain[0].tls in STRENGTHS[:2]}
    mine = np.flatnonzero(np.isin(connection, several))
    parties: dict[int, set[str]] = {}
    for each, kind in zip(connection[mine].tolist(), seen.kind_of[rows[mine]].tolist(), strict=True):
        if kind in strong:
            parties.setdefault(each, set()).add(strong[kind])
    return {int(rows[place]): min(parties[each]) for place, each in zip(mine.tolist(), connection[mine].tolist(), strict=True)
            if len(parties.get(each, ())) == 1 and seen.kind_of[rows[place]] not in strong}


def _connections(entries: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Number the connections: the exporter's name for one, of one file, to one address."""
    codes = np.zeros(len(rows), np.int64)
    for name in ("capture_id", "connection_id", "server_ip"):
        own, unique = pd.factorize(entries[name].array.take(rows))
        codes, _ = pd.factorize(codes * (len(unique) + 1) + own + 1)
    return codes.astype(np.int64)
