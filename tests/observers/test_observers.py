"""Who is listed as an onlooker, and what does the view of each kind hold and withhold?"""

import hashlib
import json
import time
from pathlib import Path

import pandas as pd
import pytest
from samples import FILES, SAMPLES

import hartools as ht
from hartools.columns import RECEIVED, TABLES
from hartools.observers import CONNECTION_KINDS, KINDS, MARKS, REQUEST_KINDS, coalition_table
from hartools.observers.matrix import matrix_markdown
from hartools.parties.infrastructure import entry_infrastructure

ROOT = Path(__file__).resolve().parents[2]
DRESSED = SAMPLES / "dressed" / "behind-cloudflare.har"
SITE, PAGE = "doctor.example", "https://www.doctor.example/dentiste/lyon"
TAGS, IMAGE, UID = "https://tags.example/gtm.js", "https://res.cloudinary.com/demo/image/upload/w_160/ab12.jpg", "962b44c276281f3d9112dcd4"
TABLE_NAMES = [name for name in TABLES if name not in ("bodies", "findings")]
EXPORTERS = sorted(name for name in FILES if name.startswith("oncologue-paris"))


def entry(url, *, ms=0, kind="image", referer=PAGE, sent=(), made=(), headers=(), answer=(), body=None, text=None, status=200, to="", address="203.0.113.7", connection=None, cached=False,
          error=None, method=None, size=(100, 1000), cause=None, mime=None):
    """Make an entry as Chrome writes it."""
    dest = {"document": "document", "script": "script", "fetch": "empty", "frame": "iframe"}.get(kind, kind)
    request = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"), ("Sec-Fetch-Dest", dest), *([("Referer", referer)] if referer else []), *([("Cookie", "; ".join(sent))] if sent else []), *headers]
    mime = mime or {"document": "text/html", "frame": "text/html", "script": "text/javascript", "fetch": "application/json"}.get(kind, "image/jpeg")
    made_entry = {
        "startedDateTime": f"2026-03-02T09:00:{ms // 1000:02d}.{ms % 1000:03d}Z", "time": 5, "pageref": "page_1", "_resourceType": "document" if kind == "frame" else kind, "cache": {},
        "timings": {"send": 1, "wait": 3, "receive": 1}, "_initiator": {"type": "script", "url": cause} if cause else {"type": "other"},
        "request": {"method": method or ("POST" if body else "GET"), "url": url, "httpVersion": "h2", "cookies": [], "queryString": [], "headersSize": size[0], "bodySize": 0,
                    "headers": [{"name": name, "value": value} for name, value in request], **({"postData": {"mimeType": "application/json", "text": body}} if body else {})},
        "response": {"status": status, "statusText": "", "httpVersion": "h2", "cookies": [], "redirectURL": to, "headersSize": 0, "bodySize": size[1], "_transferSize": size[1], "_error": error,
                     "headers": [{"name": name, "value": value} for name, value in [*(("Set-Cookie", cookie) for cookie in made), *answer]], "content": {"size": 10, "mimeType": mime, "text": text or "x"}},
    }  # fmt: skip
    return made_entry | ({"serverIPAddress": address} if address else {}) | ({"connection": connection} if connection else {}) | ({"_fromCache": "disk"} if cached else {})


def document(url=PAGE, **options):
    return entry(url, **{"kind": "document", "referer": None} | options)


def capture(*entries):
    pages = [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "page_1", "title": "secret title", "pageTimings": {"onLoad": 9}}]
    return ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": pages, "entries": list(entries)}}).encode())


def names(table, kind):
    return table.name[table.kind == kind].tolist()


def urls(view):
    return view.entries.url.tolist()


def why(found, observer):
    return found.set_index("observer").why[observer]


# ---- the masks ------------------------------------------------------------------------------


def test_every_column_of_the_contract_has_a_mark_and_a_reason_for_every_kind():
    masks = ht.visibility_table()
    assert set(zip(masks.table, masks.column, strict=True)) == {(table, column.name) for table, columns in TABLES.items() if table != "findings" for column in columns}
    assert not masks.duplicated(["table", "column"]).any() and masks.why.str.len().min() > 5
    assert list(masks.columns) == ["table", "column", *KINDS, "why"] and set(REQUEST_KINDS) | set(CONNECTION_KINDS) == set(KINDS)
    assert {mark for kind in KINDS for marks in masks[kind] for mark in marks.split("+")} == set(MARKS)


def test_the_matrix_in_the_documentation_is_the_one_in_use():
    assert matrix_markdown() in (ROOT / "docs" / "observers.md").read_text(encoding="utf-8")


