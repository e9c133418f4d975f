"""What is said inside, and what a stranger or another customer said, reaches nobody outside: not by any second thought
of an agent, and not by what is told again later (threats 3.3)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.mail import Letter
from tests.attacked import ANNA, BOB, KARI, MALLORY, OPS, UWE, Attacked, everything
from tests.desk import answer, mail, opened

LARS = "lars@customer.example"
INSIDE = ("LIAR-OF-ONE", "LIAR-OF-TWO")
STRANGE, OF_UWE, OF_KARI = "WORDS-OF-A-STRANGER", "WORDS-OF-UWE", "It is wrong"
#: What each may never read.
SECRET = {
    KARI: (*INSIDE, STRANGE, OF_UWE),
    UWE: (*INSIDE, STRANGE),
    MALLORY: (*INSIDE, OF_UWE, OF_KARI),
    LARS: (*INSIDE, STRANGE, OF_UWE, OF_KARI),
}


class Careless(Attacked):
    """Anna's note stands on Kari's ticket, and a stranger's words, who had one of her letters; Bob's note on Uwe's."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.says(ANNA, "new_ticket", f"#note\n{INSIDE[0]}\n")
        self.says(BOB, "new_ticket", f"#note\n{INSIDE[1]}\n", 2)
        self.writes(MALLORY, KARI, 1, STRANGE)
        self.writes(UWE, UWE, 2, OF_UWE)

    def says(self, who: str, kind: str, text: str, ticket: int = 1) -> list[Letter]:
        """Answers a letter, proven, a minute later; an answer that crosses another's is sent all the same."""
        self.desk.clock.forward(timedelta(minutes=1))
        raw, to = answer(self.letter(kind, who, ticket), who, text, proven=True)
        letters = self.send(raw, to, sender=who)
        crossed = next((one for one in letters if one.kind == "crossed"), None)
        return letters if crossed is None else self.says(who, "crossed", "#send\n", ticket)

    def writes(self, who: str, whose: str, ticket: int, text: str) -> None:
        """Knows the id of somebody's letter."""
        answers = {"In-Reply-To": opened(self.letter("received", whose, ticket))["Message-ID"]}
        self.send(mail(who, subject="Re: x", text=f"{text}\n", headers=answers, proven=who != MALLORY), sender=who)

    def judge(self, letters: list[Letter]) -> None:
        for letter in letters:
            read = everything(letter)
            assert letter.recipient in {ANNA, BOB, OPS, *SECRET}
            told = [words for words in SECRET.get(letter.recipient, ()) if words in read]
            assert not told, f"{letter.kind} tells {letter.recipient} {told}"

    def days(self, count: int) -> None:
        for _ in range(count):
            self.desk.clock.forward(timedelta(days=1))
            letters = self.desk.run()
            self.seen += letters
            self.judge(letters)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Careless]:
    careless = Careless(tmp_path)
    yield careless
    careless.desk.close()


def read_by(world: Careless, who: str, words: str) -> bool:
    return any(words in everything(one) for one in world.seen if one.recipient == who)


def test_the_judge_would_see_it(world: Careless) -> None:
    with pytest.raises(AssertionError, match=f"answer tells {KARI}"):
        world.says(ANNA, "new_ticket", f"{STRANGE}\n")


def test_a_conversation(world: Careless) -> None:
    world.says(ANNA, "new_ticket", "Try it again.\n")
    world.says(KARI, "answer", "Still wrong.\n")
    world.says(ANNA, "customer_answer", "And now?\n")
    assert read_by(world, KARI, "And now?") and read_by(world, ANNA, STRANGE)


def test_what_is_split_off_has_the_words_of_its_requester(world: Careless) -> None:
    """A stranger's words came last: they are nobody's but his."""
    world.says(ANNA, "new_ticket", "#split Another matter\n")
    assert OF_KARI in everything(world.letter("new_ticket", BOB, 3))
    assert STRANGE not in everything(world.letter("new_ticket", BOB, 3))
    world.says(BOB, "new_ticket", "We look.\n", 3)
    world.says(KARI, "answer", "Good.\n", 3)
    world.says(BOB, "customer_answer", "Done.\n", 3)


def test_what_is_split_off_for_a_new_requester_has_not_the_words_of_the_old_one(world: Careless) -> None:
    world.says(ANNA, "new_ticket", f"#for {LARS}\n")
    (letter,) = world.says(ANNA, "new_ticket", "#split Another matter\n")
    assert letter.kind == "not_understood" and "quote their words" in everything(letter)
    world.says(ANNA, "new_ticket", "#split Another matter\n\n> The lamp is broken.\n")
    world.says(BOB, "new_ticket", "We look.\n", 3)
    assert read_by(world, LARS, "We look.")


