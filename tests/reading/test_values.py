"""Do values mean the same whatever the form in which an exporter writes them?"""

import json

import pandas as pd
import pytest
from reading.test_dialects import GONE, entry, headers, known, read


# ---- scalars ----------------------------------------------------------------------------------


def row(**changes):
    return read("unknown", entry(**changes)).entries.iloc[0]


@pytest.mark.parametrize(("written", "expected", "offset"), [
    ("2026-11-24T10:00:00.123Z", "2026-11-24 10:00:00.123", 0), ("2026-11-24T15:30:00.123+05:30", "2026-11-24 10:00:00.123", 330), ("2026-11-24T03:00:00-07:00", "2026-11-24 10:00:00", -420),
    ("2026-11-24T10:00:00.123+0000", "2026-11-24 10:00:00.123", 0), ("2016-06-28T21:42:02.7221474+01:00", "2016-06-28 20:42:02.722147400", 60), ("2026-11-24T10:00:00.123456Z", "2026-11-24 10:00:00.123456", 0),
    ("2026-11-24T10:00:00.1234Z", "2026-11-24 10:00:00.123400", 0), ("2026-11-24T10:00:00.1234567891Z", "2026-11-24 10:00:00.123456789", 0), ("2026-11-24T10:00:00.66Z", "2026-11-24 10:00:00.66", 0), ("2021-01-23T13:29:25.702", "2021-01-23 13:29:25.702", None),
    ("+058063-05-13T22:58:17.000Z", None, None), ("9999-12-31T23:59:59Z", None, None), ("invalid", None, None), ("", None, None), (None, None, None), (GONE, None, None), (-1, None, None), (0, None, None), ({}, None, None),
    ("Tue Nov 24 2026 11:00:00 GMT+0100 (CET)", "2026-11-24 10:00:00", 60), ("2026-11-24t10:00:00z", "2026-11-24 10:00:00", 0), ("2026-11-24 10:00:00 UTC", "2026-11-24 10:00:00", 0), ("1795514400000", "2026-11-24 10:00:00", 0),
    ("Tue, 24 Nov 2026 10:00:00 GMT", "2026-11-24 10:00:00", 0), ("2026-11-24 10:00:00", "2026-11-24 10:00:00", None), (1795514400000, "2026-11-24 10:00:00", 0), (1795514400.5, "2026-11-24 10:00:00.5", 0),
])  # fmt: skip
def test_a_time_is_utc_whatever_its_form(written, expected, offset):
    read_as = row(startedDateTime=written)
    assert known(read_as.started) == (None if expected is None else pd.Timestamp(expected, tz="UTC")) and known(read_as.utc_offset_min) == offset


@pytest.mark.parametrize(("written", "expected"), [
    *((each, "HTTP/2") for each in ("http/2.0", "HTTP/2.0", "HTTP/2", "h2", "spdy", "2.0")), *((each, "HTTP/3") for each in ("http/2.0+quic/43", "http/2+quic/46", "h3-29", "h3-Q050", "h3", "HTTP/3")),
    *((each, "HTTP/1.1") for each in ("HTTP/1.1", "http/1.1", "1.1")), *((each, "HTTP/1.0") for each in ("HTTP/1.0", "1.0")), *((each, None) for each in ("unknown", "", "data", "HTTP", "us:", "K", None, GONE, 7, {})),
])  # fmt: skip
def test_a_protocol_has_one_name(written, expected):
    assert known(row(request__httpVersion="", response__httpVersion=written).http_version) == expected


@pytest.mark.parametrize(("written", "expected"), [
    ("192.0.2.7", "192.0.2.7"), ("[2001:db8::1]", "2001:db8::1"), ("2001:DB8:0::1", "2001:db8::1"), ("192.0.2.7:443", "192.0.2.7"), ("[2001:db8::1]:443", "2001:db8::1"), ("::ffff:192.0.2.7", "192.0.2.7"),
    ("a.example/192.0.2.7", "192.0.2.7"), ("", None), ("a.example", None), (None, None), (GONE, None), (7, None), ([], None),
])  # fmt: skip
def test_an_address_is_one_or_unknown(written, expected):
    assert known(row(serverIPAddress=written).server_ip) == expected


