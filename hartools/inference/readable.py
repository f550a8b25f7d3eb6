"""Who could read which bytes in clear where they passed the browser's HTTP layer?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, require_columns
from hartools.errors import UnknownChoiceError
from hartools.findings import STRENGTHS
from hartools.inference.handlers import handlers_of
from hartools.inference.judged_bodies import NOT_HELD, judged_bodies
from hartools.payloads.clarity import CANNOT_TELL, CIPHERTEXT, ENCODED, READABLE

__all__ = ["CONTENT", "content_of", "readability", "readability_summary", "strongest"]

COLUMNS = {"entry_id": "int", "side": "str", "host": "str", "verdict": "str", "kind": "str", "envelope": "str", "recipients": "object", "length": "int", "entropy_bits": "float", "held": "bool",
           "in_clear": "object", "on_the_way": "bool", "statement": "str", "why": "str", "content": "str", "layers": "object", "parts": "object", "key_signs": "object", "via_service_worker": "bool"}  # fmt: skip
SUMMARY = {"host": "str", "side": "str", "content": "str", "bodies": "int", "readable": "int", "encoded": "int", "ciphertext_like": "int", "cannot_tell": "int", "not_recorded": "int", "bytes": "int", "kinds": "object",
           "in_clear": "object", "on_the_way": "bool", "statement": "str", "entry_ids": "object"}  # fmt: skip
SIDES = ("request", "response")
# What a body is to a reader, by its kind; a kind that stands nowhere is data.
CONTENT = {"html": "documents", "pdf": "documents", "office document": "documents", "text": "documents", "javascript": "scripts and styles", "css": "scripts and styles", "program": "scripts and styles",
           "image": "media", "image or video": "media", "audio": "media", "video": "media", "font": "media", "svg": "media", "model": "media"}  # fmt: skip


def readability(capture: Capture, *, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None, sides: tuple[str, ...] = SIDES) -> pd.DataFrame:
    """Say of each body whether it was readable as it passed the browser's HTTP layer, and who held it in clear there.

    Parameters
    ----------
    capture : Capture
        What the browser recorded, or an observer's view of it.
    ranges, dns : pandas.DataFrame, optional
        Facts from outside the capture; see `entry_infrastructure`.
    sides : tuple of {"request", "response"}
        Which bodies.

    Returns
    -------
    pandas.DataFrame
        One row per entry and side that had a body or could have had one, in the order of sides and
        entries: entry_id, side, host, verdict (readable, encoded, ciphertext-like, cannot tell; unknown
        where the body was not recorded), kind, envelope, recipients (as the envelope names them), length
        (bytes), entropy_bits (per byte, of the innermost value), held (the body was recorded), in_clear
        (list of {party, role, grade, strength}), on_the_way (it went without TLS, so that everybody on the
        way could read it), statement, why, content (documents, data, scripts and styles, media), layers
        (undone, outermost first), parts (list of members that are ciphertext or have an envelope),
        key_signs (list of signs of keys and of decryption in it), via_service_worker.

    Raises
    ------
    UnknownChoiceError
        If a side is neither request nor response.

    Notes
    -----
    TLS hides from the network alone: the party that ends it holds the body as the browser's HTTP layer
    does, unless the body is encrypted under a key that it lacks. A body known to be empty has no row;
    one that was not recorded has, without a verdict. What stayed in the browser reached nobody and is
    left out. Each distinct body is decoded and judged once. Rules R-READABLE, R-OPAQUE and R-KEY.

    Examples
    --------
    >>> import hartools as ht
    >>> table = readability(ht.read_har(ht.example_har()), sides=("response",))
    >>> table[table.held].groupby(["host", "verdict"]).size().to_dict()[("www.doctor.example", "readable")]
    2
    """
    if wrong := [side for side in sides if side not in SIDES]:
        raise UnknownChoiceError(f"sides={wrong!r}: there are 'request' and 'response'")
    handled = handlers_of(capture, ranges=ranges, dns=dns)
    known: dict[tuple, dict] = {}
    rows = [row for side in sides for row in judged_bodies(capture, side, known)]
    more = [{"in_clear": getattr(handled[row["entry_id"]], row["side"]), "content": content_of(row.get("kind")), "statement": _statement(row)} for row in rows]
    return _table([row | each for row, each in zip(rows, more, strict=True)], COLUMNS)


def _table(rows: list[dict], columns: dict[str, str]) -> pd.DataFrame:
    index = pd.RangeIndex(len(rows))
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], index=index, dtype=DTYPES[kind]) for name, kind in columns.items()})


def _statement(row: dict) -> str:
    """Say in words for whom a body was readable."""
    if not row["held"]:
        return NOT_HELD
    who = "everybody on the way, since there was no TLS" if row["on_the_way"] else "whoever handles the exchange in clear: only the transport was seen to be encrypted"
    sealed = [part for part in row["parts"] if part["verdict"] == CIPHERTEXT]
    but = f"; {len(sealed)} of its members are opaque to us, their reader unknown" if sealed else ""
    if row["verdict"] == READABLE:
        return f"readable by {who}{but}"
    if row["verdict"] == ENCODED:
        return f"readable, once an encoding that needs no key is undone, by {who}{but}"
    if row["verdict"] == CANNOT_TELL:
        return "opaque to us: packed, too short, or in a form of its author's, who could presumably read it"
    named = f", for {', '.join(row['recipients'][:3])}" if row["recipients"] else ""
    return f"ciphertext in an envelope ({row['envelope']}{named}): who holds the key is unknown" if row["envelope"] else "opaque to us: it looks like ciphertext, and its reader is unknown"


def content_of(kind: str | None) -> str | None:
    """Return what a body of this kind is to a reader: documents, data, scripts and styles, or media.

    Examples
    --------
    >>> content_of("html"), content_of("json")
    ('documents', 'data')
    """
    return CONTENT.get(kind, "data") if isinstance(kind, str) else None


def readability_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Count the rows of `readability` by host, side and content.

    Parameters
    ----------
    table : pandas.DataFrame
        As `readability` gives it.

    Returns
    -------
    pandas.DataFrame
        One row per host, side and content (unknown for what was not recorded), in order of
        appearance: host, side, content, bodies, readable, encoded, ciphertext_like, cannot_tell,
        not_recorded, bytes (of recorded bodies), kinds (kind -> number), in_clear (list of {party, role,
        grade, strength}, each once, the strongest), on_the_way, statement (the most frequent), entry_ids.

    Raises
    ------
    UnknownColumnError
        If the table is none of `readability`.

    Examples
    --------
    >>> import hartools as ht
    >>> summary = readability_summary(readability(ht.read_har(ht.example_har())))
    >>> summary.loc[0, ["host", "side", "content", "bodies", "readable"]].tolist()
    ['www.doctor.example', 'response', 'documents', 1, 1]
    """
    require_columns(table, list(COLUMNS))
    rows = []
    for (host, side, content), group in table.groupby(["host", "side", "content"], sort=False, dropna=False):
        verdicts = group.verdict.value_counts()
        counts = {name: int(verdicts.get(verdict, 0)) for name, verdict in (("readable", READABLE), ("encoded", ENCODED), ("ciphertext_like", CIPHERTEXT), ("cannot_tell", CANNOT_TELL))}
        rows.append(counts | {"host": host, "side": side, "content": content, "bodies": len(group), "not_recorded": int((~group.held).sum()), "bytes": int(group.length.fillna(0).sum()),
                              "kinds": group.kind.value_counts().sort_index().to_dict(), "in_clear": strongest(group.in_clear), "on_the_way": bool(group.on_the_way.any()),
                              "statement": group.statement.value_counts().index[0], "entry_ids": group.entry_id.tolist()})  # fmt: skip
    return _table(rows, SUMMARY)


def strongest(lists: Iterable[list[dict]]) -> list[dict]:
    """Return each party once per role, with the strongest evidence, in order of appearance.

    Examples
    --------
    >>> strongest([[{"party": "A", "role": "ended TLS", "grade": "E4", "strength": "very likely"}], [{"party": "A", "role": "ended TLS", "grade": "E5", "strength": "certain"}]])
    [{'party': 'A', 'role': 'ended TLS', 'grade': 'E5', 'strength': 'certain'}]
    """
    found: dict[tuple, dict] = {}
    for each in {id(parties): parties for parties in lists}.values():
        for one in each:
            held = found.get((one["party"], one["role"]))
            if held is None or STRENGTHS.index(one["strength"]) < STRENGTHS.index(held["strength"]):
                found[one["party"], one["role"]] = one
    return list(found.values())
