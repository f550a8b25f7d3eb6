"""What do the tools say of one capture, each asked once?"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from hartools.capture import Capture
from hartools.errors import (
    AmbiguousFirstPartyError,
    CatalogueError,
    UnknownObserverError,
)
from hartools.inference.catalogue import Catalogue
from hartools.inference.conclude import infer
from hartools.inference.readability import readability
from hartools.observers import view_as
from hartools.parties import infrastructure_table, label_parties, owners_of_hosts
from hartools.parties.jurisdiction import jurisdiction_sheet
from hartools.payloads.telemetry import telemetry_events
from hartools.quality import observable_table

__all__ = ["Case"]


@dataclass(frozen=True)
class Case:
    """Hold a capture and the stated facts from outside it; each table is made when it is first asked for."""

    given: Capture
    catalogue: Catalogue | None = None
    first_party: str | Iterable[str] | None = None
    by: str = "site"
    owners: pd.DataFrame | None = None
    ranges: pd.DataFrame | None = None
    dns: pd.DataFrame | None = None

    @cached_property
    def problem(self) -> str | None:
        """Why it is not known what was visited, where it is not."""
        try:
            label_parties(self.given, first_party=self.first_party, by=self.by)
        except AmbiguousFirstPartyError as error:
            return str(error)
        return None

    @cached_property
    def capture(self) -> Capture:
        """The capture, parties labelled where they are known."""
        return self.given if self.problem else label_parties(self.given, first_party=self.first_party, by=self.by)

    @cached_property
    def entries(self) -> pd.DataFrame:
        """Its entries with the owner and role of each host."""
        entries = self.capture.entries
        if entries.site.isna().all():
            from hartools.parties.domains import sites_of

            entries["site"] = sites_of(entries.host)
        known = owners_of_hosts(entries.host, data=self.owners).set_index("host")
        return entries.assign(organisation=entries.host.map(known.organisation), role=entries.host.map(known.role))

    @cached_property
    def observable(self) -> pd.DataFrame:
        """What this capture can show at all."""
        return observable_table(self.given).set_index("metric")

    @cached_property
    def telemetry(self) -> pd.DataFrame:
        """Telemetry events with the host that they went to."""
        events = telemetry_events(self.capture)
        return events.merge(self.entries[["entry_id", "host", "site", "party", "outcome"]], on="entry_id", how="left")

    @cached_property
    def infrastructure(self) -> pd.DataFrame:
        """Who handled what in clear, and who ended TLS."""
        return infrastructure_table(self.capture, ranges=self.ranges, dns=self.dns)

    @cached_property
    def statutes(self) -> pd.DataFrame:
        """Which statute could reach whom."""
        return jurisdiction_sheet(self.capture, owners=self.owners, infrastructure=self.infrastructure)

    @cached_property
    def readability(self) -> pd.DataFrame:
        """Which bodies were readable where they arrived."""
        return readability(self.capture, ranges=self.ranges, dns=self.dns)

    @cached_property
    def _background(self) -> Catalogue | None:
        from hartools.inference.learning import catalogue_from

        if self.catalogue is not None or self.problem:
            return self.catalogue
        try:
            return catalogue_from(self.capture)
        except CatalogueError:
            return None

    @property
    def knows_only_what_was_seen(self) -> bool:
        """The catalogue, if there is one, lists no more than this capture shows."""
        return self._background is not None and self._background.closed_world

    @cached_property
    def _found(self) -> dict[str, pd.DataFrame | None]:
        return {}

    def findings(self, observer: str) -> pd.DataFrame | None:
        """What one observer could conclude; None where the capture shows no such observer."""
        if observer not in self._found:
            try:
                view = view_as(self.capture, observer, owners=self.owners, ranges=self.ranges, dns=self.dns)
                self._found[observer] = infer(view, catalogue=self._background)
            except UnknownObserverError:
                self._found[observer] = None
        return self._found[observer]
