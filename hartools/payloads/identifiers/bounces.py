"""Through which sites was the visitor sent on the way to a page, and could they know him there?"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl

import pandas as pd

from hartools.capture import Capture
from hartools.parties.documents import find_visits
from hartools.parties.domains import registrable_domain
from hartools.payloads.identifiers.criteria import HINT
from hartools.payloads.identifiers.decoration import decoration_level
from hartools.payloads.identifiers.exclusions import why_excluded
from hartools.payloads.identifiers.hops import hops_of
from hartools.payloads.identifiers.parse import parse_identifier
from hartools.payloads.identifiers.rows import absent, sites_by_entry, table_of, unseen
from hartools.reading.fitting import clean
from hartools.reading.values import split_url

__all__ = ["DWELL_S", "bounce_table"]

# A page left sooner than this was not read (Koop, Tews, Katzenbeisser, PoPETs 2020; from general knowledge).
DWELL_S = 10
COLUMNS = {"result": "str", "how": "str", "from_party": "str", "via": "str", "to_party": "str", "dwell_s": "float", "cookie_sent": "bool", "cookie_set": "bool", "stateful": "bool",
           "passed_on": "str", "entry_ids": "object", "why": "str"}


class Step(NamedTuple):
    """One site on the way of the visitor: what answered, and when."""

    entry_id: int
    party: str
    started: pd.Timestamp
    is_page: bool


def bounce_table(capture: Capture) -> pd.DataFrame:
    """List the sites that the visitor passed through between two others without stopping.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.

    Returns
    -------
    pandas.DataFrame
        One row per site passed through, in the order of time: result, how (redirect, or script for a
        page left within `DWELL_S` seconds), from_party (unknown where the visit began there), via,
        to_party (registrable domains), dwell_s, cookie_sent, cookie_set, stateful (either of the
        two; unknown where cookies are not observable), passed_on (names of the parameters in the next
        address that single out a user), entry_ids, why. Rows of what could not be seen have the
        result ``not observable``; without any bounce there is a row ``not found``.

    Notes
    -----
    Documents are those of `hartools.parties.documents.find_visits`. A bounce is stateful where
    the site passed through received or set a cookie (Koop, Tews, Katzenbeisser, PoPETs 2020). A
    browser that refuses or shortens such cookies hides it.

    Examples
    --------
    >>> import hartools as ht
    >>> bounce_table(ht.read_har(ht.example_har())).result.tolist()
    ['not found', 'not observable']
    """
    steps = _steps(capture)
    hidden = {kind: why for kind, why in unseen(capture).items() if kind in ("cookie", "Set-Cookie")}
    cookies = capture.cookies
    by_side = {side: set(cookies.entry_id[cookies.side == side].tolist()) for side in ("request", "response")}
    urls = dict(zip(capture.entries.entry_id.tolist(), capture.entries.url.tolist(), strict=True))
    rows = [_row(*passed, by_side, hidden, urls) for passed in _passed(steps)]
    rows = rows if rows or not len(urls) else [absent("not found", "no document was reached through another site", capture)]
    return table_of(rows + [absent("not observable", why, capture, via=None) for why in dict.fromkeys(hidden.values())], COLUMNS)


def _steps(capture: Capture) -> list[Step]:
    """Put the documents in the order of time, each behind the redirects that led to it."""
    entries, hops = capture.entries, hops_of(capture)
    site, started = sites_by_entry(entries), dict(zip(entries.entry_id.tolist(), entries.started.tolist(), strict=True))
    steps = []
    for entry_id in find_visits(capture).documents.entry_id.dropna().astype(int).drop_duplicates().tolist():
        chain = [entry_id]
        while chain[0] in hops.redirected_by and len(chain) < 100:
            chain.insert(0, hops.redirected_by[chain[0]])
        steps += [Step(each, site[each], started[each], each == entry_id) for each in chain if site[each]]
    return steps


def _passed(steps: list[Step]) -> Iterator[tuple[str | None, list[Step], Step]]:
    """Find the runs of one site that were left for another by redirect or at once, and not returned to."""
    runs: list[list[Step]] = []
    for step in steps:
        if runs and runs[-1][-1].party == step.party:
            runs[-1].append(step)
        else:
            runs.append([step])
    for place, run in enumerate(runs[:-1]):
        before, after = (runs[place - 1][-1].party if place else None), runs[place + 1][0]
        if before == after.party:
            continue
        stayed = (after.started - run[0].started).total_seconds() if not (pd.isna(after.started) or pd.isna(run[0].started)) else None
        if not any(step.is_page for step in run) or (place and stayed is not None and 0 <= stayed < DWELL_S):
            yield before, run, after


def _row(before: str | None, run: list[Step], after: Step, by_side: dict, hidden: dict, urls: dict) -> dict:
    ids = [step.entry_id for step in run]
    stayed = None if pd.isna(after.started) or pd.isna(run[0].started) else (after.started - run[0].started).total_seconds()
    sent = None if "cookie" in hidden else any(entry_id in by_side["request"] for entry_id in ids)
    made = None if "Set-Cookie" in hidden else any(entry_id in by_side["response"] for entry_id in ids)
    stateful = True if sent or made else None if sent is None or made is None else False
    page = any(step.is_page for step in run)
    return {"result": "found", "how": "script" if page else "redirect", "from_party": before, "via": run[0].party, "to_party": after.party, "dwell_s": stayed, "cookie_sent": sent,
            "cookie_set": made, "stateful": stateful, "passed_on": ", ".join(_identifying(urls[after.entry_id])) or None, "entry_ids": [*ids, after.entry_id],
            "why": "a page left at once for another site" if page else "answered a navigation with a redirect to another site"}


def _identifying(url: str) -> list[str]:
    _, _, host, _, _, query = split_url(url)
    site = registrable_domain(host) if host else None
    pairs = parse_qsl(query or "", max_num_fields=2000)
    return [clean(name)[:80] for name, value in pairs
            if decoration_level(name, site) == "user" or parse_identifier(name, value, site) or (HINT.fullmatch(name) and why_excluded(name, value) is None)]
