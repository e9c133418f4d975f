"""init, config, systemd, completion: what an operator does before the first mail comes."""

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from maildesk.beginning import discovery
from maildesk.beginning.discovery import find_provider
from maildesk.beginning.providers import FASTMAIL, GOOGLE, MICROSOFT, Provider, guessed, provider_by_mx, provider_of
from maildesk.beginning.writing import Wishes, written
from maildesk.config import read_settings
from maildesk.config.described import described
from maildesk.config.known import known_keys
from maildesk.config.lines import dotted
from maildesk.places import shipped_file
from tests.configured import EVERYTHING, HIDDEN
from tests.shell import Operator

INIT = ("init", "--address", "support@acme.example", "--offline", "--yes", "--output")


@pytest.mark.parametrize(
    ("domain", "imap"),
    [
        ("gmail.com", "imap.gmail.com"),
        ("Outlook.com", "outlook.office365.com"),
        ("fastmail.com", "imap.fastmail.com"),
        ("icloud.com", "imap.mail.me.com"),
        ("yahoo.com", "imap.mail.yahoo.com"),
        ("mailbox.org", "imap.mailbox.org"),
        ("domeneshop.no", "imap.domeneshop.no"),
        ("naver.com", "imap.naver.com"),
        ("hanmail.net", "imap.daum.net"),
    ],
)
def test_well_known_providers_need_no_network(domain: str, imap: str) -> None:
    provider = provider_of(domain)
    assert provider is not None and provider.imap == imap


@pytest.mark.parametrize(
    ("servers", "provider"),
    [
        (["aspmx.l.google.com.", "alt1.aspmx.l.google.com."], GOOGLE),
        (["acme-example.mail.protection.outlook.com."], MICROSOFT),
        (["in1-smtp.MESSAGINGENGINE.com."], FASTMAIL),
        (["mx.acme.example."], None),
        (["evilgoogle.com."], None),
        ([], None),
    ],
)
def test_customers_of_a_provider_are_known_by_their_mx(servers: list[str], provider: Provider | None) -> None:
    assert provider_by_mx(servers) == provider


class _Srv:
    def __init__(self, target: str, port: int, priority: int = 0) -> None:
        self.priority, self.weight, self.port = priority, 1, port
        self.target = self
        self.name = target

    def to_text(self) -> str:
        return self.name


def test_a_domain_that_names_its_servers_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {
        "_imaps._tcp.acme.example": [_Srv("mail2.acme.example.", 993, 5), _Srv("mail.acme.example.", 993)],
        "_submissions._tcp.acme.example": [_Srv("mail.acme.example.", 465)],
        "_submission._tcp.acme.example": [_Srv(".", 0)],
    }
    monkeypatch.setattr(discovery, "_records", lambda name, _kind: named.get(name, []))
    found = find_provider("acme.example")
    assert (found.imap, found.smtp, found.smtp_port, found.smtp_tls) == (
        "mail.acme.example",
        "mail.acme.example",
        465,
        "implicit",
    )
    assert find_provider("other.example").imap == "imap.other.example"


@pytest.mark.parametrize("provider", [GOOGLE, provider_of("daum.net"), guessed("acme.example")])
def test_the_first_configuration_is_short_and_right(provider: Provider) -> None:
    text = written(Wishes("support@acme.example", provider, 'ku"rt', "mail.secret"))
    assert len([line for line in text.splitlines() if line]) <= 12
    settings = read_settings(text, {}, "")
    assert (settings.imap[0].host, settings.relay.host) == (provider.imap, provider.smtp)
    assert (settings.relay.port, settings.relay.tls) == (provider.smtp_port, provider.smtp_tls)
    assert settings.imap[0].user == 'ku"rt'


