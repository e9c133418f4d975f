"""Sample letters to agents, about a ticket."""

from collections.abc import Mapping
from datetime import datetime

from maildesk.mail import Address
from maildesk.notify.before import EarlierTicket
from maildesk.notify.compose import Listed
from maildesk.notify.context import Quoted
from maildesk.notify.post import Incident, News
from maildesk.notify.samples.people import ANNA, OSLO, Local
from maildesk.notify.samples.sample import FROM_DESK, WRITTEN, Misread, Sample
from maildesk.reason import because, together
from maildesk.vocabulary import NoticeKind as K
from maildesk.vocabulary import Priority, Status, Withheld

_INCIDENTS = (
    Incident(1039, "VPN error 809", Address("Kari Nordmann", "kari@customer.example")),
    Incident(1041, "No VPN at home", Address("", "per@elsewhere.example")),
)
_STRANGER = Address("", "billing@elsewhere.example")


def to_agents(local: Local, language: str) -> list[Sample]:
    """What is new, whose it is, what was not understood, what did not arrive."""
    return [*_news(local, language), *_about_their_mail(local), *_did_not_arrive(local)]


def _news(local: Local, language: str) -> list[Sample]:
    subject = f"Re: [#1042] {local.title}"
    requester = Address(local.name, local.address)
    ticket = ticket_facts(local, language)
    theirs = {"author": requester, "internal": False}
    new = {**ticket, "related": None, "alike": (), "above": "", "suggested": (), "problems": ()}
    answer = {**ticket, "author": requester, "reopened": False, "closed": False, "third_person": False, "via": None}
    said = (Quoted(requester, WRITTEN, True, local.words), Quoted(ANNA, WRITTEN, True, local.answer))
    answer |= {"suggested": (), "problems": (), "history": (*said, Quoted(ANNA, WRITTEN, False, "809 = MTU?"))}
    return [
        Sample("merged", K.MERGED, subject, {**ticket, "merged": f"1041 {local.title}", "author": requester}),
        Sample("new_ticket", K.NEW_TICKET, subject, new),
        Sample("new_ticket-unproven", K.NEW_TICKET, subject, {**new, **_unproven()}),
        Sample("customer_answer", K.CUSTOMER_ANSWER, subject, answer),
        Sample(
            "customer_answer-third-person",
            K.CUSTOMER_ANSWER,
            subject,
            {
                **answer,
                "author": _STRANGER,
                "third_person": True,
                "verified": False,
                "resembles": ANNA.address,
                "reopened": True,
                "via": requester,
                "suggested": (_STRANGER,),
            },
        ),
        Sample(
            "customer_answer-closed", K.CUSTOMER_ANSWER, subject, {**answer, "closed": True, "status": Status.CLOSED}
        ),
        Sample("note", K.NOTE, subject, {**ticket, "author": ANNA, "answer_goes_to": ()}),
        Sample("assigned", K.ASSIGNED, subject, {**ticket, **theirs, "assigned_by": ANNA.name}),
        Sample(
            "assigned-note",
            K.ASSIGNED,
            subject,
            {**ticket, "author": ANNA, "internal": True, "assigned_by": "", "mine": True},
        ),
        Sample("nudge", K.NUDGE, subject, {**ticket, **theirs, "nudged_by": "Lisa"}),
        Sample(
            "offered",
            K.OFFERED,
            subject,
            {**ticket, **theirs, "why": because("away", "Bob", "2024-03-07T00:00:00+01:00")},
        ),
    ]


def _unproven() -> Mapping[str, object]:
    """As little as can be known of a ticket."""
    return {
        "verified": False,
        "organisation": "",
        "earlier": (),
        "earlier_count": 0,
        "due_at": None,
        "agent": "",
        "assigned_reason": "",
        "priority_reason": "",
        "queue": "",
        "note_address": "",
        "attachments": (),
        "logos": 0,
        "words": "",
        "related": 997,
        "alike": ((1031, "VPN error 809"), (1029, "No VPN since Monday")),
        "above": "She is a VIP.",
        "suggested": (_STRANGER, ANNA),
        "problems": (because("ends_early"), because("parts_unread", 200)),
    }


