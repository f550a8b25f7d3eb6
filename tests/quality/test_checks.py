"""Does each check fire on the smallest HAR that has its problem, and stay silent on one that has not?"""

import gzip
import json
import os
from pathlib import Path

import pandas as pd
import pytest
from samples import SAMPLES

import hartools as ht
from hartools.quality.checks import CHECKS

SITE = "https://www.doctor.example"
IDS = [f"Q{number:02d}" for number in range(1, 19)]


def entry(url=f"{SITE}/", *, at=0, mime="text/html", status=200, sent=(), answered=(), text="words", start=None, request=(), response=(), **more):
    """Build one entry; `sent` and `answered` are headers, `request`, `response` and `more` further members."""
    return {
        "startedDateTime": f"2026-03-02T09:00:{at // 1000:02d}.{at % 1000:03d}Z" if start is None else start,
        "time": 10,
        "pageref": "page_1",
        "request": {"method": "GET", "url": url, "headers": _pairs(sent), "cookies": [], "headersSize": 100, "bodySize": 0, **dict(request)},
        "response": {
            "status": status, "headers": _pairs(answered), "cookies": [], "redirectURL": "", "headersSize": 50, "bodySize": len(text),
            "content": {"size": len(text), "mimeType": mime, **({"text": text} if text else {})}, **dict(response),
        },
        "timings": {"send": 0, "wait": 10, "receive": 0},
        **more,
    }  # fmt: skip


def _pairs(headers):
    return [{"name": name, "value": value} for name, value in dict(headers).items()]


def har(*entries, creator="WebInspector", pages=1):
    listed = [{"id": f"page_{number + 1}", "title": f"{SITE}/", "startedDateTime": "2026-03-02T09:00:00.000Z", "pageTimings": {}} for number in range(pages)]
    return json.dumps({"log": {"version": "1.2", "creator": {"name": creator, "version": "1.0"}, "pages": listed, "entries": entries}}).encode()


def image(host="img.third.example", **more):
    return entry(f"https://{host}/a.png", mime="image/png", **more)


def check(source, name):
    capture = source if isinstance(source, ht.Capture) else ht.read_har(source)
    table = ht.capture_quality(capture)
    assert table.check.tolist() == IDS
    return table.set_index("check").loc[name]


DOCUMENT = {"Sec-Fetch-Dest": "document"}
COOKIE, SET_COOKIE = {"Cookie": "a=1"}, {"Set-Cookie": "a=1; Path=/"}
FROM_MEMORY = {"_fromCache": "memory"}

# check -> what is met, what is clear
PAIRS = {
    "Q01": (har(*[entry(at=n) for n in range(20)]), har(entry(answered=SET_COOKIE), *[entry(at=n) for n in range(1, 20)])),
    "Q02": (har(entry(sent={"X-Token": "[x-token redacted]"})), har(entry(sent={"X-Token": "redacted by hand"}))),
    "Q03": (har(*[image(at=n) for n in range(12)]), har(entry(), *[image(at=n) for n in range(1, 12)])),
    "Q04": (har(image(at=0), entry(at=500)), har(entry(at=0), image(at=500))),
    "Q05": (
        har(entry(sent=DOCUMENT), entry(f"{SITE}/two", at=9, sent=DOCUMENT), creator="Firefox"),
        har(entry(sent=DOCUMENT), entry(f"{SITE}/frame", at=9, sent={"Sec-Fetch-Dest": "iframe"}), image(at=9, sent={"Referer": f"{SITE}/frame"}), creator="Firefox"),
    ),
    "Q06": (har(entry(), image(status=0, text="", _error="net::ERR_BLOCKED_BY_CLIENT")), har(entry(), image())),
    "Q07": (har(entry(), image(at=1), image(at=2, **FROM_MEMORY)), har(entry(), image(at=1), entry(at=2, **FROM_MEMORY))),
    "Q08": (
        har(entry(at=0, response={"_fetchedViaServiceWorker": True}), entry(at=20, response={"_fetchedViaServiceWorker": False})),
        har(entry(response={"_fetchedViaServiceWorker": False})),
    ),
    "Q09": (har(entry(), entry(response={"content": {"size": 40, "mimeType": "application/json"}})), har(entry(), image(text=""))),
    "Q10": (har(entry()), har(entry(_initiator={"type": "other"}))),
    "Q11": (har(entry(), creator="WebKit Web Inspector"), har(entry(), image("ib.adnxs.com"), image("ib.adnxs.com", status=302, answered={"Location": "/b"}))),
    "Q12": (
        har(entry(answered=SET_COOKIE), creator="Firefox"),
        har(entry(response={"cookies": [{"name": "a", "value": "1", "path": "/", "httpOnly": True}]})),
    ),
    "Q13": (har(entry(start="2026-03-02T10:00:00.000+01:00")), har(entry(at=0), entry(at=1))),
    "Q14": (har(entry(), creator="mitmproxy", pages=0), har(entry())),
    "Q16": (har(entry(sent={"Authorization": "Basic Zm9v"})), har(entry(sent={"Accept": "*/*"}))),
    "Q17": (har(entry(sent=COOKIE)), har(entry(answered=SET_COOKIE), entry(at=9, sent=COOKIE))),
    "Q18": (har(entry(), entry())[:-400], har(entry())),
}


