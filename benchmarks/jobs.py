"""What is done and timed in a process of its own?

`python benchmarks/jobs.py JOB FILE ROUNDS` prints the seconds of each round as JSON and then
waits for a line, so that the memory which it holds can be read from outside. Each job imports only
what it needs; imports are not timed, nor is the first read of the example, which loads the rest.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["JOBS"]

MAX_BYTES = 8 << 30  # the two-gigabyte file is over read_har's own limit
TABLES = ("entries", "headers", "cookies", "params", "pages", "notes")
PHASES = ("blocked", "dns", "connect", "ssl", "send", "wait", "receive")


def json_loads(path: str) -> Callable[[], object]:
    """Parse the bytes with Python's own json; reading them from disk is not counted."""
    data = Path(path).read_bytes()
    return lambda: json.loads(data)


def entries(path: str) -> Callable[[], object]:
    """Read the file and build table entries."""
    return lambda: _tables(path, TABLES[:1])


def tables(path: str) -> Callable[[], object]:
    """Read the file and build the tables that hold what an entry says."""
    return lambda: _tables(path, TABLES)


def imports(_: str) -> Callable[[], object]:
    """Import what reading imports, and read nothing."""
    import pandas
    import pyarrow

    import hartools.reading

    return lambda: (hartools.reading, pandas, pyarrow)


def first_read(_: str) -> Callable[[], object]:
    """Import hartools and read the example: what a reader waits for before anything else."""
    return lambda: _tables(None, TABLES)


def haralyzer(path: str) -> Callable[[], object]:
    """Read through haralyzer what stands in table entries, as far as it has a word for it."""
    from haralyzer import HarParser

    return lambda: [_row(entry) for page in HarParser.from_file(path).pages for entry in page.entries]


def _tables(path: str | None, names: tuple[str, ...]) -> object:
    import hartools

    capture = hartools.read_har(hartools.example_har()) if path is None else hartools.read_har(path, max_bytes=MAX_BYTES)
    return capture, [capture.table(name) for name in names]


def _row(entry) -> tuple:
    """Return what haralyzer says of an entry; what it stumbles over is unknown."""
    request, response = entry.request, entry.response
    reads = (
        lambda: entry.url, lambda: request.method, lambda: response.status, lambda: response.mimeType, lambda: entry.startTime, lambda: entry.time, lambda: entry.pageref,
        lambda: entry.serverAddress, lambda: entry.port, lambda: request.headersSize, lambda: request.bodySize, lambda: response.headersSize, lambda: response.bodySize,
        lambda: response.contentSize, lambda: response["_transferSize"], lambda: response.httpVersion, lambda: response.redirectURL, lambda: request.get_header_value("Referer"),
    )  # fmt: skip
    return *(_guarded(read) for read in reads), *(_guarded(lambda phase=phase: entry.timings[phase]) for phase in PHASES)


def _guarded(read: Callable[[], object]) -> object:
    try:
        return read()
    except (KeyError, TypeError, ValueError):
        return None


JOBS = {job.__name__: job for job in (json_loads, entries, tables, imports, first_read, haralyzer)}


def main(name: str, path: str, rounds: int) -> None:
    """Do one job so often, print the seconds, and hold the last result until told to end."""
    job = JOBS[name](path)
    if name in ("entries", "tables"):
        _tables(None, TABLES)
    seconds, result = [], None
    for _ in range(rounds):
        result = None  # two results at once would count twice
        started = time.perf_counter()
        result = job()
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds), flush=True)
    sys.stdin.readline()
    del result


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
