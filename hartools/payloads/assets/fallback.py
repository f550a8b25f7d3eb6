"""Guess which addresses on an unknown host show the same picture.

Only for paths that end in a picture's extension. The guess strips what sites
commonly write for a size: `-300x200`, `@2x`, `-scaled`, `_small`, and query
keys such as `w`, `q` or `v`. A bare number (`_12`) stays: it numbers pictures
at least as often as it measures them, and two people must not become one.
"""

import re

from hartools.payloads.assets.links import Picture, decode

__all__ = ["guess"]

_EXTENSION = re.compile(r"\.(?:jpe?g|png|webp|avif|gif|svg)$", re.IGNORECASE)
_SIZE = re.compile(
    r"(?:[-_@]\d{2,4}x\d{2,4}|@[23]x|-scaled|_(?:small|medium|large|thumb|normal|bigger)){1,3}$"
)
# Longer than any run of sizes; keeps the search away from very long names.
_LONGEST_SIZE = 60


def guess(link):
    """Return the picture an unknown host was asked for, or None if it is none."""
    path = decode(link.path)
    extension = _EXTENSION.search(path[-6:])
    if extension is None:
        return None
    stem = path[: len(path) - len(extension[0])]
    size = _SIZE.search(stem[-_LONGEST_SIZE:])
    suffix = size[0] if size and len(size[0]) < len(stem.rpartition("/")[2]) else ""
    base = link.page(path="")
    host, mark, query = base.partition("?")
    asset_id = host + stem.removesuffix(suffix) + extension[0] + mark + query
    fields = link.fields
    rendition = "&".join(filter(None, (suffix.lstrip("-_@"), link.rendition())))
    version = fields.get("v") or fields.get("ver") or None
    return Picture(asset_id, None, rendition, version, bool(link.signing_keys), guessed=True)
