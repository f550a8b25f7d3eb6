"""Is time that the file does not tell drawn as unknown, and never as nothing?"""

import pytest
from matplotlib.collections import PolyCollection
from plots.busy_hars import document, entry, har

import hartools as ht
from hartools.plots import caption, plot_waterfall

ALL = {"blocked": 10, "dns": 20, "connect": 60, "ssl": 25, "send": 5, "wait": 40, "receive": 15}
UNTOLD = "time that the file does not split"


def drawn(*entries, **options):
    return plot_waterfall(ht.read_har(har(list(entries))), **options)


def lengths(ax):
    """Return the length of every piece drawn, in milliseconds, in the order of the phases."""
    return [round(float(path.vertices[:, 0].max() - path.vertices[:, 0].min()), 3) for bars in ax.collections if isinstance(bars, PolyCollection) for path in bars.get_paths()]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_phases_lie_one_behind_another_and_the_handshake_is_taken_out_of_connect():
    ax = drawn(document() | {"timings": ALL, "time": 150})
    assert lengths(ax) == [10, 20, 35, 25, 5, 40, 15] and UNTOLD not in legend(ax)


@pytest.mark.parametrize(("timings", "time", "rest"), [
    ({"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": -1, "wait": -1, "receive": -1}, 80, 80),
    ({"wait": 50}, 80, 30), ({"wait": 79.5}, 80, None), (ALL, 150, None),
])  # fmt: skip
def test_time_that_no_phase_accounts_for_is_drawn_as_such(timings, time, rest):
    ax = drawn(document() | {"timings": timings, "time": time})
    assert (UNTOLD in legend(ax)) == (rest is not None)
    if rest:
        assert lengths(ax)[-1] == rest and "1 row the file does not say" in caption(ax)


def test_a_row_without_any_duration_is_a_mark_and_said():
    ax = drawn({name: value for name, value in document().items() if name not in ("time", "timings")})
    assert lengths(ax) == [] and "not known, not zero" in caption(ax)


def test_rows_are_in_the_order_of_time_with_their_entry_numbers():
    ax = drawn(document(at=0), entry("https://late.example/", at=500), entry("https://soon.example/", at=100))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["www.first.example  #0", "soon.example  #2", "late.example  #1"]
    top, bottom = sorted(ax.get_ylim())
    assert ax.get_ylim() == (bottom, top)  # downwards


def test_rows_beyond_the_limit_are_counted():
    ax = drawn(document(), *(entry(f"https://a.example/{n}", at=n) for n in range(20)), most=8)
    assert len(ax.get_yticklabels()) == 8 and "13 later requests are not drawn" in caption(ax)


def test_outcomes_have_marks_of_different_shape():
    ax = drawn(document(), entry("https://a.example/", at=1, status=302, to="https://b.example/"), entry("https://c.example/", at=2, status=0, _error="net::ERR_BLOCKED_BY_CLIENT"),
               entry("https://d.example/", at=3, _fromCache="memory"))  # fmt: skip
    assert {"redirected", "blocked", "from a cache"} <= set(legend(ax))


def test_values_in_a_path_are_masked():
    token = "Zx9" + "0a1b2c3d" * 4
    assert token not in str([label.get_text() for label in drawn(document(), entry(f"https://a.example/{token}/x", at=1)).get_yticklabels()])
