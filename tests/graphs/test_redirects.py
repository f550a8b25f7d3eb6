"""Are chains of redirects whole, in order, and finite?"""

import networkx as nx
import pandas as pd
import pytest
from graphs.calls import PAGE, call, capture_of, document
from samples import FILES, SAMPLES

import hartools as ht
from hartools.graphs import redirect_chains, redirect_graph

A, B, C = "https://a.example/1", "https://b.example/2?uid=0123456789abcdef", "https://c.example/3"


def chain():
    return capture_of(document(), call(A, 5, by=PAGE, status=302, to=B), call(C, 30), call(B, 10, status=307, to=C))


def test_a_chain_is_listed_from_its_first_request_to_where_it_ended():
    table = redirect_chains(chain())
    assert table[["chain", "hop", "entry_id", "host", "status"]].values.tolist() == [[1, 0, 1, "a.example", 302], [1, 1, 3, "b.example", 307], [1, 2, 2, "c.example", 200]]
    assert table.followed.tolist()[:2] == [True, True] and pd.isna(table.followed[2]) and pd.isna(table.target[2])
    assert table.target[1] == C and table.target[0] == table.url[1]


def test_secrets_in_addresses_are_masked_unless_revealed():
    secret = "https://b.example/2?token=0123456789abcdef"
    capture = capture_of(document(), call(A, 5, status=302, to=secret), call(secret, 9))
    assert "0123456789abcdef" not in redirect_chains(capture).to_csv() and "0123456789abcdef" in redirect_chains(capture, reveal=True).to_csv()


def test_a_redirect_that_nothing_followed_ends_its_chain_and_says_so():
    capture = capture_of(document(), call(A, 5, status=302, to=B))
    table = redirect_chains(capture)
    assert table.followed.tolist() == [False] and table.target.notna().all()
    graph = redirect_graph(capture)
    assert list(graph.edges(data="followed")) == [(1, f"url:{B}", False)] and graph.nodes[f"url:{B}"]["host"] == "b.example"


def test_the_graph_has_the_same_hops():
    graph = redirect_graph(chain())
    assert list(graph.edges(data="status")) == [(1, 3, 302), (3, 2, 307)] and {data["kind"] for *_, data in graph.edges(data=True)} == {"redirect"}
    assert graph.nodes[1]["label"] == "a.example/1"


@pytest.mark.parametrize("name", FILES)
def test_each_identifier_exchange_of_the_samples_is_a_chain_of_two(name):
    capture = ht.read_har(SAMPLES / name)
    table = redirect_chains(capture)
    assert {tuple(group.host) for _, group in table.groupby("chain")} == {("sync.regie-alpha.example", "match.data-beta.example")}
    assert table.chain.nunique() == (capture.entries.host == "sync.regie-alpha.example").sum()


@pytest.mark.parametrize("links", [[1, 0], [1, 2, 0], [None, None, 1], [None, 0, 0]])
def test_circles_and_forks_of_a_hostile_file_end(links):
    capture = capture_of(*(call(f"https://h{n}.example/", n) for n in range(len(links))))
    entries = capture.entries
    entries["redirect_from"] = pd.array(links, dtype="int64[pyarrow]")
    capture = capture.with_tables(entries=entries)
    table = redirect_chains(capture)
    assert table.entry_id.is_unique and len(redirect_graph(capture)) <= len(links)


def test_a_capture_without_redirects_has_none():
    assert len(redirect_chains(capture_of(document()))) == 0 and len(redirect_graph(capture_of(document()))) == 0
    assert isinstance(redirect_graph(capture_of(document())), nx.DiGraph)
