"""Is what each exporter writes its own way read as what it means?

Every fact is one that was measured on real files; the HARs that show it here are built.
"""

import csv
import json
import os
from pathlib import Path

import pandas as pd
import pytest

import hartools as ht

# Short name -> what the exporter calls itself.
CREATORS = {
    "chrome": ("WebInspector", "537.36"), "firefox": ("Firefox", "153.0"), "firefox 140": ("Firefox", "140.0.1"), "firefox 54": ("Firefox", "54.0"),
    "safari": ("WebKit Web Inspector", "605.1.15"), "playwright": ("Playwright", "1.65.1"), "playwright 1.7": ("Playwright", "1.7.1"),
    "mitmproxy": ("mitmproxy", "11.0.2"), "har_dump": ("mitmproxy har_dump", "0.1"), "chrome-har": ("chrome-har", "0.12.0"), "browsertime": ("Browsertime", "1.0"),
    "capturer": ("Chrome HAR Capturer", "0.10.3"), "webpagetest": ("WebPagetest", "2.19"), "firebug": ("Firebug", "1.12"), "charles": ("Charles Proxy", "4.6.3"),
    "fiddler": ("Fiddler", "4.6.2.2"), "browsermob": ("BrowserMob Proxy", "2.1.5"), "browsermob 2.0": ("BrowserMob Proxy", "2.0"), "splash": ("Splash", "3.5"),
    "selenium wire": ("Selenium Wire HAR dump", "5.1.0"), "tweasel": ("TweaselForWeb", "0.1"), "phantomjs": ("PhantomJS", "1.9.1"), "pcap2har": ("pcap2har", "0.1"),
    "explorer": ("Internet Explorer Network Inspector", "11"), "toolkit": ("HTTP Toolkit", "1.19"), "polly": ("Polly.JS", "2.0.0"), "unknown": ("Proxyman", "5.1"),
}  # fmt: skip
GONE = object()


def entry(**changes):
    """Build an entry; a change names a member by its path, levels joined by two underscores."""
    made = {
        "startedDateTime": "2026-11-24T10:00:00.000Z", "time": 30, "cache": {}, "serverIPAddress": "192.0.2.7",
        "timings": {"blocked": 1, "dns": -1, "connect": -1, "ssl": -1, "send": 2, "wait": 20, "receive": 7},
        "request": {"method": "GET", "url": "https://a.example/x", "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [], "headersSize": 90, "bodySize": 0},
        "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "redirectURL": "", "headersSize": 100, "bodySize": 40,
                     "content": {"size": 40, "mimeType": "text/html"}},
    }  # fmt: skip
    for path, value in changes.items():
        *above, last = path.replace("___", "__\0").split("__")
        place = made
        for name in above:
            place = place[name.replace("\0", "_")]
        last = last.replace("\0", "_")
        place.pop(last, None) if value is GONE else place.update({last: value})
    return made


def read(creator, *entries, **log):
    name, version = CREATORS[creator]
    return ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": name, "version": version}, "entries": list(entries)} | log}).encode())


def known(value):
    return None if pd.isna(value) else value


def headers(**pairs):
    return [{"name": name.replace("_", "-"), "value": value} for name, value in pairs.items()]


