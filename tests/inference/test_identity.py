"""Does each observer tie together what it was sent, by what it was sent, and nothing by what others received?"""

import hashlib
import json
import random

import pytest
from har_sights import KINDS, documents, findings_of, load, observers_of, read, sight_of
from samples import CONSENTS, ALL_FILES, SAMPLES

import hartools as ht
from hartools.columns import DTYPES
from hartools.errors import UnknownObserverError
from hartools.findings import BASES, STRENGTHS, findings_table
from hartools.inference.identity import COLUMNS, identity_findings, identity_table
from hartools.inference.identity_keys import KEY_KINDS, PERSONAL
from hartools.inference.identity_ties import SCOPES

GA, PIXEL, STREAM = "third_party:google-analytics.com", "third_party:facebook.com", "first_party:medirendezvous.example"
SELLER, BROKER, IMAGES = "third_party:regie-alpha.example", "third_party:data-beta.example", "third_party:cloudinary.com"
MAIL = "Jeanne.Exemple@mail.example"
HASHED = hashlib.sha256(MAIL.lower().encode()).hexdigest()
VISITOR = "0a1b2c3d4e5f60718293a4b5"
OTHER = "f9e8d7c6b5a4039281706f5e"


def found(table, *, without=("browser description", "connection", "address")):
    """Return the ties that are there, without those that any browser has."""
    return table[(table.result == "found") & ~table.key.isin(without)]


def ties(table):
    return set(found(table)[["scope", "key", "field"]].itertuples(index=False, name=None))


def entry(url, second, *, method="GET", body=None, mime="application/json", cookie=None, sets=None, referer="https://www.doctor.example/", headers=()):
    sent = [("User-Agent", "Mozilla/5.0 (Test)"), *([("Referer", referer)] if referer else []), *([("Cookie", cookie)] if cookie else []), *headers]
    request = {"method": method, "url": url, "httpVersion": "HTTP/2", "headers": [{"name": name, "value": value} for name, value in sent]}
    if body is not None:
        request["postData"] = {"mimeType": mime, "text": body}
    answered = [{"name": "Set-Cookie", "value": sets}] if sets else []
    return {"startedDateTime": f"2026-11-24T10:00:{second:02d}.000Z", "time": 5, "pageref": "p", "request": request,
            "response": {"status": 200, "headers": answered, "content": {"mimeType": "image/gif"}}}  # fmt: skip


def capture(*entries, creator="mitmproxy"):
    pages = [{"id": "p", "startedDateTime": "2026-11-24T10:00:00Z", "title": "https://www.doctor.example/"}]
    har = {"log": {"version": "1.2", "creator": {"name": creator, "version": "11"}, "pages": pages, "entries": [entry("https://www.doctor.example/", 0, referer=None), *entries]}}
    return ht.read_har(json.dumps(har).encode())


def third(captures, **settings):
    return identity_table(captures, observers=["third_party:third.example"], **settings)


# ---- the samples ----------------------------------------------------------------------------


def named(visit, exporters=("chrome-sensitive", "firefox", "mitmproxy", "playwright")):
    return [name for name in ALL_FILES if name.startswith(visit) and name.split(".")[1] in exporters]


@pytest.mark.parametrize("name", named("consent-accepted"))
def test_after_acceptance_every_party_ties_both_searches(name):
    table = identity_table(ht.read_har(SAMPLES / name), observers=[GA, PIXEL, SELLER, BROKER, IMAGES, STREAM])
    by = {observer: rows for observer, rows in table.groupby("observer", sort=False)}
    assert ties(by[GA]) == {("pages of one visit", "identifier", "query cid")}
    assert {("pages of one visit", "own cookie", "cookie fr"), ("pages of one visit", "shared identifier", "query fbp")} <= ties(by[PIXEL])
    assert ("pages of one visit", "shared identifier", "query uid") in ties(by[BROKER])
    assert ("pages of one visit", "own cookie", "cookie beta_id") in ties(by[BROKER])
    kept = found(by[SELLER]).set_index("key")
    assert "cookie alpha_uid" in kept.loc["own cookie", "field"] and round(kept.loc["own cookie", "lifetime_days"]) == 90
    assert not len(found(by[IMAGES])) and set(by[IMAGES].key.dropna()) >= {"address"}
    assert {("pages of one visit", "own cookie", "cookie ssid, body ssid")} <= ties(by[STREAM])
    assert not table.key.isin(PERSONAL).any()
    assert (found(table).pages == 2).all()


