"""`maildesk check` without servers: one row per thing that may be wrong, and the command as an operator starts it."""

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from maildesk.checks import Finding, Grade, check_settings, database, machine
from maildesk.checks.asking import Question, answers, answers_within
from maildesk.checks.authorities import check_authorities
from maildesk.checks.certificate import names_in
from maildesk.checks.database import check_database
from maildesk.checks.disk import check_data, check_raw
from maildesk.checks.finding import ok
from maildesk.checks.remedies import remedy_for
from maildesk.checks.roads import check_auth, check_intake, check_listen, check_relay
from maildesk.checks.secrecy import check_secrets
from maildesk.checks.team import check_agents, check_desk
from maildesk.config import ConfigError, Problem
from maildesk.errors import Deferred, Refused
from maildesk.foundation import lay_foundation
from maildesk.settings_file import Configuration, load_configuration
from tests.servers.servers import Certificates

DESK = '[desk]\naddress = "support@acme.example"\noperator = "ops@acme.example"\n'
AGENT = '[[agent]]\nemail = "anna@acme.example"\nname = "Anna"\nmanager = true\n'


def written(folder: Path, text: str) -> Configuration:
    file = folder / "maildesk.toml"
    file.write_text(text)
    file.chmod(0o600)
    return load_configuration(file, {})


def started(folder: Path, text: str = DESK) -> Configuration:
    """The configuration of a desk that has run once."""
    configuration = written(folder, text)
    lay_foundation(configuration).store.close()
    configuration.data.chmod(0o750)
    return configuration


HELP = DESK.replace("support@", "support@help.")
QUEUE = '[[queue]]\nname = "network"\naddress = "network@acme.example"\n'

#: Where a finding comes from; the whole takes half a second, because it reads every template.
AREAS: dict[str, Callable[..., Iterator[Finding]]] = {
    "desk.operator": check_desk,
    "desk.subaddress": check_desk,
    "desk.address": check_desk,
    "agent": check_agents,
    "agent.manager": check_agents,
    "agent.name": check_agents,
    "intake": check_intake,
    "listen.lmtp": check_listen,
    "listen.smtp": check_listen,
    "listen.http": check_listen,
    "relay": check_relay,
    "relay.ca_file": check_authorities,
    "auth.trusted_authserv_ids": check_auth,
    "auth.mx": check_auth,
    "auth.pinned_domains": check_auth,
    "store.raw": check_raw,
    "desk.data": check_data,
    "disk space": check_data,
    "database": check_database,
    "database schema": check_database,
    "relay.password": check_secrets,
    "store.url": check_secrets,
    "templates": machine.check_templates,
    "time zones": machine.check_zones,
    "clock": machine.check_clock,
}


def worst(configuration: Configuration, what: str) -> Finding:
    order = list(Grade)
    area = AREAS[what]
    found = list(answers(Question(what, "relay", partial(area, configuration))))
    return max((one for one in found if one.what == what), key=lambda one: order.index(one.grade))


