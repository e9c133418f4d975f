"""One word of a requester, as people and their mail programs write it: a row per rule."""

import pytest

from maildesk.desk.words.self_words import word_of
from maildesk.vocabulary import SelfService as S


@pytest.mark.parametrize(
    ("text", "subject", "word"),
    [
        ("status", "Re: VPN", (S.STATUS, "")),
        ("STATUS", "", (S.STATUS, "")),
        ("Status.\n", "", (S.STATUS, "")),
        ("“Close”", "", (S.CLOSE, "en")),
        # What an agent writes is not for customers.
        ("#close", "", None),
        ("Lukk!", "", (S.CLOSE, "nb")),
        ("gjenåpne", "", (S.REOPEN, "nb")),
        ("stopp", "", (S.STOP, "nb")),
        ("상태", "", (S.STATUS, "ko")),
        ("재개", "", (S.REOPEN, "ko")),
        ("중단.", "", (S.STOP, "ko")),
        ("start", "", (S.START, "")),
        # The subject counts where there is no text.
        ("", "status", (S.STATUS, "")),
        (" \n", "Stop", (S.STOP, "en")),
        ("", "Re: status", None),
        ("It burns.", "status", None),
        ("status please", "", None),
        ("close the door", "", None),
        ("Please stop", "", None),
        ("", "", None),
        ("x" * 100_000, "", None),
    ],
)
def test_one_word(text: str, subject: str, word: tuple[S, str] | None) -> None:
    assert word_of(text, subject) == word
