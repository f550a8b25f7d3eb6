"""What is left of a HAR that was cut or damaged, and does a note say where?"""

import gzip
import json
import random
import re
import zlib

import pytest
from samples import SAMPLES
from small_hars import entry_spans, facts, severity, slim

import hartools as ht
from hartools.errors import NotAHarError

CUT = [f"ambiguous.{recorder}.har" for recorder in ("chrome-sanitized", "chrome-sensitive", "firefox", "mitmproxy", "playwright")]
QUIET = "a quiet place"  # stands in a header and in the body of the middle entry, to be damaged
MIDDLE = 2


def with_quiet_places(name, **style):
    har = slim(name)
    middle = har["log"]["entries"][MIDDLE]
    middle["response"]["headers"].append({"name": "x-quiet", "value": QUIET})
    middle["response"]["cookies"] = [{"name": "quiet", "value": "1", "expires": "2027-01-01T00:00:00.000Z"}]
    middle["response"]["content"] |= {"text": f"<p>{QUIET}</p>", "mimeType": "text/html"}
    middle["response"]["content"].pop("encoding", None)
    middle["time"] = 77.5
    return json.dumps(har, ensure_ascii=False, **style).encode()


# As DevTools writes, and as most scripts do.
HARS = {
    "indented": with_quiet_places("ambiguous.chrome-sensitive.har", indent=2),
    "compact": with_quiet_places("ambiguous.firefox.har", separators=(",", ":")),
}


def undamaged(name):
    return facts(ht.read_har(HARS[name]).entries)


def damaged(name, change):
    """Return the HAR with its middle entry changed, and the bytes from its beginning to that of the next."""
    data, spans = HARS[name], entry_spans(HARS[name])
    (start, end), after = spans[MIDDLE], spans[MIDDLE + 1][0]
    entry = change(data[start:end])
    assert entry != data[start:end], "this damage changes nothing"
    return data[:start] + entry + data[end:], start, after + len(entry) - (end - start)


def is_valid(data):
    try:
        json.loads(data.decode())
    except ValueError:
        return False
    return True


def notes_between(notes, start, end):
    return notes[notes.at_byte.between(start, end).fillna(False)]


# ---- cut ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CUT)
def test_a_sample_cut_at_every_997th_byte_keeps_every_complete_entry_and_says_where_it_ends(name):
    data = (SAMPLES / name).read_bytes()
    spans, whole = entry_spans(data), facts(ht.read_har(data).entries)
    assert len(spans) == len(whole)
    for cut in range(1, len(data), 997):
        complete = sum(end <= cut for _, end in spans)
        if not complete:
            with pytest.raises(NotAHarError):
                ht.read_har(data[:cut])
            continue
        capture = ht.read_har(data[:cut])
        assert facts(capture.entries) == whole[:complete], f"cut at byte {cut}"
        lost = capture.notes[[cost == "lost" for cost in severity(capture.notes)]]
        assert lost.at_byte.between(spans[complete - 1][1], cut).any(), f"cut at byte {cut}: {capture.notes.to_dict('records')}"


def test_a_sample_cut_just_before_and_just_after_the_end_of_an_entry():
    data = HARS["compact"]
    for position, (_, end) in enumerate(entry_spans(data)):
        assert len(ht.read_har(data[:end])) == position + 1
        if position:
            assert len(ht.read_har(data[: end - 1])) == position


