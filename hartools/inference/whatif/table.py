"""What does each measure take from an observer, what is left, and who has it instead?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, empty_table
from hartools.errors import AmbiguousFirstPartyError, HarError, UnknownChoiceError, UnknownObserverError
from hartools.inference.catalogue import Catalogue
from hartools.inference.conclude import infer
from hartools.inference.page_model import PageModel
from hartools.inference.pictures import searches_in
from hartools.inference.searches import Search
from hartools.inference.whatif.background import catalogue_under, model_under
from hartools.inference.whatif.change import what_if
from hartools.inference.whatif.matching import changes_of, key_of
from hartools.inference.whatif.measures import VARIANTS, measure_named, variant_name
from hartools.observers import find_observers, view_as
from hartools.payloads.assets import asset_table

__all__ = ["what_if_table"]

COLUMNS = {"measure": "str", "observer": "str", "topic": "str", "value": "object", "before": "str", "after": "str", "change": "str",
           "probability_before": "float", "probability_after": "float", "bits_before": "float", "bits_after": "float",
           "claim_before": "str", "claim_after": "str", "entry_ids_before": "object", "entry_ids_after": "object", "moved_to": "object", "rule": "str"}
# Who could have the knowledge instead: those that requests go to, or that handle them.
HEIRS = ("first_party", "third_party", "tls_terminator", "hosting", "tag_manager", "script")
# Who can hold the pictures themselves, and not only their addresses.
HOLDERS = ("third_party", "organisation", "coalition", "tls_terminator", "hosting")


@dataclass
class Seen:
    """Hold a view, what it leads to, and with which background knowledge; no view where the observer receives nothing."""

    view: Capture | None
    catalogue: Catalogue | None
    options: Mapping

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What it could conclude."""
        return empty_table("findings") if self.view is None else infer(self.view, catalogue=self.catalogue, **self.options)

    @cached_property
    def received(self) -> set[tuple]:
        """Which entries it receives, with what could change in them and matters to a finding."""
        return set() if self.view is None else set(zip(*(self.view.entries[name].astype(object) for name in ("entry_id", "url", "referer")), strict=True))

    @cached_property
    def searches(self) -> list[Search]:
        """The searches behind its pictures, as the findings rest on them."""
        return [] if self.view is None or self.catalogue is None else searches_in(self.view, self.catalogue, **self.options)

    @cached_property
    def holds_pictures(self) -> bool:
        """It is asked for pictures by addresses of a provider's grammar, and so could undo their names."""
        return self.view is not None and bool((asset_table(self.view.entries).normalised_by == "grammar").any())


class _Looks:
    """Look at captures with an observer's eyes; at the one before the measures once."""

    def __init__(self, capture: Capture, catalogue: Catalogue | None, options: dict, seeing: dict):
        self.capture, self.catalogue, self._options, self._seeing = capture, catalogue, options, seeing
        self._before: dict[str, Seen] = {}
        self._known: dict[tuple, Catalogue] = {}

    def before(self, observer: str) -> Seen:
        if observer not in self._before:
            self._before[observer] = self._look(self.capture, observer, self.catalogue, self._options)
        return self._before[observer]

    def after(self, capture: Capture, observer: str, name: str, settings: Mapping) -> Seen:
        known = self.catalogue
        if known is not None:
            resolves = observer.partition(":")[0] in HOLDERS and self.before(observer).holds_pictures
            key = (variant_name(name, settings), repr(sorted(map(repr, settings.items()))), resolves)
            if key not in self._known:
                self._known[key] = catalogue_under(known, self.capture, name, settings, resolves=resolves)
            known = self._known[key]
        return self._look(capture, observer, known, self._options | {"model": model_under(self._options["model"], name, settings)})

    def _look(self, capture: Capture, observer: str, catalogue: Catalogue | None, options: Mapping) -> Seen:
        try:
            view = view_as(capture, observer, **self._seeing)
        except UnknownObserverError:
            view = None
        if view is not None and not len(view.entries) and not len(view.connections):
            view = None
        return Seen(view, catalogue, options)


