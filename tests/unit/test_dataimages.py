"""Pictures that stand in the HTML."""

import base64

import pytest

from maildesk.ingest.inside import look_inside
from maildesk.ingest.mime.structure import Leaf, read_structure
from maildesk.ingest.unpack.dataimages import MOST_IMAGES

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(60))
CODED = base64.b64encode(PNG).decode()
CID = "cid:data-0-1"


def look(html: str) -> tuple[str, list[Leaf]]:
    leaves = look_inside(read_structure(b"Content-Type: text/html\n\n" + html.encode()).leaves).leaves
    return leaves[0].data().decode(), list(leaves[1:])


@pytest.mark.parametrize(
    ("html", "rest"),
    [
        (f'<p><img src="data:image/png;base64,{CODED}" alt=x></p>', f'<p><img src="{CID}" alt=x></p>'),
        (f"<img src='data:image/png;base64,{CODED}'>", f"<img src='{CID}'>"),
        (f"<img src=data:image/png;base64,{CODED}>", f"<img src={CID}>"),
        (f'<IMG SRC = "DATA:Image/PNG;BASE64,{CODED}">', f'<IMG SRC = "{CID}">'),
        (f'<img src="data:image/png;name=a.png;base64,{CODED}">', f'<img src="{CID}">'),
        (f'<img src="data:image/png;base64,{CODED[:20]}\r\n {CODED[20:]}">', f'<img src="{CID}">'),
        (f'<img src="data:image/png;base64,{CODED.replace("+", "%2B").replace("/", "%2F")}">', f'<img src="{CID}">'),
        (f'<td background="data:image/png;base64,{CODED}">', f'<td background="{CID}">'),
        (f'<p style="background:url(data:image/png;base64,{CODED})">', f'<p style="background:url({CID})">'),
        (f"<p style='a:url(&quot;data:image/png;base64,{CODED}&quot;)'>", f"<p style='a:url(&quot;{CID}&quot;)'>"),
    ],
)
def test_lifted_out(html: str, rest: str) -> None:
    found, (picture,) = look(html)
    assert found == rest
    assert (picture.content_type, picture.content_id, picture.filename) == ("image/png", "data-0-1", "data-0-1.png")
    assert picture.disposition == "inline"
    assert picture.data() == PNG


def test_not_encoded_but_escaped() -> None:
    _, (picture,) = look('<img src="data:image/svg+xml,%3Csvg%20a=1%3E">')
    assert (picture.content_type, picture.filename) == ("image/svg+xml", "data-0-1.svg")
    assert picture.data() == b"<svg a=1>"


@pytest.mark.parametrize(
    "html",
    [
        f"<p>Write data:image/png;base64,{CODED} there</p>",
        f'<p>Write "data:image/png;base64,{CODED}" there</p>',
        f'<a href="data:text/html;base64,{CODED}">',
        '<img src="https://customer.example/a.png">',
        f'<img src="data:image/png;base64,{CODED}',
        "<img src=" * 1000,
    ],
)
def test_left_as_it_is(html: str) -> None:
    assert look(html) == (html, [])


def test_two_parts_name_different_pictures() -> None:
    part = f'--b\nContent-Type: text/html\n\n<img src="data:image/png;base64,{CODED}">\n'
    raw = f"Content-Type: multipart/mixed; boundary=b\n\n{part}{part}--b--"
    leaves = look_inside(read_structure(raw.encode()).leaves).leaves
    assert [(leaf.index, leaf.content_id) for leaf in leaves] == [(0, ""), (2, "data-0-1"), (1, ""), (3, "data-1-1")]


def test_not_more_pictures_than_anybody_sends() -> None:
    html, pictures = look('<img src="data:image/png;base64,AAAA">' * (MOST_IMAGES + 1))
    assert len(pictures) == MOST_IMAGES
    assert html.count("data:") == 1
