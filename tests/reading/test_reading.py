"""Is every file read, nothing lost, and damage said?"""

import gzip
import io
import json
import zipfile
import zlib

import pandas as pd
import pytest
from samples import FILES, SAMPLES, TRUTH

import hartools as ht
from hartools.columns import DTYPES, TABLES

DIALECTS = {"chrome-sanitized": "chromium", "chrome-sensitive": "chromium", "firefox": "firefox", "playwright": "playwright", "mitmproxy": "mitmproxy"}
HAR = ht.example_har()


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


@pytest.mark.parametrize("name", FILES)
def test_each_sample_is_read_whole_and_its_exporter_told(name):
    capture = ht.read_har(SAMPLES / name)
    assert len(capture) == len(json.loads((SAMPLES / name).read_text(encoding="utf-8"))["log"]["entries"])
    assert capture.exporter.dialect == DIALECTS[name.split(".")[1]] and capture.exporter.why
    assert capture.source.sha256 == TRUTH[name]["sha256"]
    for table, columns in TABLES.items():
        if table not in ("bodies", "findings"):
            made = capture.table(table)
            assert made.columns.tolist() == [column.name for column in columns]
            assert [str(kind) for kind in made.dtypes] == [str(DTYPES[column.type]) for column in columns]


@pytest.mark.parametrize("packed", [
    gzip.compress(HAR), zlib.compress(HAR), b"\xef\xbb\xbf" + HAR, HAR.decode().encode("utf-16"), zipped(har__har=HAR), gzip.compress(zipped(har__har=HAR)),
    b"onInputData(" + HAR + b");", b"var har = " + HAR + b";", json.dumps(json.loads(HAR)["log"]).encode(), json.dumps(json.loads(HAR)["log"]["entries"]).encode(),
    json.dumps({"response": json.loads(HAR)}).encode(), HAR + b"\0\0",
], ids=["gzip", "zlib", "bom", "utf-16", "zip", "zip in gzip", "jsonp", "javascript", "bare log", "list", "nested", "trailing"])  # fmt: skip
def test_the_same_tables_from_every_container(packed):
    plain, other = ht.read_har(HAR), ht.read_har(packed)
    for table in ("entries", "headers", "cookies", "params"):
        # without the creator's name, nobody can tell what `connection` means
        known = [column for column in plain.table(table) if column != "connection_id"]
        pd.testing.assert_frame_equal(plain.table(table)[known], other.table(table)[known])


def test_what_is_unknown_is_not_zero():
    entries = ht.read_har(HAR).entries
    blocked = entries[entries.outcome == "blocked"].iloc[0]
    assert all(value is None or pd.isna(value) for value in (blocked.status, blocked.server_ip, blocked.dns_ms, blocked.request_bytes))


@pytest.mark.parametrize("cut", range(200, len(HAR), 997))
def test_of_a_cut_file_every_complete_entry_is_kept(cut):
    decoder, start, whole = json.JSONDecoder(), HAR.index(b'"entries": [') + 12, 0
    try:
        text, position = HAR[:cut].decode(), start
        while True:
            position = decoder.raw_decode(text, position)[1] + 2
            whole += 1
    except (ValueError, IndexError):
        pass
    if b'"entries": [' not in HAR[:cut]:
        with pytest.raises(ht.HarError):
            ht.read_har(HAR[:cut])
        return
    capture = ht.read_har(HAR[:cut])
    assert len(capture) == whole and "truncated" in set(capture.notes.code)


@pytest.mark.parametrize("data", [b"", b"<html>", b"{}", b"[]", b"null", b'{"log": "x"}', b"PK\x03\x04broken", b"\x1f\x8bbroken", zipped(readme__txt=b"no har")])
def test_what_is_no_har_is_refused_with_a_remedy(data, tmp_path):
    path = tmp_path / "mine.har"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"mine\.har: .*(Export|Pass)"):
        ht.read_har(path)


def test_a_bomb_stops_at_the_limit():
    with pytest.raises(ht.HarError, match="max_bytes"):
        ht.read_har(gzip.compress(b" " * 2_000_000), max_bytes=1_000_000)


def test_attachments_come_from_the_zip_and_from_nowhere_else(tmp_path):
    entry = {"request": {"url": "https://a.example/"}, "response": {"content": {"mimeType": "text/plain", "_file": "body.txt"}}}
    escape = {"request": {"url": "https://a.example/"}, "response": {"content": {"mimeType": "text/plain", "_file": "../secret.txt"}}}
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "captures"
    folder.mkdir()
    path = folder / "x.har"
    path.write_text(json.dumps({"log": {"entries": [entry, escape]}}))
    (folder / "body.txt").write_text("beside")
    assert ht.read_har(path).bodies(side="response").data.tolist() == [b"beside", None]
    inside = ht.read_har(zipped(har__har=json.dumps({"log": {"entries": [entry, escape]}}), body__txt=b"inside"))
    bodies = inside.bodies(side="response")
    assert bodies.data.tolist() == [b"inside", None] and "not beside" in bodies.why_missing[1]


def test_bodies_of_the_search_are_there_for_every_exporter():
    for name in FILES:
        capture = ht.read_har(SAMPLES / name)
        search = capture.entries[capture.entries.path.str.startswith("/api/search").fillna(False)]
        for data in capture.bodies(search.entry_id, side="response").data:
            assert json.loads(data)["results"]


def test_the_caller_cannot_change_a_capture():
    capture = ht.read_har(HAR)
    table = capture.entries
    table["url"] = "changed"
    assert "changed" not in set(capture.entries.url)
    labelled = ht.label_parties(capture)
    assert capture.entries.party.isna().all() and labelled.entries.party.notna().all()


@pytest.mark.parametrize("null", ["headers", "cookies", "queryString", "postData"])
def test_an_explicit_null_in_an_entry_that_is_odd_elsewhere_costs_nothing(null):
    # found by fuzzing, 2026-11-24: only an entry read leniently took null for no value at all
    request = {"method": "GET", "url": "https://a.example/", "headers": [], null: None}
    entry = {"time": [], "request": request, "response": {"status": 200, "headers": None, "cookies": None, "content": {"text": None}}, "_initiator": {"url": [False]}}
    capture = ht.read_har(json.dumps({"log": {"entries": [entry]}}).encode())
    assert capture.entries.url.tolist() == ["https://a.example/"] and capture.entries.duration_ms.isna().all()
    assert not len(capture.headers) and not len(capture.cookies) and not len(capture.params) and "odd_type" in set(capture.notes.code)
