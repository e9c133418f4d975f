"""The matrix of behaviour 5: whatever happens to an answer on its way, it comes to its ticket, or begins a new one that
says which it speaks of. It never comes to another one.

Ticket 1 is what is spoken of. Ticket 2 is the trap: the same people, and a number that another helpdesk may use too.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from maildesk.desk.match import Candidates, Reference, TicketFacts, Writer, choose_ticket, clues_of
from maildesk.desk.reply_subject import bare_subject, is_answer, says_the_same
from maildesk.mail import Letter, Mail
from maildesk.model import Inbound, Message, Outbound, TicketLink
from maildesk.vocabulary import Status
from tests.desk import MONDAY, SETTINGS, TestDesk, mail, opened, text_of

DESK, KARI, OLA, ANNA = "support@acme.example", "kari@customer.example", "ola@customer.example", "anna@acme.example"
MALLORY = "mallory@evil.example"
WRITERS = (KARI, OLA, ANNA, MALLORY)
SUBJECT, FIRST = "Printer on fire", "<first@customer.example>"
#: 22 bytes of a conversation, and the same with one answer.
BEGUN, LATER = (b64encode(bytes([1, *range(21), *more])).decode() for more in ((), (9, 9, 9, 9, 9)))
SES, EXCHANGE = (
    "0102018f5e6a7b8c-1f2e3d4c-0000-4a4b-8c8d-0e0f1a2b3c4d-000000",
    "AM0PR04MB6789ABCDEF@am0pr04.mail.example",
)


@dataclass(frozen=True)
class Draft:
    """An answer as a mail program begins it, before anything is done to it."""

    to: str
    cc: str
    subject: str
    in_reply_to: str
    references: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()

    def raw(self, sender: str) -> bytes:
        ids = {"In-Reply-To": self.in_reply_to, "References": self.references, "Cc": self.cc, **dict(self.headers)}
        given = {name: value for name, value in ids.items() if value}
        return mail(sender, self.to, self.subject, self.text, headers=given, proven=sender == ANNA)


Change = Callable[[Draft], Draft]


def plain(draft: Draft) -> Draft:
    return replace(draft, to=DESK)


def stripped(draft: Draft) -> Draft:
    return replace(draft, in_reply_to="", references="")


def unquoted(draft: Draft) -> Draft:
    return replace(draft, text="It still burns.\n")


def rewritten(draft: Draft) -> Draft:
    """A relay gave the letter another Message-ID; its References were left alone."""
    other = "<0100-unknown@relay.example>"
    return replace(draft, in_reply_to=other, references=draft.references.rpartition("<")[0] + other)


def last_id(draft: Draft) -> Draft:
    return replace(draft, references="", in_reply_to=draft.in_reply_to)


def about(subject: str) -> Change:
    return lambda draft: replace(draft, subject=subject)


def answering(message_id: str) -> Change:
    return lambda draft: replace(draft, in_reply_to=message_id, references=message_id)


def with_field(name: str, value: str) -> Change:
    return lambda draft: replace(draft, headers=((name, value),))


def forwarded(draft: Draft) -> Draft:
    head = f"---------- Forwarded message ---------\nFrom: Acme Support <{DESK}>\nSubject: {SUBJECT}\n\n"
    return replace(plain(draft), subject=f"Fwd: {SUBJECT}", text=f"See below.\n\n{head}{draft.text}")


def in_cc(draft: Draft) -> Draft:
    return replace(draft, to="noreply@elsewhere.example", cc=draft.to)


def delivered_to(draft: Draft) -> Draft:
    return replace(draft, to=DESK, headers=(("Delivered-To", draft.to),))


def upper(draft: Draft) -> Draft:
    local, at, domain = draft.to.partition("@")
    return replace(draft, to=local.upper() + at + domain)


def in_turn(*changes: Change) -> Change:
    def changed(draft: Draft) -> Draft:
        for change in changes:
            draft = change(draft)
        return draft

    return changed


BARE = in_turn(plain, stripped, unquoted)
#: What is left, and where it leads the requester, the other participant, the agent and the stranger: R is the right
#: ticket, L a new one that speaks of it, N a new one.
KEPT: dict[str, tuple[Change, str]] = {
    "as it is": (in_turn(), "RRRR"),
    "References stripped": (stripped, "RRRR"),
    "Message-ID rewritten": (rewritten, "RRRR"),
    "the last id only": (last_id, "RRRR"),
    "subject edited": (about("My desk burns too"), "RRRR"),
    "subject translated": (about("회신: 프린터에 불이 났습니다"), "RRRR"),
    "another's number in the subject": (about("[#2] Re: Screen is dark"), "RRRR"),
    "nothing but the address": (in_turn(stripped, unquoted, about("Hello")), "RRRR"),
    "address in Cc only": (in_turn(stripped, unquoted, in_cc), "RRRR"),
    "address in Delivered-To only": (in_turn(stripped, unquoted, delivered_to), "RRRR"),
    "address in capitals": (in_turn(stripped, unquoted, upper), "RRRR"),
}
LOST: dict[str, tuple[Change, str]] = {
    # First, while nobody has another ticket of this subject.
    "subject alone": (BARE, "LLNN"),
    "plain": (plain, "RRRR"),
    "last id only": (in_turn(plain, unquoted, last_id), "RRRR"),
    "Message-ID rewritten": (in_turn(plain, unquoted, rewritten), "RRRR"),
    "subject edited": (in_turn(plain, unquoted, about("My desk burns too")), "RRRR"),
    "subject translated": (in_turn(plain, unquoted, about("회신: 프린터에 불이 났습니다")), "RRRR"),
    "forwarded with its ids": (forwarded, "RRRR"),
    "forwarded": (in_turn(forwarded, stripped), "RRRL"),
    "foot of our letter": (in_turn(plain, stripped, about("Hello")), "RRRL"),
    "foot of our letter, id rewritten": (in_turn(plain, answering("<x@y.example>"), about("Hello")), "RRRL"),
    "the first mail's id": (in_turn(BARE, answering(FIRST)), "RRLL"),
    "Outlook's conversation": (in_turn(BARE, about("Hello"), with_field("Thread-Index", LATER)), "RRRL"),
    "Amazon's id": (in_turn(BARE, answering(f"<{SES}@eu-west-1.amazonses.com>")), "RRRL"),
    "Exchange's id": (in_turn(BARE, answering(f"<{EXCHANGE}>")), "RRRL"),
    "number": (in_turn(BARE, about(f"[#1] {SUBJECT}")), "RRRL"),
    "number, subject edited": (in_turn(BARE, about("Re: [#1] My desk burns too")), "RRRL"),
    "two helpdesks, theirs first": (in_turn(BARE, about(f"[#2] Re: {SUBJECT} [#1]")), "RRRL"),
    "two helpdesks, ours first": (in_turn(BARE, about(f"[#1] [#2] Re: {SUBJECT}")), "RRRL"),
    # An agent's number is ours: he has it from our letter.
    "two helpdesks, theirs alone": (in_turn(BARE, about(f"[#2] Re: {SUBJECT}")), "LL-L"),
    "two numbers, and a subject of neither": (in_turn(BARE, about("[#2] [#1] My desk")), "LLLL"),
    "number that is none of ours": (in_turn(BARE, about(f"[#90210] {SUBJECT} anew")), "NNNN"),
    "nothing": (in_turn(BARE, about("Hello")), "NNNN"),
}


class World:
    """Kari and Ola stand on both tickets; Anna has answered the first."""

    def __init__(self, desk: TestDesk) -> None:
        self.desk = desk
        for subject, first in ((SUBJECT, FIRST), ("Screen is dark", "<second@customer.example>")):
            fields = {"Cc": OLA, **({"Thread-Index": BEGUN} if first == FIRST else {})}
            desk.receive(mail(KARI, subject=subject, message_id=first, headers=fields, proven=True))
            self.letters = desk.run()
        desk.receive(mail(ANNA, subject=f"[#1] {SUBJECT}", text="Is it on?\n", proven=True))
        self.letters = desk.run()
        with desk.store.begin() as session:
            mine = update(Outbound).where(Outbound.message_id == self.answer(KARI).message_id)
            session.execute(mine.values(relay_id=SES))
            session.execute(
                update(Outbound).where(Outbound.message_id == self.answer(OLA).message_id).values(relay_id=EXCHANGE)
            )

    def answer(self, person: str) -> Letter:
        return next(one for one in self.letters if (one.recipient, one.kind) == (person, "answer"))

    def draft(self, writer: str) -> Draft:
        """What the writer's program begins when he answers the newest letter that he has, the stranger Kari's."""
        letter = self.agents() if writer == ANNA else self.answer(KARI if writer == MALLORY else writer)
        head = opened(letter)
        to = str(head.get("Reply-To", head["From"])).rpartition("<")[2].rstrip(">")
        quoted = "\n".join(f"> {line}".rstrip() for line in text_of(letter).split("\n"))
        text = f"It still burns.\n\nOn Mon, 2 Mar 2026 at 09:00, Acme Support wrote:\n{quoted}\n"
        ids = f"{head['References']} {head['Message-ID']}"
        return Draft(to, "", f"Re: {SUBJECT}", str(head["Message-ID"]), " ".join(ids.split()), text)

    def agents(self) -> Letter:
        return next(one for one in self.desk.relay.letters if (one.recipient, one.ticket) == (ANNA, 1))

    def lands(self, writer: str, change: Change) -> str:
        """R, L or N; anything else says what went wrong."""
        self.desk.clock.forward(timedelta(hours=3))
        before = len(self.desk.tickets())
        draft = change(self.draft(writer))
        row = self.desk.receive(draft.raw(writer))
        self.desk.run()
        with self.desk.look() as session:
            inbound = session.get_one(Inbound, row)
            assert session.scalar(select(Message.id).where(Message.ticket_id == 2).offset(1)) is None, inbound.reason
            if inbound.ticket_id == 1:
                return "R"
            if len(self.desk.tickets()) == before:
                return f"{inbound.disposition}: {inbound.reason}"
            # What it is merely like, it does not speak of (desk/alike.py).
            spoken_of = select(TicketLink.other_id).where(TicketLink.kind != "alike")
            links = session.scalars(spoken_of.where(TicketLink.ticket_id == inbound.ticket_id)).all()
        return "L" if links else "N"


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], World]]:
    made: dict[str, World] = {}

    def world(separator: str) -> World:
        if separator not in made:
            settings = SETTINGS.replace("[desk]", f'[desk]\nsubaddress = "{separator}"', 1)
            made[separator] = World(TestDesk(tmp_path_factory.mktemp("threading"), settings=settings))
        return made[separator]

    yield world
    for one in made.values():
        one.desk.close()


@pytest.mark.parametrize(
    ("separator", "change", "expected"),
    [
        *(pytest.param("+", *row, id=f"signed: {name}") for name, row in KEPT.items()),
        *(pytest.param("+", *row, id=f"plain: {name}") for name, row in LOST.items()),
        *(pytest.param("-", *row, id=f"signed with a hyphen: {name}") for name, row in KEPT.items()),
        *(pytest.param("none", *row, id=f"without signed addresses: {name}") for name, row in LOST.items()),
    ],
)
def test_an_answer_comes_to_its_ticket(
    worlds: Callable[[str], World], separator: str, change: Change, expected: str
) -> None:
    world = worlds(separator)
    wanted = {writer: where for writer, where in zip(WRITERS, expected, strict=True) if where != "-"}
    assert {writer: world.lands(writer, change) for writer in wanted} == wanted


#: How programs begin the subject of an answer, or of a forwarded mail.
PREFIXES = (
    *("Re", "RE", "Fwd", "SV", "VS", "AW", "Antw", "Odp", "R", "RIF", "Res", "ENC", "TR", "Ynt", "YNT", "Отв", "Ответ"),
    *("НА", "ΑΠ", "Vá", "Atb", "Ats", "TL", "BLS", "Răsp", "Videresend", "Svar", "רד", "השב", "رد", "ตอบ"),
    *("回复", "回覆", "答复", "返信", "회신", "답장", "Re[2]", "Re(3)", "AW: WG: Re", "Odp: ODP", "[list] Re", "RE："),
)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_prefix_of_an_answer_is_none_of_its_subject(prefix: str) -> None:
    subject = f"{prefix.rstrip('：')}: {SUBJECT}"
    assert bare_subject(subject) == bare_subject(SUBJECT)
    assert says_the_same(subject, SUBJECT)
    assert is_answer(subject)
    # Number and prefix in any order: the requester is led to the ticket, the stranger to a new one.
    for named in (f"{prefix}: [#1] {SUBJECT}", f"[#1] {prefix}: {SUBJECT}"):
        found = Candidates({1: _ticket(1, SUBJECT), 2: _ticket(2, "Screen")}, of_writer=((1, SUBJECT), (2, "Screen")))
        for person, ticket in ((1, 1), (66, None)):
            clues = clues_of(Mail(subject=named), (), frozenset(), "+")
            place = choose_ticket(clues, found, Writer(person), (b"k",), "acme.example", MONDAY, timedelta(30))
            assert (place.ticket, place.linked) == (ticket, None if ticket else 1)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("subject", [SUBJECT, "Something else"])
def test_after_the_end_an_answer_opens_again_in_any_language(prefix: str, subject: str) -> None:
    assert _after_the_end(f"{prefix}: {subject}") == 1


@pytest.mark.parametrize(
    ("subject", "ticket"),
    [(SUBJECT, 1), (f"{SUBJECT} again", 1), ("", 1), ("Something else [#1]", 1), ("Something else", None)],
)
def test_after_the_end_a_new_subject_is_a_new_matter(subject: str, ticket: int | None) -> None:
    assert _after_the_end(subject) == ticket
    # Unless it quotes, or says how content he is.
    assert _after_the_end(subject, quoted_text="> Is it on?") == 1
    assert _after_the_end(subject, visible_text="4") == 1


def _after_the_end(subject: str, quoted_text: str = "", visible_text: str = "It burns.") -> int | None:
    done = replace(_ticket(1, SUBJECT), status=Status.CLOSED, closed_at=MONDAY)
    found = Candidates({1: done}, {"ours": Reference("ours", 1, 1)})
    said = Mail(subject=subject, in_reply_to=("ours",), quoted_text=quoted_text, visible_text=visible_text)
    clues = clues_of(said, (), frozenset(), "+")
    place = choose_ticket(clues, found, Writer(1), (b"k",), "acme.example", MONDAY, timedelta(30))
    assert place.linked == (None if place.ticket else 1)
    return place.ticket


def _ticket(number: int, subject: str) -> TicketFacts:
    return TicketFacts(number, Status.OPEN, None, 0, 1, frozenset({1}), subject=subject)


def test_one_mail_to_several_queues_is_one_ticket_and_the_others_watch(tmp_path: Path) -> None:
    billing = '\n[[queue]]\nname = "billing"\naddress = "billing@acme.example"\n'
    desk = TestDesk(tmp_path, settings=SETTINGS + billing)
    both = ("network@acme.example", "billing@acme.example")
    desk.receive(mail(KARI, both[0], headers={"Cc": both[1]}, message_id="<a@customer.example>"), recipients=both[:1])
    desk.receive(mail(KARI, both[0], headers={"Cc": both[1]}, message_id="<a@customer.example>"), recipients=both[1:])
    letters = desk.run()
    (ticket,) = desk.tickets()
    assert (ticket.queue, ticket.watching) == ("network", "billing")
    assert "network + billing" in text_of(next(one for one in letters if one.recipient == ANNA))
    # A later mail brings a queue in as well, and the desk's own address is none.
    desk.receive(mail(OLA, DESK, message_id="<b@customer.example>", headers={"Cc": both[0]}), recipients=(DESK,))
    desk.run()
    assert (desk.ticket(2).queue, desk.ticket(2).watching) == ("network", "")
    desk.close()


def test_the_name_that_a_relay_gives_a_letter_is_learnt_from_its_copy(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    desk.receive(mail(KARI))
    letters = desk.run()
    received = next(one for one in letters if one.recipient == KARI)
    other = received.whole.replace(f"<{received.message_id}>".encode(), b"<other@relay.example>", 1)
    assert other != received.whole
    row = desk.receive(b"Received: by mx.acme.example\r\n" + other, recipients=(DESK,), envelope_from=DESK)
    assert desk.run() == []
    assert desk.inbound(row).disposition == "ignored"
    names = {one.recipient: one.relay_id for one in desk.outbox()}
    assert names[KARI] == "other@relay.example" and not names[ANNA]
    # In our name, with our mark, but of no thread of ours: kept for a person to look at.
    strange = other.replace(b"md.1.", b"md.2.").replace(b"other@relay", b"another@relay")
    row = desk.receive(strange, recipients=(DESK,), envelope_from=DESK)
    desk.run()
    assert desk.inbound(row).disposition == "held"
    desk.close()
