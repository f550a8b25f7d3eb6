"""What did an observer receive, by kind of data, and could this capture have shown it?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.masking import mask_text
from hartools.observers import visibility_table
from hartools.quality.observable import NO_CONTENT, SENDS_BODY

__all__ = ["received_table"]

COLUMNS = {"what": "str", "count": "int", "observable": "str", "detail": "str"}
# What a row is about: the column whose mask tells whether this kind receives it at all, and the
# exporter's word for what it leaves out.
ABOUT = {
    "requests": ("entries", "url", "requests"), "hosts": ("entries", "host", "requests"), "first request": ("entries", "started", "times"), "last request": ("entries", "started", "times"),
    "page addresses in Referer": ("entries", "referer", "referrers"), "request headers": ("headers", "value", "headers"), "answer headers": ("headers", "value", "headers"),
    "cookies sent": ("cookies", "value", "cookies"), "cookies set": ("cookies", "value", "cookies"), "parameters": ("params", "value", "params"),
    "bodies sent": ("bodies", "data", "bodies"), "bodies answered": ("bodies", "data", "bodies"), "messages": ("messages", "data", "messages"),
    "connections": ("connections", "first", "connections"), "names": ("connections", "name", "connections"), "addresses": ("connections", "address", "addresses"),
    "bytes to servers": ("connections", "bytes_up", "sizes"), "bytes from servers": ("connections", "bytes_down", "sizes"),
}  # fmt: skip
MOST = 8


def received_table(capture: Capture, view: Capture) -> pd.DataFrame:
    """Count what an observer received, by kind of data.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    view : Capture
        What the observer received of it; see `view_as`.

    Returns
    -------
    pandas.DataFrame
        One row per kind: what, count (unknown where nothing can be said), observable (yes; lower
        bound, where the file holds a part; no, where the exporter leaves it out and the file holds none
        of anybody; not received, where the observer's mask withholds it), detail (names and reasons,
        never values).

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> received_table(capture, ht.view_as(capture, "third_party:cloudinary.com")).set_index("what").observable["connections"]
    'not received'
    """
    masks = visibility_table().set_index(["table", "column"])[view.observer.partition(":")[0]]
    held = {"cookies": len(capture.cookies), "messages": len(capture.messages), "bodies": int(capture.entries[["request_body_held", "response_body_held"]].any(axis=None))}
    omitted = {metric: why for metric, why in view.exporter.omits.items() if not held.get(metric)}
    counted = _requests(view) | _headers(view) | _cookies(view) | _rest(capture, view) | _connections(view)
    rows = [(what, *_answer(view, counted[what], masks[table, column], metric, omitted)) for what, (table, column, metric) in ABOUT.items()]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _answer(view: Capture, counted: tuple, mark: str, metric: str, omitted: dict[str, str]) -> tuple:
    count, detail, *lower = counted
    if mark == "no":
        return None, "not received", None
    if mark == "clear" and not len(view.entries) and not count:
        return None, "not received", "only what was sent without TLS would be; no such request is in this capture"
    if not count and metric in omitted:
        return None, "no", omitted[metric]
    if metric == "times" and detail is None:
        return None, "no" if len(view.entries) else "yes", "no request has a time" if len(view.entries) else "no request"
    if not count and metric == "headers" and len(view.entries):
        return None, "no", "this capture holds none of them, though every request has some"
    if not count and any(lower):
        return None, "no", "there were some, and the file holds none"
    return count, "lower bound" if any(lower) else "yes", detail


def _named(names: Iterable) -> str | None:
    """List the most frequent names first, those of one frequency by name."""
    counts = pd.Series(list(names), dtype="object").dropna().value_counts()
    ordered = sorted(counts.index, key=lambda name: (-counts[name], str(name)))
    return ", ".join(mask_text(str(name)) for name in ordered[:MOST]) + (f" and {len(ordered) - MOST} more" if len(ordered) > MOST else "") or None


def _requests(view: Capture) -> dict[str, tuple]:
    entries = view.entries
    methods = ", ".join(f"{count} {name}" for name, count in sorted(entries.method.dropna().value_counts().items(), key=lambda pair: (-pair[1], pair[0])))
    times = entries.started.dropna()
    first, last = (f"{each:%Y-%m-%d %H:%M:%S} UTC" for each in (times.min(), times.max())) if len(times) else (None, None)
    known = entries.referer.dropna()
    full = known[known.str.contains(r"^[a-z]+://[^/?#]+(?:/[^?#]|\?|/\?)", case=False)]
    return {"requests": (len(entries), methods or None), "hosts": (int(entries.host.nunique()), _named(entries.host)), "first request": (None, first), "last request": (None, last),
            "page addresses in Referer": (int(full.nunique()), _origins(known.nunique() - full.nunique()))}  # fmt: skip


def _origins(count: int) -> str | None:
    return f"{count} {'origin was' if count == 1 else 'origins were'} named without a path" if count else None


def _headers(view: Capture) -> dict[str, tuple]:
    headers = view.headers
    sides = {side: headers[headers.side == side] for side in ("request", "response")}
    return {f"{word} headers": (len(sides[side]), _named(sides[side].name)) for word, side in (("request", "request"), ("answer", "response"))}


def _cookies(view: Capture) -> dict[str, tuple]:
    cookies = view.cookies
    sides = {side: cookies[cookies.side == side] for side in ("request", "response")}
    return {f"cookies {word}": (len(sides[side]), _named(sides[side].name)) for word, side in (("sent", "request"), ("set", "response"))}


def _rest(capture: Capture, view: Capture) -> dict[str, tuple]:
    """Count parameters, messages and, without decoding any, bodies; what the file does not hold is no zero."""
    params, messages, entries, headers = view.params, view.messages, capture.entries, capture.headers
    entries = entries[entries.entry_id.isin(view.entries.entry_id)]
    sent, answered = entries.request_body_held.fillna(False), entries.response_body_held.fillna(False)
    expected = (entries.outcome == "answered") & ~(entries.body_bytes == 0).fillna(False) & ~entries.status.isin(NO_CONTENT)
    empty = headers.entry_id[(headers.side == "request") & (headers.name == "content-length") & (headers.value.str.strip() == "0")]
    sends = entries.method.isin(SENDS_BODY) & ~entries.entry_id.isin(empty)
    kinds = _named(entries.mime[answered])
    return {"parameters": (len(params), _named(params.name)), "messages": (len(messages), _named(messages.kind)),
            "bodies sent": (int(sent.sum()), "held by the file" if sent.any() else None, bool((sends & ~sent).fillna(False).any())),
            "bodies answered": (int(answered.sum()), f"held by the file: {kinds}" if kinds else None, bool((expected & ~answered).fillna(False).any()))}  # fmt: skip


def _connections(view: Capture) -> dict[str, tuple]:
    table = view.connections
    up, down = table.bytes_up.dropna(), table.bytes_down.dropna()
    return {"connections": (len(table), "as far as the capture tells" if len(table) else None), "names": (int(table.name.nunique()), _named(table.name)),
            "addresses": (int(table.address.nunique()), _named(table.address), bool(table.address.isna().any())), "bytes to servers": (int(up.sum()), None, len(up) < len(table)),
            "bytes from servers": (int(down.sum()), None, len(down) < len(table))}  # fmt: skip
