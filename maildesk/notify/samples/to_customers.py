"""Sample letters to the people outside."""

from datetime import datetime
from html import escape
from typing import Final

from maildesk.mail import Address
from maildesk.notify.compose import Listed
from maildesk.notify.context import Quoted
from maildesk.notify.samples.people import OSLO, Local
from maildesk.notify.samples.sample import FROM_DESK, WRITTEN, Sample
from maildesk.vocabulary import NoticeKind as K
from maildesk.vocabulary import Withheld

#: Words that have no HTML of their own.
PLAIN: Final = {"html": "", "coloured": False, "signature": ""}
_NAMED_BY = "billing@elsewhere.example"
_LARGE = Listed("trace.pcapng", 48_300_000, Withheld.TOO_LARGE)


def to_customers(local: Local) -> list[Sample]:
    """Acknowledgement, answer, closure."""
    return [*_received(local), *_answers(local), *_closed(local)]


def _received(local: Local) -> list[Sample]:
    subject = f"Re: {local.title}"
    facts = {
        "verified": True,
        "name": local.name,
        "words": local.words,
        "promise": datetime(2024, 3, 6, 16, 0, tzinfo=OSLO),
        "left_out": (),
        "unlisted": 0,
        **FROM_DESK,
    }
    neutral = {**facts, "verified": False}
    large = {"left_out": (_LARGE,)}
    return [
        Sample("received", K.RECEIVED, subject, facts),
        Sample("received-no-promise", K.RECEIVED, subject, {**facts, "promise": None, "name": ""}),
        Sample("received-neutral", K.RECEIVED, "", neutral),
        Sample("received-large-files", K.RECEIVED, subject, {**facts, **large, "unlisted": 12}),
        Sample("received-neutral-large-files", K.RECEIVED, "", {**neutral, **large}),
    ]


def _answers(local: Local) -> list[Sample]:
    subject = f"Re: {local.title}"
    short = {"words": "Ok!", **PLAIN, "attachments": (), "included_by": "", "history": (), **FROM_DESK}
    files = (_LARGE, Listed("guide.pdf", 180_000))
    theirs = (Quoted(Address(local.name, local.address), WRITTEN, True, local.words),)
    return [
        Sample("answer", K.ANSWER, subject, {**short, "words": local.answer, "attachments": files, "history": theirs}),
        Sample("answer-as-written", K.ANSWER, subject, {**short, **_as_written(local), "history": theirs}),
        Sample(
            "answer-coloured",
            K.ANSWER,
            subject,
            {**short, **_as_written(local, '<b style="color:#aa1111">'), "coloured": True},
        ),
        Sample("answer-short", K.ANSWER, subject, short),
        Sample("answer-first", K.ANSWER, subject, {**short, "included_by": _NAMED_BY}),
    ]


def _as_written(local: Local, bold: str = "<b>") -> dict[str, object]:
    """The same words twice: as text, and as their author set them."""
    lines = [line.strip() for line in local.answer.split("\n") if line.strip()]
    picture = (
        '<img src="cid:picture-1@maildesk.invalid" alt="screen.png" width="300" style="max-width:100%;height:auto">'
    )
    html = "".join(f"<div>{escape(line)}</div>" for line in lines).replace("IKEv2", f"{bold}IKEv2</b>")
    link = '<a href="https://acme.example/guide" rel="noopener noreferrer nofollow">acme.example/guide</a>'
    signature = "Anna Berg\nAcme Support"
    return {
        "words": f"{local.answer}\nacme.example/guide",
        "html": f"{html}<div>{link}</div><p>{picture}</p>",
        "signature": signature,
    }


def _closed(local: Local) -> list[Sample]:
    subject = f"Re: {local.title}"
    facts = {
        "name": local.name,
        "solution": local.solution,
        **PLAIN,
        "signature": "Acme Support\nTel. 22 33 44 55",
        "rate_addresses": tuple(f"support+r1042-p7-{score}-k3f9k3f9k3f9k3f9@acme.example" for score in range(1, 6)),
        "reopen_until": datetime(2024, 4, 4, 9, 4, tzinfo=OSLO),
        "cause": "",
        "included_by": "",
        **FROM_DESK,
    }
    plain = {**facts, "solution": "", "signature": "", "rate_addresses": (), "name": "", "included_by": _NAMED_BY}
    return [
        Sample("closed", K.CLOSED, subject, facts),
        Sample("closed-cause", K.CLOSED, subject, {**facts, "cause": local.cause}),
        Sample("closed-plain", K.CLOSED, subject, plain),
    ]
