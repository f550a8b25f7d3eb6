"""Does the page hold what it promises, ask nothing of anybody, and survive a hostile file?"""

import json
import re
import shutil
import subprocess

import pytest
from samples import DIRECTORY, FILES, SAMPLES

import hartools as ht

SAMPLE = SAMPLES / "oncologue-paris.chrome-sensitive.har"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SECRET = "s3cr3t-" + "0123456789abcdef" * 2


def page_of(capture, tmp_path, **options):
    return ht.write_report(capture, tmp_path / "report.html", **options).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sample_page(tmp_path_factory):
    return ht.write_report(ht.read_har(SAMPLE), tmp_path_factory.mktemp("report") / "report.html", catalogue=ht.read_catalogue(DIRECTORY))


def test_the_page_says_the_finding_first_with_figures_and_evidence(sample_page):
    text = sample_page.read_text(encoding="utf-8")
    assert text.index("It could infer a search for specialty oncologue, city paris") < text.index("<figure>")
    assert text.count('<img src="data:image/png;base64,') >= 2 and 'alt="Request map of' in text
    cited = set(re.findall(r'href="#entry-(\d+)"', text))
    assert cited and cited <= set(re.findall(r'id="entry-(\d+)"', text))
    assert "What this capture can and cannot show" in text and "not found" in text


def test_the_page_names_no_address_that_a_browser_would_fetch(sample_page):
    text = sample_page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text and "<script" not in text
    assert not re.search(r"""(?:src|href|action|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", text)


def test_the_same_input_gives_the_same_bytes(sample_page, tmp_path):
    again = page_of(ht.read_har(SAMPLE), tmp_path, catalogue=ht.read_catalogue(DIRECTORY))
    assert again == sample_page.read_text(encoding="utf-8")


def test_no_cookie_value_of_the_capture_stands_on_the_page(sample_page):
    text = sample_page.read_text(encoding="utf-8")
    values = {value for value in ht.read_har(SAMPLE).cookies.value if len(value) > 8}
    assert values and not [value for value in values if value in text]


def hostile():
    nasty = "<script>alert(1)</script>$x^{$\x1b[31m\u202e'\"&"
    entries = [
        {"startedDateTime": "2026-01-01T00:00:00Z", "pageref": nasty, "_error": nasty,
         "request": {"method": nasty, "url": url, "headers": [{"name": "Referer", "value": f"https://a.example/{nasty}?token={SECRET}"}, {"name": "Cookie", "value": f"sid={SECRET}"},
                     {"name": "User-Agent", "value": nasty}]},
         "response": {"status": 200, "content": {"mimeType": "text/html", "text": nasty}, "headers": []}}
        for url in ("https://a.example/", f"https://b$x$.example/{nasty}?email=jan@patient.example&token={SECRET}", "javascript:alert(1)", "https://[::bad/", "")
    ]  # fmt: skip
    return json.dumps({"log": {"creator": {"name": nasty, "version": nasty}, "pages": [{"id": nasty, "title": nasty}], "entries": entries}}).encode()


def test_a_hostile_file_is_escaped_and_masked(tmp_path):
    capture = ht.read_har(hostile())
    text = page_of(capture, tmp_path) + capture._repr_html_()
    assert "<script" not in text and SECRET not in text and "jan@patient.example" not in text
    findings = ht.infer(ht.view_as(capture, "third_party:b$x$.example"))
    assert SECRET not in json.dumps(ht.findings_json(findings))
    assert SECRET not in ht.show_evidence(capture, [0, 1]).to_csv() and SECRET in ht.show_evidence(capture, [0, 1], reveal=True).to_csv()


@pytest.mark.parametrize("data", [b'{"log": {"entries": [{}]}}', b'{"log": {"entries": [{"request": {"url": "data:,x"}}]}}'])
@pytest.mark.parametrize("rows", [0, 1])
def test_a_capture_with_nothing_in_it_still_gives_a_page(data, rows, tmp_path):
    capture = ht.read_har(data)
    assert "Who could learn what" in page_of(capture.with_tables(entries=capture.entries.head(rows)), tmp_path)


def test_where_the_first_party_is_unknown_the_page_says_so_and_how_to_tell(tmp_path):
    entries = [{"request": {"url": f"https://{name}.example/x.js"}, "response": {"status": 200, "content": {"mimeType": "text/javascript"}}} for name in "ab"]
    text = page_of(ht.read_har(json.dumps({"log": {"entries": entries}}).encode()), tmp_path)
    assert "--first-party" in text and "a.example, b.example" in text


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(("ambiguous", "two-searches"))])
def test_a_page_for_every_exporter_without_a_catalogue_given(name, tmp_path):
    assert "closed world" in page_of(ht.read_har(SAMPLES / name), tmp_path)


# What Chromium itself asks for at a start, whatever the page (156, 2026-11-24).
BACKGROUND = ("update.googleapis.com", "clients2.google.com", "accounts.google.com")


def opened(page, folder):
    """Open a page in headless Chromium, all names refused; return its text, its console and what it asked for."""
    log = folder / "net.json"
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
               "--no-first-run", f"--user-data-dir={folder / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", f"--log-net-log={log}",
               "--virtual-time-budget=3000", "--dump-dom", page.as_uri()]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    asked = set(re.findall(r'"url":"((?:https?|wss?)://([^/"]*)[^"]*)"', log.read_text(encoding="utf-8", errors="replace")))
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line], [url for url, host in asked if host not in BACKGROUND]


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
def test_a_real_browser_opens_the_page_and_asks_for_nothing(sample_page, tmp_path):
    text, console, asked = opened(sample_page, tmp_path)
    assert "In short" in text and not console and not asked


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
def test_the_browser_check_notices_a_page_that_asks(tmp_path):
    page = tmp_path / "asks.html"
    page.write_text('<img src="https://www.google-analytics.com/x.gif"><script>console.error("x")</script>', encoding="utf-8")
    _, console, asked = opened(page, tmp_path)
    assert console and "https://www.google-analytics.com/x.gif" in asked


def test_damage_is_shown_on_the_card_and_in_the_report_with_its_place(tmp_path):
    data = ht.example_har()[:4000].replace(b'"time": 20.5', b'"time": NaN', 1)
    capture = ht.read_har(data)
    card, page = repr(capture), page_of(capture, tmp_path)
    lost = capture.notes[capture.notes.code == "truncated"].iloc[0]
    for text in (card, page):
        assert lost.found in text and str(lost.at_byte) in text and "NaN or Infinity" in text


def test_half_a_character_inside_the_sites_own_json_costs_no_report(tmp_path):
    data = ht.example_har().replace(b"Dr Bo", rb"Dr \\ud83d")
    assert "Who could learn what" in page_of(ht.read_har(data), tmp_path)
