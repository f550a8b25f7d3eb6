"""By which published criterion does a value single out a browser, and what can that criterion not say?"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import pandas as pd

from hartools.payloads.identifiers.decoration import USER_LEVEL
from hartools.payloads.identifiers.exclusions import why_excluded
from hartools.payloads.identifiers.formats import known_formats
from hartools.payloads.identifiers.parse import Parsed, parse_identifier

__all__ = ["CRITERIA", "Identifier", "judge"]

# Strongest first: what the criterion says, and what it cannot.
CRITERIA: Mapping[str, tuple[str, str]] = {
    "two captures": ("unchanged within this capture, and different in a capture of another browser", "that it outlives the recording, unless a repeated capture shows it"),
    "name-known": ("the name and the format are those of a known identifier", "that this value is the only one of its kind: two browsers were not compared"),
    "entropy-only": ("long enough and varied enough to single out a browser", "that it does: a build number or a session's key can look alike"),
}

# Koop, Tews, Katzenbeisser, PoPETs 2020 (as coded in a public replication): length within a quarter;
# Englehardt and Narayanan, CCS 2016 (from general knowledge): similarity under 66 %, and the split of a value.
LENGTH_DIFFERS, SIMILAR = 0.25, 0.66
PIECES = re.compile(r"[^a-zA-Z0-9_=-]+")
# Signs that several values were joined, of which one is the identifier.
JOINED = re.compile(r"[|:;,&^!*\"]")
HINT = re.compile(r"(?i)(?:.*[_.$-])?(?:uid\d?|uuid\d?|guid|puid|suid|muid|tuid|euid|duid|fuid|xuid|nuid|buyeruid|ssid|zuid|deviceid|device|visitor|visitorid|userid|user|"
                  r"clientid|browserid|cookieid|sessionid|session|anonymousid|anonid|distinctid|externalid|fingerprint|bfp|partneruid|profileid|personid|memberid|customerid|contactid|subscriberid|"
                  r"ecid|mcid|idfa|gaid|adid|ifa|hem|ident|identity|browser)(?:[_-]?(?:id|uid|hash|token|key))?|(?i:.*(?:user|visitor|device|client|browser|session|anonymous|anon|distinct|external|partner|cookie|"
                  r"customer|member|person|profile|subscriber|tracking|viewer|reader)_?-?(?:uu|gu|u)?id)")
# Short for a session, a device or a fingerprint, and as often for a site, a dialogue or a format: these
# count with a value that can be little else. "cid" and "vid" (campaign, video) do not count at all.
WEAK_HINT = re.compile(r"(?i)(?:.*[_.$-])?(?:sid|did|aid|fp|zid|xid)")
SELF_EVIDENT = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{24,}|\d{15,}")
# Names of a token against forged requests; as a cookie it stays, elsewhere it is a form's.
FORM_TOKEN = re.compile(r"(?i).*(?:csrf|xsrf|crumb|authenticity).*")
# What the form of a value alone says can be overruled by two captures; what the field is for cannot.
OVERRULED = ("too regular", "longer than", "no known name")
COOKIE = ("cookie", "Set-Cookie")


class Identifier(NamedTuple):
    """One value that singles out a browser, at one place, by one criterion.

    Attributes
    ----------
    party, kind, name, part, value : str
        Registrable domain; cookie, query, form, multipart, body, header, Location or WebSocket;
        name of the field; the part of its value; the identifier itself.
    criterion : str or None
        A key of `CRITERIA`; None where the value is excluded, and `why` says for what.
    parsed : Parsed or None
    entry_ids : tuple of int
    why : str
    """

    party: str
    kind: str
    name: str
    part: str
    value: str
    criterion: str | None
    parsed: Parsed | None
    entry_ids: tuple[int, ...]
    why: str


class Known(NamedTuple):
    """Hold what other captures say: the values of each field, and all values."""

    by_field: list[dict[tuple, set[str]]]
    repeated: list[dict[tuple, set[str]]]
    values: set[str]


def judge(carried: pd.DataFrame, *, others: Iterable[pd.DataFrame] = (), repeats: Iterable[pd.DataFrame] = (), excluded: bool = False) -> list[Identifier]:
    """Judge every distinct value of every field.

    Parameters
    ----------
    carried : pandas.DataFrame
        Of `carried_values`.
    others : iterable of pandas.DataFrame
        The same of captures of other browsers or profiles.
    repeats : iterable of pandas.DataFrame
        The same of further captures of this browser and profile.
    excluded : bool
        Give excluded values too.

    Returns
    -------
    list of Identifier
        In the order of first entries.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.payloads.identifiers.carried import carried_values
    >>> found = judge(carried_values(ht.read_har(ht.example_har())))
    >>> [(each.party, each.name, each.criterion) for each in found]
    [('google-analytics.com', 'cid', 'name-known'), ('alpha.example', 'partner_uid', 'entropy-only'), ('alpha.example', 'uid', 'entropy-only'),
     ('beta.example', 'partner_uid', 'entropy-only')]
    """
    fields = _fields(carried)
    others = [_values(_fields(other)) for other in others]
    known = Known(others, [_values(_fields(each)) for each in repeats], {value for other in others for values in other.values() for value in values})
    cookies = {value: (name, party) for (party, kind, name), values in fields.items() if kind == "cookie" for value in values}
    found = [identifier for field, values in fields.items() if excluded or _worth_judging(field, values, known, cookies)
             for identifier in _judge_field(field, values, known, cookies) if excluded or identifier.criterion]
    return sorted(found, key=lambda each: (each.entry_ids[0], each.kind, each.name, each.part))


def _worth_judging(field: tuple, values: dict[str, list[int]], known: Known, cookies: dict[str, tuple]) -> bool:
    """Settle by its name a field of which every value would be excluded, however many it has."""
    _, kind, name = field
    if kind == "cookie" or known_formats(name) or name in USER_LEVEL or HINT.fullmatch(name) or WEAK_HINT.fullmatch(name) or any(field in other for other in known.by_field):
        return True
    return not cookies.keys().isdisjoint(values)


def _fields(carried: pd.DataFrame) -> dict[tuple, dict[str, list[int]]]:
    """Group entries by party, kind, name and value; Referer and path name no field, and headers of answers number requests."""
    fields: dict[tuple, dict[str, list[int]]] = defaultdict(dict)
    rows = zip(carried.entry_id.tolist(), carried.site.tolist(), carried.channel.tolist(), carried.name.tolist(), carried.value.tolist(), carried.sent.tolist(), strict=True)
    for entry_id, site, channel, name, value, sent in rows:
        if channel in ("path", "Referer") or name == "path" or (channel == "header" and not sent):
            continue
        kind = "cookie" if channel in COOKIE else channel.partition(" ")[0]
        entries = fields[site, kind, name].setdefault(value, [])
        if not entries or entries[-1] != entry_id:
            entries.append(entry_id)
    return fields


def _values(fields: dict[tuple, dict[str, list[int]]]) -> dict[tuple, set[str]]:
    return {field: {value for whole in values for value in (whole, *_ids(field, whole))} for field, values in fields.items()}


def _ids(field: tuple, value: str) -> Iterable[str]:
    parsed = parse_identifier(field[2], value, field[0])
    return parsed.ids.values() if parsed else ()


def _judge_field(field: tuple, values: dict[str, list[int]], known: Known, cookies: dict[str, tuple]) -> Iterable[Identifier]:
    party, kind, name = field
    # a format's identifier stays while its counters change: equal identifiers are one row
    merged: dict[tuple[str, str], tuple[Parsed | None, list[int], str | None]] = {}
    for value, entries in values.items():
        parsed = parse_identifier(name, value, party)
        if parsed is None and kind != "cookie" and value in cookies:
            # a cookie's whole value under another name keeps its format
            parsed = parse_identifier(cookies[value][0], value, cookies[value][1])
        for part, text, reason in _candidates(field, value, parsed, cookies):
            merged.setdefault((part, text), (parsed, [], reason))[1].extend(entries)
    alternatives: dict[str, set[str]] = defaultdict(set)
    for part, text in merged:
        alternatives[part].add(text)
    for (part, text), (parsed, entries, reason) in merged.items():
        criterion, why = _criterion(field, text, parsed, reason, entries, alternatives[part], known)
        yield Identifier(party, kind, name, part, text, criterion, parsed, tuple(sorted(set(entries))), why)


def _candidates(field: tuple, value: str, parsed: Parsed | None, cookies: dict[str, tuple]) -> list[tuple[str, str, str | None]]:
    """Name the parts of a value that could be an identifier, each with what speaks against it."""
    _, kind, name = field
    if parsed is not None:
        return [(part, text, None) for part, text in parsed.ids.items()] or [("whole", value, f"{parsed.vendor}: times and counters, no identifier")]
    reason = why_excluded(name, value)
    if reason is None and kind != "cookie" and FORM_TOKEN.fullmatch(name):
        reason = "a token against forged requests"
    if reason is None and kind != "cookie" and not _is_hint(name, value) and value not in cookies:
        reason = "no known name, and no name that says identifier: not judged by its look alone"
    if (reason is None and JOINED.search(value)) or (reason and reason.startswith(OVERRULED) and kind == "cookie"):
        piece = _longest_piece(name, value)
        if reason is None and not piece:
            return [("whole", value, None)]
        return [("piece", piece, None)] if piece else [("whole", value, reason)]
    return [("whole", value, reason)]


def _is_hint(name: str, value: str) -> bool:
    return bool(HINT.fullmatch(name) or (WEAK_HINT.fullmatch(name) and SELF_EVIDENT.fullmatch(value)))


@lru_cache(maxsize=65536)
def _longest_piece(name: str, value: str) -> str | None:
    pieces = [piece.rpartition("=")[2] or piece.rstrip("=") for piece in PIECES.split(unquote(value))]
    fit = [piece for piece in pieces if piece != value and why_excluded(name, piece) is None]
    return max(fit, key=len, default=None)


def _criterion(field, text, parsed, reason, entries, alternatives, known: Known) -> tuple[str | None, str]:
    changed = len(alternatives) > 1
    if any(field in other and text not in other[field] for other in known.repeated):
        return None, "changes between captures of one browser: a session's or a request's"
    if text in known.values:
        return None, "the same in a capture of another browser: a constant"
    compared = [other[field] for other in known.by_field if field in other]
    if compared and not changed and (reason is None or reason.startswith(OVERRULED)):
        # of a known format its identifier is compared, and to differ is enough: a time within it makes two alike
        if parsed is not None or all(_differs(text, other) for values in compared for other in values):
            seen = "unchanged in {} requests" if len(set(entries)) > 1 else "seen once, so that it could not change"
            return "two captures", f"{seen.format(len(set(entries)))}, and different in {len(compared)} other capture{'s' if len(compared) > 1 else ''}"
        return None, "nearly the same in a capture of another browser"
    if reason:
        return None, reason
    if parsed is not None:
        return "name-known", f"{parsed.vendor}: format known"
    if changed and len(set(entries)) == 1:
        return None, "changes within the capture"
    if changed and field[1] == "cookie":
        return None, "changes within the capture"
    return "entropy-only", "looks drawn at random" + ("" if len(set(entries)) > 1 else "; seen once, so that it could not change")


@lru_cache(maxsize=65536)
def _differs(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > LENGTH_DIFFERS * max(len(one), len(other)):
        return True  # not of one format: nothing is known to be equal
    return SequenceMatcher(None, one[:400], other[:400], autojunk=False).ratio() < SIMILAR
