"""What does each exchange of a capture show: signs, address, name, certificate, and was it answered now?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.columns import RECEIVED
from hartools.parties.domains import registrable_domain
from hartools.parties.infrastructure.addresses import boundaries, provider_of_address
from hartools.parties.infrastructure.certificates import read_certificate
from hartools.parties.infrastructure.dns import aliases_in, names_behind
from hartools.parties.infrastructure.exchanges import Address, Kind
from hartools.parties.infrastructure.pages import find_in_pages
from hartools.parties.infrastructure.providers import Sign, domain_of
from hartools.parties.infrastructure.signs import find_signs

__all__ = ["Observed", "observe"]

# Each 64-bit word of the key holds so many signs.
PER_WORD = 62
# One address for so many sites is that of a proxy on the way.
SITES_OF_A_PROXY = 3


class Observed(NamedTuple):
    """Hold what the exchanges of a capture show, told apart as far as a conclusion could differ.

    Attributes
    ----------
    entries : pandas.DataFrame
        The entries, as they stand in the capture.
    ids : numpy.ndarray of int
        Their entry ids.
    kinds : list of Kind
        What was shown, each once.
    kind_of : numpy.ndarray of int
        For each entry the place of its kind.
    host_of, hosts : numpy.ndarray of int, list of str
        For each entry the place of its host, -1 for none; the hosts in order of first appearance.
    address_of, addresses : numpy.ndarray of int, list of dict
        For each entry the place of its address, -1 for none; rows of `provider_of_address`, unknown as None.
    held : bool
        The capture holds response headers.
    proxied : str or None
        An address that answered for several sites, and is a proxy's.
    documents : numpy.ndarray of int
        Rows of the first document of each page.
    """

    entries: pd.DataFrame
    ids: np.ndarray
    kinds: list[Kind]
    kind_of: np.ndarray
    host_of: np.ndarray
    hosts: list[str]
    address_of: np.ndarray
    addresses: list[dict]
    held: bool
    proxied: str | None
    documents: np.ndarray


def observe(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> Observed:
    """Gather what each exchange shows.

    Examples
    --------
    >>> import hartools as ht
    >>> len(observe(ht.read_har(ht.example_har())).hosts)
    6
    """
    entries = capture.entries
    found = find_signs(entries, capture.headers)
    host_of, hosts = _coded(entries.host)
    address_of, addresses = _addresses(entries, ranges)
    proxied = _proxy(addresses, address_of, host_of, hosts)
    state = _states(entries, found.borne)
    borne = _inserted(entries, host_of, state, found.borne) + find_in_pages(capture, _pages(entries, state))
    told = [_address(row, proxied) for row in addresses] + [SILENT]
    aliases = aliases_in(dns)
    names = [_name(host, aliases) for host in hosts] + [(None, False)]
    tls, (certificate_of, certificates) = _tls(entries), _certificates(entries)
    parts = [*_words(borne, len(entries)), _recoded(address_of, told), _recoded(host_of, names), state, tls, certificate_of]
    kind_of, first = _together(parts)
    kinds = [Kind(signs, told[address_of[row]], *names[host_of[row]], STATES[state[row]], TLS[tls[row]], *certificates[certificate_of[row]])
             for row, signs in zip(first.tolist(), _signs_at(borne, first), strict=True)]
    return Observed(entries, entries.entry_id.to_numpy(dtype=np.int64), kinds, kind_of, host_of, hosts, address_of, addresses, found.held, proxied, _documents(entries))


SILENT = Address("none", None, None, False)
STATES = ("live", "old", "unanswered", "browser")
TLS = (False, True, None)


def _documents(entries: pd.DataFrame) -> np.ndarray:
    answered = entries.outcome.isin(("answered", "cached"))
    is_page = (entries.resource_type == "document") | (entries.resource_type.isna() & (entries.mime == "text/html"))
    rows = np.flatnonzero((answered & is_page).fillna(False).to_numpy(dtype=bool))
    return rows[~entries.page_id.take(rows).duplicated().to_numpy(dtype=bool)]


def _pages(entries: pd.DataFrame, state: np.ndarray) -> np.ndarray:
    """Return the rows of documents and of error pages that were answered now."""
    is_html = (entries.mime == "text/html").fillna(False).to_numpy(dtype=bool)
    refused = (entries.status >= 400).fillna(False).to_numpy(dtype=bool)
    is_document = np.zeros(len(entries), bool)
    is_document[_documents(entries)] = True
    return np.flatnonzero((state == 0) & (is_document | (is_html & refused)))


def _coded(column: pd.Series) -> tuple[np.ndarray, list]:
    """Number the values of a column in order of first appearance, -1 for unknown."""
    array = column.array._pa_array
    coded = (array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array).dictionary_encode()
    return pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


def _addresses(entries: pd.DataFrame, ranges: pd.DataFrame | None) -> tuple[np.ndarray, list[dict]]:
    """Look up each address once for each period in which the lists stayed the same."""
    ip_of, ips = _coded(entries.server_ip)
    started = entries.started.to_numpy(dtype="datetime64[ns]", na_value=np.datetime64("NaT"))
    known = started[~np.isnat(started)]
    started = np.where(np.isnat(started), known.min() if len(known) else np.datetime64("NaT"), started)
    period = np.searchsorted(np.array(boundaries(), "datetime64[ns]"), started, side="right")
    keys, codes = np.unique(np.where(ip_of < 0, -1, period * max(len(ips), 1) + ip_of), return_inverse=True)
    keys, codes = (keys[1:], codes - 1) if len(keys) and keys[0] == -1 else (keys, codes)
    first = np.full(len(keys), 0)
    first[codes[::-1][codes[::-1] >= 0]] = np.flatnonzero(codes >= 0)[::-1] if len(keys) else []
    tables = []
    for each in np.unique(period[first]).tolist() if len(keys) else []:
        mine = np.flatnonzero(period[first] == each)
        day = started[first[mine]].min()
        tables.append(provider_of_address([ips[key % len(ips)] for key in keys[mine].tolist()], on=None if np.isnat(day) else pd.Timestamp(day), ranges=ranges).set_axis(mine))
    table = pd.concat(tables).sort_index() if tables else provider_of_address([])
    table = table.astype(object)
    return codes.astype(np.int64), table.where(table.notna(), None).to_dict("records")


def _proxy(addresses: list[dict], address_of: np.ndarray, host_of: np.ndarray, hosts: list[str]) -> str | None:
    """Find the one address that answered for several sites: a proxy's, of which no exporter need say so."""
    used = {row["address"] for row in addresses if row["reach"] == "public"}
    if len(used) != 1:
        return None
    places = [place for place, row in enumerate(addresses) if row["reach"] == "public"]
    sites = {registrable_domain(hosts[host]) for host in np.unique(host_of[np.isin(address_of, places)]).tolist() if host >= 0}
    return used.pop() if len(sites) >= SITES_OF_A_PROXY else None


