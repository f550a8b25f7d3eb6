"""Are identifiers named by their criterion, and followed to every party in every form?"""

import base64
import hashlib
import json
import os
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import pandas as pd
import pytest
from samples import FILES, SAMPLES, TRUTH

import hartools as ht
from hartools.payloads.identifiers import bounce_table, cookie_travels, decoration_level, describe_criteria, identifier_table, link_decoration, parse_identifier, shared_identifiers

SITE, ALPHA, BETA = "https://www.doctor.example/dentiste/lyon", "https://sync.alpha.example/px", "https://match.beta.example/m"
UID, OTHER = "962b44c276281f3d9112dcd4", "0791da1b554af0503daf0312"
SANITIZED = [name for name in FILES if "sanitized" in name]
WITH_COOKIES = [name for name in FILES if "sanitized" not in name]
TABLES = (identifier_table, shared_identifiers, cookie_travels, bounce_table)


def entry(url, *, ms=0, sent=(), made=(), referer=SITE, body=None, mime="application/json", status=200, to="", headers=(), kind="image", error=None, cause=None):
    request = [("Referer", referer)] if referer else []
    request += [("Cookie", "; ".join(sent))] if sent else []
    response = [("Set-Cookie", cookie) for cookie in made]
    message = {"method": "POST" if body is not None else "GET", "url": url, "httpVersion": "h2", "cookies": [], "queryString": [], "headersSize": -1, "bodySize": len(body or "")}
    message["headers"] = [{"name": name, "value": value} for name, value in (*request, *headers)]
    if body is not None:
        message["postData"] = {"mimeType": mime, "text": body}
    answer = {"status": status, "statusText": "", "httpVersion": "h2", "cookies": [], "headers": [{"name": name, "value": value} for name, value in response],
              "content": {"size": 0, "mimeType": "text/html" if kind == "document" else "image/gif"}, "redirectURL": to, "headersSize": -1, "bodySize": 0, "_error": error}
    initiator = {"type": "script", "url": cause} if cause else {"type": "other"}
    return {"startedDateTime": f"2026-03-02T09:00:{ms // 1000:02d}.{ms % 1000:03d}Z", "time": 5, "pageref": "page_1", "_resourceType": kind, "_initiator": initiator, "request": message,
            "response": answer, "cache": {}, "timings": {"send": 1, "wait": 3, "receive": 1}}


def capture(*entries, title=SITE):
    pages = [{"startedDateTime": "2026-03-02T09:00:00.000Z", "id": "page_1", "title": title, "pageTimings": {}}]
    return ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": pages, "entries": list(entries)}}).encode())


def document(**options):
    return entry(SITE, referer=None, kind="document", **options)


def sample(name):
    return ht.read_har(SAMPLES / name)


def found(table):
    return table[table.result == "found"]


