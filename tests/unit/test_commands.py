"""Commands in the leading lines of an agent's mail: a row per rule, and no text is ever lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.commands import Command, Mistake, Orders, split_commands, too_late
from maildesk.desk.words.command_words import SYNONYMS, Verb


def said(text: str) -> tuple[list[str], str, list[str]]:
    """(verbs with arguments, rest, lines of mistakes)"""
    orders = split_commands(text)
    commands = [f"{one.verb} {one.argument}".strip() for one in orders.commands]
    return commands, orders.rest, [one.line for one in orders.mistakes]


@pytest.mark.parametrize(
    ("text", "commands", "rest"),
    [
        ("", [], ""),
        ("\n \n", [], ""),
        ("Hello Kari", [], "Hello Kari"),
        ("#close", ["close"], ""),
        ("#close\nIt is done.", ["close"], "It is done."),
        ("#take\n#close\n\nIt is done.\n\nAnna", ["take", "close"], "It is done.\n\nAnna"),
        ("\n\n#take\n\n#close\n\nDone.", ["take", "close"], "Done."),
        ("#assign bob", ["assign bob"], ""),
        ("#assign   Bob Berg  ", ["assign Bob Berg"], ""),
        ("#assign\tbob", ["assign bob"], ""),
        # A non-breaking space, as HTML mails have it.
        ("#assign\u00a0bob", ["assign bob"], ""),
        ("  #close  ", ["close"], ""),
        ("#CLOSE", ["close"], ""),
        ("＃close", ["close"], ""),
        ("/close", ["close"], ""),
        ("/note She is away", ["note She is away"], ""),
        # What a telephone makes of it.
        ("#Close.", ["close"], ""),
        ("#close!", ["close"], ""),
        ("#assign: bob", ["assign bob"], ""),
        # A telephone parts the sign from its word, and a program adds what nobody sees.
        ("# take", ["take"], ""),
        ("# Take.", ["take"], ""),
        ("＃ 담당", ["take"], ""),
        ("# Prio High", ["prio High"], ""),
        ("\u200b#take\ufeff", ["take"], ""),
        ("\u00a0#take\u00a0", ["take"], ""),
        ("#Snooze Tomorrow", ["snooze Tomorrow"], ""),
        ("#same–person", ["same-person"], ""),
        ("“#close”", ["close"], ""),
        ("“#close”\nIt works.", ["close"], "It works."),
        # Only the leading lines.
        ("Hello\n#close", [], "Hello\n#close"),
        ("#take\nHello\n#close", ["take"], "Hello\n#close"),
        ("> #close", [], "> #close"),
        ("Please #close it", [], "Please #close it"),
        # What only looks like one.
        ("#1 priority is the printer", [], "#1 priority is the printer"),
        ("#1042", [], "#1042"),
        ("#1042: solved", [], "#1042: solved"),
        ("#", [], "#"),
        ("# heading", [], "# heading"),
        ("### Steps", [], "### Steps"),
        ("#_x", [], "#_x"),
        ("/var is full", [], "/var is full"),
        ("/", [], "/"),
        ("/ close", [], "/ close"),
        ("//close", [], "//close"),
        # Indented text keeps its inner lines.
        ("#reply\n  one\n    two", ["reply"], "one\n    two"),
    ],
)
def test_commands_and_rest(text: str, commands: list[str], rest: str) -> None:
    assert said(text) == (commands, rest, [])


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("#assing bob", "#assign bob"),
        ("#clsoe", "#close"),
        ("#tak", "#take"),
        ("#lukkk", "#close"),
        ("#re-open", "#reopen"),
        ("#xyzzy", ""),
        ("#" + "x" * 100_000, ""),
    ],
)
def test_what_is_no_command_is_a_mistake(line: str, suggestion: str) -> None:
    orders = split_commands(f"{line}\nHello Kari")
    assert [(one.line, one.suggestion) for one in orders.mistakes] == [(line, suggestion)]
    assert "no command" in orders.mistakes[0].problem
    assert (orders.commands, orders.rest) == ((), "Hello Kari")


def test_a_mistake_beside_a_command_is_found() -> None:
    assert said("#take\n#closse\nDone.") == (["take"], "Done.", ["#closse"])


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        *((verb.value, verb.value) for verb in Verb),
        *(("ta", "take"), ("tildel", "assign"), ("løst", "solve"), ("lukk", "close"), ("gjenåpne", "reopen")),
        *(("notat", "note"), ("svar", "reply"), ("hjelp", "help")),
        *(("담당", "take"), ("배정", "assign"), ("해결", "solve"), ("종료", "close"), ("재개", "reopen")),
        *(("메모", "note"), ("답장", "reply"), ("도움말", "help")),
    ],
)
def test_words_of_three_languages(word: str, verb: str) -> None:
    for form in (word, word.upper(), unicodedata.normalize("NFD", word)):
        assert said(f"#{form} x") == ([f"{verb} x"], "", [])
        assert said(f"/{form}") == ([verb], "", [])


def test_the_table_above_has_every_word() -> None:
    assert {SYNONYMS[word] for word in SYNONYMS} == set(Verb)


@pytest.mark.parametrize(
    ("argument", "plain"),
    [("high", "high"), ("“high”", "high"), ("high.", "high"), ("'Anna'!", "Anna"), ("“Anna.”", "Anna"), ("3d", "3d")],
)
def test_an_argument_without_what_a_telephone_adds(argument: str, plain: str) -> None:
    (command,) = split_commands(f"#assign {argument}").commands
    assert (command.argument, command.plain_argument) == (argument, plain)


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("Hi,\n\n#close\nIt works.", "#close"),
        ("Hi Anna,\n\u00a0#Prio high.", "#Prio high."),
        ("안녕하세요.\n#종료", "#종료"),
        # Text is text.
        ("Hi,\n#1042 is the same.", ""),
        ("Hi,\nplease #close it", ""),
        ("Hi,\n> #close", ""),
        ("Hi,\n#hashtag", ""),
        ("1\n2\n3\n#close", ""),
        ("", ""),
    ],
)
def test_a_command_below_a_greeting_is_found(rest: str, line: str) -> None:
    assert too_late(rest) == line


def test_has() -> None:
    orders = Orders((Command(Verb.TAKE, "", "#take"),))
    assert orders.has(Verb.TAKE)
    assert not orders.has(Verb.CLOSE)


def bare(line: str) -> str:
    """Without what nobody sees."""
    unseen = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
    return line.strip().strip(unseen).strip()


LINES = st.one_of(
    st.sampled_from(
        ["#take", "#assign bob", "/close", "＃메모 x", "#clsoe", "#1 x", "Hello", "> #close", "", " ", "#"]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n"), max_size=12),
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_text_is_lost(text: str) -> None:
    orders = split_commands(text)
    leading = [line for line in unicodedata.normalize("NFC", text).split("\n") if line.strip()]
    taken: list[Command | Mistake] = [*orders.commands, *orders.mistakes]
    kept = sorted([one.line for one in taken] + [bare(line) for line in orders.rest.split("\n") if bare(line)])
    assert kept == sorted(filter(None, map(bare, leading)))
    for one in orders.commands:
        assert one.argument in one.line
