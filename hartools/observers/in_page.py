"""In which documents did a party's script run, and which requests of them could it see from within?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED
from hartools.observers.destinations import destinations
from hartools.observers.page_views import origins_of, times_of

__all__ = ["Loads", "loads_of", "open_cookies", "seen_from_within"]


NEVER = np.iinfo(np.int64).max


class Loads(NamedTuple):
    """Hold what the browser loaded: what each request was for, and in which document.

    Attributes
    ----------
    rows : numpy.ndarray of int
        Rows of the entries that were received by somebody.
    what : numpy.ndarray of object
        As `destinations` says.
    document : numpy.ndarray of int
        Place in `rows` of the document that the Referer names, -1 where it names none.
    times : numpy.ndarray of int
        Nanoseconds, the least integer for an unknown start.
    shown : numpy.ndarray of bool
        What Resource Timing lists, or a wrapped fetch sees: no redirect beyond the first address, no preflight.
    channel : numpy.ndarray of bool
        WebSockets.
    """

    rows: np.ndarray
    what: np.ndarray
    document: np.ndarray
    times: np.ndarray
    shown: np.ndarray
    channel: np.ndarray


def loads_of(capture: Capture, entries: pd.DataFrame) -> Loads:
    """Find the document that each received request was made in, by Referer and time.

    A Referer that is the address of a document names the latest document of that address; one of its
    origin alone, or of another file of that origin, the latest document of that origin. A request
    without Referer belongs to none, and neither does what a frame of another origin loads.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> loads_of(capture, capture.entries).document.tolist()
    [-1, 0, 0, 0, 0, 0, 0]
    """
    rows = np.flatnonzero((entries.outcome.isin(RECEIVED) & entries.host.notna()).to_numpy(bool))
    table = entries.take(rows)
    what, times = destinations(capture, table), times_of(table.started)
    is_document = (what == "document") & (table.outcome == "answered").to_numpy(bool)
    urls = pd.factorize(pd.concat([table.referer, table.url], ignore_index=True))[0]
    origins = pd.factorize(np.concatenate([origins_of(table.referer), origins_of(table.url)]))[0]
    exact, near = _latest(urls, is_document, times), _latest(origins, is_document, times)
    # across origins browsers cut the Referer to the origin, which is then no address of a document
    cut = (origins[: len(rows)] != origins[len(rows) :]) & table.referer.str.fullmatch(r"[^/]*//[^/]*/?").fillna(False).to_numpy(bool)
    shown = table.redirect_from.isna().to_numpy(bool) & (table.outcome != "preflight").to_numpy(bool) & (what != "preflight") & (what != "document")
    return Loads(rows, what, np.where((exact >= 0) & ~cut, exact, near), times, shown, table.scheme.isin(("ws", "wss")).to_numpy(bool))


def _latest(codes: np.ndarray, is_document: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return for each request the place of the latest document that its Referer names and that is not after it, -1 for none."""
    many = len(times)
    named, own = codes[:many], codes[many:]
    documents = np.flatnonzero(is_document & (own >= 0))
    found = np.full(many, -1)
    if not len(documents):
        return found
    order = documents[np.lexsort((times[documents], own[documents]))]
    moments = np.unique(times)
    width = len(moments) + 1
    keys = own[order] * width + np.searchsorted(moments, times[order])
    wanted = named * width + np.searchsorted(moments, times)
    at = np.searchsorted(keys, wanted, side="right") - 1
    fits = (named >= 0) & (at >= 0)
    fits[fits] = own[order[at[fits]]] == named[fits]
    found[fits] = order[at[fits]]
    return found


