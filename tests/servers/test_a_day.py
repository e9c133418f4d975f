"""A day of a support desk through a real Dovecot and a real Postfix: every letter of it is judged."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.day.desk import Came, DayDesk
from tests.day.judge import Judge
from tests.day.people import BOB, KARI, REQUESTERS, by_imap
from tests.day.script import play
from tests.servers.dovecot import Dovecot
from tests.servers.plugin import PostfixMaker
from tests.servers.sink import Sink

pytestmark = pytest.mark.server


def test_a_day(dovecot: Dovecot, postfix: PostfixMaker, sink: Sink, server_folder: Path) -> None:
    folder = server_folder / "day"
    folder.mkdir()
    desk = DayDesk(folder, dovecot, postfix, sink)
    try:
        play(desk)
        assert Judge(desk).faults() == []
        spoiled(desk)
    finally:
        desk.close()


def spoiled(desk: DayDesk) -> None:
    """The judge sees a letter that came twice, and a note that was sent to a customer."""
    judge = Judge(desk)
    note = next(one for one in desk.came if (one.to, one.kind) == (BOB.address, "note"))
    leaked = message_from_bytes(note.received.data, policy=policy.default)
    assert isinstance(leaked, EmailMessage)
    leaked.replace_header("To", KARI.address)
    desk.came += [note, Came(leaked, replace(note.received, recipients=[KARI.address]), note.at)]
    said = "\n".join(judge.faults())
    for fault in (
        "came 3 times",
        "nothing to do with #3",
        "says '까다로운 고객'",
        "an address of person",
        "its reader reads nb",
    ):
        assert fault in said


def test_half_of_the_mail_comes_by_each_road() -> None:
    assert 8 <= sum(by_imap(one) for one in REQUESTERS) <= 12
