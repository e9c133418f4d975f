"""Every reason that the code gives has words in every language, and says the same in each."""

import ast
import string
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maildesk.desk.trust import Leave
from maildesk.ingest.bounce.reasons import BY_STATUS, BY_SUBJECT, REASONS
from maildesk.notify.happened import event_in_words
from maildesk.notify.why import in_words
from maildesk.notify.why_words import CLOCKS, FOUND, LANGUAGES, OWN, UNTIL_HE_WRITES, WORDS
from maildesk.reason import Clause, because, clauses_of, together
from maildesk.vocabulary import (
    Cause,
    DeadlineLevel,
    DeadlineState,
    Decision,
    Direction,
    Disposition,
    EventKind,
    InboundState,
    Metric,
    NoticeKind,
    OutboundState,
    QuestionState,
    SelfService,
    Standing,
)

PACKAGE = Path(__file__).parent.parent.parent / "maildesk"
#: Codes that are told to `because` by a name: one of several that stand beside each other in the code.
CHOSEN = {
    *("rule", "rule_alone", "away", "full", "none_by_itself", "knows_but_away", "knows_but_full", "knows_but_none"),
    *("says_agent", "says_agent_orders", "says_agent_manages"),
    *(one.code for one in REASONS),
    *BY_STATUS.values(),
    *BY_SUBJECT.values(),
    "mailbox_resting",
}


#: What is wrong with a command, the writer reads in his own language in the letter that explains it.
ENGLISH_SAYS_MORE = {"mistake", "mistake_of_mail"}


