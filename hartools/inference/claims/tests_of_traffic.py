"""Is it in what was sent and answered: requests, findings, telemetry, cookies, bodies?"""

import pandas as pd

from hartools.columns import RECEIVED
from hartools.inference.claims.case import Case
from hartools.inference.claims.chosen import (
    PARTIES,
    as_list,
    entries_of,
    listed,
    matches,
    reaches,
)
from hartools.inference.claims.verdicts import FAILS, HOLDS, UNDECIDABLE, Verdict
from hartools.masking import mask_text

__all__ = ["cookie", "finding", "readable", "received", "telemetry"]

OPAQUE = "ciphertext-like"


def received(case: Case, *, party: str, role: str | list[str] | None = None) -> Verdict:
    """Tell whether a party answered requests of this visit."""
    if party in PARTIES and case.problem:
        return Verdict(UNDECIDABLE, case.problem)
    chosen = entries_of(case, party)
    chosen = chosen[chosen.role.isin(as_list(role))] if role else chosen
    got = chosen[chosen.outcome.isin(RECEIVED)]
    if len(got):
        return Verdict(HOLDS, f"{listed(got.host)} answered {len(got)} of {len(chosen)} requests", _ids(got), "observed", "certain")
    return _absent(case, f"no request to {party} was answered" + (f"; {len(chosen)} were attempted" if len(chosen) else ""), ids=_ids(chosen))


def finding(case: Case, *, observer: str, topic: str, value: str | None = None, basis: str | list[str] | None = None, at_least: str | None = None,
            probability_at_least: float | None = None) -> Verdict:
    """Tell whether an observer could conclude something, from its view alone."""
    findings = case.findings(observer)
    if findings is None:
        return _absent(case, f"this capture shows no {observer}")
    rows = findings[findings.topic == topic]
    there = rows[rows.result == "found"]
    fitting = [row for row in there.itertuples() if _fits(row, value, as_list(basis), at_least, probability_at_least)]
    if fitting:
        best = max(fitting, key=lambda row: 0.0 if pd.isna(row.probability) else row.probability)
        ids = tuple(sorted({entry_id for row in fitting for entry_id in row.entry_ids}))
        return Verdict(HOLDS, best.claim, ids, best.basis, _known(best.strength), _known(best.probability))
    unseen = rows[rows.result == "not observable"]
    if len(unseen) and not len(there):
        return Verdict(UNDECIDABLE, listed(unseen.claim, most=1), basis="undecidable")
    if len(there) and probability_at_least is not None and case.knows_only_what_was_seen:
        return Verdict(UNDECIDABLE, f"{there.claim.iloc[0]} The catalogue was learnt from this visit and lists only what was seen: it can show the claim and not refute it", basis="inferred",
                       who_could_tell="a directory of the site's practitioners, given as --catalogue")  # fmt: skip
    why = f"found, and not as claimed: {there.claim.iloc[0]}" if len(there) else listed(rows.claim, most=1) or f"nothing was found on {topic}"
    ids = sorted({entry_id for row in there.itertuples() for entry_id in row.entry_ids})
    return Verdict(FAILS, why, tuple(ids), "observed" if not ids else there.basis.iloc[0])


def telemetry(case: Case, *, vendor: str | list[str], party: str | None = None, holds: str | None = None, first_party_proxied: bool | None = None) -> Verdict:
    """Tell whether telemetry of a vendor was received, with a field filled."""
    events = case.telemetry
    events = events[events.vendor.isin(as_list(vendor)) & events.outcome.isin(RECEIVED)]
    if party is not None:
        events = events[events.entry_id.isin(entries_of(case, party).entry_id)]
    if first_party_proxied is not None:
        events = events[(events.first_party_proxied == first_party_proxied).fillna(False)]
    filled = events if holds is None else events[events[holds].map(_is_filled)] if holds in events else events.head(0)
    if len(filled):
        what = f" with {holds}" if holds else ""
        return Verdict(HOLDS, f"{len(filled)} events{what} in the form of {listed(filled.vendor)} went to {listed(filled.host)}", _ids(filled), "derived", "certain")
    return _absent(case, f"no event of {listed(as_list(vendor))}{f' with {holds}' if holds else ''} was found", "request bodies", _ids(events))