def test_a_new_requester_reads_nothing_from_before(world: Careless) -> None:
    world.says(ANNA, "new_ticket", "First.\n")
    world.says(ANNA, "new_ticket", f"#for {LARS}\n")
    world.says(ANNA, "new_ticket", "#wait 1d\nHello Lars?\n")
    world.days(30)
    assert read_by(world, LARS, "Hello Lars?") and not read_by(world, LARS, "First.")
    world.says(LARS, "expired", "status\n")


def test_somebody_taken_in_reads_nothing_from_before(world: Careless) -> None:
    world.says(ANNA, "new_ticket", "First.\n")
    world.says(ANNA, "new_ticket", f"#cc {LARS}\nHello all.\n")
    world.says(LARS, "answer", "Hello.\n")
    world.says(ANNA, "customer_answer", "#close\nOver.\n")
    assert read_by(world, LARS, "Over.") and not read_by(world, LARS, "First.")


def test_two_tickets_made_one(world: Careless) -> None:
    """Each reads what is answered from now on, and nothing of the other's."""
    world.says(ANNA, "new_ticket", "#merge 2 together\n")
    world.says(BOB, "new_ticket", "Both of you: wait.\n", 2)
    assert read_by(world, KARI, "Both of you") and read_by(world, UWE, "Both of you")
    world.says(KARI, "answer", "I wait.\n", 2)
    world.says(BOB, "new_ticket", "#solve\nDone.\n", 2)
    world.days(3)


def test_closed_and_opened_again(world: Careless) -> None:
    world.says(ANNA, "new_ticket", "#close\nDone.\n")
    world.says(KARI, "closed", "no\nIt is still bad.\n")
    world.says(ANNA, "customer_answer", "Again?\n")
    world.says(KARI, "answer", "status\n")
    world.says(ANNA, "new_ticket", "#solve\nNow.\n")
    world.days(10)


def test_one_answer_for_all_incidents_of_a_problem(world: Careless) -> None:
    world.says(ANNA, "new_ticket", "#problem\n")
    world.says(BOB, "new_ticket", "#problem 1\n", 2)
    world.says(ANNA, "new_ticket", "#solve\nAll is mended.\n")
    world.says(ANNA, "preview", "#send\n")
    assert read_by(world, KARI, "All is mended") and read_by(world, UWE, "All is mended")


@pytest.mark.parametrize("words", ["#history\n", "#export\n", "#list\n", "history\n", "status\n", "#why\n"])
def test_what_a_customer_may_ask_for(world: Careless, words: str) -> None:
    world.says(KARI, "received", words)


#: A note that an agent's program puts where nobody looks.
HIDDEN = {
    "a comment": f"<p>Hello.</p><!-- {INSIDE[0]} -->",
    "a comment for Outlook": f"<p>Hello.</p><!--[if mso]><p>{INSIDE[0]}</p><![endif]-->",
    "a comment that opens again": f"<p>Hello.</p><!-- --!><!-- {INSIDE[0]} -->",
    "what is not shown": f'<p>Hello.</p><div style="display:none">{INSIDE[0]}</div>',
    "an attribute": f'<p title="{INSIDE[0]}" data-x="{INSIDE[0]}">Hello.</p>',
    "a quoted notice": f"<p>Hello.</p><blockquote>{INSIDE[0]}</blockquote>",
    "a title": f"<html><head><title>{INSIDE[0]}</title></head><body><p>Hello.</p></body></html>",
    "a template": f"<p>Hello.</p><template>{INSIDE[0]}</template><noscript>{INSIDE[0]}</noscript>",
}


@pytest.mark.parametrize("where", HIDDEN)
@pytest.mark.parametrize("with_text", [True, False])
def test_what_an_answer_hides_does_not_travel(world: Careless, where: str, with_text: bool) -> None:
    letter = opened(world.letter("new_ticket", ANNA))
    raw, to = answer(world.letter("new_ticket", ANNA), ANNA, "Hello.\n", proven=True)
    html = f"Content-Type: text/html; charset=utf-8\r\n\r\n{HIDDEN[where]}\r\n"
    head = raw.partition(b"\r\n\r\n")[0].decode()
    fields = [line for line in head.split("\r\n") if not line.startswith(("Content-", "MIME-"))]
    text = "--b\r\n\r\nHello.\r\n" if with_text else ""
    body = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n{text}--b\r\n{html}--b--\r\n'
    world.send("\r\n".join([*fields, body]).encode(), to, sender=ANNA)
    assert read_by(world, KARI, "Hello."), letter["Subject"]
