"""Are files that the reader fetched read as what they are, kept outside the project, and used only when asked for?"""

import gzip
import io
import ipaddress
import json
import sqlite3
import sys
import tarfile
import types
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hartools as ht
from hartools.errors import ReferenceDataError, SizeLimitError
from hartools.parties import imported
from hartools.parties.imported import formats
from hartools.parties.imported import forget_data, import_data, imported_asn, imported_data, imported_networks, imported_owners, imported_ranges, listed
from hartools.parties.imported.formats import unpack
from hartools.parties.owners import label_owners, owners_of_hosts

# --- the formats in miniature, in their true shapes

TRACKERDB = {
    "categories": {"site_analytics": {"name": "Site Analytics", "color": "#87d7ef", "description": "Collects data."}, "misc": {"name": "Misc", "color": "#ffffff", "description": "Other."}},
    "organizations": {"gauges_ltd": {"name": "Gauges Ltd", "description": None, "website_url": "https://gauges.test/", "country": "DE", "privacy_policy_url": None, "privacy_contact": None, "ghostery_id": "1", "tags": []},
                      "nowhere": {"name": "Nowhere", "description": None, "website_url": None, "country": None, "privacy_policy_url": None, "privacy_contact": None, "ghostery_id": None, "tags": []}},
    "patterns": {"gauges": {"name": "Gauges Counter", "category": "site_analytics", "organization": "gauges_ltd", "alias": None, "website_url": None, "ghostery_id": "2", "tags": [], "domains": ["gauges.test", "cdn-gauges.net"], "filters": ["||gauges.test^"]},
                 "alone": {"name": "Alone", "category": "misc", "organization": None, "alias": None, "website_url": None, "ghostery_id": "3", "tags": [], "domains": ["alone.test"], "filters": []},
                 "lost": {"name": "Lost", "category": "misc", "organization": "nowhere", "alias": None, "website_url": None, "ghostery_id": "4", "tags": [], "domains": ["lost.test"], "filters": []}},
    "domains": {"gauges.test": "gauges", "cdn-gauges.net": "gauges", "alone.test": "alone", "lost.test": "lost"},
    "filters": {"||gauges.test^": "gauges"},
}  # fmt: skip
TRACKERDB_ROWS = [
    ("alone.test", "Alone", None, None, "category: misc"),
    ("cdn-gauges.net", "Gauges Ltd", "DE", "analytics", "service: Gauges Counter, category: site_analytics"),
    ("gauges.test", "Gauges Ltd", "DE", "analytics", "service: Gauges Counter, category: site_analytics"),
    ("lost.test", "Nowhere", None, None, "service: Lost, category: misc"),
]
THIRD_PARTY_WEB = [
    {"name": "Gauges Counter", "company": "Gauges", "homepage": "https://gauges.test/", "category": "analytics", "domains": ["*.gauges.test", "in.cdn-gauges.net", "192.0.2.9"], "examples": ["in.gauges.test"], "totalExecutionTime": 12, "totalOccurrences": 3},
    {"name": "Fontes", "homepage": "https://fontes.test/", "categories": ["library"], "domains": ["fontes.test"]},
]
DISCONNECT_SERVICES = {"license": "Copyright 2010-2026 Disconnect, Inc.", "categories": {
    "Advertising": [{"Gauges": {"http://gauges.test/": ["gauges.test", "gauges.test/pixel"], "performance": "true"}}], "Cryptomining": [{"Digger": {"http://digger.test/": ["digger.test"]}}]}}  # fmt: skip
DISCONNECT_ENTITIES = {"Gauges": {"properties": ["gauges-home.test"], "resources": ["gauges.test", "localhost"]}}
WEBXRAY = [
    {"id": "gauges", "parent_id": "holding", "name": "Gauges", "aliases": [], "homepage_url": None, "uses": ["marketing"], "notes": None, "country": "SE", "domains": ["gauges.test"]},
    {"id": "holding", "parent_id": None, "name": "Holding", "aliases": [], "homepage_url": None, "uses": [], "notes": None, "country": "NL", "domains": ["holding.test"]},
    {"id": "orphan", "parent_id": "not listed", "name": "Orphan", "aliases": [], "uses": [], "country": "US", "domains": ["orphan.test"]},
    {"id": "circle", "parent_id": "circle", "name": "Circle", "aliases": [], "uses": [], "country": "US", "domains": ["circle.test"]},
]  # fmt: skip
DOMAIN_FILE = {"domain": "gauges.test", "owner": {"name": "Gauges Limited", "displayName": "Gauges", "privacyPolicy": "", "url": "http://gauges.test"}, "source": ["DDG"], "prevalence": 0.01, "cookies": 0, "fingerprinting": 1, "resources": [], "categories": ["Audience Measurement", "Session Replay"]}  # fmt: skip
ENTITY_FILE = {"name": "Gauges Limited", "displayName": "Gauges", "properties": ["gauges.test"], "prevalence": {"tracking": 0.1, "nonTracking": 0, "total": 0.1}}
DOMAIN_MAP = {"gauges.test": {"entityName": "Gauges Limited", "aliases": ["Gauges Limited"], "displayName": "Gauges"}}
ENTITY_MAP = {"Gauges Limited": {"aliases": ["Gauges Limited"], "properties": ["gauges.test"], "displayName": "Gauges"}}

