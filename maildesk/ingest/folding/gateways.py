"""Finds what servers wrote into a letter on its way: warnings on top of it, feet of lists and of virus scanners below.

It knows them by their words and links; a sentence in which a person writes of such things stays.
"""

import re
from collections.abc import Iterable
from typing import Final

from maildesk.ingest.folding.lines import next_number
from maildesk.ingest.phrases.lookup import Beginnings
from maildesk.ingest.phrases.tables import BANNERS

_AROUND: Final = " \t*_[](){}<>|!⚠️❗️🛑⛔#=-–—"
#: "Caution:", "Achtung!", in whatever language.
_CAUTION: Final = re.compile(r"[^\s:!：！]{2,14}\s?[:!：！]\s*")
#: A phrase of so many words is a sentence's beginning; after a shorter one the line ends, or a sign follows.
_SENTENCE: Final = 4
#: Korean, Chinese and Japanese say as much in fewer words.
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af].{5}")
_SIGNS: Final = ":.!,;-–—|])>*_|"
_ENDS: Final = (".", "!", "。", "！", "]", ")", ">", "*", "_", "|", "…")
#: Outlook's own, in whatever language: "You don't often get email from kari@... <https://aka.ms/...>".
_OUTLOOKS: Final = re.compile(r"aka\.ms/LearnAboutSenderIdentification|aka\.ms/LearnAboutSpoofing", re.I)
_MOST_BANNERS: Final = 3
_MOST_WRAPPED: Final = 8
#: Programs wrap lines that are longer.
_WRAPPED: Final = 45
_RULE: Final = re.compile(r"\s*[-_=*~#–—─━]{3,200}\s*")

_VENDORS: Final = re.compile(
    r"(?:www\.|https?://(?:www\.)?)(?:avast|avg|eset|bullguard|kaspersky|norton|bitdefender|mcafee|avira|f-secure|sophos"
    r"|trendmicro|pandasecurity|gdata|drweb)\.[a-z]{2,3}\b"
)
_VIRUS: Final = re.compile(
    r"[vw][iíy]rus|virenfrei|вирус|вірус|ιός|ιών|ウイルス|ウィルス|病毒|바이러스|nod32|מחשב|فيروس"
)
_LONGEST_SCAN: Final = 300
_SCANNERS_RULE: Final = re.compile(
    r"_{5,20} .{0,80}\b(?:anti-?virus|endpoint security|security)\b.{0,120} _{5,20}", re.I
)
_LIST_RULE: Final = re.compile(r"\s*[-=_#*~]{15,200}\s*")
_OF_LISTS: Final = re.compile(
    r"unsubscribe|mailing list|/listinfo|-request@|-leave@|signoff|yahoo ?groups|groups\.io|google groups|listserv",
    re.I,
)


def hide_banners(lines: list[str], hidden: list[bool], end: int) -> None:
    """Marks in `hidden` the warnings that stand on top of the text above `end`."""
    number = next_number(lines, 0)
    for _ in range(_MOST_BANNERS):
        after = _end_of_banner(lines, number, end)
        if after == number:
            return
        hidden[number:after] = [True] * (after - number)
        number = next_number(lines, after)


def _end_of_banner(lines: list[str], number: int, end: int) -> int:
    """The line after the banner that begins here, and after a rule below it; `number` where none begins."""
    first = number + 1 if number < end and _RULE.fullmatch(lines[number]) else number
    if first >= end or not _begins_banner(lines, first):
        return number
    after = first + 1
    # A sentence of it may be wrapped; a line behind its end is the author's.
    while after < min(end, first + _MOST_WRAPPED) and lines[after].strip() and _goes_on(lines, after):
        after += 1
    return after + 1 if after < end and _RULE.fullmatch(lines[after]) else after


def _goes_on(lines: list[str], number: int) -> bool:
    above = lines[number - 1].rstrip()
    wrapped = len(above) >= _WRAPPED and not above.endswith(_ENDS)
    return wrapped or _begins_banner(lines, number)


def _begins_banner(lines: list[str], number: int) -> bool:
    line = lines[number]
    if _OUTLOOKS.search(f"{line} {''.join(lines[number + 1 : number + 2])}"):
        return True
    words = line.strip(_AROUND).lower().replace("e-mail", "email").replace("e-post", "epost")
    words = words.replace("*:", ":").replace(":*", ":")
    return _is_banner(lines, number, words) or _is_banner(lines, number, _CAUTION.sub("", words, count=1))


def _is_banner(lines: list[str], number: int, words: str) -> bool:
    return any(words.startswith(phrase) and _counts(lines, number, phrase, words) for phrase in _BANNERS.like(words))


def _counts(lines: list[str], number: int, phrase: str, words: str) -> bool:
    """Is it the banner, and not a sentence that begins with the same words?"""
    rest = words[len(phrase) :].lstrip()
    length = len(phrase.split())
    if length >= _SENTENCE or _WIDE.search(phrase):
        return True
    if length > 1:
        return not rest or rest[0] in _SIGNS
    alone = lines[number].lstrip()[:1] in "[(*<" or not "".join(lines[number + 1 : number + 2]).strip()
    return not rest and alone


_BANNERS: Final = Beginnings(BANNERS)


def is_scanners(line: str, paragraph: str) -> bool:
    """Does a scanner say in this paragraph, which begins with this line, that it found nothing?"""
    if _SCANNERS_RULE.fullmatch(line.strip()):
        return True
    if len(paragraph) > _LONGEST_SCAN or "?" in paragraph:
        return False
    low = paragraph.lower()
    return bool(_VENDORS.search(low) and _VIRUS.search(low))


def is_lists(line: str, below: Iterable[str]) -> bool:
    """Is this the rule that a list server draws above its foot?"""
    return bool(_LIST_RULE.fullmatch(line)) and any(_OF_LISTS.search(one) for one in below)
