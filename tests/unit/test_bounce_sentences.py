"""Reports in words that no list holds: a denial beside a verb of delivering, from a mail server."""

import pytest

from maildesk.ingest.bounce.sentences import tells_of_failure
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Mail, Ours

OURS = Ours(frozenset({"support@acme.example"}))


def report(text: str, sender: str = "mailer-daemon@relay.example", subject: str = "Ticket") -> Mail:
    header = [f"From: {sender}", "To: support@acme.example", f"Subject: {subject}"]
    header.append("Content-Type: text/plain; charset=utf-8")
    return parse_mail("\n".join([*header, "", text]).encode(), OURS)


SENTENCES = [
    "We had some trouble with delivering this to kari@customer.example.",
    "Ihr Schreiben wurde nicht an kari@customer.example zugestellt.",
    "Brevet ble dessverre ikke levert til kari@customer.example.",
    "Brevet har inte kunnat levereras till kari@customer.example.",
    "Ce courrier n'a pas été délivré à kari@customer.example.",
    "Este correo no fue entregado a kari@customer.example.",
    "Il messaggio non è stato consegnato a kari@customer.example.",
    "Het schrijven is niet bij kari@customer.example bezorgd.",
    "List nie został doręczony: kari@customer.example",
    "Письмо для kari@customer.example не было доставлено",
    "kari@customer.example 님에게 메일을 보내지 못했습니다",
    "kari@customer.example への配達が失敗しました",
    "发往 kari@customer.example 的邮件被退回",
    "The attempts to send it follow. Failed to send to kari@customer.example: service unavailable",
    "We were unable to reach kari@customer.example with your letter.",
    "Die Mail an kari@customer.example konnte nicht versandt werden.",
    "Ce courriel n'a pas été transmis à kari@customer.example.",
    "Livrarea nu a reușit: kari@customer.example",
    "Η παράδοση απέτυχε: kari@customer.example",
    "Doručení se nezdařilo: kari@customer.example",
    "Сбой доставки: kari@customer.example",
    "kari@customer.example adresine gönderilemedi",
    "The mail you wrote to kari@customer.example was rejected for what is attached to it.",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_servers_sentence(text: str) -> None:
    found = report(text)
    assert found.kind == "bounce"
    assert found.bounce is not None
    assert [one.address for one in found.bounce.recipients] == ["kari@customer.example"]


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("sender", ["kari@customer.example", "admin@customer.example"])
def test_the_same_sentence_of_a_person(text: str, sender: str) -> None:
    assert report(text, sender).kind != "bounce"


@pytest.mark.parametrize("text", SENTENCES[:4])
def test_a_postmaster_is_a_person_too(text: str) -> None:
    assert report(text, "postmaster@customer.example").kind != "bounce"


@pytest.mark.parametrize(
    "text", ["your parcel was delivered today", "the printer is not ready. delivery is on monday", "ich bin nicht da"]
)
def test_no_such_sentence(text: str) -> None:
    assert not tells_of_failure(text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Undeliverable parcel", "The parcel is undeliverable, for the address does not exist. What now?"),
        (
            "Delivery status notification",
            "How do I switch on the delivery status notification of kari@customer.example? The error is 550 5.7.1.",
        ),
    ],
)
def test_who_is_no_server_asks_or_names_no_address(subject: str, text: str) -> None:
    assert report(text, "kari@customer.example", subject).kind != "bounce"


#: What Outlook writes in front of the subject of what came back.
UNDELIVERABLE = [
    "Niedostarczalne",
    "Niedoręczalne",
    "Не удается доставить",
    "未递送",
    "Imposibil de livrat",
    "Ei voi toimittaa",
]


@pytest.mark.parametrize("words", UNDELIVERABLE)
def test_the_subject_of_a_postmaster(words: str) -> None:
    header = "From: postmaster@relay.example\nTo: support@acme.example\nContent-Type: text/plain; charset=utf-8\n"
    found = parse_mail(f"{header}Subject: {words}: Ticket\n\nXyz:\n\nkari@customer.example".encode(), OURS)
    assert found.bounce and [one.address for one in found.bounce.recipients] == ["kari@customer.example"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("El buzón de kari@customer.example está lleno.", "5.2.2"),
        ("A caixa de kari@customer.example está cheia.", "5.2.2"),
        ("The user's maildir has overdrawn his diskspace quota: kari@customer.example", "5.2.2"),
        ("宛先 kari@customer.example の容量が超過しています。", "5.2.2"),
        ("Адреси kari@customer.example не існує.", "5.1.1"),
        ("E-mailová adresa kari@customer.example nebyla nalezena.", "5.1.1"),
    ],
)
def test_reasons(text: str, status: str) -> None:
    found = report(f"Your message could not be delivered. {text}")
    assert found.bounce and [one.status for one in found.bounce.recipients] == [status]


def test_a_failure_that_is_only_to_come_is_a_delay() -> None:
    text = "There was a problem delivering to kari@customer.example. We will retry. If the delivery fails permanently,"
    found = report(f"{text} you will be told.")
    assert found.bounce is not None
    assert [one.action for one in found.bounce.recipients] == ["delayed"]


def test_a_recipient_that_is_a_program_is_whom_the_letter_was_for() -> None:
    status = "Reporting-MTA: dns; mx\n\nFinal-Recipient: x-unix; |/bin/filter\nAction: failed\nStatus: 5.3.0"
    letter = "From: support@acme.example\nTo: kari@customer.example\nMessage-ID: <t1@acme.example>\n\nHello"
    parts = [("text/plain", "Failed."), ("message/delivery-status", status), ("message/rfc822", letter)]
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts) + "--b--\n"
    header = "From: mailer-daemon@relay.example\nMIME-Version: 1.0\n"
    raw = f'{header}Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n{body}'
    found = parse_mail(raw.encode(), OURS).bounce
    assert found is not None
    assert [(one.address, one.status) for one in found.recipients] == [("kari@customer.example", "5.3.0")]
