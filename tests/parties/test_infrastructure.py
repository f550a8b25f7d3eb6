"""Who handled an exchange in clear, who ended its TLS, and do the traps stay traps?"""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hartools as ht
from hartools.findings import BASES, STRENGTHS
from hartools.parties.infrastructure import entry_infrastructure, infrastructure_table
from samples import SAMPLES

SITE = "www.clinic.example"
IN_CLEAR, EARLIER, TLS = "handled this exchange in clear", "handled an earlier exchange in clear", "ended the browser's TLS"
CERTIFICATE, FRONTED = "obtained the certificate", "stands behind a first-party name"

RAY = {"server": "cloudflare", "cf-ray": "93778ea3ebb36464-CDG"}
CLOUDFLARE, CLOUDFRONT, FASTLY, AKAMAI, AWS, NOBODY = "104.18.26.156", "108.138.246.76", "151.101.1.67", "23.67.33.31", "52.1.46.9", "91.239.200.59"
FRONT = {"via": f"1.1 {'0' * 32}.cloudfront.net (CloudFront)", "x-amz-cf-id": "A" * 52 + "=="}


def har(*entries, creator="WebInspector", day="2025-04-28"):
    """Read a HAR of these entries, a second apart, all of one page."""
    made = [entry | {"startedDateTime": f"{day}T09:00:{number:02}.000Z"} for number, entry in enumerate(entries)]
    pages = [{"startedDateTime": f"{day}T09:00:00.000Z", "id": "page_1", "title": "", "pageTimings": {}}]
    return ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": creator, "version": "1"}, "pages": pages, "entries": made}}).encode())


def entry(url=f"https://{SITE}/", headers=(), *, ip="", status=200, kind="document", sent=(), mime="text/html", **own):
    """Make one entry; headers are a dict, or a list of pairs where a name repeats."""
    pairs = {side: [{"name": name, "value": value} for name, value in (each.items() if isinstance(each, dict) else each)] for side, each in (("request", sent), ("response", headers))}
    return {
        "time": 20, "pageref": "page_1", "_resourceType": kind, "serverIPAddress": ip, "cache": {}, "timings": {"send": 1, "wait": 18, "receive": 1},
        "request": {"method": "GET", "url": url, "httpVersion": "http/2.0", "headers": pairs["request"], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": status, "statusText": "", "httpVersion": "http/2.0", "headers": pairs["response"], "cookies": [], "content": {"size": 9, "mimeType": mime},
                     "redirectURL": "", "headersSize": -1, "bodySize": 9, "_transferSize": 500},
    } | own  # fmt: skip


def first(capture, **options):
    """Return the row of the first entry, unknown as None."""
    row = entry_infrastructure(capture, **options).iloc[0]
    return {name: None if value is pd.NA else value for name, value in row.items()}


def said(capture, conclusion, host=SITE, **options):
    """Return party -> strength of one conclusion about a host, unknown as None."""
    table = infrastructure_table(capture, **options)
    rows = table[(table.host == host) & (table.conclusion == conclusion)].astype(object)
    return {None if pd.isna(row.party) else row.party: None if pd.isna(row.strength) else row.strength for row in rows.itertuples()}


# --- the two conclusions and the ladder ---


@pytest.mark.parametrize(
    ("headers", "ip", "grade", "in_clear", "tls"),
    [
        (RAY | {"cf-cache-status": "HIT"}, CLOUDFLARE, "E5", "certain", "certain"),
        (RAY | {"cf-cache-status": "DYNAMIC"}, CLOUDFLARE, "E4", "very likely", "very likely"),
        (RAY | {"cf-cache-status": "HIT"}, "", "E5", "certain", "very likely"),
        (RAY, "", "E3", "likely", "likely"),
        (RAY, NOBODY, "E3", "likely", "possible"),
        ({"server": "cloudflare"}, NOBODY, "E3", "possible", "possible"),
        ({}, CLOUDFLARE, "E2", "likely", "likely"),
    ],
)
def test_the_ladder_says_how_much_headers_addresses_and_the_edge_show(headers, ip, grade, in_clear, tls):
    row = first(har(entry(headers=headers, ip=ip)))
    assert (row["answered_by"], row["grade"], row["in_clear"], row["tls_ended_by"], row["strength"]) == ("Cloudflare", grade, in_clear, "Cloudflare", tls)


