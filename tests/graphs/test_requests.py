"""Does each edge say what led to which requests, at every level, and nothing else?"""

import pandas as pd
import pytest
from graphs.calls import PAGE, call, capture_of, document, edges_of
from samples import FILES, SAMPLES

import hartools as ht
from hartools.graphs import EDGE_KINDS, LEVELS, edges_table, nodes_table, request_graph
from hartools.reading.values import split_url

TAG, SYNC, MATCH, API, PIXEL = "https://tags.other.example/t.js", "https://sync.alpha.example/s", "https://match.beta.example/m", "https://api.site.example/live", "https://pixel.other.example/p.gif"


def visit():
    """Return a page, a tag that asks a pixel and a sync that redirects, and a call with its preflight."""
    return capture_of(
        document(text=f'<script src="{TAG}"></script>'),
        call(TAG, 10, by=PAGE, kind="parser", referer=PAGE, what="script", mime="text/javascript"),
        call(PIXEL, 20, stack=[[TAG], ["https://cdn.third.example/async.js", PAGE]], referer=PAGE),
        call(SYNC, 30, stack=[[TAG, "https://cdn.third.example/lib.js"]], referer=PAGE, status=302, to=MATCH),
        call(MATCH, 40, by=SYNC, kind="script", referer=PAGE),
        call(API, 50, by=PAGE, referer=PAGE, method="POST", what="fetch", mime="application/json"),
        call(API, 51, method="OPTIONS", what="preflight", status=204, referer=PAGE, headers=[("Access-Control-Request-Method", "POST"), ("Origin", PAGE.rstrip("/"))]),
        call("https://named.example/x", 60, by=PAGE, kind="preload"),
    )


def test_every_kind_in_the_capture_s_own_fields_has_its_edge():
    www, tags = "www.site.example", "tags.other.example"
    assert edges_of(request_graph(visit())) == sorted([
        (www, tags, "parser"), (www, tags, "referer"), (tags, "pixel.other.example", "script"), (www, "pixel.other.example", "referer"),
        (tags, "sync.alpha.example", "script"), (www, "sync.alpha.example", "referer"), ("sync.alpha.example", "match.beta.example", "redirect"), (www, "match.beta.example", "referer"),
        (www, "api.site.example", "script"), (www, "api.site.example", "preflight"), (www, "api.site.example", "referer"), (www, "named.example", "initiator"),
    ])  # fmt: skip


def test_an_edge_carries_its_requests_its_times_and_what_its_kind_adds():
    graph = request_graph(visit())
    redirect = graph.edges["sync.alpha.example", "match.beta.example", "redirect"]
    assert redirect["entry_ids"] == [3] and redirect["led_to"] == [4] and redirect["weight"] == 1 and redirect["guess"] is False
    assert redirect["first"] == redirect["last"] == pd.Timestamp("2026-03-02T09:00:00.040Z")
    assert graph.edges["www.site.example", "api.site.example", "preflight"]["entry_ids"] == [6]
    # the page is a call of the asynchronous parent; the tag itself is the source and not repeated
    assert graph.edges["tags.other.example", "pixel.other.example", "script"]["stack_hosts"] == ("cdn.third.example", "www.site.example")
    assert graph.edges["tags.other.example", "sync.alpha.example", "script"]["stack_hosts"] == ("cdn.third.example",)
    assert request_graph(visit(), stacks=False).edges["tags.other.example", "sync.alpha.example", "script"]["stack_hosts"] == ()


def test_hosts_of_the_stack_that_are_of_the_source_node_are_not_repeated():
    graph = request_graph(capture_of(document(), call("https://a.example/x", 9, stack=[["https://one.cdn.example/a.js", "https://two.cdn.example/b.js", PAGE]])), level="site")
    assert graph.edges["cdn.example", "a.example", "script"]["stack_hosts"] == ("www.site.example",)


def test_what_leads_to_itself_is_counted_and_no_edge():
    graph = request_graph(visit(), level="site")
    assert all(source != target for source, target in graph.edges())
    assert graph.graph["to_itself"]["site.example"] == {"preflight": [6], "referer": [5, 6], "script": [5]}
    assert graph.nodes["site.example"]["to_itself"] == 4