@pytest.mark.parametrize("name", named("consent-refused"))
def test_after_refusal_analytics_ties_nothing_and_the_site_still_does(name):
    table = identity_table(ht.read_har(SAMPLES / name), observers=[GA, IMAGES, STREAM])
    assert not len(found(table[table.observer != STREAM]))
    assert ("pages of one visit", "own cookie", "cookie ssid, body ssid") in ties(table[table.observer == STREAM])
    said = table[(table.observer == GA) & (table.result == "not found")]
    assert set(said.scope.dropna()) == {"pages of one visit", "a person"}


@pytest.mark.parametrize("name", sorted(CONSENTS))
def test_cited_requests_are_as_many_as_the_server_received(name):
    captured = ht.read_har(SAMPLES / name)
    table = identity_table(captured)
    after = CONSENTS[name]["received_after"]
    for observer, host in ((PIXEL, "www.facebook.com"), (SELLER, "sync.regie-alpha.example"), (BROKER, "match.data-beta.example")):
        rows = table[(table.observer == observer) & (table.result == "found")]
        assert {len(ids) for ids in rows.entry_ids} == ({after[host]} if host in after else set())
    for row in table.itertuples():
        assert len(row.entry_ids) == len(row.capture_ids) and set(row.capture_ids) <= {name}
        assert (row.result == "found") == bool(row.entry_ids)
        if row.entry_ids:
            assert len(ht.show_evidence(captured, row._asdict())) == len(set(row.entry_ids))


@pytest.mark.parametrize("name", [name for name in ALL_FILES if ".chrome-sanitized." in name])
def test_without_cookies_in_the_file_they_are_not_observable_and_not_missing(name):
    table = identity_table(ht.read_har(SAMPLES / name))
    assert "own cookie" not in set(found(table).key)
    asked = table[~table.observer.str.match("network|resolver|tag_manager|script")]
    hidden = asked[(asked.result == "not observable") & (asked.key == "own cookie")]
    assert set(hidden.observer) == set(asked.observer)
    assert set(hidden.basis) == set(hidden.strength) == {"undecidable"}


def test_two_profiles_are_tied_by_nothing_of_theirs():
    both = [ht.read_har(SAMPLES / f"consent-{choice}.chrome-sensitive.har") for choice in ("accepted", "refused")]
    table = identity_table(both, observers=[GA, IMAGES, STREAM, "network:path"])
    across = table[table.scope == "captures"]
    assert set(across.key) == {"browser description", "address"} and set(across.strength) == {"possible"}
    assert {len(captures) for captures in across.captures} == {2}


def test_two_exports_of_one_visit_are_tied_by_what_both_hold():
    both = [ht.read_har(SAMPLES / f"consent-accepted.chrome-{kind}.har") for kind in ("sanitized", "sensitive")]
    table = identity_table(both, observers=[GA, PIXEL])
    across = found(table[table.scope == "captures"])
    assert set(across.field) == {"query cid", "query fbp"}
    assert set(across.capture_ids.map(lambda names: tuple(sorted(set(names))))) == {tuple(sorted(each.source.name for each in both))}


def test_files_read_as_one_are_taken_apart_again():
    names = [SAMPLES / f"consent-accepted.chrome-{kind}.har" for kind in ("sanitized", "sensitive")]
    merged, apart = identity_table(ht.read_har(names), observers=[GA]), identity_table([ht.read_har(each) for each in names], observers=[GA])
    same = ["result", "scope", "key", "field", "value", "strength", "pages", "captures", "capture_ids"]
    assert merged[same].to_dict("records") == apart[same].to_dict("records")


# ---- keys and scopes ------------------------------------------------------------------------


def test_a_cookie_on_one_page_view_could_recognise_at_a_later_visit_for_as_long_as_it_was_set():
    table = third(capture(entry("https://t.third.example/p", 1, sets=f"uid={VISITOR}; Max-Age=7776000")))
    (row,) = found(table).to_dict("records")
    assert (row["scope"], row["key"], row["basis"], row["strength"], row["lifetime_days"], row["pages"]) == ("a later visit", "own cookie", "derived", "possible", 90.0, 1)
    assert VISITOR not in repr(row)
    session = third(capture(entry("https://t.third.example/p", 1, sets=f"uid={VISITOR}")))
    assert not len(found(session))


def test_a_number_drawn_anew_for_each_page_ties_nothing():
    anew = third(capture(entry(f"https://t.third.example/p?uid={VISITOR}", 1), entry(f"https://t.third.example/p?uid={OTHER}", 9)))
    kept = third(capture(entry(f"https://t.third.example/p?uid={VISITOR}", 1), entry(f"https://t.third.example/p?uid={VISITOR}", 9)))
    assert ties(anew) == set()
    assert ties(kept) == {("pages of one visit", "identifier", "query uid")}