def codes_in_the_code() -> set[str]:
    """The first argument of every call of `because`, and stored words that stand alone."""
    calls = (
        node
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "because"
    )
    return {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_reason_has_words_and_every_word_a_reason() -> None:
    # "reopened" and "closed" are compared in the code.
    assert codes_in_the_code() | CHOSEN | {"reopened", "closed"} == set(WORDS)


def test_no_reason_is_a_sentence() -> None:
    """What is stored as a reason, or travels as one, is never words of a language."""
    reasoned = {"Outcome", "Place", "Trust", "Authentication", "Acknowledgement", "Verdict", "Report", "Known"}
    sentences = [
        f"{file.name}:{node.lineno}"
        for file in [*PACKAGE.glob("desk/**/*.py"), *PACKAGE.glob("ingest/**/*.py")]
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        for given in (*node.args, *(one.value for one in node.keywords))
        if ast.unparse(node.func) in reasoned or ast.unparse(node.func).endswith("problems.append")
        if isinstance(given, ast.JoinedStr) or (isinstance(given, ast.Constant) and " " in str(given.value))
    ]
    assert sentences == []


@pytest.mark.parametrize("code", sorted(WORDS))
def test_each_language_says_all_of_it(code: str) -> None:
    english, *others = (
        {(name, how in OWN and how) for _, name, how, _ in string.Formatter().parse(words) if name is not None}
        for words in WORDS[code]
    )
    assert len(others) == len(LANGUAGES) - 1
    assert code in ENGLISH_SAYS_MORE or all(one == english for one in others)


@pytest.mark.parametrize("table", [WORDS, FOUND, *OWN.values(), {"": UNTIL_HE_WRITES}])
def test_no_words_are_missing(table: dict[str, tuple[str, str, str]]) -> None:
    assert all(len(words) == len(LANGUAGES) and all(words) for words in table.values())


def test_every_clock_and_its_levels_have_words() -> None:
    assert {*Metric, *DeadlineLevel} <= set(CLOCKS)


def test_everything_that_why_may_name_has_words() -> None:
    named = {
        "standing": Standing,
        "leave": Leave,
        "decision": Decision,
        "fate": Disposition,
        "way": Direction,
        "wish": SelfService,
        "cause": Cause,
        "notice": NoticeKind,
    }
    assert {table: set(OWN[table]) for table in named} == {table: {*names} for table, names in named.items()}
    assert set(OWN["state"]) == {*InboundState, *OutboundState, *DeadlineState, *QuestionState}


@pytest.mark.parametrize("text", ["", "a|b", "a; b", "100 %", "%7C", "x\ny", "Berg; Anna | \x1e", "문의"])
def test_an_argument_comes_back_as_it_was(text: str) -> None:
    reason = together(because("said", text), because("taken"))
    assert clauses_of(reason) == (Clause("said", (text,)), Clause("taken"))


@pytest.mark.parametrize(
    ("reason", "language", "words"),
    [
        ("knows|vpn|wifi; at_work; open|3|20", "en", "knows vpn and wifi; at work; 3 of 20 open"),
        ("knows|vpn|wifi; at_work; open|3|20", "nb", "kan vpn og wifi; på jobb; 3 av 20 åpne"),
        ("knows|vpn|wifi; at_work; open|3|20", "ko", "vpn, wifi 담당 가능; 근무 중; 진행 중 20건 중 3건"),
        ("for_everybody; nobody_else", "en", "for everybody: there is nobody else"),
        ("rule|urgency|high|outage|queue|net|words|nede", "nb", "hast høy: kø net, «nede» (regel outage)"),
        ("rule_alone|tags|a, b|r", "en", "tags a, b: rule r"),
        # What the desk has named may be called like a clock or a priority.
        ("rule_alone|tags|waiting|r", "en", "tags waiting: rule r"),
        ("rule_alone|service|promise|r", "ko", "서비스 promise: 규칙 r"),
        ("rule_alone|category|urgent|r", "nb", "kategori urgent: regel r"),
        ("rule_alone|type|incident|r", "nb", "type hendelse: regel r"),
        # A day that is over at midnight is that day.
        ("away|Bob|2026-03-07T00:00:00+01:00", "en", "Bob is away until Fri 6 March"),
        ("away|Bob|2026-03-06T16:00:00+01:00", "nb", "Bob er borte til fre. 6. mars kl. 16.00"),
        ("away|Bob|", "ko", "Bob 님은 다시 메일을 보낼 때까지 부재"),
        # What begins at midnight begins on that day.
        ("back_at|2026-03-07T00:00:00+01:00", "en", "at work again Sat 7 March, 00:00"),
        ("back_at|2026-03-09T08:00:00+01:00", "ko", "3월 9일(월) 08:00부터 근무"),
        ("due|first_response|due|2026-03-02T09:00:00+00:00", "ko", "첫 답변, 기한 도달, 기한 2026-03-02 09:00 UTC"),
        # A language that we have no words in, what is no reason of ours, and one with too little in it.
        ("taken", "sv", "taken"),
        ("550 5.1.1 no such user; a|b", "nb", "550 5.1.1 no such user; a|b"),
        ("open|3", "nb", "open|3"),
        ("rule|tags|x|r|bogus|y", "nb", "rule|tags|x|r|bogus|y"),
        ("", "nb", ""),
    ],
)
def test_what_is_read(reason: str, language: str, words: str) -> None:
    assert in_words(reason, language) == words


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (EventKind.LINKED, "problem_now", "is a problem now"),
        (EventKind.LINKED, "solved_with: #12", "solved with the problem #12"),
        (EventKind.ASSIGNED, "Anna: assigned_by|Bob", "Anna: assigned by Bob"),
        (EventKind.NOTED, "a: b", "a: b"),
    ],
)
def test_an_event_is_told_to_the_operator(kind: EventKind, text: str, words: str) -> None:
    assert event_in_words(kind, text) == words


def test_times_are_told_in_the_zone_of_the_reader() -> None:
    reason = because("did_not_arrive", 7, "2026-03-02T09:00:00+00:00")
    assert in_words(reason, "en", UTC) == "letter 7 of 2026-03-02 09:00 UTC did not arrive"
    assert in_words(reason, "nb", ZoneInfo("Europe/Oslo")) == "brev 7 fra man. 2. mars kl. 10.00 kom ikke fram"