def test_every_kind_has_a_section_in_the_documentation():
    text = (ROOT / "docs" / "observers.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}:" not in text] == []


# ---- of every kind --------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPORTERS + ["dressed/behind-cloudflare.har"])
def test_every_observer_listed_has_a_view_that_holds_no_more_than_its_mask(name):
    recorded = ht.read_har(SAMPLES / name)
    found, masks = ht.find_observers(recorded), ht.visibility_table()
    assert set(found.kind) >= set(KINDS) - {"script", "hosting"}
    for observer, kind in zip(found.observer, found.kind, strict=True):
        view = ht.view_as(recorded, observer)
        assert view.observer == observer
        assert set(view.entries.outcome.dropna()) <= set(RECEIVED)
        for table in TABLE_NAMES:
            rows = view.table(table)
            assert list(rows.columns) == [column.name for column in TABLES[table]]
            shown = {column for column in rows.columns if rows[column].notna().any()}
            assert shown <= set(masks.column[(masks.table == table) & (masks[kind] != "no")]), (observer, table)
            if "entry_id" in rows and table != "entries":
                assert set(rows.entry_id) <= set(view.entries.entry_id)
        assert set(view.entries.page_id) == set(view.pages.page_id)
        with pytest.raises(ht.HarError):
            view.document()


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_caller_capture_is_as_before_and_the_answer_is_the_same_twice(name):
    recorded = ht.read_har(SAMPLES / name)
    before = recorded.entries
    first, second = ht.find_observers(recorded), ht.find_observers(recorded)
    pd.testing.assert_frame_equal(first, second)
    for observer in first.observer:
        pd.testing.assert_frame_equal(ht.view_as(recorded, observer).entries, ht.view_as(recorded, observer).entries)
    pd.testing.assert_frame_equal(recorded.entries, before)


def test_kinds_are_chosen_and_third_parties_stay_as_they_were():
    recorded = ht.read_har(DRESSED)
    everybody, third = ht.find_observers(recorded), ht.find_observers(recorded, kinds=("third_party",))
    assert set(third.kind) == {"third_party"}
    pd.testing.assert_frame_equal(everybody.head(len(third)), third)
    assert third[["name", "entries", "attempted"]].values.tolist() == [["cloudinary.com", 14, 15], ["data-beta.example", 4, 4], ["facebook.com", 4, 4], ["google-analytics.com", 4, 4],
                                                                       ["regie-alpha.example", 4, 4], ["googletagmanager.com", 1, 4]]  # fmt: skip
    assert set(ht.find_observers(recorded, kinds="resolver").kind) == {"resolver"}
    with pytest.raises(ValueError, match="network_doh"):
        ht.find_observers(recorded, kinds=["isp"])


@pytest.mark.parametrize("observer", ["nobody", "isp:x", "third_party:", "network:isp", "resolver:path", "organisation:Nobody Ltd", "tls_terminator:Nobody", "hosting:Nobody", "script:nobody.example",
                                      "first_party:nobody.example", "coalition:cloudinary.com", "coalition:cloudinary.com+nobody.example", "coalition:cloudinary.com+res.cloudinary.com"])
def test_an_observer_that_is_not_there_is_refused_by_name(observer):
    with pytest.raises(ht.HarError, match="nobody|isp|path|Nobody|KIND|two parties"):
        ht.view_as(ht.read_har(ht.example_har()), observer)


def test_what_never_reached_anybody_is_in_no_view():
    recorded = capture(document(), entry(IMAGE + "?blocked", error="net::ERR_BLOCKED_BY_CLIENT", status=0, address=None), entry(IMAGE + "?cached", cached=True, size=(100, 0)),
                       entry(IMAGE + "?failed", error="net::ERR_CONNECTION_RESET", status=0), entry("http://res.cloudinary.com/plain?cached", cached=True, size=(100, 0)),
                       entry("https://only-cached.example/x.js", kind="script", cached=True, size=(100, 0)))  # fmt: skip
    assert set(recorded.entries.outcome) == {"answered", "blocked", "cached", "failed"}
    for observer in ("first_party:doctor.example", "third_party:cloudinary.com", "organisation:Cloudinary", "script:only-cached.example", "coalition:doctor.example+cloudinary.com", "network:path", "resolver:dns"):
        view = ht.view_as(recorded, observer)
        assert not [url for url in urls(view) if url != PAGE]
        assert set(view.connections.name) <= {"www.doctor.example"}


