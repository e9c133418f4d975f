"""What is promised and what is allowed: hours, deadlines, answers, ratings, digests, limits. It never counts."""

from typing import Annotated

from pydantic import AfterValidator, Field

from maildesk.config.table import Table, written
from maildesk.config.values import (
    BusinessSpan,
    Country,
    Duration,
    MailSize,
    Number,
    OptionalDuration,
    OptionalTime,
    OptionalWeekTime,
    SomeDuration,
    Week,
    Whole,
)
from maildesk.vocabulary import Priority


def _rising(shares: tuple[float, ...]) -> tuple[float, ...]:
    if list(shares) != sorted(set(shares)):
        raise ValueError("must rise, such as [0.5, 0.8]")
    return shares


Share = Annotated[Number, Field(gt=0, lt=1, allow_inf_nan=False)]


class HoursSettings(Table):
    week: Week = written("Mon-Fri 08:00-16:00")
    holidays: Country = ""


class SlaTarget(Table):
    """What is promised for one priority, in working time. None: nothing is promised."""

    first_response: BusinessSpan = written("")
    next_response: BusinessSpan = written("")
    resolution: BusinessSpan = written("")


class SlaSettings(Table):
    urgent: SlaTarget = SlaTarget()
    high: SlaTarget = SlaTarget()
    normal: SlaTarget = SlaTarget()
    low: SlaTarget = SlaTarget()

    def of(self, priority: Priority) -> SlaTarget:
        return {
            Priority.URGENT: self.urgent,
            Priority.HIGH: self.high,
            Priority.NORMAL: self.normal,
            Priority.LOW: self.low,
        }[priority]


class ReminderSettings(Table):
    """Shares of the time until a deadline: warnings before it, escalation after it."""

    warn_at: Annotated[tuple[Share, ...], AfterValidator(_rising)] = (0.5, 0.8)
    escalate_at: Number = Field(default=1.5, ge=1, le=100, allow_inf_nan=False)


class AnswerSettings(Table):
    hold: Duration = written("60s")
    reopen_within: Duration = written("30d")


class FeedbackSettings(Table):
    with_closure: bool = True
    survey_after: OptionalDuration = written("")
    window: SomeDuration = written("28d")


class DigestSettings(Table):
    """Times in each manager's zone; None: no digest."""

    daily: OptionalTime = written("07:30")
    weekly: OptionalWeekTime = written("Mon 07:30")


class LimitSettings(Table):
    """`message_size` in bytes; `auto_*` count automatic mails, to one address and (per minute) in all.

    After `hard_bounces` letters that came back for good an address gets no more automatic mail. The listeners take so
    much in an hour from one sender, and from one network of the internet (a /24 or a /64); 0 mails is no limit. Agents
    get a letter for each of `letters_per_sender` mails of one sender in an hour; further ones are collected.
    """

    message_size: MailSize = written("40MB")
    auto_per_hour: Whole = Field(default=2, ge=0)
    auto_per_day: Whole = Field(default=5, ge=0)
    auto_per_minute: Whole = Field(default=60, ge=1)
    hard_bounces: Whole = Field(default=2, ge=1)
    connections: Whole = Field(default=200, ge=1)
    connections_per_address: Whole = Field(default=100, ge=1)
    mails_per_sender: Whole = Field(default=20_000, ge=0)
    bytes_per_sender: MailSize = written("4GB")
    mails_per_network: Whole = Field(default=5000, ge=0)
    letters_per_sender: Whole = Field(default=20, ge=1)
