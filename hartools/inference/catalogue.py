"""What could anybody know beforehand: which picture shows whom, and what queries list them?"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import pandas as pd

from hartools.capture import Capture
from hartools.columns import DTYPES
from hartools.errors import CatalogueError, FrozenCatalogueError
from hartools.parties import label_parties
from hartools.payloads.assets import asset_table
from hartools.reading.fitting import clean

__all__ = ["Catalogue", "catalogue_from", "read_catalogue"]

KEYS = ("asset_id", "practitioner")
# Where a practitioner is, in degrees: not searched by, but it says which places are neighbours.
POSITION = ("latitude", "longitude")
# Each attribute doubles the queries that one practitioner can be listed under.
MOST_ATTRIBUTES = 6

# Under which names sites keep these in their JSON (lower case, without underscores).
NAMES = {
    "asset_id": {"assetid", "cloudinarypublicid", "publicid", "photoid", "imageid", "pictureid", "avatarid", "photo", "image", "picture", "avatar",
                 "photourl", "imageurl", "pictureurl", "avatarurl"},
    "practitioner": {"practitioner", "name", "fullname", "displayname", "namewithtitle", "title", "doctor", "nom"},
    "specialty": {"specialty", "speciality", "specialite", "spécialité", "specialityname", "specialtyname", "profession"},
    "city": {"city", "ville", "town", "place", "location", "cityname"},
}


class Catalogue:
    """Hold a frozen table: picture, practitioner, attributes.

    Built and hashed before a view is looked at, it cannot be changed afterwards.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``asset_id`` (unknown or empty: no picture), ``practitioner``, and one per
        attribute that a visitor can search by. A practitioner may have several rows. Columns
        ``latitude`` and ``longitude`` (degrees) are no attributes: they say which places lie near.
    source : str
        Where it comes from, as a reader should cite it.
    closed_world : bool
        It lists only what was itself seen, as when learnt from a capture, so that a query
        outside it stays possible whatever the evidence.

    Attributes
    ----------
    attributes : tuple of str
    has_positions : bool
        It says where the practitioners are.
    sha256 : str
        Hash of its rows, whatever their order.
    records : pandas.DataFrame
        A copy of the table.

    Examples
    --------
    >>> table = pd.DataFrame({"asset_id": ["a1", ""], "practitioner": ["Dr A", "Dr B"], "city": ["lyon", "lyon"]})
    >>> Catalogue(table, source="example")
    <Catalogue of 2 practitioners, 1 picture, by city, from example, sha256 e915bfeb…>
    """

    def __init__(self, table: pd.DataFrame, *, source: str, closed_world: bool = False):
        rows = _normalised(table, source)
        columns = [[None if cell is pd.NA or cell is None or cell != cell else cell for cell in rows[column].tolist()] for column in rows.columns]
        written = "\n".join(sorted(map(json.JSONEncoder(ensure_ascii=False).encode, map(list, zip(*columns, strict=True)))))
        fixed = {
            "_table": rows,
            "source": source,
            "closed_world": bool(closed_world),
            "attributes": tuple(column for column in rows.columns if column not in (*KEYS, *POSITION)),
            "has_positions": "latitude" in rows.columns,
            "sha256": hashlib.sha256(f"{list(rows.columns)}\n{written}".encode("utf-8", "replace")).hexdigest(),
        }
        self.__dict__.update(fixed)

    def __setattr__(self, name, value):
        raise FrozenCatalogueError("a catalogue is frozen once it is built; build another one")

    @property
    def records(self) -> pd.DataFrame:
        """A copy of the rows."""
        return self._table.copy()

    @cached_property
    def practitioners(self) -> Mapping[str, str]:
        """Who is on each picture."""
        names: dict[str, list[str]] = {}
        shown = self._table[[*KEYS]].dropna(subset=["asset_id"]).drop_duplicates().sort_values([*KEYS])
        for asset, name in zip(shown.asset_id.tolist(), shown.practitioner.tolist(), strict=True):
            names.setdefault(asset, []).append(name)
        return {asset: " / ".join(several) for asset, several in names.items()}

    def to_csv(self, path: str | os.PathLike | None = None) -> str | None:
        """Write the rows as CSV in UTF-8, blank for unknown, so that `read_catalogue` reads the same catalogue.

        Parameters
        ----------
        path : path, optional
            Where to write; without it the text is returned.

        Examples
        --------
        >>> print(Catalogue(pd.DataFrame({"asset_id": ["a1"], "practitioner": ["Dr A"], "city": ["lyon"]}), source="example").to_csv(), end="")
        asset_id,practitioner,city
        a1,Dr A,lyon
        """
        return self._table.to_csv(path, index=False, lineterminator="\n")

    def __repr__(self) -> str:
        people, pictures = self._table[list(KEYS)].drop_duplicates().shape[0], self._table.asset_id.nunique()
        closed = ", closed world" if self.closed_world else ""
        return (f"<Catalogue of {people} practitioner{'s' * (people != 1)}, {pictures} picture{'s' * (pictures != 1)}, by {', '.join(self.attributes)}, "
                f"from {self.source}, sha256 {self.sha256[:8]}…{closed}>")


def read_catalogue(source) -> Catalogue:
    """Read a catalogue from CSV.

    Parameters
    ----------
    source : path or text file object
        CSV in UTF-8 with a header: ``asset_id``, ``practitioner``, and one column per attribute;
        ``latitude`` and ``longitude`` if known.
        A blank ``asset_id`` means that the practitioner has no picture; a blank attribute
        means that no query by that attribute lists the practitioner.

    Raises
    ------
    CatalogueError
        If a column is missing or there is no attribute.

    Examples
    --------
    >>> import io
    >>> read_catalogue(io.StringIO("asset_id,practitioner,specialty\\na1,Dr A,dentiste\\n")).attributes
    ('specialty',)
    """
    name = os.path.basename(str(getattr(source, "name", source))) if not hasattr(source, "getvalue") else "<text>"
    try:
        table = pd.read_csv(source, dtype="str", keep_default_na=False, encoding="utf-8-sig", skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{name}: not a CSV in UTF-8 ({error}). Save it with the header asset_id,practitioner,specialty,city.") from error
    return Catalogue(table, source=name)


def catalogue_from(captures: Capture | Iterable[Capture], *, attributes: Iterable[str] = ("specialty", "city")) -> Catalogue:
    """Learn a catalogue from the JSON that the first party itself sent to the browser.

    Objects that have a name and at least one attribute become rows; their picture is the member
    whose value is the asset id, or a picture's URL, of an image CDN. Members are recognised by
    the usual names (``cloudinaryPublicId``, ``photo_url``, ``speciality``, ``ville``, ...), also
    one level down (``address.city``).

    Parameters
    ----------
    captures : Capture or iterable of Capture
        Raw captures, not views: this is what anybody could collect by visiting the site.
    attributes : iterable of str
        Attributes to learn, out of those that are recognised.

    Returns
    -------
    Catalogue
        Labelled closed-world: it lists only what these captures showed.

    Raises
    ------
    CatalogueError
        If no such object is found.

    Examples
    --------
    >>> import hartools as ht
    >>> catalogue_from(ht.read_har(ht.example_har())).records.values.tolist()[0]
    ['aaaa1111bbbb2222cccc', 'Dr Ada Exemple', 'dentiste', 'lyon']
    """
    captures = [captures] if isinstance(captures, Capture) else list(captures)
    wanted = [*KEYS, *attributes]
    rows = [row for capture in captures for row in _people(capture, wanted)]
    source = ", ".join(dict.fromkeys(capture.source.name for capture in captures)) or "no capture"
    if not rows:
        raise CatalogueError(f"{source}: no JSON of the first party names practitioners with {' and '.join(attributes)}. "
                             "Its bodies may be missing; else pass a CSV to read_catalogue.")
    return Catalogue(pd.DataFrame(rows, columns=wanted), source=f"the site's own JSON in {source}", closed_world=True)


def _normalised(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Bring a table to text columns, unknown for blank, rows once and in a fixed order."""
    table = table.rename(columns=lambda name: str(name).strip())
    missing = [key for key in KEYS if key not in table.columns]
    attributes = [column for column in table.columns if column not in (*KEYS, *POSITION)]
    if missing or not attributes or len(set(table.columns)) != len(table.columns):
        raise CatalogueError(f"{source}: a catalogue has the columns asset_id, practitioner and one per attribute, such as specialty and city; "
                             f"found {', '.join(map(str, table.columns)) or 'none'}.")
    if len(attributes) > MOST_ATTRIBUTES:
        raise CatalogueError(f"{source}: {len(attributes)} attributes; keep the {MOST_ATTRIBUTES} that a visitor can search by.")
    text = table[[*KEYS, *attributes]].astype(DTYPES["str"])
    text = text.apply(lambda column: column.str.strip().where(column.str.strip() != ""))
    text["practitioner"] = text.practitioner.fillna("unnamed")
    text = pd.concat([text, _positions(table, source)], axis=1)
    return text.drop_duplicates().sort_values(list(text.columns), ignore_index=True)


