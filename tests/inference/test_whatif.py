"""Does each measure do to a capture what it says, and nothing else?"""

import base64
import json

import pandas as pd
import pytest
from samples import DIRECTORY, FILES, IMAGE_HOST, ROOT, SAMPLES

import hartools as ht
from hartools.errors import CatalogueError, HarError, UnknownChoiceError, UnknownObserverError
from hartools.inference.whatif import catalogue_under, consent_table, measures_table, what_if, what_if_table
from hartools.payloads.assets import asset_of

SITE = "https://www.doctor.example"
PAGE = f"{SITE}/oncologue/paris"
TABLES = ("entries", "pages", "headers", "cookies", "params", "messages", "stacks", "connections", "notes")
MEASURES = measures_table().measure.tolist()
CHROME = [name for name in FILES if "oncologue-paris" in name]


def entry(url, *, ms, referer=PAGE, kind="image", mime="image/jpeg", text=None, status=200, headers=(), answer=(), method="GET", post=None, initiator=PAGE, redirect="", page="p1", **more):
    asked = [{"name": "Host", "value": url.split("/")[2]}, {"name": "User-Agent", "value": "Mozilla/5.0 Firefox/153.0"}] + [{"name": name, "value": value} for name, value in headers]
    asked += [{"name": "Referer", "value": referer}] if referer else []
    return {
        "startedDateTime": f"2026-03-02T09:00:{ms // 1000:02d}.{ms % 1000:03d}Z", "time": 10, "pageref": page, "_resourceType": kind,
        "_initiator": {"type": "script", "url": initiator} if initiator else {"type": "other"},
        "request": {"method": method, "url": url, "httpVersion": "h2", "headers": asked, "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0} | ({"postData": post} if post else {}),
        "response": {"status": status, "statusText": "", "httpVersion": "h2", "headers": [{"name": name, "value": value} for name, value in answer], "cookies": [],
                     "content": {"size": len(text or "") or 700, "mimeType": mime} | ({"text": text} if text else {}), "redirectURL": redirect, "headersSize": -1, "bodySize": 700, "_transferSize": 900},
        "cache": {}, "timings": {"send": 1, "wait": 8, "receive": 1}, "serverIPAddress": "192.0.2.7", "connection": "44",
    } | more  # fmt: skip


def har(*entries):
    pages = [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "p1", "title": PAGE, "pageTimings": {}}]
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": pages, "entries": list(entries)}}).encode()


def picture(name, ms, *, host="res.cloudinary.com/doctor/image/upload/w_160", **more):
    return entry(f"https://{host}/{name}.jpg", ms=ms, **more)


FACES = ["aaaa1111bbbb2222cccc", "dddd3333eeee4444ffff", "gggg5555hhhh6666iiii"]
LISTED = json.dumps({"results": [{"name": f"Dr {n}", "cloudinaryPublicId": face, "photo": f"https://res.cloudinary.com/doctor/image/upload/w_90/{face}.jpg", "specialty": "oncologue", "city": "paris"}
                                 for n, face in enumerate(FACES)]})


@pytest.fixture(scope="module")
def visit():
    """A page of three pictures, its JSON, an event with the page in its body, a redirect and a pixel."""
    told = base64.b64encode(json.dumps({"page_url": PAGE}).encode()).decode()
    return ht.read_har(har(
        entry(PAGE, ms=0, referer=None, kind="document", mime="text/html", text=f'<img src="https://res.cloudinary.com/doctor/image/upload/w_160/{FACES[0]}.jpg">', initiator=None,
              answer=[("Server", "cloudflare"), ("CF-Ray", "c9668ec3a958a71d-CDG"), ("cf-cache-status", "DYNAMIC"), ("Set-Cookie", "__cf_bm=abcdefgh; Secure")]),
        entry(f"{SITE}/api/search", ms=100, kind="fetch", mime="application/json", text=LISTED, headers=[("Cookie", "session=s1; __cf_bm=abcdefgh")], answer=[("CF-Ray", "c9668ec3a958a71e-CDG")]),
        *(picture(face, 200 + n, headers=[("Cookie", "cld=1")], referer=f"{SITE}/") for n, face in enumerate(FACES)),
        entry("https://firehose.eu-west-1.amazonaws.com/", ms=300, method="POST", kind="fetch", mime="application/json", referer=f"{SITE}/",
              post={"mimeType": "application/json", "text": json.dumps({"DeliveryStreamName": "web", "Records": [{"Data": told}]})}),
        entry("https://www.google-analytics.com/g/collect?v=2&cid=1234567890.1600000000&tid=G-ABCDEF1234&en=page_view&dl=" + PAGE.replace("/", "%2F").replace(":", "%3A"), ms=310, status=204, kind="ping",
              mime="x-unknown"),
        entry("https://securepubads.g.doubleclick.net/tag.js", ms=320, kind="script", mime="text/javascript"),
        entry("https://unknown.example/next.gif", ms=330, initiator="https://securepubads.g.doubleclick.net/tag.js"),
        entry("https://sync.alpha.example/go", ms=340, status=302, redirect="https://match.beta.example/in"),
        entry("https://match.beta.example/in", ms=350),
    ))  # fmt: skip


