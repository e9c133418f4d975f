"""What a person's word changes about a held mail, and what it does not."""

import pytest

from maildesk.desk.match import Place, Rung
from maildesk.desk.speaker.released import believed, placed
from maildesk.desk.trust import Trust
from maildesk.mail import Release
from maildesk.notify.why import in_words
from maildesk.reason import because
from maildesk.vocabulary import Standing

OWN = Place(7, Rung.TOKEN, because("token_of", 7), addressed=3)
UNPROVEN = Trust(Standing.UNPROVEN, "no token")


@pytest.mark.parametrize(
    ("release", "ticket", "rung"),
    [
        (None, 7, Rung.TOKEN),
        (Release("anna@acme.example"), 7, Rung.TOKEN),
        (Release("the operator", 7), 7, Rung.TOKEN),
        (Release("the operator", 9), 9, Rung.RELEASED),
        (Release("the operator", 0), None, Rung.RELEASED),
    ],
)
def test_where_it_goes(release: Release | None, ticket: int | None, rung: Rung) -> None:
    place = placed(OWN, release)
    assert (place.ticket, place.rung) == (ticket, rung)
    # A signed address of another ticket says nothing about this one.
    assert place.tag is None


@pytest.mark.parametrize(
    ("release", "is_agent", "may_act"),
    [
        (None, True, False),
        (None, False, False),
        (Release("anna@acme.example"), True, True),
        (Release("anna@acme.example"), False, False),
    ],
)
def test_how_far_it_is_believed(release: Release | None, is_agent: bool, may_act: bool) -> None:
    trust = believed(UNPROVEN, release, is_agent=is_agent)
    assert (trust.may_act, trust.may_answer, trust.may_endanger) == (may_act,) * 3
    assert not may_act or "released by anna@acme.example" in in_words(trust.reason, "en")
