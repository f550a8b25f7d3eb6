"""Does the interactive map work in a real browser, ask nothing of anybody, and run nothing that a HAR smuggled in?"""

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess

import pytest
from plots.busy_hars import busy, busy_har, document, entry, har

import hartools as ht
from hartools.errors import HarError
from hartools.graphs import nodes_table
from hartools.plots import InteractiveMap, interactive_map, write_request_map

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_browser = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
HOME = "https://www.first.example/"
NASTY = "</script><script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
# What Chromium itself asks for at a start, whatever the page (156, 2026-11-24).
BACKGROUND = ("update.googleapis.com", "clients2.google.com", "accounts.google.com")


def opened(page, folder, *, at=""):
    """Open a page in headless Chromium, all names refused; return its document, its console and what it asked for."""
    log = folder / "net.json"
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
               "--no-first-run", f"--user-data-dir={folder / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", f"--log-net-log={log}",
               "--virtual-time-budget=3000", "--dump-dom", page.as_uri() + at]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    asked = set(re.findall(r'"url":"((?:https?|wss?)://([^/"]*)[^"]*)"', log.read_text(encoding="utf-8", errors="replace")))
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line], [url for url, host in asked if host not in BACKGROUND]


def driven(shown, script, folder):
    """Open a map with a script of ours behind it, which its own policy would refuse, and return what that script noted."""
    note = "var out = {};" + script + ";var p = document.createElement('pre'); p.id = 'out'; p.textContent = JSON.stringify(out); document.body.appendChild(p);"
    page = folder / "driven.html"
    text = re.sub(r"script-src '[^']*'", "script-src 'unsafe-inline'", shown.html).replace("</body>", f"<script>{note}</script></body>")
    page.write_text(text, encoding="utf-8")
    dom, console, asked = opened(page, folder)
    assert not console and not asked
    return json.loads(html.unescape(re.search(r'<pre id="out">(.*?)</pre>', dom, re.S)[1]))


MARK = "function mark(name) { return Array.from(document.querySelectorAll('.mark')).find(function (m) { return m.getAttribute('aria-label').startsWith(name + ','); }); }"
SHOWN = "function shown() { return Array.from(document.querySelectorAll('#table tbody tr')).filter(function (r) { return !r.hidden; }).map(function (r) { return r.cells[0].textContent; }); }"


@pytest.fixture(scope="module")
def small():
    """Show a page that a.example's script leads from to b.example, and c.example beside them."""
    return interactive_map(ht.read_har(har([
        document(), entry("https://a.example/x.js", by=HOME, at=10), entry("https://b.example/y", by="https://a.example/x.js", referer=None, at=20),
        entry("https://c.example/z", by=HOME, at=30), entry("https://www.google-analytics.com/g", by=HOME, at=40),
    ])))  # fmt: skip


@pytest.mark.browser
@in_browser
def test_typing_in_the_search_filters_marks_and_table(small, tmp_path):
    out = driven(small, MARK + SHOWN + """
        var field = document.getElementById('search');
        function type(text) { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})); return shown(); }
        out.host = type('B.EXAMPLE'); out.off = mark('a.example').classList.contains('off'); out.on = mark('b.example').classList.contains('off');
        out.tab = [mark('a.example').getAttribute('tabindex'), mark('b.example').getAttribute('tabindex')]; out.said = document.getElementById('said').textContent;
        out.owner = type('analytics/fire'); out.none = type('no such thing'); out.all = type('').length""", tmp_path)  # fmt: skip
    assert out["host"] == ["b.example"] and out["off"] and not out["on"] and out["tab"] == ["-1", "0"] and out["said"] == "1 of 5 fit"
    assert out["owner"] == ["www.google-analytics.com"] and out["none"] == [] and out["all"] == 5


@pytest.mark.browser
@in_browser
def test_party_and_organisation_filter_and_one_button_shows_all_again(small, tmp_path):
    out = driven(small, SHOWN + """
        function choose(id, value) { var s = document.getElementById(id); s.value = value; s.dispatchEvent(new Event('input', {bubbles: true})); return shown(); }
        out.first = choose('party', 'first'); choose('party', '');
        out.owners = Array.from(document.getElementById('organisation').options).map(function (o) { return o.textContent; });
        out.google = choose('organisation', out.owners[1]); document.querySelector('button[type=reset]').click(); out.field = document.getElementById('organisation').value""", tmp_path)  # fmt: skip
    assert out["first"] == ["www.first.example"] and len(out["owners"]) == 2 and out["owners"][1].startswith("Google") and out["google"] == ["www.google-analytics.com"] and out["field"] == ""


@pytest.mark.browser
@in_browser
# a window that the system has not given the focus sends no such event, which happens on a busy machine
@pytest.mark.parametrize("way", ["m.dispatchEvent(new MouseEvent('mouseenter'))", "m.focus(); if (document.activeElement !== m) { throw m; } document.hasFocus() || m.dispatchEvent(new FocusEvent('focus'))", "m.dispatchEvent(new MouseEvent('click', {bubbles: true}))",
                                 "m.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))"], ids=["hover", "focus", "click", "enter"])  # fmt: skip
def test_pointing_at_a_mark_lights_its_neighbours_and_lists_them(small, tmp_path, way):
    out = driven(small, MARK + f"""
        var m = mark('a.example'); {way};
        out.on = Array.from(document.querySelectorAll('.mark.on')).map(function (m) {{ return m.getAttribute('aria-label').split(',')[0]; }}).sort();
        out.edges = document.querySelectorAll('.edge.on').length; out.panel = document.getElementById('panel').textContent;
        document.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Escape'}})); out.after = document.querySelectorAll('.mark.on').length""", tmp_path)  # fmt: skip
    assert out["on"] == ["a.example", "b.example", "www.first.example"] and out["edges"] == 2 and out["after"] == 0
    assert "third party" in out["panel"] and "www.first.example: script, 1" in out["panel"] and "b.example: script, 1" in out["panel"]


