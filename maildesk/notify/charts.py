"""Draws numbers: the heights of bars that are cells of a table, and a small picture. Pure: same numbers, same bytes.

A picture holds digits alone, so that one font is enough for every language and what it means is said in words beside it
(docs/decisions/0017). The colours are of middle brightness: they can be seen on white and where a client inverts them.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFont

#: Pixels of the tallest bar of a table.
TALLEST: Final = 48
#: Characters of the longest bar of a text.
LONGEST: Final = 20
#: Shown so wide; drawn twice as fine, for screens that are.
WIDTH: Final = 480
HEIGHT: Final = 170
_FINE: Final = 2
_PAPER: Final = (255, 255, 255)
_INK: Final = (85, 96, 108)
_RULE: Final = (208, 214, 221)
_BLUE: Final = (47, 111, 176)
_SAND: Final = (183, 121, 31)
_LINE: Final = (31, 41, 51)
_COLOURS: Final = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: `label` are digits; what came, what ended, how many were open at its end."""

    label: str
    new: int
    ended: int
    open: int


def heights(values: Sequence[int], tallest: int = TALLEST) -> list[int]:
    """Each value as pixels of a bar; the largest is `tallest`, what is not nothing is at least one."""
    most = max(values, default=0)
    return [max(1, round(value * tallest / most)) if value else 0 for value in values]


def picture(bars: Sequence[Bar]) -> bytes:
    """A PNG of WIDTH x HEIGHT (at twice the pixels): beside each other what came and what ended, above it a line of
    what was open. Two scales, both from 0; the highest value of each stands at its side.
    """
    width, height = WIDTH * _FINE, HEIGHT * _FINE
    image = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(11 * _FINE)
    left, right, top, low = 34 * _FINE, width - 34 * _FINE, 14 * _FINE, height - 24 * _FINE
    for share in (0, 0.5, 1):
        level = low - round((low - top) * share)
        draw.line([(left, level), (right, level)], fill=_RULE, width=_FINE)
    step = (right - left) / max(len(bars), 1)
    most = max((max(bar.new, bar.ended) for bar in bars), default=0)
    most_open = max((bar.open for bar in bars), default=0)
    for at, bar in enumerate(bars):
        begin = left + step * at
        _bar(draw, begin + step * 0.14, begin + step * 0.47, low, top, bar.new, most, _BLUE)
        _bar(draw, begin + step * 0.53, begin + step * 0.86, low, top, bar.ended, most, _SAND)
        draw.text((begin + step / 2, low + 6 * _FINE), bar.label, fill=_INK, font=font, anchor="ma")
    points = [
        (left + step * (at + 0.5), low - (low - top) * (bar.open / most_open if most_open else 0))
        for at, bar in enumerate(bars)
    ]
    if points:
        draw.line(points, fill=_LINE, width=2 * _FINE, joint="curve")
        for x, y in points:
            draw.ellipse([x - 3 * _FINE, y - 3 * _FINE, x + 3 * _FINE, y + 3 * _FINE], fill=_LINE)
    draw.text((left - 6 * _FINE, top), str(most), fill=_BLUE, font=font, anchor="rm")
    draw.text((left - 6 * _FINE, low), "0", fill=_BLUE, font=font, anchor="rm")
    draw.text((right + 6 * _FINE, top), str(most_open), fill=_LINE, font=font, anchor="lm")
    draw.text((right + 6 * _FINE, low), "0", fill=_LINE, font=font, anchor="lm")
    return _png(image.quantize(_COLOURS, dither=Image.Dither.NONE))


def _bar(
    draw: ImageDraw.ImageDraw,
    begin: float,
    end: float,
    low: int,
    top: int,
    value: int,
    most: int,
    colour: tuple[int, ...],
) -> None:
    if value:
        draw.rectangle([begin, low - max(_FINE, (low - top) * value / most), end, low], fill=colour)


def _png(image: Image.Image) -> bytes:
    """A palette image as a PNG (ISO/IEC 15948), without a date, a name or anything else that differs between runs."""
    width, height = image.size
    palette = bytes(image.getpalette() or ())
    pixels = image.tobytes()
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (b"IHDR" + header, b"PLTE" + palette, b"IDAT" + zlib.compress(rows, 9), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(named: bytes) -> bytes:
    return struct.pack(">I", len(named) - 4) + named + struct.pack(">I", zlib.crc32(named))
