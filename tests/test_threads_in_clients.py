"""Long conversations as every mail program shows them: to the requester one thread for each ticket, to each agent one,
the two never mixed, two tickets never joined (Gmail, Outlook, Apple Mail, and the trees of JWZ)."""

from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path

import pytest

from maildesk.mail import Letter
from maildesk.notify.audience import TO_CUSTOMERS
from tests.clients import HABITS, MOST_IN_GMAIL, RULES, Rule, Seen, gmail, jwz, outlook, seen
from tests.desk import SETTINGS, TestDesk, mail, opened

DESK, KARI, OLA, PER = "support@acme.example", "kari@customer.example", "ola@customer.example", "per@third.example"
ANNA, BOB = "anna@acme.example", "bob@acme.example"


class Mailboxes:
    """Everybody's mail, as it came and as he sent it. `own` are the mails that keep to the thread they answer."""

    def __init__(self, desk: TestDesk) -> None:
        self.desk = desk
        self.mails: dict[str, list[Seen]] = defaultdict(list)
        self.letters: dict[str, list[Letter]] = defaultdict(list)
        self.own: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)

    def write(self, sender: str, subject: str, text: str = "It burns.\n", **fields: str) -> None:
        """Something new."""
        self._send(sender, mail(sender, DESK, subject, text, headers=fields, proven=True), DESK)

    def answer(
        self, sender: str, kind: str, text: str, ticket: int = 1, habit: str = "gmail", subject: str = "", cc: str = ""
    ) -> None:
        """Answers the newest letter of a kind."""
        letter = next(one for one in reversed(self.letters[sender]) if (one.kind, one.ticket) == (kind, ticket))
        head = opened(letter)
        said, fields = HABITS[habit].fields(head, subject)
        to = str(head.get("Reply-To", head["From"]))
        fields = {**fields, **({"Cc": cc} if cc else {})}
        raw = mail(sender, to, said, f"{text}\n", headers=fields, proven=True)
        if not subject:
            self.own[sender].append((_name(raw), ticket, letter.kind in TO_CUSTOMERS))
        self._send(sender, raw, to.rpartition("<")[2].rstrip(">"))

    def wait(self, time: timedelta) -> None:
        self.desk.clock.forward(time)
        self._deliver()

    def threads(self, person: str, rule: Rule) -> list[list[str]]:
        return rule(self.mails[person])

    def belong(self, person: str) -> dict[str, tuple[int, bool]]:
        """The ticket and the side (outside or not) of each letter that he got, and each answer that he gave."""
        found = {name: (ticket, outside) for name, ticket, outside in self.own[person]}
        for letter in self.letters[person]:
            if letter.ticket is not None:
                found[letter.message_id] = letter.ticket, letter.kind in TO_CUSTOMERS
        return found

    def _send(self, sender: str, raw: bytes, to: str) -> None:
        self.mails[sender].append(_seen(raw))
        self.desk.receive(raw, recipients=(to,), envelope_from=sender)
        self._deliver()

    def _deliver(self) -> None:
        for letter in self.desk.run():
            self.letters[letter.recipient].append(letter)
            self.mails[letter.recipient].append(seen(opened(letter)))


PROMISES = """
[sla.normal]
first_response = "4h"
next_response = "8h"
resolution = "3 business days"
"""


@pytest.fixture
def boxes(tmp_path: Path) -> Iterator[Mailboxes]:
    desk = TestDesk(tmp_path, settings=SETTINGS + PROMISES)
    yield Mailboxes(desk)
    desk.close()


