"""Does each entry hang on what really caused it, and is unknown called unknown?"""

import networkx as nx
import pandas as pd
import pytest
from graphs.calls import PAGE, call, capture_of, document
from samples import FILES, SAMPLES

import hartools as ht
from hartools.graphs import initiator_tree

CHROMIUM = [name for name in FILES if ".chrome-" in name]
WITHOUT_INITIATORS = [name for name in FILES if ".chrome-" not in name]

WWW, TAG = "www.medirendezvous.example", "www.googletagmanager.com"

# What the invented site does (sample_hars/site/pages.py and static/): host and path of a request ->
# host and path of what asks for it. A document's page is "document".
BY_THE_SITE_S_OWN_CODE = {
    (WWW, "/static/site.css"): "document", (WWW, "/static/measure.js"): "document", (WWW, "/static/cards.js"): "document", (TAG, "/gtag/js"): "document",
    ("www.google-analytics.com", "/g/collect"): (TAG, "/gtag/js"), ("www.facebook.com", "/tr/"): (WWW, "/static/measure.js"),
    ("sync.regie-alpha.example", "/sync"): (WWW, "/static/measure.js"), ("match.data-beta.example", "/match"): ("sync.regie-alpha.example", "/sync"),
    (WWW, "/api/search"): (WWW, "/static/cards.js"), (WWW, "/api/recommended"): (WWW, "/static/cards.js"), (WWW, "/api/featured"): (WWW, "/static/cards.js"),
}  # fmt: skip


def caused_by(row):
    """Return what the site's own code says of the cause of a request; None for a document and the browser's own request for an icon."""
    if row.host == "events-data.medirendezvous.example":
        return (row.host, row.path) if row.method == "OPTIONS" else (WWW, "/static/measure.js")
    if row.host == "res.cloudinary.com":  # cards.js makes the small pictures, the HTML of a person's page holds the large one
        return (WWW, "/static/cards.js") if "/w_160," in row.path else "document"
    return BY_THE_SITE_S_OWN_CODE.get((row.host, row.path))


def causes(tree, entry_id):
    return list(tree.predecessors(entry_id))


@pytest.mark.parametrize("name", CHROMIUM)
def test_the_trees_of_chromium_equal_the_site_s_own_script(name):
    capture = ht.read_har(SAMPLES / name)
    tree, rows = initiator_tree(capture, bodies=True), {row.entry_id: row for row in capture.entries.itertuples()}
    for row in rows.values():
        [cause], expected = causes(tree, row.entry_id), caused_by(row)
        if expected is None:
            continue
        found = rows[cause]
        assert (found.resource_type if expected == "document" else (found.host, found.path)) == expected, (row.url, found.url)
        assert found.page_id == row.page_id
        if row.method == "OPTIONS":
            assert found.method == "POST"


@pytest.mark.parametrize("name", CHROMIUM)
def test_as_recorded_only_the_pictures_that_a_script_inserts_lack_their_cause(name):
    capture = ht.read_har(SAMPLES / name)
    recorded, checked = initiator_tree(capture), initiator_tree(capture, bodies=True)
    moved = {entry_id for entry_id in capture.entries.entry_id if causes(recorded, entry_id) != causes(checked, entry_id)}
    entries = capture.entries.set_index("entry_id")
    assert moved == set(entries.index[entries.path.str.contains("/w_160,")])
    for entry_id in moved:
        [(cause, _, data)], [(before, _, was)] = checked.in_edges(entry_id, data=True), recorded.in_edges(entry_id, data=True)
        # Chromium names the document, or, after a click, nothing
        assert data == {"kind": "body"} | ({"recorded_cause": before} if was["kind"] == "parser" else {})
        assert entries.path[cause] == "/static/cards.js" and was["kind"] in ("parser", "unknown")


