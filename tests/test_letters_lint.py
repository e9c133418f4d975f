"""Every letter in every language as a mail client, a screen reader and a cautious relay see it."""

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from maildesk.notify.audience import TO_CUSTOMERS
from maildesk.notify.compose import Enclosure, compose
from maildesk.notify.samples.as_files import Kept
from maildesk.notify.subjects import agent_subject, customer_subject
from maildesk.notify.templates import Templates
from tests.sample_facts import LANGUAGES, Sample, notice_of, samples

TEMPLATES = Templates(Path(__file__).parent.parent / "templates")
LARGEST_HTML = 90_000
LEAST_CONTRAST = 4.5
EVERY = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for language in LANGUAGES
    for sample in samples(language)
]
_VOID = {"meta", "br", "img", "hr"}
_STRUCTURE = {"html", "head", "title", "meta", "style", "body", "div", "table", "tr", "td", "th"}
_CONTENT = {"h1", "h2", "p", "ul", "li", "a", "strong", "span", "br", "img"}
_ATTRIBUTES = {
    *(
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "class",
        "style",
        "role",
        "href",
        "align",
        "valign",
        "width",
        "bgcolor",
        "src",
        "alt",
    ),
    *("cellpadding", "cellspacing", "border", "height", "scope"),
}
#: What Outlook for Windows or Gmail leave out, so that nothing may depend on it (caniemail).
_UNSUPPORTED = (
    "position:",
    "display:flex",
    "display:grid",
    "gradient",
    "background-image",
    "url(",
    "@import",
    "@font-face",
)
_NUMBER = re.compile(r"\d+(?:[.:,]\d+)*")


class Run(NamedTuple):
    """A piece of visible text with the colours it stands in."""

    text: str
    colour: str
    behind: str


