"""What had just been answered on the same page when a request began whose cause nothing tells?"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.graphs.codes import arrow, flags, moments
from hartools.parties.parties import first_parties

__all__ = ["guessed_by_time"]

# Only these can lead to a request: documents and frames, scripts, stylesheets.
ACTIVE_TYPES = ("document", "script", "stylesheet", "iframe", "frame", "subdocument")
ACTIVE_MIMES = r"html|javascript|ecmascript|^text/css$"
NEVER = np.iinfo("int64").min


def guessed_by_time(capture: Capture, entries: pd.DataFrame, told: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Guess a cause for the requests that nothing explains: what was answered last before them.

    The documents by which the visited sites are known are left out: a person chose them.

    Parameters
    ----------
    capture : Capture
    entries : pandas.DataFrame
        Its table ``entries``.
    told : numpy.ndarray of int64
        Rows that other evidence explains.

    Returns
    -------
    cause, entry : numpy.ndarray of int64
        Rows of ``entries``.

    Notes
    -----
    An answer is over when its ``duration_ms`` is; where that is unknown, it counts from its start.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> [found.tolist() for found in guessed_by_time(capture, capture.entries, np.array([1, 2, 3, 4, 5, 6, 7]))]
    [[0], [8]]
    """
    started = moments(entries.started)
    took = pc.fill_null(arrow(entries.duration_ms), 0.0).to_numpy(zero_copy_only=False)
    page = pc.fill_null(arrow(entries.page_id).dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
    causes = np.flatnonzero(_active(entries) & (started != NEVER))
    open_ = started != NEVER
    open_[told[told >= 0]] = False
    open_[np.isin(entries.entry_id.to_numpy("int64"), first_parties(capture).entry_id.dropna().to_numpy("int64"))] = False
    asked = np.flatnonzero(open_)
    # answers and requests of each page in the order of time; at the same moment the answer comes first
    ended = started[causes] + np.minimum(took[causes], 1e9) * 1_000_000
    row = np.concatenate([causes, asked])
    is_request = np.repeat([False, True], [len(causes), len(asked)])
    order = np.lexsort((row, is_request, np.concatenate([ended.astype("int64"), started[asked]]), page[row]))
    row, is_request = row[order], is_request[order]
    last = np.maximum.accumulate(np.where(is_request, -1, np.arange(len(row)))) if len(row) else np.zeros(0, "int64")
    found = is_request & (last >= 0)
    cause, entry = row[last[found]], row[found]
    right = (page[cause] == page[entry]) & (cause != entry)
    again = np.argsort(entry[right], kind="stable")
    return cause[right][again], entry[right][again]


def _active(entries: pd.DataFrame) -> np.ndarray:
    active = flags(pc.is_in(arrow(entries.resource_type), pa.array(ACTIVE_TYPES))) | flags(pc.match_substring_regex(arrow(entries.mime), ACTIVE_MIMES))
    return active & flags(pc.is_in(arrow(entries.outcome), pa.array(["answered", "cached"])))
