"""What can this capture show at all, and what can it not? Unknown is never zero."""

from collections.abc import Callable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.quality.verdicts import plural
from hartools.reading.notes import CODES

__all__ = ["METRICS", "UNANSWERED", "exporter_names_cause", "observable_table"]

LOST = [name for name, code in CODES.items() if code.severity == "lost"]
UNANSWERED = ("failed", "blocked", "unknown")
# RFC 9110, 9.3: methods whose content has a defined meaning; others may send one and rarely do.
SENDS_BODY = ("POST", "PUT", "PATCH")
# RFC 9110, 6.4.1: answers that have no content by definition; 206 is a part and is recorded as one.
NO_CONTENT = (101, 204, 205, 304)

# Told by the requests themselves, also where the exporter names no initiator.
DERIVED = ("redirect", "preflight")

# yes, lower bound or no; how many rows show it; why.
Answer = tuple[str, int | None, str]


def observable_table(capture: Capture) -> pd.DataFrame:
    """Say of each kind of evidence whether this capture could have shown it.

    Bodies are counted without decoding them.

    Parameters
    ----------
    capture : Capture
        What the browser recorded, or an observer's view of it.

    Returns
    -------
    pandas.DataFrame
        One row per kind: metric, observable (yes, lower bound or no), found (how many rows
        show it; unknown where the capture does not tell), why.

    Examples
    --------
    >>> import hartools as ht
    >>> observable_table(ht.read_har(ht.example_har())).set_index("metric").observable["addresses"]
    'lower bound'
    """
    entries = capture.entries
    rows = [(metric, *(answer(capture, entries) if len(entries) else _empty(capture))) for metric, answer in METRICS.items()]
    table = pd.DataFrame(rows, columns=["metric", "observable", "found", "why"])
    return table.astype({"metric": DTYPES["str"], "observable": DTYPES["str"], "found": DTYPES["int"], "why": DTYPES["str"]})


def _empty(capture: Capture) -> Answer:
    return "no", 0, "no request reached this observer" if capture.observer else "the capture holds no entry"


def _requests(capture: Capture, entries: pd.DataFrame) -> Answer:
    if capture.observer:
        return "lower bound", len(entries), "what the browser did not record is missing from a view too"
    if capture.notes.code.isin(LOST).any():
        return "lower bound", len(entries), "the file is damaged or cut: a part of it is lost"
    return "lower bound", len(entries), "a filter left on, or a panel opened late, leaves no trace in the file"


def _answers(capture: Capture, entries: pd.DataFrame) -> Answer:
    unanswered = int(entries.outcome.isin(UNANSWERED).sum())
    answered = len(entries) - unanswered
    if unanswered:
        return "lower bound", answered, f"{unanswered} of {len(entries)} requests were attempted and not answered, or their answer was not recorded"
    return "yes", answered, "every request has an answer"


def _cookies(capture: Capture, entries: pd.DataFrame) -> Answer:
    cookies = capture.cookies
    sent, made = int((cookies.side == "request").sum()), int((cookies.side == "response").sum())
    if sent and made:
        return "yes", sent + made, f"{plural(sent, 'cookie')} sent and {made} set; those that a script alone reads or writes are in no HAR"
    if sent:
        return "lower bound", sent, f"{plural(sent, 'cookie was', 'cookies were')} sent and none was set: all were older than the recording, or Set-Cookie was not recorded"
    if made:
        return "lower bound", made, f"{plural(made, 'cookie was', 'cookies were')} set and none was sent: the browser kept them back, or Cookie was not recorded"
    if capture.observer:
        return "no", 0, "no cookie among what this observer receives: none used, or removed before export; the view cannot tell which"
    return _absent(capture, "cookies", "no cookie in any entry: removed before export, or none used; the file cannot tell which")


def _request_bodies(capture: Capture, entries: pd.DataFrame) -> Answer:
    headers = capture.headers
    empty = headers.entry_id[(headers.side == "request") & (headers.name == "content-length") & (headers.value.str.strip() == "0")]
    expected = entries.method.isin(SENDS_BODY) & ~entries.entry_id.isin(empty)
    return _held(entries.request_body_held, expected, "bodies of requests", "no request that would send a body")


def _response_bodies(capture: Capture, entries: pd.DataFrame) -> Answer:
    empty = (entries.body_bytes == 0).fillna(False) | entries.status.isin(NO_CONTENT) | (entries.method == "HEAD").fillna(False)
    expected = entries.outcome.isin(["answered", "cached"]) & ~empty
    answer = _held(entries.response_body_held, expected, "response bodies", "no answer that would have a body")
    return _absent(capture, "bodies", answer[2]) if answer[0] == "no" else answer