def test_both_conclusions_are_rows_of_their_own_with_what_speaks_for_and_against():
    table = infrastructure_table(har(entry(headers=RAY, ip=CLOUDFLARE)))
    assert table.conclusion.tolist() == [IN_CLEAR, TLS]
    assert table.basis.tolist() == ["derived", "assumed"]  # the address rests on a list from outside
    assert table.entry_ids.tolist() == [[0], [0]]
    assert "keyless" in table.alternative[1] and "data-protection authority" in table.settles[1]
    assert "104.16.0.0/13" in table.evidence[0] and "cf-ray" in table.evidence[0] and RAY["cf-ray"] not in table.evidence[0]
    assert table.claim.str.contains("could").all()


@pytest.mark.parametrize(
    ("path", "status", "provider", "headers", "ip"),
    [
        ("/cdn-cgi/rum?", 204, "Cloudflare", RAY, CLOUDFLARE),
        ("/cdn-cgi/challenge-platform/h/b", 403, "Cloudflare", RAY, CLOUDFLARE),
        ("/_Incapsula_Resource?SWJIYLWA=1", 200, "Imperva", {"x-iinfo": "1-2-3 NNYN CT(0 0 0)"}, "45.60.75.108"),
    ],
)
def test_an_address_that_only_the_edge_answers_is_made_by_the_edge(path, status, provider, headers, ip):
    row = first(har(entry(f"https://{SITE}{path}", headers, ip=ip, status=status, kind="xhr")))
    assert (row["answered_by"], row["grade"], row["strength"]) == (provider, "E5", "certain")


def test_such_an_address_needs_a_header_or_a_network_beside_it_and_is_certain_with_a_header_only():
    assert first(har(entry(f"https://{SITE}/cdn-cgi/rum", {"server": "nginx"}, ip=NOBODY, kind="xhr")))["answered_by"] is None
    row = first(har(entry(f"https://{SITE}/cdn-cgi/rum", {}, ip=CLOUDFLARE, kind="xhr")))
    assert (row["grade"], row["in_clear"], row["strength"]) == ("E5", "very likely", "very likely")


def test_a_beacon_put_into_the_page_on_the_way_counts_for_the_page():
    beacon = entry(f"https://{SITE}/cdn-cgi/rum?", RAY, ip=CLOUDFLARE, status=204, kind="ping", sent={"referer": f"https://{SITE}/"})
    other = entry(f"https://{SITE}/site.css", RAY, ip=CLOUDFLARE, kind="stylesheet")
    table = entry_infrastructure(har(entry(headers=RAY, ip=CLOUDFLARE), beacon, other))
    assert table.grade.tolist() == ["E5", "E5", "E4"]
    foreign = entry(f"https://{SITE}/cdn-cgi/rum?", {"server": "nginx"}, ip=NOBODY, status=204, kind="ping", sent={"referer": f"https://{SITE}/"})
    assert entry_infrastructure(har(entry(headers={"server": "nginx"}, ip=NOBODY), foreign)).grade.isna().all()
    assert first(har(entry(headers=RAY, ip=CLOUDFLARE), beacon | {"_fromCache": "disk"}))["grade"] == "E4"


@pytest.mark.parametrize(
    ("text", "headers", "ip", "status"),
    [
        ('<script src="/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js"></script>', RAY, CLOUDFLARE, 200),
        ("<html><head><title>Just a moment...</title>", RAY, CLOUDFLARE, 403),
        ("<H1>Access Denied</H1> Reference&#32;&#35;18&#46;264e4317&#46;1745853776", {"akamai-grn": "0.264e4317.1745853776.56305bb"}, AKAMAI, 403),
        ('<script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3"></script>', {"x-iinfo": "1-2-3 NNYN CT(0 0 0)"}, "45.60.75.108", 200),
    ],
)
def test_what_the_edge_wrote_into_a_page_or_answered_instead_of_it(text, headers, ip, status):
    page = entry(headers=headers, ip=ip, status=status)
    page["response"]["content"]["text"] = text
    assert first(har(page))["grade"] == "E5"
    page["response"]["headers"] = [{"name": "server", "value": "nginx"}]
    assert first(har(page | {"serverIPAddress": NOBODY}))["answered_by"] is None  # anybody can write a page


