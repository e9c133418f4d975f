"""The words by which forwarded mail is known, of all languages, in the one form in which they are compared."""

import re
import unicodedata
from typing import Final, NamedTuple

from maildesk.ingest.phrases import Phrases
from maildesk.ingest.phrases.lookup import Beginnings
from maildesk.ingest.phrases.tables import ALL

_MAIN_KINDS: Final = ("other", "date", "subject", "cc", "to", "sender")
_SIGN: Final = re.compile(r"([^:：\[(]{1,40})[\s\[(^]*[0-9]{0,3}[\])\s]*[:：]")
_BRACKETS: Final = {"[": "]", "(": ")", "【": "】", "（": "）"}
_TECHNICAL: Final = re.compile(r"[a-z][a-z0-9]{0,20}(?:-[a-z0-9]{1,20}){1,5}")
#: Fields of RFC 5322 whose names are single words: raw heads are passed on too.
_TECHNICAL_WORDS: Final = ("received", "sender", "references", "comments", "keywords", "precedence", "lines", "status")
_DASHES: Final = "-=_*~+—–─━·•<> \t\xa0"
_RUN: Final = re.compile("[-=_*~─━—]{2,}")
_LONGEST: Final = 200
_LONGEST_UNKNOWN: Final = 60
#: Where it names the sender of what is passed on.
_LONGEST_OF_ONE: Final = 140
_LONGEST_SUBJECT: Final = 998
_SHORTEST_RULE: Final = 4


class Announcement(NamedTuple):
    """A line above an older mail. `rest` is what follows on it.

    `surely`: it says forwarded, not only original. `known`: its words are known; otherwise it only looks like one.
    """

    surely: bool
    known: bool
    rest: str


def plain(text: str) -> str:
    """Lower case, one form of every letter (Apple writes decomposed ones), single spaces.

    A capital I of Turkish leaves a dot behind, which is dropped.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKC", text).lower().replace("\u0307", "")
    return " ".join(text.split())


def _words(name: str) -> frozenset[str]:
    return frozenset(plain(word) for phrases in ALL for word in getattr(phrases, name))


#: Every label and what it names; where languages disagree, the later kind wins.
KINDS: Final = {plain(word): kind for kind in _MAIN_KINDS for one in ALL for word in getattr(one, kind)}
WROTE: Final = tuple(_words("wrote"))
#: Words in front of the date of an attribution line.
OPENINGS: Final = frozenset(part for word in _words("begins") for part in word.split())
_FORWARDED: Final = _words("forwarded")
_FORWARDED_FIRST: Final = Beginnings(_FORWARDED)
_SEPARATORS: Final = _words("separators") - _FORWARDED
_SEPARATORS_FIRST: Final = Beginnings(_SEPARATORS)
_FIRST_WORDS: Final = Beginnings(_FORWARDED | _SEPARATORS)
_ENDS: Final = tuple(_words("forward_ends"))
_PASSED_ON: Final = _words("passed_on")


def _own_senders(language: Phrases) -> frozenset[str]:
    """The labels of the sender that no other language has."""
    others = {plain(word) for one in ALL if one is not language for word in one.sender}
    return frozenset(plain(word) for word in language.sender) - others


_ANSWERED: Final = {(sign, label) for one in ALL for sign in one.answered for label in _own_senders(one)}


def announcement(line: str) -> Announcement | None:
    """Does this line, without its quotation marks, stand above an older mail?"""
    body = line.lstrip(_DASHES)
    dashed = len(line) - len(body) >= 2
    run = _RUN.search(body[:_LONGEST])
    if not run and len(body) > _LONGEST:
        return None
    words = plain(body[: run.start() if run else _LONGEST]).strip(" :：.")
    if not words:
        return None
    rest = body[run.end() :].strip(_DASHES) if run else ""
    if words in _FORWARDED or ((dashed or line.endswith((":", "："))) and _FORWARDED_FIRST.begin(words)):
        return Announcement(True, True, rest)
    if words in _SEPARATORS or (dashed and run and _SEPARATORS_FIRST.begin(words)):
        return Announcement(False, True, rest)
    most = _LONGEST_OF_ONE if "@" in words else _LONGEST_UNKNOWN
    if dashed and run and len(words) <= most and run.end() - run.start() >= _SHORTEST_RULE:
        return Announcement(False, False, rest)
    return None


def may_announce(line: str) -> bool:
    """A cheap look at a line that begins with a letter and has no colon: may `announcement` know it?"""
    return _FIRST_WORDS.begin(plain(line[:_LONGEST]))


def ends_forward(line: str) -> bool:
    """ "----- End forwarded message -----"."""
    body = line.strip(_DASHES + "8")
    return len(line) <= _LONGEST and len(line) - len(body) >= 4 and plain(body).startswith(_ENDS)


def is_technical(label: str) -> bool:
    """A field name that only programs write: "message-id", "x-mailer"."""
    return bool(_TECHNICAL.fullmatch(label)) or label in _TECHNICAL_WORDS


def read_sign(subject: str) -> tuple[str, str]:
    """What stands in front of the subject of a mail passed on ("fwd", "wg", "전달"), and the subject without it.

    Empty, and the subject as it is, where nothing does. It may stand in brackets, alone or with the subject, behind
    other marks in brackets, or, as Pine writes it, at the end.
    """
    rest = subject = subject[:_LONGEST_SUBJECT].strip()
    while rest and (closing := rest.find(_BRACKETS.get(rest[0], "\n"))) > 0:
        inside = rest[1:closing]
        if plain(inside) in _PASSED_ON:
            return plain(inside), rest[closing + 1 :].strip()
        if found := _sign(inside):
            return found[0], inside[found[1] :].strip()
        rest = rest[closing + 1 :].strip()
    if found := _sign(rest):
        return found[0], rest[found[1] :].strip()
    at_end = plain(subject[-5:]) == "(fwd)"
    return ("fwd", subject[:-5].strip()) if at_end else ("", subject)


def means_answer(sign: str, sender_label: str) -> bool:
    """Do the letters that mean "passed on" in one language mean "answered" in that of this label? Finnish "VS"."""
    return (sign, sender_label) in _ANSWERED


def _sign(subject: str) -> tuple[str, int] | None:
    """The sign in front of the first colon, and where what follows begins."""
    found = _SIGN.match(subject)
    word = plain(found[1]) if found else ""
    word = word if word in _PASSED_ON else word.rstrip("0123456789^ ")
    return (word, found.end()) if found and word in _PASSED_ON else None
