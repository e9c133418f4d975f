"""What the desk writes of its own accord looks the same from wherever it is told."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from maildesk.mail import Address
from maildesk.notify.desk_notice import agents_language, desk_notice, tell
from maildesk.vocabulary import NoticeKind
from tests.desk import SETTINGS, TestDesk, mail

ANNA = Address("Anna", "anna@acme.example")
FACTS = {"address": "kari@customer.example", "limit": 5, "period": "hour"}
TWO_LANGUAGES = SETTINGS.replace(
    'name = "Acme Support"', 'name = "Acme Support"\nlanguages = ["nb", "en"]\nsubaddress = "+"'
).replace('name = "Anna"', 'name = "Anna"\nlanguages = ["ko", "en"]')


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    desk = TestDesk(tmp_path, settings=TWO_LANGUAGES)
    yield desk
    desk.close()


def test_a_notice_of_the_desk_is_a_letter_from_the_desk_in_no_thread(desk: TestDesk) -> None:
    desk.receive(mail("kari@customer.example"))
    desk.run()
    before, now = len(desk.outbox()), desk.clock.now()
    answer = "support+answer@acme.example"
    notice = desk_notice(
        desk.post, NoticeKind.SILENCED, "one:1", ANNA, FACTS, now, language="en", reply_to=answer, ticket=1
    )
    with desk.store.begin() as session:
        assert tell(session, desk.post, notice, now)
        # The effect is there already.
        assert not tell(session, desk.post, notice, now)
    (row,) = desk.outbox()[before:]
    letter = message_from_bytes(row.raw, policy=policy.default)
    assert (letter["From"], letter["To"]) == ("Acme Support <support@acme.example>", "Anna <anna@acme.example>")
    assert letter["Reply-To"] == f"Acme Support <{answer}>"
    assert (letter["Auto-Submitted"], letter["X-Maildesk-Ticket"]) == ("auto-generated", "1")
    assert letter["In-Reply-To"] is None and letter["References"] is None
    assert letter["Message-ID"] == f"<{desk.post.message_id(1, 'one:1')}>"
    assert (row.effect_key, row.ticket_id, row.automatic) == ("one:1", 1, True)


@pytest.mark.parametrize(
    ("address", "language"),
    [
        # The first of hers that the desk speaks, not the first of all.
        ("anna@acme.example", "en"),
        ("ANNA.Berg@acme.example", "en"),
        ("bob@acme.example", "en"),
        # Nobody known: the desk's own.
        ("kari@customer.example", "nb"),
    ],
)
def test_an_agent_is_told_in_a_language_that_both_speak(desk: TestDesk, address: str, language: str) -> None:
    assert agents_language(desk.post, address) == language
