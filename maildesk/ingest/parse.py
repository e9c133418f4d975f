"""From the bytes of a mail to a Mail. Total: any bytes give one; what could not be read is said in its problems.

It stores nothing, sends nothing and decides nothing about tickets. The header block is read twice where it matters: the
identity needs mail-parser, the other reader, to see the same; and it is asked for a date that we cannot read.
"""

import re
from dataclasses import replace
from datetime import datetime
from email.message import Message
from functools import lru_cache
from itertools import islice
from typing import Final

from mailparser import MailParser

from maildesk.desk.commands import split_commands
from maildesk.ingest.away import away_until
from maildesk.ingest.body import MOST_ATTACHMENTS, read_attachments, read_body, split_leaves
from maildesk.ingest.bounce import read_report
from maildesk.ingest.forward import open_attached, open_forward
from maildesk.ingest.gate import Look, look_at
from maildesk.ingest.html.fresh import fresh_html
from maildesk.ingest.html.safe import clean_html
from maildesk.ingest.inside import Inside, look_inside
from maildesk.ingest.language import language_of
from maildesk.ingest.mime.addresses import identity_of, read_addresses
from maildesk.ingest.mime.charsets import decode_text
from maildesk.ingest.mime.dates import read_date
from maildesk.ingest.mime.fields import Fields, header_start, read_fields, unfold
from maildesk.ingest.mime.headers import decode_words, message_id, message_ids, raw_line
from maildesk.ingest.mime.parameters import split_parameters
from maildesk.ingest.mime.structure import Leaf, Structure, read_structure
from maildesk.ingest.pictures.signature_pictures import folded_pictures, pictures_above, signature_pictures
from maildesk.ingest.screen import Facts, judge
from maildesk.ingest.signed_off import without_sign_off
from maildesk.ingest.text import fold
from maildesk.mail import Address, Mail, Ours
from maildesk.reason import because
from maildesk.vocabulary import MailKind

LONGEST_SUBJECT: Final = 998
#: Of a mail that is restricted by the gate, so much is read.
_FIRST_BYTES: Final = 64 << 10
_FIRST_FIELDS: Final = 100
_MOST_TRACES: Final = 20
#: Without any of these fields it is somebody's bytes, shown as they are.
_MARKS_OF_A_MAIL: Final = frozenset(
    {"from", "sender", "to", "cc", "subject", "date", "message-id", "received", "return-path", "mime-version"}
    | {"content-type", "resent-from", "delivered-to", "reply-to"}
)
_NO_MAIL: Final = because("no_mail")
#: Of fields that a rule may ask for (config.triage).
_MOST_MARKS: Final = 40
_LONGEST_MARK: Final = 200


def parse_mail(raw: bytes, ours: Ours, envelope_from: str | None = None, *, with_html: bool = True) -> Mail:
    """All that is understood of one mail.

    `envelope_from` is the sender of the envelope, "" or "<>" the null sender, None unknown (then Return-Path is asked).
    Without `with_html` the HTML is used for the text and not kept: cleaning it is the most expensive step. Never
    raises, except MemoryError: that is the machine's trouble, not the mail's.
    """
    try:
        return _read(raw, ours, envelope_from, with_html)
    except MemoryError:
        raise
    except Exception as error:
        # A fault of ours. The mail is still a mail: its first fields and its first text reach the desk.
        return _read_first(raw, ours, envelope_from, because("reading_failed", type(error).__name__))


def parse_beginning(raw: bytes, ours: Ours, envelope_from: str | None, problem: str) -> Mail:
    """The first fields and the first text, where `problem` forbids to read more. As total as parse_mail."""
    try:
        return _read_restricted(raw, Look(look_at(raw).header_end, (problem,)), ours, envelope_from)
    except MemoryError:
        raise
    except Exception:
        return _read_first(raw, ours, envelope_from, problem)


def _read(raw: bytes, ours: Ours, envelope_from: str | None, with_html: bool) -> Mail:
    look = look_at(raw)
    if look.restricted:
        return _read_restricted(raw, look, ours, envelope_from)
    structure = read_structure(raw)
    mail = _understand(structure, look_inside(structure.leaves), ours, envelope_from, with_html)
    is_mail = any(name in _MARKS_OF_A_MAIL for name, _ in structure.fields.items)
    return mail if is_mail else replace(mail, problems=(_NO_MAIL, *mail.problems))


