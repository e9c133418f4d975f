"""The words for who made a mail, and for why reading it was broken off: English, Norwegian bokmål, Korean. Data alone;
how they are written is said in why_words.
"""

from types import MappingProxyType
from typing import Final

_MADE: Final = {
    "of_people": (
        "nothing says that a machine wrote it",
        "ingenting tyder på at en maskin har skrevet den",
        "자동으로 보낸 메일이라는 표시 없음",
    ),
    "loop_mark": (
        "it carries the loop mark of this desk",
        "den bærer løkkemerket til denne brukerstøtten",
        "우리 헬프데스크의 순환 방지 표시가 있음",
    ),
    "our_address": (
        "it comes from an address of this desk",
        "den kommer fra en av våre egne adresser",
        "우리 헬프데스크의 주소에서 옴",
    ),
    "report_of_ses": (
        "a delivery report of Amazon SES",
        "en leveringsrapport fra Amazon SES",
        "Amazon SES의 배달 보고",
    ),
    "report_standard": (
        "a delivery report (RFC 3464)",
        "en leveringsrapport (RFC 3464)",
        "배달 보고(RFC 3464)",
    ),
    "report_in_words": ("a delivery report in free form", "en leveringsrapport i fri form", "자유 형식의 배달 보고"),
    "vacation_program": ("a vacation program says so", "et fraværsprogram sier det", "부재 알림 프로그램의 표시"),
    "has_field": ("it has the field {0}", "den har feltet {0}", "{0} 필드가 있음"),
    "field_says": ("the field {0} says so", "feltet {0} sier det", "{0} 필드의 표시"),
    "precedence_automatic": (
        "its precedence is that of an automatic answer",
        "Precedence er som i et automatisk svar",
        "Precedence가 자동 회신의 것",
    ),
    "outlook_rule": ("an Outlook rule answered", "en Outlook-regel svarte", "Outlook 규칙의 회신"),
    "subject_automatic": (
        "its subject is that of an automatic answer",
        "emnet er som i et automatisk svar",
        "제목이 자동 회신의 것",
    ),
    "answers_away": (
        "it answers by itself that somebody is away",
        "den svarer av seg selv at noen er borte",
        "부재 중이라는 자동 회신",
    ),
    "subject_away": (
        "its subject says that somebody is away",
        "emnet sier at noen er borte",
        "제목이 부재 중임을 알림",
    ),
    "text_automatic": (
        "its text is that of an automatic answer",
        "teksten er som i et automatisk svar",
        "내용이 자동 회신의 것",
    ),
    "auto_submitted": ("Auto-Submitted says {0}", "Auto-Submitted sier {0}", "Auto-Submitted 값이 {0}"),
    "precedence_bulk": (
        "its precedence is bulk or junk",
        "Precedence er bulk eller junk",
        "Precedence가 bulk 또는 junk",
    ),
    "machine_part": ("it is a {0}", "den er en {0}", "{0} 메일임"),
    "machine_report": ("it is a report of a machine", "den er en rapport fra en maskin", "자동으로 보낸 보고 메일"),
    "calendar_answer": (
        "it is a calendar's answer to an invitation",
        "den er et svar fra en kalender på en innkalling",
        "초대에 대한 일정의 응답",
    ),
    "of_a_program": ("its sender is a program", "avsenderen er et program", "발신자가 프로그램"),
    "text_of_machine": (
        "its text says that a machine wrote it",
        "teksten sier at en maskin har skrevet den",
        "내용에 자동으로 작성되었다고 적혀 있음",
    ),
    "challenge": (
        "it asks us to prove that we are people",
        "den ber oss bevise at vi er mennesker",
        "사람임을 증명해 달라는 메일",
    ),
    "no_automatic_answer": ("no automatic answer:", "ikke noe automatisk svar:", "자동 회신 안 함:"),
    "null_sender": (
        "the envelope sender is empty",
        "konvoluttens avsender er tom",
        "봉투의 발신자가 비어 있음",
    ),
    "no_sender": ("there is no sender", "det er ingen avsender", "발신자가 없음"),
    "of_a_role": (
        "its sender is a mail server or a list",
        "avsenderen er en e-postserver eller en liste",
        "발신자가 메일 서버나 메일링 리스트",
    ),
    "nobody_reads": (
        "its sender does not read mail",
        "avsenderen leser ikke e-post",
        "발신자가 메일을 읽지 않음",
    ),
    "over_a_list": ("it came over a list ({0})", "den kom via en liste ({0})", "메일링 리스트로 옴({0})"),
    "precedence_list": ("its precedence is list", "Precedence er list", "Precedence가 list"),
    "asks_for_none": ("its sender asks for none", "avsenderen ber om å slippe", "발신자가 원하지 않음"),
    "other_program": (
        "it went through another program (x-loop)",
        "den har gått gjennom et annet program (x-loop)",
        "다른 프로그램을 거쳐 옴(x-loop)",
    ),
    "other_helpdesk": (
        "another helpdesk wrote it",
        "en annen brukerstøtte har skrevet den",
        "다른 헬프데스크가 보냄",
    ),
}

_ENDED: Final = {
    "too_much_time": (
        "reading the mail took too much processor time",
        "det tok for mye prosessortid å lese e-posten",
        "메일을 읽는 데 처리 시간이 너무 많이 걸림",
    ),
    "too_much_memory": (
        "reading the mail took too much memory",
        "det tok for mye minne å lese e-posten",
        "메일을 읽는 데 메모리가 너무 많이 필요함",
    ),
    "too_slow": (
        "reading the mail took too long",
        "det tok for lang tid å lese e-posten",
        "메일을 읽는 데 너무 오래 걸림",
    ),
    "answer_too_large": (
        "the parser's answer is too large",
        "svaret fra leseprogrammet er for stort",
        "읽기 프로그램의 응답이 너무 큼",
    ),
    "parser_signal": (
        "the parser was killed by signal {0}",
        "leseprogrammet ble stanset av signal {0}",
        "읽기 프로그램이 신호 {0}번으로 중단됨",
    ),
    "parser_code": (
        "the parser ended with code {0}",
        "leseprogrammet stanset med kode {0}",
        "읽기 프로그램이 코드 {0:으로/로} 끝남",
    ),
    "parser_odd": (
        "the parser answered with something else",
        "leseprogrammet svarte med noe annet",
        "읽기 프로그램이 다른 것을 응답함",
    ),
    "parser_said": (
        "the parser answered with {0}",
        "leseprogrammet svarte med {0}",
        "읽기 프로그램이 {0:을/를} 응답함",
    ),
    "broken_off": ("reading was broken off", "lesingen ble avbrutt", "읽기가 중단됨"),
}

READING_WORDS: Final = MappingProxyType({**_MADE, **_ENDED})
