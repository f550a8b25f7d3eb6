"""How do several HARs become one capture, each row saying which file it is of?"""

import glob
import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.capture import TABLE_NAMES, Capture, Exporter, Source
from hartools.columns import DTYPES, conform
from hartools.errors import NotAHarError
from hartools.reading.notes import CODES, note, notes_table

__all__ = ["Unread", "files_of", "one_of_many"]

# Columns that hold entry ids, which run on through the files.
LINKS = ("entry_id", "initiator_entry", "redirect_from")

# Columns that hold names which each file gives anew; here they gain the file's name.
LOCAL_NAMES = ("page_id", "connection_id")


class Unread(NamedTuple):
    """Name a file that holds no HAR entry, and say why."""

    name: str
    why: str


def files_of(source) -> list | None:
    """List the files that a list or a glob stands for, or return None for one file.

    Raises
    ------
    FileNotFoundError
        If a glob finds nothing.

    Examples
    --------
    >>> files_of([b"1", b"2"]), files_of("visit.har") is None
    ([b'1', b'2'], True)
    """
    if isinstance(source, (list, tuple)):
        if not source:
            raise FileNotFoundError(2, "an empty list of files")
        return list(source)
    if not isinstance(source, (str, os.PathLike)) or not glob.has_magic(os.fspath(source)) or Path(source).expanduser().exists():
        return None
    found = sorted(glob.glob(os.path.expanduser(os.fspath(source))))
    if not found:
        raise FileNotFoundError(2, "no file of that pattern", os.fspath(source))
    return found


def one_of_many(found: Sequence[Capture | Unread]) -> Capture:
    """Put captures behind one another: ``entry_id`` runs on, ``capture_id`` names the file.

    Files without an entry are left out, with a note each.

    Raises
    ------
    NotAHarError
        If there is no capture among them.

    Examples
    --------
    >>> import hartools as ht
    >>> both = ht.read_har([ht.example_har(), ht.example_har()])
    >>> both.entries.capture_id.unique().tolist(), both.entries.entry_id.max()
    (['<bytes>', '<bytes> 2'], 17)
    """
    captures = [each for each in found if isinstance(each, Capture)]
    unread = [each for each in found if isinstance(each, Unread)]
    if not captures:
        raise NotAHarError(f"none of {len(unread)} files holds a HAR entry. The first: {unread[0].why}")
    names = _distinct([capture.source.name for capture in captures])
    starts = np.cumsum([0, *(len(capture) for capture in captures)]).tolist()
    build = {table: _joined(captures, names, starts, table) for table in TABLE_NAMES if table != "notes"}
    build["notes"] = lambda: _notes(captures, names, starts, unread)
    return Capture(
        _source(captures),
        _exporter(captures),
        _build=build,
        _read_body=_body_reader(captures, names, starts),
        _document=lambda: _document(captures, names),
    )


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return made


def _joined(captures: list[Capture], names: list[str], starts: list[int], table: str) -> Callable[[], pd.DataFrame]:
    def build() -> pd.DataFrame:
        return conform(table, pd.concat([_moved(capture.table(table), name, start) for capture, name, start in zip(captures, names, starts[:-1], strict=True)], ignore_index=True))

    return build


def _moved(rows: pd.DataFrame, name: str, start: int) -> pd.DataFrame:
    moved = {column: rows[column] + start for column in LINKS if column in rows}
    moved |= {column: (name + " " + rows[column]).astype(DTYPES["str"]) for column in LOCAL_NAMES if column in rows}
    return rows.assign(**moved, capture_id=pd.Series([name] * len(rows), index=rows.index, dtype=DTYPES["str"]))


def _notes(captures: list[Capture], names: list[str], starts: list[int], unread: list[Unread]) -> pd.DataFrame:
    missing = notes_table([note("unread_file", found=each.why, done=CODES["unread_file"].remedy) for each in unread])
    missing["capture_id"] = pd.Series([each.name for each in unread], dtype=DTYPES["str"])
    return conform("notes", pd.concat([missing, _joined(captures, names, starts, "notes")()], ignore_index=True))


def _body_reader(captures: list[Capture], names: list[str], starts: list[int]) -> Callable[[int, str], dict | None]:
    def read(entry_id: int, side: str) -> dict | None:
        which = int(np.searchsorted(starts, entry_id, side="right")) - 1
        row = captures[which]._read_body(entry_id - starts[which], side)
        return row and row | {"entry_id": entry_id, "capture_id": names[which]}

    return read


def _source(captures: list[Capture]) -> Source:
    parts = tuple(capture.source for capture in captures)

    def sha256() -> str:
        return hashlib.sha256("\n".join(part.sha256 for part in parts).encode()).hexdigest()

    return Source(f"{len(parts)} files", sum(part.size for part in parts), (), parts, sha256)


def _exporter(captures: list[Capture]) -> Exporter:
    exporters = [capture.exporter for capture in captures]
    first = exporters[0]
    if all((each.dialect, each.name, each.version) == (first.dialect, first.name, first.version) for each in exporters):
        return first
    dialects = sorted({each.dialect for each in exporters})
    # what one of them writes can be seen, if only in its own rows
    omits = {metric: why for metric, why in first.omits.items() if all(metric in each.omits for each in exporters)}
    return Exporter(dialects[0] if len(dialects) == 1 else "several", "several programs", why="; ".join(sorted({each.why for each in exporters})), omits=omits)


def _document(captures: list[Capture], names: list[str]) -> dict:
    """Join the documents; page ids gain the file's name, since each file counts its own."""
    logs = [capture.document()["log"] for capture in captures]
    pages = [page | {"id": f"{name} {page.get('id')}"} for name, log in zip(names, logs, strict=True) for page in _objects(log.get("pages"))]
    entries = [entry | {"pageref": f"{name} {entry['pageref']}"} if isinstance(entry, dict) and "pageref" in entry else entry
               for name, log in zip(names, logs, strict=True) for entry in log["entries"]]
    return {"log": logs[0] | {"pages": pages, "entries": entries}}


def _objects(pages) -> list[dict]:
    return [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []
