"""What of an agent's HTML goes into a letter."""

import pytest

from maildesk.notify.compose import Enclosure, Files
from maildesk.notify.relayed import LARGEST, relayed
from maildesk.notify.same_words import essence
from maildesk.vocabulary import Withheld

SHOT = Enclosure("a<b>.png", "image/png", b"shot", True, "shot@host", 3)
PAGE = Enclosure("page.html", "text/html", b"<b>", True, "page@host", 4)
FILES = Files((SHOT, PAGE), (), {9: Withheld.TOO_LARGE})


def test_a_picture_moves_into_the_words_under_an_id_of_ours() -> None:
    made = relayed('<p>Hi <img src="cid:shot@host" width="9000" height="1" alt=""></p>', "Hi", FILES, str)
    assert made is not None
    (picture,) = made.files.pictures
    assert made.files.enclosures == (PAGE,) and made.files.withheld == FILES.withheld
    assert picture.content_id != SHOT.content_id and made.files.fate_of(3) is None
    assert f'src="cid:{picture.content_id}"' in made.html and 'width="600"' in made.html and "height=" not in made.html
    assert "<b>.png" not in made.html


@pytest.mark.parametrize(
    ("source", "shown"),
    [("cid:shot%40host", 1), ("cid:other@host", 0), ("cid:page@host", 0)],
    ids=["percent-encoded (RFC 2392)", "not here", "no picture"],
)
def test_which_picture_is_meant(source: str, shown: int) -> None:
    made = relayed(f'<p>Hi <img src="{source}"></p>', "Hi", FILES, str)
    assert made is not None and (made.html.count("<img"), len(made.files.pictures)) == (shown, shown)


def test_twice_in_the_words_is_once_in_the_letter() -> None:
    made = relayed('<p>Hi <img src="cid:shot@host"><img src="cid:shot@host"></p>', "Hi", FILES, str)
    assert made is not None and (made.html.count("<img"), len(made.files.pictures)) == (2, 1)


@pytest.mark.parametrize(
    ("html", "coloured"),
    [
        ('<p style="color:black;background:white">Hi</p>', False),
        ('<p style="font-size:11pt;color:windowtext">Hi</p>', False),
        ('<p style="background-color:rgb(255, 255, 255)">Hi</p>', False),
        ('<p style="color:#a00">Hi</p>', True),
        ('<p style="background-color:yellow">Hi</p>', True),
        ('<table><tr><td bgcolor="#ddd">Hi</td></tr></table>', True),
        ('<p style="border-color:#a00">Hi</p>', False),
    ],
)
def test_colours_that_were_chosen(html: str, coloured: bool) -> None:
    made = relayed(html, "Hi", Files(), str)
    assert made is not None and made.is_coloured is coloured
    assert "black" not in made.html and "white" not in made.html and "windowtext" not in made.html


@pytest.mark.parametrize(
    "html", ["", "<p>" + "x" * LARGEST + "</p>", '<p title="tag">Hi</p>', '<a href="t%61g">Hi</a>']
)
def test_what_is_not_relayed(html: str) -> None:
    assert relayed(html, "Hi", Files(), lambda text: text.replace("tag", "")) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Hi *Ola*,\n[image: shot.png]", "Hi Ola,"),
        ("see here <https://acme.example/a?b=c>", "see here"),
        ("[cid:image001.png@01DA6F2A.5C1B9F20]Hi", "Hi"),
        ("Hi\n<PastedGraphic-1.png>", "Hi"),
        (" * one\n * two", "- one\n- two"),
        ("👍", " 👍\n"),
    ],
)
def test_the_same_words(text: str, same: str) -> None:
    assert essence(text) == essence(same)


@pytest.mark.parametrize(
    ("text", "other"), [("pay 100", "pay 1000"), ("👍", "👎"), ("Hi", ""), ("<b@c.example> Hi", "Hi")]
)
def test_other_words(text: str, other: str) -> None:
    assert essence(text) != essence(other)
