"""One test for each attack that once worked, named after what it attacked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.desk.held.holding import MOST_HELD_FOR_ONE
from maildesk.model import Person
from maildesk.tokens import TagKind
from tests.attacked import ANNA, BOB, KARI, MALLORY, UWE, Attacked, everything
from tests.attacks.forged import close, outside, with_file
from tests.desk import answer, mail, opened, text_of


@pytest.mark.parametrize("program", ["marks", "marks and an attribution", "Outlook", "none", "none, wrapped"])
def test_an_answer_sent_before_anything_was_written_shows_our_notice_to_nobody(tmp_path: Path, program: str) -> None:
    world = Attacked(tmp_path)
    world.answers("new_ticket", BOB, "#take\n#note\nShe is a liar.\n")
    world.answers("new_ticket", ANNA, "#note\nI know.\n")
    notice = text_of(world.letter("note", BOB))
    quoted = "".join(f"> {line}\n" for line in notice.split("\n"))
    text = {
        "marks": quoted,
        "marks and an attribution": f"On Mon, 2 Mar 2026 at 09:00, Anna <support@acme.example> wrote:\n{quoted}",
        "Outlook": f"\n_____\nFrom: Anna\nSent: Monday, March 2, 2026 9:00\nTo: Bob\nSubject: Salary list\n\n{notice}",
        "none": f"Try again.\n\n{notice}",
        "none, wrapped": "Try again.\n\n" + notice.replace("#1 Salary list", "#1 Salary\nlist"),
    }[program]
    letters = world.answers("note", BOB, text)
    assert world.fate == "command" and [(one.kind, one.recipient) for one in letters] == [("not_understood", BOB)]
    assert world.desk.ticket().status == "open"


def test_a_notice_sent_along_as_a_file_does_not_travel(world: Attacked) -> None:
    """Some programs attach what they answer. It holds the agent's own signed addresses (threats T6)."""
    notice = opened(world.letter("new_ticket", ANNA))
    for name, data in (
        ("a.txt", text_of(world.letter("received", KARI)) + world.tag(TagKind.NOTE, 1, ANNA)),
        ("b.txt", "Fine."),
    ):
        made = with_file(data.encode(), "text", "plain", name, "See the file.\n")
        made.add_attachment(notice, filename="original.eml")
        made["To"] = notice["Reply-To"]
        (letter,) = world.send(made.as_bytes(), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
        assert [part.get_filename() for part in opened(letter).iter_attachments()] == ["b.txt"] * (name == "b.txt")
        assert "original.eml" in text_of(letter)


def test_a_notice_saved_as_a_mere_file_does_not_travel_either(world: Attacked) -> None:
    notice = world.letter("new_ticket", ANNA)
    made = with_file(notice.whole, "application", "octet-stream", "original.eml")
    made["To"] = opened(notice)["Reply-To"]
    (letter,) = world.send(made.as_bytes(), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
    assert list(opened(letter).iter_attachments()) == []


@pytest.mark.parametrize("write", [str, str.upper, lambda tag: tag.replace("+", "%2B").replace("@", "%40")])
def test_a_signed_address_in_somebodys_words_does_not_travel(world: Attacked, write: Callable[[str], str]) -> None:
    """An agent's program quotes the address he answers to; a customer's puts his into a subject (threats T6)."""
    world.answers("new_ticket", ANNA, f"Write to {write(world.tag(TagKind.REPLY, 1, ANNA))} then.\n")
    world.answers("received", KARI, f"As I wrote to {write(world.tag(TagKind.REPLY, 1, KARI))}:\n")
    world.send(mail(KARI, subject=f"{write(world.tag(TagKind.REPLY, 1, KARI))}"), sender=KARI)
    assert "write to support@acme.example then." in text_of(world.letter("answer", KARI)).lower()


@pytest.mark.parametrize("first", [TagKind.REPLY, TagKind.NOTE])
def test_what_went_to_the_note_address_too_is_a_note(world: Attacked, first: TagKind) -> None:
    addresses = sorted(
        (world.tag(kind, 1, ANNA) for kind in TagKind if kind is not TagKind.RATE), reverse=first is TagKind.REPLY
    )
    letters = world.send(mail(ANNA, ", ".join(addresses), text="She is a liar.\n"), *addresses, sender=ANNA)
    assert world.fate == "note" and not outside(letters)


def test_of_two_signed_addresses_the_writers_own_counts(world: Attacked) -> None:
    both = (world.tag(TagKind.REPLY, 2, UWE), world.tag(TagKind.REPLY, 1, KARI))
    world.send(mail(KARI, ", ".join(both), text="More.\n"), *both, sender=KARI)
    assert world.desk.inbound(world.row).ticket_id == 1


@pytest.mark.parametrize("headers", [{}, {"In-Reply-To": "own"}])
def test_a_from_line_and_a_number_are_no_rating(world: Attacked, headers: dict[str, str]) -> None:
    """Her own Message-ID is known to everybody she ever wrote to."""
    named = {"In-Reply-To": opened(world.letter("received", KARI))["In-Reply-To"]} if headers else {}
    world.answers("new_ticket", ANNA, "#close\nDone.\n")
    world.send(mail(KARI, subject="Re: [#1] Salary list", text="1\n", headers=named), sender=KARI)
    assert world.desk.ticket().rating is None


@pytest.mark.parametrize(
    "sender",
    [b"rita@custo!mer.example", b"r" * 140 + b"@x.example", b"rita@" + b"a" * 300 + b".example", b"", b"a@b@c.example"],
)
def test_an_address_no_letter_can_go_to_does_not_stop_the_agent(world: Attacked, sender: bytes) -> None:
    raw = mail("rita@customer.example").replace(b"From: rita@customer.example", b"From: " + sender, 1)
    world.send(raw)
    assert "internal" in text_of(world.letter("new_ticket", ANNA, 3))
    letters = world.answers("new_ticket", ANNA, "Hello.\n", 3)
    assert world.fate == "note"
    letters += world.answers("new_ticket", ANNA, "#close\nDone.\n", 3)
    others = {one.recipient for one in letters if one.kind != "receipt"}
    assert world.desk.ticket(3).status == "closed" and others <= {BOB}


def test_a_flood_in_an_agents_name_is_one_letter_to_her(world: Attacked) -> None:
    before = len(world.seen)
    for number in range(MOST_HELD_FOR_ONE + 10):
        world.send(close(ANNA, subject=f"Attempt {number}"))
    told = [(one.kind, one.recipient) for one in world.seen[before:]]
    states = [world.desk.inbound(world.row - at).state for at in range(MOST_HELD_FOR_ONE + 10)]
    assert told == [("confirm", ANNA)] and world.untouched()
    assert states.count("held") == MOST_HELD_FOR_ONE and states.count("dropped") == 10


def test_a_name_from_a_stranger_does_not_stay(world: Attacked) -> None:
    """Whoever writes in her name first may not choose what our letters call her."""
    raw = mail('"Pay at evil.example" <lisa@customer.example>', text="x\n")
    world.send(raw)
    world.send(mail('"Lisa" <lisa@customer.example>', text="Hello.\n", proven=True), sender="lisa@customer.example")
    assert "evil.example" not in everything(world.letter("received", "lisa@customer.example", 4))


@pytest.mark.parametrize(("proven", "kinds"), [(True, ["received"]), (False, [])])
def test_who_could_not_be_reached_is_answered_again_when_he_surely_writes(
    world: Attacked, proven: bool, kinds: list[str]
) -> None:
    with world.desk.store.begin() as session:
        session.scalars(select(Person).where(Person.address == KARI)).one().undeliverable_since = world.desk.clock.now()
    world.desk.clock.moment += (world.desk.clock.moment - world.desk.clock.moment.replace(hour=0)) * 4
    letters = world.send(mail(KARI, subject="Another matter", proven=proven), sender=KARI)
    assert [one.kind for one in letters if one.recipient == KARI] == kinds


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_a_receipt_opens_no_ticket(world: Attacked, kind: str) -> None:
    raw = (
        "From: lisa@customer.example\r\nTo: support@acme.example\r\nSubject: Read: Salary list\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n--b\r\n\r\nRead.\r\n--b\r\n'
        f"Content-Type: message/{kind}\r\n\r\nFinal-Recipient: rfc822; lisa@customer.example\r\n\r\n--b--\r\n"
    ).encode()
    assert world.send(raw) == [] and world.fate == "auto" and len(world.desk.tickets()) == 2


def test_a_forged_button_brings_no_acknowledgement(world: Attacked) -> None:
    to = f"support+r1-p{world.person(KARI)}-5-{'b' * 16}@acme.example"
    letters = world.send(mail("lisa@customer.example", to, text="5\n"), to)
    assert world.fate == "new" and {one.recipient for one in letters} == {ANNA, BOB}


def test_a_name_in_an_old_charset_locks_nobody_out(world: Attacked) -> None:
    raw = mail("Jorg <jorg@customer.example>").replace(b"Jorg", b"J\xf6rg", 1)
    letters = world.send(raw, sender="jorg@customer.example")
    assert "received" in [one.kind for one in letters if one.recipient == "jorg@customer.example"]


@pytest.mark.parametrize("words", ["More.\n", "close\n", "reopen\n", "1\n", "send\n", "#undo\n"])
def test_who_was_taken_off_is_heard_by_agents_alone(world: Attacked, words: str) -> None:
    """With the signed address of her old letter, which is as good as it was."""
    lisa = "lisa@customer.example"
    for order in (f"#cc {lisa}\nHello both.\n", f"#uncc {lisa}\n"):
        notice = world.letter("new_ticket", ANNA)
        raw, to = answer(notice, ANNA, order, proven=True)
        world.send(raw, to, sender=ANNA)
    before = (world.desk.ticket().status, world.desk.ticket().rating, world.people_of(1))
    raw, to = answer(world.letter("answer", lisa), lisa, words, proven=True, headers={"Cc": MALLORY})
    letters = world.send(raw, to, sender=lisa)
    assert world.fate == "reply" and {one.recipient for one in letters} == {ANNA}
    assert (world.desk.ticket().status, world.desk.ticket().rating, world.people_of(1)) == before
    assert before[2] == {KARI}
