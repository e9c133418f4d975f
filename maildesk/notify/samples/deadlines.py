"""Sample letters of the clocks: reminders to agents and managers, and to a requester who was asked something."""

from dataclasses import replace
from datetime import datetime

from maildesk.mail import Address
from maildesk.notify.reminders import ReminderRow
from maildesk.notify.samples.people import ANNA, OSLO, Local
from maildesk.notify.samples.sample import FROM_DESK, Sample
from maildesk.vocabulary import DeadlineLevel, Metric, Priority, Status
from maildesk.vocabulary import NoticeKind as K

_DUE = datetime(2024, 3, 5, 16, 0, tzinfo=OSLO)


def of_the_clocks(local: Local) -> list[Sample]:
    """Near, past, far past; one ticket and several; the requester reminded, and his ticket closed."""
    return [*_reminders(local), *_waiting(local)]


def _reminders(local: Local) -> list[Sample]:
    soon = ReminderRow(
        number=1042,
        title=local.title,
        metric=Metric.FIRST_RESPONSE,
        level=DeadlineLevel.WARN2,
        due_at=_DUE,
        minutes=47,
        late=False,
        done=False,
        status=Status.OPEN,
        priority=Priority.HIGH,
        agent=ANNA.name,
        mine=True,
        requester=Address(local.name, local.address),
        author=Address(local.name, local.address),
        words=local.words,
        address="support+t1042-p3-k3f9k3f9k3f9k3f9@acme.example",
    )
    late = replace(soon, level=DeadlineLevel.DUE, late=True, minutes=80)
    unassigned = replace(late, metric=Metric.UNASSIGNED, agent="", mine=False)
    forms = {
        "reminder": soon,
        "reminder-breach": late,
        "reminder-escalated": replace(late, level=DeadlineLevel.ESCALATED, minutes=4000, agent="", mine=False),
        "reminder-done": replace(late, metric=Metric.RESOLUTION, done=True),
        "reminder-unassigned": replace(unassigned, late=False, words=""),
        "reminder-nobody": unassigned,
        "reminder-resumed": replace(soon, metric=Metric.RESUME, level=DeadlineLevel.DUE),
        "reminder-unreachable": replace(soon, metric=Metric.WAITING, level=DeadlineLevel.DUE),
        "reminder-planned": replace(soon, metric=Metric.PLANNED, level=DeadlineLevel.WARN1),
        "reminder-plan-due": replace(late, metric=Metric.PLANNED),
    }
    subject = f"Re: [#1042] {local.title}"
    alone = {"more": 0, "answer_goes_to": (Address(local.name, local.address),), **FROM_DESK}
    metrics = [replace(late, metric=metric) for metric in (Metric.NEXT_RESPONSE, Metric.PROMISE)]
    rows = tuple(replace(row, number=1042 + at) for at, row in enumerate((late, *metrics, soon, unassigned)))
    together = {"rows": rows, "more": 7, "answer_goes_to": None, **FROM_DESK}
    return [
        *(Sample(name, K.REMINDER, subject, {"rows": (row,), **alone}) for name, row in forms.items()),
        Sample("reminder-internal", K.REMINDER, subject, {"rows": (late,), **alone, "answer_goes_to": ()}),
        Sample("reminder-several", K.REMINDER, "", together, ticket=False),
    ]


def _waiting(local: Local) -> list[Sample]:
    subject = f"Re: {local.title}"
    asked = {"name": local.name, "question": local.answer, **FROM_DESK}
    first = {**asked, "closes_at": _DUE, "again": False, "last": False}
    expired = {**asked, "reopen_days": 30}
    return [
        Sample("waiting", K.WAITING, subject, first),
        Sample("waiting-no-name", K.WAITING, subject, {**first, "name": ""}),
        Sample("waiting-last", K.WAITING, subject, {**first, "again": True, "last": True}),
        Sample("expired", K.EXPIRED, subject, expired),
        Sample("expired-to-another", K.EXPIRED, subject, {**expired, "name": "", "question": ""}),
    ]
