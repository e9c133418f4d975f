"""Finds the mail that a text passes on. The older mail that begins first decides: it is passed on, or answered.

"Forwarded message" says so itself. A head alone, "Original Message" and "Kari wrote:" stand above answers as well:
they count where the subject says that something is passed on, or where there is no subject to say otherwise.
"""

import re
from typing import Final

from maildesk.ingest.forward.attributed import MOST_WRAPPED, Attribution, read_attribution
from maildesk.ingest.forward.columns import read_bare, read_columns, split_moment
from maildesk.ingest.forward.guessed import guess_head
from maildesk.ingest.forward.head import Head, read_head
from maildesk.ingest.forward.lines import content, depth_of, is_rule, labelled, skip_blank, unquote
from maildesk.ingest.forward.people import read_people, read_person
from maildesk.ingest.forward.wording import (
    Announcement,
    announcement,
    ends_forward,
    may_announce,
    means_answer,
    read_sign,
)
from maildesk.mail import Forward

_MAIN: Final = ("sender", "to", "cc", "subject", "date")
#: An older mail that begins further below is not looked for.
_MOST_LINES: Final = 20_000
_MOST_TRIES: Final = 200
_LONG_RULE: Final = 20
_LONGEST_UNKNOWN: Final = 80
_MAILBOX_LINE: Final = re.compile(r"From \S{1,200}@\S{1,200}\s")
_QUOTED_WORDS: Final = Announcement(surely=True, known=False, rest="")


def open_forward(text: str, subject: str) -> Forward | None:
    """The forwarded mail inside `text`; None where the text does not pass one on. Linear in the length of the text."""
    return _Opening(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), subject).run()


