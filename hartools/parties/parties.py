"""Is an entry's host the party that the visitor meant to visit, or another?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import AmbiguousFirstPartyError
from hartools.parties.domains import registrable_domain, sites_of

__all__ = ["first_parties", "label_parties"]


def label_parties(capture: Capture, *, first_party: str | Iterable[str] | None = None) -> Capture:
    """Fill ``site`` and ``party`` by registrable domain, page by page.

    An entry is first party when its site is that of its page's document. Entries that belong
    to no page follow the only site visited, or the one visited last before them.

    Parameters
    ----------
    capture : Capture
    first_party : str or iterable of str, optional
        The first party as declared: sites (``doctor.example``), hosts, or ``*.host``. Without
        it, it is taken from the documents that the capture shows.

    Returns
    -------
    Capture
        A new one.

    Raises
    ------
    AmbiguousFirstPartyError
        If no document shows what was visited, or if a capture without pages (a proxy's)
        shows several sites; the message lists the candidates.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = label_parties(ht.read_har(ht.example_har()))
    >>> capture.entries.groupby("party").site.unique().map(sorted)["first"]
    ['doctor.example']
    """
    entries = capture.entries
    entries["site"] = sites_of(entries.host)
    if first_party is not None:
        declared = [first_party] if isinstance(first_party, str) else list(first_party)
        entries["party"] = _party([_is_declared(host, declared) for host in entries.host], entries.host)
    elif len(entries):
        visited = _site_visited(capture, entries)
        entries["party"] = _party([not pd.isna(site) and site == own for site, own in zip(entries.site, visited, strict=True)], entries.host)
    return capture.with_tables(entries=entries)


def first_parties(capture: Capture) -> pd.DataFrame:
    """List the documents by which the visited sites are known.

    Returns
    -------
    pandas.DataFrame
        One row per page, or per document of a capture without pages: entry_id, page_id,
        started, url, site, why.

    Examples
    --------
    >>> import hartools as ht
    >>> first_parties(ht.read_har(ht.example_har()))[["site", "why"]].values.tolist()
    [['doctor.example', 'first document of its page']]
    """
    entries = capture.entries
    documents, why = _documents(capture, entries)
    if len(capture.pages):
        documents = documents[documents.page_id.isin(capture.pages.page_id)].drop_duplicates("page_id")
    table = documents[["entry_id", "page_id", "started", "url"]].assign(site=sites_of(documents.host), why=why)
    return table.reset_index(drop=True)


def _documents(capture: Capture, entries: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Find the documents that were navigated to, by the best evidence that the file has."""
    entries = entries[entries.host.notna()].sort_values("started", kind="stable")
    headers = capture.headers
    top = headers[(headers.name == "sec-fetch-dest") & (headers.side == "request") & (headers.value.str.lower() == "document")]
    navigated = entries[entries.entry_id.isin(top.entry_id)]
    if len(navigated):
        return navigated, "Sec-Fetch-Dest: document"
    if len(capture.pages):
        typed = entries[(entries.resource_type == "document") | (entries.mime == "text/html")]
        return typed.drop_duplicates("page_id"), "first document of its page"
    return entries[(entries.mime == "text/html") & (entries.outcome == "answered")].head(1), "first HTML answer"


def _site_visited(capture: Capture, entries: pd.DataFrame) -> list[str | None]:
    """Return, for each entry, the site of the page it belongs to."""
    found = first_parties(capture)
    by_page = dict(zip(found.page_id.dropna(), found.site[found.page_id.notna()], strict=True))
    for page_id, url in zip(capture.pages.page_id, capture.pages.url, strict=True):
        host = _host(url)
        if page_id not in by_page and host:
            by_page[page_id] = registrable_domain(host)
    sites = list(dict.fromkeys([*found.site, *by_page.values()]))
    if len(sites) == 1:
        return sites * len(entries)
    if not sites or not by_page:
        raise _ambiguous(capture, sites or list(dict.fromkeys(entries.site.dropna())))
    changes = found.dropna(subset=["started"]).sort_values("started", kind="stable")
    return [by_page.get(page_id) or _last_before(changes, started, sites) for page_id, started in zip(entries.page_id, entries.started, strict=True)]


def _last_before(changes: pd.DataFrame, started, sites: list[str]) -> str:
    earlier = changes[changes.started <= started] if not pd.isna(started) else changes.head(0)
    return earlier.site.iloc[-1] if len(earlier) else sites[0]


def _ambiguous(capture: Capture, candidates: list[str]) -> AmbiguousFirstPartyError:
    shown = ", ".join(candidates[:10]) + (f" and {len(candidates) - 10} more" if len(candidates) > 10 else "")
    return AmbiguousFirstPartyError(
        f"{capture.source.name}: the file does not say which of these sites was visited: {shown or 'none'}. "
        f'Say it: label_parties(capture, first_party="{candidates[0] if candidates else "site.example"}"), or --first-party on the command line.',
        candidates,
    )


def _host(url) -> str | None:
    if pd.isna(url):
        return None
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0] or None


def _is_declared(host, declared: list[str]) -> bool:
    if pd.isna(host):
        return False
    names = [name.removeprefix("*.").lower().rstrip(".") for name in declared]
    return any(host == name or host.endswith("." + name) for name in names)


def _party(is_first: list[bool], hosts: pd.Series) -> pd.Series:
    values = ["first" if first else "third" for first in is_first]
    return pd.Series(values, index=hosts.index, dtype=DTYPES["str"]).where(hosts.notna())
