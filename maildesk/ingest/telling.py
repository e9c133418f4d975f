"""Who is told what because of one mail, in its transaction: the letters of its events, or of its being held. What
became of it is decided (ingest/process.py); here nothing is."""

from dataclasses import replace
from datetime import datetime

from maildesk.desk import find
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.digests.manager_answer import answer_manager
from maildesk.desk.held import confirm
from maildesk.ingest.enclosing import Attached
from maildesk.ingest.saying import said_of
from maildesk.notify.announce import announce
from maildesk.notify.asking import ask_agent, tell_undone
from maildesk.notify.compose import Files
from maildesk.notify.operator import tell_held
from maildesk.notify.post import Post
from maildesk.notify.self_service import tell_requester
from maildesk.notify.tell_agent import tell_agent
from maildesk.vocabulary import PUT_ASIDE, TOLD_DAILY, Cause


def tell_all(
    case: Case, post: Post, attached: Attached, outcome: Outcome, promise: datetime | None, now: datetime
) -> None:
    """Enqueues every letter that the mail causes; `promise` is when its requester is to be answered."""
    session = case.session
    if outcome.undone is not None:
        question, why = outcome.undone
        tell_undone(session, post, question, why, case.clean(case.mail.visible_text), now)
        return
    if outcome.held is not None:
        _tell_of_held(case, post, attached, outcome, outcome.held, now)
        return
    said = replace(said_of(case, attached, outcome), promise=promise)
    announce(session, post, outcome.events, said, now)
    if outcome.to_agent is not None:
        tell_agent(session, post, outcome.to_agent, said, now)
    if outcome.to_manager is not None:
        answer_manager(session, post, outcome.to_manager, case.delivery.inbound_id, now)
    if outcome.self_answer is not None:
        tell_requester(session, post, outcome.self_answer, now)


def _tell_of_held(case: Case, post: Post, attached: Attached, outcome: Outcome, held: Held, now: datetime) -> None:
    """The agent is asked, or the operator told at once; of what anybody could make he hears once a day."""
    session = case.session
    if held.cause in (Cause.CROSSED, Cause.PREVIEW):
        announce(session, post, outcome.events, replace(said_of(case, attached, outcome), files=Files()), now)
    elif held.question is not None:
        ask_agent(session, post, held.question, confirm.doubted(case), now)
    elif held.cause not in TOLD_DAILY | PUT_ASIDE:
        tell_held(session, post, find.inbound(session, case.delivery.inbound_id), outcome.reason, now)
