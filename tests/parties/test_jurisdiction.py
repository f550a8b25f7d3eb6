"""Does the sheet say which statute could reach whom on which day, and what it cannot say?"""

import datetime
import json
import re
from pathlib import Path

import pandas as pd
import pytest

import hartools as ht
from hartools.parties.jurisdiction import jurisdiction_sheet
from hartools.parties.parties import label_parties
from hartools.parties.statutes import arguments_on, statutes_on, statutes_table

ROOT = Path(__file__).resolve().parents[2]
PARTIES = ROOT / "hartools" / "parties"
DOCUMENT = ROOT / "docs" / "jurisdiction.md"

# A sheet for reading is no verdict: none of these words, in no form.
VERDICTS = re.compile(r"(?i)\b(il|un)lawful|illegal|\bviolat|\binfring|\bcomplian|\bguilty|\bcrime\b")

OWNERS = pd.DataFrame(
    [
        ("doctor.example", "Doctor", "Doctor SAS", "FR", "one public list", "2021-03"),
        ("cloudy.example", "Cloudy", "Cloudy, Inc.", "US", "two or more public lists agree", "2021-03"),
        ("guessed.example", "Guessed", "Guessed, Inc.", "US", "unverified", "2021-03"),
        ("maple.example", "Maple", "Maple Ltd", "CA", "one public list", "2021-03"),
        ("berlin.example", "Berlin", "Berlin AG", "DE", "unverified", "2021-03"),
    ],
    columns=["domain", "organisation", "ultimate_parent", "seat", "how_known", "as_of"],
)


def capture_of(*urls, started="2021-03-08T10:00:00Z", cookies=(), language=None, outcome=200):
    headers = [{"name": "Accept-Language", "value": language}] if language else []
    entries = [
        {"startedDateTime": started, "pageref": "page_1", "serverIPAddress": "203.0.113.7",
         "request": {"method": "GET", "url": url, "headers": headers + ([{"name": "Cookie", "value": "id=1"}] if n in cookies else [])},
         "response": {"status": outcome, "headers": [{"name": "Set-Cookie", "value": "id=1"}] if n in cookies else [], "content": {"mimeType": "text/html" if n == 0 else "image/gif"}}}
        for n, url in enumerate(urls)
    ]  # fmt: skip
    page = {"id": "page_1", "title": urls[0] if urls else "", "startedDateTime": started, "pageTimings": {}}
    return ht.read_har(json.dumps({"log": {"creator": {"name": "Firefox", "version": "1"}, "pages": [page], "entries": entries}}).encode())


EVERYBODY = ["https://www.doctor.example/", "https://a.cloudy.example/1", "https://b.cloudy.example/2", "https://guessed.example/", "https://maple.example/", "https://berlin.example/", "http://stranger.test/"]


@pytest.fixture
def sheet():
    return jurisdiction_sheet(capture_of(*EVERYBODY, cookies=(1,)), owners=OWNERS)


def rows(sheet, statute):
    return sheet[sheet.statute == statute].set_index("party")


def reached(sheet, statute):
    return {party: (basis, strength) for party, basis, strength in sheet[sheet.statute == statute][["party", "basis", "strength"]].itertuples(index=False)}


# --- each statute by its own trigger


def test_us_law_reaches_by_the_seat_of_the_parent_and_says_how_that_is_known(sheet):
    assert reached(sheet, "CLOUD-ACT") == {
        "Cloudy": ("assumed", "likely"), "Guessed": ("assumed", "possible"),
        "seat elsewhere (3 parties)": ("assumed", "possible"), "owner not known (1 party)": ("undecidable", "undecidable"),
    }  # fmt: skip
    cloudy = rows(sheet, "CLOUD-ACT").loc["Cloudy"]
    assert cloudy.entry_ids == [1, 2] and cloudy.members == ["a.cloudy.example", "b.cloudy.example"] and (cloudy.ultimate_parent, cloudy.seat) == ("Cloudy, Inc.", "US")
    assert "two or more public lists agree, 2021-03" in cloudy.met_by and "203.0.113.7 (an address tells no place)" in cloudy.met_by
    assert rows(sheet, "CLOUD-ACT").loc["owner not known (1 party)"].members == ["stranger.test"]