def _positions(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Read latitude and longitude, where the table has both; unknown for what lies on no globe."""
    held = [name for name in POSITION if name in table.columns]
    if len(held) == 1:
        raise CatalogueError(f"{source}: it has the column {held[0]} alone; give both latitude and longitude, in degrees, or neither.")
    blank = table[held].replace(r"^\s*$", None, regex=True)
    numbers = blank.apply(pd.to_numeric, errors="coerce").astype("float64")
    if (numbers.isna() & blank.notna()).any(axis=None):
        raise CatalogueError(f"{source}: latitude and longitude are numbers in degrees, such as 48.85 and 2.35; some are not.")
    if held and ((numbers.latitude.abs() > 90) | (numbers.longitude.abs() > 360)).any():
        raise CatalogueError(f"{source}: a latitude lies between -90 and 90 degrees and a longitude between -360 and 360.")
    return numbers.astype(DTYPES["float"])


def _people(capture: Capture, wanted: list[str]) -> Iterator[dict]:
    labelled = label_parties(capture) if capture.entries.party.isna().all() else capture
    entries = labelled.entries
    own = entries[(entries.party == "first") & entries.mime.str.contains("json").fillna(False)]
    for data in capture.bodies(own.entry_id, side="response").data:
        if data is None:
            continue
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            continue
        for found in _objects(value, depth=12):
            row = _person(found, wanted)
            if row is not None:
                yield row


def _objects(value: object, *, depth: int) -> Iterator[dict]:
    if depth and isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item, depth=depth - 1)
    elif depth and isinstance(value, list):
        for item in value:
            yield from _objects(item, depth=depth - 1)


def _person(found: dict, wanted: list[str]) -> dict | None:
    """Read a practitioner from an object; None if it names none."""
    members = {key: value for key, value in found.items() if isinstance(value, (str, type(None)))}
    members |= {inner: value for item in found.values() if isinstance(item, dict) for inner, value in item.items()
                if isinstance(value, str) and inner not in members}
    row = {name: clean(next((value for key, value in members.items() if _folded(key) in NAMES.get(name, {name})), None)) for name in wanted}
    has_picture_member = any(_folded(key) in NAMES["asset_id"] for key in found)
    if not row["practitioner"] or not has_picture_member or not any(row[name] for name in wanted[2:]):
        return None
    return row | {"asset_id": _asset_id(row["asset_id"])}


def _folded(key: object) -> str:
    return str(key).lower().replace("_", "").replace("-", "")


def _asset_id(value: str | None) -> str | None:
    """Take the asset id out of a picture's URL; leave a bare id as it is."""
    if not value or "/" not in value or "://" not in value:
        return value
    table = asset_table(pd.DataFrame({"entry_id": [0], "started": [pd.NaT], "url": [value]}))
    return table.asset_id.iloc[0] if len(table) else None
