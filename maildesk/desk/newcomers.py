"""Who of those a mail names besides us could get our answers? It asks nobody, and takes nobody in
(desk/participants.py).

Machines and lists never: an answer to them loops, or reaches people nobody meant (threats 2.3, 3.3).
"""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Final

from maildesk.mail import Address
from maildesk.notify.headers import can_be_reached, wire_address

#: Of one mail, and of one ticket with its requester: more is a mailing.
MOST_NAMED: Final = 10
MOST_ON_A_TICKET: Final = 20

_MACHINE: Final = re.compile(
    r"(?:no|do-?not|donot|never|dont)[-_.]?(?:reply|answer|respond|svar).*|(?:ikke|ingen)[-_.]?svar.*"
    r"|auto[-_.]?(?:reply|responder|answer|mailer).*|(?:bounces?|notifications?|alerts?|newsletters?)(?:[-_+.=].*)?"
    r"|(?:mailer-daemon|postmaster|hostmaster|abuse|root|daemon|nobody|cron|www-data|noc)(?:[-_+.].*)?"
)
_LIST: Final = re.compile(
    r"(?:listserv|majordomo|mailman|sympa|ezmlm|listproc|list|lists|all|everyone|everybody|alle|staff)(?:[-_+.].*)?"
    r"|(?:owner|request)-.*|.*-(?:request|bounces?|owner|errors|list|l|all|subscribe|unsubscribe|announce)"
)
_LIST_DOMAIN: Final = re.compile(r"(?:lists?|listserv|groups|mailman)\..*|(?:.*\.)?(?:googlegroups\.com|groups\.io)")


def newcomers(named: Iterable[Address], known: Collection[str], is_ours: Callable[[str], bool]) -> list[Address]:
    """Those who could be taken in, at most MOST_NAMED, each once, in the form in which addresses are stored.

    `known` are the addresses on the ticket and the writer's own, in lower case.
    """
    found: dict[str, Address] = {}
    for one in named:
        address = stored_form(one.address)
        if address and address not in known and not why_never(address, is_ours):
            found.setdefault(address, Address(one.name, address))
    return list(found.values())[:MOST_NAMED]


def stored_form(address: str) -> str:
    """Lower case, the domain in A-labels, so that a look-alike is somebody else; empty for what is no address."""
    try:
        return wire_address(address.strip()).lower()
    except ValueError:
        return ""


def why_never(address: str, is_ours: Callable[[str], bool]) -> str:
    """Why this address (in its stored form) can never stand on a ticket; empty where it can."""
    local, _, domain = address.rpartition("@")
    if not can_be_reached(address):
        return "no letter can go there"
    if is_ours(address):
        return "it is one of our own"
    if _MACHINE.fullmatch(local):
        return "nobody reads mail there"
    if _LIST.fullmatch(local) or _LIST_DOMAIN.fullmatch(domain):
        return "it is a mailing list"
    return ""