def test_section_702_leaves_open_whether_the_party_is_such_a_provider(sheet):
    assert reached(sheet, "FISA-702")["Cloudy"] == ("assumed", "possible")
    assert sheet.not_shown[sheet.statute == "FISA-702"].str.contains("such a provider").all()


def test_whoever_handles_the_exchanges_of_others_is_a_party_of_its_own():
    infrastructure = pd.DataFrame({
        "host": ["www.doctor.example", "a.cloudy.example", "maple.example"], "organisation": ["Cloudy", "Cloudy", "Cloudy"],
        "conclusion": ["handled this exchange in clear"] * 3, "strength": ["certain", "certain", "possible"], "entry_ids": [[0], [1], [4]],
    })  # fmt: skip
    handles = rows(jurisdiction_sheet(capture_of(*EVERYBODY), owners=OWNERS, infrastructure=infrastructure), "FISA-702")
    handles = handles[handles.role == "handles exchanges of others in clear"]
    # not its own host, and not what is only possible
    assert handles.index.tolist() == ["Cloudy"] and handles.entry_ids.tolist() == [[0]]
    assert (handles.seat.item(), handles.basis.item(), handles.strength.item()) == ("US", "assumed", "likely")


def test_executive_order_12333_is_about_the_path_and_no_capture_shows_it(sheet):
    row = sheet[sheet.statute == "EO-12333"]
    assert row.party.tolist() == ["network path"] and (row.basis.item(), row.strength.item()) == ("undecidable", "undecidable")
    assert row.entry_ids.item() == list(range(7)) and "1 of them without TLS" in row.met_by.item() and row.ultimate_parent.isna().all()
    assert "A HAR can never show it" in row.not_shown.item()


def test_the_gdpr_reaches_by_establishment_or_targeting(sheet):
    found = reached(sheet, "GDPR")
    assert found["Doctor"] == ("assumed", "likely") and found["Berlin"] == ("assumed", "possible")
    assert found["Cloudy"] == ("undecidable", "undecidable") and "no hint" in rows(sheet, "GDPR").loc["Cloudy"].met_by


@pytest.mark.parametrize(("language", "hint"), [("fr-FR,fr;q=0.9,en-US;q=0.8", "Accept-Language names fr-FR"), ("en-US,en;q=0.9", None), ("fr", None), ("<b>de-DE</b>", "de-DE"), ("en;q=1," * 2000 + "de-DE", None)])
def test_a_language_of_the_union_is_a_hint_and_no_more(language, hint):
    row = rows(jurisdiction_sheet(capture_of(*EVERYBODY, language=language), owners=OWNERS), "GDPR").loc["Cloudy"]
    assert (row.basis, row.strength) == (("derived", "possible") if hint else ("undecidable", "undecidable"))
    assert (hint or "no hint") in row.met_by and "<" not in row.met_by


def test_a_country_code_of_the_union_is_a_hint():
    row = rows(jurisdiction_sheet(capture_of("https://www.cabinet.fr/", "https://a.cloudy.example/"), owners=OWNERS), "GDPR").loc["cabinet.fr"]
    assert "www.cabinet.fr, below a country code" in row.met_by and row.strength == "possible"


def test_transfers_concern_seats_outside_the_eea_alone(sheet):
    found = reached(sheet, "GDPR-V")
    assert {"Cloudy", "Guessed", "Maple"} <= set(found) and not {"Doctor", "Berlin"} & set(found)
    assert {strength for _, strength in found.values()} == {"possible", "undecidable"}
    assert "adequate was not looked up" in rows(sheet, "GDPR-V").loc["Maple"].met_by


