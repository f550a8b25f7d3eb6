"""Is it in who answered: who ended TLS, under whose certificate, within whose law's reach?"""

import pandas as pd

from hartools.findings import STRENGTHS
from hartools.inference.claims.case import Case
from hartools.inference.claims.chosen import (
    PARTIES,
    entries_of,
    listed,
    matches,
    reaches,
)
from hartools.inference.claims.verdicts import FAILS, HOLDS, UNDECIDABLE, Verdict
from hartools.parties.domains import registrable_domain

__all__ = ["CONCLUSIONS", "certificate", "infrastructure", "statute"]

CONCLUSIONS = ("ended the browser's TLS", "handled this exchange in clear")


def infrastructure(case: Case, *, host: str, party: str, conclusion: str, at_least: str = "likely") -> Verdict:
    """Tell whether a party ended the TLS of some hosts, or handled their exchanges in clear."""
    if host in PARTIES and case.problem:
        return Verdict(UNDECIDABLE, case.problem)
    rows = case.infrastructure
    rows = rows[rows.host.isin(entries_of(case, host).host) & (rows.conclusion == conclusion)]
    named = rows[[matches(each, party) or matches(organisation, party) for each, organisation in zip(rows.party, rows.organisation, strict=True)]]
    strong = named[[reaches(strength, at_least) for strength in named.strength]]
    if len(strong):
        row = _strongest(strong)
        return Verdict(HOLDS, f"{row.host}: {row.evidence}. Against it: {row.alternative}", _ids(strong), row.basis, row.strength, who_could_tell=row.settles)
    if len(named):
        row = _strongest(named)
        return Verdict(UNDECIDABLE, f"{row.host}: only {row.strength}, not {at_least}: {row.evidence}. It could also be that {row.alternative}", _ids(named), "undecidable", row.strength, who_could_tell=row.settles)
    others = rows[[isinstance(party, str) and reaches(strength, at_least) for party, strength in zip(rows.party, rows.strength, strict=True)]]
    if len(others) and set(others.host) == set(rows.host):
        return Verdict(FAILS, f"it is {listed(others.party)} of whom that can be said", _ids(others), _strongest(others).basis, _strongest(others).strength)
    return Verdict(UNDECIDABLE, f"nothing in this capture says who {conclusion.replace('this exchange', 'the exchanges')} of {listed(rows.host) or host}", _ids(rows), "undecidable",
                   who_could_tell=listed(rows.settles.dropna(), most=1) or None)  # fmt: skip


def certificate(case: Case, *, host: str) -> Verdict:
    """Tell whether the certificate that was shown is in the name of the host that was asked."""
    if host in PARTIES and case.problem:
        return Verdict(UNDECIDABLE, case.problem)
    asked = entries_of(case, host)
    shown = asked[asked.tls_subject.notna()]
    if not len(shown):
        return Verdict(UNDECIDABLE, f"no certificate of {listed(asked.host) or host} is in this capture", basis="undecidable", who_could_tell="a recording by Chromium, which writes the subject; Certificate Transparency")
    own = shown[[_names(subject, name) for subject, name in zip(shown.tls_subject, shown.host, strict=True)]]
    if len(own):
        return Verdict(HOLDS, f"{listed(own.host)} answered under a certificate for {listed(own.tls_subject)}", _ids(own), "observed", "certain")
    return Verdict(FAILS, f"the certificate shown for {listed(shown.host)} is for {listed(shown.tls_subject)}", _ids(shown), "observed", "certain")


def statute(case: Case, *, id: str, party: str, at_least: str = "possible") -> Verdict:
    """Tell whether a statute's trigger could reach a party, as far as an owner's seat tells."""
    if case.problem:
        return Verdict(UNDECIDABLE, case.problem)
    rows = case.statutes
    rows = rows[rows.statute == id]
    named = rows[[matches(each, party) for each in rows.party]]
    strong = named[[reaches(strength, at_least) for strength in named.strength]]
    if len(strong):
        row = _strongest(strong)
        return Verdict(HOLDS, f"{listed(strong.party)}: {row.met_by}", _ids(strong), row.basis, row.strength, who_could_tell=row.who_could_tell)
    if len(named):
        return Verdict(UNDECIDABLE, f"{listed(named.party)}: only {_strongest(named).strength}, not {at_least}", _ids(named), "undecidable", _strongest(named).strength)
    if not len(rows):
        return Verdict(UNDECIDABLE, f"no row of {id}: see the ids of statutes in docs/jurisdiction.md", basis="undecidable")
    unknown = rows[(rows.strength == "undecidable") & rows.party.str.contains("not known")]
    if len(unknown):
        return Verdict(UNDECIDABLE, f"no party that is known is {party}; {listed(unknown.party)}", _ids(unknown), "undecidable")
    return Verdict(FAILS, f"no party of this visit is {party}", (), "assumed")


def _names(subject: str, host: str) -> bool:
    name = subject.lower().removeprefix("cn=").removeprefix("*.")
    return host == name or (host.endswith(f".{name}") and registrable_domain(host) == registrable_domain(name))


def _strongest(rows: pd.DataFrame):
    return min(rows.itertuples(), key=lambda row: STRENGTHS.index(row.strength))


def _ids(rows: pd.DataFrame) -> tuple[int, ...]:
    return tuple(sorted({int(entry_id) for ids in rows.get("entry_ids", rows.get("entry_id")) for entry_id in (ids if isinstance(ids, list) else [ids])}))
