"""The words for why a sender is believed or not, which ticket his mail belongs to, and whether it is acknowledged:
English, Norwegian bokmål, Korean. Data alone; how they are written is said in why_words.
"""

from types import MappingProxyType
from typing import Final

_BELIEVED: Final = {
    "no_clean_address": (
        "From is not one clean address",
        "avsenderfeltet er ikke én ren adresse",
        "보낸 사람이 올바른 주소 하나가 아님",
    ),
    "no_server_trusted": (
        "no authserv-id is trusted",
        "ingen authserv-id er betrodd",
        "신뢰하도록 설정된 authserv-id 없음",
    ),
    "no_results": ("no Authentication-Results", "ingen Authentication-Results", "Authentication-Results 없음"),
    "results_below": (
        "Authentication-Results below a Received field",
        "Authentication-Results står under et Received-felt",
        "Authentication-Results가 Received 필드 아래에 있음",
    ),
    "results_too_low": (
        "Authentication-Results below {0} Received fields",
        "Authentication-Results står under {0} Received-felt",
        "Authentication-Results가 Received 필드 {0}개 아래에 있음",
    ),
    "results_of_stranger": (
        "Authentication-Results of a server that is not trusted",
        "Authentication-Results fra en server som ikke er betrodd",
        "신뢰하지 않는 서버의 Authentication-Results",
    ),
    "nothing_verified": ("nothing was verified here", "ingenting er kontrollert her", "여기서 확인된 것 없음"),
    "verified_here": ("verified here:", "kontrollert her:", "여기서 확인:"),
    "two_dmarc": ("two dmarc results", "to dmarc-resultater", "dmarc 결과가 두 개"),
    "dmarc_fail_lenient": (
        "dmarc=fail for {0}, whose policy is none",
        "dmarc=fail for {0}, som har policy none",
        "{0}: dmarc=fail, 정책은 none",
    ),
    "dmarc_fail": ("dmarc=fail for {0}", "dmarc=fail for {0}", "{0}: dmarc=fail"),
    "dmarc_pass": ("dmarc=pass for {0}", "dmarc=pass for {0}", "{0}: dmarc=pass"),
    "dmarc_pass_of_another": (
        "dmarc=pass for another domain",
        "dmarc=pass for et annet domene",
        "다른 도메인의 dmarc=pass",
    ),
    "dkim_pass": (
        "aligned dkim=pass for {0}",
        "dkim=pass fra samme domene for {0}",
        "{0}: 도메인이 일치하는 dkim=pass",
    ),
    "no_pass": (
        "no dmarc=pass and no aligned dkim=pass",
        "verken dmarc=pass eller dkim=pass fra samme domene",
        "dmarc=pass도, 도메인이 일치하는 dkim=pass도 없음",
    ),
    "replay": (
        "a mail signed with this Message-ID came before: a replay?",
        "en signert e-post med denne Message-ID-en har kommet før: sendt om igjen?",
        "이 Message-ID로 서명된 메일이 이미 왔음: 다시 보낸 것?",
    ),
    "own_token": ("own token", "egen signert adresse", "본인의 서명된 주소"),
    "no_token": ("no token", "ingen signert adresse", "서명된 주소 없음"),
    "strange_token": ("a token of somebody else", "den signerte adressen til en annen", "다른 사람의 서명된 주소"),
    "answers_own_letter": (
        ", answers a letter to this person",
        ", svarer på et brev til denne personen",
        ", 이 사람에게 보낸 메일에 대한 회신",
    ),
    "allows": (
        "answer {0:leave}, order {1:leave}, endanger {2:leave}",
        "svare: {0:leave}, gi ordre: {1:leave}, gjøre noe farlig: {2:leave}",
        "답변 {0:leave}, 명령 {1:leave}, 위험한 명령 {2:leave}",
    ),
    "released_by": ("released by {0}", "sluppet gjennom av {0}", "{0} 님이 통과시킴"),
    "released_as_new": (
        "released by {0} as a new ticket",
        "sluppet gjennom av {0} som ny sak",
        "{0} 님이 새 문의로 통과시킴",
    ),
    "released_to": (
        "released by {0} to ticket #{1}",
        "sluppet gjennom av {0} til sak #{1}",
        "{0} 님이 #{1} 문의로 통과시킴",
    ),
}