def test_an_order_of_a_third_country_is_never_more_than_possible(sheet):
    assert "likely" not in {strength for _, strength in reached(sheet, "GDPR-48").values()}


def test_cookies_are_observed(sheet):
    row = rows(sheet, "EPRIVACY-5-3")
    assert row.index.tolist() == ["Cloudy"] and row.entry_ids.tolist() == [[1]] and row.basis.tolist() == ["observed"]
    assert "1 of the answers stored one" in row.met_by.item()


def test_no_cookie_in_the_file_is_not_no_cookie():
    row = jurisdiction_sheet(capture_of(*EVERYBODY), owners=OWNERS)
    row = row[row.statute == "EPRIVACY-5-3"]
    assert len(row) == 1 and row.basis.item() == "undecidable" and "left them out" in row.met_by.item()


@pytest.mark.parametrize("statute", ["GDPR-9", "HDS"])
def test_what_turns_on_content_is_left_open_for_the_site_visited(sheet, statute):
    row = rows(sheet, statute).loc["Doctor"]
    assert (row.role, row.basis, row.strength) == ("first party", "undecidable", "undecidable") and row.entry_ids == [0]


# --- as of the day


@pytest.mark.parametrize(("statute", "day", "in_force", "said"), [
    ("GDPR-V", "2018-05-24", "no", "not in force"), ("GDPR-V", "2018-05-25", "yes", "Privacy Shield"), ("GDPR-V", "2020-07-15", "yes", "Privacy Shield"),
    ("GDPR-V", "2020-07-16", "yes", "no adequacy decision"), ("GDPR-V", "2021-03-08", "yes", "C-311/18"), ("GDPR-V", "2023-07-09", "yes", "no adequacy decision"),
    ("GDPR-V", "2023-07-10", "yes", "Data Privacy Framework"), ("GDPR-V", "2025-09-03", "yes", "T-553/23"), ("CLOUD-ACT", "2018-03-22", "no", "since 2018-03-23"), ("CLOUD-ACT", "2018-03-23", "yes", "Stored Communications Act"),
    ("FISA-702", "2024-04-19", "yes", "remote computing"), ("FISA-702", "2024-04-20", "yes", "RISAA"), ("FISA-702", "2026-04-20", "yes", "put off"), ("FISA-702", "2026-06-12", "yes", "RISAA"), ("FISA-702", "2026-11-25", "unknown", "not looked up"),
    ("EO-12333", "2022-10-06", "yes", "1981"), ("EO-12333", "2022-10-07", "yes", "EO 14086"), ("HDS", "2018-03-31", "no", "since 2018-04-01"), ("HDS", "2026-05-16", "yes", "second reference framework"),
])  # fmt: skip
def test_the_law_is_that_of_the_day(statute, day, in_force, said):
    found = jurisdiction_sheet(capture_of(*EVERYBODY), owners=OWNERS, on=day)
    found = found[found.statute == statute]
    assert set(found.as_of) == {day} and set(found.in_force) == {in_force} and found.law_then.str.contains(said, regex=False).all()


def test_what_was_not_in_force_reaches_nobody():
    found = jurisdiction_sheet(capture_of(*EVERYBODY), owners=OWNERS, on="2010-01-01")
    assert set(found.statute[found.in_force == "no"]) == {"CLOUD-ACT", "GDPR", "GDPR-9", "GDPR-V", "GDPR-48", "HDS"}
    assert set(found.party[found.in_force == "no"]) == {"nobody on that day"}


def test_the_day_is_that_of_the_first_entry_unless_one_is_given():
    capture = capture_of(*EVERYBODY, started="2023-07-09T23:30:00-02:00")
    assert set(jurisdiction_sheet(capture, owners=OWNERS).as_of) == {"2023-07-10"}
    assert set(jurisdiction_sheet(capture, owners=OWNERS, on=datetime.date(2020, 1, 1)).as_of) == {"2020-01-01"}


