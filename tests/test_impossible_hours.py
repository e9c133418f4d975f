"""What cannot be: an impossible calendar, a policy without targets, an agent without hours, a manager without address.

Refused where the desk starts, with line, reason and remedy; holidays are no hindrance to who only looks."""

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


NO_TARGETS = "promises nothing: give it a first_response, next_response, resolution or update, or take the table away"
NO_HOURS = 'agent[1].hours leaves no time to work: write "Mon-Fri 08:00-16:00", or take the line away'


@pytest.mark.parametrize(
    ("wrong", "line", "told"),
    [
        ('[[agent]]\nemail = "bob@acme.example"\nhours = ""', 3, NO_HOURS),
        ('[[agent]]\nemail = "bob@acme.example"\nhours = " "', 3, NO_HOURS),
        ('[[agent]]\nemail = "bob@acme.example"\nhours = "Sat 08:00-08:00"', 3, "ends before it begins; write a night"),
        ("[sla.normal]", 1, f"sla.normal {NO_TARGETS}"),
        ('[sla.low]\nfirst_response = ""\nupdate = ""', 1, f"sla.low {NO_TARGETS}"),
        ('[[policy]]\npriority = "low"', 1, f"policy[0] {NO_TARGETS}"),
        ('[[policy]]\npriority = "low"\nresolution = ""', 1, f"policy[0] {NO_TARGETS}"),
        ('[sla.normal]\nresolution = "0h"', 2, "must be longer than nothing"),
        ('[hours]\nweek = ""', 2, 'hours.week must have hours; write "Mon-Fri 08:00-16:00" or "24x7"'),
        ('[hours]\nweek = "Mon-Fri 16:00-08:00"', 2, "ends before it begins; write a night as two"),
        ('[hours]\nweek = "Mon-Fri 08:00-25:00"', 2, "has no hours such as 08:00-16:00"),
        ('[hours]\nweek = "Mon 08:00-12:00, Mon 11:00-16:00"', 2, "names the same hours of Mon twice"),
        ('[hours]\nweek = "Mon-Fry 08:00-16:00"', 2, "does not begin with weekdays"),
        ("[[agent]]\nmanager = true", 1, "agent[1].email is missing"),
        ('[[agent]]\nemail = ""\nmanager = true', 2, "agent[1].email"),
        ('[[agent]]\nemail = "the boss"\nmanager = true', 2, "agent[1].email"),
    ],
)
def test_what_keeps_no_promise_is_refused_with_a_remedy(operator: Operator, wrong: str, line: int, told: str) -> None:
    operator.write("maildesk.toml", f"{DESK}{wrong}\n")
    for command in ("run --once", "check"):
        said = operator.does(*command.split())
        assert (said.code, said.out) == (2, "")
        assert told in said.err and f"maildesk.toml:{DESK.count(chr(10)) + line}: " in said.err


@pytest.mark.parametrize(
    "right",
    [
        '[[agent]]\nemail = "bob@acme.example"',
        '[[agent]]\nemail = "bob@acme.example"\nhours = "24x7"\nmanager = true',
        '[[queue]]\nname = "network"\naddress = "network@acme.example"\nhours = ""',
        '[sla.normal]\nfirst_response = ""\nresolution = "3 business days"',
    ],
)
def test_what_is_left_out_is_the_desks(operator: Operator, right: str) -> None:
    operator.write("maildesk.toml", f"{DESK}{right}\n")
    assert operator.does("run", "--once").code == 0


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
