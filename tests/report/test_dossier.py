"""Does the card of one observer say what it received, could conclude and could not, how surely, and give nothing away?"""

import json
import re

import pytest
from samples import DIRECTORY, FILES, IMAGE_HOST, SAMPLES

import hartools as ht
from hartools.errors import UnknownObserverError
from hartools.observers.visibility import KINDS
from hartools.report.dossier import MEANS, dossier
from hartools.report.received import received_table

SAMPLE = SAMPLES / "oncologue-paris.chrome-sensitive.har"
SECRET = "s3cr3t-" + "0123456789abcdef" * 2
CATALOGUE = ht.read_catalogue(DIRECTORY)


@pytest.fixture(scope="module")
def capture():
    return ht.read_har(SAMPLE)


@pytest.fixture(scope="module")
def card(capture):
    return dossier(capture, IMAGE_HOST, catalogue=CATALOGUE)


def received(card):
    return card.received.set_index("what")


def test_the_card_says_who_it_is_why_and_what_it_could_conclude(card):
    text = repr(card)
    assert text.splitlines()[0] == "third_party:cloudinary.com, of Cloudinary (US)"
    assert card.who["kind"] == "third_party" and "answered 14 of 15 requests" in card.who["why"] and card.who["strength"]
    assert "It could infer a search for specialty oncologue, city paris" in text and "did " not in re.sub(r"“[^”]*”", "", text)
    assert set(card.findings.result) == {"found"} and "found" not in set(card.ledger.result)


def test_what_was_received_is_counted_as_in_the_view(capture, card):
    view, table = ht.view_as(capture, IMAGE_HOST), received(card)
    assert table.loc["requests", "count"] == len(view.entries) == 14 and table.loc["hosts", "detail"] == "res.cloudinary.com"
    assert table.loc["request headers", "count"] == (view.headers.side == "request").sum() > 0
    assert table.loc["first request", "detail"] == f"{view.entries.started.min():%Y-%m-%d %H:%M:%S} UTC"
    assert table.loc["connections", "observable"] == "not received" and table["count"].isna()["connections"]


def test_every_finding_has_its_evidence_and_every_row_of_it_a_finding(card):
    assert set(card.evidence.entry_id) == {entry_id for ids in card.findings.entry_ids for entry_id in ids}
    for entry_id, numbers in zip(card.evidence.entry_id, card.evidence.findings, strict=True):
        assert numbers and all(entry_id in card.findings.entry_ids.iloc[number - 1] for number in numbers)
    assert set(card.evidence.seen) == {"as received"} and card.evidence.started.is_monotonic_increasing


def test_a_probability_and_a_strength_are_never_mixed(card):
    html = card._repr_html_()
    assert "0.0 %" not in html
    for tag in re.findall(r'<span class="ht-tag">([^<]*)</span>', html):
        basis = tag.partition(",")[0]
        assert (basis == "inferred") == ("probability" in tag) and not (("probability" in tag) and re.search("certain|likely|possible", tag)), tag


def test_what_its_kind_does_not_receive_stands_in_the_words_of_the_mask(card):
    masks = ht.visibility_table()
    withheld = {(row["table"], column) for row in card.withheld.to_dict("records") for column in row["columns"].split(", ")}
    assert withheld == set(masks[masks.third_party != "yes"][["table", "column"]].itertuples(index=False, name=None))
    assert "only the browser knows what caused a request" in repr(card)


def test_what_the_exporter_leaves_out_is_not_observable_and_no_zero():
    table = received(dossier(ht.read_har(SAMPLES / "oncologue-paris.chrome-sanitized.har"), IMAGE_HOST))
    assert table.loc["cookies sent", "observable"] == "no" and table["count"].isna()["cookies sent"] and "removes cookies" in table.loc["cookies sent", "detail"]


def test_where_the_file_holds_cookies_of_others_none_is_none(card):
    table = received(card)
    assert table.loc["cookies sent", "observable"] == "yes" and table.loc["cookies sent", "count"] == 0


