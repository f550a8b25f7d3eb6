"""Does the figure of the masks show every mark, by shape and not by colour alone, and hide nothing unsaid?"""

import pytest
from matplotlib import pyplot
from plots.label_boxes import label_boxes, outside, overlapping

import hartools as ht
from hartools.columns import TABLES
from hartools.errors import UnknownChoiceError
from hartools.observers.visibility import KINDS, MARKS
from hartools.plots import alt_text, caption, figure_png
from hartools.plots.visibility import LETTERS, NAMES, SYMBOLS, plot_visibility

MASKS = ht.visibility_table()


def rows(ax):
    """Return the label of each row without its line breaks."""
    return [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]


def cells(ax):
    """Return marker, fill and letters of each cell, by row and column number."""
    ticks = list(ax.get_yticks())
    drawn = {}
    for line in ax.lines:
        if line.get_marker() not in ("None", None) and len(line.get_xdata()) == 1:
            drawn[min(range(len(ticks)), key=lambda n: abs(ticks[n] - line.get_ydata()[0])), int(line.get_xdata()[0])] = (line.get_marker(), line.get_fillstyle())
    return drawn


def test_every_column_that_is_of_the_traffic_stands_in_one_row_of_its_table_and_every_cell_has_a_mark():
    ax = plot_visibility()
    named = [column for row in rows(ax) for column in row.split(", ")]
    shown = MASKS[~MASKS.why.str.startswith("about the file")]
    assert sorted(named) == sorted(shown.column) and len(cells(ax)) == len(rows(ax)) * len(KINDS)
    assert [label.get_text() for label in ax.get_xticklabels()] == [NAMES[kind] for kind in KINDS]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_mark_drawn_is_that_of_the_mask(kind):
    ax = plot_visibility([kind])
    marks = MASKS[~MASKS.why.str.startswith("about the file")].set_index(["table", "column"])[kind]
    order = [(table, column.name) for table, columns in TABLES.items() for column in columns if (table, column.name) in marks.index]
    drawn, seen = cells(ax), set()
    for number, row in enumerate(rows(ax)):
        for column in row.split(", "):
            key = next(each for each in order if each[1] == column and each not in seen)
            seen.add(key)
            parts = marks[key].split("+")
            symbol = "part" if any(part in LETTERS for part in parts) else parts[0]
            assert drawn[number, 0] == SYMBOLS[symbol][0:3:2], (key, marks[key])


def test_letters_name_the_parts_and_the_caption_says_what_each_means():
    ax = plot_visibility(["script"], ["bodies"])
    assert "mdf" in [text.get_text() for text in ax.texts]
    for mark in ("mine", "document", "fetched"):
        assert f"{LETTERS[mark]}, {MARKS[mark]}" in caption(ax)


def test_no_two_marks_have_one_shape_and_no_two_parts_one_letter():
    assert len({(marker, fill) for marker, _, fill, _ in SYMBOLS.values()}) == len(SYMBOLS) and len(set(LETTERS.values())) == len(LETTERS)
    assert set(MARKS) <= set(SYMBOLS) | set(LETTERS) and set(KINDS) <= set(NAMES)


def test_title_and_alt_text_count_what_is_received_and_not_what_only_a_lack_of_tls_shows():
    ax = plot_visibility(["third_party", "network", "resolver"], ["entries"])
    counted = MASKS[(MASKS.table == "entries") & ~MASKS.why.str.startswith("about the file")]
    third = int((~counted.third_party.isin(["no", "clear"])).sum())
    assert ax.get_title(loc="left") == f"Of {len(counted)} columns a third party receives {third}, all or in part; a DNS resolver 0"
    assert f"third party {third}; network path 1; DNS resolver 0" in alt_text(ax)


def test_kinds_keep_the_order_given_and_what_does_not_exist_is_an_error():
    assert [label.get_text() for label in plot_visibility(["resolver", "script"]).get_xticklabels()] == ["DNS resolver", "other script"]
    with pytest.raises(UnknownChoiceError, match="satellite"):
        plot_visibility(["satellite"])
    with pytest.raises(UnknownChoiceError, match="secrets"):
        plot_visibility(tables=["secrets"])


def test_nothing_asked_for_is_said():
    assert plot_visibility([]).get_title(loc="left") == "Nothing to draw" and plot_visibility(tables=[]).get_title(loc="left") == "Nothing to draw"


@pytest.mark.parametrize("kinds", [None, ["third_party"], ["network", "resolver"]])
def test_no_label_touches_another_or_leaves_the_figure(kinds):
    ax = plot_visibility(kinds)
    assert len(label_boxes(ax)) > 5 and overlapping(ax) == [] and outside(ax) == []


def test_on_axes_that_were_given_rows_that_do_not_fit_are_counted():
    given = pyplot.subplots(figsize=(6.4, 3.2))[1]
    ax = plot_visibility(ax=given)
    assert ax is given and overlapping(ax) == []
    hidden = len(rows(plot_visibility())) - len(rows(ax))
    assert hidden > 5 and f"{hidden} further rows not drawn" in caption(ax)


def test_the_same_bytes_each_time():
    assert figure_png(plot_visibility(), dpi=40) == figure_png(plot_visibility(), dpi=40)
