"""What an agent says a ticket is: `#prio high`, `#impact`, `#urgency`, `#type`, `#service`, `#category`, `#cause`,
`#tag`, `#untag`. Values are strict names, with the nearest one suggested; each change is an event with old and new.
"""

import difflib
import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from sqlalchemy import delete, select

from maildesk.desk import tickets, triage
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.words.command_words import Verb
from maildesk.desk.words.field_words import LEVELS, PRIORITIES, TYPES
from maildesk.model import Event, Person, Ticket, TicketTag
from maildesk.vocabulary import EventKind, Level, Priority

_V = TypeVar("_V", bound=StrEnum)

#: Characters of a word, and of a cause.
LONGEST_WORD: Final = 64
LONGEST_CAUSE: Final = 300
MOST_TAGS: Final = 20
_NOTHING: Final = frozenset({"-", "none", "ingen", "없음"})


def _read(wanted: Wanted) -> Deed:
    deeds = [_READ[command.verb](wanted, command) for command in wanted.commands]

    def all_of_them(author: Person) -> list[Event]:
        return [event for deed in deeds if deed is not None for event in deed(author)]

    return all_of_them


def _priority(wanted: Wanted, command: Command) -> Deed | None:
    value = _value(wanted, command, PRIORITIES)
    return _judged(wanted, priority=value) if value else None


def _impact(wanted: Wanted, command: Command) -> Deed | None:
    value = _value(wanted, command, LEVELS)
    return _judged(wanted, impact=value) if value else None


def _urgency(wanted: Wanted, command: Command) -> Deed | None:
    value = _value(wanted, command, LEVELS)
    return _judged(wanted, urgency=value) if value else None


def _judged(
    wanted: Wanted, priority: Priority | None = None, impact: Level | None = None, urgency: Level | None = None
) -> Deed:
    """The priority follows from impact and urgency, so each of the three may change."""
    ticket, matrix = wanted.ticket, wanted.case.settings.priority

    def judge(author: Person) -> list[Event]:
        before = {name: getattr(ticket, name) for name in ("impact", "urgency", "priority")}
        triage.correct(ticket, matrix, author.name or author.address, priority=priority, impact=impact, urgency=urgency)
        changed = [(name, old) for name, old in before.items() if getattr(ticket, name) != old]
        return [_change(wanted, author, name, old) for name, old in changed]

    return judge


def _type(wanted: Wanted, command: Command) -> Deed | None:
    value = _value(wanted, command, TYPES)
    return _set(wanted, "type", value.value) if value else None


def _service(wanted: Wanted, command: Command) -> Deed | None:
    """One that the configuration names; any word where it names none."""
    word = _word(wanted, command, LONGEST_WORD)
    service = service_named(wanted, command, word) if word else word
    return None if service is None else _set(wanted, "service", service)


def service_named(wanted: Wanted, command: Command, word: str) -> str | None:
    """The service as the configuration writes it; None where it names others alone, which is said."""
    known = services(wanted)
    named = next((one for one in known if one.casefold() == word.casefold()), None)
    if named is None and known:
        _suggest(wanted, command, "no such service is configured", known, word)
        return None
    return named or word


def services(wanted: Wanted) -> list[str]:
    """Those that the configuration names."""
    settings = wanted.case.settings
    named = [*(queue.service for queue in settings.queue), *(rule.set.service for rule in settings.rule)]
    return list(dict.fromkeys(filter(None, named)))


def _category(wanted: Wanted, command: Command) -> Deed | None:
    """Any word, in the spelling in which it was used first."""
    word = _word(wanted, command, LONGEST_WORD)
    if word is None:
        return None
    used = wanted.case.session.scalars(select(Ticket.category).where(Ticket.category != "").distinct().limit(500))
    return _set(wanted, "category", next((one for one in used if one.casefold() == word.casefold()), word))


def _cause(wanted: Wanted, command: Command) -> Deed | None:
    word = _word(wanted, command, LONGEST_CAUSE)
    return None if word is None else _set(wanted, "cause", word)


def _set(wanted: Wanted, name: str, value: str) -> Deed:
    ticket = wanted.ticket

    def put(author: Person) -> list[Event]:
        old = getattr(ticket, name)
        setattr(ticket, name, value)
        return [_change(wanted, author, name, old)] if old != value else []

    return put


