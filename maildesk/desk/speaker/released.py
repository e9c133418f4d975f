"""What a person's word changes about a mail that was held: where it goes, and how far it is believed. Pure."""

from dataclasses import replace

from maildesk.desk.match import Place, Rung
from maildesk.desk.trust import Leave, Trust
from maildesk.mail import Release
from maildesk.reason import because, together
from maildesk.vocabulary import Standing


def placed(place: Place, release: Release | None) -> Place:
    """The ticket that was named with the release, or a new one; else where the mail belongs by itself."""
    if release is None or release.ticket is None:
        return place
    if not release.ticket:
        return Place(None, Rung.RELEASED, because("released_as_new", release.by))
    if release.ticket == place.ticket:
        return place
    return replace(
        Place(release.ticket, Rung.RELEASED, because("released_to", release.by, release.ticket)),
        addressed=place.addressed,
    )


def believed(trust: Trust, release: Release | None, *, is_agent: bool) -> Trust:
    """An agent's mail was confirmed by whoever reads his registered address, or the operator vouches for it.

    A requester is not made more of: he needs no proof, and what he may see does not depend on the operator's patience.
    """
    if release is None or not is_agent:
        return trust
    reason = together(trust.reason, because("released_by", release.by))
    return Trust(Standing.PROVEN, reason, Leave.YES, Leave.YES, endanger=Leave.YES)
