"""One believable letter of every kind and variant, in every language: for `maildesk preview`, for the check of an
operator's templates, for tests and for the pictures of the letters. Nobody in them exists (RFC 2606).

New kinds belong into `to_customers`, `to_agents` or `about_the_desk`, or into a new module beside them, added to
`samples`.
"""

import re
from datetime import UTC, datetime
from typing import Final

from maildesk.mail import Address
from maildesk.notify.compose import Enclosure, Files, Notice
from maildesk.notify.samples.about_the_desk import about_the_desk
from maildesk.notify.samples.by_mail import by_mail
from maildesk.notify.samples.deadlines import of_the_clocks
from maildesk.notify.samples.digests import digests
from maildesk.notify.samples.people import DESK, LOCAL
from maildesk.notify.samples.picture import picture
from maildesk.notify.samples.ratings import about_ratings
from maildesk.notify.samples.sample import Sample
from maildesk.notify.samples.to_agents import to_agents
from maildesk.notify.samples.to_customers import to_customers
from maildesk.vocabulary import NoticeKind as K

__all__ = ["LANGUAGES", "Sample", "notice_of", "samples"]

LANGUAGES: Final = tuple(LOCAL)
#: Pictures that a letter shows, by their Content-IDs.
_SHOWN: Final = re.compile(r"(?:preview|picture)-[0-9]+@maildesk\.invalid")
_LOOP: Final = "6f0c2f7e-7a5b-4c0f-9d53-0d8a1f6b2c11"


def samples(language: str) -> list[Sample]:
    """Every kind, in all the forms that differ."""
    local = LOCAL[language]
    return [
        *to_customers(local),
        *to_agents(local, language),
        *about_the_desk(local),
        *digests(local),
        *of_the_clocks(local),
        *by_mail(local),
        *about_ratings(local, language),
    ]


def notice_of(sample: Sample, language: str, enclosures: tuple[Enclosure, ...] = ()) -> Notice:
    """The sample as the desk would hand it over."""
    local = LOCAL[language]
    shown = sorted(set(_SHOWN.findall(str(sample.facts))))
    return Notice(
        kind=sample.kind,
        effect_key=f"{sample.name}:1042:7",
        to=Address(local.name, local.address),
        language=language,
        sender_name="Acme Support",
        sender_address=DESK,
        reply_to="support+t1042-p7-k3f9k3f9k3f9k3f9@acme.example",
        envelope_from=DESK,
        subject=sample.subject,
        message_id=f"md.1042.{sample.name.encode().hex()}@acme.example",
        in_reply_to="CAF+theirs@mail.customer.example",
        references=("md.1042.root@acme.example", "CAF+theirs@mail.customer.example"),
        auto_submitted="" if sample.kind in (K.ANSWER, K.CLOSED) else "auto-replied",
        loop_id=_LOOP,
        ticket=1042 if sample.ticket else None,
        date=datetime(2024, 3, 5, 9, 5, tzinfo=UTC),
        facts=sample.facts,
        files=Files(enclosures, pictures=tuple(map(_shown, shown))),
    )


def _shown(content_id: str) -> Enclosure:
    return Enclosure("screen.png", "image/png", picture(), inline=True, content_id=content_id)
