"""Is every page address, title, search word and typed value seen that a request hands on, in whatever field?"""

import base64
import json
from urllib.parse import quote

import pandas as pd
import pytest
from samples import FILES, SAMPLES, TRUTH

import hartools as ht
from hartools.payloads.page_context import ADDRESSES, KINDS, page_context

PAGE = "https://www.doctor.example/recherche?specialite=cardiologie&ville=Orl%C3%A9ans"
STATS = "https://stats.gamma.example/e"
TITLE = "Cardiologue à Orléans &amp; environs"


def entry(url, *, ms=0, referer=None, headers=(), body=None, mime="application/json", html=None, kind="fetch", frames=()):
    request = {"method": "POST" if body is not None else "GET", "url": url, "httpVersion": "h2", "cookies": [], "queryString": [], "headersSize": -1, "bodySize": 0,
               "headers": [{"name": name, "value": value} for name, value in (*([("Referer", referer)] if referer else []), *headers)]}
    if body is not None:
        request["postData"] = {"mimeType": mime, "text": body}
    answer = {"status": 200, "statusText": "", "httpVersion": "h2", "cookies": [], "headers": [], "content": {"size": 1, "mimeType": "text/html" if html else "text/plain"} | ({"text": html} if html else {}),
              "redirectURL": "", "headersSize": -1, "bodySize": 1}
    more = {"_webSocketMessages": [{"type": way, "time": 1772442000, "opcode": 1, "data": data} for way, data in frames]} if frames else {}
    return {"startedDateTime": f"2026-03-02T09:00:00.{ms:03d}Z", "time": 5, "pageref": "page_1", "_resourceType": kind, "_initiator": {"type": "other"}, "request": request, "response": answer, "cache": {},
            "timings": {"send": 1, "wait": 3, "receive": 1}, **more}


def capture(*entries, title=PAGE):
    first = entry(PAGE, kind="document", html=f"<html><head><title>{TITLE}</title></head></html>")
    log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "entries": [first, *entries],
           "pages": [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "page_1", "title": title, "pageTimings": {}}]}
    return ht.read_har(json.dumps({"log": log}).encode())


