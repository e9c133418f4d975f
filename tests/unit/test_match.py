"""Which ticket a mail belongs to: one row per rung of the ladder, and for everything that must not hold.

Ticket 1 is Kari's (person 1), ticket 2 is Ola's (2); Anna (10) is an agent; Mallory (66) stands nowhere.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maildesk.desk.clues import MOST_REFERENCES
from maildesk.desk.match import (
    Candidates,
    Clues,
    Place,
    Reference,
    Rung,
    TicketFacts,
    Writer,
    choose_ticket,
    clues_of,
)
from maildesk.mail import Address, Mail
from maildesk.notify.why import in_words
from maildesk.tokens import Tag, TagKind, read_tag, tagged_address, thread_root
from maildesk.vocabulary import Status

KARI, OLA, ANNA, MALLORY = 1, 2, 10, 66
KEY, DESK = b"k" * 32, "support@acme.example"
OWN = frozenset({DESK})
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MONTH = timedelta(days=30)
NO_CLUES = Clues((), (), ())


def ticket(number: int, requester: int, **more: Any) -> TicketFacts:
    made = TicketFacts(number, Status.OPEN, None, epoch=0, requester=requester, people=frozenset({requester}))
    return replace(made, **more)


TICKETS = {1: ticket(1, KARI), 2: ticket(2, OLA)}
REFERENCES = {
    "ours-to-kari": Reference("ours-to-kari", 1, KARI),
    "ours-to-anna": Reference("ours-to-anna", 1, ANNA),
    "ours-to-ola": Reference("ours-to-ola", 2, OLA),
    "from-kari": Reference("from-kari", 1, None),
    "from-ola": Reference("from-ola", 2, None),
    "relay-to-kari": Reference("relay-to-kari", 1, KARI, of_relay=True),
    "relay-to-anna": Reference("relay-to-anna", 1, ANNA, of_relay=True),
}


def address_of(number: int, person: int, kind: TagKind = TagKind.REPLY, key: bytes = KEY) -> str:
    return tagged_address(DESK, "+", key, kind, number, person, 0, score=4 if kind is TagKind.RATE else 0)


def tag_of(number: int, person: int, kind: TagKind = TagKind.REPLY, key: bytes = KEY) -> Tag:
    tag = read_tag(address_of(number, person, kind, key), OWN, "+")
    assert tag is not None
    return tag


def chosen(
    clues: Clues,
    writer: Writer,
    tickets: dict[int, TicketFacts] | None = None,
    references: dict[str, Reference] | None = None,
) -> Place:
    found = Candidates(
        TICKETS if tickets is None else tickets,
        REFERENCES if references is None else references,
        conversation=(1,) if clues.conversation else (),
    )
    return choose_ticket(clues, found, writer, (KEY,), "acme.example", NOW, MONTH)


TALK, ROOT = "01" * 22, thread_root(KEY, 1, "acme.example", outside=True)
KARI_WRITES, MALLORY_WRITES, NEWCOMER_WRITES = Writer(KARI), Writer(MALLORY), Writer(None)
FORGED = tag_of(2, KARI, key=b"f" * 32)


@pytest.mark.parametrize(
    ("clues", "writer", "number", "rung"),
    [
        # Nothing.
        (NO_CLUES, KARI_WRITES, None, "nothing"),
        (Clues((), ("unknown",), ()), KARI_WRITES, None, "nothing"),
        (Clues((), (), (99,)), KARI_WRITES, None, "nothing"),
        # A signed address, of whatever kind, whoever writes.
        (Clues((tag_of(1, KARI),), (), ()), KARI_WRITES, 1, "token"),
        (Clues((tag_of(1, KARI),), (), ()), NEWCOMER_WRITES, 1, "token"),
        (Clues((tag_of(1, ANNA, TagKind.NOTE),), (), ()), MALLORY_WRITES, 1, "token"),
        (Clues((tag_of(1, KARI, TagKind.RATE),), (), ()), KARI_WRITES, 1, "token"),
        # It stands above everything else.
        (Clues((tag_of(1, KARI),), ("ours-to-ola",), (2,)), Writer(OLA), 1, "token"),
        # A forged one is none, and the next one counts.
        (Clues((FORGED,), (), ()), KARI_WRITES, None, "nothing"),
        (Clues((FORGED, tag_of(1, KARI)), (), ()), KARI_WRITES, 1, "token"),
        (Clues((FORGED,), ("ours-to-kari",), ()), KARI_WRITES, 1, "own_letter"),
        (Clues((tag_of(99, KARI),), (), ()), KARI_WRITES, None, "nothing"),
        # Our own Message-ID: it is not public, so whoever answers it is on the ticket (as what, trust says).
        (Clues((), ("ours-to-kari",), ()), KARI_WRITES, 1, "own_letter"),
        (Clues((), ("ours-to-kari",), ()), MALLORY_WRITES, 1, "own_letter"),
        (Clues((), ("unknown", "ours-to-ola"), ()), NEWCOMER_WRITES, 2, "own_letter"),
        (Clues((), ("ours-to-kari", "ours-to-ola"), ()), KARI_WRITES, 1, "own_letter"),
        (Clues((), ("from-kari", "ours-to-ola"), ()), KARI_WRITES, 2, "own_letter"),
        (Clues((), ("ours-to-kari",), (2,)), Writer(OLA), 1, "own_letter"),
        # Somebody's Message-ID is public: only for those who stand there.
        (Clues((), ("from-kari",), ()), KARI_WRITES, 1, "known_message"),
        (Clues((), ("from-kari",), ()), MALLORY_WRITES, None, "nothing"),
        (Clues((), ("from-kari",), ()), NEWCOMER_WRITES, None, "nothing"),
        (Clues((), ("from-kari",), ()), Writer(ANNA, proven=True), None, "nothing"),
        (Clues((), ("from-ola", "from-kari"), ()), KARI_WRITES, 1, "known_message"),
        (Clues((), ("from-kari",), (2,)), Writer(OLA), 2, "subject_number"),
        # A number is a hint: only for those who stand there, and for an authenticated agent.
        (Clues((), (), (1,)), KARI_WRITES, 1, "subject_number"),
        (Clues((), (), (1,)), Writer(ANNA, proven=True), 1, "subject_number"),
        (Clues((), (), (1,)), Writer(ANNA), None, "nothing"),
        (Clues((), (), (1,)), MALLORY_WRITES, None, "nothing"),
        (Clues((), (), (1,)), NEWCOMER_WRITES, None, "nothing"),
        (Clues((), (), (2, 1)), KARI_WRITES, 1, "subject_number"),
        # A mail that the sender's own domain disowns joins nothing by a number (threats 3.3).
        (Clues((), (), (1,)), Writer(KARI, disowned=True), None, "nothing"),
        (Clues((), ("from-kari",), ()), Writer(KARI, disowned=True), 1, "known_message"),
        # The first reference of our letters about a ticket: nobody can guess it.
        (Clues((), (ROOT,), ()), KARI_WRITES, 1, "own_letter"),
        (Clues((), (ROOT,), ()), NEWCOMER_WRITES, 1, "own_letter"),
        (Clues((), ("unknown", "ours-to-ola", ROOT), ()), KARI_WRITES, 2, "own_letter"),
        (Clues((), (ROOT.replace("md.1.", "md.2."),), ()), KARI_WRITES, None, "nothing"),
        # A relay's name for our letter can be guessed: only for whom it went to, who stands there, and proven agents.
        (Clues((), ("relay-to-kari",), ()), KARI_WRITES, 1, "own_letter"),
        (Clues((), ("relay-to-kari",), ()), MALLORY_WRITES, None, "nothing"),
        (Clues((), ("relay-to-anna",), ()), Writer(ANNA), 1, "own_letter"),
        (Clues((), ("relay-to-anna",), ()), KARI_WRITES, 1, "own_letter"),
        (Clues((), ("relay-to-kari",), ()), Writer(ANNA, proven=True), 1, "own_letter"),
        (Clues((), ("relay-to-kari",), ()), Writer(ANNA), None, "nothing"),
        # Outlook's conversation (here that of ticket 1), and the foot of our letter.
        (Clues((), (), (), TALK), KARI_WRITES, 1, "conversation"),
        (Clues((), (), (), TALK), Writer(ANNA, proven=True), 1, "conversation"),
        (Clues((), (), (), TALK), MALLORY_WRITES, None, "nothing"),
        (Clues((), (), (), TALK), Writer(KARI, disowned=True), None, "nothing"),
        (Clues((), (), (2,), TALK), KARI_WRITES, 1, "conversation"),
        (Clues((), (), (), lines=(1,)), KARI_WRITES, 1, "reference_line"),
        (Clues((), (), (), lines=(2, 1)), KARI_WRITES, 1, "reference_line"),
        (Clues((), (), (), lines=(1,)), Writer(ANNA, proven=True), 1, "reference_line"),
        (Clues((), (), (), lines=(1,)), MALLORY_WRITES, None, "nothing"),
        (Clues((), (), (), lines=(1,)), Writer(KARI, disowned=True), None, "nothing"),
        (Clues((), (), (2,), lines=(1,)), Writer(OLA), 2, "subject_number"),
    ],
)
def test_ladder(clues: Clues, writer: Writer, number: int | None, rung: str) -> None:
    place = chosen(clues, writer)
    assert (place.ticket, place.rung) == (number, rung)
    assert place.reason


@pytest.mark.parametrize(
    ("clues", "addressed"),
    [
        (Clues((tag_of(1, ANNA),), (), ()), ANNA),
        (Clues((), ("ours-to-anna",), ()), ANNA),
        (Clues((), ("from-kari",), ()), None),
    ],
)
def test_to_whom_the_answered_letter_went(clues: Clues, addressed: int | None) -> None:
    place = chosen(clues, KARI_WRITES)
    assert place.addressed == addressed
    assert (place.tag is not None) == bool(clues.tags)


@pytest.mark.parametrize(
    ("numbers", "writer", "linked", "link"),
    [
        ((1,), MALLORY_WRITES, 1, "mentions"),
        ((99, 2), MALLORY_WRITES, 2, "mentions"),
        ((99,), MALLORY_WRITES, None, ""),
        ((1,), Writer(KARI, disowned=True), 1, "mentions"),
    ],
)
def test_a_number_that_does_not_hold_is_mentioned(
    numbers: tuple[int, ...], writer: Writer, linked: int | None, link: str
) -> None:
    place = chosen(Clues((), (), numbers), writer)
    assert (place.ticket, place.linked, place.link) == (None, linked, link)


@pytest.mark.parametrize(
    ("status", "closed", "number", "linked"),
    [
        (Status.CLOSED, NOW - MONTH, 1, None),
        (Status.CLOSED, NOW - MONTH - timedelta(seconds=1), None, 1),
        (Status.CLOSED, NOW, 1, None),
        (Status.CLOSED, None, 1, None),
        (Status.RESOLVED, None, 1, None),
        # Opened again since: an old date of closing means nothing.
        (Status.OPEN, NOW - 2 * MONTH, 1, None),
    ],
)
@pytest.mark.parametrize(
    "clues", [Clues((tag_of(1, KARI),), (), ()), Clues((), ("from-kari",), ()), Clues((), (), (1,))]
)
def test_closed(clues: Clues, status: Status, closed: datetime | None, number: int | None, linked: int | None) -> None:
    place = chosen(clues, KARI_WRITES, {1: ticket(1, KARI, status=status, closed_at=closed)})
    assert (place.ticket, place.linked, place.link) == (number, linked, "follows" if linked else "")
    assert place.rung is not Rung.NOTHING
    assert (place.tag is not None) == bool(clues.tags)


@pytest.mark.parametrize(
    ("tickets", "number", "reason"),
    [
        ({1: ticket(1, KARI, merged_into=2), 2: ticket(2, OLA)}, 2, "merged into #2"),
        ({1: ticket(1, KARI, merged_into=2), 2: ticket(2, OLA, merged_into=3), 3: ticket(3, OLA)}, 3, "merged into #3"),
        ({1: ticket(1, KARI, merged_into=2), 2: ticket(2, OLA, merged_into=1)}, 2, "merged into #2"),
        ({1: ticket(1, KARI, merged_into=1)}, 1, "signed address of ticket #1"),
        ({1: ticket(1, KARI, merged_into=99)}, None, "which is gone"),
        ({1: ticket(1, KARI)}, 1, "signed address of ticket #1"),
    ],
)
def test_merged(tickets: dict[int, TicketFacts], number: int | None, reason: str) -> None:
    place = chosen(Clues((tag_of(1, KARI),), (), ()), KARI_WRITES, tickets)
    assert place.ticket == number
    assert in_words(place.reason, "en").endswith(reason)


def test_where_a_merged_ticket_leads_may_be_closed_too_long_ago() -> None:
    old = ticket(2, OLA, status=Status.CLOSED, closed_at=NOW - 2 * MONTH)
    place = chosen(Clues((tag_of(1, KARI),), (), ()), KARI_WRITES, {1: ticket(1, KARI, merged_into=2), 2: old})
    assert (place.ticket, place.linked, place.link) == (None, 2, "follows")


def test_a_raised_epoch_revokes_the_tokens_of_the_ticket() -> None:
    place = chosen(Clues((tag_of(1, KARI),), (), ()), KARI_WRITES, {1: ticket(1, KARI, epoch=1)})
    assert place.rung is Rung.NOTHING


def people(*addresses: str) -> tuple[Address, ...]:
    return tuple(Address("", address) for address in addresses)


@pytest.mark.parametrize(
    ("mail", "recipients", "tickets"),
    [
        pytest.param(Mail(), (), [], id="nowhere"),
        pytest.param(Mail(), (address_of(1, KARI),), [1], id="envelope"),
        pytest.param(Mail(delivered_to=(address_of(1, KARI),)), (), [1], id="Delivered-To"),
        pytest.param(Mail(to=people(address_of(1, KARI))), (), [1], id="To"),
        pytest.param(Mail(cc=people(address_of(1, KARI).upper())), (), [1], id="Cc, in capitals"),
        pytest.param(Mail(reply_to=people(address_of(1, KARI))), (), [], id="Reply-To is the sender's word"),
        pytest.param(Mail(to=people(address_of(1, KARI))), (address_of(2, OLA),), [2, 1], id="envelope first"),
        pytest.param(Mail(to=people(address_of(1, KARI))), (address_of(1, KARI),), [1], id="each once"),
        pytest.param(Mail(to=people("other+t1-p1-aaaaaaaaaaaaaaaa@acme.example")), (), [], id="not our address"),
    ],
)
def test_tags_are_looked_for_in_the_recipients(mail: Mail, recipients: tuple[str, ...], tickets: list[int]) -> None:
    assert [tag.ticket for tag in clues_of(mail, recipients, OWN, "+").tags] == tickets


@pytest.mark.parametrize(
    ("in_reply_to", "references", "expected"),
    [
        ((), (), ()),
        (("d",), ("a", "b", "c"), ("d", "c", "b", "a")),
        (("c",), ("a", "b", "c"), ("c", "b", "a")),
        ((), ("a", "b"), ("b", "a")),
    ],
)
def test_message_ids_from_the_nearest(
    in_reply_to: tuple[str, ...], references: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert clues_of(Mail(in_reply_to=in_reply_to, references=references), (), OWN, "+").message_ids == expected


def test_only_so_many_references_are_looked_up() -> None:
    found = clues_of(Mail(references=tuple(str(at) for at in range(5000))), (), OWN, "+").message_ids
    # And the first, which is the root of the thread where the mail answers one of ours.
    assert found == (*(str(at) for at in range(4999, 5000 - MOST_REFERENCES, -1)), "0")


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Printer", ()),
        ("Re: [#1042] Printer", (1042,)),
        ("[#7] and [#8] and [#7]", (7, 8)),
        ("#1042", ()),
        ("[# 1042]", ()),
        ("[#1042", ()),
        ("[#٣]", ()),
        ("[#1234567890]", ()),
        (" " * 998 + "[#1]", ()),
    ],
)
def test_numbers_in_the_subject(subject: str, numbers: tuple[int, ...]) -> None:
    assert clues_of(Mail(subject=subject), (), OWN, "+").numbers == numbers


@pytest.mark.parametrize(
    ("subject", "numbers", "number", "linked"),
    [
        ("[#2] Printer", (2,), None, 2),  # the number of another helpdesk: the subject is that of ticket 1
        ("[#2] Re: Printer [#1]", (2, 1), 1, None),
        ("[#2] My desk", (2,), 2, None),
        ("[#2] Screen", (2,), 2, None),
        ("[#2] [#1] My desk", (2, 1), None, 2),
        ("[#2]", (2,), 2, None),
        ("Re: Printer", (), None, 1),
        ("Printer", (), None, None),
        ("Re: My desk", (), None, None),
    ],
)
def test_a_number_that_its_subject_belies(
    subject: str, numbers: tuple[int, ...], number: int | None, linked: int | None
) -> None:
    """Kari stands on both."""
    tickets = {1: ticket(1, KARI, subject="Printer"), 2: ticket(2, KARI, subject="Screen")}
    found = Candidates(tickets, of_writer=((1, "Printer"), (2, "Screen")))
    place = choose_ticket(
        Clues((), (), numbers, subject=subject), found, KARI_WRITES, (KEY,), "acme.example", NOW, MONTH
    )
    assert (place.ticket, place.linked) == (number, linked)


def test_neither_a_root_nor_a_relays_name_says_whom_we_wrote_to() -> None:
    assert chosen(Clues((), (ROOT,), ()), Writer(ANNA)).addressed is None
    assert chosen(Clues((), ("relay-to-anna",), ()), Writer(ANNA)).addressed is None
