"""The operator's commands from outside: help, configuration, troubles of the desk, other terminals, the demonstration.

Nobody ever sees a traceback. Most run in this process through the real entry point; where the process itself matters,
it is one of its own.
"""

import json
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer

from maildesk import __version__, cli
from maildesk.store import Store
from tests.servers import servers
from tests.shell import DESK, Operator, mail_about


def commands(group: Any, *names: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*names, name)
        if hasattr(command, "commands"):
            yield from commands(command, *names, name)


ALL_COMMANDS = list(commands(typer.main.get_command(cli.app)))
#: One call of each command that needs a configuration; stdin is a mail.
WITH_CONFIGURATION = [
    "run", "run --once", "check", "deliver", "import old.eml", "why 1", "ticket list", "ticket show 1",
    "ticket export 1", "inbox list", "inbox retry 1", "inbox drop 1", "outbox list", "outbox retry 1", "reports list",
    "reports retry 1", "outbox drop 1", "readyz",
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
            [*command, "--version"],
            cwd=operator.folder,
            capture_output=True,
            text=True,
            env=operator.environment,
            check=False,
        )
        assert (said.returncode, said.stdout, said.stderr) == (0, f"maildesk {__version__}\n", "")
    look = "import sys, maildesk.cli; print({'sqlalchemy', 'alembic', 'pydantic', 'rich', 'jinja2'} & set(sys.modules))"
    command = [sys.executable, "-c", look]
    loaded = subprocess.run(command, env=operator.environment, capture_output=True, text=True, check=False)
    assert loaded.stdout == "set()\n"


@pytest.mark.parametrize(
    "wrong",
    ["", "nonsense", "ticket", "ticket show", "ticket show x", "ticket show 99999999999999999999", "why", "--config",
     "ticket list --status x", "inbox retry 0", "inbox list --state x", "outbox list --limit 0", "reports drop 0",
     "run --roles ,", "run --roles desk,cook", "import --since soon old.eml", "read", "read --body --body-html x"],
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


@pytest.mark.parametrize("command", [command for command in WITH_CONFIGURATION if command != "deliver"])
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


def test_a_slip_in_the_configuration_sends_no_mail_back(operator: Operator) -> None:
    """Postfix takes every code but 75 for a bounce, and what is said for the sender's eyes."""
    operator.write("maildesk.toml", '[desk]\nnme = "Acme"\n')
    said = operator.does("deliver", stdin=mail_about(1))
    assert (said.code, said.out) == (75, "")
    assert "maildesk check" in said.err and "maildesk.toml" not in said.err


@pytest.mark.parametrize("slip", ["deliver --too x", "deliver --to", "deliver extra", "--confg x deliver"])
def test_a_slip_in_the_alias_sends_no_mail_back(operator: Operator, slip: str) -> None:
    said = operator.does(*slip.split(), stdin=mail_about(1))
    assert (said.code, said.out) == (75, "")


@pytest.mark.parametrize("slip", ["check --bogus", "read deliver --bogus"])
def test_a_slip_at_the_shell_is_2(operator: Operator, slip: str) -> None:
    assert operator.does(*slip.split()).code == 2


@pytest.mark.parametrize("command", ["run", "ticket list", "read x"])
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
    return "here/var"


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


@pytest.mark.parametrize(
    "language", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["C", "ASCII"]
)
def test_a_terminal_without_our_letters(operator: Operator, language: dict[str, str]) -> None:
    mail = operator.write("1.eml", mail_about(1, "=?utf-8?b?7ZSE66aw7YSwIHDDpSDwn5GN?="))
    environment = {**operator.environment, **language}
    document = json.loads(operator.starts("read", "--json", mail, env=environment).stdout)
    assert document["subject"] == "프린터 på 👍"
    assert operator.starts("read", mail, env=environment).returncode == 0


def test_a_reader_that_goes_away(operator: Operator) -> None:
    """As in `maildesk read --json * | head -1`."""
    mail = operator.write("1.eml", mail_about(1) + b"many words\n" * 20_000)
    command = [sys.executable, "-m", "maildesk", "read", "--json", *[str(mail)] * 3]
    with subprocess.Popen(
        command, cwd=operator.folder, env=operator.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) in (0, 1)


def test_the_demonstration_ends_by_itself_and_leaves_nothing(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks at no configuration, not even a wrong one, and speaks to nobody else."""
    operator.write("maildesk.toml", "wrong")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    # Its daemon and its people write at the same time.
    monkeypatch.setattr(Store.__init__, "__kwdefaults__", {"busy_seconds": 60.0})
    spoken: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", _recorded(socket.socket.connect, spoken))
    said = operator.does("demo")
    assert (said.code, said.err) == (0, "")
    assert "rated 5 of 5" in said.out and said.out.splitlines()[-1].endswith("and nobody logged in.")
    assert spoken and {address[0] for address in spoken} == {"127.0.0.1"}
    assert {path.name for path in tmp_path.rglob("*")} == {"here", "temporary", "maildesk.toml"}


def test_a_demonstration_that_is_kept_begins_in_an_empty_folder(operator: Operator) -> None:
    operator.write("kept/something", "else")
    said = operator.does("demo", "--keep", "kept")
    assert (said.code, said.out) == (1, "")
    assert said.err == "maildesk: kept is not empty; name a new folder to keep the demonstration in\n"


def _recorded(connect: Any, spoken: list[Any]) -> Any:
    def connected(own: socket.socket, address: Any) -> None:
        spoken.append(address)
        connect(own, address)

    return connected


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_whoever_closes_the_output_hears_nothing(operator: Operator, closed: str) -> None:
    """A shell closes them before the command begins; Python has no streams then."""
    command = f'"{sys.executable}" -m maildesk ticket list {closed}'
    ended = subprocess.run(
        ["sh", "-c", command], cwd=operator.folder, env=operator.environment, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
