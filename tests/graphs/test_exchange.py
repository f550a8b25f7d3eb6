"""Do Gephi, R and yEd get files that they can open, whatever is in the graph, and always the same bytes?"""

import csv
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta, timezone

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from graphs.calls import PAGE, call, capture_of, document
from samples import ROOT, SAMPLES

import hartools as ht
from hartools.graphs import initiator_tree, redirect_graph, request_graph, write_csv, write_gexf, write_graph, write_graphml
from hartools.graphs.plain_graph import PARTY_COLOURS, PARTY_SHAPES
from hartools.plots.style import PARTY_COLORS, PARTY_MARKERS

SAMPLE = SAMPLES / "oncologue-paris.chrome-sensitive.har"
GEXF, VIZ, GRAPHML, YED = "{http://gexf.net/1.3}", "{http://gexf.net/1.3/viz}", "{http://graphml.graphdrawing.org/xmlns}", "{http://www.yworks.com/xml/graphml}"


def sample_graphs():
    capture = ht.label_parties(ht.read_har(SAMPLE))
    return {"requests": request_graph(capture, kinds="all"), "organisations": request_graph(capture, level="organisation"), "initiators": initiator_tree(capture, bodies=True), "redirects": redirect_graph(capture)}


GRAPHS = sample_graphs()

# What stopped networkx's writers, or made files that nothing reads.
VALUES = {
    "none": (None, None), "unknown": (pd.NA, None), "no time": (pd.NaT, None), "no number": (float("nan"), None), "endless": (float("inf"), None), "list": (["b", None, "a", 2], "b; a; 2"),
    "empty": ([], None), "set": ({"b", "a"}, "a; b"), "mapping": ({"k": [1, 2], "l": None}, "k: 1; 2; l: "), "truth": (np.bool_(True), True), "number": (np.int64(7), 7), "fraction": (np.float32(0.5), 0.5),
    "time": (pd.Timestamp("2026-03-02T10:00:00.5", tz="Europe/Paris"), "2026-03-02T09:00:00.500Z"), "naive": (datetime(2026, 3, 2, 9), "2026-03-02T09:00:00.000Z"), "day": (date(2026, 3, 2), "2026-03-02"),
    "numpy time": (np.datetime64("2026-03-02T09:00"), "2026-03-02T09:00:00.000Z"), "zone": (datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=-5))), "2026-03-02T14:00:00.000Z"),
    "bytes": (b"\x00\x01", "2 bytes"), "control": ("a\x00\x1b\x0bb", "a\\u0000\\u001b\\u000bb"), "lines": ("a\nb\tc\r", "a\\u000ab\\u0009c\\u000d"), "surrogate": ("\ud83d!", "\\ud83d!"), "not a character": ("\ufffe\uffff", "\\ufffe\\uffff"),
    "markup": ("<b>&\"'</b>]]>", "<b>&\"'</b>]]>"), "page": ("<html><img src='//evil.example'>", " <html><img src='//evil.example'>"), "letters": ("é 漢 😀", "é 漢 😀"), "huge": (2**70, str(2**70)),
    "secret": ("https://a.example/?token=0123456789abcdef", "https://a.example/?token=0123…(16 characters, #9f9f51)"),
}  # fmt: skip


def hostile():
    """Return a graph with every odd value, as attribute, as name of a node, and as name of an attribute."""
    graph = nx.MultiDiGraph(level="host")
    for name, (value, _) in VALUES.items():
        graph.add_node(name, **{name: value})
        graph.add_edge("none", name, key=name, **{name: value})
    for name in ("a\x00b", "<html>", "\ud83d", "", 3, ("x", 1)):
        graph.add_edge(name, "none", weight=2)
    graph.add_node("mixed", several=1, **{"a\x00": "x", "a\\u0000": "y"})
    graph.add_node("mixed too", several="one")
    return graph


def by_label(graph):
    return {data["label"]: data for _, data in graph.nodes(data=True)}


@pytest.mark.parametrize("name", sorted(VALUES))
@pytest.mark.parametrize("suffix", ["gexf", "graphml"])
def test_odd_values_are_left_out_or_written_so_that_they_are_read_again(tmp_path, name, suffix):
    [path] = write_graph(hostile(), tmp_path / f"odd.{suffix}")
    read, expected = (nx.read_gexf if suffix == "gexf" else nx.read_graphml)(path), VALUES[name][1]
    [edge] = [data for source, target, data in read.edges(data=True) if (source, target) == ("none", name)]
    for data in (read.nodes[name], edge):
        assert data.get(name) == expected


