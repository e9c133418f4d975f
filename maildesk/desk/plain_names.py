"""Takes our signed addresses out of the names in a mail: of people, of those a forwarded mail names, and of files.

Names are shown to others, and stay with a person for good (threats T6); the words of a mail are cleaned where they are
taken in (case.Case.clean).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from maildesk.config import Settings
from maildesk.mail import Address, Forward, Mail
from maildesk.tokens import without_tags


def with_plain_names(mail: Mail, settings: Settings) -> Mail:
    """The mail itself, where no name of it has a signed address, as of nearly all."""

    def clean(text: str) -> str:
        return without_tags(text, settings.own_addresses, settings.desk.subaddress)

    together = "\n".join(_names(mail))
    if clean(together) == together:
        return mail
    return replace(
        mail,
        from_=_plain(mail.from_, clean),
        to=_plain(mail.to, clean),
        cc=_plain(mail.cc, clean),
        reply_to=_plain(mail.reply_to, clean),
        attachments=tuple(replace(part, filename=clean(part.filename)) for part in mail.attachments),
        forward=mail.forward and _plain_forward(mail.forward, clean),
    )


def _names(mail: Mail) -> Iterator[str]:
    people = [*mail.from_, *mail.to, *mail.cc, *mail.reply_to]
    if mail.forward is not None:
        people += [*_sender(mail.forward), *mail.forward.to, *mail.forward.cc]
    yield from (one.name for one in people)
    yield from (part.filename for part in mail.attachments)


def _plain(people: tuple[Address, ...], clean: Callable[[str], str]) -> tuple[Address, ...]:
    return tuple(Address(clean(one.name), one.address) for one in people)


def _plain_forward(forward: Forward, clean: Callable[[str], str]) -> Forward:
    sender = next(iter(_plain(_sender(forward), clean)), None)
    return replace(forward, sender=sender, to=_plain(forward.to, clean), cc=_plain(forward.cc, clean))


def _sender(forward: Forward) -> tuple[Address, ...]:
    return (forward.sender,) if forward.sender else ()
