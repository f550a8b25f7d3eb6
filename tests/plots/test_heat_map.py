"""Is a zero told from what a file could not show?"""

import pytest
from plots.busy_hars import busy_har, document, entry, har, visits

import hartools as ht
from hartools.plots import alt_text, caption, plot_heat_map

UNTOLD = b'{"log": {"entries": [{"request": {"url": "https://x.example/"}, "response": {"status": 200}}, {"request": {"url": "https://y.example/"}, "response": {"status": 200}}]}}'


def visit(site, *hosts):
    home = f"https://www.{site}/"
    return har([document(home), *(entry(f"https://{host}/x", by=home, at=50 + n) for n, host in enumerate(hosts))])


def labels(ax):
    return [label.get_text() for label in ax.get_yticklabels()], [label.get_text() for label in ax.get_xticklabels()]


def cell(ax, row, column):
    rows, columns = labels(ax)
    place = (columns.index(column) + 0.5, rows.index(row) + 0.5)
    return next(text.get_text() for text in ax.texts if text.get_position() == place)


FIRST, SECOND = visit("one.example", "a.example", "a.example", "b.example"), visit("two.example", "b.example")


def test_cells_count_requests_and_rows_and_columns_go_by_their_totals():
    ax = plot_heat_map(ht.read_har([SECOND, FIRST]))
    assert labels(ax) == (["one.example", "two.example"], ["a.example", "b.example"])
    assert [cell(ax, row, column) for row in ("one.example", "two.example") for column in ("a.example", "b.example")] == ["2", "1", "0", "1"]
    assert ax.get_title(loc="left") == "b.example was asked on 2 of 2 sites visited, more than any other"


def test_captures_can_be_given_one_by_one():
    assert labels(plot_heat_map([ht.read_har(FIRST), ht.read_har(SECOND)])) == labels(plot_heat_map(ht.read_har([FIRST, SECOND])))


def test_a_file_that_does_not_tell_what_was_visited_is_hatched_and_spoils_no_other():
    ax = plot_heat_map(ht.read_har([FIRST, UNTOLD]))
    rows, _ = labels(ax)
    assert rows == ["one.example", "<bytes> 2"] and "n.a." in [text.get_text() for text in ax.texts] and any(patch.get_hatch() for patch in ax.patches)
    assert "1 file that does not tell" in caption(ax) and "1 file did not tell" in alt_text(ax)


def test_what_a_damaged_file_does_not_show_is_no_zero():
    ax = plot_heat_map(ht.read_har([FIRST, SECOND[:-60]]))
    assert cell(ax, "two.example", "a.example") == "\N{EN DASH}" and cell(ax, "one.example", "a.example") == "2" and "not zero" in caption(ax)


def test_pages_of_one_file_are_rows_and_one_site_visited_in_two_files_is_two():
    assert labels(plot_heat_map(visits(3)))[0] == ["site2.example", "site1.example", "site0.example"]
    assert labels(plot_heat_map(ht.read_har([FIRST, FIRST])))[0] == ["one.example, <bytes>", "one.example, <bytes> 2"]


def test_an_unknown_owner_has_a_column_of_its_own():
    ax = plot_heat_map(ht.read_har(visit("one.example", "res.cloudinary.com", "no.invented.example")), level="organisation")
    assert labels(ax)[1][-1] == "unknown" and cell(ax, "one.example", "unknown") == "1" and "names no owner" in caption(ax)


def test_columns_beyond_the_limit_share_one():
    ax = plot_heat_map(ht.read_har(busy_har(60)), top=10)
    names = labels(ax)[1]
    assert len(names) == 11 and names[-1].startswith("others (")
    assert sum(int(text.get_text()) for text in ax.texts) == int((ht.label_parties(ht.read_har(busy_har(60))).entries.party == "third").sum())


def test_numbers_can_be_read_on_their_shade():
    ax = plot_heat_map(ht.read_har(visit("one.example", *["a.example"] * 90, "b.example")))
    colours = {text.get_text(): text.get_color() for text in ax.texts}
    assert colours["90"] == "white" and colours["1"] == "#000000"


def test_a_level_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="organisation"):
        plot_heat_map(ht.read_har(FIRST), level="host")
