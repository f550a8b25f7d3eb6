"""Which documents did the visitor see, page by page, and what in the file says so?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.parties.domains import sites_of
from hartools.parties.page_evidence import documents_at, documents_by_page, first_of

__all__ = ["Visits", "find_visits"]

SEC_FETCH = "Sec-Fetch-Dest: document"
ONLY_ANSWERED = "first page of a file that asked one site alone"

HTML = pa.array(["text/html", "application/xhtml+xml"])

# A browser asks for what it may need next as it asks for a document; nobody has seen it.
AHEAD_OF_NEED = pa.array(["sec-purpose", "purpose", "x-purpose", "x-moz"])
AHEAD = "prefetch|prerender|preview"

# Doublings of a redirect chain that are followed: 256 hops, where browsers give up after 20.
DOUBLINGS = 8


class Visits(NamedTuple):
    """Hold the documents that were visited, and what each entry belongs to.

    Attributes
    ----------
    documents : pandas.DataFrame
        One row per document: file and page (codes as below), entry_id, page_id, started, time,
        url, host, site, why.
    files, pages : numpy.ndarray of int
        For each entry: the code of its file; the code of its page, -1 where it is of none.
    times : numpy.ndarray of int
        For each entry: its start in nanoseconds, the least integer where that is unknown.
    """

    documents: pd.DataFrame
    files: np.ndarray
    pages: np.ndarray
    times: np.ndarray


def find_visits(capture: Capture, *, sites: pd.Series | None = None) -> Visits:
    """Find the documents that were navigated to, page by page and file by file.

    Best evidence first: a request for a document (Fetch Metadata), the URL that the file gives
    the page, its first HTML answer, the Referer of most of its requests, its first request. What
    is found is followed through its redirects to the last hop of the page. ``docs/parties.md``
    has the rules.

    Parameters
    ----------
    capture : Capture
    sites : pandas.Series of str, optional
        The site of each entry, where it is known already.

    Returns
    -------
    Visits

    Notes
    -----
    W3C Fetch Metadata Request Headers: the destination of a page is ``document``, that of a frame
    ``iframe``, though both have the mode ``navigate``.

    Examples
    --------
    >>> import hartools as ht
    >>> find_visits(ht.read_har(ht.example_har())).documents[["entry_id", "site", "why"]].values.tolist()
    [[0, 'doctor.example', 'first document of its page']]
    """
    entries, pages = capture.entries, capture.pages
    entries["site"] = sites_of(entries.host) if sites is None else sites
    files, codes = _codes(entries, pages)
    times = _nanoseconds(entries.started)
    requests = _requests(entries, files[: len(entries)], codes[: len(entries)], times)
    pages = pages.assign(file=files[len(entries) :], page=codes[len(entries) :])
    asked = documents_at(requests, _asked_for(capture, requests), SEC_FETCH)
    by_page = documents_by_page(pages, requests, decided=asked.page.unique())
    without = ~np.isin(requests.file, [*asked.file, *by_page.file])
    documents = pd.concat([asked, by_page, documents_at(requests, _only_site(requests, without), ONLY_ANSWERED)])
    documents = documents.assign(why=documents.why + _redirected(documents, requests)).sort_values(["file", "time"], kind="stable", ignore_index=True)
    return Visits(documents, files[: len(entries)], codes[: len(entries)], times)


def _codes(entries: pd.DataFrame, pages: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Number the files and the pages of entries and of pages: two files may use one page id."""
    files = pd.factorize(pd.concat([entries.capture_id, pages.capture_id]).fillna(""))[0]
    ids, names = pd.factorize(pd.concat([entries.page_id, pages.page_id]))
    codes = pd.factorize(files * (len(names) + 1) + ids)[0]
    # 2026-11-25, Chrome 16, jvdmeiden/har-viewer buienradar.nl.har: entries name frames that are no pages
    listed = np.isin(codes, codes[len(entries) :]) & (ids >= 0)
    return files, np.where(listed, codes, -1)


def _nanoseconds(times: pd.Series) -> np.ndarray:
    return pc.fill_null(pc.cast(pa.array(times.array), pa.int64()), np.iinfo(np.int64).min).to_numpy(zero_copy_only=False)


