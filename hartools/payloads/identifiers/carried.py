"""Which values did each exchange carry, in which field, and in which direction?"""

from urllib.parse import parse_qsl, unquote, urlsplit

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import STAYED
from hartools.parties.domains import registrable_domain
from hartools.payloads.identifiers.rows import sites_by_entry
from hartools.payloads.sent_texts import sent_texts
from hartools.reading.fitting import clean

__all__ = ["carried_values"]

COLUMNS = ["entry_id", "site", "sent", "channel", "name", "value"]
# Every browser or server writes these, or they stand in a channel of their own.
PLAIN_HEADERS = frozenset("""
    accept accept-charset accept-encoding accept-language accept-ranges access-control-allow-credentials access-control-allow-headers access-control-allow-methods
    access-control-allow-origin access-control-expose-headers access-control-max-age access-control-request-headers access-control-request-method age allow alt-svc
    authority cache-control connection content-disposition content-encoding content-language content-length content-location content-md5 content-range
    content-security-policy content-security-policy-report-only content-type cookie cross-origin-embedder-policy cross-origin-opener-policy
    cross-origin-resource-policy date dnt etag expect-ct expires host if-match if-modified-since if-none-match keep-alive last-modified link location method nel origin
    p3p path permissions-policy pragma priority proxy-connection range referer referrer-policy report-to reporting-endpoints scheme sec-gpc server server-timing
    set-cookie strict-transport-security te timing-allow-origin trailer transfer-encoding upgrade upgrade-insecure-requests user-agent vary via x-frame-options
    x-content-type-options x-xss-protection x-powered-by x-cache x-cache-hits x-served-by x-timer cf-ray cf-cache-status cf-request-id x-amz-cf-id x-amz-cf-pop
    x-amz-request-id x-amz-id-2 x-amzn-requestid x-amzn-trace-id x-request-id request-id x-trace-id x-fb-debug x-fb-trip-id x-goog-hash x-goog-generation x-guploader-uploadid
    x-dns-prefetch-control x-robots-tag x-ua-compatible x-b3-traceid x-b3-spanid traceparent tracestate x-li-uuid x-li-pop x-li-fabric x-msedge-ref x-azure-ref
    x-github-request-id x-aspnet-version x-download-options x-permitted-cross-domain-policies document-policy origin-trial accept-ch critical-ch x-qtip-debug x-vercel-id x-nf-request-id
    x-connection-hash x-transaction x-response-time x-runtime x-varnish x-datacenter x-cloud-trace-context x-akamai-transformed x-correlation-id
    """.split())


def carried_values(capture: Capture, *, bodies: bool = True) -> pd.DataFrame:
    """List every value of eight characters or more that crossed between browser and a party.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    bodies : bool
        Decode request bodies and WebSocket messages too.

    Returns
    -------
    pandas.DataFrame
        One row per place: entry_id, site (registrable domain of the party), sent (from the
        browser), channel (cookie, Set-Cookie, query, form, multipart, path, Referer, Location,
        header, ``body PATH``, ``WebSocket PATH``), name, value. Requests that were blocked or
        answered from the cache are left out: nobody received them. Of a Referer and of Location
        only what names another site than the party's own.

    Examples
    --------
    >>> import hartools as ht
    >>> found = carried_values(ht.read_har(ht.example_har()))
    >>> found[found.name == "partner_uid"][["entry_id", "site", "channel"]].values.tolist()
    [[5, 'alpha.example', 'Location'], [6, 'beta.example', 'query']]
    """
    entries = capture.entries
    entries = entries[~entries.outcome.isin(STAYED)]
    columns = [_cookies(capture), _params(capture), _headers(capture), _paths(entries), _of_addresses(entries, "referer", "Referer", sent=True),
               _of_addresses(entries, "redirect_to", "Location", sent=False)]
    if bodies:
        columns.append(_bodies(capture))
    table = pd.DataFrame({name: np.concatenate([np.asarray(each[place], dtype=object) for each in columns]) for place, name in enumerate(("entry_id", "sent", "channel", "name", "value"))})
    site = sites_by_entry(entries)
    table["entry_id"] = table.entry_id.astype("int64")
    kept = table.value.map(_is_long_enough).to_numpy(bool) & table.entry_id.isin(entries.entry_id).to_numpy()
    table = table[kept]
    table["site"] = table.entry_id.map(site)
    return table[table.site.notna()][COLUMNS].sort_values("entry_id", kind="stable", ignore_index=True)


