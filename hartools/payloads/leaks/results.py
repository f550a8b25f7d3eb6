"""How does a hit become a row: who received it, where, in which form, and how sure is it?"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.masking import mask, mask_text
from hartools.parties.domains import sites_of
from hartools.payloads.leaks.needles import Meaning
from hartools.payloads.leaks.places import name_in_address, name_in_body
from hartools.payloads.leaks.search import ADDRESSES, Found
from hartools.payloads.leaks.small_domains import Inverted

__all__ = ["COLUMNS", "TIERS", "leaks_table"]

TIERS = {
    "value": "the value itself, encoded or not, with nothing of its kind beside it",
    "inside": "the value inside a longer run of letters or digits: it may belong to another, longer value",
    "hash": "a hash of the value, of 64 bits or more: a chance match is out of the question",
    "part": "a part of the value (local part or domain of an address, first or last name), plain or hashed: others share it",
    "small domain": "a hash of one of few possible answers, read back by trying them all; shown in clear, and not one of the given values",
    "short": "a value so short or so common that parameters hold it for other reasons; only as a whole parameter value",
    "checksum": "a hash of 32 bits as a whole parameter value: among a million values, some match by chance",
}
COLUMNS = {
    "entry_id": "int", "host": "str", "site": "str", "party": "str", "direction": "str", "field": "str", "name": "str", "label": "str", "value": "str",
    "form": "str", "path": "str", "tier": "str", "position": "int", "excerpt": "str",
}  # fmt: skip
ORDER = list(TIERS)
LONGEST = 300
LESSER = ("part", "short", "checksum")


def leaks_table(capture: Capture, found: Iterable[Found], *, reveal: bool = False) -> pd.DataFrame:
    """Lay hits out, one row per entry, field, name, value and hash; the plainest way where several lead there."""
    rows = _without_repeats(_rows(_outermost(list(found)), reveal))
    entries = capture.entries
    table = pd.DataFrame(rows, columns=[*COLUMNS][:1] + [*COLUMNS][4:])
    known = entries[entries.entry_id.isin(table.entry_id)].set_index("entry_id")
    sites = known.site.fillna(pd.Series(sites_of(known.host).array, index=known.index))
    for column, values in (("host", known.host), ("site", sites), ("party", known.party)):
        table[column] = values.reindex(table.entry_id).array
    return table[[*COLUMNS]].astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _outermost(found: list[Found]) -> Iterator[Found]:
    """Leave out what lies inside a longer match of the same text."""
    by_text: dict[tuple, list[Found]] = {}
    for each in found:
        by_text.setdefault((id(each.source), each.text, each.way, each.part, each.name, len(each.inner)), []).append(each)
    for group in by_text.values():
        group.sort(key=lambda each: (each.start, -each.end))
        reached, kept = -1, []
        for each in group:
            if each.end > reached or kept and (each.start, each.end) == (kept[-1].start, kept[-1].end):
                kept.append(each)
                reached = max(reached, each.end)
        yield from kept


def _rows(found: Iterable[Found], reveal: bool) -> Iterator[tuple]:
    """Yield key, rank and row of every hit in every entry."""
    for each in found:
        label, form, written, hashes, steps, length = _said(each.meaning)
        tier, text = _tier(each), "" if isinstance(each.meaning, Inverted) else each.meaning.form.text.lower()
        matched = each.inner[each.start : each.end].decode("utf-8", "replace")
        value = written[1] if isinstance(each.meaning, Inverted) else mask(each.meaning.form.text, reveal=reveal)
        excerpt = mask(matched, reveal=reveal)
        for entry_id, row_name in each.source.rows(each.text):
            field, name, where = _where(each, row_name)
            path = mask_text(f"{where}{_way(each, name)} → {written[0]}", reveal=reveal)[:LONGEST]
            named = path.count(" → $")
            rank = (ORDER.index(tier), -length, path.count(" → ") - named + steps, -named, path)
            key = (entry_id, field, label, hashes, name)
            yield key, rank, text, (entry_id, each.source.direction, field, None if name is None else mask_text(name, reveal=reveal), label, value, form, path, tier, each.start, excerpt)


def _said(meaning: Meaning | Inverted) -> tuple:
    """Return label, form, what is written and the answer, hashes, how many steps, length of the form."""
    if isinstance(meaning, Inverted):
        return meaning.kinds, f"{meaning.kinds}", (f"{meaning.written}({meaning.answer})", meaning.answer), ("small",), 1, 0
    return meaning.form.label, meaning.form.name, (meaning.written, ""), meaning.hashes, len(meaning.encodings) + len(meaning.hashes), len(meaning.form.text)


def _tier(found: Found) -> str:
    if isinstance(found.meaning, Inverted):
        return "small domain"
    if found.meaning.is_checksum:
        return "checksum"
    if found.meaning.form.is_part:
        return "part"
    if found.meaning.hashes:
        return "hash"
    return {"whole": "short", "inside": "inside"}.get(found.how, "value")


def _where(found: Found, row_name: str | None) -> tuple[str, str | None, str]:
    """Return field, name and the two in words."""
    field = found.source.field
    if field in ADDRESSES:
        part, name = (found.part, found.name) if found.part else name_in_address(found.inner, found.start)
        name = name or None
        if field == "url":
            return part, name, f"{part} {name}" if name and part != "path" else f"path {name}" if name else part
        return field, f"{part} {name}" if name else part, f"{field} {part}" + (f" {name}" if name else "")
    if row_name is not None:
        return field, row_name, f"{field} {row_name}"
    if found.name is not None:
        return field, found.name, field
    if not found.way:
        return field, _body_name(found.inner, found.start, found.end), field
    return field, None, field


@lru_cache(maxsize=4096)
def _body_name(inner: bytes, start: int, end: int) -> str | None:
    return name_in_body(inner, start, end)


def _way(found: Found, name: str | None) -> str:
    """Return the layers on the way, with the name inside a body where no layer says it."""
    if found.way or found.source.field in ADDRESSES or found.source.is_value or name is None:
        return found.way
    return f" → {name}"


def _without_repeats(rows: Iterator[tuple]) -> list[tuple]:
    best: dict[tuple, tuple] = {}
    for key, rank, text, row in rows:
        if key not in best or rank < best[key][0]:
            best[key] = rank, text, row
    named: dict[tuple, list[str]] = {}
    for key in best:
        named.setdefault(key[:4], []).append(key[4] or "")
    wholes: dict[tuple, list[tuple]] = {}
    for (entry_id, field, _, _, name), (_, text, row) in best.items():
        if row[8] not in LESSER:
            wholes.setdefault((entry_id, field), []).append((name, text))
    kept = []
    for key, (_, text, row) in best.items():
        # the same place, once found under its name and once in the text around it
        around = f"{key[4]} → " if key[4] else ""
        is_repeated = key[1] != "host" and any(name != (key[4] or "") and name.startswith(around) for name in named[key[:4]])
        # a part of a value that stands there as a whole says nothing more
        if not is_repeated and not (row[8] in LESSER and _is_covered(text, key[4], wholes.get(key[:2], ()))):
            kept.append(row)
    return sorted(kept, key=lambda row: (row[0], row[2], row[3] or "", row[4], row[7], row[9]))


def _is_covered(text: str, name: str | None, wholes: Iterable[tuple]) -> bool:
    """Tell whether a whole value with this text in it stands in the same place; a name without one, or the beginning of one, is the same."""
    return any(text in whole and (not name or not other or name.startswith(other) or other.startswith(name)) for other, whole in wholes)