@pytest.mark.parametrize("name", PAIRS)
def test_each_check_is_met_where_its_problem_is_and_clear_where_it_is_not(name):
    problem, fine = (check(source, name) for source in PAIRS[name])
    assert problem.result == "met", problem.sentence
    assert fine.result == "clear", fine.sentence
    assert problem.level == CHECKS[name].level and problem.sentence.endswith(".") and problem.remedy
    assert problem.entry_ids == sorted(set(problem.entry_ids))


def test_q01_does_not_take_a_short_file_for_a_sanitized_one():
    short = check(har(*[entry(at=n) for n in range(19)]), "Q01")
    assert short.result == "not observable" and "19 entries" in short.sentence and pd.isna(short["count"])
    assert check(har(*[entry(at=n) for n in range(20)], creator="Firefox"), "Q01").result == "clear"
    credential = [entry(sent={"Authorization": "Basic Zm9v"}), *[entry(at=n) for n in range(1, 20)]]
    assert check(har(*credential), "Q01").result == "clear"


def test_q01_finds_the_sanitized_file_among_several():
    bare, held = [entry(at=n) for n in range(20)], [entry(at=n, sent=COOKIE) for n in range(20)]
    assert check(ht.read_har([har(*held), har(*bare)]), "Q01").entry_ids == list(range(20, 40))
    assert check(ht.read_har([har(*held), har(*bare, creator="Firefox")]), "Q01").result == "not observable"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.har")), ids=lambda path: path.name)
def test_q01_and_the_profile_on_real_recordings(path):
    checks = ht.capture_quality(ht.read_har(path)).set_index("check").result
    assert (checks["Q01"] == "met") == ("chrome-sanitized" in path.name)
    assert checks["Q17"] == ("not observable" if "chrome-sanitized" in path.name else "clear")  # every visit began in a new profile
    assert checks[["Q02", "Q03", "Q04", "Q11", "Q18"]].isin(["clear", "not observable"]).all()


@pytest.mark.parametrize("value", [
    "[cookie redacted]", "REDACTED", "X_REDACTED_1", "<redacted>", "***", "Bearer ****", "GA1.…(27 characters, #be761c)", "%5Bsession+redacted%5D",
])  # fmt: skip
def test_q02_knows_the_placeholders_of_several_sanitizers(value):
    assert check(har(entry(), entry(sent={"Cookie": f"a={value}"})), "Q02").entry_ids == [1]
    assert value not in check(har(entry(sent={"Cookie": f"a={value}"})), "Q02").sentence


def test_q02_takes_one_long_value_under_many_names_for_a_placeholder():
    cookies = {"Cookie": "; ".join(f"name{n}=0123456789abcdef" for n in range(5))}
    fewer = {"Cookie": "; ".join(f"name{n}=0123456789abcdef" for n in range(4))}
    assert check(har(entry(sent=cookies)), "Q02").result == "met"
    assert check(har(entry(sent=fewer)), "Q02").result == "clear"


