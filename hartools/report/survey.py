"""Everything that a report says about one capture, worked out once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from hartools.capture import Capture
from hartools.columns import empty_table
from hartools.errors import AmbiguousFirstPartyError, CatalogueError
from hartools.inference import Catalogue, PageModel, Search, catalogue_from, infer, searches_in
from hartools.observers import find_observers, view_as
from hartools.parties import describe_definition, infrastructure_table, label_owners, label_parties
from hartools.parties.domains import sites_of
from hartools.quality import observable_table

__all__ = ["Survey", "survey"]


@dataclass(frozen=True)
class Survey:
    """Hold a labelled capture, its observers, and what each could learn."""

    capture: Capture
    catalogue: Catalogue | None
    catalogue_problem: str | None
    first_party_problem: str | None
    observers: pd.DataFrame
    observable: pd.DataFrame
    findings: pd.DataFrame
    searches: Mapping[str, list[Search]]
    infrastructure: pd.DataFrame
    definition: str

    @property
    def found(self) -> pd.DataFrame:
        """What was found."""
        return self.findings[self.findings.result == "found"]

    @property
    def ledger(self) -> pd.DataFrame:
        """What was looked for and not found, or could not be looked for."""
        return self.findings[self.findings.result != "found"]


def survey(capture: Capture, *, catalogue: Catalogue | None = None, first_party: str | Iterable[str] | None = None,
           observers: Iterable[str] | None = None, model: PageModel = PageModel(), by: str = "site", owners: pd.DataFrame | None = None,
           ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> Survey:
    """Work out what each observer of a capture could learn.

    The catalogue comes first, before any view is looked at: the one given, or one learnt from
    the first party's own JSON, labelled closed-world; without either, searches stay unknown
    and the ledger says so.

    Parameters
    ----------
    capture : Capture
    catalogue : Catalogue, optional
    first_party : str or iterable of str, optional
        See `label_parties`.
    observers : iterable of str, optional
        ``KIND:NAME`` of those wanted; all third parties that received something by default.
    model : PageModel
    by : {"site", "organisation", "host"}
        See `label_parties`.
    owners, ranges, dns : pandas.DataFrame, optional
        Facts from outside the capture: see `owners_of_hosts` and `infrastructure_table`.

    Raises
    ------
    UnknownObserverError
        If a named observer is not in the capture.

    Examples
    --------
    >>> import hartools as ht
    >>> survey(ht.read_har(ht.example_har())).findings.observer.nunique()
    4
    """
    labelled, problem = _labelled(capture, first_party, by, owners)
    catalogue, missing = (catalogue, None) if catalogue is not None else _learnt(labelled, problem)
    known = find_observers(labelled, owners=owners, kinds=("third_party",)) if problem is None else _every_site(labelled, owners)
    wanted = list(observers) if observers is not None else known.observer[known.entries > 0].tolist()
    views = {name: view_as(labelled, name, owners=owners, ranges=ranges, dns=dns) for name in wanted}
    tables = [infer(view, catalogue=catalogue, model=model) for view in views.values()]
    found = pd.concat(tables, ignore_index=True) if tables else empty_table("findings")
    searches = {name: searches_in(view, catalogue, model=model) if catalogue is not None else [] for name, view in views.items()}
    return Survey(labelled, catalogue, missing, problem, known, observable_table(capture), found, {name: each for name, each in searches.items() if each},
                  infrastructure_table(labelled, ranges=ranges, dns=dns), describe_definition(first_party=first_party, by=by))


def _labelled(capture: Capture, first_party, by: str, owners: pd.DataFrame | None) -> tuple[Capture, str | None]:
    try:
        return label_owners(label_parties(capture, first_party=first_party, by=by), data=owners), None
    except AmbiguousFirstPartyError as error:
        entries = capture.entries
        entries["site"] = sites_of(entries.host)
        return label_owners(capture.with_tables(entries=entries), data=owners), str(error)


def _learnt(capture: Capture, problem: str | None) -> tuple[Catalogue | None, str | None]:
    if problem is not None:
        return None, "no catalogue: it is learnt from the first party, which is not known"
    try:
        return catalogue_from(capture), None
    except CatalogueError as error:
        return None, str(error)


def _every_site(capture: Capture, owners: pd.DataFrame | None) -> pd.DataFrame:
    """List every site as an onlooker where the file does not say which one was visited."""
    entries = capture.entries
    entries["party"] = entries.party.fillna("third").where(entries.host.notna())
    return find_observers(capture.with_tables(entries=entries), owners=owners, kinds=("third_party",))
