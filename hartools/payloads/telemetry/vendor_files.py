"""Which vendors do we know, and what does the file of each say?

One file per vendor in `vendors/`, in TOML. `docs/telemetry.md` explains the words and is made
from these files; a mistake in one is an error that names the file.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from importlib.resources import files

from hartools.errors import ReferenceDataError

__all__ = ["COLUMNS", "KINDS", "Place", "Request", "Vendor", "read_vendors"]

# event: tells something about a visit; sync: joins two companies' ids; load: fetches a script
# or a setting; host: a cloud behind which the site's own application reads
KINDS = ("event", "sync", "load", "host")
FIELDS = ("event", "page_url", "referrer", "title", "search_term", "account")
COLUMNS = ("ids", "user_data", "consent", "custom")
_REQUEST_KEYS = {"kind", "hosts", "path", "params", "lines", "body", "begins", *FIELDS}
_PLACE_KEYS = {"path", "read", "names", "constant", "prefix", "unless"}


@dataclass(frozen=True, eq=False)
class Place:
    """Say where one value stands, and how it is read there.

    Attributes
    ----------
    paths : tuple of tuple of str
        Steps of each path, the first one naming where to begin (param, body, event, ...).
    constant : str or None
        What the value is where the path holds anything; without a path, in any case.
    read : str or None
        Reader, a key of `hartools.payloads.telemetry.readers.READERS`.
    names : mapping of str to str
        What the vendor's codes mean.
    prefix, unless : str
        Put before the value; a value that counts as none.
    """

    paths: tuple[tuple[str, ...], ...] = ()
    constant: str | None = None
    read: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    unless: str | None = None


@dataclass(frozen=True, eq=False)
class Request:
    """Say how one kind of request of a vendor is recognised."""

    kind: str
    hosts: tuple[re.Pattern, ...] = ()
    path: re.Pattern | None = None
    params: tuple[tuple[str, re.Pattern], ...] = ()
    lines: tuple[tuple[str, re.Pattern], ...] = ()
    body: tuple[frozenset[str], ...] = ()
    begins: re.Pattern | None = None
    fields: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    written: Mapping = field(default_factory=dict)

    @property
    def needs_body(self) -> bool:
        """Say whether only the body shows that this is it."""
        return bool(self.body or self.begins or self.lines)


@dataclass(frozen=True, eq=False)
class Vendor:
    """Hold the file of one vendor."""

    vendor: str
    name: str
    group: str
    receives: str
    grade: str
    source: str
    why: str
    requests: tuple[Request, ...]
    fields: Mapping[str, tuple[Place, ...]]
    columns: Mapping[str, tuple[tuple[str, tuple[Place, ...]], ...]]
    events: tuple[tuple[str, ...], ...]
    has_lines: bool
    body: str | None
    written: Mapping

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the request headers that its places name."""
        places = [place for each in self.fields.values() for place in each]
        places += [place for table in self.columns.values() for _, each in table for place in each]
        return tuple(sorted({steps[1] for place in places for steps in place.paths if steps[0] == "header"}))


@cache
def read_vendors() -> tuple[Vendor, ...]:
    """Read the files of all vendors, in the order of their names.

    Raises
    ------
    ReferenceDataError
        If a file holds a word that is not known.

    Examples
    --------
    >>> [vendor.name for vendor in read_vendors() if vendor.vendor == "meta"]
    ['Meta (Facebook) pixel']
    """
    folder = files("hartools.payloads.telemetry") / "vendors"
    return tuple(
        vendor_of(file.name.removesuffix(".toml"), file.read_text(encoding="utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name) if file.name.endswith(".toml")
    )  # fmt: skip


def vendor_of(vendor: str, text: str) -> Vendor:
    """Read one file.

    Parameters
    ----------
    vendor : str
        Short name, the file's own.
    text : str
        What the file holds.

    Raises
    ------
    ReferenceDataError
        If the file is no TOML, lacks a word, or holds one that is not known.

    Examples
    --------
    >>> vendor_of("x", "naem = 'X'")
    Traceback (most recent call last):
    hartools.errors.ReferenceDataError: telemetry vendor x: unknown naem; the words are explained in docs/telemetry.md.
    """
    try:
        written = tomllib.loads(text)
        known = {"name", "group", "receives", "grade", "source", "why", "request", "fields", *COLUMNS}
        _only(written, known)
        fields = dict(written.get("fields", {}))
        _only(fields, {*FIELDS, "events", "lines", "body"})
        return Vendor(
            vendor=vendor,
            **{key: written[key] for key in ("name", "receives", "grade", "source", "why")},
            group=written.get("group", vendor),
            requests=tuple(_request(request) for request in written["request"]),
            fields={key: _places(fields[key]) for key in FIELDS if key in fields},
            columns={column: tuple((name, _places(place)) for name, place in written.get(column, {}).items()) for column in COLUMNS},
            events=tuple(_steps(path) for path in _listed(fields.get("events", []))),
            has_lines=bool(fields.get("lines")),
            body=fields.get("body"),
            written=written,
        )
    except (tomllib.TOMLDecodeError, re.error) as problem:
        raise ReferenceDataError(f"telemetry vendor {vendor}: {problem}") from problem
    except KeyError as problem:
        raise ReferenceDataError(f"telemetry vendor {vendor}: {problem.args[0]}; the words are explained in docs/telemetry.md.") from problem


def _only(written: Mapping, known: set[str]) -> None:
    unknown = sorted(set(written) - known)
    if unknown:
        raise KeyError(f"unknown {', '.join(unknown)}")


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _patterns(written: Mapping[str, str]) -> tuple[tuple[str, re.Pattern], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in written.items())


def _request(written: Mapping) -> Request:
    _only(written, _REQUEST_KEYS)
    if written["kind"] not in KINDS:
        raise KeyError(f"unknown kind {written['kind']}")
    return Request(
        kind=written["kind"],
        hosts=tuple(re.compile(translate(host)) for host in written.get("hosts", [])),
        path=re.compile(written["path"]) if "path" in written else None,
        params=_patterns(written.get("params", {})),
        lines=_patterns(written.get("lines", {})),
        body=tuple(frozenset(key.split("|")) for key in written.get("body", [])),
        begins=re.compile(written["begins"]) if "begins" in written else None,
        fields={key: _places(written[key]) for key in FIELDS if key in written},
        written=written,
    )


def _places(written: object) -> tuple[Place, ...]:
    return tuple(_place(each) for each in _listed(written))


def _place(written: object) -> Place:
    if isinstance(written, str):
        return Place(constant=written[1:].strip('"')) if written.startswith("=") else Place(paths=(_steps(written),))
    if not isinstance(written, dict):
        raise KeyError(f"unknown place {written!r}")
    _only(written, _PLACE_KEYS)
    return Place(
        paths=tuple(_steps(path) for path in _listed(written["path"])),
        **{key: written[key] for key in _PLACE_KEYS - {"path"} if key in written},
    )
