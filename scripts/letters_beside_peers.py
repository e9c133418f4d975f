"""The same questions put to our letters and to those of others, for the table of docs/letters/README.md:
`python -m scripts.letters_beside_peers` prints it.

The letters of others are not here. What an audit of their templates in August 2026 counted (tables, roles, pictures,
language ...) is put into as small a page as has these numbers, and the questions are asked of that page.
"""

from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Final, NamedTuple

from maildesk.notify.compose import compose
from maildesk.notify.samples import LANGUAGES, notice_of, samples
from maildesk.notify.samples.as_files import Kept
from maildesk.notify.templates import Templates
from maildesk.places import templates_folder


class Counted(NamedTuple):
    """One template as it was counted. `lang`: it says a language, which is always English."""

    lang: bool = False
    direction: bool = False
    title: bool = False
    tables: int = 0
    roles: int = 0
    pictures: int = 0
    alternatives: int = 0
    dark: bool = False
    preheader: bool = False


PEERS: Final[Mapping[str, Counted]] = {
    "FreeScout, to agents": Counted(lang=True, tables=14),
    "FreeScout, to customers": Counted(lang=True, tables=1, pictures=1),
    "Libredesk": Counted(pictures=1, alternatives=1),
    "Healthchecks": Counted(title=True, tables=11, pictures=1, alternatives=1),
    "django-helpdesk": Counted(),
    "Frappe Helpdesk, portal": Counted(),
    "listmonk": Counted(pictures=1, alternatives=1),
    "GOV.UK Notify": Counted(lang=True, title=True, tables=10, roles=10, pictures=4, alternatives=4, preheader=True),
    "Postmark": Counted(tables=6, roles=6, dark=True, preheader=True),
}


class Page(HTMLParser):
    """The tags of a letter, and the words of its title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.title = ""
        self._in_title = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        self.title += data.strip() if self._in_title else ""

    def all_of(self, tag: str) -> list[dict[str, str]]:
        return [given for name, given in self.tags if name == tag]


def _language(page: Page, html: str, language: str) -> bool:
    return any(given.get("lang") == language for given in page.all_of("html"))


def _direction(page: Page, html: str, language: str) -> bool:
    return any("dir" in given for given in page.all_of("html"))


def _roles(page: Page, html: str, language: str) -> bool:
    return all("role" in given for given in page.all_of("table"))


def _alternatives(page: Page, html: str, language: str) -> bool:
    return all("alt" in given for given in page.all_of("img"))


QUESTIONS: Final[Mapping[str, Callable[[Page, str, str], bool]]] = {
    "its own language": _language,
    "direction": _direction,
    "title": lambda page, html, language: bool(page.title),
    "layout tables say so": _roles,
    "pictures have words": _alternatives,
    "dark mode": lambda page, html, language: "prefers-color-scheme" in html,
    "preheader": lambda page, html, language: "display:none" in html,
}


def drawn(counted: Counted) -> str:
    """As small a page as has these numbers; a language that is always English stands in it as such."""
    lang = ' lang="en"' if counted.lang else ""
    direction = ' dir="ltr"' if counted.direction else ""
    style = "<style>@media (prefers-color-scheme: dark) {}</style>" if counted.dark else ""
    title = f"<title>{'A letter' if counted.title else ''}</title>"
    roles = ['<table role="presentation"></table>'] * counted.roles
    tables = ["<table></table>"] * (counted.tables - counted.roles)
    pictures = ['<img src="x" alt="x">'] * counted.alternatives
    pictures += ['<img src="x">'] * (counted.pictures - counted.alternatives)
    preheader = '<div style="display:none">A letter</div>' if counted.preheader else ""
    body = "".join((preheader, *roles, *tables, *pictures))
    return f"<html{lang}{direction}><head>{title}{style}</head><body>{body}</body></html>"


def asked(html: str, language: str) -> list[bool]:
    """The answers of one letter to all questions."""
    page = Page(html)
    return [question(page, html, language) for question in QUESTIONS.values()]


def ours() -> Iterator[tuple[str, str]]:
    """(HTML, language) of every form of every notice."""
    kept = Kept(Templates(templates_folder()))
    for language in LANGUAGES:
        for sample in samples(language):
            compose(notice_of(sample, language), kept)
            yield kept.said.html, language


def table() -> list[str]:
    """The rows of the table: a letter of others counts for each of our languages, as a reader of that one gets it."""
    rows = {name: [asked(drawn(counted), language) for language in LANGUAGES] for name, counted in PEERS.items()}
    rows["maildesk, all letters"] = [asked(html, language) for html, language in ours()]
    lines = ["| letter | " + " | ".join(QUESTIONS) + " |", "|---" * (len(QUESTIONS) + 1) + "|"]
    for name, answers in rows.items():
        cells = [_cell([answer[at] for answer in answers]) for at in range(len(QUESTIONS))]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _cell(answers: list[bool]) -> str:
    if all(answers):
        return "yes"
    return f"{sum(answers)} of {len(answers)}" if any(answers) else "no"


if __name__ == "__main__":
    print("\n".join(table()))