@pytest.mark.parametrize("name", HARS)
def test_a_cut_in_the_first_bytes_of_an_entry_is_told_from_a_whole_file(name):
    data, spans = HARS[name], entry_spans(HARS[name])
    for cut in range(spans[MIDDLE - 1][1], spans[MIDDLE][0] + 30):
        capture = ht.read_har(data[:cut])
        assert facts(capture.entries) == undamaged(name)[:MIDDLE]
        lost = capture.notes[[cost == "lost" for cost in severity(capture.notes)]]
        assert lost.at_byte.between(spans[MIDDLE - 1][1], cut).any(), f"cut at byte {cut}: {capture.notes.to_dict('records')}"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_cut_packed_file_gives_what_it_still_holds(pack):
    data = (SAMPLES / CUT[0]).read_bytes()
    packed = pack(data)
    for cut in range(len(packed) // 2, len(packed), len(packed) // 9):
        held = zlib.decompressobj(47).decompress(packed[:cut])
        capture = ht.read_har(packed[:cut])
        assert len(capture) == len(entry_spans(held)) and "lost" in severity(capture.notes)


# ---- damage that leaves the entry readable ------------------------------------------------


def swapped(pattern, by):
    return lambda entry: re.sub(pattern, lambda found: found.expand(by), entry, count=1)


def quiet(by, *, last):
    """Put something else into the quiet place in the header, or into the last one, in the body."""
    return lambda entry: by.join(entry.rsplit(QUIET.encode(), 1) if last else entry.split(QUIET.encode(), 1))


STARTED = rb'("startedDateTime":\s*)"[^"]*"'
# Name -> how the middle entry is changed, the code of the note, columns that are unknown then.
REPAIRED = {
    "no comma": (swapped(rb'("method":\s*"\w+"),', rb"\1 "), "missing_comma", ()),
    "a comma too many": (swapped(rb'("method":\s*"\w+"),', rb"\1,,"), "missing_comma", ()),
    "a comma at the end": (swapped(rb'("name":\s*"x-quiet",\s*"value":\s*"[^"]*")', rb"\1,"), "missing_comma", ()),
    "no colon": (swapped(rb'"method"\s*:', rb'"method" '), "missing_comma", ()),
    "a name without quotes": (swapped(rb'"method"(\s*:)', rb"method\1"), "unquoted", ()),
    "a value without quotes": (swapped(rb'("method":\s*)"(\w+)"', rb"\1\2"), "unquoted", ()),
    "NaN": (swapped(rb'("time":\s*)77.5', rb"\1NaN"), "not_finite", ()),
    "minus infinity": (swapped(rb'("time":\s*)77.5', rb"\1-Infinity"), "not_finite", ()),
    "a number as text": (swapped(rb'("time":\s*)77.5', rb'\1"77.5"'), "odd_type", ()),
    "a list for a number": (swapped(rb'("time":\s*)77.5', rb"\1[77.5]"), "odd_type", ()),
    "a date with nines": (swapped(STARTED, rb'\1"9999-99-99T99:99:99.999+99:99"'), "bad_date", ("started",)),
    "a date too late": (swapped(STARTED, rb'\1"+058063-05-13T22:58:17.000Z"'), "bad_date", ("started",)),
    "a date too early": (swapped(STARTED, rb'\1"0001-01-01T00:00:00.000Z"'), "bad_date", ("started",)),
    "a cookie for ever": (swapped(rb"2027-01-01T00", rb"292269009-01-01T00"), "bad_date", ()),
}
for place, last in (("a header", False), ("a body", True)):
    REPAIRED |= {
        f"a raw control character in {place}": (quiet(b"a\x01quiet place", last=last), "control_character", ()),
        f"a raw line break in {place}": (quiet(b"a\nquiet place", last=last), "control_character", ()),
        f"half a character in {place}": (quiet(rb"a \ud83d place", last=last), "lone_surrogate", ()),
        f"the other half in {place}": (quiet(rb"a \ude00 place", last=last), "lone_surrogate", ()),
        f"half a character in bytes in {place}": (quiet(b"a \xed\xa0\xbd place", last=last), "invalid_utf8", ()),
        f"Latin-1 in {place}": (quiet(b"a \xe9 place", last=last), "invalid_utf8", ()),
        f"an unknown escape in {place}": (quiet(rb"a \x41 place", last=last), "bad_escape", ()),
    }


@pytest.mark.parametrize("name", HARS)
@pytest.mark.parametrize("kind", REPAIRED)
def test_an_entry_that_can_be_repaired_is_kept_and_the_note_says_what_and_where(kind, name):
    change, code, unknown = REPAIRED[kind]
    data, start, after = damaged(name, change)
    capture = ht.read_har(data)
    rows = facts(capture.entries)
    assert rows[:MIDDLE] + rows[MIDDLE + 1 :] == undamaged(name)[:MIDDLE] + undamaged(name)[MIDDLE + 1 :]
    assert rows[MIDDLE][:3] == undamaged(name)[MIDDLE][:3] and len(rows) == len(undamaged(name))
    notes = notes_between(capture.notes, start, after)
    assert code in notes.code[(notes.entry_id == MIDDLE).fillna(False)].tolist(), capture.notes.to_dict("records")
    assert all(capture.entries[column].isna()[MIDDLE] for column in unknown)


@pytest.mark.parametrize(("written", "read"), [('"77.5"', 77.5), ("NaN", None), ("Infinity", None), ("[77.5]", None), ("{}", None), ('""', None)])
def test_a_number_written_as_text_is_read_and_one_that_is_none_is_unknown(written, read):
    data, _, _ = damaged("compact", swapped(rb'("time":)77.5', rb"\g<1>" + written.encode()))
    value = ht.read_har(data).entries.duration_ms[MIDDLE : MIDDLE + 1].astype(object)
    # the sum of the phases may stand in for it, zero may not
    assert value.iloc[0] == read if read else value.isna().all() or value.iloc[0] > 0


@pytest.mark.parametrize("last", [False, True], ids=["header", "body"])
def test_what_stands_around_half_a_character_survives(last):
    data, _, _ = damaged("compact", quiet(rb"before \ud83d after", last=last))
    capture = ht.read_har(data)
    read = capture.bodies([MIDDLE], side="response").data[0] if last else capture.headers.set_index("name").value["x-quiet"]
    assert "before " in read and " after" in read and not any("\ud800" <= letter <= "\udfff" for letter in read)


# ---- damage that may cost the entry, but no other -----------------------------------------


def assert_the_others_are_there(data, name, start, after):
    valid = is_valid(data)
    capture = ht.read_har(data)
    rows, expected = facts(capture.entries), undamaged(name)
    assert rows[:MIDDLE] == expected[:MIDDLE] and rows[MIDDLE - len(expected) + 1 :] == expected[MIDDLE + 1 :], "an undamaged entry is gone"
    assert len(rows) in (len(expected) - 1, len(expected)), "pieces of an entry were taken for entries"
    if not valid:
        notes = notes_between(capture.notes, start, after)
        assert {"repaired", "lost"} & set(severity(notes)), capture.notes.to_dict("records")


def places(entry, character, count=6):
    found = [at for at in range(len(entry)) if entry[at : at + 1] == character]
    return random.Random(character).sample(found, min(count, len(found)))


@pytest.mark.parametrize("name", HARS)
@pytest.mark.parametrize("character", [b'"', b"{", b"}", b"[", b"]", b":", b","])
@pytest.mark.parametrize("way", ["gone", "twice"])
def test_a_mark_gone_or_written_twice_costs_no_other_entry(way, character, name):
    start, end = entry_spans(HARS[name])[MIDDLE]
    for at in places(HARS[name][start:end], character):
        by = b"" if way == "gone" else character * 2
        data, first, after = damaged(name, lambda entry, at=at, by=by: entry[:at] + by + entry[at + 1 :])
        assert_the_others_are_there(data, name, first, after)


def garbled(entry, seed):
    rng = random.Random(seed)
    at, length = rng.randrange(len(entry)), rng.choice((1, 1, 1, 2, 8, 50, 300))
    noise = bytes((entry[at] + rng.randrange(1, 256)) % 256 if not place else rng.randrange(256) for place in range(length))
    return entry[:at] + rng.choice((b"", noise, noise + entry[at : at + length])) + entry[at + length :]


@pytest.mark.parametrize("name", HARS)
def test_random_bytes_changed_inside_one_entry_cost_no_other(name):
    for seed in (*range(70), 242, 1651, 2081):  # the last three once lost an entry or a note
        data, first, after = damaged(name, lambda entry, seed=seed: garbled(entry, seed))
        try:
            assert_the_others_are_there(data, name, first, after)
        except (AssertionError, ht.HarError) as error:
            raise AssertionError(f"seed {seed}") from error


@pytest.mark.parametrize("name", HARS)
@pytest.mark.parametrize("space", [b"\x00", b"\x0b", b"\xa0", b"\xef\xbb\xbf", b"\xe2\x80\xa8"], ids=["NUL", "vertical tab", "Latin-1 space", "byte-order mark", "line separator"])
def test_a_byte_that_looks_like_a_space_and_is_none_is_noted(space, name):
    data, first, after = damaged(name, lambda entry: entry.replace(b'"method"', space + b'"method"', 1))
    assert_the_others_are_there(data, name, first, after)


# ---- damage around the entries ------------------------------------------------------------


@pytest.mark.parametrize("rest", [b"</body></html>", b"\0\0\0\0", b"}}", b"xxx", b'{"log": {"entries": []}}', b"\xff\xfe\xfd", b"// the end"])
def test_garbage_behind_the_end_is_noted_where_it_begins(rest):
    for name, data in HARS.items():
        capture = ht.read_har(data + rest)
        assert facts(capture.entries) == undamaged(name)
        notes = capture.notes[capture.notes.code == "trailing_garbage"]
        assert notes.at_byte.tolist() == [len(data)]


@pytest.mark.parametrize(("pattern", "by"), [
    (rb'"version":\s*"1.2",', rb'"version": "1.2"'), (rb'"version":', rb"version:"), (rb'"version":\s*"1.2"', rb'"version": NaN'),
    (rb'"log"', rb"log"), (rb'"creator":\s*\{', rb'"creator": {{'), (rb'("id":\s*"page_\d+)"', rb"\1"), (rb'"entries":', rb"entries:"),
], ids=["no comma", "no quotes", "NaN", "log", "brace", "quote", "entries"])  # fmt: skip
@pytest.mark.parametrize("name", HARS)
def test_damage_in_front_of_the_entries_costs_none(name, pattern, by):
    data = re.sub(pattern, lambda found: found.expand(by), HARS[name], count=1)
    assert data != HARS[name]
    capture = ht.read_har(data)
    assert facts(capture.entries) == undamaged(name)
    first = entry_spans(HARS[name])[0][0]
    assert {"repaired", "lost"} & set(severity(notes_between(capture.notes, 0, first + 2)))


@pytest.mark.parametrize("between", [b"", b",,", b"xxx", b"]", b"null,"])
def test_damage_between_two_entries_costs_neither(between):
    for name, data in HARS.items():
        spans = entry_spans(data)
        capture = ht.read_har(data[: spans[1][1]] + between + data[spans[2][0] :])
        assert [row for row in facts(capture.entries) if row[0]] == undamaged(name)
        assert {"repaired", "lost"} & set(severity(notes_between(capture.notes, spans[1][1] - 1, spans[2][0] + 5)))


@pytest.mark.parametrize("data", [
    b'{"log": null}', b'{"log": {"entries": null}}', b'{"log": {"version": null, "creator": null, "entries": null}}', b'{"log": {"entries": []}}',
    b'{"log": "text"}', b'{"log": {}}', b'{"entries": []}', b"null", b"7", b'"har"', b"", b"\0" * 64, b"<!doctype html><p>saved page", b'{"log": {"entries": [',
    b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"x\x9c", b"\x1f\x8b\x08\x00", b"[" * 100_000, b'{"a":' * 100_000, b'{"log":{"entries":[{' * 20_000,
])  # fmt: skip
def test_without_an_entry_the_error_names_the_file_what_was_found_and_what_to_do(data, tmp_path):
    path = tmp_path / "mine.har"
    path.write_bytes(data)
    with pytest.raises(NotAHarError, match=r"mine\.har: .*(Export|Pass|pass|export)"):
        ht.read_har(path)
