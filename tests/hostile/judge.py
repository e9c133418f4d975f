"""Holds one mail's fate against what its sidecar allows. Each rule says in words what is wrong, or nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from maildesk.notify.why import in_words
from maildesk.vocabulary import Disposition, EventKind, NoticeKind, Status
from tests.hostile.cases import Case
from tests.hostile.letters import LONGEST_NAME, SAVED_NAME, SHOWN_NAME, Left, formulas_in
from tests.hostile.world import ANNA, BOB, BOSS, INSIDE, TICKETS, Fate, Standing

_DONE = {Status.RESOLVED, Status.CLOSED}
_ON_A_TICKET = {Disposition.REPLY, Disposition.NOTE, Disposition.COMMAND, Disposition.RATING}
_IN_AN_AGENTS_NAME = {NoticeKind.ANSWER, NoticeKind.CLOSED}
_WORDS = {
    Disposition.NEW: "ticket",
    Disposition.BOUNCE: "dsn",
    Disposition.AUTO: "auto",
    Disposition.HELD: "quarantine",
    Disposition.DUPLICATE: "duplicate",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """All that one mail did. `reply` is the server's after the dot, "" by IMAP; `before` are the two tickets."""

    case: Case
    reply: str
    fate: Fate
    left: list[Left]
    before: dict[int, Standing]


def faults(seen: Seen) -> Iterator[str]:
    """Everything that is wrong with what this mail did."""
    became = _became(seen)
    if not became & seen.case.outcome:
        row = seen.fate.row
        why = f": {in_words(row.reason, 'en')}" if row else f": {seen.reply}"
        yield f"became {'/'.join(sorted(became))}, allowed is {'/'.join(sorted(seen.case.outcome))}{why}"
    yield from _acknowledged(seen)
    for flag in sorted(seen.case.must):
        for wrong in _RULES[flag](seen):
            yield f"{flag}: {wrong}"


def faults_of_sequence(seen: list[Seen]) -> Iterator[str]:
    """A sequence comes within a moment: nobody gets more than one acknowledgement, or two letters by themselves."""
    for kinds, most in (({NoticeKind.RECEIVED}, 1), (set(NoticeKind), 2)):
        got = Counter(
            left.row.recipient
            for one in seen
            for left in one.left
            if left.row.kind in kinds and left.row.automatic and left.row.recipient not in INSIDE
        )
        for address, count in got.items():
            if count > most:
                yield f"{address} got {count} automatic letters of {len(seen)} mails"


def _became(seen: Seen) -> set[str]:
    row = seen.fate.row
    if seen.reply.startswith("5"):
        return {"reject"}
    if row is None:
        return {"duplicate"} if seen.reply.startswith("2") else {"nothing"}
    if row.disposition in _ON_A_TICKET:
        third = EventKind.THIRD_PERSON_WROTE in seen.fate.events
        believed = any(message.verified for message in seen.fate.messages) and not third
        return {"append"} if believed else {"append", "append-unverified"}
    # Put aside by a rule: kept, and counted.
    if row.disposition == Disposition.IGNORED and row.cause:
        return {"quarantine"}
    return {_WORDS.get(Disposition(row.disposition), row.disposition)} if row.disposition else {row.state}


def _acknowledged(seen: Seen) -> Iterator[str]:
    case = seen.case
    sent = [one.row.recipient for one in seen.left if one.row.kind == NoticeKind.RECEIVED]
    stray = [address for address in sent if address.encode() not in case.raw.lower()]
    if stray or len(sent) > 1:
        yield f"acknowledged to {sent}"
    if case.ack == "yes" and not sent:
        yield f"not acknowledged: {in_words(seen.fate.row.reason, 'en') if seen.fate.row else 'no row'}"
    outside = [f"{one.row.kind} to {one.row.recipient}" for one in seen.left if one.row.recipient not in INSIDE]
    if case.ack == "no" and sent:
        yield f"acknowledged to {sent[0]}, and may not be"
    elif case.ack == "no" and outside and not _is_agents_answer(seen):
        yield f"nothing may be sent outside because of it: {', '.join(outside)}"


def _is_agents_answer(seen: Seen) -> bool:
    """A control: an agent's own answer, which goes to the requester of its ticket."""
    kinds = {one.row.kind for one in seen.left if one.row.recipient not in INSIDE}
    return "command-runs" in seen.case.must and kinds <= _IN_AN_AGENTS_NAME


