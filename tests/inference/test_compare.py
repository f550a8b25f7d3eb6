"""What do two captures differ in, and is what one of them cannot show kept apart from that?"""

import json

import pandas as pd
import pytest
from samples import DIRECTORY, FILES, SAMPLES

import hartools as ht
from hartools.errors import HarError, UnknownChoiceError, UnknownEntryError
from hartools.inference.compare import compare, split_at
from hartools.inference.whatif import what_if

TABLES = ("parties", "identifiers", "cookies", "telemetry", "findings")
SENSITIVE, SANITIZED = "oncologue-paris.chrome-sensitive.har", "oncologue-paris.chrome-sanitized.har"
DAY = "2026-03-02T09:00"


def entry(url, second, *, status=200, cookie=None, error=None, **more):
    headers = [{"name": "User-Agent", "value": "Mozilla/5.0 Firefox/153.0"}] + ([{"name": "Cookie", "value": cookie}] if cookie else [])
    return {
        "startedDateTime": None if second is None else f"{DAY}:{second:02d}.000Z", "time": 5, "pageref": "p1",
        "request": {"method": "GET", "url": url, "httpVersion": "h2", "headers": headers, "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": 0 if error else status, "statusText": "", "httpVersion": "h2", "headers": [], "cookies": [], "content": {"size": 2, "mimeType": "text/html", "text": "ok"},
                     "redirectURL": "", "headersSize": -1, "bodySize": 2, "_error": error},
        "cache": {}, "timings": {"send": 1, "wait": 3, "receive": 1}, "_resourceType": "document" if second == 0 else "image",
    } | more  # fmt: skip


def read(*entries, pages=({"startedDateTime": f"{DAY}:00.000Z", "id": "p1", "title": "https://www.site.example/", "pageTimings": {}},)):
    return ht.read_har(json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": list(pages), "entries": list(entries)}}).encode())


SITE = entry("https://www.site.example/", 0, cookie="lang=fr")


def rows_of(table):
    return [tuple(row) for row in table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)]


def difference(table, **key):
    (row,) = [row for row in table.to_dict("records") if all(row[name] == value for name, value in key.items())]
    return row["difference"]


# ---- compare -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in FILES if "firefox" in name or "ambiguous" in name])
def test_a_capture_does_not_differ_from_itself(name):
    capture = ht.read_har(SAMPLES / name)
    same = compare(capture, capture, catalogue=ht.read_catalogue(DIRECTORY))
    assert not same.differs
    assert {each for table in TABLES for each in getattr(same, table).difference} <= {"in both"}
    assert not same.differences.differences.any() and same.differences["in both"].sum() > 10


def test_the_other_way_round_it_says_the_same_of_the_other_side():
    captures = [ht.read_har(SAMPLES / name) for name in ("oncologue-paris.firefox.har", "dentiste-lyon.chrome-sanitized.har")]
    there, back = compare(*captures), compare(*captures[::-1])
    swapped = {"a": "b", "b": "a"}
    for table in (*TABLES, "observable"):
        one, other = getattr(there, table), getattr(back, table)
        renamed = one.rename(columns=lambda name: name[:-1] + swapped[name[-1]] if name[-2:] in ("_a", "_b") else name)
        renamed["difference"] = renamed.difference.map(lambda text: text[:-1] + swapped[text[-1]] if text[-2:] in (" a", " b") else text)
        assert rows_of(renamed[other.columns]) == rows_of(other), table


def test_what_one_of_the_files_cannot_show_is_no_difference():
    """The two files are exports of one session; one of them has no cookies."""
    both = compare(ht.read_har(SAMPLES / SENSITIVE), ht.read_har(SAMPLES / SANITIZED), catalogue=ht.read_catalogue(DIRECTORY))
    assert not both.differs
    assert set(both.cookies.difference) == {"not observable in b"} and len(both.cookies) > 5
    assert difference(both.observable, metric="cookies") == "not observable in b"
    assert (both.identifiers[both.identifiers.kind == "cookie"].difference == "not observable in b").all()
    identifiers = both.findings[both.findings.rule == "R-COOKIE"]
    assert len(identifiers) and (identifiers.difference == "not observable in b").all()


