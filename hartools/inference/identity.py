"""Which observers could tie page views, sites and captures together, or tie them to a person, and by what?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import UnknownObserverError
from hartools.findings import found, not_found, not_observable
from hartools.inference.identity_keys import Key, keys_of
from hartools.inference.identity_ties import SCOPES, Seen, Tie, ties_of
from hartools.masking import fingerprint
from hartools.observers import find_observers, view_as
from hartools.observers.visibility import CONNECTION_KINDS
from hartools.payloads.identifiers.rows import table_of, unseen

__all__ = ["COLUMNS", "identity_findings", "identity_table"]

TIE, PERSON = "R-TIE", "R-PERSON"
COLUMNS = {"observer": "str", "result": "str", "scope": "str", "key": "str", "field": "str", "value": "str", "fingerprint": "str", "basis": "str", "strength": "str",
           "lifetime_days": "float", "pages": "int", "page_ids": "object", "sites": "object", "captures": "object", "entry_ids": "object", "capture_ids": "object",
           "caveat": "str", "why": "str"}  # fmt: skip
# What is written of a tie, by its scope; {key} is what ties.
CLAIMS = {
    "pages of one visit": "It could tie {pages} page views together as one browser's, by {key}.",
    "sites": "It could tie what one browser did on {sites} sites together, by {key}.",
    "captures": "It could tie {captures} captures together as one browser's, by {key}.",
    "a later visit": "It could recognise the browser if it came again, by {key}{days}.",
    "a person": "It could tie {what} to a person, by {key}.",
}
ASSUMED_CLAIM = "If the address stayed the same, it could tie {what} together."
NOBODY = "Neither an account nor an e-mail address, a phone number or another field of a person was found in what it received."
NO_TIE = "No value that it received recognises the browser from one page view to another."
SEARCHED = "Values that are encrypted, split, shorter than eight characters, or under a name that tells nothing are not seen; find_leaks searches for known ones."


def identity_table(captures: Capture | Iterable[Capture], *, observers: Iterable[str] | None = None, owners: pd.DataFrame | None = None, others: Iterable[Capture] = ()) -> pd.DataFrame:
    """List which observers could tie visits together or to a person, and by which key.

    Parameters
    ----------
    captures : Capture or iterable of Capture
        One visit or several; also several HARs read as one, whose files count as captures.
    observers : iterable of str, optional
        ``KIND:NAME`` each; all that `find_observers` lists by default.
    owners : pandas.DataFrame, optional
        Owners beside those of our own table; see `owners_of_hosts`.
    others : iterable of Capture
        Captures of other browsers: a value that the same observer received there too ties nothing.

    Returns
    -------
    pandas.DataFrame
        One row per observer, key and scope: observer, result (found, not found or not
        observable), scope (one of `SCOPES`: pages of one visit, sites, captures, a later visit, a
        person), key (a key of `KEY_KINDS`), field (where it stood), value (masked), fingerprint,
        basis (observed: one field that recognises; derived: a join, a hash or an expiry; assumed: a
        fact that no HAR holds), strength, lifetime_days (for how long the cookie was set to be
        kept), pages (page views tied, as the observer could tell them apart), page_ids, sites
        (visited, as it was told), captures, entry_ids with capture_ids (two lists side by side),
        caveat, why. After the ties of an observer come its rows of what was not found or could not be seen.

    Raises
    ------
    UnknownObserverError
        If an observer received nothing in any of the captures.
    AmbiguousFirstPartyError
        If observers are to be found and a capture does not tell what was visited.

    Notes
    -----
    All is read from each observer's view. Equal values tie; that the observer keeps or compares them
    is not in a capture. What two observers could join is said of a coalition, an observer of its own.

    Examples
    --------
    >>> import hartools as ht
    >>> table = identity_table(ht.read_har(ht.example_har()), observers=["third_party:beta.example"])
    >>> table[["result", "scope", "basis", "strength"]].values.tolist()[1]
    ['not found', 'a person', 'observed', 'certain']
    """
    parts, strangers = _parts(captures), [each for each, _ in _parts(others).values()]
    rows = []
    for observer in _observers(parts, observers, owners):
        seen = {label: _seen(view, [_view(other, observer, owners) for other in strangers]) for label, (capture, _) in parts.items() if (view := _view(capture, observer, owners)) is not None}
        if not seen:
            raise UnknownObserverError(f"{observer!r} received nothing in {', '.join(parts)}; find_observers lists who did.")
        ties = ties_of(seen)
        rows += [_row(tie, observer, len(parts) > 1) for tie in ties] + _ledger(observer, seen, ties)
    return table_of(rows, COLUMNS)


def identity_findings(view: Capture) -> list[dict]:
    """Say of one observer's view by what it could tie page views together, and to a person.

    Parameters
    ----------
    view : Capture
        Made by `view_as`.

    Returns
    -------
    list of dict
        Rows of `hartools.findings` under R-TIE and R-PERSON, ledger last.

    Examples
    --------
    >>> import hartools as ht
    >>> view = ht.view_as(ht.read_har(ht.example_har()), "third_party:beta.example")
    >>> [(row["rule"], row["result"]) for row in identity_findings(view)][-2:]
    [('R-PERSON', 'not found'), ('R-TIE', 'not observable')]
    """
    seen = {"": _seen(view, [])}
    ties = ties_of(seen)
    rows = [_finding(tie) for tie in ties]
    for row in _ledger(view.observer or "", seen, ties):
        make, rule = (not_found if row["result"] == "not found" else not_observable), PERSON if row.get("scope") == "a person" else TIE
        rows.append(make("person" if rule == PERSON else "visits tied", row["why"], rule=rule, entry_ids=view.entries.entry_id, caveat=row["caveat"]))
    return rows


def _parts(captures: Capture | Iterable[Capture]) -> dict[str, tuple[Capture, str]]:
    """Name each capture, a second of one name by its number; several files read as one are taken apart again."""
    parts: dict[str, tuple[Capture, str]] = {}
    for capture in [captures] if isinstance(captures, Capture) else captures:
        entries = capture.entries
        files = list(entries.capture_id.dropna().unique())
        for name in files if len(files) > 1 else [None]:
            part, label = (capture, capture.source.name) if name is None else (_one_file(capture, name), name)
            number = sum(each == label for _, each in parts.values()) + 1
            parts[label if number == 1 else f"{label} {number}"] = (part, label)
    return parts


def _one_file(capture: Capture, name: str) -> Capture:
    kept = {table: rows[(rows.capture_id == name).fillna(False).to_numpy(bool)] for table in ("entries", "pages") for rows in (capture.table(table),)}
    return capture.with_tables(**kept)


def _observers(parts: dict[str, tuple[Capture, str]], observers: Iterable[str] | None, owners: pd.DataFrame | None) -> list[str]:
    named = [observers] if isinstance(observers, str) else observers
    if named is None:
        named = [observer for capture, _ in parts.values() for observer in find_observers(capture, owners=owners).observer]
    return list(dict.fromkeys(named))


def _view(capture: Capture, observer: str, owners: pd.DataFrame | None) -> Capture | None:
    """Return what an observer received of a capture, None where it has no part in it."""
    kind, _, name = observer.partition(":")
    try:
        return view_as(capture, observer) if owners is None else view_as(capture, observer, owners=owners)
    except UnknownObserverError:
        if not name:
            raise
        return None


def _seen(view: Capture, others: list[Capture | None]) -> Seen:
    return Seen(view, keys_of(view, others=[other for other in others if other is not None]))


def _row(tie: Tie, observer: str, several: bool) -> dict:
    """Write one tie as a row; pages bear their capture's name where there is more than one."""
    key = tie.key
    cited = [(label, entry_id) for label, ids in tie.entry_ids.items() for entry_id in ids]
    pages = None if tie.page_ids is None else [f"{label} {page}" if several else page for label, page in tie.page_ids]
    return {"observer": observer, "result": "found", "scope": tie.scope, "key": key.kind, "field": ", ".join(key.fields) or None, "value": key.shown,
            "fingerprint": fingerprint(key.value) if key.shown else None, "basis": tie.basis, "strength": tie.strength, "lifetime_days": key.lifetime_days,
            "pages": None if pages is None else len(pages), "page_ids": pages or [], "sites": list(tie.sites), "captures": list(tie.entry_ids),
            "entry_ids": [entry_id for _, entry_id in cited], "capture_ids": [label for label, _ in cited], "caveat": tie.caveat, "why": tie.why}  # fmt: skip


