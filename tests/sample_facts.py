"""One believable letter of every kind and variant, in every language: for tests and for pictures of the letters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from maildesk.desk.commands import Mistake
from maildesk.mail import Address
from maildesk.notify.compose import Enclosure, Files, Listed, Notice
from maildesk.notify.gathered import GatheredRow
from maildesk.notify.operator import HeldRow
from maildesk.vocabulary import Cause, Priority, QuestionKind, Status, Undone, Withheld
from maildesk.vocabulary import NoticeKind as K

WITHOUT_TICKET = (K.HELD_MAIL, K.SILENCED, K.HELD_DAILY, K.NOT_DONE, K.GATHERED)
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
    answer = {
        **ticket,
        "author": requester,
        "reopened": False,
        "third_person": False,
        "via": None,
        "suggested": (),
        "problems": (),
    }
    stranger = Address("", "billing@elsewhere.example")
    desk = {"desk_name": "Acme Support"}
    gathered_rows = tuple(
        GatheredRow(number, local.title, f"support+t{number}-p3-k3f9k3f9k3f9k3f9@acme.example")
        for number in range(1050, 1070)
    )
    gathered = {"sender": requester, "count": 412, "rows": gathered_rows, "more": 392, **desk}
    promise = datetime(2024, 3, 6, 16, 0, tzinfo=OSLO)
    received = {
        "verified": True,
        "name": local.name,
        "words": local.words,
        "promise": promise,
        "left_out": (),
        "unlisted": 0,
        **desk,
    }
    closed = {
        "name": local.name,
        "solution": local.solution,
        "rate_addresses": tuple(f"support+r1042-p7-{score}-k3f9k3f9k3f9k3f9@acme.example" for score in range(1, 6)),
        "reopen_days": 30,
        "included_by": "",
        **desk,
    }
    left_out = (Listed("trace.pcapng", 48_300_000, Withheld.TOO_LARGE), Listed("guide.pdf", 180_000))
    wrong = (
        Mistake("#solv", "there is no command #solv", "#solve"),
        Mistake("#assign Berg", "no agent is called Berg", "#assign one of: anna, kim"),
        Mistake("", "the mail has no text of its own"),
    )
    doubted = {
        "number": 17,
        "claimed": ANNA.address,
        "title": local.title,
        "at": datetime(2024, 3, 5, 9, 4, tzinfo=OSLO),
        "until": datetime(2024, 3, 12, 9, 4, tzinfo=OSLO),
        "words": f"#close\n\n{local.answer}",
        "files": ("오류 화면.png", "invoice.pdf"),
        "commands": ("#close",),
        "reason": "no authserv-id is trusted; no token",
        **desk,
    }
    held_today = {"rows": _held_rows(local), "more": 3, "aside": 12, **desk}
    undone = {"number": 17, "why": Undone.UNCLEAR, "words": "Hm?", "kind": QuestionKind.CONFIRM, **desk}
    bounced = {"title": local.title, "failed": local.address, "words": local.answer, "suppressed": True, **desk}
    since = datetime(2024, 3, 1, 14, 20, tzinfo=OSLO)
    doubtful = {"title": local.title, "failed": local.address, "since": since, "sent": True, **desk}
    return [
        Sample("received", K.RECEIVED, theirs, received),
        Sample("received-no-promise", K.RECEIVED, theirs, {**received, "promise": None, "name": ""}),
        Sample("received-neutral", K.RECEIVED, "", {**received, "verified": False}),
        Sample("received-large-files", K.RECEIVED, theirs, {**received, "left_out": left_out[:1], "unlisted": 12}),
        Sample(
            "received-neutral-large-files", K.RECEIVED, "", {**received, "verified": False, "left_out": left_out[:1]}
        ),
        Sample("new_ticket", K.NEW_TICKET, agents, {**ticket, "related": None, "suggested": (), "problems": ()}),
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
                "logos": 0,
                "words": "",
                "related": 997,
                "suggested": (stranger, ANNA),
                "problems": ("part 2 is damaged", "the date is not a date"),
            },
        ),
        Sample("customer_answer", K.CUSTOMER_ANSWER, agents, answer),
        Sample(
            "customer_answer-third-person",
            K.CUSTOMER_ANSWER,
            agents,
            {
                **answer,
                "author": stranger,
                "third_person": True,
                "verified": False,
                "resembles": "anna@acme.example",
                "reopened": True,
                "via": requester,
                "suggested": (stranger,),
            },
        ),
        Sample("answer", K.ANSWER, theirs, {"words": local.answer, "attachments": left_out, "included_by": "", **desk}),
        Sample(
            "answer-short",
            K.ANSWER,
            theirs,
            {"words": "Ok!", "attachments": (), "included_by": "", **desk},
        ),
        Sample(
            "answer-first",
            K.ANSWER,
            theirs,
            {"words": "Ok!", "attachments": (), "included_by": stranger.address, **desk},
        ),
        Sample("closed", K.CLOSED, theirs, closed),
        Sample(
            "closed-plain",
            K.CLOSED,
            theirs,
            {**closed, "solution": "", "rate_addresses": (), "name": "", "included_by": stranger.address},
        ),
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
        Sample(
            "undelivered-odd",
            K.UNDELIVERED,
            agents,
            {**bounced, "status": "5.9.9", "said": "", "words": "", "suppressed": False},
        ),
        Sample("doubtful", K.DOUBTFUL, agents, doubtful),
        Sample("doubtful-not-sent", K.DOUBTFUL, agents, {**doubtful, "sent": False}),
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
        Sample("gathered", K.GATHERED, "", gathered),
        Sample("gathered-few", K.GATHERED, "", {**gathered, "count": 1, "rows": gathered_rows[:1], "more": 0}),
        Sample("confirm", K.CONFIRM, "", doubted),
        Sample("confirm-no-ticket", K.CONFIRM, "", {**doubted, "title": "", "commands": (), "files": ()}),
        Sample("held_daily", K.HELD_DAILY, "", held_today),
        Sample(
            "held_daily-one", K.HELD_DAILY, "", {**held_today, "rows": _held_rows(local)[2:], "more": 0, "aside": 0}
        ),
        Sample("not_done", K.NOT_DONE, "", undone),
        Sample("not_done-operator", K.NOT_DONE, "", {**undone, "kind": QuestionKind.DECIDE, "words": "hm"}),
        Sample("not_done-late", K.NOT_DONE, "", {**undone, "why": Undone.TOO_LATE, "words": "yes"}),
        Sample("not_done-gone", K.NOT_DONE, "", {**undone, "why": Undone.NOT_HELD, "words": "yes"}),
        Sample(
            "not_done-ours",
            K.NOT_DONE,
            "",
            {**undone, "why": Undone.NOT_BLOCKED, "kind": QuestionKind.DECIDE, "words": "block"},
        ),
        Sample("silenced", K.SILENCED, "", {"address": local.address, "limit": 5, "period": "day", **desk}),
        Sample("silenced-all", K.SILENCED, "", {"address": "", "limit": 60, "period": "minute", **desk}),
    ]


def _held_rows(local: _Local) -> tuple[HeldRow, ...]:
    at = datetime(2024, 3, 5, 9, 4, tzinfo=OSLO)
    row = HeldRow(
        number=17,
        sender=ANNA.address,
        title=local.title,
        cause=Cause.UNPROVEN_AGENT,
        reason="says to be agent anna@acme.example, not proven: no authserv-id is trusted; no token",
        ticket=1042,
        at=at,
        until=datetime(2024, 3, 12, 9, 4, tzinfo=OSLO),
        address="support+c3-p1-k3f9k3f9k3f9k3f9@acme.example",
        may_block=False,
    )
    code = replace(
        row,
        number=18,
        sender="no-reply@elsewhere.example",
        title="Your verification code: 123-456",
        cause=Cause.CODE_MAIL,
        reason="looks like a verification code from no-reply@elsewhere.example, who does not stand on ticket #1042",
        until=None,
        may_block=True,
    )
    broken = replace(
        code, number=19, sender="", title="", cause=Cause.FAILED, reason="could not be read", ticket=None, address=""
    )
    return row, code, broken


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
        ticket=None if sample.kind in WITHOUT_TICKET or sample.name == "confirm-no-ticket" else 1042,
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
            "resembles": "",
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
            "attachments": (
                Listed("오류 화면.png", 128_400, preview="preview-1@maildesk.invalid", width=480),
                Listed("trace.pcapng", 48_300_000, Withheld.TOO_LARGE),
                Listed("Re: VPN.eml", 9_100, Withheld.OWN_LETTER),
                Listed("invoice.pdf", 81_000, really="program"),
            ),
            "logos": 2,
            "desk_name": "Acme Support",
        }
    )
