"""What stands below `#split`, and when a word alone is `send`."""

import pytest

from maildesk.desk.errands.crossed import says_send
from maildesk.desk.errands.splitting import quoted_below


@pytest.mark.parametrize(
    ("text", "paragraph"),
    [
        pytest.param("#split Coffee\n> It is cold.", "It is cold.", id="right below"),
        pytest.param("#split Coffee\n\n\n> It is\n> cold.\n\nBob", "It is\ncold.", id="blank lines, and words behind"),
        pytest.param("#split Coffee\n>It is cold.", "It is cold.", id="no blank behind the mark"),
        pytest.param("#split Coffee\n> > It is cold.", "It is cold.", id="quoted twice"),
        pytest.param("#split Coffee\n> One.\n>\n> Two.", "One.\n\nTwo.", id="two paragraphs of one quote"),
        pytest.param("#split Coffee\n> One.\n\n> Two.", "One.", id="another quote"),
        pytest.param("#split Coffee\nOn Monday Kari wrote:\n> It is cold.", "", id="an attribution: the whole mail"),
        pytest.param("#split Coffee\nMine.\n> It is cold.", "", id="own words first"),
        pytest.param("> It is cold.\n#split Coffee", "", id="above, not below"),
        pytest.param("#split Tea\n> It is cold.", "", id="another line"),
        pytest.param("#split Coffee", "", id="nothing"),
    ],
)
def test_the_paragraph_below(text: str, paragraph: str) -> None:
    assert quoted_below(text, "#split Coffee") == paragraph


@pytest.mark.parametrize("text", ["send", "Send", " SEND. ", "send!", "#send", "보내기", "발송"])
def test_it_is_the_word(text: str) -> None:
    assert says_send(text)


@pytest.mark.parametrize("text", ["", "send it tomorrow", "I send you a new one", "not send", "sender", "send\nit"])
def test_it_is_not_the_word(text: str) -> None:
    assert not says_send(text)
