"""Sample letters about the desk itself: held mail, budgets, a sender who writes very much."""

from dataclasses import replace
from datetime import datetime

from maildesk.mail import Address
from maildesk.notify.gathered import GatheredRow
from maildesk.notify.operator import HeldRow
from maildesk.notify.samples.people import ANNA, OSLO, Local
from maildesk.notify.samples.sample import FROM_DESK, WRITTEN, Sample
from maildesk.reason import because, together
from maildesk.vocabulary import Cause, QuestionKind, Undone
from maildesk.vocabulary import NoticeKind as K

_UNTIL = datetime(2024, 3, 12, 9, 4, tzinfo=OSLO)


def about_the_desk(local: Local) -> list[Sample]:
    """To the operator, and to agents of whom something was asked."""
    every_minute = {"address": "", "limit": 60, "period": "minute", **FROM_DESK}
    daily = {"address": local.address, "limit": 5, "period": "day", **FROM_DESK}
    return [
        *_held(local),
        *_gathered(local),
        *_confirm(local),
        *_not_done(),
        Sample("silenced", K.SILENCED, "", daily, ticket=False),
        Sample("silenced-all", K.SILENCED, "", every_minute, ticket=False),
        *_alarms(),
    ]


def _alarms() -> list[Sample]:
    """Trouble of each kind, and the end of one."""
    facts = {"name": "support", "at": WRITTEN, "count": 3, "over": False, **FROM_DESK}
    kinds = ("mailbox", "spool", "outbox", "login", "certificate", "report", "clock")
    begun = [Sample(f"alarm-{kind}", K.ALARM, "", {**facts, "alarm": kind}, ticket=False) for kind in kinds]
    return [*begun, Sample("alarm-over", K.ALARM, "", {**facts, "alarm": "mailbox", "over": True}, ticket=False)]


def _held(local: Local) -> list[Sample]:
    reason = together(because("could_not_be_read"), because("too_slow"))
    held = {"inbound_id": 17, "sender": local.address, "title": local.title, "reason": reason, "at": WRITTEN}
    rows = _held_rows(local)
    many = {"rows": rows, "more": 3, "aside": 12, **FROM_DESK}
    return [
        Sample("held_mail", K.HELD_MAIL, "", {**held, **FROM_DESK}, ticket=False),
        Sample("held_daily", K.HELD_DAILY, "", many, ticket=False),
        Sample("held_daily-one", K.HELD_DAILY, "", {**many, "rows": rows[2:], "more": 0, "aside": 0}, ticket=False),
    ]


def _gathered(local: Local) -> list[Sample]:
    rows = tuple(
        GatheredRow(number, local.title, f"support+t{number}-p3-k3f9k3f9k3f9k3f9@acme.example")
        for number in range(1050, 1070)
    )
    facts = {"sender": Address(local.name, local.address), "count": 412, "rows": rows, "more": 392, **FROM_DESK}
    few = {**facts, "count": 1, "rows": rows[:1], "more": 0}
    return [
        Sample("gathered", K.GATHERED, "", facts, ticket=False),
        Sample("gathered-few", K.GATHERED, "", few, ticket=False),
    ]


def _confirm(local: Local) -> list[Sample]:
    facts = {
        "number": 17,
        "claimed": ANNA.address,
        "title": local.title,
        "at": WRITTEN,
        "until": _UNTIL,
        "words": f"#close\n\n{local.answer}",
        "files": ("오류 화면.png", "invoice.pdf"),
        "commands": ("#close",),
        "reason": together(because("no_server_trusted"), because("no_token")),
        **FROM_DESK,
    }
    alone = {**facts, "title": "", "commands": (), "files": ()}
    return [
        Sample("confirm", K.CONFIRM, "", facts),
        Sample("confirm-no-ticket", K.CONFIRM, "", alone, ticket=False),
    ]


def _not_done() -> list[Sample]:
    facts = {"number": 17, "why": Undone.UNCLEAR, "words": "Hm?", "kind": QuestionKind.CONFIRM, **FROM_DESK}
    ours = {"why": Undone.NOT_BLOCKED, "kind": QuestionKind.DECIDE, "words": "block"}
    changes = {
        "not_done": {},
        "not_done-operator": {"kind": QuestionKind.DECIDE, "words": "hm"},
        "not_done-late": {"why": Undone.TOO_LATE, "words": "yes"},
        "not_done-gone": {"why": Undone.NOT_HELD, "words": "yes"},
        "not_done-ours": ours,
    }
    return [Sample(name, K.NOT_DONE, "", {**facts, **change}, ticket=False) for name, change in changes.items()]


def _held_rows(local: Local) -> tuple[HeldRow, ...]:
    row = HeldRow(
        number=17,
        sender=ANNA.address,
        title=local.title,
        cause=Cause.UNPROVEN_AGENT,
        reason=together(because("says_agent", "anna@acme.example"), because("no_server_trusted"), because("no_token")),
        ticket=1042,
        at=WRITTEN,
        until=_UNTIL,
        address="support+c3-p1-k3f9k3f9k3f9k3f9@acme.example",
        may_block=False,
    )
    code = replace(
        row,
        number=18,
        sender="no-reply@elsewhere.example",
        title="Your verification code: 123-456",
        cause=Cause.CODE_MAIL,
        reason=because("code_mail", "no-reply@elsewhere.example", 1042),
        until=None,
        may_block=True,
    )
    broken = replace(
        code,
        number=19,
        sender="",
        title="",
        cause=Cause.FAILED,
        reason=together(because("could_not_be_read"), because("too_much_memory")),
        ticket=None,
        address="",
    )
    return row, code, broken
