"""What an answer about held mail decides. A refusal is never taken for a yes."""

import pytest

from maildesk.desk.held.decision import read_decision
from maildesk.vocabulary import Decision, QuestionKind

AGENT = [
    ("yes", "release"),
    ("Yes, that was me.\n\nAnna", "release"),
    ("\n\n  OK  ", "release"),
    ("", None),
    ("  \n ", None),
    ("This is mine", "release"),
    ("Yes I sent it", "release"),
    ("I wrote this", "release"),
    ("I did, thanks", "release"),
    ("That is from me", "release"),
    ("I sent you nothing", None),
    ("I wrote to you yesterday", None),
    ("I did not write this", "drop"),
    ("Jeg skrev den", "release"),
    ("Det var jeg", "release"),
    ("I confirm. Thanks!", "release"),
    ("Send it, please", "release"),
    ("It's mine", "release"),
    ("Jeg bekrefter, takk", "release"),
    ("Det stemmer", "release"),
    ("이 메일은 제가 보냈습니다", "release"),
    ("Who sent me this?", None),
    ("Who sent me this", None),
    ("Did I send this? Yes or what?", None),
    ("Right now I am out of the office", None),
    ("Thank you for your e-mail. For urgent matters contact me at home", None),
    ("Send me more information", None),
    ("Send me this message please", None),
    ("It’s me", "release"),
    ("That was me", "release"),
    ("OK to whom?", None),
    ("My assistant will send it to me", None),
    ("Min e-post leses igjen mandag", None),
    ("Thank you for your message", None),
    ("제가 확인 후 연락드리겠습니다", None),
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
    ("> yes", None),
    (">yes, it is mine", None),
    ("> no", "drop"),
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
