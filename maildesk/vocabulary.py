"""The closed sets of words. A word that is stored or shown stands here once and nowhere else."""

from enum import StrEnum


class Status(StrEnum):
    """Whose turn it is on a ticket."""

    NEW = "new"  # nobody of ours has looked at it
    OPEN = "open"  # our turn
    PENDING = "pending"  # the requester's turn
    ON_HOLD = "on_hold"  # a third party's turn, or waiting for a date
    RESOLVED = "resolved"  # solved; an answer reopens it
    CLOSED = "closed"  # done; an answer within the reopening time reopens it


class Happening(StrEnum):
    """What can happen to the status of a ticket; the rows of lifecycle.NEXT_STATUS."""

    REQUESTER_WROTE = "requester_wrote"
    AGENT_ANSWERED = "agent_answered"
    TAKEN = "taken"
    ASKED_REQUESTER = "asked_requester"
    PUT_ON_HOLD = "put_on_hold"
    RESUMED = "resumed"
    SOLVED = "solved"
    CLOSED = "closed"
    REOPENED = "reopened"
    EXPIRED = "expired"


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Level(StrEnum):
    """Impact and urgency, the two inputs of the priority."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TicketType(StrEnum):
    INCIDENT = "incident"
    REQUEST = "request"
    PROBLEM = "problem"
    CHANGE = "change"
    QUESTION = "question"


class Direction(StrEnum):
    """Which way a message on a ticket went."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Role(StrEnum):
    """Why somebody stands on a ticket."""

    REQUESTER = "requester"
    CC = "cc"
    WATCHER = "watcher"


class MailKind(StrEnum):
    """Who made a mail; in the order in which the question is asked (behaviour: automatic mail and loops)."""

    OWN = "own"
    BOUNCE = "bounce"
    OUT_OF_OFFICE = "out_of_office"
    AUTOMATIC = "automatic"
    HUMAN = "human"


class InboundState(StrEnum):
    """Where a received mail stands; the table of states is in ingest/inbox.py."""

    NEW = "new"
    DONE = "done"
    HELD = "held"
    DROPPED = "dropped"


class Disposition(StrEnum):
    """What became of a received mail."""

    NEW = "new"
    REPLY = "reply"
    NOTE = "note"
    COMMAND = "command"
    RATING = "rating"
    BOUNCE = "bounce"
    AUTO = "auto"
    DUPLICATE = "duplicate"
    HELD = "held"
    IGNORED = "ignored"


class OutboundState(StrEnum):
    """Where a letter stands; the table of states is in notify/outbox.py."""

    WAITING = "waiting"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


class EventKind(StrEnum):
    """What happened on a ticket; each kind is a row of notify.audience.AUDIENCE."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    CUSTOMER_ANSWERED = "customer_answered"
    THIRD_PERSON_WROTE = "third_person_wrote"
    ANSWERED = "answered"
    NOTED = "noted"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    SOLVED = "solved"
    CLOSED = "closed"
    REOPENED = "reopened"
    RATED = "rated"
    AUTOMATIC_NOTED = "automatic_noted"
    DELAYED = "delayed"
    UNDELIVERED = "undelivered"
    SILENCED = "silenced"
    HELP_ASKED = "help_asked"
    NOT_UNDERSTOOD = "not_understood"


class NoticeKind(StrEnum):
    """The letters maildesk writes; each has a folder in templates/."""

    RECEIVED = "received"  # acknowledgement, to the requester
    NEW_TICKET = "new_ticket"  # to agents
    CUSTOMER_ANSWER = "customer_answer"  # to agents
    ANSWER = "answer"  # an agent's words, to the requester
    CLOSED = "closed"  # solution and the rating question, to the requester
    NOTE = "note"  # a colleague's internal note, to agents
    ASSIGNED = "assigned"  # to the agent who got the ticket
    HELP = "help"  # the commands, to the agent who asked
    NOT_UNDERSTOOD = "not_understood"  # nothing was done, and why; to the agent
    UNDELIVERED = "undelivered"  # a letter did not arrive; to the agent
    HELD_MAIL = "held_mail"  # a mail needs the operator
    SILENCED = "silenced"  # a budget is used up; to the operator


AT_MOST_ONCE: frozenset[NoticeKind] = frozenset()
"""Letters that are better missed than doubled: reminders, surveys, digests. See notify/outbox.py."""


class Standing(StrEnum):
    """How much a mail may do in the name of its sender (desk/trust.py)."""

    PROVEN = "proven"  # authentication results and our token
    ACCEPTED = "accepted"  # one of the two, enough by the configured rule
    UNPROVEN = "unproven"  # a From line and nothing more
    FAILED = "failed"  # the sender's own domain disowns the mail
    STRANGER = "stranger"  # not one clean address
