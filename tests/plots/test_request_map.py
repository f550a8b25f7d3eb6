"""Does the request map group, fold and count, at every level and for every kind of evidence?"""

import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.patches import FancyArrowPatch
from plots.busy_hars import busy, document, entry, har
from plots.label_boxes import texts

import hartools as ht
from hartools.graphs import EDGE_KINDS, edges_table, nodes_table
from hartools.plots import alt_text, caption
from hartools.plots.request_map import EDGE_STYLES
from hartools.plots.ring import ring_of
from hartools.plots.strokes import STROKES, drawn_edges, stroke_of


def arrows(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]


def ring(capture, **options):
    capture = ht.label_parties(capture)
    return ring_of(nodes_table(capture), edges_table(capture), **options)


def test_every_kind_of_evidence_has_a_look_and_a_new_one_does_no_harm():
    assert set(EDGE_KINDS) <= set(EDGE_STYLES)
    assert stroke_of("a kind of tomorrow") in STROKES
    table = pd.DataFrame({"source": ["a", "a"], "target": ["b", "b"], "kind": ["a kind of tomorrow", "time"], "weight": [1, 1]})
    assert len(drawn_edges(table)) == 1


def test_looks_differ_by_line_or_by_being_faint_and_never_by_colour_alone():
    assert len({(stroke.line, stroke.rank) for stroke in STROKES}) == len(STROKES)


@pytest.mark.parametrize(("kinds", "drawn"), [
    (["script", "referer"], ["-"]), (["redirect", "referer", "time"], ["--"]), (["script", "redirect"], ["-", "--"]), (["referer"], [":"]), (["time", "referer"], [":"]),
    (["body", "time"], ["-."]), (["parser", "preflight", "initiator"], ["-"]),
])  # fmt: skip
def test_weaker_evidence_gives_way_to_stronger_for_the_same_two(kinds, drawn):
    table = pd.DataFrame({"source": "a", "target": "b", "kind": kinds, "weight": 2})
    assert [STROKES[look].line for look in drawn_edges(table).look] == drawn


def test_hosts_of_one_organisation_stand_under_its_name():
    ax = ht.plot_request_map(busy(20))
    assert any(text.startswith("Meta Platforms (2)") for text in texts(ax))
    rows = [row.text for row in ring(busy(20), top=60).rows]
    at = rows.index("Meta Platforms (2)")
    assert {row.split(" · ")[0] for row in rows[at + 1 : at + 3]} == {"connect.facebook.net", "www.facebook.com"}


def test_an_organisation_torn_between_both_sides_is_named_on_both():
    capture = busy(60, name="h{number}.one.example")
    ax = ht.plot_request_map(capture)
    assert "one.example, continued" in texts(ax) and "one.example (45)" in texts(ax)


@pytest.mark.parametrize(("hosts", "folded"), [(20, 0), (60, 0), (61, 0), (62, 1), (150, 89)])
def test_all_hosts_have_a_place_and_those_beyond_the_limit_share_one(hosts, folded):
    capture = busy(hosts)
    places = ring(capture, top=60)
    assert set(places.places) == set(nodes_table(capture).node) and places.folded == folded
    assert sum(row.entries for row in places.rows) == len(capture.entries)
    named = [row.text for row in places.rows if row.key == "others"]
    assert (len(named) == 1 and named[0].startswith(f"+ {folded} other")) if folded else not named


def test_first_parties_beyond_the_middle_are_counted_and_stay_first_party():
    entries = [document(), *(entry(f"https://h{n}.first.example/", by="https://www.first.example/") for n in range(9)), entry("https://t.example/")]
    rows = ring(ht.read_har(har(entries)), top=60).rows
    inner = [row for row in rows if not row.side]
    assert len(inner) == 7 and inner[-1].text == "+ 4 others · 4" and {row.party for row in inner} == {"first"}


@pytest.mark.parametrize("level", ["host", "site", "operator", "organisation"])
def test_each_level_is_drawn_and_counted(level):
    capture = ht.label_parties(busy(40))
    ax = ht.plot_request_map(capture, level=level)
    third = nodes_table(capture, level=level).party.eq("third").sum()
    noun = {"operator": "operator domain"}.get(level, level)
    assert ax.get_title(loc="left").startswith(f"{third} third-party {noun}s") and f" {noun}s" in alt_text(ax)


def test_a_level_that_does_not_exist_is_an_error_that_names_those_that_do():
    with pytest.raises(ValueError, match="host"):
        ht.plot_request_map(busy(5), level="planet")


def test_evidence_that_must_be_asked_for_is_drawn_when_it_is():
    capture = ht.read_har(har([document(), entry("https://a.example/x.js", at=100, referer=None, _initiator={}), entry("https://b.example/y.js", at=101, referer=None, _initiator={})]))
    plain, guessed = ht.plot_request_map(capture), ht.plot_request_map(capture, kinds="time")
    assert len(arrows(guessed)) > len(arrows(plain))
    assert "guessed from the time" in [text.get_text() for text in guessed.get_legend().get_texts()]


def test_a_refused_host_is_hollow_and_said():
    ax = ht.plot_request_map(ht.read_har(har([document(), entry("https://no.example/x.js", by="https://www.first.example/", status=0, _error="net::ERR_BLOCKED_BY_CLIENT")])))
    assert "asked, never answered" in [text.get_text() for text in ax.get_legend().get_texts()]
    assert "1 host was asked and gave no answer" in caption(ax)


def test_small_axes_get_fewer_marks_and_say_how_many_are_folded():
    ax = pyplot.subplots(figsize=(5, 3))[1]
    ht.plot_request_map(busy(60), ax=ax)
    folded = next(int(text.split()[1]) for text in texts(ax) if text.startswith("+ "))
    assert folded > 30 and f"{folded} hosts with the fewest requests" in caption(ax)
