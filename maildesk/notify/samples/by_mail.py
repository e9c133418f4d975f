"""Sample letters that answer an agent's commands, and a requester's one word."""

from datetime import datetime

from maildesk.mail import Address
from maildesk.notify.happened import Done
from maildesk.notify.receipt import Answer, Row
from maildesk.notify.samples.people import ANNA, DESK, OSLO, Local
from maildesk.notify.samples.sample import FROM_DESK, WRITTEN, Sample
from maildesk.notify.self_service import OwnTicket
from maildesk.reason import because, together
from maildesk.vocabulary import NoticeKind as K
from maildesk.vocabulary import SelfService, Status

_FRIDAY = datetime(2024, 3, 8, 8, 0, tzinfo=OSLO)
_BELIEVED = together(
    because("dmarc_pass", "customer.example"), because("no_token"), because("allows", "yes", "yes", "no")
)


def by_mail(local: Local) -> list[Sample]:
    """Receipts and answers, with a ticket and without one."""
    return [*_receipts(local), *_self_service(local)]


def _receipts(local: Local) -> list[Sample]:
    subject = f"Re: [#1042] {local.title}"
    facts = {
        "title": local.title,
        "commands": ("#prio high", "#cause worn cable", "#hold until fri", "#assign anna"),
        "done": (
            Done("changed", "priority", "normal", "high"),
            Done("changed", "cause", "", "worn cable"),
            Done("on_hold", new="spare part", at=_FRIDAY),
            Done("assigned", new="Anna", reason=because("assigned_by", "Bob")),
        ),
        "told": (ANNA,),
        "undo": ("#undo",),
        "answers": (),
        "files": (),
        **FROM_DESK,
    }
    asked = {**facts, "commands": ("#history", "#status"), "done": (), "told": (), "undo": ()}
    history = (
        Row(at=WRITTEN, by=local.address, done=Done("opened", reason=because("knows", "vpn", "wlan"))),
        Row(at=_FRIDAY, by=ANNA.address, done=Done("changed", "priority", "normal", "high")),
    )
    status = (Row(what="status", status="open"), Row(what="priority", priority="high"), Row(what="agent", text="Anna"))
    mail = because("mail_from", 7, local.address)
    known = (
        Row(at=WRITTEN, what=mail, by=because("accepted"), reason=because("came_by", "lmtp", DESK)),
        Row(at=WRITTEN, what=because("sender_of", 7), by=because("standing", "accepted"), reason=_BELIEVED),
        Row(at=WRITTEN, what=because("event_by", local.address), done=history[0].done),
        Row(at=_FRIDAY, what=because("clock", "first_response", "due"), by=because("in_state", "waiting")),
    )
    answers = (Answer("history", history, 3), Answer("status", status), Answer("why", known))
    listed = (
        Row(number=1042, what=local.title, status="open", priority="high", by="Anna"),
        Row(number=1043, what=local.title, status="new", priority="normal"),
    )
    empty = {**asked, "commands": ("#list waiting",), "title": "", "answers": (Answer("list"),)}
    away = {**empty, "commands": ("#away until fri",), "done": (Done("away", at=_FRIDAY),), "undo": ("#back",)}
    return [
        Sample("receipt", K.RECEIPT, subject, facts),
        Sample("receipt-silent", K.RECEIPT, subject, {**facts, "told": (), "undo": ()}),
        Sample("receipt-answers", K.RECEIPT, subject, {**asked, "answers": answers, "files": ("ticket-1042.mbox",)}),
        Sample("receipt-list", K.RECEIPT, "", {**empty, "answers": (Answer("list", listed),)}, ticket=False),
        Sample("receipt-nothing", K.RECEIPT, "", empty, ticket=False),
        Sample("receipt-away", K.RECEIPT, "", {**away, "answers": ()}, ticket=False),
    ]


def _self_service(local: Local) -> list[Sample]:
    name = Address(local.name, local.address).name
    rows = (
        OwnTicket(1042, local.title, Status.OPEN, WRITTEN, _FRIDAY),
        OwnTicket(1040, local.title, Status.PENDING, WRITTEN),
    )
    facts = {"word": SelfService.STATUS, "name": name, "rows": rows, "more": 2, "reopen_days": 30, **FROM_DESK}
    others = {
        f"self_service-{word}": {**facts, "word": word, "rows": (), "more": 0}
        for word in (SelfService.CLOSE, SelfService.REOPEN, SelfService.STOP, SelfService.START)
    }
    return [
        Sample("self_service", K.SELF_SERVICE, "", facts, ticket=False),
        Sample("self_service-none", K.SELF_SERVICE, "", {**facts, "rows": (), "more": 0, "name": ""}, ticket=False),
        *(Sample(name, K.SELF_SERVICE, "", changed) for name, changed in others.items()),
    ]
