"""Does the table of what can be observed say no where the file cannot tell, and never zero instead?"""

import json
from dataclasses import replace

import pytest
from samples import SAMPLES

import hartools as ht
from hartools.quality.checks import CHECKS

METRICS = [
    "requests", "answers", "cookies", "request bodies", "response bodies", "initiators", "pages", "redirects", "addresses", "TLS sessions",
    "WebSocket frames", "times",
]  # fmt: skip


def har(*entries, creator="WebInspector"):
    return json.dumps({"log": {"creator": {"name": creator}, "pages": [], "entries": entries}}).encode()


def entry(url="https://www.doctor.example/", *, method="GET", status=200, request=(), response=(), **more):
    return {
        "startedDateTime": "2026-03-02T09:00:00.000Z",
        "request": {"method": method, "url": url, "headers": [], "cookies": [], **dict(request)},
        "response": {"status": status, "headers": [], "cookies": [], "content": {"size": 4, "mimeType": "text/html", "text": "text"}, **dict(response)},
        **more,
    }


def observable(source):
    capture = source if isinstance(source, ht.Capture) else ht.read_har(source)
    table = ht.observable_table(capture)
    assert table.metric.tolist() == METRICS and table.observable.isin(["yes", "lower bound", "no"]).all() and table.why.str.len().gt(0).all()
    return table.set_index("metric")


def test_what_the_checks_limit_is_what_the_table_lists():
    assert {check.limits for check in CHECKS.values()} - {None} <= set(METRICS)


def test_bodies_are_counted_without_being_decoded():
    def refuse(*_):
        raise AssertionError("a body was decoded")

    capture = replace(ht.read_har(ht.example_har()), _read_body=refuse)
    assert observable(capture).loc["response bodies", ["observable", "found"]].tolist() == ["yes", 2]


@pytest.mark.parametrize(("sent", "answered", "expected"), [(True, True, "yes"), (True, False, "lower bound"), (False, True, "lower bound"), (False, False, "no")])
def test_one_side_of_the_cookies_is_a_lower_bound(sent, answered, expected):
    request = {"headers": [{"name": "Cookie", "value": "a=1"}]} if sent else {}
    response = {"headers": [{"name": "Set-Cookie", "value": "b=2"}]} if answered else {}
    row = observable(har(entry(request=request, response=response))).loc["cookies"]
    assert row.observable == expected and row.found == sent + answered


def test_bodies_of_requests_are_missed_only_where_one_was_sent():
    held = entry(method="POST", request={"postData": {"mimeType": "text/plain", "text": "a"}})
    empty = entry(method="POST", request={"headers": [{"name": "Content-Length", "value": "0"}]})
    assert observable(har(entry())).loc["request bodies", "observable"] == "yes"
    assert observable(har(held, empty)).loc["request bodies", ["observable", "found"]].tolist() == ["yes", 1]
    assert observable(har(held, entry(method="POST"))).loc["request bodies", "observable"] == "lower bound"
    assert observable(har(entry(method="POST"))).loc["request bodies", "observable"] == "no"


def test_answers_without_content_are_not_missing_bodies():
    none = {"content": {"size": -1, "mimeType": "x-unknown"}}
    quiet = [entry(status=204, response=none), entry(status=304, response=none), entry(method="HEAD", response=none), entry(response={"content": {"size": 0}})]
    assert observable(har(entry(), *quiet)).loc["response bodies", "observable"] == "yes"
    assert observable(har(entry(), entry(response=none))).loc["response bodies", "observable"] == "lower bound"
    assert observable(har(entry(response=none))).loc["response bodies", "observable"] == "no"


def test_no_har_shows_the_whole_of_a_tls_session():
    described = entry(_securityDetails={"protocol": "TLS 1.3", "subjectName": "a"})
    assert observable(har(described, creator="Playwright")).loc["TLS sessions", "observable"] == "lower bound"
    assert observable(har(entry())).loc["TLS sessions", "observable"] == "no"


def test_safari_says_nothing_about_redirects_and_an_unknown_program_little():
    assert observable(har(entry(), creator="WebKit Web Inspector")).loc["redirects", "observable"] == "no"
    assert observable(har(entry(), creator="unheard of")).loc["redirects", "observable"] == "lower bound"
    assert observable(har(entry())).loc["redirects", "observable"] == "yes"


def test_frames_are_looked_for_where_a_socket_was_opened():
    socket, frame = "wss://www.doctor.example/live", [{"type": "send", "time": 1772442000.5, "opcode": 1, "data": "a"}]
    assert observable(har(entry())).loc["WebSocket frames", ["observable", "found"]].tolist() == ["yes", 0]
    assert observable(har(entry(socket, status=101))).loc["WebSocket frames", "observable"] == "no"
    spoken = entry(socket, status=101, _webSocketMessages=frame)
    assert observable(har(spoken)).loc["WebSocket frames", ["observable", "found"]].tolist() == ["yes", 1]
    assert observable(har(spoken, entry(socket, status=101))).loc["WebSocket frames", "observable"] == "lower bound"
    assert observable(har(entry(), creator="Firefox")).loc["WebSocket frames", "observable"] == "no"


def test_an_empty_capture_shows_nothing_rather_than_zero_of_everything():
    capture = ht.read_har(ht.example_har())
    assert set(observable(capture.with_tables(entries=capture.entries.head(0))).observable) == {"no"}


def test_a_view_says_no_about_what_its_observer_does_not_receive():
    for name in ("oncologue-paris.chrome-sensitive.har", "oncologue-paris.playwright.har", "oncologue-paris.mitmproxy.har"):
        table = observable(ht.view_as(ht.read_har(SAMPLES / name), "third_party:cloudinary.com"))
        assert table.loc["initiators", ["observable", "why"]].tolist() == ["no", "not among what this observer receives"]
        assert table.found.isna().to_dict() == {metric: metric in ("request bodies", "response bodies") for metric in METRICS}


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.har")), ids=lambda path: path.name)
def test_the_samples_show_what_their_exporter_writes(path):
    table = observable(path).observable
    assert table["requests"] == "lower bound"
    assert table["cookies"] == ("no" if "sanitized" in path.name else "yes")
    assert (table["initiators"] == "no") == ("chrome" not in path.name)
    assert (table["pages"] == "no") == ("mitmproxy" in path.name)
    assert table["redirects"] == "yes"
