"""What is said of one host: a row for each party and conclusion, and one where nothing says who?"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.findings import STRENGTHS
from hartools.parties.infrastructure.certificates import read_certificate
from hartools.parties.infrastructure.entries import RECORDED_BY_PROXY, SILENCE, silence
from hartools.parties.infrastructure.evidence import Shown, words_of
from hartools.parties.infrastructure.exchanges import MASKED, Exchange, Link, says_nothing
from hartools.parties.infrastructure.fronted import Fronted
from hartools.parties.infrastructure.observed import Observed
from hartools.parties.infrastructure.providers import PROVIDERS
from hartools.parties.infrastructure.words import CERTIFICATE, EARLIER, FRONTED, GRADES, IN_CLEAR, TLS, alternative, claim, settles

__all__ = ["Context", "fronted_rows", "rows_of_host"]

Pairs = list[tuple[int, np.ndarray]]


class Context(NamedTuple):
    """Hold what was observed of the whole capture."""

    seen: Observed
    exchanges: list[Exchange]
    shared: dict[int, str]
    recorded_by_proxy: bool
    certificates: bool
    observer: str | None


def rows_of_host(context: Context, host: int, pairs: Pairs) -> list[dict]:
    """Make the rows of one host: in clear, outermost first, then TLS, then the certificate."""
    kinds = context.seen.kinds
    live = [(kind, rows) for kind, rows in pairs if kinds[kind].state == "live"]
    old = [(kind, rows) for kind, rows in pairs if kinds[kind].state == "old"]
    found = _in_clear(context, host, live, pairs)
    if not live:
        found += _in_clear(context, host, old, pairs)
    found = found or [_nothing(context, host, IN_CLEAR, pairs)]
    return found + _tls(context, host, live, pairs) + _certificate(context, host, live)


def _parties(context: Context, pairs: Pairs) -> dict[tuple[str, bool], Shown]:
    """Gather for each party of the chains what shows it; what an outer cache repeats counts apart."""
    found: dict[tuple[str, bool], Shown] = {}
    for kind, rows in pairs:
        exchange = context.exchanges[kind]
        for place, link in enumerate(exchange.chain):
            found.setdefault((link.party, link.earlier), Shown()).add(kind, rows, place if exchange.answered else place + 1, link)
    return {key: shown for key, shown in found.items() if not key[1] or (key[0], False) not in found}


def _in_clear(context: Context, host: int, pairs: Pairs, all_pairs: Pairs) -> list[dict]:
    found = []
    for (party, earlier), shown in _parties(context, pairs).items():
        link, kind, rows, place = shown.best(lambda each: each.strength)
        row = _row(context, host, party, EARLIER if earlier else IN_CLEAR, link, kind, rows, place)
        row |= {"strength": link.strength, "basis": _basis(context, kind, link, TLS if link.grade == "E2" else IN_CLEAR), "evidence": words_of(context.seen, shown, link, kind, rows, pairs)}
        found.append(row)
    found.sort(key=lambda row: (row["position"], row["party"]))
    return [row | {"note": _notes(context, row, all_pairs)} for row in found]


def _tls(context: Context, host: int, live: Pairs, pairs: Pairs) -> list[dict]:
    kinds = context.seen.kinds
    secure = [(kind, rows) for kind, rows in live if kinds[kind].tls]
    plain = np.sort(np.concatenate([rows for kind, rows in live if kinds[kind].tls is False] or [np.zeros(0, np.int64)]))
    found = [_no_tls(context, host, plain)] if len(plain) else []
    named = _intercepted(context, host, secure) + _ended(context, host, secure)
    sure = [row["party"] for row in named if row["strength"] in STRENGTHS[:2]]
    shared = [row for row in _shared(context, host, secure) if row["party"] not in sure]
    named = [row for row in named if row["party"] not in [each["party"] for each in shared]] + shared
    if secure and not named:
        named = [_nothing(context, host, TLS, secure)]
    return named + found or [_nothing(context, host, TLS, pairs)]


def _ended(context: Context, host: int, secure: Pairs) -> list[dict]:
    found = []
    for (party, _), shown in _parties(context, secure).items():
        if not any(link.tls for link in shown.links()):
            continue
        link, kind, rows, place = shown.best(lambda each: each.tls)
        row = _row(context, host, party, TLS, link, kind, rows, place)
        row |= {"strength": link.tls, "basis": _basis(context, kind, link, TLS), "evidence": words_of(context.seen, shown, link, kind, rows, secure)}
        found.append(row | {"note": _notes(context, row, secure)})
    return sorted(found, key=lambda row: (row["position"], row["party"]))


def _row(context: Context, host: int, party: str | None, conclusion: str, link: Link, kind: int, rows: np.ndarray, place: int) -> dict:
    known, address = PROVIDERS.get(party), context.seen.kinds[kind].address
    foreign = address.reach == "public" and link.same is None and not says_nothing(party, address)
    strength = link.tls if conclusion == TLS else link.strength
    other = alternative(conclusion, link.grade, known.kind if known else "cloud", foreign=foreign, inner=place > 0, earlier=link.earlier, masked=address.reach in MASKED)
    return {"host": context.seen.hosts[host], "party": party, "organisation": known.organisation if known else party, "conclusion": conclusion, "grade": link.grade,
            "document_grade": _document_grade(context, host, party), "position": place + 1, "chain": [each.party for each in context.exchanges[kind].chain], "alternative": other, "settles": settles(conclusion),
            "claim": claim(conclusion, party, context.seen.hosts[host], strength), "entries": len(rows), "entry_ids": _ids(context.seen, rows),
            "_kind": kind, "_link": link, "_rows": rows}  # fmt: skip


def _document_grade(context: Context, host: int, party: str | None) -> str | None:
    """Return the grade that a party has in the document which this host sent, if it sent one."""
    seen = context.seen
    kinds = seen.kind_of[seen.documents[seen.host_of[seen.documents] == host]].tolist()
    return min((link.grade for kind in kinds for link in context.exchanges[kind].chain if link.party == party and not link.earlier), key=list(GRADES).index, default=None)


def _ids(seen: Observed, rows: np.ndarray) -> list[int]:
    return seen.ids[np.sort(rows)].tolist()


def _basis(context: Context, kind: int, link: Link, conclusion: str) -> str:
    """Say on what it rests: an address needs a list from outside, a name what is known of its owner."""
    if link.grade == "E1":
        return "observed" if context.seen.kinds[kind].resolved else "assumed"
    return "assumed" if conclusion == TLS and link.grade in ("E4", "E2") else "derived"


def _notes(context: Context, row: dict, pairs: Pairs) -> str | None:
    seen, link = context.seen, row["_link"]
    words = []
    if len(row["chain"]) > 1:
        order = {"address": "by the address", "via": "by the last entry in via", "kind": "only as such parties usually stand; it may be the other way round"}
        words.append(f"the order of the chain is known {order.get(context.exchanges[row['_kind']].order, 'from one party alone')}")
    if link.same:
        places = np.unique(seen.address_of[row["_rows"]]).tolist()
        words += sorted({seen.addresses[place]["note"] for place in places if place >= 0 and seen.addresses[place]["note"]})
    if link.signs and all(sign.how_known == "unverified" for sign in link.signs):
        words.append("the signs are known from general knowledge, not looked up")
    if context.recorded_by_proxy and row["conclusion"] == TLS:
        words.append(RECORDED_BY_PROXY)
    old = sum(len(rows) for kind, rows in pairs if seen.kinds[kind].state == "old")
    if old and row["conclusion"] != EARLIER:
        words.append(f"{old} cached or revalidated answers are left out")
    return "; ".join(words) or None


def _nothing(context: Context, host: int, conclusion: str, pairs: Pairs) -> dict:
    """Make the row of a host of which nothing says who, and say what is missing."""
    seen = context.seen
    rows = np.sort(np.concatenate([rows for _, rows in pairs]))
    states = {seen.kinds[kind].state for kind, _ in pairs}
    live = [kind for kind, _ in pairs if seen.kinds[kind].state == "live"]
    reasons = [f"{SILENCE['public']}; the parties named stand behind it" if context.exchanges[kind].chain else silence(seen.kinds[kind], seen) for kind in live]
    if not live:
        told = {"old": "only answers from a cache of the browser, which say nothing of now", "browser": "answered by the browser itself", "unanswered": "no request to it was answered"}
        reasons = [next(words for state, words in told.items() if state in states)]
    missing = "; or ".join(dict.fromkeys(reasons))
    view = f"; in the view of {context.observer}" if context.observer else ""
    return {"host": seen.hosts[host], "conclusion": conclusion, "basis": "undecidable", "strength": "undecidable", "chain": [], "evidence": f"missing: {missing}{view}",
            "alternative": "the site's own machine, or anybody's", "settles": settles(conclusion), "claim": claim(conclusion, None, seen.hosts[host], None),
            "entries": len(rows), "entry_ids": _ids(seen, rows)}  # fmt: skip


def _no_tls(context: Context, host: int, rows: np.ndarray) -> dict:
    name = context.seen.hosts[host]
    return {"host": name, "conclusion": TLS, "basis": "observed", "chain": [], "evidence": f"{len(rows)} exchanges over http://, where there is no TLS to end",
            "claim": "Not applicable: these exchanges had no TLS, and everybody on the way could read them.", "note": "not applicable",
            "entries": len(rows), "entry_ids": _ids(context.seen, rows)}  # fmt: skip


def _intercepted(context: Context, host: int, secure: Pairs) -> list[dict]:
    found: dict[tuple[str, str], list[np.ndarray]] = {}
    for kind, rows in secure:
        if context.seen.kinds[kind].intercepted:
            found.setdefault((context.seen.kinds[kind].intercepted, context.seen.kinds[kind].intercepted_strength), []).append(rows)
    made = []
    for (who, strength), parts in sorted(found.items()):
        rows, party = np.concatenate(parts), f"intercepting proxy ({who})"
        made.append({"host": context.seen.hosts[host], "party": party, "organisation": who, "conclusion": TLS, "basis": "observed", "strength": strength, "position": 0, "chain": [],
                     "evidence": f"the certificate is signed by an authority of {who}", "alternative": "an authority of that name that is somebody else's",
                     "settles": "the owner of the visitor's machine and network", "claim": claim(TLS, party, context.seen.hosts[host], strength),
                     "note": "what stands behind the proxy is said of the proxy's own connection", "entries": len(rows), "entry_ids": _ids(context.seen, rows)})  # fmt: skip
    return made


def _shared(context: Context, host: int, secure: Pairs) -> list[dict]:
    rows = np.array([row for _, each in secure for row in each.tolist() if row in context.shared], np.int64)
    made = []
    for party in sorted({context.shared[row] for row in rows.tolist()}):
        mine = rows[[context.shared[row] == party for row in rows.tolist()]]
        known = PROVIDERS.get(party)
        made.append({"host": context.seen.hosts[host], "party": party, "organisation": known.organisation if known else party, "conclusion": TLS, "basis": "derived",
                     "strength": "likely", "grade": "E3", "position": 1, "chain": [party], "evidence": f"shares its connection with a host that bears signs of {party}: one connection is one TLS session",
                     "alternative": "the exporter gave one number to two connections", "settles": settles(TLS), "claim": claim(TLS, party, context.seen.hosts[host], "likely"),
                     "note": "the address is that of the connection and says nothing of where this name points", "entries": len(mine), "entry_ids": _ids(context.seen, mine)})  # fmt: skip
    return made


def _certificate(context: Context, host: int, live: Pairs) -> list[dict]:
    entries = context.seen.entries
    if not context.certificates:
        return []
    rows = np.sort(np.concatenate([rows for _, rows in live] or [np.zeros(0, np.int64)]))
    rows = rows[entries.tls_issuer.take(rows).notna().to_numpy(dtype=bool)]
    found: dict = {}
    for row, subject, issuer in zip(rows.tolist(), entries.tls_subject.take(rows), entries.tls_issuer.take(rows), strict=True):
        found.setdefault(read_certificate(None if pd.isna(subject) else subject, issuer), []).append(row)
    return [_certificate_row(context, host, reading, np.array(each)) for reading, each in found.items() if reading.kind != "intercepting"]


def _certificate_row(context: Context, host: int, reading, rows: np.ndarray) -> dict:
    name, known = context.seen.hosts[host], PROVIDERS.get(reading.party)
    decided = reading.kind == "provider"
    strength = reading.strength if decided else "undecidable"
    words = claim(CERTIFICATE, reading.party, name, strength) if decided else "Who holds the key of this certificate cannot be told from this capture."
    return {"host": name, "party": reading.party, "organisation": known.organisation if known else None, "conclusion": CERTIFICATE,
            "basis": "observed" if decided else "undecidable", "strength": strength, "chain": [], "evidence": f"subject and issuer: {reading.meaning}", "settles": settles(CERTIFICATE), "claim": words,
            "alternative": "the key was exported to somebody else" if decided else "the key lies with the provider, or with the site (keyless TLS); the session keys are with who ended TLS all the same",
            "note": "the signs are known from general knowledge, not looked up" if reading.how_known == "unverified" else None, "entries": len(rows), "entry_ids": _ids(context.seen, rows)}  # fmt: skip


def fronted_rows(context: Context, each: Fronted) -> list[dict]:
    """Make the row of a first-party name that could stand in front of somebody else's machine."""
    name = context.seen.hosts[each.host]
    return [{"host": name, "party": each.party, "organisation": each.party, "conclusion": FRONTED, "basis": each.basis, "strength": each.strength, "grade": "E1",
             "chain": [], "evidence": each.evidence, "alternative": "the site's own machine, running its own or the same software", "settles": settles(FRONTED),
             "claim": claim(FRONTED, each.party, name, each.strength), "note": each.note,
             "entries": len(each.rows), "entry_ids": _ids(context.seen, np.array(each.rows))}]  # fmt: skip