FACTS = {
    # ---- status, outcome, cache
    "Chrome: a failure has status 0 and an error": ("chrome", dict(response__status=0, response__content__size=0, response___error="net::ERR_EMPTY_RESPONSE", response___transferSize=0), dict(status=None, outcome="failed", body_bytes=None, transfer_bytes=None, error="net::ERR_EMPTY_RESPONSE")),
    "Chrome: ERR_ABORTED beside a status is an answer without a body": ("chrome", dict(response___error="net::ERR_ABORTED"), dict(status=200, outcome="answered")),
    "Chrome: what an extension blocks never left the browser": ("chrome", dict(response__status=0, response___error="net::ERR_BLOCKED_BY_CLIENT"), dict(outcome="blocked")),
    "Chrome: _fromCache marks the cache": ("chrome", dict(_fromCache="disk"), dict(outcome="cached", from_cache=True)),
    "Chrome 111: _fulfilledBy marks the cache": ("chrome", dict(response___fulfilledBy="(memory cache)"), dict(outcome="cached", from_cache=True)),
    "Chrome: a service worker answers": ("chrome", dict(response___fetchedViaServiceWorker=True), dict(via_service_worker=True)),
    "Firefox: timings {} with a status is the cache": ("firefox", dict(timings={}), dict(outcome="cached", from_cache=True)),
    "Firefox: no address is the cache": ("firefox", dict(serverIPAddress=GONE), dict(outcome="cached", from_cache=True)),
    "Firefox 43 writes no address at all": ("firefox 54", dict(serverIPAddress="192.0.2.7"), dict(outcome="answered", from_cache=False)),
    "Firefox: status 0 is no answer": ("firefox", dict(response__status=0, response__content__size=0, timings={}), dict(status=None, body_bytes=None, transfer_bytes=None, from_cache=False)),
    "Safari: _fetchType marks the cache": ("safari", dict(_fetchType="Memory Cache"), dict(outcome="cached", from_cache=True)),
    "Safari: _fetchType names the service worker": ("safari", dict(_fetchType="Service Worker"), dict(outcome="answered", via_service_worker=True)),
    "Safari: _fetchType also says that it was the network": ("safari", dict(_fetchType="Network Load"), dict(outcome="answered", from_cache=False)),
    "Chrome 47: a body of which nothing was transferred is from the cache": ("chrome", dict(response___transferSize=0, response__httpVersion="unknown", response__headersSize=-1, response__bodySize=0), dict(outcome="cached", transfer_bytes=0)),
    "Chrome 16, without _transferSize": ("chrome", dict(response__headersSize=17, response__bodySize=-17), dict(outcome="cached")),
    "chrome-har: the same in later versions": ("chrome-har", dict(response___transferSize=0, response__headersSize=-1, response__bodySize=-1, connection="0"), dict(outcome="cached")),
    "Chrome: what a service worker made was not in the cache": ("chrome", dict(response___transferSize=0, response__headersSize=-1, response__bodySize=-1, response___fetchedViaServiceWorker=True), dict(outcome="answered")),
    "Splash: ok false is a failure": ("splash", dict(response__status=0, response__statusText="cancelled", response__ok=False, response__content__size=0), dict(outcome="failed", error="cancelled", status=None)),
    "WebPageTest: -2 is a failure": ("webpagetest", dict(response__status=-2, response__statusText=""), dict(outcome="failed", error="status -2")),
    "BrowserMob 2.0: INTERNAL STATE is a failure": ("browsermob 2.0", dict(response__status=-999, response__statusText="INTERNAL STATE"), dict(outcome="failed", error="INTERNAL STATE")),
    "Playwright: a failure has status -1 and _failureText": ("playwright", dict(response__status=-1, response___failureText="net::ERR_UNSAFE_PORT", response__content__size=-1, response__content__mimeType="x-unknown"), dict(status=None, outcome="failed", error="net::ERR_UNSAFE_PORT", mime=None, body_bytes=None)),
    "Playwright: _failureText beside a status is an answer": ("playwright", dict(response___failureText="net::ERR_ABORTED", timings__receive=-1), dict(outcome="answered", receive_ms=None)),
    "Playwright: nothing transferred of a body is the cache": ("playwright", dict(response___transferSize=0, response__bodySize=-100), dict(outcome="cached", transfer_bytes=0)),
    "Playwright: a 404 of which the head was not measured is none": ("playwright", dict(response__status=404, response___transferSize=40, response__bodySize=-60), dict(outcome="answered", transfer_bytes=140)),
    "Tweasel: timings {} is Firefox's cache": ("tweasel", dict(timings={}, response__content=GONE), dict(outcome="cached", body_bytes=None)),
    "Tweasel: no address is Firefox's cache": ("tweasel", dict(serverIPAddress=GONE), dict(outcome="cached")),
    "mitmproxy: a failed flow has no content": ("mitmproxy", dict(response={"status": 0, "content": {}, "headers": [], "_error": "server closed connection", "_transferSize": 0}), dict(status=None, outcome="failed", body_bytes=None, transfer_bytes=None)),
    "WebPageTest: -2 is no response": ("webpagetest", dict(response__status=-2, response__content__size=0), dict(status=None, body_bytes=None)),
    "BrowserMob 2.0: -999 is no response": ("browsermob 2.0", dict(response__status=-999, response__content__size=0), dict(status=None, body_bytes=None)),
    "BrowserMob, har-to-k6: no response at all": ("browsermob", dict(response=GONE), dict(status=None, outcome="unknown", body_bytes=None, transfer_bytes=None)),
    "pcap2har: response is null": ("pcap2har", dict(response=None, time=-1), dict(status=None, outcome="unknown", duration_ms=None)),
    "PhantomJS: status is null for data: URLs": ("phantomjs", dict(request__url="data:image/gif;base64,R0lGOD", response__status=None), dict(status=None, scheme="data", host=None)),
    # ---- sizes
    "Chrome: _transferSize is what crossed the wire": ("chrome", dict(response___transferSize=77, response__headersSize=-1, response__bodySize=-1), dict(transfer_bytes=77)),
    "Chrome 26: bodySize is what was transferred less the head": ("chrome", dict(response__headersSize=500, response__bodySize=-408), dict(transfer_bytes=92)),
    "chrome-har: the same": ("chrome-har", dict(response__headersSize=500, response__bodySize=-408), dict(transfer_bytes=92)),
    "Chrome HAR Capturer: the same": ("capturer", dict(response__headersSize=500, response__bodySize=-408), dict(transfer_bytes=92)),
    "Chrome: a picture answered with 404 is measured without its head": ("chrome", dict(response__status=404, response__headersSize=160, response__bodySize=-120, response___transferSize=40), dict(transfer_bytes=200)),
    "Chrome: a preflight's answer is measured as nothing": ("chrome", dict(request__method="OPTIONS", response__content__size=0, response__headersSize=335, response__bodySize=-335, response___transferSize=0), dict(transfer_bytes=335, body_bytes=0)),
    "Chrome: over HTTP/2 nobody knows how much that was": ("chrome", dict(request__method="OPTIONS", response__httpVersion="http/2.0", response__content__size=0, response__headersSize=-1, response__bodySize=-1, response___transferSize=0), dict(transfer_bytes=None, http_version="HTTP/2")),
    "Chrome: a WebSocket's handshake is measured as nothing": ("chrome", dict(request__url="wss://a.example/ws", response__status=101, response__content__size=0, response__headersSize=248, response__bodySize=-248, response___transferSize=0), dict(transfer_bytes=248)),
    "Chrome: of its own redirect to https nothing crossed the wire": ("chrome", dict(response__status=307, response__content__size=0, response__headersSize=168, response__bodySize=-168, response___transferSize=0), dict(transfer_bytes=0)),
    "Chrome: the body of a redirect is not recorded": ("chrome", dict(response__status=302, response__content__size=0, response__headers=headers(Content_Length="219")), dict(body_bytes=None)),
    "HEAD announces a body and has none": ("chrome", dict(request__method="HEAD", response__content__size=0, response__headers=headers(Content_Length="219")), dict(body_bytes=0)),
    "Firefox since 62: bodySize counts the head": ("firefox 140", dict(response__headersSize=318, response__bodySize=2347), dict(transfer_bytes=2347)),
    "Firefox up to 54: bodySize is the body": ("firefox 54", dict(response__headersSize=318, response__bodySize=2029), dict(transfer_bytes=2347)),
    "Firefox: from the cache there is a size and no head": ("firefox 140", dict(serverIPAddress=GONE, request__headersSize=0, response__headersSize=0, response__bodySize=720125, response__content__size=0, response__headers=headers(content_length="55429")), dict(transfer_bytes=None, request_bytes=None, body_bytes=None)),
    "Firefox: 304 has the size of the body in the cache": ("firefox 140", dict(response__status=304, response__headersSize=384, response__bodySize=1821), dict(transfer_bytes=384, body_bytes=40)),
    "Firefox 153: size is that of the encoded body": ("firefox", dict(response__content={"size": 40, "text": "é" * 50, "mimeType": "text/plain"}, response__headers=headers(content_encoding="gzip")), dict(body_bytes=100)),
    "Firefox 140: size is that of the decoded body": ("firefox 140", dict(response__content={"size": 100, "text": "é" * 50, "mimeType": "text/plain"}, response__headers=headers(content_encoding="gzip")), dict(body_bytes=100)),
    "Firefox 153: without its text an encoded body has no size": ("firefox", dict(response__headers=headers(content_encoding="br")), dict(body_bytes=None)),
    "Safari: size 0 beside a body from memory": ("safari", dict(response__content={"size": 0, "text": "aGFydG9vbHM=", "encoding": "base64"}, response__bodySize=-1), dict(body_bytes=8, transfer_bytes=None)),
    "Playwright 1.7: size -1 beside a body": ("playwright 1.7", dict(response__content={"size": -1, "text": "aGFydG9vbHM=", "encoding": "base64"}), dict(body_bytes=8)),
    "Playwright: an attached file may be empty": ("playwright", dict(response__content={"size": 0, "_file": "x.txt"}, response__bodySize=0), dict(body_bytes=0, response_body_held=True)),
    "Playwright: minimal knows no sizes": ("playwright", dict(request__headersSize=-1, request__bodySize=-1, response__headersSize=-1, response__bodySize=-1, response__content__size=-1), dict(request_bytes=None, transfer_bytes=None, body_bytes=None)),
    "a text has the length of its charset": ("playwright", dict(response__content={"size": -1, "text": "café", "mimeType": "text/plain; charset=iso-8859-1"}), dict(body_bytes=4)),
    "WebPageTest: size is the compressed one": ("webpagetest", dict(response__headers=headers(Content_Encoding="gzip"), _objectSizeUncompressed="400"), dict(body_bytes=400)),
    "WebPageTest: numbers are texts": ("webpagetest", dict(_bytesIn="2702", _bytesOut="310"), dict(transfer_bytes=2702, request_bytes=310)),
    "WebPageTest 18.09: _bytesOut 0 is not measured": ("webpagetest", dict(_bytesOut=0, request__headersSize=409, request__bodySize=-1), dict(request_bytes=None)),
    "mitmproxy: compression is what decoding adds": ("mitmproxy", dict(response__content={"size": 40, "compression": 4960}), dict(body_bytes=5000)),
    "mitmproxy: it may be below zero": ("mitmproxy", dict(response__content={"size": 40, "compression": -23}), dict(body_bytes=17)),
    "Selenium Wire: compression is what decoding adds": ("selenium wire", dict(response__content={"size": 40, "compression": 4960}), dict(body_bytes=5000)),
    "Playwright: size 0 beside a bodySize was not measured": ("playwright", dict(response__content__size=0, response__bodySize=40), dict(body_bytes=None)),
    "Safari: size 0 beside a bodySize was not measured": ("safari", dict(response__content__size=0, response__bodySize=40), dict(body_bytes=None)),
    "BrowserMob: size 0 beside a bodySize was not measured": ("browsermob", dict(response__content__size=0, response__bodySize=40), dict(body_bytes=None)),
    "Splash: size 0 without a Content-Length was not measured": ("splash", dict(response__content__size=0, response__bodySize=40), dict(body_bytes=None)),
    "unknown exporter: size 0 beside a bodySize was not measured": ("unknown", dict(response__content__size=0, response__bodySize=40), dict(body_bytes=None)),
    "HTTP Toolkit: an answer that never came": ("toolkit", dict(response={"status": 0, "content": {"size": 0, "mimeType": "application/x-unknown"}, "headersSize": -1, "bodySize": -1}), dict(status=None, mime=None, body_bytes=None, transfer_bytes=None)),
    # ---- durations
    "Firefox: ssl follows connect": ("firefox", dict(time=41, timings={"connect": 4, "ssl": 6, "wait": 30, "receive": 1}), dict(connect_ms=10, ssl_ms=6, duration_ms=41)),
    "Firefox: ssl 0 is no handshake": ("firefox", dict(timings__ssl=0), dict(ssl_ms=None)),
    "Firefox 54: time is null": ("firefox 54", dict(time=None), dict(duration_ms=None, wait_ms=20)),
    "mitmproxy: ssl follows connect": ("mitmproxy", dict(time=41, timings={"connect": 4, "ssl": 6, "wait": 30, "receive": 1}), dict(connect_ms=10, duration_ms=41)),
    "Selenium Wire: ssl follows connect": ("selenium wire", dict(timings={"connect": 4, "ssl": 6}), dict(connect_ms=10)),
    "Tweasel: ssl follows connect": ("tweasel", dict(timings={"connect": 4, "ssl": 6}), dict(connect_ms=10)),
    "Tweasel: ssl 0 is no handshake": ("tweasel", dict(timings__ssl=0), dict(ssl_ms=None)),
    "har_dump: -1000 is unknown": ("har_dump", dict(timings__connect=-1000, timings__ssl=-1000), dict(connect_ms=None, ssl_ms=None)),
    "exporthar: null is unknown": ("har_dump", dict(timings__connect=None, timings__ssl=None), dict(connect_ms=None, ssl_ms=None)),
    "Playwright: time has ssl twice": ("playwright", dict(time=47, timings={"connect": 10, "ssl": 6, "wait": 30, "receive": 1}), dict(connect_ms=10, ssl_ms=6, duration_ms=41)),
    "Playwright: a TLS handshake for http is none": ("playwright", dict(request__url="http://a.example/", time=19, timings={"connect": 4, "ssl": 5, "wait": 10}), dict(ssl_ms=None, connect_ms=4, duration_ms=14)),
    "Firefox: time 0 of what came from the cache": ("firefox", dict(time=0, timings={}), dict(duration_ms=None)),
    "Splash: time 0 while the answer was coming": ("splash", dict(time=0, timings={"wait": 391, "receive": 0}), dict(duration_ms=None)),
    "a time of 0 that the phases bear out": ("unknown", dict(time=0, timings={"wait": 0, "receive": 0}), dict(duration_ms=0)),
    "Playwright 1.7: time is -1": ("playwright 1.7", dict(time=-1), dict(duration_ms=None, http_version=None)),
    "Fiddler: ssl 0 is no handshake": ("fiddler", dict(timings__ssl=0), dict(ssl_ms=None)),
    "BrowserMob 2.0: ssl 0 is no handshake": ("browsermob 2.0", dict(timings__ssl=0), dict(ssl_ms=None)),
    "BrowserMob 2.1.5: nanoseconds and no time": ("browsermob", dict(time=GONE, timings={"waitNanos": 2_500_000, "sendNanos": 0}), dict(wait_ms=2.5, send_ms=0, duration_ms=None)),
    "Chrome 61: blocked below zero": ("chrome", dict(timings__blocked=-0.7), dict(blocked_ms=None)),
    # ---- addresses, connections, protocols
    "Chrome 53: IPv6 in brackets": ("chrome", dict(serverIPAddress="[2001:db8::1]"), dict(server_ip="2001:db8::1")),
    "Chrome: no address is an empty text": ("chrome", dict(serverIPAddress=""), dict(server_ip=None)),
    "WebPageTest: _ip_addr": ("webpagetest", dict(serverIPAddress=GONE, _ip_addr="192.0.2.9"), dict(server_ip="192.0.2.9")),
    "WebPageTest: httpVersion is a slice of the status line": ("webpagetest", dict(response__httpVersion="us:", request__httpVersion="me:", _protocol="HTTP/2"), dict(http_version="HTTP/2")),
    "Chrome up to 120: connection is an id": ("chrome", dict(connection="301434"), dict(connection_id="301434")),
    "Chrome 156: connection is the port": ("chrome", dict(connection="443", _connectionId="57"), dict(connection_id="57")),
    "Firefox: connection is the port of whoever answered, a proxy too": ("firefox", dict(connection="8080"), dict(connection_id=None)),
    "Tweasel: connection is the port": ("tweasel", dict(connection="8080"), dict(connection_id=None)),
    "Firebug since 1.8: connection is the port": ("firebug", dict(connection="80"), dict(connection_id=None)),
    "Chrome HAR Capturer: connection 0 is none": ("capturer", dict(connection="0"), dict(connection_id=None)),
    "chrome-har: an id that is the number of a port": ("chrome-har", dict(connection="443"), dict(connection_id="443")),
    "WebPageTest 2: HTTP/1 can be read off the slice": ("webpagetest", dict(response__httpVersion="1.1"), dict(http_version="HTTP/1.1")),
    "Fiddler: connection names the client's port": ("fiddler", dict(connection="ClientPort:19744;EgressPort:19745"), dict(connection_id="19744")),
    "Playwright: TLS details": ("playwright", dict(_securityDetails={"protocol": "TLS 1.3", "subjectName": "", "issuer": "Test CA", "validFrom": 946684800}), dict(tls_protocol="TLS 1.3", tls_subject=None, tls_issuer="Test CA")),
    "Playwright: {} where there was no TLS": ("playwright", dict(_securityDetails={}), dict(tls_protocol=None)),
    "mitmproxy keeps https for a WebSocket": ("mitmproxy", dict(response__status=101, _resourceType="websocket"), dict(scheme="https", resource_type="websocket")),
    # ---- redirects and bodies sent
    "Chrome: a redirect is written as it was sent": ("chrome", dict(response__status=302, response__redirectURL="/img/b.png"), dict(redirect_to="https://a.example/img/b.png", outcome="redirected")),
    "a redirect leads where the browser asks": ("chrome", dict(response__status=301, response__redirectURL="HTTPS://B.example:443"), dict(redirect_to="https://b.example/")),
    "Charles: redirectURL is null": ("charles", dict(response__redirectURL=None, response__statusText=None), dict(redirect_to=None, outcome="answered")),
    "Internet Explorer: redirectionURL": ("explorer", dict(response__status=301, response__redirectURL=GONE, response__redirectionURL="https://b.example/"), dict(redirect_to="https://b.example/")),
    "Fiddler, Firefox 43: an empty postData is no body": ("fiddler", dict(request__postData={"mimeType": "", "text": ""}), dict(request_body_held=False)),
    "WebPageTest: the method may be null": ("webpagetest", dict(request__method=None), dict(method=None, outcome="answered")),
}  # fmt: skip


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_of_an_exporter(fact):
    creator, changes, expected = FACTS[fact]
    row = read(creator, entry(**changes)).entries.iloc[0]
    assert {column: known(row[column]) for column in expected} == expected


