"""`maildesk check --live` against real servers: what works is named, what does not comes with its remedy."""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from maildesk import checks
from maildesk.checks import Finding, Grade, check_connections
from maildesk.checks.database import check_database
from maildesk.foundation import lay_foundation
from maildesk.settings_file import Configuration, load_configuration
from tests.servers.dovecot import Dovecot
from tests.servers.fake_imap import FakeImap
from tests.servers.postgres import Postgres
from tests.servers.servers import Certificates, free_port
from tests.servers.sink import DROP, Sink

DESK = '[desk]\naddress = "support@acme.example"\n'
#: Dovecot tells its clients only what stands here, and imapclient believes it.
BASIC = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ NAMESPACE"


def written(folder: Path, text: str) -> Configuration:
    file = folder / "maildesk.toml"
    file.write_text(DESK + text)
    file.chmod(0o600)
    return load_configuration(file, {})


def mailbox(dovecot: Dovecot, **changes: object) -> str:
    """A table [[imap]] of a new user, by implicit TLS; None takes a key away."""
    table: dict[str, object] = {
        "name": "support",
        "host": "localhost",
        "port": dovecot.tls_port,
        "tls": "implicit",
        "user": dovecot.user(),
        "password": dovecot.password,
        "ca_file": str(dovecot.ca_file),
    }
    return "[[imap]]\n" + lines(table | changes)


def relay(sink: Sink, **changes: object) -> str:
    return "[relay]\n" + lines({"host": "localhost", "port": sink.port, "tls": "none"} | changes)


def lines(table: dict[str, object]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items() if value is not None)


def found_in(folder: Path, text: str) -> dict[str, Finding]:
    """By what was looked at; the worst of each."""
    by_what: dict[str, Finding] = {}
    for finding in check_connections(written(folder, text)):
        held = by_what.get(finding.what)
        if held is None or list(Grade).index(finding.grade) > list(Grade).index(held.grade):
            by_what[finding.what] = finding
    return by_what


def test_a_mailbox_that_works(dovecot: Dovecot, tmp_path: Path) -> None:
    text = mailbox(dovecot)
    found = found_in(tmp_path, text)
    assert {finding.grade for finding in found.values()} == {Grade.OK}
    assert found["imap.support.folder"].found == "INBOX has 0 mails"
    assert found["imap.support capabilities"].found == "MOVE, UIDPLUS, IDLE, CONDSTORE"
    assert found["imap.support.processed"].found == "done mail goes to Maildesk"
    user = text.partition('user = "')[2].partition('"')[0]
    assert "Maildesk" in dovecot.folders(user)


@pytest.mark.parametrize(
    ("folder", "remedy"),
    [("Inbox.Helpdesk", 'did you mean folder = "INBOX/Helpdesk"'), ("xyzzy", "name one of these")],
)
def test_a_folder_that_is_not_there(dovecot: Dovecot, tmp_path: Path, folder: str, remedy: str) -> None:
    user = dovecot.user()
    with dovecot.client(user) as client:
        client.create_folder(f"INBOX{client.namespace().personal[0][1]}Helpdesk")
    remedy = remedy.replace("INBOX/", f"INBOX{separator(dovecot, user)}")
    finding = found_in(tmp_path, mailbox(dovecot, user=user, folder=folder))["imap.support.folder"]
    assert finding.grade is Grade.FAIL
    assert f"there is no folder {folder}; there are" in finding.found
    assert "Helpdesk" in finding.found
    assert remedy in finding.remedy


def separator(dovecot: Dovecot, user: str) -> str:
    with dovecot.client(user) as client:
        return str(client.namespace().personal[0][1])


def test_a_server_that_can_little(dovecot_maker: Callable[..., Dovecot], tmp_path: Path) -> None:
    found = found_in(tmp_path, mailbox(dovecot_maker(extra=BASIC)))
    assert found["imap.support capabilities"].found == "none beyond plain IMAP4rev1"
    assert (found["imap.support.processed"].grade, found["imap.support.poll"].grade) == (Grade.WARN, Grade.WARN)
    assert "flagged" in found["imap.support.processed"].found
    assert "every 60 s" in found["imap.support.poll"].found


