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
        ("Auto-Submitted: auto-replied (vacation)", "out_of_office"),
        ("X-MS-Exchange-Inbox-Rules-Loop: kari@customer.example", "human"),
        ("X-Amz-Sns-Message-Id: 1", "automatic"),
        ("From: grafana@customer.example", "automatic"),
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
        ("Subject: Автоматты жауап: printer", "out_of_office"),
        ("Subject: Outomatiese antwoord: printer", "out_of_office"),
        ("Subject: 자동 회신: 프린터", "out_of_office"),
        ("Subject: 부재중", "out_of_office"),
        ("Subject: Abwesenheitsnotiz: Drucker", "out_of_office"),
        ("Subject: Out of office does not work in my calendar", "human"),
        ("Subject: Out of office assistant is broken", "human"),
        ("Subject: Out of office message: printer", "out_of_office"),
        ("Subject: Automatic response from Kari Nordmann", "out_of_office"),
        ("Subject: Automatic reply rules are broken", "human"),
        ("Subject: Fravær i dag må registreres", "human"),
        ("Subject: Ferie", "human"),
        ("Subject: Urlaub", "human"),
        ("Subject: I am out of office problem with my mail", "human"),
        ("Subject: Out of office until 12 March", "out_of_office"),
        ("Subject: Réponse automatique : imprimante", "out_of_office"),
        ("Subject: Respuesta automática: impresora", "out_of_office"),
        ("Subject: Resposta automática: impressora", "out_of_office"),
        ("Subject: Risposta automatica: stampante", "out_of_office"),
        ("Subject: Automatisch antwoord: printer", "out_of_office"),
        ("Subject: Automatiskt svar: skrivaren", "out_of_office"),
        ("Subject: Automaattinen vastaus: tulostin", "out_of_office"),
        ("Subject: Odpowiedź automatyczna: drukarka", "out_of_office"),
        ("Subject: Automatická odpověď: tiskárna", "out_of_office"),
        ("Subject: Automatikus válasz: nyomtató", "out_of_office"),
        ("Subject: Răspuns automat: imprimanta", "out_of_office"),
        ("Subject: Αυτόματη απάντηση: εκτυπωτής", "out_of_office"),
        ("Subject: Otomatik yanıt: yazıcı", "out_of_office"),
        ("Subject: Автоматический ответ: принтер", "out_of_office"),
        ("Subject: Автоматична відповідь: принтер", "out_of_office"),
        ("Subject: رد تلقائي: طابعة", "out_of_office"),
        ("Subject: תשובה אוטומטית: מדפסת", "out_of_office"),
        ("Subject: 自動応答: プリンタ", "out_of_office"),
        ("Subject: 自动回复: 打印机", "out_of_office"),
        ("Precedence: bulk", "automatic"),
        ("Precedence: junk", "automatic"),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", "automatic"),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=x", "automatic"),
        ("From: MAILER-DAEMON@customer.example", "automatic"),
        ("From: root@host.customer.example", "human"),
        ("From: cron@customer.example", "automatic"),
        ("From: list-request@customer.example", "human"),
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
        ["List-Archive: <https://lists.customer.example/>"],
        ["List-Owner: <mailto:owner@customer.example>"],
        ["X-BeenThere: friends@customer.example"],
        ["X-ML-Name: friends"],
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


def said(text: str, *fields: str) -> Mail:
    header = [*fields, "From: kari@customer.example", "Content-Type: text/plain; charset=utf-8"]
    return parse_mail("\r\n".join([*header, "", text]).encode(), OURS)


