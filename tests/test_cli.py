"""The operator's commands from outside: what they print, how they end, and that nobody ever sees a traceback.

Most run in this process through the real entry point; where the process itself matters, it is one of its own.
"""

import io
import json
import logging
import mailbox
import os
import re
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from maildesk import __version__, cli
from maildesk.cli.ticket_mbox import mbox_entry
from maildesk.health import LONGEST_ROUND, Pulse
from maildesk.ingest import pipe
from maildesk.ingest.mailfiles import mails_in
from maildesk.store import Store
from tests.dialogue import Talk
from tests.kills import stream
from tests.postman import deliver
from tests.running import ROOT, RunningDaemon, running
from tests.servers import servers
from tests.servers.sink import Sink

pytestmark = pytest.mark.timeout(300)

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

READ_KEYS = (
    "subject from to cc reply_to date message_id in_reply_to references text visible_text quoted_text html language "
    "attachments kind kind_reason may_answer bounce forward tokens ticket_numbers problems"
).split()
TICKET_KEYS = set(
    "number subject status priority impact urgency type queue requester participants agent assigned_reason tags "
    "language opened_at first_response_at resolved_at closed_at resolution rating links deadlines messages "
    "events".split()
)
MESSAGE_KEYS = "id direction author at message_id text public placed_by verified attachments".split()
EVENT_KEYS = "at actor kind text".split()
INBOX_KEYS = (
    "id received_at source recipient from subject message_id state disposition reason ticket attempts".split()
)
OUTBOX_KEYS = "id to kind ticket message_id state attempts next_at error".split()


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


def mail_about(number: int, subject: str = "A printer") -> bytes:
    return MAIL.format(number=number, subject=subject).encode()


@pytest.fixture
def operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Operator]:
    for name in os.environ:
        if name.startswith("MAILDESK_") or name in ("ORIGINAL_RECIPIENT", "RECIPIENT", "SENDER"):
            monkeypatch.delenv(name)
    # What tests wait for is trouble, not its end.
    monkeypatch.setitem(Store.__init__.__kwdefaults__, "busy_seconds", 0.2)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    someone = Operator(tmp_path / "here", monkeypatch, capsys)
    someone.write("maildesk.toml", DESK)
    before = logging.getLogger("alembic.runtime.migration").level
    yield someone
    logging.getLogger("alembic.runtime.migration").setLevel(before)


def commands(group: Any, *names: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*names, name)
        if hasattr(command, "commands"):
            yield from commands(command, *names, name)


ALL_COMMANDS = list(commands(typer.main.get_command(cli.app)))
#: One call of each command that needs a configuration; stdin is a mail.
WITH_CONFIGURATION = [
    "run", "run --once", "check", "deliver", "import old.eml", "why 1", "ticket list", "ticket show 1",
    "ticket export 1", "inbox list", "inbox retry 1", "inbox drop 1", "outbox list", "outbox retry 1",
    "outbox drop 1", "readyz",
]  # fmt: skip
WITH_DATABASE = [command for command in WITH_CONFIGURATION if command not in ("check", "readyz")]


@pytest.mark.parametrize("command", [(), *ALL_COMMANDS], ids=" ".join)
def test_every_command_explains_itself(operator: Operator, command: tuple[str, ...]) -> None:
    said = operator.does(*command, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Usage: maildesk ") and len(said.out.splitlines()) > 4


def test_the_commands_of_this_part_are_there() -> None:
    names = {" ".join(command) for command in ALL_COMMANDS}
    wanted = "run check deliver import read why demo readyz ticket inbox outbox".split()
    assert names >= {*wanted, "ticket list", "ticket show", "ticket export", "inbox retry", "outbox drop"}


def test_the_module_is_the_command(operator: Operator) -> None:
    """And starts without what most commands do not need."""
    script = Path(sys.executable).with_name("maildesk")
    for command in ([sys.executable, "-m", "maildesk"], [str(script)]):
        said = subprocess.run(
            [*command, "--version"], cwd=operator.folder, env=operator.environment, capture_output=True, text=True
        )
        assert (said.returncode, said.stdout, said.stderr) == (0, f"maildesk {__version__}\n", "")
    look = "import sys, maildesk.cli; print({'sqlalchemy', 'alembic', 'pydantic', 'rich', 'jinja2'} & set(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", look], env=operator.environment, capture_output=True, text=True)
    assert loaded.stdout == "set()\n"


