"""How fast is the graph of who called whom built, next to networkx's own way from a table, and how fast is who is who?

    python benchmarks/graphs.py [--quick] [--json OUT]

Everything happens in memory: a capture is made of tables, its evidence is listed once as rows of
source, target, kind and entry, and the typed graph from the capture takes turns with
`networkx.from_pandas_edgelist` from those rows. docs/graphs.md says what is measured.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from measures import publish, result_of, row  # noqa: E402
from who_is_who import STEPS, steps_of, with_answers  # noqa: E402

import hartools as ht  # noqa: E402
from hartools.graphs import request_graph  # noqa: E402
from hartools.graphs.evidence import NAMES, chosen_kinds, evidence_of  # noqa: E402

__all__ = ["capture_of_tables", "evidence_rows", "main", "measure"]

FULL = {"entries": 100_000, "series": (25_000, 50_000, 100_000), "rounds": 7}
QUICK = {"entries": 2_000, "series": (1_000, 2_000), "rounds": 2}

PER_PAGE, FRAMES = 100, 3


def capture_of_tables(entries: int, *, hosts: int = 200, distinct: bool = False, seed: int = 1) -> ht.Capture:
    """Make a capture of so many entries, each with an initiator, most with a Referer and a stack.

    With `distinct`, no two entries have the same source and target: as many edges as rows.
    """
    rng, place = np.random.default_rng(seed), np.arange(entries)
    if distinct:
        hosts = int(np.ceil(np.sqrt(entries))) + 1
        source, target = place // (hosts - 1), place % (hosts - 1)
        target = target + (target >= source)  # never the source itself
    else:
        # few hosts have most of the requests, as on real pages
        source, target = (np.minimum(rng.zipf(power, entries) - 1, hosts - 1) for power in (1.5, 1.3))
    names = np.array([f"h{number}.site{number // 4}.example" for number in range(hosts)], "object")
    sites = np.array([f"site{number // 4}.example" for number in range(hosts)], "object")
    page = place // PER_PAGE
    scripts = "https://" + names[source] + "/static/" + (place % 30).astype(str).astype("object") + ".js"
    table = pd.DataFrame({
        "entry_id": place, "page_id": "page_" + page.astype(str).astype("object"), "started": pd.to_datetime(1_772_442_000_000_000_000 + place * 5_000_000, utc=True), "duration_ms": 20.0,
        "method": "GET", "scheme": "https", "url": "https://" + names[target] + "/p/" + place.astype(str).astype("object"), "host": names[target], "site": sites[target], "operator_domain": sites[target],
        "party": np.where(target == 0, "first", "third"), "outcome": "answered", "status": 200,
        "initiator_type": np.where(rng.random(entries) < 0.3, "parser", "script"), "initiator_url": scripts,
        "referer": None if distinct else f"https://{names[0]}/page/" + page.astype(str).astype("object"),
    })  # fmt: skip
    frames = np.repeat(place, 0 if distinct else FRAMES)
    stacks = pd.DataFrame({"entry_id": frames, "position": np.tile(np.arange(FRAMES), len(frames) // FRAMES), "url": scripts[frames]})
    empty = {name: ht.read_har(ht.example_har()).table(name).head(0) for name in ("headers", "pages", "cookies", "params")}
    return ht.read_har(ht.example_har()).with_tables(entries=table, stacks=stacks, **empty)


def evidence_rows(capture: ht.Capture) -> pd.DataFrame:
    """List the rows that both sides start from: source, target, kind, entry_id."""
    found = evidence_of(capture, chosen_kinds(None))
    hosts, kinds = np.array(found.hosts, "object"), np.array(NAMES, "object")
    return pd.DataFrame({"source": hosts[found.source], "target": hosts[found.target], "kind": kinds[found.kind], "entry_id": capture.entries.entry_id.to_numpy()[found.shows]})


def networkx_graph(rows: pd.DataFrame) -> nx.MultiDiGraph:
    """Build the graph as networkx does it from a table."""
    return nx.from_pandas_edgelist(rows, "source", "target", edge_attr=["kind", "entry_id"], create_using=nx.MultiDiGraph)


def take_turns(jobs: dict[str, Callable], rounds: int) -> dict[str, list[float]]:
    """Time jobs in turns, after one round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            begun = time.perf_counter()
            job()
            if turn:
                taken[name].append(time.perf_counter() - begun)
    return taken