@pytest.mark.parametrize("name", CHROMIUM)
def test_a_click_hangs_on_the_page_and_a_search_on_the_script_that_sends_it(name):
    capture = ht.read_har(SAMPLES / name)
    tree, entries = initiator_tree(capture), capture.entries.set_index("entry_id")
    for entry_id, row in entries[entries.resource_type == "document"].iterrows():
        [(cause, _, data)] = tree.in_edges(entry_id, data=True)
        if cause == f"page:{row.page_id}":
            assert data == {"kind": "document"}
        else:  # location.assign in cards.js, of the page before
            assert data["kind"] == "script" and entries.path[cause] == "/static/cards.js" and entries.page_id[cause] != row.page_id


@pytest.mark.parametrize("name", WITHOUT_INITIATORS)
def test_where_no_initiator_is_recorded_only_redirects_and_preflights_are_known(name):
    capture = ht.read_har(SAMPLES / name)
    tree, rows = initiator_tree(capture), {row.entry_id: row for row in capture.entries.itertuples()}
    known = {entry_id: (cause, data["kind"]) for cause, entry_id, data in tree.edges(data=True) if data["kind"] not in ("unknown", "document")}
    assert {rows[entry_id].host for entry_id, (_, kind) in known.items() if kind == "redirect"} == {"match.data-beta.example"}
    assert all(rows[cause].host == "sync.regie-alpha.example" for cause, kind in known.values() if kind == "redirect")
    assert all(rows[entry_id].method == "OPTIONS" and rows[cause].method == "POST" and rows[cause].url == rows[entry_id].url for entry_id, (cause, kind) in known.items() if kind == "preflight")
    assert {kind for _, kind in known.values()} <= {"redirect", "preflight"}


@pytest.mark.parametrize("name", FILES)
def test_it_is_a_forest_that_holds_every_entry(name):
    capture = ht.read_har(SAMPLES / name)
    tree = initiator_tree(capture)
    assert nx.is_forest(tree) and max(degree for _, degree in tree.in_degree()) == 1
    assert set(capture.entries.entry_id) <= set(tree) and all(tree.nodes[root]["what"] == "page" for root, degree in tree.in_degree() if degree == 0)


def test_unknown_is_not_caused_by_the_page():
    tree = initiator_tree(capture_of(document(), call("https://a.example/x", 5)))
    assert tree.edges["page:page_1", 1] == {"kind": "unknown"} and tree.edges["page:page_1", 0] == {"kind": "document"}


def test_a_cause_that_is_not_listed_has_a_node_of_its_own():
    script = "https://cdn.example/from-memory.js"
    tree = initiator_tree(capture_of(document(), call("https://a.example/x", 5, by=script), call("https://a.example/y", 6, by=script)))
    assert list(tree.successors(f"url:{script}")) == [1, 2] and tree.nodes[f"url:{script}"]["what"] == "unlisted" and tree.nodes[f"url:{script}"]["host"] == "cdn.example"
    assert tree.edges[f"url:{script}", 1] == {"kind": "script", "line": 1} and tree.edges["page:page_1", f"url:{script}"] == {"kind": "unknown"}


def test_a_document_that_is_not_listed_is_the_page_itself():
    tree = initiator_tree(capture_of(call("https://a.example/x", 5, by=PAGE, kind="parser")))
    assert tree.edges["page:page_1", 0]["kind"] == "parser" and list(tree) == ["page:page_1", 0]


def test_entries_without_a_page_have_a_root_too():
    capture = capture_of(document(page=""), call("https://a.example/x", 5, page=""), pages=())
    tree = initiator_tree(capture)
    assert list(tree.successors("no page")) == [0, 1]


def test_a_call_behind_the_one_that_asked_is_not_the_cause():
    tag, caller = "https://tags.example/t.js", "https://caller.example/c.js"
    scripts = [call(url, ms, by=PAGE, kind="parser", what="script", mime="text/javascript") for ms, url in enumerate((tag, caller), 1)]
    tree = initiator_tree(capture_of(document(), *scripts, call("https://a.example/x", 5, stack=[[tag], [caller]])))
    assert causes(tree, 3) == [1]


