"""May this mail speak for this person? A From line proves nothing: the tables of threats section 3, in their order.

It decides about what people wrote; automatic mail is recorded before anybody asks (desk/automatic.py). What is held,
confirmed or refused because of it is done by the stories.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from maildesk.desk.speaker.authentication import Authentication, Verdict
from maildesk.reason import because, together
from maildesk.vocabulary import Standing


class Leave(StrEnum):
    """What a mail may do of what it asks for."""

    YES = "yes"
    CONFIRM = "confirm"  # not by itself: the registered address is asked
    HELD = "held"  # kept for a person to look at; nobody is asked
    NO = "no"


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the sender."""

    #: S1.
    authentication: Authentication
    #: A genuine tag of this very person on this very ticket (S2).
    token: bool
    #: The mail answers a letter of ours that went to this person alone (S3).
    own_letter: bool
    #: It came to a genuine address of somebody else: worth nothing, and worth a look.
    strange_token: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a mail is believed, and why (stored, maildesk.reason).

    `answer`: its words count as the person's. `order`: ordinary commands. `endanger`: those that are hard to take back,
    or let others in: recipients, requester, merge, export, delete, block, settings.
    """

    standing: Standing
    reason: str
    answer: Leave = Leave.NO
    order: Leave = Leave.NO
    endanger: Leave = Leave.NO

    @property
    def may_answer(self) -> bool:
        return self.answer is Leave.YES

    @property
    def may_act(self) -> bool:
        """May it give ordinary orders in this person's name?"""
        return self.order is Leave.YES

    @property
    def may_endanger(self) -> bool:
        return self.endanger is Leave.YES

    def __str__(self) -> str:
        """As it is stored for `maildesk why`."""
        allowed = because("allows", self.answer, self.order, self.endanger)
        return f"{self.standing}: {together(self.reason, allowed)}"


class _Row(NamedTuple):
    """None: any."""

    rule: str | None
    authentication: Verdict | None
    token: bool | None
    own_letter: bool | None
    standing: Standing
    answer: Leave
    order: Leave
    endanger: Leave


_YES, _CONFIRM, _HELD, _NO = Leave.YES, Leave.CONFIRM, Leave.HELD, Leave.NO

#: Threats 3.2. The first row that fits decides.
_AGENT_TABLE: Final = (
    # The agent's own domain says it is not from there. Not even a token helps: tokens travel in quotes.
    _Row(None, Verdict.FAIL, True, None, Standing.FAILED, _CONFIRM, _HELD, _NO),
    _Row(None, Verdict.FAIL, None, None, Standing.FAILED, _CONFIRM, _NO, _NO),
    _Row(None, Verdict.PASS, True, None, Standing.PROVEN, _YES, _YES, _YES),
    # One proof of the two: by the strict rule the confirmation brings the other.
    _Row("strict", Verdict.PASS, None, None, Standing.UNPROVEN, _CONFIRM, _CONFIRM, _NO),
    _Row("strict", None, True, None, Standing.UNPROVEN, _CONFIRM, _CONFIRM, _NO),
    _Row(None, Verdict.PASS, None, None, Standing.ACCEPTED, _YES, _YES, _CONFIRM),
    _Row(None, None, True, None, Standing.ACCEPTED, _YES, _YES, _CONFIRM),
    # A Message-ID of ours travels with every quote and forward: enough for words at most.
    _Row("relaxed", None, None, True, Standing.ACCEPTED, _YES, _HELD, _NO),
    _Row(None, None, None, True, Standing.UNPROVEN, _CONFIRM, _HELD, _NO),
    _Row(None, None, None, None, Standing.UNPROVEN, _CONFIRM, _NO, _NO),
)

#: Threats 3.3: nobody is locked out. What one asks of his own ticket is no danger to anybody else.
_REQUESTER_TABLE: Final = (
    _Row(None, Verdict.FAIL, None, None, Standing.FAILED, _YES, _NO, _NO),
    _Row(None, Verdict.PASS, True, None, Standing.PROVEN, _YES, _YES, _NO),
    _Row(None, Verdict.PASS, None, None, Standing.ACCEPTED, _YES, _YES, _NO),
    _Row(None, None, True, None, Standing.ACCEPTED, _YES, _YES, _NO),
    _Row(None, None, None, None, Standing.UNPROVEN, _YES, _CONFIRM, _NO),
)


def trust_agent(signals: Signals, rule: str) -> Trust:
    """Threats 3.2: `rule` is "strict", "dmarc_or_token" (default) or "relaxed"."""
    return _decided(_AGENT_TABLE, signals, rule)


def trust_requester(signals: Signals) -> Trust:
    """Threats 3.3: what may be believed and echoed; the mail becomes a ticket or joins one in any case."""
    return _decided(_REQUESTER_TABLE, signals, "")


def _decided(table: tuple[_Row, ...], signals: Signals, rule: str) -> Trust:
    facts = (rule, signals.authentication.verdict, signals.token, signals.own_letter)
    row = next(
        row for row in table if all(want is None or want == fact for want, fact in zip(row[:4], facts, strict=True))
    )
    return Trust(row.standing, _reason(signals), row.answer, row.order, row.endanger)


def _reason(signals: Signals) -> str:
    token = because("own_token") if signals.token else because("no_token")
    if signals.strange_token:
        token = because("strange_token")
    letter = because("answers_own_letter") if signals.own_letter else ""
    return together(signals.authentication.reason, token, letter)