def test_attempted_and_received_are_told_apart():
    a = read(SITE, entry("https://ads.other.example/x", 1, error="net::ERR_BLOCKED_BY_CLIENT"), entry("https://only.example/x", 2))
    b = read(SITE, entry("https://ads.other.example/x", 1), entry("https://ads.other.example/y", 2))
    parties = compare(a, b).parties
    assert difference(parties, site="other.example") == "received only in b"
    assert difference(parties, site="only.example") == "only in a"
    assert difference(parties, site="site.example") == "in both"  # one request or two is chance
    row = parties[parties.site == "other.example"].iloc[0]
    assert (row.attempted_a, row.received_a, row.attempted_b, row.received_b, row.entry_ids_b) == (1, 0, 2, 2, [1, 2]) and row.outcomes_a == {"blocked": 1}


def test_cookies_are_compared_by_site_and_name_and_never_shown():
    a = read(SITE, entry("https://t.example/x", 1, cookie="uid=0123456789abcdef; keep=same"))
    b = read(SITE, entry("https://t.example/x", 1, cookie="uid=fedcba9876543210; keep=same; new=1"))
    cookies = compare(a, b).cookies.set_index("name")
    assert cookies.difference.to_dict() == {"lang": "in both", "keep": "in both", "uid": "in both", "new": "only in b"}
    assert cookies.same_value[["keep", "uid"]].tolist() == [True, False] and pd.isna(cookies.same_value["new"])
    assert "0123456789abcdef" not in compare(a, b).identifiers.to_csv() + compare(a, b).cookies.to_csv()


def test_consent_that_events_name_is_compared():
    events = [entry(f"https://www.google-analytics.com/g/collect?v=2&tid=G-ABCDEF1234&cid=1234567890.1600000000&en=page_view&gcs={state}", 1) for state in ("G100", "G111")]
    telemetry = compare(*(read(SITE, event) for event in events)).telemetry
    assert telemetry.difference.tolist() == ["changed"] and telemetry.consent_a[0] != telemetry.consent_b[0]


def test_findings_are_compared_by_observer_and_value_with_their_probability():
    catalogue = ht.read_catalogue(DIRECTORY)
    capture = ht.read_har(SAMPLES / SENSITIVE)
    found = compare(capture, what_if(capture, "dummy-requests", catalogue=catalogue), catalogue=catalogue, observers=["third_party:cloudinary.com"]).findings
    assert set(found[found.rule == "R-QUERY"].difference) - {"in both"}
    assert difference(found, topic="site visited") == "in both"
    assert found.entry_ids_a.map(len).max() and found.claim_a.str.contains("could").fillna(True).all()


def test_it_is_shown_small_and_escaped():
    a, b = (read(SITE, entry("https://x.example/", 1)) for _ in range(2))
    shown = compare(a, b, labels=("<script>alert(1)</script>", "b & c"))
    html = shown._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html and "b &amp; c" in html
    assert len(html) < 3000 and len(repr(shown).splitlines()) == 6


def test_a_view_is_refused():
    capture = read(SITE, entry("https://x.example/", 1))
    with pytest.raises(HarError, match="a view of"):
        compare(capture, ht.view_as(capture, "third_party:x.example"))


# ---- split -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in FILES if "oncologue-paris" in name])
@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_the_parts_are_the_whole(name, share):
    capture = ht.label_parties(ht.read_har(SAMPLES / name))
    cut = int(share * (len(capture) - 1))
    before, after = split_at(capture, cut)
    for table in ("entries", "headers", "cookies", "params", "messages", "stacks", "bodies"):
        whole, parts = ([each.bodies() if table == "bodies" else each.table(table) for each in captures] for captures in ([capture], [before, after]))
        columns = [column for column in whole[0].columns if column not in ("initiator_entry", "redirect_from")]
        assert sorted(map(repr, rows_of(whole[0][columns]))) == sorted(row for part in parts for row in map(repr, rows_of(part[columns])))
    assert set(before.entries.entry_id) | set(after.entries.entry_id) == set(capture.entries.entry_id) and not set(before.entries.entry_id) & set(after.entries.entry_id)
    assert set(before.pages.page_id) | set(after.pages.page_id) == set(capture.pages.page_id)
    for part, rows in ((before, before.entries), (after, after.entries)):
        assert len(part.document()["log"]["entries"]) == len(rows)