AWS = {"syncToken": "1790141226", "createDate": "2026-09-23-05-27-06",
       "prefixes": [{"ip_prefix": "3.5.140.0/22", "region": "ap-northeast-2", "service": "AMAZON", "network_border_group": "ap-northeast-2"}, {"ip_prefix": "3.5.140.0/22", "region": "ap-northeast-2", "service": "S3", "network_border_group": "ap-northeast-2"}],
       "ipv6_prefixes": [{"ipv6_prefix": "2600:1f1e:fff:f810::/60", "region": "sa-east-1", "service": "AMAZON", "network_border_group": "sa-east-1"}]}  # fmt: skip
CLOUD = {"syncToken": "1790000000000", "creationTime": "2026-09-20T16:04:53.5", "prefixes": [{"ipv4Prefix": "34.1.208.0/20", "service": "Google Cloud", "scope": "africa-south1"}, {"ipv6Prefix": "2600:1900:8000::/44", "service": "Google Cloud", "scope": "europe-west9"}]}  # fmt: skip
GOOG = {"syncToken": "1790000000000", "creationTime": "2026-09-20T16:04:53.5", "prefixes": [{"ipv4Prefix": "8.8.4.0/24"}]}
AZURE = {"changeNumber": 412, "cloud": "Public", "values": [{"name": "AzureFrontDoor.Frontend", "id": "AzureFrontDoor.Frontend", "properties": {"changeNumber": 9, "region": "", "regionId": 0, "platform": "Azure", "systemService": "AzureFrontDoor", "addressPrefixes": ["4.150.32.0/21", "2603:1030::/45"], "networkFeatures": ["API"]}}]}  # fmt: skip
FASTLY = {"addresses": ["23.235.32.0/20"], "ipv6_addresses": ["2a04:4e40::/32"]}
CLOUDFLARE_API = {"result": {"ipv4_cidrs": ["173.245.48.0/20"], "ipv6_cidrs": ["2400:cb00::/32"], "etag": "38f79d"}, "success": True, "errors": [], "messages": []}

FILTER_LIST = """[Adblock Plus 2.0]
! Version: 202609121032
! Title: Little List
! Last modified: 12 Sep 2026 10:32 UTC
! Expires: 4 days (update frequency)
! Licence: https://example.org/licence.html
||gauges.test^$third-party
@@||gauges.test/allowed.js
example.org##.banner
"""
ASN_CSV = '192.0.2.0,192.0.2.127,64500,"Example, Inc."\n192.0.2.128,192.0.2.255,64501,Other\n2001:db8::,2001:db8::ffff,64502,Six\n'
IPTOASN = "192.0.2.0\t192.0.2.127\t64500\tUS\tEXAMPLE - Example \"quoted\n192.0.2.128\t192.0.2.255\t0\tNone\tNot routed\n"
MAXMIND_CSV = 'network,autonomous_system_number,autonomous_system_organization\n192.0.2.0/25,64500,"Example, Inc."\n'


def sqlite_of(document):
    """Write the SQLite database that trackerdb publishes of the same content."""
    database = sqlite3.connect(":memory:")
    database.executescript("""
        CREATE TABLE categories(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
        CREATE TABLE companies (id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT, privacy_url TEXT, website_url TEXT, ghostery_id TEXT, country VARCHAR (2), privacy_contact TEXT, notes TEXT);
        CREATE TABLE tracker_domains (tracker TEXT NOT NULL, domain TEXT UNIQUE NOT NULL, notes TEXT);
        CREATE TABLE trackers (id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, category_id INTEGER, website_url TEXT, company_id TEXT, ghostery_id TEXT, notes TEXT, alias TEXT);
    """)
    database.executemany("INSERT INTO categories (name) VALUES (?)", [(key,) for key in document["categories"]])
    database.executemany("INSERT INTO companies (id, name, country) VALUES (?, ?, ?)", [(key, each["name"], each["country"]) for key, each in document["organizations"].items()])
    for key, each in document["patterns"].items():
        database.execute("INSERT INTO trackers (id, name, category_id, company_id) VALUES (?, ?, (SELECT id FROM categories WHERE name = ?), ?)", (key, each["name"], each["category"], each["organization"]))
        database.executemany("INSERT INTO tracker_domains (tracker, domain) VALUES (?, ?)", [(key, domain) for domain in each["domains"]])
    database.commit()
    return database.serialize()


def database_with(*statements):
    database = sqlite3.connect(":memory:")
    for statement in statements:
        database.execute(statement)
    database.commit()
    return database.serialize()


def encoded(value):
    """Write a value as MaxMind DB format 2.0 does."""
    kind, raw, size = {
        dict: lambda: (7, b"".join(encoded(each) for pair in value.items() for each in pair), len(value)),
        list: lambda: (11, b"".join(map(encoded, value)), len(value)),
        str: lambda: (2, value.encode(), len(value.encode())),
        int: lambda: (9, value.to_bytes(8, "big").lstrip(b"\0"), len(value.to_bytes(8, "big").lstrip(b"\0"))),
    }[type(value)]()
    length, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return (bytes([kind << 5 | length]) if kind < 8 else bytes([length, kind - 7])) + more + raw


