"""`maildesk check` as an operator starts it."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.checks.configured import DESK, written


def run(configuration: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILDESK_")}
    command = [sys.executable, "-m", "maildesk", "--config", str(configuration), "check", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_command_tells_programs(tmp_path: Path) -> None:
    written(tmp_path, DESK)
    done = run(tmp_path / "maildesk.toml", "--json")
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert all(set(document) == {"grade", "what", "found", "remedy"} for document in documents)
    assert {document["grade"] for document in documents} == {"OK", "WARN"}


def test_the_command_tells_people_and_fails_with_1(tmp_path: Path) -> None:
    written(tmp_path, DESK + '[listen]\nsmtp = "unix:/nowhere/at/all"\n')
    done = run(tmp_path / "maildesk.toml", "--live")
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAIL listen.smtp: unix:/nowhere/at/all: there is no folder /nowhere/at\n     -> make it" in done.stdout
    assert done.stdout.endswith(" 1 FAIL\n")


def test_a_person_at_a_terminal_sees_what_is_looked_at(tmp_path: Path) -> None:
    written(tmp_path, DESK)
    terminal, inside = os.openpty()
    command = [sys.executable, "-m", "maildesk", "--config", str(tmp_path / "maildesk.toml"), "check"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=inside, check=True)
    os.close(inside)
    said = b""
    # A terminal whose other side is closed gives an error where a pipe ends.
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 4096):
            said += part
    os.close(terminal)
    assert b"looking at database ..." in said
    assert said.endswith(b"\r\x1b[K")


def test_the_command_ends_with_2_for_a_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "maildesk.toml").write_text("[desk]\n")
    done = run(tmp_path / "maildesk.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "desk.address" in done.stderr
