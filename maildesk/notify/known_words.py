"""The words for what is known of a mail and a ticket, as `#why` and `maildesk why` tell it: English, Norwegian bokmål,
Korean. Data alone; how they are written is said in why_words. TABLES are our own
words among the arguments: `{0:state}` is the state of a row, `{0:notice}` a letter, and so on.
"""

from types import MappingProxyType
from typing import Final

_ROWS: Final = {
    "fate": ("{0:fate}", "{0:fate}", "{0:fate}"),
    "standing": ("{0:standing}", "{0:standing}", "{0:standing}"),
    "decision": ("{0:decision}", "{0:decision}", "{0:decision}"),
    "mail_from": ("mail {0} from {1}", "e-post {0} fra {1}", "{1}에서 보낸 메일 {0}번"),
    "mail_from_nobody": ("mail {0} from nobody", "e-post {0} uten avsender", "발신자 없는 메일 {0}번"),
    "the_mail": ("mail {0}", "e-post {0}", "메일 {0}번"),
    "accepted": ("accepted", "tatt imot", "접수"),
    "came_by": ("{0} for {1}", "{0} til {1}", "{0}, 받는 주소 {1}"),
    "came_for_nobody": ("{0} for nobody named", "{0} uten oppgitt mottaker", "{0}, 받는 주소 없음"),
    "in_state": ("{0:state}", "{0:state}", "{0:state}"),
    "became_on": ("{0:fate} on ticket {1}", "{0:fate}, sak #{1}", "{0:fate}, #{1} 문의"),
    "in_state_on": ("{0:state} on ticket {1}", "{0:state}, sak #{1}", "{0:state}, #{1} 문의"),
    "sender_of": ("sender of mail {0}", "avsenderen av e-post {0}", "메일 {0}번의 발신자"),
    "examined": ("examined", "undersøkt", "검사함"),
    "the_message": ("message {0}", "melding {0}", "메시지 {0}번"),
    "went_verified": ("{0:way}, verified", "{0:way}, bekreftet avsender", "{0:way}, 발신자 확인됨"),
    "went_unverified": (
        "{0:way}, not verified",
        "{0:way}, ubekreftet avsender",
        "{0:way}, 발신자 확인되지 않음",
    ),
    "cause": ("cause {0:cause}", "årsak: {0:cause}", "보류 사유: {0:cause}"),
    "question_confirm": (
        "question {0} to {1}: confirm",
        "spørsmål {0} til {1}: er den din?",
        "{1} 님께 보낸 질문 {0}번: 본인 확인",
    ),
    "question_decide": (
        "question {0} to {1}: decide",
        "spørsmål {0} til {1}: hva skal skje?",
        "{1} 님께 보낸 질문 {0}번: 처리 결정",
    ),
    "state_until": ("{0:state}, until {1:time}", "{0:state} til {1:time}", "{1:time}까지 {0:state}"),
    "by_mail": ("by mail {0}", "i e-post {0}", "메일 {0}번으로"),
    "to_its_place": ("to where it belongs by itself", "dit den hører hjemme", "원래 속하는 곳으로"),
    "to_a_new_ticket": ("to a new ticket", "til en ny sak", "새 문의로"),
    "to_ticket": ("to ticket {0}", "til sak #{0}", "#{0} 문의로"),
    "event_by": ("event by {0}", "hendelse av {0}", "{0}의 처리"),
    "clock": ("clock {0:clock}, {1:clock}", "klokke for {0:clock}, {1:clock}", "{0:clock} 시계, {1:clock}"),
    "state_at": ("{0:state} at {1:time}", "{0:state} {1:time}", "{1:time} {0:state}"),
    "done_at": ("done at {0:time}", "ferdig {0:time}", "{0:time} 완료"),
    "runs_since": ("since {0:time}, run {1}", "siden {0:time}, omgang {1}", "{0:time}부터, {1}회차"),
    "letter_to": (
        "letter {0} {1:notice} to {2}",
        "brev {0} ({1:notice}) til {2}",
        "{2}에 보낸 메일 {0}번({1:notice})",
    ),
    "after_attempts": (
        "{0:state} after {1} attempts",
        "{0:state} etter {1} forsøk",
        "{1}번 시도, {0:state}",
    ),
}

