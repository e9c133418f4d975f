"""The database and the secrets, looked into: what is damaged, older, newer, locked or readable by strangers."""

import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from maildesk.checks import Grade, database
from maildesk.checks.secrecy import check_secrets
from maildesk.settings_file import load_configuration
from tests.checks.configured import DESK, started, worst, written


def damaged(file: Path) -> None:
    """Pages in the middle overwritten, as a dying disk does it."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(file.read_bytes())
    data[8192:40960] = b"\xa5" * (40960 - 8192)
    file.write_bytes(data)


def nibbled(file: Path) -> None:
    """One page is not what it was, and everything else can be read."""
    with sqlite3.connect(file) as connection:
        index = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_event_ticket_id'"
        (page,) = connection.execute(index).fetchone()
    connection.close()
    data = file.read_bytes()
    file.write_bytes(data[: (page - 1) * 4096] + b"\xa5" * 4096 + data[page * 4096 :])


def newer(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def older(file: Path) -> None:
    file.write_bytes(b"")


DATABASES = [
    ("database", Grade.FAIL, damaged, "it cannot be read", "restore the newest backup"),
    ("database", Grade.FAIL, nibbled, "is damaged: ", "restore the newest backup"),
    ("database", Grade.FAIL, lambda file: file.write_bytes(b"this is no database" * 99), "not a database", "backup"),
    ("database schema", Grade.FAIL, newer, "newer maildesk (revision 9999", "nothing was changed"),
    ("database schema", Grade.OK, older, "0001", ""),
]


@pytest.mark.parametrize(("what", "grade", "change", "found", "remedy"), DATABASES)
def test_a_database_is_looked_into(
    tmp_path: Path, what: str, grade: Grade, change: Callable[[Path], object], found: str, remedy: str
) -> None:
    configuration = started(tmp_path)
    change(configuration.data / "maildesk.db")
    finding = worst(configuration, what)
    assert finding.grade is grade
    assert found in finding.found
    assert remedy in finding.remedy


def test_a_locked_database_is_told_and_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    configuration = started(tmp_path)
    file = configuration.data / "maildesk.db"
    holder = sqlite3.connect(file)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        finding = worst(configuration, "database")
    finally:
        holder.close()
    assert finding.grade is Grade.FAIL
    assert "locked" in finding.found


def test_postgres_that_is_away(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    url = f"postgresql+psycopg://desk:hunter2@127.0.0.1:{port}/desk"
    finding = worst(written(tmp_path, f'{DESK}[store]\nurl = "{url}"\n'), "database")
    assert finding.grade is Grade.FAIL
    assert "nobody listens" in finding.remedy
    assert "hunter2" not in str(finding)


def with_password(password: str) -> str:
    return f'{DESK}[relay]\nhost = "smtp.acme.example"\nuser = "desk"\npassword = {password}\n'


SECRETS = [
    (Grade.OK, '{ env = "PATH" }', 0o600, "in the variable PATH", ""),
    (Grade.FAIL, '{ env = "MAILDESK_IS_NOT_SET" }', 0o600, "which is not set", "set it where"),
    (Grade.OK, '{ file = "kept" }', 0o640, "kept", ""),
    (Grade.WARN, '{ file = "kept" }', 0o644, "every user of this machine", "chmod o="),
    (Grade.FAIL, '{ file = "lost" }', 0o600, "lost, which cannot be read", "write the secret there"),
    (Grade.OK, '{ command = "echo hunter2" }', 0o600, "from a command", ""),
    (Grade.FAIL, '{ command = "false" }', 0o600, "ended with 1", "run the command by hand"),
    (Grade.OK, '"hunter2"', 0o600, "in the configuration itself", ""),
    (Grade.WARN, '"hunter2"', 0o644, "every user of this machine", "chmod o="),
]


@pytest.mark.parametrize(("grade", "password", "mode", "found", "remedy"), SECRETS)
def test_a_secret_can_be_had_and_is_not_shown(
    tmp_path: Path, grade: Grade, password: str, mode: int, found: str, remedy: str
) -> None:
    (tmp_path / "kept").write_text("hunter2\n")
    configuration = written(tmp_path, with_password(password))
    for name in ("kept", "maildesk.toml"):
        (tmp_path / name).chmod(mode)
    finding = worst(configuration, "relay.password")
    assert finding.grade is grade
    assert found in finding.found
    assert remedy in finding.remedy
    assert "hunter2" not in "".join(map(str, check_secrets(configuration)))


def test_a_secret_from_the_environment_is_not_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "maildesk.toml"
    file.write_text(DESK)
    file.chmod(0o644)
    relay = {"MAILDESK_RELAY__HOST": "smtp.acme.example", "MAILDESK_RELAY__USER": "desk"}
    configuration = load_configuration(file, relay | {"MAILDESK_RELAY__PASSWORD": "hunter2"})
    assert worst(configuration, "relay.password").grade is Grade.OK


def test_the_password_of_the_database_is_a_secret_too(tmp_path: Path) -> None:
    url = "postgresql+psycopg://desk:hunter2@127.0.0.1:1/desk"
    configuration = written(tmp_path, f'{DESK}[store]\nurl = "{url}"\n')
    (tmp_path / "maildesk.toml").chmod(0o644)
    assert worst(configuration, "store.url").grade is Grade.WARN
    assert "hunter2" not in "".join(map(str, check_secrets(configuration)))
