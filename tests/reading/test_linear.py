"""Does reading take time in proportion to the file, whatever stands in it?"""

import json
import time

import pytest

import hartools as ht

ENTRY = json.loads(ht.example_har())["log"]["entries"][1]
ENTRY["response"]["content"]["text"] = "<p>a quiet place</p>" * 20


def har(count, change=lambda entry: entry):
    entry = change(json.dumps(ENTRY).encode())
    return b'{"log": {"entries": [' + b", ".join([entry] * count) + b"]}}"


def swap(old, new):
    return lambda entry: entry.replace(old, new, 1)


# Name -> a file of so many pieces. The last ones hold nothing to read, and are to be refused as quickly.
FILES = {
    "valid": har,
    "half a character in every body": lambda count: har(count, swap(b"quiet", rb"\ud83d")),
    "invalid UTF-8 in every body": lambda count: har(count, swap(b"quiet", b"\xff")),
    "no comma in any entry": lambda count: har(count, swap(b'"GET",', b'"GET"')),
    "a quote less in every entry": lambda count: har(count, swap(b'"GET"', b'"GET')),
    "a brace less in every entry": lambda count: har(count, lambda entry: entry[:-1]),
    "a brace more in every entry": lambda count: har(count, lambda entry: entry + b"}"),
    "no date in any entry": lambda count: har(count, swap(b"2026-03", b"9999-99")),
    "one initiator for all": lambda count: har(count, swap(b"https://www.doctor.example/api/search?page=1", b"https://www.doctor.example/dentiste/lyon")),
    "cut inside one long body": lambda count: har(1)[:-100] + b"a quiet place " * 60 * count,
    "brackets": lambda count: b'{"log": {"entries": [' + b"[" * 200 * count,
    "beginnings of entries": lambda count: b'{"log": {"entries": [' + b'{"request": {"url": "' * 10 * count,
    "beginnings of logs": lambda count: b'{"log": {"entries": [' * 10 * count,
    "quotes": lambda count: b'{"log": {"entries": [{"request": ' + b'"' * 200 * count,
    "escapes": lambda count: b'{"log": {"entries": [{"request": "' + b"\\" * 401 * count,
}


def seconds(data):
    started = time.perf_counter()
    try:
        capture = ht.read_har(data)
        [capture.table(name) for name in ("entries", "headers", "notes")]
    except ht.HarError:
        pass
    return time.perf_counter() - started


@pytest.mark.parametrize("kind", FILES)
def test_four_times_as_much_takes_about_four_times_as_long(kind):
    little, much = FILES[kind](400), FILES[kind](1600)
    seconds(little)
    # Sixteen times would be quadratic. What is over in a blink says nothing, and noise only adds.
    pairs = ((seconds(little), seconds(much)) for _ in range(5))
    assert any(longer < 6 * max(shorter, 0.02) for shorter, longer in pairs)