def check(boxes: Mailboxes, *people: str) -> None:
    """One thread for each ticket and side, in every program, and nothing of another one in it."""
    for person in people:
        belong = boxes.belong(person)
        assert belong, f"{person} got nothing"
        for name, rule in RULES.items():
            threads = boxes.threads(person, rule)
            where = {one: number for number, thread in enumerate(threads) for one in thread}
            homes: dict[tuple[int, bool], set[int]] = defaultdict(set)
            for one, matter in belong.items():
                homes[matter].add(where[one])
            for matter, found in homes.items():
                mails = sum(len(threads[number]) for number in found)
                most = -(-mails // MOST_IN_GMAIL) if rule is gmail else 1
                assert len(found) <= most, f"{name} shows {person} {len(found)} threads of {matter}"
            assert sum(map(len, homes.values())) == len(set().union(*homes.values())), f"{name} mixes for {person}"


@pytest.mark.parametrize("habit", HABITS)
def test_a_conversation_with_all_that_can_happen(boxes: Mailboxes, habit: str) -> None:
    boxes.write(KARI, "Printer on fire")
    boxes.write(KARI, "Screen is dark")
    boxes.answer(ANNA, "new_ticket", "Is it on?", habit="outlook")
    boxes.answer(KARI, "answer", "Yes.", habit=habit)
    boxes.answer(BOB, "new_ticket", "#note I know her printer.", habit="iphone")
    boxes.answer(ANNA, "customer_answer", "#assign bob", habit="outlook nb")
    boxes.answer(BOB, "assigned", "#nonsense", habit="iphone")
    boxes.answer(BOB, "assigned", "#close It was the toaster.", habit="iphone")
    boxes.answer(KARI, "closed", "It burns again!", habit=habit)
    boxes.answer(BOB, "customer_answer", "Use the extinguisher.", habit="thunderbird")
    boxes.answer(KARI, "answer", "Thank you.", habit=habit)
    boxes.answer(BOB, "customer_answer", "#solve", habit="iphone")
    boxes.answer(KARI, "closed", "5", habit=habit)
    boxes.answer(ANNA, "new_ticket", "Is the cable in?", ticket=2)
    boxes.answer(KARI, "answer", "Now it is.", ticket=2, habit=habit)
    boxes.answer(ANNA, "customer_answer", "#close", ticket=2)
    check(boxes, KARI, ANNA, BOB)
    assert [boxes.desk.ticket(number).status for number in (1, 2)] == ["resolved", "closed"]
    assert {one.kind for one in boxes.letters[KARI]} == {"received", "answer", "closed"}


def test_somebody_joins(boxes: Mailboxes) -> None:
    boxes.write(KARI, "Printer on fire")
    boxes.answer(ANNA, "new_ticket", "Is it on?")
    boxes.answer(KARI, "answer", "Ola knows.", cc=OLA)
    boxes.answer(ANNA, "customer_answer", "Ola, is it on?")
    boxes.answer(OLA, "answer", "It is.", habit="iphone")
    boxes.answer(ANNA, "customer_answer", f"#cc {PER}\nPer will come.", habit="outlook")
    boxes.answer(PER, "answer", "On my way.", habit="outlook nb")
    boxes.answer(ANNA, "customer_answer", "#close Done.")
    assert [one.kind for one in boxes.letters[PER]] == ["answer", "closed"]
    check(boxes, KARI, OLA, PER, ANNA, BOB)


def test_the_subject_is_changed(boxes: Mailboxes) -> None:
    """What the requester calls it now is his; our letters stay where they were."""
    boxes.write(KARI, "Printer on fire")
    boxes.answer(ANNA, "new_ticket", "Is it on?")
    boxes.answer(KARI, "answer", "My desk burns!", subject="Desk on fire")
    boxes.answer(ANNA, "customer_answer", "Run.")
    boxes.answer(KARI, "answer", "I did.")
    boxes.answer(ANNA, "customer_answer", "#close Good.", subject="[#1] Done")
    check(boxes, KARI, ANNA, BOB)
    assert len(boxes.desk.tickets()) == 1


def test_an_agent_who_stands_on_a_ticket_has_both_threads(boxes: Mailboxes) -> None:
    """What the customers get, and what agents get: never one in the other."""
    boxes.write(ANNA, "My own printer")
    boxes.answer(BOB, "new_ticket", "#note Hers is old.")
    boxes.answer(BOB, "new_ticket", "What about it?")
    boxes.answer(ANNA, "answer", "It burns.", habit="iphone")
    boxes.answer(BOB, "customer_answer", "#assign anna")
    boxes.answer(BOB, "customer_answer", "#close So what?")
    sides = {outside for _, outside in boxes.belong(ANNA).values()}
    assert sides == {True, False}
    check(boxes, ANNA, BOB)


def test_more_than_a_hundred_mails(boxes: Mailboxes, rounds: int = 60) -> None:
    """References are cut to ten ids, and many letters to others lie between two of Bob's."""
    boxes.write(KARI, "Printer on fire", Cc=OLA)
    boxes.answer(BOB, "new_ticket", "#note Hers.")
    boxes.answer(ANNA, "new_ticket", "Is it on?")
    for number in range(rounds):
        boxes.wait(timedelta(hours=1))
        boxes.answer(KARI, "answer", f"Number {number}.", habit="iphone" if number % 2 else "outlook")
        boxes.answer(ANNA, "customer_answer", f"Answer {number}.", habit="iphone" if number % 3 else "outlook")
    boxes.answer(ANNA, "customer_answer", "#assign bob")
    boxes.answer(BOB, "assigned", "Ola, what do you say?")
    boxes.answer(OLA, "answer", "That you should close it.", habit="iphone")
    boxes.answer(BOB, "customer_answer", "#close Gladly.")
    assert sum(map(len, boxes.mails.values())) > 3 * rounds
    for letters in boxes.letters.values():
        assert all(len(str(opened(one)["References"]).split()) <= 10 for one in letters if one.ticket)
    check(boxes, KARI, OLA, ANNA, BOB)


def test_merged_tickets_stay_what_they_were_to_everybody(boxes: Mailboxes) -> None:
    """No third thread begins; what was one matter of two subjects may be shown as one."""
    boxes.write(KARI, "Printer on fire")
    boxes.write(KARI, "It still burns")
    boxes.answer(ANNA, "new_ticket", "Is it on?", ticket=1)
    boxes.answer(BOB, "new_ticket", "Which one?", ticket=2)
    boxes.answer(BOB, "new_ticket", "#merge 1", ticket=2)
    boxes.answer(KARI, "answer", "The one of before.", ticket=2)
    boxes.answer(ANNA, "customer_answer", "That one? I see.", ticket=1)
    boxes.answer(KARI, "answer", "Yes.", ticket=1)
    boxes.answer(ANNA, "customer_answer", "#close Done.", ticket=1)
    for person in (KARI, ANNA, BOB):
        for name, rule in RULES.items():
            threads = boxes.threads(person, rule)
            assert len(threads) <= 2, f"{name} shows {person} a third thread"
            for matter in set(boxes.belong(person).values()) if rule is not jwz else ():
                mine = {one for one, found in boxes.belong(person).items() if found == matter}
                homes = [thread for thread in threads if mine.intersection(thread)]
                assert len(homes) == 1, f"{name} shows {person} {len(homes)} threads of {matter}"


def test_waiting_reminders_and_expiry(boxes: Mailboxes) -> None:
    boxes.write(KARI, "Printer on fire")
    boxes.answer(ANNA, "new_ticket", "#wait\nIs it on?")
    for _ in range(30):
        boxes.wait(timedelta(days=1))
    kinds = {one.kind for one in boxes.letters[KARI]}
    assert kinds == {"received", "answer", "waiting", "expired"}
    boxes.answer(KARI, "expired", "It was on.")
    boxes.wait(timedelta(days=5))
    assert "reminder" in {one.kind for one in boxes.letters[ANNA]}
    check(boxes, KARI, ANNA)


@pytest.mark.parametrize("subject", ["Re: Printer", "Fwd: Printer", "SV: Printer", "회신: 프린터", "FYI: VPN"])
def test_the_first_subject_has_a_prefix_already(boxes: Mailboxes, subject: str) -> None:
    boxes.write(KARI, subject)
    boxes.answer(ANNA, "new_ticket", "Is it on?")
    boxes.answer(KARI, "answer", "Yes.", habit="outlook")
    boxes.answer(ANNA, "customer_answer", "#close Good.")
    first = boxes.mails[KARI][0].name
    boxes.own[KARI].append((first, 1, True))
    check(boxes, KARI, ANNA)


@pytest.mark.parametrize(
    ("rule", "one", "other", "together"),
    [
        (gmail, Seen("a@x", "VPN"), Seen("b@x", "Re: VPN", ("a@x",)), True),
        (gmail, Seen("a@x", "VPN"), Seen("b@x", "Re: [#1] VPN", ("a@x",)), False),
        (gmail, Seen("a@x", "VPN"), Seen("b@x", "Re: VPN", ("c@x",)), False),
        (gmail, Seen("a@x", "VPN", ("r@x",)), Seen("b@x", "Re: VPN", ("r@x",)), True),
        (outlook, Seen("a@x", "VPN"), Seen("b@x", "Sv: VPN", ("a@x",)), True),
        (outlook, Seen("a@x", "VPN"), Seen("b@x", "Videresend: VPN", ("a@x",)), False),
        (outlook, Seen("a@x", "VPN", ("r@x",)), Seen("b@x", "Re: VPN", ("r@x",)), False),
        (outlook, Seen("a@x", "VPN", (), b"i"), Seen("b@x", "VPN", (), b"i"), True),
        (RULES["apple"], Seen("a@x", "VPN"), Seen("b@x", "Screen", ("a@x",)), True),
        (RULES["apple"], Seen("a@x", "VPN"), Seen("b@x", "Re: VPN"), True),
        (RULES["apple"], Seen("a@x", "VPN"), Seen("b@x", "VPN"), False),
        (jwz, Seen("a@x", "VPN"), Seen("b@x", "Screen", ("a@x",)), True),
        (jwz, Seen("a@x", "VPN", ("r@x",)), Seen("b@x", "Screen", ("r@x",)), True),
        (jwz, Seen("a@x", "VPN"), Seen("b@x", "Re: VPN"), False),
        (jwz, Seen("a@x", "VPN", ("b@x",)), Seen("b@x", "VPN", ("a@x",)), True),
    ],
)
def test_the_rules_themselves(rule: Rule, one: Seen, other: Seen, together: bool) -> None:
    assert (len(rule([one, other])) == 1) is together


def _seen(raw: bytes) -> Seen:
    return seen(_parsed(raw))


def _name(raw: bytes) -> str:
    return str(_parsed(raw)["Message-ID"]).strip("<>")


def _parsed(raw: bytes) -> Message:
    return message_from_bytes(raw, policy=policy.default)


def test_outlook_gets_its_own_conversation_back(tmp_path: Path) -> None:
    """From Outlook the requester's own, else ours, the same in all letters; agents' letters have another one. Where an
    answer brings nothing else, we know the ticket by it."""
    desk = TestDesk(tmp_path)
    theirs = b64encode(b"\x01" + bytes(range(21))).decode()
    for sender, fields in ((KARI, {"Thread-Index": theirs}), (OLA, {})):
        desk.receive(mail(sender, DESK, "Printer on fire", headers=fields, proven=True), recipients=(DESK,))
    letters = desk.run()
    index = {(one.recipient, one.ticket): seen(opened(one)).conversation for one in letters}
    assert index[KARI, 1] == b64decode(theirs) and len(index[OLA, 2]) == 22
    assert len({index[OLA, 2], index[ANNA, 2], index[KARI, 1], index[ANNA, 1]}) == 4
    assert index[ANNA, 1] == index[BOB, 1]
    assert {str(opened(one)["Thread-Topic"]) for one in letters} >= {"Printer on fire", "[#1] Printer on fire"}
    given_back = {"Thread-Index": b64encode(index[OLA, 2] + b"12345").decode()}
    desk.receive(mail(OLA, DESK, "Re: Printer", "And?\n", headers=given_back, proven=True), recipients=(DESK,))
    assert {one.kind for one in desk.run()} == {"customer_answer"}
    desk.close()


def test_a_conversation_of_outlook_stays_the_same_after_many_mails(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    first, later = (b64encode(bytes([1, number]) + bytes(20)).decode() for number in (1, 2))
    desk.receive(mail(KARI, DESK, "Printer", headers={"Thread-Index": first}, proven=True), recipients=(DESK,))
    receipt = next(opened(one) for one in desk.run() if one.recipient == KARI)
    for number in range(12):
        more = mail(KARI, DESK, "Re: Printer", f"{number}.\n", headers={"Thread-Index": later}, answers=receipt)
        desk.receive(more, recipients=(DESK,))
    notice = [opened(one) for one in desk.run() if one.recipient == ANNA][-1]
    desk.receive(mail(ANNA, DESK, "Re: Printer", "It is mended.\n", answers=notice, proven=True), recipients=(DESK,))
    (answer,) = (one for one in desk.run() if one.recipient == KARI)
    assert seen(opened(answer)).conversation == b64decode(first)
    desk.close()