def test_a_change_of_the_law_during_the_capture_is_said():
    capture = capture_of(*EVERYBODY, started="2020-07-15T10:00:00Z")
    entries = capture.entries
    entries.loc[6, "started"] = pd.Timestamp("2020-07-20T10:00:00Z")
    found = jurisdiction_sheet(capture.with_tables(entries=entries), owners=OWNERS)
    assert found.law_then[found.statute == "GDPR-V"].str.contains("changed on 2020-07-16, before the last entry (2020-07-20)", regex=False).all()
    assert not found.law_then[found.statute != "GDPR-V"].str.contains("changed on").any()


def test_an_unknown_day_is_said_and_nothing_is_taken_to_hold():
    found = jurisdiction_sheet(capture_of(*EVERYBODY, started="yesterday"), owners=OWNERS)
    assert set(found.in_force) == {"unknown"} and found.as_of.isna().all() and found.law_then.str.contains("pass on=").all()
    assert set(found.statute) == set(statutes_table().statute)


@pytest.mark.parametrize("on", ["", "soon", "2021-13-01", 7.5j])
def test_a_day_that_is_none_is_refused(on):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        jurisdiction_sheet(capture_of(*EVERYBODY), on=on)


@pytest.mark.parametrize(("day", "held", "not_yet"), [("2021-03-11", "Decision 2010/87/EU", "450163"), ("2021-03-12", "450163", "2021/914"), ("2023-07-10", "Data Privacy Framework", "Privacy Shield, until")])
def test_counter_arguments_are_those_of_the_day(day, held, not_yet):
    said = " ".join(arguments_on("GDPR-V", datetime.date.fromisoformat(day)))
    assert held in said and not_yet not in said


def test_an_owner_of_today_is_not_taken_for_that_of_then(sheet):
    later = jurisdiction_sheet(capture_of(*EVERYBODY, started="2015-01-01T00:00:00Z"), owners=OWNERS)
    assert "who owned it in 2015 (looked up 2021-03)" in rows(later, "FISA-702").loc["Cloudy"].not_shown
    assert "who owned it" not in rows(sheet, "FISA-702").loc["Cloudy"].not_shown


# --- the sheet as a whole


def test_every_row_says_what_is_against_it_and_who_could_tell(sheet):
    assert sheet.counter_arguments.map(len).gt(0).all()
    for column in ("statute", "citation", "party", "role", "trigger", "met_by", "not_shown", "basis", "strength", "who_could_tell", "law_then", "in_force", "as_of"):
        assert sheet[column].notna().all() and (sheet[column] != "").all(), column
    assert set(sheet.basis) <= {"observed", "derived", "assumed", "undecidable"} and set(sheet.strength) <= {"very likely", "likely", "possible", "undecidable"}
    assert set(sheet.grade) <= {"read", "general knowledge"}


def test_the_decision_of_12_march_2021_stands_beside_us_law_with_its_limits(sheet):
    for statute in ("FISA-702", "CLOUD-ACT", "GDPR-V", "HDS"):
        said = " ".join(jurisdiction_sheet(capture_of(*EVERYBODY), owners=OWNERS, on="2021-04-01").set_index("statute").counter_arguments.loc[[statute]].iloc[0])
        assert "450163" in said and "ECLI:FR:CEORD:2021:450163.20210312" in said and "interim judge" in said.lower()


def test_requests_that_never_left_reach_nobody():
    capture = capture_of(*EVERYBODY)
    entries = capture.entries
    entries["outcome"] = entries.outcome.where(entries.entry_id == 0, "blocked")
    found = jurisdiction_sheet(capture.with_tables(entries=entries), owners=OWNERS)
    assert {entry_id for ids in found.entry_ids for entry_id in ids} == {0}


