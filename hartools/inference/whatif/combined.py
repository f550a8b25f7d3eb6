"""What if the pictures of a page came as one combined picture?"""

from collections.abc import Iterable, Mapping

import pandas as pd

from hartools.errors import UnknownChoiceError
from hartools.inference.catalogue import Catalogue
from hartools.inference.queries import query_posterior
from hartools.inference.whatif.draft import Draft
from hartools.inference.whatif.pictures import name_of, picture_entries, rename_in_address, token

__all__ = ["KINDS_OF_SPRITE", "bucket_name", "sprite_name", "sprites"]

KINDS_OF_SPRITE = ("query", "bucket")


def sprites(draft: Draft, *, by: str = KINDS_OF_SPRITE[0], buckets: int = 64, seed: int = 0, catalogue: Catalogue | None = None, hosts: Iterable[str] | None = None) -> None:
    """Ask for combined pictures in the place of single ones."""
    if by not in KINDS_OF_SPRITE:
        raise UnknownChoiceError(f"by={by!r}: a combined picture is made by {' or '.join(map(repr, KINDS_OF_SPRITE))}")
    pictures = picture_entries(draft, hosts)
    sent = pictures[pictures.outcome != "cached"]
    for _, page in sent.groupby("page", sort=False, dropna=False):
        if by == "bucket":
            _ask(draft, page, [bucket_name(asset, buckets, seed) for asset in page.asset_id])
        elif page.asset_id.nunique() > 1 and (name := _sprite_of(page, catalogue, seed)) is not None:
            _ask(draft, page, [name] * len(page))
    draft.dropped |= set(pictures.index[(pictures.outcome == "cached") & pictures.asset_id.isin(sent.asset_id)]) if by == "bucket" else set()


def _ask(draft: Draft, page: pd.DataFrame, names: list[str]) -> None:
    """Let the first request for each name stand for all that it holds."""
    asked: set[str] = set()
    for entry_id, asset, name in zip(page.index.tolist(), page.asset_id.tolist(), names, strict=True):
        if name in asked:
            draft.dropped.add(entry_id)
            continue
        asked.add(name)
        rename_in_address(draft, entry_id, name_of(asset), name)
        _forget_picture(draft.edit(entry_id))


def _forget_picture(entry: dict) -> None:
    """Leave open what was answered: nobody recorded the combined picture."""
    content = entry.get("response", {}).get("content")
    if isinstance(content, dict):
        for name in ("text", "encoding", "_file", "_sha1"):
            content.pop(name, None)


def _sprite_of(page: pd.DataFrame, catalogue: Catalogue | None, seed: int) -> str | None:
    """Name the combined picture of a page after its query, or without a catalogue after what it holds.

    A page that answers no query of the catalogue, such as a home page, has none.
    """
    if catalogue is None:
        return f"sprite-{token(seed, *sorted(set(page.asset_id)))[:12]}"
    best = query_posterior(page.asset_id.tolist(), catalogue).best()
    return sprite_name(best, seed) if best else None


def sprite_name(query: Mapping[str, str], seed: int) -> str:
    """Name the combined picture of a query.

    Examples
    --------
    >>> sprite_name({"city": "lyon"}, 0) == sprite_name({"city": "lyon"}, 0) != sprite_name({"city": "paris"}, 0)
    True
    """
    return f"sprite-{token(seed, *(part for pair in sorted(query.items()) for part in pair))[:12]}"


def bucket_name(asset: str, buckets: int, seed: int) -> str:
    """Name the bucket that a picture lies in, whatever is searched.

    Examples
    --------
    >>> bucket_name("dr12", 1, 0)
    'bucket-0000'
    """
    return f"bucket-{int(token(seed, asset), 16) % max(1, buckets):04d}"
