"""The table of docs/security.md: every threat has its row, and every test that a row names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
THREATS = [f"T{number}" for number in (*range(1, 9), *range(10, 31), *range(40, 59), *range(60, 78))]
_ROW = re.compile(r"^\| (T\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def rows() -> dict[str, str]:
    """The tests of each threat, as they are written."""
    found = _ROW.findall((ROOT / "docs" / "security.md").read_text())
    assert len(found) == len({threat for threat, _, _ in found})
    return {threat: tests for threat, _, tests in found}


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_threat_has_its_row() -> None:
    assert list(rows()) == THREATS


@pytest.mark.parametrize("threat", THREATS)
def test_what_a_row_names_is_there(threat: str) -> None:
    told = rows()[threat]
    named = _TEST.findall(told)
    assert named and ", ".join(f"`{file}::{test}`" for file, test in named) == told
    assert [f"{file}::{test}" for file, test in named if test not in names_in(file)] == []
