"""Does every request flow through all four layers, and is what is not known a stream of its own?"""

import pandas as pd
import pytest
from plots.busy_hars import busy, document, entry, har, visits
from plots.label_boxes import texts

import hartools as ht
from hartools.plots import alt_text, caption, plot_flow
from hartools.plots.layers import layers_of, ribbons_of

HOME = "https://www.first.example/"


def streams(hosts):
    return pd.DataFrame({"visited": "site.example", "host": [f"h{n}.example" for n in range(hosts)], "organisation": [f"o{n % 20}" if n % 3 else "unknown" for n in range(hosts)],
                         "country": [f"C{n % 4}" if n % 3 else "unknown" for n in range(hosts)], "weight": [1 + n % 5 for n in range(hosts)]})  # fmt: skip


def test_a_request_flows_from_the_site_over_host_and_organisation_to_the_country():
    ax = plot_flow(ht.read_har(har([document(), entry("https://res.cloudinary.com/x", by=HOME)])))
    shown = texts(ax)
    assert "first.example · 1" in shown and "res.cloudinary.com · 1" in shown and sum(text.startswith("Cloudinary") for text in shown) == 1 and "US · 1" in shown


def test_an_unknown_owner_is_a_stream_named_so_and_hatched():
    ax = plot_flow(ht.read_har(har([document(), entry("https://who.invented.example/x", by=HOME)])))
    assert texts(ax).count("unknown · 1") == 2 and "names no owner" in caption(ax)
    assert any(patch.get_hatch() for patch in ax.patches)
    assert "none went to an organisation" in ax.get_title(loc="left")


@pytest.mark.parametrize("hosts", [1, 12, 13, 14, 40, 300])
def test_no_layer_has_more_than_its_streams_and_none_of_the_weight_is_lost(hosts):
    table = streams(hosts)
    layers = layers_of(table, most=12, row=0.2)
    for column, layer in zip(("visited", "host", "organisation", "country"), layers, strict=True):
        assert len([name for name in layer.names if name not in ("unknown", "others")]) <= 13 and sum(layer.weights.values()) == table.weight.sum()
        assert len(layer.names) - ("unknown" in layer.names) <= 13
        assert layer.folded == table[column].nunique() - len([name for name in layer.names if name != "others"])


def test_labels_have_their_row_and_nodes_do_not_meet():
    for layer in layers_of(streams(300), most=12, row=0.2):
        spans = [layer.span(name) for name in layer.names]
        middles = [(top + end) / 2 for top, end in spans]
        assert all(b - a > 0.199 for a, b in zip(middles, middles[1:], strict=False)) and all(a[1] < b[0] for a, b in zip(spans, spans[1:], strict=False))


def test_ribbons_fill_both_ends_exactly():
    table = streams(60)
    layers = layers_of(table, most=12, row=0.2)
    ribbons = ribbons_of(table, layers)
    for number in range(3):
        for side, layer in (("left", layers[number]), ("right", layers[number + 1])):
            for name in layer.names:
                top, end = layer.span(name)
                inside = sorted((getattr(each, side), getattr(each, side) + each.high) for each in ribbons if each.layer == number and top - 1e-9 <= getattr(each, side) < end - 1e-9)
                assert inside[0][0] == pytest.approx(top) and inside[-1][1] == pytest.approx(end)
                assert all(a[1] == pytest.approx(b[0]) for a, b in zip(inside, inside[1:], strict=False))


def test_each_site_visited_has_its_stream_and_weights_can_be_hosts():
    capture = visits(3)
    assert {"site0.example · 3", "site1.example · 4", "site2.example · 5"} <= set(texts(plot_flow(capture)))
    ax = plot_flow(busy(60), weight="hosts")
    assert "59 third-party hosts" in ax.get_title(loc="left") and "59 third-party hosts" in alt_text(ax)


def test_a_weight_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="entries"):
        plot_flow(busy(5), weight="bytes")


def test_where_nothing_is_a_third_party_that_is_said():
    bare = [{"request": {"url": f"https://{name}.example/"}, "response": {"status": 200}} for name in "ab"]
    assert "not known" in alt_text(plot_flow(ht.read_har(har(bare, pages=[]))))
    assert "no third party" in alt_text(plot_flow(ht.read_har(har([document()]))))


def test_a_file_that_does_not_tell_is_left_out_and_said():
    told, untold = har([document(), entry("https://t.example/", by=HOME)]), har([{"request": {"url": f"https://{name}.example/"}} for name in "xy"], pages=[])
    ax = plot_flow(ht.read_har([told, untold]))
    assert "first.example · 1" in texts(ax) and "1 file that does not tell" in caption(ax)


def test_a_view_does_not_tell_who_a_third_party_is():
    view = ht.view_as(ht.read_har(ht.example_har()), "third_party:cloudinary.com")
    assert "not known" in alt_text(plot_flow(view))
