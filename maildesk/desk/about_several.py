"""An agent answers a letter that was about several tickets: which one he means nobody knows, so nothing is done with
his words, and he is told where to write instead. Each ticket in that letter has its own address and buttons.

A manager's words on his digest are not for here, nor are commands that need no ticket.
"""

from typing import Final

from maildesk.desk import our_letters
from maildesk.desk.case import Case, Outcome
from maildesk.desk.commands import Mistake, split_commands
from maildesk.desk.errands.plan import ERRANDS
from maildesk.desk.errands.without_ticket import may_do_without, not_understood
from maildesk.desk.signed_letter import answers_signed_letter
from maildesk.model import Outbound
from maildesk.vocabulary import NoticeKind

_ABOUT_SEVERAL: Final = (NoticeKind.REMINDER, NoticeKind.GATHERED)
_PROBLEM: Final = "the letter was about several tickets"


def explained(case: Case) -> Outcome | None:
    """None where the mail is no such answer."""
    if case.agent is None or case.place.ticket is not None or not _answers_such_a_letter(case):
        return None
    orders = split_commands(case.mail.visible_text)
    if may_do_without(orders, ERRANDS):
        return None
    return not_understood(case, orders, (Mistake("", _PROBLEM),), several=True)


def _answers_such_a_letter(case: Case) -> bool:
    """By the letter that his program names; or by its address, which nobody but a manager gets with another letter."""
    assert case.agent is not None
    letters = [
        our_letters.letter_about(case.session, one) for one in (*case.mail.in_reply_to, *case.mail.references[-1:])
    ]
    if any(_is_about_several(one) and _is_to(case, one.recipient) for one in letters if one is not None):
        return True
    return not case.agent.manager and answers_signed_letter(case)


def _is_about_several(letter: Outbound) -> bool:
    return letter.kind in _ABOUT_SEVERAL and letter.ticket_id is None


def _is_to(case: Case, address: str) -> bool:
    return case.settings.agent_of(address) == case.agent
