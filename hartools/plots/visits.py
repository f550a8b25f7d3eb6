"""Which site was being visited when a request was made, file by file and page by page?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import AmbiguousFirstPartyError
from hartools.parties import label_parties

__all__ = ["files_of", "labelled_files", "visited_sites"]


def visited_sites(capture: Capture) -> pd.Series:
    """Tell for each entry the site visited, from the labels that its page's first party has.

    Parameters
    ----------
    capture : Capture
        With labels, as `hartools.label_parties` gives them.

    Returns
    -------
    pandas.Series
        In the order of ``entries``: the site of the first entry of its page that is first party; for
        entries of no such page, of the last such entry before them, or else of the first one after.

    Examples
    --------
    >>> import hartools as ht
    >>> visited_sites(ht.label_parties(ht.read_har(ht.example_har()))).unique().tolist()
    ['doctor.example']
    """
    entries = capture.entries.sort_values(["started", "entry_id"], kind="stable")
    file = entries.capture_id.fillna("")
    own = entries.site.where((entries.party == "first").fillna(False))
    by_page = own.groupby([file, entries.page_id.fillna("")]).transform("first").where(entries.page_id.notna())
    around = own.groupby(file).ffill()
    return by_page.fillna(around.groupby(file).bfill()).astype(DTYPES["str"]).reindex(capture.entries.index)


def labelled_files(captures: Capture | Iterable[Capture]) -> tuple[list[Capture], list[str]]:
    """Label the parties of each file, so that one that does not tell spoils no other.

    Parameters
    ----------
    captures : Capture or iterable of Capture
        A capture read from several files counts as those files; ``capture_id`` tells them apart.

    Returns
    -------
    tuple
        Labelled captures, of one file or of several, and the names of the files that do not tell what was visited.

    Examples
    --------
    >>> import hartools as ht
    >>> made, untold = labelled_files(ht.read_har([ht.example_har(), b'{"log": {"entries": [{"request": {"url": "data:,x"}}]}}']))
    >>> [sorted(set(files_of(capture))) for capture in made], untold
    ([['<bytes>']], ['<bytes> 2'])
    """
    made, untold = [], []
    waiting = [captures] if isinstance(captures, Capture) else list(captures)
    while waiting:
        capture = waiting.pop(0)
        file = files_of(capture)
        try:
            labelled = capture if capture.entries.party.notna().any() else label_parties(capture)
        except AmbiguousFirstPartyError:
            names = file.unique().tolist()
            # halves, and halves of halves: few files do not tell, and each labelling has its price
            halves = [names[: len(names) // 2], names[len(names) // 2 :]] if len(names) > 1 else []
            waiting = [_of_files(capture, half) for half in halves] + waiting
            untold += names if len(names) == 1 else []
            continue
        told = file[(labelled.entries.party == "first").fillna(False)].unique().tolist()
        untold += [name for name in file.unique() if name not in told]
        if told:
            made.append(labelled if len(told) == file.nunique() else _of_files(labelled, told))
    return made, untold


def files_of(capture: Capture) -> pd.Series:
    """Return for each entry the name of its file.

    Examples
    --------
    >>> import hartools as ht
    >>> files_of(ht.read_har(ht.example_har())).unique().tolist()
    ['<bytes>']
    """
    return capture.entries.capture_id.fillna(capture.source.name)


def _of_files(capture: Capture, names: list[str]) -> Capture:
    tables = {table: capture.table(table) for table in ("entries", "pages", "headers", "notes")}
    return capture.with_tables(**{table: rows[rows.capture_id.isin(names)] for table, rows in tables.items()})
