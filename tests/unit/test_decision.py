"""What an answer about held mail decides. A refusal is never taken for a yes."""

import pytest

from maildesk.desk.held.decision import read_decision
from maildesk.vocabulary import Decision, QuestionKind

AGENT = [
    ("yes", "release"),
    ("Yes, that was me.\n\nAnna", "release"),
    ("\n\n  OK  ", "release"),
    ("", "release"),
    ("  \n ", "release"),
    ("This is mine", "release"),
    ("Ja, den er min", "release"),
    ("Det var meg", "release"),
    ("네", "release"),
    ("네, 제가 보냈습니다", "release"),
    ("no", "drop"),
    ("No!", "drop"),
    ("drop", "drop"),
    ("I didn't write this", "drop"),
    ("I didn’t write this, ok?", "drop"),
    ("That was not me", "drop"),
    ("Yes? No, never.", "drop"),
    ("Nei, forkast den", "drop"),
    ("Det var ikke meg", "drop"),
    ("아니요, 폐기해 주세요", "drop"),
    ("제가 안 보냈습니다", "drop"),
    ("What is this?", None),
    ("Hm", None),
    ("...", None),
    ("Hello\nyes", None),
    ("yesterday", None),
    ("x" * 1_000_000, None),
]
OPERATOR = [
    ("release", "release"),
    ("Release, please", "release"),
    ("slipp", "release"),
    ("해제", "release"),
    ("drop", "drop"),
    ("forkast", "drop"),
    ("폐기", "drop"),
    ("Block.", "block"),
    ("blokker", "block"),
    ("차단", "block"),
    ("", None),
    ("do not release", None),
    ("please release", None),
    ("releases", None),
]


@pytest.mark.parametrize(("text", "decision"), AGENT)
def test_an_agent_says_yes_or_no(text: str, decision: str | None) -> None:
    assert read_decision(text, QuestionKind.CONFIRM) == (Decision(decision) if decision else None)


@pytest.mark.parametrize(("text", "decision"), OPERATOR)
def test_the_operator_gives_an_order(text: str, decision: str | None) -> None:
    assert read_decision(text, QuestionKind.DECIDE) == (Decision(decision) if decision else None)


@pytest.mark.parametrize("text", ["아니요", "네"])
def test_hangul_in_pieces_is_read(text: str) -> None:
    import unicodedata

    pieces = unicodedata.normalize("NFD", text)
    assert pieces != text
    assert read_decision(pieces, QuestionKind.CONFIRM) == read_decision(text, QuestionKind.CONFIRM)
