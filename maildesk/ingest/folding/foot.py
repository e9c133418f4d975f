"""Finds what stands below every letter of an author: signature, device line, small print, foot of a mailing list."""

import re
from typing import Final

from maildesk.ingest.folding.gateways import is_lists, is_scanners
from maildesk.ingest.folding.lines import is_quoted
from maildesk.ingest.phrases.lookup import Beginnings, Endings
from maildesk.ingest.phrases.names import DEVICE_NAMES
from maildesk.ingest.phrases.tables import (
    CLOSINGS,
    DEVICES,
    LEGAL,
    NOTES,
    PROGRAM_ENDS,
    PROGRAMS,
    SMALL_PRINT,
)

_FOOT: Final = re.compile(r"_{20,}\s*")
CONTACT: Final = re.compile(r"(?:\d[ ()./-]{0,2}){6}|@|https?:|www\.")
_RULE: Final = re.compile(r"\s*(?:-{3,}|_{3,}|={3,}|\*{3,}|~{3,}|[─━—]{2,})\s*")
#: In front of an advertisement stood a picture with a link.
_TARGET: Final = re.compile(r"^\s*(?:\[[^\]\n]{1,80}\]\s*)?<https?://[^<>\s]{1,300}>")
_BARE_RULE: Final = re.compile(r"\s*[-_=*~–—─━]{3,200}\s*")
_NAME: Final = re.compile(r"[^\W\d]+(?:[ .-]{1,2}[^\W\d]+){0,4}\.?")
#: Stricter than the other: order numbers and links stand below rules as well.
_REACHED: Final = re.compile(
    r"@|www\.|\+\d|(?:tel|tlf|tlph|tfn|phone|mob|fon|tél|fax|gsm|puh|тел|電話|电话|전화)\w{0,8}[.:]? ?\W{0,3}\d", re.I
)
_WIDE: Final = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DEVICES: Final = Beginnings(DEVICES)
_PROGRAMS: Final = Beginnings(PROGRAMS)
_PROGRAM_ENDS: Final = Endings(PROGRAM_ENDS)
_NOTES: Final = Beginnings(NOTES)
_SMALL_PRINT_BEGINS: Final = Beginnings(SMALL_PRINT)
_CLOSING_WORDS: Final = frozenset(closing.split()[0].strip(",.!") for closing in CLOSINGS)
_BESIDE_TEXT: Final = "*_ \t[](){}<>|-–—~・"
_PUNCTUATION: Final = " ,.!*-\t。、"
_MOST_DEVICE_WORDS: Final = 10
#: What nobody listed is a device in few words, and else the beginning of a sentence.
_MOST_UNNAMED_WORDS: Final = 6
_MOST_NETWORK_WORDS: Final = 16
_NETWORK: Final = re.compile(r"\b(?:network|netzwerk|réseau|4g|5g|lte|wireless|verizon|t-mobile|vodafone)\b")
_LONGEST_DEVICE: Final = 160
_MOST_TAIL_WORDS: Final = 5
_MOST_SIGNATURE_LINES: Final = 40
_MOST_BARE_SIGNATURE: Final = 12
_SMALL_PRINT: Final = 90
_LARGEST_CARD: Final = 10
_FEWEST_CONTACTS: Final = 2
_WIDEST_CONTACT: Final = 100


def hide_foot(lines: list[str], hidden: list[bool], end: int, introducing: set[int]) -> None:
    """Marks in `hidden` what stands below the text above `end`.

    `introducing`: numbers of the lines that introduce quotes; like the quotes they belong to no signature.
    """
    _hide_last_device(lines, hidden, end)
    _hide_signature(lines, hidden, end, introducing)


def hide_devices(lines: list[str], hidden: list[bool], end: int) -> None:
    """Marks device lines in `hidden`, anywhere above `end`."""
    for number in range(end):
        hidden[number] = hidden[number] or is_device(lines[number])


def hide_last_rule(lines: list[str], hidden: list[bool]) -> None:
    """Marks in `hidden` a rule that is left as the last line above what is hidden: it parted the two."""
    number = len(lines) - 1
    while number >= 0 and (hidden[number] or not lines[number].strip()):
        number -= 1
    if number >= 0 and any(hidden[number:]) and _BARE_RULE.fullmatch(lines[number]):
        hidden[number] = True


def is_device(line: str) -> bool:
    """ "Sent from my phone", alone on its line."""
    if len(line) > _LONGEST_DEVICE:
        return False
    low = line.strip().lower().lstrip(_BESIDE_TEXT)
    device = _DEVICES.begin(low)
    if not device and not _PROGRAMS.begin(low) and not _PROGRAM_ENDS.end(low.rstrip(_BESIDE_TEXT + ".!")):
        return False
    first, _, second = low.partition(". ")
    # "Sent from ... with K-9 Mail. Please excuse my brevity."
    said = first if _DEVICES.begin(second) else low
    told = said.partition("http")[0].partition("<")[0]
    words = len(told.split())
    named = any(name in low for name in DEVICE_NAMES)
    if "?" in told or not (named or (device and "," not in low)):
        return False
    # Telephone companies have more to say of their nets than makers of their devices.
    most = _MOST_NETWORK_WORDS if _NETWORK.search(low) else _MOST_DEVICE_WORDS if named else _MOST_UNNAMED_WORDS
    return words <= most


