"""The words for the reasons that are stored: English, Norwegian bokmål, Korean. Data alone. Why a sender is believed,
what could not be read, why a letter did not arrive, and what `#why` tells, have tables of their own.

`{0}` is the first argument as it is; `{0:day}` a time that ends something, `{0:begin}` one that begins it, `{0:time}`
any other; `{0:field}`, `{0:value}`, `{0:clock}` and the like one of our own words, by the name of its table in OWN;
`{0:이/가}` with a Korean particle; `{all}` all arguments, `{others}` all but the first two, joined by "and"; `{list}`
all with commas; `{value}` and `{found}` what a rule says of a field, and what it found.
Words that begin with a comma or a bracket go on with the clause before them, words that end with a colon lead to the
next one.
"""

from types import MappingProxyType
from typing import Final

from maildesk.notify.delivery_words import DELIVERY_WORDS
from maildesk.notify.held_words import HELD_WORDS
from maildesk.notify.known_words import KNOWN_WORDS, TABLES
from maildesk.notify.reading_words import READING_WORDS
from maildesk.notify.trust_words import TRUST_WORDS
from maildesk.notify.unread_words import UNREAD_WORDS

LANGUAGES: Final = ("en", "nb", "ko")

_ASSIGNMENT: Final = {
    "for_everybody": ("for everybody:", "for alle:", "모두에게:"),
    "nothing_assigned": ("nothing is assigned by itself", "ingenting tildeles av seg selv", "자동으로 배정하지 않음"),
    "knows": ("knows {all}", "kan {all}", "{all} 담당 가능"),
    "at_work": ("at work", "på jobb", "근무 중"),
    "back_at": ("at work again {0:begin}", "på jobb igjen {0:begin}", "{0:begin}부터 근무"),
    "other_language": (
        "does not work in its language",
        "arbeider ikke på språket i saken",
        "문의에 쓰인 언어로는 근무하지 않음",
    ),
    "open": ("{0} of {1} open", "{0} av {1} åpne", "진행 중 {1}건 중 {0}건"),
    "chosen": ("chosen of {0}", "valgt blant {0}", "{0}명 중에서 선택"),
    "nobody_else": ("there is nobody else", "det er ingen andre", "다른 담당자가 없음"),
    "nobody_knows": ("nobody is known for {list}", "ingen er kjent for {list}", "{list} 담당 가능한 사람 없음"),
    "no_topic": ("no skill is asked for", "ingen ferdighet er etterspurt", "필요한 기술이 정해지지 않음"),
    "away": ("{0} is away until {1:day}", "{0} er borte til {1:day}", "{0} 님은 {1:day}까지 부재"),
    "full": ("{0} has {1} open already", "{0} har allerede {1} åpne", "{0} 님은 이미 {1}건 진행 중"),
    "none_by_itself": ("{0} gets none automatically", "{0} får ingen av seg selv", "{0} 님은 자동 배정 제외"),
    "knows_but_away": (
        "{0} knows {others}, but is away until {1:day}",
        "{0} kan {others}, men er borte til {1:day}",
        "{others} 담당 {0} 님은 {1:day}까지 부재",
    ),
    "knows_but_full": (
        "{0} knows {others}, but has {1} open already",
        "{0} kan {others}, men har allerede {1} åpne",
        "{others} 담당 {0} 님은 이미 {1}건 진행 중",
    ),
    "knows_but_none": (
        "{0} knows {others}, but gets none automatically",
        "{0} kan {others}, men får ingen av seg selv",
        "{others} 담당 {0} 님은 자동 배정 제외",
    ),
    "no_agent": ("{0} is no agent any more", "{0} er ikke lenger kollega her", "{0} 님은 더 이상 담당자가 아님"),
    "passed_on": ("passed on by {0}", "gitt videre av {0}", "{0} 님이 넘김"),
    "assigned_by": ("assigned by {0}", "tildelt av {0}", "{0} 님이 배정"),
    "taken": ("taken", "tok den selv", "직접 담당"),
    "taken_over": ("taken over", "tok den over", "넘겨받음"),
    "first_answer": ("gave the first answer", "ga det første svaret", "첫 답변 작성"),
    "said": ("{0}", "{0}", "{0}"),
}

_RULES: Final = {
    "rule": (
        "{0:field} {value}: {found} (rule {2})",
        "{0:field} {value}: {found} (regel {2})",
        "{0:field} {value}: {found} (규칙 {2})",
    ),
    "rule_alone": ("{0:field} {value}: rule {2}", "{0:field} {value}: regel {2}", "{0:field} {value}: 규칙 {2}"),
    "priority_is": ("priority {0:value}", "prioritet {0:value}", "우선순위 {0:value}"),
    "by": ("by {0}", "av {0}", "{0} 님"),
}

#: What a rule may find in a mail.
FOUND: Final = MappingProxyType(
    {
        "queue": ("queue {0}", "kø {0}", "대기열 {0}"),
        "to": ("to {0}", "til {0}", "받는 주소 {0}"),
        "from": ("from {0}", "fra {0}", "보낸 주소 {0}"),
        "of": ("of {0}", "fra {0}", "소속 {0}"),
        "in_subject": ('"{0}" in the subject', "«{0}» i emnet", "제목의 ‘{0}’"),
        "words": ('"{0}"', "«{0}»", "‘{0}’"),
        "header": ("{0}", "{0}", "{0}"),
    }
)