def _initiators(capture: Capture, entries: pd.DataFrame) -> Answer:
    known = entries.initiator_type.notna() | entries.initiator_url.notna()
    if not exporter_names_cause(entries).any():
        return _absent(capture, "initiators", "no entry's fields say what caused the request", found=int(known.sum()))
    return _share(capture, "initiators", known, "say what caused the request")


def exporter_names_cause(entries: pd.DataFrame) -> pd.Series:
    """Tell for each entry whether the exporter itself says what caused it.

    Examples
    --------
    >>> import hartools as ht
    >>> exporter_names_cause(ht.read_har(ht.example_har()).entries).sum().item()
    8
    """
    named = entries.initiator_type.notna() | entries.initiator_url.notna()
    return named & ~entries.initiator_type.isin(DERIVED)


def _pages(capture: Capture, entries: pd.DataFrame) -> Answer:
    return _share(capture, "pages", entries.page_id.notna(), "belong to a page")


def _redirects(capture: Capture, entries: pd.DataFrame) -> Answer:
    found = int((entries.outcome == "redirected").sum())
    why = capture.exporter.omits.get("redirects")
    if why:
        return "no", found, why
    if not found and capture.exporter.dialect == "other":
        return "lower bound", 0, "no redirect in the file, and it is not known whether this exporter writes each hop"
    return "yes", found, "each hop is an entry of its own"


def _addresses(capture: Capture, entries: pd.DataFrame) -> Answer:
    return _share(capture, "addresses", entries.server_ip.notna(), "name the address that answered")


def _tls(capture: Capture, entries: pd.DataFrame) -> Answer:
    """Never say yes: a HAR may name the version and the certificate, and holds no handshake."""
    secure = int(entries.scheme.isin(["https", "wss"]).sum())
    found = int((entries.tls_subject.notna() | entries.tls_protocol.notna()).sum())
    if found:
        return "lower bound", found, f"{found} entries name the TLS version or the certificate, of {secure} sent over TLS; no HAR holds the handshake"
    return _absent(capture, "tls", "no entry describes a TLS session" if secure else "nothing was sent over TLS, and no entry describes a session")


def _messages(capture: Capture, entries: pd.DataFrame) -> Answer:
    messages = capture.messages
    frames = messages[(messages.kind != "event").fillna(True)]
    opened = entries.scheme.isin(["ws", "wss"]) | (entries.resource_type == "websocket").fillna(False) | (entries.status == 101).fillna(False)
    sockets = entries.entry_id[opened]
    silent = int((~sockets.isin(frames.entry_id)).sum())
    if "messages" in capture.exporter.omits or (len(sockets) and not len(frames)):
        return _absent(capture, "messages", f"{len(sockets)} WebSockets, and no frame of theirs in the file", found=len(frames))
    if silent:
        return "lower bound", len(frames), f"{silent} of {len(sockets)} WebSockets have no frame in the file"
    return "yes", len(frames), f"the frames of {len(sockets)} WebSockets are in the file" if len(sockets) else "no WebSocket was opened"


def _times(capture: Capture, entries: pd.DataFrame) -> Answer:
    return _share(capture, "times", entries.started.notna(), "say when they were started")


METRICS: dict[str, Callable[[Capture, pd.DataFrame], Answer]] = {
    "requests": _requests,
    "answers": _answers,
    "cookies": _cookies,
    "request bodies": _request_bodies,
    "response bodies": _response_bodies,
    "initiators": _initiators,
    "pages": _pages,
    "redirects": _redirects,
    "addresses": _addresses,
    "TLS sessions": _tls,
    "WebSocket frames": _messages,
    "times": _times,
}


def _share(capture: Capture, metric: str, has: pd.Series, what: str) -> Answer:
    found = int(has.sum())
    if not found:
        return _absent(capture, metric, f"no entry's fields {what}")
    return ("yes" if found == len(has) else "lower bound"), found, f"{found} of {len(has)} entries {what}"


def _held(held: pd.Series, expected: pd.Series, what: str, none_expected: str) -> Answer:
    if held.isna().all():
        return "lower bound", None, f"not counted here: which {what} the file holds is told by the whole capture, not by a view"
    held, expected = held.fillna(False).astype(bool), expected.fillna(False).astype(bool)
    found, missing = int(held.sum()), int((expected & ~held).sum())
    if not missing:
        return "yes", found, f"all {what} are recorded" if expected.any() else none_expected
    return ("lower bound" if found else "no"), found, f"{missing} of {int(expected.sum())} {what} were not recorded"


def _absent(capture: Capture, metric: str, otherwise: str, *, found: int = 0) -> Answer:
    """Say no, by the exporter's habit where it is known; in a view nothing is said about the exporter."""
    if capture.observer:
        return "no", found, "not among what this observer receives"
    return "no", found, capture.exporter.omits.get(metric, otherwise)
