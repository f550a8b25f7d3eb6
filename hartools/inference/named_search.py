"""Which search does the address of a page name, in the words of a catalogue?"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import pandas as pd

from hartools.findings import found, not_found
from hartools.inference.catalogue import Catalogue
from hartools.masking import mask_text

__all__ = ["folded", "is_short", "named_in", "searched_findings", "vocabulary"]

SEARCHED = "R-SEARCHED"
# Of an address no more is looked at: what a person reads of it is shorter.
LONGEST = 4000
WORD = re.compile(r"[^\W_]+")
# A value as short as this (a number of a department, a code) stands in many addresses by chance.
SHORT = 3
# One word of an address is nobody's name.
FEWEST = {"practitioner": 2}


class Part(NamedTuple):
    """One part of an address: a segment of its path, or a parameter with its name."""

    name: str
    words: tuple[str, ...]


class Vocabulary(NamedTuple):
    """Hold the values of one attribute by their words, and how many words the longest has."""

    known: Mapping[tuple[str, ...], str]
    longest: int


def folded(text: str) -> tuple[str, ...]:
    """Cut a text into words without case, accents, hyphens and signs.

    Examples
    --------
    >>> folded("Saint-Étienne"), folded("saint_etienne")
    (('saint', 'etienne'), ('saint', 'etienne'))
    """
    text = text[:LONGEST]
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return tuple(WORD.findall(text.casefold()))


def searched_findings(addresses: pd.DataFrame, catalogue: Catalogue | None) -> list[dict]:
    """Say which searches the addresses of pages name, where a catalogue knows the words.

    Parameters
    ----------
    addresses : pandas.DataFrame
        Columns entry_id and url, one row per request for a page, or per entry that handed its address on.
    catalogue : Catalogue or None
        Without one, nothing is looked for.

    Returns
    -------
    list of dict
        Rows of `hartools.findings`: the search, each attribute that it names, or the row of the ledger.

    Notes
    -----
    Upper and lower case, accents and hyphens make no difference. A whole segment of the path, or a
    whole parameter, comes before words inside one; of overlapping values the longest counts. An
    attribute of which an address names two values is left out.

    Examples
    --------
    >>> import io
    >>> from hartools.inference.catalogue import read_catalogue
    >>> catalogue = read_catalogue(io.StringIO("asset_id,practitioner,specialty,city\\na1,Dr A,dentiste,Saint-Étienne\\n"))
    >>> rows = searched_findings(pd.DataFrame({"entry_id": [3], "url": ["https://www.doctor.example/dentiste/saint-etienne"]}), catalogue)
    >>> rows[0]["value"], rows[0]["basis"]
    ({'specialty': 'dentiste', 'city': 'Saint-Étienne'}, 'observed')
    """
    if catalogue is None or not len(addresses):
        return []
    by_url = addresses.groupby("url", sort=False).entry_id.agg(list)
    searches, attributes, people = {}, {}, {}
    for url, entry_ids in by_url.items():
        query = named_in(url, _values(catalogue, catalogue.attributes))
        person = named_in(url, _values(catalogue, ("practitioner",))).get("practitioner")
        if query:
            searches.setdefault(tuple(query.items()), []).extend(entry_ids)
        for pair in query.items():
            attributes.setdefault(pair, []).extend(entry_ids)
        if person:
            people.setdefault(person, []).extend(entry_ids)
    rows = [_search(dict(query), entry_ids, catalogue) for query, entry_ids in searches.items()] or [_no_search(addresses, catalogue)]
    rows += [_attribute(name, value, entry_ids) for (name, value), entry_ids in attributes.items()]
    return rows + [_practitioner(name, entry_ids) for name, entry_ids in people.items()]


def _no_search(addresses: pd.DataFrame, catalogue: Catalogue) -> dict:
    return not_found("search query", "No address of a page names a search in words of the catalogue.", rule=SEARCHED, entry_ids=addresses.entry_id,
                     caveat=f"Words and numbers of the site's own, which are not in {catalogue.source}, would not be recognised.")


def _search(query: dict, entry_ids: list[int], catalogue: Catalogue) -> dict:
    told = ", ".join(f"{name} {mask_text(value)}" for name, value in query.items())
    return found("search query", f"It could know of a search for {told}: the address of a page names it.", query, basis="observed", strength="very likely", rule=SEARCHED,
                 entry_ids=entry_ids, caveat=f"A link leads to the same address; that the words were typed is not shown. The words are those of {catalogue.source}, catalogue {catalogue.sha256[:8]}.")


def _attribute(name: str, value: str, entry_ids: list[int]) -> dict:
    return found(name, f"It could know that a page for {name} {mask_text(value)} was asked for: its address names it.", value, basis="observed", strength="very likely",
                 rule=SEARCHED, entry_ids=entry_ids, caveat="A link leads to the same address; that the words were typed is not shown.")


def _practitioner(name: str, entry_ids: list[int]) -> dict:
    return found("practitioner", f"It could know that a page about {mask_text(name)} was asked for: its address bears the name.", name, basis="observed", strength="very likely",
                 rule=SEARCHED, entry_ids=entry_ids, caveat="Somebody else of that name would have the same address.")


@lru_cache(maxsize=4)
def _values(catalogue: Catalogue, columns: tuple[str, ...]) -> dict[str, Vocabulary]:
    """Return the values of each column; of two that fold to the same words the first in order stands."""
    records = catalogue.records
    return {name: vocabulary(value for value in sorted(records[name].dropna().unique(), reverse=True) if len(folded(value)) >= FEWEST.get(name, 1)) for name in columns}


def vocabulary(values: Iterable[str]) -> Vocabulary:
    """Fold values to their words.

    Examples
    --------
    >>> vocabulary(["Saint-Étienne", "lyon"])
    Vocabulary(known={('saint', 'etienne'): 'Saint-Étienne', ('lyon',): 'lyon'}, longest=2)
    """
    known = {folded(value): value for value in values}
    return Vocabulary(known, max(map(len, known), default=0))


def named_in(url: str, values: Mapping[str, Vocabulary]) -> dict[str, str]:
    """Return the attributes of which an address names exactly one value.

    Examples
    --------
    >>> values = {"city": vocabulary(["lyon", "paris"])}
    >>> named_in("https://a.example/search?q=Dentiste+à+Lyon", values), named_in("https://a.example/lyon/paris", values)
    ({'city': 'lyon'}, {})
    """
    parts = _parts(url)
    named = {name: _one_of(parts, name, words) for name, words in values.items()}
    return {name: value for name, value in named.items() if value is not None}


def _parts(url: str) -> list[Part]:
    try:
        address = urlsplit(url[:LONGEST])
        pairs = parse_qsl(address.query, max_num_fields=200)
    except ValueError:
        return []
    return [*(Part("", folded(unquote(segment))) for segment in address.path.split("/") if segment), *(Part(" ".join(folded(name)), folded(value)) for name, value in pairs)]


def _one_of(parts: Iterable[Part], attribute: str, words: Vocabulary) -> str | None:
    known = words.known
    asked = " ".join(folded(attribute))
    whole = {known[part.words] for part in parts if part.words in known and (part.name == asked or not is_short(part.words))}
    # what stands under the attribute's own name says more than the same words elsewhere
    own = {known[part.words] for part in parts if part.name == asked and part.words in known}
    inside = {value for part in parts for value in _inside(part.words, words)}
    named = own or whole or inside
    return next(iter(named)) if len(named) == 1 else None


def _inside(words: tuple[str, ...], vocabulary: Vocabulary) -> list[str]:
    """List the values among the words of one part, the longest first, none overlapping another."""
    known, longest = vocabulary
    found, at = [], 0
    while at < len(words):
        size = next((size for size in range(min(longest, len(words) - at), 0, -1) if words[at : at + size] in known and not is_short(words[at : at + size])), 0)
        if size:
            found.append(known[words[at : at + size]])
        at += size or 1
    return found


def is_short(words: tuple[str, ...]) -> bool:
    """Tell values that stand in many addresses by chance: numbers, and what has fewer than three letters.

    Examples
    --------
    >>> is_short(("75",)), is_short(("le",)), is_short(("le", "mans"))
    (True, True, False)
    """
    return sum(map(len, words)) < SHORT or all(word.isdigit() for word in words)
