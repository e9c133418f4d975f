"""`check --live` sends itself mails and reads what the mail server wrote on them: what is safe to believe, is told."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maildesk.checks import Finding, Grade, live_proof
from maildesk.checks.live_proof import try_proof
from maildesk.checks.trace import Trace, read_trace
from maildesk.desk.speaker.authentication import UNNAMED
from maildesk.settings_file import Configuration, load_configuration
from tests.servers.dovecot import Dovecot
from tests.servers.sink import Sink

RESULTS = b"Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\n"
RECEIVED = b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\r\n"
OF_STRANGERS = re.compile(rb"(?m)^Authentication-Results: (?:\w+\.acme\.example;|dmarc=).*\r\n")


@contextmanager
def border(sink: Sink, dovecot: Dovecot, user: str, above: bytes, *, takes_out: bool) -> Iterator[None]:
    """Carries what the relay takes into the mailbox, with a trace block on top."""
    ended = threading.Event()

    def carry() -> None:
        seen = 0
        while not ended.wait(0.05):
            for received in list(sink.mails)[seen:]:
                seen += 1
                data = OF_STRANGERS.sub(b"", received.data) if takes_out else received.data
                dovecot.append(user, above + data)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def configuration(folder: Path, sink: Sink, dovecot: Dovecot, user: str, auth: dict[str, object]) -> Configuration:
    tables: dict[str, dict[str, object]] = {
        "[desk]": {"address": "support@acme.example"},
        "[relay]": {"host": "localhost", "port": sink.port, "tls": "none"},
        "[[imap]]": {
            "host": "localhost",
            "port": dovecot.tls_port,
            "user": user,
            "password": dovecot.password,
            "ca_file": str(dovecot.ca_file),
        },
        "[auth]": auth,
    }
    lines = [
        f"{name}\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
        for name, table in tables.items()
    ]
    file = folder / "maildesk.toml"
    file.write_text("\n".join(lines))
    file.chmod(0o600)
    return load_configuration(file, {})


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_proof, "_LOOK_EVERY", 0.05)


#: As Microsoft writes it.
UNNAMED_RESULTS = b"Authentication-Results: spf=pass (x) smtp.mailfrom=acme.example; dmarc=none\r\n"
TRUSTED = ["mx.acme.example"]
ROWS = [
    # what the server writes, does it take out forged ones, [auth] -> grade, found, remedy
    pytest.param(
        RESULTS, True, {}, Grade.WARN, "not trusted yet", 'trusted_authserv_ids = ["mx.acme.example"]', id="new"
    ),
    pytest.param(RECEIVED * 2 + RESULTS, True, {}, Grade.WARN, "below 2", "received_above = 2", id="below"),
    pytest.param(RESULTS, True, {"trusted_authserv_ids": TRUSTED}, Grade.OK, "takes out forged", "", id="trusted"),
    pytest.param(
        RECEIVED + RESULTS,
        True,
        {"trusted_authserv_ids": TRUSTED},
        Grade.FAIL,
        "nobody is proven",
        "received_above = 1",
        id="trusted at another place",
    ),
    pytest.param(
        RECEIVED + RESULTS,
        True,
        {"trusted_authserv_ids": TRUSTED, "received_above": 1},
        Grade.OK,
        "below 1",
        "",
        id="trusted at its place",
    ),
    pytest.param(RESULTS, False, {}, Grade.FAIL, "forged field", "remove Authentication-Results", id="forgeable"),
    pytest.param(
        RESULTS, False, {"trusted_authserv_ids": TRUSTED}, Grade.FAIL, "forged field", "remove", id="trusted, forgeable"
    ),
    pytest.param(UNNAMED_RESULTS, True, {}, Grade.WARN, "not trusted yet", '["(unnamed)"]', id="without a name"),
    pytest.param(UNNAMED_RESULTS, False, {}, Grade.FAIL, "forged field", "remove", id="without a name, forgeable"),
    pytest.param(
        RESULTS, True, {"trusted_authserv_ids": ["*.acme.example"]}, Grade.OK, "takes out", "", id="one of several"
    ),
    pytest.param(b"", True, {}, Grade.WARN, "proves nobody", "auth.pinned_domains", id="no results"),
    pytest.param(b"", False, {"trusted_authserv_ids": TRUSTED}, Grade.FAIL, "forged field", "", id="strangers alone"),
]


@pytest.mark.parametrize(("above", "takes_out", "auth", "grade", "found", "remedy"), ROWS)
def test_what_the_border_writes(
    tmp_path: Path,
    sink: Sink,
    dovecot: Dovecot,
    above: bytes,
    takes_out: bool,
    auth: dict[str, object],
    grade: Grade,
    found: str,
    remedy: str,
) -> None:
    user = dovecot.user()
    with border(sink, dovecot, user, above, takes_out=takes_out):
        (finding,) = try_proof(configuration(tmp_path, sink, dovecot, user, auth))
    assert (finding.grade, found in finding.found, remedy in finding.remedy) == (grade, True, True), finding


def test_a_mail_that_does_not_come_back(
    tmp_path: Path, sink: Sink, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_proof, "ROUND_TRIP_SECONDS", 4.0)
    (finding,) = try_proof(configuration(tmp_path, sink, dovecot, dovecot.user(), {}))
    assert finding.grade is Grade.WARN and "did not come back" in finding.found


def test_a_relay_that_takes_nothing_is_told_elsewhere(tmp_path: Path, sink: Sink, dovecot: Dovecot) -> None:
    sink.answer("mail", "550 5.7.1 no")
    found: list[Finding] = list(try_proof(configuration(tmp_path, sink, dovecot, dovecot.user(), {})))
    assert [(one.grade, one.remedy) for one in found] == [(Grade.WARN, "see relay, above")]


@pytest.mark.parametrize(
    ("raw", "trace"),
    [
        (b"", Trace()),
        (RESULTS + b"From: x\r\n\r\n", Trace("mx.acme.example", 0)),
        (RESULTS.replace(b"mx.acme.example;", b"MX.Acme.example 1 (edge);"), Trace("mx.acme.example", 0)),
        # As Microsoft writes it: without a name.
        (b"Authentication-Results: spf=pass (x) smtp.mailfrom=a; dmarc=pass\r\n", Trace(UNNAMED, 0)),
        (b"Authentication-Results:\r\n", Trace("", 0)),
        (b"X: 1\r\n\r\n" + RESULTS, Trace()),
    ],
)
def test_trace(raw: bytes, trace: Trace) -> None:
    assert read_trace(raw) == trace
