"""What comes back to the signed return address of a letter, and what only says to be such a thing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.errors import Refused
from maildesk.mail import Letter
from maildesk.model import Outbound, Person, Ticket
from maildesk.tokens import TagKind
from maildesk.vocabulary import NoticeKind
from tests.desk import SETTINGS, TestDesk, answer, mail

DESK, KARI, ANNA = "support@acme.example", "kari@customer.example", "anna@acme.example"
SIGNED = SETTINGS + '\n[relay]\nreturn_path = "signed"\n'


class Correspondence:
    """Kari wrote, Anna answered; both letters to Kari are known."""

    def __init__(self, folder: Path, settings: str = SIGNED) -> None:
        self.desk = TestDesk(folder, settings=settings)
        self.desk.receive(mail(KARI), recipients=(DESK,), envelope_from=KARI)
        letters = self.desk.run()
        self.received = next(one for one in letters if one.recipient == KARI)
        notice = next(one for one in letters if one.recipient == ANNA)
        raw, to = answer(notice, ANNA, "Which version?\n")
        self.desk.receive(raw, recipients=(to,), envelope_from=ANNA)
        (self.answer,) = self.desk.run()

    def comes(self, raw: bytes, to: str, envelope_from: str = "") -> list[str]:
        """(kind recipient) of the letters that leave because of this mail."""
        number = self.desk.receive(raw, recipients=(to,), envelope_from=envelope_from)
        letters = self.desk.run()
        self.row = self.desk.inbound(number)
        return [f"{one.kind} {one.recipient}" for one in letters]

    def person(self, address: str) -> Person:
        with self.desk.look() as session:
            return session.scalars(select(Person).where(Person.address == address)).one()

    def bounced(self) -> list[str]:
        with self.desk.look() as session:
            found = select(Outbound).where(Outbound.bounced_at.is_not(None)).order_by(Outbound.id)
            return [f"{one.kind} {one.recipient}" for one in session.scalars(found)]

    def ticket(self) -> Ticket:
        return self.desk.ticket()


@pytest.fixture
def kari(tmp_path: Path) -> Iterator[Correspondence]:
    correspondence = Correspondence(tmp_path)
    yield correspondence
    correspondence.desk.close()


def report(recipient: str = KARI, message_id: str = "", status: str = "5.1.1", action: str = "failed") -> bytes:
    """A delivery report with or without the letter's own Message-ID."""
    about = f"Message-ID: <{message_id}>" if message_id else "X-Nothing: 1"
    text = (
        f"From: <MAILER-DAEMON@mx.customer.example>\nTo: <{DESK}>\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.customer.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{about}\n\n--b--\n"
    )
    return text.replace("\n", "\r\n").encode()


def own_address(letter: Letter) -> str:
    assert letter.envelope_from.startswith("support+b"), letter.envelope_from
    return letter.envelope_from


def test_every_letter_has_a_return_address_of_its_own(kari: Correspondence) -> None:
    assert own_address(kari.received) != own_address(kari.answer)
    with kari.desk.look() as session:
        stored = session.scalars(select(Outbound.envelope_from)).all()
    assert set(stored) == {DESK}


@pytest.mark.parametrize(
    ("relay", "signed"),
    [
        ("", False),
        ('host = "127.0.0.1"', True),
        # Many a relay lets a user write in his own name alone.
        ('host = "127.0.0.1"\nuser = "u"\npassword = "p"', False),
        ('host = "127.0.0.1"\nuser = "u"\npassword = "p"\nreturn_path = "signed"', True),
        ('host = "127.0.0.1"\nreturn_path = "plain"', False),
    ],
)
def test_where_the_relay_allows_it(tmp_path: Path, relay: str, signed: bool) -> None:
    settings = f"{SETTINGS}\n[relay]\n{relay}\n" if relay else SETTINGS
    written = Correspondence(tmp_path, settings)
    assert (written.received.envelope_from != DESK) is signed
    written.desk.close()