# --- chains ---


def test_an_inner_party_handled_it_in_clear_and_ended_no_tls():
    headers = RAY | {"cf-cache-status": "MISS", "via": "1.1 vegur"}
    capture = har(entry(headers=headers, ip=CLOUDFLARE))
    assert first(capture)["chain"] == ["Cloudflare", "Heroku"]
    assert said(capture, IN_CLEAR) == {"Cloudflare": "very likely", "Heroku": "very likely"}
    assert said(capture, TLS) == {"Cloudflare": "very likely"}
    assert infrastructure_table(capture).set_index(["party", "conclusion"]).position[("Heroku", IN_CLEAR)] == 2


def test_headers_that_a_cache_repeats_belong_to_an_earlier_exchange():
    capture = har(entry(headers=RAY | {"cf-cache-status": "HIT", "x-amz-id-2": "B" * 60, "x-amz-request-id": "1"}, ip=CLOUDFLARE))
    assert said(capture, IN_CLEAR) == {"Cloudflare": "certain"}
    assert said(capture, EARLIER) == {"Amazon S3": "likely"}


def test_the_last_entry_in_via_is_the_outermost_where_no_address_tells():
    fastly = {"x-served-by": "cache-iad-kjyo1-IAD, cache-pwk2-PWK", "x-timer": "S1.2,VS0,VE3"}
    inside = har(entry(headers=fastly | {"via": f"1.1 varnish, {FRONT['via']}"}))
    assert first(inside)["chain"] == ["Amazon CloudFront", "Fastly"]
    address = har(entry(headers=fastly | {"via": f"1.1 varnish, {FRONT['via']}"}, ip=FASTLY))
    assert first(address)["chain"] == ["Fastly", "Amazon CloudFront"]  # the address outweighs the habit


def test_several_headers_of_one_name_are_read_as_one_list_in_their_order():
    assert first(har(entry(headers=[("via", FRONT["via"]), ("via", "1.1 google")])))["chain"] == ["Google Cloud", "Amazon CloudFront"]
    assert first(har(entry(headers=[("via", "1.1 google"), ("via", FRONT["via"])])))["chain"] == ["Amazon CloudFront", "Google Cloud"]
    hit = har(entry(headers=[("x-served-by", "cache-iad1-IAD"), ("x-served-by", "cache-par1-PAR"), ("x-cache", "HIT"), ("x-cache", "MISS")], ip=FASTLY))
    assert first(hit)["grade"] == "E4"  # the shield had it, the edge had not: outermost is last


def test_fastly_is_told_from_other_varnish():
    assert first(har(entry(headers={"via": "1.1 varnish", "x-cache": "HIT", "x-varnish": "1 2"}, ip=NOBODY)))["answered_by"] is None
    assert first(har(entry(headers={"via": "1.1 varnish", "x-cache": "HIT", "x-served-by": "cache-ams4133-AMS"}, ip=FASTLY)))["grade"] == "E5"


def test_a_platform_ends_tls_on_machines_of_the_network_that_it_uses():
    row = first(har(entry(headers={"server": "Vercel", "x-vercel-id": "cdg1::iad1::abc", "x-vercel-cache": "MISS"}, ip=AWS)))
    assert (row["answered_by"], row["grade"], row["strength"]) == ("Vercel", "E4", "likely")


# --- traps ---


