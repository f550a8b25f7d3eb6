"""What one HAR holds: its tables, and where they came from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from hartools.columns import TABLES, conform, empty_table
from hartools.errors import HarError, UnknownEntryError

__all__ = ["Capture", "Exporter", "Source", "register_card"]

TABLE_NAMES = ("entries", "pages", "headers", "cookies", "params", "messages", "stacks", "connections", "notes")

_card: dict[str, Callable[["Capture"], str]] = {}


def register_card(*, text: Callable[["Capture"], str], html: Callable[["Capture"], str]) -> None:
    """Say how a capture is shown at a prompt and in a notebook.

    The drawing lives in `hartools.report`; this ground floor knows nothing of it.

    Examples
    --------
    >>> from hartools.report.cards import card_html, card_text
    >>> register_card(text=card_text, html=card_html)
    """
    _card.update(text=text, html=html)


@dataclass(frozen=True)
class Source:
    """Say which bytes a capture was read from.

    Attributes
    ----------
    name : str
        Name of the file, without its folder; of several files, how many they are.
    size : int
        Bytes on disk.
    containers : tuple of str
        What the HAR was packed in, outermost first.
    sha256 : str
        Hash of the file as it lies on disk, worked out when it is first asked for.
    parts : tuple of Source
        The files, where several were read as one; their `sha256` is that of the list of hashes.
    """

    name: str
    size: int
    containers: tuple[str, ...] = ()
    parts: tuple["Source", ...] = ()
    _sha256: Callable[[], str] = field(default=lambda: "", repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """Return the hash of the file as it was read."""
        return self._sha256()


@dataclass(frozen=True)
class Exporter:
    """Say which program wrote a HAR, and by what it was recognised."""

    dialect: str
    name: str | None = None
    version: str | None = None
    browser: str | None = None
    why: str = ""
    # What this exporter never writes, or removes unless told otherwise: metric -> reason.
    omits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Capture:
    """Hold the tables of one HAR, or of what one observer received of it.

    Tables are built when they are first asked for and kept. What is handed out is a
    copy-on-write copy: changing it changes neither the capture nor anything made from it.

    Attributes
    ----------
    source : Source
        Name, hash and size of the file.
    exporter : Exporter
        The program that wrote it.
    observer : str or None
        ``"KIND:NAME"`` where this is an observer's view; None for what the browser recorded.
    entries, pages, headers, cookies, params, messages, connections, notes : pandas.DataFrame
        The tables of the contract; see `hartools.columns`.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> len(capture.entries), capture.exporter.dialect
    (9, 'chromium')
    """

    source: Source
    exporter: Exporter
    observer: str | None = None
    _build: Mapping[str, Callable[[], pd.DataFrame]] = field(default_factory=dict)
    _read_body: Callable[[int, str], dict | None] | None = None
    _document: Callable[[], dict] | None = None
    _built: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in TABLE_NAMES:
            return self.table(name)
        raise AttributeError(f"a Capture has no {name!r}; its tables are {', '.join(TABLE_NAMES)}")

    def __dir__(self):
        return sorted({*super().__dir__(), *TABLE_NAMES})

    def __len__(self) -> int:
        return len(self.table("entries"))

    def __repr__(self) -> str:
        return _card["text"](self) if "text" in _card else f"<Capture of {self.source.name}: {len(self)} entries>"

    def _repr_html_(self) -> str | None:
        return _card["html"](self) if "html" in _card else None

    def table(self, name: str) -> pd.DataFrame:
        """Return one table of the contract, built on first use.

        Examples
        --------
        >>> import hartools as ht
        >>> ht.read_har(ht.example_har()).table("pages").page_id.tolist()
        ['page_1']
        """
        if name not in self._built:
            self._built[name] = self._build[name]() if name in self._build else empty_table(name)
        return self._built[name].copy(deep=False)

    def bodies(self, entry_ids: Iterable[int] | None = None, *, side: str | None = None) -> pd.DataFrame:
        """Decode the bodies of some entries; none are decoded before.

        Parameters
        ----------
        entry_ids : iterable of int, optional
            Entries to decode; all by default.
        side : {"request", "response"}, optional
            One side only.

        Returns
        -------
        pandas.DataFrame
            Table ``bodies``: one row per body that was sent or could have been, in entry order.

        Raises
        ------
        UnknownEntryError
            If an id is not in this capture.

        Examples
        --------
        >>> import hartools as ht
        >>> ht.read_har(ht.example_har()).bodies([1], side="response").mime.tolist()
        ['application/json']
        """
        known = self.table("entries").entry_id.tolist()
        wanted = known if entry_ids is None else [int(entry_id) for entry_id in entry_ids]
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise UnknownEntryError(f"{self.source.name}: no entry {unknown[:5]} in this capture of {len(known)} entries")
        sides = ("request", "response") if side is None else (side,)
        rows = [self._read_body(entry_id, each) for entry_id in wanted for each in sides] if self._read_body else []
        rows = [row for row in rows if row is not None]
        return conform("bodies", {column.name: [row.get(column.name) for row in rows] for column in TABLES["bodies"]})

    def document(self) -> dict:
        """Rebuild the HAR as a dict, bodies included, entries in their order.

        Raises
        ------
        HarError
            If this is an observer's view, which no browser ever exported.

        Examples
        --------
        >>> import hartools as ht
        >>> sorted(ht.read_har(ht.example_har()).document()["log"])
        ['creator', 'entries', 'pages', 'version']
        """
        if self._document is None:
            raise HarError(f"{self.source.name}: a view of {self.observer} has no HAR document; use the capture it was made from.")
        return self._document()

    def with_tables(self, **tables: pd.DataFrame) -> "Capture":
        """Return a new capture in which the named tables are replaced.

        Examples
        --------
        >>> import hartools as ht
        >>> capture = ht.read_har(ht.example_har())
        >>> len(capture.with_tables(entries=capture.entries.head(2))), len(capture)
        (2, 9)
        """
        unknown = set(tables) - set(TABLE_NAMES)
        if unknown:
            raise HarError(f"no table named {', '.join(sorted(unknown))}; the tables are {', '.join(TABLE_NAMES)}")
        return replace(self, _built={**self._built, **{name: conform(name, table) for name, table in tables.items()}})
