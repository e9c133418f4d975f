"""What is promised, and to whom: deadlines by priority, policies that say otherwise, reminders. It never counts."""

from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, model_validator

from maildesk.config.table import Table, written
from maildesk.config.triage import OptionalPriority, OptionalType
from maildesk.config.values import BusinessSpan, Line, Number, Share, SomeBusinessSpan
from maildesk.durations import BusinessDuration
from maildesk.vocabulary import Priority

#: As many as vocabulary.DeadlineLevel has names for.
MOST_WARNINGS: Final = 3
NO_TARGETS: Final = (
    "promises nothing: give it a first_response, next_response, resolution or update, or take the table away"
)
#: As in the file, where they are text.
_REMINDED: Final[Any] = ("3 business days", "7 business days")
_NO_CONDITION: Final = (
    "is for all tickets: name a queue, type, organisation or priority,"
    " or write its times into [sla.normal] and the like"
)


def _rising(shares: tuple[float, ...]) -> tuple[float, ...]:
    if list(shares) != sorted(set(shares)):
        raise ValueError("must rise, such as [0.5, 0.8]")
    return shares


class SlaTarget(Table):
    """What is promised, in working time. None: nothing is promised.

    `update`: how long at most the requester hears nothing while the matter is with us or on hold.
    """

    first_response: BusinessSpan = written("")
    next_response: BusinessSpan = written("")
    resolution: BusinessSpan = written("")
    update: BusinessSpan = written("")

    @property
    def is_empty(self) -> bool:
        return not (self.first_response or self.next_response or self.resolution or self.update)


class SlaSettings(Table):
    urgent: SlaTarget = SlaTarget()
    high: SlaTarget = SlaTarget()
    normal: SlaTarget = SlaTarget()
    low: SlaTarget = SlaTarget()

    def of(self, priority: Priority) -> SlaTarget:
        """What is promised. A more urgent priority without a word of its own has what the next one has: a desk with
        [sla.normal] alone does not mean that urgent tickets may wait for ever."""
        targets = [self.urgent, self.high, self.normal, self.low]
        at = list(Priority).index(priority)
        return next((one for one in targets[at:3] if not one.is_empty), targets[at])


class PolicySettings(SlaTarget):
    """Other times for some tickets: those that meet every condition it names. The order of the conditions is theirs
    in deciding which of two policies is the more specific (desk/clocks/policy.py).

    `organisation`: the name of an [[organisation]], or a domain of its people's addresses.
    """

    organisation: Line = ""
    queue: Line = ""
    type: OptionalType = written("")
    priority: OptionalPriority = written("")

    @model_validator(mode="after")
    def _promises_something(self) -> Self:
        if self.is_empty:
            raise ValueError(NO_TARGETS)
        if not (self.organisation or self.queue or self.type or self.priority):
            raise ValueError(_NO_CONDITION)
        return self


class ReminderSettings(Table):
    """`warn_at` and `escalate_at` are shares of the time until a deadline, all other values are working time.

    `unassigned`: how long a ticket may be nobody's. A requester who was asked something is asked again at each of
    `requester`, and his ticket is closed at `close`, which the letters before it named; None: never.
    """

    warn_at: Annotated[tuple[Share, ...], Field(max_length=MOST_WARNINGS), AfterValidator(_rising)] = (0.5, 0.8)
    escalate_at: Number = Field(default=1.5, ge=1, le=100, allow_inf_nan=False)
    unassigned: BusinessSpan = written("")
    requester: Annotated[tuple[SomeBusinessSpan, ...], Field(max_length=MOST_WARNINGS)] = _REMINDED
    close: BusinessSpan = written("10 business days")

    @model_validator(mode="after")
    def _closes_after_a_reminder(self) -> Self:
        if self.close is None:
            return self
        if not self.requester:
            raise ValueError('close needs a reminder before it, which names the date; give one, or write close = ""')
        spans = (*self.requester, self.close)
        days = [span.days for span in spans if isinstance(span, BusinessDuration)]
        hours = [span for span in spans if not isinstance(span, BusinessDuration)]
        if days != sorted(set(days)) or hours != sorted(set(hours)):
            raise ValueError('the reminders to the requester and close must rise, such as "3 business days", "7 ..."')
        return self