# What may stand where a number should; none of it says zero.
NO_NUMBER = [GONE, None, -1, -2, -999, "", "-1", "many", "NaN", True, [], {}, [7], {"a": 7}]
PLACES = {"response__status": "status", "response__content__size": "body_bytes", "response__bodySize": "transfer_bytes", "request__bodySize": "request_bytes", "time": "duration_ms",
          "timings__wait": "wait_ms", "timings__ssl": "ssl_ms", "timings__connect": "connect_ms", "_initiator_line": "initiator_line"}  # fmt: skip


@pytest.mark.parametrize("creator", ["unknown", "chrome", "firefox", "mitmproxy", "playwright", "webpagetest", "safari", "fiddler"])
def test_what_is_no_number_is_unknown_and_not_zero(creator):
    cases = [(path, column, value) for path, column in PLACES.items() for value in NO_NUMBER]
    entries = read(creator, *(entry(**{path: value}) for path, _, value in cases)).entries
    assert len(entries) == len(cases)
    # Chromium's bodySize of -2 is less than the head, and no sentinel
    assert [case for at, case in enumerate(cases) if not pd.isna(entries[case[1]][at]) and not (creator == "chrome" and case[0] == "response__bodySize")] == []


def test_a_number_may_be_written_as_text():
    assert row(response__status="404", time="12.5", response__content__size="7")[["status", "duration_ms", "body_bytes"]].tolist() == [404, 12.5, 7]


# What may stand where anything else should.
ODD = [None, "", "text", 7, -0.5, True, [], {}, [1], {"a": {}}]
MEMBERS = ["request", "request__url", "request__method", "request__headers", "request__queryString", "request__cookies", "request__postData", "response", "response__headers", "response__cookies", "response__content",
           "response__content__text", "response__content__encoding", "response__content__mimeType", "response__redirectURL", "response___error", "timings", "cache", "connection", "pageref", "comment", "_initiator",
           "_initiator_detail", "_resourceType", "_fromCache", "_fetchType", "_connectionId", "_securityDetails", "_webSocketMessages", "_eventSourceMessages", "_ip_addr", "_protocol", "_bytesIn"]  # fmt: skip


@pytest.mark.parametrize("creator", ["unknown", "chrome", "firefox", "safari", "playwright", "mitmproxy", "webpagetest", "chrome-har", "fiddler", "toolkit"])
def test_no_odd_member_stops_the_reader_or_loses_an_entry(creator):
    odd = [entry(**{path: value}) for path in MEMBERS for value in [*ODD, GONE]]
    capture = read(creator, *odd, pages=[{}, None, 7, {"id": 7, "pageTimings": [], "title": {}}])
    assert len(capture) == len(odd)
    for table in ("pages", "headers", "cookies", "params", "messages", "stacks", "connections", "notes"):
        capture.table(table)
    assert len(capture.bodies()) <= 2 * len(odd)


@pytest.mark.parametrize(("content", "data"), [
    ({"text": "aGFydG9vbHM=", "encoding": "base64"}, b"hartools"), ({"text": "aGFy\r\ndG9vbHM", "encoding": "base64"}, b"hartools"), ({"text": "not base64!", "encoding": "base64"}, "not base64!"),
    ({"text": "plain", "encoding": "UTF-8"}, "plain"), ({"text": {"a": 1}}, '{"a":1}'), ({"text": None}, None), ({"comment": "Response bodies are not included."}, None),
])  # fmt: skip
def test_a_body_is_decoded_where_it_is_encoded(content, data):
    body = read("firefox", entry(response__content={"size": 8, "mimeType": "text/plain"} | content)).bodies(side="response").iloc[0]
    assert (None if not isinstance(body.data, (str, bytes)) else body.data) == data
    assert data is not None or body.why_missing == (content.get("comment") or "the exporter recorded no body")


# ---- cookies, parameters, messages, pages, causes ---------------------------------------------


def cookies(creator, **changes):
    return read(creator, entry(**changes)).cookies


TWO = "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly", "b=2; Path=/; SameSite=Lax"