WRONG_MAILBOXES = [
    ({"password": "hunter2"}, "password was refused", "app password"),
    ({"host": "nowhere.invalid"}, "no connection", "DNS"),
    ({"port": free_port()}, "no connection (Connection refused)", "nobody listens"),
    ({"ca_file": None}, "the certificate is for localhost, 127.0.0.1, the setting says localhost", "imap.ca_file"),
    ({"ca_file": "no.pem"}, "no.pem, which cannot be read", "as PEM"),
    ({"password": {"env": "MAILDESK_NOT_SET"}}, "which is not set", "set it where"),
]


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
@pytest.mark.parametrize(("changes", "found", "remedy"), WRONG_MAILBOXES)
def test_a_mailbox_that_does_not_work(
    dovecot: Dovecot, tmp_path: Path, tls: str, changes: dict[str, object], found: str, remedy: str
) -> None:
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    table = mailbox(dovecot, **({"tls": tls, "port": port} | changes))
    # JSON's colon is no TOML.
    (finding,) = found_in(tmp_path, table.replace('"env":', '"env" =')).values()
    assert finding.grade is Grade.FAIL
    assert found in finding.found
    assert remedy in finding.remedy
    assert "hunter2" not in str(finding)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_for_another_name_is_read_out(
    dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    usual = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: usual("127.0.0.1", *rest, **more))
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    (finding,) = found_in(tmp_path, mailbox(dovecot, host="imap.acme.example", tls=tls, port=port)).values()
    assert "the certificate is for localhost, 127.0.0.1, the setting says imap.acme.example" in finding.found
    assert "a name that is in the certificate as imap.host" in finding.remedy


def test_tls_where_the_server_speaks_plain(dovecot: Dovecot, tmp_path: Path) -> None:
    (finding,) = found_in(tmp_path, mailbox(dovecot, port=dovecot.port)).values()
    assert "imap.port and imap.tls do not go together" in finding.remedy


FAKE_ANSWERS = [
    ("LIST", b'* LIST () "/" INBOX\r\nTAG OK done\r\n', "none", "imap.support.processed", "done mail goes to", ""),
    ("CREATE", b"TAG NO permission denied\r\n", "none", "imap.support.processed", "permission denied", "by hand"),
    ("SELECT", b"* 0 EXISTS\r\nTAG OK [READ-ONLY] x\r\n", "none", "imap.support.folder", "may only read", "the right"),
    ("LOGIN", b"TAG NO [AUTHENTICATIONFAILED] no\r\n", "none", "imap.support", "password was refused", "app password"),
    ("CAPABILITY", b"* BYE\r\n", "none", "imap.support", "broke off", "hung up"),
    ("STARTTLS", b"", "starttls", "imap.support", "no STARTTLS", 'imap.tls = "implicit"'),
]


@pytest.mark.parametrize(("command", "answer", "tls", "what", "found", "remedy"), FAKE_ANSWERS)
def test_a_mailbox_that_answers_so(
    tmp_path: Path, command: str, answer: bytes, tls: str, what: str, found: str, remedy: str
) -> None:
    with FakeImap({}) as server:
        server.answer(command, answer, then_close=answer.startswith(b"* BYE"))
        table = {"name": "support", "host": "127.0.0.1", "port": server.port, "user": "desk", "password": "hunter2"}
        finding = found_in(tmp_path, "[[imap]]\n" + lines(table | {"tls": tls}))[what]
    assert finding.grade is (Grade.FAIL if remedy else Grade.OK)
    assert found in finding.found
    assert remedy in finding.remedy
    assert "hunter2" not in str(finding)


def test_a_mailbox_that_keeps_silent_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "LIVE_SECONDS", 0.3)
    with FakeImap({}) as server:
        server.greeting = b""
        table = {"name": "support", "host": "127.0.0.1", "port": server.port, "user": "desk", "password": "hunter2"}
        (finding,) = found_in(tmp_path, "[[imap]]\n" + lines(table | {"tls": "none"})).values()
    assert "no answer within" in finding.found
    assert "firewall" in finding.remedy