def test_init_writes_what_check_accepts(operator: Operator) -> None:
    done = operator.does(*INIT, "new.toml", "--agent", "anna@acme.example", "--operator", "ops@acme.example")
    assert done.code == 0 and "check --live" in done.out and "mail.secret" in done.out
    assert (operator.folder / "new.toml").stat().st_mode & 0o777 == 0o600
    operator.write("mail.secret", "hunter2").chmod(0o600)
    checked = operator.does("--config", "new.toml", "check", "--json")
    assert {row["grade"] for row in checked.documents} <= {"OK", "WARN"}, checked.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((*INIT, "maildesk.toml"), 1, "not overwritten"),
        (("init", "--yes", "--output", "new.toml"), 2, "--address"),
        (("init", "--address", "no address", "--offline", "--yes", "--output", "new.toml"), 2, "not a mail address"),
        ((*INIT, "no/folder/new.toml"), 1, "No such file"),
    ],
)
def test_init_says_what_is_wrong(operator: Operator, arguments: tuple[str, ...], code: int, words: str) -> None:
    before = (operator.folder / "maildesk.toml").read_text()
    ended = operator.does(*arguments)
    assert ended.code == code and words in ended.err
    assert not (operator.folder / "new.toml").exists()
    assert (operator.folder / "maildesk.toml").read_text() == before


def test_init_tries_what_it_wrote(operator: Operator) -> None:
    operator.write("mail.secret", "hunter2").chmod(0o600)
    ended = operator.does(*INIT, "new.toml", "--imap-host", "127.0.0.1", "--smtp-host", "127.0.0.1", "--test")
    assert ended.code == 1 and "FAIL imap.support@acme.example" in ended.out