@pytest.fixture(scope="module")
def people():
    rows = [{"asset_id": face, "practitioner": f"Dr {n}", "specialty": "oncologue", "city": "paris"} for n, face in enumerate(FACES)]
    rows += [{"asset_id": f"other{n:02d}pictureabcde", "practitioner": f"Dr other {n}", "specialty": "dentiste" if n < 6 or n % 3 == 0 else "oncologue", "city": ("paris", "lyon", "nice")[n % 3]} for n in range(12)]
    return ht.Catalogue(pd.DataFrame(rows), source="a test")


def settings_for(measure, catalogue):
    return {"catalogue": catalogue} if measure == "dummy-requests" else {}


def rows_of(table):
    """Return the rows as plain objects, unknown as None, in an order that does not matter."""
    return [tuple(row) for row in table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)]


def everything(capture):
    return {name: rows_of(capture.table(name)) for name in TABLES} | {"bodies": rows_of(capture.bodies()), "document": json.dumps(capture.document(), sort_keys=True)}


# ---- all measures ------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", MEASURES)
def test_the_capture_stays_as_it_was_and_the_same_measure_gives_the_same_bytes(visit, people, measure):
    before = everything(visit)
    first, again = (what_if(visit, measure, **settings_for(measure, people)) for _ in range(2))
    assert everything(first) == everything(again)
    assert first.source.sha256 == again.source.sha256 != visit.source.sha256
    assert everything(visit) == before
    assert first.source.name == "<bytes>, what if " + measure and first.observer is None


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("name", [*CHROME, "two-searches.firefox.har"])
def test_tables_and_document_agree_and_ids_stay(measure, name):
    """What a reader gets who writes the document to a file and reads it again is what the tables say."""
    capture = ht.read_har(SAMPLES / name)
    changed = what_if(capture, measure, **settings_for(measure, ht.read_catalogue(DIRECTORY)))
    again = ht.read_har(json.dumps(changed.document()).encode())
    ids = changed.entries.entry_id.tolist()
    kept = set(capture.entries.entry_id)
    assert ids == sorted(ids) and len(again) == len(ids)
    assert min(set(ids) - kept, default=len(kept)) >= len(kept)  # what is new comes after the last
    moved = dict(zip(again.entries.entry_id.tolist(), ids, strict=True))
    columns = ["url", "host", "path", "query", "method", "status", "outcome", "referer", "mime", "body_bytes", "transfer_bytes", "server_ip", "started", "redirect_to"]
    assert rows_of(changed.entries[columns]) == rows_of(again.entries[columns])
    for table, columns in {"headers": ["side", "name", "value"], "params": ["where", "name", "value"], "cookies": ["side", "name", "value"]}.items():
        now, read = changed.table(table), again.table(table)
        assert rows_of(now[["entry_id", *columns]]) == rows_of(read.assign(entry_id=read.entry_id.map(moved))[["entry_id", *columns]])
    bodies, read = changed.bodies(), again.bodies()
    assert rows_of(bodies[["side", "data", "complete"]]) == rows_of(read[["side", "data", "complete"]])