def test_a_server_name_copied_by_an_origin_elsewhere_leaves_tls_to_the_machine_that_answers():
    capture = har(entry(headers={"server": "cloudflare"}, ip=AWS))
    assert said(capture, TLS) == {"Amazon Web Services": "possible", "Cloudflare": "possible"}
    table = infrastructure_table(capture).set_index(["party", "conclusion"])
    assert "copied" in table.alternative[("Cloudflare", TLS)] and "passes the connection through" in table.alternative[("Amazon Web Services", TLS)]


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "fe80::1", "100.64.0.1", "203.0.113.7"])
def test_an_address_of_a_proxy_or_of_ones_own_says_nothing_of_the_server(ip):
    row = first(har(entry(headers=RAY | {"cf-cache-status": "HIT"}, ip=ip)))
    assert (row["in_clear"], row["strength"]) == ("very likely", "likely")
    silent = first(har(entry(headers={"server": "nginx"}, ip=ip)))
    assert silent["answered_by"] is None and "says nothing of the server" in silent["note"]


def test_one_address_for_several_sites_is_a_proxys():
    entries = [entry(f"https://{name}.example/", RAY if name == "one" else {}, ip=CLOUDFLARE) for name in ("one", "two", "three")]
    table = entry_infrastructure(har(*entries))
    assert table.answered_by.fillna("").tolist() == ["Cloudflare", "", ""] and table.strength[0] == "possible"
    assert "one address for several sites" in table.note[1]
    assert entry_infrastructure(har(*entries[:2])).answered_by.tolist() == ["Cloudflare", "Cloudflare"]


def test_a_proxy_that_recorded_says_that_the_browsers_own_tls_ended_in_it():
    table = infrastructure_table(har(entry(headers=RAY, ip=CLOUDFLARE), creator="mitmproxy"))
    assert "recorded by a proxy" in table[table.conclusion == TLS].note.iloc[0]
    assert "recorded by a proxy" in first(har(entry(headers=RAY, ip=CLOUDFLARE), creator="mitmproxy"))["note"]


@pytest.mark.parametrize("own", [{"status": 304}, {"_fromCache": "disk"}, {"_fromCache": "memory"}])
def test_304_and_cached_answers_repeat_old_headers(own):
    capture = har(entry(headers=RAY, ip=CLOUDFLARE, **own))
    row = first(capture)
    assert (row["answered_by"], row["tls_ended_by"], row["strength"], row["chain"]) == (None, None, None, ["Cloudflare"])
    assert said(capture, EARLIER) == {"Cloudflare": "likely"} and said(capture, IN_CLEAR) == {}
    assert said(capture, TLS) == {None: "undecidable"}


def test_what_a_service_worker_answered_is_no_evidence_of_now():
    cached = entry(headers=RAY, ip="")
    cached["response"]["_fetchedViaServiceWorker"] = True
    assert first(har(cached))["tls_ended_by"] is None and said(har(cached), TLS) == {None: "undecidable"}


def test_live_evidence_stands_beside_what_is_left_out():
    table = infrastructure_table(har(entry(headers=RAY, ip=CLOUDFLARE), entry(headers=RAY, ip=CLOUDFLARE, status=304)))
    assert table.entry_ids.tolist() == [[0], [0]] and table.note.str.contains("1 cached or revalidated").all()


def test_hosts_that_share_a_connection_share_who_ended_its_tls():
    first_host = entry(headers=RAY, ip=CLOUDFLARE, connection="47")
    other = entry("https://static.other.example/a.png", {"server": "nginx"}, ip=CLOUDFLARE, connection="47", kind="image")
    alone = entry("https://third.example/a.png", {"server": "nginx"}, ip=NOBODY, connection="48", kind="image")
    table = infrastructure_table(har(first_host, other, alone))
    shared = table[(table.host == "static.other.example") & (table.conclusion == TLS) & (table.grade == "E3")]
    assert shared.party.tolist() == ["Cloudflare"] and "one connection is one TLS session" in shared.evidence.iloc[0]
    assert said(har(first_host, other, alone), TLS, "third.example") == {None: "undecidable"}
    unknown = entry("https://static.other.example/a.png", {}, ip="127.0.0.1", connection="50", kind="image")
    strong = entry(headers=RAY | {"cf-cache-status": "HIT"}, ip="127.0.0.1", connection="50")
    assert first(har(unknown, strong))["tls_ended_by"] is None  # an address that says nothing makes no strong neighbour


