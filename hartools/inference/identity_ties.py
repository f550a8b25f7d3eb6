"""What do the keys of an observer tie together: page views, sites, captures, a later visit, a person?"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from hartools.capture import Capture
from hartools.inference.identity_keys import BY_SCOPE, PERSONAL, SEEN, Key, folded_kinds
from hartools.observers.visibility import CONNECTION_KINDS
from hartools.parties.domains import sites_of
from hartools.payloads.page_context import page_context

__all__ = ["SCOPES", "Seen", "Tie", "ties_of"]

SCOPES = ("pages of one visit", "sites", "captures", "a later visit", "a person")
# A constant of a site's script can be taken for an identifier; one browser alone cannot tell.
MAYBE_CONSTANT = "A number that a site gives to everybody would be alike as well: give a capture of another browser as `others`."
LATER = "Cookies can be deleted, refused or shortened before; whether there was a later visit is not in the capture."
ONCE = "Whether the browser keeps it, and for how long, is not in this view: it could as well be drawn anew each time."
# Fields that name the address of the page, by the end of their name (from general knowledge of telemetry's parameters).
PAGE_FIELD = re.compile(r"(?i)(?:^|[ .$\[_])(?:dl|rl|tl|page_?(?:url|uri|location|href)|document_?(?:url|location|referrer)|current_?url|location_?href)\]?(?: →.*)?$")
FRAMES = "A page that stands in another as a frame counts as a site: the requests do not tell it from one that was visited."
NUMBERS = ("identifier", "cookie of the page", "shared identifier")
ENDS = (BY_SCOPE["session"], BY_SCOPE["click"])
SUBSCRIBER = "Only who runs the line, and by its own records, could know whose it is; a café's or an employer's line names no visitor."
# More names than this at one key are a list of people, and whose the key is stays open.
MOST_PERSONS = 8
REACHED = "What reaches further than the requests that name the person does so by keys that stand beside it in one request."


class Seen:
    """Hold one view, its keys, and what the observer knows of page views and of sites visited."""

    def __init__(self, view: Capture, keys: list[Key]):
        self.view, self.keys = view, keys

    @cached_property
    def values_of_field(self) -> Counter:
        """Return how many values each field took that recognise a browser."""
        return Counter(field for key in self.keys if key.kind in NUMBERS for field in key.fields)

    @cached_property
    def page_of(self) -> dict[int, str]:
        """Return the page view of each entry, by the observer's own regrouping."""
        entries = self.view.entries
        known = entries[entries.page_id.notna()]
        return dict(zip(known.entry_id.tolist(), known.page_id.tolist(), strict=True))

    @cached_property
    def sites_of_entry(self) -> dict[int, set[str]]:
        """Return the sites of the pages that each request named: by Referer, or in a field named for the page's address."""
        told = page_context(self.view)
        named = [channel for channel in told.channel.dropna().unique() if channel == "Referer" or PAGE_FIELD.search(channel)]
        told = told[(told.channel.isin(named) & told.host.notna()).fillna(False).to_numpy(bool)].drop_duplicates(["entry_id", "host"])
        sites: dict[int, set[str]] = defaultdict(set)
        for entry_id, site in zip(told.entry_id.tolist(), sites_of(told.host).tolist(), strict=True):
            if isinstance(site, str):
                sites[entry_id].add(site)
        return sites


class Tie(NamedTuple):
    """One thing that one key ties together.

    Attributes
    ----------
    scope : str
        One of `SCOPES`.
    key : Key
    basis, strength, why : str
    caveat : str or None
    entry_ids : dict of str to tuple of int
        By the name of the capture.
    page_ids : list of (str, str) or None
        Name of the capture and page view; None where the observer cannot tell page views apart.
    sites : tuple of str
    """

    scope: str
    key: Key
    basis: str
    strength: str
    why: str
    caveat: str | None
    entry_ids: dict[str, tuple[int, ...]]
    page_ids: list[tuple[str, str]] | None
    sites: tuple[str, ...]


def ties_of(seen: Mapping[str, Seen]) -> list[Tie]:
    """List what an observer could tie together, over one capture or several.

    Parameters
    ----------
    seen : mapping of str to Seen
        By the name of the capture, the views of one observer.

    Returns
    -------
    list of Tie
        By scope, in the order of `SCOPES`, then of the keys.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.inference.identity_keys import keys_of
    >>> view = ht.view_as(ht.read_har(ht.example_har()), "third_party:beta.example")
    >>> [(tie.scope, tie.key.kind, tie.strength) for tie in ties_of({"": Seen(view, keys_of(view))})]
    [('a later visit', 'identifier', 'possible')]
    """
    merged: dict[tuple[str, str], dict[str, Key]] = {}
    # what one capture shows to be a cookie's, and another without cookies does not, is one value
    narrower = folded_kinds(key for each in seen.values() for key in each.keys)
    for label, each in seen.items():
        for key in each.keys:
            kind = narrower.get(key.value, key.kind) if key.kind == "identifier" else key.kind
            merged.setdefault((kind, key.value), {})[label] = key
    reached = _reached(seen)
    ties = [tie for at in merged.values() for tie in _of_one(at, seen, reached)]
    return sorted(ties, key=lambda tie: SCOPES.index(tie.scope))


