"""How alike two subjects are: a row for each rule."""

import pytest

from maildesk.desk.likeness import likeness, words_of


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("VPN does not connect", "Re: vpn DOES not connect!", 1.0),
        ("VPN does not connect", "Does the VPN connect?", 0.6),
        ("Printer", "printer", 1.0),
        ("Printer jams", "Printer on fire", 0.0),  # one common word among several
        ("Hello", "Help", 0.0),
        ("", "", 0.0),
        ("인쇄기 고장", "RE: 인쇄기 고장", 1.0),
    ],
)
def test_likeness(one: str, other: str, share: float) -> None:
    assert likeness(words_of(one), words_of(other)) == share
    assert likeness(words_of(other), words_of(one)) == share