def test_brackets_and_empty_addresses():
    assert first(har(entry(headers=RAY, ip="[2606:4700::6812:1a9c]")))["grade"] == "E4"
    assert first(har(entry(headers=RAY, ip="")))["grade"] == "E3"


def test_http_has_no_tls_to_end():
    capture = har(entry("http://www.clinic.example/", RAY, ip=CLOUDFLARE))
    row = first(capture)
    assert (row["answered_by"], row["tls_ended_by"], row["strength"]) == ("Cloudflare", None, None) and "no TLS" in row["note"]
    table = infrastructure_table(capture)
    assert said(capture, TLS) == {None: None} and table.conclusion.tolist() == [IN_CLEAR, TLS] and table.note[1] == "not applicable"
    mixed = har(entry("http://www.clinic.example/", RAY, ip=CLOUDFLARE), entry(headers=RAY, ip=CLOUDFLARE))
    assert said(mixed, TLS) == {"Cloudflare": "very likely", None: None}


def test_failed_and_blocked_requests_say_nothing_and_say_so():
    blocked = entry(ip="", status=0)
    blocked["response"]["_error"] = "net::ERR_BLOCKED_BY_CLIENT"
    assert first(har(blocked))["note"] == "not answered"
    table = infrastructure_table(har(blocked))
    assert table.strength.tolist() == ["undecidable", "undecidable"] and table.evidence.str.contains("no request to it was answered").all()


def test_a_redirect_that_the_browser_made_itself_is_nobodys():
    row = first(har(entry("http://www.clinic.example/", {"non-authoritative-reason": "HSTS", "location": f"https://{SITE}/"}, status=307)))
    assert row["answered_by"] is None and "browser itself" in row["note"]


@pytest.mark.parametrize(("issuer", "who"), [("mitmproxy", "mitmproxy"), ("Charles Proxy CA (1 Jan 2025)", "Charles"), ("DO_NOT_TRUST_FiddlerRoot", "Fiddler"), ("Zscaler Intermediate Root CA", "Zscaler")])
def test_a_certificate_signed_again_shows_a_proxy_on_the_visitors_side(issuer, who):
    details = {"protocol": "TLS 1.3", "subjectName": SITE, "issuer": issuer}
    capture = har(entry(headers=RAY, ip=CLOUDFLARE, _securityDetails=details))
    assert first(capture)["tls_ended_by"] == f"intercepting proxy ({who})"
    assert said(capture, TLS)["Cloudflare"] == "possible" and said(capture, IN_CLEAR) == {"Cloudflare": "very likely"}


@pytest.mark.parametrize(
    ("subject", "issuer", "party", "strength"),
    [
        ("sni.cloudflaressl.com", "Cloudflare Inc ECC CA-3", "Cloudflare", "certain"),
        (SITE, "Amazon RSA 2048 M02", "Amazon Web Services", "very likely"),
        (SITE, "DigiCert TLS RSA SHA256 2020 CA1", None, "undecidable"),
        (SITE, "WE1", None, "undecidable"),
    ],
)
def test_a_certificate_tells_who_obtained_it_and_never_denies_who_ended_tls(subject, issuer, party, strength):
    details = {"protocol": "TLS 1.3", "subjectName": subject, "issuer": issuer}
    capture = har(entry(headers=RAY, ip=CLOUDFLARE, _securityDetails=details))
    assert said(capture, CERTIFICATE) == {party: strength}
    assert said(capture, TLS) == {"Cloudflare": "very likely"}
    if party is None:
        assert infrastructure_table(capture).set_index("conclusion").alternative[CERTIFICATE].count("keyless") == 1


def test_an_unverified_network_takes_a_step_off_and_says_what_would_settle_it():
    headers = {"x-azure-ref": "20250428T152401Z-r1d5488db8dg7vzdhC1MNZxww00000000c1"}
    capture = har(entry(headers=headers, ip="20.237.33.243"))
    assert said(capture, IN_CLEAR) == {"Azure Front Door": "very likely"} and said(capture, TLS) == {"Azure Front Door": "likely"}
    assert infrastructure_table(capture).note.str.contains("table of autonomous systems").all()
    ranges = pd.DataFrame({"network": ["20.237.33.0/24"], "provider": ["azure"], "service": ["AzureFrontDoor.Frontend"], "as_of": ["2025-04-21"], "name": ["ServiceTags_Public"]})
    assert said(capture, TLS, ranges=ranges) == {"Azure Front Door": "very likely"}


