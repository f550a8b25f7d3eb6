"""Is an entry's host the party that the visitor meant to visit, or another?"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import AmbiguousFirstPartyError, UnknownChoiceError
from hartools.parties.declared import check_declared, is_declared
from hartools.parties.documents import Visits, find_visits
from hartools.parties.domains import ascii_host, operator_domains_of, registrable_domain, sites_of, suffix_list_date
from hartools.parties.owners import OWNS, owner_of

__all__ = ["DEFINITIONS", "describe_definition", "first_parties", "label_parties"]

DEFINITIONS = {
    "site": "first party: the registrable domain (eTLD+1) of the page's document, by the Public Suffix List of {date}, private suffixes counted",
    "organisation": "first party: the organisation (its ultimate parent) of the page's document, by the owners table of hartools; where it does not know the owner, "
                    "the registrable domain, by the Public Suffix List of {date}",
    "host": "first party: the host of the page's document, and no other",
}


def label_parties(capture: Capture, *, first_party: str | Iterable[str] | None = None, by: str = "site") -> Capture:
    """Fill ``site``, ``operator_domain`` and ``party``, page by page, under a named definition.

    An entry is first party when it and its page's document are of one site (or organisation, or
    host). Entries that belong to no page follow the only site visited in their file, or the one
    visited last before them. A hop that redirects the document from another site is not the
    document: it stays third party unless it is declared.

    Parameters
    ----------
    capture : Capture
    first_party : str or iterable of str, optional
        The first party as declared, the same for every page: ``doctor.example`` stands for that
        host and every name below it, ``*.doctor-cdn.example`` for the names below alone. Without
        it, it is taken from the documents that the capture shows.
    by : {"site", "organisation", "host"}
        The definition; `describe_definition` says it in a sentence. With ``first_party``,
        "organisation" adds what belongs to the organisation of a declared name.

    Returns
    -------
    Capture
        A new one.

    Raises
    ------
    AmbiguousFirstPartyError
        If no document shows what was visited, if a file without pages (a proxy's) shows several
        sites, or if a declared name is nowhere in the capture; the message lists the candidates.
    UnknownChoiceError
        If a declared name is none, or the definition is unknown.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = label_parties(ht.read_har(ht.example_har()))
    >>> capture.entries.groupby("party").site.unique().map(sorted)["first"]
    ['doctor.example']
    """
    _check(by, first_party)
    entries = capture.entries
    entries["site"], entries["operator_domain"] = sites_of(entries.host), operator_domains_of(entries.host)
    if first_party is not None:
        is_first = _first_as_declared(capture, entries, check_declared(first_party), by)
    elif entries.host.notna().any():
        is_first = _first_as_visited(capture, entries, by)
    else:
        is_first = np.zeros(len(entries), dtype=bool)
    party = pd.Series(np.where(is_first, "first", "third"), index=entries.index, dtype=DTYPES["str"])
    entries["party"] = party.where(entries.host.notna())
    return capture.with_tables(entries=entries)


def describe_definition(*, first_party: str | Iterable[str] | None = None, by: str = "site") -> str:
    """Say in one line what `label_parties` means by first party, for a report to print.

    Parameters
    ----------
    first_party, by
        As given to `label_parties`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        As `label_parties` does.

    Examples
    --------
    >>> print(describe_definition(by="host"))
    first party: the host of the page's document, and no other
    >>> print(describe_definition(first_party=["doctor.example", "*.doctor-cdn.example"]))
    first party: as declared: doctor.example and all below it; all below doctor-cdn.example
    """
    _check(by, first_party)
    if first_party is None:
        return DEFINITIONS[by].format(date=suffix_list_date())
    names = [f"all below {name[2:]}" if name.startswith("*.") else f"{name} and all below it" for name in check_declared(first_party)]
    more = "; and what belongs to the same organisation, by the owners table of hartools" if by == "organisation" else ""
    return f"first party: as declared: {'; '.join(names)}{more}"


def first_parties(capture: Capture) -> pd.DataFrame:
    """List the documents by which the visited sites are known.

    Parameters
    ----------
    capture : Capture

    Returns
    -------
    pandas.DataFrame
        One row per document, in the order of time within each file: entry_id (unknown where the
        document's own request is not in the file), page_id, started, url, site, why.

    Examples
    --------
    >>> import hartools as ht
    >>> first_parties(ht.read_har(ht.example_har()))[["site", "why"]].values.tolist()
    [['doctor.example', 'first document of its page']]
    """
    return find_visits(capture).documents[["entry_id", "page_id", "started", "url", "site", "why"]]


def _check(by: str, first_party) -> None:
    if by not in DEFINITIONS:
        raise UnknownChoiceError(f"by={by!r} is no definition of the first party; there are {', '.join(map(repr, DEFINITIONS))}")
    if by == "host" and first_party is not None:
        raise UnknownChoiceError("by='host' and first_party do not go together: a declared list says already which hosts are meant")


def _first_as_visited(capture: Capture, entries: pd.DataFrame, by: str) -> np.ndarray:
    """Compare each entry with the document of its page."""
    visits = find_visits(capture, sites=entries.site)
    document = _document_of_each(capture, entries, visits)
    own, visited = _compared(entries, by), _compared(visits.documents, by)
    codes = pd.factorize(pd.concat([own, visited]))[0]
    return (document >= 0) & (codes[: len(own)] >= 0) & (codes[: len(own)] == codes[len(own) :][document])


def _compared(rows: pd.DataFrame, by: str) -> pd.Series:
    """Return what has to be equal under a definition."""
    if by == "site":
        return rows.site
    hosts = rows.host.dropna().unique()
    known = {host: _organisation(host) if by == "organisation" else ascii_host(host) for host in hosts}
    return rows.host.map(known).astype(DTYPES["str"])


def _organisation(host: str) -> str:
    """Name the organisation of a host, or its site where the owner is not known.

    Below a private suffix (``x.github.io``) the owner of the suffix is not that of the site.
    """
    site, owner = ascii_host(registrable_domain(host)), owner_of(host)
    if owner is None or owner["relation"] != OWNS:
        return f"site {site}"
    return owner["ultimate_parent"] or owner["organisation"] or f"site {site}"


def _document_of_each(capture: Capture, entries: pd.DataFrame, visits: Visits) -> np.ndarray:
    """Return, for each entry, the row of the document that it followed, -1 where there is none."""
    documents = visits.documents
    _refuse_to_guess(capture, entries, visits)
    by_page = _latest(documents.page.to_numpy(), documents.time.to_numpy(), visits.pages, visits.times)
    by_page[visits.pages < 0] = -1
    rest = by_page < 0
    by_page[rest] = _latest(documents.file.to_numpy(), documents.time.to_numpy(), visits.files[rest], visits.times[rest])
    return by_page


def _latest(groups: np.ndarray, times: np.ndarray, of_each: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return, for each entry, the last row of its group that is not after it, else the first of its group, else -1."""
    if not len(groups):
        return np.full(len(at), -1)
    # a moment is the number of documents that are not after it
    moments = np.unique(times)
    keys = groups * (len(moments) + 1) + np.searchsorted(moments, times, side="right")
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    wanted = np.searchsorted(keys, of_each * (len(moments) + 1) + np.searchsorted(moments, at, side="right"), side="right") - 1
    first, end = (np.searchsorted(groups[order], of_each, side=side) for side in ("left", "right"))
    return np.where(first < end, order[np.clip(np.maximum(wanted, first), 0, len(order) - 1)], -1)


def _refuse_to_guess(capture: Capture, entries: pd.DataFrame, visits: Visits) -> None:
    """Raise where a file shows no document, or several sites without a page to tell them apart."""
    by_file = visits.documents.groupby("file").agg(sites=("site", "nunique"), page=("page", "max"))
    told = by_file.index[(by_file.sites == 1) | (by_file.page >= 0)]
    asked = entries.host.notna().to_numpy()
    untold = np.flatnonzero(asked & ~np.isin(visits.files, told))
    if len(untold):
        file = visits.files[untold[0]]
        rows, found = entries[(visits.files == file) & asked], visits.documents[visits.documents.file == file]
        raise _ambiguous(_name(capture, rows), list((found if len(found) else rows).site.dropna().unique()))


def _name(capture: Capture, rows: pd.DataFrame) -> str:
    known = rows.capture_id.dropna()
    return known.iloc[0] if len(known) else capture.source.name


def _ambiguous(name: str, candidates: list[str]) -> AmbiguousFirstPartyError:
    return AmbiguousFirstPartyError(
        f"{name}: the file does not say which of these sites was visited: {_listed(candidates)}. "
        f'Say it: label_parties(capture, first_party="{candidates[0] if candidates else "site.example"}"), or --first-party on the command line.',
        candidates,
    )


def _listed(candidates: list[str]) -> str:
    return (", ".join(candidates[:10]) + (f" and {len(candidates) - 10} more" if len(candidates) > 10 else "")) or "none"


def _first_as_declared(capture: Capture, entries: pd.DataFrame, declared: list[str], by: str) -> np.ndarray:
    """Hold each host against the declared names, each of which must be of use."""
    hosts = entries.host.dropna().unique()
    visited = find_visits(capture, sites=entries.site).documents.host.dropna().unique()
    unused = [name for name in declared if not any(is_declared(host, [name]) for host in [*hosts, *visited])]
    if unused:
        candidates = list(entries.site.dropna().unique())
        raise AmbiguousFirstPartyError(
            f"{capture.source.name}: declared as first party, but nowhere in the file: {', '.join(unused)}. It asked {_listed(candidates)}. "
            'A name stands for its host and all below it, "*.name" for what is below alone.', candidates)
    organisations = {_organisation(host) for host in [*hosts, *visited] if is_declared(host, declared)} if by == "organisation" else set()
    first = {host for host in hosts if is_declared(host, declared) or (organisations and _organisation(host) in organisations)}
    return entries.host.isin(first).to_numpy(dtype=bool)
