"""Who made a mail, and may a machine answer it: one row per rule, the order of the rules last."""

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.mail import Mail, Ours

OURS = Ours(frozenset({"support@acme.example"}), loop_id="desk-1")


def mail(*fields: str, envelope_from: str | None = None) -> Mail:
    given = {field.split(":")[0].lower() for field in fields}
    rest = [
        line for line in ("From: kari@customer.example", "Subject: printer") if line.split(":")[0].lower() not in given
    ]
    return parse_mail("\r\n".join([*fields, *rest, "", "It is broken."]).encode(), OURS, envelope_from)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("X-Maildesk-Loop: desk-1", "own"),
        ("From: support@acme.example", "own"),
        ("From: Support+t1042.k3f9@ACME.example", "own"),
        ("X-Maildesk-Loop: another-desk", "human"),
        ("X-Failed-Recipients: ola@customer.example", "bounce"),
        ("Auto-Submitted: auto-replied (vacation)", "automatic"),
        ("Auto-Submitted: auto-replied; owner-email=x@y.example", "automatic"),
        ("Auto-Submitted: auto-generated", "automatic"),
        ("Auto-Submitted: something-new", "automatic"),
        ("Auto-Submitted: no", "human"),
        ("Auto-Submitted: No", "human"),
        ("Auto-Submitted: no (written by Kari)", "human"),
        ("auto-submitted: (a comment) NO", "human"),
        ("X-Autoreply: yes", "out_of_office"),
        ("X-Autorespond: 1", "out_of_office"),
        ("Precedence: auto_reply", "out_of_office"),
        ("X-Precedence: auto_reply", "out_of_office"),
        ("Subject: Automatic reply: printer", "out_of_office"),
        ("Subject: Out of Office: Re: printer", "out_of_office"),
        ("Subject: Out of office", "out_of_office"),
        ("Subject: Re: Automatisk svar: printer", "out_of_office"),
        ("Subject: Ute av kontoret", "out_of_office"),
        ("Subject: 자동 회신: 프린터", "out_of_office"),
        ("Subject: 부재중", "out_of_office"),
        ("Subject: Abwesenheitsnotiz: Drucker", "out_of_office"),
        ("Subject: Out of office does not work in my calendar", "human"),
        ("Subject: Automatic reply rules are broken", "human"),
        ("Subject: Fravær i dag må registreres", "human"),
        ("Precedence: bulk", "automatic"),
        ("Precedence: junk", "automatic"),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", "automatic"),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=x", "automatic"),
        ("From: MAILER-DAEMON@customer.example", "automatic"),
        ("From: root@host.customer.example", "automatic"),
        ("From: cron@customer.example", "automatic"),
        ("From: list-request@customer.example", "automatic"),
        ("From: roots@customer.example", "human"),
        ("List-Id: <friends.customer.example>", "human"),
        ("From: noreply@customer.example", "human"),
    ],
)
def test_kind(field: str, kind: str) -> None:
    assert mail(field).kind == kind


@pytest.mark.parametrize(
    "fields",
    [
        ["Return-Path: <>"],
        ["From: noreply@customer.example"],
        ["From: no-reply@customer.example"],
        ["From: DoNotReply@customer.example"],
        ["From: ikke-svar@customer.example"],
        ["From: undisclosed-recipients:;"],
        ["List-Id: <friends.customer.example>"],
        ["List-Unsubscribe: <mailto:x@customer.example>"],
        ["Precedence: list"],
        ["X-Auto-Response-Suppress: All"],
        ["X-Auto-Response-Suppress: DR, OOF, AutoReply"],
        ["X-Loop: x@customer.example"],
        ["X-Maildesk-Loop: another-desk"],
        ["RT-Loop-Prevention: customer"],
        ["Auto-Submitted: auto-replied"],
        ["Precedence: bulk", "List-Post: <mailto:x@customer.example>"],
    ],
)
def test_no_automatic_answer(fields: list[str]) -> None:
    assert not mail(*fields).may_answer


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["Auto-Submitted: no (written by Kari)"],
        ["X-Auto-Response-Suppress: DR, RN, NRN"],
        ["Return-Path: <kari@customer.example>"],
        ["Reply-To: kari@home.example"],
        ["Importance: high"],
    ],
)
def test_an_automatic_answer_may_go(fields: list[str]) -> None:
    assert mail(*fields).may_answer


@pytest.mark.parametrize(
    ("envelope_from", "return_path", "may_answer"),
    [
        ("", "<kari@customer.example>", False),
        ("<>", "<kari@customer.example>", False),
        ("kari@customer.example", "<>", True),
        (None, "<>", False),
        (None, "<kari@customer.example>", True),
    ],
)
def test_the_envelope_knows_better_than_return_path(
    envelope_from: str | None, return_path: str, may_answer: bool
) -> None:
    assert mail(f"Return-Path: {return_path}", envelope_from=envelope_from).may_answer is may_answer


def test_own_mail_comes_before_a_bounce() -> None:
    assert mail("X-Maildesk-Loop: desk-1", "X-Failed-Recipients: ola@customer.example").kind == "own"


def test_a_bounce_comes_before_an_automatic_answer() -> None:
    assert mail("X-Failed-Recipients: ola@customer.example", "Auto-Submitted: auto-replied").kind == "bounce"


def test_an_absent_person_comes_before_another_machine() -> None:
    assert mail("Subject: Automatic reply: x", "Auto-Submitted: auto-generated").kind == "out_of_office"


def test_every_kind_has_a_reason() -> None:
    assert all(mail(field).kind_reason for field in ("Subject: x", "X-Maildesk-Loop: desk-1", "Precedence: junk"))
