"""What is a new mail about, and how much does it press? Type, service, category, impact and urgency by the rules, the
priority by the matrix; for everything that was found the reason.

The order is the priority: for each thing the first rule that says it counts; tags of all rules are collected.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from maildesk.config import PrioritySettings, RuleSays, RuleSettings
from maildesk.desk.words.word_search import Text, first_found, text_of
from maildesk.reason import because, together
from maildesk.vocabulary import Level, Priority, TicketType

_Said = TypeVar("_Said")

#: Characters of a text that are looked at: what presses stands at its beginning.
ENOUGH = 50_000


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What the rules may ask of a mail. Names of queues, addresses and headers are in lower case."""

    subject: str
    text: str
    #: The names of our queues, and our addresses, that it was sent to.
    queues: frozenset[str]
    recipients: frozenset[str]
    #: "" where it is not one clean address, or its domain disowns the mail.
    sender: str
    #: Of the sender, as it is written; "" where he belongs to none.
    organisation: str
    vip: bool
    #: (name, value), both in lower case; none unless the sender is proven.
    headers: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Triage:
    """What was found; `reasons` has one for each thing, `priority_reason` is "" for the plain case."""

    type: TicketType
    service: str
    category: str
    impact: Level
    urgency: Level
    priority: Priority
    queue: str
    tags: tuple[str, ...]
    reasons: tuple[str, ...]
    priority_reason: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """A rule that holds for the mail, and why."""

    says: RuleSays
    rule: str
    #: By what it knew the mail: "queue", "network", "words", "is down" ... (notify/why_words.py).
    found: tuple[str, ...]


def priority_of(impact: Level, urgency: Level, matrix: PrioritySettings) -> Priority:
    """The priority of a ticket whose priority nobody has set by hand."""
    return matrix.of(impact, urgency)


def triage_of(facts: MailFacts, rules: Iterable[RuleSettings], matrix: PrioritySettings) -> Triage:
    """Asks every rule, in order; what none of them says is a request of medium impact and urgency."""
    hits = tuple(_holding(facts, rules))
    impact = _first(hits, lambda says: says.impact) or Level.MEDIUM
    urgency = _first(hits, lambda says: says.urgency) or Level.MEDIUM
    own = _first(hits, lambda says: says.priority)
    reasons = {name: _reasons(name, hits) for name in RuleSays.model_fields}
    pressing = ("priority",) if own else ("impact", "urgency")
    return Triage(
        type=_first(hits, lambda says: says.type) or TicketType.REQUEST,
        service=_first(hits, lambda says: says.service) or "",
        category=_first(hits, lambda says: says.category) or "",
        impact=impact,
        urgency=urgency,
        priority=own or priority_of(impact, urgency, matrix),
        queue=_first(hits, lambda says: says.queue) or "",
        tags=tuple(dict.fromkeys(tag for hit in hits for tag in hit.says.tags)),
        reasons=tuple(reason for each in reasons.values() for reason in each),
        priority_reason=together(*(reason for name in pressing for reason in reasons[name])),
    )


def _first(hits: Iterable[_Hit], of: Callable[[RuleSays], _Said | None]) -> _Said | None:
    return next((said for hit in hits if (said := of(hit.says))), None)


def _reasons(name: str, hits: Iterable[_Hit]) -> list[str]:
    """What the rule that counts says, and by what it knew the mail; of tags, all. None where no rule says it."""
    said = ((getattr(hit.says, name), hit.rule, hit.found) for hit in hits)
    reasons = [
        because("rule" if found else "rule_alone", name, ", ".join(it) if isinstance(it, tuple) else it, rule, *found)
        for it, rule, found in said
        if it
    ]
    return reasons if name == "tags" else reasons[:1]


def _holding(facts: MailFacts, rules: Iterable[RuleSettings]) -> Iterator[_Hit]:
    subject = text_of(facts.subject)
    whole = text_of(f"{facts.subject}\n{facts.text[:ENOUGH]}")
    for rule in rules:
        found = [test(rule, facts, subject, whole) for test in _TESTS]
        if None not in found:
            yield _Hit(rule.set, rule.name, tuple(part for one in found for part in one or ()))


_Found = tuple[str, ...] | None


# Each test: () where the rule does not ask for it, what was found where it holds, None where it does not.
def _by_queue(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    return _one_of(rule.queue, facts.queues, "queue")


def _by_recipient(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    return _one_of(rule.recipient, facts.recipients, "to")


def _by_sender(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    labels = facts.sender.rpartition("@")[2].split(".")
    domains = {".".join(labels[at:]) for at in range(len(labels))}
    return _one_of(rule.sender, frozenset({facts.sender, *domains}), "from")


def _by_organisation(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    return _one_of(rule.organisation, frozenset({facts.organisation.casefold()}), "of")


def _by_vip(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    if not rule.vip:
        return ()
    return ("of", facts.organisation) if facts.vip else None


def _by_subject(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    return _quoted(rule.subject, subject, "in_subject")


def _by_words(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    return _quoted(rule.words, text, "words")


def _by_headers(rule: RuleSettings, facts: MailFacts, subject: Text, text: Text) -> _Found:
    if not rule.headers:
        return ()
    wanted = ((header, *header.split(":", 1)) for header in rule.headers)
    there = (
        ("header", header)
        for header, name, value in wanted
        if (name.casefold(), value.strip().casefold()) in facts.headers
    )
    return next(there, None)


def _one_of(wanted: tuple[str, ...], there: frozenset[str], kind: str) -> _Found:
    if not wanted:
        return ()
    return next(((kind, one) for one in wanted if one.casefold() in there), None)


def _quoted(wanted: tuple[str, ...], text: Text, kind: str) -> _Found:
    if not wanted:
        return ()
    found = first_found(wanted, text)
    return (kind, found) if found else None


_TESTS: Final = (
    _by_queue,
    _by_recipient,
    _by_sender,
    _by_organisation,
    _by_vip,
    _by_subject,
    _by_words,
    _by_headers,
)
