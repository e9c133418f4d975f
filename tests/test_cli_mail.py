"""deliver, import and read from outside."""

import mailbox
import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from maildesk.ingest import pipe
from tests.forked import ROOT
from tests.shell import DESK, Operator, mail_about

READ_KEYS = (
    "subject from to cc reply_to date message_id in_reply_to references text visible_text quoted_text html language "
    "attachments kind kind_reason may_answer away_until bounce forward tokens ticket_numbers problems"
).split()


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
        cwd=operator.folder, env=operator.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (closed.returncode, closed.stderr[:36]) == (2, "maildesk: there is no standard input")
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


def test_a_mail_is_read_from_standard_input(operator: Operator) -> None:
    file = operator.write("1.eml", mail_about(1))
    said = operator.does("read", "--json", file, "-", stdin=mail_about(2))
    assert (said.code, [one["message_id"] for one in said.documents]) == (
        0,
        ["1@customer.example", "2@customer.example"],
    )
    assert operator.does("read", "-", stdin=mail_about(3)).out.startswith("-\n")


@pytest.mark.parametrize("how", ["", "--body", "--body-html"])
def test_a_file_that_cannot_be_read_has_its_line_too(operator: Operator, how: str) -> None:
    (operator.folder / "loop").symlink_to("loop")
    body = operator.write("body", "Hello\n")
    said = operator.does("read", "--json", *how.split(), "loop", body)
    lost, found = said.documents
    assert said.code == 1 and lost["error"] == "loop: could not be read: Too many levels of symbolic links"
    assert said.err == f"maildesk: {lost['error']}\n"
    assert list(found) == READ_KEYS and found["text"].strip() == "Hello"


def test_bare_bodies_and_their_subject(operator: Operator) -> None:
    text = operator.write("text", "New words.\n\nOn Mon, 2 Mar 2026 at 10:00, Anna wrote:\n> old words\n")
    html = operator.write("html", "<p onclick='x()'>New <b>words</b></p>")
    (plain,) = operator.does("read", "--json", "--body", "--subject", "Re: [#7] Hello", text).documents
    assert (plain["visible_text"], plain["subject"], plain["ticket_numbers"]) == ("New words.", "Re: [#7] Hello", [7])
    assert "old words" in plain["quoted_text"]
    (rich,) = operator.does("read", "--json", "--body-html", html).documents
    assert "onclick" not in rich["html"] and rich["visible_text"] == "New words"


def test_attachments_are_written_under_their_names(operator: Operator) -> None:
    screenshot = ROOT / "tests/mails/08-apple-answer-screenshot-inline.eml"
    said = operator.does("read", "--json", "--extract", "a/b", screenshot)
    (document,) = said.documents
    assert document["attachments"]
    for one in document["attachments"]:
        assert (operator.folder / "a/b" / one["sha256"]).stat().st_size == one["size"]
    taken = operator.write("taken", b"")
    assert operator.does("read", "--extract", taken, operator.write("1.eml", mail_about(1))).code == 1


def test_a_wrong_configuration_that_lies_about_stops_no_reading(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = operator.write("1.eml", mail_about(1))
    operator.write("maildesk.toml", "[desk]\nnme = 1\n")
    said = operator.does("read", "--json", mail)
    assert said.code == 0 and len(said.documents) == 1
    assert "reading without the configuration, which is wrong" in said.err and "desk.nme" in said.err
    monkeypatch.setenv("MAILDESK_CONFIG", "maildesk.toml")
    assert operator.does("read", "--json", mail).code == 2


def test_reading_for_people(operator: Operator) -> None:
    said = operator.does("read", operator.write("1.eml", mail_about(1)))
    assert said.code == 0
    assert "Kari Nordmann <kari@customer.example>" in said.out and "    The printer is on fire, case 1." in said.out
