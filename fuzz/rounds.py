"""How are a million inputs run, on every processor and for hours?

    python fuzz/rounds.py 1000000 fuzz/corpus

Every input is read; of one in sixty-four, chosen by its bytes, every table is built too. atheris 3.0 holds on to some 50 kB for each input of a mutator of one's own, so that a long run
would fill the memory: it is cut into rounds, each a process of its own on the same corpus.
Failures do not stop it; see --keep-going in read_har.py.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

__all__ = ["main", "run_round"]

TARGET = Path(__file__).with_name("read_har.py")
EVERY = 64
PER_ROUND = 20_000  # about a gigabyte
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
COVERED = re.compile(r"cov: (\d+) ft: (\d+)")


def run_round(corpus: str, runs: int) -> tuple[int, str, list[str]]:
    """Run one process; return how many inputs it ran, the last it says of coverage, and the failures it found."""
    words = [sys.executable, str(TARGET), "--keep-going", f"--tables-every={EVERY}", corpus, f"-runs={runs}", "-print_final_stats=1", "-rss_limit_mb=6000"]
    errors = subprocess.run(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, errors="replace").stderr
    executed, covered = EXECUTED.search(errors), COVERED.findall(errors)
    if executed is None:
        raise RuntimeError(f"the round ended without its figures:\n{errors[-3000:]}")
    return int(executed[1]), "lines and jumps {}, with counts {}".format(*covered[-1]) if covered else "", re.findall(r"^FOUND .*$", errors, re.M)


def main(total: int, corpus: str) -> int:
    """Run rounds, one per processor at a time, until so many inputs have run; return how many kinds of failure there were."""
    workers, done, started, found = os.cpu_count() or 1, 0, time.monotonic(), set()
    run_round(corpus, 1)  # makes the seeds, before two do so at once
    with ThreadPoolExecutor(workers) as pool:
        while done < total:
            each = min(PER_ROUND, -(-(total - done) // workers))
            for executed, covered, failures in pool.map(lambda _, each=each: run_round(corpus, each), range(workers)):
                done += executed
                found |= set(failures)
            print(f"{done:,} inputs in {(time.monotonic() - started) / 60:.0f} min; {covered}; {len(found)} failures", flush=True)
    print("\n".join(sorted(found)))
    return len(found)


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), sys.argv[2])))
