"""The way from a fresh checkout to a report: Makefile, tasks.py, .gitignore, Jupyter's settings."""

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_hars" / "oncologue-paris.chrome-sensitive.har"

needs_make = pytest.mark.skipif(
    not shutil.which("make") or os.name == "nt", reason="needs make and a shell"
)
needs_git = pytest.mark.skipif(
    not shutil.which("git") or not (ROOT / ".git").exists(), reason="needs a git checkout"
)


@pytest.fixture(scope="module")
def tasks():
    """tasks.py as a module."""
    spec = importlib.util.spec_from_file_location("tasks", ROOT / "tasks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def recording_python(tmp_path):
    """A stand-in for Python that writes down its arguments, one a line."""
    script = tmp_path / "python"
    script.write_text('#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\n')
    script.chmod(0o755)
    return script


def make(*words: str, **changes: str) -> subprocess.CompletedProcess:
    """Run make in the checkout, as if not called from inside another make."""
    own = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTHON", "HAR", "OUT", "CATALOGUE"}
    outside = {name: value for name, value in os.environ.items() if name not in own}
    return subprocess.run(
        ["make", *words], cwd=ROOT, env={**outside, **changes}, capture_output=True, text=True
    )


def dry_run(*words: str) -> subprocess.CompletedProcess:
    """Let tasks.py say what it would run."""
    command = [sys.executable, str(ROOT / "tasks.py"), "--dry-run", *words]
    return subprocess.run(command, capture_output=True, text=True)


def last_command(told: subprocess.CompletedProcess, above: int = 1) -> list[str]:
    """Return the words of the last command of a dry run."""
    return shlex.split(told.stdout.splitlines()[-above])


# ---- make ---------------------------------------------------------------------------------


@needs_make
def test_make_alone_lists_the_targets():
    targets = [line.split()[1] for line in make().stdout.splitlines()]
    assert targets == ["help", "report", "test", "lab"]


@needs_make
def test_make_hands_paths_on_whole(recording_python):
    told = make("report", f"PYTHON={recording_python}", "HAR=my 'own' file.har", "OUT=a page.html")
    assert told.stdout.splitlines() == [
        "<tasks.py>", "<report>", "<--out=a page.html>", "<--catalogue=>", "<-->",
        "<my 'own' file.har>",
    ]


@needs_make
def test_make_says_in_one_line_what_is_missing(tmp_path):
    for name in ("make", "sh"):
        (tmp_path / name).symlink_to(shutil.which(name))
    told = make("report", PATH=str(tmp_path))
    assert told.returncode
    assert len(told.stderr.splitlines()) == 1
    assert "apt install python3-venv" in told.stderr


@needs_make
@pytest.mark.parametrize("target", ["report", "test", "lab"])
def test_every_target_calls_tasks(target):
    told = make("-n", target, f"PYTHON={sys.executable}")
    assert f'"{sys.executable}" tasks.py {target}' in told.stdout


# ---- tasks.py -----------------------------------------------------------------------------


def test_a_report_goes_to_outputs_under_the_name_of_its_har(tmp_path):
    har = tmp_path / "my file.har.gz"
    har.touch()
    told = dry_run("report", str(har))
    page = str(ROOT / "outputs" / "my file.html")
    assert last_command(told, 2)[1:] == ["report", str(har.resolve()), "-o", page]
    assert told.stdout.splitlines()[-1] == page


def test_a_catalogue_is_handed_on(tmp_path):
    har = tmp_path / "x.har"
    har.touch()
    command = last_command(dry_run("report", str(har), "--catalogue", "who is who.csv"), 2)
    assert command[-2:] == ["--catalogue", "who is who.csv"]


@pytest.mark.parametrize("named", [[], [""], [str(SAMPLE)]])
def test_the_sample_comes_with_its_catalogue(named):
    command = last_command(dry_run("report", *named), 2)
    assert command[2] == str(SAMPLE)
    assert command[-2:] == ["--catalogue", str(ROOT / "sample_hars" / "site" / "practitioners.csv")]


def test_a_missing_har_costs_no_set_up(tmp_path):
    told = dry_run("report", str(tmp_path / "absent.har"))
    assert told.returncode == 1
    assert told.stderr.strip() == f"No HAR at {(tmp_path / 'absent.har').resolve()}"


def test_tests_run_offline_with_doctests_and_notebooks():
    command = last_command(dry_run("test", "-k", "a b"))
    assert command[1] == str(Path("tests", "offline.py"))
    assert {"tests", "hartools", "--nbval", "--nbval-current-env"} <= set(command)
    assert command[command.index("--dist") + 1] == "loadfile"
    assert command[-2:] == ["-k", "a b"]


def test_a_file_named_to_test_stands_alone():
    command = last_command(dry_run("test", "tests/test_setup.py"))
    assert "hartools" not in command


def test_lab_asks_for_no_news_and_stays_here():
    command = last_command(dry_run("lab", "--no-browser"))
    assert "--LabApp.news_url=None" in command
    assert "--ServerApp.ip=127.0.0.1" in command
    assert command[-1] == "--no-browser"


def test_the_lock_is_installed_by_hash_and_hartools_without_fetching(tasks, monkeypatch, capsys):
    monkeypatch.setattr(tasks, "is_current", lambda stamp, value: False)
    tasks.set_up(dry=True)
    _, lock, project = map(shlex.split, capsys.readouterr().out.splitlines())
    assert lock[-3:] == ["--require-hashes", "--requirement", str(ROOT / "requirements.lock")]
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]


