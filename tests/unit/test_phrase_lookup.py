"""Looking phrases up by their letters finds what comparing with each of them finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.forward.wording import announcement, may_announce
from maildesk.ingest.phrases.lookup import Beginnings, Endings
from maildesk.ingest.phrases.tables import BEGINS, FORWARDED, SEPARATORS, WROTE

PHRASES = ("a", "ab", "abc", "b ", "ca", "전달", "보")
TEXTS = st.text("abc 전달보", max_size=6)


@given(TEXTS)
def test_the_same_as_one_by_one(text: str) -> None:
    assert Beginnings(PHRASES).begin(text) == text.startswith(PHRASES)
    assert Endings(PHRASES).end(text) == text.endswith(PHRASES)


def test_like_names_all_that_may_match() -> None:
    assert set(Beginnings(PHRASES).like("abc")) >= {"a", "ab", "abc"}
    assert "전달" in Beginnings(PHRASES).like("전달된 메일")
    assert "ca" not in Beginnings(PHRASES).like("abc")


@pytest.mark.parametrize(("kind", "phrases"), [(Beginnings, BEGINS), (Endings, WROTE)])
def test_every_phrase_finds_itself(kind: type[Beginnings] | type[Endings], phrases: tuple[str, ...]) -> None:
    lookup = kind(phrases)
    find = lookup.begin if isinstance(lookup, Beginnings) else lookup.end
    assert all(find(phrase) for phrase in phrases)
    assert not find("")


def test_the_cheap_look_passes_what_announces() -> None:
    lines = [words.capitalize() for words in FORWARDED | SEPARATORS]
    assert [line for line in lines if line[0].isalnum() and announcement(line) and not may_announce(line)] == []
    assert not may_announce("The printer on the third floor prints nothing.")