def test_nothing_asked_is_an_empty_sheet():
    found = jurisdiction_sheet(capture_of("data:text/plain,x"), on="2021-03-08")
    assert len(found) == 0 and "trigger" in found


def test_a_capture_that_does_not_tell_what_was_visited_must_be_labelled_first():
    page_less = json.loads(json.dumps(capture_of("https://www.doctor.example/", "https://a.cloudy.example/").document()))
    page_less["log"]["pages"] = []
    for entry in page_less["log"]["entries"]:
        entry.pop("pageref", None)
    capture = ht.read_har(json.dumps(page_less).encode())
    with pytest.raises(ValueError, match="does not say"):
        jurisdiction_sheet(capture)
    assert "Doctor" in set(jurisdiction_sheet(label_parties(capture, first_party="doctor.example"), owners=OWNERS).party)


def test_the_same_capture_gives_the_same_sheet(sheet):
    assert sheet.equals(jurisdiction_sheet(capture_of(*EVERYBODY, cookies=(1,)), owners=OWNERS))


def test_long_lists_are_counted_and_not_spelt_out():
    capture = capture_of(*[f"https://h{n}.cloudy.example/" for n in range(500)])
    assert jurisdiction_sheet(capture, owners=OWNERS).met_by.map(len).max() < 500


# --- statutes are data


def test_versions_follow_one_another_without_a_gap():
    table = statutes_table()
    for _, versions in table.groupby("statute"):
        days = [(datetime.date.fromisoformat(since), None if pd.isna(until) else datetime.date.fromisoformat(until)) for since, until in zip(versions.since, versions.until, strict=True)]
        assert all(until + datetime.timedelta(days=1) == since for (_, until), (since, _) in zip(days, days[1:], strict=False))
        assert days[-1][1] is None


def test_every_statute_cites_and_grades_its_source():
    table = statutes_table()
    for column in ("citation", "trigger", "not_shown", "settles", "source", "grade", "law_then"):
        assert table[column].notna().all() and (table[column].str.len() > 3).all(), column
    assert set(table.grade) <= {"read", "general knowledge"}
    assert len(statutes_on(None)) == table.statute.nunique() == 9


def test_every_counter_argument_is_used():
    text = (PARTIES / "data" / "statutes.toml").read_text(encoding="utf-8")
    said = {line for statute in statutes_table().statute.unique() for line in arguments_on(statute, None)}
    assert len(said) == text.count("\n[[argument]]\n")


def markdown(table):
    lines = ["| statute | citation | from | to | in force | as it stood | grade | source |", "|---|---|---|---|---|---|---|---|"]
    cells = ["name", "citation", "since", "until", "in_force", "law_then", "grade", "source"]
    return lines + ["| " + " | ".join(row) + " |" for row in table[cells].fillna("").itertuples(index=False, name=None)]


def test_the_table_of_the_document_is_that_of_the_data():
    written = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    expected = markdown(statutes_table())
    assert [line for line in written if line in expected] == expected, "\n".join(expected)


def test_it_is_no_verdict(sheet):
    infrastructure = pd.DataFrame({"host": ["www.doctor.example"], "organisation": ["Cloudy"], "conclusion": ["handled this exchange in clear"], "strength": ["certain"], "entry_ids": [[0]]})
    sheets = [sheet, *(jurisdiction_sheet(capture_of(*EVERYBODY), owners=OWNERS, infrastructure=infrastructure, on=day) for day in ("2010-01-01", "2021-03-08", "2026-11-25")), jurisdiction_sheet(capture_of(*EVERYBODY, started=""))]
    texts = [each.to_csv() for each in sheets] + [path.read_text(encoding="utf-8") for path in (DOCUMENT, PARTIES / "data" / "statutes.toml", PARTIES / "jurisdiction.py", PARTIES / "statutes.py", PARTIES / "reach.py")]
    for text in texts:
        assert not VERDICTS.search(text), VERDICTS.search(text)
