"""Which parameters follow one known choice? Captures that differ in it, each choice recorded twice or more."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import HarError
from hartools.masking import mask, mask_text
from hartools.parties.domains import sites_of
from hartools.payloads.leaks.layers import address_parts, inner_texts, looks_encoded
from hartools.payloads.leaks.texts import LEFT_OUT

__all__ = ["RESULTS", "differing"]

RESULTS = {
    "differs": "all values are the same in every capture of one choice, and the two choices have none in common",
    "differs in part": "some values stand in every capture of one choice and in none of the other; others come and go",
    "only in a": "the parameter was sent in every capture of the first choice and in none of the second",
    "only in b": "the parameter was sent in every capture of the second choice and in none of the first",
}
COLUMNS = {
    "host": "str", "site": "str", "party": "str", "path": "str", "where": "str", "name": "str", "result": "str", "strength": "str",
    "values_a": "str", "values_b": "str", "entries_a": "object", "entries_b": "object",
}  # fmt: skip
# Segments of a path that name one thing and not a kind of thing.
VARYING = re.compile(r"(?:[0-9a-f]{8,}|[0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|(?=[\w.~-]*\d)(?=[\w.~-]*[A-Za-z])[\w.~-]{12,}|[\w~=+.-]{33,})\Z", re.I)
INDEX = re.compile(r"\[\d+\]")
# Shorter values coincide by chance: two captures of one choice agree in one of a few answers sooner or later.
TELLING = 4
SHOWN = 3
LONGEST_NAME = 200


class _Key(NamedTuple):
    host: str
    path: str
    where: str
    name: str


Values = dict[_Key, dict[str, list[int]]]


def differing(captures_a: Sequence[Capture], captures_b: Sequence[Capture], *, reveal: bool = False) -> pd.DataFrame:
    """Rank the parameters whose values are the same within a choice and different between two choices.

    Parameters
    ----------
    captures_a, captures_b : sequence of Capture
        Two or more captures of each choice, which differ from the others in nothing that was decided:
        the same steps with the same browser, a fresh profile each. Record them by turns (A1, B1, A2,
        B2), so that what follows the clock does not look like the choice.
    reveal : bool
        Show values as they are, for this one call.

    Returns
    -------
    pandas.DataFrame
        One row per parameter, the most telling first: host, site, party (of the receiver), path (with
        ``*`` for segments that name one thing), where (path, query, body, Referer, header, cookie,
        WebSocket), name (of the parameter, or path in a decoded body), result (`RESULTS`), strength
        (very likely, likely, possible), values_a, values_b (masked, up to three), entries_a,
        entries_b (lists of ``(capture, entry_id)``, the capture counted from 0).

    Raises
    ------
    HarError
        If there are fewer than two captures of a choice: nonces could not be told from the choice.

    Notes
    -----
    What differs between two captures of one choice (nonces, times, ids of visits) drops out, whatever
    it is. A value need not be understood: opaque ones are found like readable ones. Strength is
    *very likely* for values of four characters or more that are the same throughout a choice,
    *likely* where only some of the values are, *possible* for shorter ones and for parameters that one
    choice lacks.

    Examples
    --------
    >>> import hartools as ht
    >>> dentist, surgeon = (ht.read_har(ht.example_har().replace(b"dentiste", choice)) for choice in (b"dentiste", b"chirurgien"))
    >>> found = differing([dentist, dentist], [surgeon, surgeon])
    >>> found[["host", "where", "name", "result"]].iloc[0].tolist()
    ['www.google-analytics.com', 'query', 'dl', 'differs']
    """
    groups = [list(captures_a), list(captures_b)]
    for name, group in zip("ab", groups, strict=True):
        if len(group) < 2:
            raise HarError(f"captures_{name} holds {len(group)} capture; give two or more of each choice, or nonces cannot be told from it")
    observed = [[_values(capture) for capture in group] for group in groups]
    rows = [row for key in _keys(observed) if (row := _row(key, observed, reveal)) is not None]
    rows.sort(key=lambda row: row[0])
    table = pd.DataFrame([row[1] for row in rows], columns=["host", *[*COLUMNS][3:]])
    parties = _parties([*groups[0], *groups[1]])
    table["site"] = sites_of(table.host.astype(DTYPES["str"])).array
    table["party"] = [parties.get(host) for host in table.host]
    return table[[*COLUMNS]].astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _parties(captures: list[Capture]) -> dict[str, str]:
    found: dict[str, str] = {}
    for capture in captures:
        known = capture.entries[["host", "party"]].dropna().drop_duplicates("host")
        found.update(zip(known.host, known.party, strict=True))
    return found


def _keys(observed: list[list[Values]]) -> list[_Key]:
    return sorted({key for group in observed for values in group for key in values})


def _row(key: _Key, observed: list[list[Values]], reveal: bool) -> tuple | None:
    """Compare one parameter over all captures; None where it does not follow the choice."""
    sets = [[set(values.get(key, ())) for values in group] for group in observed]
    always = [set.intersection(*group) for group in sets]
    ever = [set.union(*group) for group in sets]
    own = [always[0] - ever[1], always[1] - ever[0]]
    result = _result(sets, always, ever, own)
    if result is None:
        return None
    strength = _strength(result, own)
    order = (list(RESULTS).index(result), ["very likely", "likely", "possible"].index(strength), *key)
    shown = [_shown(values, reveal) for values in own]
    entries = [[(number, entry_id) for number, values in enumerate(group) for value in sorted(mine) for entry_id in values.get(key, {}).get(value, ())] for group, mine in zip(observed, own, strict=True)]
    name = mask_text(key.name, reveal=reveal)[:LONGEST_NAME] or None
    return order, (key.host, mask_text(key.path, reveal=reveal), key.where, name, result, strength, *shown, *entries)


def _result(sets: list[list[set]], always: list[set], ever: list[set], own: list[set]) -> str | None:
    for name, mine, other in (("only in a", 0, 1), ("only in b", 1, 0)):
        if always[mine] and not ever[other]:
            return name
    if not own[0] or not own[1]:
        return None
    return "differs" if all(group[0] == each for group in sets for each in group) and not ever[0] & ever[1] else "differs in part"


def _strength(result: str, own: list[set]) -> str:
    short = any(values and max(map(len, values)) < TELLING for values in own)
    if short or result.startswith("only"):
        return "possible"
    return "very likely" if result == "differs" else "likely"


def _shown(values: set, reveal: bool) -> str | None:
    shown = [mask(value, reveal=reveal) for value in sorted(values)]
    return " | ".join(shown[:SHOWN]) + (f" | and {len(shown) - SHOWN} more" if len(shown) > SHOWN else "") if shown else None


def _values(capture: Capture) -> Values:
    """Collect every value that a capture sends, by receiver, path and name, with the entries that send it."""
    entries = capture.entries
    hosts = {entry_id: (host, _template(path)) for entry_id, host, path in zip(entries.entry_id.tolist(), entries.host, entries.path, strict=True) if not pd.isna(host)}
    found: Values = {}
    for entry_id, where, name, value in _sent(capture):
        if entry_id in hosts:
            host, path = hosts[entry_id]
            key = _Key(host, "" if where == "path" else path, where, INDEX.sub("[*]", name or ""))
            ids = found.setdefault(key, {}).setdefault(value, [])
            if not ids or ids[-1] != entry_id:
                ids.append(entry_id)
    return found


def _template(path: object) -> str:
    """Write * for the segments of a path that name one thing."""
    return "/".join("*" if VARYING.match(segment) else segment for segment in ("" if pd.isna(path) else path).split("/"))


def _sent(capture: Capture) -> Iterator[tuple[int, str, str, str]]:
    """Yield entry, place, name and value of all that a capture sends; what stands behind layers too."""
    entries, params, cookies, headers = capture.entries, capture.params, capture.cookies, capture.headers
    for entry_id, path in zip(entries.entry_id.tolist(), entries.path, strict=True):
        yield entry_id, "path", "", "" if pd.isna(path) else path
    form = params["where"].map({"query": "query"}, na_action="ignore").fillna("body")
    yield from _columns(params.entry_id, form, params.name, params.value)
    sent = cookies[(cookies.side == "request").fillna(False)].drop_duplicates(["entry_id", "name", "value"])
    yield from _columns(sent.entry_id, ["cookie"] * len(sent), sent.name, sent.value)
    other = headers[(headers.side == "request").fillna(False) & ~headers.name.isin((*LEFT_OUT, "referer"))]
    yield from _columns(other.entry_id, ["header"] * len(other), other.name, other.value)
    for entry_id, referer in zip(entries.entry_id.tolist(), entries.referer, strict=True):
        if not pd.isna(referer):
            yield from ((entry_id, "Referer", f"{part} {name}".strip(), value) for part, name, value in address_parts(referer))
    yield from _bodies(capture, set(params.entry_id[form == "body"].tolist()))


def _columns(entry_ids, wheres, names, values) -> Iterator[tuple[int, str, str, str]]:
    for entry_id, where, name, value in zip(entry_ids.tolist(), wheres, names, values, strict=True):
        if not pd.isna(value):
            name = "" if pd.isna(name) else name
            yield entry_id, where, name, value
            if looks_encoded(value):
                yield from ((entry_id, where, f"{name}{inner.way}", inner.text) for inner in inner_texts(value) if inner.is_value and isinstance(inner.text, str))


def _bodies(capture: Capture, known: set[int]) -> Iterator[tuple[int, str, str, str]]:
    """Yield what bodies and frames hold; forms stand in table params already."""
    sent, messages = capture.bodies(side="request"), capture.messages
    frames = messages[(messages.direction == "sent").fillna(False)]
    rows = [(entry_id, "body", data) for entry_id, data in zip(sent.entry_id.tolist(), sent.data, strict=True) if data is not None and entry_id not in known]
    rows += [(entry_id, "WebSocket", data) for entry_id, data in zip(frames.entry_id.tolist(), frames.data, strict=True) if not pd.isna(data)]
    for entry_id, where, data in rows:
        inside = [(inner.way.removeprefix(" → "), inner.text) for inner in inner_texts(data) if inner.is_value and isinstance(inner.text, str)]
        if inside:
            yield from ((entry_id, where, name, value) for name, value in inside)
        elif isinstance(data, str):
            yield entry_id, where, "", data
        else:
            yield entry_id, where, "", data.hex()