def _about_their_mail(local: Local) -> list[Sample]:
    subject = f"Re: [#1042] {local.title}"
    wrong = (
        Misread("#solv", "there is no command #solv", "#solve"),
        Misread("#assign Berg", "no agent is called Berg", "#assign one of: anna, kim"),
        Misread("", "the mail has no text of its own"),
    )
    facts = {
        "title": local.title,
        "understood": ("#take",),
        "mistakes": wrong,
        "words": f"#solv\n\n{local.answer}",
        "several": False,
    }
    one = (Misread("", "the letter was about several tickets"),)
    several = {"title": "", "understood": (), "mistakes": one, "words": local.answer, "several": True}
    back = {"title": local.title, "words": local.answer, **FROM_DESK}
    at = datetime(2024, 3, 6, 9, 12, tzinfo=OSLO)
    news = (News(Address(local.name, local.address), False, at, local.words), News(ANNA, True, at, local.answer))
    return [
        Sample("crossed", K.CROSSED, subject, {**back, "news": news}),
        Sample("undone", K.UNDONE, subject, back),
        Sample("preview", K.PREVIEW, subject, {**back, "incidents": _INCIDENTS}),
        Sample("not_yours", K.NOT_YOURS, subject, {"title": local.title, "agent": "", **FROM_DESK}),
        Sample("not_yours-other", K.NOT_YOURS, subject, {"title": local.title, "agent": "Bob", **FROM_DESK}),
        Sample("help", K.HELP, subject, FROM_DESK),
        Sample("not_understood", K.NOT_UNDERSTOOD, subject, {**facts, **FROM_DESK}),
        Sample("not_understood-several", K.NOT_UNDERSTOOD, "", {**several, **FROM_DESK}, ticket=False),
    ]


def _did_not_arrive(local: Local) -> list[Sample]:
    subject = f"Re: [#1042] {local.title}"
    bounced = {"title": local.title, "failed": local.address, "words": local.answer, "suppressed": True, **FROM_DESK}
    answer = f"550 5.1.1 <{local.address}>: Recipient address rejected"
    said = together(because("no_such_mailbox"), because("server_said", answer))
    odd = {"status": "5.9.9", "said": "", "words": "", "suppressed": False}
    since = datetime(2024, 3, 1, 14, 20, tzinfo=OSLO)
    doubtful = {"title": local.title, "failed": local.address, "since": since, "sent": True, **FROM_DESK}
    return [
        Sample("undelivered", K.UNDELIVERED, subject, {**bounced, "status": "5.1.1", "said": said}),
        Sample("undelivered-odd", K.UNDELIVERED, subject, {**bounced, **odd}),
        Sample("doubtful", K.DOUBTFUL, subject, doubtful),
        Sample("doubtful-not-sent", K.DOUBTFUL, subject, {**doubtful, "sent": False}),
    ]


def ticket_facts(local: Local, language: str) -> Mapping[str, object]:
    """Everything that is said of a ticket."""
    requester = Address(local.name, local.address)
    return {
        "title": local.title,
        "requester": requester,
        "verified": True,
        "resembles": "",
        "queue": "network",
        "priority": Priority.HIGH,
        "priority_reason": because("rule", "urgency", "high", "outage", "words", local.words.split()[0]),
        "status": Status.NEW,
        "ticket_language": language,
        "agent": "Anna Berg",
        "mine": False,
        "assigned_reason": together(because("knows", "vpn"), because("at_work"), because("open", 3, 20)),
        "organisation": "customer.example",
        "earlier": (EarlierTicket(977, "VPN", Status.RESOLVED), EarlierTicket(871, local.title, Status.CLOSED)),
        "earlier_count": 2,
        "due_at": datetime(2024, 3, 6, 16, 0, tzinfo=OSLO),
        "history": (),
        "answer_goes_to": (requester,),
        "note_address": "support+n1042-p3-k3f9k3f9k3f9k3f9@acme.example",
        "at": WRITTEN,
        "words": local.words,
        "attachments": (
            Listed("오류 화면.png", 128_400, preview="preview-1@maildesk.invalid", width=480),
            Listed("trace.pcapng", 48_300_000, Withheld.TOO_LARGE),
            Listed("Re: VPN.eml", 9_100, Withheld.OWN_LETTER),
            Listed("invoice.pdf", 81_000, really="program"),
        ),
        "logos": 2,
        **FROM_DESK,
    }
