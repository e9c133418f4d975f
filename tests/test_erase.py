"""A person is erased: no table, no raw mail and no letter has the address, the name or a word of his any more."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.desk.tickets import Hand, rate, record
from maildesk.errors import Refused
from maildesk.foundation import Foundation
from maildesk.ingest.inbox import retry
from maildesk.model import Base, Event, Inbound, Outbound, Person, Ticket
from maildesk.notify import outbox
from maildesk.notify.why import in_words
from maildesk.reason import because
from maildesk.safekeeping.erasure import erase
from maildesk.safekeeping.traces import Traces, traces_of
from maildesk.settings_file import Configuration
from maildesk.vocabulary import EventKind
from tests.desk import TestDesk, answer, mail
from tests.shell import Operator, mail_about

KARI = "kari.nordmann@customer.example"
NAME = "Kari Nordmann"
#: Words only she wrote.
SECRET = "flaggermusmannen"


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestDesk]:
    desk = TestDesk(tmp_path, "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield desk
    desk.close()


def foundation_of(desk: TestDesk) -> Foundation:
    folder = Path(str(desk.store.url.database)).parent if desk.store.is_sqlite else Path()
    return Foundation(Configuration(desk.settings, None, folder), desk.store, desk.blobs, desk.clock)


def lives_through(desk: TestDesk) -> None:
    """Kari has a ticket that Anna answers and she rates, writes on Ola's ticket, and has one that is still open."""
    desk.receive(mail(f"{NAME} <{KARI}>", subject=f"My {SECRET}", text=f"It is {SECRET}.\n" + "x" * 200_000))
    letters = desk.run()
    notice = next(letter for letter in letters if letter.recipient == "anna@acme.example")
    raw, to = answer(notice, "anna@acme.example", f"Dear {NAME}, done.\n#close {SECRET} was replaced", proven=True)
    desk.receive(raw, recipients=(to,), envelope_from="anna@acme.example")
    desk.run()
    with desk.store.begin() as session:
        ticket = session.get_one(Ticket, 1)
        rate(Hand(session, session.get_one(Person, ticket.requester_id), None, desk.clock.now()), ticket, 4, SECRET)
        session.flush()
    desk.receive(mail("Ola <ola@customer.example>", subject="Ola's own", text=f"Ask {NAME} about it, at {KARI}.\n"))
    letters = desk.run()
    ours = next(letter for letter in letters if letter.recipient == "ola@customer.example")
    raw, to = answer(ours, f"{NAME} <{KARI}>", f"I know: {SECRET}\n", proven=True)
    desk.receive(raw, recipients=(to,), envelope_from=KARI)
    desk.run()
    desk.receive(mail(f"{NAME} <{KARI}>", subject="Still open", proven=True))
    desk.run()
    desk.receive(mail(f"{NAME} <{KARI}>", subject="Not read yet"), envelope_from=KARI)
    # What the hold of answers kept back.
    desk.clock.forward(timedelta(hours=1))


def found(desk: TestDesk) -> Traces:
    with desk.look() as session:
        return traces_of(session, KARI.upper())


def everything(desk: TestDesk) -> dict[str, str]:
    """Every value of every row, and every blob and letter, decoded as well: where it is, and what it says."""
    dump: dict[str, str] = {}
    with desk.look() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for name, value in row.items():
                    place = f"{table.name}.{name} {row.get('id')}"
                    dump[place] = decoded(value) if isinstance(value, bytes) else str(value)
    for blob in desk.blobs.spool.parent.rglob("*"):
        if blob.is_file():
            dump[f"blob {blob.name}"] = decoded(blob.read_bytes())
    return dump


def decoded(raw: bytes) -> str:
    parts = [part for part in message_from_bytes(raw, policy=policy.compat32).walk() if not part.is_multipart()]
    texts = [str(part.get_payload(decode=True), "utf-8", "replace") for part in parts]  # type: ignore[arg-type]
    return " ".join([raw.decode("utf-8", "replace"), *texts])


def left(desk: TestDesk, *words: str) -> list[str]:
    return [where for where, text in everything(desk).items() if any(one.lower() in text.lower() for one in words)]


def test_nothing_is_left_but_what_others_wrote(desk: TestDesk) -> None:
    lives_through(desk)
    assert len(left(desk, KARI, NAME, SECRET)) > 20
    done = erase(foundation_of(desk), found(desk), desk.clock.now())
    remains = left(desk, KARI, NAME)
    with desk.look() as session:
        ola = session.scalars(select(Inbound).where(Inbound.sender == "ola@customer.example")).one()
        message = next(one for one in done.mentions if one.where == "message.text")
        assert sorted(remains) == sorted([f"message.text {message.number}", f"blob {ola.raw_sha256}"])
    # And that is told.
    assert {(one.where, one.number) for one in done.mentions} == {
        ("message.text", message.number),
        ("raw mail of inbox", ola.id),
    }
    assert left(desk, SECRET) == []
    assert done.blobs > 3


def test_what_a_stored_reason_writes_otherwise_is_found(desk: TestDesk) -> None:
    address, name = "o%b@customer.example", "Berg; Anna"
    desk.receive(mail(f'"{name}" <{address}>'))
    desk.receive(mail("Ola <ola@customer.example>", subject="Ola's own"))
    desk.run()
    with desk.store.begin() as session:
        hand, ticket = Hand(session, None, None, desk.clock.now()), session.get_one(Ticket, 2)
        record(hand, ticket, EventKind.SAME_PERSON, because("is", "ola@customer.example", address, name))
    with desk.look() as session:
        traces = traces_of(session, address)
    assert traces.name == name
    erase(foundation_of(desk), traces, desk.clock.now())
    with desk.look() as session:
        text = session.scalars(select(Event.text).where(Event.kind == EventKind.SAME_PERSON)).one()
    assert in_words(text, "en") == "ola@customer.example is (erased), says (erased)"
    assert left(desk, "o%25b", "Berg%3B", address, name) == []


