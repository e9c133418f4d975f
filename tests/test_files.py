"""The files of a mail on their way: to agents with a small picture, without logos, and never left out silently."""

from base64 import b64encode, encodebytes
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from maildesk.ingest import enclosing
from maildesk.ingest.pictures.drawing import draw
from maildesk.mail import Letter
from maildesk.model import Attachment
from tests.desk import TestDesk, mail, opened, text_of

ANNA = "anna@acme.example"
KARI = "Kari Nordmann <kari@customer.example>"


def picture(colour: str, size: tuple[int, int] = (900, 600)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return written.getvalue()


SHOT = picture("red")
LOGO = picture("blue", (120, 60))


def with_files(raw: bytes, *files: tuple[str, str, bytes], inline: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """The mail with these attachments (name, type, bytes) and inline PNGs (Content-ID, bytes)."""
    made = message_from_bytes(raw, policy=policy.SMTP.clone(max_line_length=998))
    assert isinstance(made, EmailMessage)
    made.make_mixed()
    for content_id, data in inline:
        made.add_attachment(data, "image", "png", disposition="inline", cid=f"<{content_id}>", filename="image001.png")
    for name, content_type, data in files:
        main, _, sub = content_type.partition("/")
        made.add_attachment(data, main, sub, filename=name)
    return bytes(made)


@pytest.fixture
def desk(tmp_path: Path) -> TestDesk:
    desk = TestDesk(tmp_path)
    # Without a process of its own: what that one does is tested in test_previews.py.
    desk.desk = replace(desk.desk, draw=draw)
    return desk


def to_agent(letters: list[Letter]) -> Letter:
    return next(letter for letter in letters if letter.recipient == ANNA)


def to_kari(letters: list[Letter]) -> Letter:
    return next(letter for letter in letters if letter.recipient == "kari@customer.example")


def flat(letter: Letter) -> str:
    """Its text on one line, wherever it was wrapped."""
    return " ".join(text_of(letter).split())


def test_an_agent_sees_a_small_picture_and_gets_the_whole_one(desk: TestDesk) -> None:
    desk.receive(with_files(mail(KARI, proven=True), ("screen.png", "image/png", SHOT)))
    letters = desk.run()
    message = opened(to_agent(letters))
    related, original = list(message.iter_parts())
    assert message.get_content_type() == "multipart/mixed"
    assert related.get_content_type() == "multipart/related"
    assert related.get_param("type") == "multipart/alternative"
    words, preview = list(related.iter_parts())
    assert preview.get_content_type() == "image/jpeg" and preview.get_content_disposition() == "inline"
    page = message.get_body(("html",))
    assert page is not None
    assert f'<img src="cid:{preview["Content-ID"].strip("<>")}" width="480"' in page.get_content()
    assert original.get_content() == SHOT and original.get_filename() == "screen.png"
    assert words.get_content_type() == "multipart/alternative"
    assert "image/jpeg" not in [part.get_content_type() for part in opened(to_kari(letters)).walk()]


def test_all_agents_share_the_bytes(tmp_path: Path, desk: TestDesk) -> None:
    desk.receive(with_files(mail(KARI), ("screen.png", "image/png", SHOT)))
    desk.run()
    to_agents = [row for row in desk.outbox() if row.kind == "new_ticket"]
    assert len(to_agents) > 1 and len({row.files_sha256 for row in to_agents}) == 1


def test_a_picture_of_three_people_is_a_logo(desk: TestDesk) -> None:
    notices = []
    for sender in ("kari@customer.example", "ola@customer.example", "per@customer.example", "per@customer.example"):
        desk.receive(with_files(mail(sender), ("a.txt", "text/plain", b"notes"), inline=(("logo", LOGO),)))
        notices.append(to_agent(desk.run()))
    listed = ["image001.png" in text_of(notice) for notice in notices]
    assert listed == [True, True, False, False]
    assert "A picture that belongs to the signature is left out" in text_of(notices[2])
    assert [part.get_filename() for part in opened(notices[2]).iter_attachments()] == ["a.txt"]
    with desk.look() as session:
        logos = session.scalars(select(Attachment.logo).where(Attachment.filename == "image001.png"))
        assert list(logos) == [False, False, True, True], "kept, all four of them"


def test_a_screenshot_that_one_person_sends_again_is_none(desk: TestDesk) -> None:
    for _ in range(4):
        desk.receive(with_files(mail(KARI), inline=(("shot", LOGO),)))
        assert "image001.png" in text_of(to_agent(desk.run()))


def test_what_is_too_large_is_named_to_both_sides(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosing, "LARGEST_ENCLOSURES", 50_000)
    files = ("trace.bin", "application/x-trace", b"x" * 60_000), ("a.txt", "text/plain", b"notes")
    desk.receive(with_files(mail(KARI, proven=True), *files))
    letters = desk.run()
    notice, receipt = to_agent(letters), text_of(to_kari(letters))
    assert "trace.bin (60 kB; too large to enclose, kept with the ticket)" in text_of(notice)
    assert [part.get_filename() for part in opened(notice).iter_attachments()] == ["a.txt"]
    assert "Too large to be passed on by e-mail:" in receipt and "- trace.bin (60 kB)" in receipt
    assert "a.txt" not in receipt


def test_an_unproven_sender_is_told_no_names(desk: TestDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enclosing, "LARGEST_ENCLOSURES", 50_000)
    desk.receive(with_files(mail(KARI), ("buy-pills.bin", "application/x-trace", b"x" * 60_000)))
    receipt = text_of(to_kari(desk.run()))
    assert "One of your files was too large" in receipt and "pills" not in receipt


def test_more_files_than_are_listed_are_counted_to_both_sides(desk: TestDesk) -> None:
    many = [(f"{number}.txt", "text/plain", b"%d" % number) for number in range(103)]
    desk.receive(with_files(mail(KARI, proven=True), *many))
    letters = desk.run()
    assert "3 more attachments are not listed" in flat(to_agent(letters))
    assert "3 of them were not looked at" in flat(to_kari(letters))


def test_a_letter_of_ours_is_withheld_for_its_own_reason(desk: TestDesk) -> None:
    desk.receive(mail(KARI, proven=True))
    ours = to_kari(desk.run()).whole
    desk.receive(with_files(mail("ola@customer.example"), ("letter.txt", "text/plain", ours)))
    notice = to_agent(desk.run())
    assert "it holds a letter of this desk" in flat(notice)
    assert "too large" not in text_of(notice) and list(opened(notice).iter_attachments()) == []


def test_a_text_under_another_type_is_looked_into_too(desk: TestDesk) -> None:
    desk.receive(mail(KARI, proven=True))
    address = str(opened(to_kari(desk.run()))["Reply-To"]).rpartition("<")[2].rstrip(">")
    hidden = f"write to {address}\n".encode()
    desk.receive(with_files(mail("ola@customer.example"), ("a.bin", "application/octet-stream", hidden)))
    assert list(opened(to_agent(desk.run())).iter_attachments()) == []


def test_a_program_that_is_called_a_document_is_named(desk: TestDesk) -> None:
    program = b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(100)
    desk.receive(with_files(mail(KARI), ("invoice.pdf", "application/pdf", program)))
    notice = to_agent(desk.run())
    assert "careful: this is a program" in flat(notice)
    (part,) = opened(notice).iter_attachments()
    assert part.get_content_type() == "application/x-msdownload"
    with desk.look() as session:
        (row,) = session.scalars(select(Attachment))
        assert (row.content_type, row.true_type) == ("application/pdf", "application/x-msdownload")


def test_a_page_that_is_called_a_picture_is_not_shown(desk: TestDesk) -> None:
    desk.receive(with_files(mail(KARI), ("shot.png", "image/png", b"<html><script>x</script></html>")))
    (part,) = opened(to_agent(desk.run())).iter_attachments()
    assert part.get_content_type() == "application/octet-stream" and part.get_content_disposition() == "attachment"


def test_a_picture_that_cannot_be_drawn_is_enclosed_all_the_same(desk: TestDesk) -> None:
    desk.receive(with_files(mail(KARI), ("shot.png", "image/png", SHOT[:300])))
    (part,) = opened(to_agent(desk.run())).iter_attachments()
    assert part.get_filename() == "shot.png" and part.get_content() == SHOT[:300]


def test_what_could_not_be_read_goes_to_the_agent_as_it_came(desk: TestDesk) -> None:
    raw = bytes(range(1, 256)) * 4
    desk.receive(raw, recipients=("support@acme.example",), envelope_from="")
    letter = to_agent(desk.run())
    (original,) = opened(letter).iter_attachments()
    assert (original.get_filename(), original.get_content()) == ("original.eml", raw)
    words = " ".join(text_of(letter).split())
    assert "could not be read as a mail" in words and "- original.eml (1 kB)" in words


def signed_address(desk: TestDesk) -> bytes:
    """One of Kari's, from the receipt of her mail."""
    desk.receive(mail(KARI, text="The printer is broken."), envelope_from="kari@customer.example")
    return str(opened(to_kari(desk.run()))["Reply-To"]).partition("<")[2].rstrip(">").encode()


def soft(text: bytes) -> bytes:
    """In quoted-printable, with a soft break inside the address."""
    return text[:50] + b"=\r\n" + text[50:]


def wide(text: bytes) -> bytes:
    return b64encode(text.decode().encode("utf-16-le"))


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [("7bit", bytes), ("base64", encodebytes), ("base64", wide), ("quoted-printable", soft), ("", b64encode)],
)
def test_an_original_with_a_signed_address_is_kept(
    desk: TestDesk, encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    signed = signed_address(desk)
    broken = b"From: Ola <ola@customer.example>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    broken += b"Content-Transfer-Encoding: %s\r\n\r\n" % encoding.encode()
    for address, files in ((b"support@acme.example", ["original.eml"]), (signed, [])):
        desk.receive(broken + encode(b"Use this address for it: " + address + b" \r\n"))
        letter = to_agent(desk.run())
        assert "could not be read" in flat(letter)
        assert [one.get_filename() for one in opened(letter).iter_attachments()] == files


def test_an_original_with_a_letter_of_ours_inside_is_kept(desk: TestDesk) -> None:
    """As a file of another type: neither the file travels nor the mail around it."""
    hidden = b"write to " + signed_address(desk) + b"\n"
    raw = with_files(mail("ola@customer.example"), ("a.bin", "application/octet-stream", hidden))
    desk.receive(raw.rpartition(b"--")[0].rpartition(b"\r\n--")[0])
    letter = to_agent(desk.run())
    assert "it holds a letter of this desk" in flat(letter)
    assert list(opened(letter).iter_attachments()) == []


def spelled(signed: bytes) -> bytes:
    return b"<p>Write to <a>" + signed.replace(b"+", b"&plus;").replace(b"-", b"&#45;") + b"</a></p>"


def linked(signed: bytes) -> bytes:
    return b'<a href="mailto:' + signed.replace(b"+", b"%2B").replace(b"-", b"%2D").replace(b"@", b"%40") + b'">us</a>'


def mailed(text: bytes) -> bytes:
    return b"From: x@customer.example\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodebytes(text)


@pytest.mark.parametrize("name", ["old.txt", "old.eml", "old.bin", "old.html"])
@pytest.mark.parametrize(
    "write", [mailed, lambda signed: mailed(mailed(signed)), lambda signed: mailed(soft(signed)), spelled, linked, wide]
)
def test_a_file_is_looked_into_as_a_mail_program_would(
    desk: TestDesk, name: str, write: Callable[[bytes], bytes]
) -> None:
    kind = {"old.txt": "text/plain", "old.html": "text/html"}.get(name, "application/octet-stream")
    harmless = write(b"The address of the desk is support@acme.example, and nothing is behind the plus of it")
    for data, files in ((harmless, [name]), (write(b"Write to it: " + signed_address(desk) + b" "), [])):
        desk.receive(with_files(mail("ola@customer.example"), (name, kind, data)))
        assert [one.get_filename() for one in opened(to_agent(desk.run())).iter_attachments()] == files
