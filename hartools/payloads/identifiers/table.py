"""Which values single out this browser, by which criterion, and which could not be seen?"""

from collections.abc import Iterable

import pandas as pd

from hartools.capture import Capture
from hartools.masking import fingerprint, mask
from hartools.payloads.identifiers.carried import carried_values
from hartools.payloads.identifiers.criteria import CRITERIA, Identifier, judge
from hartools.payloads.identifiers.rows import absent, sites_by_entry, table_of, unseen
from hartools.reading.fitting import clean

__all__ = ["describe_criteria", "identifier_table"]

COLUMNS = {"result": "str", "criterion": "str", "scope": "str", "kind": "str", "party": "str", "name": "str", "part": "str", "value": "str", "fingerprint": "str",
           "vendor": "str", "created": "time", "lifetime_days": "float", "entry_ids": "object", "why": "str"}
DAY = 86_400


def identifier_table(capture: Capture, *, others: Iterable[Capture] = (), repeats: Iterable[Capture] = (), excluded: bool = False, reveal: bool = False) -> pd.DataFrame:
    """List the values that could single out this browser, each with the criterion that says so.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    others : iterable of Capture
        Captures of other browsers or profiles; of the same sites for the comparison, of any site
        to know constants by.
    repeats : iterable of Capture
        Further captures of this browser and profile: what changes between them is a session's.
    excluded : bool
        List excluded values too, each with the reason, result ``excluded``.
    reveal : bool
        Show values as they are.

    Returns
    -------
    pandas.DataFrame
        One row per identifier and field, in the order of first entries: result, criterion (two
        captures, name-known or entropy-only), scope (browser, person, click, session, consent
        record, security, persistent; unknown where nothing tells), kind (cookie, query, form,
        multipart, body, header, Location, WebSocket), party (registrable domain that receives or
        sets it), name, part (of a composite value), value (masked), fingerprint, vendor (whose
        format), created (by the value's own word), lifetime_days (of the cookie, when it was
        set), entry_ids, why. Then one row, ``not observable``, per kind that this capture could
        not have shown. A capture without any identifier has a row ``not found``.

    Notes
    -----
    The criteria and their sources stand in ``docs/identifiers.md``. A sanitized export holds no
    cookies: what its addresses and bodies carry is listed as a lower bound, the cookies are not
    observable.

    Examples
    --------
    >>> import hartools as ht
    >>> found = identifier_table(ht.read_har(ht.example_har()))
    >>> found[found.kind == "cookie"][["result", "criterion", "party", "name", "value"]].values.tolist()[0]
    ['found', 'entropy-only', 'alpha.example', 'uid', 'alph…(22 characters, #484bf0)']
    """
    judged = judge(carried_values(capture), others=map(carried_values, others), repeats=map(carried_values, repeats), excluded=excluded)
    lifetimes = _lifetimes(capture)
    rows = [_row(each, lifetimes, reveal) for each in judged]
    hidden = unseen(capture)
    rows += [absent("not observable", why, capture, kind=kind) for kind, why in hidden.items()]
    if not any(each.criterion for each in judged) and not hidden:
        rows.append(absent("not found", "no value fits a criterion", capture))
    return table_of(rows, COLUMNS)


def describe_criteria() -> pd.DataFrame:
    """Return one row per criterion, the strongest first: criterion, says, cannot_say.

    Examples
    --------
    >>> describe_criteria().criterion.tolist()
    ['two captures', 'name-known', 'entropy-only']
    """
    return table_of([{"criterion": name, "says": says, "cannot_say": not_said} for name, (says, not_said) in CRITERIA.items()],
                    {"criterion": "str", "says": "str", "cannot_say": "str"})


def _row(each: Identifier, lifetimes: dict, reveal: bool) -> dict:
    set_for = lifetimes.get((each.party, each.name)) if each.kind == "cookie" else None
    scope = each.parsed.scope if each.parsed else None if set_for is None else "session" if set_for == 0 else "persistent"
    return {"result": "found" if each.criterion else "excluded", "criterion": each.criterion, "scope": scope, "kind": each.kind, "party": each.party, "name": clean(each.name)[:80],
            "part": each.part, "value": mask(clean(each.value), reveal=reveal), "fingerprint": fingerprint(each.value), "vendor": each.parsed.vendor if each.parsed else None,
            "created": each.parsed.created if each.parsed else None, "lifetime_days": set_for or None, "entry_ids": list(each.entry_ids), "why": each.why}


def _lifetimes(capture: Capture) -> dict[tuple, float]:
    """Return for each cookie that was set how many days it lives, 0 for as long as the browser runs."""
    made = capture.cookies[lambda cookies: cookies.side == "response"].merge(capture.entries[["entry_id", "host", "site", "started"]], on="entry_id")
    # whole seconds before anything is subtracted: expiries reach the ends of what nanoseconds can hold
    from_expires = made.expires.astype("int64[pyarrow]") // 10**9 - made.started.astype("int64[pyarrow]") // 10**9
    days = (made.max_age.fillna(from_expires).astype("float64[pyarrow]") / DAY).fillna(0.0).clip(lower=0.0)
    return dict(zip(zip(made.entry_id.map(sites_by_entry(capture.entries)), made.name.tolist(), strict=True), days.tolist(), strict=True))
