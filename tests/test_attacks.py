"""What people try by mail, and what must come of it: forged agents do nothing, strangers join nothing, nothing leaks.

Tables first: attacks that never worked. Below them one test for each that once did, named after what it attacked.
"""

import re
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.desk.held.holding import MOST_HELD_FOR_ONE
from maildesk.mail import Letter
from maildesk.model import Person
from maildesk.tokens import TagKind
from tests.attacked import ANNA, BOB, DESK, KARI, MALLORY, UWE, Attacked, everything
from tests.desk import SETTINGS, answer, mail, opened, text_of

PASS = "mx.acme.example; dmarc=pass header.from=acme.example"
NOTES = SETTINGS.replace('name = "Anna"', 'name = "Anna"\nreply_default = "note"')


def outside(letters: list[Letter]) -> list[str]:
    return [f"{one.kind} to {one.recipient}" for one in letters if one.recipient in (KARI, UWE)]


def recipient_of(raw: bytes) -> str:
    """Of the envelope: the last address of To."""
    found = re.findall(rb"[\w.+-]+@[\w.]+", next(line for line in raw.split(b"\r\n") if line.startswith(b"To: ")))
    return str(found[-1].decode())


@pytest.fixture
def world(tmp_path: Path) -> Attacked:
    return Attacked(tmp_path)


def close(sender: str, to: str = DESK, subject: str = "Re: [#1] Salary list", **headers: str) -> bytes:
    """A mail that would end ticket 1 with a lie, had it an agent's power."""
    plain = {name.replace("_", "-"): value for name, value in headers.items()}
    return mail(sender, to, subject, "#close\nYour account was deleted.\n", headers=plain)


FORGED: dict[str, Callable[[Attacked], bytes]] = {
    "nothing but From": lambda w: close(ANNA),
    "an alias in capitals": lambda w: close("ANNA.BERG@ACME.EXAMPLE"),
    "results of another server": lambda w: close(ANNA, Authentication_Results=PASS.replace("mx.acme", "mx.evil")),
    "results that only begin like ours": lambda w: close(
        ANNA, Authentication_Results="mx.acme.example.evil; dmarc=pass"
    ),
    "results for another domain": lambda w: close(ANNA, Authentication_Results=PASS.replace("=acme", "=evil")),
    "spf alone": lambda w: close(ANNA, Authentication_Results="mx.acme.example; spf=pass smtp.mailfrom=acme.example"),
    "results in a comment": lambda w: close(ANNA, Authentication_Results=f"mx.acme.example; none ({PASS})"),
    "results below a Received field": lambda w: b"Received: by mx\r\n" + close(ANNA, Authentication_Results=PASS),
    "failed results above good ones": lambda w: (
        b"Authentication-Results: mx.acme.example; dmarc=fail header.from=acme.example\r\n"
        + close(ANNA, Authentication_Results=PASS)
    ),
    "her letter's id": lambda w: close(ANNA, In_Reply_To=opened(w.letter("new_ticket", ANNA))["Message-ID"]),
    "the customer's id": lambda w: close(ANNA, In_Reply_To=opened(w.letter("received", KARI))["Message-ID"]),
    "the customer's tag": lambda w: close(ANNA, w.tag(TagKind.REPLY, 1, KARI)),
    "the tag of a colleague": lambda w: close(ANNA, w.tag(TagKind.REPLY, 1, BOB)),
    "half a signature": lambda w: close(ANNA, w.tag(TagKind.REPLY, 1, ANNA).replace("@", "")[:24] + "@acme.example"),
    "a tag for another ticket's number": lambda w: close(ANNA, w.tag(TagKind.REPLY, 2, ANNA).replace("+t2", "+t1")),
    "a note tag made a reply tag": lambda w: close(ANNA, w.tag(TagKind.NOTE, 1, ANNA).replace("+n", "+t")),
    "her tag, but her domain says no": lambda w: close(
        ANNA, w.tag(TagKind.REPLY, 1, ANNA), Authentication_Results=PASS.replace("pass", "fail")
    ),
    "her tag in a display name": lambda w: close(ANNA, f'"{w.tag(TagKind.REPLY, 1, ANNA)}" <{DESK}>'),
    "our own address": lambda w: close(DESK),
    "our own address with a tag, in capitals": lambda w: close(w.tag(TagKind.REPLY, 1, ANNA).upper()),
    "a queue of ours": lambda w: close("network@acme.example"),
    "our own fields": lambda w: close(ANNA, X_Maildesk_Ticket="1", X_Maildesk_Event="answer"),
    "our loop mark": lambda w: close(ANNA, X_Maildesk_Loop=w.desk.post.loop_id),
}
SOMEBODY_ELSE = {
    "two mailboxes": b"anna@acme.example, mallory@evil.example",
    "two angles": b"<anna@acme.example> <mallory@evil.example>",
    "an agent's name": b'"Anna" <mallory@evil.example>',
    "an agent's address as the name": b'"anna@acme.example" <mallory@evil.example>',
    "an encoded address": b"=?utf-8?q?anna=40acme.example?= <mallory@evil.example>",
    "a comment": b"mallory@evil.example (anna@acme.example)",
    "a group": b"anna@acme.example: mallory@evil.example;",
    "a look-alike": "аnna@acme.example".encode(),
    "a look-alike domain": "anna@аcme.example".encode(),
    "a full-width at": "anna\uff20acme.example".encode(),
    "a dot at the end": b"anna@acme.example.",
    "a NUL": b"anna@acme.example\x00.evil.example",
    "a percent": b"anna%acme.example@evil.example",
    "a second From": b"mallory@evil.example\r\nFrom: anna@acme.example",
    "Sender": b"mallory@evil.example\r\nSender: anna@acme.example",
    "Reply-To": b"mallory@evil.example\r\nReply-To: anna@acme.example",
    "Resent-From": b"mallory@evil.example\r\nResent-From: anna@acme.example",
    "an injected result": b"mallory@evil.example\r\nAuthentication-Results: " + PASS.encode(),
}


