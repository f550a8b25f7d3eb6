"""What can this capture show at all, and what can it not? Unknown is never zero."""

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES

__all__ = ["observable_table"]

ANSWERS = ("yes", "lower bound", "no")


def observable_table(capture: Capture) -> pd.DataFrame:
    """Say of each kind of evidence whether this capture could have shown it.

    Returns
    -------
    pandas.DataFrame
        One row per kind: metric, observable (yes, lower bound or no), found (how many rows
        show it), why.

    Examples
    --------
    >>> import hartools as ht
    >>> observable_table(ht.read_har(ht.example_har())).set_index("metric").observable["addresses"]
    'lower bound'
    """
    rows = [(metric, *check(capture, capture.entries)) for metric, check in CHECKS.items()]
    table = pd.DataFrame(rows, columns=["metric", "observable", "found", "why"])
    return table.astype({"metric": DTYPES["str"], "observable": DTYPES["str"], "found": DTYPES["int"], "why": DTYPES["str"]})


def _requests(capture: Capture, entries: pd.DataFrame):
    lost = capture.notes.code.isin(["truncated"]).any()
    why = "the file was cut: what came after is lost" if lost else "a filter left on, or a panel opened late, leaves no trace in the file"
    return "lower bound", len(entries), why


def _answers(capture: Capture, entries: pd.DataFrame):
    unanswered = int(entries.outcome.isin(["failed", "blocked", "unknown"]).sum())
    answered = len(entries) - unanswered
    if unanswered:
        return "lower bound", answered, f"{unanswered} of {len(entries)} requests were attempted and not answered, or their answer was not recorded"
    return "yes", answered, "every request has an answer"


def _cookies(capture: Capture, entries: pd.DataFrame):
    held = len(capture.cookies)
    if held:
        return "yes", held, "cookies or their headers are in the file"
    return _absent(capture, "cookies", "no cookie in any entry: removed before export, or none used; the file cannot tell which")


def _bodies(capture: Capture, entries: pd.DataFrame):
    answered = entries[entries.outcome == "answered"]
    expected = answered[(answered.body_bytes != 0).fillna(True)]
    held = capture.bodies(expected.entry_id, side="response")
    found = int(held.data.notna().sum())
    if not found:
        return "no", 0, "no response body is in the file"
    missing = len(expected) - found
    return ("yes" if not missing else "lower bound"), found, f"{missing} of {len(expected)} response bodies were not recorded" if missing else "all are recorded"


def _initiators(capture: Capture, entries: pd.DataFrame):
    return _share(capture, "initiators", entries.initiator_type.notna() | entries.initiator_url.notna(), "say what caused the request")


def _addresses(capture: Capture, entries: pd.DataFrame):
    return _share(capture, "addresses", entries.server_ip.notna(), "name the address that answered")


def _tls(capture: Capture, entries: pd.DataFrame):
    return _share(capture, "tls", entries.tls_subject.notna() | entries.tls_protocol.notna(), "describe the TLS session")


def _pages(capture: Capture, entries: pd.DataFrame):
    return _share(capture, "pages", entries.page_id.notna(), "belong to a page")


def _redirects(capture: Capture, entries: pd.DataFrame):
    found = int((entries.outcome == "redirected").sum())
    why = capture.exporter.omits.get("redirects")
    return ("no", found, why) if why else ("yes", found, "each hop is an entry of its own")


def _messages(capture: Capture, entries: pd.DataFrame):
    found = len(capture.messages)
    sockets = int(entries.scheme.isin(["ws", "wss"]).sum())
    if found or not sockets:
        return "yes" if "messages" not in capture.exporter.omits else "no", found, capture.exporter.omits.get("messages", f"{sockets} WebSockets in the file")
    return _absent(capture, "messages", f"{sockets} WebSockets, and no frame of theirs in the file")


CHECKS = {
    "requests": _requests,
    "answers": _answers,
    "cookies": _cookies,
    "response bodies": _bodies,
    "initiators": _initiators,
    "pages": _pages,
    "redirects": _redirects,
    "addresses": _addresses,
    "TLS sessions": _tls,
    "WebSocket frames": _messages,
}


def _share(capture: Capture, metric: str, has: pd.Series, what: str):
    found = int(has.sum())
    if not found:
        return _absent(capture, metric, f"no entry's fields {what}")
    return ("yes" if found == len(has) else "lower bound"), found, f"{found} of {len(has)} entries {what}"


def _absent(capture: Capture, metric: str, otherwise: str):
    return "no", 0, capture.exporter.omits.get(metric, otherwise)
