"""How much proof does a command need? Note < answer < assign < close < what is hard to take back, or lets others in.

What is not proven enough is not refused: the agent is asked at his registered address, and his yes lets the mail go
(desk/held/confirm.py). The proofs themselves are weighed in trust.py.
"""

from collections.abc import Iterable
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from maildesk.desk.commands import Command
from maildesk.desk.trust import Trust
from maildesk.desk.words.command_words import Verb


class Grade(IntEnum):
    """In rising order."""

    NOTE = 1
    ANSWER = 2
    ASSIGN = 3  # everyday orders: whose it is, what it is, what is to be shown to the agent himself
    CLOSE = 4  # ends it, or brings it back
    DANGER = 5  # recipients, merging, export, what is held: threats 3.2


GRADES: Final = MappingProxyType(
    {
        **dict.fromkeys((Verb.NOTE, Verb.HELP), Grade.NOTE),
        Verb.REPLY: Grade.ANSWER,
        **dict.fromkeys((Verb.TAKE, Verb.ASSIGN, Verb.PASS, Verb.REACHABLE), Grade.ASSIGN),
        **dict.fromkeys((Verb.WAIT, Verb.HOLD, Verb.SNOOZE, Verb.PLAN), Grade.ASSIGN),
        **dict.fromkeys((Verb.PRIO, Verb.IMPACT, Verb.URGENCY, Verb.TYPE, Verb.SERVICE), Grade.ASSIGN),
        **dict.fromkeys((Verb.CATEGORY, Verb.CAUSE, Verb.TAG, Verb.UNTAG, Verb.OUTAGE, Verb.LINK), Grade.ASSIGN),
        **dict.fromkeys((Verb.AWAY, Verb.BACK, Verb.SKILL), Grade.ASSIGN),
        **dict.fromkeys((Verb.WHY, Verb.HISTORY, Verb.LIST, Verb.STATUS), Grade.ASSIGN),
        **dict.fromkeys((Verb.SOLVE, Verb.CLOSE, Verb.REOPEN, Verb.SPAM), Grade.CLOSE),
        **dict.fromkeys((Verb.SEND, Verb.UNDO, Verb.PROBLEM, Verb.SPLIT), Grade.CLOSE),
        **dict.fromkeys((Verb.CC, Verb.UNCC, Verb.SAME_PERSON, Verb.FOR), Grade.DANGER),
        **dict.fromkeys((Verb.MERGE, Verb.EXPORT), Grade.DANGER),
    }
)


def grade_of(commands: Iterable[Command], *, on_ticket: bool = True) -> Grade:
    """The highest of them; without any it is an answer. `on_ticket`: they are for a ticket that exists."""
    return max((_grade(command, on_ticket) for command in commands), default=Grade.ANSWER)


def _grade(command: Command, on_ticket: bool) -> Grade:
    if command.verb is Verb.FOR and not on_ticket:
        # A new ticket for somebody takes nothing away from anybody.
        return Grade.ASSIGN
    # Whoever is blocked is locked out.
    blocks = command.verb is Verb.SPAM and bool(command.argument)
    return Grade.DANGER if blocks else GRADES[command.verb]


def may(trust: Trust, grade: Grade) -> bool:
    """Is the mail proven enough for this?"""
    if grade <= Grade.ANSWER:
        return trust.may_answer
    return trust.may_endanger if grade is Grade.DANGER else trust.may_act