def seen_from_within(loads: Loads, entries: pd.DataFrame, site: str) -> np.ndarray:
    """Say of each received request how a script of a site could see it.

    Parameters
    ----------
    loads : Loads
    entries : pandas.DataFrame
        Table ``entries`` of the capture, with ``site``.
    site : str

    Returns
    -------
    numpy.ndarray of object
        By place in `loads.rows`: mine (sent to the site itself), document (one in which its
        script ran), fetched (by a script there, after its own was asked for), listed (another load
        of such a document), or "" for what it could not see.

    Notes
    -----
    Where a script came from the browser's cache, no request shows that it ran; such pages are left
    out, so that what is listed is a lower bound. Redirects beyond the first address and preflights
    are in no Resource Timing. From general knowledge of the web's interfaces, not looked up.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.label_parties(ht.read_har(ht.example_har()))
    >>> set(seen_from_within(loads_of(capture, capture.entries), capture.entries, "alpha.example").tolist())
    {'', 'mine'}
    """
    mine = (entries.site.take(loads.rows) == site).to_numpy(bool, na_value=False)
    since = _ran_since(loads, mine)
    ran = np.full(len(mine), NEVER)
    inside = np.flatnonzero(loads.document >= 0)
    ran[inside] = since[loads.document[inside]]
    seen = np.full(len(mine), "", dtype=object)
    loaded = (ran < NEVER) & loads.shown
    seen[loaded & ~loads.channel] = "listed"
    seen[loaded & (loads.times >= ran) & (loads.what == "fetched")] = "fetched"
    seen[since < NEVER] = "document"
    seen[mine] = "mine"
    return seen


def _ran_since(loads: Loads, mine: np.ndarray) -> np.ndarray:
    """Return for each place, where it is a document, since when a script of the site ran there, else never."""
    since = np.full(len(loads.rows), NEVER)
    scripts = np.flatnonzero(mine & (loads.document >= 0))
    scripts = scripts[loads.what[scripts] == "script"]
    np.minimum.at(since, loads.document[scripts], loads.times[scripts])
    return since


def open_cookies(cookies: pd.DataFrame, entries: pd.DataFrame, documents: pd.DataFrame) -> np.ndarray:
    """Tell the cookies that document.cookie gives in some documents, as far as the requests of one view show it.

    A cookie is open where an answer among `entries` set it without HttpOnly for a host and path of one of
    the documents; one that is sent, where such an answer set that name and value. A cookie of which nothing
    tells that it is not HttpOnly stays closed.

    Parameters
    ----------
    cookies : pandas.DataFrame
        Table ``cookies`` of the entries.
    entries, documents : pandas.DataFrame
        Rows of table ``entries``.

    Returns
    -------
    numpy.ndarray of bool

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> int(open_cookies(capture.cookies, capture.entries, capture.entries.head(1)).sum())
    0
    """
    host = cookies.entry_id.astype("int64").map(entries.set_index(entries.entry_id.astype("int64")).host.astype(object))
    path = cookies.path.astype(object)
    places = sorted({(each_host, each_path or "/") for each_host, each_path in zip(documents.host.tolist(), documents.path.astype(object).where(documents.path.notna(), None).tolist(), strict=True)})
    free = (cookies.http_only == False).fillna(False).to_numpy(bool)  # noqa: E712
    scopes = {scope: any(_covers(*scope, *place) for place in places) for scope in set(zip(host, cookies.domain.astype(object).where(cookies.domain.notna(), None), path.where(cookies.path.notna(), None), strict=True))}
    covered = np.array([scopes[scope] for scope in zip(host, cookies.domain.astype(object).where(cookies.domain.notna(), None), path.where(cookies.path.notna(), None), strict=True)], bool)
    given = free & covered
    pairs = set(zip(cookies.name[given].tolist(), cookies.value[given].tolist(), strict=True))
    sent = (cookies.side == "request").fillna(False).to_numpy(bool) & cookies.http_only.isna().to_numpy(bool) & host.isin([each for each, _ in places]).to_numpy(bool)
    again = np.array([pair in pairs for pair in zip(cookies.name.tolist(), cookies.value.tolist(), strict=True)], bool)
    return given | (sent & again)


def _covers(host: str | None, domain: str | None, path: str | None, document_host: str, document_path: str) -> bool:
    """Tell whether a cookie that a host set goes with a document (RFC 6265, 5.1.3 and 5.1.4)."""
    name = (domain or "").lstrip(".").lower()
    reaches = document_host == name or document_host.endswith("." + name) if name else document_host == host
    return reaches and (path is None or not path.startswith("/") or document_path == path or document_path.startswith(path.rstrip("/") + "/"))
