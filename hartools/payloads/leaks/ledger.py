"""What was looked for and not found, and where could it not be looked for?"""

from collections.abc import Sequence

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.payloads.leaks.persona import Known
from hartools.payloads.leaks.texts import FIELDS

__all__ = ["COLUMNS", "ledger_table"]

COLUMNS = {"label": "str", "field": "str", "result": "str", "entries": "int", "forms": "int", "why": "str"}


def ledger_table(capture: Capture, known: Sequence[Known], forms: dict[str, int], leaks: pd.DataFrame, *, response_bodies: bool) -> pd.DataFrame:
    """Say for every known value and field: found, not found, or not observable, and why.

    Returns
    -------
    pandas.DataFrame
        One row per label and field: label, field, result (found, not found, not observable, not
        looked for), entries (in how many it was found), forms (how many normal forms were looked for), why.
    """
    limits = {field: _limit(capture, field, response_bodies) for field in FIELDS}
    counts = leaks.groupby(["label", "field"]).entry_id.nunique()
    rows = []
    for label in dict.fromkeys(each.label for each in known):
        for field in FIELDS:
            count = int(counts.get((label, field), 0))
            limit, why = limits[field]
            result = "found" if count else limit or "not found"
            rows.append((label, field, result, count, forms[label], why))
    return pd.DataFrame(rows, columns=[*COLUMNS]).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _limit(capture: Capture, field: str, response_bodies: bool) -> tuple[str | None, str | None]:
    """Return what is said of a field where nothing is found, and what of it could not be seen."""
    if field == "fragment":
        return "not observable", "no table holds the fragment of a request, and a browser does not send it; that of a Location is searched there"
    if field == "body":
        return _bodies(capture, "request")
    if field == "response body":
        return _bodies(capture, "response") if response_bodies else ("not looked for", "bodies of answers are searched with response_bodies=True")
    if field in ("cookie", "Set-Cookie"):
        side = "request" if field == "cookie" else "response"
        return _cookies(capture, side)
    if field in ("WebSocket", "answered message"):
        return _messages(capture)
    if field in ("header", "response header", "Referer"):
        return (None, None) if len(capture.headers) else ("not observable", "this capture holds no header")
    return None, None


def _bodies(capture: Capture, side: str) -> tuple[str | None, str | None]:
    entries = capture.entries
    held = entries[f"{side}_body_held"]
    if len(entries) and held.isna().all():
        return "not observable", f"which {side} bodies the file holds is told by the whole capture, not by this one"
    expected = entries.method.isin(("POST", "PUT", "PATCH")) if side == "request" else (entries.body_bytes > 0).fillna(False)
    missing = int((expected.fillna(False) & ~held.fillna(False)).sum())
    if not missing:
        return None, None
    some = bool(held.fillna(False).any())
    why = f"{missing} {side} {'body was' if missing == 1 else 'bodies were'} not recorded" + (f": {capture.exporter.omits['bodies']}" if "bodies" in capture.exporter.omits else "")
    # what is not there may hold it: not found is said of the rest only where there is a rest
    return (None if some else "not observable"), why


def _cookies(capture: Capture, side: str) -> tuple[str | None, str | None]:
    if (capture.cookies.side == side).fillna(False).any():
        return None, None
    if capture.observer:
        return "not observable", "not among what this observer receives"
    why = capture.exporter.omits.get("cookies")
    if why and not len(capture.cookies):
        return "not observable", why
    return None, "no cookie in this capture" if not len(capture.cookies) else None


def _messages(capture: Capture) -> tuple[str | None, str | None]:
    messages, entries = capture.messages, capture.entries
    opened = entries.scheme.isin(("ws", "wss")) | (entries.status == 101).fillna(False) | (entries.resource_type == "websocket").fillna(False)
    silent = int((opened & ~entries.entry_id.isin(messages.entry_id)).sum())
    if silent and not len(messages):
        return "not observable", capture.exporter.omits.get("messages", f"{silent} WebSockets, and no frame of theirs in the file")
    if silent:
        return None, f"{silent} WebSockets have no frame in the file"
    return None, None
