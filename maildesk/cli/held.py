"""inbox show, release, block, unblock, blocked: held mail looked at and decided about by the operator's own hand."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.cli.ending import FAILED, USAGE, end
from maildesk.cli.place import foundation_of, reading
from maildesk.cli.queues import received
from maildesk.cli.tables import printable, show_json, show_rows, when

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from maildesk.foundation import Foundation
    from maildesk.model import Inbound

#: Stands in the record of a mail beside the addresses of others who decide.
_BY = "the operator"
_Json = Annotated[bool, typer.Option("--json", help="One JSON document per line.")]
_Id = Annotated[int, typer.Argument(help="The number that `inbox list` shows.", min=1, max=2**63 - 1)]
_Sender = Annotated[str, typer.Argument(metavar="ADDRESS|DOMAIN", help="A domain stands for all below it, too.")]


def show(context: typer.Context, number: _Id, as_json: _Json = False) -> None:
    """One mail with everything that was decided about it, and its words."""
    from maildesk.desk.reasons import for_operator, held_reasons
    from maildesk.model import Inbound

    with foundation_of(context) as foundation:
        with foundation.store.read() as session:
            row = session.get(Inbound, number)
            if row is None:
                end(f"maildesk: there is no mail {number}; `maildesk inbox list` shows what there is", FAILED)
            decisions = [for_operator(one) for one in held_reasons(session, row)]
            document = {**received(row), **_more(row), "decisions": decisions}
        document |= _words(foundation, row)
    if as_json:
        show_json(document)
        return
    words = document.pop("text")
    document.pop("decisions")
    facts = [{"what": name, "is": value} for name, value in document.items() if value not in (None, "", [])]
    show_rows(facts, ("what", "is"), False)
    if decisions:
        typer.echo("")
        show_rows(decisions, ("at", "what", "decision", "reason"), False)
    typer.echo("")
    for line in words.splitlines():
        typer.echo(f"    {printable(line)}")


def release(
    context: typer.Context,
    number: _Id,
    to: Annotated[tuple[str, int] | None, typer.Option("--as", metavar="ticket N", help="Goes to this ticket.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Makes a new ticket.")] = False,
) -> None:
    """Lets a held mail go on, as if it were proven; also one that was put aside."""
    from maildesk.desk.held import holding
    from maildesk.mail import Release

    if to is not None and new:
        end("maildesk: --as ticket N or --new, not both", USAGE)
    if to is not None and (to[0] != "ticket" or to[1] < 1):
        end("maildesk: write --as ticket N, with the number of a ticket", USAGE)
    with foundation_of(context) as foundation, foundation.store.begin() as session:
        ticket = _ticket_to(session, to[1]) if to else 0 if new else None
        done = holding.let_go(session, number, Release(_BY, ticket))
    if not done:
        end(f"maildesk: {number} is neither held nor put aside, or is not there", FAILED)


def block(context: typer.Context, sender: _Sender) -> None:
    """Puts all mail of a sender aside from now on, in silence; it is kept and counted."""
    from maildesk.desk.held import blocks
    from maildesk.desk.held.senders import why_not_blocked

    with foundation_of(context) as foundation:
        if why := why_not_blocked(sender, foundation.settings):
            end(f"maildesk: {printable(why)}", FAILED)
        with foundation.store.begin() as session:
            if not blocks.block(session, sender, _BY, foundation.clock.now()):
                print(f"maildesk: {printable(sender)} was blocked before", file=sys.stderr)


def unblock(context: typer.Context, sender: _Sender) -> None:
    """Lets mail of a sender in again. `inbox release` brings back what was put aside."""
    from maildesk.desk.held import blocks

    with foundation_of(context) as foundation, foundation.store.begin() as session:
        done = blocks.unblock(session, sender)
    if not done:
        end(f"maildesk: {printable(sender)} is not blocked; `maildesk inbox blocked` shows who is", FAILED)


def blocked(context: typer.Context, as_json: _Json = False) -> None:
    """Whose mail is put aside, since when, by whom, and how many mails it was."""
    from maildesk.desk.held import blocks

    with reading(context) as session:
        rows = [
            {"sender": row.sender, "since": when(row.made_at), "by": row.by, "mails": count}
            for row, count in blocks.blocks(session)
        ]
    show_rows(rows, ("sender", "since", "by", "mails"), as_json)


def _ticket_to(session: "Session", number: int) -> int:
    """The ticket that is meant: a merged one leads to its target."""
    from maildesk.model import Ticket

    seen: set[int] = set()
    ticket = session.get(Ticket, number)
    while ticket is not None and ticket.merged_into_id and ticket.id not in seen:
        seen.add(ticket.id)
        ticket = session.get(Ticket, ticket.merged_into_id)
    if ticket is None:
        end(f"maildesk: there is no ticket {number}", FAILED)
    return ticket.id


def _more(row: "Inbound") -> dict[str, Any]:
    return {"cause": row.cause or None, "size": row.size, "released_by": row.released_by or None}


def _words(foundation: "Foundation", row: "Inbound") -> dict[str, Any]:
    """The mail read again, in a process that may be killed: it may be the reason why it is held."""
    from maildesk.foundation import ours_of
    from maildesk.ingest.workers import ParserDied, Parsers
    from maildesk.notify.why import in_words

    parsers = Parsers(1, ours_of(foundation.settings, ""))
    try:
        with foundation.blobs.local(row.raw_sha256) as path:
            mail = parsers.parse(path, row.envelope_from)
    except (ParserDied, OSError) as error:
        why = in_words(error.reason, "en") if isinstance(error, ParserDied) else str(error)
        return {"files": [], "problems": [f"could not be read: {why}"], "text": ""}
    finally:
        parsers.kill()
    files = [part.filename for part in mail.attachments]
    return {"files": files, "problems": [in_words(one, "en") for one in mail.problems], "text": mail.text}