def _no_command(seen: Seen) -> Iterator[str]:
    """An agent may answer, if he is one; nobody closes, assigns or rates."""
    speaks = seen.case.outcome == {"append"} and seen.case.writer in (ANNA, BOB, BOSS)
    for number, before in seen.before.items():
        after = seen.fate.tickets[number]
        if after.rest != before.rest or (after.status in _DONE) != (before.status in _DONE):
            yield f"ticket {number} was {before}, is {after}"
        if not speaks and after.agent != before.agent:
            yield f"ticket {number} went from agent {before.agent} to {after.agent}"
    told = [f"{one.row.kind} to {one.row.recipient}" for one in seen.left if one.row.kind in _IN_AN_AGENTS_NAME]
    if told and (not speaks or NoticeKind.CLOSED in [one.row.kind for one in seen.left]):
        yield f"sent in an agent's name: {', '.join(told)}"


def _no_join(seen: Seen) -> Iterator[str]:
    row = seen.fate.row
    if row and row.ticket_id in TICKETS and row.disposition in _ON_A_TICKET:
        yield f"stands on ticket {row.ticket_id}: {in_words(row.reason, 'en')}"


def _no_new_recipient(seen: Seen) -> Iterator[str]:
    for number, after in seen.fate.tickets.items():
        before = seen.before[number].people if number in seen.before else frozenset()
        allowed = before if number in seen.before else {seen.case.writer, seen.case.envelope_from}
        if not after.people <= allowed | {"nobody@unidentified.invalid"}:
            yield f"on ticket {number} stand {', '.join(sorted(after.people - allowed))}"
    known = {one for standing in seen.before.values() for one in standing.people} | {seen.case.writer}
    strange = [one.row.recipient for one in seen.left if one.row.recipient not in INSIDE | known]
    if strange:
        yield f"letters went to {strange}"


def _command_runs(seen: Seen) -> Iterator[str]:
    if seen.fate.tickets[1001].status not in _DONE:
        yield f"ticket 1001 is {seen.fate.tickets[1001].status}"


def _one_ticket(seen: Seen) -> Iterator[str]:
    most = 0 if seen.case.outcome == {"duplicate"} else 1
    if seen.fate.opened > most:
        yield f"{seen.fate.opened} new tickets"


def _no_header_injection(seen: Seen) -> Iterator[str]:
    for one in seen.left:
        subject = str(one.message["Subject"])
        if any(sign < " " or sign in "\x7f\x85\u2028\u2029" for sign in subject):
            yield f"the subject of {one.row.kind} holds a line end: {subject!r}"


def _inert_html(seen: Seen) -> Iterator[str]:
    for one in seen.left:
        if live := one.live_html():
            yield f"{one.row.kind} to {one.row.recipient} holds {', '.join(live[:3])}"
    if "readable" in seen.case.expect and not any(message.text.strip() for message in seen.fate.messages):
        yield "nothing of it can be read"


def _safe_filename(seen: Seen) -> Iterator[str]:
    saved = {name for one in seen.left for name in one.file_names}
    for rule, names in ((SHOWN_NAME, set(seen.fate.files)), (SAVED_NAME, saved)):
        for name in names:
            if not rule.fullmatch(name) or len(name.encode()) > LONGEST_NAME:
                yield f"a file is called {name!r} ({len(name.encode())} bytes)"


def _no_template_eval(seen: Seen) -> Iterator[str]:
    for one in seen.left:
        if one.row.kind == NoticeKind.NEW_TICKET and " ".join(seen.case.subject.split()) not in one.words:
            yield f"the subject does not stand in the letter to {one.row.recipient} as it is"


def _no_formula(seen: Seen) -> Iterator[str]:
    yield from (f"a cell computes: {line[:60]}" for one in seen.left for line in formulas_in(one.message))


def _at_the_end(_seen: Seen) -> Iterator[str]:
    """Held for all mails together (audit.py), or measured apart (costs.py)."""
    return iter(())


_RULES: dict[str, Callable[[Seen], Iterator[str]]] = {
    "no-crash": _at_the_end,
    "raw-kept": _at_the_end,
    "time<=2s": _at_the_end,
    "no-remote-fetch": _at_the_end,
    "no-sql": _at_the_end,
    "no-command": _no_command,
    "no-join": _no_join,
    "no-new-recipient": _no_new_recipient,
    "command-runs": _command_runs,
    "one-ticket": _one_ticket,
    "no-header-injection": _no_header_injection,
    "inert-html": _inert_html,
    "safe-filename": _safe_filename,
    "no-template-eval": _no_template_eval,
    "no-formula": _no_formula,
}
