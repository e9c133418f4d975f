"""Who really wrote this mail? Gathers the signals of threats 3.1: what our own mail server or maildesk itself found
(S1), the signed address it came to (S2), the letter it answers (S3). What they are worth is decided in trust.py.
"""

import logging

from sqlalchemy.orm import Session

from maildesk.config import Settings
from maildesk.desk import find
from maildesk.desk.match import Place
from maildesk.desk.speaker.authentication import Authentication, Verdict, agreed, authenticate, authenticate_ourselves
from maildesk.desk.trust import Signals
from maildesk.mail import Delivery, Mail
from maildesk.model import Person
from maildesk.reason import because

log = logging.getLogger(__name__)

#: Mail of this source comes from the world where auth.mx says so.
_WORLD = "smtp"


def authentication_of(session: Session, settings: Settings, delivery: Delivery, mail: Mail) -> Authentication:
    """S1 for the From of a mail; unknown where it is not one clean address."""
    if mail.identity is None:
        return Authentication(Verdict.UNKNOWN, because("no_clean_address"))
    auth, domain = settings.auth, mail.identity.rpartition("@")[2]
    ours = _for_the_first_time(session, delivery, mail, authenticate_ourselves(domain, delivery.proof))
    if auth.mx and delivery.source == _WORLD:
        # Nobody was there before us to take out what the sender wrote himself.
        return ours
    trusted = frozenset(name.lower() for name in auth.trusted_authserv_ids)
    border = authenticate(domain, mail.authentication_results, trusted, auth.received_above)
    return agreed(border, ours) if delivery.proof else border


def signals_of(delivery: Delivery, place: Place, writer: Person | None, found: Authentication, agent: bool) -> Signals:
    """All that speaks for the writer. A genuine address of somebody else is written down where an agent is claimed."""
    known = writer.id if writer else None
    token = place.tag is not None and place.tag.person == known
    strange = place.tag is not None and not token
    if strange and agent:
        log.warning("inbound=%d security=strange_token person=%s ticket=%s", delivery.inbound_id, known, place.ticket)
    return Signals(found, token, known is not None and place.addressed == known, strange)


def _for_the_first_time(session: Session, delivery: Delivery, mail: Mail, ours: Authentication) -> Authentication:
    """A signature proves once: the same signed Message-ID under other bytes is a replay (threats T18)."""
    if ours.verdict is not Verdict.PASS or "dkim=pass" not in delivery.proof:
        return ours
    if find.proven_before(session, mail.message_id, delivery.inbound_id):
        return Authentication(Verdict.UNKNOWN, because("replay"))
    return ours
