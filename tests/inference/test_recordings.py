"""Is the query that the script searched the one inferred, whoever recorded it?"""

import pytest
from samples import DIRECTORY, FILES, IMAGE_HOST, QUERIES, SAMPLES, TRUTH

import hartools as ht

CATALOGUE = ht.read_catalogue(DIRECTORY)


def searches(name):
    findings = ht.infer(ht.view_as(ht.read_har(SAMPLES / name), IMAGE_HOST), catalogue=CATALOGUE)
    return findings[findings.topic == "search query"]


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("ambiguous")])
def test_the_inferred_queries_are_those_of_the_script(name):
    found = searches(name)
    assert found.value.tolist() == QUERIES[name]
    assert (found.probability > 0.99).all()


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("ambiguous")])
def test_two_equally_compatible_queries_are_both_listed_at_even_odds(name):
    (found,) = searches(name).to_dict("records")
    other = found["alternatives"][0]
    # not quite even: the two specialties are not equally often elsewhere, where a page could be filled in from
    assert found["probability"] == pytest.approx(0.5, abs=0.01) and other["probability"] == pytest.approx(found["probability"], abs=0.01)
    assert QUERIES[name][0] in (found["value"], other["value"])
    assert {found["value"]["city"], other["value"]["city"]} == {"brest"}


@pytest.mark.parametrize("name", FILES)
def test_a_catalogue_learnt_from_the_visit_itself_puts_the_searched_query_first_or_level(name):
    capture = ht.read_har(SAMPLES / name)
    learnt = ht.catalogue_from(capture)
    assert learnt.closed_world
    found = ht.infer(ht.view_as(capture, IMAGE_HOST), catalogue=learnt)
    found = found[found.topic == "search query"]
    assert len(found) == len(QUERIES[name])
    for row, query in zip(found.to_dict("records"), QUERIES[name], strict=True):
        if row["basis"] == "observed":  # the address handed over names it: nothing is inferred
            assert name.startswith("full-referrer") and row["value"] == query
            continue
        listed = [{"value": row["value"], "probability": row["probability"]}, *row["alternatives"]]
        first = [other["value"] for other in listed if other["probability"] == pytest.approx(row["probability"])]
        assert query in first
        assert sum(other["probability"] for other in listed) >= 0.99
        assert sum(other["probability"] for other in listed if other["value"] is None) >= 0.049


@pytest.mark.parametrize("name", FILES)
def test_the_pictures_of_the_view_are_those_that_the_server_was_asked_for(name):
    view = ht.view_as(ht.read_har(SAMPLES / name), IMAGE_HOST)
    asked = {asset for step in TRUTH[name]["pictures"] for asset in step}
    assert set(ht.asset_table(view.entries).asset_id) == asked


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("oncologue-paris")])
def test_the_practitioner_whose_page_was_opened_is_named(name):
    findings = ht.infer(ht.view_as(ht.read_har(SAMPLES / name), IMAGE_HOST), catalogue=CATALOGUE)
    opened = TRUTH[name]["pictures_by_step"][2][0]
    assert CATALOGUE.practitioners[opened] in set(findings.value[findings.topic == "practitioner"])


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("oncologue-paris")])
def test_analytics_and_pixel_were_told_the_page(name):
    capture = ht.read_har(SAMPLES / name)
    for site in ("google-analytics.com", "facebook.com"):
        findings = ht.infer(ht.view_as(capture, f"third_party:{site}"))
        told = findings[findings.topic == "page visited"]
        assert "https://www.medirendezvous.example/oncologue/paris" in set(told.value) and set(told.basis) == {"observed"}


def test_a_sanitized_export_says_not_observable_and_never_none():
    findings = ht.infer(ht.view_as(ht.read_har(SAMPLES / "oncologue-paris.chrome-sanitized.har"), "third_party:facebook.com"))
    assert findings.result[findings.topic == "identifier"].tolist() == ["not observable"]
    sensitive = ht.infer(ht.view_as(ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har"), "third_party:facebook.com"))
    assert "found" in sensitive.result[sensitive.topic == "identifier"].tolist()


@pytest.mark.parametrize("name", FILES)
def test_every_finding_cites_entries_that_show_evidence_resolves(name):
    capture = ht.read_har(SAMPLES / name)
    for observer in ht.find_observers(capture).observer:
        findings = ht.infer(ht.view_as(capture, observer), catalogue=CATALOGUE)
        found = findings[findings.result == "found"]
        assert len(found) and found.entry_ids.map(len).min() > 0
        assert not findings.claim.str.contains(r"\bdid\b").any()
        for row in found.to_dict("records"):
            assert len(ht.show_evidence(capture, row)) == len(row["entry_ids"])
