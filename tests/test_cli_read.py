"""read over many files: its bar, and how it is broken off."""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.shell import Operator, mail_about


def test_many_files_have_a_bar_and_standard_output_is_for_documents(operator: Operator) -> None:
    mail = operator.write("1.eml", mail_about(1))
    terminal, inside = os.openpty()
    seen: list[bytes] = []
    watching = threading.Thread(target=_watch, args=(terminal, seen))
    watching.start()
    files = [mail] * 30 + ["nowhere"]
    said = operator.starts("read", "--json", *files, capture_output=False, stdout=subprocess.PIPE, stderr=inside)
    os.close(inside)
    watching.join()
    shown = b"".join(seen).decode()
    assert said.returncode == 1 and "/31" in shown and "nowhere: could not be read" in shown
    assert [json.loads(line)["message_id"] for line in said.stdout.splitlines()] == ["1@customer.example"] * 30 + [""]


def _watch(terminal: int, seen: list[bytes]) -> None:
    """All that is shown, until nobody is left who could show something (Linux says EIO then)."""
    with suppress(OSError):
        while shown := os.read(terminal, 1 << 16):
            seen.append(shown)
    os.close(terminal)


def test_reading_is_broken_off(operator: Operator) -> None:
    """Ctrl-C: no traceback, and no worker is left behind."""
    mail = operator.write("1.eml", mail_about(1) + b"many words\n" * 20_000)
    command = [sys.executable, "-m", "maildesk", "read", "--json", *[str(mail)] * 300]
    with subprocess.Popen(
        command, cwd=operator.folder, env=operator.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(1)
        workers = _children(process.pid)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and said == b""
    assert workers and not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def _children(pid: int) -> list[str]:
    return [child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]


@pytest.mark.parametrize("wrong", ["--subject x", "--body --extract files"])
def test_what_belongs_to_bodies_or_to_mails_only(operator: Operator, wrong: str) -> None:
    assert operator.does("read", *wrong.split(), operator.write("1.eml", mail_about(1))).code == 2
