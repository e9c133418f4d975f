from dataclasses import replace

import pytest

from maildesk.desk.logos import LARGEST_LOGO, Sighting, is_logo, may_be_logo
from maildesk.ingest.pictures.signature_pictures import signature_pictures
from maildesk.mail import Part

LOGO = Part(2, "logo.png", "image/png", 4000, "5a" * 32, True, "logo", "inline", b"", "image/png")
KARI, OLA, PER, LIV = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("part", "may"),
    [
        (LOGO, True),
        (replace(LOGO, disposition=""), True),
        (replace(LOGO, size=LARGEST_LOGO), True),
        (replace(LOGO, size=LARGEST_LOGO + 1), False),
        (replace(LOGO, size=0), False),
        # Attached as a file: somebody means it.
        (replace(LOGO, inline=False, disposition="attachment"), False),
        (replace(LOGO, true_type="text/html"), False),
    ],
)
def test_what_may_be_a_logo(part: Part, may: bool) -> None:
    assert may_be_logo(part) == may


@pytest.mark.parametrize(
    ("seen", "logo"),
    [
        ((), False),
        ((Sighting(OLA, False),), False),
        ((Sighting(OLA, False), Sighting(PER, False)), True),
        # One person's picture in many mails may be one screenshot, quoted again and again.
        ((Sighting(KARI, False),) * 9, False),
        ((Sighting(OLA, False),) * 9, False),
        ((Sighting(KARI, False), Sighting(OLA, False)), False),
        # Once known, always known.
        ((Sighting(OLA, True),), True),
    ],
)
def test_a_picture_of_several_people_is_a_logo(seen: tuple[Sighting, ...], logo: bool) -> None:
    assert is_logo(LOGO, seen, KARI) == logo


def test_a_picture_in_a_signature_is_a_logo() -> None:
    assert is_logo(replace(LOGO, in_signature=True), (), KARI)
    assert not is_logo(replace(LOGO, in_signature=True, size=2_000_000), (), KARI)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p>x<img src="cid:shot"></p>', set()),
        ('<p>x</p><div class="gmail_signature"><img src="cid:logo"></div>', {"logo"}),
        ('<div id="Signature"><table><tr><td><img src="cid:logo@x"></td></tr></table></div>', {"logo@x"}),
        ('<div id="ms-outlook-mobile-signature"><img src="CID:logo"></div>', {"logo"}),
        ('<div class="moz-signature"><img src=cid:a><img src=cid:b></div><img src=cid:c>', {"a", "b"}),
        # Also above the signature: it is shown.
        ('<img src="cid:shot"><div class="gmail_signature"><img src="cid:shot"></div>', set()),
        ('<div class="signature"><div class="signature"><img src="cid:logo"></div></div>', {"logo"}),
        ('<p>my signature</p><img src="cid:shot">', set()),
        ('<div class="signature"><img src="https://acme.example/logo.png"></div>', set()),
        ("<div>" * 5000 + '<div class="signature"><img src="cid:logo">', set()),
    ],
)
def test_pictures_in_signatures(html: str, found: set[str]) -> None:
    assert signature_pictures(html) == found
