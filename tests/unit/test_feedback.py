"""What is a rating, and what is an answer that opens the ticket again."""

import pytest

from maildesk.desk.feedback import No, Rating, is_no_rating, read_rating, says_no
from maildesk.desk.words.feedback_words import EMOJI, NO, NUMBERS, POLITE, WORDS


@pytest.mark.parametrize(
    ("text", "score"),
    [
        *((str(score), score) for score in range(1, 6)),
        (" 4 ", 4),
        ("4.", 4),
        ("5!", 5),
        ("4/5", 4),
        ("4 / 5", 4),
        ("4 of 5", 4),
        ("4 av 5", 4),
        ("★★★☆☆", 3),
        ("★★★★★", 5),
        ("⭐⭐", 2),
        ("👍", 5),
        ("👍🏽", 5),
        ("👎", 1),
        ("👎🏿", 1),
        ("excellent", 5),
        ("Great!", 5),
        ("Good.", 4),
        ("OK", 3),
        ("poor", 2),
        ("bad", 2),
        ("Utmerket", 5),
        ("kjempebra!", 5),
        ("Bra", 4),
        ("greit", 3),
        ("Dårlig", 2),
        ("매우 만족", 5),
        ("만족", 4),
        ("보통", 3),
        ("불만족", 2),
        ("매우 불만족", 1),
        # As people type them.
        ("4️⃣", 4),
        ("４", 4),
        ("4 of 5!", 4),
        ("4 out of 5", 4),
        ("5 stars", 5),
        ("1 star", 1),
        ("Five stars!", 5),
        ("fem stjerner", 5),
        ("4 stjerner", 4),
        ("3 poeng", 3),
        ("4점", 4),
        ("5점 만점에 4점", 4),
        ("별점 5점", 5),
        ("별 4개", 4),
        ("Rating: 4", 4),
        ("Karakter: 2", 2),
        # Thanks before or after it.
        ("4 takk", 4),
        ("4, takk!", 4),
        ("Takk, 4", 4),
        ("5 tusen takk", 5),
        ("Bra, takk", 4),
        ("Great, thank you!", 5),
        ("Thanks! 5", 5),
        ("만족합니다. 감사합니다.", 4),
        ("5 감사합니다", 5),
        # More words, and faces.
        ("Very good", 5),
        ("Very bad.", 1),
        ("Terrible", 1),
        ("Veldig bra!", 5),
        ("Svært dårlig", 1),
        ("Veldig fornøyd", 5),
        ("Misfornøyd", 2),
        ("Elendig", 1),
        ("최고예요!", 5),
        ("좋습니다", 4),
        ("별로예요", 2),
        ("최악이에요", 1),
        ("👍👍👍", 5),
        ("👍 👍", 5),
        ("❤️", 5),
        ("🙂", 4),
        ("😐", 3),
        ("🙁", 2),
        ("😡", 1),
    ],
)
def test_rating(text: str, score: int) -> None:
    assert read_rating(text) == Rating(score, "")


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("5\nThank you!", Rating(5, "Thank you!")),
        ("\n\n2\n\nIt took a week.\nAnd nobody called.\n", Rating(2, "It took a week.\nAnd nobody called.")),
        ("👍\nTakk!", Rating(5, "Takk!")),
        ("bra\n\n5 printers still to go", Rating(4, "5 printers still to go")),
        ("2\nIt took a week.", Rating(2, "It took a week.")),
        ("별로예요\n너무 오래 걸렸습니다.", Rating(2, "너무 오래 걸렸습니다.")),
    ],
)
def test_what_follows_is_the_comment(text: str, rating: Rating) -> None:
    assert read_rating(text) == rating


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "5 printers are dead",
        "0",
        "6",
        "10",
        "45",
        "4/6",
        "5 of 6",
        "-1",
        "4,5",
        "٣",
        "No",
        "Nei, jeg trenger fortsatt hjelp.",
        "good morning, it burns again",
        "not good",
        "not bad",
        "not very good",
        "ikke bra",
        "ikke så verst",
        "Det var ikke bra i det hele tatt",
        "안 좋아요",
        "만족하지 않습니다",
        "👍👎",
        # With a reason it asks for help.
        "👎\nIt still does not connect.",
        "👎 it still does not connect",
        # Mere thanks.
        "Thanks!",
        "Ok, thanks",
        "Greit, takk",
        "to",
        "one",
        "fire",
        "The fire alarm rings",
        "4 " * 40,
        "👍 but it burns",
        "★★★★★★",
        "Hello\n5",
    ],
)
def test_anything_else_is_an_answer(text: str) -> None:
    assert read_rating(text) is None


@pytest.mark.parametrize(
    "text", ["11", "0", "6", "-1", "4.5", "4,5", "10/10", "4/6", "5 of 6", "100 %", "7 stars", "0 takk"]
)
@pytest.mark.parametrize("end", ["", "!", "\n"])
def test_points_that_we_have_not(text: str, end: str) -> None:
    assert is_no_rating(text + end)
    assert read_rating(text + end) is None


@pytest.mark.parametrize(
    "text",
    [
        "zero stars",
        "Null stjerner!",
        "ingen stjerner",
        "ten points",
        "★★★★★★",
        "☆☆☆☆☆",
        "8점",
        "Thanks!",
        "Ok, takk",
        "Tusen takk!",
        "정말 감사합니다",
    ],
)
def test_points_in_words_and_mere_thanks(text: str) -> None:
    assert is_no_rating(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "bra",
        "5 stars",
        "no",
        "1042 is still open",
        "1042",
        "11\nprinters are dead",
        "11 printers",
        "no stars in sight",
    ],
)
def test_what_is_no_aside(text: str) -> None:
    assert not is_no_rating(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No", ""),
        ("no.", ""),
        ("No, I still need help.", ""),
        ("No, I still need help.\n\n", ""),
        ("No, I still need help.\n\nThe screen is black.", "The screen is black."),
        ("Not really", ""),
        ("No, it didn’t help!", ""),
        ("Nei", ""),
        ("NEI!", ""),
        ("Nei, jeg trenger fortsatt hjelp.", ""),
        ("Nei, det hjalp ikke", ""),
        ("Nei\nSkjermen er svart.", "Skjermen er svart."),
        ("아니요", ""),
        ("아니요.", ""),
        ("아니요, 도움이 더 필요합니다.", ""),
        ("아뇨\n화면이 검습니다.", "화면이 검습니다."),
    ],
)
def test_no(text: str, words: str) -> None:
    assert says_no(text) == No(words)
    assert read_rating(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "👎",
        "no thanks",
        "nei takk",
        "No problem at all",
        "No, all is well now",
        "northern lights",
        "yes",
        "ja",
    ],
)
def test_what_is_no_no(text: str) -> None:
    assert says_no(text) is None


def test_the_words_are_written_as_they_are_compared() -> None:
    for word in (*WORDS, *NO, *NUMBERS, *POLITE):
        assert word == " ".join(word.casefold().split()).strip(".,!"), word
    assert not WORDS.keys() & (NO | set(POLITE))
    assert all(len(sign) == 1 for sign in EMOJI)
    assert {*WORDS.values(), *EMOJI.values()} == {1, 2, 3, 4, 5}
    # Each form reads as itself.
    assert [word for word, score in WORDS.items() if read_rating(word) != Rating(score, "")] == []
