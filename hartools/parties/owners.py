"""Which organisation owns a domain, who is above it, how is that known and as of when?"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from hartools.capture import Capture
from hartools.columns import DTYPES, require_columns
from hartools.parties.domains import ascii_host, is_registry_suffix, registrable_domain

__all__ = ["OWNS", "ROLES", "UNVERIFIED", "label_owners", "owner_of", "owners_of_hosts", "owners_table"]

# What an organisation does at a domain, one word per domain: the one that most requests to it are for.
ROLES: Mapping[str, str] = {
    "A/B testing": "shows variants of a page, or suggestions, and measures which works",
    "CDN": "delivers files of others from machines near the visitor",
    "accessibility": "changes a page for people with disabilities, or checks it",
    "advertising": "sells, buys, places or measures advertisements, affiliate links included",
    "analytics": "counts visits, events and audiences",
    "audio": "plays music, radio, podcasts",
    "bot protection": "tells people from programs, and fraud from custom",
    "certificates": "issues certificates and answers whether they still hold",
    "commerce": "runs shops: its own, or those of others",
    "consent": "asks for consent and keeps the answer",
    "content": "publishes: its own articles, pictures, pages",
    "email": "sends newsletters and offers, and gathers addresses for them",
    "error telemetry": "gathers errors and loading times of pages and servers",
    "fonts": "delivers fonts and icons",
    "forms": "asks: forms, surveys, appointments",
    "hosting": "rents out the machine: what stands on it is a customer's",
    "identity": "signs people in, or gives them an identifier that others share",
    "image CDN": "delivers and transforms pictures of others",
    "maps": "draws maps, finds addresses",
    "payment": "takes payments and donations",
    "platform": "stands for many services of one provider; the host name may tell which",
    "push messages": "sends messages to browser and telephone",
    "reviews": "shows what customers wrote",
    "search": "searches the web, or one site for its owner",
    "security": "encrypts, or watches over scripts and visitors' machines",
    "session recording": "records movements, clicks and what is seen, for replay",
    "social": "a social network, messages or comments",
    "support": "answers visitors: chat, help desk, telephone",
    "tag manager": "loads the scripts of others into a page",
    "translation": "translates a page",
    "video": "plays video",
}

OWNS, OPERATES = "owns the domain", "operates the machine"
OURS, PASSED = "hartools owners table", "a table that the reader passed"
UNVERIFIED = "unverified"

# No list names a domain of more; a hostile host may have a hundred thousand.
MOST_LABELS = 12

CELLS = ("domain", "organisation", "ultimate_parent", "seat", "role", "how_known", "as_of", "note")


class _Table(NamedTuple):
    """Hold rows by domain, and how many labels the longest domain has."""

    rows: Mapping[str, dict]
    labels: int


def owners_table() -> pd.DataFrame:
    """Return the curated table of owners that hartools ships.

    Returns
    -------
    pandas.DataFrame
        One row per domain: domain, organisation, ultimate_parent, seat (ISO 3166 alpha-2 of the
        ultimate parent's head office), role (a key of `ROLES`), how_known, as_of, note.
        ``how_known`` says "unverified" where nothing confirms a row. What is not known is <NA>.

    Notes
    -----
    ``docs/owners.md`` says what a row means and how much of the web it covers.

    Examples
    --------
    >>> owners_table().set_index("domain").loc["cloudinary.com", ["organisation", "role"]].tolist()
    ['Cloudinary', 'image CDN']
    """
    return _read_owners().copy()


def owner_of(host: str) -> dict | None:
    """Return the row of `owners_table` for a host: the longest domain that it ends in.

    Returns
    -------
    dict or None
        The cells of the row, unknown ones None, with `relation` and `answered_by` as in `owners_of_hosts`.

    Examples
    --------
    >>> owner_of("res.cloudinary.com")["domain"], owner_of("clinic.example")
    ('cloudinary.com', None)
    >>> owner_of("clinic.github.io")["organisation"], owner_of("clinic.github.io")["relation"]
    ('GitHub (Pages)', 'operates the machine')
    """
    return _look_up(host, _curated())


def owners_of_hosts(hosts: Iterable[str | None], *, data: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say whose each host is, and which data say so.

    Parameters
    ----------
    hosts : pandas.Series or other iterable of str
        Names or addresses; each is answered once.
    data : pandas.DataFrame, optional
        Further owners: domain, organisation, and where known the other columns of `owners_table`,
        name and version, as `imported_owners` returns them. Of rows for one domain the first counts.
        Nothing is read from this machine unless it is passed.

    Returns
    -------
    pandas.DataFrame
        One row per host, sorted: host, domain (by which it was found), organisation,
        ultimate_parent, seat, role, relation, how_known, as_of, note, answered_by. ``relation`` says
        whether the organisation "owns the domain", or only "operates the machine" and lends the
        name to a customer, by the private part of the Public Suffix List (``x.cloudfront.net``).
        A host that nobody knows has a row of <NA>.

    Notes
    -----
    A curated row goes first, with two exceptions: `data` name the customer where it knows only whose
    machine it is; or it is unverified, and `data` leave neither organisation nor seat open that it gives.

    Examples
    --------
    >>> table = owners_of_hosts(["res.cloudinary.com", "x.cloudfront.net"])
    >>> table[["host", "organisation", "relation"]].values.tolist()
    [['res.cloudinary.com', 'Cloudinary', 'owns the domain'], ['x.cloudfront.net', 'Amazon Web Services', 'operates the machine']]
    """
    names = sorted({host for host in hosts if isinstance(host, str)})
    ours, theirs = _curated(), _passed(data, names)
    rows = [{"host": host} | (_better(_look_up(host, ours), _look_up(host, theirs) if theirs else None) or {}) for host in names]
    columns = ["host", *CELLS[:5], "relation", *CELLS[5:], "answered_by"]
    return pd.DataFrame(rows, columns=columns).astype(DTYPES["str"])


def label_owners(capture: Capture, *, data: pd.DataFrame | None = None) -> Capture:
    """Fill ``owner``; an owner that nobody knows stays unknown.

    Parameters
    ----------
    capture : Capture
    data : pandas.DataFrame, optional
        As in `owners_of_hosts`, which also tells which data answered for which host.

    Returns
    -------
    Capture
        A new one.

    Examples
    --------
    >>> import hartools as ht
    >>> label_owners(ht.read_har(ht.example_har())).entries.owner.dropna().unique().tolist()
    ['Cloudinary', 'Google (Analytics/Firebase)']
    """
    entries = capture.entries
    codes, hosts = pd.factorize(entries.host)
    known = owners_of_hosts(hosts, data=data).set_index("host").organisation
    names = pa.array([None if pd.isna(name) else name for name in known.reindex(hosts)], pa.string())
    entries["owner"] = pd.arrays.ArrowExtensionArray(names.take(pa.array(codes, mask=codes < 0)))
    return capture.with_tables(entries=entries)


def _look_up(host: str, table: _Table) -> dict | None:
    """Find the longest domain that a host ends in, never a suffix under which a registry sells names."""
    name = ascii_host(host)
    for domain in _endings(name, table.labels):
        row = table.rows.get(domain)
        if row is not None:
            return None if is_registry_suffix(domain) else row | {"relation": _relation(name, domain)}
    return None


def _endings(name: str, most: int) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[n:]) for n in range(max(0, len(labels) - most), len(labels))]