def test_an_empty_capture_shows_nobody():
    har = {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": [entry("data:,x", address=None)]}}
    assert len(ht.find_observers(ht.read_har(json.dumps(har).encode()))) == 0


# ---- first party, organisation --------------------------------------------------------------


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_first_party_has_its_own_pages_by_their_addresses(name):
    view = ht.view_as(ht.read_har(SAMPLES / name), "first_party:medirendezvous.example")
    assert view.pages.url.tolist() == [f"https://www.medirendezvous.example{path}" for path in ("/", "/oncologue/paris", "/praticien/dr-charlotte-besnardin", "/rendez-vous/dr-charlotte-besnardin")]
    of_page = dict(zip(view.pages.page_id, view.pages.url, strict=True))
    searched = view.entries[view.entries.url.str.contains("/api/search")]
    assert {of_page[page] for page in searched.page_id} == {"https://www.medirendezvous.example/oncologue/paris"}
    assert view.pages.title.isna().all() and set(view.entries.site) == {"medirendezvous.example"}


def test_pages_are_told_by_referrer_redirect_and_origin():
    other = "https://www.doctor.example/psychiatre/nantes"
    recorded = capture(
        document("https://www.doctor.example/go", status=302, to=PAGE), document(PAGE, ms=50), entry("https://www.doctor.example/site.css", ms=100, kind="stylesheet", mime="text/css"),
        document(other, ms=5000, referer=PAGE), entry("https://www.doctor.example/font.woff", ms=5100, kind="font", referer="https://www.doctor.example/site.css"),
        entry("https://api.doctor.example/late", ms=20000, kind="fetch", referer="https://www.doctor.example/"), entry("https://www.doctor.example/first-tab", ms=21000, kind="fetch", referer=PAGE),
    )
    view = ht.view_as(recorded, "first_party:doctor.example")
    page = view.entries.page_id.map(dict(zip(view.pages.page_id, view.pages.url, strict=True)))
    # a file that was loaded once and refers what it needs later belongs to the page that loaded it
    assert dict(zip(view.entries.path, page, strict=True)) == {"/go": PAGE, "/dentiste/lyon": PAGE, "/site.css": PAGE, "/psychiatre/nantes": other, "/font.woff": PAGE, "/late": other, "/first-tab": PAGE}


def test_a_referrer_cut_to_its_origin_is_not_the_home_page():
    home, other = "https://www.doctor.example/", "https://www.doctor.example/psychiatre/nantes"
    recorded = capture(document(home), document(other, ms=3000, referer=home), entry("https://api.doctor.example/cut", ms=3100, kind="fetch", referer=home), entry("https://www.doctor.example/whole", ms=3200, kind="fetch", referer=home),
                       entry(TAGS, ms=3300, kind="script", referer=home))  # fmt: skip
    view = ht.view_as(recorded, "first_party:doctor.example")
    page = view.entries.page_id.map(dict(zip(view.pages.page_id, view.pages.url, strict=True)))
    assert dict(zip(view.entries.path, page, strict=True)) == {"/": home, "/psychiatre/nantes": other, "/cut": other, "/whole": home}
    # nor is it for whom a script runs
    assert ht.view_as(recorded, "script:tags.example").pages.url.tolist() == [other]


def test_a_page_from_the_cache_is_still_named_by_the_referrer_of_its_own_site():
    recorded = capture(document(cached=True, size=(100, 0)), entry("https://www.doctor.example/api", ms=10, kind="fetch"), entry("https://www.doctor.example/api?2", ms=9000, kind="fetch"))
    view = ht.view_as(recorded, "first_party:doctor.example")
    assert view.pages.url.tolist() == [PAGE] and len(view) == 2


def test_a_frame_and_a_prefetch_are_no_pages_of_the_visitor():
    recorded = capture(document(), entry("https://www.doctor.example/frame", ms=10, kind="frame"), document("https://www.doctor.example/next", ms=20, referer=PAGE, headers=[("Sec-Purpose", "prefetch")]))
    assert ht.view_as(recorded, "first_party:doctor.example").pages.url.tolist() == [PAGE]


def test_an_organisation_has_all_hosts_of_its_domains():
    recorded = capture(document(), entry("https://www.facebook.com/tr?id=1"), entry("https://connect.facebook.net/sdk.js", kind="script"), entry(IMAGE))
    found = ht.find_observers(recorded, kinds="organisation").set_index("name")
    assert found.hosts["Meta Platforms"] == ["connect.facebook.net", "www.facebook.com"] and "owners table" in found.why["Meta Platforms"]
    assert set(ht.view_as(recorded, "organisation:Meta Platforms").entries.host) == {"connect.facebook.net", "www.facebook.com"}
    owners = pd.DataFrame({"domain": ["facebook.com", "doctor.example"], "organisation": ["Meta Platforms", "Praxis GmbH"]})
    assert ht.view_as(recorded, "organisation:Praxis GmbH", owners=owners).entries.url.tolist() == [PAGE]
    with pytest.raises(ht.HarError, match="Meta Platforms"):
        ht.view_as(recorded, "organisation:Praxis GmbH")


def test_who_only_lends_the_machine_is_listed_less_surely_and_so_said():
    row = ht.find_observers(capture(document(), entry("https://d111.cloudfront.net/x.jpg")), kinds="organisation").iloc[0]
    assert row.strength == "likely" and "lends the name" in row.why


# ---- who ended TLS, and who stood behind ----------------------------------------------------


def test_cloudflare_could_read_the_search_that_it_fronted():
    recorded = ht.read_har(DRESSED)
    found = ht.find_observers(recorded, kinds="tls_terminator").set_index("name")
    assert found.strength["Cloudflare"] == "certain" and "E5" in found.why["Cloudflare"] and found.hosts["Cloudflare"] == ["www.medirendezvous.example"]
    view = ht.view_as(recorded, "tls_terminator:Cloudflare")
    assert set(view.entries.host) == {"www.medirendezvous.example"} and found.entries["Cloudflare"] == len(view)
    assert "https://www.medirendezvous.example/oncologue/paris" in view.pages.url.tolist()
    held = view.bodies(side="response")
    assert held.data.map(lambda data: "oncologue" in (data if isinstance(data, str) else "")).any()
    assert view.cookies.http_only.fillna(False).any() and view.headers.name.isin(["cookie"]).any()
    assert set(ht.view_as(recorded, "tls_terminator:Amazon Web Services").entries.host) == {"events-data.medirendezvous.example"}


@pytest.mark.parametrize("name", [*EXPORTERS, "dressed/behind-cloudflare.har"])
def test_who_ended_tls_is_who_the_infrastructure_table_names(name):
    recorded = ht.read_har(SAMPLES / name)
    told = entry_infrastructure(recorded)
    told = told[told.tls_ended_by.notna() & (told.strength != "undecidable")]
    found = ht.find_observers(recorded, kinds="tls_terminator")
    assert {(name, host) for name, hosts in zip(found.name, found.hosts, strict=True) for host in hosts} == set(zip(told.tls_ended_by, told.host, strict=True))


RAY = [("cf-ray", "8f1c2d3e4f5a6b7c-CDG"), ("server", "cloudflare")]
S3 = [("x-amz-id-2", "kL8" + "aB3/+d" * 12 + "=")]


def test_who_alone_ends_tls_has_all_of_a_host_and_of_several_each_its_addresses():
    alone = capture(document(answer=RAY, address="104.18.26.156"), entry("https://www.doctor.example/a.jpg", address="104.18.26.156", status=304))
    assert len(ht.view_as(alone, "tls_terminator:Cloudflare")) == 2
    front = [("via", "1.1 0123456789abcdef.cloudfront.net (CloudFront)"), ("x-amz-cf-id", "abcDEF123=="), ("x-amz-cf-pop", "CDG50-P1")]
    several = capture(document(answer=RAY, address="104.18.26.156"), entry("https://www.doctor.example/a.jpg", address="104.18.26.156", status=304),
                      entry("https://www.doctor.example/b.jpg", address="108.138.246.76", answer=front), entry("https://www.doctor.example/c.jpg", address="108.138.246.76", status=304))
    assert [path for path in ht.view_as(several, "tls_terminator:Cloudflare").entries.path if path != "/dentiste/lyon"] == ["/a.jpg"]
    assert ht.view_as(several, "tls_terminator:Amazon CloudFront").entries.path.tolist() == ["/b.jpg", "/c.jpg"]


def test_who_stands_behind_has_the_exchanges_that_name_it():
    recorded = capture(document(answer=RAY, address="104.18.26.156"), entry("https://www.doctor.example/a.jpg", address="104.18.26.156", answer=[*RAY, ("cf-cache-status", "DYNAMIC"), *S3]))
    found = ht.find_observers(recorded, kinds=("tls_terminator", "hosting")).set_index("observer")
    (behind,) = [observer for observer in found.index if observer.startswith("hosting:")]
    assert "stand behind" in found.why[behind] and found.entries["tls_terminator:Cloudflare"] == 2
    assert ht.view_as(recorded, behind).entries.path.tolist() == ["/a.jpg"]


@pytest.mark.parametrize("signs", [RAY, [*RAY, ("cf-cache-status", "DYNAMIC"), *S3], []], ids=["edge", "edge and store", "address alone"])
@pytest.mark.parametrize("address", ["104.18.26.156", "52.95.110.1"])
def test_other_hosts_do_not_change_who_fronts_a_host(signs, address):
    own = [document(address=address, connection="7"), entry("https://www.doctor.example/a.jpg", ms=5, address=address, answer=signs, connection="7")]
    # one address for many sites, a connection in common, other days, and pages enough to exhaust what is looked into
    others = [document(f"https://p{number}.other{number}.example/", ms=number * 9, address=address, connection="7", answer=S3, text="<html>") for number in range(90)]
    alone, beside = capture(*own), capture(*others[:45], *own, *others[45:])
    found = ht.find_observers(alone, kinds=("tls_terminator", "hosting")).observer
    assert len(found)
    for observer in found:
        before, after = ht.view_as(alone, observer), ht.view_as(beside, observer)
        after_own = after.entries[after.entries.host == "www.doctor.example"]
        assert after_own.url.tolist() == before.entries.url.tolist() and len(before)


def test_pages_are_not_looked_into_since_only_the_first_of_them_could_be():
    recorded = capture(document(address="104.18.26.156", text="<script src=/cdn-cgi/challenge-platform/x.js></script>"))
    assert entry_infrastructure(recorded).grade.tolist() == ["E5"]
    row = ht.find_observers(recorded, kinds="tls_terminator").iloc[0]
    assert row["name"] == "Cloudflare" and "E2" in row.why and row.strength == "likely"


def test_one_public_address_for_several_sites_is_said_to_look_like_a_proxy():
    recorded = capture(document(address="104.18.26.156", answer=RAY), *[entry(f"https://a.site{number}.example/x", address="104.18.26.156") for number in range(3)])
    row = ht.find_observers(recorded, kinds="tls_terminator").iloc[0]
    assert row.strength == "possible" and "proxy on the way" in row.why


# ---- scripts in the page --------------------------------------------------------------------


def page_with_tags():
    return capture(
        document(made=["open=o12345678; Path=/", "closed=c12345678; Path=/; HttpOnly", "elsewhere=e12345678; Path=/account"], text="<html>the page</html>"),
        entry("https://www.doctor.example/api/early?q=1", ms=20, kind="fetch", text='{"early": 1}', sent=["open=o12345678", "closed=c12345678", "written=w12345678"]),
        entry(TAGS, ms=50, kind="script", referer="https://www.doctor.example/", sent=["tags=own"], text="run()"),
        entry("https://pixel.example/px.js", ms=60, kind="script", cause=TAGS, referer="https://www.doctor.example/"),
        entry("https://www.doctor.example/api/late", ms=100, kind="fetch", body='{"q": "dentiste"}', text='{"late": 1}', answer=[("X-Secret", "hidden")], sent=["open=o12345678", "closed=c12345678"]),
        entry(IMAGE, ms=110, referer="https://www.doctor.example/", made=["img=i12345678"]),
        entry("https://frame.example/f", ms=120, kind="frame"), entry("https://inside.example/x.jpg", ms=130, referer="https://frame.example/"),
        entry("https://hop.example/1", ms=140, status=302, to="https://hop.example/2"), entry("https://hop.example/2", ms=141),
        entry("https://unknown.example/x.jpg", ms=150, referer=None),
        document("https://www.doctor.example/other", ms=9000, text="<html>no tags here</html>"), entry(IMAGE + "?other", ms=9100, referer="https://www.doctor.example/other"),
    )  # fmt: skip


@pytest.mark.parametrize("observer", ["tag_manager:tags.example", "script:tags.example"])
def test_a_script_in_the_page_sees_what_the_page_loads_and_reads_what_it_fetches(observer):
    view = ht.view_as(page_with_tags(), observer)
    assert urls(view) == [PAGE, "https://www.doctor.example/api/early?q=1", TAGS, "https://pixel.example/px.js", "https://www.doctor.example/api/late", IMAGE, "https://frame.example/f", "https://hop.example/1"]
    read = {(view.entries.set_index("entry_id").path[row.entry_id], row.side) for row in view.bodies().itertuples()}
    assert read == {("/dentiste/lyon", "response"), ("/gtm.js", "response"), ("/api/late", "request"), ("/api/late", "response")}
    by_path = view.entries.set_index("path")
    assert by_path.status.dropna().index.tolist() == ["/gtm.js"] and by_path.method.dropna().index.tolist() == ["/gtm.js", "/api/late"]
    assert by_path.outcome.isin(["answered"]).all() and by_path.server_ip.dropna().index.tolist() == ["/gtm.js"]
    assert set(view.headers.entry_id) == set(view.entries.entry_id[view.entries.path == "/gtm.js"])
    assert view.pages.url.tolist() == [PAGE]


def test_httponly_cookies_and_those_of_other_hosts_and_paths_are_not_in_document_cookie():
    cookies = ht.view_as(page_with_tags(), "script:tags.example").cookies
    assert set(zip(cookies.name, cookies.value, strict=True)) == {("open", "o12345678"), ("tags", "own")}
    assert cookies[cookies.name == "open"][["domain", "path", "http_only", "secure"]].isna().all().all()
    assert cookies.side[cookies.name == "open"].tolist() == ["response", "request", "request"]


@pytest.mark.parametrize("name", [name for name in EXPORTERS if "sanitized" not in name])
def test_no_httponly_cookie_of_the_site_reaches_the_tag_manager(name):
    recorded = ht.read_har(SAMPLES / name)
    made = recorded.cookies[(recorded.cookies.side == "response").fillna(False)]
    site = set(recorded.entries.entry_id[recorded.entries.host.str.endswith("medirendezvous.example")])
    hidden = set(made.value[(made.http_only == True) & made.entry_id.isin(site)])  # noqa: E712
    view = ht.view_as(recorded, "tag_manager:googletagmanager.com")
    theirs = view.cookies[view.cookies.entry_id.isin(site)]
    assert hidden and not hidden & set(view.cookies.value) and set(theirs.name) == {"ssid"}
    assert view.pages.url.tolist() == ["https://www.medirendezvous.example/"]


def test_the_tag_manager_is_known_by_the_owners_table_or_by_what_its_script_loads():
    found = ht.find_observers(page_with_tags(), kinds=("tag_manager", "script"))
    assert names(found, "tag_manager") == ["tags.example"] and names(found, "script") == ["pixel.example"]
    assert "run in 1 document and see 6 other requests" in why(found, "tag_manager:tags.example")
    cached = ht.find_observers(ht.read_har(DRESSED), kinds="tag_manager")
    assert names(cached, "tag_manager") == ["googletagmanager.com"] and "3 more times" in cached.why[0] and "owners table" in cached.why[0]


def test_a_script_whose_page_is_not_named_has_its_own_requests_alone():
    recorded = capture(document(), entry(TAGS, ms=50, kind="script", referer=None), entry(IMAGE, ms=60))
    assert urls(ht.view_as(recorded, "script:tags.example")) == [TAGS]
    assert ht.find_observers(recorded, kinds="script").strength.tolist() == ["possible"]


def test_what_a_frame_of_another_site_runs_sees_nothing_of_the_page():
    recorded = capture(document(), entry("https://frame.example/f", ms=10, kind="frame"), entry(TAGS, ms=50, kind="script", referer="https://frame.example/"), entry(IMAGE, ms=60))
    assert urls(ht.view_as(recorded, "script:tags.example")) == [TAGS]


# ---- on the way -----------------------------------------------------------------------------


def on_the_way():
    return capture(
        document(connection="1", address="203.0.113.1"), entry("https://www.doctor.example/a.jpg", ms=900, connection="1", address="203.0.113.1", size=(50, 500)),
        entry("https://static.doctor.example/b.jpg", ms=950, connection="1", address="203.0.113.1", size=(1, 10)), entry(IMAGE, ms=100, connection="2", address="203.0.113.2"),
        entry(IMAGE + "?2", ms=200, connection="3", address="203.0.113.2", size=(-1, 7)), entry("http://plain.example/login?pw=1", ms=300, connection="4", address="203.0.113.4", body='{"pw": "x"}', sent=["sid=1"]),
        entry("https://198.51.100.9/x.jpg", ms=400, connection="5", address="198.51.100.9"),
    )  # fmt: skip


def contacts(view, *columns):
    rows = view.connections[list(columns)].astype(object)
    return [tuple(row) for row in rows.where(rows.notna(), None).values.tolist()]


def test_connections_have_names_addresses_times_and_bytes_where_all_are_known():
    view = ht.view_as(on_the_way(), "network_doh:path")
    assert contacts(view, "name", "address", "port", "bytes_up", "bytes_down") == [
        ("www.doctor.example", "203.0.113.1", 443, 151, 1510), ("res.cloudinary.com", "203.0.113.2", 443, 100, 1000), ("res.cloudinary.com", "203.0.113.2", 443, None, 7),
        ("plain.example", "203.0.113.4", 80, 100, 1000), (None, "198.51.100.9", 443, 100, 1000),
    ]  # fmt: skip
    first = view.connections.iloc[0]
    assert (first["last"] - first["first"]).total_seconds() == 0.95 and first["first"] == pd.Timestamp("2026-03-02T09:00:00Z")


@pytest.mark.parametrize(("kind", "expected"), [
    ("network", {"www.doctor.example", "static.doctor.example", "res.cloudinary.com", "plain.example"}), ("network_doh", {"www.doctor.example", "res.cloudinary.com", "plain.example"}),
    ("network_ech", {"www.doctor.example", "static.doctor.example", "res.cloudinary.com", "plain.example"}), ("network_doh_ech", {"plain.example"}),
])  # fmt: skip
def test_names_are_known_where_dns_or_the_hello_passes_in_clear(kind, expected):
    view = ht.view_as(on_the_way(), f"{kind}:path")
    assert set(view.connections.name.dropna()) == expected
    assert set(view.connections.address) == {"203.0.113.1", "203.0.113.2", "203.0.113.4", "198.51.100.9"}
    looked_up = view.connections[view.connections.name == "static.doctor.example"]
    assert looked_up[["port", "last", "bytes_up", "bytes_down"]].isna().all().all()


@pytest.mark.parametrize("kind", CONNECTION_KINDS)
def test_only_requests_without_tls_can_be_told_apart_on_the_way(kind):
    view = ht.view_as(on_the_way(), f"{kind}:{'dns' if kind == 'resolver' else 'path'}")
    if kind == "resolver":
        assert len(view.entries) == len(view.headers) == len(view.pages) == len(view.bodies()) == 0
        return
    assert urls(view) == ["http://plain.example/login?pw=1"] and set(view.cookies.value) == {"1"}
    assert view.bodies(side="request").data.tolist() == ['{"pw": "x"}']
    with pytest.raises(KeyError):
        view.bodies([0])


def test_the_resolver_has_names_addresses_and_first_times():
    view = ht.view_as(on_the_way(), "resolver:dns")
    assert contacts(view, "name", "address") == [("www.doctor.example", "203.0.113.1"), ("res.cloudinary.com", "203.0.113.2"), ("plain.example", "203.0.113.4"), ("static.doctor.example", "203.0.113.1")]
    assert view.connections[["port", "last", "bytes_up", "bytes_down"]].isna().all().all() and view.connections["first"].notna().all()


def test_without_numbers_of_connections_there_is_one_per_host_address_and_port():
    recorded = capture(document(), entry("https://www.doctor.example/a"), entry("https://www.doctor.example:8443/a"), entry("https://static.doctor.example/a"), entry(IMAGE, address=None), entry(IMAGE, address="203.0.113.9"))
    named = contacts(ht.view_as(recorded, "network:path"), "name", "address", "port")
    assert sorted(named, key=str) == sorted([("www.doctor.example", "203.0.113.7", 443), ("www.doctor.example", "203.0.113.7", 8443), ("static.doctor.example", "203.0.113.7", 443),
                                             ("res.cloudinary.com", None, 443), ("res.cloudinary.com", "203.0.113.9", 443)], key=str)  # fmt: skip
    nameless = contacts(ht.view_as(recorded, "network_doh_ech:path"), "name", "address", "port")
    assert sorted(nameless, key=str) == sorted([(None, "203.0.113.7", 443), (None, "203.0.113.7", 8443), (None, None, 443), (None, "203.0.113.9", 443)], key=str)


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_way_knows_every_host_that_was_asked(name):
    recorded = ht.read_har(SAMPLES / name)
    asked = set(recorded.entries.host[recorded.entries.outcome.isin(RECEIVED)])
    assert set(ht.view_as(recorded, "network:path").connections.name) == set(ht.view_as(recorded, "resolver:dns").connections.name) == asked
    assert ht.view_as(recorded, "network_doh_ech:path").connections.name.isna().all()


@pytest.mark.parametrize("kind", CONNECTION_KINDS)
def test_connections_are_cited_by_requests_that_were_sent(kind):
    recorded = on_the_way()
    view = ht.view_as(recorded, f"{kind}:{'dns' if kind == 'resolver' else 'path'}")
    cited = view.table("connection_entries")
    assert set(cited.connection) == set(range(len(view.connections))) and set(cited.entry_id) <= set(recorded.entries.entry_id)
    host = recorded.entries.set_index("entry_id").server_ip
    assert all(host[entry_id] == view.connections.address[row] for row, entry_id in zip(cited.connection, cited.entry_id, strict=True))


# ---- coalitions -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPORTERS)
def test_a_coalition_holds_what_its_members_hold_and_no_more(name):
    recorded = ht.read_har(SAMPLES / name)
    table = coalition_table(recorded)
    for coalition, members in zip(table.coalition, table.members, strict=True):
        view, views = ht.view_as(recorded, coalition), [ht.view_as(recorded, f"third_party:{site}") for site in members]
        for rows in ("entries", "headers", "cookies", "params", "messages"):
            columns = [column for column in view.table(rows).columns if column not in ("page_id", "operator_domain")]
            together = pd.concat([each.table(rows)[columns] for each in views]).sort_values("entry_id", kind="stable", ignore_index=True)
            pd.testing.assert_frame_equal(view.table(rows)[columns].sort_values("entry_id", kind="stable", ignore_index=True), together)
        assert len(view.bodies()) == sum(len(each.bodies()) for each in views)


def test_a_shared_identifier_joins_the_parties_that_it_reached_and_is_shown_masked():
    recorded = capture(document(), entry("https://sync.alpha.example/px", ms=10, made=[f"uid={UID}"], status=302, to=f"https://match.beta.example/m?partner_uid={UID}"),
                       entry(f"https://match.beta.example/m?partner_uid={UID}", ms=20), entry(f"https://gamma.example/m?uid={UID}", ms=30))  # fmt: skip
    row = coalition_table(recorded).iloc[0]
    assert row.members == ["alpha.example", "beta.example", "gamma.example"] and (row.key_kind, row.basis) == ("shared identifier", "observed")
    assert UID not in row.key and "#" in row.key and row.entry_ids == [1, 2, 3] and row.strength in ("likely", "very likely")
    assert row.coalition == "coalition:alpha.example+beta.example+gamma.example"
    assert ht.view_as(recorded, "coalition:gamma.example+beta.example+alpha.example").observer == row.coalition


def test_a_hashed_identifier_is_derived():
    recorded = capture(document(), entry("https://sync.alpha.example/px", ms=10, made=[f"uid={UID}"]), entry("https://sync.alpha.example/px", ms=15, sent=[f"uid={UID}"]),
                       entry(f"https://match.beta.example/m?partner_uid={hashlib.sha256(UID.encode()).hexdigest()}", ms=20))  # fmt: skip
    table = coalition_table(recorded)
    assert table.basis[table.key_kind == "shared identifier"].tolist() == ["derived"]


def test_a_common_owner_joins_its_domains_and_the_address_joins_all_by_assumption():
    recorded = capture(document(), entry("https://www.facebook.com/tr?id=1"), entry("https://connect.facebook.net/sdk.js", kind="script"), entry(IMAGE))
    table = coalition_table(recorded).set_index("key_kind")
    assert table.members["common owner"] == ["facebook.com", "facebook.net"] and table.basis["common owner"] == "derived" and "owners table" in table.why["common owner"]
    assumed = table.loc["address, user agent and time"]
    assert assumed.members == ["cloudinary.com", "facebook.com", "facebook.net"] and (assumed.basis, assumed.strength) == ("assumed", "possible") and "does not hold the visitor's address" in assumed.why
    assert names(ht.find_observers(recorded), "coalition") == ["cloudinary.com+facebook.com+facebook.net", "facebook.com+facebook.net"]


def test_customers_of_one_machine_have_no_common_owner_and_nobody_joins_alone():
    recorded = capture(document(), entry("https://d111.cloudfront.net/x.jpg"), entry("https://d222.cloudfront.net/x.jpg"))
    assert "common owner" not in coalition_table(recorded).key_kind.tolist()
    assert len(coalition_table(capture(document(), entry(IMAGE)))) == 0
    assert len(coalition_table(capture(document(), entry(IMAGE), entry("https://blocked.example/x", error="net::ERR_BLOCKED_BY_CLIENT", status=0)))) == 0


def test_every_coalition_cites_entries_that_are_there():
    recorded = ht.read_har(DRESSED)
    for row in coalition_table(recorded).itertuples():
        assert row.entry_ids and set(row.entry_ids) <= set(recorded.entries.entry_id)
        hosts = recorded.entries.set_index("entry_id").host
        assert {ht.registrable_domain(hosts[entry_id]) for entry_id in row.entry_ids} <= set(row.members) | {"medirendezvous.example"}


# ---- cost -----------------------------------------------------------------------------------


def test_many_requests_do_not_make_the_list_slow():
    def seconds(many):
        recorded = capture(document(), *[entry(f"https://h{number % 300}.s{number % 100}.example/{number}", ms=number % 50000, kind=("image", "script", "fetch")[number % 3], answer=RAY) for number in range(many)])
        recorded.headers, recorded.cookies, recorded.params  # noqa: B018
        started = time.perf_counter()
        ht.find_observers(recorded, kinds=[kind for kind in KINDS if kind != "coalition"])
        return time.perf_counter() - started

    small, large = min(seconds(1000) for _ in range(2)), seconds(8000)
    assert large < 16 * small + 1