def test_the_figures_stay(desk: TestDesk) -> None:
    lives_through(desk)
    before = desk.tickets()
    erase(foundation_of(desk), found(desk), desk.clock.now())
    for old, new in zip(before, desk.tickets(), strict=True):
        for name in (
            "opened_at",
            "first_response_at",
            "priority",
            "type",
            "agent_id",
            "rating",
            "rated_at",
            "closures",
        ):
            assert getattr(old, name) == getattr(new, name)
    own = [ticket for ticket in desk.tickets() if ticket.subject == "(erased)"]
    assert [(ticket.id, ticket.status) for ticket in own] == [(1, "closed"), (3, "closed")]
    assert own[0].rating == 4 and own[0].rating_comment == ""
    assert desk.ticket(2).subject == "Ola's own"
    assert desk.events(1)[-1] == EventKind.ERASED
    with desk.look() as session:
        rated = session.scalars(select(Event.text).where(Event.kind == EventKind.RATED)).one()
        assert rated == "4/5"
        person = session.get_one(Person, own[0].requester_id)
        assert (person.address, person.name) == (f"erased-{person.id}@erased.invalid", "")


def test_old_addresses_open_nothing_and_old_mail_does_not_come_back(desk: TestDesk) -> None:
    raw = mail(f"{NAME} <{KARI}>", proven=True)
    desk.receive(raw)
    letter = next(one for one in desk.run() if one.recipient == KARI)
    erase(foundation_of(desk), found(desk), desk.clock.now())
    # The mailbox still has her mail, and her client our letter.
    desk.receive(raw)
    assert desk.run() == [] and len(desk.tickets()) == 1
    reply, to = answer(letter, f"{NAME} <{KARI}>", "And now?\n", proven=True)
    desk.receive(reply, recipients=(to,), envelope_from=KARI)
    desk.run()
    # She is somebody new, who has no say on the old ticket.
    assert desk.ticket(1).status == "closed"
    with desk.look() as session:
        person = session.scalars(select(Person).where(Person.address == KARI)).one()
        assert desk.ticket(1).requester_id != person.id
    assert not [letter for letter in desk.outbox() if letter.recipient == KARI and letter.ticket_id == 1]


def test_what_was_erased_cannot_be_brought_back(desk: TestDesk) -> None:
    lives_through(desk)
    traces = found(desk)
    erase(foundation_of(desk), traces, desk.clock.now())
    with desk.store.begin() as session:
        assert not any(retry(session, number) for number in traces.mails)
        assert not any(outbox.retry(session, number) for number in traces.letters)
    assert desk.run() == []


def test_a_letter_on_its_way_is_waited_for(desk: TestDesk) -> None:
    desk.receive(mail(f"{NAME} <{KARI}>", proven=True))
    desk.run()
    with desk.store.begin() as session:
        session.get_one(Outbound, 1).state = "transmitting"
        session.flush()
    with pytest.raises(Refused, match="on its way"):
        erase(foundation_of(desk), found(desk), desk.clock.now())
    assert desk.ticket(1).subject == "Printer on fire"


def test_a_raw_mail_that_another_row_names_stays(desk: TestDesk) -> None:
    desk.receive(mail(f"{NAME} <{KARI}>"))
    desk.receive(mail("ola@customer.example"))
    desk.run()
    with desk.store.begin() as session:
        his = session.get_one(Inbound, 1).raw_sha256
        session.get_one(Inbound, 2).raw_sha256 = his
        session.flush()
    erase(foundation_of(desk), found(desk), desk.clock.now())
    assert desk.blobs.read(his)


def test_one_of_us_is_not_erased(desk: TestDesk) -> None:
    for address in ("Anna.Berg@acme.example", "support@acme.example"):
        with desk.look() as session:
            traces = traces_of(session, address)
        with pytest.raises(Refused, match="one of us"):
            erase(foundation_of(desk), traces, desk.clock.now())


def test_the_file_of_the_database_has_no_word_left(tmp_path: Path) -> None:
    """Deleted words stay in the free pages of SQLite unless it is told otherwise."""
    desk = TestDesk(tmp_path)
    lives_through(desk)
    erase(foundation_of(desk), found(desk), desk.clock.now())
    # Ola's own words about her.
    with desk.store.begin() as session:
        for ticket in session.scalars(select(Ticket)):
            assert SECRET not in ticket.subject
    desk.close()
    for file in tmp_path.glob("maildesk.db*"):
        assert SECRET.encode() not in file.read_bytes(), file


def test_the_operator_sees_first_what_goes(operator: Operator) -> None:
    operator.gets(mail_about(1), mail_about(2))
    shown = operator.does("erase", "kari@customer.example", "--dry-run")
    assert shown.code == 0 and "2 own tickets" in shown.out and "Kari Nordmann" in shown.out
    # Nobody is at the terminal.
    assert operator.does("erase", "kari@customer.example").code == 2
    assert "kari@" in str(operator.does("ticket", "show", "1", "--json").documents)
    done = operator.does("erase", "KARI@customer.example", "--yes")
    assert done.code == 0 and "closed: #1, #2" in done.out and "backups" in done.out
    assert "kari" not in str(operator.does("ticket", "show", "1", "--json").documents)
    assert operator.does("ticket", "export", "1").out == ""
    again = operator.does("erase", "kari@customer.example", "--yes")
    assert again.code == 1 and "nobody here" in again.err
    assert operator.does("erase", "anna@acme.example", "--yes").code == 1
