"""`run --dry-run` tells what `run --once` would do, and after it nothing anywhere is different."""

import hashlib
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from maildesk import places
from maildesk.ingest.imap.wire import Connection
from maildesk.model import Inbound, Outbound, Person, SigningKey, Ticket
from maildesk.notify.why import in_words
from maildesk.rehearsal import play
from maildesk.safekeeping import desk_copy
from maildesk.safekeeping.desk_copy import copy_desk
from maildesk.settings_file import load_configuration
from maildesk.store import Store
from tests.running import RunningDaemon, mailbox, running
from tests.servers import servers
from tests.servers.dovecot import Dovecot
from tests.servers.sink import Sink
from tests.shell import DESK, Ended, Operator, mail_about

RELAY = '[relay]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'


@pytest.fixture(autouse=True)
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server_folder: Path) -> Iterator[Path]:
    """The folder for temporary folders, which is empty after every rehearsal; that of the servers is elsewhere."""
    assert server_folder.is_dir()
    folder = tmp_path / "stage"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield folder
    assert list(folder.iterdir()) == []


def answer_to(operator: Operator, words: str) -> bytes:
    """Kari's answer to the first letter that she got."""
    store = Store("sqlite", operator.folder / "var")
    with store.read() as session:
        raw = session.scalars(select(Outbound.raw).where(Outbound.recipient == "kari@customer.example")).first()
    store.close()
    assert raw is not None
    to = message_from_bytes(raw, policy=policy.default)["Reply-To"].addresses[0].addr_spec
    return f"From: kari@customer.example\nTo: {to}\nSubject: Re: A printer\n\n{words}\n".encode()


def everything_below(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Each file and folder with its bytes, its inode and the time of its last change."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_ino,
            path.stat().st_mtime_ns,
        )
        for path in sorted([folder, *folder.rglob("*")])
    }


def told(said: Ended) -> list[tuple[Any, ...]]:
    """What is foretold of each mail."""
    return [
        (mail["subject"], mail["disposition"], mail["reason"], mail["ticket"], _letters(mail["letters"]))
        for mail in said.documents
    ]


def _letters(letters: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(letter["to"], letter["kind"], letter["subject"]) for letter in letters]


def done(store: Store, first: int) -> list[tuple[Any, ...]]:
    """What has happened since to the mails and letters from `first` on, in the same words; letters as one list."""
    with store.read() as session:
        mails = session.scalars(select(Inbound).where(Inbound.id >= first).order_by(Inbound.id))
        return [(mail.subject, mail.disposition, in_words(mail.reason, "en"), mail.ticket_id) for mail in mails]


def letters_since(store: Store, last: int) -> list[tuple[str, str, str]]:
    with store.read() as session:
        return [
            (row.recipient, row.kind, str(message_from_bytes(row.raw, policy=policy.default)["Subject"]))
            for row in session.scalars(select(Outbound).where(Outbound.id > last).order_by(Outbound.id))
        ]


def test_what_is_foretold_happens_and_not_before(operator: Operator, sink: Sink) -> None:
    """A new ticket, an answer to an old one with our letters on it, a command of nobody's, a mail in our own name."""
    operator.write("maildesk.toml", DESK + RELAY.format(port=sink.port))
    operator.gets(mail_about(1))
    store = Store("sqlite", operator.folder / "var")
    known = len(letters_since(store, 0))
    forged = mail_about(3, "Hello").replace(b"Kari Nordmann <kari@customer.example>", b"anna@acme.example")
    for mail in (answer_to(operator, "It still burns."), mail_about(2, "A scanner"), forged):
        assert operator.does("deliver", stdin=mail).code == 0
    store.close()
    before, connections = everything_below(operator.folder), sink.connections

    said = operator.does("run", "--dry-run", "--json")

    assert everything_below(operator.folder) == before
    assert sink.connections == connections
    assert said.code == 0 and "nothing was sent, moved, flagged or kept" in said.err
    foretold = told(said)
    assert [(mail[1], mail[3]) for mail in foretold][:2] == [("reply", 1), ("new", 2)]
    assert [mail["new_ticket"] for mail in said.documents][:2] == [False, True]
    assert [mail["kind"] for mail in said.documents] == ["human"] * 3
    assert said.documents[0]["placed_by"] == said.documents[0]["reason"]

    assert operator.does("run", "--once").code == 0
    assert done(store, 2) == [mail[:4] for mail in foretold]
    assert letters_since(store, known) == [letter for mail in foretold for letter in mail[4]]
    store.close()


