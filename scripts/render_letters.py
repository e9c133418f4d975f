"""Draws every letter: `python scripts/render_letters.py FOLDER` writes NAME-WIDTH.png, the languages side by side.

Needs Chromium. The sample facts are those of the tests.
"""

import argparse
import html
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from maildesk.notify.compose import Notice, Rendered, compose  # noqa: E402
from maildesk.notify.templates import Templates  # noqa: E402
from tests.sample_facts import LANGUAGES, notice_of, samples  # noqa: E402

WIDTHS = (360, 800)
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


class _Listener:
    """Composes as the daemon does, and keeps the words."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self.said = Rendered("", "", "")

    def html_of(self, notice: Notice) -> str:
        compose(notice, self)
        return self.said.html

    def render(self, kind, language, facts):  # type: ignore[no-untyped-def]
        self.said = self._templates.render(kind, language, facts)
        return self.said


def sheet(letters: list[str], width: int, height: int) -> str:
    """A page with one letter per language, each in a frame as wide as a screen."""
    frames = "".join(
        f'<iframe srcdoc="{html.escape(letter)}" width="{width}" height="{height}" '
        'style="border:0;border-right:1px solid #999"></iframe>'
        for letter in letters
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;white-space:nowrap">{frames}'


def draw(page: str, picture: Path, width: int, height: int, dark: bool) -> None:
    """Raises CalledProcessError where Chromium fails."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "sheet.html")
        source.write_text(page, encoding="utf-8")
        mode = ["--blink-settings=preferredColorScheme=0"] if dark else []
        subprocess.run(
            [
                "chromium",
                *_QUIET,
                *mode,
                f"--user-data-dir={folder}/profile",
                f"--screenshot={picture}",
                f"--window-size={width},{height}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="letters whose name begins so")
    parser.add_argument("--dark", action="store_true", help="as a client in dark mode shows them")
    parser.add_argument("--height", type=int, default=1150)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    listener = _Listener(Templates(REPOSITORY / "templates"))
    by_language = [samples(language) for language in LANGUAGES]
    for same in zip(*by_language, strict=True):
        if not same[0].name.startswith(chosen.only):
            continue
        letters = [
            listener.html_of(notice_of(sample, language)) for sample, language in zip(same, LANGUAGES, strict=True)
        ]
        for width in WIDTHS:
            picture = chosen.folder.resolve() / f"{same[0].name}-{width}.png"
            page = sheet(letters, width, chosen.height)
            draw(page, picture, (width + 1) * len(letters), chosen.height, chosen.dark)
            print(picture)


if __name__ == "__main__":
    main()
