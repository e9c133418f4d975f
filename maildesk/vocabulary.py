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


class SkillSource(StrEnum):
    """Why an agent is said to know something; what he says himself stands over the rest."""

    DECLARED = "declared"  # by the configuration
    SAID = "said"  # by the agent: #skill vpn
    UNSAID = "unsaid"  # by the agent: #skill -vpn
    LEARNED = "learned"  # from tickets he solved


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
    CROSSED = "crossed"  # an agent's answer, and the ticket had changed since the letter he answers
    PREVIEW = "preview"  # an agent's solution of a problem, that would answer several people
    BLOCKED = "blocked"  # its sender is blocked
    TOO_MANY = "too_many"  # very many in this agent's name are held already


#: Told in the daily letter alone: anybody can make such a mail, and nobody is to be bombed with letters about it.
TOLD_DAILY: frozenset[Cause] = frozenset(
    {Cause.UNPROVEN_AGENT, Cause.UNCONFIRMED, Cause.CODE_MAIL, Cause.STRANGE_ANSWER, Cause.OWN_NAME}
)
#: They wait for the word of the agent who wrote them, and who was told: nobody else has to decide.
HIS_OWN: frozenset[Cause] = frozenset({Cause.CROSSED, Cause.PREVIEW})
#: Not even listed as held: put aside at once, kept and counted.
PUT_ASIDE: frozenset[Cause] = frozenset({Cause.BLOCKED, Cause.TOO_MANY})


class QuestionKind(StrEnum):
    """What somebody was asked by mail about a held mail."""

    CONFIRM = "confirm"  # the agent: did you write this?
    DECIDE = "decide"  # the operator: what shall become of it?


class QuestionState(StrEnum):
    """Where a question stands; the table of states is in desk/held/questions.py."""

    WAITING = "waiting"
    ANSWERED = "answered"
    EXPIRED = "expired"


class Decision(StrEnum):
    """What an answer about a held mail decides (desk/held/decision.py)."""

    RELEASE = "release"
    DROP = "drop"
    BLOCK = "block"


class SelfService(StrEnum):
    """The one word by which a requester serves himself (desk/self_service.py)."""

    STATUS = "status"  # how do my tickets stand?
    CLOSE = "close"
    REOPEN = "reopen"
    STOP = "stop"  # no more automatic mail
    START = "start"  # it may come again


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
    SURVEYED = "surveyed"  # the requester was asked how we did, in a letter of its own
    RATED = "rated"
    COMMENTED = "commented"  # the answer to that was no number of points; kept as it is
    ASKED_WHY = "asked_why"  # "no" opened it again; the requester is asked what is still wrong
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
    CROSSED = "crossed"  # an agent's answer was held: he had not seen what happened meanwhile
    PREVIEWED = "previewed"  # he is shown whom his solution would answer
    LINKED = "linked"  # it belongs to another ticket
    MERGED = "merged"  # it goes on in another ticket
    MERGED_IN = "merged_in"  # another ticket goes on here
    SPLIT = "split"  # a part of it is a ticket of its own now
    REQUESTER_CHANGED = "requester_changed"
    SENT_ANYWAY = "sent_anyway"  # he has seen it, and lets the answer go
    UNDONE = "undone"  # an agent took his last mail back before it left
    JOINED = "joined"  # somebody was taken in, and gets future answers
    SUGGESTED = "suggested"  # somebody unproven named him; an agent decides
    SAME_PERSON = "same_person"  # another address of a participant
    ERASED = "erased"  # its requester was taken out by the operator: figures stay, words are gone
    REVOKED = "revoked"  # its signed addresses are worthless, and those of new letters are others
    PROMISED = "promised"  # the acknowledgement names a time; the text is that time
    WARNED = "warned"  # a deadline comes near
    BREACHED = "breached"  # a deadline has passed
    ESCALATED = "escalated"  # it has passed long ago
    REMINDED = "reminded"  # the requester was asked again; the text: which time, and when the ticket is closed
    EXPIRED = "expired"  # closed, because the requester did not answer
    RESUMED = "resumed"  # on hold no longer: its date has come
    PLAN_DUE = "plan_due"  # a planned change is near, or now
    TRIAGED = "triaged"  # what the rules made of a new mail, and why
    PASSED = "passed"  # an agent gave it on: it does not come back to him by itself
    OFFERED = "offered"  # waits for somebody to take it, and why
    LEFT = "left"  # somebody was taken off, and gets no more answers
    CHANGED = "changed"  # a field: "priority: normal -> high"
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    ASKED = "asked"  # the requester is to answer; "3": working days until he is reminded
    ON_HOLD = "on_hold"  # somebody else is to act; the time it comes back, and why, where they are known
    SNOOZED = "snoozed"  # put off until this time
    CONTINUED = "continued"  # an agent ended a waiting
    PLANNED = "planned"  # when the change is to be made; "": not any more
    OUTAGE_BEGAN = "outage_began"  # when a service went away, and which
    OUTAGE_OVER = "outage_over"
    SPAM = "spam"  # closed in silence
    ASKED_ABOUT = "asked_about"  # an agent wanted to know, or to have, what stands on the ticket
    DONE = "done"  # the commands of a mail were obeyed; its writer gets the receipt
    UNASSIGNED = "unassigned"  # what gave it to a colleague was taken back; the text is his address
    NUDGED = "nudged"  # a manager asked after it; its agent is told


