"""How long does it take to look for known personal values in a HAR, against reading it with json?

    python benchmarks/payloads.py [--quick] [--json OUT] [--folder FOLDER]

Each measure is taken in a process of its own and in turns with `json.loads` of the same file, so that a busy
minute slows both. What is timed: the file is opened, the needles are made and the automaton built, tables and
bodies are read, layers undone, and the results laid out. docs/leaks.md says what is searched.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from measures import publish, result_of, row  # noqa: E402
from synthetic import write_har  # noqa: E402

__all__ = ["main", "measure"]

KNOWN = {
    "email": "Jeanne.Marchand@example.org", "second_email": "j.marchand+shop@gmail.com", "phone": "+33 6 12 34 56 78", "name": "Jeanne Marchand", "birth_date": "1990-02-13",
    "postcode": "75011", "search": "dentiste conventionné lyon", "city": "Villeurbanne", "street": "12 rue des Lilas", "user_id": "u-8842-3371-aa",
}  # fmt: skip
FULL = {"bodies": (5_000, 100), "headers": (20_000, 100), "rounds": 3}
QUICK = {"bodies": (500, 10), "headers": (2_000, 10), "rounds": 1}
# job -> name, depth, bodies of answers too, how many times json.loads it may take
SEARCHES = {
    "sent_1": ("depth 1, all that was sent and the headers of answers", 1, False, 2.5),
    "all_1": ("depth 1, bodies of answers too", 1, True, 2.5),
    "sent_2": ("depth 2, all that was sent and the headers of answers", 2, False, 5),
    "all_2": ("depth 2, bodies of answers too", 2, True, 5),
}


def job(name: str, path: Path) -> Callable[[], object]:
    """Return what is timed; imports are not."""
    if name == "json_loads":
        data = path.read_bytes()
        return lambda: json.loads(data)
    import hartools
    from hartools.payloads.leaks import find_leaks

    if name == "telemetry":
        from hartools.payloads.telemetry import telemetry_events

        return lambda: telemetry_events(hartools.read_har(path))
    find_leaks(hartools.read_har(hartools.example_har()), KNOWN)  # loads the rest
    _, depth, bodies, _ = SEARCHES[name]
    return lambda: find_leaks(hartools.read_har(path), KNOWN, depth=depth, response_bodies=bodies)


def run(name: str, path: Path) -> float:
    """Do one job in a fresh process and return its seconds."""
    done = subprocess.run([sys.executable, __file__, "--job", name, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def ratio(measure_name: str, over: list[float], under: list[float], target: float) -> dict:
    """Divide what one job took by what another took in the same rounds."""
    return row(measure_name, statistics.median(over) / statistics.median(under), minimum=min(over) / min(under), target=target)


def measure(folder: Path, *, quick: bool = False) -> dict:
    """Take every measure and return them with what they were taken on."""
    plan, rows = QUICK if quick else FULL, []
    for shape in ("bodies", "headers"):
        entries, megabytes = plan[shape]
        path = write_har(folder / f"{shape}.har", shape=shape, entries=entries, megabytes=megabytes)
        jobs = ["json_loads", *SEARCHES, *(["telemetry"] if shape == "headers" else [])]
        taken: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(plan["rounds"]):
            for name in jobs:
                taken[name].append(run(name, path))
        size = f"{shape}, {path.stat().st_size / 1e6:.0f} MB"
        rows += [ratio(f"{size}: {len(KNOWN)} values, {SEARCHES[name][0]} ÷ json.loads", taken[name], taken["json_loads"], SEARCHES[name][3]) for name in SEARCHES]
        if "telemetry" in taken:
            rows.append(ratio(f"{size}: telemetry_events, {entries:,} entries ÷ json.loads", taken["telemetry"], taken["json_loads"], 1))
        path.unlink()
    return result_of(rows, plan, "hartools", "ahocorasick_rs", "mmh3", "pandas", "pyarrow", quick=quick)


def main() -> None:
    """Take the measures and print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="files of 10 MB, one round: does it run, not how fast")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the measures there too")
    parser.add_argument("--folder", type=Path, help="where the files are made, and removed again; the system's own by default")
    parser.add_argument("--job", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.job:
        work = job(wanted.job[0], Path(wanted.job[1]))
        started = time.perf_counter()
        work()
        print(time.perf_counter() - started)
        return
    with tempfile.TemporaryDirectory(prefix="hartools-", dir=wanted.folder) as folder:
        result = measure(Path(folder), quick=wanted.quick)
    publish(result, wanted.json)


if __name__ == "__main__":
    main()
