"""Whom does a site's JSON name, with which picture, and by what can they be searched?"""

import json
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from hartools.payloads.assets import asset_table
from hartools.reading.fitting import clean

__all__ = ["folded_name", "people_in", "people_in_json", "picture_id"]

# Under which names sites keep these (lower case, without underscores and hyphens); schema.org's among them.
NAMES: Mapping[str, frozenset[str]] = {
    "asset_id": frozenset("assetid cloudinarypublicid publicid photoid imageid pictureid avatarid photo image picture avatar photourl imageurl pictureurl avatarurl".split()),
    "practitioner": frozenset("practitioner name fullname displayname namewithtitle title doctor nom".split()),
    "specialty": frozenset("specialty speciality specialite spécialité specialityname specialtyname profession medicalspecialty".split()),
    "city": frozenset("city ville town place location cityname addresslocality".split()),
    "latitude": frozenset("latitude lat".split()),
    "longitude": frozenset("longitude lng lon long".split()),
}  # fmt: skip
# Members that hold the picture's address or the thing's name where the member itself is an object.
INNER = {"asset_id": ("url", "contentUrl", "publicId", "cloudinaryPublicId", "id"), "specialty": ("name", "label", "slug"), "city": ("name", "label", "slug")}
DEPTH = 12
# A file can hold anything: no more objects are looked at than a site could list people.
MOST_OBJECTS = 500_000
POSITION = ("latitude", "longitude")


def people_in_json(text: str | bytes, wanted: Iterable[str]) -> list[dict]:
    """Read the people that a JSON text names.

    Objects that have a name, a member for a picture and at least one attribute count as people.

    Parameters
    ----------
    text : str or bytes
        What is not JSON names nobody.
    wanted : iterable of str
        asset_id, practitioner, the attributes; latitude and longitude are added where they stand.

    Examples
    --------
    >>> people_in_json('[{"name": "Dr A", "photo": null, "city": {"name": "lyon"}}]', ["asset_id", "practitioner", "city"])
    [{'asset_id': None, 'practitioner': 'Dr A', 'city': 'lyon'}]
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return people_in(value, list(wanted))


def people_in(value: object, wanted: list[str]) -> list[dict]:
    """Read the people that a decoded JSON value names; see `people_in_json`."""
    rows = []
    for found in _objects(value):
        rows += _person(found, wanted)
    return rows


def folded_name(key: object) -> str:
    """Fold the name of a member: without case, underscores and hyphens."""
    return str(key).lower().replace("_", "").replace("-", "")


def picture_id(value: str | None) -> str | None:
    """Take the asset id out of a picture's URL; a bare id stays as it is.

    Examples
    --------
    >>> picture_id("https://res.cloudinary.com/demo/image/upload/w_90/dr12.jpg"), picture_id("dr12")
    ('dr12', 'dr12')
    """
    if not value or "/" not in value or "://" not in value and not value.startswith("//"):
        return value
    address = f"https:{value}" if value.startswith("//") else value
    table = asset_table(pd.DataFrame({"entry_id": [0], "started": [pd.NaT], "url": [address]}))
    return table.asset_id.iloc[0] if len(table) else None


def _objects(value: object) -> Iterator[dict]:
    """Go through all objects, outermost first, without recursion and to a bounded depth."""
    waiting, left = [(value, DEPTH)], MOST_OBJECTS
    while waiting and left:
        each, depth = waiting.pop()
        left -= 1
        if isinstance(each, dict):
            yield each
        inner = list(each.values()) if isinstance(each, dict) else each if isinstance(each, list) else []
        if depth:
            waiting += [(item, depth - 1) for item in reversed(inner) if isinstance(item, (dict, list))]


def _person(found: dict, wanted: list[str]) -> list[dict]:
    """Read a person from an object: one row per specialty and place, none where it names nobody."""
    if not any(folded_name(key) in NAMES["asset_id"] for key in found):
        return []
    held = {name: _texts(found, name) for name in (*wanted, *POSITION)}
    if not held["practitioner"] or not any(held[name] for name in wanted[2:]):
        return []
    row = {"asset_id": picture_id(held["asset_id"][0]) if held["asset_id"] else None, "practitioner": held["practitioner"][0]}
    row |= {name: float(held[name][0]) for name in POSITION if all(_is_degrees(held[each]) for each in POSITION)}
    rows = [row]
    for name in wanted[2:]:
        rows = [each | {name: value} for each in rows for value in held[name][:8] or [None]]
    return [{name: each.get(name) for name in (*wanted, *(name for name in POSITION if name in each))} for each in rows[:32]]


def _texts(found: dict, name: str) -> list[str]:
    """Find what an object says under any of a member's names, else what an object within it says."""
    names = NAMES.get(name, frozenset([name]))
    for key, value in found.items():
        if folded_name(key) in names:
            texts = _plain(value, name)
            if texts:
                return texts
    inside = ("address", "location", "geo", "coordinates", "position", "place", "organization", "profile") if name in POSITION else None
    for key, value in found.items():
        if isinstance(value, dict) and (inside is None or folded_name(key) in inside) and (name != "practitioner"):
            texts = [text for inner, held in value.items() if folded_name(inner) in names for text in _plain(held, name)]
            if texts:
                return texts
    return []


def _plain(value: object, name: str) -> list[str]:
    """Bring a member to texts: a text, a number where one is meant, an object's own name, or a list of these."""
    if isinstance(value, list):
        return [text for item in value[:8] if not isinstance(item, list) for text in _plain(item, name)]
    if isinstance(value, dict):
        return next((texts for inner in INNER.get(name, ()) if (texts := _plain(value[inner], name) if isinstance(value.get(inner), str) else [])), [])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [repr(value)] if name in POSITION else []
    if not isinstance(value, str) or not value.strip():
        return []
    text = clean(value).strip()
    # schema.org writes specialties as addresses of its own terms
    return [text.rsplit("/", 1)[1] if name == "specialty" and text.startswith(("http://schema.org/", "https://schema.org/")) else text]


def _is_degrees(texts: list[str]) -> bool:
    try:
        return bool(texts) and abs(float(texts[0])) <= 180
    except ValueError:
        return False