def test_init_asks_at_a_terminal(operator: Operator) -> None:
    """With a real terminal: answers are typed, the password is neither shown nor written into the configuration."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "maildesk", "init", "--offline", "--output", "new.toml"]
    terminal: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "start_new_session": True}
    asked = subprocess.Popen(command, cwd=operator.folder, env=operator.environment, **terminal)
    os.close(theirs)
    said = b""
    for question, word in (
        (b"people will write to", "support@fastmail.com"),
        (b"IMAP", ""),
        (b"SMTP", ""),
        (b"log in as", ""),
        # Not before the echo is off, as a person would not: what was typed earlier is thrown away.
        (b"later): ", HIDDEN),
        (b"first agent", "anna@acme.example"),
    ):
        while question not in said:
            said += os.read(ours, 1000)
        said = b""
        os.write(ours, word.encode() + b"\n")
    rest = b""
    try:
        while chunk := os.read(ours, 1000):
            rest += chunk
    except OSError:
        pass  # the terminal is gone
    os.close(ours)
    assert asked.wait(30) == 0 and HIDDEN.encode() not in rest
    assert "imap.fastmail.com" in (operator.folder / "new.toml").read_text()
    assert HIDDEN not in (operator.folder / "new.toml").read_text()
    assert (operator.folder / "mail.secret").read_text() == f"{HIDDEN}\n"
    assert (operator.folder / "mail.secret").stat().st_mode & 0o777 == 0o600


def test_init_overwrites_no_secret(operator: Operator) -> None:
    """Nor does it follow a link that somebody laid there; then nothing is written at all."""
    (operator.folder / "mail.secret").symlink_to(operator.folder / "elsewhere")
    ours, theirs = pty.openpty()
    said = operator.starts("init", "--offline", "--output", "new.toml", stdin=theirs)
    os.close(ours)
    os.close(theirs)
    assert said.returncode == 1 and "mail.secret is there already" in said.stderr
    assert [file.name for file in operator.folder.glob("*")] == ["mail.secret", "maildesk.toml"]
    assert not (operator.folder / "elsewhere").exists()


def test_every_setting_is_described() -> None:
    rows = {row.key: row for row in described(shipped_file("maildesk.toml").read_text(encoding="utf-8"))}
    tables = {path[:length] for path in known_keys() for length in range(1, len(path))}
    keys = {dotted(tuple(step for step in path if step != 0)) for path in known_keys() - tables}
    assert keys - set(rows) == set()
    assert set(rows) - keys == set()
    assert [key for key, row in rows.items() if not row.meaning and not key.startswith("policy.")] == []


def test_what_counts_and_where_it_comes_from(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.write("maildesk.toml", EVERYTHING)
    monkeypatch.setenv("MAILDESK_RELAY__PORT", "2525")
    monkeypatch.setenv("MAILDESK_IMAP", json.dumps([{"host": "h.example", "user": "u", "password": HIDDEN}]))
    shown = operator.does("config", "show", "--json")
    assert shown.code == 0, shown.err
    rows = {row["key"]: (row["value"], row["from"]) for row in shown.documents}
    assert rows["relay.port"] == (2525, "MAILDESK_RELAY__PORT")
    assert rows["imap[0].host"] == ("h.example", "MAILDESK_IMAP")
    assert rows["imap[0].password"] == ("(hidden)", "MAILDESK_IMAP")
    assert rows["relay.password"][0] == {"env": "RELAY_PASSWORD"}
    assert rows["desk.subaddress"] == ("-", "maildesk.toml:5")
    assert rows["answers.reopen_within"][1].startswith(("maildesk.toml", "default"))
    assert rows["store.url"][0] == "postgresql+psycopg://maildesk:(hidden)@127.0.0.1:5432/maildesk"
    assert HIDDEN not in shown.out and HIDDEN not in operator.does("config", "show").out


def test_describe_and_schema(operator: Operator) -> None:
    assert operator.does("config", "describe").out == shipped_file("maildesk.toml").read_text(encoding="utf-8")
    (row,) = operator.does("config", "describe", "relay.port", "--json").documents
    assert row["default"] == "587" and "starttls" in row["meaning"]
    wrong = operator.does("config", "describe", "relay.prot")
    assert wrong.code == 1 and "did you mean relay.port" in wrong.err
    schema = json.loads(operator.does("config", "schema").out)
    relay = schema["$defs"]["RelaySettings"]["properties"]
    assert relay["port"]["maximum"] == 65_535 and "starttls" in relay["port"]["description"]
    assert schema["required"] == ["desk"]
    assert operator.does("config", "schema").err == ""


def test_the_unit_has_the_paths_of_this_installation(operator: Operator) -> None:
    unit = operator.does("--config", "mine.toml", "systemd").out
    assert f"--config {operator.folder / 'mine.toml'} run" in unit
    assert "Type=notify" in unit and "WatchdogSec=" in unit


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(operator: Operator, shell: str) -> None:
    assert "_MAILDESK_COMPLETE" in operator.does("completion", shell).out


def test_the_shell_completes_our_commands(operator: Operator) -> None:
    """As the script of `completion bash` asks."""
    asking = {"_MAILDESK_COMPLETE": "complete_bash", "COMP_WORDS": "maildesk res", "COMP_CWORD": "1"}
    program = "import sys; sys.argv[0] = 'maildesk'; from maildesk.cli import main; main()"
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**operator.environment, **asking},
        cwd=operator.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.split() == ["restore"], said.stderr


def test_the_shipped_configuration_is_toml() -> None:
    assert tomllib.loads(Path(shipped_file("maildesk.toml")).read_text(encoding="utf-8"))["desk"]


def test_a_number_in_a_variable_is_shown_as_a_number(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"RELAY__PORT": "2525", "FEEDBACK__WITH_CLOSURE": "false", "ANSWERS__HOLD": "5s"}.items():
        monkeypatch.setenv(f"MAILDESK_{name}", value)
    values = {row["key"]: row["value"] for row in operator.does("config", "show", "--json").documents}
    assert [values[key] for key in ("relay.port", "feedback.with_closure", "answers.hold")] == [2525, False, "5s"]


def test_a_program_gets_each_mistake_as_a_finding(operator: Operator) -> None:
    operator.write("maildesk.toml", '[desk]\nadress = "support@acme.example"\n')
    said = operator.does("check", "--json")
    assert said.code == 2 and "did you mean" in said.err
    assert [(one["grade"], one["what"]) for one in said.documents] == [
        ("FAIL", "desk.address"),
        ("FAIL", "desk.adress"),
    ]
    assert said.documents[1]["remedy"] == "did you mean `desk.address`?"
    assert operator.does("check").out == ""
