"""How mail programs write: what they put below an answer, and how they quote, in three languages."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from tests.clients import HABITS
from tests.day.people import Person

#: The lines above a quote; {when} is written as the program writes it.
_ABOVE = {
    ("gmail", "en"): "On {when:%a, %b %-d, %Y at %-I:%M %p} {name} <{address}> wrote:",
    ("gmail", "nb"): "{when:%-d.%-m.%Y} kl. {when:%H:%M} skrev {name} <{address}>:",
    ("gmail", "ko"): "{when:%Y}년 {when:%-m}월 {when:%-d}일 (화) 오전 {when:%-I:%M}, {name} <{address}>님이 작성:",
    ("apple", "en"): "On {when:%-d %b %Y}, at {when:%H:%M}, {name} <{address}> wrote:",
    ("apple", "nb"): "{when:%-d.} mars {when:%Y} kl. {when:%H:%M} skrev {name} <{address}>:",
    ("iphone", "en"): "> On {when:%-d %b %Y}, at {when:%H:%M}, {name} <{address}> wrote:\n>",
    ("iphone", "nb"): "> {when:%-d.} mars {when:%Y} kl. {when:%H:%M} skrev {name} <{address}>:\n>",
    ("iphone", "ko"): "> {when:%Y. %-m. %-d.} 오전 {when:%-I:%M}, {name} <{address}> 작성:\n>",
    ("thunderbird", "en"): "On {when:%d/%m/%Y %H:%M}, {name} wrote:",
    ("thunderbird", "nb"): "Den {when:%d.%m.%Y %H:%M}, skrev {name}:",
    (
        "outlook",
        "en",
    ): "From: {name} <{address}>\nSent: {when:%A, %B %-d, %Y %-I:%M %p}\nTo: {to}\nSubject: {subject}\n",
    ("outlook", "nb"): "Fra: {name} <{address}>\nSendt: tirsdag 3. mars {when:%Y %H:%M}\nTil: {to}\nEmne: {subject}\n",
    ("outlook", "ko"): (
        "보낸 사람: {name} <{address}>\n보낸 날짜: {when:%Y}년 3월 {when:%-d}일 화요일 오전 {when:%-I:%M}\n"
        "받는 사람: {to}\n제목: {subject}\n"
    ),
    ("galaxy", "en"): (
        "-------- Original message --------\nFrom: {name} <{address}>\n"
        "Date: {when:%d/%m/%Y %H:%M} (GMT+01:00)\nTo: {to}\nSubject: {subject}\n"
    ),
    ("galaxy", "ko"): (
        "-------- 원본 이메일 --------\n발신: {name} <{address}>\n"
        "날짜: {when:%y/%-m/%-d} 오전 {when:%-I:%M} (GMT+09:00)\n받은 사람: {to}\n제목: {subject}\n"
    ),
}
#: What phones write below by themselves.
_BELOW = {
    ("iphone", "en"): "Sent from my iPhone",
    ("iphone", "nb"): "Sendt fra min iPhone",
    ("iphone", "ko"): "나의 iPhone에서 보냄",
    ("galaxy", "en"): "Sent from my Galaxy",
    ("galaxy", "ko"): "내 Galaxy에서 보냄",
}
_PREFIX = {"outlook": "outlook", "galaxy": "iphone", "apple": "thunderbird"}


@dataclass(frozen=True)
class Written:
    """A mail, and whom its envelope names."""

    mail: EmailMessage
    sender: str
    recipient: str


def new_mail(
    writer: Person, to: str, subject: str, text: str, when: datetime, *, picture: bytes = b"", cc: str = ""
) -> Written:
    """`picture` is a screenshot, attached."""
    mail = _begun(writer, to, subject, when)
    if cc:
        mail["Cc"] = cc
    _fill(mail, writer, _signed(writer, text))
    if picture:
        mail.add_attachment(picture, "image", "png", filename=_SCREENSHOT[writer.language])
    return Written(mail, writer.address, to)


def answer_to(writer: Person, letter: EmailMessage, text: str, when: datetime, *, to: str = "") -> Written:
    """What Reply makes of a letter; `to` is the address of a button that was pressed instead."""
    recipient = to or letter["Reply-To"].addresses[0].addr_spec
    habit = HABITS["outlook nb" if (writer.program, writer.language) == ("outlook", "nb") else _habit(writer)]
    subject, fields = habit.fields(letter)
    mail = _begun(writer, recipient, subject, when)
    for name, value in fields.items():
        mail[name] = value
    _fill(mail, writer, text if to else _with_quote(writer, letter, text))
    return Written(mail, writer.address, recipient)


_SCREENSHOT = {"en": "screenshot.png", "nb": "skjermbilde.png", "ko": "스크린샷.png"}


def _habit(writer: Person) -> str:
    return _PREFIX.get(writer.program, writer.program)


def _begun(writer: Person, to: str, subject: str, when: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = writer.mailbox, to, subject, when
    return mail


def _signed(writer: Person, text: str) -> str:
    below = _BELOW.get((writer.program, writer.language))
    return f"{text}\n\n{below}" if below else text


def _with_quote(writer: Person, letter: EmailMessage, text: str) -> str:
    """Thunderbird puts the quote above what is written; all others below."""
    sender = letter["From"].addresses[0]
    above = _ABOVE[writer.program, writer.language].format(
        when=letter["Date"].datetime,
        name=sender.display_name,
        address=letter["Reply-To"].addresses[0].addr_spec,
        to=letter["To"],
        subject=letter["Subject"],
    )
    mark = "" if writer.program in ("outlook", "galaxy") else "> "
    quote = above + "\n" + "\n".join(f"{mark}{line}" for line in plain(letter).splitlines())
    if writer.program == "thunderbird":
        return f"{quote}\n\n{text}"
    return f"{_signed(writer, text)}\n\n{quote}"


def _fill(mail: EmailMessage, writer: Person, text: str) -> None:
    """Gmail and Outlook write HTML beside the text."""
    mail.set_content(text + "\n", cte="8bit")
    if writer.program in ("gmail", "outlook"):
        lines = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.splitlines())
        mail.add_alternative(f"<html><body>{lines}</body></html>\n", subtype="html", cte="quoted-printable")


def plain(letter: EmailMessage) -> str:
    """What stands in the text part."""
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def page(letter: EmailMessage) -> str:
    """What stands in the HTML part."""
    body = letter.get_body(("html",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())