def test_people_read_it_mail_by_mail(operator: Operator) -> None:
    assert operator.does("deliver", stdin=mail_about(1, "A \x1b[31mprinter")).code == 0
    said = operator.does("run", "--dry-run", "--once")
    lines = [line.strip() for line in said.out.splitlines()]
    assert lines[0] == "1. kari@customer.example: A  [31mprinter"
    assert "human: nothing says that a machine wrote it" in lines
    assert any(one.startswith("new, new ticket #1: nothing points to a ticket; acknowledged") for one in lines)
    assert "letter received to kari@customer.example: We have received your e-mail (#1)" in lines
    assert lines[-2:] == [
        "mails: 1 new; letters that would be written: 2",
        "a rehearsal: nothing was sent, moved, flagged or kept",
    ]


def test_before_the_first_start_nothing_is_made(operator: Operator) -> None:
    said = operator.does("run", "--dry-run")
    assert said.code == 0 and "mails: nothing to do" in said.out
    assert [path.name for path in operator.folder.iterdir()] == ["maildesk.toml"]


def test_what_cannot_be_read_would_be_held(operator: Operator) -> None:
    """The bytes are gone, and another mail has ended the process three times."""
    for number in (1, 2):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    store = Store("sqlite", operator.folder / "var")
    with store.begin() as session:
        gone, deadly = session.scalars(select(Inbound).order_by(Inbound.id))
        deadly.attempts = 3
    store.close()
    (operator.folder / "var" / "raw" / gone.raw_sha256[:2] / gone.raw_sha256).unlink()
    said = operator.does("run", "--dry-run", "--json")
    held = {mail["reason"]: mail for mail in said.documents}
    assert set(held) == {"the process ended during each of 3 attempts", "a fault of maildesk: OSError"}
    for mail in held.values():
        assert (mail["state"], mail["kind"]) == ("held", None)
        assert [(letter["to"], letter["kind"]) for letter in mail["letters"]] == [("ops@acme.example", "held_mail")]


def test_letters_that_wait_are_named_and_a_daemons_mail_is_left_to_it(operator: Operator) -> None:
    for number in (1, 2):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    assert operator.does("run", "--once", "--roles", "desk").code == 0
    for number in (3, 4):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    store = Store("sqlite", operator.folder / "var")
    with store.begin() as session:
        session.execute(text("UPDATE inbound SET lease_until = '2999-01-01 00:00:00' WHERE id = 3"))
    store.close()
    said = operator.does("run", "--dry-run")
    assert "mails: 1 new; " in said.out
    assert "1 mails are in a daemon's hands at this moment and were left to it" in said.out
    assert "letters wait from before" in said.out


def test_no_more_than_the_limit_is_read(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "MOST_MAILS", 2)
    for number in range(5):
        assert operator.does("deliver", stdin=mail_about(number)).code == 0
    said = operator.does("run", "--dry-run")
    assert "mails: 2 new; " in said.out and "3 mails more wait and were not read" in said.out


@pytest.mark.parametrize(
    ("more", "arguments", "complaint"),
    [
        ("", ("--json",), "--json goes with --dry-run"),
        ("", ("--dry-run", "--roles", "dancer"), "there is no role dancer"),
        ("[desk2]\n", ("--dry-run",), "desk2"),
        (mailbox(1, "support").replace('"test"', '{ file = "nowhere" }'), ("--dry-run",), "imap.password"),
    ],
)
def test_usage_and_configuration_end_with_2(
    operator: Operator, more: str, arguments: tuple[str, ...], complaint: str
) -> None:
    operator.write("maildesk.toml", DESK + more)
    said = operator.does("run", *arguments)
    assert said.code == 2 and complaint in said.err
    assert [path.name for path in operator.folder.iterdir()] == ["maildesk.toml"]


# Mailboxes


