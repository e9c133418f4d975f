"""Previews of pictures, drawn by a real process that may be killed."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from maildesk.ingest.pictures.drawing import HIGHEST, MOST_PIXELS, SMALLEST, WIDEST, draw
from maildesk.ingest.pictures.previews import Drawers, Drawn

RED, BLUE = (200, 0, 0), (0, 0, 200)


def picture(form: str, size: tuple[int, int] = (800, 600), mode: str = "RGB", **options: object) -> bytes:
    """Left half red, right half blue."""
    drawn = Image.new("RGB", size, RED)
    drawn.paste(BLUE, (size[0] // 2, 0, *size))
    written = BytesIO()
    drawn.convert(mode).save(written, form, **options)
    return written.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, with the first rows of it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes((width * 3 + 1) * 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def opened(drawn: Drawn | None) -> Image.Image:
    assert drawn is not None
    small = Image.open(BytesIO(drawn.jpeg))
    assert small.format == "JPEG" and small.width == drawn.width
    return small


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("GIF", "P"),
        ("WEBP", "RGBA"),
        ("BMP", "RGB"),
        ("TIFF", "CMYK"),
        ("AVIF", "RGB"),
    ],
)
def test_every_format_is_drawn_small(form: str, mode: str) -> None:
    small = opened(draw(picture(form, mode=mode)))
    assert small.size == (WIDEST, HIGHEST)


def test_heic_is_drawn_where_its_extra_is_installed() -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    assert opened(draw(picture("HEIF"))).size == (WIDEST, HIGHEST)


def test_a_small_picture_keeps_its_size() -> None:
    assert opened(draw(picture("PNG", (200, 100)))).size == (200, 100)


def test_what_is_transparent_is_white() -> None:
    written = BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(written, "PNG")
    assert opened(draw(written.getvalue())).getpixel((50, 50)) == (255, 255, 255)


def test_a_photo_is_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "SecretCamera"
    data = picture("JPEG", (800, 600), exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile" * 20)
    drawn = draw(data)
    small = opened(drawn)
    assert small.size == (270, 360)
    top, bottom = small.getpixel((135, 10)), small.getpixel((135, 350))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 150 and bottom[2] > 150, "the left of the camera is the top of the picture"
    assert drawn is not None and b"Secret" in data and b"Secret" not in drawn.jpeg
    assert not small.getexif()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"\xff\xd8\xff" + bytes(1000),
        picture("PNG")[:200],
        picture("PNG", (SMALLEST - 1, 500)),
        png_of(50_000, 50_000),
        png_of(MOST_PIXELS // 5000, 5001),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=["empty", "text", "zeros", "cut", "tiny", "bomb", "large", "eps", "svg"],
)
def test_what_is_no_picture_has_no_preview(data: bytes) -> None:
    assert draw(data) is None


@pytest.fixture
def drawers() -> Iterator[Drawers]:
    drawers = Drawers()
    yield drawers
    drawers.close()


def test_the_process_draws_one_after_the_other(drawers: Drawers) -> None:
    assert opened(drawers.draw(picture("PNG"))).size == (WIDEST, HIGHEST)
    assert drawers.draw(b"no picture") is None
    assert opened(drawers.draw(picture("JPEG", (600, 600)))).size == (HIGHEST, HIGHEST)


def test_a_process_that_died_is_replaced(drawers: Drawers) -> None:
    assert drawers.draw(picture("PNG"))
    assert drawers._process is not None
    drawers._process.stop()
    assert drawers.draw(picture("PNG")) is None
    assert drawers.draw(picture("PNG"))


def test_a_process_that_takes_too_long_is_killed() -> None:
    slow = Drawers(wall_seconds=0.0)
    assert slow.draw(picture("PNG")) is None
    assert slow._process is None
    slow.close()


def test_closing_twice_is_closing(drawers: Drawers) -> None:
    assert drawers.draw(picture("PNG"))
    process = drawers._process
    drawers.close()
    drawers.close()
    assert process is not None and process.ended() == 0
