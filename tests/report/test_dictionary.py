"""Is the data dictionary the contract, and nothing else?"""

import subprocess
import sys

from samples import ROOT

from hartools.columns import TABLES
from hartools.report.dictionary import data_dictionary

COMMAND = "python -m hartools.report.dictionary"
PAGE = ROOT / "docs" / "data-dictionary.md"


def section(name):
    return data_dictionary().split(f"\n## {name}\n")[1].split("\n## ")[0]


def test_the_committed_page_is_what_the_contract_says():
    assert PAGE.read_bytes() == data_dictionary().encode("utf-8"), f"docs/data-dictionary.md is out of date; run: {COMMAND} > docs/data-dictionary.md"


def test_the_command_in_the_page_prints_these_bytes():
    assert COMMAND in data_dictionary()
    printed = subprocess.run([sys.executable, *COMMAND.split()[1:]], cwd=ROOT, capture_output=True, check=True).stdout
    assert printed == data_dictionary().encode("utf-8") and b"\r" not in printed


def test_every_table_says_what_a_row_is_and_names_its_columns_in_order():
    for name, columns in TABLES.items():
        text = section(name)
        assert "\nOne row per " in text, name
        rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
        assert [row[0].strip("|` ") for row in rows] == [column.name for column in columns]
        assert [row[2].removesuffix(" |") for row in rows] == [column.meaning for column in columns]


def test_types_are_words():
    kinds = {line.split(" | ")[1] for name in TABLES for line in section(name).splitlines() if line.startswith("| `")}
    assert kinds <= {"text", "whole number", "number", "true/false", "time in UTC", "object"}