#: What can still be done about a mail that was kept aside.
_WHAT_NOW: Final = {
    "let_it_go": (
        "`maildesk inbox release` lets it go, `drop` puts it aside",
        "«maildesk inbox release» slipper den gjennom, «drop» legger den til side",
        "‘maildesk inbox release’로 통과시키고 ‘drop’으로 치워 둘 수 있음",
    ),
    "waits_for_agent": (
        "waits for the agent's own word",
        "venter på kollegaens eget ord",
        "담당자 본인의 확인을 기다림",
    ),
    "no_word_of_agent": (
        "the agent did not answer in seven days",
        "kollegaen svarte ikke på sju dager",
        "담당자가 7일 안에 답하지 않음",
    ),
    "name_its_ticket": (
        "`maildesk inbox release ID --as ticket N` says which ticket is meant",
        "«maildesk inbox release ID --as ticket N» sier hvilken sak som er ment",
        "‘maildesk inbox release ID --as ticket N’으로 어느 문의인지 정할 수 있음",
    ),
    "code_could_be_used": (
        "who holds the ticket's address could use the code in our name",
        "den som har sakens adresse, kunne ha brukt koden i vårt navn",
        "문의의 주소를 가진 사람이 우리 이름으로 코드를 쓸 수 있음",
    ),
    "in_wrong_hands": (
        "a one-time address in wrong hands, or not proven",
        "en engangsadresse i gale hender, eller ikke bevist",
        "일회용 주소를 다른 사람이 썼거나 증명되지 않음",
    ),
    "nobody_but_us": (
        "nobody but maildesk writes from this address",
        "ingen andre enn maildesk skriver fra denne adressen",
        "이 주소로는 maildesk만 메일을 보냄",
    ),
    "machines": (
        "two machines may be answering each other",
        "to maskiner svarer kanskje hverandre",
        "두 프로그램이 서로 답하고 있을 수 있음",
    ),
    "try_again": (
        "`maildesk inbox retry` tries again when the cause is gone",
        "«maildesk inbox retry» prøver igjen når årsaken er borte",
        "원인이 없어지면 ‘maildesk inbox retry’로 다시 시도할 수 있음",
    ),
    "shown_news": (
        "the agent was shown what had happened meanwhile",
        "kollegaen ble vist hva som hadde skjedd i mellomtiden",
        "그사이 있었던 일을 담당자에게 보여 줌",
    ),
    "shown_incidents": (
        "the agent was shown whom it would answer",
        "kollegaen ble vist hvem den ville ha svart",
        "누구에게 답이 가는지 담당자에게 보여 줌",
    ),
    "send_lets_go": (
        "`send` from him, or `release`, lets it go",
        "«send» fra kollegaen, eller «release», slipper den gjennom",
        "담당자의 ‘보내기’나 ‘release’로 통과시킬 수 있음",
    ),
    "unblock": (
        "`maildesk inbox unblock` lets later mail in, `release` this one",
        "«maildesk inbox unblock» slipper inn senere e-post, «release» denne",
        "‘maildesk inbox unblock’으로 앞으로 올 메일을, ‘release’로 이 메일을 통과시킬 수 있음",
    ),
    "others_first": (
        "what waits for this agent is to be decided first; `release` lets this one go",
        "det som venter på denne kollegaen, må avgjøres først; «release» slipper denne gjennom",
        "이 담당자를 기다리는 것부터 결정해야 함. ‘release’로 이 메일을 통과시킬 수 있음",
    ),
}

