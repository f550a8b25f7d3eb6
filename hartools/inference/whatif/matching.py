"""Which finding after a measure is which finding before it, and is it surer or less sure?"""

import json
from collections.abc import Mapping

import pandas as pd

__all__ = ["changes_of", "key_of"]

NOTHING = "receives nothing"
# A change that no percentage with one decimal shows is none.
SAME = 1e-3


def key_of(row: Mapping) -> tuple[str, str, str]:
    """Return topic, rule and value of a finding in a form that can be compared."""
    return row["topic"], row["rule"], json.dumps(row["value"], sort_keys=True, ensure_ascii=False, default=str)


def changes_of(before, after) -> list[dict]:
    """Match the findings before and after; what was found before comes first.

    Parameters
    ----------
    before, after
        Anything with ``view`` (None where the observer receives nothing), ``findings`` and ``searches``.
    """
    old, new = _found(before.findings), _found(after.findings)
    rows, used = [], set()
    for at, row in enumerate(old):
        match = next((place for place, other in enumerate(new) if place not in used and key_of(other) == key_of(row)), None)
        used |= {match} - {None}
        rows.append(_row(row, None if match is None else new[match], before, after))
    return rows + [_new(row, after) for place, row in enumerate(new) if place not in used]


def _found(findings: pd.DataFrame) -> list[dict]:
    return findings[findings.result == "found"].to_dict("records")


def _row(row: dict, match: dict | None, before, after) -> dict:
    told = {"topic": row["topic"], "rule": row["rule"], "value": row["value"], "before": "found", "claim_before": row["claim"], "entry_ids_before": list(row["entry_ids"])}
    was = _probability(row)
    bits, _ = _uncertainty(row, before)
    told |= {"probability_before": was, "bits_before": bits}
    if after.view is None:
        return told | {"after": NOTHING, "change": "gone", "claim_after": "It would receive nothing.", "entry_ids_after": []}
    now_bits, now = _uncertainty(row, after)
    told |= {"bits_after": now_bits}
    if match is not None:
        now = _probability(match)
        return told | {"after": "found", "change": _compared(was, now), "probability_after": now, "claim_after": match["claim"], "entry_ids_after": list(match["entry_ids"])}
    ledger = _instead(row, after.findings)
    told |= {"after": ledger[0], "claim_after": ledger[1], "entry_ids_after": ledger[2], "probability_after": now}
    return told | {"change": "gone" if now is None or now_bits is None else _compared(was, now)}


def _new(row: dict, after) -> dict:
    bits, _ = _uncertainty(row, after)
    return {"topic": row["topic"], "rule": row["rule"], "value": row["value"], "before": "not found", "after": "found", "change": "new", "probability_after": _probability(row), "bits_after": bits,
            "claim_after": row["claim"], "entry_ids_before": [], "entry_ids_after": list(row["entry_ids"])}


def _compared(was: float | None, now: float | None) -> str:
    if was is None or now is None or abs(was - now) < SAME:
        return "unchanged"
    return "weaker" if now < was else "stronger"


def _probability(row: Mapping) -> float | None:
    return None if pd.isna(row["probability"]) else float(row["probability"])


def _instead(row: dict, findings: pd.DataFrame) -> tuple[str, str, list[int]]:
    """Return what is now said of the topic: another value, or the ledger's sentence."""
    same = findings[(findings.topic == row["topic"])]
    rest = same[same.result != "found"]
    if len(rest):
        return rest.result.iloc[0], rest.claim.iloc[0], list(rest.entry_ids.iloc[0])
    told = findings[(findings.rule == row["rule"]) & (findings.result != "found")]
    if len(told):
        return told.result.iloc[0], told.claim.iloc[0], list(told.entry_ids.iloc[0])
    return "not found", "Nothing of the kind could be concluded." if not len(same) else same.claim.iloc[0], [] if not len(same) else list(same.entry_ids.iloc[0])


def _uncertainty(row: Mapping, seen) -> tuple[float | None, float | None]:
    """Return the bits that are left of the search that a finding is about, and the probability of its value.

    The search is the one that rests on most of the entries that the finding cites.
    """
    if _probability(row) is None:
        return None, None
    cited = set(row["entry_ids"])
    shared = [(len(cited & set(search.entry_ids)), search) for search in seen.searches]
    most, search = max(shared, key=lambda pair: pair[0], default=(0, None))
    if not most:
        return None, None
    table, wanted = search.posterior.table, row["value"]
    whole = isinstance(wanted, Mapping)
    matches = [value is not None and (value == wanted if whole else value.get(row["topic"]) == wanted) for value in table.value]
    return float(search.posterior.entropy_bits), float(table.probability[matches].sum())