def _understand(structure: Structure, inside: Inside, ours: Ours, envelope_from: str | None, with_html: bool) -> Mail:
    fields = structure.fields
    bodies, others = split_leaves(inside.leaves)
    body = read_body(bodies)
    unlisted = max(0, len(others) - MOST_ATTACHMENTS)
    too_many = because("more_files", unlisted) if unlisted else ""
    html, complaint = clean_html(body.html) if with_html and body.html else ("", "")
    hint = _charset_hint(structure.leaves)
    from_ = read_addresses(fields.all("from"), hint)
    subject = decode_words(fields.first("subject"), hint)[:LONGEST_SUBJECT]
    null_sender = _is_null(envelope_from, fields)
    sender = from_[0] if from_ else None
    name = sender.name if sender else ""
    folded = fold(body.text, name)
    ordered = sender is not None and sender.key in ours.agents
    folded = without_sign_off(folded, sender, agents=ordered) if sender else folded
    report = read_report(fields, structure.leaves, sender.address if sender else "", subject, body.text, null_sender)
    content_type, parameters = split_parameters(fields.first("content-type"))
    verdict = judge(
        Facts(
            fields=fields,
            ours=ours,
            sender=sender,
            subject=subject,
            null_sender=null_sender,
            report=report,
            content_type=content_type,
            report_type=parameters.get("report-type", "").lower(),
            text=folded.visible,
            leaves=structure.leaves,
        )
    )
    fresh = fresh_html(body.html, split_commands(folded.visible).rest, name) if ordered else ""
    forward = None if report else open_attached(others, subject, body.text) or open_forward(body.text, subject)
    # What is passed on stands below the words as a quote does, and is what they are about.
    unsaid = frozenset[str]() if forward else folded_pictures(body.html, fresh)
    own = unsaid & pictures_above(body.html) if unsaid else unsaid
    date = read_date(decode_words(fields.first("date")))
    other = _other_reader(fields, ("from",) if date else ("from", "date"))
    date = date or (other.date if other else None)
    absent = verdict.kind is MailKind.OUT_OF_OFFICE
    return Mail(
        subject=subject,
        from_=from_,
        to=read_addresses(fields.all("to"), hint),
        cc=read_addresses(fields.all("cc"), hint),
        reply_to=read_addresses(fields.all("reply-to"), hint),
        identity=_agreed_identity(fields, other),
        date=date,
        message_id=message_id(fields.all("message-id")),
        in_reply_to=message_ids(fields.all("in-reply-to")),
        references=message_ids(fields.all("references")),
        thread_index=raw_line(fields.first("thread-index"))[:LONGEST_SUBJECT],
        delivered_to=_delivered_to(fields),
        authentication_results=_authentication_results(fields),
        headers=_marks(fields),
        text=body.text,
        visible_text=folded.visible,
        quoted_text=folded.quoted,
        html=html,
        fresh_html=fresh,
        language=language_of(folded.visible, ours.languages),
        attachments=read_attachments(others, signature_pictures(body.html) | own, unsaid - own),
        unlisted=unlisted,
        kind=verdict.kind,
        kind_reason=verdict.reason,
        may_answer=verdict.may_answer,
        away_until=away_until(f"{subject}\n{folded.visible}", date.date()) if absent and date else None,
        bounce=report.bounce if report else None,
        forward=forward,
        problems=(*structure.problems, *inside.problems, *body.problems, *filter(None, [complaint, too_many])),
    )


def _read_restricted(raw: bytes, look: Look, ours: Ours, envelope_from: str | None) -> Mail:
    """The first fields and the first text of a mail that is too expensive to be read in full."""
    fields, _ = read_fields(raw, header_start(raw), min(look.header_end, _FIRST_BYTES), _FIRST_FIELDS)
    fields = Fields((name, value[:LONGEST_SUBJECT]) for name, value in fields.items)
    leaf = Leaf(raw, 0, _plain_fields(fields), look.header_end, min(look.header_end + _FIRST_BYTES, len(raw)), ())
    problems = (*look.problems, because("only_beginning"))
    structure = Structure(fields, look.header_end, (leaf,), problems)
    return _understand(structure, Inside(structure.leaves), ours, envelope_from, False)