@pytest.mark.browser
@in_browser
def test_the_page_as_written_runs_its_script_reads_its_address_and_asks_for_nothing(tmp_path):
    page = write_request_map(busy(150), tmp_path / "map.html")
    dom, console, asked = opened(page, tmp_path, at="#search=facebook")
    assert "2 of 150 fit" in dom and not console and not asked


@pytest.mark.browser
@in_browser
def test_inside_a_notebooks_frame_the_script_runs_and_reaches_nothing_around_it(small, tmp_path):
    page = tmp_path / "exported.html"
    spy = "<script>var way; try { parent.document.title = 'reached'; way = 'open'; } catch (e) { way = e.name; } parent.postMessage(document.getElementById('said').textContent + ', ' + way, '*');</script></body>"
    opens = re.sub(r"script-src '[^']*'", "script-src 'unsafe-inline'", small.html).replace("</body>", spy)
    listens = "<script>addEventListener('message', function (event) { document.title = event.data; });</script>"
    page.write_text("<!doctype html><title>notebook</title>" + listens + InteractiveMap(opens, small.title, small.alt)._repr_html_(), encoding="utf-8")
    dom, _, asked = opened(page, tmp_path)
    assert "<title>All 5 shown, SecurityError</title>" in dom and not asked


@pytest.fixture(scope="module", params=["host", "organisation"])
def hostile(request):
    entries = [document(), *(entry(f"https://{name}/x", by=HOME, at=10 + n) for n, name in enumerate(["a.example", "b.example"]))]
    capture = ht.label_parties(ht.read_har(har(entries)))
    table = capture.entries
    for column in ("host", "site", "owner"):
        table[column] = [NASTY + str(n) + "\u2028" if n else value for n, value in enumerate(table[column])]
    return interactive_map(capture.with_tables(entries=table), level=request.param, title=NASTY)


@pytest.mark.browser
@in_browser
def test_what_a_har_smuggles_in_is_text_even_without_the_policy(hostile, tmp_path):
    out = driven(hostile, "document.querySelectorAll('.mark').forEach(function (m) { m.focus(); m.dispatchEvent(new MouseEvent('click')); }); out.images = document.images.length; out.scripts = document.scripts.length; out.title = document.title", tmp_path)
    assert out["images"] == 0 and out["scripts"] == 3 and out["title"].startswith("</script>")


def test_hostile_names_are_escaped_in_markup_and_in_the_data(hostile):
    assert "<img" not in hostile.html and hostile.html.count("<script") == 2 and "\u2028" not in re.search(r'application/json">(.*?)</script>', hostile.html, re.S)[1]
    assert "<img" not in hostile._repr_html_() and hostile._repr_html_().count("<") == 2


def test_the_policy_allows_no_address_and_one_script_by_its_hash(small):
    script = re.search(r"<script>(.*?)</script>", small.html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}'" in small.html
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?!#)|url\((?!#)|@import|innerHTML|https?://""", small.html.replace(small.title, ""))
    assert 'sandbox="allow-scripts"' in small._repr_html_() and "allow-same-origin" not in small._repr_html_()


def test_every_host_stands_in_the_table_and_has_a_place_on_the_map():
    capture = ht.label_parties(busy(60))
    page = interactive_map(capture, top=20).html
    data = json.loads(re.search(r'application/json">(.*?)</script>', page, re.S)[1])
    rows = re.findall(r'<tr data-n="(\d+)".*?<td>(.*?)</td>', page)
    assert sorted(name for _, name in rows) == sorted(nodes_table(capture).node)
    marks = {int(number) for number in re.findall(r'class="mark[^"]*" data-n="(\d+)"', page)}
    assert {int(number) for number, _ in rows} == marks == set(range(len(data["marks"]))) and "+ 39 others" in {mark["name"] for mark in data["marks"]}


def test_each_mark_can_be_reached_by_key_and_is_spoken(small):
    marks = re.findall(r'<g class="mark[^>]*>', small.html)
    assert len(marks) == 5 and all('tabindex="0"' in mark and 'role="button"' in mark for mark in marks)
    assert any('aria-label="a.example, third party, 1 request, 1 answered"' in mark for mark in marks) and f'aria-label="{html.escape(small.alt)}"' in small.html


@pytest.mark.parametrize("hosts", [20, 60, 150])
def test_labels_of_the_picture_keep_their_rows(hosts):
    page = interactive_map(busy(hosts)).html
    places = {}
    for x, y, anchor in re.findall(r'<text(?: class="heading")? x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)">', page):
        places.setdefault(anchor, []).append(float(y))
    assert all(b - a >= 15 for rows in places.values() for a, b in zip(sorted(rows), sorted(rows)[1:], strict=False))


def test_the_page_is_light_and_the_same_each_time():
    data = busy_har(150)
    first, second = (interactive_map(ht.read_har(data)).html for _ in range(2))
    assert first == second and len(first) < 300_000


def test_a_capture_without_a_host_is_an_error_that_says_what_to_do():
    with pytest.raises(HarError, match="no map to draw"):
        interactive_map(ht.read_har(b'{"log": {"entries": [{"request": {"url": "data:,x"}}]}}'))
