"""May a new ticket be acknowledged to its sender, and with his own words? Nobody's mailbox is bombed through us."""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.reason import because, together
from maildesk.vocabulary import Standing

#: People write from these too, and programs read there (RFC 3834 2, RFC 2142 6): a mail like any other, without a word
#: from a machine.
_ROLE: Final = re.compile(r"(?:root|postmaster)[-_+.@]|[^@]*-(?:request|owner)[+@]|owner-", re.I)


@dataclass(frozen=True, slots=True)
class SenderFacts:
    """What the decision reads. `automatic_hour` and `automatic_day` count automatic letters to this address."""

    standing: Standing
    address: str
    may_answer: bool
    may_answer_reason: str
    acknowledged_today: bool
    undeliverable: bool
    automatic_hour: int
    automatic_day: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """`send` says whether; the sender's own words are echoed only to a verified sender (`message.verified`)."""

    send: bool
    reason: str
    #: True where a budget is used up and the operator is to be told.
    silenced: bool = False


def refusal(reason: str, *, silenced: bool = False) -> Acknowledgement:
    """No letter, and why."""
    return Acknowledgement(False, together(because("not_acknowledged"), reason), silenced)


def may_acknowledge(facts: SenderFacts, per_hour: int, per_day: int) -> Acknowledgement:
    """The order is the priority (threats T20, T24; RFC 3834 2)."""
    refusals = (
        (not facts.may_answer, facts.may_answer_reason),
        (facts.standing is Standing.STRANGER, because("no_clean_address")),
        (facts.standing is Standing.FAILED, because("disowned")),
        (bool(_ROLE.match(facts.address)), because("program_reads")),
        (facts.undeliverable, because("comes_back")),
    )
    for refused, reason in refusals:
        if refused:
            return refusal(reason)
    if facts.automatic_hour >= per_hour or facts.automatic_day >= per_day:
        return refusal(because("budget_used"), silenced=True)
    if facts.standing is Standing.UNPROVEN and facts.acknowledged_today:
        return refusal(because("one_in_a_day"))
    return Acknowledgement(True, because("acknowledged"))