def test_q03_sees_a_typed_filter_and_leaves_other_programs_alone():
    typed = [entry(f"{SITE}/?to=portraits"), *[image(f"cdn.{n % 3}.example/portraits", at=n) for n in range(1, 12)]]
    assert check(har(*typed), "Q03").result == "met"
    own = [entry(), *[image(f"doctor{n % 3}.other{n % 3}.example", at=n) for n in range(1, 12)]]
    assert check(har(*own), "Q03").result == "clear"  # the visited site's own name is in every URL
    assert check(har(*[entry(f"{SITE}/{n}", at=n) for n in range(12)]), "Q03").result == "met"
    assert check(har(entry(), image()), "Q03").result == "not observable"
    assert check(har(*[image(at=n) for n in range(12)], creator="mitmproxy"), "Q03").result == "not observable"


def test_q04_reads_a_late_start_from_the_referer_or_from_nothing_at_all():
    assert check(har(entry(f"{SITE}/two", sent={"Referer": f"{SITE}/one"}), image(at=9)), "Q04").entry_ids == [0]
    assert check(har(entry(sent={"Referer": "https://search.example/"}), image(at=9)), "Q04").result == "clear"
    assert check(har(image()), "Q04").result == "met"
    assert check(har(image(), creator="Playwright"), "Q04").result == "not observable"


def test_q05_counts_pages_by_referer_where_the_browser_does_not_say_what_it_navigated_to():
    style = entry(f"{SITE}/s.css", at=1, mime="text/css", sent={"Referer": f"{SITE}/one"})
    font = entry(f"{SITE}/f.woff2", at=2, mime="font/woff2", sent={"Referer": f"{SITE}/s.css"})
    assert check(har(entry(f"{SITE}/one"), style, font), "Q05").result == "clear"
    assert check(har(entry(f"{SITE}/one"), image(at=1, sent={"Referer": f"{SITE}/one"}), font), "Q05").result == "clear"  # the stylesheet came from a cache
    two = [entry(f"{SITE}/two", at=3), image(at=4, sent={"Referer": f"{SITE}/two?tab=1"})]
    assert check(har(entry(f"{SITE}/one"), style, font, *two), "Q05")["count"] == 2
    assert check(har(entry(), pages=0), "Q05").result == "not observable"


def test_q06_names_the_kind_of_failure_and_not_the_word_of_the_file():
    errors = ("ERR_BLOCKED_BY_CLIENT", "ERR_NAME_NOT_RESOLVED", "ERR_ABORTED", "ERR_EMPTY_RESPONSE", "ERR_ODD_marker")
    failed = [image(status=0, text="", _error=f"net::{error}") for error in errors]
    row = check(har(entry(), *failed, image(status=0, text="")), "Q06")
    assert row["count"] == 6 and "marker" not in row.sentence
    for kind in ("1 blocked", "1 name not resolved", "1 aborted", "1 connection failed", "1 for another reason", "1 without a reason"):
        assert kind in row.sentence
    assert check(har(entry(), entry(status=204, text="", _error="net::ERR_ABORTED")), "Q06").result == "clear"


def test_q07_counts_from_one_in_twenty_third_parties_on():
    many = [image(at=n) for n in range(19)]
    assert check(har(entry(), *many, image(**FROM_MEMORY)), "Q07").result == "clear"
    assert check(har(entry(), *many[1:], image(at=20, **FROM_MEMORY)), "Q07").result == "met"
    assert check(har(entry(), image(), image(status=304, text="")), "Q07").result == "met"
    assert check(har(entry(), image(response={"_transferSize": 0})), "Q07").result == "met"
    assert check(har(entry(), image(), creator="mitmproxy"), "Q07").result == "not observable"


def test_q08_tells_twins_from_single_answers():
    row = check(PAIRS["Q08"][0], "Q08")
    assert row["count"] == 1 and "1 stands beside a second request for the same address within 50 ms" in row.sentence
    assert check(har(entry(), creator="Firefox"), "Q08").result == "not observable"


def test_q09_expects_no_body_where_there_was_none():
    unknown = {"content": {"size": -1, "mimeType": "text/html"}}
    empty = [entry(text=""), entry(request={"method": "HEAD"}, response=unknown), image(response={"content": {"size": 9, "mimeType": "image/png"}})]
    assert check(har(entry(), *empty), "Q09").result == "clear"
    assert check(har(entry(), entry(response=unknown)), "Q09").result == "met"


