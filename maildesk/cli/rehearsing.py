"""run --dry-run: shows what would become of each mail, with the letters that it would cause. It decides nothing."""

import logging
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import typer

from maildesk.cli.place import log_to_stderr
from maildesk.cli.tables import printable, show_json, when
from maildesk.config.environment import variable_of
from maildesk.rehearsal import MOST_MAILS, NEWEST, Rehearsed, rehearse
from maildesk.settings_file import Configuration

_INDENT: Final = " " * 4
_PROMISE: Final = "a rehearsal: nothing was sent, moved, flagged or kept"


def show_rehearsal(configuration: Configuration, roles: frozenset[str], as_json: bool) -> bool:
    """False where a mailbox could not be looked into. Programs get the mails on stdout and the rest on stderr."""
    # What the stories say of the copy (kept, enqueued) would be taken for true.
    log_to_stderr(logging.WARNING)
    with _ended_by_word(), _status() as tell:
        rehearsed = rehearse(configuration, roles, tell)
    for number, mail in enumerate(rehearsed.mails, 1):
        if as_json:
            show_json(mail)
        else:
            typer.echo("\n".join(printable(line) for line in _lines(number, mail)))
    for line in (*_summary(rehearsed), *_mailboxes(rehearsed, configuration), *_left_out(rehearsed), _PROMISE):
        typer.echo(printable(line), err=as_json)
    for reason in rehearsed.unreached:
        print(f"maildesk: {printable(reason)}", file=sys.stderr)
    return not rehearsed.unreached


def _lines(number: int, mail: dict[str, Any]) -> Iterator[str]:
    if mail["uid"] is not None:
        yield f"{number}. uid {mail['uid']} by {mail['source']}"
        yield f"{_INDENT}{mail['reason']}"
        return
    yield f"{number}. {mail['from'] or 'nobody'}: {mail['subject'] or '(no subject)'}"
    yield f"{_INDENT}by {mail['source']}, received {when(mail['received_at'])}"
    if mail["kind"]:
        yield f"{_INDENT}{mail['kind']}: {mail['kind_reason']}"
    yield f"{_INDENT}{mail['disposition']}{_ticket(mail)}: {mail['reason']}"
    for problem in mail["problems"]:
        yield f"{_INDENT}problem: {problem}"
    for letter in mail["letters"]:
        yield f"{_INDENT}letter {letter['kind']} to {letter['to']}: {letter['subject']}"


def _ticket(mail: dict[str, Any]) -> str:
    if not mail["ticket"]:
        return ""
    return f", {'new ticket' if mail['new_ticket'] else 'ticket'} #{mail['ticket']}"


def _summary(rehearsed: Rehearsed) -> Iterator[str]:
    became = Counter(mail["disposition"] or "left in the mailbox" for mail in rehearsed.mails)
    letters = sum(len(mail["letters"]) for mail in rehearsed.mails)
    told = ", ".join(f"{count} {disposition}" for disposition, count in became.items()) or "nothing to do"
    yield f"mails: {told}; letters that would be written: {letters}"


def _mailboxes(rehearsed: Rehearsed, configuration: Configuration) -> Iterator[str]:
    names = [mailbox.name for mailbox in configuration.settings.imap]
    for glance in rehearsed.glances:
        yield f"mailbox {glance.mailbox}: {glance.new} new mails read (the newest {NEWEST} at most)"
        if glance.beyond:
            yield f"mailbox {glance.mailbox}: {glance.beyond} new mails more, which are older, were not read"
        if glance.old:
            variable = variable_of(("imap", names.index(glance.mailbox), "first_sync"))
            yield (
                f"mailbox {glance.mailbox}: {glance.old} mails are there already and would be passed over (first_sync "
                f'is "from_now"); to rehearse with them, set {variable}=all for this run'
            )


def _left_out(rehearsed: Rehearsed) -> Iterator[str]:
    if rehearsed.unprocessed:
        yield f"{rehearsed.unprocessed} mails more wait and were not read (the first {MOST_MAILS} at most, in all)"
    if rehearsed.in_hand:
        yield f"{rehearsed.in_hand} mails are in a daemon's hands at this moment and were left to it"
    if rehearsed.letters:
        yield f"{rehearsed.letters} letters wait from before (`maildesk outbox list`) and would go out as well"


@contextmanager
def _ended_by_word() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does: the temporary folder holds other people's mail and must go."""

    def stop(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _status() -> Iterator[Callable[[str], None]]:
    """One line that changes, for a person who waits; a log or a pipe gets nothing of it."""
    if not sys.stderr.isatty():
        yield lambda _what: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("beginning") as status:
        yield lambda what: status.update(Text(what))
