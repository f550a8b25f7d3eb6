"""Is what an observer was itself asked for said of it, as pages, words and searches, and nothing that only looks like it?"""

import io
import json
from dataclasses import replace

import pandas as pd
import pytest

import hartools as ht
from hartools.inference.catalogue import read_catalogue
from hartools.inference.named_search import searched_findings
from hartools.inference.served import page_documents, served_findings

SITE = "https://www.clinic.example"
CATALOGUE = read_catalogue(io.StringIO(
    "asset_id,practitioner,specialty,city\n"
    "a1,Dr Ada Exemple,dentiste,lyon\na2,Dr Bo Exemple,oncologue,Saint-Étienne\na3,Dr Cy Exemple,sage-femme,saint-étienne-du-bois\na4,,dentiste,12\n"
))  # fmt: skip
NAVIGATION = {"Sec-Fetch-Dest": "document", "Accept": "text/html,application/xhtml+xml"}


def entry(url, ms=0, *, sent=(), mime="text/html", status=200, method="GET", form=None, text="<p>x</p>", redirect=""):
    request = {"method": method, "url": url, "headers": [{"name": name, "value": value} for name, value in dict(sent).items()]}
    if form is not None:
        request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": name, "value": value} for name, value in form.items()]}
    response = {"status": status, "content": {"mimeType": mime, "text": text, "size": len(text)}, "redirectURL": redirect}
    return {"startedDateTime": f"2026-11-24T10:00:00.{ms:03d}Z", "time": 5, "request": request, "response": response}


def view(*entries, observer="first_party:clinic.example"):
    """Return a view by hand: every entry as its observer received it."""
    log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "entries": list(entries)}
    capture = ht.read_har(json.dumps({"log": log}).encode())
    return replace(capture.with_tables(entries=capture.entries.assign(resource_type=None)), observer=observer)


def said(rows, topic):
    return [row["value"] for row in rows if row["topic"] == topic and row["result"] == "found"]


def test_each_address_of_a_page_is_one_finding_observed_with_all_its_requests():
    rows = served_findings(view(entry(f"{SITE}/", sent=NAVIGATION), entry(f"{SITE}/lyon", 10, sent=NAVIGATION), entry(f"{SITE}/", 20, sent=NAVIGATION)))
    pages = [row for row in rows if row["topic"] == "page visited"]
    assert [(row["value"], row["entry_ids"], row["basis"], row["strength"], row["rule"]) for row in pages] == [
        (f"{SITE}/", [0, 2], "observed", "certain", "R-SERVED"), (f"{SITE}/lyon", [1], "observed", "certain", "R-SERVED")]  # fmt: skip
    assert all("could" in row["claim"] and " did " not in row["claim"] for row in rows)


@pytest.mark.parametrize(("sent", "strength"), [(NAVIGATION, "certain"), ({"Accept": "text/html"}, "very likely"), ({}, "likely")])
def test_the_strength_is_that_of_the_sign(sent, strength):
    rows = served_findings(view(entry(f"{SITE}/a", sent=sent)))
    assert [row["strength"] for row in rows if row["topic"] == "page visited"] == [strength]
    assert ("look the same" in rows[0]["caveat"]) == (strength != "certain")


def test_of_several_requests_for_a_page_the_surest_sign_counts():
    rows = served_findings(view(entry(f"{SITE}/a"), entry(f"{SITE}/a", 5, sent=NAVIGATION)))
    assert [(row["strength"], row["entry_ids"]) for row in rows if row["topic"] == "page visited"] == [("certain", [0, 1])]


@pytest.mark.parametrize("sent", [
    {"Sec-Fetch-Dest": "iframe", "Accept": "text/html"}, {"Sec-Fetch-Dest": "empty"}, {"Accept": "*/*"}, {"Accept": "text/html", "X-Requested-With": "XMLHttpRequest"},
    {**NAVIGATION, "Sec-Purpose": "prefetch;prerender"},
])  # fmt: skip
def test_frames_fragments_and_what_was_fetched_ahead_are_no_pages(sent):
    rows = served_findings(view(entry(f"{SITE}/a", sent=sent)))
    assert [(row["topic"], row["result"]) for row in rows] == [("page visited", "not found")] and rows[0]["entry_ids"] == [0]


@pytest.mark.parametrize("observer", ["organisation:Widgets", "coalition:clinic.example+widget.example", "tls_terminator:Cloudflare", "hosting:OVH"])
def test_html_that_a_page_of_another_site_referred_may_be_a_frame_and_is_no_page_of_the_visitor(observer):
    frame = entry("https://widget.example/embed", sent={"Accept": "text/html", "Referer": f"{SITE}/"})
    assert said(served_findings(view(frame, observer=observer)), "page visited") == []
    assert said(served_findings(view(frame, observer="first_party:widget.example")), "page visited") == ["https://widget.example/embed"]
    bounced = entry("https://widget.example/embed", sent={**NAVIGATION, "Referer": f"{SITE}/"})
    assert said(served_findings(view(bounced, observer=observer)), "page visited") == ["https://widget.example/embed"]


