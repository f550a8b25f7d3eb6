"""Do the figures of measures and of two captures say what their tables say?"""

import json

import pandas as pd
import pytest
from samples import DIRECTORY, IMAGE_HOST, SAMPLES

import hartools as ht
from hartools.inference.compare import compare
from hartools.inference.whatif import what_if, what_if_table
from hartools.plots import alt_text, caption, figure_png
from hartools.plots.comparison import plot_comparison, plot_what_if

MEASURES = ["no-referrer", "proxied-images", ("dummy-requests", {"drawn": "one other query"})]


@pytest.fixture(scope="module")
def capture():
    return ht.read_har(SAMPLES / "oncologue-paris.chrome-sensitive.har")


@pytest.fixture(scope="module")
def table(capture):
    return what_if_table(capture, IMAGE_HOST, catalogue=ht.read_catalogue(DIRECTORY), measures=MEASURES)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_measures_by_topics_with_a_row_as_recorded(table):
    ax = plot_what_if(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["as recorded", "no-referrer", "proxied-images", "dummy-requests (drawn one other query)"]
    assert {label.get_text() for label in ax.get_xticklabels()} == set(table.topic)
    assert ax.get_title(loc="left") == "Of 3 measures, 1 takes “search query” from cloudinary.com, 1 changes how sure it is and 1 leaves it as it was"
    assert any(text.startswith("now ") and "Cloudflare (TLS)" in text for text in texts(ax))
    assert "no-referrer: unchanged" in alt_text(ax) and "proxied-images: gone" in alt_text(ax) and "stated model" in caption(ax)


def test_marks_differ_by_shape_or_fill_as_well_as_colour(table):
    legend = plot_what_if(table).get_legend().legend_handles
    looks = [(line.get_marker(), line.get_fillstyle()) for line in legend]
    assert len(set(looks)) == len(looks) >= 3 and len({line.get_color() for line in legend}) == len(legend)


def test_a_measure_that_does_not_apply_is_drawn_so(capture):
    ax = plot_what_if(what_if_table(capture, IMAGE_HOST, measures=["padding", "dummy-requests"], moved=False))
    assert "n.a." in texts(ax) and "not applicable" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_table_without_findings_is_an_empty_figure(table):
    assert plot_what_if(table.head(0)).get_title(loc="left") == "Nothing to draw"


def test_parties_of_two_captures(capture):
    ax = plot_comparison(compare(capture, what_if(capture, "consent-refused"), labels=("recorded", "refused"), observers=[]))
    assert ax.get_title(loc="left") == "Of 7 parties, 2 received requests only in “recorded”"
    assert [label.get_text() for label in ax.get_yticklabels()][:2] == ["facebook.com", "google-analytics.com"]
    assert texts(ax)[:2] == ["only in recorded"] * 2
    assert "facebook.com only in recorded" in alt_text(ax) and "what if consent-refused" in caption(ax)


def test_more_parties_than_can_be_read_are_counted(capture):
    ax = plot_comparison(compare(capture, capture, observers=[]), top=3)
    assert len(ax.get_yticklabels()) == 3 and "4 parties" in caption(ax)


def test_a_hostile_host_is_drawn_as_it_is_written():
    entry = {"startedDateTime": "2026-03-02T09:00:00Z", "time": 1, "pageref": "p1", "request": {"method": "GET", "url": "https://$x^2$.evil.example/", "headers": []},
             "response": {"status": 200, "headers": [], "content": {}}}
    page = entry | {"request": entry["request"] | {"url": "https://www.site.example/"}, "_resourceType": "document"}
    capture = ht.read_har(json.dumps({"log": {"pages": [{"id": "p1", "startedDateTime": "2026-03-02T09:00:00Z"}], "entries": [page, entry]}}).encode())
    ax = plot_comparison(compare(capture, capture, labels=("$\\frac$", "\x07b"), observers=[]))
    assert figure_png(ax, dpi=40)[:4] == b"\x89PNG"


def test_the_same_figure_gives_the_same_bytes(table):
    assert figure_png(plot_what_if(table), dpi=50) == figure_png(plot_what_if(table), dpi=50)
    assert isinstance(table, pd.DataFrame)
