"""What is a rating, and what is an answer that opens the ticket again."""

import pytest

from maildesk.desk.feedback import Rating, read_rating


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
        "👍 but it burns",
        "👍👍",
        "★★★★★★",
        "Hello\n5",
    ],
)
def test_anything_else_is_an_answer(text: str) -> None:
    assert read_rating(text) is None
