"""The words by which a requester serves himself, in three languages, and whether a mail is one of them. Pure."""

from types import MappingProxyType
from typing import Final

from maildesk.vocabulary import SelfService

#: The language is "" where several have the word.
_WORDS: Final = {
    SelfService.STATUS: (("status", ""), ("상태", "ko"), ("현황", "ko")),
    SelfService.CLOSE: (("close", "en"), ("lukk", "nb"), ("종료", "ko")),
    SelfService.REOPEN: (("reopen", "en"), ("gjenåpne", "nb"), ("재개", "ko")),
    SelfService.STOP: (("stop", "en"), ("stopp", "nb"), ("중단", "ko")),
    SelfService.START: (("start", ""), ("시작", "ko")),
}
WORDS: Final = MappingProxyType(
    {word: (meaning, language) for meaning, words in _WORDS.items() for word, language in words}
)
#: Not "#": that is how agents order, and whoever is none any more is answered like anybody else.
_AROUND: Final = " \t\n\u00a0\u200b\ufeff\"'“”‘’«».,!?/:;"
_LONGEST: Final = 40


def word_of(text: str, subject: str) -> tuple[SelfService, str] | None:
    """(what is wanted, the language of the word) where one word is all that was written: in the text, or in the subject
    where there is no text."""
    said = text.strip(_AROUND) or subject.strip(_AROUND)
    return WORDS.get(said.casefold()) if len(said) <= _LONGEST else None
