"""A notice becomes a letter: headers, text and HTML, attachments. The same notice gives the same bytes.

It decides nothing about who is told, and never looks anything up: the words come from `Words`, all else stands in the
notice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from maildesk.conversation import thread_index
from maildesk.mail import Address, Letter
from maildesk.notify.headers import (
    Field,
    clean_header,
    date_field,
    ids_field,
    mailbox_field,
    plain_field,
    text_field,
    wire_address,
)
from maildesk.notify.mime import (
    begin_of_multipart,
    boundary,
    end_of_multipart,
    file_part,
    multipart,
    write_mail,
)
from maildesk.notify.proof import prove_letter
from maildesk.notify.rendered import Rendered, Words
from maildesk.vocabulary import NoticeKind, Withheld

#: Kept of a long list of References: where the thread began and where it is (mail-craft: RT does the same).
FIRST_REFERENCES = 4
LAST_REFERENCES = 6
#: Not NDR: a bounce is what we want to hear of (MS-OXCMAIL 2.1.3.2.20).
NO_ANSWERS = "DR, RN, NRN, OOF, AutoReply"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels with a letter; `data` are its decoded bytes."""

    filename: str
    content_type: str
    data: bytes
    inline: bool = False
    content_id: str = ""
    #: Which attachment of the mail it is (`mail.Part.index`).
    index: int = -1


@dataclass(frozen=True, slots=True)
class Preview:
    """A small JPEG of a picture, for the letters of agents; `index` as in Enclosure, `width` in pixels."""

    index: int
    width: int
    data: bytes = field(repr=False)

    @property
    def content_id(self) -> str:
        """Made of what it shows. Nobody owns `.invalid` (RFC 2606)."""
        return f"preview-{self.index}-{sha256(self.data).hexdigest()[:20]}@maildesk.invalid"


class Files:
    """The files that travel with letters, encoded once for all of them: the bytes after the words are the same.

    `withheld` says why a file of the mail does not travel, by its index; `pictures` stand in the words themselves;
    `original` is the whole mail, for agents, where not all of it could be read.
    """

    def __init__(
        self,
        enclosures: Sequence[Enclosure] = (),
        previews: Sequence[Preview] = (),
        withheld: Mapping[int, Withheld] | None = None,
        pictures: Sequence[Enclosure] = (),
        original: Enclosure | None = None,
    ) -> None:
        self.enclosures = tuple(enclosures)
        self.previews = tuple(previews)
        self.withheld = dict(withheld or {})
        self.pictures = tuple(pictures)
        self.original = original

    def __bool__(self) -> bool:
        return bool(self._enclosed or self.previews or self.pictures)

    @property
    def _enclosed(self) -> tuple[Enclosure, ...]:
        return (*self.enclosures, self.original) if self.original else self.enclosures

    def fate_of(self, index: int) -> Withheld | None:
        """Why this file does not travel with the letter; None where it does."""
        if any(one.index == index for one in (*self.enclosures, *self.pictures)):
            return None
        return self.withheld.get(index, Withheld.NOT_HERE)

    @cached_property
    def for_others(self) -> "Files":
        """The same without previews and the original: who wrote, or gets, a picture needs none."""
        own = self.previews or self.original
        return Files(self.enclosures, (), self.withheld, self.pictures) if own else self

    @cached_property
    def edge(self) -> str:
        """The boundary, made of what it bounds."""
        digest = sha256()
        for one in (*self._enclosed, *self.pictures):
            digest.update(f"{one.filename}|{len(one.data)}|".encode("utf-8", "replace"))
            digest.update(one.data)
        for preview in self.previews:
            digest.update(preview.content_id.encode("ascii"))
        return boundary(digest.hexdigest(), "files")

    @property
    def _inner_edge(self) -> str:
        return boundary(self.edge, "pictures")

    def begin(self, words: bytes) -> bytes:
        """The beginning of a letter, which `section` ends. Pictures and previews belong to the words (RFC 2387)."""
        if self.previews or self.pictures:
            words = begin_of_multipart('related; type="multipart/alternative"', self._inner_edge, [words])
        return begin_of_multipart("mixed", self.edge, [words])

    @cached_property
    def section(self) -> bytes:
        """The parts and the closing boundary: the end of a letter with files."""
        pictures = [
            file_part(f"preview-{number}.jpg", "image/jpeg", one.data, True, one.content_id)
            for number, one in enumerate(self.previews, 1)
        ]
        pictures += map(_part, self.pictures)
        end_of_words = end_of_multipart(self._inner_edge, pictures) if pictures else b""
        return end_of_words + end_of_multipart(self.edge, [_part(one) for one in self._enclosed])