def test_what_a_third_party_is_asked_for_is_no_page_and_names_no_search():
    assert served_findings(view(entry(f"{SITE}/dentiste/lyon", sent=NAVIGATION), observer="third_party:clinic.example"), CATALOGUE) == []


@pytest.mark.parametrize("observer", ["third_party:widget.example", "organisation:Widgets", "coalition:other.example+widget.example"])
def test_a_search_that_an_address_handed_over_names_is_observed_and_needs_no_inference(observer):
    handed = entry("https://px.widget.example/p.gif?dl=https%3A%2F%2Fwww.clinic.example%2Foncologue%2Fsaint-etienne", mime="image/gif", sent={"Referer": f"{SITE}/dentiste/lyon"})
    rows = served_findings(view(handed, observer=observer), CATALOGUE)
    found = [row for row in rows if row["topic"] == "search query"]
    assert [row["value"] for row in found] == [{"specialty": "dentiste", "city": "lyon"}, {"specialty": "oncologue", "city": "Saint-Étienne"}]
    assert {(row["basis"], row["rule"]) for row in found} == {("observed", "R-SEARCHED")} and said(rows, "page visited") == []
    cut = entry("https://px.widget.example/p.gif", mime="image/gif", sent={"Referer": f"{SITE}/"})
    assert [row for row in served_findings(view(cut, observer=observer), CATALOGUE) if row["topic"] == "search query"] == []
    assert [row for row in served_findings(view(handed, observer=observer)) if row["topic"] == "search query"] == []


def test_a_search_that_was_asked_for_and_handed_on_is_one_finding_with_both_requests():
    page, pixel = entry(f"{SITE}/dentiste/lyon", sent=NAVIGATION), entry("https://px.widget.example/p.gif", 9, mime="image/gif", sent={"Referer": f"{SITE}/dentiste/lyon"})
    rows = served_findings(view(page, pixel, observer="coalition:clinic.example+widget.example"), CATALOGUE)
    assert [row["entry_ids"] for row in rows if row["topic"] == "search query"] == [[0, 1]]


def test_of_an_empty_view_nothing_is_said():
    full = view(entry(f"{SITE}/a", sent=NAVIGATION), observer="network:path")
    assert served_findings(full) and served_findings(full.with_tables(entries=full.entries.head(0)), CATALOGUE) == []


@pytest.mark.parametrize("observer", ["tls_terminator:Cloudflare", "hosting:OVH"])
def test_who_rests_on_a_conclusion_says_so(observer):
    rows = served_findings(view(entry(f"{SITE}/a", sent=NAVIGATION), observer=observer))
    assert all("said of the observer" in row["caveat"] and row["strength"] != "certain" for row in rows if row["result"] == "found")


def test_a_page_that_led_on_says_so():
    rows = served_findings(view(entry(f"{SITE}/go", sent=NAVIGATION, status=302, redirect=f"{SITE}/there"), entry(f"{SITE}/there", 9, sent=NAVIGATION)))
    assert ["led on" in row["claim"] for row in rows if row["topic"] == "page visited"] == [True, False]


def test_addresses_are_masked():
    rows = served_findings(view(entry(f"{SITE}/a?token=0123456789abcdef0123&mail=jan@patient.example", sent=NAVIGATION)))
    assert "0123456789abcdef0123" not in json.dumps(rows) and "jan@patient.example" not in json.dumps(rows)


def test_search_words_of_the_address_and_values_of_forms_are_said_and_secrets_masked():
    query = entry(f"{SITE}/search?q=mal+de+dos&sort=distance&page=2&utm_source=mail&s=", sent=NAVIGATION)
    form = entry(f"{SITE}/login", 5, sent=NAVIGATION, method="POST", form={"lastname": "Exemple", "password": "hunter2hunter2", "csrf_token": "x9", "event": "click"})
    elsewhere = entry("https://other.example/collect", 6, method="POST", mime="text/plain", form={"lastname": "Elsewhere"})
    rows = served_findings(view(query, form, elsewhere))
    words = said(rows, "page words")
    assert words[:2] == ["search words: mal de dos", "form value: Exemple"] and len(words) == 3
    assert words[2].startswith("form value: hunt…(14 characters") and "hunter2" not in json.dumps(rows)


def test_that_the_page_itself_could_be_read_is_counted_by_media_type_and_not_quoted():
    page, data = entry(f"{SITE}/a", sent=NAVIGATION, text="<p>secret diagnosis</p>"), entry(f"{SITE}/api", 3, mime="application/json", text='{"secret": "diagnosis"}')
    picture, script = entry(f"{SITE}/p.svg", 4, mime="image/svg+xml"), entry("https://other.example/x.json", 5, mime="application/json")
    rows = served_findings(view(page, data, picture, script))
    (content,) = [row for row in rows if row["topic"] == "page content"]
    assert content["value"] == {"application/json": 1, "text/html": 1} and content["entry_ids"] == [0, 1] and content["basis"] == "derived"
    assert "diagnosis" not in json.dumps(rows)


