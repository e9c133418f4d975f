import email
import email.policy
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from maildesk.mail import Address
from maildesk.notify.compose import Enclosure, Files, Notice, capped, compose
from maildesk.notify.rendered import Rendered
from maildesk.vocabulary import NoticeKind
from tests.sample_facts import notice_of, samples


class Fixed:
    """Words that need no template, and remember what they were asked."""

    def __init__(self, subject: str = "") -> None:
        self.subject = subject
        self.facts: Mapping[str, object] = {}

    def render(self, kind: NoticeKind, language: str, facts: Mapping[str, object]) -> Rendered:
        self.facts = facts
        return Rendered(self.subject, "Plain words.\n", "<p>Plain words.</p>\n")


def a_notice(name: str = "answer", **changes: Any) -> Notice:
    (sample,) = [sample for sample in samples("en") if sample.name == name]
    return replace(notice_of(sample, "en"), **changes)


def parse(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


MACHINES = ["X-Maildesk-Event", "X-Maildesk-Loop", "Content-Language", "X-Maildesk-Ticket"]
AUTOMATIC = ["Auto-Submitted", "X-Auto-Response-Suppress"]
THREAD = ["In-Reply-To", "References"]
HEAD = ["From", "To", "Subject", "Date", "Message-ID"]
END = ["MIME-Version", "Content-Type"]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, [*HEAD, *THREAD, "Reply-To", *MACHINES, *END]),
        ({"auto_submitted": "auto-replied"}, [*HEAD, *THREAD, "Reply-To", *MACHINES, *AUTOMATIC, *END]),
        ({"reply_to": ""}, [*HEAD, *THREAD, *MACHINES, *END]),
        ({"in_reply_to": "", "references": ()}, [*HEAD, "Reply-To", *MACHINES, *END]),
        ({"in_reply_to": "a b", "references": ("ø@x", "<>")}, [*HEAD, "Reply-To", *MACHINES, *END]),
        ({"ticket": None}, [*HEAD, *THREAD, "Reply-To", *MACHINES[:-1], *END]),
    ],
)
def test_exactly_these_fields(changes: Mapping[str, Any], names: list[str]) -> None:
    parsed = parse(compose(a_notice(**changes), Fixed()).whole)
    assert parsed.keys() == names
    assert not parsed.defects


HOSTILE = "x\r\nBcc: thief@evil.example\r\n\r\n<script>\u2028\x00\udcff"


def test_no_value_of_a_stranger_makes_a_field_or_a_part() -> None:
    notice = a_notice(
        to=Address(HOSTILE, "kari@customer.example"),
        sender_name=HOSTILE,
        subject=HOSTILE,
        in_reply_to=HOSTILE,
        references=(HOSTILE, "good@customer.example"),
        files=Files([Enclosure(HOSTILE, HOSTILE, b"x", inline=True, content_id=HOSTILE)]),
    )
    parsed = parse(compose(notice, Fixed()).whole)
    assert parsed.keys() == [*HEAD, "References", "Reply-To", *MACHINES, *END]
    assert parsed["Subject"] == "x  Bcc: thief@evil.example    <script>"
    assert [part.get_content_type() for part in parsed.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/octet-stream",
    ]
    (attachment,) = parsed.iter_attachments()
    assert attachment.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]


@pytest.mark.parametrize(
    "changes",
    [
        {"to": Address("Kari", "kari@customer.example, thief@evil.example")},
        {"to": Address("Kari", "")},
        {"reply_to": "a@b\r\nBcc: c@d"},
        {"sender_address": "nobody"},
        {"message_id": "a b"},
        {"loop_id": "a\r\nb"},
        {"subject": "", "kind": NoticeKind.ANSWER},
        {"subject": "\r\n"},
    ],
)
def test_what_cannot_be_a_letter_is_an_error(changes: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"address|Message-ID|cannot be|subject"):
        compose(a_notice(**changes), Fixed())


def test_the_same_notice_gives_the_same_bytes() -> None:
    files = (
        Enclosure("a.png", "image/png", b"\x89PNG", inline=True, content_id="a1"),
        Enclosure("b.pdf", "application/pdf", b"x"),
    )
    assert compose(a_notice(files=Files(files)), Fixed()).whole == compose(a_notice(files=Files(files)), Fixed()).whole
    assert compose(a_notice(), Fixed()).raw != compose(a_notice(message_id="other@acme.example"), Fixed()).raw


def test_the_letter_says_what_the_outbox_needs() -> None:
    notice = a_notice("received", to=Address("Kari", "Kari@Blåbær.example"))
    letter = compose(notice, Fixed())
    assert letter.recipient == "Kari@xn--blbr-roah.example"
    assert (letter.kind, letter.effect_key, letter.ticket) == (notice.kind, notice.effect_key, 1042)
    assert (letter.message_id, letter.envelope_from) == (notice.message_id, notice.envelope_from)
    assert letter.automatic
    assert not compose(a_notice("answer"), Fixed()).automatic


def test_long_ids_arrive_unchanged() -> None:
    long = f"{'A' * 90}@prod.outlook.example"
    parsed = email.message_from_bytes(compose(a_notice(in_reply_to=long, references=(long, "b@c")), Fixed()).raw)
    assert parsed["In-Reply-To"].strip() == f"<{long}>"
    assert parsed["References"].split() == [f"<{long}>", "<b@c>"]


@pytest.mark.parametrize(
    ("many", "kept"),
    [
        (0, []),
        (10, list(range(10))),
        (11, [0, 1, 2, 3, 5, 6, 7, 8, 9, 10]),
        (300, [0, 1, 2, 3, 294, 295, 296, 297, 298, 299]),
    ],
)
def test_references_keep_the_beginning_and_the_end(many: int, kept: list[int]) -> None:
    assert capped(tuple(f"{n}@x" for n in range(many))) == tuple(f"{n}@x" for n in kept)


def test_an_id_is_referred_to_once() -> None:
    assert capped(("a@x", "b@x", "a@x")) == ("a@x", "b@x")


def test_the_template_is_told_what_the_head_says() -> None:
    words = Fixed()
    compose(a_notice(subject="Re: a\nb"), words)
    assert words.facts["subject_line"] == "Re: a b"
    assert words.facts["ticket"] == 1042
    assert words.facts["reply_address"] == "support+t1042-p7-k3f9k3f9k3f9k3f9@acme.example"


def test_without_a_reply_address_answers_come_to_the_desk() -> None:
    words = Fixed()
    compose(a_notice(reply_to=""), words)
    assert words.facts["reply_address"] == "support@acme.example"


def test_the_template_s_subject_serves_where_the_notice_has_none() -> None:
    assert parse(compose(a_notice(subject=""), Fixed("We have it")).raw)["Subject"] == "We have it"
    assert parse(compose(a_notice(subject="Re: theirs"), Fixed("We have it")).raw)["Subject"] == "Re: theirs"


def test_the_neutral_acknowledgement_does_not_even_show_the_name() -> None:
    assert parse(compose(a_notice("received-neutral"), Fixed("We have it")).raw)["To"] == "ola@customer.example"
    assert parse(compose(a_notice("received"), Fixed()).raw)["To"] == "Ola Nordmann <ola@customer.example>"


def test_a_letter_without_files_is_only_its_words() -> None:
    parsed = parse(compose(a_notice(), Fixed()).raw)
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert parsed["Auto-Submitted"] is None
