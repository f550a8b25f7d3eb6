"""How does a file that the reader fetched become one of the tables that hartools keeps for him?"""

import datetime
import hashlib
import os
from pathlib import Path

import pandas as pd

from hartools.columns import DTYPES
from hartools.errors import ReferenceDataError, SizeLimitError
from hartools.parties.imported.formats import KINDS, read_reference
from hartools.parties.imported.formats.found import day_in, text
from hartools.parties.imported.formats.unpack import MAX_BYTES
from hartools.parties.imported.kept import ABOUT, covered_by, keep

__all__ = ["import_data"]


def import_data(path: str | Path, *, kind: str | None = None, name: str | None = None, version: str | None = None, licence: str | None = None,
                date: datetime.date | str | None = None, folder: str | Path | None = None) -> pd.Series:  # fmt: skip
    """Read a file of outside facts and keep it on this machine, outside any repository.

    The format is told by the content. Imported data are used only where they are passed to a
    function: ``label_owners(capture, data=imported_owners())``.

    Parameters
    ----------
    path : str or Path
        The file, as fetched: packed, or inside the package of npm (``.tgz``), or plain.
    kind : str, optional
        "owners", "ranges", "autonomous systems" or "filter list", where only that is wanted.
    name : str, optional
        What to call it; what the format is called by default. Of a bare list of networks, whose they are.
    version, licence : str, optional
        What the file or its package says by default.
    date : date or str, optional
        Day of the data; what the file, its version or its name says by default, never the time of the file.
    folder : str or Path, optional
        Where to keep it; see `data_folder`.

    Returns
    -------
    pandas.Series
        The row of `imported_data`. Importing a file again replaces it; another version is kept beside it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ReferenceDataError
        If it is damaged or of a format that is not read.
    SizeLimitError
        If it is, or unpacks to, more than half a gigabyte.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "entities.json")
    >>> _ = file.write_text('[{"name": "Example Ads", "company": "Example", "domains": ["ads.example.org"], "categories": ["ad"]}]')
    >>> import_data(file, version="0.30.0", folder=file.parent / "kept")[["name", "kind", "version", "licence", "rows"]].tolist()
    ['third-party-web', 'owners', '0.30.0', 'MIT', 1]
    """
    if kind is not None and kind not in KINDS:
        raise ReferenceDataError(f"no kind {kind!r}; the kinds are {', '.join(KINDS)}")
    data, file = _bytes_of(Path(path)), text(Path(path).name) or "?"
    given = text(name, 80)
    found = read_reference(data, file, kind=kind, name=given)
    about = {
        "name": given or found.name, "kind": found.kind, "version": text(version, 40) or found.version,
        "date": _day(date) or found.date or day_in(version) or day_in(file), "licence": text(licence) or found.licence, "rows": found.table.num_rows,
        "sha256": hashlib.sha256(data).hexdigest(), "format": found.format, "covers": covered_by(found.kind, found.table), "file": file,
    }  # fmt: skip
    keep(found.table, about, folder=folder)
    table = pd.DataFrame([about], columns=list(ABOUT)).astype({name: DTYPES[kind] for name, kind in ABOUT.items()})
    return table.iloc[0].rename(None)


def _bytes_of(path: Path) -> bytes:
    size = os.stat(path).st_size
    if size > MAX_BYTES:
        raise SizeLimitError(f"{path.name}: {size:,} bytes, where at most {MAX_BYTES:,} are read. Lists of owners and addresses are far smaller.")
    with open(path, "rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SizeLimitError(f"{path.name}: more than {MAX_BYTES:,} bytes. Lists of owners and addresses are far smaller.")
    return data


def _day(date: datetime.date | str | None) -> str | None:
    if date is None:
        return None
    day = date.isoformat()[:10] if isinstance(date, datetime.date) else day_in(date)
    if day is None:
        raise ReferenceDataError(f"{date!r} is no date; write it as 2026-09-23")
    return day
