"""Do figures say the finding, come out the same, and stand hostile names?"""

import json
import re

import pytest
from matplotlib import pyplot
from matplotlib.colors import same_color
from plots.label_boxes import overlapping
from samples import DIRECTORY, IMAGE_HOST, SAMPLES

import hartools as ht
from hartools.plots import PARTY_COLORS, alt_text, caption, figure_png
from hartools.plots.style import PARTY_MARKERS

SAMPLE = SAMPLES / "oncologue-paris.chrome-sensitive.har"


def many_hosts(count, name="party{}.example"):
    page = {"request": {"url": "https://first.example/", "headers": [{"name": "Sec-Fetch-Dest", "value": "document"}]}, "response": {"status": 200, "content": {"mimeType": "text/html"}}}
    others = [{"request": {"url": f"https://{name.format(n)}/", "headers": [{"name": "Referer", "value": "https://first.example/"}]}, "response": {"status": 200}} for n in range(count)]
    return ht.read_har(json.dumps({"log": {"entries": [page, *others]}}).encode())


@pytest.mark.parametrize("count", [3, 14, 15, 39, 60])
def test_labels_do_not_overlap(count):
    ax = ht.plot_request_map(many_hosts(count), top=60)
    assert sum(text.get_text().startswith("party") for text in ax.texts) == count and overlapping(ax) == []


def test_marks_beyond_the_limit_are_folded_and_said():
    ax = ht.plot_request_map(many_hosts(50), top=20)
    assert any(text.get_text().startswith("+ 30 others") for text in ax.texts) and "30 hosts" in caption(ax)


def test_the_title_and_alt_text_count_what_the_tables_count():
    capture = ht.read_har(SAMPLE)
    observers = ht.find_observers(capture, kinds=("third_party",))
    ax = ht.plot_request_map(capture)
    hosts = sorted(host for each in observers.hosts for host in each)
    assert ax.get_title(loc="left") == f"{len(hosts)} third-party hosts were asked {observers.attempted.sum()} times and answered {observers.entries.sum()}"
    assert f"Request map of {len(ht.request_graph(capture))} hosts." in alt_text(ax)


def test_the_same_capture_gives_the_same_bytes():
    pictures = set()
    for _ in range(2):
        capture = ht.read_har(SAMPLE)
        search = ht.searches_in(ht.view_as(capture, IMAGE_HOST), ht.read_catalogue(DIRECTORY))[0]
        pictures.add((figure_png(ht.plot_request_map(capture), dpi=50), figure_png(ht.plot_query_posterior(search.posterior), dpi=50), figure_png(ht.plot_observer_timeline(capture), dpi=50)))
    assert len(pictures) == 1


def test_a_tie_is_said_in_the_title():
    search = ht.searches_in(ht.view_as(ht.read_har(SAMPLES / "ambiguous.mitmproxy.har"), IMAGE_HOST), ht.read_catalogue(DIRECTORY))[0]
    title = ht.plot_query_posterior(search.posterior).get_title(loc="left")
    assert re.search(r"equally well: (50\.\d|49\.\d) % each", title) and "sage-femme in brest" in title and "echographiste in brest" in title


def test_hostile_names_are_drawn_literally():
    capture = many_hosts(3, "a$\\frac{{{}}}$\u202e" + "x" * 5000 + ".example")
    for ax in (ht.plot_request_map(capture), ht.plot_request_map(capture, level="site")):
        assert figure_png(ax, dpi=30)
        assert all(not text.get_parse_math() and "\u202e" not in text.get_text() and len(text.get_text()) < 60 for text in ax.texts)


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_to_draw_is_said(rows):
    capture = ht.read_har(b'{"log": {"entries": [{"request": {"url": "data:,x"}}]}}')
    capture = capture.with_tables(entries=capture.entries.head(rows))
    for ax in (ht.plot_request_map(capture), ht.plot_observer_timeline(capture)):
        assert "Nothing to draw" in ax.get_title(loc="left") and alt_text(ax) and figure_png(ax, dpi=30)


def test_a_party_differs_by_colour_and_by_marker():
    assert len(set(PARTY_MARKERS.values())) == len(PARTY_MARKERS) == len(set(PARTY_COLORS.values()))
    ax = ht.plot_request_map(ht.read_har(ht.example_har()))
    hollow = [dots for dots in ax.collections if same_color(dots.get_facecolor()[0], "white")]
    assert len(hollow) == 1  # the blocked host is there, and was never answered


def test_given_axes_are_used():
    _, ax = pyplot.subplots()
    assert ht.plot_request_map(ht.read_har(ht.example_har()), ax=ax) is ax
