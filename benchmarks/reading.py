"""How fast is a HAR read, and in how much memory?

    python benchmarks/reading.py [--quick] [--json OUT] [--two-gigabytes]

Each measure is taken in a process of its own, and those that are divided by one another take
turns, so that a busy minute slows both. docs/benchmarks.md says what each line means.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from measures import publish, result_of, row  # noqa: E402
from synthetic import write_har  # noqa: E402
from watch import Run, run_job  # noqa: E402

__all__ = ["main", "measure"]

ROOT = Path(__file__).resolve().parents[1]
# Entries and megabytes of the generated files, sizes of the flatness series, rounds.
FULL = {"bodies": (5_000, 100), "headers": (20_000, 100), "series": (10_000, 30_000, 100_000), "rounds": 5, "samples": 3}
QUICK = {"bodies": (500, 10), "headers": (2_000, 10), "series": (500, 2_000), "rounds": 1, "samples": 1}

Timed = dict[str, list[Run]]


def take_turns(path: Path, jobs: list[str], *, rounds: int, inner: int = 1) -> Timed:
    """Run jobs on one file in turns, each in a fresh process."""
    runs: Timed = {job: [] for job in jobs}
    for _ in range(rounds):
        for job in jobs:
            runs[job].append(run_job(job, path, rounds=inner))
    return runs


def ratio(measure: str, runs: Timed, job: str, by: str, **wanted) -> dict:
    """Divide what one job took by what another took in the same rounds."""
    over, under = ([min(run.seconds) for run in runs[name]] for name in (job, by))
    return row(measure, statistics.median(over) / statistics.median(under), minimum=min(over) / min(under), **wanted)


def seconds(measure: str, runs: list[Run]) -> dict:
    """Say what one job took, in seconds."""
    taken = [min(run.seconds) for run in runs]
    return row(measure, statistics.median(taken), minimum=min(taken))


def memory(measure: str, path: Path, runs: list[Run], bare: list[Run]) -> list[dict]:
    """Divide the memory over that of the imports by the size of the file."""
    size, found = path.stat().st_size, []
    for kind, target in (("private", 0.3), ("total", 1.25)):
        taken, before = ([getattr(run, kind) for run in each] for each in (runs, bare))
        known = None not in taken + before
        value = (statistics.median(taken) - statistics.median(before)) / size if known else None
        found.append(row(f"{measure}: {kind} memory over the imports' ÷ file size", value, minimum=(min(taken) - min(before)) / size if known else None, target=target))
    return found


def measure_bodies(folder: Path, plan: dict) -> list[dict]:
    """Measure the file that is mostly bodies, whole and with half a character in one body."""
    entries, megabytes = plan["bodies"]
    path = write_har(folder / "bodies.har", shape="bodies", entries=entries, megabytes=megabytes)
    runs = take_turns(path, ["json_loads", "entries", "haralyzer", "imports"], rounds=plan["rounds"])
    rows = [
        ratio("(a) bodies: entries ÷ json.loads", runs, "entries", "json_loads", target=0.4),
        *memory("(d) bodies", path, runs["entries"], runs["imports"]),
        ratio("(e) bodies: haralyzer ÷ entries", runs, "haralyzer", "entries", target=7, at_least=True),
        seconds("bodies: json.loads, seconds", runs["json_loads"]), seconds("bodies: entries, seconds", runs["entries"]), seconds("bodies: haralyzer, seconds", runs["haralyzer"]),
    ]  # fmt: skip
    path.unlink()
    hurt = write_har(folder / "damaged.har", shape="bodies", entries=entries, megabytes=megabytes, damaged=True)
    runs = take_turns(hurt, ["json_loads", "entries"], rounds=plan["rounds"])
    hurt.unlink()
    return [*rows, ratio("(c) bodies, one damaged: entries ÷ json.loads", runs, "entries", "json_loads", target=3)]


def measure_headers(folder: Path, plan: dict) -> list[dict]:
    """Measure the file that is mostly headers."""
    entries, megabytes = plan["headers"]
    path = write_har(folder / "headers.har", shape="headers", entries=entries, megabytes=megabytes)
    runs = take_turns(path, ["json_loads", "tables", "entries", "haralyzer", "imports"], rounds=plan["rounds"])
    rows = [
        ratio("(b) headers: all tables ÷ json.loads", runs, "tables", "json_loads", target=0.65),
        *memory("(d) headers", path, runs["entries"], runs["imports"]),
        ratio("(e) headers: haralyzer ÷ entries", runs, "haralyzer", "entries", target=12, at_least=True),
        *(seconds(f"headers: {name}, seconds", runs[job]) for name, job in (("json.loads", "json_loads"), ("all tables", "tables"), ("entries", "entries"), ("haralyzer", "haralyzer"))),
    ]
    path.unlink()
    return rows


def measure_series(folder: Path, plan: dict) -> list[dict]:
    """Measure whether an entry takes the same time in a small file and in a large one."""
    paths = {entries: write_har(folder / f"{entries}.har", shape="plain", entries=entries) for entries in plan["series"]}
    jobs: dict[tuple[str, int], list[float]] = {}
    for _ in range(plan["rounds"]):
        for entries, path in paths.items():
            for job in ("entries", "tables"):
                # the small files as often as it takes to read as much as the largest holds, up to five times
                inner = 1 if plan is QUICK else min(5, max(paths) // entries)
                jobs.setdefault((job, entries), []).append(statistics.median(run_job(job, path, rounds=inner).seconds) / entries)
    for path in paths.values():
        path.unlink()
    rows, span = [], f"{min(paths):,} to {max(paths):,} entries"
    for name, job in (("entries", "entries"), ("all tables", "tables")):
        each = [statistics.median(jobs[job, entries]) for entries in paths]
        least = [min(jobs[job, entries]) for entries in paths]
        rows.append(row(f"(f) {name}: slowest ÷ fastest time per entry, {span}", max(each) / min(each), minimum=max(least) / min(least), target=1.2))
    return rows


def real_files(count: int) -> list[Path]:
    """Return the largest plain HARs of the folder that HARTOOLS_HARS names, else of our samples."""
    named = os.environ.get("HARTOOLS_HARS")
    paths = Path(named).glob("**/*.har") if named else (ROOT / "sample_hars").glob("*.har")
    plain = [path for path in paths if path.is_file() and path.read_bytes()[:1] == b"{"]
    return sorted(plain, key=lambda path: (-path.stat().st_size, path.name))[:count]


def measure_real(plan: dict) -> list[dict]:
    """Measure the largest real files; what is done once per file and not per entry weighs more in them."""
    rows = []
    for path in real_files(plan["samples"]):
        runs = take_turns(path, ["json_loads", "entries", "tables"], rounds=plan["rounds"], inner=5)
        size = f"{path.name}, {path.stat().st_size / 1e6:.1f} MB"
        rows += [ratio(f"{size}: {name} ÷ json.loads", runs, job, "json_loads") for name, job in (("entries", "entries"), ("all tables", "tables"))]
    return rows


def measure_two_gigabytes(folder: Path) -> list[dict]:
    """Read a file of two gigabytes once."""
    free = shutil.disk_usage(folder).free
    if free < 3_000_000_000:
        raise SystemExit(f"two gigabytes need 3 GB free in {folder}, which has {free / 1e9:.1f}; name another folder with --folder")
    path = write_har(folder / "two-gigabytes.har", shape="bodies", entries=100_000, megabytes=2_000)
    try:
        run = run_job("entries", path)
        size = path.stat().st_size
    finally:
        path.unlink()
    private, total = (value and value / 1e6 for value in (run.private, run.total))
    name = f"{size / 1e9:.2f} GB of bodies, imports included"
    return [row(f"{name}: private memory, MB", private, target=500), row(f"{name}: total memory, MB", total), row(f"{size / 1e9:.2f} GB of bodies: entries, seconds", run.seconds[0])]


def measure(folder: Path, *, quick: bool = False, two_gigabytes: bool = False) -> dict:
    """Take every measure and return them with what they were taken on."""
    plan = QUICK if quick else FULL
    rows = measure_bodies(folder, plan) + measure_headers(folder, plan) + measure_series(folder, plan) + measure_real(plan)
    rows.append(seconds("import and first read of the example, seconds", [run_job("first_read", ROOT) for _ in range(plan["rounds"])]))
    rows += measure_two_gigabytes(folder) if two_gigabytes else []
    return result_of(rows, plan, "hartools", "haralyzer", "msgspec", "pandas", "pyarrow", "numpy", quick=quick)


def main() -> None:
    """Take the measures and print them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="files of 10 MB, one round: does it run, not how fast")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the measures there too")
    parser.add_argument("--two-gigabytes", action="store_true", help="also read a file of two gigabytes")
    parser.add_argument("--folder", type=Path, help="where the files are made, and removed again; the system's own by default")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hartools-", dir=wanted.folder) as folder:
        result = measure(Path(folder), quick=wanted.quick, two_gigabytes=wanted.two_gigabytes)
    publish(result, wanted.json)


if __name__ == "__main__":
    main()
