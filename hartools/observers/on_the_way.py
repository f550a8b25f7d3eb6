"""Which connections pass somebody on the way, and which names does a resolver answer?"""

import ipaddress
from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.columns import RECEIVED, conform

__all__ = ["Passed", "connections_seen", "names_asked", "passing"]

# Of these kinds DNS passes in clear, so that each name is seen when it is looked up.
DNS_IN_CLEAR = ("network", "network_ech")
PLAIN = ("http", "ws")


class Passed(NamedTuple):
    """Hold a table ``connections`` and the entries by which each of its rows is cited.

    Attributes
    ----------
    connections : pandas.DataFrame
    cited : pandas.DataFrame
        connection (row of the table), entry_id.
    """

    connections: pd.DataFrame
    cited: pd.DataFrame


def passing(entries: pd.DataFrame) -> pd.DataFrame:
    """Keep the requests that were sent to a host and answered, in the order of time.

    Examples
    --------
    >>> import hartools as ht
    >>> len(passing(ht.read_har(ht.example_har()).entries))
    7
    """
    sent = entries[(entries.outcome.isin(RECEIVED) & entries.host.notna()).to_numpy(bool)]
    return sent.sort_values(["started", "host", "port", "server_ip"], kind="stable", ignore_index=True)


def connections_seen(entries: pd.DataFrame, kind: str) -> Passed:
    """List the connections that somebody on the way sees, as far as the capture tells them apart.

    Where the exporter names connections, each is one, whichever hosts it was used for; its name is that of
    the first. Elsewhere there is one per host, address and port, or per address and port where
    nothing tells the names.

    Parameters
    ----------
    entries : pandas.DataFrame
        As `passing` returns them.
    kind : str
        One of the network kinds.

    Examples
    --------
    >>> import hartools as ht
    >>> entries = passing(ht.read_har(ht.example_har()).entries)
    >>> connections_seen(entries, "network").connections.name.nunique(), connections_seen(entries, "network_doh_ech").connections.name.notna().sum().item()
    (5, 0)
    """
    plain = entries.scheme.isin(PLAIN).to_numpy(bool)
    is_name = entries.host.isin([host for host in entries.host.unique() if not _is_address(host)]).to_numpy(bool)
    named = plain | (is_name & (kind != "network_doh_ech"))
    names = entries.host.where(named)
    codes = _numbered(entries, names)
    groups = pd.DataFrame({"code": codes, "name": names, "address": entries.server_ip, "port": entries.port, "first": entries.started, "last": entries.started,
                           "bytes_up": entries.request_bytes, "bytes_down": entries.transfer_bytes}).groupby("code", sort=True)  # fmt: skip
    table = groups.agg(name=("name", "first"), address=("address", "first"), port=("port", "first"), first=("first", "min"), last=("last", "max"))
    for column in ("bytes_up", "bytes_down"):
        table[column] = groups[column].sum().where(groups[column].count() == groups.size())
    cited = pd.DataFrame({"connection": codes, "entry_id": entries.entry_id.to_numpy("int64")})
    if kind in DNS_IN_CLEAR:
        table, cited = _with_lookups(table, cited, entries)
    return _ordered(table, cited)


def _numbered(entries: pd.DataFrame, names: pd.Series) -> np.ndarray:
    """Number the connections: the exporter's, of one file, else by what is seen of them."""
    told = entries.connection_id.notna().to_numpy(bool)
    # where the address is not known either, the host stands for it
    seen = names.fillna(entries.host.where(entries.server_ip.isna())).where(~told)
    codes = np.zeros(len(entries), np.int64)
    for values in (seen, entries.connection_id, entries.server_ip, entries.port, entries.capture_id):
        own, unique = pd.factorize(values)
        codes, _ = pd.factorize(codes * (len(unique) + 1) + own + 1)
    return codes.astype(np.int64)


def _with_lookups(table: pd.DataFrame, cited: pd.DataFrame, entries: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the names that were looked up and used over a connection that bears another's."""
    asked = names_asked(entries)
    more = asked.connections[~asked.connections.name.isin(table.name)]
    numbers = dict(zip(more.index.tolist(), range(len(table), len(table) + len(more)), strict=True))
    theirs = asked.cited[asked.cited.connection.isin(numbers)]
    table = pd.concat([table.reset_index(drop=True).astype(object), more[["name", "address", "first"]].astype(object)], ignore_index=True)
    return table, pd.concat([cited, theirs.assign(connection=theirs.connection.map(numbers))], ignore_index=True)


def names_asked(entries: pd.DataFrame) -> Passed:
    """List the names that a resolver was asked for: name, the address that it gave, and when first.

    Later look-ups are answered from caches as a rule and are not listed. Addresses and names of
    this machine are not looked up.

    Examples
    --------
    >>> import hartools as ht
    >>> names_asked(passing(ht.read_har(ht.example_har()).entries)).connections.name.tolist()[0]
    'www.doctor.example'
    """
    hosts = [host for host in entries.host.unique() if not _is_address(host) and host != "localhost" and not host.endswith(".localhost")]
    asked = entries[entries.host.isin(hosts).to_numpy(bool)]
    groups = asked.groupby("host", sort=True)
    table = groups.agg(name=("host", "first"), address=("server_ip", "first"), first=("started", "min"))
    codes = np.searchsorted(np.array(table.index.tolist(), dtype=object), asked.host.to_numpy(dtype=object)) if len(table) else np.zeros(0, np.int64)
    first = pd.DataFrame({"connection": codes, "entry_id": asked.entry_id.to_numpy("int64")})
    return _ordered(table.reset_index(drop=True), first)


def _ordered(table: pd.DataFrame, cited: pd.DataFrame) -> Passed:
    """Put connections in the order of time, and number their citations alike."""
    built = conform("connections", {name: table[name].tolist() for name in table.columns})
    order = built.sort_values(["first", "name", "address", "port", "last", "bytes_up", "bytes_down"], kind="stable").index.to_numpy()
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    numbers = place[cited.connection.to_numpy("int64")] if len(cited) else np.zeros(0, np.int64)
    cited = pd.DataFrame({"connection": numbers, "entry_id": cited.entry_id.to_numpy("int64")}).sort_values(["connection", "entry_id"], kind="stable", ignore_index=True)
    return Passed(built.take(order).reset_index(drop=True), cited)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
