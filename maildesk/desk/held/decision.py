"""What does the first line of an answer about held mail decide? Norwegian and Korean words beside the English ones.

A word of refusal stands over every other: "Yes, but I did not write it" lets nothing go.
"""

import re
import unicodedata
from typing import Final

from maildesk.vocabulary import Decision, QuestionKind

#: Characters that are looked at: an answer is a word, or a short sentence.
_LONGEST: Final = 200
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_NO: Final = frozenset(
    "no nope not never none drop discard delete reject refuse cancel stop spam fake forged "
    "nei ikke aldri forkast slett avvis falsk 아니요 아니오 아뇨 아니 아닙니다 안 못 폐기 삭제 거절 취소 위조".split()
)
#: "didn't", "wasn’t": refusals by their end.
_NO_ENDINGS: Final = ("n't", "n’t")
_YES: Final = frozenset(
    "yes y yep yeah ok okay sure confirm confirmed correct right mine me send release approve approved go "
    "ja jepp jo bekreft bekreftet bekrefter stemmer min mitt meg send slipp godkjenn godkjent "
    "네 예 넵 응 맞습니다 맞아요 확인 확인했습니다 확인합니다 승인 발송 보내세요 보내주세요 제가 접니다 해제".split()
)
_RELEASE: Final = frozenset("release yes ok slipp frigi ja 해제 승인 네 예".split())
_DROP: Final = frozenset("drop discard delete no forkast slett nei 폐기 삭제 아니요".split())
_BLOCK: Final = frozenset("block blokker sperr 차단".split())


def read_decision(text: str, kind: QuestionKind) -> Decision | None:
    """What an answer says: of an agent yes (release) or no (drop), of the operator one of three. None: neither.

    An agent's answer without a word of his own is a yes, because the question was whether the mail is his.
    """
    line = next((line for line in text.split("\n") if line.strip()), "").strip()
    words = [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", line[:_LONGEST]))]
    if kind is QuestionKind.DECIDE:
        return _ordered(words)
    if not line:
        return Decision.RELEASE
    if any(word in _NO or word.endswith(_NO_ENDINGS) for word in words):
        return Decision.DROP
    return Decision.RELEASE if any(word in _YES for word in words) else None


def _ordered(words: list[str]) -> Decision | None:
    """The operator gives an order: its word stands first."""
    for decision, known in ((Decision.RELEASE, _RELEASE), (Decision.DROP, _DROP), (Decision.BLOCK, _BLOCK)):
        if words and words[0] in known:
            return decision
    return None
