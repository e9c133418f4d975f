"""why: every decision about a mail or a ticket, with its reason, as it was stored when it was made."""

from typing import Annotated

import typer

from maildesk.cli.ending import FAILED, end
from maildesk.cli.place import reading
from maildesk.cli.tables import printable, show_rows


def why(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A ticket's number, or a Message-ID with or without angle brackets.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per line.")] = False,
) -> None:
    """Why did this mail become what it became, why is this ticket as it is, why was this letter sent?"""
    from maildesk.desk.reasons import for_operator, reasons_for

    with reading(context) as session:
        reasons = [for_operator(one) for one in reasons_for(session, what)]
    if not reasons:
        told = printable(what)
        end(f"maildesk: nothing is known of {told}; `maildesk inbox list` and `ticket list` show what is", FAILED)
    show_rows(reasons, ("at", "what", "decision", "reason"), as_json)