SETTINGS = [
    ("desk.operator", Grade.OK, DESK, "ops@acme.example", ""),
    ("desk.operator", Grade.WARN, '[desk]\naddress = "support@acme.example"\n', "nobody is told", "operator ="),
    ("desk.subaddress", Grade.OK, DESK, "support+...@acme.example", ""),
    ("desk.subaddress", Grade.WARN, DESK + 'subaddress = "none"\n', "no signed address", 'subject_tag = "always"'),
    ("desk.address", Grade.OK, DESK, "support@acme.example", ""),
    ("desk.address", Grade.WARN, DESK + AGENT, "support@acme.example at the domain of your staff", "support@help.acme"),
    (
        "desk.address",
        Grade.WARN,
        HELP + AGENT + 'aliases = ["a@Help.acme.example"]\n',
        "support@help.acme",
        "subdomain",
    ),
    ("desk.address", Grade.OK, HELP + AGENT, "support@help.acme.example", ""),
    ("desk.address", Grade.WARN, HELP + AGENT + QUEUE, "network@acme.example at the domain", "no service"),
    # Nobody gets an address of his own, or anybody has one there anyway.
    ("desk.address", Grade.OK, DESK + 'subaddress = "none"\n' + AGENT, "support@acme.example", ""),
    ("desk.address", Grade.OK, (DESK + AGENT).replace("acme.example", "gmail.com"), "support@gmail.com", ""),
    ("agent", Grade.WARN, DESK, "nobody", "[[agent]]"),
    ("agent", Grade.OK, DESK + AGENT, "1, of them 1 managing", ""),
    ("agent.manager", Grade.WARN, DESK + AGENT.replace("true", "false"), "no manager", "manager = true"),
    (
        "agent.name",
        Grade.WARN,
        DESK + AGENT + '[[agent]]\nemail = "anna.b@acme.example"\nname = "ANNA"\n',
        "anna@acme.example, anna.b@acme.example",
        "a name of their own",
    ),
    ("intake", Grade.WARN, DESK, "neither [[imap]] nor [listen]", "[[imap]]"),
    ("intake", Grade.WARN, DESK + '[listen]\nhttp = "127.0.0.1:8025"\n', "neither", "[[imap]]"),
    ("intake", Grade.OK, DESK + '[listen]\nlmtp = "127.0.0.1:8024"\n', "lmtp on 127.0.0.1:8024", ""),
    ("listen.lmtp", Grade.OK, DESK + '[listen]\nlmtp = "[::1]:8024"\n', "[::1]:8024", ""),
    ("listen.lmtp", Grade.WARN, DESK + '[listen]\nlmtp = "0.0.0.0:8024"\n', "whoever reaches it", "127.0.0.1:8024"),
    ("listen.http", Grade.WARN, DESK + '[listen]\nhttp = "10.0.0.1:80"\n', "read the desk's figures", "this machine"),
    ("listen.smtp", Grade.FAIL, DESK + '[listen]\nsmtp = "unix:/nowhere/at/all"\n', "no folder /nowhere/at", "make it"),
    ("relay", Grade.WARN, DESK, "letters go to the Maildir", "relay.host"),
    ("relay", Grade.OK, DESK + '[relay]\nhost = "smtp.acme.example"\n', "smtp.acme.example:587, tls starttls", ""),
    ("relay.ca_file", Grade.FAIL, DESK + '[relay]\nca_file = "no.pem"\n', "no.pem, which cannot be read", "as PEM"),
    ("relay.ca_file", Grade.FAIL, DESK + '[relay]\nca_file = "maildesk.toml"\n', "holds no certificate", "as PEM"),
    ("auth.trusted_authserv_ids", Grade.WARN, DESK, "signed address", "authserv-id"),
    ("auth.trusted_authserv_ids", Grade.FAIL, DESK + '[auth]\nagents = "strict"\n', "no agent is ever", "authserv-id"),
    ("auth.trusted_authserv_ids", Grade.OK, DESK + '[auth]\ntrusted_authserv_ids = ["mx.acme.example"]\n', "mx.", ""),
    ("auth.mx", Grade.FAIL, DESK + "[auth]\nmx = true\n", "listen.smtp is off", "listen.smtp"),
    ("auth.mx", Grade.OK, DESK + '[auth]\nmx = true\n[listen]\nsmtp = "127.0.0.1:25"\n', "DMARC", ""),
    ("auth.pinned_domains", Grade.OK, DESK + '[auth]\npinned_domains = ["acme.example"]\n', "acme.example", ""),
    ("store.raw", Grade.OK, DESK, "made at the first start", ""),
    ("store.raw", Grade.OK, DESK + '[store]\nraw = "s3://mail"\n', "s3://mail", ""),
    ("desk.data", Grade.OK, DESK, "is made at the first start", ""),
    ("desk.data", Grade.FAIL, DESK + 'data = "maildesk.toml"\n', "is no folder", "name another"),
    ("desk.data", Grade.FAIL, DESK + 'data = "maildesk.toml/in"\n', "cannot be made", "install -d"),
    ("desk.data", Grade.FAIL, DESK + 'data = "/proc"\n', "takes no file", "on a disk that takes writes"),
    ("database", Grade.OK, DESK, "is made at the first start", ""),
    ("templates", Grade.OK, DESK, "en, ko, nb", ""),
    ("time zones", Grade.OK, DESK + 'timezone = "Europe/Oslo"\n', "Europe/Oslo", ""),
    ("clock", Grade.OK, DESK, "20", ""),
]


