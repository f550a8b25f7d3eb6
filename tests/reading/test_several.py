"""Do several files become one capture in which each row says which file it is of?"""

import json
import zipfile

import pytest
from samples import SAMPLES
from small_hars import TABLES

import hartools as ht

HAR = ht.example_har()
VISITS = [SAMPLES / "dentiste-lyon.chrome-sensitive.har", SAMPLES / "dentiste-lyon.firefox.har"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.har").write_bytes(HAR)
    (tmp_path / "b.har").write_bytes(HAR)
    (tmp_path / "notes.har").write_bytes(b"no HAR at all")
    return tmp_path


def test_every_row_of_every_table_names_its_file():
    capture = ht.read_har(VISITS)
    names = {path.name for path in VISITS}
    for table in TABLES:
        rows = capture.table(table)
        assert rows.capture_id.notna().all() and set(rows.capture_id) <= names
    assert set(capture.bodies().capture_id) == names


def test_the_tables_are_those_of_the_files_behind_one_another():
    both, apart = ht.read_har(VISITS), [ht.read_har(path) for path in VISITS]
    first = len(apart[0])
    assert both.entries.entry_id.tolist() == list(range(first + len(apart[1])))
    assert both.entries.position.tolist() == [*range(first), *range(len(apart[1]))]
    for table in ("headers", "cookies", "params"):
        assert len(both.table(table)) == sum(len(capture.table(table)) for capture in apart)
    assert both.entries.url.tolist() == [*apart[0].entries.url, *apart[1].entries.url]
    linked = both.entries.dropna(subset=["redirect_from"])
    files = both.entries.set_index("entry_id").capture_id
    assert len(linked) and (files[linked.redirect_from].to_numpy() == linked.capture_id.to_numpy()).all()
    assert both.bodies([first], side="response").data.tolist() == apart[1].bodies([0], side="response").data.tolist()


def test_pages_of_two_files_that_bear_one_name_stay_two():
    capture = ht.read_har([HAR, HAR])
    assert capture.pages.page_id.nunique() == 2 and set(capture.entries.page_id) == set(capture.pages.page_id)
    assert ht.label_parties(capture).entries.party.notna().all()


def test_a_glob_is_read_in_the_order_of_names_and_what_is_no_har_is_noted(folder):
    capture = ht.read_har(f"{folder}/*.har")
    assert capture.entries.capture_id.unique().tolist() == ["a.har", "b.har"] and len(capture) == 18
    missing = capture.notes[capture.notes.code == "unread_file"]
    assert missing.capture_id.tolist() == ["notes.har"] and "notes.har" in missing.found.iloc[0]


def test_one_file_of_a_list_is_read_as_a_list(folder):
    assert ht.read_har([folder / "a.har"]).entries.capture_id.unique().tolist() == ["a.har"]
    assert ht.read_har(folder / "a.har").entries.capture_id.isna().all()


def test_nothing_to_read_is_said(folder):
    with pytest.raises(FileNotFoundError, match="pattern"):
        ht.read_har(f"{folder}/*.zip")
    with pytest.raises(FileNotFoundError):
        ht.read_har([])
    with pytest.raises(ht.HarError, match=r"none of 1 files.*notes\.har"):
        ht.read_har([folder / "notes.har"])


def test_a_zip_of_several_hars_is_read_as_several(tmp_path):
    with zipfile.ZipFile(tmp_path / "visits.zip", "w") as archive:
        for name in ("one.har", "two.har", "__MACOSX/._one.har"):
            archive.writestr(name, HAR if "MACOSX" not in name else b"\0")
    assert ht.read_har(tmp_path / "visits.zip").entries.capture_id.unique().tolist() == ["one.har", "two.har"]


def test_a_file_whose_name_looks_like_a_pattern_is_one_file(tmp_path):
    path = tmp_path / "visit[1].har"
    path.write_bytes(HAR)
    assert len(ht.read_har(path)) == 9 and ht.read_har(path).entries.capture_id.isna().all()


def test_several_files_go_through_the_whole_thread(tmp_path):
    capture = ht.read_har([HAR, HAR])
    assert "18 entries" in repr(capture) and sum(len(page.entries) for page in ht.to_haralyzer(capture).pages) == 18
    assert len(ht.find_observers(ht.label_parties(capture)))
    assert "Who could learn what" in ht.write_report(capture, tmp_path / "both.html").read_text(encoding="utf-8")
    assert len(json.dumps(capture.document())) > 2 * len(HAR) * 0.9


def test_of_two_exporters_only_what_both_leave_out_is_out_of_sight():
    capture = ht.read_har(VISITS)
    assert capture.exporter.dialect == "several" and "several programs" in repr(capture)
    seen = ht.observable_table(capture).set_index("metric").observable
    assert seen["initiators"] == "lower bound" and seen["TLS sessions"] == "no"