def test_the_same_number_on_two_sites_ties_them():
    table = third(capture(entry(f"https://t.third.example/p?uid={VISITOR}", 1), entry(f"https://t.third.example/p?uid={VISITOR}", 9, referer="https://www.shop.example/")))
    row = found(table[table.scope == "sites"]).iloc[0]
    assert row.sites == ["doctor.example", "shop.example"] and "frame" in row.caveat


def test_in_two_captures_a_number_ties_and_a_constant_of_another_browser_does_not():
    def visit(value):
        return capture(entry(f"https://t.third.example/p?uid={value}&app_uid={OTHER}", 1))

    table = third([visit(VISITOR), visit(VISITOR)])
    across = found(table[table.scope == "captures"])
    assert set(across.field) == {"query uid", "query app_uid"} and set(across.strength) == {"possible"} and across.caveat.str.contains("others").all()
    stranger = third([visit(VISITOR), visit(VISITOR)], others=[visit("5566778899aabbccddeeff00")])
    across = found(stranger[stranger.scope == "captures"])
    assert list(across[["field", "strength"]].itertuples(index=False, name=None)) == [("query uid", "certain")]
    assert across.captures.iloc[0] == ["<bytes>", "<bytes> 2"] and across.capture_ids.iloc[0] == ["<bytes>", "<bytes> 2"]


@pytest.mark.parametrize(("url", "body", "key", "basis", "strength"), [
    (f"https://t.third.example/p?contact={MAIL.replace('@', '%40')}", None, "e-mail address", "observed", "very likely"),
    ("https://t.third.example/p", json.dumps({"who": {"mail": MAIL}}), "e-mail address", "observed", "very likely"),
    (f"https://t.third.example/p?user_email_sha256={HASHED}", None, "e-mail address", "derived", "likely"),
    ("https://t.third.example/p", json.dumps({"phone": "+33 6 12 34 56 78"}), "phone number", "observed", "very likely"),
    ("https://t.third.example/p?customer_id=48213", None, "account", "observed", "likely"),
    ("https://t.third.example/p?user_id=48213", None, "account", "observed", "possible"),
])  # fmt: skip
def test_a_person_is_named_by(url, body, key, basis, strength):
    table = third(capture(entry(url, 1, method="POST" if body else "GET", body=body)))
    (row,) = found(table[table.scope == "a person"]).to_dict("records")
    assert (row["key"], row["basis"], row["strength"], row["entry_ids"]) == (key, basis, strength, [1])
    assert MAIL not in repr(row) and HASHED not in repr(row)


@pytest.mark.parametrize("query", [
    "email=test%40test.com", f"em={hashlib.sha256(b'undefined').hexdigest()}", "email={{email}}", "mail=hello-everybody", "phone=true", f"user_id={VISITOR}", "release=app%401.2.3", f"sha256={HASHED}",
])  # fmt: skip
def test_nobody_is_named_by(query):
    table = third(capture(entry(f"https://t.third.example/p?{query}", 1)))
    assert not table.key.isin(PERSONAL).any()
    assert ((table.result == "not found") & (table.scope == "a person")).any()


def test_the_hash_of_an_address_is_the_same_in_two_captures_of_two_profiles():
    pixel = "https://www.facebook.com/tr/?id=278166232544171&ev=PageView&dl=https%3A%2F%2Fwww.doctor.example%2F&ud%5Bem%5D="
    table = identity_table([capture(entry(pixel + HASHED, 1)), capture(entry(pixel + HASHED, 1, cookie=f"fr={VISITOR}"))], observers=[PIXEL])
    rows = found(table).set_index("scope")
    assert rows.loc["captures", "key"] == rows.loc["a person", "key"] == "e-mail address"
    assert rows.loc["a person", "captures"] == ["<bytes>", "<bytes> 2"]


def test_a_person_is_reached_by_the_cookie_beside_the_name():
    cookie = f"uid={VISITOR}"
    table = third(capture(entry("https://t.third.example/p", 1, cookie=cookie), entry("https://t.third.example/login?customer_id=48213", 9, cookie=cookie), entry("https://t.third.example/p", 20)))
    (row,) = table[table.scope == "a person"][lambda rows: rows.result == "found"].to_dict("records")
    assert (row["basis"], row["entry_ids"], row["pages"]) == ("derived", [1, 2], 2)


def test_a_list_of_people_is_nobodys_name_for_what_stands_beside_it():
    cookie = f"uid={VISITOR}"
    people = [entry(f"https://t.third.example/p?customer_id={48213 + each}", 1 + each, cookie=cookie) for each in range(20)]
    rows = found(third(capture(*people))).query("scope == 'a person'")
    assert len(rows) == 20 and {len(ids) for ids in rows.entry_ids} == {1}