def _of_one(at: dict[str, Key], seen: Mapping[str, Seen], reached: dict[tuple[str, str], dict[str, tuple[int, ...]]]) -> Iterator[Tie]:
    key = next((each for each in at.values() if each.kind != "identifier"), next(iter(at.values())))
    key = key._replace(fields=tuple(dict.fromkeys(field for each in at.values() for field in each.fields)))
    ids = {label: each.entry_ids for label, each in at.items()}
    pages = _pages(ids, seen)
    if key.kind == "address" and all(_kind(each) in CONNECTION_KINDS for each in seen.values()):
        yield from _of_a_line(key, ids, seen)
        return
    within = any(sum(label == name for name, _ in pages) > 1 for label in at)
    if within:
        yield _tie("pages of one visit", key, ids, pages, seen)
    sites = _sites(ids, seen)
    if key.kind != "connection" and len(sites) > 1:
        yield _tie("sites", key, ids, pages, seen)._replace(caveat=f"{key.caveat} {FRAMES}" if key.caveat else FRAMES)
    if key.kind != "connection" and len(at) > 1:
        yield _across(key, ids, pages, seen)
    if not within and len(at) == 1:
        yield from _later(key, ids, pages, seen)
    if key.kind in PERSONAL:
        far = reached.get((key.kind, key.value), ids)
        further = sum(map(len, far.values())) > sum(map(len, ids.values()))
        tie = _tie("a person", key, far, _pages(far, seen), seen)
        yield tie._replace(basis="derived", caveat=f"{key.caveat or ''} {REACHED}".strip()) if further else tie


def _tie(scope: str, key: Key, ids: dict[str, tuple[int, ...]], pages: list[tuple[str, str]], seen: Mapping[str, Seen]) -> Tie:
    return Tie(scope, key, key.basis, key.strength, key.why, key.caveat, ids, pages, _sites(ids, seen))


def _later(key: Key, ids: dict, pages: list, seen: Mapping[str, Seen]) -> Iterator[Tie]:
    """Make the tie of a key that one page view alone showed: it could come again, unless its field took another value."""
    kept = key.lifetime_days if key.lifetime_days and key.lifetime_days >= 1 else None
    (label,) = ids
    if kept or (key.kind in NUMBERS and key.caveat not in ENDS and all(seen[label].values_of_field[field] == 1 for field in key.fields)):
        why, caveat = (f"the cookie was set to be kept for {kept:.0f} days", LATER) if kept else ("seen on one page view", ONCE)
        yield _tie("a later visit", key, ids, pages, seen)._replace(basis="derived", strength="possible", caveat=caveat, why=f"{key.why}; {why}")


def _across(key: Key, ids: dict, pages: list, seen: Mapping[str, Seen]) -> Tie:
    """Make the tie of a key that is alike in several captures: a constant would be so too."""
    tie = _tie("captures", key, ids, pages, seen)._replace(why=f"the same in {len(ids)} captures; {key.why}")
    if key.kind == "address":
        return tie._replace(strength="possible", why="the captures would share an address if they were recorded on one line; the browser describes itself alike" if key.value else tie.why)
    if key.strength == "likely" and key.kind not in PERSONAL:
        return tie._replace(strength="possible", caveat=f"{key.caveat} {MAYBE_CONSTANT}" if key.caveat else MAYBE_CONSTANT)
    return tie


def _of_a_line(key: Key, ids: dict, seen: Mapping[str, Seen]) -> Iterator[Tie]:
    """Make the ties of somebody on the way: all of a visit comes over one line, and who runs it could know whose it is."""
    tie = Tie("pages of one visit", key, "assumed", "likely", key.why, key.caveat, ids, None, ())
    yield tie
    if len(ids) > 1:
        yield tie._replace(scope="captures", strength="possible", why="the captures would share an address if they were recorded on one line")
    if all(_kind(each).startswith("network") for each in seen.values()):
        yield tie._replace(scope="a person", strength="possible", caveat=SUBSCRIBER, why="an access provider keeps which subscriber has which address")


def _kind(seen: Seen) -> str:
    return (seen.view.observer or "").partition(":")[0]


def _pages(ids: Mapping[str, tuple[int, ...]], seen: Mapping[str, Seen]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((label, page) for label, each in ids.items() for entry_id in each if (page := seen[label].page_of.get(entry_id)) is not None))


def _sites(ids: Mapping[str, tuple[int, ...]], seen: Mapping[str, Seen]) -> tuple[str, ...]:
    return tuple(sorted({site for label, each in ids.items() for entry_id in each for site in seen[label].sites_of_entry.get(entry_id, ())}))


def _reached(seen: Mapping[str, Seen]) -> dict[tuple[str, str], dict[str, tuple[int, ...]]]:
    """Return, for each key that names a person, the entries that keys beside it in one request lead to."""
    if not any(key.kind in PERSONAL for each in seen.values() for key in each.keys):
        return {}
    parent: dict[tuple, tuple] = {}

    def root(node: tuple) -> tuple:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    # a session's number and a person's field join as well as a kept one, within what was captured
    pairs = [((label, entry_id), (key.kind, key.value)) for label, each in seen.items() for key in each.keys if key.kind in SEEN and key.kind != "personal field" for entry_id in key.entry_ids]
    for entry, key in pairs:
        parent[root(entry)] = root(key)
    members: dict[tuple, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for (label, entry_id), key in pairs:
        members[root(key)][label].add(entry_id)
    persons = list(dict.fromkeys(key for _, key in pairs if key[0] in PERSONAL))
    crowd = Counter(root(key) for key in persons)
    return {key: {label: tuple(sorted(ids)) for label, ids in sorted(members[root(key)].items())} for key in persons if crowd[root(key)] <= MOST_PERSONS}
