"""What of a capture's document does a measure change, drop or add, entry by entry?"""

import base64
import copy
import json
import re
from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED
from hartools.errors import HarError, UnknownChoiceError
from hartools.parties import label_parties
from hartools.reading.values import from_base64

__all__ = ["Draft", "header_value", "message_of", "rename_host", "set_headers"]

# Bodies in which an address or the name of a picture can stand, also where the file holds them in base64.
TEXTUAL = re.compile(r"(?i)json|text|html|xml|javascript|ecmascript|x-www-form-urlencoded")
ORIGIN = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


class Draft:
    """Hold the entries of a capture's document while a measure works on them.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    first_party : str or iterable of str, optional
        See `label_parties`.

    Attributes
    ----------
    changed : dict of int to str
        Entries that were changed, with their JSON as it was.
    dropped : set of int
    added : dict of int to dict
        Entries that the measure adds, by new ids after the last.
    likeness : dict of int to int
        For an entry that was added the entry that it was made after.
    """

    def __init__(self, capture: Capture, *, first_party: str | Iterable[str] | None = None):
        if capture.observer is not None:
            raise HarError(f"{capture.source.name}: a view of {capture.observer}; a measure changes what the browser sends, so pass the capture that the view was made from.")
        self.capture, self._first_party = capture, first_party
        self.log = capture.document()["log"]
        self.ids = capture.entries.entry_id.tolist()
        held = self.log["entries"]
        # a part or an earlier what-if has as many entries as rows; a table that was cut by hand has fewer
        places = range(len(held)) if len(held) == len(self.ids) else self.ids
        if len(self.ids) and max(places, default=-1) >= len(held):
            raise UnknownChoiceError(f"{capture.source.name}: its table holds entries that its document does not; pass the capture as it was read.")
        self.place = dict(zip(self.ids, places, strict=True))
        self._next = max(self.ids, default=-1) + 1
        self.changed: dict[int, str] = {}
        self.dropped: set[int] = set()
        self.added: dict[int, dict] = {}
        self.likeness: dict[int, int] = {}

    @cached_property
    def entries(self) -> pd.DataFrame:
        """The entries with their parties, by entry id."""
        capture = self.capture
        if self._first_party is not None or capture.entries.party.isna().all():
            capture = label_parties(capture, first_party=self._first_party)
        return capture.entries.set_index("entry_id", drop=False).rename_axis(None)

    @cached_property
    def documents(self) -> pd.DataFrame:
        """The first party's documents in the order of time, by entry id."""
        entries = self.entries
        is_page = (entries.resource_type == "document") | (entries.resource_type.isna() & (entries.mime == "text/html"))
        return entries[((entries.party == "first") & is_page).fillna(False)].sort_values(["started", "entry_id"], kind="stable")

    @cached_property
    def page_of(self) -> pd.Series:
        """For each entry the id of the document that was opened last before it, in its file."""
        entries, pages = self.entries, self.documents
        found = pd.Series(pd.NA, index=entries.index, dtype="object")
        for _, rows in entries.groupby("capture_id", dropna=False, sort=False):
            mine = pages[pages.index.isin(rows.index)]
            if len(mine):
                at = np.searchsorted(_moments(mine), _moments(rows), side="right") - 1
                found.loc[rows.index] = np.array(mine.index.tolist(), dtype=object)[np.maximum(at, 0)]
        return found

    def site_host(self, entry_id: int) -> str:
        """Return the host of the page that an entry was made for, else the first party's most asked host."""
        page = self.page_of[entry_id]
        if not pd.isna(page):
            return self.entries.host[page]
        own = self.entries[self.entries.party == "first"].host.dropna()
        if not len(own):
            raise HarError(f"{self.capture.source.name}: no request to the first party, so there is no host of its own that could take the others' place; name it with host=.")
        return own.value_counts(sort=False).sort_index().idxmax()

    def look(self, entry_id: int) -> dict:
        """Return an entry, not to be changed."""
        entry = self.added[entry_id] if entry_id in self.added else self.log["entries"][self.place[entry_id]]
        return entry if isinstance(entry, dict) else {}

    def edit(self, entry_id: int) -> dict:
        """Return an entry to be changed; how it was is kept."""
        if entry_id not in self.changed and entry_id not in self.added:
            self.changed[entry_id] = json.dumps(self.look(entry_id))
        return self.look(entry_id)

    def add(self, like: int) -> dict:
        """Add a copy of an entry under a new id, and return it to be changed."""
        entry_id = self._next
        self._next += 1
        self.added[entry_id], self.likeness[entry_id] = copy.deepcopy(self.look(like)), like
        return self.added[entry_id]

    def rewrite(self, change: Callable[[str], str], *, without: Iterable[int] = ()) -> None:
        """Change texts wherever they stand in an entry, bodies in base64 or in attached files included."""
        skipped = {*without, *self.dropped}
        textual = self._textual_files()
        for entry_id in self.ids:
            if entry_id in skipped:
                continue
            entry = self.look(entry_id)
            new, answer = _walked(entry, change), textual.get(entry_id)
            if answer is not None and change(answer) != answer:
                new = copy.copy(new) if new is entry else new
                new["response"] = {**new["response"], "content": {**_without_file(new["response"]["content"]), "text": change(answer)}}
            if new is not entry:
                self.edit(entry_id)
                self.log["entries"][self.place[entry_id]] = new

    def _textual_files(self) -> dict[int, str]:
        """Read the textual answers that lie in files beside the HAR."""
        attached = [entry_id for entry_id in self.ids if {"_file", "_sha1"} & set(message_of(self.look(entry_id), "response").get("content") or ())
                    and TEXTUAL.search(str(self.look(entry_id)["response"]["content"].get("mimeType")))]
        bodies = self.capture.bodies(attached, side="response") if attached else None
        if bodies is None:
            return {}
        return {entry_id: data.decode("utf-8", "replace") if isinstance(data, bytes) else data for entry_id, data in zip(bodies.entry_id, bodies.data, strict=True) if data}

    def answered_by(self, host: str, entry_id: int) -> dict:
        """Return an entry that a host answered, of the same page if there is one, to take its marks from; empty if there is none."""
        page = self.page_of[entry_id]
        found = self._answered.get((host, None if pd.isna(page) else page), self._answered.get(host))
        return {} if found is None else self.look(found)

    @cached_property
    def _answered(self) -> dict:
        """The last entry that a host answered, by host and by host and page."""
        there = self.entries[self.entries.outcome.isin(RECEIVED)]
        pages = self.page_of[there.index].where(lambda page: page.notna(), None).tolist()
        return dict(zip(there.host, there.index.tolist(), strict=True)) | dict(zip(zip(there.host, pages, strict=True), there.index.tolist(), strict=True))

    @cached_property
    def named_pages(self) -> set[int]:
        """Documents that named themselves in full to their own host, as some request of theirs shows."""
        page = self.page_of
        known = self.entries[page.notna() & (page.to_numpy() != self.entries.index.to_numpy())]
        document = self.entries.loc[page[known.index].tolist()]
        told = zip(document.index, known.host, known.referer, document.host, document.url, strict=True)
        return {each for each, host, referer, own, url in told if isinstance(referer, str) and isinstance(host, str) and (host, referer) == (own, url)}


