"""Which titles, search words and typed values does a page have, and which texts hold one of them?"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import pandas as pd

from hartools.capture import Capture
from hartools.parties.documents import find_visits
from hartools.payloads.identifiers.decoration import decoration_level
from hartools.payloads.identifiers.exclusions import looks_random

__all__ = ["Handed", "Words", "matched_words", "words_of"]

# Shorter words stand in any text.
SHORTEST = 4
LONGEST_TEXT = 4000
TITLE = re.compile(r"(?is)<title[^>]*>(.{1,500}?)</title>")
WORD = re.compile(r"[^\W_]+")
# Fields whose text is a page's title by name (from general knowledge of the vendors' parameters).
TITLE_NAMES = frozenset("dt title page_title pagetitle document_title documenttitle action_name pt tna ptitle page.title pageTitle".lower().split())
# Words of addresses that nobody searched for.
PLAIN_WORDS = frozenset("""
    index html htm php aspx home accueil page pages search recherche find results result list item items category categories product products article articles blog news
    user users account login signin signup register about contact help support privacy terms site sites main default view views from true false null none https http wwww
    query text type sort order filter locale lang language en-us fr-fr asset assets static public content contents files images image media events event collect track
    tracking pixel tags analytics data info json submit form forms start next back with your this that online service services center
    """.split())
FORMS = ("form", "multipart")
# Fields of a site's own telemetry, which may be sent to it as a form too; and what only programs write.
NO_FORM = re.compile(r"(?i)en|ev|ea|ec|el|et|dl|dr|dt|ul|sr|vp|gcd|gcs|dma|tid|cid|sid|event\w*|action|op|method|nonce|token|.*csrf.*|.*nonce.*|referr?er|url|page_\w+|gtm\w*|tag_exp|ep\..*|up\..*|epn\..*|_\w+")
NO_INPUT = re.compile(r"\d+x\d+|[vr]?\d+(?:\.\d+)+|[a-z]{2}[-_][a-z]{2}|[a-z]+(?:_[a-z0-9]+)+|application/.*|text/.*")


class Handed(NamedTuple):
    """One text that a request carried: entry, channel, name of the field, the text, whether a layer was undone."""

    entry_id: int
    channel: str
    name: str
    value: str
    decoded: bool


class Words(NamedTuple):
    """What the pages of a capture say, folded, each with the page and its site.

    Attributes
    ----------
    titles, typed : dict of str to list of (site, page URL, order)
    searched : dict of str to list of (site, page URL, order, part of the address)
        One word each.
    order : dict of int to int
        Place of each entry in the order of time.
    sites : frozenset of str
        The sites of the documents.
    """

    titles: dict[str, list[tuple]]
    searched: dict[str, list[tuple]]
    typed: dict[str, list[tuple]]
    order: dict[int, int]
    sites: frozenset[str] = frozenset()


@lru_cache(maxsize=65536)
def _folded(text: str) -> str:
    """Return a text without case, accents and doubled spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())


def words_of(capture: Capture, handed: list[Handed], own: dict[int, str]) -> Words:
    """Collect titles, words of addresses and typed values of the documents of a capture.

    Parameters
    ----------
    capture : Capture
    handed : list of Handed
        All texts that requests carried.
    own : dict of int to str
        Registrable domain of each entry.

    Returns
    -------
    Words

    Notes
    -----
    Titles: what the exporter wrote, where that is no address, and ``<title>`` of the document as
    it was answered; one set by a script later is missed. Search words: the words of four letters
    or more in path and query of the document's address, without those of `PLAIN_WORDS`, of the site's own
    name and of parameters that name a click or campaign. Typed values: forms that were sent to the
    site of a document, without what looks drawn at random; of JSON sent there, what holds a space
    or an @, or is a number.

    Examples
    --------
    >>> import hartools as ht
    >>> words = words_of(ht.read_har(ht.example_har()), [], {})
    >>> sorted(words.searched)
    ['dentiste', 'lyon']
    """
    entries = capture.entries
    # not by entry_id: in a view that is only the key for citing, and a raw capture is in that order anyway
    order = {entry_id: place for place, entry_id in enumerate(entries.sort_values("started", kind="stable").entry_id.tolist())}
    documents = find_visits(capture).documents
    titles, searched, typed = defaultdict(list), defaultdict(list), defaultdict(list)
    for entry_id, url, site in zip(documents.entry_id.tolist(), documents.url.tolist(), documents.site.tolist(), strict=True):
        since = order.get(entry_id, 0) if not pd.isna(entry_id) else 0
        for word, part in _words_of_address(url, site).items() if not pd.isna(url) else ():
            searched[word].append((site, url, since, part))
    for title, site, url, since in _titles(capture, documents, order):
        titles[_folded(title)].append((site, url, since))
    sites = {site: url for site, url in zip(documents.site.tolist(), documents.url.tolist(), strict=True) if not pd.isna(site)}
    for each in handed:
        site = own.get(each.entry_id)
        if site in sites and not NO_FORM.fullmatch(each.name) and _is_typed(each.value) and (each.channel.partition(" ")[0] in FORMS or _is_typed_json(each)):
            typed[_folded(each.value)].append((site, sites[site], order[each.entry_id]))
    for places in (*titles.values(), *searched.values(), *typed.values()):
        places.sort(key=lambda place: place[2])
    return Words(dict(titles), dict(searched), dict(typed), order, frozenset(sites))