def test_tasks_knows_the_pythons_of_the_project(tasks):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    supported = SpecifierSet(project["requires-python"])
    for minor in range(8, 20):
        assert supported.contains(f"3.{minor}") == (not tasks.python_fault((3, minor), ()))


def test_a_python_without_ensurepip_is_sent_to_apt(tasks):
    assert "apt install python3-venv" in tasks.python_fault((3, 11), ("venv", "no_such_part"))


# ---- what git ignores ---------------------------------------------------------------------


def is_ignored(path: str) -> bool:
    """Tell whether git would leave a path out."""
    command = ["git", "check-ignore", "--quiet", "--no-index", path]
    return subprocess.run(command, cwd=ROOT).returncode == 0


@needs_git
@pytest.mark.parametrize("path", [
    "my_hars/x.har", "my_hars/notes.txt", "x.har", "x.har.gz", "x.zhar", "x.har.zip", "a/b/x.har",
    "cases/one/page.html", "outputs/x.html", "notebooks/outputs/x.html", ".env", ".venv/bin/python",
    "sample_hars/.venv/x", "hartools/__pycache__/x.pyc",
])
def test_git_ignores(path):
    assert is_ignored(path)


@needs_git
@pytest.mark.parametrize("path", [
    "sample_hars/x.har", "sample_hars/x.har.zip", "sample_hars/README.md", "requirements.lock",
    "hartools/data/owners.tsv", "notebooks/00_start.ipynb", "jupyter/jupyter_lab_config.json",
])
def test_git_keeps(path):
    assert not is_ignored(path)


# ---- Jupyter ------------------------------------------------------------------------------


def test_the_jupyter_settings_ask_for_no_news_and_stay_here():
    file = ROOT / "jupyter" / "jupyter_lab_config.json"
    settings = json.loads(file.read_text(encoding="utf-8"))
    assert settings["LabApp"] == {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "extension_manager": "readonly",
    }
    assert settings["ServerApp"]["ip"] == "127.0.0.1"


def test_jupyterlab_takes_these_settings(tasks):
    shown = subprocess.run(
        [sys.executable, "-m", "jupyterlab", "--show-config-json"],
        env=tasks.surroundings(), capture_output=True, text=True, timeout=60,
    )
    settings = json.loads(shown.stdout)
    assert settings["LabApp"]["news_url"] is None
    assert settings["LabApp"]["extension_manager"] == "readonly"
    assert settings["LabApp"]["check_for_updates_class"].endswith("NeverCheckForUpdate")