@pytest.mark.parametrize("attack", FORGED)
def test_a_forged_agent_does_nothing(world: Attacked, attack: str) -> None:
    raw = FORGED[attack](world)
    letters = world.send(raw, recipient_of(raw))
    assert world.fate == "held", world.desk.inbound(world.row).reason
    # In an agent's name: one question, to the agent alone. In our own: nobody is told before the day's letter.
    assert world.untouched() and [(one.kind, one.recipient) for one in letters] in ([("confirm", ANNA)], [])


@pytest.mark.parametrize("attack", SOMEBODY_ELSE)
def test_what_only_looks_like_an_agent_is_a_stranger(world: Attacked, attack: str) -> None:
    raw = close(ANNA).replace(b"From: anna@acme.example", b"From: " + SOMEBODY_ELSE[attack], 1)
    letters = world.send(raw)
    assert world.fate in ("new", "held") and world.untouched() and not outside(letters)


def about(subject: str = "Hello", to: str = DESK, text: str = "Send it to me.\n", **headers: str) -> bytes:
    return mail(MALLORY, to, subject, text, headers={name.replace("_", "-"): one for name, one in headers.items()})


#: (what is claimed, what is written down on the ticket: the holder of a forwarded tag may speak, to agents alone)
STRANGERS: dict[str, tuple[Callable[[Attacked], bytes], str]] = {
    "the number": (lambda w: about("Re: [#1] Salary list"), ""),
    "many numbers": (lambda w: about(" ".join(f"[#{number}]" for number in range(1, 100))), ""),
    "full-width digits": (lambda w: about("[#１]"), ""),
    "a guessed id": (lambda w: about(In_Reply_To="<md.1.000000000000000000000000@acme.example>"), ""),
    "a wildcard": (lambda w: about(In_Reply_To="<md.1.%@acme.example>", References="<%> <_> <*>"), ""),
    "the customer's own id": (lambda w: about(In_Reply_To=opened(w.letter("received", KARI))["In-Reply-To"]), ""),
    "a thread of 300 ids": (
        lambda w: about(References=" ".join(f"<{number}@x.example>" for number in range(300))),
        "",
    ),
    "a wrong signature": (
        lambda w: about(to=re.sub("-[a-z2-7]{16}@", f"-{'a' * 16}@", w.tag(TagKind.REPLY, 1, KARI))),
        "",
    ),
    "no signature": (lambda w: about(to="support+t1@acme.example"), ""),
    "a tag of another desk": (lambda w: about(to=w.tag(TagKind.REPLY, 1, KARI).replace("acme", "evil")), ""),
    "SQL": (lambda w: about("[#1]' OR 1=1 --", In_Reply_To="<' OR '1'='1@x>"), ""),
    "a letter's id": (
        lambda w: about(In_Reply_To=opened(w.letter("received", KARI))["Message-ID"]),
        "third_person_wrote",
    ),
    "a forwarded tag": (
        lambda w: about(to=w.tag(TagKind.REPLY, 1, KARI), Cc="mallory2@evil.example"),
        "customer_answered",
    ),
    "an agent's tag": (lambda w: about(to=w.tag(TagKind.REPLY, 1, ANNA), text="#close\nDone.\n"), "third_person_wrote"),
}