def test_a_rented_machine_alone_leaves_open_who_ends_tls():
    capture = har(entry(headers={"server": "nginx"}, ip=AWS))
    assert said(capture, TLS) == {"Amazon Web Services": "possible"} and said(capture, IN_CLEAR) == {"Amazon Web Services": "possible"}


def test_a_store_does_not_answer_from_somebody_elses_network():
    row = first(har(entry(headers={"server": "AmazonS3", "x-amz-id-2": "B" * 60}, ip=NOBODY)))
    assert row["answered_by"] is None and row["chain"] == ["Amazon S3"] and row["strength"] == "undecidable"


def test_the_list_of_the_captures_day_decides():
    assert first(har(entry(headers=RAY, ip="104.28.3.4"), day="2021-03-08"))["grade"] == "E4"
    assert first(har(entry(headers=RAY, ip="104.28.3.4"), day="2021-10-08"))["grade"] == "E3"
    assert first(har(entry(headers=RAY, ip="199.27.128.9"), day="2016-11-18"))["grade"] == "E4"


# --- names ---


def test_a_name_of_the_providers_own_tells_without_headers():
    capture = har(entry("https://d111111abcdef8.cloudfront.net/a.js", kind="script"))
    assert said(capture, TLS, "d111111abcdef8.cloudfront.net") == {"Amazon CloudFront": "likely"}
    assert infrastructure_table(capture).grade.tolist() == ["E1", "E1"]
    rented = har(entry("https://ec2-52-1-1-1.compute-1.amazonaws.com/", kind="script"))
    assert said(rented, TLS, "ec2-52-1-1-1.compute-1.amazonaws.com") == {"Amazon Web Services": "possible"}


@pytest.mark.parametrize(
    ("host", "path", "party", "strength"),
    [
        ("smetrics.clinic.example", "/x", "Adobe Analytics", "possible"),
        ("smetrics.clinic.example", "/b/ss/suite/1/JS-2.22/s1", "Adobe Analytics", "likely"),
        ("sgtm.clinic.example", "/x", "Google Tag Manager (server side)", "possible"),
        ("events-data.clinic.example", "/live", None, "possible"),
        ("a.clinic.example", "/api/42/envelope/", "Sentry", "likely"),
        ("media.clinic.example", "/image/upload/w_90/dr12.jpg", "Cloudinary", "likely"),
    ],
)
def test_first_party_names_in_front_of_somebody_elses_machine_are_assumed(host, path, party, strength):
    capture = har(entry(ip=NOBODY), entry(f"https://{host}{path}", ip=NOBODY, kind="xhr"))
    table = infrastructure_table(capture)
    row = table[table.conclusion == FRONTED].astype(object).iloc[0]
    assert (row.host, None if pd.isna(row.party) else row.party, row.strength, row.basis, row.entry_ids) == (host, party, strength, "assumed", [1])
    assert said(capture, TLS, host) == {None: "undecidable"}  # a guess about a name is no conclusion about TLS


def test_a_usual_name_for_files_counts_only_where_another_party_answers():
    same = har(entry(headers=RAY, ip=CLOUDFLARE), entry("https://images.clinic.example/a.png", RAY, ip=CLOUDFLARE, kind="image"))
    other = har(entry(headers=RAY, ip=CLOUDFLARE), entry("https://images.clinic.example/a.png", FRONT, ip=CLOUDFRONT, kind="image"))
    assert said(same, FRONTED, "images.clinic.example") == {} and said(other, FRONTED, "images.clinic.example") == {None: "possible"}
    assert said(other, FRONTED, SITE) == {}


def test_third_party_hosts_are_not_asked_whose_machine_stands_behind():
    assert FRONTED not in infrastructure_table(har(entry(ip=NOBODY), entry("https://smetrics.other.example/x", ip=NOBODY, kind="xhr"))).conclusion.tolist()