def mmdb_of(networks, *, size=24, version=6, database_type="GeoLite2-ASN", aliases=()):
    """Write a database: a binary tree over the bits of addresses, the records behind it."""
    values, data, places = [], b"", {}
    for written, record in networks.items():
        places[written] = len(data)
        data += encoded(record)
        values.append(record)
    nodes = [[None, None]]
    for written in networks:
        network = ipaddress.ip_network(written)
        bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
        node = 0
        bits = "0" * 96 + bits if version == 6 and network.version == 4 else bits
        for bit in bits[:-1]:
            if nodes[node][int(bit)] is None:
                nodes.append([None, None])
                nodes[node][int(bit)] = len(nodes) - 1
            node = nodes[node][int(bit)]
        nodes[node][int(bits[-1])] = ("data", places[written])
    for bits in aliases:  # other prefixes under which the tree shows IPv4 again
        four = node = 0
        for _ in range(96):
            four = nodes[four][0]
        for bit in bits[:-1]:
            if nodes[node][int(bit)] is None:
                nodes.append([None, None])
                nodes[node][int(bit)] = len(nodes) - 1
            node = nodes[node][int(bit)]
        nodes[node][int(bits[-1])] = four
    count = len(nodes)
    tree = b""
    for pair in nodes:
        left, right = (count if each is None else each[1] + count + 16 if isinstance(each, tuple) else each for each in pair)
        if size == 28:
            tree += (left & 0xFFFFFF).to_bytes(3, "big") + bytes([(left >> 24) << 4 | right >> 24]) + (right & 0xFFFFFF).to_bytes(3, "big")
        else:
            tree += left.to_bytes(size // 8, "big") + right.to_bytes(size // 8, "big")
    about = {"binary_format_major_version": 2, "build_epoch": 1790000000, "database_type": database_type, "ip_version": version, "node_count": count, "record_size": size, "description": {"en": "x" * 40}}
    return tree + b"\0" * 16 + data + b"\xab\xcd\xefMaxMind.com" + encoded(about)


def tgz_of(files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return data.getvalue()


def dumped(document):
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.fixture
def box(tmp_path):
    """Import bytes under a file name, into a folder of this test."""

    class Box:
        folder = tmp_path / "kept"

        def add(self, data, file="file.json", **more):
            path = tmp_path / file
            path.write_bytes(data if isinstance(data, bytes) else data.encode() if isinstance(data, str) else dumped(data))
            return import_data(path, folder=self.folder, **more)

        def owners(self):
            table = imported_owners(folder=self.folder)[["domain", "organisation", "seat", "role", "note"]].astype(object)
            return list(table.where(table.notna(), None).itertuples(index=False, name=None))

    return Box()


def cells(table, *columns):
    table = table[list(columns)].astype(object)
    return list(table.where(table.notna(), None).itertuples(index=False, name=None))


# --- owners


def test_trackerdb_says_the_same_as_json_and_as_sqlite(box):
    row = box.add(TRACKERDB, "trackerdb.json", version="1.0.945")
    assert (row["name"], row["kind"], row["rows"], row["licence"]) == ("trackerdb", "owners", 4, "CC-BY-NC-SA-4.0")
    assert box.owners() == TRACKERDB_ROWS
    forget_data("trackerdb", folder=box.folder)
    assert box.add(sqlite_of(TRACKERDB), "trackerdb.db")["format"] == "trackerdb SQLite"
    assert box.owners() == TRACKERDB_ROWS


OWNERS = {
    "third-party-web": (THIRD_PARTY_WEB, "MIT", [("fontes.test", "Fontes", None, None), ("gauges.test", "Gauges", None, "analytics"), ("in.cdn-gauges.net", "Gauges", None, "analytics")]),
    "Disconnect services": (DISCONNECT_SERVICES, "Copyright 2010-2026 Disconnect, Inc.", [("digger.test", "Digger", None, None), ("gauges.test", "Gauges", None, "advertising")]),
    "Disconnect entities": (DISCONNECT_ENTITIES, "CC-BY-NC-SA-4.0", [("gauges-home.test", "Gauges", None, None), ("gauges.test", "Gauges", None, None)]),
    "Disconnect entities with licence": ({"license": "Anything", "entities": DISCONNECT_ENTITIES}, "Anything", [("gauges-home.test", "Gauges", None, None), ("gauges.test", "Gauges", None, None)]),
    "webXray": (WEBXRAY, None, [("circle.test", "Circle", None, None), ("gauges.test", "Gauges", "NL", "advertising"), ("holding.test", "Holding", "NL", None), ("orphan.test", "Orphan", None, None)]),
    "Tracker Radar domain": (DOMAIN_FILE, "CC-BY-NC-SA-4.0", [("gauges.test", "Gauges", None, "analytics")]),
    "Tracker Radar entity": (ENTITY_FILE, "CC-BY-NC-SA-4.0", [("gauges.test", "Gauges", None, None)]),
    "Tracker Radar domain map": (DOMAIN_MAP, "CC-BY-NC-SA-4.0", [("gauges.test", "Gauges", None, None)]),
    "Tracker Radar entity map": (ENTITY_MAP, "CC-BY-NC-SA-4.0", [("gauges.test", "Gauges", None, None)]),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(OWNERS))
def test_a_list_of_owners_is_known_by_its_content(box, name):
    document, licence, rows = OWNERS[name]
    row = box.add(document, "whatever.bin")
    assert (row["kind"], row["rows"], row["licence"] if not pd.isna(row["licence"]) else None) == ("owners", len(rows), licence)
    assert [each[:4] for each in box.owners()] == rows


def test_the_parent_above_all_others_is_the_ultimate_one(box):
    box.add(WEBXRAY)
    assert cells(imported_owners(folder=box.folder), "domain", "ultimate_parent") == [("circle.test", None), ("gauges.test", "Holding"), ("holding.test", "Holding"), ("orphan.test", None)]


def test_domains_are_written_as_hosts_are_and_suffixes_are_no_domains(box):
    box.add([{"name": "Odd", "domains": ["MÜNCHEN.Example", "*.Example.ORG", "co.uk", "com", "127.0.0.1", "a b.test", "x" * 300 + ".test", "=cmd|.test", None, 7, {"a": 1}]}])
    assert [each[0] for each in box.owners()] == ["example.org", "xn--mnchen-3ya.example"]


def test_names_are_bounded_and_bear_no_control_characters(box):
    box.add([{"name": "Bad\x1b[31m\u202eName" + "x" * 5000, "domains": ["bad.test"]}])
    name = box.owners()[0][1]
    assert name.startswith("Bad[31mName") and len(name) == 200


# --- address ranges and autonomous systems

RANGES = {
    "AWS": (AWS, "Amazon Web Services", "1790141226", "2026-09-23", [("3.5.140.0/22", "Amazon Web Services", "AMAZON", "ap-northeast-2"), ("3.5.140.0/22", "Amazon Web Services", "S3", "ap-northeast-2"), ("2600:1f1e:fff:f810::/60", "Amazon Web Services", "AMAZON", "sa-east-1")]),
    "Azure": (AZURE, "Microsoft Azure", "412", None, [("4.150.32.0/21", "Microsoft Azure", "AzureFrontDoor.Frontend", None), ("2603:1030::/45", "Microsoft Azure", "AzureFrontDoor.Frontend", None)]),
    "Cloudflare API": (CLOUDFLARE_API, "Cloudflare", None, None, [("173.245.48.0/20", "Cloudflare", None, None), ("2400:cb00::/32", "Cloudflare", None, None)]),
    "Cloudflare text": ("173.245.48.0/20\n103.21.244.0/22\n", "Cloudflare", None, None, [("173.245.48.0/20", "Cloudflare", None, None), ("103.21.244.0/22", "Cloudflare", None, None)]),
    "Fastly": (FASTLY, "Fastly", None, None, [("23.235.32.0/20", "Fastly", None, None), ("2a04:4e40::/32", "Fastly", None, None)]),
    "Google": (GOOG, "Google", "1790000000000", "2026-09-20", [("8.8.4.0/24", "Google", None, None)]),
    "Google Cloud": (CLOUD, "Google Cloud", "1790000000000", "2026-09-20", [("34.1.208.0/20", "Google Cloud", "Google Cloud", "africa-south1"), ("2600:1900:8000::/44", "Google Cloud", "Google Cloud", "europe-west9")]),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(RANGES))
def test_a_list_of_networks_is_known_by_its_content(box, name):
    document, called, version, date, rows = RANGES[name]
    about = box.add(document)
    table = imported_ranges(folder=box.folder)
    assert cells(about.to_frame().T, "name", "kind", "version", "date") == [(called, "ranges", version, date)]
    assert cells(table, "network", "provider", "service", "region") == rows
    assert set(table.as_of.dropna()) == ({date} if date else set())


def test_a_bare_list_of_networks_takes_the_name_that_the_reader_gives(box):
    with pytest.raises(ReferenceDataError, match="one network per line, with a name"):
        box.add("192.0.2.0/24\n198.51.100.0/24\n", "list.txt")
    box.add("# ours\n192.0.2.0/24 # one\n\n198.51.100.0/24\n", "list.txt", name="Example Networks")
    assert cells(imported_ranges(folder=box.folder), "network", "provider") == [("192.0.2.0/24", "Example Networks"), ("198.51.100.0/24", "Example Networks")]


def test_both_halves_of_a_list_are_kept_and_a_newer_half_replaces_its_own(box):
    box.add("173.245.48.0/20\n", "ips-v4")
    box.add("2400:cb00::/32\n", "ips-v6")
    box.add("173.245.48.0/20\n103.21.244.0/22\n", "ips-v4")
    assert sorted(imported_ranges(folder=box.folder).network) == ["103.21.244.0/22", "173.245.48.0/20", "2400:cb00::/32"]


@pytest.mark.parametrize(("on", "as_of"), [("2020-01-01", "2021-01-15"), ("2021-01-15", "2021-01-15"), ("2023-06-30", "2021-01-15"), ("2026-01-01", "2026-01-01"), (None, "2026-01-01")])
def test_a_capture_is_held_against_the_list_of_its_own_day(box, on, as_of):
    for day in ("2026-01-01", "2021-01-15"):
        box.add(AWS | {"createDate": f"{day}-00-00-00", "syncToken": day})
    assert imported_ranges(on, folder=box.folder).as_of.unique().tolist() == [as_of]


def test_infrastructure_takes_imported_ranges(box):
    from hartools.parties.infrastructure.addresses import provider_of_address

    box.add("198.41.0.0/24\n", "list.txt", name="Example Networks", date="2026-09-01")
    row = provider_of_address(["198.41.0.9"], ranges=imported_ranges(folder=box.folder)).iloc[0]
    assert (row["provider"], row["as_of"], row["how_known"]) == ("Example Networks", "2026-09-01", "imported")


def test_an_autonomous_system_answers_where_no_range_does(box):
    from hartools.parties.infrastructure.addresses import provider_of_address

    box.add("91.239.200.0/25\n", "list.txt", name="Example Networks", date="2026-09-01")
    box.add('91.239.200.0,91.239.200.191,20940,"Akamai International B.V."\n91.239.200.192,91.239.200.255,64500,Example\n', "asn.csv")
    asked = ["91.239.200.1", "91.239.200.130", "91.239.200.200", "203.0.114.1", "nonsense", None]
    ranges = imported_networks(asked, folder=box.folder)
    assert ranges.network.tolist() == ["91.239.200.0/25", "91.239.200.130/32", "91.239.200.200/32"]
    assert provider_of_address(asked[:3], ranges=ranges).provider.tolist() == ["Example Networks", "Akamai", "Example"]


ASN = {
    "CSV": (ASN_CSV.encode(), [(64500, "Example, Inc."), (64501, "Other"), (64502, "Six"), (None, None)]),
    "CSV of numbers": (b'3221225984,3221226111,64500,"Example, Inc."\n42540766411282592856903984951653826560,42540766411282592856903984951653892095,64502,Six\n', [(64500, "Example, Inc."), (None, None), (64502, "Six"), (None, None)]),
    "MaxMind CSV": (MAXMIND_CSV.encode(), [(64500, "Example, Inc."), (None, None), (None, None), (None, None)]),
    "iptoasn": (IPTOASN.encode(), [(64500, 'EXAMPLE - Example "quoted'), (None, None), (None, None), (None, None)]),
}  # fmt: skip
ASKED = ["192.0.2.1", "192.0.2.200", "2001:db8::7", "198.51.100.1"]
SYSTEMS = {"192.0.2.0/25": {"autonomous_system_number": 64500, "autonomous_system_organization": "Example, Inc."},
           "192.0.2.128/25": {"autonomous_system_number": 64501, "autonomous_system_organization": "Other"}, "2001:db8::/112": {"asn": "AS64502", "name": "Six"}}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ASN))
