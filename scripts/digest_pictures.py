"""Draws the weekly digest of a simulated desk in each language, as a mail client shows it: docs/letters/digest-*.png.

    python -m scripts.digest_pictures [--tickets 1500]

Needs Chromium. The same seed gives the same pictures.
"""

import argparse
import subprocess
import tempfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from maildesk.desk.digests.digest_letter import account_of, digest_letter, managers_of
from maildesk.desk.figures.period import Period
from maildesk.mail import Letter
from maildesk.notify.compose import compose
from maildesk.vocabulary import Span
from tests.desk import TestDesk, opened
from tests.quarter import END, SETTINGS, Quarter

FOLDER = Path(__file__).parent.parent / "docs" / "letters"
WIDTH, HEIGHT = 680, 6500


def draw(tickets: int) -> list[Path]:
    """Plays the quarter, writes the letter of each manager, and takes its picture."""
    with tempfile.TemporaryDirectory() as name:
        desk = TestDesk(Path(name), settings=SETTINGS)
        quarter = Quarter(desk, tickets)
        quarter.play()
        quarter.write()
        made = []
        with desk.look() as session:
            for to in managers_of(desk.post):
                period = Period(Span.WEEK, date(2026, 3, 23), date(2026, 3, 30), to.zone)
                account = account_of(session, desk.settings, period, END)
                letter = compose(digest_letter(desk.post, to, account, f"picture:{to.language}", END), desk.post.words)
                made.append(_picture(letter, Path(name), FOLDER / f"digest-{to.language}.png"))
        desk.close()
    return made


def _picture(letter: Letter, folder: Path, target: Path) -> Path:
    mail = opened(letter)
    page = mail.get_body(("html",))
    assert isinstance(page, EmailMessage)
    html = str(page.get_content())
    for part in mail.walk():
        if part.get("Content-ID"):
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            (folder / "chart.png").write_bytes(data)
            html = html.replace(f"cid:{str(part['Content-ID']).strip('<>')}", "chart.png")
    (folder / "letter.html").write_text(html, encoding="utf-8")
    target.parent.mkdir(exist_ok=True)
    subprocess.run(
        [
            *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={target}", f"file://{folder}/letter.html"),
        ],
        check=True,
        capture_output=True,
    )
    _trim(target)
    return target


def _trim(path: Path) -> None:
    """Without the empty paper below, in few colours: a picture of words is small then."""
    from PIL import Image, ImageChops

    image = Image.open(path).convert("RGB")
    box = ImageChops.difference(image, Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))).getbbox()
    image.crop((0, 0, image.width, min(image.height, (box[3] if box else 0) + 24))).quantize(48).save(
        path, optimize=True
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1500)
    for drawn in draw(parser.parse_args().tickets):
        print(drawn)