def test_bodies_that_the_file_lacks_are_no_zero():
    har = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for entry in har["log"]["entries"]:
        entry["response"]["content"].pop("text", None)
    table = received(dossier(ht.read_har(json.dumps(har).encode()), IMAGE_HOST))
    assert table.loc["bodies answered", "observable"] == "no" and table["count"].isna()["bodies answered"]
    kept = json.loads(SAMPLE.read_text(encoding="utf-8"))
    next(each for each in kept["log"]["entries"] if "cloudinary" in each["request"]["url"])["response"]["content"].pop("text")
    table = received(dossier(ht.read_har(json.dumps(kept).encode()), IMAGE_HOST))
    assert table.loc["bodies answered", "observable"] == "lower bound" and table.loc["bodies answered", "count"] == 13


@pytest.mark.parametrize("observer", ["network:path", "network_doh:path", "network_ech:path", "network_doh_ech:path", "resolver:dns"])
def test_on_the_way_connections_are_received_and_evidence_is_as_the_browser_recorded_it(capture, observer):
    card = dossier(capture, observer)
    table = received(card)
    assert table.loc["connections", "count"] > 0 and table.loc["requests", "observable"] == "not received"
    assert set(card.evidence.seen) == {"as the browser recorded it"} and len(card.findings)
    assert (table.loc["names", "observable"] == "not received") == (observer == "network_doh_ech:path")
    assert (table.loc["bytes to servers", "observable"] == "not received") == (observer == "resolver:dns")
    lines = repr(card).splitlines()
    assert len([line for line in lines if line.startswith("  not received: ")]) <= 2
    assert ("  only of requests without TLS: entries, headers, cookies" in repr(card)) == (observer != "resolver:dns") == ("  entries method (" not in repr(card))


def test_addresses_that_the_file_lacks_are_no_zero():
    har = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for entry in har["log"]["entries"]:
        entry.pop("serverIPAddress", None)
    table = received(dossier(ht.read_har(json.dumps(har).encode()), "network:path"))
    assert table.loc["addresses", "observable"] == "no" and table["count"].isna()["addresses"] and table.loc["names", "count"] == 8


def test_of_requests_without_tls_somebody_on_the_way_receives_everything():
    har = json.dumps(json.loads(SAMPLE.read_text(encoding="utf-8"))).replace("https://www.medirendezvous", "http://www.medirendezvous").encode()
    card = dossier(ht.read_har(har), "network_doh_ech:path", catalogue=CATALOGUE)
    assert received(card).loc["requests", "count"] > 5 and set(card.evidence.seen) == {"as received", "as the browser recorded it"}
    pages = card.findings[card.findings.rule == "R-SERVED"]
    assert len(pages) and pages.claim.str.contains("unencrypted|in clear").all() and "search query" in set(card.findings.topic)


def test_the_site_itself_is_the_baseline(capture):
    card = dossier(capture, "first_party:medirendezvous.example", catalogue=CATALOGUE)
    assert {"page visited", "page content", "search query"} <= set(card.findings.topic) and "R-SERVED" in set(card.findings.rule)


