"""Which statute could reach whom, by its own trigger, and what is said against it?"""

import datetime

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, STAYED
from hartools.errors import UnknownChoiceError
from hartools.parties.parties import label_parties
from hartools.parties.reach import EEA, UNVERIFIED, Asked, asked_parties, shown, signs_of_targeting
from hartools.parties.statutes import arguments_on, statutes_on

__all__ = ["jurisdiction_sheet"]

COLUMNS = {
    "statute": "str", "name": "str", "side": "str", "citation": "str", "party": "str", "role": "str", "members": "object", "ultimate_parent": "str", "seat": "str", "as_of": "str",
    "in_force": "str", "since": "str", "until": "str", "law_then": "str", "trigger": "str", "met_by": "str", "not_shown": "str", "counter_arguments": "object", "basis": "str",
    "strength": "str", "who_could_tell": "str", "how_known": "str", "grade": "str", "source": "str", "entry_ids": "object",
}  # fmt: skip

# An address is somewhere in a network; it is no place, and its owner is not the party's.
ADDRESS = "an address tells no place"

UNKNOWN_OWNER = "whoever looks up the owner (imprint, trade register); then as for the others"

# What is open however firm the seat: an order, or (FISA) being such a provider, unless others' exchanges pass through its hands.
OPEN = ("GDPR-48", "FISA-702")
HANDLES = "handles exchanges of others in clear"


def jurisdiction_sheet(capture: Capture, *, on: datetime.date | str | None = None, owners: pd.DataFrame | None = None, infrastructure: pd.DataFrame | None = None) -> pd.DataFrame:
    """Lay out which statutes could reach the parties of a capture, each by its own trigger, as the law stood on the day.

    A sheet for reading and no verdict: it says what a trigger is, what in the capture or outside
    it could meet it, what the capture cannot show, and what is said against it.

    Parameters
    ----------
    capture : Capture
        Parties are labelled by site where nobody labelled them.
    on : datetime.date or str, optional
        The day as of which the law is taken, ``YYYY-MM-DD``; that of the first entry by default.
    owners : pandas.DataFrame, optional
        Owners beside those of `owners_table`; see `owners_of_hosts`.
    infrastructure : pandas.DataFrame, optional
        As `infrastructure_table` returns it; adds those who handled exchanges of others in clear.

    Returns
    -------
    pandas.DataFrame
        One row per statute and party that it reaches or could reach: statute, name, side, citation,
        party (organisation, or domain where the owner is not known), role, members (list of what is
        counted together), ultimate_parent, seat, as_of (the day), in_force (yes, no or unknown, on
        that day), since, until, law_then, trigger, met_by, not_shown, counter_arguments (list),
        basis, strength, who_could_tell, how_known (of the owner), grade and source (of the statute),
        entry_ids (list).

    Raises
    ------
    AmbiguousFirstPartyError
        If the capture does not tell what was visited; label it first.
    UnknownChoiceError
        If the day is none.

    Examples
    --------
    >>> import hartools as ht
    >>> sheet = jurisdiction_sheet(ht.read_har(ht.example_har()), on="2021-03-08")
    >>> sheet[sheet.statute == "CLOUD-ACT"][["party", "seat", "in_force", "basis", "strength"]].values.tolist()[0]
    ['Cloudinary', 'US', 'yes', 'assumed', 'likely']
    """
    capture = label_parties(capture) if capture.entries.party.isna().all() else capture
    first, last = _days(capture)
    day = _day(on) if on is not None else first
    parties = asked_parties(capture, owners=owners, infrastructure=infrastructure)
    signs = signs_of_targeting(capture)
    rows = []
    for law in statutes_on(day).to_dict("records"):
        changed = _changed(law, day, last if on is None else None)
        reaches = REACHES[law["reaches"]] if law["in_force"] != "no" else _nobody
        for reached in reaches(parties, signs, law, capture):
            rows.append(_row(law | changed, day, reached))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _days(capture: Capture) -> tuple[datetime.date | None, datetime.date | None]:
    started = capture.entries.started.dropna()
    return (started.min().date(), started.max().date()) if len(started) else (None, None)