def test_without_subaddresses_there_is_none(tmp_path: Path) -> None:
    written = Correspondence(tmp_path, SIGNED.replace('timezone = "UTC"', 'timezone = "UTC"\nsubaddress = "none"'))
    assert written.received.envelope_from == DESK
    written.desk.close()


@pytest.mark.parametrize("recipient", [KARI, "k.berg@inside.customer.example"])
def test_a_report_needs_no_words_at_the_signed_address(kari: Correspondence, recipient: str) -> None:
    assert kari.ticket().first_response_at is not None
    assert kari.comes(report(recipient), own_address(kari.answer)) == [f"undelivered {ANNA}"]
    assert kari.bounced() == [f"answer {KARI}"] and kari.row.disposition == "bounce"
    assert kari.ticket().first_response_at is None
    assert kari.desk.events()[-2:] == ["response_withdrawn", "undelivered"]


def test_the_acknowledgement_was_no_response(kari: Correspondence) -> None:
    kari.comes(report(), own_address(kari.received))
    assert kari.bounced() == [f"received {KARI}"]
    assert kari.ticket().first_response_at is not None


def test_the_next_answer_is_the_first_that_arrived(kari: Correspondence) -> None:
    kari.desk.clock.forward(timedelta(hours=3))
    to = kari.desk.post.address(TagKind.REPLY, 1, 0, kari.person(ANNA).id)
    kari.comes(mail(ANNA, to, "Re: [#1]", "Hello?\n"), to, ANNA)
    later = kari.desk.clock.now()
    kari.desk.clock.forward(timedelta(hours=3))
    kari.comes(report(), own_address(kari.answer))
    assert kari.ticket().first_response_at == later


@pytest.mark.parametrize(
    ("name", "forge"),
    [
        ("the letter's own signature for another letter", lambda one: own_address(one).replace("+b", "+b1")),
        ("a made-up signature", lambda one: "support+b2-aaaaaaaaaaaaaaaa@acme.example"),
        ("no signature", lambda one: "support+b2@acme.example"),
        ("the plain address", lambda one: DESK),
    ],
)
def test_a_forged_report_harms_nobody(kari: Correspondence, name: str, forge: object) -> None:
    assert callable(forge)
    before = kari.desk.events()
    for message_id in ("", "md.1.000000000000000000000000@acme.example"):
        assert kari.comes(report(message_id=message_id), str(forge(kari.answer))) == []
        assert kari.row.disposition == "bounce"
    # A real Message-ID, but somebody else's address (threats T16).
    assert kari.comes(report(ANNA, kari.answer.message_id), str(forge(kari.answer))) == []
    assert kari.bounced() == [] and kari.desk.events() == before
    assert kari.person(KARI).hard_bounces == kari.person(ANNA).hard_bounces == 0


def test_reports_about_one_letter_count_once(kari: Correspondence) -> None:
    for number in range(5):
        raw = b"X-Copy: %d\r\n" % number + report()
        assert len(kari.comes(raw, own_address(kari.answer))) == (number == 0)
    assert kari.person(KARI).hard_bounces == 1 and kari.person(KARI).undeliverable_since is None


def test_a_delay_is_no_failure(kari: Correspondence) -> None:
    assert kari.comes(report(status="4.4.1", action="delayed"), own_address(kari.answer)) == []
    assert kari.desk.events()[-1] == "delayed" and kari.bounced() == []
    assert kari.ticket().first_response_at is not None


def test_a_report_in_words_that_nobody_knows_is_recorded(kari: Correspondence) -> None:
    raw = mail("post@mx.customer.example", DESK, "Pri via letero", "Ĝi ne alvenis.\n")
    before = kari.ticket().status
    assert kari.comes(raw, own_address(kari.answer)) == []
    assert kari.row.disposition == "auto" and kari.ticket().status == before
    assert kari.desk.events()[-1] == "automatic_noted"


