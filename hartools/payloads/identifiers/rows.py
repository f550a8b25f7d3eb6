"""How do rows of the identifier tables become tables, and how is it written that nothing could be seen?"""

from collections.abc import Iterable, Mapping

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.parties.domains import sites_of

__all__ = ["UNKNOWN", "absent", "sites_by_entry", "table_of", "unseen"]

UNKNOWN = None
NO_COOKIE = "no cookie in any entry: removed before export, or none used; the file cannot tell which"


def table_of(rows: Iterable[Mapping], columns: Mapping[str, str]) -> pd.DataFrame:
    """Build a table of given columns and types from rows; what a row does not name is unknown.

    Examples
    --------
    >>> table_of([{"name": "uid"}], {"name": "str", "party": "str"}).party.isna().tolist()
    [True]
    """
    rows = list(rows)
    cells = {name: [row.get(name) for row in rows] for name in columns}
    return pd.DataFrame({name: pd.Series(cells[name], dtype=DTYPES[kind]) for name, kind in columns.items()})


def sites_by_entry(entries: pd.DataFrame) -> dict[int, str | None]:
    """Return the registrable domain of each entry, None where its host is unknown.

    Examples
    --------
    >>> import hartools as ht
    >>> sites_by_entry(ht.read_har(ht.example_har()).entries)[4]
    'google-analytics.com'
    """
    sites = entries.site.fillna(sites_of(entries.host))
    return dict(zip(entries.entry_id.tolist(), sites.astype(object).where(sites.notna(), None).tolist(), strict=True))


def absent(result: str, why: str, capture: Capture, **cells: object) -> dict:
    """Make a row of the ledger: looked for and not found, or not observable.

    Examples
    --------
    >>> import hartools as ht
    >>> absent("not found", "none", ht.read_har(ht.example_har()))["result"]
    'not found'
    """
    return {"result": result, "why": why, "entry_ids": [], **cells}


def unseen(capture: Capture) -> dict[str, str]:
    """Say of each channel that this capture could not have shown why it could not.

    Parameters
    ----------
    capture : Capture

    Returns
    -------
    dict of str to str
        Channel (cookie, Set-Cookie, body, WebSocket) to the reason; empty where all could be seen.

    Examples
    --------
    >>> import hartools as ht
    >>> unseen(ht.read_har(ht.example_har()))
    {'cookie': 'cookies were set and none was sent: the browser kept them back, or Cookie was not recorded'}
    """
    entries, cookies, omits = capture.entries, capture.cookies, capture.exporter.omits
    if not len(entries):
        return dict.fromkeys(("cookie", "Set-Cookie", "query", "body"), "no request reached this observer" if capture.observer else "the capture holds no entry")
    sent, made = (cookies.side == "request").any(), (cookies.side == "response").any()
    found = {}
    if not sent and not made:
        found["cookie"] = found["Set-Cookie"] = omits.get("cookies", NO_COOKIE) if capture.observer is None else "no cookie among what this observer receives"
    elif not sent:
        found["cookie"] = "cookies were set and none was sent: the browser kept them back, or Cookie was not recorded"
    elif not made:
        found["Set-Cookie"] = "cookies were sent and none was set: all were older than the recording, or Set-Cookie was not recorded"
    headers = capture.headers
    empty = headers.entry_id[(headers.side == "request") & (headers.name == "content-length") & (headers.value.str.strip() == "0")]
    expected = entries["method"].isin(("POST", "PUT", "PATCH")) & ~entries.entry_id.isin(empty)
    missing = int((expected & ~entries.request_body_held.fillna(True).astype(bool)).sum())
    if missing:
        found["body"] = f"{missing} of {int(expected.sum())} bodies of requests were not recorded: sent, content not known"
    sockets = entries.scheme.isin(("ws", "wss")) | (entries.status == 101).fillna(False)
    if sockets.any() and not entries.entry_id[sockets].isin(capture.messages.entry_id).all():
        found["WebSocket"] = omits.get("messages", "a WebSocket was opened, and no frame of it is in the file")
    return found
