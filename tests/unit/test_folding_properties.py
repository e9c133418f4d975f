"""What holds of every text: nothing is lost, and twice the text is at most about twice the work."""

import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildesk.ingest.text import fold

#: Pieces of which quotes, headers and signatures are made; joined at random they come near every rule.
PIECES = (
    "On Mon, 4 Mar 2024 at 10:15, Acme <support@acme.example> wrote:",
    "support@acme.example>:",
    "Den 04.03.2024 10:15, skrev Acme:",
    "2024년 3월 4일 (월) 오전 10:15, Acme <support@acme.example>님이 작성:",
    "wrote:",
    "<",
    "> older",
    "> ",
    ">> oldest",
    "| older",
    "-----Original Message-----",
    "Begin forwarded message:",
    "________________________________",
    "From: Acme <support@acme.example>",
    "Sendt: 4. mars 2024 10:15",
    "받는 사람: 김",
    "*Subject:* RE: printer",
    "##- Please type your reply above this line -##",
    "-- ",
    "--",
    "Best regards,",
    "Kari Nordmann",
    "+47 22 19 45 40",
    "Sent from my iPhone",
    "This e-mail and any attachments are confidential and only for its recipient, nobody else may read it, please.",
    "Yes. On Mon, 4 Mar 2024 at 10:15, Acme wrote:",
    "It is broken.",
    "\u200b\u00a0",
    "",
    "\r",
    "x" * 500,
)
FLOODS = (
    "On ",
    "> ",
    "-- ",
    "--",
    "From: a@b",
    "a:",
    "wrote:",
    "2024 10:15:",
    "<a@b> wrote:",
    "On Mon, 4 Mar 2024 at 10:15, <",
    "Best regards,",
    "Mvh",
    "---",
    "Sent from",
    "x (",
    "> " + "y" * 70,
    "| a",
    "this email and any",
    "\u0301\u0316\u0301\u0316",
    "\ufdfa" * 20,
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=40), max_size=30).map("\n".join))
def test_nothing_is_lost(text: str) -> None:
    folded = fold(text)
    assert sorted((folded.visible + "\n" + folded.quoted).split()) == sorted(text.split())


@given(st.lists(st.sampled_from([piece for piece in PIECES if not piece.startswith("Yes.")]), max_size=30))
def test_every_line_stays_whole_and_in_order(lines: list[str]) -> None:
    folded = fold("\n".join(lines))
    both = [folded.visible.split("\n"), folded.quoted.split("\n")]
    for line in filter(str.strip, lines):
        side = next((one for one in both if line in one), [])
        assert side, line
        side[side.index(line)] = ""


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("\n".join))
def test_something_is_left(text: str) -> None:
    assert bool(fold(text).visible.strip()) == bool(text.strip())


@pytest.mark.parametrize("line", FLOODS)
@pytest.mark.parametrize("end", ["\n", "", "\n" * 20])
def test_work_grows_with_the_text_only(line: str, end: str) -> None:
    small, large = (work(f"{line}{end}" * count) for count in (60, 240))
    assert large <= 4.5 * small + 1000


@pytest.mark.parametrize("line", ["2024 10:15:", "> ", "-- ", "Best regards,"])
def test_work_is_bounded(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maildesk.ingest.text._MOST_LINES", 100)
    assert work(f"{line}\n" * 5000) <= work(f"{line}\n" * 100) * 1.1 + 200


def work(text: str) -> int:
    """How many functions are called, built-in ones as well."""
    calls = 0

    def count(_frame: FrameType, event: str, _what: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        fold(text)
    finally:
        sys.setprofile(before)
    return calls