@pytest.mark.parametrize("attack", STRANGERS)
def test_a_stranger_joins_nothing_and_learns_nothing(world: Attacked, attack: str) -> None:
    make, heard = STRANGERS[attack]
    raw = make(world)
    letters = world.send(raw, recipient_of(raw))
    assert not outside(letters) and world.desk.ticket(1).status == "new"
    assert world.people_of(1) == {KARI}
    assert world.untouched() if not heard else world.desk.events()[-1] == heard
    # And whatever he did, the next answer goes to her alone, without his words.
    answered = world.answers("customer_answer" if heard else "new_ticket", ANNA, "It is mended.\n")
    assert [(one.kind, one.recipient) for one in answered] == [("answer", KARI)]
    assert "Send it to me" not in everything(answered[0])


def test_numbers_cannot_be_scanned(world: Attacked) -> None:
    """A number that exists and one that does not are answered alike (threats T8)."""
    heard = []
    for ticket, number, sender in ((3, 1, "a@evil.example"), (4, 99, "b@evil.example")):
        world.send(mail(sender, subject=f"Re: [#{number}] Salary list", text="Any news?\n"), sender=sender)
        letter = world.letter("received", sender, ticket)
        heard.append(re.sub(r"#\d+", "#", text_of(letter) + str(opened(letter)["Subject"])))
    assert heard[0] == heard[1]


def test_one_who_uses_the_id_of_our_letter_takes_nobody_in(world: Attacked) -> None:
    theirs = opened(world.letter("received", KARI))["Message-ID"]
    world.send(mail(MALLORY, subject="Mine", message_id=theirs))
    assert world.fate == "new" and world.untouched()
    raw = mail(KARI, subject="More", headers={"In-Reply-To": theirs})
    world.send(raw, sender=KARI)
    assert (world.fate, world.desk.inbound(world.row).ticket_id) == ("reply", 1)


ODD_WORDS = {
    "Bcc": "Hi=0D=0ABcc:_victim=40bystander.example",
    "a bare CR": "Hi=0DBcc:_x=40y.example",
    "a line separator": "Hi=E2=80=A8Bcc:_x=40y.example",
    "a next line": "Hi=C2=85Bcc:_x=40y.example",
    "a vertical tab": "Hi=0BBcc:_x=40y.example",
    "a body": "Hi=0D=0A=0D=0A<script>alert(1)</script>",
    "a template": "=7B=7B7*7=7D=7D=7B=25_for_x_in_y_=25=7D=24=7B7*7=7D=25(x)s=7B0.=5F=5Fclass=5F=5F=7D",
    "markup": "=3Cimg_src=3Dx_onerror=3Dalert(1)=3E",
    "a very long line": "a" * 5000,
    "right to left": "=E2=80=AEelif.exe",
}


