"""What servers say in forms of their own: whom they name, what it means, and what is no report at all."""

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.mail import Bounce, FailedRecipient, Ours
from maildesk.notify.why import in_words
from tests.bounces import OLA, STANDARD, free

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
        ("No such user", ["X-Failed-Recipients: ola@customer.example"], "ola@customer.example", "5.1.1", True),
        ("<ola@customer.example>\n452 mailbox full, will retry", [], "ola@customer.example", "4.2.2", False),
        (
            "  ola@customer.example\n    unrouteable address",
            ["Subject: Mail delivery failed"],
            "ola@customer.example",
            "5.1.1",
            True,
        ),
        (
            "<ola@customer.example> 5.2.2 full",
            ["Subject: Undeliverable: x", "From: postmaster@x.example"],
            "ola@customer.example",
            "5.2.2",
            True,
        ),
        *(
            (
                "ola@customer.example\n550 5.1.1",
                [f"Subject: {words}: VPN", "From: postmaster@x.example"],
                "ola@customer.example",
                "5.1.1",
                True,
            )
            for words in ("Nelivrabil", "Δεν είναι δυνατή η παράδοση", "ส่งไม่ได้")
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


FORMS = {
    "exim": (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        f"  {OLA}\n    SMTP error from remote mail server after RCPT TO:<{OLA}>:\n    host mx.customer.example "
        "[192.0.2.7]: 550 5.1.1 no such user\n\n------ This is a copy of the "
        "message, including all the headers. ------\n",
        "5.1.1",
        True,
    ),
    "exim, waiting": (
        "A message that you sent has not yet been delivered to one or more of "
        "its\nrecipients after more than 24 hours.\n\n"
        f"The address to which the message has not yet been delivered is:\n\n  {OLA}\n\nNo action is required on your "
        "part. Delivery attempts will continue for\nsome time. Eventually the software will give up.\n",
        "",
        False,
    ),
    "postfix, expanded": (
        "This is the mail system at host mx.customer.example.\n\nI'm sorry to "
        "have to inform you that your message could "
        f'not\nbe delivered.\n\n<inner@host.customer.example> (expanded from\n    <{OLA}>): unknown user: "inner"\n',
        "5.1.1",
        True,
    ),
    "old sendmail": (
        "The original message was received at Thu, 29 Jan 1998\n\n   ----- The following addresses had permanent fatal "
        f"errors -----\n<{OLA}>\n\n   ----- Transcript of session follows "
        "-----\n... while talking to mx.customer.example.:\n"
        f">>> RCPT To:<{OLA}>\n<<< 550 <other@inner.customer.example>... User unknown\n",
        "5.1.1",
        True,
    ),
    "internet mail service": (
        f"Your message\n\n  To:      kari@customer.example; {OLA}\n  Subject: printer\n  Sent:    Mon, 2 Mar 2026\n\n"
        f"did not reach the following recipient(s):\n\n{OLA} on Mon, 2 Mar 2026 10:00:00 +0100\n"
        "    The recipient name is not recognized\n",
        "5.1.1",
        True,
    ),
    "exchange, norwegian": (
        f"Levering til følgende mottakere mislyktes:\n\n{OLA}\nMeldingen kunne ikke leveres fordi adressen ikke ble "
        f"funnet.\n\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'\n",
        "5.1.10",
        True,
    ),
    "domino": (
        f"Your message\n\n  Subject: printer\n\nwas not delivered to:\n\n  {OLA}\n\nbecause:\n\n  User Ola ({OLA}) not "
        "listed in Domino Directory\n",
        "5.1.1",
        True,
    ),
    "groupwise": (
        f"The message that you sent was undeliverable to the following:\n\t{OLA} (user not found)\n",
        "5.1.1",
        True,
    ),
    "imail": (f"Unknown user: {OLA}\n\nRCPT TO generated following response:\n550 not here\n", "5.1.1", True),
    "mdaemon": (
        "The attached message had PERMANENT fatal delivery errors!\n\nThe "
        "following addresses did NOT receive a copy of "
        f"your message:\n\n> {OLA}\n\n--- Session Transcript ---\n RCPT To:<{OLA}>\n 552 would exceed mailbox quota\n",
        "5.2.2",
        True,
    ),
    "dragonfly": (
        "This is the DragonFly Mail Agent v0.13 at "
        f"df.customer.example.\n\nThere was an error delivering your mail to <{OLA}>.\n\n"
        "mx.customer.example did not like our RCPT TO:\n550 5.1.1 "
        "unknown\n\nMessage headers follow.\n\nReceived: from x\n",
        "5.1.1",
        True,
    ),
    "opensmtpd": (
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this "
        "email.\n\n    An error has occurred while "
        "attempting to deliver a message for\n    the following list of "
        f"recipients:\n\n{OLA}: 550 5.1.1 No such user\n",
        "5.1.1",
        True,
    ),
    "mimecast": (
        "This is a delivery failure notification message indicating that\nan "
        "email support@acme.example addressed to email "
        f"address :\n-- {OLA}\n\ncould not be delivered. The problem appears to "
        "be :\n-- Recipient server unavailable or busy\n",
        "4.4.1",
        False,
    ),
    "a japanese carrier": (
        "送信先のメールボックスが一杯のため、送信できませんでした。\n\nCould not be delivered to: "
        f"<{OLA}>\nAs their mailbox is full.\n",
        "5.2.2",
        True,
    ),
    "korean": (
        f"메일이 전송되지 못했습니다.\n\n받는 사람: {OLA}\n실패 원인: 존재하지 않는 사용자입니다.\n",
        "5.1.1",
        True,
    ),
    "chinese": (f"抱歉，您的邮件被退回来了。\n\n收件人邮件地址：{OLA}\n退信原因：用户不存在\n", "5.1.1", True),
    "german": (
        f"Ihre Nachricht konnte nicht zugestellt werden. Die folgende Adresse ist fehlgeschlagen:\n\n<{OLA}>:\nGrund: "
        "Postfach voll\n",
        "5.2.2",
        True,
    ),
    "russian": (f"Письмо не доставлено:\n\n{OLA}\nПользователь не найден\n", "5.1.1", True),
    "named twice": (
        f"Your message to {OLA} couldn't be delivered.\n\nola wasn't found at "
        "customer.example.\n\nOriginal Message Details\n"
        f"Sender Address: support@acme.example\nRecipient Address: {OLA}\n\nError Details\n"
        "Reported error: 550 5.1.10 RESOLVER.ADR.RecipientNotFound\n",
        "5.1.10",
        True,
    ),
    "a summary with bullets": (
        f"Delivery has failed to these recipients:\n\n* [{OLA}]: 550 User account is overquota\n\n"
        "Original message details:\n\n* From: user@acme.example\n* To: other@acme.example\n",
        "5.2.2",
        True,
    ),
    "a full box, named from the other side": (
        f"   ----- The following addresses had delivery problems -----\n{OLA}\n   ----- Non-delivered information"
        " -----\nThe number of messages in recipient's mailbox exceeded the local limit.\n",
        "5.2.2",
        True,
    ),
    "swedish": (
        f"Ditt meddelande till {OLA} kunde inte levereras.\n\nDet gick inte att hitta ola hos oss.\n",
        "5.1.1",
        True,
    ),
    "finnish": (f"Viestiäsi vastaanottajalle {OLA} ei voitu toimittaa.\n\nola ei löytynyt.\n", "5.1.1", True),
    "italian": (f"Impossibile recapitare il messaggio a {OLA}.\n\nola non è stato trovato.\n", "5.1.1", True),
    "portuguese": (f"A mensagem para {OLA} não pôde ser entregue.\n\nola não foi encontrado.\n", "5.1.1", True),
    "french, full": (f"Votre message n'a pu être livré :\n<{OLA}> : boîte aux lettres pleine\n", "5.2.2", True),
    "loops": (f"Your message could not be delivered to:\n{OLA}\nmail loop: too many hops\n", "5.4.6", True),
    "whom to ask": (
        f"Your message was not delivered to the following recipients:\n\n{OLA}: "
        "mailbox full\n\nFor further assistance, "
        "please contact help@mx.customer.example\n",
        "5.2.2",
        True,
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_other_servers(form: str) -> None:
    text, status, permanent = FORMS[form]
    bounce = free(text, "To: support@acme.example", "Subject: Mail delivery report")
    assert bounce
    assert [(one.address, one.status, one.permanent) for one in bounce.recipients] == [(OLA, status, permanent)]


def test_each_recipient_gets_its_own_reason() -> None:
    bounce = free(
        "Hi. This is the qmail-send program.\n\n<ola@customer.example>:\n550 5.1.1 unknown\n\n<per@customer.example>:\n"
        "552 5.2.2 full\n\n--- Below this line is a copy of the message.\n\n<eva@customer.example>\n"
    )
    assert bounce and [(one.address, one.status) for one in bounce.recipients] == [
        ("ola@customer.example", "5.1.1"),
        ("per@customer.example", "5.2.2"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # A blank line, and a rule, end what is said.
        (f"<{OLA}>:\nmailbox full\n\nWe will try again for four days.", "the mailbox is full (mailbox full)"),
        (f"{OLA}: mailbox full\n--- Below is your letter ---\nDear Ola", "the mailbox is full (mailbox full)"),
        (f"<{OLA}>:\nmailbox full\n  ____________\nChecked by a scanner", "the mailbox is full (mailbox full)"),
        # Not the one before anything was said, nor the one behind an announcement or a salutation.
        (f"  {OLA}\n\n  mailbox full\n\nSorry", "the mailbox is full (mailbox full)"),
        (f"{OLA}\n\nbecause:\n\nmailbox full\n\nSorry", "the mailbox is full (because: mailbox full)"),
        (f"{OLA}\nHello,\n\nmailbox full\n\nSorry", "the mailbox is full (Hello, mailbox full)"),
        # A line that is only marked is no rule.
        (f"{OLA}\n-- mailbox full", "the mailbox is full (-- mailbox full)"),
        # The line with the reply of a server counts before all.
        (f"{OLA}\nSorry\n\n--- Transcript ---\n552 mailbox full", "the mailbox is full (552 mailbox full)"),
    ],
)
def test_a_reason_ends_where_something_else_begins(text: str, reason: str) -> None:
    bounce = free(f"Your message was not delivered to the following recipients:\n\n{text}\n")
    assert bounce and [(one.address, in_words(one.reason, "en")) for one in bounce.recipients] == [(OLA, reason)]


def test_a_long_reason_is_read_in_linear_time() -> None:
    text = "\n".join(["word " * 50] * 3000)
    bounce = free(f"mailbox full {text}", f"X-Failed-Recipients: {OLA}")
    assert bounce and len(bounce.recipients[0].reason) < 400


def test_the_address_in_verp_where_the_text_names_none() -> None:
    bounce = free("Unknown user.", "To: bounces+ola=customer.example@acme.example")
    assert bounce and [one.address for one in bounce.recipients] == ["ola@customer.example"]


def test_the_returned_letter_names_its_only_recipient() -> None:
    bounce = free(
        "421 connection timed out\n\n--- Unsent message follows ---\nReceived: from x\nTo: ola@customer.example\n"
    )
    assert bounce and [(one.address, one.permanent) for one in bounce.recipients] == [("ola@customer.example", False)]


def test_the_letter_that_a_report_answers() -> None:
    bounce = free(f"{OLA}: user unknown", "In-Reply-To: <md.1042.7.k3f9@acme.example>")
    assert bounce and bounce.message_id == "md.1042.7.k3f9@acme.example"


def test_a_notice_of_amazon() -> None:
    notice = (
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"'
        + OLA
        + '","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":'
        '{"commonHeaders":{"messageId":"<md.1042.7.k3f9@acme.example>"}}}'
    )
    fields = ("From: no-reply@sns.customer.example", "Subject: AWS Notification Message")
    bounce = free(notice + "\n\n--\nunsubscribe here", *fields)
    assert bounce == Bounce(
        (FailedRecipient(OLA, "5.1.1", "failed", True, "no_such_mailbox; server_said|550 5.1.1 user unknown"),),
        "md.1042.7.k3f9@acme.example",
    )
    assert free(notice[:200], *fields) is None


QUOTED = (
    "> I'm sorry to have to inform you that your message could not\n> be delivered.\n>\n"
    "> <ola@customer.example>: 550 5.1.1"
)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (["From: kari@customer.example", "Subject: Fwd: Undelivered Mail Returned to Sender"], QUOTED),
        (["From: kari@customer.example", "Subject: VS: Undelivered Mail Returned to Sender"], FORMS["exim"][0]),
        (
            ["From: kari@customer.example", "Subject: Re: Undelivered Mail Returned to Sender"],
            f"What is this?\n\n{QUOTED}",
        ),
        (
            ["From: kari@customer.example", "Subject: Mail returned"],
            f"Hi, I get this all the time:\n\n{FORMS['exim'][0]}",
        ),
        (
            ["From: kari@customer.example", "Subject: Delivery failure", "X-Mailer: Apple Mail (2.36)"],
            FORMS["exim"][0],
        ),
        (
            ["From: kari@customer.example", "Subject: Cannot send mail"],
            "My mail could not be delivered to ola@customer.example.",
        ),
        (["From: postmaster@customer.example", "Subject: Re: printer"], "Here is the error: 550 5.1.1. Can you look?"),
    ],
)
def test_a_report_that_a_person_passes_on_is_a_persons_mail(fields: list[str], text: str) -> None:
    assert free(text, *fields) is None


def test_a_forwarded_report_with_its_parts_is_a_persons_mail() -> None:
    raw = STANDARD.replace("Return-Path: <>\n", "").replace("Auto-Submitted: auto-replied\n", "")
    raw = raw.replace("Mail Delivery System <MAILER-DAEMON@mx.customer.example>", "kari@customer.example")
    raw = raw.replace("Subject: Undelivered", "Subject: Fwd: Undelivered").replace(
        "multipart/report", "multipart/mixed"
    )
    assert parse_mail(raw.encode(), Ours()).kind == "human"


def test_many_addresses_are_read_in_linear_time() -> None:
    many = " ".join(f"<u{number}@customer.example>" for number in range(3000))
    bounce = free(f"Your message could not be delivered:\n{many}\n" + "a@" * 20000)
    assert bounce and len(bounce.recipients) <= 50