def test_somebody_who_runs_the_line_could_know_whose_it_is_and_a_resolver_is_not_said_to():
    table = identity_table(capture(), observers=["network:path", "network_doh_ech:path", "resolver:dns"])
    person = table[(table.scope == "a person") & (table.result == "found")]
    assert person.observer.tolist() == ["network:path", "network_doh_ech:path"]
    assert set(person.basis) == {"assumed"} and set(person.strength) == {"possible"}
    assert set(table[(table.scope == "pages of one visit") & (table.result == "found")].basis) == {"assumed"}


# ---- the table ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["consent-accepted.firefox.har", "two-searches.chrome-sensitive.har"])
def test_table_keeps_its_contract(name):
    captured = ht.read_har(SAMPLES / name)
    table = identity_table(captured)
    assert list(table.columns) == list(COLUMNS) and [str(dtype) for dtype in table.dtypes] == [str(DTYPES[kind]) for kind in COLUMNS.values()]
    assert set(table.observer) == set(ht.find_observers(captured).observer)
    assert set(table.scope.dropna()) <= set(SCOPES) and set(table.key.dropna()) <= set(KEY_KINDS)
    assert set(table.basis) <= set(BASES) and set(table.strength) <= set(STRENGTHS)
    assert table.why.notna().all() and table[table.basis == "assumed"].caveat.notna().all()
    again = identity_table(ht.read_har(SAMPLES / name))
    assert table.astype(str).equals(again.astype(str))


def test_an_observer_of_no_capture_is_refused():
    with pytest.raises(UnknownObserverError, match="nobody.example"):
        identity_table(capture(), observers=["third_party:nobody.example"])


def test_hostile_values_are_shown_masked_and_in_one_line():
    hostile = "<script>alert(1)</script>\n=1+1\u202e" + VISITOR
    table = third(capture(entry("https://t.third.example/p", 1, method="POST", body=json.dumps({"visitor_id": hostile, "login": "=HYPERLINK(1)"})), entry("https://t.third.example/p", 9)))
    assert "<script>" not in table.to_json() and "HYPERLINK" not in table.to_json()


# ---- findings, and honesty ------------------------------------------------------------------


def concluded(capture, view):
    return findings_table(identity_findings(view), observer=view.observer)


@pytest.mark.parametrize("name", ["consent-accepted.chrome-sensitive.har", "consent-refused.playwright.har"])
def test_findings_say_could_and_cite_what_shows_them(name):
    captured = ht.read_har(SAMPLES / name)
    for observer in ht.find_observers(captured).observer:
        rows = concluded(captured, ht.view_as(captured, observer))
        assert set(rows.rule) <= {"R-TIE", "R-PERSON"} and rows.finding_id.is_unique
        there = rows[rows.result == "found"]
        assert there.claim.str.contains("could").all() and not rows.claim.str.contains(" did ").any()
        for finding in there.itertuples():
            assert len(ht.show_evidence(captured, finding._asdict()))


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_observer_does_not_receive_changes_nothing(kind):
    number = KINDS.index(kind)
    names = dict.fromkeys([documents(number)[number % 5], f"consent-accepted.{('chrome-sensitive', 'mitmproxy')[number % 2]}.har"])
    for name in names:
        document, captured = load(name), read(load(name))
        for observer in observers_of(captured, kind, number):
            before = findings_of(captured, ht.view_as(captured, observer), range(len(captured)), rule=concluded)
            for seed in range(2):
                changed = sight_of(captured, observer).change(document, random.Random(f"{name} {observer} {seed}"))
                other = read(changed.document)
                assert findings_of(other, ht.view_as(other, observer), changed.origin, rule=concluded) == before, f"{observer} {name} {seed}"


@pytest.mark.parametrize("observer", [GA, PIXEL, SELLER, BROKER, STREAM])
def test_without_the_requests_that_it_cites_a_tie_is_gone_or_another(observer):
    document = load("consent-accepted.mitmproxy.har")
    captured = read(document)
    rows = concluded(captured, ht.view_as(captured, observer))
    for finding in rows[rows.result == "found"].itertuples():
        kept = [each for place, each in enumerate(document["log"]["entries"]) if place not in set(finding.entry_ids)]
        less = read({"log": document["log"] | {"entries": kept}})
        try:
            left = concluded(less, ht.view_as(less, observer))
        except UnknownObserverError:
            continue
        assert finding.finding_id not in set(left.finding_id)
