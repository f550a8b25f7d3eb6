"""In which format is a file of outside facts, and what does it say?"""

import csv
import json
from collections.abc import Callable, Iterable

import msgspec
import numpy as np
import pyarrow as pa

from hartools.errors import ReferenceDataError
from hartools.parties.imported.formats.asn_tables import read_asn_table
from hartools.parties.imported.formats.disconnect import read_disconnect
from hartools.parties.imported.formats.filter_lists import read_filter_list
from hartools.parties.imported.formats.found import ASN, FILTERS, OWNERS, RANGES, Found, day_in, text
from hartools.parties.imported.formats.maxmind import is_maxmind, read_maxmind
from hartools.parties.imported.formats.published_ranges import read_network_list, read_published_ranges
from hartools.parties.imported.formats.third_party_web import read_third_party_web
from hartools.parties.imported.formats.tracker_radar import read_tracker_radar
from hartools.parties.imported.formats.trackerdb import read_trackerdb_json, read_trackerdb_sqlite
from hartools.parties.imported.formats.unpack import Member, members_of
from hartools.parties.imported.formats.webxray import read_webxray

__all__ = ["FORMATS", "read_reference"]

# What a reader may bring, as messages and documentation say it.
FORMATS = {
    OWNERS: ("trackerdb (JSON, SQLite)", "third-party-web entities.json", "DuckDuckGo Tracker Radar", "Disconnect services.json and entities.json", "webXray domain_owners.json"),
    RANGES: ("AWS ip-ranges.json", "Google cloud.json and goog.json", "Azure ServiceTags", "Fastly public-ip-list", "Cloudflare ips-v4 and ips-v6", "one network per line, with a name"),
    ASN: ("MaxMind or DB-IP ASN databases (.mmdb)", "CSV of start, end, number, organisation", "iptoasn TSV"),
    FILTERS: ("lists in the syntax of Adblock Plus",),
}

JSON_READERS: tuple[Callable[[object], Found | None], ...] = (read_trackerdb_json, read_published_ranges, read_tracker_radar, read_disconnect, read_webxray, read_third_party_web)

# In archives: what the packages call their data, best first, and what kinds of files are looked at.
PREFERRED = ("trackerdb.json", "trackerdb.db", "entities.json", "domain_map.json", "entity_map.json", "domain_owners.json", "services.json", "asn-ipv4.csv", "asn-ipv6.csv")
ENDINGS = (".json", ".db", ".csv", ".tsv", ".txt", ".mmdb")
MOST_TRIED = 50

SQLITE = b"SQLite format 3\0"
BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_reference(data: bytes, file: str, *, kind: str | None = None, name: str | None = None) -> Found:
    """Recognise a file by its content and read it, inside of an archive too.

    Parameters
    ----------
    data : bytes
    file : str
        Its name, for messages.
    kind : str, optional
        Read it only as this kind: a key of `FORMATS`.
    name : str, optional
        Whose networks a bare list of networks holds.

    Raises
    ------
    ReferenceDataError
        If nothing that is read is in it; the message says what was found and what is read.
    """
    members = members_of(data, file)
    found = _read(data, file, name) if members is None else _from_archive(members, file, kind, name)
    if found is None or (kind is not None and found.kind != kind):
        was = f"recognised as {found.format}, which tells {found.kind}" if found else _what_it_is(data, members)
        read = "; ".join(f"{each}: {', '.join(FORMATS[each])}" for each in ([kind] if kind else FORMATS))
        raise ReferenceDataError(f"{file}: {was}. What is read: {read}.")
    if not found.table.num_rows:
        raise ReferenceDataError(f"{file}: looks like {found.format}, but no row of it can be used. Fetch it again.")
    return found


