"""A mail that says to be from an agent and cannot prove it: it is held, and he is asked once, at his registered
address. His answer, or the operator's, lets it go or puts it aside.

However many such mails are made, they cause one letter an hour, to him alone (threats 3.2, note 1).
"""

import logging
from dataclasses import replace

from maildesk.desk import tickets
from maildesk.desk.case import Case, Held, Outcome
from maildesk.desk.commands import split_commands
from maildesk.desk.held import blocks, holding, questions
from maildesk.desk.held.decision import read_decision
from maildesk.desk.held.senders import normal_sender, why_not_blocked
from maildesk.desk.trust import trust_agent
from maildesk.mail import Release
from maildesk.model import Event, Inbound, Person, Question, Ticket
from maildesk.notify.asking import Doubted
from maildesk.notify.headers import can_be_reached
from maildesk.reason import because, together
from maildesk.tokens import read_tag
from maildesk.vocabulary import (
    Cause,
    Decision,
    Disposition,
    EventKind,
    InboundState,
    QuestionKind,
    QuestionState,
    Undone,
)

log = logging.getLogger(__name__)


def hold_unproven(case: Case, code: str = "says_agent") -> Outcome:
    """Holds the whole mail of an agent, and asks him where that is allowed now. `code` begins the reason."""
    assert case.agent is not None
    claimed = case.author()
    reason = together(because(code, case.agent.email), case.trust.reason)
    if case.delivery.silent:
        return Outcome(Disposition.HELD, reason, held=Held(Cause.UNPROVEN_AGENT))
    log.warning("security inbound=%d cause=%s agent=%d", case.delivery.inbound_id, Cause.UNPROVEN_AGENT, claimed.id)
    return _kept(case, claimed, reason)


def doubted(case: Case) -> Doubted:
    """What the agent is shown of the mail in his name."""
    assert case.mail.identity is not None
    ticket = _about(case)
    return Doubted(
        claimed=case.mail.identity,
        words=case.clean(case.mail.visible_text),
        files=tuple(part.filename for part in case.mail.attachments),
        commands=tuple(command.line for command in split_commands(case.mail.visible_text).commands),
        reason=case.trust.reason,
        ticket=ticket.id if ticket else None,
        title=ticket.subject if ticket else "",
    )


def answered(case: Case) -> Outcome | None:
    """What an answer to one of our questions does; None for every other mail."""
    question = _question(case)
    if question is None:
        return None
    asked = case.session.get_one(Person, question.person_id)
    if doubt := _doubt(case, question):
        log.warning("security inbound=%d cause=%s question=%d", case.delivery.inbound_id, *_strange(question))
        reason = together(because("to_question", question.id, asked.address), doubt)
        return Outcome(Disposition.HELD, reason, held=Held(Cause.STRANGE_ANSWER))
    if question.state == QuestionState.ANSWERED:
        return Outcome(Disposition.IGNORED, because("answered_before", question.id, question.decision))
    if question.expires_at <= case.now:
        return _undone(question, Undone.TOO_LATE, because("question_expired", question.id))
    decision = read_decision(case.clean(case.mail.visible_text), QuestionKind(question.kind))
    if decision is None:
        return _undone(question, Undone.UNCLEAR, because("decides_nothing", question.id))
    return _decided(case, question, asked, decision)


def _kept(case: Case, claimed: Person, reason: str) -> Outcome:
    about = _about(case)
    number = about.id if about else None
    known = questions.was_asked(case.session, case.delivery.inbound_id, claimed.id)
    # First of all the lock: two daemons must not count past each other.
    lately = questions.asked_lately(case.session, claimed.id, case.now)
    if holding.count_for(case.session, claimed.id) >= holding.MOST_HELD_FOR_ONE:
        reason = together(reason, because("many_held", holding.MOST_HELD_FOR_ONE))
        return Outcome(Disposition.IGNORED, reason, number, held=Held(Cause.TOO_MANY))
    refusal = _why_not_asked(claimed, known=known, lately=lately)
    question = None
    if not refusal:
        question = questions.ask(case.session, QuestionKind.CONFIRM, case.delivery.inbound_id, claimed.id, case.now)
    reason = together(reason, refusal or because("was_asked", claimed.address))
    events: tuple[Event, ...] = ()
    if about is not None:
        events = (tickets.record(case.hand(None), about, EventKind.HELD, reason),)
    held = Held(Cause.UNPROVEN_AGENT, claimed.id, question.id if question else None)
    return Outcome(Disposition.HELD, reason, number, events, held=held)


