import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.words.word_search import first_found, text_of


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("down", "The VPN is DOWN!", True),
        ("down", "download", False),
        ("down", "I cannot download it, the link went down.", True),
        ("is down", "it is\n  down", True),
        ("is down", "is it down", False),
        ("can't work", "We can’t work", True),
        ("er nede", "Nettet er nede.", True),
        ("er nede", "Nettet er nedenfor", False),
        ("får ikke jobbet", "Vi fa\u030ar ikke jobbet", True),
        ("장애", "서버에 장애가 발생했습니다", True),
        ("장애", "장애인 주차장 문의", False),
        ("장애", "장애입니다.", True),
        ("장애가 발생", "장애가 발생 했습니다", True),
        ("vpn", "VPN이 안 됩니다", True),
        ("안 됩니다", "VPN이 안 됩니다", True),
        ("전 직원", "전 직원이 접속하지 못합니다", True),
        ("이", "이", True),
        ("", "anything", False),
        ("...", "anything ...", False),
        ("a b", "a", False),
        ("down", "", False),
    ],
)
def test_words_are_found_whole(phrase: str, text: str, found: bool) -> None:
    assert first_found([phrase], text_of(text)) == (phrase if found else "")


def test_the_first_phrase_of_the_list_is_named_as_it_was_given() -> None:
    assert first_found(["outage", "Is Down", "down"], text_of("it is down")) == "Is Down"


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    assert first_found(["is down", "장애"], text_of(f"{text} is down")) == "is down" or "장애" in text
