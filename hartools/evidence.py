"""Which requests show it? The entries behind a finding, masked."""

from collections.abc import Iterable, Mapping

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import UnknownEntryError
from hartools.masking import mask_headers, mask_url

__all__ = ["show_evidence"]

SHOWN = ["entry_id", "started", "method", "url", "status", "outcome", "referer"]


def show_evidence(capture: Capture, finding: Mapping | pd.Series | Iterable[int] | int, *, reveal: bool = False) -> pd.DataFrame:
    """Return the entries that a finding cites, values masked.

    Parameters
    ----------
    capture : Capture
        The capture, or the view, in which the finding was made.
    finding : row of a findings table, entry id, or iterable of entry ids
    reveal : bool
        Show values as they are, for this one call.

    Returns
    -------
    pandas.DataFrame
        One row per entry, in the order of time: entry_id, started, method, url, status,
        outcome, referer, cookies_sent (names, with masked values).

    Raises
    ------
    UnknownEntryError
        If an entry is not in this capture.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> ht.show_evidence(capture, 6).url[0]
    'https://match.beta.example/sync?partner_uid=alph…(22 characters, #484bf0)'
    """
    ids = _entry_ids(finding)
    entries = capture.entries
    missing = sorted(set(ids) - set(entries.entry_id.tolist()))
    if missing:
        raise UnknownEntryError(f"{capture.source.name}: no entry {missing[:5]}; this capture holds {len(entries)} entries. Was the finding made in another one?")
    shown = entries[entries.entry_id.isin(ids)].sort_values(["started", "entry_id"], kind="stable")[SHOWN].reset_index(drop=True)
    for column in ("url", "referer"):
        shown[column] = shown[column].map(lambda url: mask_url(url, reveal=reveal), na_action="ignore").astype(DTYPES["str"])
    return shown.assign(cookies_sent=_cookies(capture, shown.entry_id, reveal))


def _entry_ids(finding) -> list[int]:
    if isinstance(finding, (Mapping, pd.Series)) and "entry_ids" in finding:
        finding = finding["entry_ids"]
    return [int(finding)] if isinstance(finding, int) or not isinstance(finding, Iterable) else [int(entry_id) for entry_id in finding]


def _cookies(capture: Capture, entry_ids: pd.Series, reveal: bool) -> pd.Series:
    sent = capture.cookies
    sent = sent[(sent.side == "request") & sent.entry_id.isin(entry_ids)]
    pairs = [f"{name}={mask_headers('cookie', value, reveal=reveal)}" for name, value in zip(sent.name, sent.value, strict=True)]
    joined = pd.Series(pairs, index=sent.entry_id, dtype="object").groupby(level=0).agg("; ".join)
    return entry_ids.map(joined).astype(DTYPES["str"])