def _address(row: dict, proxied: str | None) -> Address:
    if row["reach"] != "public" or row["address"] == proxied:
        return Address("proxied" if row["reach"] == "public" else row["reach"], None, None, False)
    return Address("public", row["provider"], row["how_known"], row["note"] is not None)


def _name(host: str, aliases: dict) -> tuple[Sign | None, bool]:
    """Return the provider's domain that a host stands below by its own name, or by the last alias that tells."""
    own = domain_of(host)
    if own is not None:
        return own, False
    behind = next((sign for name in reversed(names_behind(host, aliases)) if (sign := domain_of(name)) is not None), None)
    return behind, behind is not None


def _states(entries: pd.DataFrame, borne: list[tuple[Sign, np.ndarray]]) -> np.ndarray:
    """Tell what was answered now from what a cache repeats, what the browser made and what nobody answered.

    The headers of a 304 are in many exports those of the earlier answer, merged.
    """
    answered = entries.outcome.isin(RECEIVED).to_numpy(dtype=bool)
    cached = ((entries.outcome == "cached") | (entries.from_cache == True) | (entries.via_service_worker == True) | (entries.status == 304))  # noqa: E712
    state = np.where(cached.fillna(False).to_numpy(dtype=bool), 1, np.where(answered, 0, 2))
    for sign, rows in borne:
        if sign.shows == "browser":
            state[rows] = 3
    return state.astype(np.int64)


