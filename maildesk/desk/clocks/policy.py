"""Which times are promised for a ticket? The policies of the configuration, the most specific first.

A policy meets a ticket that fulfils every condition it names. Of two that do, the one with the organisation goes before
the one without it, then the one with the queue, the type, the priority; of two alike, the one that stands first. What
it does not promise is taken from the next, and last from [sla] for the ticket's priority.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from maildesk.config import PolicySettings, Settings, SlaTarget
from maildesk.durations import BusinessDuration
from maildesk.vocabulary import Metric, Priority, TicketType

Span = timedelta | BusinessDuration


@dataclass(frozen=True, slots=True)
class Matter:
    """What of a ticket decides about its policy. `requester` is an address."""

    queue: str
    type: TicketType
    priority: Priority
    requester: str


@dataclass(frozen=True, slots=True)
class Promise:
    """How much working time there is, and which policy says so."""

    span: Span
    reason: str


def promises_for(settings: Settings, matter: Matter) -> Mapping[Metric, Promise]:
    """What is promised; a metric without a promise is missing."""
    found: dict[Metric, Promise] = {}
    for policy, reason in _policies(settings, matter):
        for metric, span in _targets(policy).items():
            if span is not None:
                found.setdefault(metric, Promise(span, reason))
    unassigned = settings.reminders.unassigned
    if unassigned is not None:
        found[Metric.UNASSIGNED] = Promise(unassigned, "reminders.unassigned")
    return found


def promises_anything(settings: Settings) -> bool:
    """Is there any clock of this kind at all?"""
    by_priority = (settings.sla.of(priority) for priority in Priority)
    none = all(target.is_empty for target in by_priority)
    return bool(settings.policy) or not none or settings.reminders.unassigned is not None


def _policies(settings: Settings, matter: Matter) -> list[tuple[SlaTarget, str]]:
    meeting = [(policy, number) for number, policy in enumerate(settings.policy) if _meets(settings, policy, matter)]
    # sorted is stable: of two alike the first stays the first.
    best: list[tuple[SlaTarget, str]] = [
        (policy, f"policy[{number}]") for policy, number in sorted(meeting, key=lambda one: _rank(one[0]))
    ]
    return [*best, (settings.sla.of(matter.priority), f"sla.{matter.priority}")]


def _rank(policy: PolicySettings) -> tuple[bool, ...]:
    return (not policy.organisation, not policy.queue, policy.type is None, policy.priority is None)


def _meets(settings: Settings, policy: PolicySettings, matter: Matter) -> bool:
    return (
        (not policy.queue or policy.queue.lower() == matter.queue.lower())
        and policy.type in (None, matter.type)
        and policy.priority in (None, matter.priority)
        and (not policy.organisation or _is_of(settings, policy.organisation.lower(), matter.requester.lower()))
    )


def _is_of(settings: Settings, organisation: str, requester: str) -> bool:
    known = settings.organisation_of(requester)
    if known is not None and known.name.lower() == organisation:
        return True
    domain = requester.rpartition("@")[2]
    return domain == organisation or domain.endswith(f".{organisation}")


def _targets(target: SlaTarget) -> Mapping[Metric, Span | None]:
    return {
        Metric.FIRST_RESPONSE: target.first_response,
        Metric.NEXT_RESPONSE: target.next_response,
        Metric.RESOLUTION: target.resolution,
        Metric.PROMISE: target.update,
    }
