"""Finds a signature that nothing introduces: the author's own name, and below it who he is and where to reach him.

Outlook puts it below the words without any mark. Only a name that the sender bears himself counts, so that the address
of somebody else, which was meant to be read, stays.
"""

import re
from typing import Final

from maildesk.ingest.folding.foot import CONTACT, is_sentence
from maildesk.ingest.folding.lines import is_quoted

_MOST_LINES: Final = 12
_LONGEST_NAME: Final = 100
_NAME: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
#: Behind a name stand a title, a company, a number.
_BEHIND_NAME: Final = re.compile(r"[|,/;:(\[<·•+\d–—]|\s-\s|\s{2,}")
#: What stands for a picture in a text.
_PICTURE: Final = re.compile(r"\[[^\[\]\n]{1,200}\]")
_HANGUL_NAME: Final = re.compile(r"[가-힣]{2,4}")
_FEWEST_WORDS: Final = 5


def hide_card(lines: list[str], hidden: list[bool], end: int, author: str) -> None:
    """Marks in `hidden` what stands last above `end`, where it is the card of `author`, the name in his From."""
    names = [] if "@" in author else names_in(author)
    below: list[str] = []
    for number in range(end - 1, -1, -1) if names else ():
        line = lines[number].strip()
        if hidden[number] or not line:
            continue
        if is_quoted(line) or len(below) > _MOST_LINES or is_sentence(line):
            return
        if _begins_card(lines, number) and is_name(line, names) and _tells_who(line, below):
            for one in range(_with_logo(lines, number), end):
                hidden[one] = True
            return
        below.insert(0, line)


def _with_logo(lines: list[str], number: int) -> int:
    """Where the pictures begin that stand on the lines above this one: "[cid:logo.png]", "[Logo]"."""
    while number and _PICTURE.fullmatch(lines[number - 1].strip()):
        number -= 1
    return number


def _begins_card(lines: list[str], number: int) -> bool:
    """A paragraph, and none that the words above it speak of: "You reach me here:"."""
    number = _with_logo(lines, number)
    if number and lines[number - 1].strip("-_=*~–— \t"):
        return False
    above = next((line.rstrip() for line in reversed(lines[:number]) if line.strip()), "")
    return not above.endswith(":")


def names_in(author: str) -> list[str]:
    """The words of a name, without what stands in brackets; of an address those in front of the @."""
    return _NAME.findall(author.partition("(")[0].partition("@")[0].casefold())


def is_name(line: str, names: list[str]) -> bool:
    """His whole name in any order, with one word more at most, or one of his names alone."""
    said = _NAME.findall(_BEHIND_NAME.split(line.strip("*_ "), maxsplit=1)[0].casefold())
    if len(line) > _LONGEST_NAME or not said or len(said) > len(names) + 1:
        return False
    if len(said) == 1:
        return any(_is_same(said[0], name) for name in names)
    return set(names) <= set(said) if len(names) > 1 else _is_same(said[0], names[0])


def _is_same(said: str, name: str) -> bool:
    """Korean names stand with the family's name in front, or without."""
    long, short = sorted((said, name), key=len, reverse=True)
    return said == name or (bool(_HANGUL_NAME.fullmatch(long)) and len(short) > 1 and long.endswith(short))


def _tells_who(name: str, below: list[str]) -> bool:
    """Where to reach him, and no words that he wrote for the reader of this mail."""
    behind = _BEHIND_NAME.split(name, maxsplit=1)[1:]
    if any(map(says_something, below)) or name.endswith(("?", "!", ":")):
        return False
    return any(map(CONTACT.search, (*below, *(name for _ in behind))))


def says_something(line: str) -> bool:
    """Is it a sentence, told by its end?"""
    return line.endswith((".", "!", ":")) and len(line.split()) >= _FEWEST_WORDS