@pytest.mark.parametrize("measure", MEASURES)
def test_what_a_measure_does_not_touch_stays_to_the_cell_with_labels(visit, people, measure):
    labelled = ht.label_owners(ht.label_parties(visit))
    changed = what_if(labelled, measure, **settings_for(measure, people))
    now, before = changed.entries.set_index("entry_id"), labelled.entries.set_index("entry_id")
    both = before.index.intersection(now.index)
    same = [entry_id for entry_id in both if now.url[entry_id] == before.url[entry_id]]
    columns = ["site", "party", "owner", "page_id", "position", "started", "mime", "initiator_url", "resource_type"]
    assert rows_of(now.loc[same, columns]) == rows_of(before.loc[same, columns])
    assert now.party.notna().all() and now.site.notna().all()
    assert set(now.initiator_entry.dropna()) | set(now.redirect_from.dropna()) <= set(now.index)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_tool_works_on_the_result(visit, people, measure):
    changed = what_if(visit, measure, **settings_for(measure, people))
    ht.capture_quality(changed), ht.request_graph(changed), ht.identifier_table(changed), ht.telemetry_events(changed), ht.find_observers(changed)
    assert len(ht.label_parties(changed).entries) == len(changed) and "what if" in repr(changed)


@pytest.mark.parametrize("measure", MEASURES)
def test_measures_follow_one_another(visit, people, measure):
    twice = what_if(what_if(visit, "no-referrer"), measure, **settings_for(measure, people))
    assert twice.entries.referer.isna().all()
    assert twice.source.name == f"<bytes>, what if no-referrer, what if {measure}"
    consent = what_if(visit, "consent-refused")
    after = what_if(consent, measure, **settings_for(measure, people))
    assert all(entry_id in set(consent.entries.entry_id) or entry_id > consent.entries.entry_id.max() for entry_id in after.entries.entry_id)


def test_every_measure_says_what_it_changes_leaves_and_assumes():
    table = measures_table()
    assert table.measure.is_unique and table[["changes", "stays", "assumption", "still_seen"]].notna().all(axis=None)
    assert len(table) == 10
    page = (ROOT / "docs" / "what-if.md").read_text(encoding="utf-8")
    for row in table.to_dict("records"):
        assert all(row[name] in page for name in ("measure", "changes", "stays", "assumption", "still_seen"))
        assert all(f"`{name}={value!r}`" in page for name, value in row["settings"].items())


def test_a_wrong_choice_is_an_error_of_our_own(visit):
    with pytest.raises(UnknownChoiceError, match="no measure"):
        what_if(visit, "tinfoil")
    with pytest.raises(UnknownChoiceError, match="no setting colour"):
        what_if(visit, "padding", colour="red")
    with pytest.raises(UnknownChoiceError, match="resolved_by"):
        what_if(visit, "renamed-images", resolved_by="nobody")
    with pytest.raises(HarError, match="a view of"):
        what_if(ht.view_as(visit, IMAGE_HOST), "no-referrer")
    with pytest.raises(CatalogueError, match="catalogue="):
        what_if(visit, "dummy-requests")


# ---- referrers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHROME)
def test_without_referrers_there_is_none_anywhere_and_page_addresses_stay_in_parameters_and_bodies(name):
    capture = ht.read_har(SAMPLES / name)
    silent = what_if(capture, "no-referrer")
    assert silent.entries.referer.isna().all() and not (silent.headers.name == "referer").any()
    found = ht.page_context(silent)
    assert "Referer" not in set(found.channel) and {"query dl"} <= set(found.channel)
    assert ht.telemetry_events(silent).page_url.dropna().tolist() == ht.telemetry_events(capture).page_url.dropna().tolist()
    policies = silent.headers[silent.headers.name == "referrer-policy"].value
    assert len(policies) and set(policies) == {"no-referrer"}


def test_strict_origin_leaves_no_path_also_after_a_redirect(visit):
    cut = what_if(visit, "strict-origin")
    assert set(cut.entries.referer.dropna()) == {f"{SITE}/"}
    assert cut.entries.set_index("entry_id").referer[10] == f"{SITE}/"
    assert "page visited" not in set(ht.infer(ht.view_as(cut, "third_party:unknown.example")).query("result == 'found'").topic)
    bodies = cut.bodies([5], side="request").data.iloc[0]
    assert bodies == visit.bodies([5], side="request").data.iloc[0]


def test_strict_origin_is_silent_from_https_to_http():
    capture = ht.read_har(har(entry(PAGE, ms=0, referer=None, kind="document", mime="text/html"), entry("http://plain.example/x", ms=5), entry("https://safe.example/x", ms=6)))
    assert rows_of(what_if(capture, "strict-origin").entries[["referer"]]) == [(None,), (None,), (f"{SITE}/",)]


