"""What stands in one capture, in the other, or in both, and what could one of them not show at all?"""

import json
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, RECEIVED, empty_table
from hartools.errors import UnknownObserverError
from hartools.inference.conclude import infer
from hartools.masking import fingerprint
from hartools.observers import view_as
from hartools.payloads import identifier_table, telemetry_events
from hartools.quality import observable_table

__all__ = ["BOTH", "cookies_compared", "findings_compared", "identifiers_compared", "observable_compared", "parties_compared", "telemetry_compared"]

BOTH, CHANGED = "in both", "changed"
# A change of probability that no percentage with one decimal shows is none.
SAME = 1e-3
Rows = Mapping[tuple, Mapping]


def parties_compared(a: Capture, b: Capture) -> pd.DataFrame:
    """Compare by site what was attempted and what was received."""
    rows = _paired(_parties(a), _parties(b), changed=lambda x, y: bool(x["received"]) != bool(y["received"]))
    for row in rows:
        if row["difference"] == CHANGED:
            row["difference"] = f"received only in {'a' if row['a'].get('received') else 'b'}"
    return _table(rows, {"site": "str"}, {"party": "str", "attempted": "int", "received": "int", "outcomes": "object", "entry_ids": "object"})


def _parties(capture: Capture) -> Rows:
    entries = capture.entries
    found = {}
    for site, rows in entries[entries.site.notna()].groupby("site", sort=True):
        outcomes = rows.outcome.value_counts().sort_index()
        party = rows.party.dropna()
        found[(site,)] = {"party": party.iloc[0] if len(party) else None, "attempted": len(rows), "received": int(rows.outcome.isin(RECEIVED).sum()),
                          "outcomes": {name: int(count) for name, count in outcomes.items()}, "entry_ids": rows.entry_id.tolist()}
    return found


def identifiers_compared(a: Capture, b: Capture) -> pd.DataFrame:
    """Compare the values that could single out a browser, by field."""
    tables = [identifier_table(capture) for capture in (a, b)]
    unseen = [set(table.kind[table.result == "not observable"].dropna()) for table in tables]
    rows = _paired(*map(_identifiers, tables), unseen=lambda key, side: key[1] in unseen[side])
    return _table(rows, {"party": "str", "kind": "str", "name": "str", "part": "str"},
                  {"criterion": "str", "value": "str", "fingerprints": "object", "entry_ids": "object"}, same="fingerprints")


def _identifiers(table: pd.DataFrame) -> Rows:
    found: dict[tuple, dict] = {}
    for row in table[table.result == "found"].to_dict("records"):
        key = tuple(None if pd.isna(row[name]) else row[name] for name in ("party", "kind", "name", "part"))
        held = found.setdefault(key, {"criterion": row["criterion"], "value": row["value"], "fingerprints": [], "entry_ids": []})
        held["fingerprints"] = sorted({*held["fingerprints"], row["fingerprint"]})
        held["entry_ids"] = sorted({*held["entry_ids"], *row["entry_ids"]})
    return found


def cookies_compared(a: Capture, b: Capture, seen: pd.DataFrame) -> pd.DataFrame:
    """Compare the cookies that were sent and set, by site and name."""
    hidden = _hidden(seen, "cookies")
    rows = _paired(_cookies(a), _cookies(b), unseen=lambda key, side: hidden[side])
    return _table(rows, {"site": "str", "name": "str"}, {"sent": "int", "set": "int", "fingerprints": "object", "entry_ids": "object"}, same="fingerprints")


def _cookies(capture: Capture) -> Rows:
    cookies = capture.cookies.merge(capture.entries[["entry_id", "site"]], on="entry_id")
    found = {}
    for key, rows in cookies[cookies.site.notna() & cookies.name.notna()].groupby(["site", "name"], sort=True):
        found[key] = {"sent": int((rows.side == "request").sum()), "set": int((rows.side == "response").sum()),
                      "fingerprints": sorted({fingerprint(value) for value in rows.value.dropna().unique()}), "entry_ids": sorted(set(rows.entry_id.tolist()))}
    return found


def telemetry_compared(a: Capture, b: Capture, seen: pd.DataFrame) -> pd.DataFrame:
    """Compare the events that were sent, by vendor, site and event, and the consent that they name."""
    hidden, held = _hidden(seen, "request bodies"), [_events(a), _events(b)]
    rows = _paired(*held, changed=lambda x, y: x["consent"] != y["consent"],
                   unseen=lambda key, side: hidden[side] and all(each[key]["in_bodies"] for each in held if key in each))
    return _table(rows, {"vendor": "str", "site": "str", "event": "str"}, {"events": "int", "consent": "object", "entry_ids": "object"})


def _events(capture: Capture) -> Rows:
    events = telemetry_events(capture).merge(capture.entries[["entry_id", "site"]], on="entry_id")
    found = {}
    for key, rows in events.groupby(["vendor", "site", "event"], sort=True, dropna=False):
        key = tuple(None if pd.isna(part) else part for part in key)
        consent = sorted({json.dumps(each, sort_keys=True, default=str) for each in rows.consent if isinstance(each, Mapping) and each})
        found[key] = {"events": len(rows), "consent": consent, "entry_ids": sorted(set(rows.entry_id.tolist())),
                      "in_bodies": bool(rows.decode_path.fillna("").str.startswith("body").all())}
    return found