@pytest.mark.parametrize("suffix", ["gexf", "graphml"])
def test_names_are_never_empty_and_never_two_alike(tmp_path, suffix):
    [path] = write_graph(hostile(), tmp_path / f"odd.{suffix}")
    read = (nx.read_gexf if suffix == "gexf" else nx.read_graphml)(path)
    assert len(read) == len(hostile()) and read.number_of_edges() == hostile().number_of_edges() and "" not in read
    assert read.nodes["mixed"]["several"] == "1" and read.nodes["mixed too"]["several"] == "one"  # one type per attribute
    assert {read.nodes["mixed"]["a\\u0000"], read.nodes["mixed"]["a\\u0000 (2)"]} == {"x", "y"}


@pytest.mark.parametrize("name", sorted(GRAPHS))
@pytest.mark.parametrize("suffix", ["gexf", "graphml"])
def test_what_is_read_back_is_what_was_there(tmp_path, name, suffix):
    graph = GRAPHS[name]
    [path] = write_graph(graph, tmp_path / f"map.{suffix}")
    read = (nx.read_gexf if suffix == "gexf" else nx.read_graphml)(path)
    assert read.is_directed() and len(read) == len(graph) and read.number_of_edges() == graph.number_of_edges()
    assert sorted(data["kind"] for *_, data in read.edges(data=True)) == sorted(data["kind"] for *_, data in graph.edges(data=True))
    if name in ("requests", "organisations"):
        assert set(read) == set(graph) and read.is_multigraph()
        for node, data in graph.nodes(data=True):
            assert read.nodes[node]["entries"] == data["entries"] and read.nodes[node]["party"] == data["party"] and read.nodes[node]["known"] == data["known"]
        weights = {(source, target, data["kind"]): data["weight"] for source, target, data in read.edges(data=True)}
        assert weights == {(source, target, kind): weight for source, target, kind, weight in graph.edges(keys=True, data="weight")}


@pytest.mark.parametrize("graph", [*GRAPHS.values(), hostile(), nx.DiGraph(), nx.Graph([(2, 1)])], ids=[*GRAPHS, "hostile", "empty", "undirected"])
def test_gexf_has_the_shape_that_gephi_needs(tmp_path, graph):
    root = ET.parse(write_gexf(graph, tmp_path / "map.gexf")).getroot()
    assert root.tag == f"{GEXF}gexf" and root.get("version") == "1.3" and [child.tag for child in root] == [f"{GEXF}meta", f"{GEXF}graph"]
    assert "lastmodifieddate" not in root[0].attrib and root[0].find(f"{GEXF}creator").text == "hartools"
    [inner] = root.findall(f"{GEXF}graph")
    assert inner.get("defaultedgetype") == ("directed" if graph.is_directed() else "undirected") and inner.get("mode") in ("static", "dynamic")
    assert [child.tag.removeprefix(GEXF) for child in inner if child.tag != f"{GEXF}attributes"] == ["nodes", "edges"] and [child.tag for child in inner][-2:] == [f"{GEXF}nodes", f"{GEXF}edges"]
    declared = {attribute.get("id"): attribute.get("type") for attribute in inner.iter(f"{GEXF}attribute")}
    assert set(declared.values()) <= {"boolean", "long", "double", "string"}
    nodes, edges = inner.findall(f"{GEXF}nodes/{GEXF}node"), inner.findall(f"{GEXF}edges/{GEXF}edge")
    names = [node.get("id") for node in nodes]
    assert len(set(names)) == len(names) == graph.number_of_nodes() and all(node.get("label") for node in nodes)
    assert len({edge.get("id") for edge in edges}) == len(edges) == graph.number_of_edges()
    assert {edge.get(end) for edge in edges for end in ("source", "target")} <= set(names)
    for element in (*nodes, *edges):
        values = element.findall(f"{GEXF}attvalues/{GEXF}attvalue")
        assert {value.get("for") for value in values} <= set(declared) and len({value.get("for") for value in values}) == len(values)
        assert all(float(value.get("value")) is not None for value in values if declared[value.get("for")] in ("long", "double"))
        assert inner.get("mode") == "dynamic" or not element.get("start")
    for node in nodes:
        assert set(node.find(f"{VIZ}color").attrib) == {"r", "g", "b"} and list(node.find(f"{VIZ}size").attrib) == ["value"]
        assert node.find(f"{VIZ}shape").get("value") in ("disc", "square", "triangle", "diamond")
    assert all(float(edge.get("weight")) and float(edge.find(f"{VIZ}thickness").get("value")) > 0 for edge in edges)


def test_parallel_edges_differ_by_kind_which_keeps_gephi_from_merging_them(tmp_path):
    edges = list(ET.parse(write_gexf(GRAPHS["requests"], tmp_path / "map.gexf")).getroot().iter(f"{GEXF}edge"))
    assert len({(edge.get("source"), edge.get("target"), edge.get("kind")) for edge in edges}) == len(edges) > len({(edge.get("source"), edge.get("target")) for edge in edges})


