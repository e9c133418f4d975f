"""Draws small pictures of pictures, as JPEG: upright, without anything else their files hold. It runs in a process
that may be killed (drawing_worker.py): what it opens are the bytes of strangers.

Nothing is decoded that would be large: a file says how many pixels it has before it is (threats T54). Of a film of
pictures the first is drawn. HEIC needs the extra `heic`.
"""

import io
from typing import Final

from PIL import Image, ImageOps

from maildesk.ingest.pictures.previews import Drawn

#: Pixels of one picture; JPEG is decoded smaller than it is.
MOST_PIXELS: Final = 25_000_000
MOST_PIXELS_JPEG: Final = 100_000_000
#: Of what is drawn.
WIDEST: Final = 480
HIGHEST: Final = 360
#: Pixels on its shorter side below which a picture is drawn by nobody: a dot, a line, a logo of a telephone.
SMALLEST: Final = 48
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "HEIF")
_QUALITY: Final = 80
#: Everything Pillow is known to raise on bytes that are no picture, or none that it can read.
_UNREADABLE: Final = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError)


def draw(data: bytes) -> Drawn | None:
    """A picture of at most WIDEST x HIGHEST pixels; None for what is no picture, or too small or too large for one."""
    try:
        with Image.open(io.BytesIO(data), formats=_known()) as picture:
            if not _is_worth_it(picture):
                return None
            return _written(_small(picture))
    except (*_UNREADABLE, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _known() -> list[str]:
    """The formats this installation can open, HEIC among them where its extra is there."""
    try:
        import pillow_heif
    except ImportError:
        return [name for name in _FORMATS if name != "HEIF"]
    pillow_heif.register_heif_opener(thumbnails=False)
    return list(_FORMATS)


def _is_worth_it(picture: Image.Image) -> bool:
    width, height = picture.size
    most = MOST_PIXELS_JPEG if picture.format == "JPEG" else MOST_PIXELS
    return width * height <= most and min(width, height) >= SMALLEST


def _small(picture: Image.Image) -> Image.Image:
    # A JPEG is decoded at an eighth, a quarter or half of its size: in time and memory of the small picture.
    picture.draft("RGB", (2 * WIDEST, 2 * HIGHEST))
    if picture.mode not in ("RGB", "RGBA", "L", "LA"):
        picture = _in_colours(picture)
    turned = (picture.getexif().get(0x0112) or 1) >= 5
    picture.thumbnail((HIGHEST, WIDEST) if turned else (WIDEST, HIGHEST))
    picture = ImageOps.exif_transpose(picture)
    return _on_paper(picture) if picture.mode in ("RGBA", "LA") else picture.convert("RGB")


def _in_colours(picture: Image.Image) -> Image.Image:
    exif = picture.getexif()
    coloured = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    coloured.getexif().update(exif)
    return coloured


def _on_paper(picture: Image.Image) -> Image.Image:
    """What is transparent is white."""
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
    return paper


def _written(picture: Image.Image) -> Drawn:
    # Without EXIF, comment, colour profile and whatever else: where a photo was taken is nobody's business.
    picture.info.clear()
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=_QUALITY, optimize=True, subsampling=0)
    return Drawn(picture.width, written.getvalue())
