"""The tables. Rows only: what may be done to them stands in the modules that own them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite drops zones, so a naive value is refused on the way in and made aware on the way
    out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: An index of the messages of Outlook alone.
_CONVERSATIONS: Any = {"sqlite_where": text("conversation != ''"), "postgresql_where": text("conversation != ''")}
#: An index of the mails of which nothing has become yet: those that wait in the spool. Not by their state, or SQLite
#: would sooner walk the index that begins with it.
_WAITING: Any = {"sqlite_where": text("disposition = ''"), "postgresql_where": text("disposition = ''")}
#: SQLite counts only INTEGER PRIMARY KEY by itself.
Id = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, str: Text, bytes: LargeBinary, int: BigInteger}

    def __repr__(self) -> str:
        identity: Any = getattr(self, "id", None)
        return f"{type(self).__name__}({identity})"


class SigningKey(Base):
    """The secrets of the reply tokens, newest first by id. In the database, so that every daemon on it has them."""

    __tablename__ = "signing_key"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    secret: Mapped[bytes]
    made_at: Mapped[datetime]


class Person(Base):
    """Anybody with an address: requester, participant or agent, made on first sight. Who is an agent says the
    configuration."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)  # lower case
    name: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    made_at: Mapped[datetime]
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # his other address; an agent said so
    hard_bounces: Mapped[int] = mapped_column(Integer, default=0)  # letters that came back for good
    undeliverable_since: Mapped[datetime | None]  # set: no automatic mail goes there (desk/undelivered.py)
    away_until: Mapped[datetime | None]  # said by an out-of-office note; his next mail ends it (desk/absence.py)


class Ticket(Base):
    """One reported matter. `status` changes only through desk.lifecycle."""

    __tablename__ = "ticket"
    __table_args__ = (Index("ix_ticket_status", "status"), Index("ix_ticket_requester_id", "requester_id"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)  # the number
    subject: Mapped[str]
    status: Mapped[str] = mapped_column(String(16))
    priority: Mapped[str] = mapped_column(String(16))
    impact: Mapped[str] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(16))
    type: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(64), default="")
    watching: Mapped[str] = mapped_column(default="")  # other queues that were written to as well, parted by commas
    service: Mapped[str] = mapped_column(String(64), default="")
    category: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assigned_reason: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(default="")
    rating: Mapped[int | None] = mapped_column(Integer)
    rating_comment: Mapped[str] = mapped_column(default="")
    rated_at: Mapped[datetime | None]
    closures: Mapped[int] = mapped_column(Integer, default=0)  # how often it was closed; one rating each
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    token_epoch: Mapped[int] = mapped_column(Integer, default=0)  # raised to revoke all tokens of the ticket


class Participant(Base):
    """Who stands on a ticket. Letters go to these and to nobody else (threats 3.3, rule 1)."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("ticket_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]


class Suggestion(Base):
    """Who was named in Cc by somebody who could not prove himself: an agent may take him in (desk/participants.py)."""

    __tablename__ = "suggestion"
    __table_args__ = (UniqueConstraint("ticket_id", "address"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class TicketTag(Base):
    __tablename__ = "ticket_tag"
    __table_args__ = (UniqueConstraint("ticket_id", "word"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    word: Mapped[str] = mapped_column(String(64))


class TicketLink(Base):
    """`ticket_id` stands in `kind` ("mentions", "follows", "merged", "problem") to `other_id`."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id", "kind"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))


class Message(Base):
    """One contribution to a ticket. Never changed."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_conversation", "conversation", **_CONVERSATIONS),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    direction: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    message_id: Mapped[str] = mapped_column(index=True)  # as its sender wrote it; not unique: anybody may reuse one
    in_reply_to: Mapped[str] = mapped_column(default="")
    conversation: Mapped[str] = mapped_column(String(44), default="")  # of Outlook (desk/clues.py)
    via_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whose reply address its author used
    text: Mapped[str]  # without quotes and signature; the whole stands in the raw mail
    public: Mapped[bool]
    placed_by: Mapped[str]  # why it is on this ticket
    verified: Mapped[bool]  # proven to be from its author
    doubt: Mapped[str] = mapped_column(default="")  # why its author should not be believed; not merely unproven


class Attachment(Base):
    """One file of a message. The bytes stay in the raw mail: leaf part `part_index` of blob `raw_sha256`."""

    __tablename__ = "attachment"
    # The newest files of the same bytes: is it a logo?
    __table_args__ = (Index("ix_attachment_sha256_id", "sha256", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    part_index: Mapped[int] = mapped_column(Integer)
    raw_sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str]
    content_type: Mapped[str]  # what its sender says
    true_type: Mapped[str] = mapped_column(default="")  # what it is by its content
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    inline: Mapped[bool]
    logo: Mapped[bool] = mapped_column(default=False)  # the ornament of a signature; kept, but not shown
    content_id: Mapped[str] = mapped_column(default="")


class Event(Base):
    """The accountable record: who did what, when, by which mail. Append only."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))  # the message it speaks of
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: maildesk itself
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(default="")


