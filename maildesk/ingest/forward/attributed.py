"""Reads the line above an older mail that has no head: "On Monday 4 March 2024 10:15, Kari <kari@...> wrote:".

Whether an older mail is passed on or answered is not written there: that is for its reader to know.
"""

import re
from typing import Final, NamedTuple

from maildesk.ingest.forward.lines import content, labelled
from maildesk.ingest.forward.people import read_person
from maildesk.ingest.forward.wording import OPENINGS, WROTE, plain
from maildesk.mail import Address

_LONGEST: Final = 400
MOST_WRAPPED: Final = 3
_COLON: Final = (":", "：")
#: It is looked for at the beginning of words alone, or long words would cost their square.
_ADDRESS: Final = re.compile(
    r"(?:(?<=[\s<>()\[\],;:\"'])|^)[^\s<>()\[\],;:\"'@][^\s<>()\[\],;:\"@]{0,63}@[^\s<>()\[\],;:\"'@]+[\])>]{0,2}"
)
_TIME: Final = re.compile(
    r"\b\d{1,2}\s?[:.h時点시]\s?\d{2}(?:[:.]\d{2})?(?!\d)(?:\s?[AaPp]\.?[Mm]\b\.?)?(?:\s?Uhr)?"
    r"(?:\s(?:[A-Z]{2,5}\b)?[+-]\d{1,4}(?::\d\d)?|\s[A-Z]{3,5}\b)?"
)
_DATE: Final = re.compile(
    r"\b(?:19|20)\d\d\b(?:[-./년年]\s?\d{1,2}[-./월月]\s?\d{1,2}[일日.]?)?|\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}\b|"
    r"(?:19|20)\d\d(?=[년年])"
)
_IN_FRONT: Final = OPENINGS | {word for verb in WROTE for word in verb.split()}
_QUOTED: Final = re.compile(r"[\"“«„](?P<name>[^\"“”«»„]{1,200})[\"”»“]\s*$")
_MARKED: Final = re.compile(">>>|---")
_GROUPWISE: Final = re.compile(r">>>\s?(?P<who>[^>]{1,200}(?:>\s)?)(?P<date>\d[^>]{5,60})>>>")


class Attribution(NamedTuple):
    """`end` is the line after it."""

    sender: Address
    date: str
    end: int


def read_attribution(lines: list[str], number: int) -> Attribution | None:
    """The attribution that begins on this line and is wrapped at most twice; None where there is none."""
    line = lines[number][:_LONGEST].strip("\ufeff \t") if _MARKED.search(lines[number]) else ""
    groupwise = _GROUPWISE.fullmatch(line) if line.startswith(">>>") else None
    if groupwise and (sender := read_person(groupwise["who"])):
        return Attribution(sender, groupwise["date"].strip(), number + 1)
    if line.startswith("---") and line.endswith("---"):
        # Zoho: "---- On Mon, 04 Mar 2024 09:00:00 +0100 Kari <kari@...> wrote ----".
        between = _read(line.strip("- "))
        return Attribution(*between, number + 1) if between else None
    end = _end(lines, number)
    first = content(lines[number]) if end else ""
    if not first or labelled(lines[number]) or not _has_facts(first):
        return None
    joined = " ".join(content(one) for one in lines[number:end])
    found = _read(joined) if len(joined) <= _LONGEST else None
    return Attribution(*found, end) if found else None


def _end(lines: list[str], number: int) -> int:
    """The line after the next one that ends with a colon, which is near; 0 where there is none."""
    for end in range(number, min(number + MOST_WRAPPED, len(lines))):
        line = lines[end].rstrip()
        if not line or len(line) > _LONGEST:
            return 0
        if line.endswith(_COLON):
            return end + 1
    return 0


def _has_facts(text: str) -> bool:
    return bool(_DATE.search(text) or _TIME.search(text) or _ADDRESS.search(text))


def _read(line: str) -> tuple[Address, str] | None:
    line = line.rstrip(":： ")
    moments = [found.span() for rule in (_DATE, _TIME) for found in rule.finditer(line)]
    address = _ADDRESS.search(line)
    if not moments or not (address or _has_verb(line)):
        return None
    middle = address.start() if address else len(line)
    before = [span for span in moments if span[1] <= middle]
    if before:
        end = max(end for _, end in before)
        name, date = line[end:middle], line[:end]
    else:
        end = max(end for _, end in moments)
        name, date = line[:middle], line[address.end() if address else 0 : end]
    mailbox = read_person(address[0]) if address else None
    sender = Address(_name(name), mailbox.address if mailbox else "")
    return (sender, _date(date)) if sender.name or sender.address else None


def _has_verb(line: str) -> bool:
    words = plain(line)
    return words.endswith(WROTE) or any(f" {verb} " in words for verb in WROTE)


def _name(text: str) -> str:
    """Without the verb and a word for "user", which stand in front of a name or behind it, in small letters."""
    quoted = _QUOTED.search(text.rstrip(" (<["))
    if quoted:
        return quoted["name"].strip()
    words = text.strip(" ,;:.)(|-<[\t\"'«»").split()
    while words and _is_small(words[0]):
        words.pop(0)
    while words and _is_small(words[-1]):
        words.pop()
    return " ".join(words).strip(",;:\"' ")


def _is_small(word: str) -> bool:
    """Not "von" and "de", which are parts of names."""
    return word[:1].islower() and len(word) > 3


def _date(text: str) -> str:
    """As written, without "On" and the like in front, or a verb."""
    first, _, rest = text.strip(" ,;:(").partition(" ")
    while rest and plain(first) in _IN_FRONT and first.isalpha():
        first, _, rest = rest.partition(" ")
    return f"{first} {rest}".strip(" ,")
