"""How is a job run in a process of its own, and how much memory does it take?"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

__all__ = ["HAS_MEMORY", "Run", "run_job"]

JOBS = Path(__file__).with_name("jobs.py")
HAS_MEMORY = Path("/proc/self/status").exists()


class Run(NamedTuple):
    """Hold the seconds of each round and, where Linux tells, the most memory that was held, in bytes."""

    seconds: list[float]
    private: int | None  # anonymous pages: what no other process shares and no file backs
    total: int | None  # all resident pages, those of mapped files included


def run_job(name: str, path: Path, *, rounds: int = 1) -> Run:
    """Run one job in a fresh process and watch it from outside.

    The watching is done here and not in a thread of the job, since there the interpreter's lock
    would keep the thread from looking just when a long call allocates most. The total comes from
    the kernel's own high-water mark; private memory has none and is looked at a thousand times a
    second.
    """
    with subprocess.Popen([sys.executable, str(JOBS), name, str(path), str(rounds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        answer: list[str] = []
        listener = threading.Thread(target=lambda: answer.append(process.stdout.readline()))
        listener.start()
        private = 0
        while listener.is_alive():
            private = max(private, _status(process.pid).get("RssAnon", 0))
            listener.join(0.001)
        last = _status(process.pid)
        process.stdin.close()
    if not answer[0]:
        raise RuntimeError(f"job {name} on {path.name} ended with exit code {process.returncode} and no answer")
    private = max(private, last.get("RssAnon", 0))
    return Run(json.loads(answer[0]), private if last else None, last.get("VmHWM"))


def _status(pid: int) -> dict[str, int]:
    """Return the lines of /proc/PID/status that count in kB, in bytes; nothing where there is no such file."""
    if not HAS_MEMORY:
        time.sleep(0.01)
        return {}
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return {}
    parts = (line.replace(":", " ").split() for line in lines)
    return {words[0]: int(words[1]) * 1024 for words in parts if words[-1] == "kB"}
