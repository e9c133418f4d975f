"""ticket, why, inbox and outbox from outside: what stands in the books, under the names of the contract."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from maildesk.cli.ticket_mbox import mbox_entry
from maildesk.ingest.mailfiles import mails_in
from maildesk.model import Message
from maildesk.reason import because
from maildesk.store import Store
from tests.shell import DESK, Operator, mail_about

TICKET_KEYS = set(
    "number subject status priority impact urgency type queue requester participants agent assigned_reason tags "
    "language opened_at first_response_at resolved_at closed_at resolution rating links deadlines messages "
    "events".split()
)
MESSAGE_KEYS = "id direction author at message_id text public placed_by verified attachments".split()
EVENT_KEYS = "at actor kind text".split()
DEADLINE_KEYS = "metric level due_at state cycle done_at fired_at".split()
INBOX_KEYS = "id received_at source recipient from subject message_id state disposition reason ticket attempts".split()
OUTBOX_KEYS = "id to kind ticket message_id state attempts next_at error bounced_at".split()


def test_tickets_and_queues_as_documents(operator: Operator) -> None:
    operator.gets(mail_about(1, "=?utf-8?b?7ZSE66aw7YSw?="))
    said = operator.does("ticket", "show", "1", "--json")
    (ticket,) = said.documents
    more = {"service", "category", "priority_reason", "rating_comment"}
    assert set(ticket) >= TICKET_KEYS and set(ticket) - TICKET_KEYS == more
    assert list(ticket["messages"][0]) == MESSAGE_KEYS and list(ticket["events"][0]) == EVENT_KEYS
    assert ticket["messages"][0]["direction"] == "in" and "프린터" in said.out
    (mail,) = operator.does("inbox", "list", "--json").documents
    letters = operator.does("outbox", "list", "--json").documents
    assert list(mail) == INBOX_KEYS and [list(letter) for letter in letters] == [OUTBOX_KEYS] * 2
    assert (mail["ticket"], mail["state"], mail["from"]) == (1, "done", "kari@customer.example")
    assert mail["reason"].endswith("; for everybody: no skill is asked for")
    assert {letter["state"] for letter in letters} == {"sent"}
    for moment in (ticket["opened_at"], ticket["events"][0]["at"], mail["received_at"]):
        assert datetime.fromisoformat(moment).utcoffset() == timedelta(0)


def test_tickets_of_one_status(operator: Operator) -> None:
    operator.gets(mail_about(1), mail_about(2))
    assert len(operator.does("ticket", "list", "--json", "--status", "new").documents) == 2
    assert operator.does("ticket", "list", "--json", "--status", "closed").documents == []


def test_all_clocks_are_read_again(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    def due() -> list[float]:
        documents = [operator.does("ticket", "show", str(n), "--json").documents[0] for n in (1, 2)]
        rows = [row for document in documents for row in document["deadlines"] if row["level"] == "due"]
        assert all(list(row) == DEADLINE_KEYS for row in rows)
        promised = [row for row in rows if row["metric"] == "first_response" and row["state"] == "waiting"]
        return [datetime.fromisoformat(row["due_at"]).timestamp() for row in promised]

    round_the_clock = f'{DESK}[hours]\nweek = "24x7"\n[sla.normal]\nfirst_response = '
    operator.write("maildesk.toml", f'{round_the_clock}"100h"\n')
    operator.gets(mail_about(1), mail_about(2))
    before = due()
    operator.write("maildesk.toml", f'{round_the_clock}"200h"\n')
    said = operator.does("ticket", "recount")
    assert (said.code, said.out) == (0, "2 tickets read again\n")
    assert len(before) == 2 and due() == [moment + timedelta(hours=100).total_seconds() for moment in before]
    # Nothing fired, and a daemon with the same rules has nothing left to do.
    assert operator.does("ticket", "recount").out == "2 tickets read again\n"

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("maildesk.desk.timers.reconcile", fails)
    said = operator.does("ticket", "recount")
    assert said.code == 1 and said.out == "0 tickets read again\n" and "2 tickets could not be read" in said.err


@pytest.mark.parametrize("what", ["<1@customer.example>", "1@customer.example", "1", "#1"])
def test_why(operator: Operator, what: str) -> None:
    operator.gets(mail_about(1))
    reasons = operator.does("why", what, "--json").documents
    assert {tuple(reason) for reason in reasons} == {("at", "what", "decision", "reason")}
    assert any("nothing points to a ticket" in reason["reason"] for reason in reasons)
    # Its codes are for the books alone.
    assert any("; for everybody: no skill is asked for" in reason["reason"] for reason in reasons)
    letter = operator.does("outbox", "list", "--json").documents[0]
    assert letter["kind"] in operator.does("why", f"<{letter['message_id']}>").out


def test_why_of_a_message_that_was_split_off(operator: Operator) -> None:
    operator.gets(mail_about(1))
    store = Store("sqlite", operator.folder / "var")
    with store.begin() as session:
        session.execute(update(Message).values(placed_by=because("split_off", 12)))
    store.close()
    assert "split off #12" in [one["reason"] for one in operator.does("why", "1", "--json").documents]


@pytest.mark.parametrize("what", ["nobody@customer.example", "7", "9" * 20, "9" * 5000, "\udcff", "\x1b[31m"])
def test_what_is_not_known_has_a_remedy(operator: Operator, what: str) -> None:
    said = operator.does("why", what)
    assert said.code == 1 and "`maildesk inbox list` and `ticket list` show what is" in said.err
    assert "\x1b" not in said.err


@pytest.mark.parametrize("command", ["show", "export"])
def test_a_ticket_that_is_not_there(operator: Operator, command: str) -> None:
    said = operator.does("ticket", command, "7")
    assert (said.code, said.out) == (1, "")
    assert said.err == "maildesk: there is no ticket 7; `maildesk ticket list` shows them\n"


def test_the_queues_are_looked_after(operator: Operator) -> None:
    assert operator.does("deliver", stdin=mail_about(1)).code == 0
    assert operator.does("inbox", "drop", "1", "--reason", "a test").code == 0
    assert operator.does("inbox", "list", "--json", "--state", "dropped").documents[0]["reason"] == "a test"
    assert operator.does("run", "--once").code == 0
    assert operator.does("ticket", "list", "--json").out == ""
    assert operator.does("inbox", "retry", "1").code == 0
    assert operator.does("run", "--once", "--roles", "desk").code == 0
    letters = operator.does("outbox", "list", "--json").documents
    assert {letter["state"] for letter in letters} == {"waiting"}
    assert operator.does("outbox", "drop", "1").code == 0
    assert operator.does("run", "--once").code == 0
    states = [letter["state"] for letter in operator.does("outbox", "list", "--json").documents]
    assert states == ["dropped", "sent"]
    assert operator.does("outbox", "retry", "1").code == 0
    for queue in ("inbox", "outbox"):
        said = operator.does(queue, "drop", "2", "99")
        assert said.code == 1 and said.err.count("\n") == 2 and "99 is" in said.err


def test_an_exported_ticket_is_imported_elsewhere(operator: Operator) -> None:
    mail = mail_about(1) + b"\nFrom here on 10:20 it burns\n>From there too\n"
    operator.gets(mail)
    assert operator.does("ticket", "export", "1", "--to", "1.mbox").code == 0
    assert (operator.folder / "1.mbox").stat().st_mode & 0o777 == 0o600
    found = [one.data for one in mails_in(operator.folder / "1.mbox", 1 << 20)]
    assert found[0] == mail and len(found) == 3
    for file in (operator.folder / "var/sent/new").iterdir():
        # What a Maildir has before the letter is its own.
        assert any(file.read_bytes().endswith(letter or b"?") for letter in found[1:])
    again = operator.does("ticket", "export", "1", "--to", "1.mbox")
    assert (again.code, again.err) == (1, "maildesk: 1.mbox: File exists\n")
    with (operator.folder / "piped.mbox").open("wb") as pipe:
        operator.starts("ticket", "export", "1", capture_output=False, stdout=pipe)
    assert (operator.folder / "piped.mbox").read_bytes() == (operator.folder / "1.mbox").read_bytes()


@pytest.mark.parametrize("sender", ["", "kari@customer.example", "a b\nFrom x 10:20@customer.example", "김@b.example"])
def test_a_line_before_each_mail_of_an_mbox(sender: str) -> None:
    head, _, rest = mbox_entry(sender, datetime(2026, 3, 2, 9, 5, 7), b"Subject: x\n\nFrom a\n>From b").partition(b"\n")
    assert re.fullmatch(rb"From [!-~]+ Mon Mar  2 09:05:07 2026", head)
    assert rest == b"Subject: x\n\n>From a\n>>From b\n\n"


def test_hostile_words_are_only_words(operator: Operator) -> None:
    evil = "=?utf-8?q?=1B[31m[red]=0A1=09new=E2=80=AE=E2=80=8Fkeud=C2=9B0m=07?="
    operator.gets(mail_about(1, evil))
    operator.write("1.eml", mail_about(1, evil))
    for command in ("ticket list", "ticket show 1", "inbox list", "outbox list", "why 1", "read 1.eml"):
        out = operator.does(*command.split()).out
        assert all(character == "\n" or character.isprintable() for character in out), command
    assert "[31m[red]" in operator.does("ticket", "list").out
    assert len(operator.does("ticket", "list").out.splitlines()) == 2
    (document,) = operator.does("ticket", "list", "--json").documents
    assert document["subject"].startswith("[31m[red]") and "\u202e" in document["subject"]


def test_a_ticket_is_shown_with_its_people_and_clocks(operator: Operator) -> None:
    operator.write("maildesk.toml", DESK + '[sla.normal]\nfirst_response = "4h"\n')
    operator.gets(mail_about(1))
    shown = operator.does("ticket", "show", "1").out
    assert "kari@customer.example (requester)" in shown
    assert re.search(r"first_response +due +waiting", shown)
