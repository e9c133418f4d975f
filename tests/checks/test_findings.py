"""`maildesk check` without servers: one row per setting that may be wrong."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maildesk.checks import Grade, check_settings, machine
from tests.checks.configured import AGENT, DESK, started, worst, written

HELP = DESK.replace("support@", "support@help.")
QUEUE = '[[queue]]\nname = "network"\naddress = "network@acme.example"\n'


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
