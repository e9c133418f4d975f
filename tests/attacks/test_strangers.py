"""Attacks that never worked: forged agents do nothing, strangers join nothing and learn nothing."""

import re
from collections.abc import Callable

import pytest

from maildesk.tokens import TagKind
from tests.attacked import ANNA, BOB, DESK, KARI, MALLORY, Attacked, everything
from tests.attacks.forged import PASS, about, close, outside, recipient_of
from tests.desk import mail, opened, text_of

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
