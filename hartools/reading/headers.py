"""Which headers did an entry send and receive?"""

import re
from functools import cache

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from hartools.reading.fitting import clean, plain
from hartools.reading.index import Index
from hartools.reading.log import Log
from hartools.reading.notes import CODES, note
from hartools.reading.schema import Pair
from hartools.reading.vectors import mapped

__all__ = ["header", "headers_columns", "pairs"]

NAME_THEN_VALUE = rb'"name"\s*:\s*"%b"\s*,\s*"value"\s*:\s*"([^"\\]*)"'

# How far before the end of a name its member begins.
NEAR = 64

# Headers of this many entries are parsed at a time; numbers are measured with benchmarks/reading.py.
BATCH = 4096
BLOCK = 1 << 22

LINES = pa.json.ParseOptions(
    explicit_schema=pa.schema([("h", pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())])))]),
    newlines_in_values=True,  # exports are often indented
    unexpected_field_behavior="ignore",
)
_pairs = msgspec.json.Decoder(list[Pair])


def header(raw, name: str) -> str | None:
    """Find the first header of a name in an undecoded list.

    Parameters
    ----------
    raw : bytes-like
        JSON of ``headers``.
    name : str
        Name in lower case.

    Examples
    --------
    >>> header(b'[{"name": "Referer", "value": "https://a.example/"}]', "referer")
    'https://a.example/'
    """
    ends, pattern = _spellings(name)
    written = bytes(raw)
    for end in ends:
        at = written.find(end)
        if at >= 0:
            break
    else:
        return None
    # the usual order of members, without an escape: as good as decoding, and far quicker
    found = pattern.search(written, max(0, at - NEAR))
    if found is not None and found.start() < at:
        return found[1].decode("utf-8", "replace")
    return next((value for key, value in pairs(raw) if key.lower() == name), None)


@cache
def _spellings(name: str) -> tuple[tuple[bytes, ...], re.Pattern]:
    """Return how exporters spell a name, less its first letter, and a pattern for name and value.

    A search for a text is quicker than one for a pattern, and most lists lack most names.
    """
    titled = "-".join(part.title() for part in name.split("-"))
    spelt = dict.fromkeys((name, titled, name.upper()))
    ends = dict.fromkeys(each[1:].encode() + b'"' for each in spelt)
    return tuple(ends), re.compile(NAME_THEN_VALUE % (b"(?:" + b"|".join(re.escape(each.encode()) for each in spelt) + b")"))


def pairs(raw) -> list[tuple[str, str]]:
    """Decode a list of headers, in whatever shape it is.

    Lists of ``{name, value}``; a value that is a list of texts (Polly.JS 1.3-2.0) gives a header
    for each; an object from name to value (home-made recorders) gives its members.

    Examples
    --------
    >>> pairs(b'[{"name": "A", "value": ["1", "2"]}]'), pairs(b'{"B": "3"}')
    ([('A', '1'), ('A', '2')], [('B', '3')])
    """
    try:
        listed = [(pair.name, pair.value) for pair in _pairs.decode(raw)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        listed = _odd_pairs(plain(raw))
    return [(_written(name), _written(each)) for name, value in listed for each in (value if isinstance(value, list) else [value])]


def _odd_pairs(value) -> list[tuple]:
    if isinstance(value, dict):
        return list(value.items())
    return [(item.get("name"), item.get("value")) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _written(value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    return msgspec.json.encode(value).decode() if isinstance(value, (dict, list, bool)) else f"{value:g}" if isinstance(value, float) else str(value)


def headers_columns(log: Log, index: Index, *, repeated: bool = False) -> tuple[dict[str, pa.ChunkedArray], list[dict]]:
    """Build table ``headers``, and notes on lists that are none.

    Parameters
    ----------
    log : Log
    index : Index
        Where the lists stand.
    repeated : bool
        The exporter lists the same request header twice; it counts once.
    """
    notes: list[dict] = []
    parts = []
    for ids, sides, raws in index.headers.batches(BATCH):
        odd = [entry_id for entry_id, raw in zip(ids.tolist(), raws, strict=True) if raw[0] not in b"[{"]
        notes += [note("odd_type", entry_id=entry_id, at_byte=log.at_byte(entry_id), found="headers that are no list", done=CODES["odd_type"].remedy) for entry_id in odd]
        parts.append(_columns(ids, sides, raws))
        if raws:
            log.release(before=raws[-1])
    # left in pieces: to join them would copy the largest table there is
    columns = {name: pa.chunked_array([part[name] for part in parts]) for name in parts[0]}
    return (_without_repeats(columns, log, notes) if repeated else columns), notes


def _columns(ids: np.ndarray, sides: np.ndarray, raws: list) -> dict[str, pa.Array]:
    names, values, owner, position = _parsed(raws) if raws else ([], [], np.zeros(0, np.int64), np.zeros(0, np.int64))
    side = pa.DictionaryArray.from_arrays(sides[owner].astype(np.int8), pa.array(["request", "response"]))
    return {
        "entry_id": pa.array(ids[owner]),
        "side": side.cast(pa.string()),
        "position": pa.array(position),
        "name": mapped(pc.fill_null(pa.array(names, pa.string()), ""), str.lower, pa.string()),
        "value": pc.fill_null(pa.array(values, pa.string()), ""),
    }


def _parsed(raws: list) -> tuple:
    """Return names, values, which list each belongs to, and its position there."""
    try:
        return _parsed_at_once(raws)
    except pa.ArrowInvalid:  # a value that is no text, an object for a list
        lists = [pairs(raw) for raw in raws]
    owner = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    position = np.concatenate([np.arange(len(each)) for each in lists])
    return [name for each in lists for name, _ in each], [value for each in lists for _, value in each], owner, position


def _parsed_at_once(raws: list) -> tuple:
    """Parse all lists as lines of JSON, straight into columns: four times as quick as one by one."""
    lines = b'{"h":' + b'}\n{"h":'.join(raws) + b"}\n"
    read = pa.json.ReadOptions(block_size=max(BLOCK, max(memoryview(raw).nbytes for raw in raws) + 64))
    lists = pa.json.read_json(pa.BufferReader(lines), read_options=read, parse_options=LINES)["h"].combine_chunks()
    lists.validate(full=True)  # bytes that are no UTF-8 are replaced on the slower way
    items = lists.flatten()
    if items.null_count or len(lists) != len(raws):
        raise pa.ArrowInvalid("an item that is no object")
    owner = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    first = lists.offsets.to_numpy()[:-1]
    return pc.struct_field(items, "name"), pc.struct_field(items, "value"), owner, np.arange(len(items)) - (first - first[0])[owner]


def _without_repeats(columns: dict[str, pa.ChunkedArray], log: Log, notes: list[dict]) -> dict[str, pa.ChunkedArray]:
    """Drop request headers that repeat an earlier one of the same entry to the letter."""
    table = pd.DataFrame({name: columns[name].to_pandas() for name in ("entry_id", "side", "name", "value")})
    again = table.duplicated() & (table.side == "request")
    for entry_id, count in table[again].groupby("entry_id").size().items():
        notes.append(note("repeated_headers", entry_id=int(entry_id), at_byte=log.at_byte(int(entry_id)), count=int(count), found=CODES["repeated_headers"].meaning, done=CODES["repeated_headers"].remedy))
    kept = pa.array(~again.to_numpy())
    return {name: column.filter(kept) for name, column in columns.items()}
