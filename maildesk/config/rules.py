"""When we work and what is allowed: hours, answers, ratings, digests, limits. It never counts."""

from pydantic import Field

from maildesk.config.table import Table, written
from maildesk.config.values import (
    Country,
    Day,
    Duration,
    MailSize,
    OptionalDuration,
    OptionalTime,
    OptionalWeekTime,
    Share,
    SomeDuration,
    Week,
    Whole,
)


class HoursSettings(Table):
    """When the desk works, in its zone. `days_off` are dates of its own, beside the public holidays of a country."""

    week: Week = written("Mon-Fri 08:00-16:00")
    holidays: Country = ""
    days_off: tuple[Day, ...] = ()


class AnswerSettings(Table):
    hold: Duration = written("60s")
    reopen_within: Duration = written("30d")


class FeedbackSettings(Table):
    """Nobody is asked more often than `every`. A rating of `low_rating` or less is told to the managers; 0: none is."""

    with_closure: bool = True
    survey_after: OptionalDuration = written("")
    window: SomeDuration = written("28d")
    every: Duration = written("30d")
    low_rating: Whole = Field(default=2, ge=0, le=4)


class WatchSettings(Table):
    """When the operator is told of trouble with the desk itself; None: never."""

    silent_after: OptionalDuration = written("30m")
    spool_after: OptionalDuration = written("15m")
    outbox_after: OptionalDuration = written("1h")
    expires_within: OptionalDuration = written("14d")


class DigestSettings(Table):
    """Times in each manager's zone; None: no digest. `target`: the share of promises that are to be kept. `workload`:
    what each agent has open, by name."""

    daily: OptionalTime = written("07:30")
    weekly: OptionalWeekTime = written("Mon 07:30")
    target: Share = 0.9
    workload: bool = True


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
