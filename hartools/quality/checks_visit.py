"""Was the whole visit recorded, from its first request on and page by page?"""

import re

import pandas as pd

from hartools.capture import Capture
from hartools.parties.domains import sites_of
from hartools.quality.verdicts import Verdict, clear, met, plural, unobservable
from hartools.reading.values import split_url

__all__ = ["filter_left_on", "late_start", "requests_of", "single_page", "used_profile"]

# Exporters that are a panel of a browser, which a person opens, filters and clears.
PANELS = ("chromium", "firefox", "webkit", "firebug", "internet-explorer")
NO_PANEL = "Not known to be written by a browser's Network panel"

# A handful of requests is of one type by chance, or was exported one by one.
FILTER_ENTRIES = 10
# A word that stands in every URL of several sites was probably typed into the filter box.
SHARED_WORD = re.compile(r"[a-z0-9]{4,}")

# A stylesheet is the Referer of its fonts and pictures.
STYLES = re.compile(r"(?i)\.(?:css|m?js)(?:\?|$)")
QUERY = r"\?.*"
# "https://a.example/" alone is what a strict referrer policy leaves of any page.
HAS_PATH = r"^\w+://[^/]+/[^?]"


def requests_of(capture: Capture) -> pd.DataFrame:
    """Return what went to a host, in the order of time: data: URLs and the like cost no request.

    Examples
    --------
    >>> import hartools as ht
    >>> len(requests_of(ht.read_har(ht.example_har())))
    9
    """
    entries = capture.entries
    return entries[entries.host.notna()].sort_values("started", kind="stable")


def _is_document(capture: Capture, requests: pd.DataFrame) -> pd.Series:
    """Tell which requests are for a page or frame, by what the browser asked for or received."""
    sent = capture.headers[capture.headers.side == "request"]
    wanted = sent.entry_id[((sent.name == "accept") & sent.value.str.startswith("text/html")) | _navigates(sent)]
    return requests.entry_id.isin(wanted) | (requests.resource_type == "document").fillna(False) | (requests.mime == "text/html").fillna(False)


def _navigates(sent: pd.DataFrame) -> pd.Series:
    # Fetch Metadata: "iframe" is the destination of a frame, "document" that of a page
    return (sent.name == "sec-fetch-dest") & (sent.value == "document")


def filter_left_on(capture: Capture) -> Verdict:
    """Look for the traces of a filter in the panel (Q03)."""
    requests = requests_of(capture)
    document = _is_document(capture, requests)
    if capture.exporter.dialect not in PANELS or not len(requests):
        return unobservable(f"{NO_PANEL}; what a program was told to leave out is not in the file.")
    if not document.any():
        return met(f"No document among {plural(len(requests), 'request')}: the panel's filter may have been on when this was exported, "
                   "or single requests were saved.", entries=requests.entry_id)
    if len(requests) < FILTER_ENTRIES:
        return unobservable(f"{plural(len(requests), 'request')}: too few to tell a filter from a small page (told from {FILTER_ENTRIES} on).")
    if document.all() or _shared_word(requests, requests.host[document].iloc[0]):
        what = "are for documents" if document.all() else "share a word in their URLs, over several sites"
        return met(f"All {len(requests)} requests {what}: the panel's filter may have been on when this was exported.", entries=requests.entry_id)
    return clear(f"{len(requests):,} requests, for documents and for other things.")


def _shared_word(requests: pd.DataFrame, visited: str) -> bool:
    """Look for a word in the URLs of several sites that is not in the visited site's own name."""
    if sites_of(requests.host).nunique() < 2:
        return False
    urls = requests.url.str.lower().str.replace(r"^[a-z]+://", "", regex=True)
    words = [word for word in SHARED_WORD.findall(min(urls, key=len)) if word not in visited]
    return any(urls.str.contains(word, regex=False).all() for word in words)


def late_start(capture: Capture) -> Verdict:
    """Look for a recording that began after the page had loaded (Q04)."""
    requests = requests_of(capture)
    documents = requests[_is_document(capture, requests)]
    seems = "recording seems to have started after the page had loaded, so that traffic before any consent may be missing"
    if capture.exporter.dialect not in PANELS or not len(requests):
        return unobservable(f"{NO_PANEL}: it does not say where a visit began.")
    if not len(documents):
        return met(f"No document is in the file: {seems}.", entries=requests.entry_id)
    first = documents.iloc[0]
    before = requests.entry_id[(requests.started < first.started).fillna(False)] if not pd.isna(first.started) else ()
    if len(before):
        return met(f"{plural(len(before), 'request')} started before the first document: {seems}.", entries=before)
    if _same_site(first.referer, first.host):
        return met(f"The first document was reached from a page of the same site, which is not in the file: {seems}, or the log was cleared.",
                   entries=[first.entry_id])
    return clear("The first request is for a document, and no page of the same site came before it.")


def _same_site(referer, host: str) -> bool:
    sites = sites_of(pd.Series([_host(referer), host]))
    return bool(sites.notna().all() and sites[0] == sites[1])


def _host(url) -> str | None:
    return None if pd.isna(url) else split_url(url)[2]


def single_page(capture: Capture) -> Verdict:
    """Look for several pages that the file lists as one (Q05)."""
    pages = len(capture.pages)
    if pages == 0:
        return unobservable("The file lists no pages.")
    requests = requests_of(capture)
    documents = requests[_is_document(capture, requests)]
    if pages > 1 or not len(documents):
        return clear(f"The file lists {plural(pages, 'page')}.")
    top = _top_level(capture, requests, documents)
    count = top.nunique()
    if count < 2:
        return clear("One page is listed, and one was loaded.")
    shown = requests.entry_id[requests.url.str.replace(QUERY, "", regex=True).isin(top)]
    return met(f"The file lists one page; documents and Referer headers show {count}. What is told by page lumps them together.", entries=shown, count=count)


def _top_level(capture: Capture, requests: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """List addresses of pages, without query: those navigated to, and those of the same host that requests came from."""
    sent = capture.headers[capture.headers.side == "request"]
    navigated = sent.entry_id[_navigates(sent)]
    loaded = requests.url[requests.entry_id.isin(navigated) & requests.outcome.isin(["answered", "cached"])]
    others = requests.url[~requests.entry_id.isin(navigated if len(navigated) else documents.entry_id)]
    referers = pd.Series(requests.referer.dropna().unique(), dtype=requests.url.dtype)
    own = referers[(referers.map(_host) == documents.host.iloc[0]).fillna(False) & referers.str.contains(HAS_PATH, regex=True)]
    pages = own[~own.isin(others) & ~own.str.contains(STYLES)]
    return pd.concat([loaded, pages]).str.replace(QUERY, "", regex=True)


def used_profile(capture: Capture) -> Verdict:
    """Look for cookies that were there before their site answered anything (Q17)."""
    cookies = capture.cookies
    if not len(cookies):
        return unobservable("No cookie in the file: whether the browser knew any is not told.")
    requests = requests_of(capture)
    first = requests.assign(site=sites_of(requests.host)).drop_duplicates("site")
    knew = first.entry_id[first.entry_id.isin(cookies.entry_id[cookies.side == "request"])]
    if not len(knew):
        return clear(f"The first request to each of {len(first)} sites carries no cookie.")
    return met(f"The first request to {len(knew)} of {plural(len(first), 'site')} already carries cookies: "
               "the browser knew the visitor, and results mix earlier visits.", entries=knew)