@pytest.mark.parametrize(("timings", "codes"), [({"blocked": -0.7, "send": -33}, ["below_zero"]), ({"connect": -1000, "ssl": -1}, [])])
def test_a_duration_below_zero_is_noted_unless_it_says_unknown(timings, codes):
    assert read("har_dump", entry(timings=timings)).notes.code.tolist() == codes


@pytest.mark.parametrize(("creator", "version"), sorted({each for name, each in CREATORS.items() if name != "unknown"}))
def test_an_exporter_is_recognised_and_the_reason_shown(creator, version):
    exporter = ht.read_har(json.dumps({"log": {"creator": {"name": creator, "version": version}, "entries": [entry()]}}).encode()).exporter
    assert exporter.dialect != "other" and exporter.why == f"log.creator.name is {creator!r}" and exporter.version == version


@pytest.mark.parametrize("creator", ["Optic capture command", None, {}, [], {"name": None}, {"name": 7, "version": 7}, {"name": "DebugBear", "comment": {}}])
def test_a_log_of_any_creator_is_read_and_the_reason_shown(creator):
    capture = ht.read_har(json.dumps({"log": {"creator": creator, "comment": {}, "entries": [entry()]}}).encode())
    assert len(capture) == 1 and capture.exporter.why.startswith("log.creator")


