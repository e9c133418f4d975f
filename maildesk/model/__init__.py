"""The tables. Rows only: what may be done to them stands in the modules that own them."""

from maildesk.model.base import Base, UtcDateTime
from maildesk.model.contributions import Attachment, Event, Message
from maildesk.model.desk import Chore, Report, SigningKey, Undoable, Watch
from maildesk.model.held import Block, Question
from maildesk.model.letters import Outbound, Untold
from maildesk.model.people import Person, Skill
from maildesk.model.promises import Deadline, Outage, Recount, Reminder
from maildesk.model.spool import Arrival, Inbound, MailboxCursor, MailboxMail
from maildesk.model.tickets import Participant, Suggestion, Ticket, TicketLink, TicketTag

__all__ = [
    "Arrival",
    "Attachment",
    "Base",
    "Block",
    "Chore",
    "Deadline",
    "Event",
    "Inbound",
    "MailboxCursor",
    "MailboxMail",
    "Message",
    "Outage",
    "Outbound",
    "Participant",
    "Person",
    "Question",
    "Recount",
    "Reminder",
    "Report",
    "SigningKey",
    "Skill",
    "Suggestion",
    "Ticket",
    "TicketLink",
    "TicketTag",
    "Undoable",
    "Untold",
    "UtcDateTime",
    "Watch",
]