@pytest.mark.parametrize(("creator", "values"), [("chrome", TWO), ("firebug", ["\n".join(TWO)]), ("chrome-har", ["\n".join(TWO)]), ("selenium wire", [", ".join(TWO)]), ("toolkit", [",".join(TWO)]), ("safari", [", ".join(TWO)]), ("pcap2har", [", ".join(TWO)]), ("splash", ["\n".join(TWO)]), ("polly", [list(TWO)])])
def test_several_cookies_are_told_apart_however_they_are_joined(creator, values):
    table = cookies(creator, response__headers=[{"name": "Set-Cookie", "value": value} for value in values])
    assert table[["name", "value"]].values.tolist() == [["a", "1"], ["b", "2"]]
    assert str(table.expires[0]) == "2026-10-21 07:28:00+00:00" and table.http_only.tolist() == [True, False] and known(table.same_site[1]) == "Lax"


def test_a_comma_in_a_cookie_of_an_exporter_that_repeats_headers_stays():
    assert cookies("chrome", response__headers=[{"name": "set-cookie", "value": "a=1,b=2; Path=/"}]).value.tolist() == ["1,b=2"]


@pytest.mark.parametrize(("creator", "written", "expires"), [
    ("chrome", "1969-12-31T23:59:59.000Z", None), ("chrome-har", "1969-12-31T23:59:59.999Z", None), ("safari", "", None), ("charles", None, None), ("firebug", "NaN-NaN-NaNTNaN:NaN:NaN.NaN+NaN:NaN", None),
    ("browsermob", "292269009-07-03T04:06:18.769+08:00", None), ("chrome-har", "1970-01-20T00:39:12.251Z", "2022-02-04 05:24:11"), ("chrome", "1970-01-20T00:39:12Z", "1970-01-20 00:39:12"), ("explorer", "Wed, 21 Oct 2026 07:28:00 GMT", "2026-10-21 07:28:00"),
])  # fmt: skip
def test_the_expiry_in_an_array_is_a_time_or_unknown(creator, written, expires):
    table = cookies(creator, response__cookies=[{"name": "a", "value": "1", "expires": written}])
    assert known(table.expires[0]) == (None if expires is None else pd.Timestamp(expires, tz="UTC"))


def test_attributes_of_a_cookie_in_an_array():
    fiddler = cookies("fiddler", response__cookies=[{"name": "a", "value": "1", "httpOnly": "true", "secure": "false", "_maxAge": None}]).iloc[0]
    assert (known(fiddler.http_only), known(fiddler.secure), known(fiddler.max_age)) == (True, False, None)
    sent = {"name": "a", "value": "1", "expires": None, "httpOnly": False, "secure": False}  # Chrome 26: of any cookie
    assert cookies("chrome", request__cookies=[sent]).http_only.isna().all()
    assert not cookies("chrome", request__cookies=[sent | {"domain": ".a.example"}]).http_only.any()


def params(creator, **changes):
    return read(creator, entry(**changes)).params[["where", "name", "value"]].values.tolist()


@pytest.mark.parametrize("listed", [[{"name": "q", "value": "Jan%C3%A9+x"}], [{"name": "q", "value": "Jané x"}], []], ids=["raw", "decoded", "empty"])
def test_the_query_is_what_the_url_says(listed):
    assert params("chrome", request__url="https://a.example/?q=Jan%C3%A9+x", request__queryString=listed) == [["query", "q", "Jané x"]]


FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=X"
MULTIPART = '--X\r\nContent-Disposition: form-data; name="mail"\r\n\r\nj@a.example\r\n--X\r\nContent-Disposition: form-data; name="f"; filename="x.bin"\r\n\r\n\u0001\r\n--X--\r\n'