def findings_compared(a: Capture, b: Capture, observers: Iterable[str], options: Mapping, seeing: Mapping) -> pd.DataFrame:
    """Compare what each observer could conclude."""
    rows = []
    for observer in observers:
        tables = [_findings(capture, observer, options, seeing) for capture in (a, b)]
        unseen = [set(zip(*(table[table.result == "not observable"][name] for name in ("topic", "rule")), strict=True)) for table in tables]
        rows += _paired(*(_found(table) for table in tables), changed=_probability_changed, unseen=lambda key, side, unseen=unseen: (key[1], key[2]) in unseen[side])
    return _table(rows, {"observer": "str", "topic": "str", "rule": "str"}, {"value": "object", "probability": "float", "claim": "str", "entry_ids": "object"})


def _findings(capture: Capture, observer: str, options: Mapping, seeing: Mapping) -> pd.DataFrame:
    try:
        return infer(view_as(capture, observer, **seeing), **options)
    except UnknownObserverError:
        return empty_table("findings")


def _found(table: pd.DataFrame) -> Rows:
    found: dict[tuple, dict] = {}
    for row in table[table.result == "found"].to_dict("records"):
        key = (row["observer"], row["topic"], row["rule"], json.dumps(row["value"], sort_keys=True, ensure_ascii=False, default=str))
        held = found.setdefault(key, {"value": row["value"], "probability": None if pd.isna(row["probability"]) else row["probability"], "claim": row["claim"], "entry_ids": []})
        held["entry_ids"] = sorted({*held["entry_ids"], *row["entry_ids"]})
    return found


def _probability_changed(x: Mapping, y: Mapping) -> bool:
    known = x["probability"] is not None and y["probability"] is not None
    return abs(x["probability"] - y["probability"]) >= SAME if known else x["probability"] is not y["probability"]


def observable_compared(a: Capture, b: Capture) -> pd.DataFrame:
    """Say of each kind of evidence which of the captures could have shown it."""
    sides = [{(row["metric"],): row for row in observable_table(capture).to_dict("records")} for capture in (a, b)]
    rows = _paired(*sides)
    for row in rows:
        hidden = [side for side in "ab" if row[side].get("observable") == "no"]
        row["difference"] = BOTH if not hidden else "not observable in either" if len(hidden) == 2 else f"not observable in {hidden[0]}"
    return _table(rows, {"metric": "str"}, {"observable": "str", "found": "int", "why": "str"})


def _hidden(seen: pd.DataFrame, metric: str) -> list[bool]:
    """Tell for each side whether it could not show a kind of evidence at all."""
    row = seen[seen.metric == metric]
    return [bool((row[f"observable_{side}"] == "no").any()) for side in "ab"]


def _paired(a: Rows, b: Rows, *, changed: Callable[[Mapping, Mapping], bool] = lambda x, y: False, unseen: Callable[[tuple, int], bool] = lambda key, side: False) -> list[dict]:
    """Put the rows of both sides beside one another; what just one side could not have shown in full is no difference."""
    rows = []
    for key in sorted({*a, *b}, key=lambda parts: tuple(part or "" for part in parts)):
        if key in a and key in b:
            difference = CHANGED if changed(a[key], b[key]) else BOTH
        else:
            there = 0 if key in a else 1
            hidden = [unseen(key, side) for side in (0, 1)]
            # where neither could show it all, what one of them shows the other could have shown as well
            difference = f"not observable in {'ab'[hidden.index(True)]}" if sum(hidden) == 1 else f"only in {'ab'[there]}"
        rows.append({"key": key, "difference": difference, "a": a.get(key, {}), "b": b.get(key, {})})
    return rows


def _table(rows: list[dict], keys: Mapping[str, str], facts: Mapping[str, str], *, same: str | None = None) -> pd.DataFrame:
    """Build a table: keys, difference, and each fact of both sides; lists of a side without the row are empty."""
    columns = {name: pd.Series([row["key"][at] for row in rows], dtype=DTYPES[kind]) for at, (name, kind) in enumerate(keys.items())}
    columns["difference"] = pd.Series([row["difference"] for row in rows], dtype=DTYPES["str"])
    if same is not None:
        shared = [bool(set(row["a"].get(same, ())) & set(row["b"].get(same, ()))) if row["a"] and row["b"] else None for row in rows]
        columns["same_value"] = pd.Series(shared, dtype=DTYPES["bool"])
    for name, kind in facts.items():
        if name != same:
            for side in "ab":
                empty = [] if name == "entry_ids" else None
                columns[f"{name}_{side}"] = pd.Series([row[side].get(name, empty) for row in rows], dtype=DTYPES[kind])
    return pd.DataFrame(columns)
