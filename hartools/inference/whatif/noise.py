"""What if sizes told nothing, or pictures were asked for that nobody was shown?"""

import base64
import random
from collections.abc import Iterable

import pandas as pd

from hartools.columns import RECEIVED
from hartools.errors import CatalogueError, UnknownChoiceError
from hartools.inference.catalogue import Catalogue
from hartools.inference.whatif.draft import Draft, header_value, message_of, set_headers
from hartools.inference.whatif.pictures import name_of, picture_entries, rename_in_address

__all__ = ["DRAWN", "RENEWED", "STEP", "dummy_requests", "padding"]

DRAWN = ("one other query", "anywhere")
RENEWED = ("per query", "each time")
# What is padded without a size given comes to the next multiple of so many bytes.
STEP = 4096


def padding(draft: Draft, *, size: int | None = None, hosts: Iterable[str] | None = None) -> None:
    """Bring all pictures to one size."""
    pictures = picture_entries(draft, hosts)
    known = draft.entries.reindex(pictures.index)[["body_bytes", "transfer_bytes"]]
    largest = max((int(value) for value in known.body_bytes.dropna()), default=0)
    size = max(size or 0, -(-largest // STEP) * STEP)
    if not size:
        return
    bodies = draft.capture.bodies(pictures.index.tolist(), side="response")
    held = {entry_id: data for entry_id, data in zip(bodies.entry_id, bodies.data, strict=True) if isinstance(data, bytes)}
    for entry_id in pictures.index.tolist():
        if known.body_bytes.fillna(0)[entry_id] > 0:
            _pad(draft.edit(entry_id), size, int(known.body_bytes[entry_id]), held.get(entry_id))


def _pad(entry: dict, size: int, before: int, data: bytes | None) -> None:
    """Write the new size wherever the old one stands, and behind the picture the bytes that fill it."""
    answer = message_of(entry, "response")
    content = answer.get("content")
    if isinstance(content, dict):
        content["size"] = size
        content.pop("compression", None)
        if data is not None:
            for name in ("_file", "_sha1"):
                content.pop(name, None)
            content |= {"encoding": "base64", "text": base64.b64encode(data.ljust(size, b"\0")).decode()}
    for name in ("bodySize", "_transferSize"):
        if isinstance(answer.get(name), (int, float)) and answer[name] > 0:
            answer[name] = size + (int(answer[name]) - before if int(answer[name]) >= before else 0)
    if header_value(answer, "content-length") is not None:
        set_headers(answer, {"content-length": str(size), "content-encoding": None})


def dummy_requests(draft: Draft, *, k: int | None = None, drawn: str = DRAWN[0], renewed: str = RENEWED[0], seed: int = 0, catalogue: Catalogue | None = None,
                   hosts: Iterable[str] | None = None) -> None:
    """Let each page view ask for further pictures of the catalogue."""
    if drawn not in DRAWN or renewed not in RENEWED:
        raise UnknownChoiceError(f"drawn={drawn!r}, renewed={renewed!r}: dummies are drawn from {' or '.join(map(repr, DRAWN))}, anew {' or '.join(map(repr, RENEWED))}")
    if catalogue is None:
        raise CatalogueError("dummy-requests draws its pictures from a catalogue: pass catalogue=, as read_catalogue gives it.")
    pictures = picture_entries(draft, hosts)
    sent = pictures[pictures.outcome.isin(RECEIVED)]
    records = catalogue.records.dropna(subset="asset_id")
    groups = [sorted(set(rows.asset_id)) for _, rows in records.groupby(list(catalogue.attributes), sort=True)]
    everybody = sorted(set(records.asset_id))
    for number, (page, rows) in enumerate(sent.groupby("page", sort=False, dropna=False)):
        query = draft.entries.url[page] if not pd.isna(page) else "|".join(sorted(set(rows.asset_id)))
        chance = random.Random(f"{seed} {query} {number if renewed == RENEWED[1] else ''}")
        own = set(rows.asset_id)
        wanted = len(own) if k is None else k
        pool = [asset for asset in everybody if asset not in own] if drawn == DRAWN[1] else _other_query(chance, groups, own, wanted)
        for at, asset in enumerate(chance.sample(pool, min(wanted, len(pool)))):
            _dummy(draft, rows, at, asset)


def _other_query(chance: random.Random, groups: list[list[str]], own: set[str], wanted: int) -> list[str]:
    """Choose the pictures of one other query that has enough of them, else of the one that has most."""
    free = [group for group in groups if not own & set(group)]
    large = [group for group in free if len(group) >= wanted] or ([max(free, key=len)] if free else [])
    return chance.choice(large) if large else []


def _dummy(draft: Draft, rows: pd.DataFrame, at: int, asset: str) -> None:
    """Add the request for one picture, in the place of time of one that the page showed."""
    like = int(rows.index[at % len(rows)])
    entry = draft.add(like)
    entry_id = max(draft.added)
    rename_in_address(draft, entry_id, name_of(rows.asset_id.iloc[at % len(rows)]), name_of(asset))
    content = message_of(entry, "response").get("content")
    if isinstance(content, dict):
        for name in ("text", "encoding", "_file", "_sha1"):
            content.pop(name, None)
    set_headers(message_of(entry, "response"), {"etag": None, "last-modified": None})
