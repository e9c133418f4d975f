"""The templates that we ship: complete, strict, and the same facts in both forms."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from maildesk.desk.lifecycle import IMPOSSIBLE
from maildesk.desk.words.command_words import SYNONYMS, Verb
from maildesk.mail import Address
from maildesk.notify.compose import compose
from maildesk.notify.happened import LINKS, Done, done_of
from maildesk.notify.rendered import Rendered
from maildesk.notify.sandbox import Sandbox
from maildesk.notify.templates import FACTS, OF_THE_LETTER, OWN_SUBJECT, BadTemplate, Templates
from maildesk.reason import because
from maildesk.vocabulary import EventKind, NoticeKind, Priority, SkillSource, Status
from tests.sample_facts import LANGUAGES, Sample, notice_of, samples

FOLDER = Path(__file__).parent.parent / "templates"
TEMPLATES = Templates(FOLDER)
EVERY = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for language in LANGUAGES
    for sample in samples(language)
]
HOSTILE = " ".join(
    (
        "<script>alert(1)</script>",
        "<!--",
        "</title></td></table>",
        "{{ 7 * 191 }}",
        "{% raw %}",
        "{{ ''.__class__ }}",
        '" onmouseover="x',
        "&#x3c;b&#x3e;",
    )
)


def facts_of(sample: Sample, **changes: object) -> dict[str, object]:
    letter = {"ticket": 1042, "subject_line": sample.subject, "reply_address": "support+t1042@acme.example"}
    return {**sample.facts, **letter, **changes}


def rendered(sample: Sample, language: str, **changes: object) -> Rendered:
    return TEMPLATES.render(sample.kind, language, facts_of(sample, **changes))


def named(name: str, language: str = "en") -> Sample:
    (sample,) = [sample for sample in samples(language) if sample.name == name]
    return sample


def everything_in(value: Any, put: str) -> Any:
    """The same facts with every text replaced."""
    if isinstance(value, str):
        # Words of a closed set come from us.
        return value if isinstance(value, StrEnum) else put
    if isinstance(value, tuple | list):
        return type(value)(everything_in(each, put) for each in value)
    if isinstance(value, dict):
        return {name: everything_in(each, put) for name, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(*(everything_in(getattr(value, name), put) for name in value.__dataclass_fields__))
    return value


@pytest.fixture
def override(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "mine"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_every_kind_has_a_folder_facts_and_samples() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == {*NoticeKind} | {"words"}
    assert set(FACTS) == set(NoticeKind)
    assert {sample.kind for sample in samples("en")} == set(NoticeKind)
    assert TEMPLATES.languages == tuple(sorted(LANGUAGES))


def test_every_file_can_be_read() -> None:
    Templates(FOLDER).load_all()


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_every_letter_is_written(sample: Sample, language: str) -> None:
    said = rendered(sample, language)
    assert sample.facts.keys() == FACTS[sample.kind]
    assert bool(said.subject) == (sample.kind in OWN_SUBJECT)
    assert said.text.strip() and said.html.startswith("<!DOCTYPE html>") and said.html.endswith("</html>\n")


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_every_fact_is_needed_and_none_more(sample: Sample, language: str) -> None:
    facts = facts_of(sample)
    for name in FACTS[sample.kind] | OF_THE_LETTER:
        with pytest.raises(ValueError, match=f"missing \\['{name}'\\]"):
            TEMPLATES.render(sample.kind, language, {key: value for key, value in facts.items() if key != name})
    with pytest.raises(ValueError, match="unknown \\['colour'\\]"):
        TEMPLATES.render(sample.kind, language, {**facts, "colour": "red"})


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="no templates in 'sv', only in en, ko, nb"):
        rendered(named("help"), "sv")


# Words of a closed set, and addresses, come from us.
OURS = {"alarm", "html", "priority", "status", "period", "note_address", "rate_addresses", "reply_address"}


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_what_people_write_is_only_a_value(sample: Sample, language: str) -> None:
    changes = {name: everything_in(value, HOSTILE) for name, value in sample.facts.items() if name not in OURS}
    said = rendered(sample, language, subject_line=HOSTILE, **changes)
    text, html = said.text, said.html
    assert "1337" not in text + html
    assert "<class" not in text + html
    assert "<script" not in html and 'onmouseover="x' not in html and "&#x3c;" not in html
    assert html.count("<!--") == 2
    assert html.count("</title>") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_neutral_acknowledgement_says_nothing_of_the_sender(language: str) -> None:
    sample = named("received-neutral", language)
    letter = rendered(sample, language, name="Zebedee", words="Quagmire xylophone")
    everything = f"{letter.subject} {letter.text} {letter.html}"
    assert "Zebedee" not in everything and "Quagmire" not in everything and "1042" in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_verified_sender_is_greeted_and_quoted_shortly(language: str) -> None:
    sample = named("received", language)
    letter = rendered(sample, language, name="Zebedee", words="Quagmire " + "long " * 2000)
    assert "Zebedee" in letter.text and "> Quagmire" in letter.text and len(letter.text) < 1500


@pytest.mark.parametrize(
    ("language", "moment"),
    [
        ("en", "Wed 6 March, 16:00 (Oslo time)"),
        ("nb", "onsdag 6. mars kl. 16.00 (Oslo-tid)"),
        ("ko", "3월 6일(수) 오후 4:00(오슬로 시간)"),
    ],
)
def test_a_promise_is_a_time_and_only_where_there_is_one(language: str, moment: str) -> None:
    with_promise = " ".join(rendered(named("received", language), language).text.split())
    without = rendered(named("received-no-promise", language), language)
    assert moment in with_promise
    assert moment not in without.text and "16" not in without.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_the_agent_s_words_and_a_number(language: str) -> None:
    letter = rendered(named("answer-short", language), language)
    assert letter.text == "Ok!\n\n-- \nAcme Support · #1042\n"


def test_the_agent_s_words_are_not_touched() -> None:
    words = "Hi,\n\n\n\n  $ ping   a\n> quoted\n-- \n" + "long " * 60 + "\nend"
    letter = rendered(named("answer-short"), "en", words=words)
    assert letter.text.startswith(words + "\n")
    assert "  $ ping   a<br>&gt; quoted<br>" in letter.html


def test_words_keep_their_lines_but_no_control_characters() -> None:
    letter = rendered(named("answer-short"), "en", words="a\r\nb\rc\x1ed\x00e\u2028f\ttab \ud800x")
    assert letter.text.startswith("a\nb\nc d e\nf\ttab  x\n")


def test_very_long_words_are_cut_in_a_notice_and_say_so() -> None:
    letter = rendered(named("new_ticket"), "en", words="word " * 40_000)
    assert len(letter.html) < 90_000
    assert "200000 characters" in letter.text and "200000 characters" in letter.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_a_reply_goes_stands_in_the_first_line(language: str) -> None:
    to_the_requester = rendered(named("new_ticket", language), language).text.split("\n\n")[0]
    internal = rendered(named("note", language), language).text.split("\n\n")[0]
    assert "@customer.example" in to_the_requester
    assert "@" not in internal


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_every_command_and_its_synonyms(language: str) -> None:
    letter = rendered(named("help", language), language)
    for verb in Verb:
        assert f"#{verb}" in letter.text and f"#{verb}" in letter.html
    english = {*Verb, "requester"}
    if language == "en":
        assert "#requester" in letter.text and "#requester" in letter.html
    own = {word for word in SYNONYMS if (language == "ko") == (not word.isascii() and "가" <= word[0] <= "힣")}
    if language != "en":
        for word in own if language == "ko" else own - english:
            assert f"#{word}" in letter.text and f"#{word}" in letter.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stored_word_can_be_said(language: str) -> None:
    said, _ = TEMPLATES._text.common(language)
    english, _ = TEMPLATES._text.common("en")
    assert said.status.keys() == set(Status)
    assert said.priority.keys() == set(Priority)
    assert said.languages.keys() == set(LANGUAGES)
    assert said.problems.keys() == english.problems.keys() >= set(IMPOSSIBLE.values())
    assert said.failures.keys() == english.failures.keys()
    assert said.periods.keys() == english.periods.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_rating_is_asked_only_with_addresses(language: str) -> None:
    asked, unasked = (rendered(named(name, language), language) for name in ("closed", "closed-plain"))
    assert [asked.html.count(f"body={score}&") + asked.html.count(f'body={score}"') for score in range(1, 6)] == [1] * 5
    assert "body=1" not in unasked.html
    assert "5 = " in asked.text and "5 = " not in unasked.text


def test_an_operator_s_file_takes_the_place_of_ours(override: Path) -> None:
    (override / "answer").mkdir()
    (override / "answer" / "en.j2").write_text(
        "{% set preheader %}x{% endset %}"
        "{% macro body(ui) %}{% call ui.p() %}Dear {{ words }}{% endcall %}{% endmacro %}"
    )
    mine = Templates(FOLDER, override)
    sample = named("answer-short")
    assert mine.render(sample.kind, "en", facts_of(sample)).text == "Dear Ok!\n"
    assert mine.render(sample.kind, "nb", facts_of(sample)) == rendered(sample, "nb")


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("{% macro body(ui) %}{{ wrods }}{% endmacro %}{% set preheader %}{% endset %}", "'wrods' is undefined"),
        ("{% macro body(ui) %}{{ ui.nothing() }}{% endmacro %}{% set preheader %}{% endset %}", "nothing"),
        ("{% macro body(ui) %}{{ words.__class__.__mro__ }}{% endmacro %}{% set preheader %}{% endset %}", "unsafe"),
        ("{% macro body(ui) %}{{ facts.__class__.__mro__ }}{% endmacro %}{% set preheader %}{% endset %}", "unsafe"),
        ("{% macro body(ui) %}{{ ui.__dict__.x }}{% endmacro %}{% set preheader %}{% endset %}", "unsafe"),
        ("{% macro body(ui) %}{{ ui.p.__call__.x }}{% endmacro %}{% set preheader %}{% endset %}", "unsafe"),
        ("{% macro body(ui) %}{{ ui.p._func.x }}{% endmacro %}{% set preheader %}{% endset %}", "unsafe"),
        ("{% macro body(ui) %}{{ body.__class__.x }}{% endmacro %}{% set preheader %}{% endset %}", "unsafe"),
        ("{% macro body(ui) %}x{% endmacro %}", "preheader"),
        ("{% macro body(ui) %}", r"en\.j2, line 1"),
    ],
)
def test_a_bad_template_is_named(override: Path, source: str, complaint: str) -> None:
    (override / "answer").mkdir()
    (override / "answer" / "en.j2").write_text(source)
    sample = named("answer-short")
    with pytest.raises(BadTemplate, match=rf"answer/en\.j2.*{complaint}|{complaint}"):
        Templates(FOLDER, override).render_strictly(sample.kind, "en", facts_of(sample))


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    return tmp_path / "compiled"


def test_compiled_once_it_says_the_same(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Templates(FOLDER, compiled=compiled).load_all()
    assert compiled.stat().st_mode & 0o777 == 0o700
    TEMPLATES.load_all()
    monkeypatch.setattr(Environment, "compile", None)
    again = Templates(FOLDER, compiled=compiled)
    for language in LANGUAGES:
        for sample in samples(language):
            facts = facts_of(sample)
            assert again.render(sample.kind, language, facts) == TEMPLATES.render(sample.kind, language, facts)


def test_a_changed_or_broken_file_is_compiled_anew(compiled: Path, override: Path) -> None:
    sample = named("answer-short")
    Templates(FOLDER, override, compiled).load_all()
    for file in compiled.iterdir():
        file.write_bytes(file.read_bytes()[:40])
    (override / sample.kind / "en.j2").parent.mkdir(exist_ok=True)
    (override / sample.kind / "en.j2").write_text(
        '{% set subject = "S" %}{% set preheader = "P" %}{% macro body(ui) %}Mine{% endmacro %}'
    )
    assert "Mine" in Templates(FOLDER, override, compiled).render(sample.kind, "en", facts_of(sample)).text


def test_a_folder_that_cannot_be_written_costs_only_time(compiled: Path) -> None:
    compiled.write_text("a file stands in the way")
    Templates(FOLDER, compiled=compiled / "below").load_all()


def test_a_template_that_cannot_be_read_stops_the_start(override: Path) -> None:
    (override / "layout.html.j2").write_text("{% macro")
    with pytest.raises(BadTemplate, match=r"layout\.html\.j2, line 1"):
        Templates(FOLDER, override).load_all()


@pytest.fixture(scope="module")
def loaded_again() -> Templates:
    return Templates(FOLDER)


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_a_letter_is_the_same_after_a_restart(sample: Sample, language: str, loaded_again: Templates) -> None:
    notice = notice_of(sample, language)
    assert compose(notice, TEMPLATES).raw == compose(notice, loaded_again).raw


def test_the_sandbox_holds_for_facts() -> None:
    facts: Mapping[str, object] = facts_of(named("answer-short"), words="{{ ''.__class__.__mro__ }}")
    assert "{{ ''.__class__.__mro__ }}" in TEMPLATES.render(NoticeKind.ANSWER, "en", facts).text


def test_a_fact_may_be_called_as_a_method_of_mappings_is() -> None:
    assert Sandbox().from_string("{{ row.items }}, {{ row.get('keys') }}").render(row={"items": 3, "keys": 4}) == "3, 4"


def test_all_is_escaped_once() -> None:
    source = "{% macro b(x) %}<b>{{ x }}</b>{% endmacro %}{{ b(word) }}{{ b(b(word)) }}{{ b(3) }}{{ word | safe }}"
    assert Sandbox(autoescape=True).from_string(source).render(word="<i>") == (
        "<b>&lt;i&gt;</b><b><b>&lt;i&gt;</b></b><b>3</b><i>"
    )
    assert Sandbox().from_string(source).render(word="<i>") == "<b><i></b><b><b><i></b></b><b>3</b><i>"


def test_what_an_address_does_not_have_is_unknown() -> None:
    source = "{{ a.address }} {{ a.key }} {{ a.telephone is defined }} {{ a.__class__ is defined }}"
    said = Sandbox().from_string(source).render(a=Address("Kari", "Kari@customer.example"))
    assert said == "Kari@customer.example kari@customer.example False False"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_words(language: str) -> None:
    """In the answers to `#history` and `#why`, and in receipts."""
    words = TEMPLATES._text.load(f"receipt/{language}.j2").make_module(
        {**facts_of(named("receipt", language)), "say": TEMPLATES._text.common(language)[0], "language": language}
    )
    assert vars(words)["done_words"].keys() >= (set(EventKind) - {EventKind.CHANGED, EventKind.LINKED}) | set(LINKS)
    assert vars(words)["sources"].keys() == set(SkillSource)


@pytest.mark.parametrize(
    ("language", "books"),
    [
        ("en", "1 e-mail: 1 new ticket Held now: 1 e-mail waits for a person Sent: 1 letter;"),
        ("nb", "1 e-post: 1 ny sak Holdt nå: 1 e-post venter på et menneske Sendt: 1 brev;"),
        ("ko", "메일 1통: 새 문의 1"),
    ],
)
def test_the_books_of_a_digest_count_one_as_one(language: str, books: str) -> None:
    sample = named("digest", language)
    known = sample.facts["books"]
    assert isinstance(known, dict)
    counted = {**known, "received": 1, "fates": [("new", 1)], "held": 1, "sent": 1}
    letter = rendered(sample._replace(facts={**sample.facts, "books": counted}), language)
    assert books in " ".join(letter.text.split())


@pytest.mark.parametrize(
    ("language", "alone", "in_days"),
    [
        ("en", "- waits for the requester ", "- waits for the requester; asked again after 3 working days "),
        ("nb", "- venter på innmelderen ", "- venter på innmelderen; minner om det etter 3 arbeidsdager "),
        (
            "ko",
            "- 문의하신 분의 회신을 기다립니다 ",
            "- 문의하신 분의 회신을 기다립니다. 근무일 3일 뒤에 다시 알립니다 ",
        ),
    ],
)
def test_a_receipt_names_days_only_where_some_were_said(language: str, alone: str, in_days: str) -> None:
    sample = named("receipt", language)
    for row, words in ((Done("asked"), alone), (Done("asked", new="3"), in_days)):
        letter = rendered(sample._replace(facts={**sample.facts, "done": (row,)}), language)
        assert words in " ".join(letter.text.split())


def test_the_receipt_of_a_released_answer_does_not_say_that_nobody_hears_of_it() -> None:
    sample, nobody = named("receipt"), "Nobody else gets a letter"
    for row, said in ((Done("sent_anyway"), False), (Done("taken"), True)):
        letter = rendered(sample._replace(facts={**sample.facts, "done": (row,), "told": ()}), "en")
        assert (nobody in letter.text) == said


def test_a_receipt_says_to_whom_a_ticket_was_given() -> None:
    row = done_of("assigned", "Anna: " + because("assigned_by", "Bob"), UTC)
    sample = named("receipt")
    assert (
        "- assigned: Anna: assigned by Bob"
        in rendered(sample._replace(facts={**sample.facts, "done": (row,)}), "en").text
    )
