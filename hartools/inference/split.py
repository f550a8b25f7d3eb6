"""What did a visit hold before a moment, and what after it?"""

import pandas as pd

from hartools.capture import Capture
from hartools.errors import AmbiguousFirstPartyError, UnknownChoiceError, UnknownEntryError
from hartools.inference.whatif.overlay import part_of
from hartools.parties import label_parties
from hartools.reading.notes import note

__all__ = ["split_at"]


def split_at(capture: Capture, time: str | pd.Timestamp | int) -> tuple[Capture, Capture]:
    """Cut a capture in two at a moment, such as the one at which consent was given.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    time : str, pandas.Timestamp or int
        A time (without a zone: UTC); or the entry id of the first request that belongs to the part
        after, such as the one that carries the consent.

    Returns
    -------
    tuple of Capture
        Before and after. Every entry is in one of them, with its id, its headers, cookies,
        parameters and bodies; parties are labelled as the whole capture shows them.

    Raises
    ------
    UnknownEntryError
        If there is no such entry.
    UnknownChoiceError
        If the time is none, or the entry has none.

    Notes
    -----
    A request belongs to the part in which it started, whenever its answer came. An entry without a
    time goes with the entry before it in the file, at the beginning with the part before, and is
    counted in ``notes``. Of two requests of one moment the one that is named, and what stands after
    it, belong to the part after. A page is in each part that has a request of it, or else in the one
    in which it started. Messages that passed after the cut, on a channel opened before, are in
    neither part; the notes of the first count them.

    Examples
    --------
    >>> import hartools as ht
    >>> before, after = split_at(ht.read_har(ht.example_har()), 4)
    >>> before.entries.entry_id.tolist(), after.entries.entry_id.tolist()
    ([0, 1, 2, 3], [4, 5, 6, 7, 8])
    """
    capture = _labelled(capture)
    entries = capture.entries
    moment, first = _moment(capture, entries, time)
    late = (entries.started > moment) | ((entries.started == moment) & (entries.entry_id >= first))
    late = late.where(entries.started.notna()).groupby(entries.capture_id, dropna=False).ffill().fillna(False).astype(bool)
    return _part(capture, late, "before", moment), _part(capture, late, "after", moment)


def _labelled(capture: Capture) -> Capture:
    """Label the parties while the whole is there: the part after may hold no document."""
    if capture.entries.party.notna().any():
        return capture
    try:
        return label_parties(capture)
    except AmbiguousFirstPartyError:
        return capture


def _moment(capture: Capture, entries: pd.DataFrame, time) -> tuple[pd.Timestamp, int]:
    """Return the moment of the cut, and the first entry of that moment that belongs after it."""
    if isinstance(time, int) and not isinstance(time, bool):
        row = entries[entries.entry_id == time]
        if not len(row):
            raise UnknownEntryError(f"{capture.source.name}: no entry {time} in this capture of {len(entries)} entries")
        if row.started.isna().all():
            raise UnknownChoiceError(f"{capture.source.name}: entry {time} has no time, so nothing can be cut at it; name one that has, or a time.")
        return row.started.iloc[0], time
    try:
        moment = pd.Timestamp(time)
    except (ValueError, TypeError) as error:
        raise UnknownChoiceError(f"time={time!r}: a time such as 2026-01-31T12:00:00Z, or an entry id ({error})") from error
    if pd.isna(moment):
        raise UnknownChoiceError(f"time={time!r}: a time such as 2026-01-31T12:00:00Z, or an entry id")
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC"), -1


def _part(capture: Capture, late: pd.Series, word: str, moment: pd.Timestamp) -> Capture:
    entries, is_before = capture.entries, word == "before"
    kept = entries[~late if is_before else late]
    notes, without, passed = [], int(kept.started.isna().sum()), _messages_passed(capture, kept, moment) if is_before else 0
    if without:
        notes.append(note("bad_date", found=f"{without} of {len(kept)} entries without a time", done="each is in the part of the entry before it in the file", count=without))
    if passed:
        notes.append(note("truncated", found=f"{passed} messages that passed after the cut, on a channel opened before it", done="in neither part", count=passed))
    name = f"{capture.source.name}, {word} {moment.strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3]}Z"
    return part_of(capture, kept.entry_id.tolist(), name=name, pages=_pages(capture, kept, moment, is_before), notes=notes, until=moment if is_before else None)


def _messages_passed(capture: Capture, kept: pd.DataFrame, moment: pd.Timestamp) -> int:
    messages = capture.messages
    return int((messages.entry_id.isin(kept.entry_id) & (messages.time >= moment).fillna(False)).sum())


def _pages(capture: Capture, kept: pd.DataFrame, moment: pd.Timestamp, is_before: bool) -> pd.DataFrame:
    """Return the pages that have a request in a part, and those without any request that started in it."""
    pages = capture.pages
    unused = ~pages.page_id.isin(capture.entries.page_id.dropna())
    started = (pages.started < moment).fillna(True)
    return pages[pages.page_id.isin(kept.page_id.dropna()) | (unused & (started if is_before else ~started))].reset_index(drop=True)