def test_a_version_may_be_a_number():
    capture = ht.read_har(json.dumps({"log": {"creator": {"name": "Firefox", "version": 140.5}, "entries": [entry(response__bodySize=140)]}}).encode())
    assert capture.exporter.version == "140.5" and capture.entries.transfer_bytes[0] == 140


AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 11_0 like Mac OS X) AppleWebKit/604.1.38 (KHTML, like Gecko) Version/11.0 Mobile/15A372 Safari/604.1"


@pytest.mark.parametrize(("creator", "agent", "log", "browser"), [
    ("chrome", {"User_Agent": AGENT}, {}, "Chrome 111"), ("chrome", {"User_Agent": AGENT + " Edg/111.0"}, {}, "Edge 111"),
    ("chrome", {"User_Agent": AGENT, "sec_ch_ua": '"Brave";v="111", "Chromium";v="111"'}, {}, "Brave 111"), ("safari", {"User_Agent": IPHONE}, {}, "Safari 11"),
    ("chrome-har", {"User_Agent": IPHONE}, {}, None), ("chrome-har", {"User_Agent": IPHONE}, {"browser": {"name": "Chrome", "version": "97.0"}}, "Chrome 97.0"),
    ("pcap2har", {}, {"browser": {"name": AGENT, "version": "mumble"}}, "Chrome 111"), ("chrome", {}, {}, None),
])  # fmt: skip
def test_the_browser_is_named_by_the_log_or_by_a_user_agent_that_is_not_emulated(creator, agent, log, browser):
    assert read(creator, entry(request__headers=headers(**agent)), **log).exporter.browser == browser