class Inbound(Base):
    """The spool: one received mail, however often it arrived. Its states are in ingest/inbox.py."""

    __tablename__ = "inbound"
    __table_args__ = (
        Index("ix_inbound_state_turn_id", "state", "turn", "id"),
        # Of the waiting rows alone, which are few (ingest/turns.py).
        Index("ix_inbound_waiting_author", "author_key", "turn", **_WAITING),
        Index("ix_inbound_waiting_envelope", "envelope_key", "turn", **_WAITING),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # ingest/digest.py
    raw_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    source: Mapped[str]
    envelope_from: Mapped[str | None]  # None: came without an envelope; "": the null sender
    recipient: Mapped[str] = mapped_column(default="")  # the first; all of them are Arrivals
    peer: Mapped[str] = mapped_column(String(64), default="")  # the machine that handed it in by SMTP, and its HELO
    helo: Mapped[str] = mapped_column(default="")
    turn: Mapped[int] = mapped_column(default=0)  # lower ones are processed first (ingest/turns.py)
    author_key: Mapped[str] = mapped_column(String(254), default="")  # whose turn it is; proves nothing
    envelope_key: Mapped[str] = mapped_column(String(254), default="")
    received_at: Mapped[datetime]
    silent: Mapped[bool] = mapped_column(default=False)  # imported history: makes a ticket, tells nobody
    state: Mapped[str] = mapped_column(String(16))
    disposition: Mapped[str] = mapped_column(String(16), default="")
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    # What parsing found, for people who look at the queue.
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    message_id: Mapped[str] = mapped_column(default="", index=True)
    # What maildesk found itself about the sender (ingest/sender_proof); how far he was believed (desk/trust.py).
    proof: Mapped[str] = mapped_column(default="")
    trust: Mapped[str] = mapped_column(default="")
    # Of a mail that is held or was: vocabulary.Cause; whose word it waits for; who let it go, and where to.
    cause: Mapped[str] = mapped_column(String(16), default="")
    held_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_by: Mapped[str] = mapped_column(default="")
    released_to: Mapped[int | None]  # a ticket; 0 for a new one, None for where it belongs by itself


class Question(Base):
    """What somebody was asked by mail about a held mail; he may answer once. Its states are in desk/questions.py."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("inbound_id", "person_id", "kind"),
        Index("ix_question_person_id_asked_at", "person_id", "asked_at"),
        Index("ix_question_state_expires_at", "state", "expires_at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[int]  # signed into the address of the answer
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decision: Mapped[str] = mapped_column(String(16), default="")
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))  # the mail that decided
    answered_at: Mapped[datetime | None]


class Block(Base):
    """Mail of these senders is put aside in silence."""

    __tablename__ = "block"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sender: Mapped[str] = mapped_column(String(320), unique=True)  # an address, or a domain with all below it
    by: Mapped[str]
    made_at: Mapped[datetime]


class Chore(Base):
    """Work of the calendar that was done, once for each key, whichever daemon did it ("held:2026-03-02")."""

    __tablename__ = "chore"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    done_at: Mapped[datetime]


class Untold(Base):
    """A mail of somebody who writes very much, of which an agent is to hear later (notify/gathered.py)."""

    __tablename__ = "untold"
    __table_args__ = (Index("ix_untold_author_id_person_id", "author_id", "person_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the agent
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]


class Arrival(Base):
    """One way by which a mail came: the same mail by IMAP and LMTP is one Inbound with two of these."""

    __tablename__ = "arrival"
    __table_args__ = (UniqueConstraint("inbound_id", "source", "recipient"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    inbound_id: Mapped[int] = mapped_column(ForeignKey("inbound.id"))
    source: Mapped[str]  # "lmtp", "smtp", "imap:support", "pipe", "import"
    recipient: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class MailboxMail(Base):
    """The ledger of an IMAP folder: (UIDVALIDITY, UID) is one mail for ever (RFC 9051 2.3.1.1)."""

    __tablename__ = "mailbox_mail"
    __table_args__ = (
        UniqueConstraint("mailbox", "folder", "uidvalidity", "uid"),
        # Each look asks for the few that are still to be moved, among all that ever were.
        Index("ix_mailbox_mail_state", "state", "mailbox", "folder", "uidvalidity", "uid"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str]
    uidvalidity: Mapped[int]
    uid: Mapped[int]
    inbound_id: Mapped[int | None] = mapped_column(ForeignKey("inbound.id"))
    taken_at: Mapped[datetime]
    #: The table of states is in ingest/imap/ledger.py.
    state: Mapped[str] = mapped_column(String(16))


class MailboxCursor(Base):
    """How far a folder has been read: every UID below `next_uid` was looked at once."""

    __tablename__ = "mailbox_cursor"
    __table_args__ = (UniqueConstraint("mailbox", "folder", "uidvalidity"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str]
    uidvalidity: Mapped[int]
    next_uid: Mapped[int]
    started_at: Mapped[datetime]


class Outbound(Base):
    """The outbox: one letter to one recipient. Its states are in notify/outbox.py."""

    __tablename__ = "outbound"
    __table_args__ = (
        Index("ix_outbound_state_automatic_next_at", "state", "automatic", "next_at"),
        Index("ix_outbound_mailbox_made_at", "mailbox", "made_at"),
        Index("ix_outbound_made_at", "made_at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    effect_key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(320))
    mailbox: Mapped[str] = mapped_column(String(320))  # the recipient without his subaddress, for the budgets
    envelope_from: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    automatic: Mapped[bool]
    raw: Mapped[bytes]  # the letter, or its beginning where its files are a blob
    files_sha256: Mapped[str] = mapped_column(String(64), default="")  # the blob with the end of the letter
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]  # when a delivery report said that it will not arrive, whatever the state
    relay_id: Mapped[str] = mapped_column(default="", index=True)  # the relay's queue id, from its 250
    error: Mapped[str] = mapped_column(default="")