@pytest.mark.parametrize(("creator", "sent", "found"), [
    ("chrome", {"mimeType": FORM, "text": "n=Jan%C3%A9&r=a+%26+b", "params": [{"name": "n", "value": "Jan%C3%A9"}]}, [["form", "n", "Jané"], ["form", "r", "a & b"]]),
    ("chrome", {"mimeType": FORM, "params": [{"name": "n", "value": "Jan%C3%A9"}]}, [["form", "n", "Jané"]]),
    ("splash", {"mimeType": FORM, "params": [{"name": "n", "value": "Jan%C3%A9"}]}, [["form", "n", "Jané"]]),
    ("firebug", {"mimeType": FORM, "params": [{"name": "n", "value": "100%25"}]}, [["form", "n", "100%25"]]),
    ("chrome", {"mimeType": PARTS, "text": MULTIPART, "params": [{"name": "mail", "value": "j@a.example"}, {"name": "f", "value": "(binary)"}]}, [["multipart", "mail", "j@a.example"], ["multipart", "f", "<file x.bin>"]]),
    ("firefox", {"mimeType": PARTS, "text": MULTIPART, "params": []}, [["multipart", "mail", "j@a.example"], ["multipart", "f", "<file x.bin>"]]),
    ("charles", {"mimeType": PARTS, "params": [{"name": "f", "fileName": "x.bin", "contentType": "a/b"}]}, [["multipart", "f", "<file x.bin>"]]),
    ("chrome-har", {"mimeType": "application/json", "params": [{"name": "user", "value": {"id": 7}}]}, [["form", "user", '{"id":7}']]),
    ("polly", {"mimeType": [FORM], "text": "a=1"}, [["form", "a", "1"]]), ("webpagetest", {"mimeType": "", "params": [], "text": ""}, []),
])  # fmt: skip
def test_a_form_is_decoded_once_wherever_it_stands(creator, sent, found):
    assert params(creator, request__method="POST", request__postData=sent) == found


FRAMES = [{"type": "send", "opcode": 1, "data": "hello"}, {"type": "receive", "opcode": 2, "data": "AQID"}]


@pytest.mark.parametrize(("creator", "time", "expected"), [("chrome", 1795514400.5, "2026-11-24 10:00:00.500"), ("playwright", 1795514400500.0, "2026-11-24 10:00:00.500"), ("mitmproxy", 1795514400.5, "2026-11-24 10:00:00.500"), ("playwright", -1, None)])
def test_messages_have_one_unit_of_time(creator, time, expected):
    table = read(creator, entry(_webSocketMessages=[frame | {"time": time} for frame in FRAMES])).messages
    assert table[["direction", "kind", "data"]].values.tolist() == [["sent", "text", "hello"], ["received", "binary", "AQID"]]
    assert {known(each) for each in table.time} == {None if expected is None else pd.Timestamp(expected, tz="UTC")}


def test_events_are_messages_too():
    row = read("chrome", entry(_eventSourceMessages=[{"time": 1795514400, "eventName": "message", "eventId": "", "data": "1"}])).messages.iloc[0]
    assert (row.direction, row.kind, row.data) == ("received", "event", "1")


DOCUMENT = {"request__url": "https://a.example/late.html", "startedDateTime": "2026-11-24T10:00:09Z", "pageref": "p"}, {"request__url": "https://a.example/", "pageref": "p"}


@pytest.mark.parametrize(("creator", "page", "url"), [
    ("chrome", {"title": "https://a.example/chosen"}, "https://a.example/chosen"), ("chrome-har", {"title": "https://a.example run 1", "_url": "https://a.example"}, "https://a.example/"),
    ("webpagetest", {"title": "Run 1, First View for https://a.example", "_URL": "https://a.example/w"}, "https://a.example/w"), ("phantomjs", {"title": "A title"}, "https://a.example/"), ("chrome-har", {"title": "A title run 1", "_url": "https://a.example/u"}, "https://a.example/u"),
])  # fmt: skip
def test_a_page_has_the_url_that_its_exporter_says_else_its_first_document(creator, page, url):
    pages = read(creator, *(entry(**each) for each in DOCUMENT), pages=[{"id": "p", "startedDateTime": "+058063-05-13T22:58:17.000Z", "pageTimings": {"onLoad": -1770134700697000, "onContentLoad": None}} | page]).pages
    assert pages.url.tolist() == [url] and pages[["started", "on_load_ms", "on_content_load_ms"]].isna().all(axis=None)


def test_the_second_before_1970_is_no_start_of_a_page():
    assert read("chrome", entry(), pages=[{"id": "p", "startedDateTime": "1969-12-31T23:59:59.000Z"}]).pages.started.isna().all()


