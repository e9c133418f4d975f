"""The words of command, in English, Norwegian and Korean. Data alone: what they do stands in the errands."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Verb(StrEnum):
    """What an agent can order by a leading line `#word arguments` (behaviour 10)."""

    TAKE = "take"
    ASSIGN = "assign"
    PASS = "pass"
    SOLVE = "solve"
    CLOSE = "close"
    REOPEN = "reopen"
    WAIT = "wait"
    HOLD = "hold"
    SNOOZE = "snooze"
    PLAN = "plan"
    NOTE = "note"
    REPLY = "reply"
    PRIO = "prio"
    IMPACT = "impact"
    URGENCY = "urgency"
    TYPE = "type"
    SERVICE = "service"
    CATEGORY = "category"
    CAUSE = "cause"
    TAG = "tag"
    UNTAG = "untag"
    OUTAGE = "outage"
    CC = "cc"
    UNCC = "uncc"
    MERGE = "merge"
    SPLIT = "split"
    LINK = "link"
    PROBLEM = "problem"
    FOR = "for"
    SPAM = "spam"
    REACHABLE = "reachable"
    SAME_PERSON = "same-person"
    AWAY = "away"
    BACK = "back"
    SKILL = "skill"
    WHY = "why"
    HISTORY = "history"
    LIST = "list"
    STATUS = "status"
    EXPORT = "export"
    SEND = "send"
    UNDO = "undo"
    HELP = "help"


#: (Norwegian, Korean) words for each; the English one is the verb itself.
_WORDS: Final[dict[Verb, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    Verb.TAKE: (("ta",), ("담당",)),
    Verb.ASSIGN: (("tildel",), ("배정",)),
    Verb.PASS: (("gi-videre",), ("넘김",)),
    Verb.SOLVE: (("løst", "løs"), ("해결",)),
    Verb.CLOSE: (("lukk",), ("종료",)),
    Verb.REOPEN: (("gjenåpne",), ("재개",)),
    Verb.WAIT: (("vent",), ("대기",)),
    Verb.HOLD: (("pause",), ("보류",)),
    Verb.SNOOZE: (("utsett",), ("미루기",)),
    Verb.PLAN: (("planlegg",), ("계획",)),
    Verb.NOTE: (("notat",), ("메모",)),
    Verb.REPLY: (("svar",), ("답장",)),
    Verb.PRIO: (("prioritet",), ("우선순위",)),
    Verb.IMPACT: (("konsekvens",), ("영향",)),
    Verb.URGENCY: (("hast",), ("긴급도",)),
    Verb.TYPE: ((), ("유형",)),
    Verb.SERVICE: (("tjeneste",), ("서비스",)),
    Verb.CATEGORY: (("kategori",), ("분류",)),
    Verb.CAUSE: (("årsak",), ("원인",)),
    Verb.TAG: (("merk",), ("태그",)),
    Verb.UNTAG: (("fjern-merke",), ("태그해제",)),
    Verb.OUTAGE: (("nedetid",), ("장애",)),
    Verb.CC: (("kopi",), ("참조",)),
    Verb.UNCC: (("fjern-kopi",), ("참조해제",)),
    Verb.MERGE: (("slå-sammen",), ("병합",)),
    Verb.SPLIT: (("del",), ("분리",)),
    Verb.LINK: (("lenke",), ("연결",)),
    Verb.PROBLEM: ((), ("문제",)),
    Verb.FOR: (("på-vegne-av",), ("대신",)),
    Verb.SPAM: (("søppel",), ("스팸",)),
    Verb.REACHABLE: (("nåbar",), ("수신가능",)),
    Verb.SAME_PERSON: (("samme-person",), ("동일인",)),
    Verb.AWAY: (("borte",), ("부재",)),
    Verb.BACK: (("tilbake",), ("복귀",)),
    Verb.SKILL: (("ferdighet",), ("기술",)),
    Verb.WHY: (("hvorfor",), ("이유",)),
    Verb.HISTORY: (("historikk",), ("이력",)),
    Verb.LIST: (("liste",), ("목록",)),
    Verb.STATUS: ((), ("상태",)),
    Verb.EXPORT: (("eksport",), ("내보내기",)),
    Verb.SEND: ((), ("보내기",)),
    Verb.UNDO: (("angre",), ("취소",)),
    Verb.HELP: (("hjelp",), ("도움말",)),
}

SYNONYMS: Final = MappingProxyType(
    {
        **{verb.value: verb for verb in Verb},
        # As other desks call it.
        "requester": Verb.FOR,
        **{word: verb for verb, languages in _WORDS.items() for words in languages for word in words},
    }
)

#: Nothing stands behind these: it would be words for somebody.
ALONE: Final = frozenset({Verb.TAKE, Verb.REOPEN, Verb.REACHABLE})