def compare(measure_name: str, capture: ht.Capture, plan: dict, target: float) -> list[dict]:
    """Divide what the typed graph takes by what networkx takes from the same rows."""
    rows = evidence_rows(capture)
    graph = request_graph(capture)
    taken = take_turns({"ours": lambda: request_graph(capture), "theirs": lambda: networkx_graph(rows)}, plan["rounds"])
    pairs = [ours / theirs for ours, theirs in zip(taken["ours"], taken["theirs"], strict=True)]
    name = f"{measure_name}: {len(rows):,} rows, {graph.number_of_edges():,} edges"
    return [
        row(f"{name}: typed graph ÷ from_pandas_edgelist", statistics.median(pairs), minimum=min(taken["ours"]) / min(taken["theirs"]), target=target),
        row(f"{measure_name}: typed graph, seconds", statistics.median(taken["ours"]), minimum=min(taken["ours"])),
    ]


def measure_series(plan: dict) -> list[dict]:
    """Measure whether an entry takes the same time in a small capture and in a large one."""
    captures = {entries: capture_of_tables(entries) for entries in plan["series"]}
    taken = take_turns({entries: (lambda capture=capture: request_graph(capture)) for entries, capture in captures.items()}, plan["rounds"])
    each = [statistics.median(taken[entries]) / entries for entries in captures]
    least = [min(taken[entries]) / entries for entries in captures]
    name = f"(c) time per entry, largest ÷ smallest capture, {min(captures):,} to {max(captures):,} entries"
    return [row(name, each[-1] / each[0], minimum=least[-1] / least[0], target=1.2)]


def measure_together(plan: dict) -> list[dict]:
    """Measure parties, owners, infrastructure and the host graph, one after the other, and whether they grow in line."""
    taken = {}
    for entries in (min(plan["series"]), plan["entries"]):
        capture = with_answers(capture_of_tables(entries, hosts=300))
        rounds = [steps_of(capture, "site0.example") for _ in range(plan["rounds"] + 1)][1:]
        taken[entries] = {step: [each[step] for each in rounds] for step in STEPS} | {"together": [sum(each.values()) for each in rounds]}
    small, large = taken.values()
    name, target = f"(d) {plan['entries']:,} entries, {12 * plan['entries']:,} headers", 2.5 if plan is FULL else None
    growth = [statistics.median(each["together"]) / entries for entries, each in taken.items()]
    return [
        row(f"{name}: parties, owners, infrastructure and host graph, seconds", statistics.median(large["together"]), minimum=min(large["together"]), target=target),
        *(row(f"{name}: {step}, seconds", statistics.median(large[step]), minimum=min(large[step])) for step in STEPS),
        row(f"(d) time per entry, {plan['entries']:,} ÷ {min(plan['series']):,} entries", growth[1] / growth[0], minimum=min(large["together"]) / min(small["together"]) * min(plan["series"]) / plan["entries"], target=1.2),
    ]


def measure(*, quick: bool = False) -> dict:
    """Take every measure and return them with what they were taken on."""
    plan = QUICK if quick else FULL
    rows = compare("(a) host graph", capture_of_tables(plan["entries"]), plan, 0.5)
    rows += compare("(b) as many edges as rows", capture_of_tables(plan["entries"], distinct=True), plan, 1.0)
    rows += measure_series(plan) + measure_together(plan)
    return result_of(rows, plan, "hartools", "networkx", "pandas", "pyarrow", "numpy", quick=quick)


def main() -> None:
    """Take the measures and print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="2,000 entries, two rounds: does it run, not how fast")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the measures there too")
    wanted = parser.parse_args()
    result = measure(quick=wanted.quick)
    publish(result, wanted.json)


if __name__ == "__main__":
    main()