def _read_first(raw: bytes, ours: Ours, envelope_from: str | None, problem: str) -> Mail:
    text = decode_text(raw[:_FIRST_BYTES])
    header, _, rest = text.replace("\r\n", "\n").partition("\n\n")
    subject = next((line[8:] for line in header.split("\n") if line.lower().startswith("subject:")), "")
    return Mail(
        subject=decode_words(subject)[:LONGEST_SUBJECT],
        text=rest,
        visible_text=rest,
        problems=(problem,),
        may_answer=False,
    )


def _plain_fields(fields: Fields) -> Fields:
    return Fields(
        (name, value)
        for name, value in fields.items
        if name not in ("content-type", "content-transfer-encoding", "content-disposition")
    )


def _charset_hint(leaves: tuple[Leaf, ...]) -> str:
    """Raw bytes in a header are mostly of the charset that the body names."""
    return next((label for leaf in leaves[:5] if (label := leaf.parameters.get("charset", ""))), "")


def _marks(fields: Fields) -> tuple[tuple[str, str], ...]:
    """What the sending program wants to say beside the text, by fields of its own."""
    named = (item for item in fields.items if item[0].startswith("x-") or item[0] in ("importance", "priority"))
    return tuple((name, decode_words(value)[:_LONGEST_MARK].strip()) for name, value in islice(named, _MOST_MARKS))


def _is_null(envelope_from: str | None, fields: Fields) -> bool:
    if envelope_from is not None:
        return envelope_from.strip() in ("", "<>")
    return "return-path" in fields and raw_line(fields.first("return-path")) == "<>"


#: Signs in an encoded word that should not stand bare there (RFC 2047 5 (3)): the other reader takes them for syntax.
_BARE_SIGN: Final = re.compile(r"=\?[\w-]{1,40}\?[qQ]\?[^?\s<>@]{0,200}\?=")


def _encoded(word: re.Match[str]) -> str:
    return re.sub(r"[():;,]", lambda sign: f"={ord(sign[0]):02X}", word[0])


class _OtherReader:
    """What mail-parser says about the fields of which its opinion is wanted."""

    def __init__(self, fields: tuple[tuple[str, str], ...]) -> None:
        header = Message()
        for name, value in fields:
            header[name] = _BARE_SIGN.sub(_encoded, value)
        parser = MailParser(header)
        self.date: datetime | None = parser.date
        # Raw bytes of an old charset in a name are a fault of many programs, and no other mailbox.
        self.clean = all(defect["reason"] == "invalid-utf8" for defect in parser.address_header_defects)
        self.from_ = [address for _, address in parser.from_]


def _other_reader(fields: Fields, names: tuple[str, ...]) -> _OtherReader | None:
    try:
        return _opinion(tuple((name, value[:LONGEST_SUBJECT]) for name in names for value in fields.all(name)))
    except Exception:
        # It raises errors of many kinds on hostile headers (AttributeError, HeaderParseError, TypeError): no second
        # opinion.
        return None


@lru_cache(maxsize=256)
def _opinion(fields: tuple[tuple[str, str], ...]) -> _OtherReader:
    """Remembered: who writes once mostly writes again, and asking costs a tenth of all reading."""
    return _OtherReader(fields)


def _agreed_identity(fields: Fields, other: _OtherReader | None) -> str | None:
    """Both readers must see one clean mailbox, the same one."""
    identity = identity_of(fields.all("from"))
    if identity is None or other is None or not other.clean or len(other.from_) != 1:
        return None
    seen = identity_of([other.from_[0]])
    return identity if seen == identity else None


def _delivered_to(fields: Fields) -> tuple[str, ...]:
    found: list[Address] = []
    for name in ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to"):
        found += read_addresses([value[:LONGEST_SUBJECT] for value in fields.all(name)[:_MOST_TRACES]])
    return tuple(dict.fromkeys(address.address for address in found))


def _authentication_results(fields: Fields) -> tuple[tuple[int, str], ...]:
    found: list[tuple[int, str]] = []
    received = 0
    for name, value in fields.items:
        if name == "received":
            received += 1
        elif name == "authentication-results" and len(found) < _MOST_TRACES:
            found.append((received, raw_line(unfold(value))))
    return tuple(found)
