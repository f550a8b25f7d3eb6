"""Which page addresses were handed on, and through which field?"""

import base64
import binascii
import json
from collections.abc import Iterator

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.parties.domains import registrable_domain, sites_of
from hartools.reading.schema import clean
from hartools.reading.values import media_type, split_url

__all__ = ["page_context"]

# Deeper nesting than this is no telemetry record, and a hostile body must end.
DEPTH = 6
COLUMNS = {"entry_id": "int", "channel": "str", "url": "str", "host": "str", "is_full": "bool", "decoded": "bool"}


def page_context(capture: Capture) -> pd.DataFrame:
    """Find URLs of other sites that a request carries: in Referer, parameters or its body.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.

    Returns
    -------
    pandas.DataFrame
        One row per entry, channel and URL: entry_id, channel (``Referer``, ``query dl``,
        ``body $.page_url``), url (without fragment), host, is_full (more than an origin),
        decoded (base64 or JSON was undone to read it).

    Examples
    --------
    >>> import hartools as ht
    >>> found = page_context(ht.read_har(ht.example_har()))
    >>> found[found.is_full][["entry_id", "channel", "url"]].values.tolist()
    [[4, 'query dl', 'https://www.doctor.example/dentiste/lyon']]
    """
    entries = capture.entries
    own = dict(zip(entries.entry_id, entries.site.fillna(sites_of(entries.host)), strict=True))
    rows = [(entry_id, "Referer", url, False) for entry_id, url in zip(entries.entry_id, entries.referer, strict=True) if not pd.isna(url)]
    params = capture.params
    rows += [(entry_id, f"{where} {name}", value, False)
             for entry_id, where, name, value in zip(params.entry_id, params["where"], params.name, params.value, strict=True)]
    rows += _in_bodies(capture)
    kept = [_row(*row, own) for row in rows if _is_url(row[2])]
    table = pd.DataFrame([row for row in kept if row], columns=list(COLUMNS)).drop_duplicates()
    return table.astype({name: DTYPES[kind] for name, kind in COLUMNS.items()}).reset_index(drop=True)


def _is_url(value: str) -> bool:
    return not pd.isna(value) and value[:8].lower().startswith(("http://", "https://"))


def _row(entry_id: int, channel: str, url: str, decoded: bool, own: dict) -> tuple | None:
    url, _, host, _, path, query = split_url(url)
    if host is None or registrable_domain(host) == own.get(entry_id):
        return None
    return entry_id, channel, url, host, bool(query) or (path or "/") != "/", decoded


def _in_bodies(capture: Capture) -> list[tuple]:
    sent = capture.bodies(side="request")
    rows = []
    for entry_id, mime, data in zip(sent.entry_id, sent.mime, sent.data, strict=True):
        # parameters of forms are in table params already
        if data is None or media_type(None if pd.isna(mime) else mime) in ("application/x-www-form-urlencoded", "multipart/form-data"):
            continue
        written = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        rows += [(entry_id, f"body {path}", value, True) for path, value in _texts(_json(written), "$", DEPTH) if _is_url(value)]
    return rows


def _texts(value: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Walk JSON, also inside base64 inside JSON, and give every text with its path."""
    if isinstance(value, dict) and depth:
        for key, item in value.items():
            yield from _texts(item, f"{path}.{clean(key)}", depth - 1)
    elif isinstance(value, list) and depth:
        for position, item in enumerate(value):
            yield from _texts(item, f"{path}[{position}]", depth - 1)
    elif isinstance(value, str):
        yield path, clean(value)
        inner = _json(_unbase64(value)) if depth and not _is_url(value) else None
        if isinstance(inner, (dict, list)):
            yield from _texts(inner, f"{path} → base64", depth - 1)


def _json(written: str | None) -> object:
    if not written or written.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def _unbase64(value: str) -> str | None:
    if len(value) < 16:
        return None
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_" if "-" in value or "_" in value else None, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
