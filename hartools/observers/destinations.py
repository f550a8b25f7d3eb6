"""What was each request for: a document, a frame, a script, something that a script fetched, or something else?"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.parties.domains import sites_of
from hartools.reading.values import split_url

__all__ = ["asked_documents", "destinations"]

# W3C Fetch Metadata Request Headers, and the browsers' own words (resource_type).
BY_HEADER = {"document": "document", "iframe": "frame", "frame": "frame", "fencedframe": "frame", "embed": "frame", "object": "frame", "script": "script", "empty": "fetched", "websocket": "fetched"}
BY_TYPE = {"document": "document", "script": "script", "xhr": "fetched", "fetch": "fetched", "eventsource": "fetched", "websocket": "fetched", "preflight": "preflight"}
HTML = ("text/html", "application/xhtml+xml")
JAVASCRIPT = r"javascript|ecmascript"

# What tells a document from other HTML, and one that somebody saw from one fetched ahead of need.
TELLING = ("sec-fetch-dest", "accept", "x-requested-with", "sec-purpose", "purpose", "x-purpose", "x-moz")
AHEAD = "(?i)prefetch|prerender|preview"


def destinations(capture: Capture, rows: pd.DataFrame) -> np.ndarray:
    """Say what the browser made each request for, as far as the capture tells.

    Parameters
    ----------
    capture : Capture
    rows : pandas.DataFrame
        Entries of it.

    Returns
    -------
    numpy.ndarray of object
        One word per row: document, frame, script, fetched, preflight or other.

    Notes
    -----
    The browser's own word (``resource_type``) goes first, but calls frames documents too; then
    ``Sec-Fetch-Dest``; where neither is in the file, the media type of the answer.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> destinations(capture, capture.entries).tolist()[:4]
    ['document', 'fetched', 'other', 'other']
    """
    header = _sent(capture, rows)["sec-fetch-dest"]
    by_header = header.map(BY_HEADER).fillna("other").where(header.notna())
    by_type = rows.resource_type.astype(object).map(BY_TYPE).fillna("other").where(rows.resource_type.notna()).set_axis(by_header.index)
    html = rows.mime.isin(HTML).fillna(False).to_numpy(bool)
    code = rows.mime.str.contains(JAVASCRIPT).fillna(False).to_numpy(bool)
    said = by_type.fillna(by_header).fillna(pd.Series(np.where(html, "document", np.where(code, "script", "other")), index=by_header.index)).to_numpy(dtype=object)
    said[((said == "document") & (by_header == "frame")).to_numpy(bool)] = "frame"
    said[rows.scheme.isin(("ws", "wss")).to_numpy(bool)] = "fetched"
    return said


def asked_documents(capture: Capture, rows: pd.DataFrame, *, arrivals: bool = False) -> np.ndarray:
    """Tell the requests for documents from what a server itself is sent and answers.

    Parameters
    ----------
    capture : Capture
    rows : pandas.DataFrame
        Entries that the server received.
    arrivals : bool
        Take for a document, too, what is like one and was referred by another site, as the first page
        of a visit is; and as a frame in a page of that site would be.

    Returns
    -------
    numpy.ndarray of bool
        ``Sec-Fetch-Dest: document``; without that header, HTML that was asked for as a page is
        (GET, ``Accept`` beginning with HTML or unknown, no ``X-Requested-With``). What was
        fetched ahead of need is none.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> asked_documents(capture, ht.label_parties(capture).entries).nonzero()[0].tolist()
    [0]
    """
    sent = _sent(capture, rows)
    dest = sent["sec-fetch-dest"]
    as_page = sent.accept.isna() | sent.accept.str.startswith(HTML).fillna(False)
    html = (rows.mime.isin(HTML) & (rows.method == "GET") & (rows.outcome == "answered")).fillna(False).to_numpy(bool)
    if not arrivals:
        html &= ~_from_elsewhere(rows)
    ahead = np.zeros(len(rows), bool)
    for name in TELLING[3:]:
        ahead |= sent[name].str.contains(AHEAD).fillna(False).to_numpy(bool)
    return ((dest == "document").fillna(False).to_numpy(bool) | (html & (dest.isna() & as_page & sent["x-requested-with"].isna()).to_numpy(bool))) & ~ahead


def _from_elsewhere(rows: pd.DataFrame) -> np.ndarray:
    """Tell the requests that a page of another site referred."""
    codes, referers = pd.factorize(rows.referer)
    sites = sites_of(pd.Series([split_url(each)[2] for each in referers], dtype="string[pyarrow]")).to_numpy(dtype=object, na_value=None)
    theirs = np.append(sites, None)[codes]
    return (pd.Series(theirs).notna() & (theirs != rows.site.to_numpy(dtype=object, na_value=None))).to_numpy(bool)


def _sent(capture: Capture, rows: pd.DataFrame) -> pd.DataFrame:
    """Return by row the request headers that tell what it was for, the first of each name."""
    headers = capture.headers
    names = headers.name.array._pa_array
    at = np.flatnonzero(pc.fill_null(pc.is_in(names, pa.array(TELLING)), False).to_numpy(zero_copy_only=False))
    told = headers.iloc[at]
    told = told[(told.side == "request").fillna(False).to_numpy(bool)].drop_duplicates(["entry_id", "name"])
    by_name = {name: group.set_index("entry_id").value for name, group in told.groupby("name", sort=False)}
    ids = rows.entry_id.astype("int64")
    nothing = pd.Series(None, index=rows.index, dtype="string[pyarrow]")
    return pd.DataFrame({name: pd.Series(ids.map(by_name[name]).array, index=rows.index).astype("string[pyarrow]") if name in by_name else nothing for name in TELLING})
