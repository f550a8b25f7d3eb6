"""Do imports flow one way, and do the rooms keep their size and words?"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "hartools"

# In the order in which the data passes; a room imports only from rooms above it.
ROOMS = (
    "errors", "columns", "capture", "findings", "masking", "example", "evidence",
    "reading", "parties", "graphs", "payloads", "quality", "observers", "inference",
    "sharing", "plots", "report", "corpus", "cli", "__init__",
)  # fmt: skip


def room_of(path, package=PACKAGE):
    return path.relative_to(package).with_suffix("").parts[0]


def imports_of(tree):
    """Yield every module of hartools that a tree imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide the direction"
            names = [f"{node.module}.{alias.name}" if node.module == "hartools" else node.module for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] if "." in name else "__init__" for name in names if name.split(".")[0] == "hartools")


def upward(source, room):
    return [target for target in imports_of(ast.parse(source)) if ROOMS.index(target) > ROOMS.index(room)]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_from_rooms_above_it(path):
    assert upward(path.read_text(encoding="utf-8"), room_of(path)) == []


def test_an_upward_import_is_seen_wherever_it_stands():
    assert upward("def f():\n    from hartools.report import write_report\n", "reading") == ["report"]
    assert upward("import hartools.inference.queries", "observers") == ["inference"]
    assert upward("from hartools import cli", "capture") == ["cli"]


def test_every_folder_and_file_is_a_known_room():
    assert {room_of(path) for path in PACKAGE.rglob("*.py")} <= set(ROOMS)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_opens_with_a_sentence_and_stays_small(path):
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    first = (ast.get_docstring(tree) or "").splitlines()[0]
    assert first.endswith((".", "?")), first
    assert source.count("\n") <= 320
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            assert not body or body[-1].end_lineno - body[0].lineno < 40, node.name
            assert not re.match(r"(get|process|handle)_", node.name), node.name


def test_only_one_file_imports_haralyzer():
    users = [path.name for path in PACKAGE.rglob("*.py") if re.search(r"^(from|import) haralyzer", path.read_text(encoding="utf-8"), re.M)]
    assert users == ["haralyzer.py"]


def test_every_public_name_is_there_and_known_to_type_checkers_too():
    import hartools

    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    typed = {alias.name for node in checked.body for alias in node.names}
    assert typed == set(hartools.__all__) == {name for names in hartools.NAMES.values() for name in names.split()}
    assert all(getattr(hartools, name).__name__ == name for name in hartools.__all__) and set(hartools.__all__) <= set(dir(hartools))
    assert all(getattr(hartools, room).__name__ == f"hartools.{room}" for room in hartools.ROOMS)
    with pytest.raises(AttributeError, match="no attribute 'read_hars'"):
        hartools.read_hars


def test_reading_loads_no_figures_and_no_graphs():
    code = "import sys, hartools; hartools.read_har(hartools.example_har()).entries; print(sorted({'matplotlib', 'networkx'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