def _change(wanted: Wanted, author: Person, name: str, old: str) -> Event:
    words = f"{name}: {old} -> {getattr(wanted.ticket, name)}"
    return tickets.record(wanted.case.hand(author), wanted.ticket, EventKind.CHANGED, words)


def _tag(wanted: Wanted, command: Command) -> Deed | None:
    words = _tags_in(wanted, command)
    there = _tags_on(wanted)
    new = [word for word in words if word not in there]
    if len(there) + len(new) > MOST_TAGS:
        wanted.wrong(command, "there are too many tags on the ticket")

    def tag(author: Person) -> list[Event]:
        missing = [word for word in new if word not in _tags_on(wanted)]
        wanted.case.session.add_all(TicketTag(ticket_id=wanted.ticket.id, word=word) for word in missing)
        wanted.case.session.flush()
        return [_tagged(wanted, author, EventKind.TAGGED, missing)] if missing else []

    return tag


def _untag(wanted: Wanted, command: Command) -> Deed | None:
    words, there = _tags_in(wanted, command), _tags_on(wanted)
    for word in words:
        if word not in there:
            _suggest(wanted, command, "it has no such tag", sorted(there), word)

    def untag(author: Person) -> list[Event]:
        on_it = TicketTag.ticket_id == wanted.ticket.id
        wanted.case.session.execute(delete(TicketTag).where(on_it, TicketTag.word.in_(words)))
        return [_tagged(wanted, author, EventKind.UNTAGGED, words)]

    return untag


def _tags_in(wanted: Wanted, command: Command) -> list[str]:
    words = [word.strip("#.!\"'“”").casefold() for word in re.split(r"[\s,;]+", command.argument)]
    found = list(dict.fromkeys(filter(None, words)))
    if not found:
        wanted.wrong(command, "it needs a word", f"#{command.verb} vpn")
    if any(len(word) > LONGEST_WORD for word in found):
        wanted.wrong(command, "it is too long")
    return found


def _tags_on(wanted: Wanted) -> set[str]:
    return set(wanted.case.session.scalars(select(TicketTag.word).where(TicketTag.ticket_id == wanted.ticket.id)))


def _tagged(wanted: Wanted, author: Person, kind: EventKind, words: list[str]) -> Event:
    return tickets.record(wanted.case.hand(author), wanted.ticket, kind, ", ".join(words))


def _value(wanted: Wanted, command: Command, values: Mapping[str, _V]) -> _V | None:
    said = command.word
    if said in values:
        return values[said]
    all_of_them = ", ".join(dict.fromkeys(values.values()))
    near = difflib.get_close_matches(said[:40], values, n=1)
    problem = "no such value" if said else "it needs a word"
    wanted.wrong(command, problem, f"#{command.verb} {values[near[0]] if near else f'one of: {all_of_them}'}")
    return None


def _word(wanted: Wanted, command: Command, longest: int) -> str | None:
    """Free words; "" takes the value away. None: something is wrong with them."""
    said = " ".join(command.plain_argument.split())
    if said.casefold() in _NOTHING:
        return ""
    if not said:
        wanted.wrong(command, "it needs a word", f"#{command.verb} …")
    if len(said) > longest:
        wanted.wrong(command, "it is too long")
    return said if 0 < len(said) <= longest else None


def _suggest(wanted: Wanted, command: Command, problem: str, known: Collection[str], word: str) -> None:
    near = difflib.get_close_matches(word[:40].casefold(), {one.casefold(): one for one in known}, n=1)
    all_of_them = f"#{command.verb} one of: {', '.join(list(known)[:20])}" if known else ""
    wanted.wrong(command, problem, f"#{command.verb} {near[0]}" if near else all_of_them)


_READ: Final = {
    Verb.PRIO: _priority,
    Verb.IMPACT: _impact,
    Verb.URGENCY: _urgency,
    Verb.TYPE: _type,
    Verb.SERVICE: _service,
    Verb.CATEGORY: _category,
    Verb.CAUSE: _cause,
    Verb.TAG: _tag,
    Verb.UNTAG: _untag,
}

ERRAND = Errand(frozenset(_READ), _read)