def _day(on: datetime.date | str) -> datetime.date:
    try:
        found = pd.Timestamp(on)
    except (TypeError, ValueError):
        found = pd.NaT
    if pd.isna(found):
        raise UnknownChoiceError(f"on={str(on)[:40]!r} is no day; write it as YYYY-MM-DD")
    return found.date()


def _changed(law: dict, day: datetime.date | None, last: datetime.date | None) -> dict:
    """Say where the law changed while the capture was made."""
    if last is None or last == day:
        return {}
    later = next(row for row in statutes_on(last).to_dict("records") if row["statute"] == law["statute"])
    return {} if later["since"] == law["since"] else {"law_then": f"{law['law_then']}. It changed on {later['since']}, before the last entry ({last.isoformat()})"}


def _row(law: dict, day: datetime.date | None, reached: dict) -> dict:
    not_shown = law["not_shown"] + (f"; {reached['not_shown']}" if reached.get("not_shown") else "")
    return law | {
        "as_of": day.isoformat() if day else None, "counter_arguments": arguments_on(law["statute"], day), "who_could_tell": law["settles"],
    } | reached | {"not_shown": not_shown, "entry_ids": sorted(reached["entry_ids"])}  # fmt: skip


# --- how a party meets a trigger: each returns what is particular to its rows


def _party(each: Asked, *, met_by: str, basis: str, strength: str, entry_ids: tuple[int, ...] | None = None) -> dict:
    return {"party": each.party, "role": each.role, "members": list(each.hosts), "ultimate_parent": each.ultimate_parent, "seat": each.seat, "how_known": each.how_known,
            "met_by": met_by, "basis": basis, "strength": strength, "entry_ids": list(each.entry_ids if entry_ids is None else entry_ids)}  # fmt: skip


def _together(parties: list[Asked], *, name: str, met_by: str, strength: str, **more: str) -> list[dict]:
    """Make one row of several parties of which the same has to be said."""
    if not parties:
        return []
    ids = [entry_id for each in parties for entry_id in each.entry_ids]
    count = f"{len(parties)} {'party' if len(parties) == 1 else 'parties'}"
    return [{"party": f"{name} ({count})", "role": "several", "members": [each.party for each in parties], "met_by": met_by, "basis": "undecidable", "strength": strength, "entry_ids": ids} | more]


def _requests(each: Asked) -> str:
    count = len(each.entry_ids)
    answered = f"; answered by {shown(each.addresses)} ({ADDRESS})" if each.addresses else ""
    return f"{count} {'request' if count == 1 else 'requests'} to {shown(each.hosts)}{answered}"


def _seat(each: Asked) -> str:
    return f"seat of {each.ultimate_parent or each.party}: {each.seat} ({each.how_known}, {each.as_of})"


