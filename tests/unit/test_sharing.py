"""What several people are told alike is rendered once; nobody gets another's signed address."""

from collections.abc import Mapping

import pytest

from maildesk.notify.rendered import Rendered
from maildesk.notify.sharing import SharedWords
from maildesk.vocabulary import NoticeKind

ANNA = "support+t1-p2-aaaaaaaaaaaaaaaa@acme.example"
ANNAS_NOTES = "support+n1-p2-cccccccccccccccc@acme.example"
BOB = "support+t1-p31-bbbbbbbbbbbbbbbb@acme.example"
BOBS_NOTES = "support+n1-p31-dddddddddddddddd@acme.example"


class Counting:
    """Words that say their facts, and how often they were asked."""

    def __init__(self) -> None:
        self.asked = 0

    def render(self, kind: NoticeKind, language: str, facts: Mapping[str, object]) -> Rendered:
        self.asked += 1
        quoted = str(facts["reply_address"]).replace("+", "%2B")
        return Rendered(kind, f"{language} {facts}", f"<a href='mailto:{quoted}'>{facts['note_address']}</a>")


def facts(reply: str, note: str, words: str = "It burns.") -> dict[str, object]:
    return {"reply_address": reply, "note_address": note, "words": words}


def test_a_team_is_rendered_once_with_each_ones_own_addresses() -> None:
    words = Counting()
    shared = SharedWords(words)
    shared.render(NoticeKind.NEW_TICKET, "en", facts(ANNA, ANNAS_NOTES))
    told = shared.render(NoticeKind.NEW_TICKET, "en", facts(BOB, BOBS_NOTES))
    assert words.asked == 1
    assert told == Counting().render(NoticeKind.NEW_TICKET, "en", facts(BOB, BOBS_NOTES))


@pytest.mark.parametrize(
    ("kind", "language", "other"),
    [
        pytest.param(NoticeKind.CUSTOMER_ANSWER, "en", facts(BOB, BOBS_NOTES), id="another letter"),
        pytest.param(NoticeKind.NEW_TICKET, "nb", facts(BOB, BOBS_NOTES), id="another language"),
        pytest.param(NoticeKind.NEW_TICKET, "en", facts(BOB, BOBS_NOTES, "It does not."), id="other words"),
        pytest.param(NoticeKind.NEW_TICKET, "en", facts(BOB, ""), id="no address for notes"),
    ],
)
def test_what_is_not_alike_is_rendered_anew(kind: NoticeKind, language: str, other: dict[str, object]) -> None:
    words = Counting()
    shared = SharedWords(words)
    shared.render(NoticeKind.NEW_TICKET, "en", facts(ANNA, ANNAS_NOTES))
    assert shared.render(kind, language, other) == Counting().render(kind, language, other)
    assert words.asked == 2


CAROLS = tuple(one.replace("p2-aa", "p4-ee").replace("p2-cc", "p4-ff") for one in (ANNA, ANNAS_NOTES))


@pytest.mark.parametrize(
    ("other", "before", "as_bytes"),
    [
        pytest.param(CAROLS, "It burns.", True, id="plain"),
        pytest.param(CAROLS, "Det brenner, også på kjøkkenet.\n" * 3, True, id="quoted-printable"),
        pytest.param(CAROLS, "불이 났어요. " * 40, False, id="base64"),
        pytest.param((BOB, BOBS_NOTES), "It burns.", False, id="a longer tag"),
        pytest.param(CAROLS, "å" + "x" * 40, False, id="a tag on two lines"),
    ],
)
def test_the_parts_of_the_next_are_those_that_would_be_written(
    other: tuple[str, str], before: str, as_bytes: bool
) -> None:
    shared = SharedWords(Counting())
    first = shared.render(NoticeKind.NEW_TICKET, before, facts(ANNA, ANNAS_NOTES))
    assert len(first.parts) == 2
    told = shared.render(NoticeKind.NEW_TICKET, before, facts(*other))
    assert bool(told.written) is as_bytes
    assert told.parts == Counting().render(NoticeKind.NEW_TICKET, before, facts(*other)).parts