def test_a_table_of_autonomous_systems_answers_for_addresses(box, name):
    data, rows = ASN[name]
    assert box.add(data, "asn.csv")["kind"] == "autonomous systems"
    assert cells(imported_asn(ASKED, folder=box.folder), "address", "asn", "organisation") == [(address, *row) for address, row in zip(ASKED, rows, strict=True)]


@pytest.mark.parametrize("size", [24, 28, 32])
def test_a_database_in_maxminds_format_answers_like_a_table(box, size):
    row = box.add(mmdb_of(SYSTEMS, size=size, aliases=["0" * 80 + "1" * 16, "0010000000000010"]), "any.mmdb")
    assert (row["kind"], row["version"], row["date"], row["rows"]) == ("autonomous systems", "GeoLite2-ASN", "2026-09-21", 3)
    assert cells(imported_asn(ASKED, folder=box.folder), "asn", "organisation") == [(64500, "Example, Inc."), (64501, "Other"), (64502, "Six"), (None, None)]


def test_a_database_of_ipv4_alone_is_read(box):
    box.add(mmdb_of({each: record for each, record in SYSTEMS.items() if ":" not in each}, version=4), "any.mmdb")
    assert imported_asn(["192.0.2.130", "::ffff:192.0.2.130", "nonsense", None], folder=box.folder).asn.fillna(0).tolist() == [64501, 64501, 0, 0]