FORMATS = [
    ("_ga", "GA1.2.1234567890.1600000000", None, "1234567890.1600000000", "2020-09-13 12:26:40"),
    ("_ga", "GA1.1-2.1234567890.1600000000", None, "1234567890.1600000000", "2020-09-13 12:26:40"),
    ("_ga", "GA1.2.amp-XYZabc123_-uvwxyz", None, "amp-XYZabc123_-uvwxyz", None),
    ("_gid", "GA1.2.1249590984.1686251622", None, "1249590984.1686251622", "2023-06-08 19:13:42"),
    ("cid", "427646927.1795486399", "google-analytics.com", "427646927.1795486399", "2026-11-24 02:13:19"),
    ("_gcl_au", "1.1.733442345.1634654862", None, "733442345.1634654862", "2021-10-19 14:47:42"),
    ("_gcl_aw", "GCL.1634654862.Cj0KCQjw-abcdefghij", None, "Cj0KCQjw-abcdefghij", "2021-10-19 14:47:42"),
    ("_fbp", "fb.1.1795486398979.717646051284415200", None, "717646051284415200", "2026-11-24 02:13:18.979000"),
    ("_fbc", "fb.1.1795486398979.IwAR0abcdefghijklmn", None, "IwAR0abcdefghijklmn", "2026-11-24 02:13:18.979000"),
    ("_pk_id.1.1fff", "0123456789abcdef.1600000000.", None, "0123456789abcdef", "2020-09-13 12:26:40"),
    ("_uetsid", "8f760d4083fe11eeab5977abde53aa11", None, "8f760d4083fe11eeab5977abde53aa11", None),
    ("_uetvid", "8f762e2083fe11ee95c079c968a1aa11|x|2", None, "8f762e2083fe11ee95c079c968a1aa11", None),
    ("_clck", "1kl2m3n^2^fab^0^1234", None, "1kl2m3n", None),
    ("_hjSessionUser_1952810", base64.b64encode(b'{"id":"66b2341a-074f-5625-84a0-1c0696750a26","created":1682437654000,"existing":false}').decode(), None,
     "66b2341a-074f-5625-84a0-1c0696750a26", "2023-04-25 15:47:34"),
    ("ajs_anonymous_id", "%2266b2341a-074f-5625-84a0-1c0696750a26%22".replace("%22", '"'), None, "66b2341a-074f-5625-84a0-1c0696750a26", None),
    ("hubspotutk", "0123456789abcdef0123456789abcdef", None, "0123456789abcdef0123456789abcdef", None),
    ("__hstc", "20629287.0123456789abcdef0123456789abcdef.1600000000000.1600000000000.1600000000000.1", None, "0123456789abcdef0123456789abcdef", "2020-09-13 12:26:40"),
    ("AMP_0a1b2c3d4e", base64.b64encode(quote('{"deviceId":"66b2341a-074f-5625-84a0-1c0696750a26"}').encode()).decode(), None, "66b2341a-074f-5625-84a0-1c0696750a26", None),
    ("mp_token_mixpanel", quote('{"distinct_id":"$device:abc","$device_id":"18ab-0cd"}'), None, "18ab-0cd", None),
    ("_sp_id.1fff", "66b2341a-074f-5625-84a0-1c0696750a26.1600000000.1.1600000000.1600000000.aa", None, "66b2341a-074f-5625-84a0-1c0696750a26", "2020-09-13 12:26:40"),
    ("AMCV_6B0E%40AdobeOrg", "-1124106680%7CMCIDTS%7C1%7CMCMID%7C25320229740607185222798667576333144107%7CMCAID", None, "25320229740607185222798667576333144107", None),
    ("s_vi", "[CS]v1|30B76D482A3F2E2D-40000800D9D9196D[CE]", None, "30B76D482A3F2E2D-40000800D9D9196D", None),
    ("_dd_s", "rum=1&id=66b2341a-074f-5625-84a0-1c0696750a26&created=1600000000000&expire=1", None, "66b2341a-074f-5625-84a0-1c0696750a26", "2020-09-13 12:26:40"),
    ("ai_user", "AbCdEfGh|2020-09-13T12:26:40.000Z", None, "AbCdEfGh", "2020-09-13 12:26:40"),
    ("OptanonConsent", "isGpcEnabled=0&datestamp=x&consentId=98e12dbe-73c5-4fce-8914-6007829056fc&groups=C0001%3A1", None, "98e12dbe-73c5-4fce-8914-6007829056fc", None),
    ("fr", "0WVepVyit8cEfDSg2..BkPYBT.kY.AAA.0.0", "facebook.com", "0WVepVyit8cEfDSg2..BkPYBT.kY.AAA.0.0", None),
    ("gclid", "Cj0KCQjw-abcdefghij", None, "Cj0KCQjw-abcdefghij", None),
]