def test_a_dns_answer_turns_the_assumption_into_an_observation():
    capture = har(entry(ip=NOBODY), entry("https://media.clinic.example/a.png", ip="", kind="image"), entry("https://smetrics.clinic.example/x", ip="", kind="xhr"))
    asked = pd.Timestamp("2025-04-29", tz="UTC")
    dns = pd.DataFrame({"host": ["media.clinic.example", "smetrics.clinic.example", "clinic.sc.omtrdc.net"], "type": ["CNAME"] * 3,
                        "value": ["d1.cloudfront.net", "clinic.sc.omtrdc.net", "x.adobedc.net"], "time": [asked] * 3})  # fmt: skip
    assert said(capture, FRONTED, "smetrics.clinic.example", dns=dns) == {"Adobe Experience Platform Edge": "likely"}
    assert said(capture, TLS, "media.clinic.example", dns=dns) == {"Amazon CloudFront": "likely"}
    table = infrastructure_table(capture, dns=dns)
    rows = table[table.host == "media.clinic.example"]
    assert rows.basis.tolist() == ["observed"] * 3 and "2025-04-29" in rows[rows.conclusion == FRONTED].note.iloc[0]
    assert said(capture, TLS, "media.clinic.example") == {None: "undecidable"}


# --- the whole table ---


def test_every_host_has_both_conclusions_and_the_words_keep_to_their_lists():
    for capture in (ht.read_har(ht.example_har()), ht.read_har(SAMPLES / "oncologue-paris.firefox.har"), ht.read_har(SAMPLES / "oncologue-paris.mitmproxy.har")):
        table, entries = infrastructure_table(capture), capture.entries
        assert list(dict.fromkeys(table.host)) == list(dict.fromkeys(entries.host.dropna()))
        for host, rows in table.groupby("host"):
            assert TLS in rows.conclusion.tolist() and {IN_CLEAR, EARLIER} & set(rows.conclusion), host
        assert set(table.basis) <= set(BASES) and set(table.strength.dropna()) <= set(STRENGTHS)
        assert table.strength.isna().equals(table.note == "not applicable") or not (table.note == "not applicable").any()
        hosts = entries.set_index("entry_id").host
        assert all(set(hosts[ids]) == {host} for host, ids in zip(table.host, table.entry_ids, strict=True))