def test_gexf_times_span_what_a_node_was_asked_and_what_it_led_to(tmp_path):
    capture = capture_of(document(), call("https://a.example/x", 50, by=PAGE), call("https://a.example/y", 90, by=PAGE))
    root = ET.parse(write_gexf(request_graph(capture), tmp_path / "map.gexf")).getroot()
    times = {node.get("label"): (node.get("start"), node.get("end")) for node in root.iter(f"{GEXF}node")}
    assert times == {"www.site.example": ("2026-03-02T09:00:00.000Z", "2026-03-02T09:00:00.090Z"), "a.example": ("2026-03-02T09:00:00.050Z", "2026-03-02T09:00:00.090Z")}
    assert root.find(f"{GEXF}graph").get("timeformat") == "date"


def test_party_and_requests_can_be_seen(tmp_path):
    root = ET.parse(write_gexf(GRAPHS["requests"], tmp_path / "map.gexf")).getroot()
    looks = {node.get("label"): (node.find(f"{VIZ}shape").get("value"), float(node.find(f"{VIZ}size").get("value"))) for node in root.iter(f"{GEXF}node")}
    assert looks["www.medirendezvous.example"][0] == "square" and looks["res.cloudinary.com"][0] == "disc" and looks["res.cloudinary.com"][1] > looks["www.facebook.com"][1]
    assert PARTY_COLOURS == PARTY_COLORS and {party: {"square": "s", "disc": "o", "diamond": "D"}[shape] for party, shape in PARTY_SHAPES.items()} == PARTY_MARKERS


@pytest.mark.parametrize("graph", [*GRAPHS.values(), hostile(), nx.DiGraph()], ids=[*GRAPHS, "hostile", "empty"])
@pytest.mark.parametrize("yed", [True, False])
def test_graphml_has_the_shape_that_yed_and_igraph_need(tmp_path, graph, yed):
    root = ET.parse(write_graphml(graph, tmp_path / "map.graphml", yed=yed)).getroot()
    keys = {key.get("id"): key for key in root.findall(f"{GRAPHML}key")}
    typed = {name: key for name, key in keys.items() if "yfiles.type" not in key.attrib}
    assert all({"id", "for", "attr.name", "attr.type"} == set(key.attrib) and key.get("attr.type") in ("boolean", "long", "double", "string") for key in typed.values())
    assert len(keys) - len(typed) == (2 if yed else 0) and not {"d3", "d7"} & set(keys)  # Gephi's names for the labels of yEd
    [inner] = root.findall(f"{GRAPHML}graph")
    nodes, edges = inner.findall(f"{GRAPHML}node"), inner.findall(f"{GRAPHML}edge")
    names = [node.get("id") for node in nodes]
    assert len(set(names)) == len(names) == len(graph) and len({edge.get("id") for edge in edges}) == len(edges) == graph.number_of_edges()
    assert {edge.get(end) for edge in edges for end in ("source", "target")} <= set(names)
    assert {data.get("key") for data in inner.iter(f"{GRAPHML}data")} <= set(keys)
    labels = [label.text for label in inner.iter(f"{YED}NodeLabel")]
    assert len(labels) == (len(graph) if yed else 0) and all(labels) and not any(label.lower().startswith("<html>") for label in labels)
    assert len({(place.get("x"), place.get("y")) for place in inner.iter(f"{YED}Geometry")}) == len(labels)