def _about(case: Case) -> Ticket | None:
    """The ticket that the mail is for, or only names: once it is believed, the name is enough."""
    number = case.place.ticket or case.place.linked
    return case.session.get(Ticket, number) if number is not None else None


def _why_not_asked(claimed: Person, *, known: bool, lately: bool) -> str:
    if known:
        return because("asked_before", claimed.address)
    if lately:
        return because("asked_lately", claimed.address)
    return "" if can_be_reached(claimed.address) else because("cannot_be_asked", claimed.address)


def _question(case: Case) -> Question | None:
    """The question whose one-time address the mail came to; without such addresses, whose letter it answers."""
    desk, own = case.settings.desk, case.settings.own_addresses
    if desk.subaddress == "none":
        return questions.question_in(case.session, (*case.mail.in_reply_to, *case.mail.references[-1:]))
    to = (*case.mail.to, *case.mail.cc)
    addresses = (*case.delivery.recipients, *case.mail.delivered_to, *(one.address for one in to))
    tags = dict.fromkeys(tag for address in addresses if (tag := read_tag(address, own, desk.subaddress)))
    return questions.question_at(case.session, tags, case.secrets, desk.address.rpartition("@")[2])


def _doubt(case: Case, question: Question) -> str:
    """Why the answer is not believed to be from whom we asked; empty where it is. The rule is that for agents."""
    if case.writer is None or case.writer.id != question.person_id:
        return because("but_from", case.mail.identity) if case.mail.identity else because("but_from_nobody")
    # The address was sent to him alone, so it proves as much as his reply address on a ticket.
    trust = trust_agent(replace(case.signals, token=True, strange_token=False), case.settings.auth.agents)
    return "" if trust.may_act else together(because("but_not_proven"), trust.reason)


def _strange(question: Question) -> tuple[Cause, int]:
    return Cause.STRANGE_ANSWER, question.id


def _undone(question: Question, why: Undone, reason: str) -> Outcome:
    return Outcome(Disposition.IGNORED, reason, undone=(question.id, why))


def _decided(case: Case, question: Question, asked: Person, decision: Decision) -> Outcome:
    inbound = case.session.get_one(Inbound, question.inbound_id, with_for_update=True, populate_existing=True)
    if inbound.state != InboundState.HELD:
        return _undone(question, Undone.NOT_HELD, because("no_longer_held", inbound.id))
    if decision is Decision.BLOCK and why_not_blocked(inbound.sender, case.settings):
        why = because("cannot_be_blocked", inbound.sender) if inbound.sender else because("nobody_to_block")
        return _undone(question, Undone.NOT_BLOCKED, why)
    _carry_out(case, inbound, asked, decision)
    question.state, question.decision = QuestionState.ANSWERED, decision
    question.answer_id, question.answered_at = case.delivery.inbound_id, case.now
    log.info("inbound=%d question=%d decision=%s", inbound.id, question.id, decision)
    reason = because("decided", decision, inbound.id, question.id)
    return Outcome(Disposition.COMMAND, reason, inbound.ticket_id)


def _carry_out(case: Case, inbound: Inbound, asked: Person, decision: Decision) -> None:
    if decision is Decision.RELEASE:
        holding.let_go(case.session, inbound.id, Release(asked.address))
        return
    if decision is Decision.BLOCK:
        blocks.block(case.session, inbound.sender, asked.address, case.now)
    blocked = because("blocked_by", normal_sender(inbound.sender), asked.address)
    reason = blocked if decision is Decision.BLOCK else because("unwanted", asked.address)
    holding.put_aside(case.session, inbound.id, reason)