def hostile():
    nasty = "<script>alert(1)</script>$x^{$\x1b[31m\u202e'\"&"
    entries = [
        {"startedDateTime": "2026-01-01T00:00:00Z",
         "request": {"method": nasty, "url": url, "headers": [{"name": "Referer", "value": f"https://a.example/{nasty}?token={SECRET}"}, {"name": "Cookie", "value": f"sid={SECRET}; {nasty}=1"},
                     {"name": "User-Agent", "value": nasty}, {"name": nasty, "value": nasty}, {"name": SECRET, "value": "1"}, {"name": "Sec-Fetch-Dest", "value": "document"}],
                     "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "password", "value": SECRET}, {"name": nasty, "value": nasty}]}},
         "response": {"status": 200, "content": {"mimeType": "text/html", "text": nasty}, "headers": [{"name": "Set-Cookie", "value": f"{nasty}={SECRET}"}]}}
        for url in (f"https://a.example/{nasty}", f"https://b.example/{nasty}?email=jan@patient.example&token={SECRET}&q={nasty}", "http://c.example/?q=x")
    ]  # fmt: skip
    return ht.read_har(json.dumps({"log": {"creator": {"name": nasty}, "pages": [{"id": nasty, "title": nasty}], "entries": entries}}).encode())


@pytest.mark.parametrize("observer", ["first_party:a.example", "third_party:b.example", "network:path", "resolver:dns", "network_doh_ech:path"])
def test_a_hostile_file_is_escaped_bounded_and_masked(observer):
    card = dossier(ht.label_parties(hostile(), first_party="a.example"), observer)
    html, text = card._repr_html_(), repr(card)
    assert "<script" not in html and SECRET not in html + text and "jan@patient.example" not in html + text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", html + text)
    assert SECRET not in card.evidence.to_csv() + card.received.to_csv() + json.dumps(ht.findings_json(card.findings))


def test_the_card_holds_no_script_and_asks_for_nothing(card):
    html = card._repr_html_()
    assert "<script" not in html and not re.search(r"""(?:src|href|action)\s*=|url\(|@import""", html) and " on" not in re.sub(r">[^<]*<", "><", html)


def test_colours_are_those_of_the_notebook_so_that_it_can_be_read_in_light_and_dark(card):
    style = re.search(r"<style>(.*?)</style>", card._repr_html_(), re.S)[1]
    assert not re.search(r"#[0-9a-fA-F]{3,6}|background(?!: none)|(?<!-)color:(?! inherit)", style)
    assert all(line.startswith(".hartools-dossier") for line in style.splitlines())


def test_the_same_input_gives_the_same_card(card):
    again = dossier(ht.read_har(SAMPLE), IMAGE_HOST, catalogue=CATALOGUE)
    assert repr(again) == repr(card) and again._repr_html_() == card._repr_html_()


def test_the_card_is_frozen_and_its_parts_are_tables(card):
    with pytest.raises(AttributeError):
        card.observer = "x"
    assert card.received.columns.tolist() == ["what", "count", "observable", "detail"] and len(received_table(ht.read_har(SAMPLE), ht.view_as(ht.read_har(SAMPLE), IMAGE_HOST))) == len(card.received)


def test_a_long_card_is_cut_and_says_so():
    entries = [{"startedDateTime": f"2026-01-01T00:00:{n % 60:02d}Z", "request": {"method": "GET", "url": f"https://a.example/page{n}", "headers": [{"name": "Sec-Fetch-Dest", "value": "document"}]},
                "response": {"status": 200, "content": {"mimeType": "text/html", "text": "x"}}} for n in range(90)]  # fmt: skip
    card = dossier(ht.read_har(json.dumps({"log": {"entries": entries}}).encode()), "first_party:a.example")
    assert len(card.findings) > 90 and "more, in .findings" in repr(card) and "more are in the attribute findings" in card._repr_html_() and "more are in the attribute evidence" in card._repr_html_()


def test_where_the_site_visited_is_not_known_the_card_says_so():
    entries = [{"request": {"url": f"https://{name}.example/x.js"}, "response": {"status": 200, "content": {"mimeType": "text/javascript"}}} for name in "ab"]
    card = dossier(ht.read_har(json.dumps({"log": {"entries": entries}}).encode()), "third_party:b.example")
    assert "is not known" in card.who["why"]


def test_an_observer_that_is_not_there_is_an_error_that_lists_those_there_are(capture):
    with pytest.raises(UnknownObserverError, match="cloudinary"):
        dossier(capture, "third_party:nobody.example")


def test_every_kind_is_explained():
    assert set(MEANS) == set(KINDS)


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("ambiguous")])
def test_a_card_for_every_kind_of_observer_of_every_exporter(name):
    capture = ht.label_parties(ht.read_har(SAMPLES / name))
    for observer in ht.find_observers(capture).drop_duplicates("kind", keep="last").observer:
        card = dossier(capture, observer, catalogue=CATALOGUE)
        assert repr(card).startswith(observer) and card._repr_html_().count("<details>") == 2