def test_a_database_of_countries_is_not_taken_for_one_of_systems(box):
    with pytest.raises(ReferenceDataError, match="GeoLite2-Country"):
        box.add(mmdb_of({"192.0.2.0/25": {"country": {"iso_code": "DE"}}}, database_type="GeoLite2-Country"), "any.mmdb")


def pointing(depth, wide):
    """Write a database whose only record is maps that point to one map, which points to one map, and so on."""
    data, at = encoded({"a": 1}), 0
    for _ in range(depth):
        pointer = bytes([1 << 5 | 3 << 3]) + at.to_bytes(4, "big")
        at = len(data)
        data += bytes([7 << 5 | wide]) + b"".join(encoded(f"{n:02d}") + pointer for n in range(wide))
    whole = mmdb_of({"192.0.2.0/25": {"asn": 1}}, version=4)
    nodes = whole.index(b"\0" * 16 + encoded({"asn": 1})) // 6
    tree = whole[: nodes * 6].replace((nodes + 16).to_bytes(3, "big"), (nodes + 16 + at).to_bytes(3, "big"))
    return tree + b"\0" * 16 + data + whole[whole.index(b"\xab\xcd\xefMaxMind.com") :]


def test_a_database_whose_pointers_multiply_is_refused_at_once(box):
    with pytest.raises(ReferenceDataError, match="too many"):
        box.add(pointing(5, 20), "any.mmdb")


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 2000), byte=st.integers(0, 255), cut=st.one_of(st.none(), st.integers(1, 400)))
def test_a_damaged_database_is_refused_or_read_and_nothing_else(at, byte, cut):
    data = bytearray(mmdb_of(SYSTEMS))
    data[at % len(data)] = byte
    refused_or_read(bytes(data[:-cut] if cut else data))


# --- packages


def test_the_package_of_npm_tells_version_and_licence(box):
    about = {"name": "@ghostery/trackerdb", "version": "1.0.945", "license": "CC-BY-NC-SA-4.0", "main": "index.js"}
    row = box.add(tgz_of({"package/package.json": dumped(about), "package/README.md": b"# read me", "package/dist/trackerdb.json": dumped(TRACKERDB), "package/dist/trackerdb.txt": b"||gauges.test^\n"}), "ghostery-trackerdb-1.0.945.tgz")
    assert (row["name"], row["version"], row["licence"], row["rows"]) == ("trackerdb", "1.0.945", "CC-BY-NC-SA-4.0", 4)


