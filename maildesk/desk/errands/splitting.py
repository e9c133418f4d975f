"""`#split Title`: the words below become a ticket of their own, linked to this one and of the same requester.

Below may stand a quoted paragraph of the requester, as it is left over when the rest of a quote is deleted. Where none
stands there, it is the requester's last words. What the agent says himself below it is his answer, as in any mail.
"""

from maildesk.desk import find, tickets
from maildesk.desk.commands import Command
from maildesk.desk.errands.errand import Deed, Errand, Wanted
from maildesk.desk.tickets import Report
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Person, Ticket
from maildesk.reason import because
from maildesk.vocabulary import Direction, EventKind

#: Characters of a subject.
_LONGEST_TITLE = 400


def quoted_below(text: str, line: str) -> str:
    """The quoted paragraph that begins right below the command, without its marks; "" where there is none.

    An attribution ("... wrote:") between them is not skipped: then the whole mail is quoted, and no paragraph is meant.
    """
    lines = iter(text.split("\n"))
    if not any(one.strip() == line for one in lines):
        return ""
    paragraph: list[str] = []
    for one in lines:
        stripped = one.strip()
        if stripped.startswith(">"):
            paragraph.append(stripped.lstrip("> "))
        elif stripped or paragraph:
            break
    return "\n".join(paragraph).strip()


def _read(wanted: Wanted) -> Deed:
    command = wanted.commands[0]
    title = " ".join(wanted.case.clean(command.argument).split())[:_LONGEST_TITLE]
    if not title:
        wanted.wrong(command, "it needs a title", "#split Printer jams, too")
    for further in wanted.commands[1:]:
        wanted.wrong(further, "one split in each mail")
    text = _words(wanted, command)
    if not text:
        wanted.wrong(command, "the requester has said nothing here; quote his words below the command")
    return lambda author: _split(wanted, title, text, author)


def _words(wanted: Wanted, command: Command) -> str:
    last = find.last_words_of_requester(wanted.case.session, wanted.ticket)
    return wanted.case.clean(quoted_below(wanted.case.mail.text, command.line)) or (last.text if last else "")


def _split(wanted: Wanted, title: str, text: str, author: Person) -> list[Event]:
    case, old = wanted.case, wanted.ticket
    hand = case.hand(author)
    requester = case.session.get_one(Person, old.requester_id)
    new = tickets.new_ticket(requester, Report(title, old.queue, old.service, old.language, case.now))
    _inherit(new, old)
    tickets.open_ticket(hand, new)
    tickets.link(hand, new, old.id, "split")
    message = tickets.write_down(hand, new, requester, text, Direction.IN, because("split_off", old.id))
    split = tickets.record(hand, old, EventKind.SPLIT, f"#{new.id} {title}")
    return [
        split,
        tickets.record(hand, new, EventKind.OPENED, because("split_off_by", old.id, author.address), message),
    ]


def _inherit(new: Ticket, old: Ticket) -> None:
    new.priority, new.impact, new.urgency, new.type = old.priority, old.impact, old.urgency, old.type
    new.category, new.agent_id, new.assigned_reason = old.category, old.agent_id, old.assigned_reason


ERRAND = Errand(frozenset({Verb.SPLIT}), _read)
