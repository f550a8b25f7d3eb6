"""Can every figure be read at 20, 60 and 150 hosts: does no label touch another, the title or the legend?"""

import os
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from plots.busy_hars import busy, busy_har, har, visits
from plots.label_boxes import label_boxes, outside, overlap, overlapping

import hartools as ht
from hartools import plots
from hartools.plots import alt_text, caption, figure_png
from hartools.plots.style import say

CORPUS = os.environ.get("HARTOOLS_HARS")
NONE = pd.DataFrame({name: pd.Series(dtype="str") for name in ("host", "party", "conclusion", "strength")})
FIGURES = {
    "request map": plots.plot_request_map, "site map": lambda capture, **more: plots.plot_request_map(capture, level="site", **more),
    "tree": plots.plot_initiator_tree, "waterfall": plots.plot_waterfall, "flow": plots.plot_flow,
    "heat map": plots.plot_heat_map, "heat map of organisations": lambda capture, **more: plots.plot_heat_map(capture, level="organisation", **more),
    "readers": lambda capture, **more: plots.plot_readers(capture, infrastructure=NONE, **more), "timeline": plots.plot_observer_timeline,
}  # fmt: skip
REAL = ["the-markup+investigation-healthcare-exchange-tracking/data__blacklight-scans__maryland-marylandhealthconnection.gov__requests.har",
        "Lookyloo+har2tree/tests__data__lalibre__001.har", "micmro+PerfCascade/src__test-data__www.bbc.co.uk.160529_8V_7R3.har"]  # fmt: skip


@pytest.fixture(scope="module", params=[20, 60, 150])
def capture(request):
    return busy(request.param)


@pytest.mark.parametrize("figure", sorted(FIGURES))
def test_no_label_touches_another(figure, capture):
    ax = FIGURES[figure](capture)
    assert len(label_boxes(ax)) > 5 and overlapping(ax) == [] and outside(ax) == []


@pytest.mark.parametrize("figure", sorted(set(FIGURES) - {"timeline"}))
@pytest.mark.parametrize("size", [(6.4, 4.8), (4.5, 3.2)])
def test_nor_on_axes_that_were_given(figure, size):
    ax = pyplot.subplots(figsize=size)[1]
    assert FIGURES[figure](busy(150), ax=ax) is ax and overlapping(ax) == []


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS, reason="HARTOOLS_HARS names no folder of HARs")
@pytest.mark.parametrize("figure", sorted(FIGURES))
@pytest.mark.parametrize("name", REAL)
def test_nor_in_captures_of_real_visits(figure, name):
    assert overlapping(FIGURES[figure](ht.read_har(Path(CORPUS) / name))) == []


def test_the_check_sees_an_overlap_that_upright_boxes_would_not_tell_from_none():
    ax = pyplot.subplots()[1]
    turned = {"rotation": 45, "rotation_mode": "anchor", "fontsize": 12}
    ax.text(0.1, 0.1, "one long label", **turned)
    ax.text(0.2, 0.1, "beside it", **turned)
    say(ax, title="t", alt="a", caption="c")
    assert overlapping(ax) == []
    ax.text(0.12, 0.11, "on top", **turned)
    assert overlapping(ax) == [("one long label", "on top")]


def test_crossed_bars_overlap_although_no_corner_lies_in_the_other():
    bar = np.array([(0.0, 4.0), (10.0, 4.0), (10.0, 6.0), (0.0, 6.0)])
    assert overlap(bar, bar[:, ::-1]) and not overlap(bar, bar + (0, 3))


@pytest.mark.parametrize("figure", sorted(FIGURES))
def test_the_same_capture_gives_the_same_bytes_and_words(figure):
    data = busy_har(30)
    made = [FIGURES[figure](ht.read_har(data)) for _ in range(2)]
    assert len({figure_png(ax, dpi=50) for ax in made}) == 1
    assert len({(ax.get_title(loc="left"), alt_text(ax), caption(ax)) for ax in made}) == 1 and alt_text(made[0]) and caption(made[0])


@pytest.mark.parametrize("figure", sorted(FIGURES))
def test_hostile_names_are_drawn_literally_and_bounded(figure):
    capture = busy(16, name="a$\\frac{{{{{number}}}}}$\u202e\u4e2d<b>" + "W" * 300 + "{group}.example")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a letter that the font lacks would be a warning
        ax = FIGURES[figure](capture)
        assert figure_png(ax, dpi=30)
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax._left_title]
    assert all("\u202e" not in text.get_text() and len(text.get_text()) < 111 for text in texts)
    assert all(not text.get_parse_math() for text in texts if "frac" in text.get_text()) and overlapping(ax) == []


@pytest.mark.parametrize("figure", sorted(FIGURES))
@pytest.mark.parametrize("data", [b'{"log": {"entries": [{"request": {"url": "data:,x"}}]}}', har([{"request": {"url": "https://a.example/"}}, {"request": {"url": "https://b.example/"}}], pages=[])])
@pytest.mark.parametrize("rows", [0, 2])
def test_captures_that_hold_next_to_nothing_are_drawn_and_said(figure, data, rows):
    capture = ht.read_har(data)
    ax = FIGURES[figure](capture.with_tables(entries=capture.entries.head(rows)))
    assert ax.get_title(loc="left") and alt_text(ax) and figure_png(ax, dpi=30) and overlapping(ax) == []


@pytest.mark.parametrize("figure", sorted(FIGURES))
def test_several_sites_visited_in_one_file(figure):
    assert overlapping(FIGURES[figure](visits(4))) == []


def test_each_figure_of_150_hosts_takes_under_a_second_and_a_half():
    capture = busy(150)
    capture.entries, capture.headers
    FIGURES["request map"](capture)  # fonts and tables are read once
    for figure in FIGURES.values():
        start = time.process_time()  # of this process alone, whatever else the machine does
        figure_png(figure(capture), dpi=110)
        assert time.process_time() - start < 1.5
