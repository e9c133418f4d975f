"""What does the first line of an answer about held mail decide? Norwegian and Korean words beside the English ones.

A word of refusal stands over every other: "Yes, but I did not write it" lets nothing go. Neither does silence: a
program that loses the words of a button would turn its no into a yes.
"""

import re
import unicodedata
from typing import Final

from maildesk.vocabulary import Decision, QuestionKind

#: Characters that are looked at: an answer is a word, or a short sentence.
_LONGEST: Final = 200
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CLAUSE_ENDS: Final = re.compile(r"[,.!;:–—]")

_NO: Final = frozenset(
    "no nope not never none drop discard delete reject refuse cancel stop spam fake forged "
    "nei ikke aldri forkast slett avvis falsk 아니요 아니오 아뇨 아니 아닙니다 안 못 폐기 삭제 거절 취소 위조".split()
)
#: "didn't", "wasn’t": refusals by their end.
_NO_ENDINGS: Final = ("n't",)
_YES: Final = frozenset(
    "yes y yep yeah ok okay sure confirm confirmed correct right mine send release approve approved "
    "ja jepp jo bekreft bekreftet bekrefter stemmer min mitt send slipp godkjenn godkjent "
    "네 예 넵 응 맞습니다 맞아요 확인 확인했습니다 확인합니다 승인 발송 보내세요 보내주세요 제가 접니다 해제".split()
)
#: What may stand beside a yes. With any other word it is a sentence about something: "right now I am away".
_BESIDE: Final = frozenset(
    "i it it's its is was that that's this the one my own mail email e-mail message wrote sent did please thanks thank "
    "jeg den det denne dette er var skrev sendte e-posten eposten meldingen takk "
    "you 이 그 것 메일 메일은 이메일 이메일은 보냈습니다 보냈어요 "
    "썼습니다 작성했습니다 주세요 감사합니다 것입니다 제".split()
)
_IT_WAS_ME: Final = re.compile(
    r"\b(?:was|is|it's|that's) me\b|\bfrom me\b|\bi (?:wrote|sent|did)\b"
    r"|\b(?:var|er) (?:meg|jeg)\b|\bfra meg\b|\bjeg (?:skrev|sendte|gjorde)\b"
)
_RELEASE: Final = frozenset("release yes ok slipp frigi ja 해제 승인 네 예".split())
_DROP: Final = frozenset("drop discard delete no forkast slett nei 폐기 삭제 아니요".split())
_BLOCK: Final = frozenset("block blokker sperr 차단".split())


def read_decision(text: str, kind: QuestionKind) -> Decision | None:
    """What an answer says: of an agent yes (release) or no (drop), of the operator one of three. None: neither."""
    line = next((line for line in text.split("\n") if line.strip()), "").strip()
    line = unicodedata.normalize("NFC", line[:_LONGEST])
    words = _words(line)
    if kind is QuestionKind.DECIDE:
        return _ordered(words)
    if any(word in _NO or word.endswith(_NO_ENDINGS) for word in words):
        return Decision.DROP
    # A quote holds the words of the question, or of whom it was asked about.
    doubtful = "?" in line or line.startswith(">")
    return Decision.RELEASE if not doubtful and _is_yes(_words(_CLAUSE_ENDS.split(line)[0])) else None


def _words(line: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(line)]


def _is_yes(words: list[str]) -> bool:
    known = _IT_WAS_ME.sub("mine", " ".join(words)).split()
    return any(word in _YES for word in known) and all(word in _YES or word in _BESIDE for word in known)


def _ordered(words: list[str]) -> Decision | None:
    """The operator gives an order: its word stands first."""
    for decision, known in ((Decision.RELEASE, _RELEASE), (Decision.DROP, _DROP), (Decision.BLOCK, _BLOCK)):
        if words and words[0] in known:
            return decision
    return None