# ---- real files -------------------------------------------------------------------------------

CORPUS = os.environ.get("HARTOOLS_HARS")
needs_corpus = pytest.mark.skipif(not CORPUS, reason="HARTOOLS_HARS names no folder of HARs")
DIALECTS = {
    "Brave (WebInspector)": "chromium", "BrowserMob Proxy": "browsermob", "Browsertime": "chrome-har", "Charles Proxy": "charles", "Chrome DevTools": "chromium", "Chrome HAR Capturer": "chrome-har-capturer",
    "Edge (WebInspector)": "chromium", "Fiddler": "fiddler", "Firebug": "firebug", "Firefox": "firefox", "Optic capture command": "optic", "PhantomJS": "phantomjs", "Playwright": "playwright",
    "Polly.JS": "http-client", "Selenium Wire HAR dump": "selenium-wire", "Splash": "splash", "TweaselForWeb": "tweasel", "WebKit Web Inspector": "webkit", "WebPagetest": "webpagetest",
    "capture-har": "http-client", "chrome-har": "chrome-har", "mitmproxy": "mitmproxy", "mitmproxy exporthar": "mitmproxy", "mitmproxy har_dump": "mitmproxy", "mitmproxy har_extractor": "mitmproxy", "pcap2har": "pcap2har",
}  # fmt: skip


