"""What agents say about themselves: `#away until fri`, `#back`, `#skill vpn -mail`; and `#pass`: not for me.

Who gets what then is decided in workforce.py.
"""

import re

from maildesk.config import AgentSettings
from maildesk.desk import skills, tickets, workforce
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.errands.waiting import time_in
from maildesk.desk.errands.which_agent import agents_named
from maildesk.desk.people import person_at
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Person
from maildesk.notify.receipt import Row, answer_of
from maildesk.reason import because, together

_LONGEST_WORD = 64


def _read_duty(wanted: Wanted) -> Deed:
    deeds = [_DUTIES[command.verb](wanted, command) for command in wanted.commands]
    return lambda author: [event for deed in deeds if deed is not None for event in deed(author)]


def _away(wanted: Wanted, command: Command) -> Deed | None:
    when = time_in(wanted, command, "#away until fri")
    if when is None:
        return None

    def leave(author: Person) -> list[Event]:
        wanted.receipt.said.append(("away", when.at.isoformat(timespec="seconds")))
        wanted.receipt.undo.append("#back")
        return workforce.go_away(wanted.case.hand(author), wanted.case.settings, author, when.at)

    return leave


def _back(wanted: Wanted, command: Command) -> Deed | None:
    def come(author: Person) -> list[Event]:
        workforce.come_back(author)
        wanted.receipt.said.append(("back", ""))
        return []

    return come


def _skill(wanted: Wanted, command: Command) -> Deed | None:
    words = [word.strip(".!\"'“”").casefold() for word in re.split(r"[\s,;]+", command.argument)]
    words = list(dict.fromkeys(word for word in words if word.lstrip("+-−–")))
    if any(len(word) > _LONGEST_WORD for word in words):
        wanted.wrong(command, "it is too long")

    def tell(author: Person) -> list[Event]:
        session, now = wanted.case.session, wanted.case.now
        for word in words:
            known = word.lstrip("+-−–")
            if word[0] in "-−–":
                skills.unsay(session, author, known, now)
            else:
                skills.say(session, author, known, now)
        session.flush()
        agent = wanted.case.agent
        wanted.receipt.answers.append(answer_of("skill", _known(wanted, agent, author) if agent else []))
        return []

    return tell


def _known(wanted: Wanted, agent: AgentSettings, author: Person) -> list[Row]:
    found = skills.show(wanted.case.session, agent, author, wanted.case.now)
    return [Row(what=one.word, text=f"{round(one.weight * 100)} %", status=one.source) for one in found]


def _read_pass(wanted: Wanted) -> Deed:
    """Behind the word stands a colleague, or why."""
    command, case = wanted.commands[0], wanted.case
    named = agents_named(case.settings, command.argument) if len(command.argument.split()) <= 2 else []
    if len(named) > 1:
        wanted.wrong(command, "more than one agent is meant", f"#pass one of: {', '.join(one.name for one in named)}")
    if len(command.plain_argument) > 300:
        wanted.wrong(command, "it is too long")

    def give(author: Person) -> list[Event]:
        hand, ticket = case.hand(author), wanted.ticket
        if named:
            agent = person_at(case.session, named[0].email, named[0].name, case.now)
            return [tickets.assign(hand, ticket, agent, because("passed_on", author.name or author.address))]
        events = workforce.pass_on(hand, case.settings, ticket, author)
        if command.plain_argument:
            ticket.assigned_reason = together(ticket.assigned_reason, because("said", command.plain_argument))
        return events

    return give


_DUTIES = {Verb.AWAY: _away, Verb.BACK: _back, Verb.SKILL: _skill}

DUTY = Errand(frozenset(_DUTIES), _read_duty, anywhere=True)
#: After the agent's words: the first answer gives him the ticket, and then he gives it on.
PASS = Errand(frozenset({Verb.PASS}), _read_pass, after=True)
