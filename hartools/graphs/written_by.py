"""Which script could have put an address into a page, where the page's own text does not hold it?"""

import re
from bisect import bisect_left

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from hartools.capture import Capture
from hartools.graphs.codes import arrow, flags, moments
from hartools.graphs.found_in_bodies import BODY_LIMIT, answer_texts, plain_text

__all__ = ["not_in_document", "written_by"]

SCRIPT = r"javascript|ecmascript"
WORD = re.compile(r"[^\s\"'`<>()/\\=,;&?#]+")
ADDRESS = re.compile(r"(?:(?:https?|wss?):)?//[^\s\"'<>\\^`{|}$]+")
# Where an address that a script puts together may have been cut: behind one of these.
CUT = re.compile(r"[/?=&,._-]")
CUTS = 128


def not_in_document(capture: Capture, entries: pd.DataFrame, named: dict[int, int]) -> list[int]:
    """Find requests that a document is said to have caused but whose file name does not stand in it.

    Browsers report what a script inserts once its document is read as the parser's work
    (2026-11-24, Chromium 156, sample oncologue-paris.chrome-sensitive.har: the pictures that
    cards.js inserts, all on the line behind the document's last).

    Parameters
    ----------
    capture : Capture
    entries : pandas.DataFrame
        Its table ``entries``.
    named : dict of int to int
        Rows: request -> document or stylesheet. Where its body is not in the capture, nothing is said.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> not_in_document(capture, capture.entries, {2: 0})
    [2]
    """
    urls = arrow(entries.url).to_pylist()
    of_document: dict[int, list[int]] = {}
    for row, document in sorted(named.items()):
        of_document.setdefault(document, []).append(row)
    missing: list[int] = []
    for document, text in answer_texts(capture, entries, np.array(sorted(of_document), "int64")):
        words = set(WORD.findall(plain_text(text))) if len(text) < BODY_LIMIT else None  # of a text that is cut nothing can be said
        missing += [row for row in of_document[document] if words is not None and not _stands_in(urls[row] or "", words)]
    return sorted(missing)


def written_by(capture: Capture, entries: pd.DataFrame, rows: list[int]) -> dict[int, int]:
    """Link requests to the script of the same page that holds the longest beginning of their address.

    Parameters
    ----------
    capture : Capture
    entries : pandas.DataFrame
        Its table ``entries``.
    rows : list of int

    Returns
    -------
    dict of int to int
        Rows; where no script before the request holds more of it than the host, none.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> written_by(capture, capture.entries, [2])
    {}
    """
    if not rows:
        return {}
    urls, pages = arrow(entries.url).to_pylist(), arrow(entries.page_id).to_pylist()
    order = np.argsort(moments(entries.started), kind="stable")
    rank = np.argsort(order, kind="stable").tolist()
    beginnings = _beginnings(capture, entries, order, pages, rank)
    found = ((row, _script(urls[row] or "", pages[row], rank[row], beginnings, order)) for row in rows)
    return {row: script for row, script in found if script is not None and script != row}


def _stands_in(url: str, words: set[str]) -> bool:
    """Tell whether the last part of an address that is not empty stands in a text."""
    path = url.partition("#")[0].partition("?")[0].partition("://")[2].partition("/")[2].rstrip("/")
    parts = WORD.findall(path.rpartition("/")[2])
    return not parts or all(part in words for part in parts)


def _beginnings(capture: Capture, entries: pd.DataFrame, order: np.ndarray, pages: list[str | None], rank: list[int]) -> dict[tuple, list[int]]:
    """Return which scripts of a page hold an address or the beginning of one, by their places in time."""
    script = flags(pc.equal(arrow(entries.resource_type), "script")) | flags(pc.match_substring_regex(arrow(entries.mime), SCRIPT))
    found: dict[tuple, list[int]] = {}
    for row, text in answer_texts(capture, entries, order[script[order]]):
        for address in dict.fromkeys(ADDRESS.findall(plain_text(text))):
            address = address[address.index("//") :]
            if address.count("/") > 3 or "?" in address:  # a host alone says too little
                found.setdefault((pages[row], address), []).append(rank[row])
    return found


def _script(url: str, page: str | None, rank: int, beginnings: dict[tuple, list[int]], order: np.ndarray) -> int | None:
    """Return the script that holds the longest beginning of an address; of several the last before the request."""
    address = url[url.index("//") :] if "//" in url else url
    cuts = [found.end() for found, _ in zip(CUT.finditer(address), range(CUTS), strict=False)]
    for end in [len(address), *reversed(cuts)]:
        held = beginnings.get((page, address[:end]), [])
        before = bisect_left(held, rank)
        if before:
            return int(order[held[before - 1]])
    return None