def test_q09_finds_what_firefox_cut():
    row = check(har(entry(text="a" * (1 << 20)), entry(at=1, text="a" * ((1 << 20) - 1)), creator="Firefox"), "Q09")
    assert row.entry_ids == [0] and "cut" in row.sentence


def test_q10_does_not_take_a_redirect_chain_for_an_initiator():
    capture = ht.read_har(har(entry(), entry(at=1)))
    entries = capture.entries
    entries["initiator_type"] = pd.Series([None, "redirect"], dtype=entries.initiator_type.dtype)
    assert check(capture.with_tables(entries=entries), "Q10").result == "met"


def test_q11_misses_the_redirects_of_services_that_do_nothing_else():
    assert check(har(entry(), image("ib.adnxs.com")), "Q11").entry_ids == [1]


def test_q12_says_how_many_attributes_are_unknown():
    row = check(har(entry(response={"cookies": [{"name": "a", "value": "1"}]}), entry(answered=SET_COOKIE), creator="Firefox"), "Q12")
    assert row["count"] == 2 and "of 1 the expiry" in row.sentence
    assert check(har(entry(), creator="Firefox"), "Q12").result == "not observable"


@pytest.mark.parametrize(("entries", "word"), [
    ([entry(start="2026-03-02T10:00:00+01:00"), entry(start="2026-03-02T09:00:01Z")], "UTC+00:00 and UTC+01:00"),
    ([entry(at=5), entry(at=4)], "1 entry stands later in the file"),
    ([entry(start="")], "1 entry has no usable time"),
])  # fmt: skip
def test_q13_says_what_is_odd_about_the_times(entries, word):
    assert word in check(har(*entries), "Q13").sentence


def test_q14_is_also_met_by_a_browser_export_without_pages():
    assert check(har(entry(), pages=0), "Q14").result == "met"


def test_q15_needs_several_files_and_finds_what_they_share():
    capture = ht.read_har(har(entry(at=0), entry(at=5000), entry(at=9000), entry(at=9000)))
    assert check(capture, "Q15").result == "not observable"

    def of_files(*names):
        entries = capture.entries
        entries["capture_id"] = pd.Series(names, dtype=entries.capture_id.dtype)
        return check(capture.with_tables(entries=entries), "Q15")

    assert of_files("one", "one", "two", "two").result == of_files("two", "two", "one", "one").result == "clear"
    assert of_files("one", "two", "one", "one").result == "met"
    assert of_files("one", "one", "one", "two").entry_ids == [2, 3]


def post(text, mime="text/plain"):
    return {"method": "POST", "postData": {"mimeType": mime, "text": text}}


