"""Does a mail answer a digest, or another letter of ours about no single ticket? Its address says whose it was."""

from datetime import timedelta
from typing import Final

from maildesk.desk.case import Case
from maildesk.tokens import Tag, TagKind, is_genuine, read_tag

#: The address gives orders for so long; after that it is only an address.
VALID: Final = timedelta(days=35)


def answers_signed_letter(case: Case) -> bool:
    """Was it sent to the signed address of one of his own letters, not too long ago?"""
    desk, own = case.settings.desk, case.settings.own_addresses
    addresses = (*case.delivery.recipients, *case.mail.delivered_to, *(one.address for one in case.mail.to))
    tags = [tag for address in addresses if (tag := read_tag(address, own, desk.subaddress))]
    return any(_is_his(case, tag) for tag in tags if tag.kind is TagKind.DIGEST)


def _is_his(case: Case, tag: Tag) -> bool:
    today = case.now.date().toordinal()
    domain = case.settings.desk.address.rpartition("@")[2].lower()
    fresh = today - VALID.days <= tag.ticket <= today + 1
    his = case.writer is not None and case.writer.id == tag.person
    return fresh and his and is_genuine(tag, case.secrets, domain, 0)