def test_recordings_on_loopback_are_never_certain():
    # 2026-11-24, sample oncologue-paris.chrome-sensitive.har: an invented site that writes Cloudflare's headers, at 127.0.0.1
    table = infrastructure_table(ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har"))
    cloudflare = table[table.party == "Cloudflare"]
    assert len(cloudflare) and "certain" not in cloudflare.strength.tolist() and "very likely" not in cloudflare.strength[cloudflare.conclusion == TLS].tolist()
    events = table[(table.host == "events-data.medirendezvous.example") & (table.conclusion == FRONTED)]
    assert events.basis.tolist() == ["assumed"]


def test_views_empty_captures_and_captures_without_headers_have_their_tables():
    capture = har(entry(ip=CLOUDFLARE, headers=RAY), entry("https://t.other.example/p", {"server": "nginx"}, ip=NOBODY, kind="image"))
    view = ht.view_as(capture, "third_party:other.example")
    table = infrastructure_table(view)
    assert table.host.unique().tolist() == ["t.other.example"] and table.evidence.str.contains("in the view of third_party:other.example").all()
    empty = capture.with_tables(entries=capture.entries.head(0))
    assert len(infrastructure_table(empty)) == len(entry_infrastructure(empty)) == 0
    assert infrastructure_table(empty).dtypes.equals(table.dtypes)
    bare = capture.with_tables(headers=capture.headers.head(0))
    assert "no response headers" in infrastructure_table(bare).evidence[2]
    assert first(bare)["grade"] == "E2"


def test_the_callers_tables_stay_and_the_answer_does_not_vary():
    capture = har(entry(ip=CLOUDFLARE, headers=RAY), entry("https://a.clinic.example/p", FRONT, ip=CLOUDFRONT, kind="image"))
    before = capture.entries
    once, again = infrastructure_table(capture), infrastructure_table(capture)
    assert once.equals(again) and capture.entries.equals(before)
    turned = har(entry("https://a.clinic.example/p", FRONT, ip=CLOUDFRONT, kind="image"), entry(ip=CLOUDFLARE, headers=RAY))
    columns = ["host", "party", "conclusion", "strength", "grade"]
    assert sorted(map(str, once[columns].values)) == sorted(map(str, infrastructure_table(turned)[columns].values))


def test_hostile_values_stay_out_of_sentences():
    hostile = {"server": "cloudflare<script>", "cf-ray": "=HYPERLINK(1)", "via": "x" * 100_000, "x-served-by": "$\\frac{1}{0}$\x00", "set-cookie": "__cf_bm=secret-value; Path=/"}
    table = infrastructure_table(har(entry(headers=hostile, ip=CLOUDFLARE)))
    text = " ".join(str(value) for column in ("evidence", "claim", "note", "alternative") for value in table[column])
    assert not any(word in text for word in ("<script>", "HYPERLINK", "frac", "secret-value", "xxxx")) and len(text) < 5000
    assert table.party.dropna().unique().tolist() == ["Cloudflare"]


def test_cost_does_not_grow_with_repeated_exchanges_in_python():
    capture = har(entry(headers=RAY, ip=CLOUDFLARE))
    many = 20_000
    entries = pd.concat([capture.entries] * many, ignore_index=True).assign(entry_id=np.arange(many))
    headers = pd.concat([capture.headers[capture.headers.side == "response"]] * many, ignore_index=True).assign(entry_id=np.repeat(np.arange(many), len(RAY)))
    table = infrastructure_table(capture.with_tables(entries=entries, headers=headers))
    assert table.entries.tolist() == [many, many]


# --- the sites of the published investigation ---

SEVEN = {
    "georgia-georgiaaccess.gov": ("Cloudflare", "E4", "very likely"),
    "idaho-yourhealthidaho.org": ("Cloudflare", "E5", "certain"),
    "kentucky-kynect.ky.gov": ("Akamai", "E4", "very likely"),
    "maine-coverme.gov": ("Amazon CloudFront", "E4", "very likely"),
    "maryland-marylandhealthconnection.gov": ("Akamai", "E5", "certain"),
    "new-jersey-nj.gov": ("Imperva", "E4", "very likely"),
    "virginia-marketplace.virginia.gov": ("Azure Front Door", "E5", "very likely"),
}


@pytest.mark.corpus
@pytest.mark.skipif("HARTOOLS_HARS" not in os.environ, reason="HARTOOLS_HARS names no folder")
@pytest.mark.parametrize("site", sorted(SEVEN))
def test_the_main_documents_of_seven_sites_come_out_as_read_by_hand(site):
    folder = Path(os.environ["HARTOOLS_HARS"], "the-markup+investigation-healthcare-exchange-tracking")
    capture = ht.read_har(folder / f"data__blacklight-scans__{site}__requests.har")
    row = first(capture)
    assert (row["answered_by"], row["grade"], row["strength"]) == SEVEN[site] and row["tls_ended_by"] == row["answered_by"]
    table = infrastructure_table(capture)
    own = table[(table.host == row["host"]) & (table.party == row["answered_by"])]
    assert own.conclusion.tolist() == [IN_CLEAR, TLS] and own.document_grade.tolist() == [SEVEN[site][1]] * 2


def test_addresses_without_a_path_are_no_trouble_among_many():
    rows = [entry(f"https://{SITE}/{number % 7}", RAY, ip=CLOUDFLARE) for number in range(2100)] + [entry("data:image/gif;base64,R0lGODlhAQABAAAAACw=", kind="image")]
    made = ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "pages": [], "entries": [each | {"startedDateTime": "2025-04-28T09:00:00Z"} for each in rows]}}).encode())
    table = infrastructure_table(made)
    assert table[table.conclusion == IN_CLEAR].party.tolist() == ["Cloudflare"] and table["entries"].iloc[0] == 2100