@pytest.mark.parametrize(("name", "value", "site", "identifier", "created"), FORMATS, ids=[f"{case[0]}-{place}" for place, case in enumerate(FORMATS)])
def test_a_known_format_gives_its_identifier_and_when_it_was_made(name, value, site, identifier, created):
    parsed = parse_identifier(name, value, site)
    assert parsed.ids["id"] == identifier
    assert (parsed.created is None) if created is None else (parsed.created == pd.Timestamp(created, tz="UTC"))


@pytest.mark.parametrize(("name", "value", "site"), [("_ga", "denied", None), ("fr", "0WVepVyit8cEfDSg2..BkPYBT", "shop.example"), ("_fbp", "", None), ("AMP_0a1b2c3d4e", "%%%", None),
                                                     ("_hjSessionUser_1", "W10=", None), ("cid", "summer-sale", None), ("mp_x_mixpanel", "[" * 5000, None)])
def test_a_value_that_does_not_fit_its_name_is_not_parsed(name, value, site):
    assert parse_identifier(name, value, site) is None


NOISE = {
    "seen": "1795486398979", "t": "1795486399", "float": "1795486399.123", "last_visit": "2026-11-24T02:13:18Z", "build": "3f2a9c81d7e645aa", "version": "2.9.199.1234", "app": "v12.44.1-beta3",
    "locale_list": "fr-FR,fr,en-US,en", "size": "1920x1080", "price": "12345.67", "enabled": "true|false|true", "landing": "https://www.doctor.example/a", "where": "/dentiste/lyon",
    "host": "www.doctor.example", "euconsent-v2": "CPzHq4APzHq4AAGABCENATEIAACAAAAAAAAAAIpxQgAIBgCKgUA.II7Nd_X__bX9n-_7_6ft0eY1f9_r37uQzDhf", "OptanonAlertBoxClosed": "2026-11-24T02:13:18.123Z",
    "didomi_state": "CPzHq4APzHq4AAGABCENATEIAACAAAAAAAAAAIpxQ", "cb": "8273649182736491", "z": "1738492017", "_": "9182736450", "ab_variant": "homepage-variant-b", "bucket": "control-group-12",
    "mail": "jan@patient.example", "words": "dental-implants-and-crowns", "title": "Dentiste à Lyon", "AWSALB": "AAAAabcd1234EFGH5678ijkl", "gtm": "45je4b91v9101234567za200", "none": "00000000-0000-0000-0000-000000000000",
}