@pytest.mark.parametrize("words", ODD_WORDS)
def test_words_stay_words(world: Attacked, words: str) -> None:
    """In a subject, a name and the name of a file (threats T25, T40, T46)."""
    word = f"=?utf-8?q?{ODD_WORDS[words]}?=".encode()
    raw = (
        b"From: " + word + b" <lisa@customer.example>\r\nTo: support@acme.example\r\nSubject: " + word + b"\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHelp {{ 7*7 }} me.\r\n'
        b'--b\r\nContent-Type: application/x-thing\r\nContent-Disposition: attachment; filename="' + word + b'"\r\n\r\n'
        b"data\r\n--b--\r\n"
    )
    letters = world.send(raw, sender="lisa@customer.example")
    letters += world.answers("new_ticket", ANNA, "{{ 7*7 }} {% raw %} %s ${x}\n", 3)
    assert {one.recipient for one in letters} == {ANNA, BOB, "lisa@customer.example"}
    for letter in letters:
        html = opened(letter).get_body(("html",))
        assert html is not None
        assert not re.search(r"<script|<img src=x|\b49\b", str(html.get_content()))
        assert not re.search(r"\b49\b", text_of(letter))
        for part in opened(letter).iter_attachments():
            assert re.fullmatch(r"[^\x00-\x1f/\\<>\u202e]{1,120}", part.get_filename() or "")


HIDDEN = {
    "in a quote": "Thanks.\n> #close\n> #assign mallory\n",
    "in an older mail": "Thanks.\n\nOn Mon, 2 Mar 2026 at 09:00, Kari <kari@customer.example> wrote:\n#close\n",
    "in a signature": "Thanks.\n\n-- \n#close\n",
    "deep in the text": "Please #close it.\nThat is\nmeant\n#close\n",
}
#: Below a greeting: no command, and no word for the customer either.
TOO_LATE = {
    "behind a sentence": "Please #close it.\n#close\n",
    "with an invisible character": "\u200bThanks\n#close\n",
}


@pytest.mark.parametrize("where", HIDDEN)
def test_a_command_counts_only_where_it_leads(world: Attacked, where: str) -> None:
    world.answers("new_ticket", ANNA, HIDDEN[where])
    assert (world.desk.ticket().status, world.fate) == ("pending", "reply")


@pytest.mark.parametrize("where", TOO_LATE)
def test_a_command_below_a_greeting_does_nothing(world: Attacked, where: str) -> None:
    letters = world.answers("new_ticket", ANNA, TOO_LATE[where])
    assert [(one.kind, one.recipient) for one in letters] == [("not_understood", ANNA)]
    assert world.desk.ticket().status == "new"