def _relation(host: str, domain: str) -> str:
    site = ascii_host(registrable_domain(host))
    return OWNS if domain == site or domain.endswith("." + site) else OPERATES


def _better(ours: dict | None, theirs: dict | None) -> dict | None:
    if ours is None or theirs is None or theirs["organisation"] is None:
        return ours or theirs
    if theirs["relation"] != ours["relation"]:
        return theirs if theirs["relation"] == OWNS else ours
    return theirs if ours["how_known"] == UNVERIFIED and (theirs["seat"] or not ours["seat"]) else ours


def _passed(data: pd.DataFrame | None, hosts: list[str]) -> _Table | None:
    if data is None or not len(data):
        return None
    require_columns(data, ["domain", "organisation"])
    # such tables have a hundred thousand rows, of which a capture asks for a few
    wanted = {ending for host in hosts for ending in _endings(ascii_host(host), MOST_LABELS)}
    data = data[data.domain.isin(wanted)].drop_duplicates("domain")
    given = data.reindex(columns=[*CELLS, "name", "version"]).astype(object)
    rows = given.where(given.notna(), None).to_dict("records")
    for row in rows:
        name, version = row.pop("name"), row.pop("version")
        row["answered_by"] = PASSED if name is None else f"{name} {version}" if version else name
    return _by_domain([row for row in rows if isinstance(row["domain"], str)])


def _by_domain(rows: list[dict]) -> _Table:
    return _Table({row["domain"]: row for row in rows}, max((row["domain"].count(".") + 1 for row in rows), default=0))


@lru_cache(maxsize=1)
def _curated() -> _Table:
    table = _read_owners().astype(object)
    return _by_domain([row | {"answered_by": OURS} for row in table.where(table.notna(), None).to_dict("records")])


@lru_cache(maxsize=1)
def _read_owners() -> pd.DataFrame:
    with files("hartools.parties").joinpath("data/owners.tsv").open(encoding="utf-8") as stream:
        # "NA" is Namibia and no missing value; an empty cell is what is not known
        return pd.read_csv(stream, sep="\t", dtype="str", keep_default_na=False, na_values=[""], comment="#").astype(DTYPES["str"])
