"""Can what `diagnose` prints be pasted in public, whatever the file holds?"""

import gzip
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import SAMPLES

import hartools as ht

# No word of the output begins so.
MARKER = st.from_regex(r"\AXq[0-9a-zà-ÿ .:@/\-]{5,12}[0-9]\Z")
EXAMPLE = json.loads(ht.example_har())
STANDARD = "log entries pages creator request response headers cookies content postData timings startedDateTime version name".split()


def planted(value, marker, keys):
    """Put the marker in the place of every text, and a member of its name into every object."""
    if isinstance(value, dict):
        added = {marker: marker, f"_{marker}": {marker: [marker]}} if keys else {}
        return {key: planted(inner, marker, keys) for key, inner in value.items()} | added
    if isinstance(value, list):
        return [planted(inner, marker, keys) for inner in value] + ([marker] if keys else [])
    return marker if isinstance(value, str) else value


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(marker=MARKER, keys=st.booleans())
def test_no_planted_value_and_no_planted_name_comes_out(marker, keys):
    text = ht.diagnose(json.dumps(planted(EXAMPLE, marker, keys)).encode())
    assert marker not in text and "Xq" not in text
    assert ("(other member)" in text) == keys


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(marker=MARKER, data=st.data())
def test_nothing_comes_out_of_a_tree_of_any_shape_or_of_a_cut_one(marker, data):
    names, leaves = st.sampled_from(STANDARD) | st.just(marker) | st.just(f"{marker}.x"), st.just(marker) | st.none() | st.booleans() | st.integers()
    trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5), max_leaves=25)
    log = {"creator": {"name": marker, "version": marker}, "entries": data.draw(st.lists(trees, max_size=4))}
    written = json.dumps({"log": log, marker: data.draw(trees)}).encode()
    cut = written[: data.draw(st.integers(0, len(written)))]
    assert "Xq" not in ht.diagnose(written)
    assert "Xq" not in ht.diagnose(cut)


def test_numbers_come_out_as_signs_and_lengths_as_orders():
    written = json.dumps({"log": {"entries": [{"time": 7654321.25, "request": {"url": "https://a.example/" + "x" * 150, "headersSize": -1}}]}}).encode()
    text = ht.diagnose(written)
    assert "log.entries[].time  1: float 1 (positive 1)" in text and "7654321" not in text
    assert "log.entries[].request.url  1: string 1 (100 to 999 characters 1)" in text and "168" not in text.replace(f"{len(written)}", "")
    assert "log.entries[].request.headersSize  1: integer 1 (negative 1)" in text


def test_dates_keep_their_form_only():
    dates = ["2026-03-02T09:00:00.1234567+01:00", "yesterday", "", "1", "9" * 60]
    text = ht.diagnose(json.dumps({"log": {"entries": [{"startedDateTime": date} for date in dates]}}).encode())
    assert "9999-99-99T99:99:99.9999999+99:99 1" in text and "no date 3" in text and "yesterday" not in text


def test_an_unknown_program_is_not_named_and_a_known_one_only_with_a_plain_version():
    def exporter(name, version):
        log = {"creator": {"name": name, "version": version}, "entries": [{"request": {"url": "https://a.example/"}}]}
        return ht.diagnose(json.dumps({"log": log}).encode()).splitlines()[2]

    assert exporter("Firefox", "153.7.0") == "exporter: Firefox, version 153.7.0, read as firefox"
    assert exporter("Firefox", "by jan@patient.example") == "exporter: Firefox, version of another form, read as firefox"
    assert "Jan" not in exporter("Jan's recorder", "1.0") and "another program" in exporter("Jan's recorder", "1.0")


@pytest.mark.parametrize(("written", "beginning", "balance"), [
    (b"<!doctype html><p>secret", "an angle bracket, as a web page", "braces: 0 opened, 0 closed"),
    (b'{"secret": "}}", "a": [1', "an opening brace", "braces: 1 opened, 0 closed, out of balance"),
    (b"", "nothing", "brackets: 0 opened, 0 closed"),
    (b"secret words", "a letter", "braces: 0 opened, 0 closed"),
])  # fmt: skip
def test_a_refused_file_is_described_by_its_outside(written, beginning, balance):
    text = ht.diagnose(written)
    assert f"begins with: {beginning}" in text and balance in text and "secret" not in text and "not read: NotAHarError" in text
    packed = ht.diagnose(gzip.compress(written))
    assert "container: gzip" in packed and f"{len(written):,} unpacked" in packed and balance in packed


def test_a_broken_archive_and_an_absent_file():
    assert "not unpacked (NotAHarError)" in ht.diagnose(b"PK\x03\x04 secret")
    with pytest.raises(FileNotFoundError):
        ht.diagnose("no-such-file.har")


def test_a_file_object_is_read_once(tmp_path):
    path = SAMPLES / "ambiguous.firefox.har"
    with open(path, "rb") as stream:
        assert ht.diagnose(stream) == ht.diagnose(path)


def test_nesting_without_end_ends():
    stack = {"callFrames": []}
    for _ in range(300):
        stack = {"parent": stack}
    text = ht.diagnose(json.dumps({"log": {"entries": [{"_initiator": {"stack": stack}}]}}).encode())
    assert "(deeper)" in text and len(text.splitlines()) < 30


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.har")), ids=lambda path: path.name)
def test_no_host_of_a_sample_comes_out(path):
    text = ht.diagnose(path)
    entries = ht.read_har(path).entries
    assert not any(host in text for host in entries.host.dropna().unique()) and "cologue" not in text
    assert "log.entries[].request.headers[].name" in text and f"entries: {len(entries)}" in text


CORPUS = os.environ.get("HARTOOLS_HARS")


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS, reason="HARTOOLS_HARS names no folder of HARs")
def test_every_har_of_the_corpus_is_diagnosed():
    for path in sorted(Path(CORPUS).glob("*/*")):
        text = ht.diagnose(path)
        assert text.startswith("hartools diagnose") and "://" not in text, path.name
        try:
            hosts = ht.read_har(path).entries.host.dropna().unique()
        except ht.HarError:
            continue
        assert not any(host in text for host in hosts if len(host) > 8 and "." in host), path.name
