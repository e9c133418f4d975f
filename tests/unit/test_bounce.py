import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.mail import Bounce, FailedRecipient, Ours

STANDARD = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>
To: support@acme.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; ola@customer.example
Original-Recipient: rfc822;ola@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

Final-Recipient: rfc822; per@customer.example
Action: delayed
Status: 4.4.1

--b
Content-Type: message/rfc822

From: support@acme.example
Message-ID: <md.1042.7.k3f9@acme.example>
Subject: Re: printer

The text that we sent.
--b--
"""


def free(text: str, *fields: str) -> Bounce | None:
    given = {field.split(":")[0].lower() for field in fields}
    header = [*fields] + [
        line
        for line in ("From: MAILER-DAEMON@mx.customer.example", "Subject: failure notice")
        if line.split(":")[0].lower() not in given
    ]
    return parse_mail("\n".join([*header, "", text]).encode(), Ours()).bounce


def test_standard_report() -> None:
    mail = parse_mail(STANDARD.encode(), Ours())
    assert mail.kind == "bounce" and not mail.may_answer
    assert mail.bounce == Bounce(
        (
            FailedRecipient("ola@customer.example", "5.1.1", "failed", True, "550 5.1.1 User unknown"),
            FailedRecipient("per@customer.example", "4.4.1", "delayed", False, ""),
        ),
        "md.1042.7.k3f9@acme.example",
    )


def test_the_returned_mail_is_no_text() -> None:
    assert "The text that we sent" not in parse_mail(STANDARD.encode(), Ours()).text


def test_headers_alone_are_returned() -> None:
    raw = STANDARD.replace("message/rfc822", "text/rfc822-headers")
    bounce = parse_mail(raw.encode(), Ours()).bounce
    assert bounce and bounce.message_id == "md.1042.7.k3f9@acme.example"


QMAIL = """\
Hi. This is the qmail-send program at mx.customer.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ola@customer.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 User unknown

--- Below this line is a copy of the message.

Message-ID: <md.1042.7.k3f9@acme.example>
To: other@customer.example
"""


def test_qmail() -> None:
    bounce = free(QMAIL)
    assert bounce and bounce.message_id == "md.1042.7.k3f9@acme.example"
    assert [(one.address, one.status, one.permanent) for one in bounce.recipients] == [
        ("ola@customer.example", "5.1.1", True)
    ]


@pytest.mark.parametrize(
    ("text", "fields", "address", "status", "permanent"),
    [
        ("No such user", ["X-Failed-Recipients: ola@customer.example"], "ola@customer.example", "", True),
        ("<ola@customer.example>\n452 mailbox full, will retry", [], "ola@customer.example", "4.0.0", False),
        (
            "  ola@customer.example\n    unrouteable address",
            ["Subject: Mail delivery failed"],
            "ola@customer.example",
            "",
            True,
        ),
        (
            "<ola@customer.example> 5.2.2 full",
            ["Subject: Undeliverable: x", "From: postmaster@x.example"],
            "ola@customer.example",
            "5.2.2",
            True,
        ),
        (
            "<ola@customer.example>\n4.4.1 timeout",
            ["Subject: Delivery delayed"],
            "ola@customer.example",
            "4.4.1",
            False,
        ),
    ],
)
def test_free_forms(text: str, fields: list[str], address: str, status: str, permanent: bool) -> None:
    bounce = free(text, *fields)
    assert bounce
    assert [(one.address, one.status, one.permanent) for one in bounce.recipients] == [(address, status, permanent)]


@pytest.mark.parametrize(
    "fields",
    [
        ["From: kari@customer.example", "Subject: failure notice in the lab"],
        ["From: kari@customer.example", "Subject: Undeliverable parcel"],
        ["From: postmaster@customer.example", "Subject: Welcome to your new mailbox"],
        ["From: kari@customer.example", "Subject: Fwd: Undelivered Mail Returned to Sender"],
    ],
)
def test_what_is_no_bounce(fields: list[str]) -> None:
    assert free("<ola@customer.example> 550 5.1.1 unknown", *fields) is None
