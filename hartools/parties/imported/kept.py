"""Which data did the reader import, and what is known of each?"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from hartools.columns import DTYPES
from hartools.errors import ReferenceDataError
from hartools.parties.imported.folder import data_folder
from hartools.parties.imported.formats.found import ASN, COLUMNS, RANGES

__all__ = ["ABOUT", "covered_by", "forget_data", "imported_data", "keep", "newest", "rows_of"]

# What is kept of each table beside its rows; `covers` tells IPv4 from IPv6, which some providers publish apart.
ABOUT = {"name": "str", "kind": "str", "version": "str", "date": "str", "licence": "str", "rows": "int", "sha256": "str", "format": "str", "covers": "str", "file": "str"}

MAY_BE_UNKNOWN = ("version", "date", "licence")

# What makes a table another one, so that importing it again replaces it.
IDENTITY = ("name", "format", "covers", "version", "date")

DESCRIPTION, ROWS = "about.json", "rows.parquet"
MAPPED = b"\0" * 10 + b"\xff\xff"


def imported_data(*, folder: str | Path | None = None) -> pd.DataFrame:
    """List what the reader imported.

    Parameters
    ----------
    folder : str or Path, optional
        See `data_folder`.

    Returns
    -------
    pandas.DataFrame
        One row per table: name, kind (owners, ranges, autonomous systems, filter list), version, date
        (of the data, unknown where the file does not say), licence, rows, sha256 (of the file as it
        was imported), format, covers, file (its name).

    Raises
    ------
    ReferenceDataError
        If what is kept is damaged.

    Examples
    --------
    >>> import tempfile
    >>> len(imported_data(folder=tempfile.mkdtemp()))
    0
    """
    rows = [about for _, about in _described(data_folder(folder))]
    table = pd.DataFrame(rows, columns=list(ABOUT)).astype({name: DTYPES[kind] for name, kind in ABOUT.items()})
    return table.sort_values(["kind", "name", "date", "version", "sha256"], kind="stable", na_position="first", ignore_index=True)


def forget_data(name: str, *, folder: str | Path | None = None) -> int:
    """Remove what was imported under a name, all its versions; return how many tables that were.

    Raises
    ------
    ReferenceDataError
        If nothing was imported under that name.

    Examples
    --------
    >>> import tempfile
    >>> from hartools.parties.imported import forget_data
    >>> forget_data("trackerdb", folder=tempfile.mkdtemp())
    Traceback (most recent call last):
      ...
    hartools.errors.ReferenceDataError: nothing was imported under the name 'trackerdb'; there is nothing yet
    """
    kept = list(_described(data_folder(folder)))
    gone = [path for path, about in kept if about["name"] == name]
    if not gone:
        names = sorted({about["name"] for _, about in kept})
        raise ReferenceDataError(f"nothing was imported under the name {name!r}; there is {', '.join(map(repr, names)) or 'nothing yet'}")
    for path in gone:
        _remove(path)
    return len(gone)


def keep(table: pa.Table, about: dict, *, folder: str | Path | None = None) -> None:
    """Keep a table and its description, in place of the same table imported before."""
    home = data_folder(folder)
    home.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(json.dumps([about[name] for name in IDENTITY]).encode()).hexdigest()[:16]
    place = home / f"table-{digest}"
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
    try:
        pq.write_table(table, new / ROWS, compression="zstd")
        (new / DESCRIPTION).write_text(json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        for path, known in list(_described(home)):
            if path == place or known["sha256"] == about["sha256"]:
                _remove(path)
        os.replace(new, place)
    finally:
        if new.exists():
            shutil.rmtree(new)


def newest(kind: str, *, on: str | None = None, folder: str | Path | None = None) -> list[dict]:
    """Choose, of each table of a kind, the one that speaks best for a day: the last before it, else the next.

    Parameters
    ----------
    on : str, optional
        Day as ``YYYY-MM-DD``; without it the last counts. A table that bears no date counts where none does.

    Returns
    -------
    list of dict
        Descriptions with the `path` of each, the latest first.
    """
    groups: dict[tuple, list[dict]] = {}
    for path, about in _described(data_folder(folder)):
        if about["kind"] == kind:
            groups.setdefault((about["name"], about["format"], about["covers"]), []).append(about | {"path": path})
    chosen = []
    for tables in groups.values():
        tables.sort(key=lambda about: (about["date"] or "", about["version"] or "", about["sha256"]))
        dated = [about for about in tables if about["date"]]
        before = [about for about in dated if on is None or about["date"] <= on]
        chosen.append(before[-1] if before else dated[0] if dated else tables[-1])
    return sorted(sorted(chosen, key=lambda about: (about["name"], about["format"], about["covers"])), key=lambda about: about["date"] or "", reverse=True)


def rows_of(about: dict) -> pa.Table:
    """Read the rows of a table that `newest` chose."""
    try:
        table = pq.read_table(about["path"] / ROWS, partitioning=None)
        return table.select(list(COLUMNS[about["kind"]])).cast(pa.schema(COLUMNS[about["kind"]]))
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise _damaged(about["path"], str(error)) from error


def covered_by(kind: str, table: pa.Table) -> str:
    """Say whether a table of addresses is of IPv4, of IPv6 or of both; of domains and rules, what it lists."""
    if kind == RANGES:
        six = [":" in network for network in table["network"].to_pylist()]
    elif kind == ASN:
        six = [not first.startswith(MAPPED) for first in table["first"].to_pylist()]
    else:
        return "domains" if "domain" in table.column_names else "rules"
    return "IPv6" if all(six) else "IPv4 and IPv6" if any(six) else "IPv4"


def _described(home: Path):
    for path in sorted(home.glob("table-*")) if home.is_dir() else ():
        try:
            about = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise _damaged(path, str(error)) from error
        if not isinstance(about, dict) or not all(_fits(about.get(name), name) for name in ABOUT) or about["kind"] not in COLUMNS:
            raise _damaged(path, "its description is not one of ours")
        yield path, about


def _fits(value: object, name: str) -> bool:
    return isinstance(value, int if ABOUT[name] == "int" else str) or (value is None and name in MAY_BE_UNKNOWN)


def _damaged(path: Path, why: str) -> ReferenceDataError:
    return ReferenceDataError(f"{path.name}: imported data that cannot be read ({why}). Remove the folder {path} and import the file again.")


def _remove(path: Path) -> None:
    """Remove what `keep` wrote, and nothing else that might lie there."""
    for name in (DESCRIPTION, ROWS):
        (path / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        path.rmdir()