def test_halves_of_a_table_in_one_package_are_one_table(box):
    four, six = ASN_CSV.splitlines()[:2], ASN_CSV.splitlines()[2:]
    about = {"name": "@ip-location-db/asn", "version": "2.3.2026061719", "license": "CC-BY-4.0"}
    files = {"package/package.json": dumped(about), "package/asn-ipv4.csv": "\n".join(four).encode(), "package/asn-ipv6.csv": "\n".join(six).encode(), "package/asn-ipv4-num.csv": b'3221225984,3221226111,64500,"Example, Inc."\n'}
    row = box.add(tgz_of(files), "asn.tgz")
    assert (row["name"], row["version"], row["licence"], row["date"], row["rows"], row["covers"]) == ("@ip-location-db/asn", "2.3.2026061719", "CC-BY-4.0", "2026-06-17", 3, "IPv4 and IPv6")
    assert imported_asn(ASKED, folder=box.folder).asn.fillna(0).tolist() == [64500, 64501, 64502, 0]


def test_a_zip_of_one_file_per_domain_is_one_table(box):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for country, domain in (("US", "gauges.test"), ("DE", "gauges.test"), ("DE", "other.test")):
            archive.writestr(f"tracker-radar-main/domains/{country}/{domain}.json", dumped(DOMAIN_FILE | {"domain": domain}))
    assert box.add(data.getvalue(), "tracker-radar-main.zip")["rows"] == 2
    assert [each[0] for each in box.owners()] == ["gauges.test", "other.test"]


def test_a_gzipped_file_is_read(box):
    assert box.add(gzip.compress(ASN_CSV.encode()), "ip2asn-combined.tsv.gz")["rows"] == 3


def test_nothing_is_written_where_an_archive_points(box, tmp_path):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        link = tarfile.TarInfo("package/trackerdb.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        for name in ("../../escaped.json", "/absolute/entities.json"):
            about = tarfile.TarInfo(name)
            about.size = len(dumped(THIRD_PARTY_WEB))
            archive.addfile(about, io.BytesIO(dumped(THIRD_PARTY_WEB)))
    before = {path for path in tmp_path.rglob("*")}
    assert box.add(data.getvalue(), "evil.tgz")["rows"] == 3
    new = {path for path in tmp_path.rglob("*")} - before - {tmp_path / "evil.tgz"}
    assert all(path == box.folder or box.folder in path.parents for path in new)


def test_what_unpacks_to_too_much_is_refused(box, monkeypatch):
    bomb = gzip.compress(b"\0" * 200_000)
    with pytest.raises(SizeLimitError):
        unpack.members_of(bomb, "bomb.gz", max_bytes=100_000)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in "abc":
            archive.writestr(f"{name}.json", b" " * 60_000)
    members = unpack.members_of(zipped.getvalue(), "bomb.zip", max_bytes=100_000)
    with pytest.raises(SizeLimitError):
        [member.read() for member in members]
    monkeypatch.setattr(imported.importing, "MAX_BYTES", 10)
    with pytest.raises(SizeLimitError, match=r"file\.json"):
        box.add(TRACKERDB)


# --- what is refused

HAR = {"log": {"version": "1.2", "creator": {}, "entries": []}}
REFUSED = {
    "a HAR": (HAR, "a HAR, which is read by read_har"),
    "an archive of nothing": (tgz_of({"package/index.js": b"1"}), "an archive of 1 file"),
    "bytes": (b"\x80\x81\x82" * 20, "60 bytes that are neither"),
    "cut JSON": (dumped(TRACKERDB)[:200], "begins like JSON"),
    "damaged gzip": (gzip.compress(dumped(TRACKERDB))[:-20], "damaged archive"),
    "deep nesting": ("[" * 100_000, "nested too deep"),
    "empty": (b"", "an empty file"),
    "no usable row": ([{"name": "X", "domains": ["localhost"]}], "no row of it can be used"),
    "other JSON": ({"a": 1, "b": 2}, 'a JSON object with 2 members ("a", "b")'),
    "other SQLite": (database_with("CREATE TABLE history (url TEXT)"), "an SQLite database without the tables of trackerdb"),
    "prose": ("Dear reader,\nthis is a letter.\n", "text, 2 lines"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_not_read_is_refused_with_what_was_found_and_what_would_do(box, name):
    data, found = REFUSED[name]
    with pytest.raises(ReferenceDataError) as caught:
        box.add(data, "brought.bin")
    assert str(caught.value).startswith("brought.bin") and found in str(caught.value)
    assert len(imported_data(folder=box.folder)) == 0
    if found in ("a HAR, which is read by read_har", "an empty file"):
        assert "trackerdb" in str(caught.value) and "AWS ip-ranges.json" in str(caught.value)


def test_a_view_that_never_ends_is_stopped_or_not_asked(box):
    endless = "AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id, x AS domain, x AS tracker, x AS name, x AS company_id, x AS category_id, x AS country FROM n"
    views = database_with(*(f"CREATE VIEW {name} {endless}" for name in ("tracker_domains", "trackers", "companies", "categories")))
    with pytest.raises(ReferenceDataError, match="without the tables of trackerdb"):
        box.add(views, "endless.db")


def test_a_kind_that_is_asked_for_is_held_to(box):
    with pytest.raises(ReferenceDataError, match="recognised as AWS ip-ranges, which tells ranges"):
        box.add(AWS, kind="owners")
    with pytest.raises(ReferenceDataError, match="no kind 'owner'"):
        box.add(AWS, kind="owner")
    assert box.add(AWS, kind="ranges")["rows"] == 3


def test_a_date_that_is_none_is_refused(box):
    with pytest.raises(ReferenceDataError, match="is no date"):
        box.add(AZURE, date="last week")
    assert box.add(AZURE, "ServiceTags_Public_20260921.json")["date"] == "2026-09-21"


def refused_or_read(data):
    try:
        found = formats.read_reference(data, "any.bin", name="Any")
    except ReferenceDataError:
        return
    assert found.table.num_rows


JSON_VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.sampled_from(["gauges.test", "8.8.4.0/24", "advertising"]),
                           lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.sampled_from(["name", "domains", "owner", "properties"]), inner, max_size=3), max_leaves=8)  # fmt: skip
DOCUMENTS = [TRACKERDB, THIRD_PARTY_WEB, DISCONNECT_SERVICES, DISCONNECT_ENTITIES, WEBXRAY, DOMAIN_FILE, ENTITY_FILE, DOMAIN_MAP, ENTITY_MAP, AWS, CLOUD, AZURE, FASTLY, CLOUDFLARE_API]


def paths_of(value, path=()):
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths_of(inner, (*path, key))


def with_other(value, path, other):
    if not path:
        return other
    if isinstance(value, dict):
        return value | {path[0]: with_other(value[path[0]], path[1:], other)}
    return [*value[: path[0]], with_other(value[path[0]], path[1:], other), *value[path[0] + 1 :]]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_file_nothing_but_our_error_comes_out(data):
    document = data.draw(st.sampled_from(DOCUMENTS))
    path = data.draw(st.sampled_from(sorted(paths_of(document), key=repr)))
    refused_or_read(dumped(with_other(document, path, data.draw(JSON_VALUES))))


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=100).map(lambda tail: b"\x1f\x8b\x08" + tail),
                 st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail), st.binary(max_size=100).map(lambda tail: b"SQLite format 3\0" + tail),
                 st.lists(st.sampled_from(["||a.test^", "1.2.3.4,1.2.3.9,5,x", "8.8.4.0/24", '"', "\t", "# x", "[Adblock"]), max_size=5).map(lambda lines: "\n".join(lines).encode())))  # fmt: skip