@pytest.mark.parametrize(("what", "grade", "text", "found", "remedy"), SETTINGS)
def test_a_setting_is_graded(tmp_path: Path, what: str, grade: Grade, text: str, found: str, remedy: str) -> None:
    finding = worst(written(tmp_path, text), what)
    assert finding.grade is grade
    assert found in finding.found
    assert remedy in finding.remedy
    assert bool(finding.remedy) == (grade is not Grade.OK)


def test_a_desk_that_ran_once_has_nothing_to_mend(tmp_path: Path) -> None:
    text = DESK + AGENT + '[listen]\nlmtp = "127.0.0.1:8024"\n[relay]\nhost = "smtp.acme.example"\n'
    found = list(
        check_settings(
            started(
                tmp_path,
                text.replace("support@", "support@help.") + '[auth]\ntrusted_authserv_ids = ["mx.acme.example"]\n',
            )
        )
    )
    assert {finding.grade for finding in found} == {Grade.OK}
    assert {"database", "database durability", "database schema", "disk space"} <= {finding.what for finding in found}


def test_a_check_makes_nothing(tmp_path: Path) -> None:
    configuration = written(tmp_path, DESK)
    list(check_settings(configuration))
    assert [path.name for path in tmp_path.iterdir()] == ["maildesk.toml"]


def test_every_area_is_told_before_it_is_looked_at(tmp_path: Path) -> None:
    told: list[str] = []
    assert list(check_settings(written(tmp_path, DESK), told.append))
    assert "database" in told
    assert "clock" in told


@pytest.mark.parametrize(("free", "grade"), [(79, Grade.FAIL), (999, Grade.WARN), (1001, Grade.OK)])
def test_room_is_counted_in_mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, grade: Grade) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=free * 1_000_000))
    assert worst(written(tmp_path, DESK), "disk space").grade is grade


@pytest.mark.parametrize("mode", [0o755, 0o701, 0o704])
def test_data_that_strangers_may_read(tmp_path: Path, mode: int) -> None:
    configuration = started(tmp_path)
    configuration.data.chmod(mode)
    finding = worst(configuration, "desk.data")
    assert (finding.grade, finding.remedy) == (Grade.WARN, f"chmod o= {configuration.data}")


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


class StoppedClock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


NOW = datetime.now(UTC)  # noqa: TID251


@pytest.mark.parametrize(
    ("now", "grade"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), Grade.FAIL),
        (datetime(2170, 1, 1, tzinfo=UTC), Grade.FAIL),
        (NOW - timedelta(hours=1), Grade.WARN),
        (NOW + timedelta(days=30), Grade.OK),
    ],
)
def test_a_clock_that_cannot_be_right(tmp_path: Path, now: datetime, grade: Grade) -> None:
    assert [finding.grade for finding in machine.check_clock(started(tmp_path), StoppedClock(now))] == [grade]


def test_missing_zones_and_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_A_ZONE_WITH_RULES", "Nowhere/At_All")
    templates = tmp_path / "templates"
    (templates / "words").mkdir(parents=True)
    (templates / "words" / "en.j2").write_text("{% macro %}")
    monkeypatch.setattr(machine, "templates_folder", lambda: templates)
    configuration = written(tmp_path, DESK)
    assert worst(configuration, "time zones").grade is Grade.FAIL
    assert worst(configuration, "templates").grade is Grade.FAIL


def raising(error: Exception) -> Callable[[], Iterator[Finding]]:
    def ask() -> Iterator[Finding]:
        yield ok("first", "well")
        raise error

    return ask


