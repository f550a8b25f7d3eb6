"""What did one observer receive, what could it conclude, how surely, and what could it not?"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import pandas as pd
from jinja2 import Environment, StrictUndefined

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import AmbiguousFirstPartyError
from hartools.evidence import show_evidence
from hartools.inference import Catalogue, PageModel, describe_query, infer
from hartools.masking import mask_text
from hartools.observers import find_observers, view_as, visibility_table
from hartools.observers.visibility import CONNECTION_KINDS, MARKS
from hartools.plots.lettering import literal
from hartools.report.received import received_table

__all__ = ["Dossier", "dossier"]

# What each kind of observer is, in one sentence.
MEANS = {
    "first_party": "the site visited, with all its hosts: the baseline, which knows what it was asked for",
    "third_party": "a site other than the one visited, of which a page asked for something",
    "organisation": "all hosts of one owner, as the table of owners has it",
    "tls_terminator": "who ended the browser's TLS for a host, and so held request and answer in clear",
    "hosting": "who ran the machine, or stood further in than the one that ended TLS",
    "tag_manager": "a third party whose script ran in the page and brought in others",
    "script": "a third party whose script ran in the page",
    "network": "somebody on the way, where DNS and the TLS hello pass in clear",
    "network_doh": "somebody on the way, where DNS is encrypted and the TLS hello is not",
    "network_ech": "somebody on the way, where DNS passes in clear and the TLS hello is encrypted (ECH)",
    "network_doh_ech": "somebody on the way, where DNS and the TLS hello are encrypted",
    "resolver": "who answers the browser's DNS questions",
    "coalition": "several parties that could join what each of them received",
}  # fmt: skip
# Lines of text and rows of a card: beyond these the tables have the rest.
MOST_SAID, MOST_ROWS, LONGEST = 30, 60, 400
# What is less probable than this is written as nothing, and left out of a card.
LEAST = 0.0005
OF_FILE = "about the file"
WITHHELD = {"table": "str", "columns": "str", "mark": "str", "why": "str"}


@dataclass(frozen=True, repr=False, eq=False)
class Dossier:
    """Hold what can be said of one observer of a capture.

    Attributes
    ----------
    observer : str
        ``"KIND:NAME"``.
    who : dict
        kind, means (what that kind is), owner, country, role, hosts, why (it is an onlooker), strength
        (of that), owner_known. Unknown is None.
    received : pandas.DataFrame
        One row per kind of data: what, count (unknown where the capture does not tell), observable
        (yes, lower bound, no, or not received), detail.
    findings : pandas.DataFrame
        What it could conclude; table ``findings`` of the contract.
    ledger : pandas.DataFrame
        What was looked for and not found, or could not be looked for; same columns.
    withheld : pandas.DataFrame
        What its kind does not receive, or not as the browser has it: table, columns, mark, why.
    evidence : pandas.DataFrame
        The entries that the findings cite, masked; see `show_evidence`. Beside them findings
        (numbers, counted from 1) and seen (as received, or as the browser recorded it).
    """

    observer: str
    who: Mapping[str, object]
    received: pd.DataFrame
    findings: pd.DataFrame
    ledger: pd.DataFrame
    withheld: pd.DataFrame
    evidence: pd.DataFrame

    def __repr__(self) -> str:
        facts = _facts(self)
        lines = [facts["title"], f"  {facts['means']}"]
        lines += [f"  {name}: {value}" for name, value in facts["about"]]
        lines += ["received", *(f"  {row['what']}: {row['told']}" for row in facts["received"])]
        lines += [f"could conclude ({len(self.findings)})", *(f"  {row['number']}. {row['claim']} [{row['surely']}; {row['cited']}]" for row in facts["said"][:MOST_SAID])]
        lines += _more(len(self.findings) - MOST_SAID, ".findings")
        lines += [f"could not, as far as looked for ({len(self.ledger)})", *(f"  {row['result']}: {row['claim']}" for row in facts["not_said"][:MOST_SAID])]
        lines += ["does not receive, or not as the browser has it", *(f"  {line}" for line in facts["withheld_in_short"])]
        lines += [f"evidence: {len(self.evidence)} requests, in .evidence", facts["reservation"]]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return _template().render(_facts(self) | {"most": MOST_ROWS})


def dossier(capture: Capture, observer: str, *, catalogue: Catalogue | None = None, prior: str | Mapping = "uniform", model: PageModel = PageModel(),
            owners: pd.DataFrame | None = None, ranges: pd.DataFrame | None = None, dns: pd.DataFrame | None = None) -> Dossier:
    """Put together what one observer received, what it could conclude, how surely, and what it could not.

    Parameters
    ----------
    capture : Capture
        What the browser recorded.
    observer : str
        ``"KIND:NAME"``, as `find_observers` lists them.
    catalogue : Catalogue, optional
        What anybody could know beforehand about the site's pictures; see `infer`.
    prior, model
        See `query_posterior`.
    owners, ranges, dns : pandas.DataFrame, optional
        Facts from outside the capture; see `find_observers`.

    Returns
    -------
    Dossier
        Shown as a card in a notebook and as text at a prompt; values are masked.

    Raises
    ------
    UnknownObserverError
        If the capture shows no such observer.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> card = dossier(capture, "third_party:cloudinary.com", catalogue=ht.catalogue_from(capture))
    >>> print(repr(card).splitlines()[0])
    third_party:cloudinary.com, of Cloudinary (US)
    >>> card.received.set_index("what").loc["requests", "count"]
    2
    """
    view = view_as(capture, observer, owners=owners, ranges=ranges, dns=dns)
    kind = view.observer.partition(":")[0]
    table = infer(view, catalogue=catalogue, prior=prior, model=model)
    is_found = table.result == "found"
    findings = table[is_found].reset_index(drop=True)
    return Dossier(view.observer, _who(capture, view, kind, owners, ranges, dns), received_table(capture, view), findings, table[~is_found].reset_index(drop=True),
                   _withheld(kind), _evidence(capture, view, findings))


def _who(capture: Capture, view: Capture, kind: str, owners, ranges, dns) -> dict:
    facts = {"kind": kind, "means": MEANS.get(kind), "owner": None, "country": None, "role": None, "hosts": sorted(view.entries.host.dropna().unique()), "why": None,
             "strength": None, "owner_known": None}  # fmt: skip
    try:
        known = find_observers(capture, owners=owners, ranges=ranges, dns=dns, kinds=(kind,))
    except AmbiguousFirstPartyError as error:
        return facts | {"why": f"it received requests; whether it is a third party is not known: {error}"}
    row = known[known.observer == view.observer]
    if not len(row):
        return facts | {"why": "it received what stands below"}
    told = row.astype(object).where(row.notna(), None).iloc[0].to_dict()
    return facts | {name: told.get(name) for name in ("owner", "country", "role", "hosts", "why", "strength", "owner_known")}


def _withheld(kind: str) -> pd.DataFrame:
    """List what this kind does not receive, or not as the browser has it, the columns of one reason together."""
    masks = visibility_table()
    rows = masks[masks[kind] != "yes"].rename(columns={kind: "mark"})
    merged = rows.groupby(["table", "mark", "why"], sort=False).column.agg(", ".join).reset_index(name="columns")
    # what is about the file was never traffic: it comes last
    merged = merged.assign(last=merged.why.str.startswith(OF_FILE)).sort_values("last", kind="stable", ignore_index=True)
    return merged[list(WITHHELD)].astype({name: DTYPES[kind] for name, kind in WITHHELD.items()})


def _evidence(capture: Capture, view: Capture, findings: pd.DataFrame) -> pd.DataFrame:
    cited: dict[int, list[int]] = {}
    for number, entry_ids in enumerate(findings.entry_ids, start=1):
        for entry_id in entry_ids:
            cited.setdefault(entry_id, []).append(number)
    own = set(view.entries.entry_id)
    parts = [show_evidence(each, ids).assign(seen=seen) for each, ids, seen in (
        (view, sorted(set(cited) & own), "as received"), (capture, sorted(set(cited) - own), "as the browser recorded it"))]  # fmt: skip
    parts = [part for part in parts if len(part)] or parts[:1]
    table = pd.concat(parts, ignore_index=True).sort_values(["started", "entry_id"], kind="stable", ignore_index=True)
    return table.assign(findings=pd.Series([cited[entry_id] for entry_id in table.entry_id], index=table.index, dtype="object"))


def _facts(card: Dossier) -> dict:
    """Put everything that the card says into plain, bounded, masked text, once for both forms."""
    who = card.who
    owner = f", of {_plain(who['owner'])}" + (f" ({_plain(who['country'])})" if who["country"] else "") if who["owner"] else ""
    about = [("why", who["why"]), ("how surely it is an onlooker", who["strength"]), ("role", who["role"]), ("whose it is, known from", who["owner_known"]),
             ("hosts, as the browser recorded them" if who["kind"] in CONNECTION_KINDS else "hosts", ", ".join(list(who["hosts"] or [])[:12]) + (f" and {len(who['hosts']) - 12} more" if len(who["hosts"] or []) > 12 else ""))]  # fmt: skip
    return {
        "title": f"{_plain(card.observer)}{owner}", "means": who["means"] or "an observer", "about": [(name, _plain(value)) for name, value in about if value],
        "received": _received(card.received),
        "said": [_said(number, row) for number, row in enumerate(_rows(card.findings), start=1)],
        "not_said": [{"result": row["result"], "topic": _plain(row["topic"]), "claim": _plain(row["claim"]), "caveat": _plain(row["caveat"])} for row in _rows(card.ledger)],
        "withheld": [row | {"received": _meaning(row["mark"])} for row in _rows(card.withheld) if not row["why"].startswith(OF_FILE)],
        "withheld_in_short": _in_short(card.withheld),
        "evidence": [{name: _plain(value) for name, value in row.items()} for row in _rows(card.evidence)],
        "reservation": "“Could” means that it received what it needs; whether it looked is in no HAR.",
    }  # fmt: skip


def _received(table: pd.DataFrame) -> list[dict]:
    """Give a line to each kind of data that was received or could have been, and one to those that its kind never has."""
    rows = _rows(table)
    lines = [{"what": row["what"], "told": _told(row)} for row in rows if row["observable"] != "not received"]
    for detail in dict.fromkeys(row["detail"] for row in rows if row["observable"] == "not received"):
        names = ", ".join(row["what"] for row in rows if row["observable"] == "not received" and row["detail"] == detail)
        lines.append({"what": "not received", "told": f"{names}: {_plain(detail)}" if detail else names})
    return lines


def _in_short(withheld: pd.DataFrame) -> list[str]:
    """Say by reason what is withheld, and by mark in which tables the rest is received in part."""
    rows = [row for row in _rows(withheld) if not row["why"].startswith(OF_FILE)]
    reasons, marks = {}, {}
    for row in rows:
        if row["mark"] == "no":
            reasons.setdefault(row["why"], []).append(f"{row['table']} {row['columns']}")
        else:
            marks.setdefault(row["mark"], []).append(row["table"])
    lines = [f"{'; '.join(columns)} ({why})" for why, columns in reasons.items()]
    return lines + [f"{_meaning(mark)}: {', '.join(dict.fromkeys(tables))}" for mark, tables in marks.items()]


def _meaning(mark: str) -> str:
    return "; ".join(MARKS.get(part, part) for part in mark.split("+"))


def _said(number: int, row: dict) -> dict:
    surely = f"{row['basis']}, probability {_percent(row['probability'])}" if row["probability"] is not None else f"{row['basis']}, {row['strength']}"
    others = "; ".join(f"{_value(other['value'])} {_percent(other['probability'])}" for other in list(row["alternatives"])[:3] if other["probability"] >= LEAST)
    ids = row["entry_ids"]
    cited = f"{'entry' if len(ids) == 1 else 'entries'} " + ", ".join(map(str, ids[:6])) + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")
    return {"number": number, "topic": _plain(row["topic"]), "claim": _plain(row["claim"]), "surely": surely + (f"; else {others}" if others else ""), "rule": row["rule"],
            "cited": cited, "caveat": _plain(row["caveat"])}  # fmt: skip


def _value(value: object) -> str:
    return _plain(describe_query(value) if value is None or isinstance(value, Mapping) else value)


def _percent(probability: float) -> str:
    return f"{100 * probability:.1f} %" if probability < 0.9995 else "over 99.9 %"


def _told(row: dict) -> str:
    count = "" if row["count"] is None else f"{row['count']:,}"
    if row["observable"] in ("no", "not received"):
        count = "not observable" if row["observable"] == "no" else "not received"
    least = "at least " if row["observable"] == "lower bound" else ""
    return ": ".join(part for part in (f"{least}{count}" if count else "", _plain(row["detail"])) if part)


def _rows(table: pd.DataFrame) -> list[dict]:
    plain = table.astype(object)
    return plain.where(plain.notna(), None).to_dict("records")


def _plain(value: object) -> str:
    """Write a value from a file as text: tokens and addresses masked, no control or direction marks, bounded."""
    if value is None:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%H:%M:%S.%f")[:-3]
    return literal(mask_text(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)), most=LONGEST)


def _more(count: int, where: str) -> list[str]:
    return [f"  and {count} more, in {where}"] if count > 0 else []


@lru_cache(maxsize=1)
def _template():
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    folder = files("hartools.report").joinpath("data")
    environment.globals["style"] = folder.joinpath("dossier.css").read_text(encoding="utf-8").strip()
    return environment.from_string(folder.joinpath("dossier.html.j2").read_text(encoding="utf-8"))