def test_whatever_bytes_are_brought_nothing_but_our_error_comes_out(data):
    refused_or_read(data)


# --- keeping


def test_importing_twice_keeps_one_and_the_same_bytes(box):
    box.add(TRACKERDB, "a.json", version="1")
    first = {path.relative_to(box.folder): path.read_bytes() for path in box.folder.rglob("*") if path.is_file()}
    box.add(TRACKERDB, "a.json", version="1")
    assert {path.relative_to(box.folder): path.read_bytes() for path in box.folder.rglob("*") if path.is_file()} == first
    box.add(TRACKERDB, "a.json", version="1", name="mine")
    assert imported_data(folder=box.folder)["name"].tolist() == ["mine"]


def test_versions_stand_beside_one_another_and_the_newest_answers(box):
    newer = json.loads(json.dumps(TRACKERDB).replace("Gauges Ltd", "Gauges Renamed"))
    box.add(newer, "b.json", version="2", date="2026-10-01")
    box.add(TRACKERDB, "a.json", version="1", date="2025-10-01")
    assert imported_data(folder=box.folder).version.tolist() == ["1", "2"]
    assert ("gauges.test", "Gauges Renamed", "DE", "analytics", "service: Gauges Counter, category: site_analytics") in box.owners()
    assert len(box.owners()) == 4


def test_what_was_imported_is_listed_and_can_be_forgotten(box):
    box.add(TRACKERDB)
    box.add(AWS)
    assert cells(imported_data(folder=box.folder), "name", "kind", "rows") == [("trackerdb", "owners", 4), ("Amazon Web Services", "ranges", 3)]
    assert forget_data("trackerdb", folder=box.folder) == 1
    with pytest.raises(ReferenceDataError, match="'Amazon Web Services'"):
        forget_data("trackerdb", folder=box.folder)
    assert len(list(box.folder.iterdir())) == 1