@pytest.mark.parametrize(
    "wrong",
    ["", "nonsense", "ticket", "ticket show", "ticket show x", "ticket show 99999999999999999999", "ticket list --status x",
     "inbox retry 0", "inbox list --state x", "run --roles desk,cook", "run --roles ,", "import --since soon old.eml",
     "read", "read --body --body-html x", "outbox list --limit 0", "why", "--config"],
)  # fmt: skip
def test_wrong_usage_is_2(operator: Operator, wrong: str) -> None:
    assert operator.does(*wrong.split()).code == 2


def test_the_configuration_is_found_in_its_order(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    def desk_of(*arguments: str) -> str:
        said = operator.does(*arguments, "readyz")
        return re.sub(r".*no heartbeat in .*/(\w+)\)\n", r"\1", said.err)

    for name in ("here", "variable", "option"):
        operator.write(f"{name}.toml", f'[desk]\naddress = "support@acme.example"\ndata = "{name}"\n')
    (operator.folder / "here.toml").rename(operator.folder / "maildesk.toml")
    assert desk_of() == "here"
    monkeypatch.setenv("MAILDESK_CONFIG", "variable.toml")
    assert desk_of() == "variable"
    assert desk_of("--config", "option.toml") == "option"
    monkeypatch.setenv("MAILDESK_DESK__DATA", "environment")
    assert desk_of() == "environment"


@pytest.mark.parametrize("command", WITH_CONFIGURATION)
def test_a_wrong_configuration_is_2_and_all_of_it_is_told(operator: Operator, command: str) -> None:
    operator.write(
        "maildesk.toml", '[desk]\nnme = "Acme"\n\n[relay]\nport = "many"\n\n[listen]\nlmtp = "nowhere"\n\n[desks]\n'
    )
    said = operator.does(*command.split(), stdin=mail_about(1))
    assert (said.code, said.out) == (2, "")
    for told in (
        "maildesk.toml:2: desk.nme is not a setting; did you mean `desk.name`?",
        "maildesk.toml:5: relay.port",
        "maildesk.toml:8: listen.lmtp",
        "maildesk.toml:10: desks is not a setting; did you mean `desk`?",
        "desk.address",
    ):
        assert told in said.err
    assert not (operator.folder / "var").exists()


@pytest.mark.parametrize("command", ["run", "ticket list", "read x", "deliver"])
def test_a_configuration_that_was_named_and_is_not_there(operator: Operator, command: str) -> None:
    said = operator.does("--config", "nowhere.toml", *command.split())
    assert said.code == 2 and said.err.startswith("nowhere.toml: there is no such file")


def _no_database(operator: Operator) -> str:
    operator.write("var/maildesk.db", b"This is not a database. " * 1000)
    return "file is not a database"


def _no_server(operator: Operator) -> str:
    url = f"postgresql+psycopg://maildesk:a-secret-word@127.0.0.1:{servers.free_port()}/maildesk"
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "{url}"\n')
    return "Connection refused"


def _a_file(operator: Operator) -> str:
    operator.write("var", "a file where the folder should be")
    return "File exists"


def _read_only(operator: Operator) -> str:
    # Nobody may write there, root included.
    operator.write("maildesk.toml", DESK.replace("[desk]", '[desk]\ndata = "/proc/maildesk"'))
    return "/proc/maildesk"


@pytest.mark.parametrize("command", WITH_DATABASE)
@pytest.mark.parametrize("trouble", [_no_database, _no_server, _a_file, _read_only])
def test_a_desk_that_cannot_be_opened_is_told_in_a_line(operator: Operator, trouble: Any, command: str) -> None:
    words = trouble(operator)
    said = operator.does(*command.split(), stdin=mail_about(1))
    assert (said.code, said.out) == (75, "")
    assert said.err.startswith("maildesk: ") and said.err.endswith("try again later\n") and said.err.count("\n") == 1
    assert "a-secret-word" not in said.err
    # What `deliver` says may travel to the sender of the mail.
    assert (words in said.err) == (command != "deliver")


@pytest.mark.parametrize(("command", "code"), [("ticket list", 1), ("run", 1), ("deliver", 75)])
def test_a_database_of_a_newer_maildesk(operator: Operator, command: str, code: int) -> None:
    assert operator.does("ticket", "list").code == 0
    with closing(sqlite3.connect(operator.folder / "var/maildesk.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    said = operator.does(*command.split(), stdin=mail_about(1))
    assert said.code == code
    assert code == 75 or "newer maildesk" in said.err


@pytest.mark.parametrize(("command", "code"), [("ticket list", 1), ("deliver", 75)])
def test_postgresql_without_its_driver(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, command: str, code: int
) -> None:
    _no_server(operator)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = operator.does(*command.split(), stdin=mail_about(1))
    assert said.code == code
    assert code == 75 or said.err.endswith("install maildesk[postgres]\n")


def test_a_fault_of_ours_is_a_line_with_its_place(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "read", lambda _self: 1 / 0)
    said = operator.does("ticket", "list")
    assert said.code == 1
    assert re.fullmatch(r"maildesk: a fault of its own, ZeroDivisionError: .*test_cli\.py, line \d+.*\n", said.err)


# deliver


@pytest.mark.parametrize(
    ("arguments", "environment", "recipient"),
    [
        ("--to network@acme.example", {"ORIGINAL_RECIPIENT": "x@acme.example"}, "network@acme.example"),
        ("", {"ORIGINAL_RECIPIENT": "sales@acme.example", "RECIPIENT": "x@acme.example"}, "sales@acme.example"),
        ("", {"RECIPIENT": "hr@acme.example"}, "hr@acme.example"),
        ("", {}, "support@acme.example"),
    ],
)
def test_a_mail_is_delivered(
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
    arguments: str,
    environment: dict[str, str],
    recipient: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for _ in range(2):
        assert operator.does("deliver", *arguments.split(), stdin=mail_about(1)).code == 0
    (row,) = operator.does("inbox", "list", "--json").documents
    assert (row["source"], row["recipient"], row["state"]) == ("pipe", recipient, "new")


def test_nothing_and_too_much_are_2(operator: Operator) -> None:
    operator.write("maildesk.toml", DESK + '[limits]\nmessage_size = "1MB"\n')
    assert operator.does("deliver", stdin=b"").code == 2
    assert operator.does("deliver", stdin=mail_about(1) + b"x" * 2_000_000).code == 2
    closed = subprocess.run(
        ["sh", "-c", '"$0" -m maildesk deliver <&-', sys.executable],
        cwd=operator.folder, env=operator.environment, capture_output=True, text=True,
    )  # fmt: skip
    assert (closed.returncode, closed.stderr) == (2, "maildesk: there is no standard input; the mail is read from there\n")
    assert operator.does("inbox", "list", "--json").documents == []


def test_a_locked_database_is_75_and_may_be_read(operator: Operator) -> None:
    operator.gets(mail_about(1))
    with closing(sqlite3.connect(operator.folder / "var/maildesk.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert operator.does("deliver", stdin=mail_about(2)).code == 75
        assert operator.does("import", operator.write("old.eml", mail_about(3))).code == 75
        assert len(operator.does("ticket", "list", "--json").documents) == 1
        assert len(operator.does("inbox", "list", "--json").documents) == 1
    assert operator.does("deliver", stdin=mail_about(2)).code == 0


def test_a_full_disk_is_75(operator: Operator) -> None:
    """No file may grow (EFBIG), which is what a full disk comes to."""

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))

    assert operator.does("ticket", "list").code == 0
    full = operator.starts("deliver", input=mail_about(1).decode(), preexec_fn=no_room)
    assert full.returncode == 75
    assert operator.does("inbox", "list", "--json").documents == []
    assert [file for file in (operator.folder / "var/raw").rglob("*") if file.is_file()] == []


def test_a_fault_of_ours_is_75(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe, "envelope_recipient", lambda *_: 1 / 0)
    said = operator.does("deliver", stdin=mail_about(1))
    assert (said.code, said.err) == (75, "maildesk: the mail was not kept (ZeroDivisionError); try again later\n")


# import


def test_old_mail_makes_tickets_in_silence_and_once(operator: Operator) -> None:
    box = mailbox.mbox(operator.folder / "old.mbox")
    box.add(mail_about(1))
    box.close()
    folder = mailbox.Maildir(operator.folder / "old-maildir")
    folder.add(mail_about(2))
    operator.write("one.eml", mail_about(3))
    everything = ("import", "old.mbox", "old-maildir", "one.eml")
    assert operator.does(*everything, "--dry-run").out == "3 new, 0 known already (only counted)\n"
    assert operator.does("inbox", "list", "--json").out == ""
    assert operator.does(*everything).out == "3 new, 0 known already\n"
    assert operator.does(*everything).out == "0 new, 3 known already\n"
    assert operator.does("run", "--once").code == 0
    tickets = operator.does("ticket", "list", "--json").documents
    assert [ticket["opened_at"] for ticket in tickets] == ["2020-03-03T09:20:30+00:00"] * 3
    assert operator.does("outbox", "list", "--json").out == ""
    assert not list((operator.folder / "var").rglob("sent/new/*"))


def test_imported_mail_may_be_announced_and_chosen_by_date(operator: Operator) -> None:
    operator.write("old/1.eml", mail_about(1).replace(b"2020", b"2019"))
    operator.write("old/2.eml", mail_about(2))
    said = operator.does("import", "--notify", "--since", "2020-01-01", "old")
    assert (said.code, said.out) == (0, "1 new, 0 known already, 1 from before\n")
    assert operator.does("run", "--once").code == 0
    assert {letter["to"] for letter in operator.does("outbox", "list", "--json").documents} >= {"anna@acme.example"}


def test_what_cannot_be_imported_is_counted_and_1(operator: Operator) -> None:
    operator.write("one.eml", mail_about(1))
    said = operator.does("import", "nowhere", "one.eml")
    assert (said.code, said.out) == (1, "1 new, 0 known already, 1 could not be read\n")


def test_a_person_sees_the_progress(operator: Operator) -> None:
    operator.write("one.eml", mail_about(1))
    terminal, inside = os.openpty()
    said = operator.starts("import", "one.eml", capture_output=False, stdout=subprocess.PIPE, stderr=inside)
    os.close(inside)
    assert b"read" in os.read(terminal, 1 << 16)
    os.close(terminal)
    assert said.stdout == "1 new, 0 known already\n"


# read


def test_every_file_has_its_line_in_order(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder without any configuration."""
    (operator.folder / "maildesk.toml").unlink()
    files = [operator.write(f"{number}.eml", mail_about(number)) for number in range(40)]
    broken = operator.write("broken", bytes(range(256)) * 20)
    empty = operator.write("empty", b"")
    (operator.folder / "folder").mkdir()
    said = operator.does("read", "--json", "nowhere", *files[:20], empty, "folder", *files[20:], broken)
    documents = said.documents
    assert said.code == 1
    ids = [document["message_id"] for document in documents]
    numbers = [f"{number}@customer.example" for number in range(40)]
    assert ids == ["", *numbers[:20], "", "", *numbers[20:], ""]
    for place, document in enumerate(documents):
        assert [key for key in document if key != "error"] == READ_KEYS
        assert ("error" in document) == (place in (0, 22))
    assert documents[0]["error"] == "nowhere: could not be read: No such file or directory"
    assert documents[22]["problems"] == ["could not be read: Is a directory"]
    assert documents[0]["may_answer"] is False


def test_a_file_of_somebody_else_is_told(operator: Operator) -> None:
    """Root may read everything, so the reader is nobody."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    secret = operator.write("secret.eml", mail_about(1))
    open_to_all = Path(tempfile.mkdtemp(prefix="maildesk-test-"))
    open_to_all.chmod(0o755)
    (open_to_all / "secret.eml").write_bytes(secret.read_bytes())
    (open_to_all / "secret.eml").chmod(0o600)
    look = (
        "import os, sys; sys.argv = ['maildesk', 'read', '--json', 'secret.eml']; from maildesk import cli;"
        "from maildesk.ingest import parse, workers; os.setgid(65534); os.setuid(65534); cli.main()"
    )
    code = "from maildesk.ingest.workers import Parsers; from pathlib import Path; import os\n"
    del code
    said = subprocess.run(
        [sys.executable, "-c", look], cwd=open_to_all, env=operator.environment, capture_output=True, text=True
    )
    assert said.returncode == 1 and "Permission denied" in said.stderr
