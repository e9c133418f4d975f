"""Is the subject of an answer still that of its ticket? Answers carry prefixes in all languages, lists and helpdesks
add their marks, and people write a new subject over an old one. Pure; it never decides where a mail goes.
"""

import re
from typing import Final

#: What mail programs put before the subject of an answer or a forwarded mail; up to three letters need no table.
_WORDS: Final = (
    "antw|antwort|odp|odpověď|odg|отв|ответ|відп|отг|ynt|yanıt|ilt|iletilen|res|enc|rif|doorst|atb|ats|tl|trả lời|"
    "bls|balas|terusan|vedr|svar|videresend|fwd|täydennys|vast|fyi|απ|πρθ|σχετ|προωθ|רד|השב|תגובה|הועבר|"
    "رد|إعادة توجيه|پاسخ|ตอบ|ตอบกลับ|ส่งต่อ|回复|回覆|答复|答覆|转发|轉寄|返信|転送|회신|답장|전달|răsp|redir|továbbítás"
)
_PREFIX: Final = re.compile(
    rf"\s*(?:{_WORDS}|[^\W\d_]{{1,3}})\s?(?:[\[(^]{{0,2}}[0-9]{{1,3}}[\])]?)?\s*[:：]\s*", re.IGNORECASE
)
#: "[#1042]", "[list-name]", "(External)", "Ticket#77:" stand before a subject and are none of it.
_MARK: Final = re.compile(r"\s*(?:\[[^\]\[]{1,60}\]|\([^()]{1,30}\)|\{[^{}]{1,30}\})\s*:?")
_MOST_PREFIXES: Final = 20


def without_prefixes(subject: str) -> str:
    """The subject without prefixes and marks before it."""
    left = subject[:998]
    for _ in range(_MOST_PREFIXES):
        found = _PREFIX.match(left) or _MARK.match(left)
        if found is None or found.end() == len(left):
            break
        left = left[found.end() :]
    return " ".join(left.split())


def bare_subject(subject: str) -> str:
    """The same, for comparison alone."""
    return without_prefixes(subject).casefold()


def says_the_same(subject: str, other: str) -> bool:
    """Does one stand in the other, whatever was put before or behind it?"""
    one, two = bare_subject(subject), bare_subject(other)
    if not one or not two:
        return one == two
    return one.endswith(two) or one.startswith(two) or two.startswith(one)


def is_answer(subject: str) -> bool:
    """Does it begin as the subject of an answer does, behind the marks of lists and gateways?"""
    left = subject[:998]
    for _ in range(_MOST_PREFIXES):
        mark = _MARK.match(left)
        if mark is None:
            break
        left = left[mark.end() :]
    return _PREFIX.match(left) is not None
