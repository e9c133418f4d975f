"""Completeness of the tables: whoever adds a word to a closed set is told here where its row is missing."""

import ast
import re
from pathlib import Path

import pytest

from maildesk.desk.digests import digest_letter, manager_answer
from maildesk.desk.lifecycle import IMPOSSIBLE, NEXT_STATUS
from maildesk.desk.words.command_words import SYNONYMS, Verb
from maildesk.notify import announce, asking, audience, facts, gathered, operator, reminders, self_service
from maildesk.notify.audience import AUDIENCE, Group
from maildesk.notify.templates import FACTS
from maildesk.vocabulary import AT_MOST_ONCE, EventKind, Happening, NoticeKind, Status

TEMPLATES = Path(__file__).parent.parent / "templates"
LANGUAGES = ("en", "nb", "ko")
TO_OPERATOR = {NoticeKind.HELD_MAIL, NoticeKind.SILENCED, NoticeKind.HELD_DAILY, NoticeKind.ALARM}
#: To whom a question about held mail was put.
TO_ASKED = {NoticeKind.CONFIRM, NoticeKind.NOT_DONE}
#: To agents, beside the audience of an event: very many of them together.
TOGETHER = {NoticeKind.GATHERED}
#: To agents and managers, all that has gathered.
OF_THE_CLOCKS = {NoticeKind.REMINDER}
#: To a requester, about his own tickets.
TO_HIMSELF = {NoticeKind.SELF_SERVICE}
#: The numbers, and the answers to a manager's words.
TO_MANAGERS = {NoticeKind.DIGEST, NoticeKind.MANAGED, NoticeKind.NOT_MADE}
OUTSIDE = {Group.PARTICIPANTS, Group.REQUESTER}


@pytest.mark.parametrize("happening", Happening)
@pytest.mark.parametrize("status", Status)
def test_every_pair_is_possible_or_impossible(happening: Happening, status: Status) -> None:
    pair = happening, status
    assert (pair in NEXT_STATUS) is not (pair in IMPOSSIBLE)


def test_the_life_of_a_ticket_has_no_other_pairs() -> None:
    assert len(NEXT_STATUS) + len(IMPOSSIBLE) == len(Happening) * len(Status)


def test_every_status_can_be_left_and_reached() -> None:
    for status in Status:
        assert any(before is status and after is not status for (_, before), after in NEXT_STATUS.items())
        # Tickets begin as new and never become it again.
        reached = any(before is not status and after is status for (_, before), after in NEXT_STATUS.items())
        assert reached is (status is not Status.NEW)


def test_every_event_has_an_audience() -> None:
    assert set(AUDIENCE) == set(EventKind)


def test_every_letter_is_sent_by_something() -> None:
    told = {row.notice for rows in AUDIENCE.values() for row in rows}
    assert told | TO_OPERATOR | TO_ASKED | TOGETHER | OF_THE_CLOCKS | TO_HIMSELF | TO_MANAGERS == set(NoticeKind)
    assert not told & (TO_OPERATOR | TO_ASKED | TOGETHER | OF_THE_CLOCKS | TO_HIMSELF | TO_MANAGERS)
    assert {row.group for rows in AUDIENCE.values() for row in rows} == set(Group)


def test_every_letter_has_its_facts_and_a_builder() -> None:
    assert set(FACTS) == set(NoticeKind)
    elsewhere = TO_OPERATOR | TO_ASKED | TOGETHER | OF_THE_CLOCKS | TO_HIMSELF | TO_MANAGERS
    assert set(facts._FACTS) == set(NoticeKind) - elsewhere
    makers = (
        (operator, TO_OPERATOR),
        (asking, TO_ASKED),
        (gathered, TOGETHER),
        (reminders, OF_THE_CLOCKS),
        (self_service, TO_HIMSELF),
        (digest_letter, {NoticeKind.DIGEST}),
        (manager_answer, {NoticeKind.MANAGED, NoticeKind.NOT_MADE}),
    )
    for module, kinds in makers:
        said = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert all(f"NoticeKind.{kind.name}" in said for kind in kinds)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_has_a_template(kind: NoticeKind, language: str) -> None:
    assert (TEMPLATES / kind / f"{language}.j2").is_file()


def test_there_is_no_template_without_a_letter() -> None:
    assert {folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()} == {*NoticeKind, "words"}
    assert {file.stem for file in TEMPLATES.glob("*/*.j2")} == set(LANGUAGES)


def test_letters_to_customers_are_letters() -> None:
    customers = {row.notice for rows in AUDIENCE.values() for row in rows if row.group in OUTSIDE}
    assert customers | {NoticeKind.RECEIVED} == audience.TO_CUSTOMERS
    assert set(NoticeKind) >= announce.WITH_FILES
    assert set(NoticeKind) >= AT_MOST_ONCE


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_stands_in_the_help(verb: Verb, language: str) -> None:
    help_of = (TEMPLATES / "help" / f"{language}.j2").read_text(encoding="utf-8")
    assert re.search(rf'\("#[^"]*(?<=#){verb}\b', help_of)


@pytest.mark.parametrize("word", SYNONYMS)
def test_every_word_of_a_command_stands_in_a_help(word: str) -> None:
    assert any(f"#{word}" in (TEMPLATES / "help" / f"{one}.j2").read_text(encoding="utf-8") for one in LANGUAGES)
    assert word == word.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_teaches_nothing_that_is_unknown(language: str) -> None:
    help_of = (TEMPLATES / "help" / f"{language}.j2").read_text(encoding="utf-8")
    taught = {word for entry in re.findall(r'\("(#[^"]+)"', help_of) for word in re.findall(r"#([\w-]+)", entry)}
    assert taught and taught <= set(SYNONYMS)


def problems_in(file: Path) -> list[str]:
    """What a module of the desk says is wrong with a command, where it says it in one piece."""
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    said = []
    for call in calls:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        at = {"Mistake": 1, "wrong": 1, "_suggest": 2}.get(name, len(call.args))
        said += [one.value for one in call.args[at : at + 1] if isinstance(one, ast.Constant)]
    return [problem for problem in said if isinstance(problem, str)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_its_words(language: str) -> None:
    """What is wrong with an order is told in the agent's language; the reasons are stored in English."""
    words = (TEMPLATES / "words" / f"{language}.j2").read_text(encoding="utf-8")
    desk = Path(announce.__file__).parents[1] / "desk"
    problems = [problem for file in sorted(desk.rglob("*.py")) for problem in problems_in(file)]
    assert len(problems) >= 30
    for problem in {*IMPOSSIBLE.values(), *problems, "more than one agent is meant"}:
        assert f'"{problem}": "' in words, problem
