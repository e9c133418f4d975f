"""Reports of letters that did not arrive: one by the standard, and any other words from a mail server."""

from maildesk.ingest.parse import parse_mail
from maildesk.mail import Bounce, Ours

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

_RETURNED = """\
From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>
To: support@acme.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>

--b--
"""


def returned(recipient: str, message_id: str, status: str) -> bytes:
    """What the recipient's server says of a letter of ours (RFC 3464); with a `status` of 4.x.x it will try again."""
    action = "delayed" if status.startswith("4") else "failed"
    report = _RETURNED.format(recipient=recipient, message_id=message_id, status=status, action=action)
    return report.replace("\n", "\r\n").encode()


def free(text: str, *fields: str) -> Bounce | None:
    given = {field.split(":")[0].lower() for field in fields}
    header = [*fields] + [
        line
        for line in ("From: MAILER-DAEMON@mx.customer.example", "Subject: failure notice")
        if line.split(":")[0].lower() not in given
    ]
    return parse_mail("\n".join([*header, "", text]).encode(), Ours()).bounce


# Servers with forms of their own: what they say, whom they name, what it means.

OLA = "ola@customer.example"