def _requests(entries: pd.DataFrame, files: np.ndarray, pages: np.ndarray, times: np.ndarray) -> pd.DataFrame:
    """Take what went to a host, in the order of time, each with the place of the last hop of its redirects."""
    columns = ["entry_id", "page_id", "started", "method", "url", "host", "site", "mime", "outcome", "initiator_type", "referer", "redirect_from"]
    is_page = pc.is_in(pa.array(entries.mime.array), HTML).to_numpy(zero_copy_only=False) & entries.resource_type.isna().to_numpy()
    document = (entries.resource_type == "document").fillna(False).to_numpy(dtype=bool)
    table = entries[columns].assign(file=files, page=pages, time=times, html=is_page | document)
    asked = entries.host.notna().to_numpy()
    if not asked.all() or (times[1:] < times[:-1]).any():
        order = np.argsort(times, kind="stable")
        table = table.take(order[asked[order]])
    table = table.reset_index(drop=True)
    return table.assign(last=_last_hops(table))


def _last_hops(requests: pd.DataFrame) -> np.ndarray:
    """Follow each redirect while it stays on its page."""
    last = np.arange(len(requests))
    hops = np.flatnonzero(requests.redirect_from.notna())
    if not len(hops):
        return last
    place = pd.Series(last, index=requests.entry_id.to_numpy(dtype=np.int64)).loc[lambda found: ~found.index.duplicated()]
    origin = place.reindex(requests.redirect_from.iloc[hops].to_numpy(dtype=np.int64)).fillna(-1).to_numpy(dtype=np.int64)
    stays = (origin >= 0) & (requests.page.to_numpy()[origin] == requests.page.to_numpy()[hops])
    last[origin[stays]] = hops[stays]
    for _ in range(DOUBLINGS):
        last = last[last]
    return last


def _redirected(documents: pd.DataFrame, requests: pd.DataFrame) -> pd.Series:
    """Say of each document whether the request for it began at another site."""
    hops = requests[requests["last"].to_numpy() != np.arange(len(requests))].drop_duplicates("last")
    began = dict(zip(requests.entry_id.to_numpy()[hops["last"]], hops.site, strict=True))
    sites = [began.get(entry_id) for entry_id in documents.entry_id]
    return pd.Series([f", redirected from {site}" if site and site != own else "" for site, own in zip(sites, documents.site, strict=True)], index=documents.index, dtype="object")


def _asked_for(capture: Capture, requests: pd.DataFrame) -> np.ndarray:
    """Place what the browser asked for as a document; of the later ones of a page only those that came."""
    headers = capture.headers
    name = pa.array(headers.name.array)
    ahead, fetch = pc.is_in(name, AHEAD_OF_NEED).to_numpy(zero_copy_only=False), (headers.name == "sec-fetch-dest").to_numpy(dtype=bool, na_value=False)
    sent = headers[ahead | fetch].assign(ahead=ahead[ahead | fetch])
    sent = sent[sent.side == "request"]
    wanted = np.where(sent.ahead, sent.value.str.contains(f"(?i){AHEAD}").fillna(False), (sent.value.str.lower() == "document").fillna(False)).astype(bool)
    top, early = sent.entry_id[wanted & ~sent.ahead], sent.entry_id[wanted & sent.ahead]
    asked = np.flatnonzero(requests.entry_id.isin(top) & ~requests.entry_id.isin(early))
    places = pd.unique(requests["last"].to_numpy()[asked])
    found = requests.take(places)
    came = (found.html | found.mime.isna()) & ~found.outcome.isin(["failed", "blocked"]).fillna(False)
    return places[(came | ~found.duplicated(["file", "page"])).to_numpy(dtype=bool)]


def _only_site(requests: pd.DataFrame, without: np.ndarray) -> np.ndarray:
    """Place the first page of each file that has no other evidence and that asked one site alone."""
    rows = requests[without]
    single = rows.file.isin(rows.groupby("file").site.nunique().loc[lambda count: count == 1].index)
    answered = rows[single & requests.html.to_numpy()[rows["last"]] & rows.outcome.isin(["answered", "redirected", "cached"]).fillna(False)]
    return requests["last"].to_numpy()[list(first_of(answered, "file").values())]
