"""Are contradictions between the kinds of evidence listed, told from what is normal, and put into words?"""

import pandas as pd
import pytest
from graphs.calls import PAGE, call, capture_of, document
from samples import FILES, SAMPLES

import hartools as ht
from hartools.graphs import LEVELS, disagreements, request_graph

WWW, TAG, PIXEL = "www.site.example", "https://tags.other.example/t.js", "https://pixel.third.example/p.gif"
ASKED = call(TAG, 5, by=PAGE, kind="parser", referer=PAGE, what="script", mime="text/javascript")


def rows(*entries, kinds=None, level="host"):
    table = disagreements(request_graph(capture_of(*entries), kinds=kinds, level=level))
    return list(table[["target", "kind", "source", "other_kind", "other_source", "entry_ids", "explained"]].itertuples(index=False, name=None))


def test_a_script_in_somebody_else_s_page_is_explained_where_that_page_brought_it_in():
    pixel = call(PIXEL, 9, by=TAG, referer=PAGE)
    assert rows(document(), ASKED, pixel) == [("pixel.third.example", "script", "tags.other.example", "referer", WWW, [2], True)]
    assert rows(document(), pixel) == [("pixel.third.example", "script", "tags.other.example", "referer", WWW, [1], False)]


def test_a_page_on_the_stack_explains_it_too():
    assert rows(document(), call(PIXEL, 9, stack=[[TAG, PAGE]], referer=PAGE))[0][-1] is True


def test_a_document_that_is_not_the_page_named_is_not_explained():
    frame = call(PIXEL, 9, by="https://frame.else.example/", kind="parser", referer=PAGE)
    assert rows(document(), frame) == [("pixel.third.example", "parser", "frame.else.example", "referer", WWW, [1], False)]


def test_a_stylesheet_or_frame_within_the_document_explains_it():
    sheet = "https://fonts.else.example/css"
    brought = call(sheet, 5, by=PAGE, kind="parser", referer=PAGE, what="stylesheet", mime="text/css")
    font = call("https://files.third.example/f.woff2", 9, by=PAGE, kind="parser", referer=sheet, what="font")
    assert rows(document(), brought, font) == [("files.third.example", "parser", WWW, "referer", "fonts.else.example", [2], True)]


def test_a_redirect_keeps_the_referer_of_where_the_chain_began():
    one, two, three = "https://one.example/", "https://two.example/", "https://three.example/"
    chain = [call(one, 5, by=PAGE, referer=PAGE, status=302, to=two), call(two, 6, referer=PAGE, status=302, to=three), call(three, 7, referer=PAGE)]
    assert rows(document(), *chain) == [("three.example", "redirect", "two.example", "referer", WWW, [3], True), ("two.example", "redirect", "one.example", "referer", WWW, [2], True)]
    elsewhere = [*chain[:2], call(three, 7, referer="https://elsewhere.example/")]
    assert ("three.example", "redirect", "two.example", "referer", "elsewhere.example", [3], False) in rows(document(), *elsewhere)


def test_evidence_that_a_host_led_to_itself_counts():
    assert rows(document(), ASKED, call(PIXEL, 9, by=TAG, referer=PIXEL)) == [("pixel.third.example", "script", "tags.other.example", "referer", "pixel.third.example", [2], False)]


def test_an_address_handed_over_in_an_answer_is_explained_for_a_script_and_not_for_a_parser():
    api = call("https://api.other.example/list", 6, by=PAGE, referer=PAGE, mime="application/json", text=f'["{PIXEL}"]')
    by_script, by_parser = call(PIXEL, 9, by=PAGE, referer=PAGE), call(PIXEL, 9, by=PAGE, kind="parser", referer=PAGE)
    assert ("pixel.third.example", "script", WWW, "body", "api.other.example", [2], True) in rows(document(), api, by_script, kinds="all")
    assert ("pixel.third.example", "parser", WWW, "body", "api.other.example", [2], False) in rows(document(), api, by_parser, kinds="all")


def test_requests_of_the_same_contradiction_are_one_row_and_what_is_unexplained_comes_first():
    capture = capture_of(document(), ASKED, *(call(f"{PIXEL}?{n}", 10 + n, by=TAG, referer=PAGE) for n in range(3)), call("https://lone.example/", 20, by="https://nobody.example/x.js", referer=PAGE))
    table = disagreements(request_graph(capture))
    assert table.entries.tolist() == [1, 3] and table.entry_ids.tolist() == [[5], [2, 3, 4]] and table.explained.tolist() == [False, True]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", FILES)
def test_nothing_in_the_samples_is_left_unexplained_and_every_reading_is_a_sentence(name, level):
    table = disagreements(request_graph(ht.read_har(SAMPLES / name), kinds="all", level=level))
    assert table.explained.all() and table.reading.str.endswith(".").all() and not table.reading.str.contains(r"[{}]|tracker|illegal").any()


def test_at_site_level_hosts_of_one_site_do_not_contradict_each_other():
    capture = [document(), call(PIXEL, 9, by="https://static.site.example/x.js", referer=PAGE)]
    assert len(rows(*capture)) == 1 and rows(*capture, level="site") == []


def test_a_capture_stands_for_its_graph_of_hosts_and_another_graph_is_refused():
    capture = capture_of(document(), ASKED, call(PIXEL, 9, by=TAG, referer=PAGE))
    pd.testing.assert_frame_equal(disagreements(capture), disagreements(request_graph(capture)))
    with pytest.raises(ValueError, match="request_graph"):
        disagreements(ht.graphs.initiator_tree(capture))


def test_without_any_the_table_is_empty_and_has_its_columns():
    table = disagreements(request_graph(capture_of(document())))
    assert len(table) == 0 and table.columns.tolist() == ["target", "kind", "source", "other_kind", "other_source", "entries", "entry_ids", "explained", "reading"]