def test_a_command_in_a_file_or_in_quoted_html_is_none(world: Attacked) -> None:
    letter = world.letter("new_ticket", ANNA)
    for made in (_with_file(b"#close\n", "text", "plain", "list.txt"), _html("Ok.<blockquote>#close</blockquote>")):
        made["To"] = opened(letter)["Reply-To"]
        world.send(made.as_bytes(), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
        assert (world.desk.ticket().status, world.fate) == ("pending", "reply")


def test_a_customer_has_no_commands(world: Attacked) -> None:
    letters = world.answers("received", KARI, "#close\n#assign mallory\n")
    assert world.desk.ticket().status == "new" and {one.recipient for one in letters} == {ANNA, BOB}


#: Internal words on every way they can come, and with what they come.
INTERNAL = {
    "#note": ("#note\nShe is a liar.\n", TagKind.REPLY),
    "#note on one line": ("#note She is a liar.\n", TagKind.REPLY),
    "the note address": ("She is a liar.\n", TagKind.NOTE),
    "#note and #close": ("#note\n#close\nShe is a liar.\n", TagKind.REPLY),
    "the note address and #close": ("#close\nShe is a liar.\n", TagKind.NOTE),
    "#note and a mistake": ("#note\n#clsoe\nShe is a liar.\n", TagKind.REPLY),
    "#help": ("#help\nShe is a liar.\n", TagKind.REPLY),
}


@pytest.mark.parametrize("way", INTERNAL)
def test_internal_words_stay_inside(world: Attacked, way: str) -> None:
    text, kind = INTERNAL[way]
    address = world.tag(kind, 1, ANNA)
    made = _with_file(b"liar.png bytes", "image", "png", "liar.png", text)
    made["To"] = address
    world.send(made.as_bytes(), address, sender=ANNA)
    world.send(close(ANNA, world.tag(TagKind.REPLY, 1, ANNA)), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
    assert not [one for one in world.seen if one.recipient == KARI and "liar" in everything(one)]


def test_who_writes_notes_by_default_leaks_nothing(tmp_path: Path) -> None:
    world = Attacked(tmp_path, NOTES)
    for text in ("She is a liar.\n", "#close She is a liar.\n", "#solve\nShe is a liar.\n"):
        world.answers("new_ticket", ANNA, text)
    assert not [one for one in world.seen if one.recipient == KARI and "liar" in everything(one)]


#: Names that are shown to others, and that stay.
NAMED: dict[str, Callable[[str], str]] = {
    "a person's": lambda tag: f'From: "{tag}" <{KARI}>\r\nCc: "Lars {tag}" <lars@customer.example>',
    "a person's, without its domain": lambda tag: f'From: "{tag.partition("@")[0]}" <{KARI}>',
    "an encoded one": lambda tag: f"From: =?utf-8?q?{tag.replace('+', '=2B').replace('@', '=40')}?= <{KARI}>",
}


@pytest.mark.parametrize("whose", NAMED)
def test_a_signed_address_in_a_name_does_not_travel(world: Attacked, whose: str) -> None:
    """Threats T6: the world's judge looks into every letter. A file's name is one, too."""
    tag = world.tag(TagKind.REPLY, 1, KARI)
    made = _with_file(b"scan", "image", "png", f"{tag}.png", "More.\n")
    del made["From"]
    letters = world.send(f"{NAMED[whose](tag)}\r\n".encode() + made.as_bytes(policy=policy.SMTP), tag, sender=KARI)
    assert world.fate == "reply" and {one.kind for one in letters} == {"customer_answer"}
    world.answers("customer_answer", ANNA, "Seen.\n")
    world.send(mail(KARI, subject="New", text="New.\n", proven=True), sender=KARI)
    assert any("Seen." in everything(one) for one in world.seen if one.recipient == KARI)


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        (MALLORY, lambda w: w.tag(TagKind.RATE, 2, UWE, 1)),  # another ticket's button
        (ANNA, lambda w: w.tag(TagKind.RATE, 1, KARI, 5)),
        (ANNA, lambda w: w.tag(TagKind.RATE, 1, ANNA, 5)),
        (MALLORY, lambda w: w.tag(TagKind.RATE, 1, KARI, 1).replace("-1-", "-5-")),
        (MALLORY, lambda w: w.tag(TagKind.RATE, 1, BOB, 1)),
        (MALLORY, lambda w: opened(w.letter("closed", KARI))["Message-ID"]),
    ],
)
def test_nobody_else_rates(world: Attacked, sender: str, address: Callable[[Attacked], str]) -> None:
    world.answers("new_ticket", ANNA, "#close\nDone.\n")
    to = address(world)
    headers = {"In-Reply-To": to} if to.startswith("<") else {}
    to = DESK if headers else to
    world.send(mail(sender, to, "Re: Salary list", "1\n", headers=headers), to, sender=sender)
    assert [ticket.rating for ticket in world.desk.tickets()[:2]] == [None, None]
    assert world.desk.ticket().status == "closed" and world.desk.ticket(2).status == "new"