def cookie(case: Case, *, party: str, role: str | list[str] | None = None, name: str | list[str] | None = None, side: str = "request") -> Verdict:
    """Tell whether cookies were sent to, or set by, hosts of a kind; names only."""
    if party in PARTIES and case.problem:
        return Verdict(UNDECIDABLE, case.problem)
    chosen = entries_of(case, party)
    chosen = chosen[chosen.outcome.isin(RECEIVED) & (chosen.role.isin(as_list(role)) if role else True)]
    cookies = case.capture.cookies
    cookies = cookies[(cookies.side == side) & cookies.entry_id.isin(chosen.entry_id)]
    if name is not None:
        cookies = cookies[[matches(each, as_list(name)) for each in cookies.name]]
    did = "sent to" if side == "request" else "set by"
    if len(cookies):
        hosts = chosen.set_index("entry_id").host.reindex(cookies.entry_id).dropna()
        shown = listed(mask_text(each) for each in cookies.name.dropna())
        return Verdict(HOLDS, f"{shown} {did} {listed(hosts)}", _ids(cookies), "observed", "certain")
    return _absent(case, f"no such cookie was {did} {listed(as_list(role)) or party} hosts", "cookies")


def readable(case: Case, *, host: str, kinds: str | list[str] | None = None, side: str = "response") -> Verdict:
    """Tell whether documents arrived readable at the browser's HTTP layer."""
    if host in PARTIES and case.problem:
        return Verdict(UNDECIDABLE, case.problem)
    bodies = case.readability
    bodies = bodies[bodies.entry_id.isin(entries_of(case, host).entry_id) & (bodies.side == side)]
    held = bodies[bodies.held.fillna(False).astype(bool)]
    opaque = held[held.verdict == OPAQUE]
    clear = held[held.verdict.isin(["readable", "encoded"]) & (held.kind.isin(as_list(kinds)) if kinds else True)]
    if len(clear):
        beside = f", beside {len(opaque)} that look like ciphertext" if len(opaque) else ""
        return Verdict(HOLDS, f"{len(clear)} of {len(held)} recorded bodies ({listed(clear.kind)}) were readable where they arrived{beside}: the server side held them readable when answering; nothing is said of storage",
                       _ids(clear), "derived", "certain")  # fmt: skip
    if not len(held):
        return Verdict(UNDECIDABLE, f"no body of {host} was recorded", basis="undecidable")
    return Verdict(FAILS, f"none of the {len(held)} recorded bodies of {host} is readable {listed(as_list(kinds))}" + (f"; {len(opaque)} look like ciphertext, whose reader is unknown" if len(opaque) else ""),
                   _ids(opaque), "derived")  # fmt: skip


def _fits(row, value, basis, at_least, probability_at_least) -> bool:
    text = " ".join(map(str, row.value.values())) if isinstance(row.value, dict) else str(row.value)
    return (value is None or matches(text, f"*{value}*")) and (not basis or row.basis in basis) and (at_least is None or reaches(row.strength, at_least)) and (
        probability_at_least is None or (not pd.isna(row.probability) and row.probability >= probability_at_least))  # fmt: skip


def _absent(case: Case, why: str, metric: str | None = None, ids: tuple[int, ...] = ()) -> Verdict:
    """Say that it is not there, or that this capture could not have shown it."""
    damaged = case.observable.why["requests"] if "damaged" in case.observable.why["requests"] else None
    unseen = case.observable.why[metric] if metric and case.observable.observable[metric] != "yes" else None
    if damaged or unseen:
        return Verdict(UNDECIDABLE, f"{why}, and this capture might not have shown it: {damaged or unseen}", ids, "undecidable")
    return Verdict(FAILS, f"{why}, in what was recorded", ids, "observed")


def _ids(rows: pd.DataFrame) -> tuple[int, ...]:
    return tuple(sorted({int(entry_id) for entry_id in rows.entry_id}))


def _known(value):
    return None if pd.isna(value) else value


def _is_filled(value: object) -> bool:
    return bool(value) if isinstance(value, (dict, list, str)) else not pd.isna(value)