STACK = {"callFrames": [{"url": "", "lineNumber": 0}, {"functionName": "f", "url": "https://a.example/x.js", "lineNumber": 41, "columnNumber": 2}]}


@pytest.mark.parametrize(("creator", "changes", "expected"), [
    ("chrome", {"_initiator": {"type": "script", "stack": STACK}}, ("script", "https://a.example/x.js", 42)),
    ("chrome", {"_initiator": {"type": "script", "stack": {"callFrames": [], "parent": {"callFrames": [], "parent": STACK}}}}, ("script", "https://a.example/x.js", 42)),
    ("chrome", {"_initiator": {"type": "parser", "url": "https://a.example/#top", "lineNumber": 6}}, ("parser", "https://a.example/", 7)),
    ("chrome-har", {"_initiator": "https://a.example/", "_initiator_line": 7, "_initiator_type": "parser", "_initiator_detail": '{"type":"parser","url":"https://a.example/","lineNumber":6}'}, ("parser", "https://a.example/", 7)),
    ("chrome-har", {"_initiator": "", "_initiator_line": 1, "_initiator_type": "script", "_initiator_detail": json.dumps({"type": "script", "stack": STACK})}, ("script", "https://a.example/x.js", 42)),
    ("browsertime", {"_initiator": "https://a.example/", "_initiator_line": 0}, (None, "https://a.example/", 1)),
    ("webpagetest", {"_initiator": "https://a.example/", "_initiator_line": "7"}, (None, "https://a.example/", 7)),
    ("webpagetest", {"_initiator": "", "_initiator_line": ""}, (None, None, None)), ("chrome", {"_initiator": None}, (None, None, None)),
])  # fmt: skip
def test_the_cause_has_one_shape(creator, changes, expected):
    row = read(creator, entry(**changes)).entries.iloc[0]
    assert (known(row.initiator_type), known(row.initiator_url), known(row.initiator_line)) == expected


def test_a_preflight_is_linked_to_its_twin_though_it_comes_after_it():
    asked = {"request__method": "OPTIONS", "request__headers": headers(access_control_request_method="POST"), "_resourceType": "preflight", "_initiator": {"type": "preflight", "url": "https://a.example/x", "requestId": "64157.1004"}}
    posted = entry(request__method="POST")
    entries = read("chrome", posted, entry(), posted, entry(**asked), entry()).entries
    assert (entries.outcome[3], entries.initiator_type[3], entries.initiator_entry[3]) == ("preflight", "preflight", 2)


def test_a_redirect_is_linked_to_the_hop_before_though_entries_stand_in_no_order():
    entries = read("chrome-har", entry(request__url="https://b.example/y", startedDateTime="2026-11-24T10:00:01Z"), entry(response__status=302, response__redirectURL="https://b.example/y#top")).entries
    assert entries.redirect_from[0] == 1 and entries.initiator_type[0] == "redirect" and entries.initiator_entry[0] == 1


def test_headers_that_chrome_har_lists_twice_count_once():
    capture = read("chrome-har", entry(request__headers=headers(accept="*/*", sec_ch_ua="x") + headers(sec_ch_ua="x")))
    assert capture.headers.name.tolist() == ["accept", "sec-ch-ua"] and capture.notes.code.tolist() == ["repeated_headers"]


@pytest.mark.parametrize("listed", [[{"name": "A", "value": ["1", "2"]}], {"A": ["1", "2"]}, [{"name": "A", "value": "1", "custom": {}}, {"name": "a", "value": 2}]], ids=["lists", "object", "odd"])
def test_headers_of_any_shape_are_read(listed):
    table = read("polly", entry(request__headers=listed)).headers
    assert table[["name", "value"]].values.tolist() == [["a", "1"], ["a", "2"]]


def test_page_timings_of_safari_count_from_nothing_that_the_file_says():
    pages = [{"id": "p", "title": "https://a.example/", "startedDateTime": "2026-11-24T10:00:00Z", "pageTimings": {"onLoad": 67218, "onContentLoad": 60000}}]
    assert read("safari", entry(), pages=pages).pages.on_load_ms.isna().all() and read("chrome", entry(), pages=pages).pages.on_load_ms[0] == 67218
