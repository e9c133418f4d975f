"""The pages for agents and requesters teach all words, and none that we do not know."""

import re
from pathlib import Path

import pytest

from maildesk.desk.commands import Command
from maildesk.desk.errands.grades import GRADES, Grade, grade_of, may
from maildesk.desk.errands.plan import KNOWN
from maildesk.desk.trust import Leave, Trust
from maildesk.desk.words.command_words import SYNONYMS, Verb
from maildesk.desk.words.self_words import WORDS
from maildesk.vocabulary import SelfService, Standing

DOCS = Path(__file__).parent.parent / "docs"
AGENTS = (DOCS / "agents.md").read_text(encoding="utf-8")
REQUESTERS = (DOCS / "requesters.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", Verb)
def test_every_command_stands_in_the_agents_page(verb: Verb) -> None:
    assert re.search(rf"`#{verb}\b", AGENTS)


def test_the_agents_page_teaches_nothing_that_is_unknown() -> None:
    taught = set(re.findall(r"`#([\w-]+)", AGENTS)) | set(re.findall(r"(?m)^    #([\w-]+)", AGENTS))
    assert taught <= set(SYNONYMS)


@pytest.mark.parametrize("word", WORDS)
def test_the_requesters_page_has_the_words(word: str) -> None:
    meaning, _ = WORDS[word]
    # One word for each language and meaning is taught; a second one is only understood.
    assert f"`{word}`" in REQUESTERS or sum(f"`{other}`" in REQUESTERS for other in WORDS if WORDS[other][0] == meaning)
    assert word == word.casefold()


def test_the_requesters_page_teaches_nothing_that_is_unknown() -> None:
    assert set(re.findall(r"`(\w+)`", REQUESTERS)) <= set(WORDS)
    assert {meaning for meaning, _ in WORDS.values()} == set(SelfService)


def test_every_command_is_served_and_has_a_grade() -> None:
    assert set(Verb) == KNOWN
    assert set(GRADES) == set(Verb)


def trust(answer: bool, order: bool, endanger: bool) -> Trust:
    leave = {True: Leave.YES, False: Leave.CONFIRM}
    return Trust(Standing.ACCEPTED, "", leave[answer], leave[order], leave[endanger])


@pytest.mark.parametrize(
    ("proof", "most"),
    [
        (trust(False, False, False), None),
        (trust(True, False, False), Grade.ANSWER),
        (trust(True, True, False), Grade.CLOSE),
        (trust(True, True, True), Grade.DANGER),
    ],
)
def test_more_proof_allows_more(proof: Trust, most: Grade | None) -> None:
    assert [grade for grade in Grade if may(proof, grade)] == [one for one in Grade if most and one <= most]


def command(verb: Verb, argument: str = "") -> Command:
    return Command(verb, argument, "")


@pytest.mark.parametrize(
    ("commands", "grade"),
    [
        ([], Grade.ANSWER),
        ([command(Verb.NOTE)], Grade.NOTE),
        ([command(Verb.NOTE), command(Verb.PRIO, "high")], Grade.ASSIGN),
        ([command(Verb.TAKE), command(Verb.CLOSE)], Grade.CLOSE),
        ([command(Verb.CLOSE), command(Verb.CC, "a@b.example")], Grade.DANGER),
        ([command(Verb.SPAM)], Grade.CLOSE),
        ([command(Verb.SPAM, "block")], Grade.DANGER),
        ([command(Verb.FOR, "a@b.example")], Grade.DANGER),
    ],
)
def test_the_highest_command_decides(commands: list[Command], grade: Grade) -> None:
    assert grade_of(commands) is grade


def test_a_new_ticket_for_somebody_takes_nothing_away() -> None:
    assert grade_of([command(Verb.FOR, "a@b.example")], on_ticket=False) is Grade.ASSIGN
