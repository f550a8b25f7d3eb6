"""Take away the requests that a finding cites, and the finding is gone or another."""

import pytest
from har_sights import CATALOGUE, KINDS, documents, load, observers_of, read

import hartools as ht

# One recording for each kind, of another exporter and another visit each time; the image host's own on all.
PAIRS = sorted({(kind, documents(number)[number % 5]) for number, kind in enumerate(KINDS)} | {("third_party", name) for name in documents(2)})
# What makes a finding: the request numbers change when others are taken away.
SAID = ["finding_id", "claim", "value", "probability", "strength", "basis", "alternatives", "caveat"]
MOST = 8  # sets of requests taken away, for each observer


def said(findings):
    return {repr(row) for row in findings[SAID].astype(object).where(findings[SAID].notna(), None).to_dict("records")}


def without(document, entry_ids):
    """Return the document without some of its entries."""
    log = document["log"]
    return {"log": log | {"entries": [entry for place, entry in enumerate(log["entries"]) if place not in entry_ids]}}


def findings(document, observer):
    try:
        return ht.infer(ht.view_as(read(document), observer), catalogue=CATALOGUE)
    except (ht.errors.UnknownObserverError, ht.errors.NotAHarError):  # nothing is left of it, or nothing at all
        return ht.findings.findings_table([], observer=observer)


@pytest.mark.parametrize(("kind", "name"), PAIRS)
def test_without_its_evidence_a_finding_is_gone_or_another(kind, name):
    document, capture = load(name), read(load(name))
    for observer in observers_of(capture, kind, PAIRS.index((kind, name))):
        found = findings(document, observer)
        found = found[found.result == "found"]
        cited = found.entry_ids.map(lambda ids: tuple(sorted(ids)))
        for entry_ids in sorted(set(cited), key=lambda ids: (len(ids), ids))[:MOST]:
            left = said(findings(without(document, set(entry_ids)), observer))
            kept = [row for row in said(found[cited == entry_ids]) if row in left]
            assert kept == [], f"{observer}: stays without entries {entry_ids}"
