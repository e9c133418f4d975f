"""An impossible calendar: refused where the desk starts, with its line; no hindrance to who only looks."""

import subprocess
import sys

import pytest

from tests.forked import ROOT
from tests.shell import DESK, Operator

WRONG = DESK + '[hours]\nholidays = "NN"\ndays_off = ["2026-12-24"]\n'
TOLD = f'maildesk.toml:{WRONG[: WRONG.index("holidays")].count(chr(10)) + 1}: hours.holidays "NN" is no country'


@pytest.mark.parametrize("command", ["run", "run --once", "run --dry-run", "check", "check --live"])
def test_the_desk_does_not_start_with_a_country_that_is_not_known(operator: Operator, command: str) -> None:
    operator.write("maildesk.toml", WRONG)
    said = operator.does(*command.split())
    assert (said.code, said.out) == (2, "")
    assert TOLD in said.err and 'did you mean "NO"?' in said.err


@pytest.mark.parametrize("command", ["ticket list", "outbox list"])
def test_who_only_looks_is_not_hindered(operator: Operator, command: str) -> None:
    operator.write("maildesk.toml", WRONG)
    assert operator.does(*command.split()).code == 0


def test_the_holidays_are_not_loaded_without_a_country() -> None:
    """They cost half a second, which each mail that comes by a pipe would pay."""
    code = (
        "import sys; from maildesk.config import read_settings; from maildesk.desk.clocks.opening_hours import *;"
        "read_settings('[desk]\\naddress = \"a@acme.example\"', {}, 'test', impossible_hours);"
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
