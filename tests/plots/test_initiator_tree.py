"""Does the tree say who brought whom in, and fold what is too much?"""

import networkx as nx
import pytest
from plots.busy_hars import busy, document, entry, har
from plots.label_boxes import texts

import hartools as ht
from hartools.plots import alt_text, caption, plot_initiator_tree
from hartools.plots.host_tree import host_groups, tree_rows

HOME = "https://www.first.example/"


def chain(hosts):
    """Return a capture in which each host's script brings in the next host's."""
    urls = [HOME, *(f"https://h{n}.example/x.js" for n in range(hosts))]
    return ht.read_har(har([document(), *(entry(url, at=100 * n, by=urls[n - 1]) for n, url in enumerate(urls[1:], 1))]))


def test_a_host_stands_under_the_one_that_brought_it_in():
    ax = plot_initiator_tree(chain(2))
    assert texts(ax) == ["www.first.example · 1 (+2)", "h0.example · 1 (+1)", "h1.example · 1"]
    x = [text.get_position()[0] for text in ax.texts]
    assert x == sorted(x) and len(set(x)) == 3
    assert ax.get_title(loc="left") == "1 of 2 third-party hosts was brought in by another third party"


def test_requests_to_one_host_under_one_parent_are_one_row():
    urls = [f"https://a.example/{n}" for n in range(200)]
    ax = plot_initiator_tree(ht.read_har(har([document(), *(entry(url, at=n, by=HOME) for n, url in enumerate(urls))])))
    assert texts(ax) == ["www.first.example · 1 (+200)", "a.example · 200"]


def test_a_host_brought_in_by_two_stands_under_each():
    a, b = "https://a.example/a.js", "https://b.example/b.js"
    ax = plot_initiator_tree(ht.read_har(har([document(), entry(a, by=HOME, at=10), entry(b, by=HOME, at=20), entry("https://c.example/1", by=a, at=30), entry("https://c.example/2", by=b, at=40)])))
    assert sum(text.startswith("c.example") for text in texts(ax)) == 2


def test_a_long_chain_is_folded_and_counted():
    ax = plot_initiator_tree(chain(9))
    assert len(texts(ax)) == 3 and "… 8 hosts more, one after another …" in texts(ax) and texts(ax)[-1] == "h8.example · 1"
    assert "up to 9 hosts from the page" in ax.get_title(loc="left") and "folded into one row" in caption(ax)


def test_a_redirect_has_a_line_of_its_own():
    ax = plot_initiator_tree(ht.read_har(har([document(), entry("https://a.example/x", by=HOME, at=10, status=302, to="https://b.example/y"), entry("https://b.example/y", at=20)])))
    assert {"caused by its page or script", "redirected"} <= {text.get_text() for text in ax.get_legend().get_texts()}
    assert "b.example · 1" in texts(ax)


@pytest.mark.parametrize("most", [5, 12, 50])
def test_no_more_rows_than_asked_for_and_none_of_the_requests_lost(most):
    capture = busy(150)
    ax = plot_initiator_tree(capture, most=most)
    assert len(texts(ax)) <= most
    assert f"{len(capture.entries):,} requests" in alt_text(ax)


def test_a_hidden_hosts_requests_are_in_the_count_of_its_parent():
    tree = nx.DiGraph([("page", n, {"kind": "script"}) for n in range(10)])
    nx.set_node_attributes(tree, {n: {"what": "entry", "host": f"h{n // 2}.example"} for n in range(10)} | {"page": {"what": "page", "host": "p.example"}})
    [root] = host_groups(tree)
    rows = tree_rows([root], most=3)
    assert [row.what for row in rows] == ["host", "host", "rest"] and sum(group.total for group in rows[2].hidden) == 8


def test_a_chain_as_long_as_the_file_does_no_harm():
    ax = plot_initiator_tree(chain(3000))
    assert len(texts(ax)) == 3


def test_a_capture_without_causes_says_so():
    bare = [{"request": {"url": f"https://{name}.example/"}, "response": {"status": 200}} for name in "ab"]
    ax = plot_initiator_tree(ht.read_har(har(bare, pages=[])))
    assert ax.get_title(loc="left") == "Nothing to draw" and "does not say what caused" in alt_text(ax)
