"""Do the benchmarks run, and do they measure what they say?"""

import hashlib
import json
import math
import os
import subprocess
import sys

import pytest
from samples import ROOT

BENCHMARKS = ROOT / "benchmarks"
LETTERS = ("(a)", "(b)", "(c)", "(d)", "(e)", "(f)")


def run(*words, folder):
    return subprocess.run([sys.executable, *map(str, words)], cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_the_quick_run_yields_every_measure_as_a_number_and_leaves_no_file(tmp_path):
    out, folder = tmp_path / "measures.json", tmp_path / "made"
    folder.mkdir()
    printed = run(BENCHMARKS / "reading.py", "--quick", "--json", out, "--folder", folder, folder=tmp_path)
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert all(any(row["measure"].startswith(letter) and row["target"] for row in rows) for letter in LETTERS)
    for row in rows:
        if "memory" in row["measure"] and not sys.platform.startswith("linux"):
            assert row["value"] is None and row["met"] is None
        else:
            assert math.isfinite(row["value"]) and math.isfinite(row["minimum"])
            assert (row["met"] is None) == (row["target"] is None)
        assert row["measure"] in printed
    assert list(folder.iterdir()) == []


def test_the_same_seed_gives_the_same_file_and_another_seed_another(tmp_path):
    sums = []
    for position, seed in enumerate((7, 7, 8)):
        path = tmp_path / f"{position}.har"
        run(BENCHMARKS / "synthetic.py", "bodies", 60, 1, path, "--seed", seed, folder=tmp_path)
        sums.append(hashlib.sha256(path.read_bytes()).hexdigest())
    assert sums[0] == sums[1] != sums[2]


@pytest.mark.parametrize(("shape", "entries", "megabytes", "headers"), [("bodies", 200, 4, 12), ("headers", 200, 1, 25), ("plain", 200, 0.43, 6)])
def test_a_generated_har_has_the_entries_the_size_and_the_headers_that_were_asked_for(tmp_path, shape, entries, megabytes, headers):
    path = tmp_path / "made.har"
    run(BENCHMARKS / "synthetic.py", shape, entries, megabytes, path, folder=tmp_path)
    log = json.loads(path.read_text(encoding="utf-8"))["log"]
    assert len(log["entries"]) == entries and len({entry["request"]["url"] for entry in log["entries"]}) == entries
    assert abs(path.stat().st_size / 1e6 - megabytes) < 0.25 * megabytes
    assert {len(entry[side]["headers"]) for entry in log["entries"] for side in ("request", "response")} == {headers}
    assert {entry["pageref"] for entry in log["entries"]} <= {page["id"] for page in log["pages"]}


def test_the_damaged_har_holds_half_a_character_in_one_body(tmp_path):
    path = tmp_path / "made.har"
    run(BENCHMARKS / "synthetic.py", "bodies", 60, 1, path, "--damaged", folder=tmp_path)
    bodies = [entry["response"]["content"].get("text", "") for entry in json.loads(path.read_bytes())["log"]["entries"]]
    assert [position for position, body in enumerate(bodies) if any("\ud800" <= letter <= "\udfff" for letter in body)] == [30]


@pytest.mark.slow
def test_the_quick_run_of_the_search_for_values_yields_every_measure_as_a_number(tmp_path):
    out = tmp_path / "measures.json"
    words = [sys.executable, str(BENCHMARKS / "payloads.py"), "--quick", "--json", str(out), "--folder", str(tmp_path)]
    printed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert [row["target"] for row in rows] == [2.5, 2.5, 5, 5, 2.5, 2.5, 5, 5, 1] and [path.name for path in tmp_path.iterdir()] == ["measures.json"]
    assert all(math.isfinite(row["value"]) and row["value"] > 0 and row["measure"] in printed for row in rows)
