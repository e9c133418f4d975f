"""Draws the letters: `python -m scripts.render_letters` writes the contact sheets of docs/letters, all notices in all
languages, as wide as a telephone and as a window, as sent and as a client in dark mode turns them round.

With --full FOLDER it draws every form of every notice in its true size instead, for looking closely. Needs Chromium.
"""

import argparse
import html
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from maildesk.notify.compose import compose
from maildesk.notify.samples import LANGUAGES, Sample, notice_of, samples
from maildesk.notify.samples.as_files import Kept
from maildesk.notify.templates import Templates
from maildesk.places import templates_folder

DOCS: Final = Path(__file__).resolve().parent.parent / "docs" / "letters"
#: Pixels of a telephone and of a window; and how much smaller they stand on the sheet.
WIDTHS: Final = {360: 0.38, 800: 0.27}
MODES: Final = ("light", "inverted")
#: Notices beside each other on a sheet.
COLUMNS: Final = 3
#: Beside the first form of every notice.
ALSO: Final = ("answer-as-written", "answer-coloured", "new_ticket-unproven", "received-neutral")
_COLOURS: Final = 32
_QUIET: Final = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--force-color-profile=srgb", "--disable-lcd-text", "--virtual-time-budget=5000"),
)
#: Each letter gets as much room as it needs; how high the page is then stands in its title.
_FIT: Final = """<script>onload = () => {
for (const one of document.querySelectorAll("iframe")) {
  one.style.height = one.contentDocument.documentElement.scrollHeight + "px";
}
document.title = Math.ceil(document.documentElement.getBoundingClientRect().height);
}</script>"""
_STYLE: Final = """<style>
body { margin: 0; padding: 8px; width: max-content; font: 13px sans-serif; background: #ccd2d8 }
iframe { border: 0; display: block } h2 { margin: 10px 0 4px; font-size: 14px }
.row { display: flex; gap: 8px; align-items: flex-start; ZOOM }
.all { display: grid; grid-template-columns: repeat(COLUMNS, auto); gap: 12px }
.inverted iframe { filter: invert(1) }</style>"""


class Drawn(NamedTuple):
    """A letter in all languages."""

    name: str
    pages: tuple[str, ...]


def letters(only: str = "") -> list[Drawn]:
    """Every form of every notice whose name begins so."""
    kept = Kept(Templates(templates_folder()))
    rows = zip(*(samples(language) for language in LANGUAGES), strict=True)
    return [_drawn(kept, same) for same in rows if same[0].name.startswith(only)]


def _drawn(kept: Kept, same: Sequence[Sample]) -> Drawn:
    pages = []
    for sample, language in zip(same, LANGUAGES, strict=True):
        compose(notice_of(sample, language), kept)
        pages.append(kept.for_browser)
    return Drawn(same[0].name, tuple(pages))


def sheet(chosen: Sequence[Drawn], width: int, mode: str, zoom: float) -> str:
    """A page with a row for each notice, its languages side by side, each in a frame as wide as a screen."""
    rows = []
    for drawn in chosen:
        frames = (f'<iframe srcdoc="{html.escape(page)}" width="{width}"></iframe>' for page in drawn.pages)
        rows.append(f'<div><h2>{drawn.name}</h2><div class="row">{"".join(frames)}</div></div>')
    style = _STYLE.replace("ZOOM", f"zoom: {zoom}").replace("COLUMNS", str(min(COLUMNS, len(chosen))))
    return (
        f'<!DOCTYPE html><meta charset="utf-8">{style}<body class="{mode}"><div class="all">{"".join(rows)}</div>{_FIT}'
    )


def draw(page: str, picture: Path, width: int) -> None:
    """Writes the whole page as a PNG of few colours. Raises CalledProcessError where Chromium fails."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "sheet.html")
        source.write_text(page, encoding="utf-8")
        dom = _chromium(folder, "--dump-dom", f"--window-size={width},1000", source.as_uri())
        found = re.search(r"<title>(\d+)</title>", dom)
        if found is None:
            raise RuntimeError("Chromium has not measured the page")
        raw = Path(folder, "sheet.png")
        _chromium(folder, f"--screenshot={raw}", f"--window-size={width},{found[1]}", source.as_uri())
        with Image.open(raw) as drawn:
            drawn.convert("RGB").quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
                picture, optimize=True
            )


def _chromium(folder: str, *arguments: str) -> str:
    command = ["chromium", *_QUIET, f"--user-data-dir={folder}/profile", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout


def _one_of_each(drawn: Sequence[Drawn]) -> list[Drawn]:
    return [one for one in drawn if "-" not in one.name or one.name in ALSO]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", type=Path, help="draws in true size into this folder")
    parser.add_argument("--only", default="", help="letters whose name begins so")
    chosen = parser.parse_args()
    folder: Path = chosen.full or DOCS
    folder.mkdir(parents=True, exist_ok=True)
    drawn = letters(chosen.only)
    for width, zoom in WIDTHS.items():
        for mode in MODES:
            if chosen.full:
                for one in drawn:
                    draw(sheet([one], width, mode, 1), folder / f"{one.name}-{width}-{mode}.png", 3 * width + 40)
            else:
                room = COLUMNS * (int(3 * (width + 8) * zoom) + 12) + 16
                draw(sheet(_one_of_each(drawn), width, mode, zoom), folder / f"{width}-{mode}.png", room)
            print(folder, width, mode)


if __name__ == "__main__":
    main()
