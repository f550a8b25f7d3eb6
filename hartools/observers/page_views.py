"""Which of an observer's requests were made for one page view, by its own times and referrers?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.columns import conform
from hartools.parties.domains import sites_of
from hartools.reading.values import split_url

__all__ = ["PAGE_GAP_S", "origins_of", "times_of", "views_by_documents", "views_by_referrer"]

# Requests of one page view follow one another within a fraction of a second; a person needs
# longer to read a page and choose the next. Bursts that this rule cuts apart wrongly are
# joined again by the inference, on the evidence of what was asked for.
PAGE_GAP_S = 1.0

UNKNOWN_TIME = np.iinfo(np.int64).min


class _Referrer(NamedTuple):
    """Say of a Referer which page it names, as far as it does."""

    url: str | None
    origin: str | None
    site: str | None
    is_full: bool


NOBODY = _Referrer(None, None, None, False)


def views_by_referrer(received: pd.DataFrame, gap_s: float) -> tuple[list[str], pd.DataFrame]:
    """Cut the requests to a third party into page views: by the page that referred, and by silence.

    Parameters
    ----------
    received : pandas.DataFrame
        Table ``entries`` of the view, in the order of arrival.
    gap_s : float
        Silence, in seconds, after which a request is taken for a new page view.

    Returns
    -------
    (list of str, pandas.DataFrame)
        The page of each request, and table ``pages``.

    Examples
    --------
    >>> import hartools as ht
    >>> view = ht.view_as(ht.read_har(ht.example_har()), "third_party:cloudinary.com")
    >>> views_by_referrer(view.entries, 1.0)[0]
    ['view 1', 'view 1']
    """
    own = set(received.site)
    codes, named = _referrers(received.referer)
    pages = [None if each.site in own else each.url for each in named]
    views = _Views(gap_s)
    chosen = [views.by_silence(pages[code], named[code].is_full and pages[code] is not None, started) for code, started in zip(codes, times_of(received.started).tolist(), strict=True)]
    return views.table(chosen)


def views_by_documents(received: pd.DataFrame, is_document: np.ndarray, gap_s: float) -> tuple[list[str], pd.DataFrame]:
    """Cut the requests of an observer that is asked for pages itself: each belongs to the document that its Referer names.

    A request for a document begins a page view, and what a redirect leads on to continues it. A Referer
    with a path names the latest document, or file of one, of that address; one that was cut to the
    origin, the latest document of that origin. A page that was not asked for in its own request, but
    is named by a Referer of the observer's own site, is one too. The rest is cut as a third party's requests are.

    Parameters
    ----------
    received : pandas.DataFrame
        Table ``entries`` of the view, in the order of arrival.
    is_document : numpy.ndarray of bool
    gap_s : float

    Returns
    -------
    (list of str, pandas.DataFrame)
        As `views_by_referrer`.

    Examples
    --------
    >>> import hartools as ht
    >>> view = ht.view_as(ht.read_har(ht.example_har()), "first_party:doctor.example")
    >>> views_by_documents(view.entries, np.array([True, False]), 1.0)[1].url.tolist()
    ['https://www.doctor.example/dentiste/lyon']
    """
    own = set(received.site)
    codes, named = _referrers(received.referer)
    views = _Views(gap_s)
    led_on: dict[str, int] = {}
    chosen = []
    rows = zip(codes, times_of(received.started).tolist(), received.url.tolist(), origins_of(received.url).tolist(), received.redirect_to.tolist(), is_document.tolist(), strict=True)
    for code, started, url, origin, target, opens in rows:
        if opens:
            view = views.open(url, started, led_on.pop(url, None))
            if isinstance(target, str):
                led_on[target.partition("#")[0]] = view
        else:
            # across origins browsers cut the Referer to the origin, which is then no address of a page
            whole = named[code].is_full or named[code].origin == origin
            view = views.by_page(named[code], own, started, is_whole=whole)
        views.holds(url, view, started)
        chosen.append(view)
    return views.table(chosen)


class _Views:
    """Gather page views in the order of time."""

    def __init__(self, gap_s: float):
        self._gap_s = gap_s
        self._urls: list[str | None] = []
        self._started: list[int] = []
        self._last: list[int] = []
        self._of_referrer: dict[str | None, int] = {}  # the page view under way, by referrer
        self._of_url: dict[str, int] = {}
        self._of_origin: dict[str, int] = {}

    def _new(self, url: str | None, started: int) -> int:
        self._urls.append(url)
        self._started.append(started)
        self._last.append(started)
        return len(self._urls) - 1

    def by_silence(self, page: str | None, is_full: bool, started: int) -> int:
        """Return the view under way for a referrer, a new one after silence."""
        view = self._of_referrer.get(page)
        if view is None or started == UNKNOWN_TIME or self._is_silence(self._last[view], started):
            view = self._of_referrer[page] = self._new(page if is_full else None, started)
        self._last[view] = started
        return view

    def _is_silence(self, last: int, started: int) -> bool:
        return last != UNKNOWN_TIME and (started - last) // 1000 / 1e6 > self._gap_s

    def open(self, url: str, started: int, view: int | None = None) -> int:
        """Begin a view with its document, or name the page that one led on to."""
        view = self._new(url, started) if view is None else view
        self._urls[view] = url
        origin = _origin(url)
        if origin is not None:
            self._of_origin[origin] = view
        return view

    def holds(self, url: str, view: int, started: int) -> None:
        """Remember that a view asked for an address: a stylesheet refers what it loads."""
        self._of_url[url] = view
        self._last[view] = started

    def by_page(self, referrer: _Referrer, own: set, started: int, *, is_whole: bool) -> int:
        """Return the view of the page that a Referer names, whole or cut to its origin, or the one under way."""
        view = self._of_url.get(referrer.url) if is_whole else None
        view = self._of_origin.get(referrer.origin) if view is None else view
        if view is not None:
            return view
        if referrer.site in own and referrer.is_full and not referrer.url.partition("?")[0].endswith(".css"):
            view = self.open(referrer.url, started)
            self._of_url[referrer.url] = view
            return view
        if referrer.url is None and self._urls and started != UNKNOWN_TIME and not self._is_silence(self._last[-1], started):
            return len(self._urls) - 1
        return self.by_silence(None if referrer.site in own else referrer.url, referrer.is_full, started)

    def table(self, chosen: list[int]) -> tuple[list[str], pd.DataFrame]:
        """Name the views, and list them."""
        names = [f"view {number + 1}" for number in range(len(self._urls))]
        started = pa.array(self._started, pa.int64(), mask=np.array(self._started, np.int64) == UNKNOWN_TIME)
        return [names[view] for view in chosen], conform("pages", {"page_id": names, "url": self._urls, "started": started.cast(pa.timestamp("ns", tz="UTC"))})


def times_of(started: pd.Series) -> np.ndarray:
    """Return times in nanoseconds, the least integer where one is unknown.

    Examples
    --------
    >>> import hartools as ht
    >>> times_of(ht.read_har(ht.example_har()).entries.started)[:2].tolist()
    [1772442000000000000, 1772442000120000000]
    """
    return pc.fill_null(pc.cast(pa.array(started.array), pa.int64()), UNKNOWN_TIME).to_numpy(zero_copy_only=False)


def origins_of(urls: pd.Series) -> np.ndarray:
    """Return the origin (scheme, host and port) of each address, None where it has none.

    Examples
    --------
    >>> origins_of(pd.Series(["https://a.example/x?y", None])).tolist()
    ['https://a.example:443', None]
    """
    codes, unique = pd.factorize(urls)
    return np.array([*(_origin(each) for each in unique), None], dtype=object)[codes]


def _referrers(column: pd.Series) -> tuple[list[int], list[_Referrer]]:
    """Read each Referer once; the last is for requests without one."""
    codes, unique = pd.factorize(column)
    split = [split_url(each) for each in unique]
    sites = sites_of(pd.Series([each[2] for each in split], dtype="string[pyarrow]")).to_numpy(dtype=object, na_value=None).tolist()
    return codes.tolist(), [*(_referrer(each, site) for each, site in zip(split, sites, strict=True)), NOBODY]


def _referrer(split: tuple, site: str | None) -> _Referrer:
    url, scheme, host, port, path, query = split
    return NOBODY if host is None else _Referrer(url, f"{scheme}://{host}:{port}", site, bool(query) or (path or "/") != "/")


def _origin(url: str) -> str | None:
    _, scheme, host, port, _, _ = split_url(url)
    return None if host is None else f"{scheme}://{host}:{port}"