def _mailbox_as_it_is(dovecot: Dovecot, user: str) -> Any:
    with dovecot.client(user) as client:
        state = client.folder_status("INBOX", ["MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY", "RECENT"])
    return state, dovecot.folders(user), dovecot.flags(user), dovecot.mails(user)


def _crlf(mail: bytes) -> bytes:
    return mail.replace(b"\n", b"\r\n")


def test_a_mailbox_is_only_looked_into(dovecot: Dovecot, operator: Operator, sink: Sink) -> None:
    user = dovecot.user()
    operator.write("maildesk.toml", DESK + RELAY.format(port=sink.port) + mailbox(dovecot.port, user))
    large = _crlf(mail_about(2, "Large")) + b"x" * 70 * 1024
    dovecot.append(user, _crlf(mail_about(1)), large)
    before = _mailbox_as_it_is(dovecot, user)
    said = operator.does("run", "--dry-run", "--json")
    assert said.code == 0, said.err
    # Mails that are fetched together are made durable side by side, in no promised order.
    assert sorted((mail["source"], mail["subject"], mail["disposition"]) for mail in said.documents) == [
        ("imap:support", "A printer", "new"),
        ("imap:support", "Large", "new"),
    ]
    assert _mailbox_as_it_is(dovecot, user) == before
    assert sink.connections == 0
    assert [path.name for path in operator.folder.iterdir()] == ["maildesk.toml"]
    # The same mails are all new to the desk itself.
    assert operator.does("run", "--once").code == 0
    assert len(dovecot.mails(user, "Maildesk")) == 2 and sink.mails


def test_of_very_many_mails_the_newest_are_read(
    dovecot: Dovecot, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "NEWEST", 2)
    user = dovecot.user()
    limit = '[limits]\nmessage_size = "64KB"\n'
    operator.write("maildesk.toml", DESK + limit + mailbox(dovecot.port, user))
    dovecot.append(user, *[_crlf(mail_about(number, f"Printer {number}")) for number in range(4)])
    dovecot.append(user, _crlf(mail_about(9)) + b"x" * 70 * 1024)
    said = operator.does("run", "--dry-run")
    assert "1. kari@customer.example: Printer 3" in said.out
    assert "2. uid 5 by imap:support" in said.out and "larger than limits.message_size" in said.out
    assert "mails: 1 new, 1 left in the mailbox; " in said.out
    assert "mailbox support: 2 new mails read" in said.out
    assert "mailbox support: 3 new mails more, which are older, were not read" in said.out


