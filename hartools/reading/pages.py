"""Which pages does the log name, and whose document is each?"""

import pandas as pd
import pyarrow as pa

from hartools.reading.notes import CODES, note
from hartools.reading.values import amount, split_url, text
from hartools.reading.vectors import dates

__all__ = ["pages_columns"]


def pages_columns(pages: object, entries: pd.DataFrame) -> tuple[dict[str, object], list[dict]]:
    """Build table ``pages``; the URL is the first HTML document of the page, else its title."""
    listed = [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []
    notes = []
    if pages is not None and (not isinstance(pages, list) or len(listed) < len(pages)):
        notes.append(note("odd_type", found="pages that are no list of objects", done="set aside"))
    timings = [page["pageTimings"] if isinstance(page.get("pageTimings"), dict) else {} for page in listed]
    documents = entries[(entries.mime == "text/html") & (entries.outcome == "answered")].drop_duplicates("page_id").set_index("page_id").url
    ids, titles = [text(page.get("id")) for page in listed], [text(page.get("title")) for page in listed]
    written = [title if title and title.startswith(("http://", "https://")) else None for title in titles]
    found = dates([page.get("startedDateTime") for page in listed])
    notes += [note(code, count=len(rows), found=f"{CODES[code].meaning}, in pages", done=CODES[code].remedy) for code, rows in found.odd.items()]
    return {
        "page_id": ids,
        "title": titles,
        "url": [split_url(url)[0] if url else documents.get(page_id) for url, page_id in zip(written, ids, strict=True)],
        "started": found.times,
        "on_content_load_ms": pa.array([amount(timing.get("onContentLoad")) for timing in timings], pa.float64()),
        "on_load_ms": pa.array([amount(timing.get("onLoad")) for timing in timings], pa.float64()),
    }, notes