def test_a_bomb_brings_its_victim_one_letter(world: Attacked) -> None:
    for number in range(30):
        world.send(mail("victim@bystander.example", subject=f"YOU OWE US {number}", text="Pay.\n"))
    got = [one for one in world.seen if one.recipient == "victim@bystander.example"]
    assert [one.kind for one in got] == ["received"] and "OWE" not in everything(got[0])


@pytest.mark.parametrize(
    ("about", "recipient"), [("received", UWE), ("received", "victim@bystander.example"), ("", KARI)]
)
def test_a_forged_report_harms_nobody(world: Attacked, about: str, recipient: str) -> None:
    """It counts only with the id of a letter and the address that the letter went to (threats T16)."""
    name = opened(world.letter(about, KARI))["Message-ID"] if about else "<md.1.0@acme.example>"
    raw = (
        "From: MAILER-DAEMON@evil.example\r\nTo: support@acme.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nNo.\r\n--b\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {name}\r\n\r\n--b--\r\n"
    ).encode()
    assert world.send(raw, sender="") == [] and world.fate == "bounce"
    with world.desk.look() as session:
        assert session.scalars(select(Person).where(Person.undeliverable_since.is_not(None))).all() == []


# What once worked.


@pytest.mark.parametrize("program", ["marks", "marks and an attribution", "Outlook", "none", "none, wrapped"])
def test_an_answer_sent_before_anything_was_written_shows_our_notice_to_nobody(tmp_path: Path, program: str) -> None:
    world = Attacked(tmp_path)
    world.answers("new_ticket", BOB, "#take\n#note\nShe is a liar.\n")
    world.answers("new_ticket", ANNA, "#note\nI know.\n")
    notice = text_of(world.letter("note", BOB))
    quoted = "".join(f"> {line}\n" for line in notice.split("\n"))
    text = {
        "marks": quoted,
        "marks and an attribution": f"On Mon, 2 Mar 2026 at 09:00, Anna <support@acme.example> wrote:\n{quoted}",
        "Outlook": f"\n_____\nFrom: Anna\nSent: Monday, March 2, 2026 9:00\nTo: Bob\nSubject: Salary list\n\n{notice}",
        "none": f"Try again.\n\n{notice}",
        "none, wrapped": "Try again.\n\n" + notice.replace("#1 Salary list", "#1 Salary\nlist"),
    }[program]
    letters = world.answers("note", BOB, text)
    assert world.fate == "command" and [(one.kind, one.recipient) for one in letters] == [("not_understood", BOB)]
    assert world.desk.ticket().status == "open"


