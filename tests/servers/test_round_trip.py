"""The main job through real servers: customer, agent, customer, closure, rating. Every letter is read."""

import json
import smtplib
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.desk import mail
from tests.running import RunningDaemon, mailbox, running
from tests.servers.dovecot import Dovecot
from tests.servers.plugin import PostfixMaker
from tests.servers.servers import wait_until
from tests.servers.sink import Sink

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
Bring = Callable[[bytes, str, str], None]


class Correspondence:
    """The people at their mail clients: `bring` carries a mail to the desk, the sink holds what the desk wrote."""

    def __init__(self, bring: Bring, sink: Sink) -> None:
        self._bring = bring
        self._sink = sink
        self._read = 0

    def write(self, sender: str, text: str, picture: bytes = b"") -> None:
        made = message_from_bytes(mail(sender, subject="Får ikke skrevet ut", text=text), policy=policy.default)
        assert isinstance(made, EmailMessage)
        made.add_attachment(picture, "image", "png", filename="skjermbilde.png")
        self._bring(made.as_bytes(policy=policy.SMTP), sender, "support@acme.example")

    def answer(self, letter: EmailMessage, text: str) -> None:
        to = letter["Reply-To"].addresses[0].addr_spec
        sender = letter["To"].addresses[0].addr_spec
        quoted = "\n".join(f"> {line}" for line in words(letter).splitlines())
        text = f"{text}\n\nOn Mon, 2 Mar 2026, Acme Support <{to}> wrote:\n{quoted}\n"
        self._bring(mail(sender, to, str(letter["Subject"]), text, answers=letter), sender, to)

    def letters(self, *wanted: tuple[str, str]) -> list[EmailMessage]:
        """Exactly these letters arrive next, (kind, recipient) each, in any order; returned in the order asked for."""
        self._sink.await_mails(self._read + len(wanted))
        new = [message_from_bytes(one.data, policy=policy.default) for one in self._sink.mails[self._read :]]
        self._read += len(new)
        by_name = {(str(one["X-Maildesk-Event"]), str(one["To"].addresses[0].addr_spec)): one for one in new}
        assert set(by_name) == set(wanted), [*by_name]
        return [by_name[name] for name in wanted]


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def play(people: Correspondence, daemon: RunningDaemon) -> None:
    people.write("kari@customer.example", "Hei! Skriveren vil ikke skrive ut. Se skjermbildet.\n", PNG)
    received, notice, _ = people.letters(
        ("received", "kari@customer.example"), ("new_ticket", "anna@acme.example"), ("new_ticket", "bob@acme.example")
    )
    # Nobody has proven that Kari wrote: not one word of hers is in the acknowledgement, in her language all the same.
    assert "Saksnummeret er #1" in words(received)
    assert "Skriveren" not in words(received) and "skrevet" not in str(received["Subject"])
    assert received["Auto-Submitted"] == "auto-replied"
    assert "Skriveren vil ikke skrive ut" in words(notice) and str(notice["Subject"]) == "Re: [#1] Får ikke skrevet ut"
    assert [(one.get_filename(), one.get_content()) for one in notice.iter_attachments()] == [("skjermbilde.png", PNG)]

    people.answer(notice, "Hei Kari,\n\nhar du prøvd å slå den av og på?\n")
    (answer,) = people.letters(("answer", "kari@customer.example"))
    assert "har du prøvd" in words(answer)
    # The agent's quote of our notice stays inside, and so does his signed address.
    assert "Requester" not in words(answer) and "+t1-" not in words(answer).replace(str(answer["Reply-To"]), "")
    assert str(answer["Subject"]) == "Re: Får ikke skrevet ut" and answer["Auto-Submitted"] is None
    assert str(answer["From"]) == "Anna hos Acme Support <support@acme.example>"

    people.answer(answer, "Ja, men det hjalp ikke.")
    (again,) = people.letters(("customer_answer", "anna@acme.example"))
    people.answer(again, "#close\nVi har byttet kabelen.")
    closed, _ = people.letters(("closed", "kari@customer.example"), ("receipt", "anna@acme.example"))
    assert "Vi har byttet kabelen." in words(closed) and "1 = svært dårlig" in words(closed)

    people.answer(closed, "4")
    wait_until(lambda: ticket(daemon)["rating"] == 4, "the rating", said=lambda: daemon.log)
    show = ticket(daemon)
    assert (show["status"], show["agent"], show["language"]) == ("closed", "anna@acme.example", "nb")
    assert show["resolution"] == "Vi har byttet kabelen." and show["first_response_at"] and show["closed_at"]
    assert [one["direction"] for one in show["messages"]] == ["in", "out", "in", "out"]


def ticket(daemon: RunningDaemon) -> dict[str, Any]:
    told = daemon.ask("ticket", "show", "1", "--json")
    assert told.returncode == 0, told.stderr
    shown: dict[str, Any] = json.loads(told.stdout)
    return shown


def test_a_ticket_by_postfix_and_lmtp(postfix: PostfixMaker, sink: Sink, tmp_path: Path) -> None:
    with running(RunningDaemon(tmp_path, sink.port)) as daemon:
        server = postfix(lmtp_port=daemon.port, relay_port=sink.port, domain="acme.example")

        def bring(raw: bytes, sender: str, to: str) -> None:
            with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example") as client:
                client.sendmail(sender, [to], raw)

        play(Correspondence(bring, sink), daemon)
        server.await_empty()
        assert daemon.stop() == 0


def test_a_ticket_by_dovecot_and_imap(dovecot: Dovecot, sink: Sink, tmp_path: Path) -> None:
    user = dovecot.user()

    def bring(raw: bytes, _sender: str, _to: str) -> None:
        dovecot.append(user, raw)

    def all_moved() -> bool:
        return not dovecot.mails(user) and len(dovecot.mails(user, "Maildesk")) == 5

    with running(RunningDaemon(tmp_path, sink.port, more=mailbox(dovecot.port, user))) as daemon:
        play(Correspondence(bring, sink), daemon)
        wait_until(all_moved, "all mails are moved", said=lambda: daemon.log)
        assert daemon.stop() == 0