def message_of(entry: dict, side: str) -> dict:
    """Return the request or the response of an entry; an empty one where there is none."""
    found = entry.get(side)
    return found if isinstance(found, dict) else {}


def header_value(message: dict, name: str) -> str | None:
    """Return the value of a header, whatever its case."""
    return next((str(each.get("value")) for each in message.get("headers") or () if isinstance(each, dict) and str(each.get("name")).lower() == name), None)


def set_headers(message: dict, values: dict[str, str | None], *, add: bool = False) -> None:
    """Set headers that are there, or take them out where the value is None; `add` puts those that are missing at the end."""
    kept, left = [], {name: value for name, value in values.items() if value is not None}
    for each in message.get("headers") or ():
        name = str(each.get("name")).lower() if isinstance(each, dict) else ""
        if name not in values:
            kept.append(each)
        elif values[name] is not None:
            kept.append({**each, "value": values[name]})
            left.pop(name, None)
    kept += [{"name": name, "value": value} for name, value in left.items()] if add else []
    if message:
        message["headers"] = kept


def rename_host(url: str, host: str) -> str:
    """Put another origin in front of a path.

    Examples
    --------
    >>> rename_host("https://stats.example:8443/collect?v=2", "www.doctor.example")
    'https://www.doctor.example/collect?v=2'
    """
    return ORIGIN.sub(lambda found: f"{'http' if found[0].lower().startswith('http:') else 'https'}://{host}", url)


def _moments(rows: pd.DataFrame) -> np.ndarray:
    """Return times as numbers; an entry without a time stands where its number stands."""
    return rows.started.astype("int64[pyarrow]").ffill().fillna(-1).to_numpy(dtype=np.int64)


def _without_file(content: dict) -> dict:
    return {name: value for name, value in content.items() if name not in ("_file", "_sha1", "encoding")}


def _walked(value: object, change: Callable[[str], str]) -> object:
    """Change every text of a value; the value itself where nothing changed."""
    if isinstance(value, str):
        new = change(value)
        return value if new == value else new
    if isinstance(value, list):
        new = [_walked(item, change) for item in value]
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    if isinstance(value, dict):
        if str(value.get("encoding")).lower() == "base64" and isinstance(value.get("text"), str):
            return _walked_base64(value, change)
        new = {name: _walked(item, change) for name, item in value.items()}
        return value if all(new[name] is value[name] for name in value) else new
    return value


def _walked_base64(content: dict, change: Callable[[str], str]) -> dict:
    """Change a textual body that the file holds in base64; pictures and the like stay as they are."""
    data = from_base64(content["text"]) if TEXTUAL.search(str(content.get("mimeType"))) else None
    try:
        written = data.decode("utf-8") if data else None
    except UnicodeDecodeError:
        written = None
    if written is None or change(written) == written:
        return content
    return {**content, "text": base64.b64encode(change(written).encode()).decode()}