def test_nodes_say_who_they_are_and_what_became_of_their_requests():
    capture = ht.label_parties(capture_of(document(), call(PIXEL, 5, by=PAGE), call(PIXEL, 6, by=PAGE, status=0), call("https://d1.cloudfront.net/x", 7, by=PAGE)))
    nodes = nodes_table(capture).set_index("node")
    assert nodes.loc["pixel.other.example", ["site", "party", "entries", "attempted", "answered"]].tolist() == ["other.example", "third", 2, 2, 1]
    assert nodes.loc["www.site.example", "party"] == "first" and nodes.loc["pixel.other.example", "first"] == pd.Timestamp("2026-03-02T09:00:00.005Z")
    assert nodes.loc["d1.cloudfront.net", ["site", "operator_domain", "known"]].tolist() == ["d1.cloudfront.net", "cloudfront.net", True]
    assert nodes.loc["www.site.example", "known"] == False and pd.isna(nodes.loc["www.site.example", "owner"])  # noqa: E712


def test_levels_put_hosts_together():
    capture = capture_of(document(), call("https://d1.cloudfront.net/x", 7, by=PAGE), call("https://d2.cloudfront.net/x", 8, by=PAGE))
    assert set(request_graph(capture, level="site")) == {"site.example", "d1.cloudfront.net", "d2.cloudfront.net"}
    operators = request_graph(capture, level="operator")
    assert operators.nodes["cloudfront.net"]["hosts"] == ["d1.cloudfront.net", "d2.cloudfront.net"] and operators.nodes["cloudfront.net"]["site"] is None
    organisations = request_graph(capture, level="organisation")
    [amazon] = set(organisations) - {"site.example"}
    assert "Amazon" in amazon and organisations.nodes[amazon]["known"] and not organisations.nodes["site.example"]["known"]


@pytest.mark.parametrize("labelled", [False, True])
def test_an_organisation_is_the_ultimate_parent_labelled_or_not(labelled):
    capture = capture_of(document(), call("https://www.google-analytics.com/collect", 7, by=PAGE), call("https://www.youtube.com/embed", 8, by=PAGE))
    capture = ht.label_owners(capture) if labelled else capture
    assert request_graph(capture).nodes["www.youtube.com"]["owner"] != request_graph(capture).nodes["www.google-analytics.com"]["owner"]
    nodes = request_graph(capture, level="organisation").nodes
    assert len(nodes) == 2 and [data["hosts"] for _, data in nodes(data=True) if data["known"]] == [["www.google-analytics.com", "www.youtube.com"]]


def test_an_organisation_that_was_visited_is_the_first_party_whichever_host_comes_first():
    entries = ht.label_parties(capture_of(call("https://static.site.example/x", 0, by=PAGE), document(ms=5))).entries
    entries.loc[0, ["party", "owner"]], entries.loc[1, "owner"] = ["third", "Site Ltd"], "Site Ltd"
    nodes = nodes_table(capture_of(document()).with_tables(entries=entries), level="organisation").set_index("node")
    assert nodes.loc["Site Ltd", "party"] == "first" and nodes.loc["Site Ltd", "known"]


@pytest.mark.parametrize("level", LEVELS)
def test_tables_and_graph_say_the_same(level):
    capture = ht.label_parties(visit())
    graph, nodes, edges = request_graph(capture, level=level), nodes_table(capture, level=level), edges_table(capture, level=level)
    assert list(graph) == nodes.node.tolist() == sorted(graph)
    assert list(edges[["source", "target", "kind"]].itertuples(index=False, name=None)) == list(graph.edges(keys=True))
    assert edges.entry_ids.tolist() == [ids for _, _, ids in graph.edges(data="entry_ids")] and edges.weight.tolist() == [len(ids) for ids in edges.entry_ids]
    assert nodes.to_itself.tolist() == [count for _, count in graph.nodes(data="to_itself")]


