"""Reads the head above a forwarded text: "From: ... Sent: ... To: ... Subject: ...", in any language and layout.

Values may go on over further lines; blank lines may stand between the fields; in text made from tables a value stands
below its label. A head ends where a line is none of these. Every line is looked at a bounded number of times.
"""

from dataclasses import dataclass, field
from typing import Final

from maildesk.ingest.forward.glued import read_glued
from maildesk.ingest.forward.lines import Labelled, content, depth_of, has_unknown_label, is_rule, labelled, skip_blank
from maildesk.ingest.forward.wording import announcement

_MOST_LINES: Final = 300
#: So far is looked ahead for a further field before a line is taken for the first one of the text.
_AHEAD: Final = 3
_MOST_BLANKS: Final = 3
_FEWEST_GLUED: Final = 3
#: Programs wrap lines that are longer; the label stands in front.
_WRAPPED: Final = 50
_MAIN: Final = ("sender", "to", "cc", "subject", "date")


@dataclass(slots=True)
class Head:
    """`values` by kind; `end` is the line after the head; `depth` the quotation marks in front of it."""

    values: dict[str, str] = field(default_factory=dict)
    sender_label: str = ""
    end: int = 0
    depth: int = 0

    def is_credible(self) -> bool:
        """Is it a head where nothing announced one? Three fields, and not just any list of "From" and "To"."""
        kinds = [kind for kind in _MAIN if kind in self.values]
        sender = self.values.get("sender", "")
        return len(kinds) >= 3 and bool(sender) and ("subject" in kinds or "@" in sender)


def read_head(lines: list[str], start: int) -> Head:
    """The head whose first field is at or, after blank lines, behind `start`; without values where there is none."""
    start = skip_blank(lines, start)
    reading = _Reading(lines, start)
    reading.run()
    return reading.head


class _Reading:
    """The state of the pass: which field was last, and which of the odd layouts this head has."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines = lines
        self.number = start
        self.last = ""
        self.spaced = False
        self.below = False
        self.labels: dict[str, str] = {}
        self.head = Head(end=start, depth=depth_of(lines[start]) if start < len(lines) else 0)

    def run(self) -> None:
        limit = min(len(self.lines), self.number + _MOST_LINES)
        while self.number < limit:
            line = self.lines[self.number]
            # Gmail draws a rule inside of the head of a whole conversation.
            bare = "" if is_rule(line) else content(line)
            found = labelled(line) if bare else None
            if not (self._field(found, bare) if found else self._goes_on(bare) if bare else self._blank()):
                break
        self.head.end = min(self.number, len(self.lines))

    def _field(self, found: Labelled, bare: str) -> bool:
        values, kind = self.head.values, found.kind
        if kind == "date" and found.label != self.labels.get(kind, found.label):
            # Some programs say when it was sent and when it came.
            kind = "other"
        if kind in ("to", "cc") and kind == self.last:
            values[kind] += f", {found.value}"
        elif kind in values and kind != "other":
            return False
        elif not values and len(glued := read_glued(bare)) >= _FEWEST_GLUED:
            values.update(glued)
        else:
            values[kind] = found.value
        self.labels.setdefault(kind, found.label)
        self.head.sender_label = self.labels.get("sender", "")
        self.last = kind
        self.number += 1
        return True

    def _goes_on(self, bare: str) -> bool:
        """Is this line part of the last field's value?"""
        if not self.last or announcement(bare):
            return False
        if self._is_recipient(bare):
            return self._field(Labelled("to", "", bare.replace("：", ":").partition(":")[2].strip()), bare)
        value = self.head.values[self.last]
        if not value and self.last not in ("cc", "other") and (self.below or self.last != "subject"):
            self.below = True
        elif not self._is_more(value, bare):
            if not self._field_follows(self.number + 1):
                return False
            if has_unknown_label(bare) and self.last != "subject":
                self.last, value = "other", ""
        self.head.values[self.last] = f"{value} {bare}".strip()
        self.number += 1
        return True

    def _is_more(self, value: str, bare: str) -> bool:
        if self.last in ("to", "cc", "sender") and "@" in bare:
            return value.endswith((",", ";", "<", "[")) or bare.startswith(("<", "["))
        if self.last == "subject":
            return self._is_wrapped_subject(value, bare)
        # RFC 5322 2.2.3: a folded line begins with white space.
        line = self.lines[self.number].lstrip(">")
        return bool(value) and line.removeprefix(" ")[:1] in (" ", "\t")

    def _is_recipient(self, bare: str) -> bool:
        """An address behind a label that nobody listed, where the recipient is still missing and the head goes on or
        ends.
        """
        if "@" not in bare or "to" in self.head.values or "sender" not in self.head.values:
            return False
        following = self.lines[self.number + 1 : self.number + 2]
        ends = all(not content(line) or labelled(line) for line in following)
        return ends and has_unknown_label(bare)

    def _is_wrapped_subject(self, value: str, bare: str) -> bool:
        """The rest of a long line with a blank one below it, and no salutation: the text may begin at once as well."""
        if len(value) < _WRAPPED or len(bare) >= len(value) or bare.endswith((",", "!", ".", ":", "，", "！", "。")):
            return False
        return self.number + 1 >= len(self.lines) or not content(self.lines[self.number + 1])

    def _field_follows(self, number: int) -> bool:
        for line in self.lines[number : number + _AHEAD]:
            if not content(line):
                return False
            if self._is_new(line):
                return True
        return False

    def _is_new(self, line: str) -> bool:
        found = labelled(line)
        return bool(found) and found is not None and found.kind in _MAIN and found.kind not in self.head.values

    def _is_gap(self, number: int) -> bool:
        return not content(self.lines[number]) or is_rule(self.lines[number])

    def _blank(self) -> bool:
        """Blank lines end a head, unless they stand between all of its fields, or between label and value."""
        following = self.number
        while following < len(self.lines) and following < self.number + _MOST_BLANKS and self._is_gap(following):
            following += 1
        if following >= len(self.lines) or not self.last:
            return False
        first = len(self.head.values) == 1
        if self._is_new(self.lines[following]) and (first or self.spaced or "sender" not in self.head.values):
            self.spaced = True
        elif not (self.head.values[self.last] == "" and self.last != "subject" and (first or self.below)):
            return False
        self.number = following
        return True
