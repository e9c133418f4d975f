"""The comparison in docs/letters/README.md is what the script says, and our row has no gap."""

from pathlib import Path

from scripts.letters_beside_peers import PEERS, QUESTIONS, Counted, asked, drawn, table

PAGE = Path(__file__).parent.parent / "docs" / "letters" / "README.md"


def test_the_page_shows_what_was_asked() -> None:
    rows = table()
    assert "\n".join(rows) in PAGE.read_text("utf-8")
    assert rows[-1] == "| maildesk, all letters |" + " yes |" * len(QUESTIONS)
    assert len(rows) == len(PEERS) + 3


def test_every_question_can_be_answered_with_no() -> None:
    nothing = Counted(tables=1, pictures=1)
    everything = Counted(True, True, True, 1, 1, 1, 1, True, True)
    assert asked(drawn(nothing), "en") == [False] * len(QUESTIONS)
    assert asked(drawn(everything), "en") == [True] * len(QUESTIONS)
