"""A dry run looks into mailboxes and changes nothing in them."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from maildesk.ingest.imap.wire import Connection
from maildesk.rehearsal import play
from tests.rehearsal.foretold import RELAY, everything_below
from tests.running import mailbox
from tests.servers import servers
from tests.servers.dovecot import Dovecot
from tests.servers.sink import Sink
from tests.shell import DESK, Operator, mail_about


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
