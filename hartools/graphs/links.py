"""Which redirect led to each entry, of which request is a preflight the twin, and which entry is named as cause?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.graphs.codes import arrow, flags, rows_of
from hartools.reading.causes import preflights, redirects

__all__ = ["Links", "links_of"]


class Links(NamedTuple):
    """Hold, for each row of ``entries``, the row that it hangs on; -1 for none.

    Attributes
    ----------
    hop : numpy.ndarray of int64
        The redirect that led here.
    twin : numpy.ndarray of int64
        Of a preflight, the request that it was for.
    initiator : numpy.ndarray of int64
        What the exporter names as cause: a script or document, or once more the hop or the twin.
    """

    hop: np.ndarray
    twin: np.ndarray
    initiator: np.ndarray


def links_of(capture: Capture, entries: pd.DataFrame) -> Links:
    """Find the links between entries; what a view lacks of them is worked out from its own requests.

    No browser tells an observer what caused a request, but it sees its own redirects followed
    and its own preflights answered: both are linked by the rules of reading.

    Parameters
    ----------
    capture : Capture
    entries : pandas.DataFrame
        Its table ``entries``.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> links_of(capture, capture.entries).hop.tolist()
    [-1, -1, -1, -1, -1, -1, 5, -1, -1]
    """
    ids = entries.entry_id.to_numpy("int64")
    hop, initiator = rows_of(ids, arrow(entries.redirect_from)), rows_of(ids, arrow(entries.initiator_entry))
    is_preflight = flags(pc.equal(arrow(entries.initiator_type), "preflight"))
    twin = np.where(is_preflight, initiator, -1)
    if capture.observer is not None:
        hop, twin = _led(hop, entries), _paired(twin, entries, capture)
    return Links(hop, twin, initiator)


def _led(hop: np.ndarray, entries: pd.DataFrame) -> np.ndarray:
    targets = arrow(entries.redirect_to)
    if (hop >= 0).any() or targets.null_count == len(targets):
        return hop
    return _placed(hop, redirects(arrow(entries.url), targets, arrow(entries.started)))


def _paired(twin: np.ndarray, entries: pd.DataFrame, capture: Capture) -> np.ndarray:
    rows = np.flatnonzero(flags(pc.equal(arrow(entries.outcome), "preflight")))
    if (twin >= 0).any() or not len(rows):
        return twin
    headers = capture.headers
    asked = headers[(headers.name == "access-control-request-method") & (headers.side == "request")].drop_duplicates("entry_id")
    methods = dict(zip(asked.entry_id.tolist(), asked.value.tolist(), strict=True))
    ids = entries.entry_id.tolist()
    return _placed(twin, preflights(arrow(entries.url), arrow(entries["method"]), {row: methods.get(ids[row]) for row in rows.tolist()}))


def _placed(column: np.ndarray, found: dict[int, int]) -> np.ndarray:
    column = column.copy()
    column[list(found)] = list(found.values())
    return column