def _inserted(entries: pd.DataFrame, host_of: np.ndarray, state: np.ndarray, borne: list[tuple[Sign, np.ndarray]]) -> list[tuple[Sign, np.ndarray]]:
    """Move a sign that the page was changed on the way from the request that betrays it to the page that sent it."""
    moved = []
    for sign, rows in borne:
        if sign.shows == "inserted":
            pages = {(host_of[row], url) for row, url in zip(rows.tolist(), entries.referer.take(rows), strict=True) if state[row] == 0 and not pd.isna(url)}
            urls = pc.is_in(entries.url.array._pa_array, value_set=pa.array(sorted({url for _, url in pages}), pa.string())).to_numpy(zero_copy_only=False)
            rows = np.array([row for row in np.flatnonzero(urls).tolist() if (host_of[row], entries.url.iloc[row]) in pages], np.int64)
        if len(rows):
            moved.append((sign, rows))
    return moved


def _tls(entries: pd.DataFrame) -> np.ndarray:
    secure = entries.scheme.isin(("https", "wss")).to_numpy(dtype=bool)
    plain = entries.scheme.isin(("http", "ws")).to_numpy(dtype=bool)
    return np.where(secure, 1, np.where(plain, 0, 2))


def _certificates(entries: pd.DataFrame) -> tuple[np.ndarray, list[tuple[str | None, str | None]]]:
    """Number the exchanges by the proxy on the visitor's side that signed the certificate, 0 for none."""
    if entries.tls_issuer.isna().all():
        return np.zeros(len(entries), np.int64), [(None, None)]
    pairs = pd.MultiIndex.from_arrays([entries.tls_subject, entries.tls_issuer])
    codes, unique = pd.factorize(pairs)
    read = [read_certificate(*pair) for pair in unique]
    found: list[tuple[str | None, str | None]] = [(None, None)]
    for reading in read:
        told = (reading.party, reading.strength)
        if reading.kind == "intercepting" and told not in found:
            found.append(told)
    numbers = [found.index((each.party, each.strength)) if each.kind == "intercepting" else 0 for each in read]
    return np.array(numbers, np.int64)[codes], found


def _words(borne: list[tuple[Sign, np.ndarray]], length: int) -> list[np.ndarray]:
    words = [np.zeros(length, np.int64) for _ in range(-(-len(borne) // PER_WORD))]
    for number, (_, rows) in enumerate(borne):
        words[number // PER_WORD][rows] |= 1 << (number % PER_WORD)
    return words


def _recoded(codes: np.ndarray, told: list) -> np.ndarray:
    """Give one number to all codes that tell the same; the last of `told` is for -1."""
    numbers: dict = {}
    same = np.array([numbers.setdefault(each, len(numbers)) for each in told], np.int64)
    return same[codes]


def _together(parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Number the rows by all parts together; return the numbers and the first row of each."""
    codes = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        own, unique = pd.factorize(part)
        codes, _ = pd.factorize(codes * max(len(unique), 1) + own)
    first = np.full(int(codes.max()) + 1 if len(codes) else 0, 0)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes.astype(np.int64), first


def _signs_at(borne: list[tuple[Sign, np.ndarray]], rows: np.ndarray) -> list[tuple[Sign, ...]]:
    hits = [np.isin(rows, mine) for _, mine in borne]
    return [tuple(sign for (sign, _), hit in zip(borne, hits, strict=True) if hit[place]) for place in range(len(rows))]