def by_hand(capture):
    """Return the edges of hosts, one request after the other, as the docstring of request_graph says them."""
    entries = capture.entries.astype(object).where(capture.entries.notna(), None)
    rows = {row.entry_id: row for row in entries.itertuples()}
    found = {}

    def add(source, row, kind, entry_id):
        if source and row.host and source != row.host:
            found.setdefault((source, row.host, kind), []).append(entry_id)

    def host(url):
        return split_url(url)[2] if url else None

    def cause(row):
        return rows[row.redirect_from].host if row.redirect_from is not None else host(row.initiator_url)

    for row in rows.values():
        add(host(row.referer), row, "referer", row.entry_id)
        if row.redirect_from is not None:
            add(rows[row.redirect_from].host, row, "redirect", row.redirect_from)
        elif row.initiator_type == "preflight":
            twin = rows.get(row.initiator_entry)
            add(twin and (cause(twin) or twin.host), row, "preflight", row.entry_id)
        else:
            add(host(row.initiator_url), row, row.initiator_type if row.initiator_type in ("script", "parser") else "initiator", row.entry_id)
    led = {row.redirect_from for row in rows.values()}
    for row in rows.values():
        if row.redirect_to and row.entry_id not in led and row.host and host(row.redirect_to) not in (None, row.host):
            found.setdefault((row.host, host(row.redirect_to), "redirect"), []).append(row.entry_id)
    return {edge: sorted(ids) for edge, ids in found.items()}


@pytest.mark.parametrize("name", FILES)
def test_every_sample_s_edges_are_those_that_one_finds_by_hand(name):
    capture = ht.read_har(SAMPLES / name)
    assert {(source, target, kind): ids for source, target, kind, ids in request_graph(capture).edges(keys=True, data="entry_ids")} == by_hand(capture)


def test_a_redirect_that_nothing_followed_leads_to_a_host_that_was_never_asked():
    graph = request_graph(capture_of(document(), call(SYNC, 5, status=302, to=MATCH)))
    assert graph.edges["sync.alpha.example", "match.beta.example", "redirect"]["entry_ids"] == [1]
    assert graph.edges["sync.alpha.example", "match.beta.example", "redirect"]["led_to"] == []
    assert graph.nodes["match.beta.example"]["entries"] == 0 and graph.nodes["match.beta.example"]["party"] == "unknown"


def test_a_redirect_to_itself_that_nothing_followed_says_nothing_of_its_own_cause():
    graph = request_graph(capture_of(document(), call(SYNC, 5, by=PAGE, status=302, to="https://sync.alpha.example/other")))
    assert graph.nodes["sync.alpha.example"]["to_itself"] == 0 and graph.graph["to_itself"] == {}


def test_only_the_kinds_asked_for_are_there_and_their_hosts():
    graph = request_graph(visit(), kinds=["redirect"])
    assert edges_of(graph) == [("sync.alpha.example", "match.beta.example", "redirect")] and graph.graph["kinds"] == ["redirect"]
    lonely = capture_of(call("https://a.example/x", 1, referer="https://only-named.example/"))
    assert "only-named.example" in request_graph(lonely) and "only-named.example" not in request_graph(lonely, kinds="redirect")


def test_an_unknown_level_or_kind_is_refused_and_the_right_ones_are_named():
    with pytest.raises(ValueError, match="host, site, operator, organisation"):
        request_graph(visit(), level="company")
    with pytest.raises(ValueError, match=r"telepathy.*script, parser"):
        request_graph(visit(), kinds=["telepathy"])


ADDRESS = "https://found.example/w_160,h_160/picture.jpg?a=1&b=2"
SPELLINGS = {
    "as it is": f'<img src="{ADDRESS.replace("&", "&amp;")}">',
    "in JSON": '{"image": "' + ADDRESS.replace("/", "\\/") + '"}',
    "in JSON with codes": '{"image": "' + ADDRESS.replace("/", "\\u002F").replace("&", "\\u0026") + '"}',
    "without a scheme": f"url({ADDRESS.removeprefix('https:')})",
    "as a parameter": "/go?to=https%3A%2F%2Ffound.example%2Fw_160%2Ch_160%2Fpicture.jpg%3Fa%3D1%26b%3D2",
    "in a list of sizes": f"{ADDRESS}, {ADDRESS} 2x",
}


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_an_address_that_stood_in_an_earlier_answer_is_found_in_any_spelling(spelling):
    api = call("https://api.other.example/list", 5, by=PAGE, mime="application/json", text=SPELLINGS[spelling])
    capture = capture_of(document(), api, call(ADDRESS, 20, by=PAGE))
    edge = request_graph(capture, kinds="all").edges["api.other.example", "found.example", "body"]
    assert edge["entry_ids"] == [2] and edge["found_in"] == [1]
    assert not [kind for *_, kind in request_graph(capture).edges(keys=True) if kind == "body"]


