"""Does the README promise only what holds?"""

import re

import pytest
from samples import DIRECTORY, ROOT, SAMPLES

import hartools as ht
from hartools.cli.words import parser
from hartools.plots import alt_text

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("site", "topic", "value"), [
    ("cloudinary.com", "search query", {"specialty": "oncologue", "city": "paris"}),
    ("google-analytics.com", "page visited", "https://www.medirendezvous.example/oncologue/paris"),
    ("facebook.com", "page visited", "https://www.medirendezvous.example/oncologue/paris"),
])  # fmt: skip
def test_the_findings_table_is_what_comes_out(site, topic, value):
    capture = ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har")
    findings = ht.infer(ht.view_as(capture, f"third_party:{site}"), catalogue=ht.read_catalogue(DIRECTORY))
    (row,) = [row for row in findings.to_dict("records") if row["topic"] == topic and row["value"] == value]
    assert f"| entries {', '.join(map(str, row['entry_ids']))} |" in README
    assert row["basis"] != "inferred" or f"{100 * row['probability']:.1f} %, inferred" in README


def test_the_figure_shows_what_its_text_says():
    text = alt_text(ht.plot_request_map(ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har")))
    assert "6 third-party hosts" in text and "Most requests: res.cloudinary.com" in text
    assert "six third-party hosts" in README


def test_every_link_leads_somewhere_and_every_name_exists():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert "://" in target or (ROOT / target).exists(), target
    for name in re.findall(r"\bht\.(\w+)", README):
        assert hasattr(ht, name), name
    for command in re.findall(r"^hartools (\w+)", README, re.M):
        assert command in parser().format_help()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for task in re.findall(r"(?:^|`)make (\w+)", README, re.M):
        assert re.search(rf"^{task}:", makefile, re.M), task


def test_the_folder_for_own_files_is_made_on_first_use_and_ignored(tmp_path):
    folder = ht.my_hars(tmp_path / "my_hars")
    assert (folder / ".gitignore").read_text() == "*\n" and ht.my_hars(folder) == folder


def test_every_rule_has_its_paragraph():
    methodology = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")
    rules = {rule for path in (ROOT / "hartools" / "inference").glob("*.py") for rule in re.findall(r'"(R-[A-Z]+)"', path.read_text(encoding="utf-8"))}
    assert rules and all(rule in methodology for rule in rules)
