"""Who gets in on a ticket: only whom a proven person names, never with anything from before (threats T2, T8, T14)."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.mail import Letter
from maildesk.model import Suggestion
from maildesk.tokens import TagKind
from tests.attacked import BOB, DESK, KARI, MALLORY, UWE, Attacked, everything
from tests.desk import answer, mail, opened

GUEST = "guest@evil.example"


@pytest.fixture
def world(tmp_path: Path) -> Attacked:
    return Attacked(tmp_path)


def outside(letters: list[Letter]) -> list[str]:
    return sorted(one.recipient for one in letters if not one.recipient.endswith("@acme.example"))


def suggested(world: Attacked) -> list[str]:
    with world.desk.look() as session:
        return list(session.scalars(select(Suggestion.address).order_by(Suggestion.id)))


def about_kari(world: Attacked, how: str) -> tuple[bytes, str]:
    """A mail that names a guest, as somebody who wants him in would write it."""
    cc = {"Cc": GUEST}
    letter = world.letter("received", KARI)
    return {
        "a From line and a number": (mail(KARI, DESK, "Re: [#1] Salary list", headers=cc), DESK),
        "a From line that her domain disowns": (
            mail(KARI, DESK, "Re: [#1] Salary list", headers={**cc, "Authentication-Results": _fails(KARI)}),
            DESK,
        ),
        "her letter's id": answer(letter, KARI, "In with him.", headers=cc),
        "her token from elsewhere": answer(letter, MALLORY, "In with him.", headers=cc),
        "her token from elsewhere, proven": answer(letter, MALLORY, "In with him.", headers=cc, proven=True),
        "another participant's token": answer(world.letter("received", UWE, 2), KARI, "In with him.", headers=cc),
    }[how]


def _fails(address: str) -> str:
    return f"mx.acme.example; dmarc=fail header.from={address.rpartition('@')[2]}"


@pytest.mark.parametrize(
    "how",
    [
        "a From line and a number",
        "a From line that her domain disowns",
        "her letter's id",
        "her token from elsewhere",
        "her token from elsewhere, proven",
        "another participant's token",
    ],
)
def test_who_cannot_prove_himself_brings_nobody_in(world: Attacked, how: str) -> None:
    raw, to = about_kari(world, how)
    if how == "her letter's id":
        to = DESK
        raw = re.sub(rb"(?m)^To: .*\r$", b"To: support@acme.example\r", raw, count=1)
    letters = world.send(raw, to)
    assert GUEST not in outside(letters)
    told = {one.kind for one in letters if one.ticket == 1 and one.recipient == BOB}
    heard = "customer_answer" if "customer_answer" in told else "new_ticket"
    letters = world.answers(heard, BOB, "Here is your salary list.")
    assert GUEST not in outside(letters)
    assert KARI in outside(letters)


def test_suggestions_are_few_and_show_no_name(world: Attacked) -> None:
    for at in range(5):
        cc = ", ".join(f'"Anna from Acme" <p{at}.{number}@evil.example>' for number in range(50))
        letters = world.send(mail(KARI, DESK, "Re: [#1] Salary list", headers={"Cc": cc}), sender=KARI)
    assert len(suggested(world)) == 20
    shown = everything(next(one for one in letters if one.recipient == BOB))
    assert "p0.0@evil.example" in shown and "Anna from Acme" not in shown


def test_a_ticket_takes_only_so_many(world: Attacked) -> None:
    for at in range(5):
        cc = ", ".join(f"p{at}.{number}@friend.example" for number in range(50))
        world.send(mail(KARI, DESK, "Re: [#1] Salary list", headers={"Cc": cc}, proven=True), sender=KARI)
    assert len(world.people_of(1)) == 20


@pytest.mark.parametrize(
    "sender",
    [
        "kari@cust\u043emer.example",
        "kari@xn--custmer-djg.example",
        "k\u0430ri@customer.example",
        "kari@customer.exampIe",
    ],
)
def test_a_look_alike_is_a_stranger(world: Attacked, sender: str) -> None:
    raw = mail("kari@l.example", subject="Re: [#1] Salary list").replace(b"kari@l.example", sender.encode(), 1)
    letters = world.send(raw, sender="")
    assert world.untouched()
    assert KARI not in outside(letters)


def test_a_newcomer_brings_no_more_than_a_participant_may(world: Attacked) -> None:
    """He was taken in; his own From line alone takes nobody in."""
    world.send(mail(KARI, DESK, "Re: [#1] Salary list", headers={"Cc": GUEST}, proven=True), sender=KARI)
    assert GUEST in world.people_of(1)
    world.send(mail(GUEST, DESK, "Re: [#1] Salary list", headers={"Cc": "more@evil.example"}), sender=GUEST)
    assert "more@evil.example" not in world.people_of(1)


def test_whether_a_ticket_exists_is_told_to_nobody(world: Attacked) -> None:
    """The same answer, byte for byte but for what names the mail and its new ticket, whatever was guessed (T8)."""
    tag = world.tag(TagKind.REPLY, 1, KARI)
    forged = tag[: -len("@acme.example") - 4] + "aaaa@acme.example"
    strange = forged.replace("+t1-", "+t90210-")
    guesses: tuple[tuple[str, str, dict[str, str]], ...] = (
        (DESK, "Hello", {}),
        (forged, "Hello", {}),
        (strange, "Hello", {}),
        (DESK, "Re: [#1] Hello", {}),
        (DESK, "Re: [#90210] Hello", {}),
        (DESK, "Hello", {"In-Reply-To": "<md.1.0123456789abcdef01234567@acme.example>"}),
        (DESK, "Hello", {"In-Reply-To": "<md.90210.0123456789abcdef01234567@acme.example>"}),
    )
    answers = []
    for number, (to, subject, headers) in enumerate(guesses):
        sender = f"guest{number}@evil.example"
        raw = mail(sender, to, subject, message_id=f"<{number}@evil.example>", headers=headers)
        (letter,) = [one for one in world.send(raw, to, sender=sender) if one.recipient == sender]
        answers.append(_leveled(letter))
    assert set(answers) == {answers[0]}


def _leveled(letter: Letter) -> tuple[tuple[str, ...], str]:
    """What is the same in the answers to all strangers: the fields it has, its subject and its words."""
    head = opened(letter)
    words = re.sub(
        r"#\d+|guest\d+|[tnr]\d+-p\d+-[a-z2-7]{16}|md\.\d+\.[0-9a-f]{24}|Thread-Index: \S+|\d+@evil",
        "...",
        everything(letter),
    )
    words = re.sub(r"--=?[-_\w]{10,}|boundary=\S+|Date: .*", "...", words)
    return tuple(head.keys()), re.sub(r"X-Maildesk-Ticket: \d+", "", words)
