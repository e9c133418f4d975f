"""What a relay's reply means for a letter."""

import pytest

from maildesk.errors import Deferred, Refused
from maildesk.notify.replies import FOR_ALL, LONGEST_REASON, Stage, Unanswered, lost_at, queue_id, trouble_of

LATER, LATER_FOR_ALL, NEVER = "later", "later for all", "never"


@pytest.mark.parametrize(
    ("stage", "code", "text", "meaning"),
    [
        (Stage.CONNECT, 421, "4.3.2 not now", LATER_FOR_ALL),
        (Stage.CONNECT, 554, "5.7.1 blocked", LATER_FOR_ALL),
        (Stage.EHLO, 550, "who", LATER_FOR_ALL),
        (Stage.STARTTLS, 454, "4.7.0 no", LATER_FOR_ALL),
        (Stage.AUTH, 535, "5.7.8 no", LATER_FOR_ALL),
        (Stage.AUTH, 454, "4.7.0 later", LATER_FOR_ALL),
        (Stage.MAIL, 451, "4.3.0 later", LATER_FOR_ALL),
        (Stage.MAIL, 550, "5.7.1 sender not allowed", LATER_FOR_ALL),
        (Stage.MAIL, 552, "5.3.4 too big", NEVER),
        (Stage.MAIL, 554, "5.3.4 too big", NEVER),
        (Stage.RCPT, 450, "4.2.0 greylisted", LATER),
        (Stage.RCPT, 550, "5.1.1 nobody", NEVER),
        (Stage.RCPT, 530, "5.7.0 log in first", LATER_FOR_ALL),
        (Stage.RCPT, 550, "5.1.8 bad sender domain", LATER_FOR_ALL),
        (Stage.RCPT, 550, "5.1.80 not that one", NEVER),
        (Stage.DATA, 451, "later", LATER),
        (Stage.DATA, 554, "no", NEVER),
        (Stage.DOT, 452, "4.3.1 full", LATER),
        (Stage.DOT, 550, "5.7.1 spam", NEVER),
    ],
)
def test_meaning(stage: Stage, code: int, text: str, meaning: str) -> None:
    trouble = trouble_of(stage, code, text)
    if isinstance(trouble, Refused):
        assert meaning == NEVER
    else:
        assert meaning == (LATER_FOR_ALL if trouble.everyone else LATER)
    assert trouble.reason.startswith(f"{stage}: {code}")


@pytest.mark.parametrize("stage", list(Stage))
def test_lost_connection(stage: Stage) -> None:
    trouble = lost_at(stage, "closed")
    assert trouble.everyone == (stage in FOR_ALL)
    assert isinstance(trouble, Unanswered) == (stage is Stage.DOT)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2.0.0 Ok: queued as 4Tx9Yz1k3Pz9s", "4Tx9Yz1k3Pz9s"),
        (
            "2.6.0 <AM0PR04MB6789@am0pr04.mail.example> [InternalId=17, Hostname=x] 9 bytes Queued mail for delivery",
            "AM0PR04MB6789@am0pr04.mail.example",
        ),
        ("OK id=1rXYZa-0001Ab-2C", "1rXYZa-0001Ab-2C"),
        ("2.0.0 41K7xyzz012345 Message accepted for delivery", "41K7xyzz012345"),
        ("Ok 0100018f2c3d4e5f-aaaa-bbbb", "0100018f2c3d4e5f-aaaa-bbbb"),
        ("2.0.0 Ok", ""),
        ("2.0.0 kept", ""),
        ("Ok thanks", ""),
        ("", ""),
    ],
)
def test_name_given_by_the_relay(text: str, name: str) -> None:
    assert queue_id(text) == name


def test_reason_is_one_printable_line() -> None:
    reason = trouble_of(Stage.RCPT, 550, "5.1.1 no\x1b[31m\nsecond line\nthird").reason
    assert reason == "RCPT: 550 5.1.1 no?[31m"
    assert len(trouble_of(Stage.RCPT, 550, "x" * 100_000).reason) < LONGEST_REASON + 20


def test_reply_to_auth_is_never_quoted() -> None:
    trouble = trouble_of(Stage.AUTH, 535, "5.7.8 no such user AGFubmEAc2VjcmV0")
    assert isinstance(trouble, Deferred)
    assert trouble.reason == "AUTH: 535 5.7.8"
