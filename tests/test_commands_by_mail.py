"""Commands in the mails that programs make of them: HTML alone, non-breaking spaces, a telephone's own ideas."""

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from maildesk.desk.commands import split_commands
from maildesk.ingest.parse import parse_mail
from maildesk.mail import Ours
from tests.desk import TestDesk, answer, mail, opened, text_of


def html_mail(body: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "anna@acme.example"
    message["To"] = "support@acme.example"
    message["Subject"] = "Re: VPN"
    message["Message-ID"] = "<1@acme.example>"
    message.set_content(body, subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("body", "lines", "rest"),
    [
        ("<p>#close</p><p>It works.</p>", ["#close"], "It works."),
        (
            "<div>#take</div><div>#prio&nbsp;high</div><div><br></div><div>Hello Kari</div>",
            ["#take", "#prio high"],
            "Hello Kari",
        ),
        ("#take<br>#assign&nbsp;bob<br><br>Hello", ["#take", "#assign bob"], "Hello"),
        ("<span>#</span><span>take</span>", ["#take"], ""),
        ("<p>&#8203;#Snooze Tomorrow</p>", ["#Snooze Tomorrow"], ""),
        ("<p># take</p>", ["# take"], ""),
        ("<blockquote>#close</blockquote><p>Hello</p>", [], "Hello"),
        (
            '<p>#close</p><div class="gmail_quote"><div>On Mon, Kari wrote:</div><blockquote>#take</blockquote></div>',
            ["#close"],
            "",
        ),
    ],
)
def test_html_alone(body: str, lines: list[str], rest: str) -> None:
    read = parse_mail(html_mail(body), Ours(), "anna@acme.example")
    orders = split_commands(read.visible_text)
    assert [command.line.replace("\u00a0", " ") for command in orders.commands] == lines
    assert rest in orders.rest and not orders.mistakes


def test_one_receipt_for_each_mail_however_often_it_comes(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    desk.receive(mail("kari@customer.example"), recipients=("support@acme.example",))
    (letter,) = [one for one in desk.run() if one.recipient == "anna@acme.example"]
    raw, to = answer(letter, "anna@acme.example", "#prio high\n#take\n")
    desk.receive(raw, recipients=(to,))
    (receipt,) = desk.run()
    assert (receipt.kind, receipt.recipient) == ("receipt", "anna@acme.example")
    # In the agent's thread, so that her program shows one conversation.
    assert str(opened(receipt)["In-Reply-To"]) == str(opened(letter)["Message-ID"])
    assert str(opened(receipt)["Subject"]) == "Re: [#1] Printer on fire"
    desk.receive(b"Received: again\r\n" + raw, recipients=(to,), source="imap:support")
    assert desk.run() == []
    desk.close()


def test_an_export_holds_no_address_that_speaks_for_somebody(tmp_path: Path) -> None:
    desk = TestDesk(tmp_path)
    desk.receive(
        mail("kari@customer.example", text="First.\n\nFrom here on it burns.\n"), recipients=("support@acme.example",)
    )
    letters = desk.run()
    (received,) = [one for one in letters if one.recipient == "kari@customer.example"]
    raw, to = answer(received, "kari@customer.example", f"Is {opened(received)['Reply-To']} right?")
    desk.receive(raw, recipients=(to,))
    letters += desk.run()
    letter = next(one for one in letters if one.recipient == "anna@acme.example")
    raw, to = answer(letter, "anna@acme.example", "#export\n", proven=True)
    desk.receive(raw, recipients=(to,))
    (receipt,) = desk.run()
    (file,) = opened(receipt).iter_attachments()
    mbox = file.get_content()
    assert isinstance(mbox, bytes)
    assert file.get_filename() == "ticket-1.mbox" and mbox.count(b"\nFrom kari@customer.example ") == 1
    assert b"\n>From here on it burns." in mbox and b"support+" not in mbox
    assert "support+t1" in text_of(receipt) or "support+t1" in str(opened(receipt)["Reply-To"])
    desk.close()