_OBEYED: Final = {
    "answers_digest": ("answers a digest", "svarer på en oppsummering", "요약 메일에 대한 회신"),
    "for_managers": ("in words for managers", "med ord for ledere", "관리자용 말로 씀"),
    "says_requester": ("{0:wish}, says the requester", "{0:wish}, sier innmelderen", "{0:wish} (문의하신 분)"),
    "obeyed": ("obeyed, without a ticket", "utført, uten sak", "문의 없이 처리함"),
    "not_understood": ("not understood", "ikke forstått", "이해하지 못함"),
    "mistake": ("{0} - {1}", "ikke forstått: {0}", "이해하지 못함: {0}"),
    "mistake_of_mail": ("{0}", "ikke forstått", "이해하지 못함"),
    "rating_too_late": (
        "a rating that was not asked for, or too late",
        "en vurdering som ingen ba om, eller for sent",
        "요청하지 않았거나 너무 늦은 평가",
    ),
    "rated": ("{0}/5", "{0}/5", "{0}/5"),
    "rated_again": ("{0}/5, once more", "{0}/5, en gang til", "{0}/5, 다시 한번"),
    "no_points": (
        "no number of points from 1 to 5: kept as a comment",
        "ikke et tall fra 1 til 5: beholdt som kommentar",
        "1에서 5까지의 점수가 아님: 의견으로 남김",
    ),
}

KNOWN_WORDS: Final = MappingProxyType({**_ROWS, **_WHAT_NOW, **_OBEYED})

_STANDINGS: Final = {
    "proven": ("proven", "bevist", "증명됨"),
    "accepted": ("accepted", "godtatt", "인정됨"),
    "unproven": ("unproven", "ikke bevist", "증명되지 않음"),
    "failed": ("failed", "avvist", "부인됨"),
    "stranger": ("stranger", "ukjent", "알 수 없음"),
}
_LEAVES: Final = {
    "yes": ("yes", "ja", "가능"),
    "confirm": ("confirm", "må bekreftes", "확인 필요"),
    "held": ("held", "holdes tilbake", "보류"),
    "no": ("no", "nei", "불가"),
}
_DECISIONS: Final = {
    "release": ("release", "sluppet gjennom", "통과"),
    "drop": ("drop", "forkastet", "폐기"),
    "block": ("block", "blokkert", "차단"),
}
_FATES: Final = {
    "new": ("new", "ny sak", "새 문의"),
    "reply": ("reply", "svar", "회신"),
    "note": ("note", "notat", "메모"),
    "command": ("command", "kommando", "명령"),
    "rating": ("rating", "vurdering", "평가"),
    "bounce": ("bounce", "leveringsrapport", "배달 보고"),
    "auto": ("auto", "automatisk e-post", "자동 메일"),
    "duplicate": ("duplicate", "kopi", "중복"),
    "held": ("held", "holdt tilbake", "보류"),
    "ignored": ("ignored", "lagt til side", "치워 둠"),
}
_WAYS: Final = {
    "in": ("in", "inn", "받음"),
    "out": ("out", "ut", "보냄"),
    "note": ("note", "notat", "메모"),
}
_WISHES: Final = {
    "status": ("status", "status", "상태"),
    "close": ("close", "lukk", "종료"),
    "reopen": ("reopen", "gjenåpne", "재개"),
    "stop": ("stop", "stopp", "수신 거부"),
    "start": ("start", "start", "수신 재개"),
}
_CAUSES: Final = {
    "unproven_agent": ("unproven_agent", "i en kollegas navn, uten bevis", "담당자 이름, 증명 없음"),
    "unconfirmed": ("unconfirmed", "ikke bekreftet i tide", "기한 안에 확인되지 않음"),
    "no_ticket": ("no_ticket", "kommandoer uten sak", "문의가 없는 명령"),
    "code_mail": ("code_mail", "en fremmed bekreftelseskode", "낯선 인증 코드"),
    "strange_answer": ("strange_answer", "adressen var ment for en annen", "다른 사람의 주소 사용"),
    "own_name": ("own_name", "i vårt eget navn", "우리 이름"),
    "loop": ("loop", "for mange e-poster fram og tilbake", "너무 많은 왕복 메일"),
    "failed": ("failed", "kunne ikke behandles", "처리하지 못함"),
    "crossed": ("crossed", "saken var endret", "그사이 바뀐 문의"),
    "preview": ("preview", "ville besvare flere", "여러 명에게 답변 예정"),
    "blocked": ("blocked", "blokkert avsender", "차단된 발신자"),
    "too_many": ("too_many", "for mange allerede", "이미 너무 많음"),
}
#: Where a row stands: a mail, a letter, a clock, a question.
_STATES: Final = {
    "new": ("new", "ny", "새로 옴"),
    "waiting": ("waiting", "venter", "대기 중"),
    "paused": ("paused", "står stille", "멈춤"),
    "fired": ("fired", "utløst", "알림"),
    "done": ("done", "ferdig", "완료"),
    "dropped": ("dropped", "forkastet", "폐기됨"),
    "held": ("held", "holdt tilbake", "보류"),
    "transmitting": ("transmitting", "sendes nå", "보내는 중"),
    "sent": ("sent", "sendt", "보냄"),
    "refused": ("refused", "avvist", "거부됨"),
    "uncertain": ("uncertain", "usikker", "불확실"),
    "answered": ("answered", "besvart", "답변함"),
    "expired": ("expired", "utløpt", "기한 지남"),
}

