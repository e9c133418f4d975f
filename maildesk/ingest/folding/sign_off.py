"""What stands below an agent's commands: words, or only how each of his mails ends?

Programs put "Mvh Anna" below everything. Below `#take` it is nobody's message, and a customer must not get it.
"""

from typing import Final

from maildesk.ingest.folding.card import is_name, names_in, says_something
from maildesk.ingest.folding.foot import is_sentence, name_beside_closing

_MOST_LINES: Final = 8
_MOST_WORDS: Final = 6
#: Elsewhere they are no closings: they may be all that a mail says.
_THANKS: Final = frozenset(
    {
        *("thanks", "thank you", "many thanks", "thanks a lot", "thx"),
        *("takk", "tusen takk", "mange takk", "på forhånd takk"),
        *("감사합니다", "고맙습니다"),
    }
)


def is_sign_off(text: str, author: str, *, among_words: bool) -> bool:
    """Is this a closing, the name of `author` and who he is, and nothing else?

    `among_words`: it may stand where words are meant. A closing alone, such as "Thanks!", is one then.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines or len(lines) > _MOST_LINES or any(is_sentence(line) or says_something(line) for line in lines):
        return False
    name = "" if lines[0].rstrip("!.,~ ").casefold() in _THANKS else name_beside_closing(lines[0])
    if name:
        return _is_signed(name, author) and all(map(_is_title, lines[1:]))
    below = lines if name is None else lines[1:]
    if not below:
        return not among_words
    # "Thanks," and a line with closing and name.
    signed = name_beside_closing(below[0]) or below[0]
    return _is_signed(signed, author) and all(map(_is_title, below[1:]))


def _is_signed(line: str, author: str) -> bool:
    """ "Anna," greets somebody who is called like him."""
    names = names_in(author)
    first, *_ = names_in(line) or [""]
    if line.endswith((",", "!", ":")) or _goes_on(line, names):
        return False
    return is_name(line, names) or (len(line.split()) < 3 and first in names)


def _goes_on(line: str, names: list[str]) -> bool:
    """ "Will do", says Will Smith; "Will S" and "will s" are how he signs."""
    first, *more = line.split()
    return first[:1].isupper() and len(more) == 1 and more[0].isalpha() and more[0].islower() and more[0] not in names


def _is_title(line: str) -> bool:
    return len(line.split()) <= _MOST_WORDS and not line[:1].islower()