def _words_of_address(url: str, site: str) -> dict[str, str]:
    """Return the words of an address, each with the part it stands in; a query says more of a search than a path."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, max_num_fields=200)
    except ValueError:
        return {}
    texts = [("query", value) for name, value in pairs if decoration_level(name, site) is None and not looks_random(value)]
    texts.append(("path", unquote(parts.path)))
    own = set(WORD.findall(_folded(str(site))))
    found: dict[str, str] = {}
    for part, text in texts:
        for word in WORD.findall(_folded(text[:LONGEST_TEXT])):
            if len(word) >= SHORTEST and not any(letter.isdigit() for letter in word) and word not in PLAIN_WORDS and word not in own:
                found.setdefault(word, part)
    return found


def _titles(capture: Capture, documents: pd.DataFrame, order: dict[int, int]) -> Iterator[tuple]:
    by_page = {page_id: (site, url, order.get(entry_id, 0)) for page_id, site, url, entry_id in
               zip(documents.page_id.tolist(), documents.site.tolist(), documents.url.tolist(), documents.entry_id.fillna(-1).tolist(), strict=True)}
    pages = capture.pages
    for page_id, title in zip(pages.page_id.tolist(), pages.title.tolist(), strict=True):
        if page_id in by_page and not pd.isna(title) and len(title) >= SHORTEST and "://" not in title:
            yield title, *by_page[page_id]
    known = documents[documents.entry_id.notna()]
    place = dict(zip(known.entry_id.astype(int).tolist(), zip(known.site.tolist(), known.url.tolist(), strict=True), strict=True))
    bodies = capture.bodies(list(place), side="response")
    for entry_id, data in zip(bodies.entry_id.tolist(), bodies.data, strict=True):
        written = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        found = TITLE.search(written[:200_000]) if written else None
        if found and len(found[1].strip()) >= SHORTEST:
            yield html.unescape(found[1]), *place[entry_id], order[entry_id]


def _is_typed(value: str) -> bool:
    """Tell values that a person may have typed from switches, times and keys."""
    folded = _folded(value[:200])
    if not SHORTEST <= len(folded) <= 200 or folded in PLAIN_WORDS or "://" in folded or looks_random(value) or folded[:1] in "{[</" or NO_INPUT.fullmatch(folded):
        return False
    return any(letter.isalpha() for letter in folded) or (folded.isdecimal() and 5 <= len(folded) <= 9)


def _is_typed_json(each: Handed) -> bool:
    """Take of JSON only what looks written by a person: programs report words of their own in it too."""
    return each.channel.startswith("body $") and "→" not in each.channel and (any(letter in "@ " for letter in each.value) or each.value.isdecimal()) and "mozilla/" not in each.value.lower()


def matched_words(each: Handed, words: Words, party: str) -> Iterator[tuple[str, str, str | None, str]]:
    """Say which title, search words or typed value of another site's page a text holds.

    Parameters
    ----------
    each : Handed
    words : Words
    party : str
        Registrable domain that received it.

    Yields
    ------
    tuple
        Kind, value, URL of the page (None where only the field's name tells), and why.

    Examples
    --------
    >>> words = Words({}, {"lyon": [("a.example", "https://a.example/lyon", 0, "path")]}, {}, {3: 3})
    >>> list(matched_words(Handed(3, "query q", "q", "Dentiste à Lyon", False), words, "b.example"))
    [('search words', 'lyon', 'https://a.example/lyon', 'words of the path of the page address')]
    """
    if not SHORTEST <= len(each.value) <= LONGEST_TEXT:
        return
    folded, at = _folded(each.value), words.order.get(each.entry_id, 0)
    found = _earlier(words.titles.get(folded, ()), party, at)
    if found:
        yield "title", each.value, found[1], "equal to the title of the page"
    elif party not in words.sites and each.name.rpartition(".")[2].lower() in TITLE_NAMES and any(letter.isspace() for letter in each.value.strip()):
        yield "title", each.value, None, "a title by the name of the field"
    by_page: dict[tuple[str, str], list[str]] = defaultdict(list)
    for word in dict.fromkeys(WORD.findall(folded)) if words.searched else ():
        found = word in words.searched and _earlier(words.searched[word], party, at)
        if found:
            by_page[found[1], found[3]].append(word)
    for (page, part), found in by_page.items():
        yield "search words", " ".join(found), page, f"words of the {part} of the page address"
    # told while it was typed, or by a script that runs before the form is sent: the order says nothing
    found = _earlier(words.typed.get(folded, ()), party, None)
    if found:
        yield "form value", each.value, found[1], "equal to a value of a form that was sent to the page's site"


def _earlier(places: list[tuple], party: str, at: int | None) -> tuple | None:
    """Name the last page of another site that was there before; at any time where none is given."""
    end = len(places) if at is None else bisect_right(places, at, key=lambda place: place[2])
    return next((places[row] for row in range(end - 1, -1, -1) if places[row][0] != party), None)
