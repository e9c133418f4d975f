"""What the acts of the day have in common."""

import re
from email.message import EmailMessage
from urllib.parse import unquote

from tests.day.desk import DayDesk
from tests.day.people import (
    Person,
)
from tests.day.programs import page

#: Words of colleagues that no customer may read; the judge looks for them in every letter.
SECRETS = (
    "paid late again",
    "ikke kompetent",
    "까다로운 고객",
    "a known bug of ours",
    "She is a VIP",
    "kan ikke koreansk",
)


def orders(desk: DayDesk, agent: Person, letter: EmailMessage, text: str) -> None:
    """Words of command; he gets one receipt."""
    desk.answers(agent, letter, text)
    desk.reads(agent, "receipt")


def rating_address(letter: EmailMessage, score: int) -> str:
    """Where the button for a score leads."""
    found = re.search(rf"support\+r\d+-p\d+-{score}-[a-z2-7]+@acme\.example", unquote(page(letter)))
    assert found is not None, page(letter)
    return found[0]
