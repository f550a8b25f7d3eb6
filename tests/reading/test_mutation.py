"""Does any change to the structure of a HAR cost more than what was changed, and does its container matter?

The mutations are the same in every run. HARTOOLS_EXAMPLES=20000 draws that many others.
"""

import copy
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
import zlib

import pandas as pd
import pytest
from har_trees import OTHER_VALUES, mutated
from hypothesis import HealthCheck, given, settings
from samples import FILES, ROOT, SAMPLES
from small_hars import FACTS, TABLES, all_tables, facts, severity, slim

import hartools as ht
from hartools.columns import DTYPES
from hartools.columns import TABLES as CONTRACT
from hartools.errors import NotAHarError

SLIM = {name: slim(name) for name in FILES if name.startswith("dentiste")}
HARS = {"example": json.loads(ht.example_har()), **SLIM}
BASE = {name: facts(ht.read_har(json.dumps(har).encode()).entries) for name, har in HARS.items()}

EXAMPLES = int(os.environ.get("HARTOOLS_EXAMPLES", "0"))


def examples(count):
    return settings(max_examples=EXAMPLES or count, derandomize=not EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def is_subsequence(part, whole):
    rest = iter(whole)
    return all(item in rest for item in part)


def assert_same(left, right, *, without=(), where=""):
    for name, table in left.items():
        kept = [column for column in table if column not in without]
        pd.testing.assert_frame_equal(table[kept], right[name][kept], obj=f"{name} {where}")


# ---- mutation -----------------------------------------------------------------------------


@examples(120)
@given(mutated(HARS))
def test_no_mutation_raises_anything_else_or_loses_an_untouched_entry(case):
    name, data, kept = case
    try:
        capture = ht.read_har(data)
    except ht.HarError:
        assert not kept, "entries that nobody touched were refused"
        return
    recognised = len(FACTS[:3])  # size and type may be read otherwise when the exporter's name is gone
    rows = [row[:recognised] for row in facts(capture.entries)]
    assert is_subsequence([BASE[name][position][:recognised] for position in kept], rows)
    for table, made in all_tables(capture).items():
        assert [str(kind) for kind in made.dtypes] == [str(DTYPES[column.type]) for column in CONTRACT[table]]


@examples(30)
@given(mutated(HARS))
def test_a_mutated_har_is_read_the_same_twice_and_handed_on(case):
    try:
        first, second = ht.read_har(case[1]), ht.read_har(case[1])
    except ht.HarError:
        return
    notes = second.notes  # asked for first here and last there
    tables = all_tables(first)
    assert_same(tables, all_tables(second))
    pd.testing.assert_frame_equal(notes, tables["notes"])
    assert len(first.document()["log"]["entries"]) == len(first)
    assert sum(len(page.entries) for page in ht.to_haralyzer(first).pages) == len(first)


@examples(30)
@given(mutated(HARS))
def test_no_text_of_an_entry_is_empty(case):
    try:
        entries = ht.read_har(case[1]).entries
    except ht.HarError:
        return
    for column in CONTRACT["entries"]:
        if column.type == "str" and column.name != "path":  # a URL may end behind its host
            assert not (entries[column.name] == "").fillna(False).any(), column.name


# ---- unknown is never zero ----------------------------------------------------------------

CREATORS = ["WebInspector", "Firefox", "Playwright", "mitmproxy", "WebKit Web Inspector", "Charles Proxy", "unheard of"]
ENTRY = {
    "pageref": "page_1", "startedDateTime": "2026-03-02T09:00:00.120+01:00", "time": 31.5, "_resourceType": "fetch", "_initiator": {"type": "script", "url": "https://a.example/a.js", "lineNumber": 6},
    "request": {"method": "PUT", "url": "https://a.example/b?c=d", "httpVersion": "http/2.0", "headers": [{"name": "X-A", "value": "b"}], "queryString": [], "cookies": [], "headersSize": 111, "bodySize": 222},
    "response": {"status": 203, "statusText": "", "httpVersion": "http/2.0", "headers": [{"name": "X-C", "value": "d"}], "cookies": [], "content": {"size": 444, "mimeType": "text/css"},
                 "redirectURL": "", "headersSize": 555, "bodySize": 666, "_transferSize": 777},
    "cache": {}, "timings": {"blocked": 1.5, "dns": 2.5, "connect": 6.5, "ssl": 3.5, "send": 4.5, "wait": 7.5, "receive": 8.5},
    "serverIPAddress": "203.0.113.7", "connection": "8443", "_connectionId": "17",
}  # fmt: skip

# Whole numbers that may be 0 or 1 in their own right; no other of the entry's is below 1.5.
COUNTED = ("entry_id", "position", "redirect_from", "initiator_entry", "utc_offset_min")

# Members that nothing else in this entry could stand in for, and the columns that they fill.
SOLE = {
    ("request", "method"): ["method"], ("request", "url"): ["url", "scheme", "host", "port", "path", "query"], ("response", "status"): ["status"],
    ("response", "content", "size"): ["body_bytes"], ("response", "content", "mimeType"): ["mime"], ("startedDateTime",): ["started", "utc_offset_min"], ("pageref",): ["page_id"],
    ("serverIPAddress",): ["server_ip"], ("_resourceType",): ["resource_type"],
} | {("timings", phase): [f"{phase}_ms"] for phase in ("blocked", "dns", "ssl", "send", "wait", "receive")}  # fmt: skip


def members(value, path=()):
    """Yield the path of every member of an object, and of the objects in it."""
    for name, item in value.items() if isinstance(value, dict) else ():
        yield (*path, name)
        yield from members(item, (*path, name))


def without(path, **put):
    """Return the entry without one member, or with another value in its place."""
    entry = copy.deepcopy(ENTRY)
    parent = entry
    for name in path[:-1]:
        parent = parent[name]
    del parent[path[-1]]
    if put:
        parent[path[-1]] = put["value"]
    return entry


def table_of(variants, creator):
    return ht.read_har(json.dumps({"log": {"creator": {"name": creator, "version": "1"}, "entries": variants}}).encode()).entries


@pytest.mark.parametrize("creator", CREATORS)
def test_what_is_missing_or_of_another_type_is_never_zero_one_negative_or_empty(creator):
    changes = [(path, value) for path in members(ENTRY) for value in (..., None, -1, *OTHER_VALUES)]
    variants = [without(path) if value is ... else without(path, value=value) for path, value in changes]
    table = table_of(variants, creator)
    for column in CONTRACT["entries"]:
        cells = table[column.name]
        if column.type in ("int", "float") and column.name not in COUNTED:
            wrong = cells.le(1).fillna(False)
        elif column.type == "str" and column.name != "path":
            wrong = cells.eq("").fillna(False)
        else:
            continue
        assert [(changes[at], cells[at]) for at in wrong[wrong].index] == [], column.name


@pytest.mark.parametrize("creator", CREATORS)
def test_what_nothing_else_says_is_unknown(creator):
    intact = table_of([ENTRY], creator)
    for path, columns in SOLE.items():
        table = table_of([without(path)] + [without(path, value=value) for value in (None, {}, [], True, False)], creator)
        for column in columns:
            assert intact[column].notna().all() and table[column].isna().all(), f"{path}: {table[column].tolist()}"


# ---- the container does not matter --------------------------------------------------------


def zipped(data):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("har.har", data)
    return stream.getvalue()


PACKED = {
    "gzip": gzip.compress, "zlib": zlib.compress, "zip": zipped, "gzip in two members": lambda data: gzip.compress(data[:999]) + gzip.compress(data[999:]),
    "byte-order mark": lambda data: b"\xef\xbb\xbf" + data, "UTF-16": lambda data: data.decode().encode("utf-16"), "UTF-16 without mark": lambda data: data.decode().encode("utf-16-be"),
    "JSONP": lambda data: b"onInputData(" + data + b");", "JavaScript": lambda data: b"var har = " + data + b";\n", "stringify": lambda data: b"var har = JSON.stringify(" + data + b");",
    "one level down": lambda data: b'{"answer": ' + data + b"}", "bare log": lambda data: json.dumps(json.loads(data)["log"]).encode(), "spaces": lambda data: b" \r\n\t" + data + b"\n\n",
}  # fmt: skip


def comparable(capture):
    """Return the tables, in notes only what does not depend on the container."""
    tables = all_tables(capture)
    notes = tables["notes"].drop(columns="at_byte")
    return tables | {"notes": notes[[cost != "format" for cost in severity(notes)]].reset_index(drop=True)}


@pytest.mark.parametrize("name", SLIM)
def test_every_container_gives_every_table_alike(name):
    har = copy.deepcopy(SLIM[name])
    har["log"]["entries"] = har["log"]["entries"][:3]
    har["log"]["entries"][1]["startedDateTime"] = "9999-99-99T99:99:99.999+99:99"  # so that there is something to note
    data = json.dumps(har, ensure_ascii=False).encode()
    expected = comparable(ht.read_har(data))
    for packing, pack in PACKED.items():
        assert_same(expected, comparable(ht.read_har(pack(data))), where=packing)


def test_a_list_of_entries_and_a_single_entry_read_as_in_a_log_that_says_no_more():
    for har in SLIM.values():
        entries = har["log"]["entries"][:2]
        bare = [json.dumps(entries).encode(), json.dumps({"entries": entries}).encode()]
        for data in bare:
            assert_same(comparable(ht.read_har(json.dumps({"log": {"entries": entries}}).encode())), comparable(ht.read_har(data)))
        assert_same(comparable(ht.read_har(json.dumps({"log": {"entries": entries[:1]}}).encode())), comparable(ht.read_har(json.dumps(entries[0]).encode())))


def test_bytes_a_file_object_and_a_path_read_alike(tmp_path):
    data = json.dumps(next(iter(SLIM.values()))).encode()
    path = tmp_path / "a.har"
    path.write_bytes(data)
    expected = all_tables(ht.read_har(data))
    with path.open("rb") as stream:
        read = [stream, io.BytesIO(data), bytearray(data), path, str(path)]
        for source in read:
            assert_same(expected, all_tables(ht.read_har(source)))


def test_every_sample_is_read_the_same_in_another_process():
    code = "import hashlib, sys, hartools as ht\nfor path in sys.argv[1:]:\n capture = ht.read_har(path)\n"
    code += f" print(hashlib.sha256(''.join(capture.table(name).to_json(date_unit='ns') for name in {TABLES!r}).encode()).hexdigest())"
    paths = [str(SAMPLES / name) for name in SLIM]
    runs = [subprocess.run([sys.executable, "-c", code, *paths], env=os.environ | {"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, text=True, check=True).stdout for seed in "12"]
    assert runs[0] == runs[1] and len(runs[0].split()) == len(paths)


# ---- several files ------------------------------------------------------------------------


def test_several_files_become_one_capture_that_says_which_file_each_row_is_from(tmp_path):
    names = list(SLIM)[:3]
    paths = [tmp_path / f"{position}-{name}" for position, name in enumerate(names)]
    for path, name in zip(paths, names, strict=True):
        path.write_text(json.dumps(SLIM[name]), encoding="utf-8")
    alone = [all_tables(ht.read_har(path)) for path in paths]
    for together in (ht.read_har(paths), ht.read_har(str(tmp_path / "*.har")), ht.read_har([str(path) for path in paths])):
        tables = all_tables(together)
        assert tables["entries"].entry_id.tolist() == list(range(sum(len(each["entries"]) for each in alone)))
        assert tables["entries"].position.tolist() == [position for each in alone for position in range(len(each["entries"]))]
        for name, table in tables.items():
            assert table.capture_id.notna().all(), name
            assert table.capture_id.value_counts().sort_index().tolist() == [len(each[name]) for each in alone if len(each[name])], name
        starts = [0, *pd.Series([len(each["entries"]) for each in alone]).cumsum()]
        moved = [each["headers"].assign(entry_id=each["headers"].entry_id + start) for each, start in zip(alone, starts[:-1], strict=True)]
        assert_same({"headers": pd.concat(moved, ignore_index=True)}, {"headers": tables["headers"]}, without=["capture_id"])


def test_one_file_among_several_that_is_no_har_is_noted_and_the_others_are_read(tmp_path):
    good, bad = tmp_path / "a.har", tmp_path / "b.har"
    good.write_bytes(ht.example_har())
    bad.write_bytes(b"<html>")
    capture = ht.read_har([good, bad])
    assert len(capture) == 9 and "unread_file" in set(capture.notes.code)
    with pytest.raises(NotAHarError):
        ht.read_har([bad, bad])