#: What each letter is called, for people.
_NOTICES: Final = {
    "received": ("received", "mottaksbekreftelse", "접수 확인"),
    "new_ticket": ("new_ticket", "ny sak", "새 문의"),
    "customer_answer": ("customer_answer", "svar fra innmelderen", "문의하신 분의 회신"),
    "answer": ("answer", "svar", "답변"),
    "closed": ("closed", "avslutning", "종료 안내"),
    "survey": ("survey", "spørsmål om vurdering", "만족도 질문"),
    "still_wrong": ("still_wrong", "hva er fortsatt galt?", "남은 문제 질문"),
    "low_rating": ("low_rating", "lav vurdering", "낮은 평가"),
    "rating": ("rating", "vurdering", "평가"),
    "note": ("note", "internt notat", "내부 메모"),
    "assigned": ("assigned", "tildeling", "배정"),
    "not_yours": ("not_yours", "ikke din lenger", "배정 취소"),
    "offered": ("offered", "tilbud om sak", "담당자 모집"),
    "help": ("help", "hjelp", "도움말"),
    "receipt": ("receipt", "kvittering", "처리 결과"),
    "self_service": ("self_service", "svar på ett ord", "한마디 요청의 답"),
    "not_understood": ("not_understood", "ikke forstått", "이해하지 못함"),
    "undelivered": ("undelivered", "ikke levert", "배달 실패"),
    "doubtful": ("doubtful", "kan kanskje ikke nås", "도착 불확실"),
    "held_mail": ("held_mail", "holdt tilbake", "보류된 메일"),
    "confirm": ("confirm", "er den din?", "본인 확인"),
    "held_daily": ("held_daily", "alt som er holdt tilbake", "보류 메일 요약"),
    "not_done": ("not_done", "ingenting er gjort", "처리하지 않음"),
    "crossed": ("crossed", "saken er endret", "그사이 바뀐 문의"),
    "preview": ("preview", "hvem som får svaret", "답변 받을 사람 확인"),
    "merged": ("merged", "slått sammen", "병합"),
    "undone": ("undone", "angret", "취소됨"),
    "reminder": ("reminder", "påminnelse om frist", "기한 알림"),
    "waiting": ("waiting", "spørsmålet en gang til", "회신 요청"),
    "expired": ("expired", "lukket uten svar", "회신 없이 종료"),
    "digest": ("digest", "oppsummering", "요약"),
    "managed": ("managed", "svar til lederen", "관리자에게 답함"),
    "nudge": ("nudge", "etterspurt av en leder", "관리자의 문의"),
    "silenced": ("silenced", "ikke mer automatisk e-post", "자동 메일 중지"),
    "alarm": ("alarm", "alarm", "경보"),
    "not_made": ("not_made", "rapporten er ikke laget", "만들지 못한 보고서"),
    "gathered": ("gathered", "mange e-poster samlet", "모아서 알림"),
}

TABLES: Final = MappingProxyType(
    {
        "standing": _STANDINGS,
        "leave": _LEAVES,
        "decision": _DECISIONS,
        "fate": _FATES,
        "way": _WAYS,
        "wish": _WISHES,
        "cause": _CAUSES,
        "state": _STATES,
        "notice": _NOTICES,
    }
)
