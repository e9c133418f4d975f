"""Absent people's programs that say so in a subject, a field or a sentence; and people who write about being away."""

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.mail import Mail, Ours

OURS = Ours(frozenset({"support@acme.example"}))
ANSWER = "In-Reply-To: <t1@acme.example>"


def said(subject: str, text: str = "Thanks.", *fields: str) -> Mail:
    header = [f"Subject: {subject}", *fields, "From: kari@customer.example", "Content-Type: text/plain; charset=utf-8"]
    return parse_mail("\r\n".join([*header, "", text]).encode(), OURS)


@pytest.mark.parametrize(
    "subject",
    [
        "Samodejni odgovor: tiskalnik",
        "Automātiskā atbilde: printeris",
        "Sjálfvirkt svar: prentari",
        "Balasan otomatis: pencetak",
        "ตอบกลับอัตโนมัติ: เครื่องพิมพ์",
        "Автоматичен отговор: принтер",
        "*** Auto-Reply *** printer",
        "printer [automatic reply]",
        "Risposta automatica da Mario Rossi",
        "부재중 자동 응답: 프린터",
        "Автоматски одговор: принтер",
        "Автоматты жауап: принтер",
        "ავტომატური პასუხი: პრინტერი",
        "Avtomatik cavab: printer",
    ],
)
def test_a_formula_is_enough(subject: str) -> None:
    assert said(subject).kind == "out_of_office"


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Fravær: skriver", "out_of_office"),
        ("Abwesend: Drucker", "out_of_office"),
        ("OOO: printer", "out_of_office"),
        ("OOO Re: printer", "out_of_office"),
        ("Auto: printer", "out_of_office"),
        ("Kari Nordmann is out of the office (returning 10.03.2025)", "out_of_office"),
        ("AUTO: Kari Nordmann is out of the office", "out_of_office"),
        ("Kari Nordmann ist außer Haus.", "out_of_office"),
        ("Nieobecny w biurze: drukarka", "out_of_office"),
        ("Je suis en congés: imprimante", "out_of_office"),
        ("Sunt în concediu: imprimanta", "out_of_office"),
        ("Re: Fravær: skriver", "human"),
        ("Kari is out of the office, who reads her mail?", "human"),
        ("the printer is away", "human"),
    ],
)
def test_a_label_and_a_name_count_over_an_answer(subject: str, kind: str) -> None:
    assert said(subject, "Thanks.", ANSWER).kind == kind
    assert said(subject).kind == "human"


@pytest.mark.parametrize(
    "field",
    [
        "Autoreply: yes",
        "X-Acme-Autoresponder: 1",
        "Delivered-To: Autoresponder",
        "Preference: auto_reply",
        "X-POST-MessageClass: 9; Autoresponder",
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
    ],
)
def test_fields_of_answering_programs(field: str) -> None:
    assert said("printer", "Thanks.", field).kind == "out_of_office"


@pytest.mark.parametrize("field", ["X-Autoreply: no", "X-Auto-Response-Suppress: DR", "Delivered-To: kari@x.example"])
def test_fields_of_others(field: str) -> None:
    assert said("printer", "Thanks.", field).kind == "human"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Jeg er på ferie til 10. mars. Ta kontakt med sentralbordet.", "out_of_office"),
        ("I'm on parental leave until 10 March. Please contact my colleague.", "out_of_office"),
        ("ขณะนี้ฉันลาพักร้อน หากมีเรื่องด่วนกรุณาติดต่อ Ola", "out_of_office"),
        ("I am out of the office tomorrow. Please contact Ola.", "human"),
        ("This is an automatic reply. I am away.", "out_of_office"),
        ("Hello,\nThis is an automated message: your mail has arrived.", "automatic"),
        ("Dies ist eine automatisch\nerstellte Antwort.", "automatic"),
        ("本メールは自動送信です。", "automatic"),
        ('Your page says "this is an automatic reply" twice.', "human"),
    ],
)
def test_what_the_text_of_an_answer_says(text: str, kind: str) -> None:
    assert said("Re: printer", text, ANSWER).kind == kind


def test_who_asks_below_the_subject_of_an_automatic_answer_is_a_person() -> None:
    assert said("Re: Automatic reply: printer", "I got this. When will a person look at it?").kind == "human"


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Out of office assistant", "How do I switch on the out of office assistant?", "human"),
        ("Out of office", "Why do my colleagues not get the note that I wrote?", "human"),
        ("Out of office", "Need help now? Call Ola.", "out_of_office"),
        ("Out of office", "I am away. Why do you not call Ola?", "out_of_office"),
        ("Out of office: printer", "Do you need help before Monday? Call Ola.", "out_of_office"),
    ],
)
def test_who_begins_with_a_question_is_a_person(subject: str, text: str, kind: str) -> None:
    assert said(subject, text).kind == kind


def test_a_form_that_a_customer_filled_in_is_the_customers() -> None:
    assert said("Contact form", "This is an automatic message. Name: Kari. Text: it is broken.").kind == "human"


def test_who_asks_to_confirm_an_address_is_no_challenge() -> None:
    assert said("Please confirm your email", "Please confirm your email address is still the same.").kind == "human"
