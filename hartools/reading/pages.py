"""Which pages does the log name, and whose document is each?"""

import re

import pandas as pd
import pyarrow as pa

from hartools.reading.dates import dates
from hartools.reading.dialects import Dialect
from hartools.reading.notes import CODES, note
from hartools.reading.values import amount, split_url, text

__all__ = ["pages_columns"]

# A URL and nothing else: chrome-har's titles go on, "https://a.example run 1" (2026-11-24, 0.12.0, ferguson.har).
URL = re.compile(r"(?i)https?://\S+")

# 2026-11-24, Chrome 16, jvdmeiden/har-viewer buienradar.nl.har: one second before 1970 for a start that is not known.
NO_START = re.compile(r"1969-12-31T23:59:59")


def pages_columns(pages: object, entries: pd.DataFrame, dialect: Dialect) -> tuple[dict[str, object], list[dict]]:
    """Build table ``pages``; the URL is what the exporter says, else the first HTML document of the page."""
    listed = [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []
    notes = []
    if pages is not None and (not isinstance(pages, list) or len(listed) < len(pages)):
        notes.append(note("odd_type", found="pages that are no list of objects", done="set aside"))
    timings = [page["pageTimings"] if isinstance(page.get("pageTimings"), dict) and not dialect.page_timings_unanchored else {} for page in listed]
    documents = _documents(entries)
    ids = [text(page.get("id")) for page in listed]
    starts = [page.get("startedDateTime") for page in listed]
    found = dates([None if isinstance(start, str) and NO_START.match(start) else start for start in starts])
    notes += [note(code, count=len(rows), found=f"{CODES[code].meaning}, in pages", done=CODES[code].remedy) for code, rows in found.odd.items()]
    return {
        "page_id": ids,
        "title": [text(page.get("title")) for page in listed],
        "url": [_written(page) or documents.get(page_id) for page, page_id in zip(listed, ids, strict=True)],
        "started": found.times,
        "on_content_load_ms": pa.array([amount(timing.get("onContentLoad")) for timing in timings], pa.float64()),
        "on_load_ms": pa.array([amount(timing.get("onLoad")) for timing in timings], pa.float64()),
    }, notes


def _documents(entries: pd.DataFrame) -> pd.Series:
    """Find the first HTML document of each page; exporters do not always write in the order of time."""
    html = entries[(entries.mime == "text/html") & (entries.outcome == "answered")]
    return html.sort_values("started", kind="stable").drop_duplicates("page_id").set_index("page_id").url


def _written(page: dict) -> str | None:
    # Chromium, Safari: title; chrome-har and Browsertime: _url; WebPageTest: _URL; PhantomJS: id.
    candidates = (text(page.get(name)) for name in ("title", "_url", "_URL", "id"))
    url, *_, path, query = split_url(next((each for each in candidates if each and URL.fullmatch(each)), ""))
    return url + ("" if path or query else "/") if url else None
