"""Do the pages lead somewhere, fetch nothing, and keep the shape that a reader relies on?"""

import re
from urllib.parse import unquote

import pytest

from hartools.reading.dialects import DIALECTS
from hartools.reading.files import MAX_BYTES, MAX_LAYERS
from hartools.reading.log import MAX_DEPTH
from hartools.reading.notes import CODES
from hartools.reading.salvage import DEEPEST
from samples import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
GUIDE = DOCS / "how-to-export"
EXPORTERS = ["chrome.md", "edge.md", "firefox.md", "safari.md", "iphone-ipad.md", "android.md", "mitmproxy.md"]
SECTIONS = [
    "Steps", "What to switch on, and why", "How to keep cookies",
    "What this export leaves out", "Check the file at once", "Where these facts come from",
]  # fmt: skip
CHECKS = {f"Q{number:02}" for number in range(1, 19)}


def prose(path):
    """Return a page without its code blocks, whose # and [] are neither headings nor links."""
    return re.sub(r"^ *```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)


def anchors(path):
    """Return the anchors that GitHub makes of the headings of a page."""
    seen, made = {}, set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", prose(path), re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = seen[slug] = seen.get(slug, -1) + 1
        made.add(f"{slug}-{count}" if count else slug)
    return made


def links(path):
    return re.findall(r"\]\(\s*<?([^)>\s]+)", prose(path))


def headings(path):
    return re.findall(r"^## +(.+?) *$", prose(path), re.M)


def page_id(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_link_leads_to_a_file_and_a_heading(page):
    for link in links(page):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists() and path.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(path), link


def test_anchors_are_those_of_github(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A, b: `c_d`\n## Twice\n## Twice\n```sh\n# not one\n```\n1. x\n\n   ```sh\n   # nor this\n   ```\n", encoding="utf-8")
    assert anchors(page) == {"a-b-c_d", "twice", "twice-1"}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_no_page_makes_a_browser_fetch_anything_from_elsewhere(page):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"!\[[^\]]*\]\(\s*<?(?:[a-z][a-z0-9+.-]*:)?//", text, re.I)
    assert not re.search(r"!\[[^\]]*\]\[", text), "a picture by reference hides where it comes from"
    assert not re.search(r"<\s*(?:img|script|link|iframe|video|audio|source|object|embed)\b", text, re.I)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_only_checks_that_exist_are_named(page):
    assert set(re.findall(r"\bQ\d+\b", page.read_text(encoding="utf-8"))) <= CHECKS


def test_the_guide_has_a_page_per_exporter_and_lists_each():
    assert sorted(path.name for path in GUIDE.glob("*.md")) == sorted(["README.md", *EXPORTERS])
    assert set(EXPORTERS) <= set(links(GUIDE / "README.md"))


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_page_of_the_guide_has_the_same_sections_and_says_how_to_check(name):
    page = GUIDE / name
    assert headings(page) == SECTIONS
    text = page.read_text(encoding="utf-8")
    parts = dict(zip(SECTIONS, re.split(r"^## .+$", text, flags=re.M)[1:], strict=True))
    assert re.search(r"^1\. ", parts["Steps"], re.M)
    assert "| Missing | Why | What to say or do |" in parts["What this export leaves out"]
    assert "hartools check" in parts["Check the file at once"] and "exits 1" in parts["Check the file at once"]
    assert re.search(r"\bQ\d\d\b", parts["Check the file at once"])
    sources = parts["Where these facts come from"]
    assert re.search(r"\*\*Read in |\*\*Recorded\*\*", sources) and "not checked" in sources


def test_the_short_version_warns_lists_all_checks_and_has_a_sheet_to_tick():
    text = (GUIDE / "README.md").read_text(encoding="utf-8")
    assert "> [!CAUTION]" in text and "like a password" in text and "Okta" in text
    assert "hartools check" in text
    assert set(re.findall(r"^\| (Q\d\d) \|", text, re.M)) == CHECKS
    facts = text.split("## The seven facts that matter most")[1].split("\n## ")[0]
    assert re.findall(r"^(\d)\. ", facts, re.M) == list("1234567")
    assert text.count("- [ ] ") >= 10


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=page_id)
def test_nobody_is_asked_to_hand_over_a_har(page):
    for sentence in re.findall(r"[^.\n]*\battach\w*\b[^.\n]*", prose(page), re.I):
        assert "Never attach" in sentence, sentence


def test_the_page_on_reading_lists_every_note_and_every_dialect():
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    for name, code in CODES.items():
        assert f"| `{name}` | {code.severity} | {code.meaning} | {code.remedy} |" in page
    for dialect in DIALECTS:
        assert f"`{dialect.name}`" in page
    for limit in (f"{MAX_BYTES >> 30} GiB", str(MAX_LAYERS), str(MAX_DEPTH), str(DEEPEST)):
        assert limit in page
