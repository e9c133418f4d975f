"""Colleagues pass mail on to the desk, and split it: by every program, inline and attached. What a colleague writes
above it reaches no customer, in no part of any letter."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.mail import Letter
from maildesk.model import Attachment, Message, Person
from tests.desk import TestDesk, answer, mail, opened, text_of

DESK, KARI, OLA = "support@acme.example", "kari@customer.example", "ola@customer.example"
ANNA, BOB = "anna@acme.example", "bob@acme.example"
PROVEN = "mx.acme.example; dmarc=pass header.from=acme.example"
#: What no customer may ever read.
ABOVE = "Difficult customer, take care."
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
HEADS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Kari Nordmann <kari@customer.example>\n"
    "Date: Mon, 2 Mar 2026 at 08:55\nSubject: Printer on fire\nTo: Anna <anna@acme.example>\n\n",
    "outlook": "From: Kari Nordmann <kari@customer.example>\nSent: Monday, 2 March 2026 08:55\n"
    "To: Anna <anna@acme.example>\nSubject: Printer on fire\n\n",
    "apple": "Begin forwarded message:\n\nFrom: Kari Nordmann <kari@customer.example>\nSubject: Printer on fire\n"
    "Date: 2 March 2026 at 08:55:00 CET\nTo: Anna <anna@acme.example>\n\n",
    "outlook nb": "Fra: Kari Nordmann <kari@customer.example>\nSendt: mandag 2. mars 2026 08:55\n"
    "Til: Anna <anna@acme.example>\nEmne: Printer on fire\n\n",
    "outlook ko": "보낸 사람: Kari Nordmann <kari@customer.example>\n보낸 날짜: 2026년 3월 2일 월요일 오전 8:55\n"
    "받는 사람: Anna <anna@acme.example>\n제목: Printer on fire\n\n",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    desk = TestDesk(tmp_path)
    yield desk
    desk.close()


def passed_on(
    text: str, html: str = "", attached: bytes = b"", files: tuple[bytes, ...] = (), sender: str = ANNA
) -> bytes:
    made = EmailMessage()
    made["Authentication-Results"] = PROVEN
    made["From"], made["To"], made["Subject"] = sender, DESK, "Fwd: Printer on fire"
    made["Message-ID"] = "<fwd@acme.example>"
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for data in files:
        made.add_attachment(data, maintype="image", subtype="png", filename="screen.png")
    if attached:
        made.add_attachment(message_from_bytes(attached, policy=policy.default))
    return made.as_bytes()


def everything(letter: Letter) -> str:
    """Every part of a letter, decoded, with its head."""
    parts = [str(opened(letter))]
    for part in opened(letter).walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            parts.append(payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
    return "\n".join(parts)


def talk_it_over(desk: TestDesk, raw: bytes, words: str = "It burns.") -> None:
    """Passed on, answered, answered by the customer, closed: she reads her own words, and none of her helper's."""
    desk.receive(raw, recipients=(DESK,), envelope_from=ANNA)
    first = desk.run()
    assert {one.recipient for one in first} == {ANNA, BOB}, "nobody writes to her before an agent does"
    for letter in first:
        assert ABOVE in " ".join(text_of(letter).split()) and words in text_of(letter)
    assert desk.ticket().subject == "Printer on fire"
    with desk.look() as session:
        assert session.get_one(Person, desk.ticket().requester_id).address == KARI
    for sender, kind, text in (
        (BOB, "new_ticket", "Is it on?\n"),
        (KARI, "answer", "Yes.\n"),
        (BOB, "customer_answer", "#close Off with it.\n"),
    ):
        letter = next(one for one in reversed(desk.relay.letters) if (one.recipient, one.kind) == (sender, kind))
        answered, to = answer(letter, sender, text)
        desk.receive(answered, recipients=(to,), envelope_from=sender)
        desk.run()
    hers = [one for one in desk.relay.letters if one.recipient == KARI]
    assert [one.kind for one in hers] == ["answer", "closed"]
    assert words in text_of(hers[0])
    for letter in hers:
        assert "Difficult" not in everything(letter) and "take care" not in everything(letter)


@pytest.mark.parametrize("program", HEADS)
def test_inline(desk: TestDesk, program: str) -> None:
    talk_it_over(desk, passed_on(f"{ABOVE}\n\n{HEADS[program]}It burns.\n"))


def test_inline_as_html(desk: TestDesk) -> None:
    head = HEADS["gmail"].replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>\n")
    html = f'<div>{ABOVE}</div><div class="gmail_quote"><div dir="ltr">{head}</div><p>It <b>burns.</b></p></div>'
    talk_it_over(desk, passed_on(f"{ABOVE}\n\n{HEADS['gmail']}It burns.\n", html))


def test_with_files(desk: TestDesk) -> None:
    """They are on the ticket, and go to no customer."""
    talk_it_over(desk, passed_on(f"{ABOVE}\n\n{HEADS['gmail']}It burns.\n", files=(PNG,)))
    with desk.look() as session:
        assert session.scalars(select(Attachment.filename)).all() == ["screen.png"]
    assert not any(b"screen.png" in one.whole for one in desk.relay.letters if one.recipient == KARI)


def test_as_an_attachment(desk: TestDesk) -> None:
    talk_it_over(desk, passed_on(ABOVE, attached=mail(f"Kari Nordmann <{KARI}>", ANNA)))


