"""Which parties could join what they received, by what key, and how surely?"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES, RECEIVED
from hartools.findings import STRENGTHS
from hartools.masking import fingerprint
from hartools.observers.selection import coalition_name
from hartools.parties import label_parties
from hartools.parties.domains import sites_of
from hartools.parties.owners import OWNS, UNVERIFIED, owners_of_hosts
from hartools.payloads.identifiers import shared_identifiers

__all__ = ["KEYS", "coalition_table"]

# Kinds of key, the surest first, and what each leaves open.
KEYS = {
    "shared identifier": "whether both keep the value, and keep it with what they received, is not told",
    "common owner": "whether the owner brings the data of its domains together is not told",
    "address, user agent and time": "a HAR does not hold the visitor's address; visitors behind one address look alike, and a relay or a VPN would separate the parties",
}
COLUMNS = {"coalition": "str", "members": "object", "key_kind": "str", "key": "str", "basis": "str", "strength": "str", "why": "str", "entry_ids": "object"}

PLAIN_FORMS = ("plain", "percent")
BY_CRITERION = {"two captures": "certain", "name-known": "very likely", "entropy-only": "likely"}
SEVERAL_LISTS = "two or more public lists agree"
SHOWN = 3


class Received(NamedTuple):
    """Hold what each site received: its third-party rows, an entry per host, and the user agents it was told."""

    sites: pd.DataFrame
    third: list[str]
    agents: pd.Series


def coalition_table(capture: Capture, *, owners: pd.DataFrame | None = None, others: Iterable[Capture] = (), first_party: str | Iterable[str] | None = None) -> pd.DataFrame:
    """List the sets of parties that could join their views, with the key that would do it.

    Parameters
    ----------
    capture : Capture
    owners : pandas.DataFrame, optional
        Owners beside those of our own table; see `owners_of_hosts`.
    others : iterable of Capture
        Captures of other browsers; see `shared_identifiers`.
    first_party : str or iterable of str, optional
        See `label_parties`.

    Returns
    -------
    pandas.DataFrame
        One row per set of parties and kind of key, the surest keys first: coalition (for
        `view_as`), members (list of registrable domains), key_kind (a key of `KEYS`), key (identifiers
        masked), basis, strength, why, entry_ids.

    Notes
    -----
    Members are sites that received something; the first party can be one. An identifier that
    reached several parties joins them all; that two sets with a common member could join through
    it is not listed. ``docs/observers.md`` says how bases and strengths are chosen.

    Examples
    --------
    >>> import hartools as ht
    >>> coalition_table(ht.read_har(ht.example_har()))[["coalition", "key_kind", "basis"]].values.tolist()[0]
    ['coalition:alpha.example+beta.example', 'shared identifier', 'observed']
    """
    if first_party is not None or (capture.entries.party.isna().all() and capture.entries.host.notna().any()):
        capture = label_parties(capture, first_party=first_party)
    received = _received(capture)
    rows = [*_by_identifier(capture, received, others), *_by_owner(received, owners), *_by_address(received)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({name: DTYPES[kind] for name, kind in COLUMNS.items()})


def _received(capture: Capture) -> Received:
    entries = capture.entries
    entries["site"] = sites_of(entries.host)
    entries = entries[(entries.outcome.isin(RECEIVED) & entries.site.notna()).to_numpy(bool)]
    headers = capture.headers
    told = headers[((headers.name == "user-agent") & (headers.side == "request")).fillna(False).to_numpy(bool)].drop_duplicates("entry_id")
    site = entries.set_index("entry_id").site
    agents = told.assign(site=told.entry_id.map(site)).dropna(subset=["site", "value"])
    third = sorted(entries.site[(entries.party == "third").fillna(False)].unique())
    return Received(entries.drop_duplicates("host")[["entry_id", "host", "site"]], third, agents.drop_duplicates(["site", "value"]).set_index("site").value)


def _row(members: Iterable[str], kind: str, key: str, basis: str, strength: str, why: str, entry_ids: Iterable[int]) -> dict:
    members = sorted(set(members))
    return {"coalition": coalition_name(members), "members": members, "key_kind": kind, "key": key, "basis": basis, "strength": strength,
            "why": f"{why}; {KEYS[kind]}", "entry_ids": sorted({int(entry_id) for entry_id in entry_ids})}


def _by_identifier(capture: Capture, received: Received, others: Iterable[Capture]) -> Iterator[dict]:
    """Join the parties that one identifier reached; sets that several identifiers make are one row."""
    shared = shared_identifiers(capture, others=others)
    there = set(received.sites.site)
    shared = shared[((shared.result == "found") & shared.from_party.isin(there) & shared.to_party.isin(there) & (shared.direction != "announced")).fillna(False).to_numpy(bool)]
    sets: dict[tuple[str, ...], list[pd.DataFrame]] = {}
    for _, group in shared.groupby(["name", "fingerprint"], sort=False):
        sets.setdefault(tuple(sorted({*group.from_party, *group.to_party})), []).append(group)
    for members, groups in sorted(sets.items(), key=lambda each: (-len(each[0]), each[0])):
        keys = [f"{group.name.iloc[0]} {group.value.iloc[0]}" for group in groups]
        rows = pd.concat(groups)
        plain = rows.form.isin(PLAIN_FORMS).any()
        strength = min((BY_CRITERION[each] for each in rows.criterion), key=STRENGTHS.index)
        ways = ", ".join(dict.fromkeys(f"{row.kind} from {row.from_party} to {row.to_party}" for row in rows.itertuples()))
        yield _row(members, "shared identifier", _listed(keys), "observed" if plain else "derived", strength, f"{len(groups)} value{'s' if len(groups) > 1 else ''} reached each of them: {ways}",
                   [entry_id for ids in rows.entry_ids for entry_id in ids])


def _listed(keys: list[str]) -> str:
    return ", ".join(keys[:SHOWN]) + (f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else "")


def _by_owner(received: Received, owners: pd.DataFrame | None) -> Iterator[dict]:
    """Join the sites of one organisation, then those below one parent."""
    known = owners_of_hosts(received.sites.host, data=owners)
    known = known[(known.relation == OWNS).fillna(False).to_numpy(bool)].merge(received.sites, on="host")
    seen: set[tuple[str, ...]] = set()
    for column, word in (("organisation", "the owner of their domains"), ("ultimate_parent", "above the owners of their domains")):
        for name, group in known.dropna(subset=[column]).groupby(column, sort=True):
            members = tuple(sorted(group.site.unique()))
            if len(members) < 2 or members in seen:
                continue
            seen.add(members)
            grounds = sorted({f"{row.answered_by}: {row.how_known if isinstance(row.how_known, str) else 'ground not given'}" for row in group.itertuples()})
            strength = "very likely" if (group.how_known == SEVERAL_LISTS).fillna(False).all() else "possible" if (group.how_known == UNVERIFIED).fillna(False).all() else "likely"
            yield _row(members, "common owner", str(name), "derived", strength, f"{name} is {word} ({'; '.join(grounds)})", group.entry_id)


def _by_address(received: Received) -> Iterator[dict]:
    """Join all third parties by what every server is told: address, browser and time."""
    if len(received.third) < 2:
        return
    agents = received.agents[received.agents.index.isin(received.third)]
    told = agents.index.nunique()
    marks = sorted({fingerprint(value) for value in agents})
    which = f"user agent #{marks[0]}" if len(marks) == 1 else f"{len(marks)} user agents" if marks else "a user agent that this capture does not hold"
    first = received.sites[received.sites.site.isin(received.third)].drop_duplicates("site")
    yield _row(received.third, "address, user agent and time", f"the visitor's address, {which}, the times of the requests", "assumed", "possible",
               f"all {len(received.third)} third parties were asked by one browser; {told} of them are seen to be told its user agent", first.entry_id)
