"""How does a log become the tables of the contract, each when it is first asked for?"""

from collections.abc import Callable
from functools import partial

import pandas as pd

from hartools.columns import conform
from hartools.reading.bodies import Attachment
from hartools.reading.causes import stacks_columns
from hartools.reading.connections import connections_table
from hartools.reading.cookies import cookies_columns
from hartools.reading.dialects import Dialect
from hartools.reading.entries import entries_columns
from hartools.reading.frugally import frugally
from hartools.reading.headers import headers_columns
from hartools.reading.index import Index, Spans
from hartools.reading.log import Log
from hartools.reading.messages import messages_columns
from hartools.reading.notes import notes_table
from hartools.reading.pages import pages_columns
from hartools.reading.params import params_columns
from hartools.reading.progress import Progress

__all__ = ["Tables"]

# The tables on whose way something may be met.
NOTING = ("entries", "headers", "cookies", "messages", "pages")


class Tables:
    """Build the tables of one log, once each, and gather what was noticed on the way.

    Parameters
    ----------
    log : Log
    dialect : Dialect
    attachment : callable
        From a name in ``_file`` to its bytes, or None.
    name : str
        The file, for a progress line.
    """

    def __init__(self, log: Log, dialect: Dialect, attachment: Attachment, *, name: str = "HAR"):
        self._log, self._index = log, Index(Spans(log.data))
        self._columns: dict[str, dict] = {}
        self._notes: dict[str, list[dict]] = {}
        self._tables: dict[str, pd.DataFrame] = {}
        index, made = self._index, self._made
        # What is asked for first brings the entries with it, which fill the index.
        self._makers: dict[str, Callable] = {
            "entries": lambda: self._entries(name, dialect),
            "headers": lambda: made("entries") and headers_columns(log, index, repeated=dialect.headers_repeated),
            "cookies": lambda: cookies_columns(log, index, made("headers"), dialect),
            "params": lambda: (params_columns(log, index, made("entries")["query"], dialect, attachment), []),
            "messages": lambda: made("entries") and messages_columns(log, index, attachment),
            "pages": lambda: pages_columns(log.meta.get("pages"), self.table("entries"), dialect),
            "stacks": lambda: (stacks_columns(log), []),
        }

    def _entries(self, name: str, dialect: Dialect) -> tuple[dict, list[dict]]:
        with Progress(name) as progress:
            return entries_columns(self._log, dialect, self._index, progress=progress)

    def builders(self) -> dict[str, Callable[[], pd.DataFrame]]:
        """Return a function for each table."""
        tables = {name: partial(self.table, name) for name in self._makers}
        return tables | {"connections": lambda: connections_table(self.table("entries")), "notes": self.notes}

    def table(self, name: str) -> pd.DataFrame:
        """Build one table, or return it if it is built."""
        if name not in self._tables:
            self._tables[name] = conform(name, self._made(name))
        return self._tables[name]

    def notes(self) -> pd.DataFrame:
        """Build the other tables and gather what was noticed, in the file and in each."""
        for name in NOTING:
            self._made(name)
        return notes_table([*self._log.notes, *(each for found in self._notes.values() for each in found)])

    def _made(self, name: str) -> dict:
        if name not in self._columns:
            with frugally():
                self._columns[name], self._notes[name] = self._makers[name]()
        return self._columns[name]