@pytest.fixture
def tls_sink(certificates: Certificates) -> Iterator[Sink]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.cert_file, certificates.key_file)
    with Sink(tls=context, extensions=("SIZE 10000000", "AUTH PLAIN")) as started:
        yield started


def test_a_relay_that_works_is_sent_nothing(tls_sink: Sink, certificates: Certificates, tmp_path: Path) -> None:
    text = relay(tls_sink, tls="starttls", user="desk", password="hunter2", ca_file=str(certificates.ca_file))
    found = found_in(tmp_path, text + '[limits]\nmessage_size = "10MB"\n')
    assert [finding.grade for finding in found.values()] == [Grade.OK, Grade.OK]
    assert "desk is logged in" in found["relay"].found
    said = {line.partition(" ")[0].upper() for _, line in tls_sink.commands}
    assert said == {"EHLO", "STARTTLS", "AUTH", "QUIT"}
    assert tls_sink.mails == []


@pytest.mark.parametrize(
    ("extensions", "grade", "words"),
    [
        (("SIZE 10000000",), Grade.WARN, "10.0 MB, maildesk 40.0 MB"),
        (("SIZE 40000000",), Grade.OK, "40.0 MB, maildesk 40.0 MB"),
        (("SIZE 0",), Grade.OK, "no limit"),
        (("SIZE",), Grade.OK, "no limit"),
        ((), Grade.OK, "no limit"),
    ],
)
def test_the_size_a_relay_takes(tmp_path: Path, extensions: tuple[str, ...], grade: Grade, words: str) -> None:
    with Sink(extensions=extensions) as sink:
        finding = found_in(tmp_path, relay(sink))["relay size"]
    assert finding.grade is grade
    assert words in finding.found


WRONG_RELAYS = [
    ("auth", "535 5.7.8 hunter2 is wrong", "AUTH: 535 5.7.8", "app password"),
    ("banner", "554 5.7.1 you are blocked", "connect: 554 5.7.1 you are blocked", "log says more"),
    ("banner", DROP, "closed the connection", "hung up"),
    ("ehlo", "421 4.3.2 not now", "EHLO: 421 4.3.2 not now", "log says more"),
]


@pytest.mark.parametrize(("stage", "answer", "found", "remedy"), WRONG_RELAYS)
def test_a_relay_that_does_not_let_us_in(tmp_path: Path, stage: str, answer: str, found: str, remedy: str) -> None:
    with Sink(extensions=("AUTH PLAIN",)) as sink:
        sink.answer(stage, answer)
        (finding,) = found_in(tmp_path, relay(sink, user="desk", password="hunter2")).values()
    assert finding.grade is Grade.FAIL
    assert found in finding.found
    assert remedy in finding.remedy
    assert "hunter2" not in str(finding)


@pytest.mark.parametrize(
    ("changes", "found", "remedy"),
    [
        ({"tls": "starttls"}, "the certificate is for localhost, 127.0.0.1", "relay.ca_file"),
        ({"port": free_port()}, "Connection refused", "nobody listens"),
        ({"host": "nowhere.invalid", "tls": "starttls"}, "connect:", "DNS"),
        ({"tls": "implicit"}, "no encrypted connection", "do not go together"),
    ],
)
def test_a_relay_that_cannot_be_reached(
    tls_sink: Sink, tmp_path: Path, changes: dict[str, object], found: str, remedy: str
) -> None:
    (finding,) = found_in(tmp_path, relay(tls_sink, **changes)).values()
    assert finding.grade is Grade.FAIL
    assert found in finding.found
    assert remedy in finding.remedy