@pytest.mark.parametrize("attached", [False, True])
def test_our_own_addresses_inside_open_nothing(desk: TestDesk, attached: bool) -> None:
    """A stranger who got hold of a letter of ours has it passed on to us: nobody can speak as its recipient."""
    desk.receive(mail(OLA, subject="Secret"), recipients=(DESK,))
    letter = next(one for one in desk.run() if one.recipient == OLA)
    token = str(opened(letter)["Reply-To"]).rpartition("<")[2].rstrip(">")
    assert "+" in token
    words = f"It burns. Write to {token} or <{token.upper()}>"
    inner = mail(f"Kari Nordmann <{KARI}>", ANNA, text=words, headers={"Reply-To": token})
    inline = f"{ABOVE} {token}\n\n{HEADS['gmail']}{words}\n"
    desk.receive(passed_on(ABOVE, attached=inner) if attached else passed_on(inline), recipients=(DESK,))
    new = desk.run()
    assert {one.recipient for one in new} == {ANNA, BOB} and len(desk.tickets()) == 2
    local = token.partition("@")[0].lower()
    for one in new:
        said = everything(one).lower()
        assert local not in said
    with desk.look() as session:
        texts = session.scalars(select(Message.text)).all()
    assert not any(local in text.lower() for text in texts)


def test_without_proof_it_is_his_own_matter(desk: TestDesk) -> None:
    raw = passed_on(f"{ABOVE}\n\n{HEADS['gmail']}It burns.\n").replace(PROVEN.encode(), b"mx.acme.example; dmarc=none")
    desk.receive(raw, recipients=(DESK,))
    letters = desk.run()
    with desk.look() as session:
        assert session.get_one(Person, desk.ticket().requester_id).address == ANNA
    assert not [one for one in letters if one.recipient == KARI]


def test_passed_on_to_a_ticket_that_is_there(desk: TestDesk) -> None:
    """She answered Anna herself, below our letter: that belongs to the ticket, and Anna's words above it to nobody
    outside."""
    desk.receive(mail(KARI, proven=True), recipients=(DESK,))
    first = next(one for one in desk.run() if one.recipient == ANNA)
    raw, to = answer(first, ANNA, "Is it on?\n")
    desk.receive(raw, recipients=(to,))
    ours = "".join(f"> {line}\n" for line in text_of(desk.run()[0]).splitlines())
    desk.receive(passed_on(f"{ABOVE}\n\n{HEADS['gmail']}Dear Anna, it is on.\n\n{ours}"), recipients=(DESK,))
    letters = desk.run()
    assert len(desk.tickets()) == 1 and not [one for one in letters if one.recipient == KARI]
    with desk.look() as session:
        note = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
        assert not note.public and ABOVE in note.text and "it is on" in note.text


@pytest.mark.parametrize("with_ids", [True, False])
@pytest.mark.parametrize("above", [ABOVE, ""])
def test_our_notice_passed_on_to_us(desk: TestDesk, above: str, with_ids: bool) -> None:
    """It speaks of the requester to agents: she never reads it."""
    desk.receive(mail(KARI, proven=True), recipients=(DESK,))
    notice = next(one for one in desk.run() if one.recipient == ANNA)
    head = opened(notice)
    passed = f"From: {head['From']}\nSubject: {head['Subject']}\nTo: {ANNA}\n\n{text_of(notice)}"
    text = f"{above}\n\n---------- Forwarded message ---------\n{passed}"
    answers = head if with_ids else None
    raw = mail(ANNA, DESK, f"Fwd: {head['Subject']}", text, answers=answers, proven=True)
    desk.receive(raw, recipients=(DESK,))
    assert not [one for one in desk.run() if one.recipient == KARI]


QUOTE = "It burns.\n\nThe coffee machine is broken, too.\n"
SPLITS = {
    "plain": ("#split Coffee\n\n> The coffee machine is broken, too.\n", ""),
    "wrapped": ("#split Coffee\n> The coffee machine\n> is broken, too.\n\n-- \nBob\n", ""),
    "gmail": (
        "#split Coffee\n\n> The coffee machine is broken, too.\n",
        '<div dir="ltr">#split Coffee</div><div class="gmail_quote"><blockquote>The coffee machine is broken, too.'
        "</blockquote></div>",
    ),
    "apple": (
        "",
        '<div>#split Coffee</div><blockquote type="cite"><div>The coffee machine is broken, too.</div></blockquote>',
    ),
    "outlook": ("", "<p>#split Coffee</p><p>&gt; The coffee machine is broken, too.</p>"),
}


@pytest.mark.parametrize("program", SPLITS)
def test_a_paragraph_of_the_quote_is_split_off(desk: TestDesk, program: str) -> None:
    desk.receive(mail(KARI, text=QUOTE, proven=True), recipients=(DESK,))
    notice = next(one for one in desk.run() if one.recipient == BOB)
    text, html = SPLITS[program]
    made = EmailMessage()
    made["Authentication-Results"] = PROVEN
    made["From"], made["To"], made["Subject"] = BOB, str(opened(notice)["Reply-To"]), str(opened(notice)["Subject"])
    made["In-Reply-To"], made["Message-ID"] = str(opened(notice)["Message-ID"]), f"<{program}@acme.example>"
    made.set_content(text or html, subtype="plain" if text else "html")
    if text and html:
        made.add_alternative(html, subtype="html")
    desk.receive(made.as_bytes(), recipients=(str(opened(notice)["Reply-To"]).rpartition("<")[2].rstrip(">"),))
    letters = desk.run()
    assert {one.kind for one in letters} == {"new_ticket", "receipt"}, "the customer is told nothing"
    with desk.look() as session:
        words = session.scalars(select(Message.text).where(Message.ticket_id == 2)).one()
    assert " ".join(words.split()) == "The coffee machine is broken, too."