def _read(data: bytes, file: str, name: str | None) -> Found | None:
    if data.startswith(SQLITE):
        return read_trackerdb_sqlite(data, file)
    if is_maxmind(data):
        return read_maxmind(data, file)
    written = _text(data)
    if written is None:
        return None
    document = _json(written)
    if document is not None:
        return next((found for reader in JSON_READERS if (found := reader(document)) is not None), None)
    lines = written.splitlines()
    try:
        return read_filter_list(lines) or read_asn_table(lines) or read_network_list(lines, name=name)
    except csv.Error as error:
        raise ReferenceDataError(f"{file}: a table that cannot be read ({error}). Fetch it again.") from error


def _text(data: bytes) -> str | None:
    encoding = next((name for mark, name in BOMS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None


def _json(written: str) -> object | None:
    if not written.lstrip()[:1] in ("{", "["):
        return None
    try:
        return msgspec.json.decode(written.encode())
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _from_archive(members: list[Member], file: str, kind: str | None, name: str | None) -> Found | None:
    """Read the first member that is data; where one table is in several files, all of them."""
    rank = {each: place for place, each in enumerate(PREFERRED)}
    data = sorted((each for each in members if each.name.lower().endswith(ENDINGS) and each.name != "package.json"), key=lambda each: (rank.get(each.name, len(rank)), each.depth, each.name))
    tried, found = 0, None
    for place, member in enumerate(data):
        found = _read(member.read(), f"{file}, {member.name}", name)
        tried += found is None
        if found is not None and (kind is None or found.kind == kind):
            found = _joined(found, data[place + 1 :], file, name) if found.one_of_several else found
            break
        if tried > MOST_TRIED:
            return None
    return None if found is None else _as_packaged(found, members)


def _joined(found: Found, others: Iterable[Member], file: str, name: str | None) -> Found:
    tables = [found.table]
    for member in others:
        other = _read(member.read(), f"{file}, {member.name}", name)
        if other is not None and other.format == found.format:
            tables.append(other.table)
    table = pa.concat_tables(tables)
    key = table.column_names[0]
    # one row per domain or first address, the first that is met
    rows = table.append_column("row", pa.array(np.arange(table.num_rows))).group_by(key, use_threads=False).aggregate([("row", "min")])["row_min"]
    return found._replace(table=table.take(rows).sort_by(key))


def _as_packaged(found: Found, members: list[Member]) -> Found:
    """Take version and licence from the package's own description."""
    described = sorted((each for each in members if each.name == "package.json" and each.depth < 2), key=lambda each: each.depth)
    about = _json(_text(described[0].read()) or "") if described else None
    if not isinstance(about, dict):
        return found
    version, named = text(about.get("version"), 40), text(about.get("name"), 80)
    return found._replace(version=found.version or version, licence=text(about.get("license")) or found.licence, date=found.date or day_in(version),
                          name=named if found.kind == ASN and named else found.name)  # fmt: skip


def _what_it_is(data: bytes, members: list[Member] | None) -> str:
    """Describe a file that is not recognised, without quoting it."""
    if members is not None:
        names = ", ".join(json.dumps(text(each.name, 40) or "") for each in members[:5])
        return f"an archive of {len(members)} file{'s' * (len(members) != 1)} ({names}{', …' if len(members) > 5 else ''}), none of them recognised"
    if not data:
        return "an empty file"
    written = _text(data)
    if written is None:
        return f"{len(data):,} bytes that are neither UTF-8 text nor a database"
    document = _json(written)
    if isinstance(document, dict):
        if isinstance(document.get("log"), dict):
            return "a HAR, which is read by read_har"
        shown = ", ".join(json.dumps(text(each, 40) or "") for each in list(document)[:5])
        return f"a JSON object with {len(document)} members ({shown})"
    if isinstance(document, list):
        return f"a JSON list of {len(document)} items"
    broken = "text that begins like JSON and is none, or is nested too deep" if written.lstrip()[:1] in ("{", "[") else "text"
    lines = len(written.splitlines())
    return f"{broken}, {lines:,} line{'s' * (lines != 1)}"
