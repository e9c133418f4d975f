"""The words for who made a mail, and for what could not be read of it: English, Norwegian bokmål, Korean. Data alone;
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

_UNREAD: Final = {
    "reading_failed": ("reading failed ({0})", "lesingen mislyktes ({0})", "읽기 실패({0})"),
    "no_mail": (
        "it could not be read as a mail: it has none of the fields that a mail begins with",
        "det kunne ikke leses som en e-post: det har ingen av feltene en e-post begynner med",
        "메일로 읽을 수 없었음: 메일의 첫머리에 있는 필드가 없음",
    ),
    "only_beginning": ("only its beginning was read", "bare begynnelsen er lest", "첫 부분만 읽음"),
    "more_files": (
        "{0} more attachments are not listed",
        "{0} vedlegg til er ikke tatt med i listen",
        "첨부 파일 {0}개는 목록에 없음",
    ),
    "very_long": (
        "the text is very long; the rest stands in the original",
        "teksten er svært lang; resten står i originalen",
        "글이 매우 김. 나머지는 원본에 있음",
    ),
    "letters_unread": (
        "some letters of the text could not be read and stand as \ufffd; the original has them",
        "noen tegn i teksten kunne ikke leses og står som \ufffd; originalen har dem",
        "읽지 못한 글자가 있어 \ufffd로 표시함. 원본에 있음",
    ),
    "header_large": (
        "the header block is too large",
        "hodet på e-posten er for stort",
        "메일 헤더가 너무 큼",
    ),
    "header_signs": (
        "the header block has too many {0}",
        "hodet på e-posten har for mange {0}",
        "메일 헤더에 {0} 기호가 너무 많음",
    ),
    "header_fields": (
        "the header block has too many fields",
        "hodet på e-posten har for mange felter",
        "메일 헤더에 필드가 너무 많음",
    ),
    "many_servers": (
        "the mail went round through too many servers",
        "e-posten har gått gjennom for mange servere",
        "메일이 너무 많은 서버를 거쳐 옴",
    ),
    "many_multiparts": (
        "the mail has too many multiparts",
        "e-posten har for mange flerdelte deler",
        "메일에 여러 부분으로 된 묶음이 너무 많음",
    ),
    "ends_early": (
        "the mail ends before its last part does",
        "e-posten slutter før den siste delen gjør det",
        "메일이 마지막 부분보다 먼저 끝남",
    ),
    "too_deep": ("parts are nested too deeply", "delene ligger for dypt i hverandre", "부분이 너무 깊이 겹쳐 있음"),
    "no_type": (
        "the mail names no content type, but has parts",
        "e-posten oppgir ingen innholdstype, men har deler",
        "내용 형식이 적혀 있지 않으나 여러 부분이 있음",
    ),
    "no_boundary": (
        "a multipart names no boundary",
        "en flerdelt del oppgir ingen grense",
        "여러 부분 묶음에 경계가 적혀 있지 않음",
    ),
    "another_boundary": (
        "a multipart names another boundary than it has",
        "en flerdelt del oppgir en annen grense enn den har",
        "여러 부분 묶음에 적힌 경계가 실제와 다름",
    ),
    "no_parts": ("a multipart has no parts", "en flerdelt del har ingen deler", "여러 부분 묶음이 비어 있음"),
    "parts_unread": (
        "parts after the first {0} were not read",
        "delene etter de første {0} er ikke lest",
        "처음 {0}개 뒤의 부분은 읽지 않음",
    ),
    "too_much_inside": (
        "a part holds too much inside to be opened; it stands as it came",
        "en del har for mye inni seg til å åpnes; den står som den kom",
        "안에 든 것이 너무 많아 열지 않은 부분이 있음. 온 그대로 둠",
    ),
    "smime_encrypted": (
        "a part is encrypted with S/MIME and was not read: ask the sender to send it again unencrypted",
        "en del er kryptert med S/MIME og er ikke lest: be avsenderen sende den på nytt uten kryptering",
        "S/MIME으로 암호화된 부분은 읽지 않음: 암호화하지 않고 다시 보내 달라고 하세요",
    ),
    "smime_broken": (
        "an S/MIME part is broken and was not read",
        "en S/MIME-del er ødelagt og er ikke lest",
        "S/MIME 부분이 손상되어 읽지 않음",
    ),
    "pgp_encrypted": (
        "a part is encrypted with PGP and was not read: ask the sender to send it again unencrypted",
        "en del er kryptert med PGP og er ikke lest: be avsenderen sende den på nytt uten kryptering",
        "PGP로 암호화된 부분은 읽지 않음: 암호화하지 않고 다시 보내 달라고 하세요",
    ),
    "msg_missing": (
        "an Outlook mail (.msg) was not read: install maildesk[msg] for it",
        "en Outlook-e-post (.msg) er ikke lest: installer maildesk[msg] for det",
        "Outlook 메일(.msg)을 읽지 않음: maildesk[msg]를 설치해야 함",
    ),
    "msg_broken": (
        "an Outlook mail (.msg) is broken, or too large, and was not read",
        "en Outlook-e-post (.msg) er ødelagt eller for stor, og er ikke lest",
        "Outlook 메일(.msg)이 손상되었거나 너무 커서 읽지 않음",
    ),
    "msg_damaged": (
        "an Outlook mail (.msg) is broken; what could be read of it stands here",
        "en Outlook-e-post (.msg) er ødelagt; det som kunne leses av den, står her",
        "Outlook 메일(.msg)이 손상됨. 읽을 수 있었던 것만 여기에 있음",
    ),
    "msg_too_much": (
        "an Outlook mail (.msg) is too much to be opened; it stands as it came",
        "en Outlook-e-post (.msg) er for mye å åpne; den står som den kom",
        "Outlook 메일(.msg)이 너무 커서 열지 않음. 온 그대로 둠",
    ),
    "msg_files": (
        "files after the first {0} in an Outlook mail were not read",
        "filene etter de første {0} i en Outlook-e-post er ikke lest",
        "Outlook 메일에서 처음 {0}개 뒤의 파일은 읽지 않음",
    ),
    "msg_inside": (
        "a mail or an object inside an Outlook mail was left closed; it stands in the .msg",
        "en e-post eller et objekt inni en Outlook-e-post er ikke åpnet; det ligger i .msg-filen",
        "Outlook 메일 안의 메일이나 개체는 열지 않음. .msg 파일에 있음",
    ),
    "winmail_broken": (
        "a winmail.dat is broken; what could be read of it stands here",
        "en winmail.dat er ødelagt; det som kunne leses av den, står her",
        "winmail.dat이 손상됨. 읽을 수 있었던 것만 여기에 있음",
    ),
    "winmail_files": (
        "files after the first {0} in a winmail.dat were not read",
        "filene etter de første {0} i en winmail.dat er ikke lest",
        "winmail.dat에서 처음 {0}개 뒤의 파일은 읽지 않음",
    ),
    "pictures_left": (
        "pictures after the first {0} in the HTML were left in the original",
        "bildene etter de første {0} i HTML-en ligger bare i originalen",
        "HTML에서 처음 {0}개 뒤의 그림은 원본에만 있음",
    ),
    "html_large": (
        "the HTML is too large to be cleaned",
        "HTML-en er for stor til å renses",
        "HTML이 너무 커서 정리하지 않음",
    ),
    "html_deep": (
        "the HTML is nested too deeply to be cleaned",
        "HTML-en er for dypt nøstet til å renses",
        "HTML이 너무 깊이 겹쳐 있어 정리하지 않음",
    ),
    "yenc_damaged": (
        "a file in the text (yEnc) is damaged: its size or checksum is not what it says",
        "en fil i teksten (yEnc) er skadet: størrelsen eller sjekksummen stemmer ikke",
        "글 속의 파일(yEnc)이 손상됨: 크기나 검사합이 적힌 것과 다름",
    ),
    "yenc_part": (
        "a file in the text (yEnc) is one part of several",
        "en fil i teksten (yEnc) er én av flere deler",
        "글 속의 파일(yEnc)은 여러 조각 중 하나",
    ),
}

READING_WORDS: Final = MappingProxyType({**_MADE, **_ENDED, **_UNREAD})
