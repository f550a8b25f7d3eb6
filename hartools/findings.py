"""What is said, on what basis, by which entries: the findings table and its ledger."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from hartools.columns import TABLES, conform
from hartools.errors import HarError

__all__ = ["BASES", "STRENGTHS", "findings_table", "found", "findings_json", "not_found", "not_observable"]

BASES = ("observed", "derived", "inferred", "assumed", "undecidable")
STRENGTHS = ("certain", "very likely", "likely", "possible", "undecidable")


def found(topic: str, claim: str, value: object, *, basis: str, rule: str, entry_ids: Iterable[int], strength: str | None = None,
          probability: float | None = None, alternatives: Iterable[Mapping] = (), caveat: str | None = None) -> dict:
    """Make one row of what an observer could learn.

    Parameters
    ----------
    topic, claim : str
        What it is about, and one neutral sentence.
    value : str or dict
        What could be learnt.
    basis : {"observed", "derived", "inferred", "assumed", "undecidable"}
    rule : str
        Id of the rule in ``docs/methodology.md``.
    entry_ids : iterable of int
        The entries that show it; a finding without any is refused.
    strength : str, optional
        Verbal strength; refused beside a probability, which it would dress up.
    probability : float, optional
        Posterior probability; required for, and only for, what is inferred.
    alternatives : iterable of dict
        ``{"value": ..., "probability": ...}``, most probable first.
    caveat : str, optional

    Raises
    ------
    HarError
        If the row would break one of these rules.

    Examples
    --------
    >>> found("page visited", "It could know the page.", "https://a.example/", basis="observed",
    ...       strength="certain", rule="R-REFERER", entry_ids=[4])["entry_ids"]
    [4]
    """
    entry_ids = sorted({int(entry_id) for entry_id in entry_ids})
    if basis not in BASES:
        raise HarError(f"basis {basis!r} is none of {', '.join(BASES)}")
    if not entry_ids:
        raise HarError(f"finding {claim!r} cites no entry")
    if (basis == "inferred") != (probability is not None):
        raise HarError(f"finding {claim!r}: a probability goes with what is inferred, and with nothing else")
    if strength is not None and (strength not in STRENGTHS or probability is not None):
        raise HarError(f"finding {claim!r}: strength {strength!r} does not fit")
    return {"topic": topic, "result": "found", "claim": claim, "value": value, "basis": basis, "rule": rule, "entry_ids": entry_ids,
            "strength": strength, "probability": probability, "alternatives": list(alternatives), "caveat": caveat}


def not_found(topic: str, claim: str, *, rule: str, entry_ids: Iterable[int] = (), caveat: str | None = None) -> dict:
    """Make one row of the ledger: looked for, and not there.

    Examples
    --------
    >>> not_found("page visited", "No page URL was handed over.", rule="R-REFERER")["result"]
    'not found'
    """
    return _ledger("not found", "observed", topic, claim, rule, entry_ids, caveat)


def not_observable(topic: str, claim: str, *, rule: str, entry_ids: Iterable[int] = (), caveat: str | None = None) -> dict:
    """Make one row of the ledger: this capture could not have shown it.

    Examples
    --------
    >>> not_observable("identifier", "Cookies were not exported.", rule="R-COOKIE")["basis"]
    'undecidable'
    """
    return _ledger("not observable", "undecidable", topic, claim, rule, entry_ids, caveat)


def findings_table(rows: Iterable[Mapping], *, observer: str) -> pd.DataFrame:
    """Build the findings table of one observer from rows of `found`, `not_found`, `not_observable`.

    The id of a finding hashes what is said and of whom, not the entry numbers, so that it
    stays the same when an unrelated entry is added to the capture.

    Returns
    -------
    pandas.DataFrame
        Table ``findings`` of the contract, in the order given.

    Examples
    --------
    >>> findings_table([not_found("place", "None.", rule="R-X")], observer="third_party:a.example").observer_kind[0]
    'third_party'
    """
    kind = observer.partition(":")[0]
    rows = [{**row, "observer": observer, "observer_kind": kind} for row in rows]
    seen: Counter = Counter()
    for row in rows:
        said = json.dumps([observer, row["topic"], row["result"], row["rule"], row["value"]], sort_keys=True, ensure_ascii=False)
        row["finding_id"] = hashlib.sha256(f"{said} {seen[said]}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
        seen[said] += 1
    return conform("findings", {column.name: [row.get(column.name) for row in rows] for column in TABLES["findings"]})


def findings_json(findings: pd.DataFrame) -> list[dict]:
    """Turn a findings table into plain objects for JSON, unknown as None.

    Examples
    --------
    >>> rows = findings_table([not_found("place", "None.", rule="R-X")], observer="third_party:a.example")
    >>> findings_json(rows)[0]["probability"] is None
    True
    """
    plain = findings.astype(object).where(findings.notna(), None)
    return plain.to_dict("records")


def _ledger(result, basis, topic, claim, rule, entry_ids, caveat):
    entry_ids = sorted({int(entry_id) for entry_id in entry_ids})
    return {"topic": topic, "result": result, "claim": claim, "value": None, "basis": basis, "rule": rule, "entry_ids": entry_ids,
            "strength": "undecidable" if basis == "undecidable" else "certain", "probability": None, "alternatives": [], "caveat": caveat}