@pytest.mark.parametrize(("links", "expected"), [([1, 0, None], ["page", 0, "page"]), ([1, 2, 0], ["page", 2, 0]), ([0, 0, 0], ["page", 0, 0]), ([2, 1, 0], ["page", "page", 0])])
def test_circles_are_cut_where_they_began(links, expected):
    capture = capture_of(document(), call("https://a.example/x", 5), call("https://b.example/x", 9))
    entries = capture.entries
    entries["initiator_entry"], entries["initiator_type"] = pd.array(links, dtype="int64[pyarrow]"), "script"
    tree = initiator_tree(capture.with_tables(entries=entries))
    assert nx.is_forest(tree) and [causes(tree, entry_id) for entry_id in range(3)] == [["page:page_1" if cause == "page" else cause] for cause in expected]


def test_a_long_chain_takes_no_recursion():
    entries = [document(), *(call(f"https://a.example/{n}", n, by=f"https://a.example/{n - 1}" if n > 1 else PAGE) for n in range(1, 3000))]
    tree = initiator_tree(capture_of(*entries))
    assert causes(tree, 2999) == [2998] and nx.dag_longest_path_length(tree, default_weight=1) == 3000


def test_without_bodies_none_is_decoded_and_a_document_that_holds_the_address_is_believed():
    held = document(text='<img src="/pictures/large.jpg"><script src="/s.js"></script>')
    script = call("https://www.site.example/s.js", 2, by=PAGE, kind="parser", what="script", mime="text/javascript", text='const base = "https://img.example/thumbs/";')
    addresses = ("https://www.site.example/pictures/large.jpg", "https://img.example/thumbs/a1.jpg", "https://nowhere.example/b2.jpg")
    pictures = [call(url, 5 + n, by=PAGE, kind="parser") for n, url in enumerate(addresses)]
    late = call("https://www.site.example/late.js", 50, by=PAGE, kind="parser", what="script", mime="text/javascript", text='const more = "https://img.example/thumbs/a1.jpg";')
    capture = capture_of(held, script, *pictures, late)
    tree = initiator_tree(capture, bodies=True)
    assert causes(tree, 2) == [0] and causes(tree, 3) == [1] and causes(tree, 4) == [0]
    assert tree.edges[0, 2] == {"kind": "parser", "line": 1} and tree.edges[1, 3] == {"kind": "body", "recorded_cause": 0}
    assert tree.edges[0, 4] == {"kind": "parser", "line": 1, "recorded_cause": 0}
    assert causes(initiator_tree(capture), 3) == [0]


def test_an_unknown_cause_is_looked_for_in_the_answers_of_the_same_page_only():
    address = "https://img.example/a/b.jpg"
    lists = [call(f"https://api.example/{page}", ms, by=PAGE, mime="application/json", text=address, page=page) for ms, page in ((5, "page_1"), (9, "page_2"))]
    capture = capture_of(document(), *lists, call(address, 20), pages=("page_1", "page_2"))
    assert causes(initiator_tree(capture), 3) == ["page:page_1"] and initiator_tree(capture, bodies=True).edges[1, 3] == {"kind": "body"}
    capture = capture_of(document(), lists[1], call(address, 20), pages=("page_1", "page_2"))
    assert causes(initiator_tree(capture, bodies=True), 2) == ["page:page_1"]


def test_a_view_knows_its_redirects_and_nothing_of_initiators():
    capture = capture_of(document(), call("https://a.alpha.example/s", 5, by=PAGE, status=302, to="https://b.alpha.example/t"), call("https://b.alpha.example/t", 6), call("https://a.alpha.example/x", 9, by=PAGE))
    tree = initiator_tree(ht.view_as(capture, "third_party:alpha.example"))
    assert causes(tree, 2) == [1] and tree.edges[1, 2]["kind"] == "redirect"
    assert {data["kind"] for *_, data in tree.edges(data=True)} == {"redirect", "unknown"}


def test_a_view_pairs_its_own_preflights():
    api = "https://api.other.example/live"
    asked = [("Access-Control-Request-Method", "POST"), ("Origin", "https://www.site.example")]
    capture = capture_of(document(), call(api, 5, by=PAGE, method="POST"), call(api, 4, method="OPTIONS", what="preflight", status=204, headers=asked))
    tree = initiator_tree(ht.view_as(capture, "third_party:other.example"))
    assert causes(tree, 2) == [1] and tree.edges[1, 2]["kind"] == "preflight"
