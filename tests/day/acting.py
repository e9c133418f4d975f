"""What the acts of the day have in common."""

import re
from email.message import EmailMessage
from html import unescape
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.day.desk import DayDesk
from tests.day.people import (
    Person,
)
from tests.day.programs import page, plain

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


def last(desk: DayDesk, person: Person, kind: str, *words: str) -> EmailMessage:
    """His newest letter of this kind that says all these words, read or not. Raises StopIteration."""
    mine = (one.letter for one in reversed(desk.came) if (one.to, one.kind) == (person.address, kind))
    return next(
        one for one in mine if all(word in f"{one['Subject']} {' '.join(plain(one).split())}" for word in words)
    )


def presses(desk: DayDesk, person: Person, letter: EmailMessage, label: str, *, more: str = "") -> None:
    """Sends the mail that a button opens; `more` is what he writes behind its words. Raises AssertionError."""
    links = re.findall(r'href="(mailto:[^"]+)"[^>]*>(.*?)</a>', page(letter), re.DOTALL)
    found = [unescape(link) for link, said in links if unescape(re.sub("<[^>]*>", "", said)).strip() == label]
    assert found, f"{desk.now:%H:%M}: no button {label} in\n{plain(letter)}"
    link = urlsplit(found[0])
    # RFC 6068 section 5: a plus is a plus there.
    given = dict(parse_qsl(link.query.replace("+", "%2B"), keep_blank_values=True))
    body = given.get("body", "").replace("\r\n", "\n")
    desk.writes(person, unquote(link.path), given["subject"], f"{body}{more}")
