"""Pictures of what an agent answers stay behind; those of what he passes on do not, and nobody else's are touched."""

from email.message import EmailMessage

import pytest

from maildesk.ingest.parse import parse_mail
from maildesk.ingest.pictures.signature_pictures import folded_pictures
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