def _ledger(observer: str, seen: dict[str, Seen], ties: list[Tie]) -> list[dict]:
    """Say what was looked for and not found, and what these captures could not have shown."""
    rows = []
    tied = {tie.scope for tie in ties if tie.basis != "assumed" and tie.key.kind != "browser description"}
    asked = observer.partition(":")[0] not in CONNECTION_KINDS
    if not tied - {"a person"}:
        rows.append({"scope": SCOPES[0], "result": "not found", "why": NO_TIE, "caveat": SEARCHED})
    if "a person" not in tied:
        rows.append({"scope": "a person", "result": "not found", "why": NOBODY, "caveat": SEARCHED})
    for label, each in seen.items():
        rows += [{"captures": [label], **row} for row in (_absent(each.view) if asked else [])]
    grounds = {"not found": ("observed", "certain"), "not observable": ("undecidable", "undecidable")}
    return [{"observer": observer, "captures": list(seen), "entry_ids": [], "capture_ids": [], "page_ids": [], "sites": [], **row,
             "basis": grounds[row["result"]][0], "strength": grounds[row["result"]][1]} for row in rows]  # fmt: skip


def _absent(view: Capture) -> list[dict]:
    """Name the keys that a view does not hold, or could not have shown: which, why, and what to do."""
    if not len(view.entries):
        return []
    why, sent, rows = view.exporter.omits.get("cookies"), (view.cookies.side == "request").any(), []
    if not len(view.cookies) and why:
        rows.append({"result": "not observable", "key": "own cookie", "why": f"Whether it used cookies cannot be told: this view holds none, and {why}.", "caveat": "Record again and export with sensitive data."})
    elif not sent:
        known = "It set cookies, and none was sent back to it" if len(view.cookies) else "No cookie was sent to it or set by it"
        rows.append({"result": "not found", "key": "own cookie", "why": f"{known} in this view.", "caveat": "A new profile holds no cookie of earlier visits, and a browser can hold cookies back: what another browser would have sent is not in this capture."})
    missing = unseen(view).get("body")
    if missing:
        rows.append({"result": "not observable", "key": "identifier", "why": f"Whether bodies held one cannot be told: {missing}.", "caveat": "An exporter that keeps bodies of requests would show it."})
    return rows


