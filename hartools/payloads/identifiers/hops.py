"""What led to each request: a redirect, a script, a document, and of which party?"""

from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.graphs.links import links_of
from hartools.parties.domains import registrable_domain
from hartools.payloads.identifiers.rows import sites_by_entry
from hartools.reading.values import split_url

__all__ = ["Hops", "hops_of"]


class Hops(NamedTuple):
    """Hold for each entry by its id what led to it, and its place in the order of time.

    Attributes
    ----------
    kind : dict of int to str
        redirect, script, document or unknown.
    caused_by : dict of int to str or None
        Registrable domain of the redirecting answer, of the script or of the document.
    redirected_by : dict of int to int
        The entry whose answer led here.
    order : dict of int to int
        Place by start; by entry_id where that is alike or unknown.
    unfollowed : dict of int to str
        Of a redirect that no entry follows, the registrable domain that it names.
    """

    kind: dict[int, str]
    caused_by: dict[int, str | None]
    redirected_by: dict[int, int]
    order: dict[int, int]
    unfollowed: dict[int, str]


def hops_of(capture: Capture) -> Hops:
    """Say of each entry what led to it.

    Examples
    --------
    >>> import hartools as ht
    >>> hops = hops_of(ht.read_har(ht.example_har()))
    >>> hops.kind[6], hops.caused_by[6], hops.redirected_by
    ('redirect', 'alpha.example', {6: 5})
    """
    entries = capture.entries
    ids, site = entries.entry_id.tolist(), sites_by_entry(entries)
    redirected_by = {ids[row]: ids[hop] for row, hop in enumerate(links_of(capture, entries).hop.tolist()) if hop >= 0}
    causes = _sites_of_urls(entries.initiator_url)
    kind, caused_by = {}, {}
    for entry_id, initiator, cause in zip(ids, entries.initiator_type.tolist(), causes, strict=True):
        if entry_id in redirected_by:
            kind[entry_id], caused_by[entry_id] = "redirect", site[redirected_by[entry_id]]
        else:
            kind[entry_id] = {"script": "script", "parser": "document"}.get(initiator, "unknown")
            caused_by[entry_id] = cause
    ordered = entries.sort_values("started", kind="stable").entry_id.tolist()
    followed = set(redirected_by.values())
    targets = zip(ids, _sites_of_urls(entries.redirect_to), strict=True)
    return Hops(kind, caused_by, redirected_by, {entry_id: place for place, entry_id in enumerate(ordered)}, {entry_id: target for entry_id, target in targets if target and entry_id not in followed})


def _sites_of_urls(urls: pd.Series) -> list[str | None]:
    known = {url: split_url(url)[2] for url in urls.dropna().unique()}
    sites = {url: registrable_domain(host) if host else None for url, host in known.items()}
    return [None if pd.isna(url) else sites[url] for url in urls.tolist()]
