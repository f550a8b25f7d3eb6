"""Do the parameters that follow a choice come out, and do nonces and times stay out?"""

import base64
import json
import random
import uuid

import pytest

from hartools import read_har
from hartools.errors import HarError
from hartools.payloads.differential import RESULTS, differing

OPAQUE = {"dentist": "kx93TqLm4Zp0", "oncologist": "Wb71RsVd8Ny5"}


def entry(url, body=None, headers=(), second=0):
    posted = {"postData": {"mimeType": "application/json", "text": body}} if body else {}
    return {
        "startedDateTime": f"2026-03-02T09:00:{second:02d}.000Z", "time": 1, "cache": {}, "timings": {"send": 1, "wait": 1, "receive": 1},
        "request": {"method": "POST" if body else "GET", "url": url, "httpVersion": "h2", "headers": [{"name": name, "value": value} for name, value in headers], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": -1} | posted,
        "response": {"status": 200, "statusText": "", "httpVersion": "h2", "headers": [], "cookies": [], "content": {"size": 0, "mimeType": "text/plain"}, "redirectURL": "", "headersSize": -1, "bodySize": -1},
    }  # fmt: skip


def visit(choice, seed):
    """Record one visit: nonces and times of its own, one opaque value that follows the choice, and much that never changes."""
    r = random.Random(seed)
    page, visitor = "https://www.doctor.example/search", uuid.UUID(int=r.getrandbits(128))
    record = {"v": 3, "ts": 1_772_442_000_000 + r.randrange(10**7), "page": page, "hits": [{"k": "view", "n": r.getrandbits(40)}, {"k": OPAQUE[choice], "n": r.getrandbits(40)}]}
    packed = {"s": str(visitor), "m": OPAQUE[choice][::-1]}
    url = f"https://api.tracker.example/c/{r.getrandbits(64):016x}/e?v=2&tid=G-TEST&z={r.getrandbits(31)}&q={OPAQUE[choice]}&uid={visitor}"
    if choice == "oncologist":
        url += "&extra=1234"
    return read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": [
        entry(page), entry(url, headers=[("Referer", page), ("X-Trace", f"{r.getrandbits(128):032x}"), ("X-Choice", OPAQUE[choice])], second=1),
        entry("https://in.other.example/r", json.dumps(record), second=2),
        entry("https://in.other.example/p", json.dumps({"id": r.getrandbits(50), "d": base64.b64encode(json.dumps(packed).encode()).decode()}), second=3),
    ]}}).encode())  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return differing([visit("dentist", 1), visit("dentist", 2)], [visit("oncologist", 3), visit("oncologist", 4)])


def named(table, result):
    rows = table[table.result == result]
    return list(zip(rows.host, rows.path, rows["where"], rows.name, strict=True))


def test_the_opaque_value_is_found_wherever_it_stands_and_nonces_are_not(table):
    assert named(table, "differs") == [
        ("api.tracker.example", "/c/*/e", "header", "x-choice"),
        ("api.tracker.example", "/c/*/e", "query", "q"),
        ("in.other.example", "/p", "body", "$.d → base64 → $.m"),
    ]
    # one of the two events says the choice, the other is the same in all visits
    assert named(table, "differs in part") == [("in.other.example", "/r", "body", "$.hits[*].k")]
    assert named(table, "only in b") == [("api.tracker.example", "/c/*/e", "query", "extra")]
    assert len(table) == 5 and set(table.result) <= set(RESULTS)


def test_the_most_telling_comes_first_and_says_how_sure(table):
    assert table.strength.tolist() == ["very likely"] * 3 + ["likely", "possible"]
    assert table.entries_a[1] == [(0, 1), (1, 1)] and table.entries_b[1] == [(0, 1), (1, 1)]
    assert table.site[1] == "tracker.example"


def test_values_are_masked_unless_revealed(table):
    assert not table.to_string().count(OPAQUE["dentist"])
    shown = differing([visit("dentist", 1), visit("dentist", 2)], [visit("oncologist", 3), visit("oncologist", 4)], reveal=True)
    assert shown.values_a[1] == OPAQUE["dentist"] and shown.values_b[1] == OPAQUE["oncologist"]


def test_a_short_value_is_only_possible():
    def short(choice, seed):
        return read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [], "entries": [entry(f"https://a.example/?c={choice}&z={seed}77")]}}).encode())

    table = differing([short("1", 1), short("1", 2)], [short("2", 3), short("2", 4)])
    assert table[["name", "result", "strength"]].values.tolist() == [["c", "differs", "possible"]]


def test_captures_of_the_same_choice_yield_nothing():
    assert differing([visit("dentist", 1), visit("dentist", 2)], [visit("dentist", 3), visit("dentist", 4)]).empty


def test_one_capture_of_a_choice_is_refused():
    with pytest.raises(HarError, match="two or more of each choice"):
        differing([visit("dentist", 1)], [visit("oncologist", 3), visit("oncologist", 4)])


def test_the_same_captures_give_the_same_table(table):
    again = differing([visit("dentist", 1), visit("dentist", 2)], [visit("oncologist", 3), visit("oncologist", 4)])
    assert table.equals(again)