def test_a_policy_of_the_site_leaves_the_frames_of_others_alone():
    capture = ht.read_har(har(entry(PAGE, ms=0, referer=None, kind="document", mime="text/html"), entry("https://a.example/x", ms=5), entry("https://b.example/x", ms=6, referer="https://frame.example/ad?id=1")))
    assert rows_of(what_if(capture, "no-referrer", whose="the site").entries[["referer"]]) == [(None,), (None,), ("https://frame.example/ad?id=1",)]


# ---- pictures ----------------------------------------------------------------------------------


def test_proxied_pictures_leave_the_third_party_and_keep_their_ids_at_the_site(visit, people):
    changed = what_if(visit, "proxied-images")
    with pytest.raises(UnknownObserverError):
        ht.view_as(changed, IMAGE_HOST)
    entries = changed.entries.set_index("entry_id")
    assert set(entries.host[[2, 3, 4]]) == {"www.doctor.example"}
    assert [asset_of(url).asset_id for url in entries.url[[2, 3, 4]]] == FACES
    cookies = changed.cookies
    assert set(cookies[cookies.entry_id == 3].value) == {"s1", "abcdefgh"}  # the site's, no longer the image host's
    headers = changed.headers[changed.headers.entry_id == 3]
    assert headers[headers.name == "host"].value.tolist() == ["www.doctor.example"] and "cf-ray" in set(headers.name)
    assert headers[headers.name == "referer"].value.tolist() == [PAGE]  # to its own origin a page names itself
    told = json.loads(changed.bodies([1], side="response").data.iloc[0])["results"][0]["photo"]
    assert told.startswith(f"{SITE}/_ipx/_/https://res.cloudinary.com/") and 'src="https://www.doctor.example/_ipx/_/https://' in changed.bodies([0], side="response").data.iloc[0]
    searches = ht.searches_in(ht.view_as(changed, "first_party:doctor.example"), people)
    assert [search.posterior.best() for search in searches] == [{"specialty": "oncologue", "city": "paris"}]


def test_a_pixel_that_looks_like_a_picture_is_not_passed_on_unless_it_is_named(visit):
    assert "unknown.example" in set(what_if(visit, "proxied-images").entries.host)
    assert "unknown.example" not in set(what_if(visit, "proxied-images", hosts=["unknown.example"]).entries.host)


@pytest.mark.parametrize("name", CHROME)
def test_renamed_pictures_say_nothing_to_the_image_host_unless_it_resolves_them(name):
    capture, catalogue = ht.read_har(SAMPLES / name), ht.read_catalogue(DIRECTORY)
    table = what_if_table(capture, IMAGE_HOST, catalogue=catalogue, measures=[("renamed-images", {"resolved_by": by}) for by in ("site", "image host")], moved=False)
    after = {by: rows.set_index("rule") for by, rows in table.groupby("measure")}
    assert (after["renamed-images (resolved by site)"].loc[["R-SHOWN", "R-QUERY"], "change"] == "gone").all()
    assert (after["renamed-images (resolved by image host)"].loc[["R-SHOWN", "R-QUERY"], "change"] == "unchanged").all()


def test_a_new_name_stands_wherever_the_old_one_stood_and_is_another_in_another_session(visit):
    changed, other = what_if(visit, "renamed-images"), what_if(visit, "renamed-images", seed=1)
    names = [asset_of(url).asset_id for url in changed.entries.url.iloc[2:5]]
    assert len(set(names)) == 3 and not set(names) & set(FACES)
    assert not any(face in json.dumps(changed.document()) for face in FACES)
    assert [row["cloudinaryPublicId"] for row in json.loads(changed.bodies([1], side="response").data.iloc[0])["results"]] == names
    assert names != [asset_of(url).asset_id for url in other.entries.url.iloc[2:5]]


@pytest.mark.parametrize("url", ["https://demo.imgix.net/team/dr12.jpg?w=90", "https://images.ctfassets.net/sp/1a2b3c4d/5e6f7a8b/dr12.jpg", "https://res.cloudinary.com/demo/image/upload/team/dr%2012.jpg"])
def test_short_names_are_changed_in_the_address_alone(url):
    capture = ht.read_har(har(entry(PAGE, ms=0, referer=None, kind="document", mime="text/html", text="dr12 and dr 12"), entry(url, ms=5)))
    changed = what_if(capture, "renamed-images")
    assert asset_of(changed.entries.url[1]).asset_id != asset_of(url).asset_id
    assert changed.bodies([0], side="response").data.iloc[0] == "dr12 and dr 12"


