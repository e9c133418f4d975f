"""One believable letter of every kind and variant, in every language: for tests and for pictures of the letters."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from maildesk.desk.commands import Mistake
from maildesk.mail import Address
from maildesk.notify.compose import Enclosure, Files, Listed, Notice
from maildesk.vocabulary import NoticeKind as K
from maildesk.vocabulary import Priority, Status

LANGUAGES = ("en", "nb", "ko")
OSLO = ZoneInfo("Europe/Oslo")
DESK = "support@acme.example"
ANNA = Address("Anna Berg", "anna@acme.example")
LOOP = "6f0c2f7e-7a5b-4c0f-9d53-0d8a1f6b2c11"


class Sample(NamedTuple):
    name: str
    kind: K
    subject: str
    facts: Mapping[str, object]


class _Local(NamedTuple):
    name: str
    address: str
    title: str
    words: str
    answer: str
    solution: str


_LOCAL = {
    "en": _Local(
        "Ola Nordmann",
        "ola@customer.example",
        "VPN drops every 10 minutes",
        "Hello,\n\nsince Monday the VPN drops about every 10 minutes, and I lose what I typed.\n"
        "I have a picture of the message. The page is\n"
        "https://intranet.customer.example/wiki/it/remote-access/vpn/known-problems/timeouts?lang=en&page=1234567890\n\n"
        "  error 809: the connection was prevented\n  error 619: a port is closed\n\nBest regards\nOla",
        "Hi Ola,\n\nthanks for the picture. Please set the protocol to IKEv2:\n\n"
        "  1. Settings > Network > VPN\n  2. Edit > Protocol > IKEv2\n\nDoes it hold then?\n\nBest regards\nAnna",
        "We renewed the certificate of the VPN gateway at 09:15. You don't have to change anything.",
    ),
    "nb": _Local(
        "Kåre Sørbø",
        "kare@customer.example",
        "VPN faller ut hvert 10. minutt",
        "Hei,\n\nsiden mandag faller VPN ut omtrent hvert 10. minutt, og jeg mister det jeg har skrevet.\n"
        "Jeg legger ved et bilde. Siden er\n"
        "https://intranet.customer.example/wiki/it/hjemmekontor/vpn/kjente-problemer/tidsavbrudd?lang=nb&page=1234567890\n\n"
        "  feil 809: tilkoblingen ble hindret\n  feil 619: en port er lukket\n\nVennlig hilsen\nKåre",
        "Hei Kåre,\n\ntakk for bildet. Sett protokollen til IKEv2:\n\n"
        "  1. Innstillinger > Nettverk > VPN\n  2. Rediger > Protokoll > IKEv2\n\n"
        "Holder det da?\n\nVennlig hilsen\nAnna",
        "Vi fornyet sertifikatet til VPN-porten kl. 09.15. Du trenger ikke å endre noe.",
    ),
    "ko": _Local(
        "홍길동",
        "gildong@customer.example",
        "VPN이 10분마다 끊깁니다",
        "안녕하세요.\n\n월요일부터 VPN이 10분 정도마다 끊겨서 작성하던 내용이 사라집니다.\n"
        "오류 화면을 첨부합니다. 해당 페이지는 다음과 같습니다.\n"
        "https://intranet.customer.example/wiki/it/remote-access/vpn/known-problems/timeouts?lang=ko&page=1234567890\n\n"
        "  오류 809: 연결이 차단되었습니다\n  오류 619: 포트가 닫혀 있습니다\n\n감사합니다.\n홍길동 드림",
        "안녕하세요, 홍길동 님.\n\n화면을 보내 주셔서 감사합니다. 프로토콜을 IKEv2로 바꿔 주시겠습니까?\n\n"
        "  1. 설정 > 네트워크 > VPN\n  2. 편집 > 프로토콜 > IKEv2\n\n"
        "이후에도 끊기는지 알려 주세요.\n\n감사합니다.\n안나 드림",
        "오전 9시 15분에 VPN 게이트웨이의 인증서를 갱신했습니다. 따로 변경하실 것은 없습니다.",
    ),
}


def samples(language: str) -> list[Sample]:
    """Every kind, in all the forms that differ."""
    local = _LOCAL[language]
    requester = Address(local.name, local.address)
    theirs, agents = f"Re: {local.title}", f"Re: [#1042] {local.title}"
    ticket = _ticket_facts(language, local, requester)
    answer = {**ticket, "author": requester, "reopened": False, "third_person": False, "problems": ()}
    stranger = Address("", "billing@elsewhere.example")
    desk = {"desk_name": "Acme Support"}
    promise = datetime(2024, 3, 6, 16, 0, tzinfo=OSLO)
    received = {"verified": True, "name": local.name, "words": local.words, "promise": promise, **desk}
    closed = {
        "name": local.name,
        "solution": local.solution,
        "rate_addresses": tuple(f"support+r1042-p7-{score}-k3f9k3f9k3f9k3f9@acme.example" for score in range(1, 6)),
        "reopen_days": 30,
        **desk,
    }
    left_out = (Listed("trace.pcapng", 48_300_000, False), Listed("guide.pdf", 180_000, True))
    wrong = (
        Mistake("#solv", "there is no command #solv", "#solve"),
        Mistake("#assign Berg", "no agent is called Berg", "#assign one of: anna, kim"),
        Mistake("", "the mail has no text of its own"),
    )
    bounced = {"title": local.title, "failed": local.address, "words": local.answer, **desk}
    return [
        Sample("received", K.RECEIVED, theirs, received),
        Sample("received-no-promise", K.RECEIVED, theirs, {**received, "promise": None, "name": ""}),
        Sample("received-neutral", K.RECEIVED, "", {**received, "verified": False}),
        Sample("new_ticket", K.NEW_TICKET, agents, {**ticket, "related": None, "problems": ()}),
        Sample(
            "new_ticket-unproven",
            K.NEW_TICKET,
            agents,
            {
                **ticket,
                "verified": False,
                "agent": "",
                "assigned_reason": "",
                "queue": "",
                "note_address": "",
                "attachments": (),
                "words": "",
                "related": 997,
                "problems": ("part 2 is damaged", "the date is not a date"),
            },
        ),
        Sample("customer_answer", K.CUSTOMER_ANSWER, agents, answer),
        Sample(
            "customer_answer-third-person",
            K.CUSTOMER_ANSWER,
            agents,
            {**answer, "author": stranger, "third_person": True, "verified": False, "reopened": True},
        ),
        Sample("answer", K.ANSWER, theirs, {"words": local.answer, "attachments": left_out, **desk}),
        Sample("answer-short", K.ANSWER, theirs, {"words": "Ok!", "attachments": (), **desk}),
        Sample("closed", K.CLOSED, theirs, closed),
        Sample("closed-plain", K.CLOSED, theirs, {**closed, "solution": "", "rate_addresses": (), "name": ""}),
        Sample("note", K.NOTE, agents, {**ticket, "author": ANNA, "answer_goes_to": ()}),
        Sample("assigned", K.ASSIGNED, agents, {**ticket, "author": requester, "assigned_by": ANNA.name}),
        Sample("help", K.HELP, agents, desk),
        Sample(
            "not_understood",
            K.NOT_UNDERSTOOD,
            agents,
            {
                "title": local.title,
                "understood": ("#take",),
                "mistakes": wrong,
                "words": f"#solv\n\n{local.answer}",
                **desk,
            },
        ),
        Sample(
            "undelivered",
            K.UNDELIVERED,
            agents,
            {**bounced, "status": "5.1.1", "said": f"550 5.1.1 <{local.address}>: Recipient address rejected"},
        ),
        Sample("undelivered-odd", K.UNDELIVERED, agents, {**bounced, "status": "5.9.9", "said": "", "words": ""}),
        Sample(
            "held_mail",
            K.HELD_MAIL,
            "",
            {
                "inbound_id": 17,
                "sender": local.address,
                "title": local.title,
                "reason": "reading it took longer than 30 seconds, three times",
                "at": datetime(2024, 3, 5, 9, 4, tzinfo=OSLO),
                **desk,
            },
        ),
        Sample("silenced", K.SILENCED, "", {"address": local.address, "limit": 5, "period": "day", **desk}),
        Sample("silenced-all", K.SILENCED, "", {"address": "", "limit": 60, "period": "minute", **desk}),
    ]


def notice_of(sample: Sample, language: str, enclosures: tuple[Enclosure, ...] = ()) -> Notice:
    """The sample as the desk would hand it over."""
    return Notice(
        kind=sample.kind,
        effect_key=f"{sample.name}:1042:7",
        to=Address(_LOCAL[language].name, _LOCAL[language].address),
        language=language,
        sender_name="Acme Support",
        sender_address=DESK,
        reply_to="support+t1042-p7-k3f9k3f9k3f9k3f9@acme.example",
        envelope_from=DESK,
        subject=sample.subject,
        message_id=f"md.1042.{sample.name.encode().hex()}@acme.example",
        in_reply_to="CAF+theirs@mail.customer.example",
        references=("md.1042.root@acme.example", "CAF+theirs@mail.customer.example"),
        auto_submitted="" if sample.kind in (K.ANSWER, K.CLOSED) else "auto-replied",
        loop_id=LOOP,
        ticket=None if sample.kind in (K.HELD_MAIL, K.SILENCED) else 1042,
        date=datetime(2024, 3, 5, 9, 5, tzinfo=UTC),
        facts=sample.facts,
        files=Files(enclosures),
    )


def _ticket_facts(language: str, local: _Local, requester: Address) -> Mapping[str, object]:
    return MappingProxyType(
        {
            "title": local.title,
            "requester": requester,
            "verified": True,
            "queue": "network",
            "priority": Priority.NORMAL,
            "status": Status.NEW,
            "ticket_language": language,
            "agent": "Anna Berg",
            "assigned_reason": "knows vpn, 3 of 20 open",
            "answer_goes_to": (requester,),
            "note_address": "support+n1042-p3-k3f9k3f9k3f9k3f9@acme.example",
            "at": datetime(2024, 3, 5, 9, 4, tzinfo=OSLO),
            "words": local.words,
            "attachments": (Listed("오류 화면.png", 128_400, True), Listed("trace.pcapng", 48_300_000, False)),
            "desk_name": "Acme Support",
        }
    )