def _is_long_enough(value: object) -> bool:
    return isinstance(value, str) and 8 <= len(value) <= 8192


def _cookies(capture: Capture) -> tuple:
    cookies = capture.cookies
    sent = (cookies.side == "request").to_numpy(bool)
    return cookies.entry_id.tolist(), sent, np.where(sent, "cookie", "Set-Cookie"), _objects(cookies.name), _objects(cookies.value)


def _params(capture: Capture) -> tuple:
    params = capture.params
    return params.entry_id.tolist(), np.ones(len(params), bool), _objects(params["where"]), _objects(params.name), _objects(params.value)


def _headers(capture: Capture) -> tuple:
    headers = capture.headers
    odd = [name for name in headers.name.dropna().unique() if name not in PLAIN_HEADERS and not name.startswith((":", "sec-", "x-amz-meta", "x-cdn"))]
    headers = headers[headers.name.isin(odd)]
    return headers.entry_id.tolist(), (headers.side == "request").to_numpy(bool), ["header"] * len(headers), _objects(headers.name), _objects(headers.value)


def _objects(column: pd.Series) -> np.ndarray:
    return column.astype(object).where(column.notna(), None).to_numpy()


def _paths(entries: pd.DataFrame) -> tuple:
    known = entries[entries.path.notna()]
    split = {path: [unquote(piece) for piece in path.split("/") if len(piece) >= 8] for path in known.path.unique()}
    rows = [(entry_id, piece) for entry_id, path in zip(known.entry_id.tolist(), known.path.tolist(), strict=True) for piece in split[path]]
    return [row[0] for row in rows], [True] * len(rows), ["path"] * len(rows), ["path"] * len(rows), [row[1] for row in rows]


def _of_addresses(entries: pd.DataFrame, column: str, channel: str, *, sent: bool) -> tuple:
    """Read the parameters and path of a Referer or Location of another site, once per pair of site and address."""
    known = entries[entries[column].notna()]
    sites = sites_by_entry(known)
    split: dict[str, tuple[str | None, list[tuple[str, str]]]] = {}
    rows = []
    for entry_id, address in zip(known.entry_id.tolist(), known[column].tolist(), strict=True):
        if address not in split:
            split[address] = _split(address)
        site, pairs = split[address]
        if site is not None and site != sites[entry_id]:
            rows += [(entry_id, name, value) for name, value in pairs]
    return [row[0] for row in rows], [sent] * len(rows), [channel] * len(rows), [row[1] for row in rows], [row[2] for row in rows]


def _split(address: str) -> tuple[str | None, list[tuple[str, str]]]:
    try:
        parts = urlsplit(address[:65536])
        pairs = parse_qsl(parts.query, max_num_fields=2000)
        host = parts.hostname
    except ValueError:
        return None, []
    pairs += [("path", unquote(piece)) for piece in parts.path.split("/") if len(piece) >= 8]
    return registrable_domain(host) if host else None, pairs


def _bodies(capture: Capture) -> tuple:
    texts = [text for text in sent_texts(capture) if text.is_leaf and len(text.value) >= 8]
    channels = [f"{text.where} {clean(text.path)}".strip() for text in texts]
    return [text.entry_id for text in texts], [text.sent for text in texts], channels, [text.name for text in texts], [text.value for text in texts]