def _finding(tie: Tie) -> dict:
    key, what = tie.key, f"{len(tie.page_ids)} page view{'s' if len(tie.page_ids) > 1 else ''}" if tie.page_ids else "what it received"
    named = _named(key)
    claim = ASSUMED_CLAIM.format(what=what) if key.kind == "address" and tie.scope != "a person" else CLAIMS[tie.scope].format(
        pages=len(tie.page_ids or ()), sites=len(tie.sites), captures=len(tie.entry_ids), days=f", set to be kept for {key.lifetime_days:.0f} days" if key.lifetime_days else "", what=what, key=named)  # fmt: skip
    value = {"scope": tie.scope, "key": key.kind} | ({"field": ", ".join(key.fields)} if key.fields else {}) | ({"value": key.shown} if key.shown else {}) | ({"pages": len(tie.page_ids)} if tie.page_ids is not None else {})
    person = tie.scope == "a person"
    return found("person" if person else "visits tied", claim, value, basis=tie.basis, strength=tie.strength, rule=PERSON if person else TIE,
                 entry_ids=[entry_id for ids in tie.entry_ids.values() for entry_id in ids], caveat=tie.caveat)  # fmt: skip


def _named(key: Key) -> str:
    if key.kind == "own cookie":
        return f"its own cookie {next(field for field in key.fields if field.startswith('cookie ')).partition(' ')[2]}"
    article = {"address": "the visitor's", "browser description": "the", "connection": "one"}.get(key.kind, "an" if key.kind[0] in "aeio" else "a")
    return f"{article} {key.kind}" + (f" ({', '.join(key.fields[:3])}{', …' if len(key.fields) > 3 else ''})" if key.fields else "")