def test_a_person_whose_program_answers_there_is_heard(kari: Correspondence) -> None:
    raw = mail(KARI, own_address(kari.answer), "Re: Printer on fire", "Version 5.\n")
    assert kari.comes(raw, own_address(kari.answer), KARI) == [f"customer_answer {ANNA}"]
    assert kari.row.disposition == "reply"


def test_a_vacation_program_answers_there(kari: Correspondence) -> None:
    away = mail(KARI, DESK, "Out of office", "Back on 9 March 2026.\n", headers={"Auto-Submitted": "auto-replied"})
    assert kari.comes(away, own_address(kari.answer)) == []
    assert kari.row.disposition == "auto" and kari.row.ticket_id == 1
    assert kari.person(KARI).away_until is not None


def test_the_relay_refuses_the_address_itself(kari: Correspondence) -> None:
    """The same for the letter, the deadline and the address as a report that comes later."""
    kari.desk.relay.trouble = Refused("RCPT: 550 5.1.1 no such user")
    raw, to = answer(kari.received, KARI, "Please!\n")
    kari.desk.receive(raw, recipients=(to,), envelope_from=KARI)
    kari.desk.run()
    # Letters to agents were refused: about those nobody is told.
    assert kari.person(KARI).hard_bounces == 0
    to = kari.desk.post.address(TagKind.REPLY, 1, 0, kari.person(ANNA).id)
    kari.comes(mail(ANNA, to, "Re: [#1]", "Version?\n"), to, ANNA)
    assert kari.person(KARI).hard_bounces == 1
    assert [row.kind for row in kari.desk.outbox() if row.bounced_at] == [NoticeKind.ANSWER]
    assert kari.ticket().first_response_at is not None, "the first answer had arrived"
    assert "response_withdrawn" not in kari.desk.events()


def test_two_letters_refused_in_one_breath_are_two(kari: Correspondence) -> None:
    to = kari.desk.post.address(TagKind.REPLY, 1, 0, kari.person(ANNA).id)
    for words in ("Version?\n", "Please!\n"):
        kari.desk.receive(mail(ANNA, to, "Re: [#1]", words), recipients=(to,), envelope_from=ANNA)
    kari.desk.relay.trouble = Refused("RCPT: 550 5.1.1 no such user")
    kari.desk.run()
    assert kari.person(KARI).hard_bounces == 2 and kari.person(KARI).undeliverable_since is not None


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        (
            "receipt",
            b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
            b"--b\r\nContent-Type: text/plain\r\n\r\nIt was read.\r\n\r\n--b\r\n"
            b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action\r\n\r\n--b--\r\n",
        ),
        (
            "calendar",
            b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
            b"--b\r\nContent-Type: text/plain\r\n\r\nKari has accepted.\r\n\r\n--b\r\n"
            b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
            b"SUMMARY:Visit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\r\n--b--\r\n",
        ),
    ],
)
def test_receipts_are_recorded_and_answered_by_nobody(kari: Correspondence, name: str, raw: bytes) -> None:
    head = b"From: kari@customer.example\r\nTo: support@acme.example\r\nMIME-Version: 1.0\r\n"
    about = f"In-Reply-To: <{kari.answer.message_id}>\r\n".encode()
    # On the ticket it belongs to, and where it belongs to none it is no ticket.
    assert kari.comes(head + b"Subject: Read\r\n" + about + raw, DESK, KARI) == []
    assert (kari.row.disposition, kari.row.ticket_id) == ("auto", 1)
    assert kari.comes(head + b"Subject: Read also\r\n" + raw, DESK, KARI) == []
    assert (kari.row.disposition, kari.row.ticket_id) == ("auto", None)
    assert kari.ticket().status == "pending" and len(kari.desk.tickets()) == 1


def test_who_asks_for_a_receipt_gets_none(kari: Correspondence) -> None:
    raw = mail("ola@customer.example", headers={"Disposition-Notification-To": "ola@customer.example"})
    letters = kari.comes(raw, DESK, "ola@customer.example")
    assert sorted(letters) == [
        "new_ticket anna@acme.example",
        "new_ticket bob@acme.example",
        "received ola@customer.example",
    ]