def cells(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_csv_joins_up_and_has_the_columns_of_r_and_of_gephi(tmp_path, name):
    nodes, edges = (cells(path) for path in write_csv(GRAPHS[name], tmp_path / "map"))
    assert len(nodes) == len(GRAPHS[name]) and len(edges) == GRAPHS[name].number_of_edges()
    assert list(nodes[0])[:2] == ["Id", "Label"] and list(edges[0])[:7] == ["from", "to", "Source", "Target", "Type", "id", "weight"]
    assert {edge[end] for edge in edges for end in ("from", "to")} <= {node["Id"] for node in nodes}
    assert all((edge["from"], edge["to"]) == (edge["Source"], edge["Target"]) and edge["Type"] == "Directed" and edge["kind"] for edge in edges)
    table = pd.read_csv(tmp_path / "map" / "edges.csv")
    assert table.weight.dtype == "int64" and len({column.lower() for column in table}) == len(table.columns)


FORMULAS = ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_is_calculated(tmp_path, text):
    graph = nx.DiGraph()
    graph.add_edge(text, "'" + text, **{text: text, "below": -1})
    nodes, edges = write_csv(graph, tmp_path / "map")
    with nodes.open(encoding="utf-8", newline="") as one, edges.open(encoding="utf-8", newline="") as two:
        found = [cell for row in (*csv.reader(one), *csv.reader(two)) for cell in row]
    assert "-1" in found and [cell for cell in found if cell and cell != "-1" and cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == []
    assert len({row["Id"] for row in cells(nodes)}) == 2 and {cells(edges)[0]["from"], cells(edges)[0]["to"]} == {row["Id"] for row in cells(nodes)}


def test_a_column_that_gephi_would_take_for_its_own_is_renamed(tmp_path):
    nodes, edges = write_csv(nx.DiGraph([(1, 2, {"source": "x", "TYPE": "y"})]), tmp_path / "map")
    assert cells(edges)[0]["source (attribute)"] == "x" and cells(edges)[0]["TYPE (attribute)"] == "y"


@pytest.mark.parametrize("suffix", ["gexf", "graphml", "csv"])
def test_secrets_are_masked_unless_revealed(tmp_path, suffix):
    secret = "https://a.example/x?token=0123456789abcdef"
    capture = capture_of(document(), call("https://b.example/", 5, by=secret), call("https://c.example/", 6, status=302, to=secret))
    for graph in (initiator_tree(capture), redirect_graph(capture)):
        for reveal in (False, True):
            paths = write_graph(graph, tmp_path / f"{reveal}.{suffix}", reveal=reveal)
            assert any("0123456789abcdef" in path.read_text(encoding="utf-8") for path in paths) == reveal


WRITE = """
import sys, hashlib, hartools as ht
from hartools.graphs import *
capture = ht.label_parties(ht.read_har(sys.argv[1]))
for name, graph in (("requests", request_graph(capture, kinds="all")), ("owners", request_graph(capture, level="organisation")), ("tree", initiator_tree(capture, bodies=True)), ("redirects", redirect_graph(capture))):
    for suffix in ("gexf", "graphml", "csv"):
        for path in write_graph(graph, f"{sys.argv[2]}/{name}.{suffix}"):
            print(name, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
print(disagreements(request_graph(capture, kinds="all")).to_csv(), redirect_chains(capture).to_csv())
"""


def test_bytes_are_the_same_in_every_run(tmp_path):
    printed = []
    for seed in ("0", "1", "77"):
        folder = tmp_path / seed
        folder.mkdir()
        run = subprocess.run([sys.executable, "-c", WRITE, str(SAMPLE), str(folder)], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        printed.append(run.stdout)
    assert printed[0] == printed[1] == printed[2] and printed[0].count("\n") > 16


def test_order_and_attributes_do_not_hang_on_how_the_graph_was_built(tmp_path):
    graph = GRAPHS["requests"]
    again = nx.MultiDiGraph(**graph.graph)
    again.add_nodes_from(reversed(list(graph.nodes(data=True))))
    again.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    assert write_gexf(graph, tmp_path / "one.gexf").read_bytes() == write_gexf(again, tmp_path / "two.gexf").read_bytes()


@pytest.mark.parametrize("suffix", ["gexf", "graphml"])
def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, suffix, monkeypatch):
    path = tmp_path / f"map.{suffix}"
    path.write_text("before", encoding="utf-8")

    def fails(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr(os, "replace", fails)
        write_graph(nx.DiGraph(), path)
    assert path.read_text(encoding="utf-8") == "before" and os.listdir(tmp_path) == [path.name]
    write_graph(nx.DiGraph(), path)
    assert path.read_bytes().startswith(b"<?xml") and os.listdir(tmp_path) == [path.name]


def test_the_path_says_the_format(tmp_path):
    assert [path.name for path in write_graph(nx.DiGraph(), tmp_path / "a.GEXF")] == ["a.GEXF"]
    assert [path.parent.name for path in write_graph(nx.DiGraph(), tmp_path / "tables")] == ["tables", "tables"]
    assert [path.parent.name for path in write_graph(nx.DiGraph(), tmp_path / "map.csv")] == ["map.csv", "map.csv"]
    with pytest.raises(ValueError, match=r"map\.svg: no format.*\.gexf for Gephi, \.graphml for yEd and R"):
        write_graph(nx.DiGraph(), tmp_path / "map.svg")
    (tmp_path / "file.csv").write_text("x", encoding="utf-8")
    with pytest.raises(FileExistsError, match="folder"):
        write_graph(nx.DiGraph(), tmp_path / "file.csv")
    (tmp_path / "folder.gexf").mkdir()
    with pytest.raises(IsADirectoryError, match="folder"):
        write_gexf(nx.DiGraph(), tmp_path / "folder.gexf")


def test_the_caller_s_graph_stays_as_it_was(tmp_path):
    graph = hostile()
    before = nx.MultiDiGraph(graph)
    for suffix in ("gexf", "graphml", "csv"):
        write_graph(graph, tmp_path / f"map.{suffix}")
    assert list(graph.nodes) == list(before.nodes) and all(list(graph.nodes[node]) == list(before.nodes[node]) for node in graph)