ANSWER = ("Subject: Re: printer", "In-Reply-To: <md.1@acme.example>")


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office until 12 March.\n\nFor urgent matters call the switchboard.",
        "Thank you for your mail. I'm on vacation and will reply when I return.",
        "Hei,\n\njeg er på ferie til 12. mars. Haster det, ring sentralbordet.",
        "Guten Tag, ich bin im Urlaub. In dringenden Fällen wenden Sie sich an meine Kollegin.",
        "Je suis absent jusqu'au 12 mars. En cas d'urgence, appelez le standard.",
        "Estoy de vacaciones hasta el 12 de marzo. Para asuntos urgentes, llame a la centralita.",
        "Jag är på semester. Vid brådskande ärenden ring växeln.",
        "Jeg er på ferie. I hastetilfælde ring til omstillingen.",
        "Ik ben op vakantie. Voor dringende zaken kunt u bellen.",
        "휴가 중입니다. 급한 용무는 대표전화로 연락 주세요.",
        "休暇をいただいております。お急ぎの場合は代表番号までお電話ください。",
        "我正在休假，如有急事请致电总机。",
    ],
)
def test_an_absent_persons_program_without_any_sign_but_its_words(text: str) -> None:
    assert said(text, *ANSWER).kind == "out_of_office"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("I am out of the office until Monday. Can you fix it before? It is urgent.", ANSWER),
        ("I am out of the office until Monday, so leave the printer at the desk.", ANSWER),
        ("I am out of the office. For urgent matters I need the VPN.", ("Subject: VPN",)),
        (
            "My out of the office note is sent in my absence to everybody, also inside. Please stop it.",
            ("Subject: Notes",),
        ),
    ],
)
def test_a_person_who_writes_about_being_away(text: str, fields: tuple[str, ...]) -> None:
    assert said(text, *fields).kind == "human"


def test_a_subject_that_people_write_too_counts_beside_such_a_text() -> None:
    assert said("Jeg er på ferie. Haster det, ring sentralbordet.", "Subject: Ferie").kind == "out_of_office"


def test_a_challenge_is_a_machines() -> None:
    text = "Please confirm that you are a person: click here to deliver your message. This protects me from spam."
    assert said(text, "Subject: Please confirm your message").kind == "automatic"
    assert said("Please confirm my order by mail.", "Subject: Please confirm").kind == "human"


@pytest.mark.parametrize(
    "text",
    [
        "Your message was waitlisted. Please add yourself to my Guest List: https://guests.example/x",
        "I am protecting myself from junk mail. Click the link below so I can receive your emails.",
        "To control spam, I now allow messages only from senders I have approved beforehand. https://form.example/x",
        "Your message is being held, for your address has not been verified. To release your message, reply to this.",
    ],
)
def test_a_challenge_in_other_words_answers_our_letter(text: str) -> None:
    assert said(text, "Subject: Re: printer", "In-Reply-To: <t1@acme.example>").kind == "automatic"
    assert said(text, "Subject: printer").kind == "human"


@pytest.mark.parametrize("method", ["REPLY", "COUNTER"])
def test_a_calendars_answer_is_a_machines(method: str) -> None:
    fields = ["From: kari@customer.example", "Subject: Accepted: visit"]
    raw = "\n".join([*fields, f"Content-Type: text/calendar; method={method}", "", "BEGIN:VCALENDAR"])
    assert parse_mail(raw.encode(), OURS).kind == "automatic"
    assert parse_mail(raw.replace(method, "REQUEST").encode(), OURS).kind == "human"


def test_an_administrator_is_a_person_where_he_writes_in_a_mail_program() -> None:
    assert mail("From: root@host.customer.example", "User-Agent: Mutt/2.2").kind == "human"


@pytest.mark.parametrize(("date", "until"), [("Wed, 04 Mar 2026 10:00:00 +0100", "2026-03-12"), ("", "None")])
def test_the_day_of_the_return(date: str, until: str) -> None:
    fields = [f"Date: {date}"] if date else []
    assert str(said("Jeg er tilbake 12. mars.", "Subject: Automatisk svar: x", *fields).away_until) == until


@pytest.mark.parametrize("local", ["postmaster", "uucp", "owner-news"])
def test_a_role_is_served_and_not_answered_by_itself(local: str) -> None:
    found = mail(f"From: {local}@customer.example")
    assert (found.kind, found.may_answer) == ("human", False)


def test_a_day_in_a_persons_mail_is_no_return() -> None:
    assert said("Back on 12 March.", "Subject: printer", "Date: Wed, 04 Mar 2026 10:00:00 +0100").away_until is None