_PLACED: Final = {
    "token_of": ("signed address of ticket #{0}", "signert adresse for sak #{0}", "#{0} 문의의 서명된 주소"),
    "answers_letter": (
        "answers letter <{0}> of ticket #{1}",
        "svarer på brevet <{0}> i sak #{1}",
        "#{1} 문의에서 보낸 메일 <{0}>에 대한 회신",
    ),
    "answers_mail": (
        "answers mail <{0}> of ticket #{1}",
        "svarer på e-posten <{0}> i sak #{1}",
        "#{1} 문의에 온 메일 <{0}>에 대한 회신",
    ),
    "as_relay_named_it": (
        ", as our relay named it",
        ", under navnet som utgående server ga det",
        ", 발신 서버가 붙인 이름",
    ),
    "in_our_thread": (
        "stands in the thread of our letters about ticket #{0}",
        "står i tråden med brevene våre om sak #{0}",
        "#{0} 문의에 관한 우리 메일의 대화에 속함",
    ),
    "same_conversation": (
        "same Outlook conversation as #{0}",
        "samme Outlook-samtale som #{0}",
        "#{0:과/와} 같은 Outlook 대화",
    ),
    "quotes_foot": (
        "quotes the foot of a letter about #{0}",
        "siterer bunnteksten i et brev om #{0}",
        "#{0}에 관한 메일의 꼬리말을 인용함",
    ),
    "number_in_subject": ("[#{0}] in the subject", "[#{0}] i emnet", "제목에 [#{0}]"),
    "of_somebody_there": (
        ", from a participant or agent",
        ", fra en deltaker eller kollega",
        ", 참여자나 담당자가 보냄",
    ),
    "but_another_subject": (
        ", but its subject is that of another ticket",
        ", men emnet hører til en annen sak",
        ", 그러나 제목은 다른 문의의 것",
    ),
    "but_a_stranger": (
        ", but not from anybody who stands there",
        ", men ikke fra noen som er med på den",
        ", 그러나 그 문의의 참여자가 보낸 것이 아님",
    ),
    "only_the_subject": (
        "nothing points to a ticket but the subject, which is that of #{0}",
        "ingenting viser til en sak bortsett fra emnet, som er det samme som i #{0}",
        "제목이 #{0:과/와} 같은 것 말고는 문의를 가리키는 것이 없음",
    ),
    "nothing_points": (
        "nothing points to a ticket",
        "ingenting viser til en sak",
        "문의를 가리키는 것이 없음",
    ),
    "which_is_gone": (", which is gone", ", som ikke finnes lenger", ", 그 문의는 더 이상 없음"),
    "merged_into": (", merged into #{0}", ", slått sammen med #{0}", ", #{0:으로/로} 병합됨"),
    "too_old": (
        ", closed too long ago to be opened again",
        ", lukket for lenge siden til å gjenåpnes",
        ", 종료된 지 오래되어 다시 열 수 없음",
    ),
    "begins_anew": (
        ", which is done, and this has a new subject and quotes nothing",
        ", som er ferdig, og denne har nytt emne og siterer ingenting",
        ", 이미 끝난 문의이고 이 메일은 제목이 새롭고 인용이 없음",
    ),
    "same_words": (
        "the same words under the same Message-ID stand here",
        "den samme teksten med samme Message-ID er her fra før",
        "같은 Message-ID의 같은 글이 이미 있음",
    ),
    "of_a_third_person": ("from a third person", "fra en utenforstående", "제삼자가 보냄"),
    "about_no_letter": ("about no letter of ours", "om ingen av brevene våre", "우리가 보낸 메일에 관한 것이 아님"),
    "about_another_address": (
        "a report about an address our letter did not go to",
        "en rapport om en adresse brevet vårt ikke gikk til",
        "우리 메일을 보내지 않은 주소에 관한 보고",
    ),
    "about_letter": ("about letter {0} to {1}", "om brev {0} til {1}", "{1}에 보낸 메일 {0}번에 관한 것"),
    "came_back_before": (", which came back before", ", som har kommet i retur før", ", 이미 반송된 적 있음"),
    "own_not_reached": (
        "letter {0} did not reach our own {1}:",
        "brev {0} kom ikke fram til vår egen {1}:",
        "메일 {0}번이 우리 주소 {1}에 도착하지 않음:",
    ),
}

_ACKNOWLEDGED: Final = {
    "acknowledged": ("acknowledged", "mottak bekreftet", "접수 확인 보냄"),
    "not_acknowledged": ("not acknowledged:", "mottak ikke bekreftet:", "접수 확인 보내지 않음:"),
    "disowned": (
        "the sender's domain disowns the mail",
        "avsenderens domene vedkjenner seg ikke e-posten",
        "보낸 사람의 도메인이 이 메일을 부인함",
    ),
    "program_reads": (
        "a program may read at this address",
        "det kan være et program som leser på denne adressen",
        "이 주소는 프로그램이 읽을 수 있음",
    ),
    "comes_back": (
        "mail to this address comes back",
        "e-post til denne adressen kommer i retur",
        "이 주소로 보낸 메일은 반송됨",
    ),
    "budget_used": (
        "the budget of automatic mail to this address",
        "grensen for automatisk e-post til denne adressen er nådd",
        "이 주소로 보내는 자동 메일의 한도에 도달함",
    ),
    "one_in_a_day": (
        "an unproven sender gets one in 24 hours",
        "en avsender uten bevis får én i døgnet",
        "확인되지 않은 발신자에게는 24시간에 한 번만 보냄",
    ),
    "imported": ("imported", "importert", "가져온 메일"),
    "rating_not_ours": (
        "a rating with a signature that is not ours",
        "en vurdering med en signatur som ikke er vår",
        "우리 서명이 아닌 평가",
    ),
    "passed_by_colleague": ("passed on by a colleague", "sendt videre av en kollega", "동료가 전달함"),
    "wants_none": ("wants no automatic mail", "vil ikke ha automatisk e-post", "자동 메일을 원하지 않음"),
    "for_somebody": ("for {0}", "for {0}", "{0} 님 대신"),
}

TRUST_WORDS: Final = MappingProxyType({**_BELIEVED, **_PLACED, **_ACKNOWLEDGED})