class Page(HTMLParser):
    """A letter's HTML, read strictly: every tag closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.runs: list[Run] = []
        self.title = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"<{tag}> says something twice: {attrs}"
        self.tags.append((tag, given))
        if tag not in _VOID:
            self._open.append((tag, given))
        else:
            self.runs.append(Run(" ", "", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1][0] == tag, f"</{tag}> in {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        names = [tag for tag, _ in self._open]
        if "title" in names:
            self.title += data
        elif not ({"style", "head"} & set(names)) and not self._is("display", "none") and data.strip():
            self.runs.append(Run(data, self._nearest("color"), self._nearest("background-color")))

    @property
    def text(self) -> str:
        return " ".join(run.text for run in self.runs)

    def _nearest(self, name: str) -> str:
        return next((style[name] for _, given in reversed(self._open) if name in (style := style_of(given))), "")

    def _is(self, name: str, value: str) -> bool:
        return any(style_of(given).get(name) == value for _, given in self._open)


def style_of(given: dict[str, str]) -> dict[str, str]:
    pairs = (each.partition(":") for each in given.get("style", "").split(";") if each.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def parse(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


@cache
def mail_named(name: str, language: str) -> EmailMessage:
    (sample,) = [sample for sample in samples(language) if sample.name == name]
    return parse(compose(notice_of(sample, language), TEMPLATES).raw)


def mail_of(sample: Sample, language: str) -> EmailMessage:
    return mail_named(sample.name, language)


def part_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def page_of(sample: Sample, language: str) -> Page:
    return Page(part_of(mail_of(sample, language), "html"))


def ours_of(sample: Sample, language: str) -> str:
    """The HTML without what an agent set himself, which is his own."""
    own = str(sample.facts.get("html", ""))
    if not own:
        return part_of(mail_of(sample, language), "html")
    kept = Kept(TEMPLATES)
    compose(notice_of(sample, language), kept)
    assert own in kept.said.html
    return kept.said.html.replace(own, "")


def luminance(colour: str, inverted: bool) -> float:
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), f"not a colour: {colour!r}"
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    shares = [1 - share for share in shares] if inverted else shares
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(run: Run, inverted: bool) -> float:
    bright, dark = sorted((luminance(run.colour, inverted), luminance(run.behind, inverted)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_a_screen_reader_knows_language_direction_and_title(sample: Sample, language: str) -> None:
    page = page_of(sample, language)
    root = dict(page.tags)["html"]
    assert (root["lang"], root["dir"]) == (language, "ltr")
    assert page.title.strip()
    cells = [given for tag, given in page.tags if tag == "td" and "lang" in given]
    assert [(given["lang"], given["dir"]) for given in cells] == [(language, "ltr")], "webmail drops <html>"


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_tables_are_only_layout_and_headings_in_order(sample: Sample, language: str) -> None:
    page = page_of(sample, language)
    roles = [given.get("role") for tag, given in page.tags if tag == "table"]
    assert set(roles) <= {"presentation", "table"}
    # A table of numbers is one, and says what stands in its columns.
    heads = [given.get("scope") for tag, given in page.tags if tag == "th"]
    assert set(heads) <= {"col"} and bool(heads) == ("table" in roles)
    headings = [tag for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings in ([], ["h1"]) or headings == ["h1", *["h2"] * (len(headings) - 1)]


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_only_what_every_client_shows(sample: Sample, language: str) -> None:
    html = ours_of(sample, language)
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= _STRUCTURE | _CONTENT, "forms and the like are ignored"
    assert {name for _, given in page.tags for name in given} <= _ATTRIBUTES
    assert not [word for word in _UNSUPPORTED if word in html]
    for tag, given in page.tags:
        if "padding" in style_of(given):
            assert tag in ("td", "th", "a", "ul", "body"), f"Outlook ignores the padding of <{tag}>"
        if tag == "a":
            assert given["href"].startswith("mailto:")
        if tag == "img":
            assert given["src"].startswith("cid:") and given["alt"], "other pictures are blocked"
            assert int(given["width"]) <= 480, "Outlook knows no max-width"


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_nothing_depends_on_the_style_sheet(sample: Sample, language: str) -> None:
    html = part_of(mail_of(sample, language), "html")
    (sheet,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert sheet.strip().startswith("@media (prefers-color-scheme: dark)"), "Gmail drops it"
    for tag, given in Page(html).tags:
        if "class" in given:
            assert "style" in given, f"<{tag}> has its looks from the style sheet alone"
    assert all("color" not in rule or "!important" in rule for rule in re.findall(r"\{([^{}]+)\}", sheet))


@pytest.mark.parametrize("inverted", [False, True], ids=["as-sent", "inverted"])
@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_all_text_can_be_read(sample: Sample, language: str, inverted: bool) -> None:
    runs = [run for run in page_of(sample, language).runs if run.text.strip()]
    assert runs
    for run in runs:
        assert contrast(run, inverted) >= LEAST_CONTRAST, run


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dark_colours_can_be_read(language: str) -> None:
    html = part_of(mail_of(samples(language)[0], language), "html")
    rules = dict(re.findall(r"^(\S[^{\n]*?) \{ ([^}]+) \}", html, re.MULTILINE))
    night = style_of({"style": rules["body, .page"].replace(" !important", "")})["background-color"]
    for name, rule in rules.items():
        style = style_of({"style": rule.replace(" !important", "")})
        if "color" in style:
            assert contrast(Run(name, style["color"], style.get("background-color", night)), False) >= LEAST_CONTRAST


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_gmail_does_not_clip_it(sample: Sample, language: str) -> None:
    assert len(part_of(mail_of(sample, language), "html").encode()) < LARGEST_HTML


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_the_inbox_shows_a_preheader(sample: Sample, language: str) -> None:
    html = part_of(mail_of(sample, language), "html")
    body = html.partition("<body")[2].partition(">")[2].lstrip()
    found = re.match(r'<div style="display:none[^"]*mso-hide:all">([^<]+?)(?:&#847;|\u034f)', body)
    assert found and len(found.group(1).strip()) > 2


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_both_parts_say_the_same_numbers(sample: Sample, language: str) -> None:
    """Dates, sizes, ticket numbers, addresses. The text names no more than the HTML, and the other way round."""
    mail = mail_of(sample, language)
    text, page = part_of(mail, "plain"), Page(part_of(mail, "html"))
    buttons = {str(score) for score in range(1, 6)} if sample.kind in ("closed", "survey") else set()
    in_text, in_html = set(_NUMBER.findall(" ".join(text.split()))), set(_NUMBER.findall(" ".join(page.text.split())))
    assert in_html - buttons <= in_text
    assert in_text <= in_html
    addresses = re.compile(r"[\w.+-]+@[\w.-]+\w")
    assert set(addresses.findall(text)) == set(addresses.findall(page.text))


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_the_text_part_is_plain(sample: Sample, language: str) -> None:
    text = part_of(mail_of(sample, language), "plain")
    assert "\u00a0" not in text and "\u200b" not in text and "\x1e" not in text
    assert not re.search(r"</?[a-z]+[ >]|&[a-z]+;|&#\d", text)
    assert "\n\n\n" not in text
    assert all(len(line.encode()) <= 998 for line in text.split("\n"))


@pytest.mark.parametrize("sample", samples("ko"), ids=lambda sample: sample.name)
def test_korean_is_not_broken_inside_words(sample: Sample) -> None:
    for tag, given in Page(ours_of(sample, "ko")).tags:
        style = style_of(given)
        if tag in ("p", "h1", "h2", "li"):
            assert style["word-break"] == "keep-all"
    assert "Malgun Gothic" in part_of(mail_of(sample, "ko"), "html")


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_buttons_open_mails_that_only_have_to_be_sent(sample: Sample, language: str) -> None:
    for tag, given in Page(ours_of(sample, language)).tags:
        if tag == "a":
            address, _, query = given["href"].removeprefix("mailto:").partition("?")
            assert "+" not in given["href"] and len(given["href"]) < 2000
            assert re.fullmatch(r"support(\+(?:[trn]1042|c3|d738956)-p\d[\w-]*)?@acme\.example", unquote(address))
            assert unquote(query).startswith(f"subject={sample.subject}")


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_each_button_has_words_that_do_the_same(sample: Sample, language: str) -> None:
    mail = mail_of(sample, language)
    bodies = [
        unquote(given["href"].partition("&body=")[2])
        for tag, given in Page(ours_of(sample, language)).tags
        if tag == "a"
    ]
    for word in {body.split()[0] for body in bodies if body.startswith("#")}:
        assert word in part_of(mail, "plain")
        assert word in Page(part_of(mail, "html")).text


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_the_bytes_are_fit_for_any_relay(sample: Sample, language: str) -> None:
    files = (Enclosure("오류 화면.png", "image/png", bytes(range(256)), True), Enclosure("x.html", "text/html", b"<b>"))
    raw = compose(notice_of(sample, language, files), TEMPLATES).whole
    bare = raw.replace(b"\r\n", b"")
    assert raw.isascii() and b"\x00" not in raw and b"\r" not in bare and b"\n" not in bare
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = parse(raw)
    assert not mail.defects and not [part for part in mail.walk() if part.defects]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["오류 화면.png", "x.html"]
    assert mail["Subject"] == (sample.subject or mail["Subject"])


#: As requesters write them.
SUBJECTS = [
    "VPN drops",
    "Re: VPN drops",
    "RE: Re: VPN drops",
    "SV: VPN drops",
    "Fwd: VPN drops",
    "VS: VPN drops",
    "회신: VPN이 끊깁니다",
    "Videresend: VPN faller ut",
    "[EXT] VPN drops",
    "Ticket: VPN drops",
    "A: b: c",
    "12: 30 is too late",
    "오류: 로그인",
]


def outlook(subject: str) -> str:
    """PidTagNormalizedSubject: without a prefix of one to three signs that are no digits, a colon and a blank."""
    while found := re.match(r"[^\d\W]{1,3}: ", subject):
        subject = subject[found.end() :]
    return subject.strip().casefold()


def gmail(subject: str) -> str:
    """Without the prefixes that Gmail knows."""
    while found := re.match(r"(?:re|fwd?|aw|sv|vs): ?", subject, re.IGNORECASE):
        subject = subject[found.end() :]
    return subject.strip().casefold()


@pytest.mark.parametrize("client", [outlook, gmail])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_letter_joins_the_requesters_own_thread(subject: str, client: Callable[[str], str]) -> None:
    ours = customer_subject(subject, 1042, tagged=False)
    assert ours.startswith("Re: ") and client(ours) == client(subject)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_all_letters_of_an_agent_are_one_thread(subject: str) -> None:
    ours = agent_subject(subject, 1042)
    again = agent_subject(ours, 1042)
    assert ours.startswith("Re: [#1042] ") and outlook(ours) == outlook(again) and gmail(ours) == gmail(again)


@pytest.mark.parametrize("language", LANGUAGES)
def test_to_a_requester_every_letter_has_his_own_subject(language: str) -> None:
    for sample in samples(language):
        if sample.kind in TO_CUSTOMERS and sample.subject:
            subject = str(mail_of(sample, language)["Subject"])
            assert subject == sample.subject and "1042" not in subject


@pytest.mark.parametrize("count", [0, 1, 10, 11, 500])
@pytest.mark.parametrize("length", [20, 75, 200, 850])
def test_lists_of_message_ids_survive_any_length(count: int, length: int) -> None:
    ids = tuple(f"{number}.{'x' * length}@customer.example" for number in range(count))
    notice = replace(notice_of(samples("en")[0], "en"), references=ids, in_reply_to=ids[-1] if ids else "")
    raw = compose(notice, TEMPLATES).raw
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"=?" not in head and max(map(len, head.split(b"\r\n"))) <= 998
    kept = re.findall(r"<([^<>]+)>", str(parse(raw)["References"] or ""))
    assert kept == list(dict.fromkeys([*ids[:4], *ids[-6:]]))
    if ids:
        assert str(parse(raw)["In-Reply-To"]) == f"<{ids[-1]}>"


#: Nouns that are counted, in the plural: behind a lone 1 they are wrong.
_PLURALS = {
    "en": "e-mails letters files pictures tickets days ratings promises incidents times are were wait have hours",
    "nb": "e-poster filer bilder saker dager vurderinger løfter hendelser ganger spørsmålene timer varsler",
}
#: What is a number, and no count.
_NO_COUNT = {"target", "percent", "score", "inbound_id", "number", "ticket", "related", "width", "size", "tickets"}


def one_of_each(value: object, name: str = "") -> object:
    """The facts of a letter with every count as 1."""
    if isinstance(value, dict):
        return {key: one_of_each(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(one_of_each(each, name) for each in value)
    return 1 if type(value) is int and value and name not in _NO_COUNT else value


@pytest.mark.parametrize("language", sorted(_PLURALS))
def test_one_thing_is_not_many(language: str) -> None:
    many = re.compile(rf"(?<![\d.,:#+/-])1 (?:{'|'.join(_PLURALS[language].split())})\b")
    found = {}
    for sample in samples(language):
        facts = one_of_each(dict(sample.facts))
        assert isinstance(facts, dict)
        text = part_of(parse(compose(notice_of(sample._replace(facts=facts), language), TEMPLATES).raw), "plain")
        if wrong := many.findall(" ".join(text.split())):
            found[sample.name] = [one.group() for one in many.finditer(" ".join(text.split()))] or wrong
    assert found == {}
