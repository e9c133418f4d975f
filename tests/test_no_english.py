"""No English is left in Norwegian and Korean letters: in the samples, in what people are told of their mistakes, and in
whatever leaves while the conversations are played with people of these languages.

The rule: a word that maildesk says in English may stand in such a letter only where somebody wrote it (a name, a
subject, a command), or where it is a word of that language as well, or a term that is the same in all of them; those
are listed here.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from maildesk import vocabulary
from maildesk.mail import Letter
from maildesk.notify.compose import compose
from maildesk.notify.reading_words import READING_WORDS
from maildesk.notify.samples.sample import Misread
from maildesk.notify.unread_words import UNREAD_WORDS
from maildesk.notify.why import in_words
from maildesk.notify.why_words import FOUND, OWN, WORDS
from maildesk.reason import because, clauses_of
from tests.desk import TestDesk, opened, text_of
from tests.sample_facts import Sample, notice_of, samples
from tests.talk import Player, Step, settings_of, steps_of
from tests.test_conversations import TALKS
from tests.test_letters_lint import TEMPLATES, Page, parse, part_of

FOREIGN = ("nb", "ko")
EVERY = [
    pytest.param(sample, language, id=f"{sample.name}-{language}")
    for language in FOREIGN
    for sample in samples(language)
]
_WORD = re.compile(r"[^\W\d_]+")
_LITERAL = re.compile(r'"([^"\n]*)"')
_TAG = re.compile(r"\{[%{#].*?[%}#]\}", re.DOTALL)
_LINK = re.compile(r"\S*[@/=<>_#]\S*|\S+[.:]\S+")
#: What is typed at a terminal, and what stands in the log.
_TYPED = re.compile(
    r"maildesk\s+ticket\s+list|maildesk [a-z][A-Za-z -]*|[«‘](?:drop|release)[»’]|(?:clocks|reminders) failed"
    r"|Authentication-Results"
)
#: Names in the samples and the conversations, and terms that nobody translates.
_NAMES = (
    "acme support anna bob kari ola network vpn certificate login hit ok id maildesk mail xlsx csv authserv dmarc re "
    "example customer"
)
_NORWEGIAN = (
    "all at be en for full like min normal over per person problem program send sender sent server start status time "
    "to type under virus"
)
#: Terms of mail and of programs, where a reason names them.
_TERMS = set(
    "alarm amazon authentication auto boundary bulk dat dkim form fri html junk list live loop message msg none "
    "outlook pgp policy precedence received results rfc server ses signal smime smtp smtputf submitted type winmail "
    "yenc".split()
)
SHARED = {"nb": set(f"{_NAMES} {_NORWEGIAN}".split()), "ko": set(_NAMES.split())}


def words_of(text: str) -> set[str]:
    """In small letters; no addresses, links, names of fields, and no commands."""
    return {
        word.casefold()
        for word in _WORD.findall(_LINK.sub(" ", _TYPED.sub(" ", text)))
        if word.isascii() and len(word) > 1
    }


@cache
def english() -> frozenset[str]:
    """Every word that maildesk says in English: in its templates, its tables, and its codes."""
    said = [words[0] for table in (WORDS, FOUND, *OWN.values()) for words in table.values()]
    for file in Path("templates").glob("*/en.j2"):
        source = file.read_text("utf-8")
        said += [_TAG.sub(" ", source), *_LITERAL.findall("".join(_TAG.findall(source)))]
    for kind in vars(vocabulary).values():
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            said += [one.value.replace("_", " ") for one in kind]
    return frozenset(word for text in said for word in words_of(re.sub(r"\{[^}]*\}", " ", text)))


def written(value: object) -> Iterator[str]:
    """What people wrote, among the facts of a letter: neither our codes nor single words that may be such."""
    if isinstance(value, str):
        known = clauses_of(value)
        if known and all(clause.code in WORDS for clause in known):
            yield from (argument for clause in known for argument in clause.arguments)
        elif not isinstance(value, StrEnum) and re.fullmatch("[a-z_]+", value) is None:
            yield value
    elif is_dataclass(value):
        # What is wrong with a line, we say.
        for one in fields(value):
            yield from written(getattr(value, one.name)) if one.name not in ("problem", "suggestion") else ()
    elif isinstance(value, dict):
        yield str(value.get("words", ""))
        yield from (text for one in value.values() for text in written(one))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (text for one in value for text in written(one))


def left_english(text: str, language: str, data: str) -> set[str]:
    return (words_of(text) & english()) - words_of(data) - SHARED[language]


def shown(sample: Sample, language: str) -> str:
    mail = parse(compose(notice_of(sample, language), TEMPLATES).raw)
    return "\n".join(
        (str(mail["Subject"]), part_of(mail, "plain"), *(run.text for run in Page(part_of(mail, "html")).runs))
    )


@pytest.mark.parametrize(("sample", "language"), EVERY)
def test_the_samples(sample: Sample, language: str) -> None:
    data = "\n".join((*written(sample.facts), sample.subject))
    assert left_english(shown(sample, language), language, data) == set()


def problems_in(module: str, call: str) -> set[str]:
    """What the code says is wrong, of the calls with this name."""
    calls = (
        node
        for file in (Path("maildesk") / "desk").rglob(module)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(call) and len(node.args) > 1
    )
    return {str(one.args[1].value) for one in calls if isinstance(one.args[1], ast.Constant)}


@pytest.mark.parametrize("language", FOREIGN)
def test_every_mistake(language: str) -> None:
    said, _ = TEMPLATES._text.common("en")
    found = problems_in("*.py", "Mistake") | problems_in("*.py", ".wrong")
    assert len(found) > 40 and found <= set(said.problems)
    told = (*said.problems, "there is no command #zzz", "no agent is called zoe")
    _tells(language, "not_understood", {"mistakes": tuple(Misread("#zzz", one) for one in told)})


@pytest.mark.parametrize("language", FOREIGN)
def test_every_mistake_of_a_manager(language: str) -> None:
    told = (*problems_in("*.py", "Misread"), "more than one agent is meant", "no agent is called zoe")
    assert len(told) > 8
    _tells(language, "managed-misread", {"misread": tuple(Misread("zzz", one, "prio 7 high") for one in told)})


@pytest.mark.parametrize("language", FOREIGN)
def test_everything_that_could_not_be_read(language: str) -> None:
    _tells(language, "new_ticket", {"problems": tuple(f"{code}|7" for code in (*READING_WORDS, *UNREAD_WORDS))})


@pytest.mark.parametrize("language", FOREIGN)
def test_every_reason(language: str) -> None:
    """With arguments that are numbers, and the codes of our own tables."""
    told = [in_words(stored, language) for code in WORDS for stored in _stored(code)]
    left = {one for text in told for one in left_english(text, language, "")}
    assert left <= _TERMS, left - _TERMS


def _stored(code: str) -> Iterator[str]:
    """The reason with numbers for arguments, or with each of the words that it asks for."""
    asked = {name: how for _, name, how, _ in Formatter().parse(WORDS[code][0]) if name and how in OWN}
    for at in range(max([1, *(len(OWN[how or ""]) for how in asked.values())])):
        given = [[*OWN[how]][at % len(OWN[how])] if (how := asked.get(str(nth))) else "7" for nth in range(4)]
        yield because(code, *given)


def _tells(language: str, name: str, facts: dict[str, object]) -> None:
    (sample,) = [one for one in samples(language) if one.name == name]
    data = "\n".join((*written(sample.facts), sample.subject, "zoe"))
    changed = sample._replace(facts={**sample.facts, **facts})
    assert left_english(shown(changed, language), language, data) - _TERMS == set()


class Listener(Player):
    """Plays a conversation in another language: which words its letters should hold, is not for here."""

    def compare(self, step: Step, letters: list[Letter]) -> None:
        self.seen += letters


#: Who gets a ticket hangs on the languages of the desk in that one.
PLAYED = [path for path in TALKS if path.stem != "71-always-somebody"]


def heard(path: Path) -> set[str]:
    """The kinds of letters and the commands of a conversation: what its letters say hangs on these."""
    found = re.findall(r"(?m)^  < \S+: \w+|^ {4}#[^\W\d]\S*", path.read_text("utf-8"))
    return {one.rpartition(" ")[2] for one in found}


def few() -> Iterator[Path]:
    """As few of them as hold every kind of letter and every command."""
    missing = set().union(*map(heard, PLAYED))
    while missing:
        telling = max(PLAYED, key=lambda path: len(heard(path) & missing))
        missing -= heard(telling)
        yield telling


FEW = frozenset(few())
#: The others are a command of their own: make languages
EVERY_TALK = [
    pytest.param(path, language, id=f"{path.stem}-{language}", marks=() if path in FEW else pytest.mark.languages)
    for path in PLAYED
    for language in FOREIGN
]


@pytest.mark.parametrize(("path", "language"), EVERY_TALK)
def test_the_conversations(path: Path, language: str, tmp_path: Path) -> None:
    talk = path.read_text("utf-8")
    settings = settings_of(talk).replace("[desk]\n", f'[desk]\nlanguages = ["{language}"]\n', 1)
    desk = TestDesk(tmp_path, settings=settings)
    player = Listener(desk)
    for step in steps_of(talk):
        player.play(step)
    desk.close()
    told = {(one.kind, word) for one in player.seen for word in _left(one, language, talk)}
    assert told == set()


def test_every_kind_of_letter_is_heard_without_the_long_command() -> None:
    assert set().union(*map(heard, FEW)) == set().union(*map(heard, PLAYED))
    assert len(FEW) < len(PLAYED) / 2


def _left(letter: Letter, language: str, data: str) -> set[str]:
    return left_english(f"{opened(letter)['Subject']}\n{text_of(letter)}", language, data)