def test_a_relay_without_starttls(sink: Sink, tmp_path: Path) -> None:
    (finding,) = found_in(tmp_path, relay(sink, tls="starttls")).values()
    assert "nothing is sent in the clear" in finding.found
    assert 'relay.tls = "implicit"' in finding.remedy


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an S3 store with a bucket named mail."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/mail", method="PUT")).read()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.mark.parametrize(
    ("name", "grade", "words"),
    [("mail/desk", Grade.OK, "takes mail and gives it back"), ("lost", Grade.FAIL, "make the bucket")],
)
def test_an_s3_store(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, grade: Grade, words: str
) -> None:
    use_s3(monkeypatch, bucket)
    finding = found_in(tmp_path, f'[store]\nraw = "s3://{name}"\n')["store.raw"]
    assert finding.grade is grade
    assert words in finding.found + finding.remedy
    assert "hunter2" not in str(finding)


@contextlib.contextmanager
def answering(status: int, asked: list[str]) -> Iterator[str]:
    """The address of a store that gives one answer to everything, and notes what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, "AWS_SECRET_ACCESS_KEY"), (403, "AWS_SECRET_ACCESS_KEY"), (404, "make the bucket"), (500, "reachable")],
)
def test_an_s3_store_that_says_no(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, remedy: str) -> None:
    asked: list[str] = []
    with answering(status, asked) as address:
        use_s3(monkeypatch, address)
        finding = found_in(tmp_path, '[store]\nraw = "s3://mail"\n')["store.raw"]
    assert finding.grade is Grade.FAIL
    assert remedy in finding.remedy
    assert "hunter2" not in str(finding)
    assert len(asked) == 1


def test_an_s3_store_that_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_s3(monkeypatch, f"http://127.0.0.1:{free_port()}")
    finding = found_in(tmp_path, '[store]\nraw = "s3://mail"\n')["store.raw"]
    assert finding.grade is Grade.FAIL
    assert "is the store reachable" in finding.remedy


def use_s3(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    told = {"ENDPOINT": address, "ALLOW_HTTP": "true", "REGION": "eu-north-1"}
    for key, value in (told | {"ACCESS_KEY_ID": "desk", "SECRET_ACCESS_KEY": "hunter2"}).items():
        monkeypatch.setenv(f"AWS_{key}", value)


def test_a_postgres_of_tests_is_not_durable(postgres_url: str, tmp_path: Path) -> None:
    configuration = written(tmp_path, f'[store]\nurl = "{postgres_url}"\n')
    found = {finding.what: finding for finding in check_database(configuration)}
    assert found["database"].found.startswith("PostgreSQL 1")
    assert found["database durability"].grade is Grade.WARN
    assert "fsync, synchronous_commit, full_page_writes off" in found["database durability"].found
    assert "they run at the next start" in found["database schema"].found
    lay_foundation(configuration).store.close()
    assert [one.found for one in check_database(configuration) if one.what == "database schema"] == ["up to date"]


@pytest.mark.parametrize(
    ("user", "name", "remedy"),
    [("postgres", "lost", "make the database"), ("stranger", "lost", "make the user")],
)
def test_a_postgres_that_does_not_know_us(
    postgres: Postgres, tmp_path: Path, user: str, name: str, remedy: str
) -> None:
    url = f"postgresql+psycopg://{user}:hunter2@127.0.0.1:{postgres.port}/{name}"
    (finding,) = check_database(written(tmp_path, f'[store]\nurl = "{url}"\n'))
    assert finding.grade is Grade.FAIL
    assert remedy in finding.remedy
    assert "hunter2" not in str(finding)


def test_the_command_from_end_to_end(dovecot: Dovecot, sink: Sink, tmp_path: Path) -> None:
    # The name of a mailbox, the relay's refusal, and the exit code that both make.
    sink.answer("banner", "421 4.3.2 not now")
    written(tmp_path, mailbox(dovecot) + relay(sink))
    command = [
        sys.executable,
        "-m",
        "maildesk",
        "--config",
        str(tmp_path / "maildesk.toml"),
        "check",
        "--live",
        "--json",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAILDESK_")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    documents = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (1, "")
    assert {"OK"} == {document["grade"] for document in documents if document["what"].startswith("imap.support")}
    assert [document["what"] for document in documents if document["grade"] == "FAIL"] == ["relay"]