def test_no_identifier_is_seen_in_noise():
    noisy = capture(document(), entry(ALPHA + "?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in NOISE.items()), sent=[f"{name}={quote(value)}" for name, value in NOISE.items() if name != "title"]))
    assert found(identifier_table(noisy))[["name", "part", "why"]].values.tolist() == []
    assert found(shared_identifiers(noisy)).empty


def test_what_is_excluded_is_listed_with_its_reason_when_asked_for():
    noisy = capture(document(), entry(ALPHA, sent=["seen=1795486398979", "euconsent-v2=CPzHq4APzHq4AAGABCENATEIAAC"]))
    reasons = identifier_table(noisy, excluded=True).query("result == 'excluded'").set_index("name").why
    assert reasons["seen"] == "a time" and reasons["euconsent-v2"] == "a record of consent"


def test_the_consent_string_is_no_identifier_and_the_number_of_its_record_is_one():
    row = found(identifier_table(capture(document(sent=[f"OptanonConsent={FORMATS[24][1]}"]))))
    assert row[["criterion", "scope", "part"]].values.tolist() == [["name-known", "consent record", "id"]]


def browser(uid, session, *, build="3f2a9c81d7e645aab0c1"):
    return capture(document(sent=[f"visitor={uid}", f"basket={session}", f"release_hash={build}"]), entry(f"{ALPHA}?state={uid[::-1]}", sent=[f"px={uid[:20]}"], ms=5),
                   entry(f"{ALPHA}?state={uid[::-1]}", sent=[f"px={uid[:20]}"], ms=9))


def test_two_captures_are_the_strongest_criterion_and_settle_constants_and_sessions():
    mine, other, again = browser(UID, "7c81fe22ab90"), browser(OTHER, "19d0ac43bb71"), browser(UID, "55ee31f0c2d4")
    alone = found(identifier_table(mine)).set_index("name")
    assert set(alone.criterion) == {"entropy-only"} and {"release_hash", "basket"} <= set(alone.index)
    compared = found(identifier_table(mine, others=[other], repeats=[again])).set_index("name")
    # `state` has no name that says identifier: only the comparison finds it
    assert compared.criterion.to_dict() == {"visitor": "two captures", "px": "two captures", "state": "two captures"}
    reasons = identifier_table(mine, others=[other], repeats=[again], excluded=True).query("result == 'excluded'").set_index("name").why
    assert "constant" in reasons["release_hash"] and "between captures of one browser" in reasons["basket"]


def test_a_value_that_is_nearly_the_same_in_another_browser_is_no_identifier():
    mine, other = (capture(document(sent=[f"state={value}"])) for value in ("release-8f3a91c2d7e6-a", "release-8f3a91c2d7e6-b"))
    assert found(identifier_table(mine, others=[other])).empty


def test_a_format_is_named_beside_the_criterion_and_counters_do_not_make_two_of_one():
    table = found(identifier_table(capture(document(sent=["_ga=GA1.2.1234567890.1600000000"]), entry(SITE + "?2", sent=["_ga=GA1.2.1234567890.1600000000", "_ga_AB12=GS1.1.1600000000.3.1.1600000100.0"], ms=9))))
    assert table[["criterion", "name", "vendor", "scope", "entry_ids"]].values.tolist() == [["name-known", "_ga", "Google Analytics", "browser", [0, 1]]]


def test_values_are_masked_unless_one_asks():
    har = capture(document(made=[f"uid={UID}; Max-Age=7776000"]))
    shown = identifier_table(har).iloc[0]
    assert UID not in str(shown.to_dict()) and shown.lifetime_days == 90 and shown.scope == "persistent"
    assert identifier_table(har, reveal=True).iloc[0].value == UID
    assert UID not in shared_identifiers(capture(document(sent=[f"uid={UID}"]), entry(f"{ALPHA}?u={UID}"))).to_csv()


def test_each_criterion_says_what_it_cannot_say():
    assert describe_criteria().cannot_say.str.len().gt(20).all()


WRAPPED = {
    "plain": UID, "percent": quote(quote(f"id|{UID}|x")), "base64": quote(base64.b64encode(f'{{"u":"{UID}"}}'.encode()).decode()), "hex": UID.encode().hex(),
    "md5": hashlib.md5(UID.encode()).hexdigest(), "sha1": hashlib.sha1(UID.encode()).hexdigest().upper(), "sha256": hashlib.sha256(UID.encode()).hexdigest(),
}


@pytest.mark.parametrize("form", sorted(WRAPPED))
def test_an_identifier_is_followed_in_every_form(form):
    shared = found(shared_identifiers(capture(document(sent=[f"visitor={UID}"]), entry(f"{ALPHA}?x={WRAPPED[form]}", ms=3))))
    assert shared[["from_party", "to_party", "form", "channel", "field", "entry_ids"]].values.tolist() == [["doctor.example", "alpha.example", form, "query", "x", [0, 1]]]


CHANNELS = {
    "query": entry(f"{ALPHA}?x={UID}", ms=3),
    "path": entry(f"https://sync.alpha.example/{UID}/px.gif", ms=3),
    "form": entry(ALPHA, ms=3, body=f"a=1&x={UID}", mime="application/x-www-form-urlencoded"),
    "body": entry(ALPHA, ms=3, body=json.dumps({"events": [{"data": base64.b64encode(json.dumps({"x": UID}).encode()).decode()}]})),
    "header": entry(ALPHA, ms=3, headers=[("X-Visitor", UID)]),
    "Referer": entry(ALPHA, ms=3, referer=f"{SITE}?x={UID}"),
    "cookie": entry(ALPHA, ms=3, sent=[f"x={UID}"]),
}


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_an_identifier_is_followed_through_every_channel(channel):
    shared = found(shared_identifiers(capture(document(sent=[f"visitor={UID}"]), CHANNELS[channel])))
    assert shared[["to_party", "direction", "channel", "entry_ids"]].values.tolist() == [["alpha.example", "sent", channel, [0, 1]]]


def test_the_path_into_a_body_is_named():
    shared = found(shared_identifiers(capture(document(sent=[f"visitor={UID}"]), CHANNELS["body"])))
    assert shared.field.tolist() == ["$.events[0].data → base64 → $.x"]


@pytest.mark.parametrize(("format_name", "whole", "travels"), [("_ga", "GA1.2.1234567890.1600000000", "1234567890.1600000000"), ("_fbp", "fb.1.1795486398979.717646051284415200", "fb.1.1795486398979.717646051284415200"),
                                                               ("_ga", "GA1.2.1234567890.1600000000", "GA1.2.1234567890.1600000000")])
def test_of_a_composite_value_the_identifier_is_followed(format_name, whole, travels):
    shared = found(shared_identifiers(capture(document(sent=[f"{format_name}={whole}"]), entry(f"{ALPHA}?x={travels}", ms=3))))
    assert shared[["name", "to_party", "criterion"]].values.tolist() == [[format_name, "alpha.example", "name-known"]]


def test_a_redirect_that_carries_the_identifier_on_is_a_redirect_sync():
    shared = found(shared_identifiers(capture(document(), entry(ALPHA, ms=3, made=[f"uid={UID}"], status=302, to=f"{BETA}?partner={UID}"), entry(f"{BETA}?partner={UID}", ms=5, made=[f"id={OTHER}"]))))
    assert shared[["kind", "from_party", "to_party", "hop", "caused_by", "receiver_has_cookie", "entry_ids"]].values.tolist() == [["redirect sync", "alpha.example", "beta.example", "redirect", "alpha.example", True, [1, 2]]]


def test_a_redirect_that_nothing_follows_is_announced_only():
    shared = found(shared_identifiers(capture(document(), entry(ALPHA, ms=3, made=[f"uid={UID}"], status=302, to=f"{BETA}?partner={UID}"))))
    assert shared[["to_party", "direction", "channel"]].values.tolist() == [["beta.example", "announced", "Location"]]


def test_a_cookie_sync_needs_a_cookie_of_the_receiver():
    def sync(**options):
        return found(shared_identifiers(capture(document(), entry(ALPHA, ms=3, sent=[f"uid={UID}"]), entry(f"{BETA}?partner_uid={UID}", ms=5, cause="https://cdn.alpha.example/a.js", **options))))

    assert sync(sent=[f"id={OTHER}"])[["kind", "hop", "caused_by"]].values.tolist() == [["cookie sync", "script", "alpha.example"]]
    assert sync().kind.tolist() == ["identifier passed on"]


def test_parties_of_one_site_share_nothing_and_what_was_blocked_reached_nobody():
    same = entry(f"https://stats.doctor.example/e?x={UID}", ms=3)
    blocked = entry(f"{ALPHA}?x={UID}", ms=4, status=0, error="net::ERR_BLOCKED_BY_CLIENT")
    assert shared_identifiers(capture(document(sent=[f"visitor={UID}"], made=["a=1"]), same, blocked)).result.tolist() == ["not found"]


def test_a_constant_of_another_capture_is_not_shared():
    har = capture(document(sent=[f"visitor={UID}"]), entry(f"{ALPHA}?x={UID}", ms=3))
    assert len(found(shared_identifiers(har))) == 1
    assert found(shared_identifiers(har, others=[capture(document(sent=[f"else={UID}"]))])).empty


@pytest.mark.parametrize("name", FILES)
def test_the_planted_exchange_is_found_with_every_exporter(name):
    har = sample(name)
    sync = found(shared_identifiers(har)).query("from_party == 'regie-alpha.example'")
    assert sync[["kind", "to_party", "channel", "field", "hop"]].values.tolist() == [["redirect sync", "data-beta.example", "query", "uid", "redirect"]]
    hosts = har.entries.set_index("entry_id").host[sync.entry_ids.iloc[0]]
    # both hosts, once per exchange that the server's own log counts, each redirect before what it led to
    assert hosts.value_counts().to_dict() == {host: TRUTH[name]["received"][host] for host in ("sync.regie-alpha.example", "match.data-beta.example")}
    assert hosts.tolist()[:2] == ["sync.regie-alpha.example", "match.data-beta.example"]


@pytest.mark.parametrize("name", WITH_COOKIES)
def test_the_planted_identifiers_are_found_and_no_others(name):
    table = found(identifier_table(sample(name)))
    cookies = table[table.kind == "cookie"]
    assert dict(zip(cookies.name, cookies.party, strict=True)) == {
        "_medirendezvous_session": "medirendezvous.example", "ssid": "medirendezvous.example", "__cf_bm": "medirendezvous.example", "_ga": "medirendezvous.example", "_fbp": "medirendezvous.example",
        "fr": "facebook.com", "alpha_uid": "regie-alpha.example", "beta_id": "data-beta.example"}
    assert set(table[table.kind != "cookie"].name) == {"cid", "fbp", "uid", "ssid"}
    shared = found(shared_identifiers(sample(name)))
    assert set(zip(shared.name, shared.from_party, shared.to_party, strict=True)) == {("alpha_uid", "regie-alpha.example", "data-beta.example"), ("_fbp", "medirendezvous.example", "facebook.com"),
                                                                                    ("_ga", "medirendezvous.example", "google-analytics.com")}
    # set for ninety days, as site/third_parties.py does
    assert cookies.set_index("name").lifetime_days[["alpha_uid", "beta_id", "fr"]].tolist() == [90, 90, 90]


@pytest.mark.parametrize("name", WITH_COOKIES)
def test_two_recordings_of_the_site_agree_by_comparison(name):
    other = next(each for each in WITH_COOKIES if each != name and each.split(".")[0] == name.split(".")[0])
    table = found(identifier_table(sample(name), others=[sample(other)]))
    assert set(table.criterion) == {"two captures"}
    assert {"alpha_uid", "beta_id", "fr", "_ga", "_fbp", "ssid", "uid", "cid"} <= set(table.name)


@pytest.mark.parametrize("name", SANITIZED)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_on_a_sanitized_export_cookies_are_not_observable_everywhere(name, table):
    rows = table(sample(name))
    ledger = rows[rows.result == "not observable"]
    assert ledger.why.str.contains("removes cookies").any()
    assert "cookie" not in set(found(rows).get("kind", ())) | set(found(rows).get("channel", ()))
    assert not (rows.result == "not found").any() or table is bounce_table


@pytest.mark.parametrize("name", SANITIZED)
def test_on_a_sanitized_export_it_is_open_whether_the_receiver_had_a_cookie(name):
    assert found(shared_identifiers(sample(name))).receiver_has_cookie.isna().all()


@pytest.mark.parametrize("table", (*TABLES, link_decoration), ids=lambda table: table.__name__)
def test_an_empty_capture_shows_nothing_and_says_so(table):
    har = capture(document())
    rows = table(har.with_tables(**{name: har.table(name).head(0) for name in ("entries", "headers", "params")}))
    assert len(rows) and set(rows.result) == {"not observable"} and rows.why.str.contains("no entry").all()


def test_bodies_that_were_not_recorded_are_named():
    har = capture(document(), entry(ALPHA, ms=2, body="x")).document()
    del har["log"]["entries"][1]["request"]["postData"]
    rows = identifier_table(ht.read_har(json.dumps(har).encode()))
    assert rows[rows.kind == "body"].result.tolist() == ["not observable"]


def test_a_cookie_is_followed_from_the_answer_that_set_it():
    har = capture(document(), entry(ALPHA, ms=2, made=[f"uid={UID}; Domain=alpha.example; Max-Age=100"]), entry("https://px.alpha.example/2", ms=4, sent=[f"uid={UID}"], cause="https://cdn.gamma.example/t.js"),
                  entry("https://px.alpha.example/3", ms=6, sent=[f"uid={UID}", f"old={OTHER}"]), entry(BETA, ms=8, made=[f"never={OTHER}"]))
    rows = cookie_travels(har)
    assert rows[["result", "name", "set_by", "sent_to", "caused_by", "entry_ids"]].astype(object).where(lambda cells: cells.notna(), None).values.tolist() == [
        ["found", "uid", "sync.alpha.example", "px.alpha.example", "gamma.example", [1, 2]], ["found", "uid", "sync.alpha.example", "px.alpha.example", None, [1, 3]],
        ["found", "old", None, "px.alpha.example", None, [3]], ["not found", "never", "match.beta.example", None, None, [4]]]


def test_a_cookie_that_one_answer_sets_twice_with_and_without_a_domain_is_one():
    rows = cookie_travels(capture(document(made=[f"uid={UID}; Domain=doctor.example", f"uid={UID}"])))
    assert rows.name[rows.result == "not found"].tolist() == ["uid"]


def test_user_level_and_campaign_level_parameters_are_told_apart():
    landing = f"{SITE}?utm_source=news&gclid=Cj0KCQjw-abcdefghij&page=2"
    har = capture(entry(landing, referer=None, kind="document"), entry(f"{ALPHA}?dl={quote(landing, safe='')}", ms=2, referer=landing))
    rows = link_decoration(har)
    levels = set(zip(rows.level, rows.name, rows.party, rows.channel, strict=True))
    assert levels == {(level, name, party, channel) for level, name in (("user", "gclid"), ("campaign", "utm_source")) for party, channel in
                      (("doctor.example", "query"), ("alpha.example", "query dl"), ("alpha.example", "Referer"))}
    assert "Cj0KCQjw-abcdefghij" not in rows.to_csv() and "news" in set(rows.value)


@pytest.mark.parametrize(("name", "site", "level"), [("fbclid", None, "user"), ("msclkid", None, "user"), ("mc_eid", None, "user"), ("_hsenc", None, "user"), ("igshid", "instagram.com", "user"), ("igshid", "doctor.example", None),
                                                     ("utm_campaign", None, "campaign"), ("gad_source", None, "campaign"), ("mtm_cid", None, "user"), ("mtm_source", None, "campaign"), ("page", None, None)])
def test_a_parameter_has_a_level(name, site, level):
    assert decoration_level(name, site) == level


def navigation(url, **options):
    return entry(url, kind="document", headers=[("Sec-Fetch-Dest", "document")], **options)


def test_a_redirect_through_a_site_with_a_cookie_is_a_bounce():
    end = f"https://shop.example/?gclid=Cj0KCQjw-abcdefghij&click_uid={UID}"
    har = capture(navigation(SITE, referer=None), navigation("https://r.bounce.example/go?to=x", ms=9000, status=302, to=end, sent=[f"b={OTHER}"]), navigation(end, ms=9050))
    rows = found(bounce_table(har))
    assert rows[["how", "from_party", "via", "to_party", "cookie_sent", "cookie_set", "stateful", "passed_on", "entry_ids"]].astype(object).where(lambda cells: cells.notna(), None).values.tolist() == [
        ["redirect", "doctor.example", "bounce.example", "shop.example", True, None, True, "gclid, click_uid", [1, 2]]]


def test_a_redirect_within_the_site_or_back_to_it_is_no_bounce():
    har = capture(navigation("http://www.doctor.example/", referer=None, status=301, to=SITE, made=["a=1"]), navigation(SITE, ms=20, sent=["a=1"]))
    assert bounce_table(har).result.tolist() == ["not found"]


def test_a_page_that_was_read_is_no_bounce_and_one_left_at_once_is():
    def visit(ms):
        return capture(navigation(SITE, referer=None, made=["a=1"], sent=["a=1"]), navigation("https://www.reading.example/", ms=20_000), navigation("https://shop.example/", ms=20_000 + ms))

    assert bounce_table(visit(30_000)).result.tolist() == ["not found"]
    assert bounce_table(visit(2_000))[["how", "via", "stateful"]].values.tolist() == [["script", "reading.example", False]]


def test_hostile_values_neither_stop_nor_leak():
    nasty = ["\x00\x1b[31m" + UID, "%" * 4000, "A" * 8000, base64.b64encode(b"{" * 3000).decode(), "GA1." * 900, "." * 5000, "fb." + "1." * 2000, '{"a":' * 900]
    har = capture(document(sent=[f"visitor={UID}"]), *(entry(f"{ALPHA}?uid={quote(value)}&x={quote(value)}", ms=place, body=value) for place, value in enumerate(nasty)))
    begun = time.process_time()
    for table in (*TABLES, link_decoration):
        assert "\x1b" not in table(har).to_csv()
    assert time.process_time() - begun < 20


def test_equal_input_gives_equal_tables_and_leaves_the_capture_alone():
    har = sample("oncologue-paris.chrome-sensitive.har")
    before = har.cookies.copy()
    for table in (*TABLES, link_decoration):
        pd.testing.assert_frame_equal(table(har), table(sample("oncologue-paris.chrome-sensitive.har")))
    pd.testing.assert_frame_equal(before, har.cookies)


def test_every_row_found_cites_entries_in_the_order_of_time():
    har = sample("oncologue-paris.mitmproxy.har")
    started = har.entries.set_index("entry_id").started
    for table in (shared_identifiers, cookie_travels, bounce_table):
        for entry_ids in found(table(har)).entry_ids:
            assert entry_ids and started[entry_ids].is_monotonic_increasing


@pytest.mark.corpus
@pytest.mark.skipif("HARTOOLS_HARS" not in os.environ, reason="HARTOOLS_HARS names no folder of HARs")
@pytest.mark.parametrize("name", ["the-markup+investigation-nonprofit-privacy", "the-markup+meta-pixel-988", "the-markup+meta-pixel-edtech", "the-markup+investigation-healthcare-exchange-tracking"])
def test_public_captures_hold_what_their_addresses_show(name):
    for path in sorted((Path(os.environ["HARTOOLS_HARS"]) / name).iterdir()):
        har = ht.read_har(path)
        rows, shared = identifier_table(har, reveal=True), found(shared_identifiers(har, reveal=True))
        # every client id that Google Analytics was told is among them
        told = har.params[(har.params.name == "cid") & har.params.value.str.fullmatch(r"\d+\.1\d{9}")].value
        assert set(told) <= set(found(rows).value)
        assert not found(rows).value.str.contains("://").any() and not found(rows).value.str.fullmatch(r"1\d{12}").any()
        assert (shared.from_party != shared.to_party).all()
        if not len(har.cookies):
            assert (rows.result == "not observable").any()


@pytest.mark.parametrize("name", WITH_COOKIES[:1])
def test_a_view_holds_what_its_observer_could_know(name):
    view = ht.view_as(sample(name), "third_party:data-beta.example")
    table = found(identifier_table(view))
    assert set(table.party) == {"data-beta.example"} and {"uid", "beta_id"} <= set(table.name)
    assert {urlsplit(url).hostname for url in view.entries.url} == {"match.data-beta.example"}