@pytest.mark.parametrize(
    ("error", "found", "remedy"),
    [
        (Deferred("the server is away"), "the server is away", "log says more"),
        (Refused("no"), "no", "log says more"),
        (ConfigError([Problem(("a",), "is wrong; mend it")]), "a is wrong", "mend it"),
        (PermissionError(13, "Permission denied", "/a/file"), "Permission denied /a/file", "give it to the user"),
        (KeyError("hunter2"), "the check itself broke (KeyError)", "report it"),
    ],
)
def test_a_question_that_raises_says_what_was_found_before(error: Exception, found: str, remedy: str) -> None:
    first, last = answers(Question("it", "relay", raising(error)))
    assert first.grade is Grade.OK
    assert (last.grade, last.what, last.found) == (Grade.FAIL, "it", found)
    assert remedy in last.remedy


def test_one_that_does_not_answer_is_left_behind() -> None:
    never = threading.Event()

    def wait() -> Iterator[Finding]:
        yield ok("slow", "so far")
        never.wait()

    quick = Question("quick", "relay", lambda: iter([ok("quick", "well")]))
    told: list[str] = []
    found = list(answers_within([Question("slow", "imap", wait), quick], told.append, seconds=0.2))
    never.set()
    assert [(finding.what, finding.grade) for finding in found] == [
        ("slow", Grade.OK),
        ("slow", Grade.FAIL),
        ("quick", Grade.OK),
    ]
    assert "no answer within" in found[1].found
    assert "imap.port" in found[1].remedy
    assert told == ["slow", "quick"]


def wrong_certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (wrong_certificate(62), "a name that is in the certificate as imap.host"),
        (wrong_certificate(64), "a name that is in the certificate as imap.host"),
        (wrong_certificate(10), "renew"),
        (wrong_certificate(9), "clocks"),
        (wrong_certificate(18), "imap.ca_file"),
        (wrong_certificate(20), "imap.ca_file"),
        (ssl.SSLError(1, "wrong version number"), "do not go together"),
        (socket.gaierror(-2, "Name or service not known"), "DNS"),
        (ConnectionRefusedError(111, "Connection refused"), "nobody listens"),
        (ConnectionResetError(104, "reset"), "hung up"),
        (TimeoutError(), "firewall"),
        (OSError(101, "Network is unreachable"), "routes"),
    ],
)
def test_a_cause_has_its_remedy(cause: Exception, words: str) -> None:
    trouble = Deferred("trouble")
    trouble.__cause__ = cause
    assert words in remedy_for(trouble, "imap")
    # Adapters cut the cause off; the context stays.
    cut = Deferred("trouble")
    cut.__context__ = cause
    assert remedy_for(cut, "imap") == remedy_for(trouble, "imap")


def pem(file: Path) -> bytes:
    """The certificate of a PEM file, as DER."""
    return ssl.PEM_cert_to_DER_cert(file.read_text())


def test_the_names_in_a_certificate(certificates: Certificates) -> None:
    assert names_in(pem(certificates.cert_file)) == ("localhost", "127.0.0.1")


@pytest.mark.parametrize("critical", ["", "0101ff"])
def test_the_names_stand_behind_a_critical_mark_too(critical: str) -> None:
    name = b"\x82\x0cacme.example" + b"\x81\x01@" + b"\x87\x04\x0a\x00\x00\x01"
    value = b"\x30" + bytes([len(name)]) + name
    extension = bytes.fromhex("0603551d11" + critical) + b"\x04" + bytes([len(value)]) + value
    assert names_in(b"\x30\x82\x01" + extension + b"\x30\x00") == ("acme.example", "10.0.0.1")


def test_names_of_broken_certificates_are_none_or_some(certificates: Certificates) -> None:
    whole = pem(certificates.cert_file)
    assert names_in(pem(certificates.ca_file)) == ()
    for cut in range(len(whole)):
        assert set(names_in(whole[:cut])) <= {"localhost", "127.0.0.1", *("localhost"[:n] for n in range(9))}


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