def corpus():
    """Yield each file of the corpus that is readable, and what its manifest says of it."""
    with (Path(CORPUS) / "manifest.tsv").open(encoding="utf-8", newline="") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            try:
                yield row, ht.read_har(Path(CORPUS) / row["local_file"])
            except ht.HarError:
                continue


@pytest.mark.corpus
@needs_corpus
def test_every_exporter_of_the_corpus_is_recognised():
    wrong = [(row["local_file"], capture.exporter.dialect) for row, capture in corpus() if row["exporter"] in DIALECTS and capture.exporter.dialect != DIALECTS[row["exporter"]]]
    # these two do not name their creator
    assert {file.rpartition("/")[2].rpartition("__")[2] for file, _ in wrong} == {"single-entry-br-encoding.har", "bad.har"}, wrong


def lengths(data, mime):
    """Return how many bytes a body may have had: a text is re-encoded, its line ends may have been changed."""
    if isinstance(data, bytes):
        return {len(data)}
    named = str(mime).lower().partition("charset=")[2].strip(" \"'") or "utf-8"
    kept = {data.encode(charset, "replace") for charset in ("utf-8", "latin-1", "cp1252", named if named[:4] in ("utf-", "iso-", "wind") else "utf-8")}
    return {len(each) for each in kept} | {len(each.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) for each in kept} | {len(each.replace(b"\r\n", b"\n")) for each in kept}


# Whose texts are not what was sent: cut or replaced by hand, or read in the wrong charset.
EDITED = {"browsermob", "firebug", "pcap2har"}


@pytest.mark.corpus
@needs_corpus
def test_sizes_of_the_corpus_are_those_of_the_decoded_bodies():
    compared = 0
    for row, capture in corpus():
        sizes = capture.entries.body_bytes
        for body in capture.bodies(side="response").itertuples():
            if not isinstance(body.data, (str, bytes)) or body.encoding == "file":
                continue
            assert not pd.isna(sizes[body.entry_id]), (row["local_file"], body.entry_id)
            if capture.exporter.dialect not in EDITED and not row["exporter"].startswith("handmade"):
                compared += 1
                assert sizes[body.entry_id] in lengths(body.data, body.mime), (row["local_file"], body.entry_id)
    assert compared > 600
