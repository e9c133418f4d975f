"""An operator at a shell: calls the commands as a person or an MTA does, and sees what they print and how they end."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from maildesk import cli, foundation
from maildesk.notify.templates import Templates
from maildesk.store import Store
from tests.forked import ROOT

DESK = """
[desk]
name = "Acme Support"
address = "support@acme.example"
operator = "ops@acme.example"
timezone = "UTC"

[[agent]]
email = "anna@acme.example"
name = "Anna"
"""

MAIL = """From: Kari Nordmann <kari@customer.example>
To: support@acme.example
Subject: {subject}
Message-ID: <{number}@customer.example>
Date: Tue, 3 Mar 2020 10:20:30 +0100

The printer is on fire, case {number}.
"""


@dataclass
class Ended:
    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Operator:
    """Someone at a shell in an empty folder, where `maildesk.toml` is."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._patch = monkeypatch
        self._capture = capture

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def does(self, *arguments: str | Path, stdin: bytes = b"") -> Ended:
        """One command, by its entry point, in this process."""
        self._capture.readouterr()
        self._patch.setattr(sys, "argv", ["maildesk", *map(str, arguments)])
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code: object = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        said = self._capture.readouterr()
        assert isinstance(code, int) and "Traceback" not in said.err
        return Ended(code, said.out, said.err)

    def starts(self, *arguments: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
        """One command as a process of its own."""
        ended = subprocess.run(
            [sys.executable, "-m", "maildesk", *map(str, arguments)],
            **{"cwd": self.folder, "env": self.environment, "capture_output": True, "timeout": 120, **options},
            encoding="utf-8",
            check=False,
        )
        assert "Traceback" not in (ended.stderr or "")
        return ended

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT)}

    def gets(self, *mails: bytes) -> None:
        """The desk gets mails and answers them."""
        for mail in mails:
            assert self.does("deliver", stdin=mail).code == 0
        assert self.does("run", "--once").code == 0


def _words(own: Path | None = None, _compiled: Path | None = None, real: Any = foundation.our_words) -> Templates:
    """Read once for all desks of a test run, not once for each data folder: compiling them takes a second."""
    words = real(own)
    assert isinstance(words, Templates)
    return words


def mail_about(number: int, subject: str = "A printer") -> bytes:
    return MAIL.format(number=number, subject=subject).encode()


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Operator]:
    for name in os.environ:
        if name.startswith("MAILDESK_") or name in ("ORIGINAL_RECIPIENT", "RECIPIENT", "SENDER"):
            monkeypatch.delenv(name)
    # What tests wait for is trouble, not its end.
    monkeypatch.setattr(Store.__init__, "__kwdefaults__", {"busy_seconds": 2.0})
    monkeypatch.setattr(foundation, "our_words", _words)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    someone = Operator(tmp_path / "here", monkeypatch, capsys)
    someone.write("maildesk.toml", DESK)
    before = logging.getLogger("alembic.runtime.migration").level
    yield someone
    logging.getLogger("alembic.runtime.migration").setLevel(before)