def test_an_entry_is_the_first_of_the_part_after_and_the_names_say_where_the_cut_is():
    capture = ht.read_har(SAMPLES / SENSITIVE)
    before, after = split_at(capture, 19)
    assert after.entries.entry_id.min() == 19 and before.entries.entry_id.max() == 18
    assert before.source.name.startswith(f"{SENSITIVE}, before 2026-11-24T") and after.source.name.startswith(f"{SENSITIVE}, after 2026-11-24T")
    assert len({before.source.sha256, after.source.sha256, capture.source.sha256}) == 3
    same = split_at(capture, capture.entries.started[19])
    assert same[1].entries.entry_id.tolist() == after.entries.entry_id.tolist()


def test_a_time_without_a_zone_is_utc():
    capture = read(SITE, *(entry("https://x.example/", second) for second in (1, 2, 3)))
    parts = [split_at(capture, time)[0].entries.entry_id.tolist() for time in (f"{DAY}:02", f"{DAY}:02Z", "2026-03-02T10:00:02+01:00", pd.Timestamp(f"{DAY}:02"), 2)]
    assert parts == [[0, 1]] * 5


def test_entries_without_a_time_go_with_the_one_before_and_are_counted():
    capture = read(entry("https://www.site.example/first", None), SITE, entry("https://x.example/", None), entry("https://x.example/", 5), entry("https://x.example/", None))
    before, after = split_at(capture, 3)
    assert before.entries.entry_id.tolist() == [0, 1, 2] and after.entries.entry_id.tolist() == [3, 4]
    for part, count in ((before, 2), (after, 1)):
        note = part.notes[part.notes.found.str.contains("without a time")]
        assert note["count"].tolist() == [count]
    ht.capture_quality(before)


@pytest.mark.parametrize("unit", [1, 1000])
def test_a_message_after_the_cut_is_not_before_it(unit):
    """Chromium writes the time of a message in seconds, Playwright in milliseconds."""
    moment = pd.Timestamp(f"{DAY}:00Z").timestamp()
    frames = [{"type": "send", "time": (moment + second) * unit, "opcode": 1, "data": f"at {second}"} for second in (1, 2, 30)]
    capture = read(SITE, entry("wss://x.example/ws", 1, status=101, _webSocketMessages=frames, _resourceType="websocket"), entry("https://x.example/", 20))
    before, after = split_at(capture, 2)
    assert capture.messages.data.tolist() == ["at 1", "at 2", "at 30"]
    assert before.messages.data.tolist() == ["at 1", "at 2"] and not len(after.messages)
    assert "at 30" not in json.dumps(before.document())
    assert before.notes[before.notes.found.str.contains("messages")]["count"].tolist() == [1]


def test_the_part_after_knows_the_first_party_though_its_document_is_in_the_other():
    capture = read(SITE, entry("https://www.site.example/consent", 3), entry("https://ads.example/x", 4))
    before, after = split_at(capture, 1)
    assert after.entries.party.tolist() == ["first", "third"]
    assert compare(before, after, labels=("before", "after")).parties.set_index("site").difference.to_dict() == {"ads.example": "only in b", "site.example": "in both"}


def test_a_part_can_be_cut_again_and_be_the_subject_of_a_measure():
    capture = ht.read_har(SAMPLES / SENSITIVE)
    after = split_at(capture, 19)[1]
    first = split_at(after, 38)[0]
    assert set(first.entries.entry_id) == set(range(19, 38)) & set(first.entries.entry_id) and len(first) == 19
    silent = what_if(after, "no-referrer")
    assert silent.entries.referer.isna().all() and silent.entries.entry_id.tolist() == after.entries.entry_id.tolist()


def test_a_cut_at_nothing_is_an_error_of_our_own():
    capture = read(SITE, entry("https://x.example/", None))
    with pytest.raises(UnknownEntryError, match="no entry 9"):
        split_at(capture, 9)
    with pytest.raises(UnknownChoiceError, match="has no time"):
        split_at(capture, 1)
    with pytest.raises(UnknownChoiceError, match="such as 2026"):
        split_at(capture, "when they agreed")
