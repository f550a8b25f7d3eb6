"""In which earlier answer did the address of a request stand?"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.graphs.codes import arrow, flags, moments

__all__ = ["BODY_LIMIT", "TOTAL_LIMIT", "answer_texts", "found_in_bodies", "plain_text"]

# Of one body so many characters are looked through, and of all together: bodies are decoded in
# memory, and a capture may hold gigabytes of them. Pages, scripts and JSON are far shorter.
BODY_LIMIT = 4_000_000
TOTAL_LIMIT = 256_000_000
BATCH, BATCH_BYTES = 512, 16_000_000

TEXTUAL = r"^text/|javascript|ecmascript|json|xml|x-www-form-urlencoded"
ADDRESS = re.compile(r"(?:(?:https?|wss?):)?//[^\s\"'<>\\^`{|}]+")
ENCODED = re.compile(r"(?i)(?:https?|wss?)%3A%2F%2F[^\s\"'<>\\^`{|}&]+")
# What JSON, scripts and HTML write for characters of an address.
WRITTEN = (("\\/", "/"), ("\\u002F", "/"), ("\\u002f", "/"), ("\\u0026", "&"), ("\\x26", "&"), ("\\u003d", "="), ("\\u003D", "="), ("&amp;", "&"), ("&#38;", "&"), ("&#x2F;", "/"))


def found_in_bodies(capture: Capture, entries: pd.DataFrame, *, same_page: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Link each request to the last answer before it in which its address stood.

    Whole addresses count, with or without their scheme, also escaped as JSON, HTML or a parameter
    writes them; an address that a script puts together is not found.

    Parameters
    ----------
    capture : Capture
    entries : pandas.DataFrame
        Its table ``entries``.
    same_page : bool
        Only answers of the same page count.

    Returns
    -------
    cause, entry : numpy.ndarray of int64
        Rows of ``entries``: the answer, and the request.

    Notes
    -----
    Looked through are answers of textual types, in the order of time, up to `BODY_LIMIT`
    characters of each and `TOTAL_LIMIT` of all.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> [found.tolist() for found in found_in_bodies(capture, capture.entries)]
    [[], []]
    """
    started = moments(entries.started)
    order = np.argsort(started, kind="stable")
    rank = np.empty(len(order), "int64")
    rank[order] = np.arange(len(order))
    wanted: dict[str, list[int]] = {}
    for row, url in enumerate(arrow(entries.url).to_pylist()):
        if url and "//" in url[:8]:
            wanted.setdefault(url[url.index("//") :], []).append(row)
    pages = arrow(entries.page_id).to_pylist() if same_page else [None] * len(entries)
    places: dict[tuple, list[int]] = {}
    for row, text in answer_texts(capture, entries, order):
        for address in _addresses(text, wanted):
            places.setdefault((pages[row], address), []).append(rank[row])
    found = []
    for address in dict.fromkeys(address for _, address in places):
        for row in wanted[address]:
            held = places.get((pages[row], address), [])
            before = bisect_left(held, rank[row])
            found += [(order[held[before - 1]], row)] if before else []
    cause, entry = np.array(found, "int64").reshape(-1, 2).T
    again = np.argsort(entry, kind="stable")
    return cause[again], entry[again]


def _addresses(text: str, wanted: dict) -> list[str]:
    """Return the wanted addresses that stand in a text, each once."""
    plain = plain_text(text)
    written = [address[address.index("//") :] for address in ADDRESS.findall(plain)]
    written += [address[address.index("//") :] for address in map(unquote, ENCODED.findall(plain)) if "//" in address]
    found = dict.fromkeys(form for address in dict.fromkeys(written) for form in (address, address.partition("#")[0], address.partition(")")[0], address.rstrip(").,;]!")) if form in wanted)
    return list(found)


def plain_text(text: str) -> str:
    """Undo the escapes that JSON, scripts and HTML put into addresses.

    Examples
    --------
    >>> plain_text(r"https:\\/\\/a.example\\/x?y=1&amp;z=2")
    'https://a.example/x?y=1&z=2'
    """
    for escape, character in WRITTEN:
        if escape in text:
            text = text.replace(escape, character)
    return text


def answer_texts(capture: Capture, entries: pd.DataFrame, rows: np.ndarray) -> Iterator[tuple[int, str]]:
    """Yield the rows whose answer is text, in the order given, with that text, within the limits.

    Parameters
    ----------
    capture : Capture
    entries : pandas.DataFrame
        Its table ``entries``.
    rows : numpy.ndarray of int64
        Rows to look at.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> [row for row, text in answer_texts(capture, capture.entries, np.arange(9))]
    [0, 1]
    """
    # of a view it is not known whether the file holds a body; then it is tried
    held = pc.fill_null(arrow(entries.response_body_held), capture.observer is not None)
    textual = pc.fill_null(pc.match_substring_regex(arrow(entries.mime), TEXTUAL), True)
    rows = rows[flags(pc.and_(held, textual))[rows]]
    ids = entries.entry_id.to_numpy("int64")
    left = TOTAL_LIMIT
    for batch in _batches(rows, pc.fill_null(arrow(entries.body_bytes), 0).to_numpy(zero_copy_only=False)):
        for row, data in zip(batch.tolist(), _data(capture, ids[batch].tolist()), strict=True):
            text = data.decode("utf-8", "ignore") if isinstance(data, bytes) else data
            if text:
                yield row, text[:BODY_LIMIT]
                left -= min(len(text), BODY_LIMIT)
            if left <= 0:
                return


def _data(capture: Capture, ids: list[int]) -> list[str | bytes | None]:
    bodies = capture.bodies(ids, side="response")
    found = dict(zip(bodies.entry_id.tolist(), bodies.data.tolist(), strict=True))
    return [found.get(entry_id) for entry_id in ids]


def _batches(rows: np.ndarray, sizes: np.ndarray) -> Iterator[np.ndarray]:
    first, taken = 0, 0
    for place, row in enumerate(rows.tolist()):
        taken += int(sizes[row])
        if place - first >= BATCH or (taken > BATCH_BYTES and place > first):
            yield rows[first:place]
            first, taken = place, int(sizes[row])
    if first < len(rows):
        yield rows[first:]
