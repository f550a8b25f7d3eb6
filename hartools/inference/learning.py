"""What does a site itself tell anybody who visits it: whose picture is which, and under which search is it listed?"""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from hartools.capture import Capture
from hartools.columns import RECEIVED
from hartools.errors import AmbiguousFirstPartyError, CatalogueError
from hartools.inference.catalogue import Catalogue
from hartools.inference.named_people import people_in_json
from hartools.inference.shown_people import people_in_html
from hartools.parties import label_parties
from hartools.payloads.assets import asset_table

__all__ = ["catalogue_from"]

KEYS = ("asset_id", "practitioner")
POSITION = ("latitude", "longitude")
UNNAMED = "unnamed"


def catalogue_from(captures: Capture | Iterable[Capture] | Mapping[str, Capture], *, queries: Iterable[Mapping | str] | None = None,
                   attributes: Iterable[str] = ("specialty", "city")) -> Catalogue:
    """Learn a catalogue from what a site sends to anybody, or from visits whose search is known.

    Without `queries`: people named in the first party's own JSON and HTML. In JSON, objects that
    have a name, a member for a picture and at least one attribute, under the usual names
    (``cloudinaryPublicId``, ``photo_url``, ``speciality``, ``ville``, ``address.city``, ...). In
    HTML, JSON-LD and microdata of schema.org (Physician, Person, ...), and result cards: a
    picture of an image CDN beside a name and a link, its attributes those of the page's address.

    With `queries`: every picture of an image CDN that a visit asked for is listed under the
    search of that visit; names are those that JSON and HTML of these captures give.

    Parameters
    ----------
    captures : Capture, iterable of Capture, or mapping of str to Capture
        Raw captures, not views: this is what anybody could collect by visiting the site. The
        keys of a mapping are queries: ``"oncologue/paris"``, in the order of `attributes`;
        a part that is empty or ``-`` is left open.
    queries : iterable of mapping or str, optional
        The search of each capture, such as ``{"specialty": "oncologue", "city": "paris"}``.
    attributes : iterable of str
        Attributes to learn, out of those that are recognised.

    Returns
    -------
    Catalogue
        Labelled closed-world: it lists only what these captures showed.

    Raises
    ------
    CatalogueError
        If nobody is named, no picture was asked for, or captures and queries do not pair up.

    Notes
    -----
    A picture seen under several searches may be a stray (a header avatar, a recommendation). It is
    kept under all of them if they have a value in common, as for a practitioner with two places;
    it is dropped if they have none, or if it was seen under three searches and more, and under more
    than half of all.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> catalogue_from(capture).records.values.tolist()[0]
    ['aaaa1111bbbb2222cccc', 'Dr Ada Exemple', 'dentiste', 'lyon']
    >>> catalogue_from({"dentiste/lyon": capture}).records.asset_id.tolist()
    ['aaaa1111bbbb2222cccc', 'dddd3333eeee4444ffff']
    """
    attributes = list(attributes)
    if isinstance(captures, Mapping):
        queries, captures = list(captures), list(captures.values())
    captures = [captures] if isinstance(captures, Capture) else list(captures)
    named = ", ".join(dict.fromkeys(capture.source.name for capture in captures)) or "no capture"
    wanted = [*KEYS, *attributes]
    rows = [row for capture in captures for row in _people(capture, wanted)]
    if queries is not None:
        rows = _labelled(captures, [_query(query, attributes) for query in queries], rows, attributes)
        source = f"visits with known searches in {named}"
    else:
        source = f"the site's own JSON and HTML in {named}"
    if not rows:
        looked = "asked for a picture of an image CDN under a known search" if queries is not None else f"JSON or HTML of the first party names practitioners with {' or '.join(attributes)}"
        raise CatalogueError(f"{named}: no {looked}. Its bodies may be missing; else pass a CSV to read_catalogue.")
    columns = [*wanted, *(POSITION if any(name in row for row in rows for name in POSITION) else ())]
    return Catalogue(pd.DataFrame(rows, columns=columns), source=source, closed_world=True)


def _people(capture: Capture, wanted: list[str]) -> Iterator[dict]:
    """Read the people of the first party's answers, each picture with a name once per way it is listed."""
    entries = _labelled_parties(capture).entries
    own = entries[(entries.party == "first").fillna(False) & entries.response_body_held.fillna(True)]
    kinds = {"json": own.mime.str.contains("json").fillna(False), "html": own.mime.isin(["text/html", "application/xhtml+xml"]).fillna(False)}
    addresses = dict(zip(own.entry_id, own.url, strict=True))
    for kind, chosen in kinds.items():
        for entry_id, data in capture.bodies(own.entry_id[chosen], side="response")[["entry_id", "data"]].itertuples(index=False, name=None):
            if data is None:
                continue
            text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
            yield from people_in_json(text, wanted) if kind == "json" else people_in_html(text, addresses[entry_id], wanted)


def _labelled_parties(capture: Capture) -> Capture:
    if not capture.entries.party.isna().all():
        return capture
    try:
        return label_parties(capture)
    except AmbiguousFirstPartyError as error:
        raise CatalogueError(f"{capture.source.name}: it is not clear which site was visited ({', '.join(error.candidates[:5])}); "
                             "pass label_parties(capture, first_party=...) instead.") from error


def _query(query: Mapping | str, attributes: list[str]) -> dict:
    """Bring a query to an object of those attributes that it fixes."""
    if isinstance(query, str):
        parts = [part.strip() for part in query.split("/")]
        if len(parts) > len(attributes):
            raise CatalogueError(f"query {query!r} has {len(parts)} parts for the attributes {', '.join(attributes)}; write them in that order, with / between")
        query = dict(zip(attributes, parts, strict=False))
    unknown = [name for name in query if name not in attributes]
    if unknown:
        raise CatalogueError(f"query {dict(query)!r}: {', '.join(map(str, unknown))} is none of the attributes {', '.join(attributes)}; name them with attributes=")
    return {name: str(value) for name, value in query.items() if value not in (None, "", "-")}


def _labelled(captures: list[Capture], queries: list[dict], people: list[dict], attributes: list[str]) -> list[dict]:
    """List the pictures that each visit asked for under its search, those left out that several searches share for no reason."""
    if len(captures) != len(queries):
        raise CatalogueError(f"{len(captures)} captures and {len(queries)} queries; give one query for each capture")
    names = {row["asset_id"]: row["practitioner"] for row in reversed(people) if row["asset_id"]}
    seen: dict[str, list[dict]] = {}
    for capture, query in zip(captures, queries, strict=True):
        for asset in _pictures(capture):
            if query not in seen.setdefault(asset, []):
                seen[asset].append(query)
    distinct = len({tuple(sorted(query.items())) for query in queries})
    kept = {asset: under for asset, under in seen.items() if not _is_stray(under, distinct)}
    return [{"asset_id": asset, "practitioner": names.get(asset, UNNAMED)} | {name: query.get(name) for name in attributes} for asset, under in kept.items() for query in under if query]


def _pictures(capture: Capture) -> list[str]:
    """List the pictures of image CDNs that were asked for and came, from a cache too."""
    entries = capture.entries
    pictures = asset_table(entries[entries.outcome.isin([*RECEIVED, "cached"]).fillna(False)])
    return pictures.asset_id[pictures.normalised_by == "grammar"].unique().tolist()


def _is_stray(under: list[dict], queries: int) -> bool:
    """Apply the rule of `catalogue_from`'s notes."""
    if len(under) == 1:
        return False
    common = set(under[0].items()).intersection(*(query.items() for query in under[1:]))
    return not common or len(under) >= 3 and 2 * len(under) > queries
