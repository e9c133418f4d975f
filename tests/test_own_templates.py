"""An operator's own words: looked at before they are sent, and never in the way of a letter. And letters to look at."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from maildesk.checks import own_templates
from maildesk.checks.finding import Grade
from maildesk.errors import Refused
from maildesk.foundation import our_words
from maildesk.notify.samples import LANGUAGES, samples
from maildesk.notify.templates import Templates
from maildesk.places import templates_folder
from maildesk.settings_file import load_configuration
from tests.shell import Operator

GOOD = '{% set preheader = "x" %}{% macro body(ui) %}{% call ui.p() %}Dear {{ words }}{% endcall %}{% endmacro %}'


def found(folder: Path, name: str, source: str) -> list[tuple[Grade, str]]:
    file = folder / "maildesk.toml"
    file.write_text('[desk]\naddress = "support@acme.example"\ntemplates = "mine"\n')
    own = folder / "mine" / name
    own.parent.mkdir(parents=True)
    own.write_text(source)
    return [(one.grade, one.found) for one in own_templates.check_own_templates(load_configuration(file, {}))]


def test_what_is_right_is_counted(tmp_path: Path) -> None:
    assert found(tmp_path, "answer/en.j2", GOOD) == [(Grade.OK, "1 of your own, all letters can be written")]


@pytest.mark.parametrize(
    ("name", "source", "complaint"),
    [
        ("answer/en.j2", GOOD.replace("words", "wrods"), "answer/en.j2, line 1: 'wrods' is undefined"),
        ("answer/en.j2", "\n\n" + GOOD.replace("ui.p()", "ui.q()"), "answer/en.j2, line 3: "),
        ("answer/nb.j2", "{% if %}", "answer/nb.j2, line 1: "),
        ("answer/en.j2", GOOD.replace("words", "words.__class__.__mro__"), "answer/en.j2, line 1: access to attribute"),
        ("anser/en.j2", GOOD, "anser/en.j2 takes the place of no file of ours"),
        ("words/ko.j2", "{% set status = {} %}", "ko.j2"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, name: str, source: str, complaint: str) -> None:
    grades = found(tmp_path, name, source)
    assert {grade for grade, _ in grades} == {Grade.FAIL}
    assert any(text.startswith(complaint) or complaint in text for _, text in grades), grades


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "maildesk.toml").write_text('[desk]\naddress = "support@acme.example"\ntemplates = "mine"\n')
    configuration = load_configuration(tmp_path / "maildesk.toml", {})
    (finding,) = own_templates.check_own_templates(configuration)
    assert finding.grade is Grade.FAIL and "mine" in finding.found


def test_a_template_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "answer").mkdir()
    (tmp_path / "answer" / "en.j2").write_text("{% if %}")
    with pytest.raises(Refused, match=r"answer/en\.j2, line 1"):
        our_words(tmp_path)


def test_a_template_that_fails_is_not_in_the_way(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "answer").mkdir()
    (tmp_path / "answer" / "en.j2").write_text(GOOD.replace("words", "wrods"))
    (sample,) = [one for one in samples("en") if one.name == "answer-short"]
    facts = {**sample.facts, "ticket": 1, "subject_line": "Re: x", "reply_address": "support@acme.example"}
    said = Templates(templates_folder(), tmp_path).render(sample.kind, "en", facts)
    assert said == Templates(templates_folder()).render(sample.kind, "en", facts)
    assert "wrods" in caplog.text


def test_a_preview_is_a_mail_a_page_and_a_text(operator: Operator) -> None:
    ended = operator.does("preview", "answer-as-written", "--lang", "ko", "--out", operator.folder / "out")
    assert ended.code == 0 and "1 letters" in ended.out
    letter = operator.folder / "out" / "answer-as-written-ko.eml"
    assert message_from_bytes(letter.read_bytes(), policy=policy.default)["Subject"] == "Re: VPN이 10분마다 끊깁니다"
    page = letter.with_suffix(".html").read_text()
    assert "data:image/png" in page and "cid:" not in page
    assert "홍길동" in letter.with_suffix(".txt").read_text()


def test_a_preview_of_all(operator: Operator) -> None:
    operator.write("maildesk.toml", '[desk]\naddress = "support@acme.example"\ntemplates = "mine"\n')
    operator.write("mine/answer/en.j2", GOOD)
    ended = operator.does("preview", "--out", operator.folder / "out")
    assert ended.code == 0
    assert "Dear Ok!" in (operator.folder / "out" / "answer-short-en.txt").read_text()
    assert len(list((operator.folder / "out").glob("*.eml"))) == sum(len(samples(language)) for language in LANGUAGES)


@pytest.mark.parametrize("arguments", [("nonsense",), ("answer", "--lang", "fr")])
def test_a_preview_of_nothing_says_what_there_is(operator: Operator, arguments: tuple[str, ...]) -> None:
    ended = operator.does("preview", *arguments)
    assert ended.code == 2 and ("new_ticket" in ended.err or "nb" in ended.err)
