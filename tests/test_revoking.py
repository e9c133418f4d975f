"""Threats T6: what an operator does about signed addresses that somebody else may have, and how long old ones count."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.desk import revoking
from maildesk.errors import Deferred
from maildesk.foundation import loop_id
from maildesk.keys import ANNOUNCED, rotate, signing_keys
from maildesk.model import SigningKey
from maildesk.store import Store
from maildesk.tokens import TagKind, read_tag
from maildesk.vocabulary import EventKind
from tests.attacked import ANNA, DESK, KARI, MALLORY, Attacked
from tests.desk import TestDesk, answer, mail, opened
from tests.hostile.world import KEY
from tests.shell import Operator, mail_about

DAYS = timedelta(days=90)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Attacked]:
    attacked = Attacked(tmp_path)
    yield attacked
    attacked.desk.close()


def rotated(desk: TestDesk, old_for: timedelta = DAYS) -> None:
    with desk.store.begin() as session:
        rotate(session, desk.clock.now(), old_for)


def fate_at(world: Attacked, address: str) -> str:
    """What becomes of a stranger's mail to an address: "reply" where it is believed, else "new"."""
    world.send(mail(MALLORY, address, subject="Hello"), address)
    return world.fate


def test_an_old_key_is_believed_until_its_day(world: Attacked) -> None:
    leaked = world.tag(TagKind.REPLY, 1, KARI)
    rotated(world.desk)
    world.desk.clock.forward(DAYS - timedelta(seconds=1))
    assert fate_at(world, leaked) == "reply"
    world.desk.clock.forward(timedelta(seconds=1))
    assert fate_at(world, leaked) == "new" and world.people_of(1) == {KARI}


def test_a_new_key_signs_when_every_daemon_knows_it(world: Attacked, tmp_path: Path) -> None:
    before = world.desk.post.secrets
    rotated(world.desk)
    world.send(mail(KARI, subject="Second"), sender=KARI)
    # Believed at once; what is sent now, a daemon that has not looked yet can still read.
    assert world.desk.post.secrets[0] == before[0] and len(world.desk.post.secrets) == 2
    world.desk.clock.forward(ANNOUNCED)
    world.send(mail(KARI, subject="Third"), sender=KARI)
    assert world.desk.post.secrets[1:] == before
    letter = next(one for one in world.seen if one.kind == "new_ticket" and one.ticket == 4 and one.recipient == ANNA)
    raw, to = answer(letter, ANNA, "#take\n")
    world.send(raw, to, sender=ANNA)
    assert world.desk.ticket(4).agent_id == world.person(ANNA)


def test_letters_of_before_are_answered_after_a_rotation(world: Attacked) -> None:
    """One that has left, and one that waits in the outbox meanwhile."""
    world.desk.relay.trouble = Deferred("away", everyone=True)
    assert world.answers("new_ticket", ANNA, "Try again.\n") == []
    rotated(world.desk)
    world.desk.relay.trouble = None
    world.desk.clock.forward(timedelta(hours=2))
    world.seen += world.desk.run()
    raw, to = answer(world.letter("answer", KARI), KARI, "It works.\n")
    assert read_tag(to, [DESK], "+") is not None
    world.send(raw, to, sender=KARI)
    assert world.fate == "reply" and world.desk.inbound(world.row).ticket_id == 1


def test_what_has_leaked_ends_at_once(world: Attacked) -> None:
    leaked = world.tag(TagKind.REPLY, 1, KARI)
    rotated(world.desk, timedelta())
    assert fate_at(world, leaked) == "new"
    # Nothing else is believed, so the new key does not wait.
    assert len(world.desk.post.secrets) == 1 and world.tag(TagKind.REPLY, 1, KARI) != leaked
    assert fate_at(world, world.tag(TagKind.REPLY, 1, KARI)) == "reply"


def test_a_later_rotation_lets_no_key_live_longer(world: Attacked) -> None:
    """Nor is what marks our letters as ours lost with the key that it is made of."""
    marked = opened(world.letter("new_ticket", ANNA))["X-Maildesk-Loop"]
    rotated(world.desk, timedelta(days=7))
    world.desk.clock.forward(timedelta(days=6))
    rotated(world.desk)
    assert len(signed_with(world)) == 3
    world.desk.clock.forward(timedelta(days=1))
    assert len(signed_with(world)) == 2
    with world.desk.store.read() as session:
        assert loop_id(signing_keys(session, world.desk.clock.now()).first) == marked == world.desk.post.loop_id


def signed_with(world: Attacked) -> tuple[bytes, ...]:
    world.desk.run()
    return world.desk.post.secrets


def test_a_merged_ticket_is_revoked_with_the_one_that_it_leads_to(world: Attacked) -> None:
    raw, to = answer(world.letter("new_ticket", ANNA), ANNA, "#merge 2 together\n", proven=True)
    world.send(raw, to, sender=ANNA)
    leaked = world.tag(TagKind.REPLY, 1, KARI)
    assert fate_at(world, leaked) == "reply"
    with world.desk.store.begin() as session:
        assert revoking.revoke(session, 2, world.desk.clock.now()) == [1, 2]
    assert fate_at(world, leaked) == "new"
    assert EventKind.REVOKED in world.desk.events(1) and EventKind.REVOKED in world.desk.events(2)


def test_the_operator_revokes_a_ticket(operator: Operator) -> None:
    operator.gets(mail_about(1))
    said = operator.does("ticket", "revoke", "1")
    assert (said.code, said.out) == (0, "revoked: #1\n")
    (ticket,) = operator.does("ticket", "show", "1", "--json").documents
    assert ticket["events"][-1]["kind"] == "revoked"
    missing = operator.does("ticket", "revoke", "7")
    assert missing.code == 1 and "there is no ticket 7" in missing.err


def test_the_operator_is_told_of_letters_that_wait(operator: Operator) -> None:
    assert operator.does("deliver", stdin=mail_about(1)).code == 0
    assert operator.does("run", "--once", "--roles", "desk").code == 0
    assert "2 letters about it wait" in operator.does("ticket", "revoke", "1").out


def test_the_operator_rotates_the_key(operator: Operator) -> None:
    (first,) = operator.does("key", "list", "--json").documents
    assert first["state"] == "signs" and first["believed_until"] is None
    said = operator.does("key", "rotate", "--old-for", "30d")
    assert said.code == 0 and re.search(r"believed until 20\d\d-", said.out)
    old, new = operator.does("key", "list", "--json").documents
    assert (old["state"], new["state"], new["believed_until"]) == ("signs", "believed", None)
    assert old["believed_until"] is not None
    assert operator.does("key", "rotate", "--old-for", "0s").code == 0
    states = [key["state"] for key in operator.does("key", "list", "--json").documents]
    assert states == ["ended", "ended", "signs"]


@pytest.mark.parametrize("span", ["soon", "-1d", "2 business days", "90"])
def test_a_span_that_is_none_changes_nothing(operator: Operator, span: str) -> None:
    said = operator.does("key", "rotate", f"--old-for={span}")
    assert said.code == 2 and said.err.startswith("maildesk: --old-for ")
    assert len(operator.does("key", "list", "--json").documents) == 1


def test_no_command_shows_a_key(tmp_path: Path, operator: Operator) -> None:
    operator.does("key", "list")
    store = Store("sqlite", operator.folder / "var")
    with store.begin() as session:
        session.get_one(SigningKey, 1).secret = KEY
    store.close()
    for said in (operator.does("key", "list"), operator.does("key", "list", "--json"), operator.does("key", "rotate")):
        assert KEY.decode() not in said.out + said.err and KEY.hex() not in said.out + said.err
