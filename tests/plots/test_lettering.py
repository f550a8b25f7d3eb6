"""Is a text as wide as we say before it is drawn?"""

import pytest
from matplotlib import pyplot

from hartools.plots.lettering import drawn, fitted, text_inches


@pytest.mark.parametrize("text", ["www.marylandhealthconnection.gov · 102", "iiiiiiiiillll.example", "WWWWWWWWMMMM", "é-ü-ß.example"])
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("dpi", [100, 110, 160])
def test_a_text_is_no_wider_than_measured_and_not_much_narrower(text, bold, dpi):
    figure = pyplot.figure(dpi=dpi)
    shown = figure.text(0, 0, text, fontsize=9, fontweight="bold" if bold else "normal", fontfamily="DejaVu Sans")
    inches = shown.get_window_extent(figure.canvas.get_renderer()).width / dpi
    pyplot.close(figure)
    assert 0.85 * text_inches(text, bold=bold) < inches <= text_inches(text, bold=bold) * 1.01


@pytest.mark.parametrize("inches", [0.6, 1.0, 2.0])
def test_what_is_fitted_fits_and_keeps_both_ends_and_the_tail(inches):
    text = fitted("first-part.of-a-host.with-many.labels.example", inches, tail=" · 7")
    assert text_inches(text) <= inches and text[0] == "f" and "…" in text and text.endswith("e · 7")


def test_letters_that_are_no_text_or_not_in_the_font_do_not_reach_a_figure():
    assert drawn("a\x00\u202e\u4e2db") == "a\u25a1b"
