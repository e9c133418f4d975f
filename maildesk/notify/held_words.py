"""The words for why a mail is held, and what people and the desk did about it: English, Norwegian bokmål, Korean. Data
alone; how they are written is said in why_words.
"""

from types import MappingProxyType
from typing import Final

HELD_WORDS: Final = MappingProxyType(
    {
        "says_agent": (
            "says to be agent {0}, not proven:",
            "oppgir å være kollegaen {0}, ikke bevist:",
            "담당자 {0} 이름으로 왔으나 증명되지 않음:",
        ),
        "says_agent_orders": (
            "says to be agent {0}, not proven enough for this command:",
            "oppgir å være kollegaen {0}, ikke godt nok bevist for denne kommandoen:",
            "담당자 {0} 이름으로 왔으나 이 명령을 하기에는 증명이 부족함:",
        ),
        "says_agent_manages": (
            "says to be agent {0}, not proven enough for a manager's words:",
            "oppgir å være kollegaen {0}, ikke godt nok bevist for det en leder kan skrive:",
            "담당자 {0} 이름으로 왔으나 관리자의 말로 받아들이기에는 증명이 부족함:",
        ),
        "was_asked": ("{0} was asked", "{0} er spurt", "{0}에 확인을 요청함"),
        "asked_before": ("{0} was asked before", "{0} er spurt før", "{0}에 이미 확인을 요청했음"),
        "asked_lately": (
            "{0} was asked about another mail within the hour",
            "{0} er spurt om en annen e-post den siste timen",
            "{0}에 한 시간 안에 다른 메일의 확인을 요청했음",
        ),
        "cannot_be_asked": ("{0} cannot be asked", "{0} kan ikke spørres", "{0}에 확인을 요청할 수 없음"),
        "many_held": (
            "{0} such mails are held already",
            "{0} slike e-poster er allerede holdt tilbake",
            "이런 메일 {0}통이 이미 보류 중",
        ),
        "not_confirmed": ("not confirmed in time", "ikke bekreftet i tide", "기한 안에 확인되지 않음"),
        "to_question": (
            "to the one-time address of question {0} to {1}",
            "til engangsadressen for spørsmål {0} til {1}",
            "{1} 님께 보낸 질문 {0}번의 일회용 주소로 옴",
        ),
        "but_from": (", but from {0}", ", men fra {0}", ", 그러나 {0}에서 보냄"),
        "but_from_nobody": (
            ", but from nobody that can be named",
            ", men fra noen som ikke kan navngis",
            ", 그러나 누가 보냈는지 알 수 없음",
        ),
        "but_not_proven": (", but not proven:", ", men ikke bevist:", ", 그러나 증명되지 않음:"),
        "answered_before": (
            "question {0} was answered before: {1:decision}",
            "spørsmål {0} er besvart før: {1:decision}",
            "질문 {0}번에 이미 답변함: {1:decision}",
        ),
        "question_expired": ("question {0} had expired", "spørsmål {0} var utløpt", "질문 {0}번의 기한이 지났음"),
        "decides_nothing": (
            "an answer to question {0} that decides nothing",
            "et svar på spørsmål {0} som ikke avgjør noe",
            "질문 {0}번에 대한 답변이나 결정한 것이 없음",
        ),
        "no_longer_held": (
            "mail {0} is not held any more",
            "e-post {0} er ikke lenger holdt tilbake",
            "메일 {0}번은 더 이상 보류 중이 아님",
        ),
        "cannot_be_blocked": ("{0} cannot be blocked", "{0} kan ikke blokkeres", "{0:은/는} 차단할 수 없음"),
        "nobody_to_block": ("there is no sender to block", "det er ingen avsender å blokkere", "차단할 발신자가 없음"),
        "decided": (
            "{0:decision} of held mail {1}, asked in question {2}",
            "{0:decision}: tilbakeholdt e-post {1}, etter spørsmål {2}",
            "{0:decision}: 보류된 메일 {1}번, 질문 {2}번",
        ),
        "blocked_by": ("blocked: {0}, says {1}", "blokkert: {0}, sier {1}", "차단: {0} ({1} 님)"),
        "unwanted": ("not wanted, says {0}", "ikke ønsket, sier {0}", "원하지 않음 ({0} 님)"),
        "blocked_sender": ("blocked sender {0}", "blokkert avsender {0}", "차단된 발신자 {0}"),
        "security": ("security:", "sikkerhet:", "보안:"),
        "code_mail": (
            "looks like a verification code from {0}, who does not stand on ticket #{1}",
            "ser ut som en bekreftelseskode fra {0}, som ikke er med på sak #{1}",
            "#{1} 문의에 참여하지 않는 {0}에서 보낸 인증 코드로 보임",
        ),
        "code_mail_unclear": (
            "looks like a verification code from an unclear sender, who does not stand on ticket #{0}",
            "ser ut som en bekreftelseskode fra en uklar avsender, som ikke er med på sak #{0}",
            "#{0} 문의에 참여하지 않는 불분명한 발신자가 보낸 인증 코드로 보임",
        ),
        "loop": (
            "more than {0} mails each way in an hour: a loop?",
            "mer enn {0} e-poster hver vei på en time: en løkke?",
            "한 시간에 양쪽에서 메일 {0}통 초과: 순환?",
        ),
        "own_letter": ("our own letter:", "vårt eget brev:", "우리가 보낸 메일:"),
        "own_name": (
            "in our own name, but no letter of ours:",
            "i vårt eget navn, men ikke et brev fra oss:",
            "우리 이름으로 왔으나 우리가 보낸 메일이 아님:",
        ),
        "our_probe": (
            "sent by `maildesk check --live`",
            "sendt av «maildesk check --live»",
            "‘maildesk check --live’ 명령이 보냄",
        ),
        "without_a_ticket": ("commands without a ticket:", "kommandoer uten en sak:", "문의가 없는 명령:"),
        "could_not_be_read": ("could not be read:", "kunne ikke leses:", "읽을 수 없었음:"),
        "our_fault": ("a fault of maildesk: {0}", "en feil i maildesk: {0}", "maildesk의 오류: {0}"),
        "ended_each_time": (
            "the process ended during each of {0} attempts",
            "programmet stanset i alle {0} forsøkene",
            "{0}번의 시도에서 모두 프로그램이 중단됨",
        ),
        "another_answer": (
            "another answer was written instead",
            "et annet svar ble skrevet i stedet",
            "다른 답변으로 대체됨",
        ),
        "later_answer_sent": (
            "a later answer was sent instead",
            "et senere svar ble sendt i stedet",
            "나중 답변이 대신 발송됨",
        ),
        "dropped_by_operator": ("by the operator", "av driftsansvarlig", "운영자가 처리"),
    }
)