def _nobody(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    ids = [entry_id for each in parties for entry_id in each.entry_ids]
    return [{"party": "nobody on that day", "role": "several", "members": [], "met_by": law["law_then"], "basis": "derived", "strength": "certain", "entry_ids": ids}]


def _by_us_seat(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    rows = []
    for each in parties:
        if each.seat == "US":
            firm = each.how_known != UNVERIFIED and (law["statute"] not in OPEN or (law["statute"] == "FISA-702" and each.role == HANDLES))
            rows.append(_party(each, met_by=f"{_seat(each)}; {_requests(each)}", basis="assumed", strength="likely" if firm else "possible") | _owner_then(each, capture))
    elsewhere = [each for each in parties if each.is_known and each.seat != "US"]
    rows += _together(elsewhere, name="seat elsewhere", met_by="no seat in the United States is known; a branch or subsidiary there could do", strength="possible",
                      basis="assumed", not_shown="presence in the United States")
    return rows + _unknown(parties)


def _owner_then(each: Asked, capture: Capture) -> dict:
    """Add that an owner of today was looked up for a capture of another year."""
    first, _ = _days(capture)
    year = (each.as_of or "")[:4]
    return {"not_shown": f"who owned it in {first.year} (looked up {each.as_of})"} if first and year and str(first.year) != year else {}


def _unknown(parties: list[Asked]) -> list[dict]:
    return _together([each for each in parties if not each.is_known], name="owner not known", met_by="not known who owns them", strength="undecidable", who_could_tell=UNKNOWN_OWNER)


def _by_path(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    entries = capture.entries
    left = entries[entries.host.notna() & ~entries.outcome.isin(STAYED).fillna(False)]
    plain = int(left.scheme.isin(["http", "ws"]).sum())
    if not len(left):
        return []
    open_text = f"{plain} of them without TLS, readable on the way" if plain else "all of them under TLS"
    return [{"party": "network path", "role": "network path", "members": [], "met_by": f"nothing in a capture can meet it; {len(left)} requests left the browser, {open_text}",
             "basis": "undecidable", "strength": "undecidable", "entry_ids": left.entry_id.astype("int64").tolist()}]  # fmt: skip


def _any_party(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    hints = "; ".join(signs) or "no hint in the capture at people in the Union"
    rows = []
    for each in parties:
        if each.is_known and each.seat in EEA:
            rows.append(_party(each, met_by=f"establishment: {_seat(each)}; {_requests(each)}", basis="assumed", strength="possible" if each.how_known == UNVERIFIED else "likely"))
        elif each.is_known or each.role == "first party":
            rows.append(_party(each, met_by=f"targeting: {hints}; {_requests(each)}", basis="derived" if signs else "undecidable", strength="possible" if signs else "undecidable"))
    return rows + _unknown([each for each in parties if each.role != "first party"])


def _visited(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    hints = "; ".join(signs) or "no hint in the capture at France or the Union"
    return [_party(each, met_by=f"the site visited; {hints}; {_requests(each)}", basis="undecidable", strength="undecidable") for each in parties if each.role == "first party"]


def _visited_and_others(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    others = [each for each in parties if each.role != "first party"]
    met_by = "they were asked from its pages; what they were told is not looked at here"
    return _visited(parties, signs, law, capture) + _together(others, name="beside the site visited", met_by=met_by, strength="undecidable")


def _by_seat_outside(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    rows = []
    for each in parties:
        if each.is_known and each.seat not in EEA:
            other = "" if each.seat == "US" else "; whether the Commission found that country adequate was not looked up"
            rows.append(_party(each, met_by=f"{_seat(each)}; {_requests(each)}{other}", basis="assumed", strength="possible") | _owner_then(each, capture))
    return rows + _unknown(parties)


def _by_cookies(parties: list[Asked], signs: list[str], law: dict, capture: Capture) -> list[dict]:
    cookies = capture.cookies
    if not len(cookies):
        return _together(parties, name="everybody asked", met_by="no cookie in the file: there were none, or the exporter left them out", strength="undecidable")
    stored = set(cookies.entry_id[cookies.side == "response"])
    rows = []
    for each in parties:
        if each.cookie_ids:
            wrote = sum(entry_id in stored for entry_id in each.cookie_ids)
            met_by = f"cookies in {len(each.cookie_ids)} of {_requests(each)}; {wrote} of the answers stored one"
            rows.append(_party(each, met_by=met_by, basis="observed", strength="very likely", entry_ids=each.cookie_ids))
    return rows


REACHES = {
    "seat in the United States": _by_us_seat,
    "network path": _by_path,
    "any party": _any_party,
    "site visited": _visited,
    "site visited and others": _visited_and_others,
    "seat outside the EEA": _by_seat_outside,
    "cookies": _by_cookies,
}
