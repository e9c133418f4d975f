"""Pictures of what an agent answers stay behind; those of what he passes on do not, and nobody else's are touched."""

from email.message import EmailMessage
from html import escape

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.ingest.pictures.signature_pictures import folded_pictures, pictures_above
from maildesk.mail import Ours

OURS = Ours(agents=frozenset({"anna@acme.example"}))
BELOW = (
    "From: Kari <kari@customer.example>\nSent: Monday, March 2, 2026 10:00 AM\nTo: Anna\nSubject: VPN\n\nIt stops.\n"
)


def made(sender: str, subject: str, above: str) -> bytes:
    """Words with a picture of their own above an older mail that has one, too."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@acme.example", subject
    mail.set_content(f"{above}\n\n[cid:new]\n\n{BELOW}")
    older = "<br>".join(BELOW.replace("<", "&lt;").replace(">", "&gt;").splitlines())
    html = f'<div>{above}</div><div><img src="cid:new"></div><hr><div>{older}<img src="cid:old"></div>'
    mail.add_alternative(html, subtype="html")
    page = mail.get_payload()[1]  # type: ignore[index]
    assert isinstance(page, EmailMessage)
    for name in ("new", "old"):
        page.add_related(name.encode(), "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("sender", "subject", "folded"),
    [
        ("anna@acme.example", "Re: VPN", {"old"}),
        ("anna@acme.example", "Fwd: VPN", set()),
        ("kari@customer.example", "Re: VPN", set()),
    ],
)
def test_which_pictures_stay_behind(sender: str, subject: str, folded: set[str]) -> None:
    mail = parse_mail(made(sender, subject, "Please press Reset."), OURS)
    assert (mail.forward is not None) == subject.startswith("Fwd")
    assert {part.content_id for part in mail.attachments if part.folded} == folded


def test_a_picture_that_stands_in_both_is_the_authors() -> None:
    html = '<p><img src="cid:a"></p><blockquote><img src="cid:a"><img src="cid:b"></blockquote>'
    assert folded_pictures(html, '<p><img src="cid:a"></p>') == {"b"}
    assert folded_pictures(html, "") == frozenset()


SIGNATURE = "<p>Best regards<br>Anna Berg<br>Acme AS<br>+47 22 19 45 40</p>"
OLDER = {
    "head": f"<hr><div>{'<br>'.join(escape(BELOW).splitlines())}<img src='cid:old'></div>",
    "attribution": "<div>On Mon, 2 March 2026 at 10:00, Kari &lt;kari@customer.example&gt; wrote:</div>"
    "<blockquote>It stops. <img src='cid:old'></blockquote>",
}


@pytest.mark.parametrize("older", OLDER.values(), ids=OLDER)
def test_below_a_signature_a_screenshot_is_the_authors_still(older: str) -> None:
    """Small, it may be a logo (desk/logos.py); it is no picture of the mail that he answers."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Anna Berg <anna@acme.example>", "support@acme.example", "Re: VPN"
    mail.set_content(f"<p>See the picture.</p>{SIGNATURE}<p><img src='cid:own'></p>{older}", subtype="html")
    for name in ("own", "old"):
        mail.add_related(name.encode(), "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    read = parse_mail(mail.as_bytes(), OURS)
    assert read.visible_text == "See the picture." and read.problems == ()
    fates = {part.content_id: (part.in_signature, part.folded) for part in read.attachments}
    assert fates == {"own": (True, False), "old": (False, True)}


def test_which_pictures_stand_above() -> None:
    assert pictures_above(f"<p><img src='cid:a' alt='x'>Hi</p>{SIGNATURE}<img src='cid:b'>{OLDER['head']}") == {
        "a",
        "b",
    }
    assert pictures_above("") == frozenset()
