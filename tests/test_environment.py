"""environment.yml, pyproject.toml and requirements.lock say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def requested() -> list[str]:
    """Return what hartools and its two extras ask for, as written."""
    extras = PROJECT["project"]["optional-dependencies"]
    return [*PROJECT["project"]["dependencies"], *extras["notebooks"], *extras["test"]]


def pinned() -> dict[str, list[Version]]:
    """Return the versions that the lock holds of each package, one per range of Pythons."""
    pins: dict[str, list[Version]] = {}
    for pin in PIN.finditer(LOCK):
        pins.setdefault(canonicalize_name(pin["name"]), []).append(Version(pin["version"]))
    return pins


@pytest.fixture(scope="module")
def environment() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_conda_brings_only_python_and_pip(environment):
    plain = [line for line in environment["dependencies"] if isinstance(line, str)]
    assert [Requirement(line).name for line in plain] == ["python", "pip"]
    assert environment["name"] == "hartools"
    assert environment["channels"] == ["conda-forge"]


def test_conda_python_is_the_range_of_the_project(environment):
    python = Requirement(environment["dependencies"][0])
    assert python.specifier == SpecifierSet(PROJECT["project"]["requires-python"])


def test_the_pip_list_is_what_the_project_asks_for(environment):
    (pip,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    assert pip == [*requested(), "-e ."]


@pytest.mark.parametrize("line", requested() + PROJECT["dependency-groups"]["build"])
def test_the_lock_pins_each_direct_dependency_within_its_bounds(line):
    wanted = Requirement(line)
    versions = pinned().get(canonicalize_name(wanted.name), [])
    assert versions
    assert all(wanted.specifier.contains(version) for version in versions)


def test_the_lock_covers_the_build_tools():
    build = {Requirement(line) for line in PROJECT["dependency-groups"]["build"]}
    assert build == {Requirement(line) for line in PROJECT["build-system"]["requires"]}


def test_the_lock_names_no_place():
    assert "://" not in LOCK
    assert " @ " not in LOCK
    assert not re.search(r"^\s*(-e|--index|--extra-index|--find-links|[./~])", LOCK, re.MULTILINE)


def test_every_pin_has_hashes():
    ends = [pin.start() for pin in PIN.finditer(LOCK)] + [len(LOCK)]
    blocks = [LOCK[start:end] for start, end in zip(ends, ends[1:])]
    assert len(blocks) > 50
    assert [block.split()[0] for block in blocks if not HASH.search(block)] == []