def test_from_now_passes_over_what_is_there(
    dovecot: Dovecot, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the way to rehearse with it all the same works as it is told."""
    user = dovecot.user()
    table = mailbox(dovecot.port, user).replace('"all"', '"from_now"')
    operator.write("maildesk.toml", DESK + table)
    dovecot.append(user, _crlf(mail_about(1)))
    said = operator.does("run", "--dry-run")
    assert "mails: nothing to do" in said.out
    assert "mailbox support: 1 mails are there already and would be passed over" in said.out
    assert "set MAILDESK_IMAP__0__FIRST_SYNC=all for this run" in said.out
    monkeypatch.setenv("MAILDESK_IMAP__0__FIRST_SYNC", "all")
    assert "mails: 1 new; " in operator.does("run", "--dry-run").out


def test_the_ledger_counts_and_stays(dovecot: Dovecot, operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is even asked for that the server would have to decline."""
    asked: set[str] = set()
    send = Connection.send

    def note(connection: Connection, data: bytes) -> None:
        # Each command begins with its tag; what follows AUTHENTICATE is none.
        words = data.decode("latin-1").split()
        asked.add(" ".join(words[1:3] if words[1:2] == ["UID"] else words[1:2]))
        send(connection, data)

    user = dovecot.user()
    operator.write("maildesk.toml", DESK + mailbox(dovecot.port, user).replace("poll", 'processed = ""\npoll'))
    dovecot.append(user, _crlf(mail_about(1, "Old")))
    assert operator.does("run", "--once").code == 0
    dovecot.append(user, _crlf(mail_about(2, "New")))
    before, mails = everything_below(operator.folder), _mailbox_as_it_is(dovecot, user)
    monkeypatch.setattr(Connection, "send", note)
    for _ in range(2):
        said = operator.does("run", "--dry-run", "--json")
        assert [mail["subject"] for mail in said.documents] == ["New"]
    assert asked - {""} == {"AUTHENTICATE", "CAPABILITY", "EXAMINE", "NAMESPACE", "UID FETCH", "UID SEARCH"}
    assert everything_below(operator.folder) == before
    assert _mailbox_as_it_is(dovecot, user) == mails


def test_a_mailbox_out_of_reach_ends_with_75_and_the_rest_is_told(operator: Operator) -> None:
    operator.write("maildesk.toml", DESK + mailbox(servers.free_port(), "support"))
    assert operator.does("deliver", stdin=mail_about(1)).code == 0
    said = operator.does("run", "--dry-run")
    assert said.code == 75 and "mails: 1 new; " in said.out
    assert "maildesk: imap mailbox=support: 127.0.0.1" in said.err and "no connection" in said.err
    assert operator.does("run", "--dry-run", "--roles", "desk,post").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_broken_off_it_leaves_nothing_behind(operator: Operator, stage: Path, number: signal.Signals) -> None:
    """The server takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        operator.write("maildesk.toml", DESK + mailbox(silent.getsockname()[1], "support"))
        command = [sys.executable, "-m", "maildesk", "run", "--dry-run"]
        with subprocess.Popen(
            command, cwd=operator.folder, env=operator.environment, stderr=subprocess.PIPE
        ) as process:
            connection, _ = silent.accept()
            with connection:
                assert len(list(stage.iterdir())) == 1
                process.send_signal(number)
                assert process.wait(60) != 0
            assert process.stderr is not None and b"Traceback" not in process.stderr.read()
    assert list(stage.iterdir()) == []


# Databases


def test_beside_a_daemon_and_after_its_death(tmp_path: Path, sink: Sink, operator: Operator) -> None:
    """The daemon works on with its lock; what kill -9 leaves (a log that was never checkpointed) stays as it is."""
    config = tmp_path / "desk" / "maildesk.toml"
    sink.answer("rcpt", "451 4.3.0 later")
    with running(RunningDaemon(tmp_path / "desk", sink.port)) as daemon:
        assert operator.does("--config", config, "deliver", stdin=mail_about(1)).code == 0
        servers.wait_until(lambda: "fate=new" in daemon.log, "the mail is processed", 60)
        said = operator.does("--config", config, "run", "--dry-run")
        assert said.code == 0 and "letters wait from before" in said.out
        assert daemon.alive and daemon.ask("readyz").returncode == 0
        daemon.kill()
    files = [daemon.data / "maildesk.db", daemon.data / "maildesk.db-wal"]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    assert before[1][0]
    said = operator.does("--config", config, "run", "--dry-run")
    assert said.code == 0 and "letters wait from before" in said.out
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


def _all_rows(url: str, folder: Path) -> dict[str, Any]:
    """Every row with the transaction that wrote it, and where the sequences stand."""
    store = Store(url, folder)
    with store.read() as session:
        tables = inspect(session.connection()).get_table_names()
        rows: dict[str, Any] = {
            table: session.execute(text(f"SELECT xmin, t.*::text FROM {table} t ORDER BY 2")).all() for table in tables
        }
        rows["sequences"] = session.execute(text("SELECT * FROM pg_sequences ORDER BY sequencename")).all()
    store.close()
    return rows


def test_postgresql_is_only_read(operator: Operator, postgres_url: str) -> None:
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "{postgres_url}"\n')
    operator.gets(mail_about(1))
    assert operator.does("deliver", stdin=mail_about(2, "A scanner")).code == 0
    rows, files = _all_rows(postgres_url, operator.folder), everything_below(operator.folder)
    said = operator.does("run", "--dry-run", "--json")
    assert said.code == 0
    assert [(mail["subject"], mail["ticket"]) for mail in said.documents] == [("A scanner", 2)]
    assert _all_rows(postgres_url, operator.folder) == rows
    assert everything_below(operator.folder) == files


def test_an_empty_postgresql_stays_empty(operator: Operator, postgres_url: str) -> None:
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "{postgres_url}"\n')
    assert operator.does("run", "--dry-run").code == 0
    store = Store(postgres_url, operator.folder)
    assert inspect(store.engine).get_table_names() == []
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, operator: Operator) -> Iterator[Store]:
    """A desk with a database of either kind, and references in both directions of time."""
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "{url}"\n')
    operator.gets(mail_about(1), mail_about(2))
    store = Store(url, operator.folder / "var")
    with store.begin() as session:
        session.get_one(Ticket, 1).merged_into_id = 2
        if not store.is_sqlite:
            # A server has a zone of its own.
            session.execute(text(f"ALTER DATABASE {store.url.database} SET timezone = 'Asia/Seoul'"))
    store.engine.dispose()
    yield store
    store.close()


def test_the_copy_is_the_desk(desk: Store, operator: Operator, stage: Path) -> None:
    """Every value of every row, but for the bytes of old letters."""
    # The last connection takes SQLite's log away.
    desk.engine.dispose()
    counts: list[int] = []
    copy = copy_desk(load_configuration(operator.folder / "maildesk.toml", {}), stage, counts.append)
    with desk.read() as real, copy.read() as copied:
        for table in SigningKey.metadata.sorted_tables:
            kept = [column for column in table.columns if (table.name, column.name) != ("outbound", "raw")]
            query = select(*kept).order_by(table.c.id)
            assert copied.execute(query).all() == real.execute(query).all()
        assert set(copied.scalars(select(Outbound.raw))) == {b""}
    assert counts and counts == sorted(counts)
    copy.close()
    shutil.rmtree(stage / "copy")


def test_an_older_desk_is_upgraded_in_the_copy_alone(
    desk: Store, operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rehearsal of an upgrade: its step sees the rows as they are."""
    folder = tmp_path / "migrations"
    shutil.copytree(places.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.name[:4] for path in (folder / "versions").glob("[0-9]*.py"))
    (folder / "versions" / "9000_planted.py").write_text(
        f"from alembic import op\n\nrevision = '9000'\ndown_revision = {last!r}\n\n\n"
        "def upgrade() -> None:\n    op.execute(\"UPDATE ticket SET subject = subject || ' (upgraded)'\")\n"
    )
    monkeypatch.setattr(places, "migrations_folder", lambda: folder)
    desk.engine.dispose()
    stage = tmp_path / "elsewhere"
    copy = copy_desk(load_configuration(operator.folder / "maildesk.toml", {}), stage, lambda _: None)
    with desk.read() as real, copy.read() as copied:
        assert copied.scalar(select(Ticket.subject)) == "A printer (upgraded)"
        assert real.scalar(select(Ticket.subject)) == "A printer"
    copy.close()


def test_a_newer_desk_is_refused(desk: Store, operator: Operator) -> None:
    with desk.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    said = operator.does("run", "--dry-run")
    assert said.code == 1 and "newer maildesk" in said.err


def test_a_file_that_changes_under_the_reader_is_copied_again(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was nobody's at first; then a daemon starts and writes."""
    operator.gets(mail_about(1))
    real = Store("sqlite", operator.folder / "var")
    real.engine.dispose()
    monkeypatch.setattr(desk_copy, "_GROUP", 1)
    written: list[int] = []

    def write(_rows: int) -> None:
        if not written:
            with real.begin() as session:
                session.scalars(select(Person)).first().name = "Somebody else"  # type: ignore[union-attr]
            written.append(1)

    copy = copy_desk(load_configuration(operator.folder / "maildesk.toml", {}), tmp_path / "copies", write)
    with copy.read() as copied:
        assert copied.scalars(select(Person)).first().name == "Somebody else"  # type: ignore[union-attr]
    copy.close()
    real.close()


def test_a_database_out_of_reach_is_trouble_for_later(operator: Operator) -> None:
    port = servers.free_port()
    operator.write("maildesk.toml", f'{DESK}[store]\nurl = "postgresql+psycopg://desk@127.0.0.1:{port}/desk"\n')
    assert operator.does("run", "--dry-run").code == 75
    operator.write("maildesk.toml", DESK)
    operator.write("var/maildesk.db", b"this is no database at all, whoever put it here" * 100)
    said = operator.does("run", "--dry-run")
    assert said.code == 75 and "SQLITE_NOTADB" in said.err
