"""Which identifiers were at more than one party, in which form, and how did they get there?"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from hartools.capture import Capture
from hartools.masking import fingerprint, mask
from hartools.payloads.identifiers.carried import carried_values
from hartools.payloads.identifiers.criteria import CRITERIA, Identifier, judge
from hartools.payloads.identifiers.forms import matches_of
from hartools.payloads.identifiers.hops import Hops, hops_of
from hartools.payloads.identifiers.rows import absent, table_of, unseen
from hartools.reading.fitting import clean

__all__ = ["KINDS", "shared_identifiers"]

# What a row is called, the narrowest first.
KINDS = {
    "redirect sync": "an answer of one party sent the browser on to another, with the identifier in the address",
    "cookie sync": "the identifier of one party reached another that has a cookie identifier of its own in the same exchange",
    "identifier passed on": "the identifier of one party reached another",
}
COLUMNS = {"result": "str", "kind": "str", "name": "str", "value": "str", "fingerprint": "str", "criterion": "str", "from_party": "str", "to_party": "str", "form": "str",
           "hop": "str", "direction": "str", "channel": "str", "field": "str", "from_channel": "str", "caused_by": "str", "receiver_has_cookie": "bool", "entry_ids": "object", "why": "str"}
COOKIES = ("cookie", "Set-Cookie")
STRENGTH = list(CRITERIA)


class Place(NamedTuple):
    """One place where an identifier stood, and in which form."""

    entry_id: int
    party: str
    sent: bool
    channel: str
    name: str
    form: str


class Known(NamedTuple):
    """What rows are made from beside the places: the way to each entry, and which cookies were there."""

    hops: Hops
    cookies: dict[int, set[str]] | None


def shared_identifiers(capture: Capture, *, others: Iterable[Capture] = (), reveal: bool = False) -> pd.DataFrame:
    """List the identifiers that reached more than one party, with how they travelled.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    others : iterable of Capture
        Captures of other browsers or profiles; what they hold too is a constant and left out.
    reveal : bool
        Show values as they are.

    Returns
    -------
    pandas.DataFrame
        One row per identifier, receiving party, field, form and way: result, kind (a key of
        `KINDS`), name (of the field where it was at home), value (masked), fingerprint,
        criterion (of `identifier_table`), from_party, to_party (registrable domains), form
        (plain, percent, base64, hex, md5, sha1, sha256), hop (redirect, script, document or
        unknown: what led to the request), direction (sent, answered, or announced: a redirect
        that no request of the capture follows), channel (cookie, Set-Cookie, query, form,
        multipart, path, body, header, Referer, Location, WebSocket), field, from_channel,
        caused_by (site of the answer, script or document that caused it), receiver_has_cookie
        (it sent or set a cookie identifier of its own there; unknown where cookies are not
        observable), entry_ids in the order of time, why. Then what could not be seen, ``not
        observable``; one row ``not found`` where all could be seen and nothing was shared.

    Notes
    -----
    At home is the party whose cookie holds the value; of several, or of none, the one where it
    stood first. Whether the sender knew what it passed on is not said.

    Examples
    --------
    >>> import hartools as ht
    >>> found = shared_identifiers(ht.read_har(ht.example_har()))
    >>> found[["kind", "from_party", "to_party", "channel", "entry_ids"]].values.tolist()[0]
    ['redirect sync', 'alpha.example', 'beta.example', 'query', [5, 6]]
    """
    carried = carried_values(capture)
    judged = _strongest(judge(carried, others=map(carried_values, others)))
    hidden, hops = unseen(capture), hops_of(capture)
    known = Known(hops, None if {"cookie", "Set-Cookie"} <= set(hidden) else _cookies(judged))
    rows = [row for value, places in _places(carried, judged).items() for row in _travels(value, judged[value], places, known, reveal)]
    rows.sort(key=lambda row: (hops.order[row["entry_ids"][0]], row["entry_ids"], row["to_party"], row["channel"], row["field"], row["form"]))
    rows += [absent("not observable", why, capture, channel=channel) for channel, why in hidden.items()]
    return table_of(rows or [absent("not found", "no identifier stood at more than one party", capture)], COLUMNS)


def _strongest(judged: Iterable[Identifier]) -> dict[str, list[Identifier]]:
    """Group identifiers by value, the one of the strongest criterion first."""
    found: dict[str, list[Identifier]] = defaultdict(list)
    for each in judged:
        found[each.value].append(each)
    return {value: sorted(group, key=lambda each: STRENGTH.index(each.criterion)) for value, group in found.items()}


def _cookies(judged: dict[str, list[Identifier]]) -> dict[int, set[str]]:
    cookies: dict[int, set[str]] = defaultdict(set)
    for value, group in judged.items():
        for each in group:
            if each.kind == "cookie":
                for entry_id in each.entry_ids:
                    cookies[entry_id].add(value)
    return cookies


def _places(carried: pd.DataFrame, judged: dict[str, list[Identifier]]) -> dict[str, list[Place]]:
    """Join the pieces of every distinct text with the forms of every identifier."""
    codes, texts = pd.factorize(carried.value)
    matches = matches_of(texts, judged)
    rows = np.flatnonzero(np.isin(codes, list(matches)))
    places: dict[str, list[Place]] = defaultdict(list)
    hits = carried.iloc[rows]
    for code, entry_id, party, sent, channel, name in zip(codes[rows].tolist(), hits.entry_id.tolist(), hits.site.tolist(), hits.sent.tolist(), hits.channel.tolist(), hits.name.tolist(), strict=True):
        for value, form in matches[code].items():
            places[value].append(Place(entry_id, party, sent, channel, name, form))
    return places


def _travels(value: str, group: list[Identifier], places: list[Place], known: Known, reveal: bool) -> Iterator[dict]:
    order = known.hops.order
    places = sorted(places, key=lambda place: (order[place.entry_id], not place.sent))
    plain = [place for place in places if place.form in ("plain", "percent")] or places
    home = next((place for place in plain if place.channel in COOKIES), plain[0])
    at_home = [(order[place.entry_id], place.entry_id) for place in places if place.party == home.party]
    shown = {place.party for place in places if place.channel != "Location"}
    arrivals: dict[tuple, list[int]] = {}
    for place in places:
        way = _way(place, home.party, shown, known.hops)
        if way is not None:
            arrivals.setdefault((*way, place.channel, place.name, place.form), []).append(place.entry_id)
    for (party, direction, hop, caused_by, channel, field, form), arrived in arrivals.items():
        entry_ids = sorted({*_departed(at_home, arrived, known.hops), *arrived}, key=order.__getitem__)
        why = group[0].why if home.entry_id in entry_ids or order[home.entry_id] <= order[arrived[0]] else f"{group[0].why}; seen at home only afterwards"
        has_cookie = None if known.cookies is None else any(known.cookies.get(entry_id, set()) - {value} for entry_id in arrived)
        kind = "redirect sync" if hop == "redirect" else "cookie sync" if has_cookie and home.channel in COOKIES and direction == "sent" else "identifier passed on"
        where, _, path = channel.partition(" ")
        yield {"result": "found", "kind": kind, "name": clean(home.name)[:80], "value": mask(clean(value), reveal=reveal), "fingerprint": fingerprint(value), "criterion": group[0].criterion,
               "from_party": home.party, "to_party": party, "form": form, "hop": hop, "direction": direction, "channel": where, "field": path or clean(field)[:80],
               "from_channel": home.channel.partition(" ")[0], "caused_by": caused_by, "receiver_has_cookie": has_cookie, "entry_ids": entry_ids, "why": why}


def _way(place: Place, home: str, shown: set[str], hops: Hops) -> tuple[str, str, str, str | None] | None:
    """Say to whom, in which direction and by what a place brought the value; None where it brought it to nobody new."""
    if place.channel == "Location":
        target = hops.unfollowed.get(place.entry_id)
        if target and target not in (home, place.party):
            return target, "announced", "redirect", place.party
        # who answers with another's identifier has it, even where the capture does not show from where
        if target or place.party == home or place.party in shown:
            return None
    if place.party == home:
        return None
    return place.party, "sent" if place.sent else "answered", hops.kind[place.entry_id], hops.caused_by[place.entry_id]


def _departed(at_home: list[tuple[int, int]], arrived: list[int], hops: Hops) -> list[int]:
    """Name the entries that show the value at its sender: the redirecting answers, else the last place there before it arrived, else the first."""
    redirecting = [hops.redirected_by[entry_id] for entry_id in arrived if entry_id in hops.redirected_by]
    if redirecting:
        return redirecting
    before = bisect_right(at_home, hops.order[arrived[0]], key=lambda place: place[0])
    return [at_home[max(before - 1, 0)][1]]
