"""Which claims hold in this capture, which fail, and which can it not decide?"""

import os
from collections.abc import Iterable, Mapping

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.inference.catalogue import Catalogue
from hartools.inference.claims.case import Case
from hartools.inference.claims.claims_file import Claim, read_claims
from hartools.inference.claims.predicates import PREDICATES
from hartools.inference.claims.verdicts import Verdict, all_of, any_of, none_of

__all__ = ["verify_claims"]

COLUMNS = {"claim": "str", "case": "str", "sentence": "str", "where": "str", "verdict": "str", "why": "str", "basis": "str", "strength": "str", "probability": "float",
           "entry_ids": "object", "who_could_tell": "str", "source": "str", "doubt": "str", "reply": "str"}  # fmt: skip


def verify_claims(capture: Capture, claims: Iterable[Claim] | str | os.PathLike | None = None, *, catalogue: Catalogue | None = None, first_party: str | Iterable[str] | None = None,
                  by: str = "site", owners: pd.DataFrame | None = None, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> pd.DataFrame:
    """Hold published sentences against a capture.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    claims : iterable of Claim, or path, optional
        See `read_claims`; by default those of the Doctolib case of March 2021.
    catalogue : Catalogue, optional
        Background knowledge for what is inferred; learnt from the capture's own JSON by default.
    first_party, by : optional
        See `label_parties`.
    owners, ranges, dns : pandas.DataFrame, optional
        Facts from outside the capture: see `owners_of_hosts` and `infrastructure_table`.

    Returns
    -------
    pandas.DataFrame
        Two or more rows per claim, in the order of the file: first of this capture, then of each place
        that the claim itself speaks of. Columns: claim (its id), case, sentence, where, verdict (holds,
        fails, undecidable), why, basis and strength (the weakest that the verdict rests on),
        probability (of what is inferred), entry_ids, who_could_tell, source, doubt, reply.

    Notes
    -----
    *Fails* says that this capture could have shown it and does not; it says nothing of other visits.
    Parts are joined in three values, after Kleene. Rule R-CLAIM.

    Examples
    --------
    >>> import hartools as ht
    >>> table = verify_claims(ht.read_har(ht.example_har()))
    >>> table[table["where"] == "Doctolib in 2021"].verdict.unique().tolist()
    ['undecidable']
    """
    claims = read_claims(claims) if claims is None or isinstance(claims, (str, os.PathLike)) else list(claims)
    case = Case(capture, catalogue, first_party, by, owners, ranges, dns)
    rows = [row for claim in claims for row in _rows(claim, _held(claim.predicate, case), capture.source.name)]
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], index=pd.RangeIndex(len(rows)), dtype=DTYPES[kind]) for name, kind in COLUMNS.items()})


def _rows(claim: Claim, verdict: Verdict, name: str) -> list[dict]:
    said = {"claim": claim.id, "case": claim.case, "sentence": claim.sentence, "source": claim.source, "doubt": claim.doubt, "reply": claim.reply}
    here = {"where": name, "verdict": verdict.verdict, "why": verdict.why, "basis": verdict.basis, "strength": verdict.strength, "probability": verdict.probability,
            "entry_ids": list(verdict.entry_ids), "who_could_tell": verdict.who_could_tell}  # fmt: skip
    there = [{"where": each.where, "verdict": each.verdict, "why": each.why, "who_could_tell": each.who_could_tell, "entry_ids": []} for each in claim.elsewhere]
    return [said | each for each in (here, *there)]


def _held(predicate: Mapping, case: Case) -> Verdict:
    ((word, content),) = predicate.items()
    if word == "all":
        return all_of([_held(each, case) for each in content])
    if word == "any":
        return any_of([_held(each, case) for each in content])
    if word == "not":
        return none_of(_held(content, case))
    return PREDICATES[word].test(case, **content)