@pytest.mark.parametrize(("environment", "platform", "expected"), [
    ({"HARTOOLS_DATA": "/data/here"}, "linux", "/data/here"),
    ({"XDG_DATA_HOME": "/x", "HOME": "/home/a"}, "linux", "/x/hartools"),
    ({"XDG_DATA_HOME": "relative", "HOME": "/home/a"}, "linux", "/home/a/.local/share/hartools"),
    ({"HOME": "/home/a"}, "darwin", "/home/a/Library/Application Support/hartools"),
    ({"APPDATA": "/roaming"}, "win32", "/roaming/hartools"),
])  # fmt: skip
def test_the_folder_is_where_the_platform_keeps_such_data(monkeypatch, environment, platform, expected):
    for name in ("HARTOOLS_DATA", "XDG_DATA_HOME", "APPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert imported.data_folder().as_posix() == expected


def test_what_is_kept_damaged_is_said_so(box):
    box.add(TRACKERDB)
    (path,) = box.folder.glob("*/rows.parquet")
    path.write_bytes(b"no parquet")
    with pytest.raises(ReferenceDataError, match="import the file again"):
        imported_owners(folder=box.folder)
    (path.parent / "about.json").write_text("{}")
    with pytest.raises(ReferenceDataError, match="import the file again"):
        imported_data(folder=box.folder)


# --- use


def test_nothing_imported_is_used_unless_it_is_passed(box, monkeypatch):
    monkeypatch.setenv("HARTOOLS_DATA", str(box.folder))
    capture = ht.read_har(ht.example_har())
    before = label_owners(capture).entries.owner
    host = capture.entries.host[before.isna()].iloc[0]
    box.add([{"name": "Named by the list", "domains": [host]}])
    assert label_owners(capture).entries.owner.equals(before)
    assert (label_owners(capture, data=imported_owners()).entries.owner == "Named by the list").any()


def test_every_row_says_which_data_answered_it(box):
    box.add([{"name": "List's Wikimedia", "domains": ["wikimedia.org", "new.test"]}, {"name": "List's Adobe", "domains": ["demdex.net"]}, {"name": "Customer", "domains": ["d1.cloudfront.net"]}], version="9")
    box.add(TRACKERDB | {"domains": {"wikimedia.org": "gauges"}, "patterns": {"gauges": TRACKERDB["patterns"]["gauges"] | {"domains": []}}}, "t.json", date="2020-01-01")
    table = owners_of_hosts(["a.wikimedia.org", "b.new.test", "dpm.demdex.net", "d1.cloudfront.net", "d2.cloudfront.net", "nobody.test"], data=imported_owners(folder=box.folder))
    assert cells(table, "host", "organisation", "relation", "answered_by") == [
        ("a.wikimedia.org", "Gauges Ltd", "owns the domain", "trackerdb"),  # ours is unverified, and the list leaves nothing open that it gives
        ("b.new.test", "List's Wikimedia", "owns the domain", "third-party-web 9"),
        ("d1.cloudfront.net", "Customer", "owns the domain", "third-party-web 9"),
        ("d2.cloudfront.net", "Amazon Web Services", "operates the machine", "hartools owners table"),
        ("dpm.demdex.net", "Adobe", "owns the domain", "hartools owners table"),
        ("nobody.test", None, None, None),
    ]  # fmt: skip


def test_an_unverified_row_of_ours_stays_where_the_list_knows_less(box):
    box.add([{"name": "List's Wikimedia", "domains": ["wikimedia.org"]}])
    row = owners_of_hosts(["a.wikimedia.org"], data=imported_owners(folder=box.folder)).iloc[0]
    assert (row["organisation"], row["seat"], row["answered_by"]) == ("Wikimedia Foundation", "US", "hartools owners table")


# --- filter lists


def test_a_filter_list_tells_title_version_date_and_licence(box):
    row = box.add(FILTER_LIST, "list.txt")
    assert row[["name", "kind", "version", "date", "licence", "rows"]].tolist() == ["Little List", "filter list", "202609121032", "2026-09-12", "https://example.org/licence.html", 2]


def test_without_its_engine_a_filter_list_says_what_is_missing(box, monkeypatch):
    capture = ht.read_har(ht.example_har())
    assert len(listed(capture, folder=box.folder)) == 0
    box.add(FILTER_LIST)
    monkeypatch.setitem(sys.modules, "adblock", None)
    with pytest.raises(ReferenceDataError, match="pip install adblock"):
        listed(capture, folder=box.folder)


def fake_adblock(asked):
    """Stand in for the package adblock: its names and arguments, a rule that is a host's ending."""
    module = types.ModuleType("adblock")

    class FilterSet:
        def __init__(self, debug=False):
            self.rules = []

        def add_filter_list(self, text, format="standard"):
            self.rules += text.splitlines()

    class Engine:
        def __init__(self, filter_set, optimize=True):
            self.rules = filter_set.rules

        def check_network_urls(self, url, source_url, request_type):
            asked.append((url, source_url, request_type))
            rule = next((rule for rule in self.rules if rule.startswith("||") and rule[2:].partition("^")[0] in url), None)
            allowed = next((rule for rule in self.rules if rule.startswith("@@||") and rule[4:] in url), None)
            return types.SimpleNamespace(matched=rule is not None and allowed is None, filter=rule, exception=allowed, error=None)

    module.FilterSet, module.Engine = FilterSet, Engine
    return module


def test_requests_are_named_with_the_rule_that_names_them(box, monkeypatch):
    asked = []
    monkeypatch.setitem(sys.modules, "adblock", fake_adblock(asked))
    box.add(FILTER_LIST.replace("gauges.test", "google-analytics.com"))
    capture = ht.read_har(ht.example_har())
    table = listed(capture, folder=box.folder)
    expected = capture.entries.entry_id[capture.entries.host.str.endswith("google-analytics.com").fillna(False)]
    assert table.entry_id.tolist() == expected.tolist() and len(table)
    assert set(table["list"]) == {"Little List 202609121032"} and set(table.rule) == {"||google-analytics.com^$third-party"}
    assert {source for _, source, _ in asked} == {capture.pages.url.iloc[0] if capture.pages.url.notna().any() else capture.entries.url.iloc[0]}
    assert len(asked) == len(set(asked))


def test_the_true_engine_tells_the_rule(box):
    pytest.importorskip("adblock")
    box.add(FILTER_LIST.replace("gauges.test", "google-analytics.com"))
    capture = ht.read_har(ht.example_har())
    table = listed(capture, folder=box.folder)
    assert len(table) and set(table.rule) == {"||google-analytics.com^$third-party"}
