"""Set hartools up in this folder and run it: `python tasks.py report|test|lab`.

Needs nothing but Python's own library, so it runs before anything is installed, on Windows too.
The Makefile only hands its arguments on to this file.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
KEPT = VENV / "var"  # where Jupyter, IPython and matplotlib keep their own files
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
OLDEST, NEWEST = (3, 11), (3, 13)

SAMPLE = ROOT / "sample_hars" / "oncologue-paris.chrome-sensitive.har"
SAMPLE_CATALOGUE = ROOT / "sample_hars" / "site" / "practitioners.csv"
HAR_ENDINGS = (".har.gz", ".har.zip", ".zhar", ".har")
NOT_SET_UP = "hartools could not be set up; the lines above say why."


# ---- which Python -------------------------------------------------------------------------


def python_fault(version: tuple = sys.version_info, parts: tuple = ("venv", "ensurepip")) -> str:
    """Say in one line why this Python cannot build the environment, or nothing if it can."""
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        found = ".".join(map(str, version[:2]))
        return f"hartools needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is Python {found}."
    # Debian ships Python without ensurepip unless python3-venv is installed.
    if not all(importlib.util.find_spec(part) for part in parts):
        return "This Python cannot make environments; on Debian or Ubuntu: apt install python3-venv"
    return ""


# ---- running things -----------------------------------------------------------------------


def program(name: str) -> Path:
    """Return the path of a program inside the environment."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def surroundings() -> dict[str, str]:
    """Return the process environment with .venv in front and tools keeping their files in it."""
    return {
        **os.environ,
        "VIRTUAL_ENV": str(VENV),
        "PATH": os.pathsep.join([str(program("python").parent), os.environ.get("PATH", "")]),
        "MPLCONFIGDIR": str(KEPT / "matplotlib"),
        "IPYTHONDIR": str(KEPT / "ipython"),
        "JUPYTER_CONFIG_PATH": str(ROOT / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(KEPT / "jupyter" / "config"),
        "JUPYTER_DATA_DIR": str(KEPT / "jupyter" / "data"),
        "JUPYTER_RUNTIME_DIR": str(KEPT / "jupyter" / "runtime"),
    }


def run(command: list, dry: bool, complaint: str = "") -> None:
    """Run a command and leave with its exit code if it fails; when dry, only print it."""
    words = [str(word) for word in command]
    if dry:
        print(shlex.join(words))
        return
    process = subprocess.Popen(words, env=surroundings())
    while True:
        try:
            code = process.wait()
            break
        except KeyboardInterrupt:
            # The program got the same Ctrl-C and decides itself; JupyterLab asks back, for one.
            continue
    if code:
        if complaint:
            say(complaint)
        raise SystemExit(code if code > 0 else 1)


def say(message: str) -> None:
    """Tell the reader something without touching standard output, which scripts read."""
    print(message, file=sys.stderr, flush=True)


# ---- the environment ----------------------------------------------------------------------


def digest(path: Path, *more: str) -> str:
    """Return a fingerprint of a file's text, whatever its line ends, and of further words."""
    text = "\n".join([path.read_text(encoding="utf-8"), *more])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_current(stamp: str, value: str) -> bool:
    """Tell whether a stamp in the environment was left by exactly this input."""
    file = VENV / stamp
    return program("python").exists() and file.is_file() and file.read_text().strip() == value


def install_lock(dry: bool) -> None:
    """Build .venv anew and install the locked packages, each checked against its hash."""
    fault = python_fault()
    if fault:
        raise SystemExit(fault)
    say("Setting up .venv from requirements.lock; this happens once and takes a minute or two ...")
    # The base interpreter: .venv cannot be cleared by the Python that runs from inside it.
    base = getattr(sys, "_base_executable", None) or sys.executable
    run([base, "-m", "venv", "--clear", VENV], dry, NOT_SET_UP)
    run(pip("--require-hashes", "--requirement", LOCK), dry, NOT_SET_UP)


def install_project(dry: bool) -> None:
    """Install hartools itself, in place, with the build tool that the lock brought."""
    run(pip("--no-deps", "--no-build-isolation", "--editable", ROOT), dry, NOT_SET_UP)


def pip(*arguments: str | Path) -> list:
    """Return the command that installs into .venv."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    return [program("python"), "-m", "pip", "install", *quiet, *arguments]


def set_up(dry: bool = False) -> None:
    """Make .venv what the lock and pyproject.toml say, doing nothing if it is so already."""
    steps = [
        ("stamp-lock", digest(LOCK), install_lock),
        # With the folder's own path: a checkout that was moved must be installed again.
        ("stamp-project", digest(PROJECT, str(ROOT)), install_project),
    ]
    changed = False
    for stamp, value, install in steps:
        # What follows a changed step is done again too: a new .venv has no hartools in it.
        changed = changed or not is_current(stamp, value)
        if not changed:
            continue
        install(dry)
        if not dry:
            KEPT.mkdir(exist_ok=True)
            # Written last, so that an interrupted set-up is not taken for a finished one.
            (VENV / stamp).write_text(value + "\n")


# ---- the tasks ----------------------------------------------------------------------------


def page_for(har: Path) -> Path:
    """Return where a HAR's report goes if the reader names no place."""
    name = har.name
    for ending in HAR_ENDINGS:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
            break
    return ROOT / "outputs" / f"{name}.html"


def report(har: str, out: str, catalogue: str, dry: bool) -> None:
    """Write one HAR's report as a single HTML file and print the path of that file last."""
    source = Path(har).resolve() if har else SAMPLE
    # Before the set-up: a mistyped path should not cost a minute.
    if not source.is_file():
        raise SystemExit(f"No HAR at {source}")
    # Its catalogue goes with the sample only; what was known of another site, the reader says.
    known = catalogue or (SAMPLE_CATALOGUE if source == SAMPLE.resolve() else "")
    page = Path(out).resolve() if out else page_for(source)
    set_up(dry)
    if not dry:
        page.parent.mkdir(parents=True, exist_ok=True)
        # Where the reader's own HARs go; git ignores it.
        (ROOT / "my_hars").mkdir(exist_ok=True)
    background = ["--catalogue", known] if known else []
    run([program("hartools"), "report", source, "-o", page, *background], dry)
    print(page)


def test(arguments: list[str], dry: bool) -> None:
    """Run tests, doctests and notebooks with no way out to a network."""
    set_up(dry)
    os.chdir(ROOT)
    named = [word for word in arguments if Path(word.split("::")[0]).exists()]
    everything = ["tests", "hartools", *sorted(Path("notebooks").glob("*.ipynb"))]
    # A notebook's cells share one kernel, so a file must not be split between workers.
    options = ["--nbval", "--nbval-current-env", "-n", "2", "--dist", "loadfile"]
    pytest = ["-m", "pytest", *([] if named else everything), *options, *arguments]
    run([program("python"), Path("tests", "offline.py"), program("python"), *pytest], dry)


def lab(arguments: list[str], dry: bool) -> None:
    """Open the notebooks in a JupyterLab that stays on this machine and asks for no news."""
    set_up(dry)
    settings = [
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.ip=127.0.0.1",
    ]
    run([program("python"), "-m", "jupyterlab", ROOT / "notebooks", *settings, *arguments], dry)


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="tasks.py", description=__doc__.splitlines()[0], allow_abbrev=False
    )
    parser.add_argument("--dry-run", action="store_true", help="print the commands, run none")
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    one = tasks.add_parser("report", help="write one HAR's report as a single HTML file")
    one.add_argument("har", nargs="?", default="", help="the HAR (default: a sample)")
    one.add_argument("-o", "--out", default="", help="the HTML (default: outputs/NAME.html)")
    one.add_argument("--catalogue", default="", help="CSV of what anybody could know beforehand")
    tasks.add_parser("test", help="run all tests offline; more words go to pytest", add_help=False)
    tasks.add_parser("lab", help="open the notebooks; more words go to JupyterLab", add_help=False)
    tasks.add_parser("setup", help="build .venv and stop there")
    tasks.add_parser("check-python", help="tell whether this Python can build .venv")
    return parser


def main() -> None:
    """Carry out the task named on the command line."""
    parser = command_line()
    given, more = parser.parse_known_args()
    if more and given.task not in ("test", "lab"):
        parser.error("unknown: " + " ".join(more))
    if given.task == "check-python":
        raise SystemExit(python_fault() or 0)
    elif given.task == "setup":
        set_up(given.dry_run)
    elif given.task == "report":
        report(given.har, given.out, given.catalogue, given.dry_run)
    elif given.task == "test":
        test(more, given.dry_run)
    else:
        lab(more, given.dry_run)


if __name__ == "__main__":
    main()