def test_a_combined_picture_per_query_is_one_request_that_names_the_query(visit, people):
    settings = {"by": "query", "catalogue": people}
    changed = what_if(visit, "sprites", **settings)
    assert changed.entries.host.value_counts()["res.cloudinary.com"] == 1 and changed.entries.entry_id.tolist()[2:4] == [2, 5]
    known = catalogue_under(people, visit, "sprites", {"by": "query"})
    queries = known.records[known.records.asset_id == asset_of(changed.entries.url[2]).asset_id][["specialty", "city"]].drop_duplicates()
    assert rows_of(queries) == [("oncologue", "paris")]


def test_a_combined_picture_per_query_makes_an_ambiguous_search_surer():
    """Midwives and sonographers of Brest are the same eight people: their pictures fit either search, a picture of the query fits one."""
    capture, catalogue = ht.read_har(SAMPLES / "ambiguous.chrome-sensitive.har"), ht.read_catalogue(DIRECTORY)
    table = what_if_table(capture, IMAGE_HOST, catalogue=catalogue, measures=[("sprites", {"by": "query"})], moved=False).set_index("topic")
    assert table.loc["search query", "change"] == "stronger" and table.loc["search query", "probability_before"] < 0.51 < 0.9 < table.loc["search query", "probability_after"]
    assert table.loc["search query", "bits_after"] < table.loc["search query", "bits_before"]


def test_buckets_are_those_of_the_picture_whatever_is_searched(visit, people):
    few = what_if(visit, "sprites", by="bucket", buckets=1)
    assert few.entries.url.str.contains("bucket-0000").sum() == 1
    known = catalogue_under(people, visit, "sprites", {"by": "bucket", "buckets": 1})
    assert known.records.asset_id.unique().tolist() == ["bucket-0000"]


@pytest.mark.parametrize("name", ["oncologue-paris.chrome-sensitive.har", "two-searches.playwright.har"])
def test_buckets_leave_less_than_pictures(name):
    table = what_if_table(ht.read_har(SAMPLES / name), IMAGE_HOST, catalogue=ht.read_catalogue(DIRECTORY), measures=[("sprites", {"by": "bucket", "buckets": 16})], moved=False)
    rows = table[(table.rule == "R-QUERY") & (table.before == "found")]
    assert len(rows) and rows.change.isin(["weaker", "gone"]).all()


@pytest.mark.parametrize("name", ["oncologue-paris.chrome-sensitive.har", "oncologue-paris.firefox.har"])
def test_padded_pictures_have_one_size_everywhere(name):
    capture = ht.read_har(SAMPLES / name)
    changed = what_if(capture, "padding")
    is_picture = changed.entries.host == "res.cloudinary.com"
    pictures = changed.entries[is_picture & (changed.entries.outcome == "answered")]
    assert pictures.body_bytes.nunique() == 1 and pictures.body_bytes.iloc[0] % 4096 == 0
    before = capture.entries[is_picture & (capture.entries.outcome == "answered")]
    assert before.body_bytes.nunique() > 1
    assert ((pictures.transfer_bytes - pictures.body_bytes) == (before.transfer_bytes - before.body_bytes)).all()
    bodies = changed.bodies(pictures.entry_id, side="response")
    held = bodies[bodies.data.notna()]
    original = capture.bodies(pictures.entry_id, side="response").set_index("entry_id").data
    assert len(held) and all(len(data) == pictures.body_bytes.iloc[0] and data.startswith(original[id_]) for id_, data in zip(held.entry_id, held.data, strict=True))
    rest = ~is_picture
    assert rows_of(changed.entries[rest]) == rows_of(capture.entries[rest])


def test_dummies_are_further_pictures_of_the_catalogue_in_the_same_page_view(visit, people):
    changed = what_if(visit, "dummy-requests", catalogue=people, k=4, drawn="anywhere")
    added = changed.entries[changed.entries.entry_id >= len(visit)]
    assert added.entry_id.tolist() == list(range(len(visit), len(visit) + 4))
    names = {asset_of(url).asset_id for url in added.url}
    assert len(names) == 4 and names <= set(people.records.asset_id) - set(FACES)
    view = ht.view_as(changed, IMAGE_HOST)
    assert view.entries.page_id.nunique() == 1 and len(view.entries) == 7
    assert changed.bodies(added.entry_id, side="response").data.isna().all()  # nobody recorded their bytes


