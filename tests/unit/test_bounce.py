"""Reports by the standard (RFC 3464, RFC 6533): whom a letter did not reach, and why."""

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.mail import Bounce, FailedRecipient, Ours
from tests.bounces import STANDARD


def test_standard_report() -> None:
    mail = parse_mail(STANDARD.encode(), Ours())
    assert mail.kind == "bounce" and not mail.may_answer
    assert mail.bounce == Bounce(
        (
            FailedRecipient(
                "ola@customer.example", "5.1.1", "failed", True, "no_such_mailbox; server_said|550 5.1.1 User unknown"
            ),
            FailedRecipient("per@customer.example", "4.4.1", "delayed", False, "server_silent"),
        ),
        "md.1042.7.k3f9@acme.example",
    )


def test_the_returned_mail_is_no_text() -> None:
    assert "The text that we sent" not in parse_mail(STANDARD.encode(), Ours()).text


def test_headers_alone_are_returned() -> None:
    raw = STANDARD.replace("message/rfc822", "text/rfc822-headers")
    bounce = parse_mail(raw.encode(), Ours()).bounce
    assert bounce and bounce.message_id == "md.1042.7.k3f9@acme.example"


# RFC 3464 and RFC 6533, and what is made of them.


def standard(*blocks: str, kind: str = "message/delivery-status") -> Bounce | None:
    body = "Reporting-MTA: dns; mx.customer.example\n\n" + "\n\n".join(blocks)
    raw = (
        STANDARD[: STANDARD.index("--b\nContent-Type: message/delivery")]
        + f"--b\nContent-Type: {kind}\n\n{body}\n--b--\n"
    )
    return parse_mail(raw.encode(), Ours()).bounce


@pytest.mark.parametrize(
    ("block", "address", "status", "action", "permanent"),
    [
        (
            "Original-Recipient: rfc822;ola@customer.example\nFinal-Recipient: rfc822; o.n@inner.customer.example\n"
            "Action: failed\nStatus: 5.2.2",
            "ola@customer.example",
            "5.2.2",
            "failed",
            True,
        ),
        (
            "Final-Recipient: rfc822; ola+2Bx@customer.example\nStatus: 5.1.1",
            "ola+x@customer.example",
            "5.1.1",
            "failed",
            True,
        ),
        (
            "Final-Recipient: utf-8; \\x{E5}se@customer.example\nStatus: 5.1.1",
            "åse@customer.example",
            "5.1.1",
            "failed",
            True,
        ),
        (
            "Final-Recipient: <ola@customer.example>\nAction: FAILED (expanded)",
            "ola@customer.example",
            "",
            "failed",
            True,
        ),
        (
            "Final-Recipient: rfc822;ola@customer.example\nStatus: 4.4.7\nAction: failed",
            "ola@customer.example",
            "4.4.7",
            "failed",
            False,
        ),
        (
            "Final-Recipient: rfc822;ola@customer.example\nStatus: 4.2.2",
            "ola@customer.example",
            "4.2.2",
            "delayed",
            False,
        ),
        (
            "Final-Recipient: rfc822;ola@customer.example\nAction: failed\nStatus: 5.0.0\n"
            "Diagnostic-Code: smtp; 550-5.7.26 no proof\n 550 5.7.26 see our pages",
            "ola@customer.example",
            "5.7.26",
            "failed",
            True,
        ),
        (
            "Final-Recipient: rfc822;ola@customer.example\nAction: failed\nDiagnostic-Code: smtp; 552 Mailbox full",
            "ola@customer.example",
            "5.2.2",
            "failed",
            True,
        ),
        (
            "Action: failed\n\nStatus: 5.1.1\n\nFinal-Recipient: rfc822;ola@customer.example",
            "ola@customer.example",
            "5.1.1",
            "failed",
            True,
        ),
        (
            "Final-Recipient: rfc822;ola@customer.example\n\nAction: failed\n\nStatus: 5.1.1",
            "ola@customer.example",
            "5.1.1",
            "failed",
            True,
        ),
        (
            "  Final-Recipient: rfc822;ola@customer.example\n  Action: failed\n  Diagnostic-Code: smtp;\n"
            "    550 5.1.1\n  Status: 5.0.0",
            "ola@customer.example",
            "5.1.1",
            "failed",
            True,
        ),
    ],
)
def test_fields_of_a_recipient(block: str, address: str, status: str, action: str, permanent: bool) -> None:
    bounce = standard(block)
    assert bounce
    assert [(one.address, one.status, one.action, one.permanent) for one in bounce.recipients] == [
        (address, status, action, permanent)
    ]


def test_a_report_without_a_recipient_is_about_the_one_of_the_letter() -> None:
    letter = "--b\nContent-Type: message/rfc822\n\nTo: ola@customer.example\nMessage-ID: <t1@acme.example>\n\nHello"
    bounce = standard(f"Action: failed\nStatus: 5.1.1\n\n{letter}")
    assert bounce and [(one.address, one.status) for one in bounce.recipients] == [("ola@customer.example", "5.1.1")]


def test_recipients_without_a_blank_line_between_them() -> None:
    bounce = standard(
        "Final-Recipient: rfc822;ola@customer.example\nAction: failed\nStatus: 5.1.1\n"
        "Final-Recipient: rfc822;per@customer.example\nAction: failed\nStatus: 5.2.2"
    )
    assert bounce and [one.status for one in bounce.recipients] == ["5.1.1", "5.2.2"]


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_what_arrived_is_no_failure(action: str) -> None:
    arrived = f"Final-Recipient: rfc822;ola@customer.example\nAction: {action}\nStatus: 2.0.0"
    assert standard(arrived) is None
    bounce = standard(arrived, "Final-Recipient: rfc822;per@customer.example\nAction: failed\nStatus: 5.1.1")
    assert bounce and [one.address for one in bounce.recipients] == ["per@customer.example"]


def test_fields_in_a_part_that_is_called_text() -> None:
    bounce = standard("Final-Recipient: rfc822;ola@customer.example\nAction: failed\nStatus: 5.1.1", kind="text/plain")
    assert bounce and [(one.address, one.status) for one in bounce.recipients] == [("ola@customer.example", "5.1.1")]


def test_a_report_wrapped_in_one_that_says_less() -> None:
    outer = "\n".join(
        [
            "From: postmaster@gate.customer.example",
            "Subject: Delivery Status Notification (Failure)",
            'Content-Type: multipart/mixed; boundary="o"',
            "",
            "--o",
            "Content-Type: message/rfc822",
            "",
            STANDARD,
            "--o--",
            "",
        ]
    )
    bounce = parse_mail(outer.encode(), Ours()).bounce
    assert bounce and [one.status for one in bounce.recipients] == ["5.1.1", "4.4.1"]
