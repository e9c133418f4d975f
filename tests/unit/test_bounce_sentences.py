"""Reports in words that no list holds: a denial beside a verb of delivering, from a mail server."""

import pytest

from maildesk.ingest.bounce.sentences import tells_of_failure
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Mail, Ours

OURS = Ours(frozenset({"support@acme.example"}))


def report(text: str, sender: str = "mailer-daemon@relay.example", *more: str) -> Mail:
    header = [f"From: {sender}", "To: support@acme.example", "Subject: Ticket", *more]
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
