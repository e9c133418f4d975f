"""Where a letter asks "did you mean", it offers words of its reader's language, and each of them is understood, however
a telephone or a keyboard writes it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.desk.commands import split_commands
from maildesk.desk.words.command_words import SYNONYMS, Verb
from maildesk.mail import Letter
from maildesk.notify.samples import LANGUAGES
from tests.desk import SETTINGS, TestDesk, answer, mail, text_of
from tests.test_words_of_command import order_of

#: How each language offers.
OFFER = {"en": r"did you mean ([^?]+)\?", "nb": r"mente du ([^?]+)\?", "ko": r"\(혹시 ([^?]+)\?\)"}
#: Commands with a mistake whose remedy can be obeyed as it stands.
WRONG = (
    *("#tak", "#clsoe", "#lukkk", "#종룔", "#assign nobody", "#gi-videree", "#도움먈"),
    *("#prio hihg", "#prio", "#prio høyy", "#prio 높은", "#impact extreme", "#impact middel", "#urgency now", "#type"),
    *("#type incidnt", "#list everything", "#spam him", "#snooze", "#away", "#wait long", "#outage"),
    *("#assing bob", "#proi high", "#tkae this one"),
)


def desk_in(folder: Path, language: str) -> TestDesk:
    speaks = f'name = "Anna"\nlanguages = ["{language}"]\n'
    settings = SETTINGS.replace('name = "Anna"\n', speaks)
    return TestDesk(folder, settings=settings)


def says(desk: TestDesk, letter: Letter, words: str) -> Letter:
    """What Anna gets for these words."""
    raw, to = answer(letter, "anna@acme.example", words, proven=True)
    desk.receive(raw, recipients=(to,))
    return next(one for one in desk.run() if one.recipient == "anna@acme.example")


def new_ticket(desk: TestDesk, number: int) -> Letter:
    desk.receive(mail("kari@customer.example", subject=f"Printer {number}", proven=True))
    desk.clock.forward(timedelta(hours=3))
    return next(one for one in desk.run() if one.recipient == "anna@acme.example")


def offered(told: Letter, language: str) -> list[str]:
    """Every command that the letter offers, one for each value."""
    found = re.search(OFFER[language], " ".join(text_of(told).split()))
    assert found is not None, text_of(told)
    word, _, rest = found[1].partition(" ")
    return [f"{word} {value}".strip() for value in rest.split(", ")]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_offer_is_in_the_readers_words_and_understood(tmp_path: Path, language: str, wrong: str) -> None:
    desk = desk_in(tmp_path, language)
    told = says(desk, new_ticket(desk, 1), wrong)
    assert told.kind == "not_understood"
    for number, offer in enumerate(offered(told, language), 2):
        word = offer.split()[0]
        assert word == order_of(language)[SYNONYMS[word[1:]]]
        assert says(desk, new_ticket(desk, number), offer).kind in ("receipt", "help"), offer
    desk.close()


@pytest.mark.parametrize(
    ("language", "wrong", "meant"),
    [
        ("en", "#assing bob", "#assign bob"),
        ("nb", "#assing bob", "#tildel bob"),
        ("ko", "#assing bob", "#배정 bob"),
        ("nb", "#proi high", "#prioritet høy"),
        ("en", "#assing Bob Berg, one of: us", "#assign Bob Berg, one of: us"),
        # It stands alone.
        ("nb", "#tkae this one", "#ta"),
        ("en", "#nte " + "They want it soon. " * 9, "#note"),
    ],
)
def test_what_was_written_behind_the_word_is_kept(tmp_path: Path, language: str, wrong: str, meant: str) -> None:
    desk = desk_in(tmp_path, language)
    told = " ".join(text_of(says(desk, new_ticket(desk, 1), wrong)).split())
    desk.close()
    found = re.search(OFFER[language], told)
    assert found is not None and found[1] == meant


@pytest.mark.parametrize("language", ["nb", "ko"])
def test_no_english_value_is_offered(tmp_path: Path, language: str) -> None:
    desk = desk_in(tmp_path, language)
    letter = new_ticket(desk, 1)
    said = " ".join(" ".join(offered(says(desk, letter, wrong), language)) for wrong in WRONG)
    desk.close()
    english = "urgent high medium low incident request change question all waiting unassigned block until tomorrow"
    assert set(said.split()) & set(english.split()) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_a_word_that_letters_may_offer(language: str) -> None:
    assert list(order_of(language)) == list(Verb)


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_however_it_is_written(language: str) -> None:
    for verb, word in order_of(language).items():
        bare = word[1:]
        written = (f"#{bare.capitalize()}", f"#{bare.upper()}", f"/{bare}", f"＃{bare}", f"／{bare}", wide(word))
        for line in (*written, f"# {bare}", f"{wide(word)}：", f"#{bare}."):
            (command,) = split_commands(line).commands
            assert command.verb == verb, line


@pytest.mark.parametrize(
    "line",
    [
        *(
            "#prio ＨＩＧＨ",
            "＃ＰＲＩＯ　ｈｉｇｈ",
            "#Prioritet Høy",
            "/우선순위 높음",
            "＃우선순위　높음。",
            "#Type Ｈｅｎｄｅｌｓｅ",
        ),
        *("#Liste Mine saker", "＃목록　내 것", "#list ＡＬＬ", "#목록 내것"),
        *(
            "#utsett I morgen ９：００",
            "#미루기 내일 ９:００",
            "＃부재　금요일까지",
            "#wait ３d",
            "#대기 ３일",
            "#Borte Til Fre",
        ),
        *("#søppel Blokker", "#스팸 차단", "#nedetid vpn siden ９：３０", "#장애 vpn ９:３０부터"),
    ],
)
def test_what_stands_behind_a_word_may_be_written_in_any_width(tmp_path: Path, line: str) -> None:
    desk = desk_in(tmp_path, "en")
    assert says(desk, new_ticket(desk, 1), line).kind == "receipt"
    desk.close()