class _Opening:
    """One pass over the lines of a text, up to where its older mail begins."""

    def __init__(self, lines: list[str], subject: str) -> None:
        self.lines = lines
        self.sign, self.subject = read_sign(subject)
        self.may_pass_on = bool(self.sign) or not subject.strip()
        self.number = 0
        #: Which lines end like the line above an older mail.
        self.colons = [line.rstrip().endswith((":", "：")) for line in lines[: _MOST_LINES + MOST_WRAPPED]]
        #: Below an attribution of an answer, what is quoted is older than this mail.
        self.below_answer = False
        self.over = False
        self.tries = 0

    def run(self) -> Forward | None:
        limit = min(len(self.lines), _MOST_LINES)
        while self.number < limit and not self.over and self.tries < _MOST_TRIES:
            at = self.number
            self.number += 1
            line = self.lines[at]
            bare = content(line)
            if not bare or (self.below_answer and depth_of(line)) or self._is_ordinary(at, bare):
                continue
            found = self._announced(at, bare) or self._headed(at) or self._attributed(at)
            if found:
                return found
        return None

    def _is_ordinary(self, at: int, bare: str) -> bool:
        """A cheap look: nothing begins where somebody's words stand without any sign."""
        if not bare[0].isalnum() or ":" in bare or "：" in bare or ">>>" in self.lines[at]:
            return False
        return not any(self.colons[at : at + MOST_WRAPPED]) and not may_announce(bare)

    def _announced(self, at: int, bare: str) -> Forward | None:
        said = announcement(bare) or (_QUOTED_WORDS if self._looks_announced(at, bare) else None)
        if not said:
            return None
        self.tries += 1
        if said.known and not said.surely and not self.may_pass_on:
            self.over = True
            return None
        head = self._head_below(at, said)
        if not (_is_enough(head) if said.known else head.is_credible()):
            # Yandex writes an attribution there.
            below = self._after_announcement(at)
            found = (
                read_attribution(self.lines, below) if said.surely and said.known and below < len(self.lines) else None
            )
            return self._forward_attributed(at, found) if found else None
        if said.surely or self._passes_on(head):
            return self._forward(at, head, said)
        self.over = True
        return None

    def _looks_announced(self, at: int, bare: str) -> bool:
        """Apple Mail quotes the line with the head: "> Begin forwarded message:", in whatever language."""
        if not bare.endswith((":", "：")) or len(bare) > _LONGEST_UNKNOWN or not depth_of(self.lines[at]):
            return False
        first = skip_blank(self.lines, at + 1, 2)
        return first == at + 2 and depth_of(self.lines[at + 1]) == depth_of(self.lines[at]) and not labelled(bare)

    def _headed(self, at: int) -> Forward | None:
        found = None if self.over else labelled(self.lines[at])
        if not found or found.kind not in _MAIN:
            return self._guessed(at)
        self.tries += 1
        head = read_head(self.lines, at)
        if not head.is_credible():
            # Its lines were looked at; looking again from each of them would cost the square.
            self.number = max(self.number, head.end)
            return self._guessed(at)
        if self._passes_on(head):
            return self._forward(at, head, None)
        self.over = True
        return None

    def _guessed(self, at: int) -> Forward | None:
        """A head in a language nobody listed, where the subject says that something is passed on."""
        head = self._guess(at) if self.sign and not self.over else None
        return self._forward(at, head, None) if head else None

    def _guess(self, at: int) -> Head | None:
        values, end = guess_head(self.lines, at)
        return Head(values, "", end, depth_of(self.lines[end - 1])) if values else None

    def _attributed(self, at: int) -> Forward | None:
        found = None if self.over else read_attribution(self.lines, at)
        if not found:
            return None
        if self.sign:
            return self._forward_attributed(at, found)
        following = skip_blank(self.lines, found.end, len(self.lines))
        self.below_answer = following < len(self.lines) and depth_of(self.lines[following]) > 0
        self.over = not self.below_answer
        return None

    def _head_below(self, at: int, said: Announcement) -> Head:
        if said.rest:
            head = read_head([said.rest], 0)
            if _is_enough(head):
                head.end, head.depth = at + 1, depth_of(self.lines[at])
                return head
        start = self._after_announcement(at)
        head = read_head(self.lines, start)
        if "sender" in head.values:
            return head
        return self._guess(start) or (head if _is_enough(head) else self._notes_head(start, head))

    def _after_announcement(self, at: int) -> int:
        """Past the end of a line that is wrapped, and past a line of a mailbox file, which elm passes on."""
        first = skip_blank(self.lines, at + 1)
        bare = content(self.lines[first]) if first < len(self.lines) else ""
        wrapped = first == at + 1 and bare.endswith("---") and not announcement(bare) and not is_rule(bare)
        return first + 1 if wrapped or _MAILBOX_LINE.match(bare) else first

    def _notes_head(self, at: int, head: Head) -> Head:
        """Lotus Notes writes a head in columns, or the sender and the date on a line without a label."""
        values, end = read_columns(self.lines, at)
        values, end = (values, end) if values else read_bare(self.lines, at)
        if values:
            return Head(values, "", end, depth_of(self.lines[at]))
        first = skip_blank(self.lines, at)
        sender, date = split_moment(content(self.lines[first])) if first < len(self.lines) else ("", "")
        below = read_head(self.lines, first + 1) if date else head
        if date and below.values:
            below.values = {"sender": sender, "date": date} | below.values
            return below
        return head

    def _passes_on(self, head: Head) -> bool:
        return self.may_pass_on and not means_answer(self.sign, head.sender_label)

    def _forward(self, at: int, head: Head, said: Announcement | None) -> Forward:
        values = head.values
        if "date" not in values:
            values["sender"], values["date"] = split_moment(values.get("sender", ""))
        start = skip_blank(self.lines, head.end, len(self.lines))
        if said and start < len(self.lines) and self._is_said_again(start):
            start += 1
        return Forward(
            sender=read_person(values.get("sender", "")),
            to=read_people(values.get("to", "")),
            cc=read_people(values.get("cc", "")),
            subject=values.get("subject", ""),
            date=values.get("date", ""),
            text=self._text(start, head.depth, whole=not said),
            text_top=self._top(at),
        )

    def _is_said_again(self, at: int) -> bool:
        """Zoho and The Bat! write a line above the head and one below it; or the next line begins an inner forward."""
        bare = content(self.lines[at])
        said = announcement(bare) if bare[:1] in "-=" else None
        return said is not None and not _is_enough(read_head(self.lines, at + 1))

    def _forward_attributed(self, at: int, found: Attribution) -> Forward:
        start = skip_blank(self.lines, found.end, len(self.lines))
        return Forward(found.sender, (), (), self.subject, found.date, self._text(start, 0, whole=True), self._top(at))

    def _top(self, at: int) -> str:
        """What stands above, without a rule that belongs to the head."""
        while at and (not content(self.lines[at - 1]) or is_rule(self.lines[at - 1])):
            at -= 1
        return "\n".join(self.lines[:at]).strip("\n")

    def _text(self, start: int, depth: int, *, whole: bool) -> str:
        lines = self.lines[start:] if whole else _up_to_end(self.lines[start:])
        if not depth and all(depth_of(line) for line in lines if line.strip()):
            depth = 1
        return _unindent([unquote(line, depth) if line else line for line in lines])


def _is_enough(head: Head) -> bool:
    """Below a line that announces it, a sender is enough, or any two fields."""
    return bool(head.values.get("sender")) or sum(kind in head.values for kind in _MAIN) >= 2


def _up_to_end(lines: list[str]) -> list[str]:
    """Without the line that ends the forwarded mail, and what its forwarder wrote below; mails may be nested."""
    nested = 1
    for number, line in enumerate(lines):
        bare = content(line) if "--" in line or "==" in line else ""
        if bare and ends_forward(bare):
            nested -= 1
            if not nested:
                return lines[:number]
        elif bare and (said := announcement(bare)) and said.surely:
            nested += 1
    return _without_last_rule(lines)


def _without_last_rule(lines: list[str]) -> list[str]:
    """KMail draws a rule below, without a word."""
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    return (
        lines[: last - 1] if last and len(lines[last - 1].strip()) >= _LONG_RULE and is_rule(lines[last - 1]) else lines
    )


def _unindent(lines: list[str]) -> str:
    """Outlook for Mac indents what it passes on."""
    margins = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    margin = min(margins, default=0)
    return "\n".join(line[margin:] if line.strip() else "" for line in lines).strip("\n")