SECRETS = {
    "credentials in headers": entry(sent={"X-Api-Key": "secretvalue"}),
    "cookies that look like sessions": entry(sent={"Cookie": "PHPSESSID=secretvalue99"}),
    "passwords": entry(request=post("user%5Bpassword%5D=secretvalue", "application/x-www-form-urlencoded")),
    "passwords ": entry(request=post('{"newPassword": "secretvalue"}', "application/json")),
    "e-mail addresses": entry(f"{SITE}/?to=jan.secretvalue%40patient.example"),
    "e-mail addresses ": entry(sent={"Referer": f"{SITE}/logo@2x.png?by=secretvalue@patient.example"}),
    "telephone numbers": entry(f"{SITE}/?phone=0612345678"),
    "telephone numbers ": entry(request=post("call me: 06 12 34 56 78")),
    "signed tokens (JWT)": entry(sent={"X-Id": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2VjcmV0dmFsdWU"}),
    "health words": entry(f"{SITE}/gyn%C3%A9cologue/paris"),
}
HARMLESS = [
    entry(f"{SITE}/npm/vue@2.6.12/dist?width=0612345678&v=2025-04-22-09-13-51&pass=1"), entry(f"{SITE}/logo@2x.png"), entry("https://key99@sentry.example/1"),
    entry(sent={"Cookie": "sidebar=open; session=1; theme=dark-and-quite-long"}), entry(f"{SITE}/healthz?vih=0&hospitality=1"), entry(f"{SITE}/?mobile=yes&password="),
]  # fmt: skip


@pytest.mark.parametrize("kind", SECRETS)
def test_q16_counts_each_kind_and_shows_none(kind):
    row = check(har(entry(), SECRETS[kind]), "Q16")
    assert row.entry_ids == [1] and f"{kind.strip()} in 1 entry" in row.sentence, row.sentence
    assert not any(value in row.sentence for value in ("secretvalue", "612", "12 34", "eyJ", "cologue"))


def test_q16_leaves_harmless_look_alikes_and_long_uploads_alone():
    assert check(har(*HARMLESS), "Q16").result == "clear", check(har(*HARMLESS), "Q16").sentence
    upload = post("a@patient.example " + "x" * 70_000) | {"bodySize": 70_000}
    assert "nor 1 long body of requests" in check(har(entry(request=upload)), "Q16").sentence


def test_q16_is_linear_in_what_it_looks_at():
    hostile = "a" * 200_000 + "@" + "a." * 100_000 + "0612" * 50_000 + "eyJ" * 50_000
    assert check(har(entry(sent={"X-Long": hostile})), "Q16").result in ("clear", "met")


def test_q17_looks_at_the_first_request_to_each_site():
    third = [image(at=1, sent=COOKIE), image(at=2, sent=COOKIE)]
    assert check(har(entry(), *third), "Q17").entry_ids == [1]
    assert check(har(entry()), "Q17").result == "not observable"


def test_q18_grows_with_what_was_lost():
    assert check(gzip.compress(har(entry())), "Q18").level == "note"
    capture = ht.read_har(har(entry()))

    def noted(*codes):
        rows = {"code": list(codes), "at_byte": [12_345] * len(codes), "count": [2] * len(codes)}
        return check(capture.with_tables(notes=pd.DataFrame(rows)), "Q18")

    assert noted("byte_order_mark").level == "note"
    assert noted("byte_order_mark", "bad_escape").level == "warn"
    lost = noted("bad_escape", "truncated")
    assert lost.level == "stop" and lost["count"] == 4 and "at byte 12,345" in lost.sentence and "probably cut" in lost.sentence
    assert noted("of a later version").level == "warn"


def test_nothing_is_said_of_an_empty_capture_or_of_a_view():
    capture = ht.read_har(har(entry()))
    empty = ht.capture_quality(capture.with_tables(entries=capture.entries.head(0), headers=capture.headers.head(0)))
    assert set(empty.result[empty.check != "Q18"]) == {"not observable"}
    view = ht.capture_quality(ht.view_as(ht.read_har(ht.example_har()), "third_party:cloudinary.com"))
    assert len(view) == 18 and set(view.result) == {"not observable"}


def test_the_remedy_speaks_of_the_exporters_own_menu():
    assert "'Keep log' (called 'Preserve log'" in check(har(image()), "Q04").remedy
    assert "'Persist Logs'" in check(har(image(), creator="Firefox"), "Q04").remedy
    assert "'Preserve Log'" in check(har(image(), creator="WebKit Web Inspector"), "Q04").remedy
    assert "menu" not in check(har(image(), creator="unheard of"), "Q04").remedy


CORPUS = os.environ.get("HARTOOLS_HARS")


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS, reason="HARTOOLS_HARS names no folder of HARs")
def test_every_readable_har_of_the_corpus_is_checked():
    read = 0
    for path in sorted(Path(CORPUS).glob("*/*")):
        try:
            capture = ht.read_har(path)
        except ht.HarError:
            continue
        read += 1
        checks = ht.capture_quality(capture)
        assert checks.check.tolist() == IDS and checks.result.isin(["met", "clear", "not observable"]).all(), path.name
        known = set(capture.entries.entry_id)
        assert all(set(ids) <= known for ids in checks.entry_ids), path.name
    assert read >= 150


def test_a_duration_below_zero_is_a_matter_of_times_and_not_of_damage():
    odd = entry(at=0)
    odd["timings"] = {"blocked": -0.7, "send": 1, "wait": 2, "receive": 3}
    data = har(odd, entry(at=1))
    assert "below zero" in check(data, "Q13").sentence and check(data, "Q18").result == "clear"
