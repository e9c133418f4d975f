"""The words for why a letter did not arrive: English, Norwegian bokmål, Korean. Data alone; how they are written is
said in why_words.
"""

from types import MappingProxyType
from typing import Final

_REPORTED: Final = {
    "mailbox_full": ("the mailbox is full", "postkassen er full", "메일함이 가득 참"),
    "no_such_mailbox": ("there is no such mailbox", "postkassen finnes ikke", "존재하지 않는 메일함"),
    "mailbox_closed": ("the mailbox is closed", "postkassen er stengt", "사용이 중지된 메일함"),
    "mailbox_resting": (
        "the mailbox takes no mail now",
        "postkassen tar ikke imot e-post nå",
        "메일함이 지금은 메일을 받지 않음",
    ),
    "mailbox_moved": (
        "the mailbox has moved, nobody says where",
        "postkassen er flyttet, uten at det er oppgitt hvor",
        "메일함이 옮겨졌으나 새 주소는 알 수 없음",
    ),
    "mailbox_wrong": ("something is wrong with the mailbox", "det er noe galt med postkassen", "메일함에 문제가 있음"),
    "no_mail_server": (
        "there is no mail server for that domain",
        "domenet har ingen e-postserver",
        "도메인의 메일 서버가 없음",
    ),
    "address_ill_formed": (
        "the address is not written as an address is",
        "adressen er ikke skrevet slik en adresse skal være",
        "주소 형식이 올바르지 않음",
    ),
    "address_ambiguous": (
        "the address stands for more than one mailbox",
        "adressen står for mer enn én postkasse",
        "주소에 해당하는 메일함이 여러 개임",
    ),
    "address_wrong": ("something is wrong with the address", "det er noe galt med adressen", "주소에 문제가 있음"),
    "letter_too_large": ("the letter is too large", "e-posten er for stor", "메일이 너무 큼"),
    "went_in_circles": ("the letter went round in circles", "e-posten gikk i ring", "메일이 서버 사이를 맴돎"),
    "tried_too_long": (
        "it could not be delivered for too long",
        "den lot seg ikke levere innen rimelig tid",
        "오랫동안 전달하지 못함",
    ),
    "members_only": (
        "only members may write to this list",
        "bare medlemmer kan skrive til denne listen",
        "회원만 쓸 수 있는 메일링 리스트",
    ),
    "seems_infected": (
        "the letter seems to hold a virus",
        "e-posten ser ut til å inneholde et virus",
        "메일에 바이러스가 있는 것으로 보임",
    ),
    "not_passed_on": (
        "the server does not pass letters on",
        "serveren sender ikke e-post videre",
        "서버가 메일을 중계하지 않음",
    ),
    "taken_for_unwanted": (
        "the recipient's server takes it for unwanted mail",
        "mottakerens server tar den for uønsket e-post",
        "받는 쪽 서버가 스팸으로 판단함",
    ),
    "server_silent": (
        "the recipient's mail server does not answer",
        "mottakerens e-postserver svarer ikke",
        "받는 쪽 메일 서버가 응답하지 않음",
    ),
    "server_distrusts": (
        "the recipient's server does not trust where the letter comes from",
        "mottakerens server stoler ikke på hvor e-posten kommer fra",
        "받는 쪽 서버가 메일의 출처를 신뢰하지 않음",
    ),
    "server_refuses": (
        "the recipient's server refuses the letter",
        "mottakerens server avviser e-posten",
        "받는 쪽 서버가 메일을 거부함",
    ),
    "server_faulty": (
        "the recipient's server has a fault of its own",
        "mottakerens server har en feil hos seg selv",
        "받는 쪽 서버 자체의 오류",
    ),
    "server_without_room": (
        "the recipient's server has no room",
        "mottakerens server har ikke mer plass",
        "받는 쪽 서버에 남은 공간이 없음",
    ),
    "way_disturbed": (
        "the way to the recipient's server is disturbed",
        "veien til mottakerens server er forstyrret",
        "받는 쪽 서버로 가는 경로에 문제가 있음",
    ),
    "servers_disagree": (
        "the two mail servers do not understand each other",
        "de to e-postserverne forstår ikke hverandre",
        "두 메일 서버의 통신 방식이 맞지 않음",
    ),
    "form_not_taken": (
        "the recipient's server cannot take letters of this form",
        "mottakerens server kan ikke ta imot e-post i denne formen",
        "받는 쪽 서버가 이런 형식의 메일을 받지 못함",
    ),
    "server_said": (" ({0})", " ({0})", "({0})"),
    "status_is": ("{0}:", "{0}:", "{0}:"),
    "no_reason_given": ("no reason was given", "ingen årsak er oppgitt", "사유가 적혀 있지 않음"),
    "report_without_reason": (
        "a report that gives no reason",
        "en rapport uten årsak",
        "사유가 적혀 있지 않은 보고",
    ),
}

_AT_OUR_RELAY: Final = {
    "relay_takes_less": (
        "the letter has {0} bytes, the relay takes {1}",
        "e-posten er på {0} byte, serveren vår tar {1}",
        "메일 크기 {0}바이트, 발신 서버의 한도 {1}바이트",
    ),
    "relay_takes_ascii": (
        "the address has other letters than a to z, which the relay cannot carry (no SMTPUTF8)",
        "adressen har andre bokstaver enn a til z, og det støtter ikke serveren vår (SMTPUTF8 mangler)",
        "주소에 영문자가 아닌 글자가 있으나 발신 서버가 지원하지 않음(SMTPUTF8 없음)",
    ),
    "address_unwritable": (
        "the address cannot be written in SMTP",
        "adressen kan ikke skrives i SMTP",
        "SMTP로 쓸 수 없는 주소",
    ),
    "given_up_at_last": (
        "given up after five days; last:",
        "gitt opp etter fem dager; til slutt:",
        "5일 뒤 발송을 중단함. 마지막 오류:",
    ),
}

DELIVERY_WORDS: Final = MappingProxyType({**_REPORTED, **_AT_OUR_RELAY})
