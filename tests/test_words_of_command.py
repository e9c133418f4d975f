"""Whatever a letter says that one may answer is understood, as what the letter says it does; and the same order has the
same word in every letter of a language."""

import re
from urllib.parse import unquote

import pytest

from maildesk.desk.commands import split_commands
from maildesk.desk.feedback import read_rating, says_no
from maildesk.desk.held.decision import read_decision
from maildesk.desk.words.command_words import SYNONYMS, Verb
from maildesk.desk.words.manager_words import read_wishes
from maildesk.desk.words.self_words import word_of
from maildesk.notify.samples import LANGUAGES, Sample, samples
from maildesk.vocabulary import Decision, ManagerVerb, NoticeKind, QuestionKind, SelfService
from tests.test_letters_lint import TEMPLATES, Page, mail_of, ours_of, part_of

EVERY = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for language in LANGUAGES
    for sample in samples(language)
]
_ORDER = re.compile(r"(?<![\w#&/])#([^\W\d_][\w-]*)")
#: Words that people wrote; a sample shows the English ones in every language.
_WRITTEN = {NoticeKind.CONFIRM, NoticeKind.NOT_UNDERSTOOD}


def order_of(language: str) -> dict[str, str]:
    said, _ = TEMPLATES._text.common(language)
    words: dict[str, str] = said.order
    return words


def bodies(sample: Sample, language: str) -> list[tuple[str, str]]:
    """(address, body) of every ready-made mail in the letter."""
    links = [given["href"] for tag, given in Page(ours_of(sample, language)).tags if tag == "a"]
    parted = [link.removeprefix("mailto:").partition("?") for link in links]
    return [
        (unquote(address), unquote(query.partition("&body=")[2]).replace("\r\n", "\n")) for address, _, query in parted
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_recommended_word_is_the_order_that_is_meant(language: str) -> None:
    for verb, word in order_of(language).items():
        (command,) = split_commands(word).commands
        assert command.verb is Verb(verb)
    assert language == "en" or order_of(language)["take"] != "#take"


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_the_same_order_has_the_same_word_in_every_letter(sample: Sample, language: str) -> None:
    """The overview of all commands names all words."""
    if sample.kind in _WRITTEN | {NoticeKind.HELP}:
        return
    mail, recommended = mail_of(sample, language), order_of(language)
    written = "\n".join(str(value) for name, value in sample.facts.items() if name in ("commands", "words", "answers"))
    for text in (part_of(mail, "plain"), Page(part_of(mail, "html")).text):
        for word in _ORDER.findall(text):
            assert word in SYNONYMS, f"#{word} is no command"
            assert f"#{word}" in written or f"#{word}" == recommended.get(SYNONYMS[word], f"#{word}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_names_the_recommended_word_first(language: str) -> None:
    (sample,) = (one for one in samples(language) if one.name == "help")
    rows = [line for line in part_of(mail_of(sample, language), "plain").split("\n") if line.startswith("#")]
    first = {SYNONYMS[word]: f"#{word}" for row in reversed(rows) if (word := row[1:].split(",")[0].split()[0])}
    assert {verb: word for verb, word in order_of(language).items() if first[Verb(verb)] != word} == {}


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_every_ready_made_mail_is_understood(sample: Sample, language: str) -> None:
    for address, body in bodies(sample, language):
        if body.startswith("#"):
            orders = split_commands(body.replace("NAME", "anna"))
            assert orders.commands and not orders.mistakes and not orders.rest, body
        elif sample.kind is NoticeKind.CONFIRM or (sample.kind is NoticeKind.NOT_DONE and is_yes_or_no(body)):
            assert read_decision(body, QuestionKind.CONFIRM) in (Decision.RELEASE, Decision.DROP), body
        elif sample.kind in (NoticeKind.HELD_DAILY, NoticeKind.NOT_DONE):
            assert read_decision(body, QuestionKind.DECIDE), body
        elif sample.kind in (NoticeKind.DIGEST, NoticeKind.MANAGED):
            wishes = read_wishes(body)
            assert len(wishes.wishes) == 1 and not wishes.misread and not wishes.rest, body
        elif "+r" in address:
            assert body in {"1", "2", "3", "4", "5"}
        elif word := word_of(body, ""):
            assert word == (SelfService.CLOSE, language), body
        else:
            # A sentence that somebody finishes, or nothing before his own words; never points.
            assert not body or (body.endswith("\n\n") and read_rating(body) is None)
            assert not body or says_no(body), "the sentence says that it is not solved"


def is_yes_or_no(body: str) -> bool:
    return read_decision(body, QuestionKind.DECIDE) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manager_is_taught_what_is_understood(language: str) -> None:
    (sample,) = (one for one in samples(language) if one.name == "managed-misread")
    rows = part_of(mail_of(sample, language), "plain").split("\n")
    taught = [
        wishes.wishes[0].verb for row in rows if len((wishes := read_wishes(re.split(r" {2,}", row)[0])).wishes) == 1
    ]
    assert set(taught) == set(ManagerVerb)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_requester_is_taught_what_is_understood(language: str) -> None:
    (sample,) = (one for one in samples(language) if one.name == "self_service")
    text = part_of(mail_of(sample, language), "plain")
    understood = {word_of(word, "") for word in re.findall(r"[^\W\d_]+", text.rpartition(":")[2])}
    told = {found[0] for found in understood if found}
    assert told >= {SelfService.STATUS, SelfService.CLOSE, SelfService.REOPEN, SelfService.STOP}
