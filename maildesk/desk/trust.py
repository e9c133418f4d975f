"""May this mail speak for this person? A From line proves nothing: the tables of threats section 3, in their order."""

from dataclasses import dataclass
from typing import Final

from maildesk.desk.authentication import Authentication, Verdict
from maildesk.vocabulary import Standing


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the sender. `token` is True only for a genuine tag of this very person on this very ticket."""

    authentication: Authentication
    token: bool
    #: The mail answers a letter of ours that went to this person alone (S3).
    own_letter: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a mail is believed, and why (stored)."""

    standing: Standing
    reason: str

    @property
    def may_act(self) -> bool:
        """May it answer and give ordinary orders in an agent's name?"""
        return self.standing in (Standing.PROVEN, Standing.ACCEPTED)


#: First row that fits decides. Columns: rule, authentication, token, own letter (None: any), standing.
_AGENT_TABLE: Final = (
    # The agent's own domain says it is not from there. Not even a token helps: tokens travel in quotes.
    (None, Verdict.FAIL, None, None, Standing.FAILED),
    (None, Verdict.PASS, True, None, Standing.PROVEN),
    ("dmarc_or_token", Verdict.PASS, None, None, Standing.ACCEPTED),
    ("dmarc_or_token", None, True, None, Standing.ACCEPTED),
    ("relaxed", Verdict.PASS, None, None, Standing.ACCEPTED),
    ("relaxed", None, True, None, Standing.ACCEPTED),
    ("relaxed", None, None, True, Standing.ACCEPTED),
    (None, None, None, None, Standing.UNPROVEN),
)


def trust_agent(signals: Signals, rule: str) -> Trust:
    """Threats 3.2: `rule` is "strict", "dmarc_or_token" (default) or "relaxed"."""
    facts = (rule, signals.authentication.verdict, signals.token, signals.own_letter)
    standing = next(
        row[-1]
        for row in _AGENT_TABLE
        if all(want is None or want == fact for want, fact in zip(row[:-1], facts, strict=True))
    )
    return Trust(standing, _reason(signals))


def trust_requester(signals: Signals) -> Trust:
    """Threats 3.3: nobody is locked out; this says only what may be believed and echoed."""
    if signals.authentication.verdict is Verdict.FAIL:
        return Trust(Standing.FAILED, _reason(signals))
    if signals.authentication.verdict is Verdict.PASS:
        return Trust(Standing.PROVEN if signals.token else Standing.ACCEPTED, _reason(signals))
    if signals.token:
        return Trust(Standing.ACCEPTED, _reason(signals))
    return Trust(Standing.UNPROVEN, _reason(signals))


def _reason(signals: Signals) -> str:
    token = "own token" if signals.token else "no token"
    letter = ", answers a letter to this person" if signals.own_letter else ""
    return f"{signals.authentication.reason}; {token}{letter}"
