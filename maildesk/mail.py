"""The values that travel: a Mail that came in, a Letter that goes out. No behaviour beyond small questions.

Every str in a Mail is storable: no NUL, no lone surrogates. All addresses are as their sender wrote them; compare
them by `Address.key`.
"""

from dataclasses import dataclass, field
from datetime import date as day
from datetime import datetime
from typing import Final

from maildesk.tokens import base_address
from maildesk.vocabulary import MailKind, NoticeKind

#: They read `k.a.r.i@` as `kari@`.
_DOTS_DO_NOT_COUNT: Final = frozenset({"gmail.com", "googlemail.com"})


def mailbox_of(address: str) -> str:
    """The mailbox that an address most likely ends in: without its subaddress (RFC 5233), in lower case.

    For counting alone, so that a thousand spellings of one address share one budget; mail never goes there.
    """
    local, _, domain = address.lower().rpartition("@")
    base = local.partition("+")[0] or local
    if domain in _DOTS_DO_NOT_COUNT:
        base = base.replace(".", "") or base
    return f"{base}@{domain}"


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: `name` is only ever displayed, `address` is local@domain."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The form addresses are compared and stored by: lower case."""
        return self.address.lower()


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment. `index` is its position among all leaf parts of the raw mail, from 0; `data` its decoded bytes,
    empty where there are very many: `ingest.parts.leaf_bytes` reads them again.
    """

    index: int
    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str
    disposition: str
    data: bytes = field(repr=False)
    #: What it is by its content; `content_type` is what its sender says.
    true_type: str = ""
    #: A picture in a signature, by the marks that mail clients put around theirs.
    in_signature: bool = False
    #: Does this picture stand in a quote or a signature alone, which were left out of what its author wrote?
    folded: bool = False


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient of a delivery report. `status` is RFC 3463 (`5.1.1`) or empty, `action` RFC 3464 2.3.3, `reason` as
    maildesk.reason stores it.
    """

    address: str
    status: str
    action: str
    permanent: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says; `message_id` is the original's, without angle brackets, or empty."""

    recipients: tuple[FailedRecipient, ...]
    message_id: str


@dataclass(frozen=True, slots=True)
class Ours:
    """What reading must know of the desk: its own addresses (lower case), and how it marks its own mail."""

    addresses: frozenset[str] = frozenset()
    #: Between the local part and a token; "" where the desk has no tokened addresses.
    subaddress: str = "+"
    languages: tuple[str, ...] = ("en", "nb", "ko")
    #: The value of X-Maildesk-Loop in every letter of this desk; "" where none is known.
    loop_id: str = ""
    #: Who answers here (lower case): what they write is relayed as they set it.
    agents: frozenset[str] = frozenset()

    def owns(self, address: str) -> bool:
        """Is it one of our addresses, with or without a token?"""
        return base_address(address, self.addresses, self.subaddress or "none") is not None


@dataclass(frozen=True, slots=True)
class Forward:
    """The mail inside a forwarded mail, as far as it could be read."""

    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: str
    text: str
    text_top: str


@dataclass(frozen=True, slots=True)
class Mail:
    """All that is understood of one mail. Message-IDs stand without angle brackets."""

    subject: str = ""
    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    #: The one clean address the mail says it is from, lower case; None where From is missing, doubled or odd (threats
    #: T13).
    identity: str | None = None
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    thread_index: str = ""
    #: Recipients the delivering server wrote down: Delivered-To, X-Original-To, Envelope-To.
    delivered_to: tuple[str, ...] = ()
    #: Raw, unfolded values of the Authentication-Results fields, topmost first, with the number of Received fields
    #: above each.
    authentication_results: tuple[tuple[int, str], ...] = ()
    #: (name, value) of Importance, Priority and fields that begin with X-: whatever their writer wanted to say by them.
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    visible_text: str = ""
    quoted_text: str = ""
    html: str = ""
    #: Of an agent's mail: the HTML that says what he wrote now, harmless; "" where only his text can be relayed.
    fresh_html: str = ""
    language: str = ""
    attachments: tuple[Part, ...] = ()
    #: How many more files the mail has than are listed.
    unlisted: int = 0
    kind: MailKind = MailKind.HUMAN
    #: By what `kind` was recognised (maildesk.reason).
    kind_reason: str = ""
    #: May an automatic answer go out because of this mail (RFC 3834)?
    may_answer: bool = True
    #: Of an out-of-office note: the last day away or the day of the return, whichever it names.
    away_until: day | None = None
    bounce: Bounce | None = None
    forward: Forward | None = None
    #: What could not be read, each as it is stored (maildesk.reason).
    problems: tuple[str, ...] = ()

    @property
    def sender(self) -> Address | None:
        """The first From address, proven or not."""
        return self.from_[0] if self.from_ else None


@dataclass(frozen=True, slots=True)
class Release:
    """A person's word that a held mail may go on: whose, and to which ticket; None is where it belongs by itself, 0 a
    new one."""

    by: str
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a mail came: its row in the spool, its raw bytes, when, and for which envelope recipients."""

    inbound_id: int
    raw_sha256: str
    received_at: datetime
    recipients: tuple[str, ...] = ()
    #: Imported history: makes a ticket, tells nobody.
    silent: bool = False
    #: Set where it was held, and somebody let it go.
    release: Release | None = None
    #: By which way it came first ("lmtp", "smtp", "imap:support", "pipe", "import"); from whom, where it was SMTP.
    source: str = ""
    peer: str = ""
    helo: str = ""
    #: What maildesk found itself about its sender, in the words of RFC 8601 (ingest/sender_proof).
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One rendered letter to one recipient: the bytes are final, a retry sends the same (threats 1.3)."""

    kind: NoticeKind
    #: Unique for ever: enqueuing the same effect twice is one letter.
    effect_key: str
    recipient: str
    envelope_from: str
    message_id: str
    raw: bytes = field(repr=False)
    #: True for letters a machine wrote, which count against the budgets.
    automatic: bool = True
    ticket: int | None = None
    #: The end of the letter where it brings files: the same bytes for all who get them, behind `raw`.
    files: bytes = field(default=b"", repr=False)

    @property
    def whole(self) -> bytes:
        """What goes over the wire."""
        return self.raw + self.files
