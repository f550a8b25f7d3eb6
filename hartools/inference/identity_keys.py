"""By what could an observer recognise a browser or a person within its view?"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.findings import STRENGTHS
from hartools.inference.contacts import CITED
from hartools.inference.person_keys import Personal, is_anybodys, personal_values
from hartools.masking import mask, mask_text
from hartools.observers.visibility import CONNECTION_KINDS, PAGE_KINDS
from hartools.payloads.identifiers import identifier_table, shared_identifiers
from hartools.reading.fitting import clean

__all__ = ["BY_SCOPE", "KEY_KINDS", "PERSONAL", "SEEN", "Key", "folded_kinds", "keys_of"]

KEY_KINDS: Mapping[str, str] = {
    "account": "a number or name under which a site knows somebody who has logged in",
    "e-mail address": "plain, or as a hash that anybody who knows the address can make again",
    "phone number": "plain or as a hash",
    "personal field": "a name, a date of birth, a postal address or another field that telemetry keeps for persons",
    "own cookie": "a cookie that the observer's own host set or was sent",
    "cookie of the page": "a cookie of the page's site, which a script of the observer can read there",
    "identifier": "a value in a parameter, a header, a body or a message that singles out the browser",
    "shared identifier": "a number of one party that another receives, so that the two could join what they know",
    "browser description": "User-Agent and what else the browser says of itself; many browsers say the same",
    "connection": "requests that could have come over one connection",
    "address": "the visitor's address with the description of the browser; a HAR does not hold it",
}
PERSONAL = ("account", "e-mail address", "phone number", "personal field")
# Keys whose value singles out a browser or a person.
SEEN = tuple(KEY_KINDS)[:8]
# An identifier of one of these kinds too is told there.
FOLDED = ("account", "own cookie", "cookie of the page", "shared identifier")

# How surely a value singles out one browser, by the criterion of `identifier_table`.
CRITERION = {"two captures": "certain", "name-known": "very likely", "entropy-only": "likely"}
SELF = ("user-agent", "accept-language", "sec-ch-ua", "sec-ch-ua-platform", "sec-ch-ua-mobile", "sec-ch-ua-model", "sec-ch-ua-full-version-list")
# Browsers keep one connection per host for all requests under these (RFC 9113 9.1, RFC 9114 3.3, from general knowledge).
MULTIPLEXED = ("HTTP/2", "HTTP/3")
NO_ADDRESS = "A HAR does not hold the visitor's address. Whoever was reached saw one; a household, an office or a mobile network can stand behind it, and it can change from day to day."
NO_CONNECTION = "How requests were spread over connections is the browser's own note and is not used; a browser can open several, and close them."
MANY_ALIKE = "Many browsers describe themselves alike; alone it rather tells two browsers apart than recognises one."
# What the scope of an identifier leaves open.
BY_SCOPE: Mapping[str | None, str] = {
    "session": "It is a session's: a new one is given when the browser is started again, or sooner.",
    "click": "It is one click's: a link followed again has another.",
    "security": "It was set against automated requests, and recognises the browser all the same for as long as it is kept.",
    "consent record": "It is the number of a record of consent, and recognises the browser all the same.",
}


class Key(NamedTuple):
    """One thing by which requests of a view could be recognised as one browser's or one person's.

    Attributes
    ----------
    kind : str
        A key of `KEY_KINDS`.
    value : str
        What is compared between requests and between captures; nothing is shown of it.
    shown : str or None
        The value masked; None where no field of the capture holds it.
    fields : tuple of str
        Where it stood: ``cookie fr``, ``query cid``.
    entry_ids : tuple of int
    basis, strength, why : str
    caveat : str or None
    lifetime_days : float or None
        Of a cookie, for how long it was set to be kept.
    """

    kind: str
    value: str
    shown: str | None
    fields: tuple[str, ...]
    entry_ids: tuple[int, ...]
    basis: str
    strength: str
    why: str
    caveat: str | None = None
    lifetime_days: float | None = None


def keys_of(view: Capture, *, others: Iterable[Capture] = ()) -> list[Key]:
    """List by what an observer could recognise a browser or a person, from its view alone.

    Parameters
    ----------
    view : Capture
        Made by `view_as`.
    others : iterable of Capture
        What the same observer received of other browsers; a value that stands there too is left out.

    Returns
    -------
    list of Key
        In the order of `KEY_KINDS`, then of first entries.

    Examples
    --------
    >>> import hartools as ht
    >>> view = ht.view_as(ht.read_har(ht.example_har()), "third_party:google-analytics.com")
    >>> [(key.kind, key.fields, key.entry_ids) for key in keys_of(view)][0]
    ('identifier', ('query cid',), (4,))
    """
    kind, _, name = (view.observer or "").partition(":")
    if kind in CONNECTION_KINDS:
        found = _on_the_way(view)
    else:
        numbers = list(_identifiers(view, list(others), name if kind in PAGE_KINDS else None))
        found = [*_personal(view, numbers), *numbers, *_descriptions(view), *_connections(view), *_addresses(view)]
    # by arrival: the number of an entry is the file's, and nothing may be read from it
    arrival = {entry_id: place for place, entry_id in enumerate(view.entries.entry_id.tolist())}
    order = list(KEY_KINDS)
    return sorted(_merged(found, arrival), key=lambda key: (order.index(key.kind), min((arrival.get(entry_id, 0) for entry_id in key.entry_ids), default=0), key.fields, key.value))


def folded_kinds(keys: Iterable[Key]) -> dict[str, str]:
    """Return for each value that is told under a narrower kind than identifier which kind that is."""
    keys = [key for key in keys if key.kind in FOLDED]
    return {key.value: key.kind for place in sorted(range(len(FOLDED)), reverse=True) for key in keys if key.kind == FOLDED[place]}


def _merged(keys: Iterable[Key], arrival: Mapping[int, int]) -> list[Key]:
    """Make one key of those of one kind and value: all its fields and entries, and the strongest word.

    An identifier that is also a cookie's, an account's or a shared one is no key of its own.
    """
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    keys = list(keys)
    other = folded_kinds(keys)
    for key in keys:
        groups[other.get(key.value, key.kind) if key.kind == "identifier" else key.kind, key.value].append(key)
    made = []
    for group in groups.values():
        first = min(group, key=lambda key: (key.kind == "identifier", STRENGTHS.index(key.strength), key.fields, key.why))
        known = [key.lifetime_days for key in group if key.lifetime_days is not None]
        fields = tuple(sorted({field for key in group for field in key.fields}, key=lambda field: ("cookie" not in field.lower(), field)))
        ids = tuple(sorted({entry_id for key in group for entry_id in key.entry_ids}, key=lambda entry_id: (arrival.get(entry_id, 0), entry_id)))
        made.append(first._replace(strength=min((key.strength for key in group if key.kind == first.kind), key=STRENGTHS.index), fields=fields, entry_ids=ids, lifetime_days=max(known, default=None)))
    return made


def _personal(view: Capture, numbers: list[Key]) -> Iterator[Key]:
    """Make keys of what names a person; a browser's own number under the name of an account names none."""
    accounts = {key.value for key in numbers if key.kind == "account"}
    known = {key.value for key in numbers if "cookie" in key.kind or key.strength == "very likely"} - accounts
    any_number = {key.value for key in numbers} - accounts
    for each in personal_values(view):
        of_browser = any_number if is_anybodys(each.field) else known
        if each.kind != "account" or each.value not in of_browser:
            yield Key(each.kind, each.value, mask(each.shown), (each.field,), each.entry_ids, each.basis, each.strength, each.why, _personal_caveat(each))


