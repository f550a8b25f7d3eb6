"""What did an edge write into a page, or answer instead of it?"""

import re
from functools import lru_cache

import numpy as np

from hartools.capture import Capture
from hartools.parties.infrastructure.providers import Sign, body_signs

__all__ = ["find_in_pages"]

# Bodies are decoded for this alone, so only documents and error pages are, few of them, and their beginnings.
MOST_PAGES = 64
LONGEST = 1 << 18


def find_in_pages(capture: Capture, candidates: np.ndarray) -> list[tuple[Sign, np.ndarray]]:
    """Look into documents and error pages for what an edge writes there.

    Parameters
    ----------
    capture : Capture
    candidates : numpy.ndarray of int
        Rows of entries that are pages and were answered now; of more than 64 the first are looked at.

    Examples
    --------
    >>> import hartools as ht
    >>> find_in_pages(ht.read_har(ht.example_har()), np.array([0]))
    []
    """
    entries = capture.entries
    held = candidates[entries.response_body_held.take(candidates).fillna(False).to_numpy(dtype=bool)][:MOST_PAGES]
    found: dict[Sign, list[int]] = {}
    ids = entries.entry_id.take(held).tolist()
    bodies = capture.bodies(ids, side="response") if ids else None
    for entry_id, data in zip(bodies.entry_id, bodies.data, strict=True) if ids else ():
        text = _text(data)
        for pattern, sign in _patterns():
            if text and pattern.search(text):
                found.setdefault(sign, []).append(int(held[ids.index(entry_id)]))
    return [(sign, np.array(sorted(rows), np.int64)) for sign, rows in found.items()]


def _text(data: object) -> str:
    if isinstance(data, bytes):
        return data[:LONGEST].decode("utf-8", "replace")
    return data[:LONGEST] if isinstance(data, str) else ""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern, Sign], ...]:
    return tuple((re.compile(sign.pattern), sign) for sign in body_signs())
