"""What in a mail may say which ticket it belongs to: addresses, Message-IDs, conversation, numbers. Nothing is proven
here, and nothing is decided (desk/match.py)."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from maildesk.desk.feedback import read_rating
from maildesk.mail import Mail
from maildesk.tokens import Tag, TagKind, claimed_root, read_tag

#: Only so many references are looked up (threats 4.2): the nearest ones, and the one that began the thread.
MOST_REFERENCES: Final = 20
#: Of our own foot lines in the quoted text; the first is the nearest.
MOST_LINES: Final = 10
#: Of a Thread-Index: a reserved byte, a time and a GUID, the same in all mails of a conversation; each answer adds 5
#: more (MS-OXOMSG 2.2.1.3).
_CONVERSATION_BYTES: Final = 22
_NUMBER: Final = re.compile(r"\[#([0-9]{1,9})\]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says about its ticket, nothing of it proven yet."""

    tags: tuple[Tag, ...]
    #: In the order in which they are believed: In-Reply-To, then References from the right.
    message_ids: tuple[str, ...]
    #: In the subject.
    numbers: tuple[int, ...]
    #: The beginning of the Thread-Index in hexadecimal digits, or nothing.
    conversation: str = ""
    #: The numbers in our foot lines, which answers quote: "Acme Support · #1042".
    lines: tuple[int, ...] = ()
    subject: str = ""
    #: Nothing of what was written before stands in it.
    bare: bool = False
    #: It says how content its writer is.
    rates: bool = False

    @property
    def roots(self) -> frozenset[int]:
        """The tickets whose letters all name the same first reference, as these ids claim."""
        return frozenset(number for one in self.message_ids if (number := claimed_root(one)))


def clues_of(mail: Mail, recipients: Iterable[str], own: frozenset[str], separator: str, desk_name: str = "") -> Clues:
    """What to look for. `recipients` are those of the envelope; header recipients come after them."""
    addresses = [*recipients, *mail.delivered_to, *(address.address for address in (*mail.to, *mail.cc))]
    tags = dict.fromkeys(tag for address in addresses if (tag := read_tag(address, own, separator)))
    return Clues(
        # What answers a question about held mail, or a digest, says nothing about a ticket.
        tags=tuple(tag for tag in tags if tag.kind not in (TagKind.ANSWER, TagKind.DIGEST)),
        message_ids=_nearest((*mail.in_reply_to, *reversed(mail.references))),
        numbers=tuple(dict.fromkeys(int(number) for number in _NUMBER.findall(mail.subject[:998]))),
        conversation=conversation_of(mail.thread_index),
        lines=_foot_lines(mail.text, desk_name),
        subject=mail.subject,
        bare=not mail.quoted_text.strip(),
        rates=read_rating(mail.visible_text) is not None,
    )


def conversation_of(thread_index: str) -> str:
    """Which conversation of Outlook a mail belongs to; nothing where the field is missing or damaged."""
    try:
        head = b64decode(thread_index[:32].encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return ""
    return head[:_CONVERSATION_BYTES].hex() if len(head) >= _CONVERSATION_BYTES else ""


def _nearest(backwards: tuple[str, ...]) -> tuple[str, ...]:
    once = tuple(dict.fromkeys(backwards))
    return once if len(once) <= MOST_REFERENCES else (*once[: MOST_REFERENCES - 1], once[-1])


def _foot_lines(text: str, desk_name: str) -> tuple[int, ...]:
    if not desk_name:
        return ()
    found = islice(_foot_line(desk_name).finditer(text), MOST_LINES)
    return tuple(dict.fromkeys(int(line[1]) for line in found))


@lru_cache(maxsize=4)
def _foot_line(desk_name: str) -> re.Pattern[str]:
    """As our templates end a letter; whatever a mail program quotes with stands before it."""
    return re.compile(rf"{re.escape(desk_name)} · #([0-9]{{1,9}})(?![0-9])", re.ASCII)
