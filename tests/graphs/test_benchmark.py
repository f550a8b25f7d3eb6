"""Does the benchmark of graphs run, and does it compare the same rows?"""

import importlib.util
import json
import math
import subprocess
import sys

import pytest
from samples import ROOT

import hartools as ht

PATH = ROOT / "benchmarks" / "graphs.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("benchmark_of_graphs", PATH)
    module, path = importlib.util.module_from_spec(spec), list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


def test_the_quick_run_yields_every_measure_as_a_number(tmp_path):
    out = tmp_path / "measures.json"
    printed = subprocess.run([sys.executable, str(PATH), "--quick", "--json", str(out)], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert all(math.isfinite(row["value"]) and row["value"] > 0 for row in rows) and all(row["measure"] in printed for row in rows)
    assert [row["target"] for row in rows if row["target"]] == [0.5, 1.0, 1.2, 1.2]


@pytest.mark.parametrize("distinct", [False, True])
def test_both_sides_have_the_same_rows(benchmark, distinct):
    capture = benchmark.capture_of_tables(3_000, distinct=distinct)
    rows, graph = benchmark.evidence_rows(capture), ht.request_graph(capture)
    away = rows[rows.source != rows.target]
    counted = away.groupby(["source", "target", "kind"]).entry_id.agg(list).to_dict()
    assert counted == {(source, target, kind): ids for source, target, kind, ids in graph.edges(keys=True, data="entry_ids")}
    assert benchmark.networkx_graph(rows).number_of_edges() == len(rows)
    assert not distinct or graph.number_of_edges() == len(rows) == 3_000