def test_a_page_that_only_redirected_had_no_content():
    rows = served_findings(view(entry(f"{SITE}/a", sent=NAVIGATION, status=302, redirect=f"{SITE}/b")))
    assert [row["result"] for row in rows if row["topic"] == "page content"] == ["not found"]


def searches(*urls, catalogue=CATALOGUE):
    return searched_findings(pd.DataFrame({"entry_id": range(len(urls)), "url": urls}), catalogue)


@pytest.mark.parametrize(("path", "query"), [
    ("/dentiste/lyon", {"specialty": "dentiste", "city": "lyon"}), ("/Dentiste/LYON/", {"specialty": "dentiste", "city": "lyon"}),
    ("/oncologue/saint-etienne", {"specialty": "oncologue", "city": "Saint-Étienne"}), ("/oncologue/saint%2D%C3%A9tienne", {"specialty": "oncologue", "city": "Saint-Étienne"}),
    ("/sage-femme?city=Saint+Etienne+du+Bois", {"specialty": "sage-femme", "city": "saint-étienne-du-bois"}), ("/s?q=sage+femme+a+lyon", {"specialty": "sage-femme", "city": "lyon"}),
    ("/dentiste", {"specialty": "dentiste"}), ("/search?city=12", {"city": "12"}), ("/dentiste/lyon?from=saint-etienne", {"specialty": "dentiste"}),
    ("/blog/lyon-dentiste-tarifs/lyon", {"specialty": "dentiste", "city": "lyon"}), ("/saint-etienne?city=lyon", {"city": "lyon"}), ("/lyon/guide-saint-etienne", {"city": "lyon"}),
    ("/s?q=oncologue+saint+etienne+du+bois", {"specialty": "oncologue", "city": "saint-étienne-du-bois"}),
])  # fmt: skip
def test_a_search_is_read_from_the_address_whatever_its_case_accents_and_hyphens(path, query):
    rows = searches(f"{SITE}{path}")
    assert said(rows, "search query") == [query] and rows[0]["basis"] == "observed" and rows[0]["rule"] == "R-SEARCHED"
    assert {row["topic"]: row["value"] for row in rows if row["topic"] in ("specialty", "city")} == query


@pytest.mark.parametrize("path", ["/", "/page/12", "/?page=12", "/dentistes", "/lyonnaise", "/?id=lyon2"])
def test_what_names_no_value_of_the_catalogue_is_in_the_ledger(path):
    rows = searches(f"{SITE}{path}")
    assert [(row["topic"], row["result"], row["entry_ids"]) for row in rows] == [("search query", "not found", [0])]


def test_two_values_of_one_attribute_name_none():
    assert searches(f"{SITE}/lyon/saint-etienne")[0]["result"] == "not found"


def test_pages_of_one_search_are_cited_together():
    rows = searches(f"{SITE}/dentiste/lyon", f"{SITE}/dentiste/lyon?page=2", f"{SITE}/oncologue/lyon")
    assert [(row["value"], row["entry_ids"]) for row in rows if row["topic"] == "search query"] == [
        ({"specialty": "dentiste", "city": "lyon"}, [0, 1]), ({"specialty": "oncologue", "city": "lyon"}, [2])]  # fmt: skip
    assert [(row["value"], row["entry_ids"]) for row in rows if row["topic"] == "city"] == [("lyon", [0, 1, 2])]


def test_a_name_of_the_catalogue_in_an_address_is_that_practitioner_and_nobody_is_called_unnamed():
    assert said(searches(f"{SITE}/praticien/dr-bo-exemple", f"{SITE}/unnamed"), "practitioner") == ["Dr Bo Exemple"]


def test_without_a_catalogue_no_search_is_looked_for():
    assert searches(f"{SITE}/dentiste/lyon", catalogue=None) == []


def test_an_address_that_cannot_be_read_breaks_nothing():
    rows = served_findings(view(entry("https://www.clinic.example/a?q=" + "%ff" * 50 + "&&==&q=\u202elyon", sent=NAVIGATION), entry("https://[::bad/", 2, sent=NAVIGATION)), CATALOGUE)
    assert said(rows, "page visited")


def test_documents_are_a_table_that_names_its_ground():
    table = page_documents(view(entry(f"{SITE}/a", sent=NAVIGATION), entry(f"{SITE}/b.css", 1, mime="text/css")))
    assert table[["entry_id", "site", "ground", "strength"]].values.tolist() == [[0, "clinic.example", "Sec-Fetch-Dest: document", "certain"]]