def _hide_last_device(lines: list[str], hidden: list[bool], end: int) -> None:
    """ "Sent from Whatever": programs nobody listed, where nothing follows."""
    for number in range(end - 1, -1, -1):
        if hidden[number] or not lines[number].strip():
            continue
        low = lines[number].strip().lower().lstrip(_BESIDE_TEXT)
        alone = number > 0 and not lines[number - 1].strip()
        words = len(low.partition("http")[0].partition("<")[0].split())
        hidden[number] = alone and _PROGRAMS.begin(low) and words <= _MOST_TAIL_WORDS and low[-1] not in ".?!:"
        return


def _hide_signature(lines: list[str], hidden: list[bool], end: int, introducing: set[int]) -> None:
    """Hides what follows "-- " (RFC 3676 4.3), a mailing list's foot, small print, a closing with telephone numbers."""
    below: list[int] = []
    written = 0
    for number in range(end - 1, -1, -1):
        line = lines[number]
        if number in introducing or is_quoted(line):
            below, written = [], 0
            continue
        if hidden[number]:
            continue
        begins = _begins_signature(line, written) or _begins_small_print(lines, number, written)
        if begins or _begins_lists_foot(lines, number, below) or _stands_above_contacts(lines, number, below):
            for one in (number, *below):
                hidden[one] = True
            below, written = [], 0
            continue
        below.append(number)
        written += bool(line.strip())
        if written > _MOST_SIGNATURE_LINES:
            return


def _begins_signature(line: str, written: int) -> bool:
    if line == "-- ":
        return True
    return written <= _MOST_BARE_SIGNATURE and (line.strip() in ("--", "—", "––", "__") or bool(_FOOT.fullmatch(line)))


def _begins_small_print(lines: list[str], number: int, written: int) -> bool:
    """Does a paragraph begin here that no author of a letter writes?"""
    if written > _MOST_BARE_SIGNATURE or not _begins_paragraph(lines, number):
        return False
    low = _TARGET.sub("", lines[number]).strip(_BESIDE_TEXT).lower().replace("e-mail", "email")
    if _NOTES.begin(low) or is_scanners(lines[number], _paragraph(lines, number)):
        return True
    if not _SMALL_PRINT_BEGINS.begin(low):
        return False
    paragraph = _paragraph(lines, number).lower()
    return len(paragraph) + len(_WIDE.findall(paragraph)) >= _SMALL_PRINT and any(stem in paragraph for stem in LEGAL)


def _begins_lists_foot(lines: list[str], number: int, below: list[int]) -> bool:
    return len(below) <= _MOST_SIGNATURE_LINES and is_lists(lines[number], (lines[one] for one in below))


def _begins_paragraph(lines: list[str], number: int) -> bool:
    above = lines[number - 1].strip() if number else ""
    return bool(lines[number].strip()) and not above.strip("-_=*~–—")


def _paragraph(lines: list[str], number: int) -> str:
    rest = lines[number : number + _MOST_BARE_SIGNATURE]
    blank = next((at for at, line in enumerate(rest) if not line.strip()), len(rest))
    return " ".join(rest[:blank])


def _stands_above_contacts(lines: list[str], number: int, below: list[int]) -> bool:
    """`below`: the numbers of the lines that may belong to it, the nearest last."""
    if fewest := closing(lines[number]):
        return _has_contacts([lines[one] for one in reversed(below)], fewest)
    return bool(_RULE.fullmatch(lines[number])) and _is_card([lines[one] for one in reversed(below)])


def closing(line: str) -> int:
    """How many lines of a signature must follow this one, which closes: one fewer where the name is there already; 0
    where it is no closing.
    """
    name = name_beside_closing(line)
    return 0 if name is None else _FEWEST_CONTACTS - bool(name)


def name_beside_closing(line: str) -> str | None:
    """ "Kari Nordmann" of "Mvh Kari Nordmann", nothing of "Best regards"; None where the line is no closing."""
    if len(line) >= 60:
        return None
    words = line.strip(_PUNCTUATION).split()
    if len(words) in (2, 3) and words[-1] in CLOSINGS and not words[-1].isascii():
        # Korean and Chinese put the name first.
        return " ".join(words[:-1])
    if not words or words[0].strip(",.!").lower() not in _CLOSING_WORDS:
        return None
    for count in range(min(len(words), 8), 0, -1):
        if " ".join(words[:count]).strip(",.!").lower() in CLOSINGS:
            name = words[count:]
            return " ".join(name) if len(name) <= 4 and not any(word[:1].islower() for word in name) else None
    return None


def _has_contacts(lines: list[str], fewest: int) -> bool:
    """Are these a name, a company and where to reach them, and no further sentences?"""
    written = [line.strip() for line in lines if line.strip()]
    if len(written) < fewest or any(map(is_sentence, written)):
        return False
    return any(map(CONTACT.search, written))


def _is_card(lines: list[str]) -> bool:
    """A name, and below it where to reach them: what some write between rules instead of a closing."""
    written = [line.strip() for line in lines if line.strip() and not _RULE.fullmatch(line)]
    if not _FEWEST_CONTACTS <= len(written) <= _LARGEST_CARD or not _NAME.fullmatch(written[0]):
        return False
    return not any(map(is_sentence, written)) and any(map(_REACHED.search, written))


def is_sentence(line: str) -> bool:
    """Is it longer than a line of a signature, a question, or an afterthought?"""
    if len(line) + len(_WIDE.findall(line)) >= _WIDEST_CONTACT:
        return True
    return line.endswith(("?", "。")) or line.lower().startswith(("ps", "p.s", "追伸", "추신"))