def test_the_same_query_gets_the_same_dummies_unless_they_are_drawn_each_time(people):
    """The page is opened twice, a minute apart."""
    again = [entry(PAGE, ms=ms, referer=None, kind="document", mime="text/html") for ms in (0, 30000)]
    faces = [picture(face, base + n) for base in (200, 30200) for n, face in enumerate(FACES)]
    capture = ht.read_har(har(again[0], *faces[:3], again[1], *faces[3:]))

    def drawn(renewed):
        added = what_if(capture, "dummy-requests", catalogue=people, k=4, drawn="anywhere", renewed=renewed).entries.iloc[len(capture):]
        views = [set(map(asset_of, rows.url)) for _, rows in added.groupby(added.started.dt.second >= 30)]
        return [{asset.asset_id for asset in view} for view in views]

    first, second = drawn("per query")
    assert first == second
    first, second = drawn("each time")
    assert first != second


@pytest.mark.parametrize("name", ["oncologue-paris.chrome-sensitive.har", "full-referrer.firefox.har"])
def test_dummies_of_another_query_flatten_what_the_image_host_could_conclude(name):
    table = what_if_table(ht.read_har(SAMPLES / name), IMAGE_HOST, catalogue=ht.read_catalogue(DIRECTORY), measures=[("dummy-requests", {"drawn": "one other query"})], moved=False)
    row = table[(table.topic == "search query") & (table.before == "found")].iloc[0]
    assert row.probability_before > 0.99 and row.change == "weaker" and row.probability_after < 0.9


# ---- hosts -------------------------------------------------------------------------------------


def test_without_a_network_in_front_its_marks_and_cookies_are_gone_from_the_site_and_stay_elsewhere(visit):
    changed = what_if(visit, "no-cdn")
    entries = changed.entries
    own = entries.host == "www.doctor.example"
    assert entries.server_ip[own].isna().all() and entries.server_ip[~own].notna().all()
    headers = changed.headers[changed.headers.entry_id.isin(entries.entry_id[own])]
    assert not headers.name.str.startswith("cf-").any() and not headers.value.str.contains("cloudflare|__cf_bm", case=False).any()
    assert changed.cookies.name.tolist().count("__cf_bm") == 0 and "session" in set(changed.cookies.name)
    assert "tls_terminator:Cloudflare" in set(ht.find_observers(visit).observer) and "tls_terminator:Cloudflare" not in set(ht.find_observers(changed).observer)


@pytest.mark.parametrize("name", [name for name in CHROME if "mitmproxy" not in name])
def test_no_provider_ends_tls_for_the_site_of_the_samples_then(name):
    capture = ht.read_har(SAMPLES / name)
    told = [ht.infrastructure_table(each).query("host.str.endswith('medirendezvous.example') and party.notna()") for each in (capture, what_if(capture, "no-cdn"))]
    assert "Cloudflare" in set(told[0].party) and not len(told[1])


def test_refused_consent_takes_away_those_hosts_and_what_they_led_to(visit):
    changed = what_if(visit, "consent-refused")
    gone = set(visit.entries.entry_id) - set(changed.entries.entry_id)
    assert gone == {6, 7, 8}  # analytics, the advertising script, and what that script asked for
    assert changed.bodies().entry_id.isin(gone).sum() == 0 and changed.headers.entry_id.isin(gone).sum() == 0
    table = consent_table(visit)
    assert table[~table.contacted].host.tolist() == ["securepubads.g.doubleclick.net", "unknown.example", "www.google-analytics.com"]
    kept = table[table.contacted].set_index("host").why
    assert kept["sync.alpha.example"] == "no owner is known, so no role" and kept["www.doctor.example"] == "first party"
    named = what_if(visit, "consent-refused", hosts=["sync.alpha.example"])
    assert not {9, 10} & set(named.entries.entry_id)  # the redirect led to the other


def test_the_table_of_consent_counts_every_request_once(visit):
    ids = [entry_id for row in consent_table(visit).entry_ids for entry_id in row]
    assert sorted(ids) == visit.entries.entry_id.tolist()


