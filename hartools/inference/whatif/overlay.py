"""How does an edited document become a capture in which all that was not edited stays as it was read?

The entries that a measure changed are read twice, as they were and as they are; a cell, or the rows
of an entry, are taken from the second reading only where the two differ. So labels, repairs and the
ids of findings stay, and a table cannot say anything else than the document.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cached_property, partial

import numpy as np
import pandas as pd
import pyarrow as pa

from hartools.capture import Capture, Source
from hartools.columns import DTYPES, TABLES, conform, empty_table
from hartools.inference.whatif.draft import Draft
from hartools.parties.domains import operator_domains_of, sites_of
from hartools.reading import read_har
from hartools.reading.connections import connections_table

__all__ = ["drafted_capture", "part_of"]

# Which entry led to which is known from the whole file, and does not change with an address.
LINKS = ("initiator_entry", "redirect_from")
LABELS = ("site", "operator_domain", "party", "owner")
OF_THE_FILE = ("entry_id", "position", "capture_id", *LINKS, *LABELS)
ROWS = ("headers", "cookies", "params", "messages", "stacks")
# So many entries tell which program wrote a file; they are read along, so that it is recognised as before.
CONTEXT = 20


class _Readings:
    """Read the entries of a draft as they were, and as they are with those that were added."""

    def __init__(self, draft: Draft):
        self.changed = [entry_id for entry_id in draft.changed if entry_id not in draft.dropped]
        self.added = sorted(draft.added)
        self.places = {entry_id: place for place, entry_id in enumerate([*self.changed, *self.added], CONTEXT)}
        first = [draft.changed.get(entry_id) or json.dumps(draft.look(entry_id)) for entry_id in draft.ids[:CONTEXT]]
        self._context = (first + ["{}"] * CONTEXT)[:CONTEXT]
        self._meta = {name: value for name, value in draft.log.items() if name != "entries" and value is not None}
        # kept as JSON: entries as objects take many times the memory
        self._then = [draft.changed[entry_id] for entry_id in self.changed]
        self.now = {entry_id: json.dumps(draft.look(entry_id)) for entry_id in (*self.changed, *self.added)}

    @cached_property
    def before(self) -> Capture:
        return self._read(self._then)

    @cached_property
    def after(self) -> Capture:
        return self._read(self.now.values())

    def _read(self, entries: Iterable[str]) -> Capture:
        around = json.dumps({**self._meta, "entries": []})
        return read_har(f'{{"log": {around[:-2]}{", ".join([*self._context, *entries])}]}}}}'.encode())

    def rows(self, name: str, *, after: bool) -> dict[int, list[tuple]]:
        """Return the rows of a table by entry, without the entry id and the file."""
        table = (self.after if after else self.before).table(name)
        columns = [pa.array(table[column]).to_pylist() for column in table.columns if column not in ("entry_id", "capture_id")]
        found: dict[int, list[tuple]] = {}
        for entry_id, *cells in zip(table.entry_id.tolist(), *columns, strict=True):
            found.setdefault(entry_id, []).append(tuple(cells))
        return found


def drafted_capture(draft: Draft, *, name: str, told: object = None) -> Capture:
    """Return the capture that a draft describes.

    Parameters
    ----------
    draft : Draft
    name : str
        What its source is called.
    told : object
        What was done, in a form that JSON can hold: the hash of the source covers it.
    """
    readings = _Readings(draft)
    entries = _entries(draft, readings)
    document = _document(draft.capture, set(draft.dropped), readings.now, readings.added, dict(draft.place))
    draft.log = {}  # the whole document is not kept: what changed is in the readings
    build: dict[str, Callable[[], pd.DataFrame]] = {table: partial(_rows, draft, readings, table, entries) for table in ROWS}
    build["pages"] = partial(draft.capture.table, "pages")
    build["notes"] = partial(_kept_notes, draft.capture, draft.dropped)
    build["connections"] = partial(_connections, draft, entries)
    return replace(draft.capture, source=_source(draft.capture, name, told), _build=build, _built={"entries": entries}, _read_body=_body_reader(draft, readings), _document=document)


def part_of(capture: Capture, entry_ids: Collection[int], *, name: str, pages: pd.DataFrame, notes: Iterable[dict] = (), until: pd.Timestamp | None = None) -> Capture:
    """Return some of the entries of a capture, with all that belongs to them.

    Parameters
    ----------
    capture : Capture
    entry_ids : collection of int
    name : str
        What its source is called.
    pages : pandas.DataFrame
        The pages that belong to this part.
    notes : iterable of dict
        What else there is to say, as `hartools.reading.notes.note` makes it.
    until : pandas.Timestamp, optional
        Messages from this moment on are left out: their channel is older than they are.
    """
    draft = Draft(capture)
    draft.dropped = set(draft.ids) - set(entry_ids)
    if until is not None:
        late = capture.messages.entry_id[(capture.messages.time >= until).fillna(False)]
        for entry_id in sorted(set(late) - draft.dropped):
            _end_channels(draft.edit(entry_id), until.timestamp())
    part = drafted_capture(draft, name=name, told=[name, sorted(entry_ids)])
    messages = part.messages
    tables = {"pages": pages, "notes": pd.concat([part.notes, conform("notes", _columns(notes))], ignore_index=True)}
    if until is not None:
        tables["messages"] = messages[~(messages.time >= until).fillna(False)].reset_index(drop=True)
    return part.with_tables(**tables)


def _end_channels(entry: dict, until: float) -> None:
    """Leave out the messages from a moment on, where the entry itself holds them."""
    for name in ("_webSocketMessages", "_eventSourceMessages"):
        if isinstance(entry.get(name), list):
            entry[name] = [each for each in entry[name] if not (isinstance(each, dict) and _seconds(each.get("time")) >= until)]


def _seconds(time: object) -> float:
    # Playwright writes milliseconds, others seconds
    return -1.0 if not isinstance(time, (int, float)) else time / 1000 if time > 1e11 else float(time)


def _columns(rows: Iterable[dict]) -> dict[str, list]:
    rows = list(rows)
    return {column.name: [row.get(column.name) for row in rows] for column in TABLES["notes"]}


def _source(capture: Capture, name: str, told: object) -> Source:
    def sha256() -> str:
        return hashlib.sha256(json.dumps([capture.source.sha256, told], sort_keys=True, default=str).encode()).hexdigest()

    return replace(capture.source, name=name, _sha256=sha256)


def _entries(draft: Draft, readings: _Readings) -> pd.DataFrame:
    entries = draft.capture.entries
    entries = entries[~entries.entry_id.isin(draft.dropped)].reset_index(drop=True)
    if readings.changed:
        entries = _changed(entries, readings)
    if readings.added:
        entries = pd.concat([entries, _added(draft, readings, entries)], ignore_index=True)
    for column in LINKS:
        entries[column] = entries[column].where(~entries[column].isin(draft.dropped).fillna(False))
    moved = entries.entry_id.isin([*readings.changed, *readings.added])
    return conform("entries", _relabelled(entries, draft.capture.entries, moved))


def _changed(entries: pd.DataFrame, readings: _Readings) -> pd.DataFrame:
    """Take the cells that differ between the two readings."""
    at = np.flatnonzero(entries.entry_id.isin(readings.changed).to_numpy(dtype=bool))
    places = [readings.places[entry_id] for entry_id in entries.entry_id.iloc[at].tolist()]
    then, now = (reading.entries.iloc[places].reset_index(drop=True) for reading in (readings.before, readings.after))
    for column in now.columns.difference(OF_THE_FILE, sort=False):
        old, new = then[column], now[column]
        differ = np.flatnonzero(((old != new).fillna(False) | (old.isna() != new.isna())).to_numpy(dtype=bool))
        if len(differ):
            cells = entries[column].array.copy()
            cells[at[differ]] = new.array[differ]
            entries[column] = cells
    return entries


def _added(draft: Draft, readings: _Readings, entries: pd.DataFrame) -> pd.DataFrame:
    """Give what was added the cause, the page and the file of the entry that it was made after."""
    rows = readings.after.entries.iloc[[readings.places[entry_id] for entry_id in readings.added]].reset_index(drop=True)
    like = draft.capture.entries.set_index("entry_id").loc[[draft.likeness[entry_id] for entry_id in readings.added]]
    rows["entry_id"] = pd.Series(readings.added, dtype=DTYPES["int"])
    for column in ("page_id", "capture_id", *LINKS, *LABELS):
        rows[column] = like[column].array
    rows["position"] = pd.Series([None] * len(rows), dtype=DTYPES["int"])
    return rows[entries.columns]


def _relabelled(entries: pd.DataFrame, before: pd.DataFrame, moved: pd.Series) -> pd.DataFrame:
    """Label changed hosts as the capture labelled them, or their site, before; nothing where it was not labelled."""
    if before.site.isna().all():
        return entries
    hosts = entries.host[moved]
    site, operator = sites_of(hosts), operator_domains_of(hosts)
    known = before.dropna(subset="site").drop_duplicates("site").set_index("site")
    for column, values in {"site": site, "operator_domain": operator, "party": site.map(known.party), "owner": site.map(known.owner)}.items():
        if before[column].notna().any():
            entries.loc[moved, column] = pd.Series(values, index=hosts.index, dtype=DTYPES["str"])
    if before.party.notna().any():
        entries.loc[moved, "party"] = entries.party[moved].fillna("third").where(hosts.notna())
    return entries


def _rows(draft: Draft, readings: _Readings, name: str, entries: pd.DataFrame) -> pd.DataFrame:
    table = draft.capture.table(name)
    if not readings.places:
        return table[~table.entry_id.isin(draft.dropped)].reset_index(drop=True)
    then, now = readings.rows(name, after=False) if readings.changed else {}, readings.rows(name, after=True)
    new = {place: entry_id for entry_id, place in readings.places.items() if entry_id in draft.added or then.get(place) != now.get(place)}
    table = table[~table.entry_id.isin(draft.dropped | set(new.values()))]
    added = readings.after.table(name)
    added = added[added.entry_id.isin(list(new))]
    ids = added.entry_id.map(new).astype(DTYPES["int"])
    added = added.assign(entry_id=ids, capture_id=ids.map(entries.set_index("entry_id").capture_id).astype(DTYPES["str"]))
    return conform(name, pd.concat([table, added], ignore_index=True).sort_values("entry_id", kind="stable", ignore_index=True))


def _kept_notes(capture: Capture, dropped: set[int]) -> pd.DataFrame:
    notes = capture.notes
    return notes[~notes.entry_id.isin(dropped).fillna(False)].reset_index(drop=True)


def _connections(draft: Draft, entries: pd.DataFrame) -> pd.DataFrame:
    files = [rows for _, rows in entries.groupby("capture_id", dropna=False, sort=False)]
    tables = [connections_table(rows) for rows in files]
    for table, rows in zip(tables, files, strict=True):
        table["capture_id"] = pd.Series([rows.capture_id.iloc[0]] * len(table), index=table.index, dtype=DTYPES["str"])
    return conform("connections", pd.concat(tables, ignore_index=True)) if tables else empty_table("connections")


def _body_reader(draft: Draft, readings: _Readings) -> Callable[[int, str], dict | None]:
    original, added, places = draft.capture._read_body, set(draft.added), dict(readings.places)
    file_of = draft.capture.entries.set_index("entry_id").capture_id
    like = dict(draft.likeness)

    def read(entry_id: int, side: str) -> dict | None:
        place = places.get(entry_id)
        if place is None:
            return original(entry_id, side)
        row = readings.after._read_body(place, side)
        if entry_id not in added and row == readings.before._read_body(place, side):
            return original(entry_id, side)
        file = file_of[like.get(entry_id, entry_id)]
        return row and row | {"entry_id": entry_id, "capture_id": None if pd.isna(file) else file}

    return read if original is not None else lambda entry_id, side: None


def _document(capture: Capture, dropped: set[int], now: dict[int, str], added: list[int], place: dict[int, int]) -> Callable[[], dict]:
    """Return a function that writes the changes into a fresh document; what was dropped is left out, so places are not ids."""

    def document() -> dict:
        log = capture.document()["log"]
        entries = [json.loads(now[entry_id]) if entry_id in now else log["entries"][at] for entry_id, at in place.items() if entry_id not in dropped]
        return {"log": log | {"entries": entries + [json.loads(now[entry_id]) for entry_id in added]}}

    return document