def packed(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


FIELDS = {
    "Referer": entry(STATS, ms=5, referer=PAGE),
    "query dl": entry(f"{STATS}?dl={quote(PAGE, safe='')}", ms=5),
    "query twice": entry(f"{STATS}?twice={quote(quote(PAGE, safe=''), safe='')}", ms=5),
    "query b": entry(f"{STATS}?b={quote(base64.b64encode(PAGE.encode()).decode())}", ms=5),
    "query j $.page.url": entry(f"{STATS}?j={quote(json.dumps({'page': {'url': PAGE}}))}", ms=5),
    "form dl": entry(STATS, ms=5, body=f"a=1&dl={quote(PAGE, safe='')}", mime="application/x-www-form-urlencoded"),
    "body $.page_url": entry(STATS, ms=5, body=json.dumps({"page_url": PAGE})),
    "body $.Records[0].Data → base64 → $.page_url": entry(STATS, ms=5, body=json.dumps({"Records": [{"Data": packed({"page_url": PAGE})}]})),
    "header x-page": entry(STATS, ms=5, headers=[("X-Page", PAGE)]),
    "cookie last": entry(STATS, ms=5, headers=[("Cookie", f"last={quote(PAGE, safe='')}")]),
    "WebSocket $.href": entry("wss://stats.gamma.example/ws", ms=5, kind="websocket", frames=[("send", json.dumps({"href": PAGE})), ("receive", json.dumps({"next": PAGE + "2"}))]),
}


@pytest.mark.parametrize("channel", sorted(FIELDS))
def test_a_page_address_is_found_in_every_field(channel):
    rows = page_context(capture(FIELDS[channel]))
    assert rows[["entry_id", "channel", "url", "kind", "party", "is_full"]].values.tolist() == [[1, channel, PAGE, "page URL", "gamma.example", True]]
    assert rows.decoded.tolist() == [channel.startswith(("body", "WebSocket", "cookie")) or channel in ("query twice", "query b", "query j $.page.url")]


@pytest.mark.parametrize(("name", "kind"), [("dl", "page URL"), ("dr", "referrer"), ("referrer", "referrer"), ("page.referrer", "referrer"), ("url", "page URL")])
def test_the_page_before_is_told_from_the_page(name, kind):
    assert page_context(capture(entry(f"{STATS}?{name}={quote(PAGE, safe='')}", ms=5))).kind.tolist() == [kind]


def test_addresses_alone_are_given_unless_more_is_asked_for():
    har = capture(entry(f"{STATS}?dt={quote('Cardiologue à Orléans & environs')}&dl={quote(PAGE, safe='')}", ms=5))
    assert set(page_context(har).kind) == {"page URL"}
    assert set(page_context(har, kinds=KINDS).kind) == {"page URL", "title", "search words"}
    assert page_context(har, kinds=["title"]).value.tolist() == ["Cardiologue à Orléans & environs"]
    with pytest.raises(ValueError, match="no such kind"):
        page_context(har, kinds=["no such kind"])


@pytest.mark.parametrize("title", ["Cardiologue à Orléans & environs", "  CARDIOLOGUE à Orléans  & environs"])
def test_the_title_is_known_whatever_the_field_is_called(title):
    rows = page_context(capture(entry(f"{STATS}?x={quote(title)}", ms=5)), kinds=["title"])
    assert rows[["channel", "url", "why"]].values.tolist() == [["query x", PAGE, "equal to the title of the page"]]


def test_the_title_that_an_exporter_writes_counts_too():
    rows = page_context(capture(entry(f"{STATS}?x={quote('Written by hand')}", ms=5), title="Written by hand"), kinds=["title"])
    assert rows.value.tolist() == ["Written by hand"]


def test_a_title_that_the_file_does_not_show_is_told_by_its_field_alone():
    rows = page_context(capture(entry(f"{STATS}?dt={quote('Set by a script')}&x={quote('Set by a script')}", ms=5)), kinds=["title"])
    assert rows[["channel", "why"]].values.tolist() == [["query dt", "a title by the name of the field"]] and rows.url.isna().all()


@pytest.mark.parametrize(("channel", "sent"), [
    ("query q", entry(f"{STATS}?q=CARDIOLOGIE", ms=5)),
    ("path", entry("https://stats.gamma.example/ads/cardiologie/x.gif", ms=5)),
    ("body $.term", entry(STATS, ms=5, body=json.dumps({"term": "Cardiologie"}))),
    ("WebSocket $.s", entry("wss://stats.gamma.example/ws", ms=5, kind="websocket", frames=[("send", json.dumps({"s": "cardiologie"}))])),
])
def test_search_words_are_found_again_in_any_field(channel, sent):
    rows = page_context(capture(sent), kinds=["search words"])
    assert rows[["channel", "value", "url", "party", "why"]].values.tolist() == [[channel, "cardiologie", PAGE, "gamma.example", "words of the query of the page address"]]


def test_accents_do_not_hide_a_word():
    rows = page_context(capture(entry(f"{STATS}?q=cardiologie%20orleans", ms=5)), kinds=["search words"])
    assert rows.value.tolist() == ["cardiologie orleans"]


def test_words_that_everybody_writes_or_that_came_before_are_none():
    har = capture(entry(f"{STATS}?q=recherche%20doctor%20search", ms=5))
    assert page_context(har, kinds=["search words"]).empty
    before = json.loads(json.dumps(capture(entry(f"{STATS}?q=cardiologie", ms=5)).document()))
    before["log"]["entries"][1]["startedDateTime"] = "2026-03-02T08:59:00.000Z"
    assert page_context(ht.read_har(json.dumps(before).encode()), kinds=["search words"]).empty


@pytest.mark.parametrize(("mime", "body"), [("application/x-www-form-urlencoded", f"nom={quote('Zoë Martin')}&tel=612345678"), ("application/json", json.dumps({"nom": "Zoë Martin", "tel": "612345678"}))])
def test_what_was_typed_into_a_form_of_the_site_is_found_at_others(mime, body):
    sent = entry(STATS, ms=20, body=json.dumps({"user": {"name": "zoë martin", "phone": "612345678"}, "ok": "true", "lang": "fr-fr"}))
    rows = page_context(capture(entry("https://www.doctor.example/contact", ms=10, body=body, mime=mime), sent), kinds=["form value"])
    assert rows[["entry_id", "channel", "value", "party"]].values.tolist() == [[2, "body $.user.name", "zoë martin", "gamma.example"], [2, "body $.user.phone", "612345678", "gamma.example"]]


def test_the_site_itself_is_told_nothing_new():
    own = entry(f"https://www.doctor.example/log?dl={quote(PAGE, safe='')}&q=cardiologie&dt={quote('Cardiologue à Orléans & environs')}", ms=5, referer=PAGE)
    rows = page_context(capture(own), kinds=KINDS)
    assert rows.empty and rows.kind.dtype == rows.url.dtype


@pytest.mark.parametrize("name", FILES)
def test_every_page_of_a_sample_is_handed_on_as_the_site_was_written_to(name):
    har = ht.read_har(SAMPLES / name)
    rows = page_context(har, kinds=KINDS)
    for party in ("google-analytics.com", "facebook.com"):
        told = rows[(rows.kind == "page URL") & (rows.party == party) & (rows.channel == "query dl") & rows.is_full]
        # each page's address as often as it was opened: `/` is no more than an origin
        assert sorted(url.removeprefix("https://www.medirendezvous.example") for url in told.url) == sorted(page for page in TRUTH[name]["pages"] if page != "/"), party
    titles = rows[rows.kind == "title"]
    assert set(titles.party) == {"google-analytics.com"} and set(titles.channel) == {"query dt"} and len(titles) == len(TRUTH[name]["pages"])
    searched = rows[(rows.kind == "search words") & (rows.party == "google-analytics.com")]
    for query in TRUTH[name]["queries"]:
        words = [part for word in query.values() if word for part in word.split("-") if len(part) > 3]
        assert any(set(words) <= set(value.split()) for value in searched.value)


@pytest.mark.parametrize("name", FILES)
def test_the_default_is_addresses_and_stays_what_it_was(name):
    har = ht.read_har(SAMPLES / name)
    rows, everything = page_context(har), page_context(har, kinds=KINDS)
    assert rows.columns.tolist()[:6] == ["entry_id", "channel", "url", "host", "is_full", "decoded"]
    pd.testing.assert_frame_equal(rows, everything[everything.kind.isin(ADDRESSES)].reset_index(drop=True))


def test_a_request_without_a_host_stops_nothing():
    rows = page_context(capture(entry("about:blank", ms=5, referer=PAGE), FIELDS["query dl"]), kinds=KINDS)
    assert rows.url.tolist() == [PAGE, PAGE]


def test_hostile_values_end():
    nasty = ["aHR0c" + "A" * 60_000, "http%3A" * 9000, "[" * 9000, '{"a":' * 3000, "https://[::1", "http://\x00"]
    rows = page_context(capture(*(entry(f"{STATS}?a={quote(value)}", ms=place, body=value) for place, value in enumerate(nasty))), kinds=KINDS)
    assert rows.host.notna().all()