class Metric(StrEnum):
    """The clocks of a ticket (desk/sla.py)."""

    FIRST_RESPONSE = "first_response"  # receipt until the first human answer that was delivered
    NEXT_RESPONSE = "next_response"  # the oldest unanswered mail of the requester until the answer
    RESOLUTION = "resolution"  # receipt or reopening until it is solved; stands while others are to act
    PROMISE = "promise"  # the last answer until the next one, while the matter is with us
    UNASSIGNED = "unassigned"  # until somebody has it
    WAITING = "waiting"  # the question to the requester until his answer, or the closing at the stated date
    RESUME = "resume"  # a ticket on hold until a date
    PLANNED = "planned"  # the date of a change
    SURVEY = "survey"  # the letter that asks for a rating some time after closure


class DeadlineLevel(StrEnum):
    """How far a clock has come; in rising order."""

    WARN1 = "warn1"  # the first of reminders.warn_at; of a waiting ticket the first reminder
    WARN2 = "warn2"
    WARN3 = "warn3"
    DUE = "due"  # the deadline itself
    ESCALATED = "escalated"  # reminders.escalate_at


class DeadlineState(StrEnum):
    """Where a row of a clock stands; the table of states is in desk/clocks/deadlines.py."""

    WAITING = "waiting"
    PAUSED = "paused"
    FIRED = "fired"
    DONE = "done"
    DROPPED = "dropped"


class Span(StrEnum):
    """What the period of a report is called."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"  # any other number of them


class Verdict(StrEnum):
    """The state of things in one word; never said by a colour alone (desk/digests/digest_facts.py)."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    QUIET = "quiet"


class ManagerVerb(StrEnum):
    """What a manager may ask for in plain words (desk/words/manager_words.py)."""

    REPORT = "report"
    LIST = "list"
    REMIND = "remind"
    TAKE = "take"
    PRIO = "prio"
    REASSIGN = "reassign"


class ReportKind(StrEnum):
    """What somebody is to get (desk/reports.py)."""

    DAILY = "daily"  # a digest by the calendar
    WEEKLY = "weekly"
    REPORT = "report"  # the figures of a period, asked for by mail
    LATE = "late"  # the list of what is late, asked for by mail


class ReportState(StrEnum):
    """Where a report stands; the table of states is in desk/digests/report_rows.py."""

    WAITING = "waiting"
    SENT = "sent"
    SILENT = "silent"
    OVERTAKEN = "overtaken"
    FAILED = "failed"
    DROPPED = "dropped"


class NoticeKind(StrEnum):
    """The letters maildesk writes; each has a folder in templates/."""

    RECEIVED = "received"  # acknowledgement, to the requester
    NEW_TICKET = "new_ticket"  # to agents
    CUSTOMER_ANSWER = "customer_answer"  # to agents
    ANSWER = "answer"  # an agent's words, to the requester
    CLOSED = "closed"  # solution and the rating question, to the requester
    SURVEY = "survey"  # the rating question some time later, to the requester
    STILL_WRONG = "still_wrong"  # opened again by a mere "no": what is wrong? to the requester
    LOW_RATING = "low_rating"  # with the words, if any; to the managers
    RATING = "rating"  # what a requester wrote beside his rating, to the agent
    NOTE = "note"  # a colleague's internal note, to agents
    ASSIGNED = "assigned"  # to the agent who got the ticket
    NOT_YOURS = "not_yours"  # what gave it to him was taken back; to the agent who had been told
    OFFERED = "offered"  # a ticket that somebody should take; to agents
    HELP = "help"  # the commands, to the agent who asked
    RECEIPT = "receipt"  # what the commands of a mail did, and what was asked for; to the agent
    SELF_SERVICE = "self_service"  # how his tickets stand, or what his one word did; to the requester
    NOT_UNDERSTOOD = "not_understood"  # nothing was done, and why; to the agent
    UNDELIVERED = "undelivered"  # a letter did not arrive; to the agent
    DOUBTFUL = "doubtful"  # an answer went to an address that mail came back from; to the agent
    HELD_MAIL = "held_mail"  # a mail needs the operator
    CONFIRM = "confirm"  # did you write this? to the agent a mail says to be from
    HELD_DAILY = "held_daily"  # all that is held, once a day; to the operator
    NOT_DONE = "not_done"  # an answer about held mail decided nothing, and why; to whom we had asked
    CROSSED = "crossed"  # your answer waits: the ticket has changed; to the agent
    PREVIEW = "preview"  # whom your solution would answer; to the agent
    MERGED = "merged"  # another ticket goes on in yours; to its agent
    UNDONE = "undone"  # what was taken back; to the agent
    REMINDER = "reminder"  # deadlines near or past, on one ticket or several; to agents and managers
    WAITING = "waiting"  # the question once more, and when we close; to the requester
    EXPIRED = "expired"  # closed without an answer; to the requester
    DIGEST = "digest"  # the numbers of a day, a week or any other time; to managers
    MANAGED = "managed"  # what a manager's words did, or the list he asked for; to him
    NOT_MADE = "not_made"  # a digest or a report that could not be made; to the manager
    NUDGE = "nudge"  # a manager asks after a ticket; to its agent, or to all where it has none
    SILENCED = "silenced"  # a budget is used up; to the operator
    ALARM = "alarm"  # trouble with the desk itself, or its end; to the operator
    GATHERED = "gathered"  # very many mails of one sender, together; to agents


AT_MOST_ONCE: frozenset[NoticeKind] = frozenset(
    {NoticeKind.DIGEST, NoticeKind.REMINDER, NoticeKind.WAITING, NoticeKind.SURVEY}
)
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