def _personal_caveat(each: Personal) -> str | None:
    if each.basis == "derived":
        return "A hash hides nothing from whoever holds the address or number already; whether the observer does is not in the capture."
    return {"account": "Whether the account is one person's, and whether the observer can look it up, is not in the capture.",
            "personal field": "Alone it fits many; with others of its kind it can fit one."}.get(each.kind)  # fmt: skip


def _identifiers(view: Capture, others: list[Capture], own_site: str | None) -> Iterator[Key]:
    """Make keys of the values that single out a browser, and more of those that two parties hold."""
    rows = _found(identifier_table(view, others=others, reveal=True))
    cookies: dict[int, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row.kind == "cookie":
            for entry_id in row.entry_ids:
                cookies[entry_id][row.value] = row.name
    in_cookies = {value for held in cookies.values() for value in held}
    for row in rows:
        key = _identifier(row, own_site)
        yield key
        beside = {name for entry_id in row.entry_ids for value, name in cookies.get(entry_id, {}).items() if value != row.value}
        if row.kind not in ("cookie", "Location") and row.value not in in_cookies and beside and own_site is None:
            yield key._replace(kind="shared identifier", basis="derived", why=f"stands in one request with the observer's own cookie {_listed(sorted(beside))}: both could be kept as one browser's",
                               caveat="Whether the two are kept together is not in the capture.")  # fmt: skip
    yield from _shared(view, others)


def _identifier(row: tuple, own_site: str | None) -> Key:
    if row.kind == "cookie":
        kind = "own cookie" if own_site is None or row.party == own_site else "cookie of the page"
    else:
        kind = "identifier"
    if row.scope == "person":
        kind = "account"
    why = f"{row.vendor}: {row.why}" if row.vendor and row.vendor not in row.why else row.why
    return Key(kind, row.value, mask(clean(row.value)), (f"{row.kind} {row.name}",), tuple(row.entry_ids), "observed", CRITERION[row.criterion], why, BY_SCOPE.get(row.scope), row.lifetime_days)


def _found(table: pd.DataFrame) -> list[tuple]:
    """Return the rows of what was found, unknown as None."""
    rows = table[(table.result == "found").fillna(False).to_numpy(bool)].astype(object)
    return list(rows.where(rows.notna(), None).itertuples(index=False))


def _shared(view: Capture, others: list[Capture]) -> Iterator[Key]:
    """Make keys of the values that the view itself shows at two parties."""
    for row in _found(shared_identifiers(view, others=others, reveal=True)):
        way = {"redirect": "by a redirect", "script": "by a script", "document": "by a page"}.get(row.hop, "in a way that the view does not show")
        form = "" if row.form == "plain" else f", as {row.form}"
        yield Key("shared identifier", row.value, mask(clean(row.value)), (f"{row.from_channel} {row.name}", f"{row.channel} {row.field}"), tuple(row.entry_ids), "derived", CRITERION[row.criterion],
                  f"{row.kind}: handed by {row.from_party} to {row.to_party} {way}{form}", "Whether the receiver keeps it is not in the capture.")  # fmt: skip


def _descriptions(view: Capture) -> Iterator[Key]:
    for agent, ids, names in _agents(view):
        yield Key("browser description", agent, mask_text(clean(agent))[:160], tuple(f"header {name}" for name in names), ids, "observed", "possible",
                  "every request said the same of the browser" if len(ids) > 1 else "one request said it", MANY_ALIKE)  # fmt: skip


def _agents(view: Capture) -> list[tuple[str, tuple[int, ...], list[str]]]:
    """Return each description of a browser, the entries that bear it, and the headers that told it."""
    headers = view.headers
    told = headers[((headers.side == "request") & headers.name.isin(SELF)).fillna(False).to_numpy(bool)]
    found = []
    for agent, group in told[(told.name == "user-agent").fillna(False).to_numpy(bool)].groupby("value", sort=False):
        beside = told[told.entry_id.isin(group.entry_id)].drop_duplicates("name").sort_values("name")
        found.append((agent, tuple(group.entry_id.tolist()), beside.name.tolist()))
    return found


def _addresses(view: Capture) -> Iterator[Key]:
    agents = _agents(view) or ([("", tuple(view.entries.entry_id.tolist()), [])] if len(view.entries) else [])
    for agent, ids, _ in agents:
        beside = " and the same description of the browser" if agent else ""
        yield Key("address", agent, None, (), ids, "assumed", "likely", f"requests of one browser come from one address{beside} within minutes", NO_ADDRESS)


def _connections(view: Capture) -> Iterator[Key]:
    entries = view.entries
    for host, group in entries[entries.host.notna()].groupby("host", sort=True):
        if len(group) > 1:
            multiplexed = group.http_version.isin(MULTIPLEXED).fillna(False).all()
            why = f"requests to {host} share one connection as a rule under {', '.join(MULTIPLEXED)}" if multiplexed else f"a browser uses a connection to {host} again while it is open"
            yield Key("connection", host, None, (host,), tuple(group.entry_id.tolist()), "assumed", "likely" if multiplexed else "possible", why, NO_CONNECTION)


def _on_the_way(view: Capture) -> list[Key]:
    """Make the one key that the way to the servers has; cited are the requests that went over it."""
    held = CITED in view._built or CITED in view._build
    ids = sorted({int(entry_id) for entry_id in view.table(CITED).entry_id}) if held else view.entries.entry_id.tolist()
    return [Key("address", "", None, (), tuple(ids), "assumed", "likely", "everything that a browser sends passes from one address", NO_ADDRESS)] if ids else []


def _listed(names: list[str]) -> str:
    return ", ".join(re.sub(r"\s+", " ", clean(name))[:40] for name in names[:3])