def _part(file: Enclosure) -> bytes:
    return file_part(file.filename, file.content_type, file.data, file.inline, file.content_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the words of a letter name it; `size` is in bytes."""

    name: str
    size: int
    #: Empty: it travels with the letter.
    withheld: Withheld | None = None
    #: What it is where that is worth a warning: a program, or another thing than it says ("page", "archive" ...).
    really: str = ""
    #: The Content-ID of its preview in this letter; empty for none.
    preview: str = ""
    #: Of the preview, in pixels.
    width: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """The intent to tell one person one thing. Message-IDs stand without angle brackets."""

    kind: NoticeKind
    effect_key: str
    to: Address
    language: str
    sender_name: str
    sender_address: str
    #: Empty: no Reply-To.
    reply_to: str
    envelope_from: str
    #: Empty: the template's own subject.
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    #: "", "auto-replied" or "auto-generated" (RFC 3834 section 5).
    auto_submitted: str
    loop_id: str
    ticket: int | None
    date: datetime
    #: What the template says; notify.templates.FACTS lists what each kind needs.
    facts: Mapping[str, object]
    files: Files = field(default_factory=Files)
    #: The conversation of Outlook that it belongs to (maildesk.conversation); "" for none.
    conversation: str = ""


def compose(notice: Notice, words: Words) -> Letter:
    """The letter of a notice. Raises ValueError for an address mail cannot go to, and for facts that do not fit."""
    reply_address = notice.reply_to or notice.sender_address
    # The template needs what the head says too: a button's mail must join the thread and reach the same address.
    of_the_letter = {
        "ticket": notice.ticket,
        "subject_line": clean_header(notice.subject),
        "reply_address": reply_address,
    }
    said = words.render(notice.kind, notice.language, {**notice.facts, **of_the_letter})
    recipient = wire_address(notice.to.address)
    raw = write_mail(_fields(notice, clean_header(notice.subject) or said.subject), _body(notice, said))
    prove_letter(raw, recipient)
    return Letter(
        kind=notice.kind,
        effect_key=notice.effect_key,
        recipient=recipient,
        envelope_from=notice.envelope_from,
        message_id=notice.message_id,
        raw=raw,
        files=notice.files.section if notice.files else b"",
        automatic=bool(notice.auto_submitted),
        ticket=notice.ticket,
    )


def capped(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first four and last six ids of a long thread, each once."""
    once = tuple(dict.fromkeys(references))
    if len(once) <= FIRST_REFERENCES + LAST_REFERENCES:
        return once
    return once[:FIRST_REFERENCES] + once[-LAST_REFERENCES:]


def _fields(notice: Notice, subject: str) -> list[Field]:
    if not subject:
        raise ValueError(f"a letter of kind {notice.kind} needs a subject")
    message_id = ids_field("Message-ID", [notice.message_id])
    if message_id is None:
        raise ValueError(f"not a Message-ID: {notice.message_id!r}")
    fields = [
        mailbox_field("From", notice.sender_name, notice.sender_address),
        mailbox_field("To", _name_to_show(notice), notice.to.address),
        text_field("Subject", subject),
        date_field("Date", notice.date),
        message_id,
        ids_field("In-Reply-To", [notice.in_reply_to]),
        ids_field("References", capped(notice.references)),
        mailbox_field("Reply-To", notice.sender_name, notice.reply_to) if notice.reply_to else None,
        *_for_outlook(notice, subject),
        *_for_machines(notice),
        plain_field("MIME-Version", "1.0"),
    ]
    return [field for field in fields if field is not None]


def _for_outlook(notice: Notice, subject: str) -> list[Field]:
    """It shows together what has the same Thread-Index, and names it by the topic."""
    if not notice.conversation:
        return []
    index = thread_index(notice.conversation, notice.date, notice.message_id)
    return [plain_field("Thread-Index", index), text_field("Thread-Topic", subject.removeprefix("Re: "))]


def _name_to_show(notice: Notice) -> str:
    """A stranger's name is a stranger's words: the neutral acknowledgement gives none of them back (threats T20)."""
    neutral = notice.kind is NoticeKind.RECEIVED and not notice.facts["verified"]
    return "" if neutral else notice.to.name


def _for_machines(notice: Notice) -> list[Field]:
    """What loop detection and mail rules read."""
    fields = [
        plain_field("X-Maildesk-Event", notice.kind),
        plain_field("X-Maildesk-Loop", notice.loop_id),
        plain_field("Content-Language", notice.language),
    ]
    if notice.ticket is not None:
        fields.append(plain_field("X-Maildesk-Ticket", str(notice.ticket)))
    if notice.auto_submitted:
        # Absent on a person's own words: some systems drop all that is automatic.
        fields.append(plain_field("Auto-Submitted", notice.auto_submitted))
        fields.append(plain_field("X-Auto-Response-Suppress", NO_ANSWERS))
    return fields


def _body(notice: Notice, said: Rendered) -> bytes:
    words = multipart("alternative", boundary(notice.message_id, "words"), said.parts)
    if not notice.files:
        return words
    return notice.files.begin(words)