def what_if_table(capture: Capture, observer: str, *, measures: Iterable[str | tuple[str, Mapping]] | None = None, catalogue: Catalogue | None = None, prior: str | Mapping = "uniform",
                  model: PageModel = PageModel(), first_party: str | Iterable[str] | None = None, moved: bool = True, **seeing) -> pd.DataFrame:
    """Say of each finding of an observer what each measure would make of it.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    observer : str
        As in `view_as`.
    measures : iterable of str, or of (str, mapping), optional
        Names, or names with settings; by default each measure, and twice those that have two outcomes.
    catalogue : Catalogue, optional
        What anybody could know beforehand. Where a measure renames pictures in a way that can be
        learnt, the findings after it rest on a catalogue learnt so; see `catalogue_under`.
    prior, model
        See `query_posterior`.
    first_party : str or iterable of str, optional
        See `label_parties`.
    moved : bool
        Look who has a finding in the observer's place; this takes most of the time.
    **seeing
        Passed to `view_as`, and to `find_observers` where it knows them: owners, ranges, dns.

    Returns
    -------
    pandas.DataFrame
        One row per measure and finding: measure (with its settings), observer, topic, value (of the
        finding before, of a new one after), before and after (``found``, ``not found``, ``not
        observable``, ``receives nothing``, ``not applicable``), change (``gone``, ``weaker``,
        ``unchanged``, ``stronger``, ``new``), probability and bits (uncertainty of the search) on both
        sides, claim and entry ids on both sides, moved_to (list of observers that could conclude it
        after the measure and could not before), rule. A measure that cannot be applied here has one
        row that says why.

    Raises
    ------
    UnknownObserverError
        If the capture holds nothing of this observer.

    Notes
    -----
    Findings before and after come from `view_as` and `infer` alone. The probability after is that of
    the value found before, also where another one is now more probable.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> table = what_if_table(capture, "third_party:google-analytics.com", measures=["no-referrer", "consent-refused"])
    >>> table[table.topic == "page visited"][["measure", "change", "after"]].values.tolist()
    [['no-referrer', 'unchanged', 'found'], ['consent-refused', 'gone', 'receives nothing']]
    """
    view_as(capture, observer, **seeing)  # an observer that is nowhere is an error, one that a measure takes away is none
    looks = _Looks(capture, catalogue, {"prior": prior, "model": model}, seeing)
    before, rows = looks.before(observer), []
    for each in VARIANTS if measures is None else measures:
        name, settings = (each, {}) if isinstance(each, str) else each
        title = variant_name(name, settings)
        settings = _with_catalogue(name, settings, catalogue)
        try:
            changed = what_if(capture, name, first_party=first_party, **settings)
        except (UnknownChoiceError, AmbiguousFirstPartyError):
            raise
        except HarError as error:
            rows.append({"measure": title, "observer": observer, "before": "found", "after": "not applicable", "change": "not applicable", "claim_after": str(error),
                         "entry_ids_before": [], "entry_ids_after": [], "moved_to": []})
            continue
        after = looks.after(changed, observer, name, settings)
        found = changes_of(before, after)
        heirs = _heirs(looks, changed, found, observer, name, settings) if moved else {}
        rows += [{"measure": title, "observer": observer, "moved_to": heirs.get(key_of(row), []), **row} for row in found]
    return pd.DataFrame({column: pd.Series([row.get(column) for row in rows], dtype=DTYPES[kind]) for column, kind in COLUMNS.items()})


def _with_catalogue(name: str, settings: Mapping, catalogue: Catalogue | None) -> dict:
    """Give the catalogue to a measure that asks for one."""
    settings = dict(settings)
    if catalogue is not None and "catalogue" in measure_named(name, settings).settings:
        settings.setdefault("catalogue", catalogue)
    return settings


def _heirs(looks: _Looks, changed: Capture, found: list[dict], observer: str, name: str, settings: Mapping) -> dict[tuple, list[str]]:
    """Find who could conclude after the measure, and could not before, what the observer lost."""
    lost = {key_of(row): set(row["entry_ids_before"]) for row in found if row["change"] in ("gone", "weaker")}
    heirs: dict[tuple, list[str]] = {}
    if not lost:
        return heirs
    asked = set().union(*lost.values())
    listed = find_observers(changed, kinds=HEIRS)
    for other in listed.observer[listed.observer != observer].tolist():
        was, now = looks.before(other), looks.after(changed, other, name, settings)
        # who receives none of it, or just what it received before with the same knowledge, has gained nothing
        if not asked & {entry_id for entry_id, *_ in now.received} or (now.received == was.received and now.catalogue is was.catalogue):
            continue
        gained = _found_keys(now.findings) - _found_keys(was.findings)
        for key in lost:
            if key in gained:
                heirs.setdefault(key, []).append(other)
    return heirs


def _found_keys(findings: pd.DataFrame) -> set[tuple]:
    return {key_of(row) for row in findings[findings.result == "found"].to_dict("records")}
