"""What of a mail the letters about it may need: its words, its files, what of it was not understood. It sends
nothing."""

from maildesk.desk import find
from maildesk.desk.case import Case, Outcome
from maildesk.desk.commands import split_commands
from maildesk.desk.words.command_words import Verb
from maildesk.ingest.enclosing import Attached
from maildesk.notify.compose import Files
from maildesk.notify.post import Said
from maildesk.notify.relayed import Relayed, relayed


def said_of(case: Case, attached: Attached, outcome: Outcome) -> Said:
    """Everything that is said of this mail."""
    mail = case.mail
    travelling = bool(outcome.events and (mail.attachments or mail.problems))
    files = attached.files(find.logos_of(case.session, case.delivery.inbound_id)) if travelling else Files()
    return Said(
        words="" if outcome.orders.has(Verb.SEND) else mail.visible_text,
        problems=mail.problems,
        understood=tuple(command.line for command in outcome.orders.commands),
        mistakes=outcome.orders.mistakes,
        files=files,
        relayed=_relayed(case, files),
        unlisted=mail.unlisted,
        news=outcome.news,
        incidents=outcome.incidents,
        receipt=outcome.receipt,
        above=outcome.above,
    )


def _relayed(case: Case, files: Files) -> Relayed | None:
    """An agent's words with their pictures; None where only the text can be passed on."""
    if case.agent is None or not case.mail.fresh_html:
        return None
    words = split_commands(case.mail.visible_text).rest
    return relayed(case.mail.fresh_html, words, files.for_others, case.clean)
