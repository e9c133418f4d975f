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


class Cause(StrEnum):
    """Why a mail is kept aside; a code for people and programs, beside the reason in words."""

    UNPROVEN_AGENT = "unproven_agent"  # says to be from an agent, and cannot prove it
    UNCONFIRMED = "unconfirmed"  # the agent was asked, and did not answer in time
    NO_TICKET = "no_ticket"  # commands, and no ticket that they are for
    CODE_MAIL = "code_mail"  # a stranger's verification code for a signed address (threats T1)
    STRANGE_ANSWER = (
        "strange_answer"  # somebody else used the one-time address of a question, or could not prove himself
    )
    OWN_NAME = "own_name"  # in our own name, but no letter of ours
    LOOP = "loop"  # too many mails to and fro
    FAILED = "failed"  # could not be read or processed, three times
    BLOCKED = "blocked"  # its sender is blocked
    TOO_MANY = "too_many"  # very many in this agent's name are held already


#: Told in the daily letter alone: anybody can make such a mail, and nobody is to be bombed with letters about it.
TOLD_DAILY: frozenset[Cause] = frozenset(
    {Cause.UNPROVEN_AGENT, Cause.UNCONFIRMED, Cause.CODE_MAIL, Cause.STRANGE_ANSWER, Cause.OWN_NAME}
)
#: Not even listed as held: put aside at once, kept and counted.
PUT_ASIDE: frozenset[Cause] = frozenset({Cause.BLOCKED, Cause.TOO_MANY})


class QuestionKind(StrEnum):
    """What somebody was asked by mail about a held mail."""

    CONFIRM = "confirm"  # the agent: did you write this?
    DECIDE = "decide"  # the operator: what shall become of it?


class QuestionState(StrEnum):
    """Where a question stands; the table of states is in desk/questions.py."""

    WAITING = "waiting"
    ANSWERED = "answered"
    EXPIRED = "expired"


class Decision(StrEnum):
    """What an answer about a held mail decides (desk/decision.py)."""

    RELEASE = "release"
    DROP = "drop"
    BLOCK = "block"


class Undone(StrEnum):
    """Why an answer about a held mail decided nothing."""

    UNCLEAR = "unclear"  # neither yes nor no
    TOO_LATE = "too_late"  # the question has expired
    NOT_HELD = "not_held"  # somebody else has decided meanwhile
    NOT_BLOCKED = "not_blocked"  # who is ours cannot be blocked


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
    RESPONSE_WITHDRAWN = "response_withdrawn"
    SUPPRESSED = "suppressed"
    RELEASED = "released"
    DOUBTFUL = "doubtful"
    SILENCED = "silenced"
    HELP_ASKED = "help_asked"
    NOT_UNDERSTOOD = "not_understood"
    HELD = "held"
    JOINED = "joined"  # somebody was taken in, and gets future answers
    SUGGESTED = "suggested"  # somebody unproven named him; an agent decides
    SAME_PERSON = "same_person"  # another address of a participant


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
    DOUBTFUL = "doubtful"  # an answer went to an address that mail came back from; to the agent
    HELD_MAIL = "held_mail"  # a mail needs the operator
    CONFIRM = "confirm"  # did you write this? to the agent a mail says to be from
    HELD_DAILY = "held_daily"  # all that is held, once a day; to the operator
    NOT_DONE = "not_done"  # an answer about held mail decided nothing, and why; to whom we had asked
    SILENCED = "silenced"  # a budget is used up; to the operator
    GATHERED = "gathered"  # very many mails of one sender, together; to agents


AT_MOST_ONCE: frozenset[NoticeKind] = frozenset()
"""Letters that are better missed than doubled: reminders, surveys, digests. See notify/outbox.py."""


class Withheld(StrEnum):
    """Why a file of a mail does not travel with a letter about it. It is kept with the ticket in any case."""

    TOO_LARGE = "too_large"  # for the mail servers of others
    OWN_LETTER = "own_letter"  # holds a letter of ours, or a signed address: its reader could speak for another
    NOT_HERE = "not_here"  # this letter brings no files


class Standing(StrEnum):
    """How much a mail may do in the name of its sender (desk/trust.py)."""

    PROVEN = "proven"  # authentication results and our token
    ACCEPTED = "accepted"  # one of the two, enough by the configured rule
    UNPROVEN = "unproven"  # a From line and nothing more
    FAILED = "failed"  # the sender's own domain disowns the mail
    STRANGER = "stranger"  # not one clean address
