"""The words for what could not be read of a mail: English, Norwegian bokmål, Korean. Data alone; how they are written
is said in why_words.
"""

from types import MappingProxyType
from typing import Final

UNREAD_WORDS: Final = MappingProxyType(
    {
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
)