def test_telemetry_of_the_site_s_own_says_the_same_to_another(visit):
    changed = what_if(visit, "self-hosted-telemetry")
    assert not {"www.google-analytics.com", "firehose.eu-west-1.amazonaws.com"} & set(changed.entries.host)
    now, before = ht.telemetry_events(changed), ht.telemetry_events(visit)
    assert now[["entry_id", "page_url"]].values.tolist() == before[["entry_id", "page_url"]].values.tolist()
    assert set(changed.entries.set_index("entry_id").host[now.entry_id]) == {"www.doctor.example"}
    assert changed.params[changed.params.entry_id == 6].value.tolist() == visit.params[visit.params.entry_id == 6].value.tolist()


def test_a_host_of_the_site_can_be_named_where_the_file_shows_no_page():
    event = entry("https://www.google-analytics.com/g/collect?v=2&tid=G-ABCDEF1234&cid=1234567890.1600000000&en=page_view", ms=5, referer=f"{SITE}/")
    capture = ht.read_har(har(event, entry(f"{SITE}/x.png", ms=6)))
    moved = what_if(capture, "self-hosted-telemetry", first_party="doctor.example")
    assert moved.entries.host.tolist() == ["www.doctor.example"] * 2
    alone = ht.read_har(har(event))
    with pytest.raises(HarError, match="name it with host="):
        what_if(ht.label_parties(alone, first_party="*.google-analytics.com").with_tables(entries=ht.label_parties(alone, first_party="*.google-analytics.com").entries.assign(party="third")), "self-hosted-telemetry")
    assert what_if(alone, "self-hosted-telemetry", host="t.doctor.example", first_party="doctor.example").entries.host.tolist() == ["t.doctor.example"]


@pytest.mark.parametrize("name", CHROME)
def test_preflights_of_telemetry_that_moved_are_not_needed(name):
    changed = what_if(ht.read_har(SAMPLES / name), "self-hosted-telemetry")
    assert not {"google-analytics.com", "googletagmanager.com", "facebook.com"} & set(ht.label_parties(changed).entries.site)


# ---- the table ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def all_measures():
    return what_if_table(ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har"), IMAGE_HOST, catalogue=ht.read_catalogue(DIRECTORY))


def test_every_measure_has_a_row_for_every_finding(all_measures):
    before = all_measures[all_measures.before == "found"].groupby("measure").size()
    assert before.nunique() == 1 and len(before) == all_measures.measure.nunique() == 13
    assert set(all_measures.change) <= {"gone", "weaker", "unchanged", "stronger", "new"}


def test_findings_are_those_of_the_pipeline_itself(all_measures):
    capture, catalogue = ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har"), ht.read_catalogue(DIRECTORY)
    after = ht.infer(ht.view_as(what_if(capture, "no-referrer"), IMAGE_HOST), catalogue=catalogue)
    rows = all_measures[(all_measures.measure == "no-referrer") & (all_measures.after == "found")]
    assert sorted(rows.claim_after) == sorted(after[after.result == "found"].claim)
    assert all(len(ht.show_evidence(capture, ids)) == len(ids) > 0 for ids in [*rows.entry_ids_before, *rows.entry_ids_after])


def test_who_is_no_longer_asked_receives_nothing_and_the_site_and_its_front_have_it(all_measures):
    rows = all_measures[all_measures.measure == "proxied-images"]
    assert (rows.after == "receives nothing").all() and (rows.change == "gone").all()
    # the search itself they could read in the page's address before
    moved = rows.set_index("topic").moved_to["practitioners shown"]
    heirs = {heir for each in ([moved] if isinstance(moved, list) else moved) for heir in each}
    assert {"first_party:medirendezvous.example", "tls_terminator:Cloudflare"} <= heirs
    assert all(not heirs for heirs in all_measures[all_measures.measure == "renamed-images (resolved by site)"].moved_to)


def test_a_referrer_policy_leaves_the_pictures_of_the_search(all_measures):
    rows = all_measures[all_measures.measure.isin(["strict-origin", "no-referrer"]) & (all_measures.rule == "R-QUERY")]
    assert (rows.change == "unchanged").all() and (rows.probability_after > 0.99).all()


def test_a_measure_that_needs_a_catalogue_says_so(visit):
    table = what_if_table(visit, IMAGE_HOST, measures=["dummy-requests", "padding"])
    assert table.change.tolist()[0] == "not applicable" and "catalogue=" in table.claim_after[0]


def test_an_observer_that_is_nowhere_is_an_error(visit):
    with pytest.raises(UnknownObserverError):
        what_if_table(visit, "third_party:nobody.example", measures=["padding"])