def test_a_notice_sent_along_as_a_file_does_not_travel(world: Attacked) -> None:
    """Some programs attach what they answer. It holds the agent's own signed addresses (threats T6)."""
    notice = opened(world.letter("new_ticket", ANNA))
    for name, data in (
        ("a.txt", text_of(world.letter("received", KARI)) + world.tag(TagKind.NOTE, 1, ANNA)),
        ("b.txt", "Fine."),
    ):
        made = _with_file(data.encode(), "text", "plain", name, "See the file.\n")
        made.add_attachment(notice, filename="original.eml")
        made["To"] = notice["Reply-To"]
        (letter,) = world.send(made.as_bytes(), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
        assert [part.get_filename() for part in opened(letter).iter_attachments()] == ["b.txt"] * (name == "b.txt")
        assert "original.eml" in text_of(letter)


def test_a_notice_saved_as_a_mere_file_does_not_travel_either(world: Attacked) -> None:
    notice = world.letter("new_ticket", ANNA)
    made = _with_file(notice.whole, "application", "octet-stream", "original.eml")
    made["To"] = opened(notice)["Reply-To"]
    (letter,) = world.send(made.as_bytes(), world.tag(TagKind.REPLY, 1, ANNA), sender=ANNA)
    assert list(opened(letter).iter_attachments()) == []


@pytest.mark.parametrize("write", [str, str.upper, lambda tag: tag.replace("+", "%2B").replace("@", "%40")])
def test_a_signed_address_in_somebodys_words_does_not_travel(world: Attacked, write: Callable[[str], str]) -> None:
    """An agent's program quotes the address he answers to; a customer's puts his into a subject (threats T6)."""
    world.answers("new_ticket", ANNA, f"Write to {write(world.tag(TagKind.REPLY, 1, ANNA))} then.\n")
    world.answers("received", KARI, f"As I wrote to {write(world.tag(TagKind.REPLY, 1, KARI))}:\n")
    world.send(mail(KARI, subject=f"{write(world.tag(TagKind.REPLY, 1, KARI))}"), sender=KARI)
    assert "write to support@acme.example then." in text_of(world.letter("answer", KARI)).lower()


@pytest.mark.parametrize("first", [TagKind.REPLY, TagKind.NOTE])
def test_what_went_to_the_note_address_too_is_a_note(world: Attacked, first: TagKind) -> None:
    addresses = sorted(
        (world.tag(kind, 1, ANNA) for kind in TagKind if kind is not TagKind.RATE), reverse=first is TagKind.REPLY
    )
    letters = world.send(mail(ANNA, ", ".join(addresses), text="She is a liar.\n"), *addresses, sender=ANNA)
    assert world.fate == "note" and not outside(letters)


def test_of_two_signed_addresses_the_writers_own_counts(world: Attacked) -> None:
    both = (world.tag(TagKind.REPLY, 2, UWE), world.tag(TagKind.REPLY, 1, KARI))
    world.send(mail(KARI, ", ".join(both), text="More.\n"), *both, sender=KARI)
    assert world.desk.inbound(world.row).ticket_id == 1


@pytest.mark.parametrize("headers", [{}, {"In-Reply-To": "own"}])
def test_a_from_line_and_a_number_are_no_rating(world: Attacked, headers: dict[str, str]) -> None:
    """Her own Message-ID is known to everybody she ever wrote to."""
    named = {"In-Reply-To": opened(world.letter("received", KARI))["In-Reply-To"]} if headers else {}
    world.answers("new_ticket", ANNA, "#close\nDone.\n")
    world.send(mail(KARI, subject="Re: [#1] Salary list", text="1\n", headers=named), sender=KARI)
    assert world.desk.ticket().rating is None


@pytest.mark.parametrize(
    "sender",
    [b"rita@custo!mer.example", b"r" * 140 + b"@x.example", b"rita@" + b"a" * 300 + b".example", b"", b"a@b@c.example"],
)
def test_an_address_no_letter_can_go_to_does_not_stop_the_agent(world: Attacked, sender: bytes) -> None:
    raw = mail("rita@customer.example").replace(b"From: rita@customer.example", b"From: " + sender, 1)
    world.send(raw)
    assert "internal" in text_of(world.letter("new_ticket", ANNA, 3))
    letters = world.answers("new_ticket", ANNA, "Hello.\n", 3)
    assert world.fate == "note"
    letters += world.answers("new_ticket", ANNA, "#close\nDone.\n", 3)
    others = {one.recipient for one in letters if one.kind != "receipt"}
    assert world.desk.ticket(3).status == "closed" and others <= {BOB}


def test_a_flood_in_an_agents_name_is_one_letter_to_her(world: Attacked) -> None:
    before = len(world.seen)
    for number in range(MOST_HELD_FOR_ONE + 10):
        world.send(close(ANNA, subject=f"Attempt {number}"))
    told = [(one.kind, one.recipient) for one in world.seen[before:]]
    states = [world.desk.inbound(world.row - at).state for at in range(MOST_HELD_FOR_ONE + 10)]
    assert told == [("confirm", ANNA)] and world.untouched()
    assert states.count("held") == MOST_HELD_FOR_ONE and states.count("dropped") == 10


def test_a_name_from_a_stranger_does_not_stay(world: Attacked) -> None:
    """Whoever writes in her name first may not choose what our letters call her."""
    raw = mail('"Pay at evil.example" <lisa@customer.example>', text="x\n")
    world.send(raw)
    world.send(mail('"Lisa" <lisa@customer.example>', text="Hello.\n", proven=True), sender="lisa@customer.example")
    assert "evil.example" not in everything(world.letter("received", "lisa@customer.example", 4))


@pytest.mark.parametrize(("proven", "kinds"), [(True, ["received"]), (False, [])])
def test_who_could_not_be_reached_is_answered_again_when_he_surely_writes(
    world: Attacked, proven: bool, kinds: list[str]
) -> None:
    with world.desk.store.begin() as session:
        session.scalars(select(Person).where(Person.address == KARI)).one().undeliverable_since = world.desk.clock.now()
    world.desk.clock.moment += (world.desk.clock.moment - world.desk.clock.moment.replace(hour=0)) * 4
    letters = world.send(mail(KARI, subject="Another matter", proven=proven), sender=KARI)
    assert [one.kind for one in letters if one.recipient == KARI] == kinds


@pytest.mark.parametrize("kind", ["disposition-notification", "feedback-report"])
def test_a_receipt_opens_no_ticket(world: Attacked, kind: str) -> None:
    raw = (
        "From: lisa@customer.example\r\nTo: support@acme.example\r\nSubject: Read: Salary list\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n--b\r\n\r\nRead.\r\n--b\r\n'
        f"Content-Type: message/{kind}\r\n\r\nFinal-Recipient: rfc822; lisa@customer.example\r\n\r\n--b--\r\n"
    ).encode()
    assert world.send(raw) == [] and world.fate == "auto" and len(world.desk.tickets()) == 2


def test_a_forged_button_brings_no_acknowledgement(world: Attacked) -> None:
    to = f"support+r1-p{world.person(KARI)}-5-{'b' * 16}@acme.example"
    letters = world.send(mail("lisa@customer.example", to, text="5\n"), to)
    assert world.fate == "new" and {one.recipient for one in letters} == {ANNA, BOB}


def test_a_name_in_an_old_charset_locks_nobody_out(world: Attacked) -> None:
    raw = mail("Jorg <jorg@customer.example>").replace(b"Jorg", b"J\xf6rg", 1)
    letters = world.send(raw, sender="jorg@customer.example")
    assert "received" in [one.kind for one in letters if one.recipient == "jorg@customer.example"]


def _with_file(data: bytes, main: str, sub: str, name: str, text: str = "See the file.\n") -> EmailMessage:
    made = _html("") if not text else EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = ANNA, "Re: Salary list", f"<{hash((data, text, name))}@x>"
    made.set_content(text)
    made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return made


def _html(body: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"] = ANNA, "Re: Salary list"
    made.set_content(f"<html><body>{body}</body></html>", subtype="html")
    return made


@pytest.mark.parametrize("words", ["More.\n", "close\n", "reopen\n", "1\n", "send\n", "#undo\n"])
def test_who_was_taken_off_is_heard_by_agents_alone(world: Attacked, words: str) -> None:
    """With the signed address of her old letter, which is as good as it was."""
    lisa = "lisa@customer.example"
    for order in (f"#cc {lisa}\nHello both.\n", f"#uncc {lisa}\n"):
        notice = world.letter("new_ticket", ANNA)
        raw, to = answer(notice, ANNA, order, proven=True)
        world.send(raw, to, sender=ANNA)
    before = (world.desk.ticket().status, world.desk.ticket().rating, world.people_of(1))
    raw, to = answer(world.letter("answer", lisa), lisa, words, proven=True, headers={"Cc": MALLORY})
    letters = world.send(raw, to, sender=lisa)
    assert world.fate == "reply" and {one.recipient for one in letters} == {ANNA}
    assert (world.desk.ticket().status, world.desk.ticket().rating, world.people_of(1)) == before
    assert before[2] == {KARI}
