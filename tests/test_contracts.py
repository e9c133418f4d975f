"""Every rule of who may import whom is broken once here, to see that the linters notice it, and notice only that."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

LAYERS = "Mail runs ingest, desk, notify"
PURE = "Decisions are pure"
STORIES = "Only stories announce"


class Break(NamedTuple):
    """A line added to a module, and the one contract that must be reported broken."""

    contract: str
    module: str
    line: str


BREAKS = [
    Break(LAYERS, "maildesk/store.py", "import maildesk.schedule"),
    Break(LAYERS, "maildesk/notify/outbox.py", "import maildesk.ingest.inbox"),
    # A module at the top of the package without a place among the layers.
    Break(LAYERS, "maildesk/attic.py", ""),
    Break(PURE, "maildesk/mail.py", "import sqlite3"),
    Break(PURE, "maildesk/worktime.py", "import socket"),
    Break(PURE, "maildesk/desk/match.py", "import maildesk.clock"),
    Break(PURE, "maildesk/desk/lifecycle.py", "import logging"),
    Break(PURE, "maildesk/ingest/gate.py", "import pathlib"),
    Break(PURE, "maildesk/notify/compose.py", "import random"),
    # A module in between, as long as nobody names it, must be pure itself.
    Break(PURE, "maildesk/desk/attic.py", "import maildesk.store"),
    Break(STORIES, "maildesk/desk/find.py", "import maildesk.notify"),
    Break(STORIES, "maildesk/desk/people.py", "import maildesk.notify.backoff"),
    Break(STORIES, "maildesk/desk/tickets.py", "import maildesk.notify.audience"),
    Break("One owner: apscheduler", "maildesk/ingest/accept.py", "import apscheduler"),
    Break("One owner: imapclient", "maildesk/ingest/accept.py", "import imapclient"),
    Break("One owner: imapclient", "maildesk/ingest/accept.py", "import imaplib"),
    Break("One owner: aiosmtpd", "maildesk/ingest/accept.py", "import aiosmtpd"),
    Break("One owner: smtplib", "maildesk/ingest/accept.py", "import smtplib"),
    Break("One owner: holidays", "maildesk/ingest/accept.py", "import holidays"),
    Break("One owner: jinja2", "maildesk/ingest/accept.py", "import jinja2"),
    Break("One owner: dkimpy, pyspf and dnspython", "maildesk/ingest/accept.py", "import dkim"),
    Break("One owner: mailparser", "maildesk/ingest/accept.py", "import mailparser"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("maildesk", "scripts"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(root: Path) -> set[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, env={"COLUMNS": "200"}, check=False)
    broken = set(re.findall(r"^(.*?) BROKEN", said.stdout, re.MULTILINE))
    assert bool(broken) == bool(said.returncode), said.stdout + said.stderr
    return broken


@pytest.fixture(scope="module")
def already_broken() -> set[str]:
    return broken_contracts(ROOT)


def test_contracts_are_kept(already_broken: set[str]) -> None:
    assert already_broken == set()


@pytest.mark.parametrize("planted", BREAKS, ids=lambda planted: f"{planted.module}: {planted.line}")
def test_contract_is_reported_when_broken(copy: Path, planted: Break, already_broken: set[str]) -> None:
    with (copy / planted.module).open("a") as file:
        file.write(f"\n{planted.line}\n")
    assert broken_contracts(copy) - already_broken == {planted.contract}


def test_named_module_that_is_gone_is_reported(copy: Path, already_broken: set[str]) -> None:
    pyproject = copy / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"maildesk.clock",', '"maildesk.clock", "maildesk.sundial",'))
    assert broken_contracts(copy) - already_broken == {PURE}


def test_every_contract_is_broken_once() -> None:
    names = re.findall(
        r'^name = "(.*)"$', (ROOT / "pyproject.toml").read_text().partition("[tool.importlinter]")[2], re.M
    )
    assert {planted.contract for planted in BREAKS} == set(names)


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime; datetime.now()",
        "import datetime; datetime.datetime.now(datetime.UTC)",
        "from datetime import datetime; datetime.utcnow()",
        "from datetime import datetime; datetime.today()",
        "from datetime import date; date.today()",
        "import time; time.time()",
        "from time import time; time()",
        "from email.utils import make_msgid; make_msgid()",
    ],
)
@pytest.mark.parametrize(("module", "banned"), [("maildesk/desk/match.py", True), ("maildesk/clock.py", False)])
def test_only_the_clock_reads_the_clock(line: str, module: str, banned: bool) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--select", "TID251", "--stdin-filename", module, "-"]
    said = subprocess.run(command, cwd=ROOT, input=line, capture_output=True, text=True, check=False)
    assert ("TID251" in said.stdout) is banned, said.stdout + said.stderr


def test_monotonic_time_is_free() -> None:
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", "maildesk/x.py", "-"]
    assert (
        subprocess.run(command, cwd=ROOT, input="import time; time.monotonic()", text=True, check=False).returncode == 0
    )