def test_an_answer_that_came_later_or_a_picture_does_not_count():
    late = call("https://api.other.example/list", 30, by=PAGE, mime="application/json", text=ADDRESS)
    picture = call("https://pictures.example/x", 5, by=PAGE, text=ADDRESS)
    assert edges_of(request_graph(capture_of(document(), picture, call(ADDRESS, 20, by=PAGE), late), kinds="body")) == []


def test_of_several_answers_the_last_before_the_request_counts():
    answers = [call(f"https://api{n}.other.example/", ms, by=PAGE, mime="text/plain", text=ADDRESS) for n, ms in enumerate((5, 15, 40))]
    assert edges_of(request_graph(capture_of(document(), *answers, call(ADDRESS, 20, by=PAGE)), kinds="body")) == [("api1.other.example", "found.example", "body")]


def test_the_guess_from_time_is_only_made_where_nothing_else_is_known_and_says_so():
    entries = [document(), call(TAG, 10, by=PAGE, kind="parser", what="script", mime="text/javascript"), call("https://unexplained.example/x", 40), call(PIXEL, 41, referer=PAGE)]
    graph = request_graph(capture_of(*entries), kinds="all")
    guesses = [(source, target, data["guess"]) for source, target, kind, data in graph.edges(keys=True, data=True) if kind == "time"]
    assert guesses == [("tags.other.example", "unexplained.example", True)]
    assert all(data["guess"] == (kind == "time") for *_, kind, data in graph.edges(keys=True, data=True))
    assert "time" not in {kind for *_, kind in request_graph(capture_of(*entries)).edges(keys=True)}


def test_the_guess_waits_for_the_answer_and_stays_on_its_page():
    slow = call(TAG, 10, by=PAGE, kind="parser", what="script", mime="text/javascript", took=100)
    other = call("https://elsewhere.example/x", 200, page="page_2")
    graph = request_graph(capture_of(document(), slow, call("https://unexplained.example/x", 40), other, pages=("page_1", "page_2")), kinds="time")
    assert edges_of(graph) == [("www.site.example", "unexplained.example", "time")]


def test_a_view_links_its_own_redirects_and_has_no_initiators():
    capture = capture_of(document(), call("https://a.alpha.example/s", 5, by=PAGE, referer=PAGE, status=302, to="https://b.alpha.example/t"), call("https://b.alpha.example/t", 6, referer=PAGE))
    graph = request_graph(ht.view_as(capture, "third_party:alpha.example"), kinds="all")
    assert ("a.alpha.example", "b.alpha.example", "redirect") in graph.edges
    assert graph.edges["a.alpha.example", "b.alpha.example", "redirect"]["led_to"] == [2]
    assert {kind for *_, kind in graph.edges(keys=True)} <= {"redirect", "referer", "body", "time"}


def test_hosts_are_read_from_odd_addresses_as_everywhere_else():
    capture = capture_of(document(), call("https://a.example/x", 5, by="https://User@B.example:8443\\x/y.js"), call("https://a.example/x", 6, by="about:blank"), call("data:image/gif;base64,AA", 7, by=PAGE))
    expected = split_url("https://User@B.example:8443\\x/y.js")[2]
    assert {source for source, target in request_graph(capture).edges()} == ({expected} if expected else set())


def test_an_empty_capture_has_an_empty_graph():
    capture = visit()
    empty = capture.with_tables(entries=capture.entries.head(0), stacks=capture.stacks.head(0))
    for level in LEVELS:
        assert len(request_graph(empty, level=level, kinds="all")) == 0
        assert len(nodes_table(empty, level=level)) == len(edges_table(empty, level=level)) == 0


def test_the_caller_s_tables_stay_as_they_were():
    capture = visit()
    before = capture.entries.copy()
    request_graph(capture, level="organisation", kinds="all")
    pd.testing.assert_frame_equal(capture.entries, before)


def test_every_kind_says_what_it_rests_on():
    assert list(EDGE_KINDS) == ["script", "parser", "initiator", "redirect", "preflight", "referer", "body", "time"] and "guess" in EDGE_KINDS["time"]
