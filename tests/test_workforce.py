"""Who has which ticket, in the database: passing on, going away, skills, and that no ticket is nobody's unseen."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from maildesk.blobs import FileBlobs
from maildesk.config import read_settings
from maildesk.desk import find, skills, tickets, workforce
from maildesk.desk.people import person_at
from maildesk.desk.skills import Known
from maildesk.desk.tickets import Hand, Report
from maildesk.model import Event, Person, Ticket
from maildesk.notify.happened import event_in_words
from maildesk.notify.why import in_words
from maildesk.vocabulary import EventKind, NoticeKind, SkillSource
from tests.desk import SETTINGS, TestDesk, mail
from tests.talk import settings_of

ANNA, BOB = "anna@acme.example", "bob@acme.example"
BOTH_KNOW = settings_of("anna knows vpn\nbob knows vpn\n")


@contextmanager
def opened(folder: Path, settings: str, *subjects: str) -> Iterator[TestDesk]:
    """A desk with a ticket of each subject in the queue network."""
    desk = TestDesk(folder, settings=settings)
    for subject in subjects:
        desk.receive(
            mail("kari@customer.example", "network@acme.example", subject), recipients=("network@acme.example",)
        )
        desk.run()
    yield desk
    desk.close()


def person(session: Session, address: str) -> Person:
    found = find.person(session, address)
    assert found is not None
    return found


def agent_of(desk: TestDesk, number: int) -> str | None:
    with desk.look() as session:
        row = session.get_one(Ticket, number)
        return session.get_one(Person, row.agent_id).address if row.agent_id else None


def passed_on(desk: TestDesk, number: int, by: str) -> list[Event]:
    with desk.store.begin() as session:
        passer = person(session, by)
        ticket = find.ticket_to_change(session, number)
        return workforce.pass_on(Hand(session, passer, None, desk.clock.now()), desk.settings, ticket, passer)


def test_a_ticket_goes_on_to_the_next_and_never_back(tmp_path: Path) -> None:
    with opened(tmp_path, BOTH_KNOW, "VPN") as desk:
        assert agent_of(desk, 1) == ANNA
        (event,) = passed_on(desk, 1, ANNA)
        assert (event.kind, agent_of(desk, 1)) == (EventKind.ASSIGNED, BOB)
        why = "passed on by Anna; knows vpn; at work; 0 of 20 open"
        assert event_in_words(event.kind, event.text) == f"Bob: {why}"
        (event,) = passed_on(desk, 1, BOB)
        assert (event.kind, in_words(event.text, "en"), agent_of(desk, 1)) == (
            EventKind.OFFERED,
            "passed on by Bob",
            None,
        )
        assert in_words(desk.ticket(1).assigned_reason, "en") == "passed on by Bob"
        assert desk.events(1)[-4:] == ["passed", "assigned", "passed", "offered"]


def test_who_cannot_get_what_is_passed_on_is_named(tmp_path: Path) -> None:
    with opened(tmp_path, BOTH_KNOW, "VPN") as desk:
        with desk.store.begin() as session:
            person(session, BOB).away_until = desk.clock.now() + timedelta(days=3, hours=15)
        (event,) = passed_on(desk, 1, ANNA)
        assert in_words(event.text, "en") == "passed on by Anna; Bob knows vpn, but is away until Thu 5 March"


def test_what_waits_for_an_agent_who_goes_away_is_given_on(tmp_path: Path) -> None:
    with opened(tmp_path, BOTH_KNOW, "VPN", "Wi-Fi", "Cable") as desk:
        assert [agent_of(desk, number) for number in (1, 2, 3)] == [ANNA, BOB, ANNA]
        with desk.store.begin() as session:
            anna, hand = person(session, ANNA), Hand(session, person(session, ANNA), None, desk.clock.now())
            find.ticket_to_change(session, 3).status = "pending"
            events = workforce.go_away(hand, desk.settings, anna, desk.clock.now() + timedelta(hours=6))
        assert [(event.kind, event.ticket_id) for event in events] == [(EventKind.ASSIGNED, 1)]
        assert event_in_words(events[0].kind, events[0].text).startswith(
            "Bob: Anna is away until Mon 2 March, 15:00; knows vpn; at work; 1 of 20 open"
        )
        assert [agent_of(desk, number) for number in (1, 2, 3)] == [BOB, BOB, ANNA]
        with desk.store.begin() as session:
            anna = person(session, ANNA)
            assert workforce.is_away(anna, desk.clock.now())
            workforce.come_back(anna)
            assert not workforce.is_away(anna, desk.clock.now())


def test_what_nobody_else_can_take_stays_and_is_offered(tmp_path: Path) -> None:
    with opened(tmp_path, settings_of("anna knows vpn\n"), "VPN") as desk:
        with desk.store.begin() as session:
            anna = person(session, ANNA)
            hand = Hand(session, anna, None, desk.clock.now())
            (event,) = workforce.go_away(hand, desk.settings, anna, desk.clock.now() + timedelta(days=1, hours=15))
        assert (event.kind, in_words(event.text, "en")) == (EventKind.OFFERED, "Anna is away until Tue 3 March")
        assert agent_of(desk, 1) == ANNA


@pytest.mark.parametrize("mode", ["skills", "always", "off"])
@pytest.mark.parametrize("able", [(), (ANNA,), (BOB,), (ANNA, BOB)])
@pytest.mark.parametrize("knowing", [(), ("anna",), ("anna", "bob")])
def test_no_ticket_is_nobodys_unseen(
    tmp_path: Path, mode: str, able: tuple[str, ...], knowing: tuple[str, ...]
) -> None:
    """Whoever is there or away, knows it or not: it has an agent who is there and was told, or everybody was told."""
    story = "".join(f"{name} knows vpn\n" for name in knowing)
    settings = settings_of(f'{story}settings\n    [assignment]\n    automatic = "{mode}"\n')
    with opened(tmp_path, settings) as desk:
        with desk.store.begin() as session:
            for address in {ANNA, BOB} - set(able):
                person(session, address).away_until = desk.clock.now() + timedelta(days=1)
        desk.receive(mail("kari@customer.example", "network@acme.example"), recipients=("network@acme.example",))
        told = {letter.recipient for letter in desk.run() if letter.kind is NoticeKind.NEW_TICKET}
        owner = agent_of(desk, 1)
        assert told == ({owner} if owner else {ANNA, BOB})
        assert owner is None or owner in able
        assert (owner is not None) == (
            (mode == "always" and bool(able))
            or (mode == "skills" and any(f"{name}@acme.example" in able for name in knowing))
        )


def test_nobody_gets_more_than_his_cap(tmp_path: Path) -> None:
    settings = BOTH_KNOW.replace("skills", "max_open = 2\nskills")
    with opened(tmp_path, settings, *"abcdef") as desk:
        assert [agent_of(desk, number) for number in range(1, 7)] == [ANNA, BOB, ANNA, BOB, None, None]
        reason = "for everybody: Anna knows vpn, but has 2 open already; Bob knows vpn, but has 2 open already"
        assert in_words(desk.ticket(6).assigned_reason, "en") == reason
        with desk.look() as session:
            opened_by = session.scalars(select(Event).where(Event.ticket_id == 6, Event.kind == EventKind.OPENED)).one()
            assert in_words(opened_by.text, "en").endswith(reason)


def known(desk: TestDesk, now: datetime | None = None) -> list[Known]:
    with desk.look() as session:
        agent = desk.settings.agent_of(ANNA)
        assert agent is not None
        return skills.show(session, agent, person(session, ANNA), now or desk.clock.now())


def test_an_agent_says_what_he_knows_and_what_not(tmp_path: Path) -> None:
    with opened(tmp_path, settings_of("anna knows VPN, Office  365\n")) as desk:
        declared = SkillSource.DECLARED
        assert known(desk) == [Known("office 365", 1.0, declared), Known("vpn", 1.0, declared)]
        with desk.store.begin() as session:
            anna = person(session, ANNA)
            skills.unsay(session, anna, "VPN", desk.clock.now())
            skills.say(session, anna, "Printers", desk.clock.now())
        assert [(one.word, one.source) for one in known(desk)] == [
            ("office 365", declared),
            ("printers", SkillSource.SAID),
        ]
        # What is said never fades.
        assert known(desk, desk.clock.now() + timedelta(days=900))[1].weight == 1.0
        with desk.store.begin() as session:
            skills.say(session, person(session, ANNA), "vpn", desk.clock.now())
        assert {one.word for one in known(desk)} == {"office 365", "printers", "vpn"}


def test_what_was_learned_is_counted_once_fades_and_can_be_taken_back(tmp_path: Path) -> None:
    with opened(tmp_path, SETTINGS, "VPN") as desk:
        with desk.store.begin() as session:
            ticket, anna = find.ticket_to_change(session, 1), person(session, ANNA)
            ticket.agent_id, ticket.closures = anna.id, 1
            skills.learn_from_solution(session, ticket, desk.clock.now())
            session.flush()
            skills.learn_from_rating(session, ticket, 5, desk.clock.now())
            # Opened again, and closed again.
            ticket.closures = 2
            skills.learn_from_solution(session, ticket, desk.clock.now())
        network, vpn = known(desk)
        assert (network.word, vpn.word, vpn.source) == ("network", "vpn", SkillSource.LEARNED)
        assert vpn.weight == pytest.approx(0.235)
        assert known(desk, desk.clock.now() + timedelta(days=90))[0].weight == pytest.approx(0.1175)
        assert known(desk, desk.clock.now() + timedelta(days=270)) == []
        with desk.store.begin() as session:
            skills.unsay(session, person(session, ANNA), "vpn", desk.clock.now())
            skills.learn_from_rating(session, find.ticket_to_change(session, 1), 5, desk.clock.now())
        assert [one.word for one in known(desk)] == ["network"]


def test_two_daemons_do_not_give_one_agent_too_much(tmp_path: Path, postgres_url: str) -> None:
    """The second one waits until the first has written down what it gave, and then sees that Anna has enough."""
    settings = settings_of("anna knows vpn\n").replace("skills", "max_open = 1\nskills")
    desks = [TestDesk(tmp_path / name, postgres_url, settings, blobs=FileBlobs(tmp_path / "raw")) for name in "ab"]
    with desks[0].store.begin() as session:
        for number in (1, 2):
            requester = person_at(session, f"kari{number}@customer.example", "", desks[0].clock.now())
            hand = Hand(session, requester, None, desks[0].clock.now())
            tickets.open_ticket(hand, tickets.new_ticket(requester, Report("VPN", "network", "vpn", "en", hand.now)))

    def assign(desk: TestDesk, number: int) -> str:
        with desk.store.begin() as session:
            hand = Hand(session, None, None, desk.clock.now())
            return workforce.assign_automatically(hand, desk.settings, find.ticket_to_change(session, number), ())

    with ThreadPoolExecutor(1) as thread:
        with desks[0].store.begin() as session:
            hand = Hand(session, None, None, desks[0].clock.now())
            workforce.assign_automatically(hand, desks[0].settings, find.ticket_to_change(session, 1), ())
            second = thread.submit(assign, desks[1], 2)
            # Time enough for one that does not wait.
            wait([second], timeout=2)
        assert in_words(second.result(), "en") == "for everybody: Anna knows vpn, but has 1 open already"
    assert [agent_of(desks[0], number) for number in (1, 2)] == [ANNA, None]
    for desk in desks:
        desk.close()


def test_who_answers_for_an_agent_who_has_left(tmp_path: Path) -> None:
    with opened(tmp_path, BOTH_KNOW, "VPN") as desk:
        assert agent_of(desk, 1) == ANNA
        left = read_settings(
            settings_of("bob knows vpn\n").replace(f'email = "{ANNA}"', 'email = "eva@acme.example"'), {}, ""
        )
        with desk.store.begin() as session:
            ticket = find.ticket_to_change(session, 1)
            workforce.stand_in(Hand(session, None, None, desk.clock.now()), left, ticket)
            assert (
                in_words(ticket.assigned_reason, "en") == "Anna is no agent any more; knows vpn; at work; 0 of 20 open"
            )
        assert agent_of(desk, 1) == BOB