_EVENTS: Final = {
    "requester_answered": ("the requester answered", "innmelderen svarte", "문의하신 분의 회신"),
    "requester_says_so": ("the requester says so", "innmelderen sier det", "문의하신 분의 요청"),
    "merged_here": ("#{0} was merged into it", "#{0} ble slått sammen med den", "#{0} 병합됨"),
    "no_answer": ("the requester did not answer", "innmelderen svarte ikke", "문의하신 분의 회신 없음"),
    "unreachable": ("the requester cannot be reached", "innmelderen kan ikke nås", "문의하신 분께 연락할 수 없음"),
    "due": (
        "{0:clock}, {1:clock}, due at {2:time}",
        "{0:clock}, {1:clock}, frist {2:time}",
        "{0:clock}, {1:clock}, 기한 {2:time}",
    ),
    "named_by": ("named by {0}", "nevnt av {0}", "{0} 님이 추가"),
    "wrote_it": ("wrote it", "skrev den", "작성자"),
    "reopened": ("which reopened it", "som gjenåpnet den", "다시 열림"),
    "closed": ("which closed it", "som lukket den", "종료됨"),
    "asked_how": ("how did we do?", "hvordan gikk det?", "만족도 질문"),
    "split_off": ("split off #{0}", "skilt ut fra #{0}", "#{0}에서 분리"),
    "split_off_by": ("split off #{0} by {1}", "skilt ut fra #{0} av {1}", "{1} 님이 #{0}에서 분리"),
    "came_back": ("{0}: {1} came back", "{0}: {1} kom i retur", "{0}: {1}통 반송"),
    "did_not_arrive": (
        "letter {0} of {1:time} did not arrive",
        "brev {0} fra {1:time} kom ikke fram",
        "{1:time} 메일 {0}번이 전달되지 않음",
    ),
    "is": ("{0} is {1}, says {2}", "{0} er {1}, sier {2}", "{0} = {1} ({2} 님)"),
    "changed_since": (
        "the ticket has changed since the letter that was answered: {0} new",
        "saken er endret etter brevet det ble svart på: {0} nye",
        "회신한 메일 이후 문의에 새 내용 {0}건",
    ),
    "with_commands": ("with commands", "med kommandoer", "명령 포함"),
    "would_answer": (
        "would answer {0} incidents: shown to the agent first",
        "ville besvare {0} tilfeller: vises først",
        "관련 문의 {0}건에 답변 예정: 먼저 확인 요청",
    ),
    "asked_for_help": ("asked for help", "ba om hjelp", "도움말 요청"),
    "its_requester": (
        "its requester, by the operator",
        "innmelderen, av driftsansvarlig",
        "문의하신 분, 운영자가 삭제",
    ),
    "by_operator": ("its signed addresses, by the operator", "av driftsansvarlig", "운영자가 처리"),
    "export": ("export", "eksport", "내보내기"),
}

#: How long somebody is away who did not say it.
UNTIL_HE_WRITES: Final = ("he writes again", "vedkommende skriver igjen", "다시 메일을 보낼 때")

WORDS: Final = MappingProxyType(
    {
        **_ASSIGNMENT,
        **_RULES,
        **_EVENTS,
        **TRUST_WORDS,
        **HELD_WORDS,
        **READING_WORDS,
        **UNREAD_WORDS,
        **KNOWN_WORDS,
        **DELIVERY_WORDS,
    }
)

#: What is known of a ticket.
FIELDS: Final = MappingProxyType(
    {
        "priority": ("priority", "prioritet", "우선순위"),
        "impact": ("impact", "konsekvens", "영향"),
        "urgency": ("urgency", "hast", "긴급도"),
        "type": ("type", "type", "유형"),
        "service": ("service", "tjeneste", "서비스"),
        "category": ("category", "kategori", "분류"),
        "queue": ("queue", "kø", "대기열"),
        "tags": ("tags", "merker", "태그"),
    }
)
#: What our own fields may say; services, categories, queues and tags have names that the desk gave them.
VALUES: Final = MappingProxyType(
    {
        "urgent": ("urgent", "haster", "긴급"),
        "high": ("high", "høy", "높음"),
        "medium": ("medium", "middels", "중간"),
        "normal": ("normal", "normal", "보통"),
        "low": ("low", "lav", "낮음"),
        "incident": ("incident", "hendelse", "장애"),
        "request": ("request", "forespørsel", "요청"),
        "problem": ("problem", "problem", "문제"),
        "change": ("change", "endring", "변경"),
        "question": ("question", "spørsmål", "질문"),
    }
)
#: The clocks, and how far one may have come.
CLOCKS: Final = MappingProxyType(
    {
        "first_response": ("first answer", "første svar", "첫 답변"),
        "next_response": ("next answer", "neste svar", "다음 답변"),
        "resolution": ("solution", "løsning", "해결"),
        "promise": ("promised update", "lovet oppdatering", "약속한 진행 안내"),
        "unassigned": ("an agent for it", "noen som tar den", "담당자 지정"),
        "waiting": ("answer of the requester", "svar fra innmelderen", "문의하신 분의 회신"),
        "resume": ("end of the hold", "slutt på venting", "보류 종료"),
        "planned": ("planned change", "planlagt endring", "예정된 변경"),
        "survey": ("question about the rating", "spørsmål om vurdering", "만족도 질문"),
        "warn1": ("first warning", "første varsel", "1차 알림"),
        "warn2": ("second warning", "andre varsel", "2차 알림"),
        "warn3": ("third warning", "tredje varsel", "3차 알림"),
        "due": ("deadline reached", "fristen er nådd", "기한 도달"),
        "escalated": ("deadline long past", "fristen er lenge ute", "기한이 오래 지남"),
    }
)
#: Our own words among the arguments, by how a reason asks for them.
OWN: Final = MappingProxyType({"field": FIELDS, "value": VALUES, "clock": CLOCKS, **TABLES})
