"""Do existing haralyzer scripts run on what we hand them, and agree with our tables?"""

import os
from pathlib import Path

import pandas as pd
import pytest
from samples import FILES, SAMPLES

import hartools as ht
from hartools.parties.domains import sites_of
from hartools.reading.values import UNKNOWN_TYPES


@pytest.mark.parametrize("name", FILES)
def test_haralyzer_and_the_tables_agree_entry_by_entry(name):
    capture = ht.read_har(SAMPLES / name)
    parser = ht.to_haralyzer(capture)
    entries = [entry for page in parser.pages for entry in page.entries]
    assert len(entries) == len(capture.entries)
    ours = {(row.started, row.url): row for row in capture.entries.itertuples()}
    for entry in entries:
        row = ours[(pd.Timestamp(entry.raw_entry["startedDateTime"]), entry.url.partition("#")[0])]
        assert entry.request.method == row.method
        assert (entry.status or None) == (None if pd.isna(row.status) else row.status)
        kind = entry.response.mimeType.partition(";")[0].lower()
        assert ("" if kind in UNKNOWN_TYPES else kind) == ("" if pd.isna(row.mime) else row.mime)
        size = entry.response.raw_entry["content"]["size"]
        assert (size if size >= 0 else None) == (None if pd.isna(row.body_bytes) else row.body_bytes)


@pytest.mark.parametrize("name", FILES)
def test_page_metrics_come_through_and_agree(name):
    capture = ht.read_har(SAMPLES / name)
    metrics = ht.page_metrics(capture)
    assert metrics["entries"].sum() == len(capture.entries)
    loads = dict(zip(capture.pages.page_id, capture.pages.on_load_ms, strict=True))
    for row in metrics.itertuples():
        if row.page_id in loads and not pd.isna(loads[row.page_id]):
            assert row.on_load_ms == pytest.approx(loads[row.page_id])


def test_orphans_and_gaps_lose_no_entry():
    odd = b'{"log":{"entries":[{"pageref":"gone","request":{"url":"https://a.example/"}},{"request":null},{"response":{"content":{}}},7],"pages":[{"id":"empty"}]}}'
    capture = ht.read_har(odd)
    pages = ht.to_haralyzer(capture).pages
    assert sum(len(page.entries) for page in pages) == len(capture.entries) == 4
    assert ht.page_metrics(capture).body_bytes.isna().all()  # unknown sizes are not zero bytes


CORPUS = os.environ.get("HARTOOLS_HARS")


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS, reason="HARTOOLS_HARS names no folder of HARs")
def test_every_readable_har_of_the_corpus_survives_the_whole_thread():
    read, refused = 0, []
    for path in sorted(Path(CORPUS).glob("*/*")):
        try:
            capture = ht.read_har(path)
        except ht.HarError as error:
            refused.append(str(error))
            continue
        read += 1
        assert sum(len(page.entries) for page in ht.to_haralyzer(capture).pages) == len(capture)
        ht.page_metrics(capture)
        assert repr(capture) and ht.observable_table(capture).observable.isin(["yes", "lower bound", "no"]).all()
        ht.request_graph(capture)
        for observer in {f"third_party:{site}" for site in sites_of(capture.entries.host).dropna().unique()[:3]}:
            ht.infer(ht.view_as(capture, observer))
    assert read >= 150 and all("Export" in message or "pass" in message for message in refused)
