"""How agents' mail programs answer a notice: the files in tests/answers, each as one of them sets its two parts.

All say the same, with bold, two steps and a screenshot, have a signature where the program adds one, and quote the
notice: {PAGE} is its HTML, {TEXT} its text, {MARKED} the same with "> " in front.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path

FIRST, SECOND = "Open the panel.", "Wait a minute."
CARD = ("Anna Berg", "Support Engineer", "+47 22 19 45 40")
_FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True)
class Program:
    """`text` is "" for one that writes HTML alone."""

    name: str
    text: str
    html: str

    def parts(self, quoted_text: str, quoted_page: str, address: str, subject: str) -> tuple[str, str]:
        """The two parts of an answer to a notice that says this."""
        marked = "\n".join(f"> {line}".rstrip() for line in quoted_text.splitlines())
        given = {"{MARKED}": marked, "{TEXT}": quoted_text, "{ADDRESS}": address, "{SUBJECT}": subject}
        text, html = self.text, self.html
        for name, value in given.items():
            text, html = text.replace(name, value), html.replace(name, escape(value))
        return text, html.replace("{PAGE}", quoted_page)


def _read(page: Path) -> Program:
    text = page.with_suffix(".txt")
    return Program(page.stem, text.read_text("utf-8") if text.exists() else "", page.read_text("utf-8"))


PROGRAMS = tuple(_read(page) for page in sorted(_FOLDER.glob("*.html")))
