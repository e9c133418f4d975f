"""Held mail by the operator's own hand: show, release, block, unblock, blocked, and what `why` says of it."""

import json

import pytest

from tests.shell import Operator, mail_about

FORGED = b"""From: Anna <anna@acme.example>
To: support@acme.example
Subject: Re: [#1] A printer
Message-ID: <forged@evil.example>

Which printer?
"""


def held(operator: Operator) -> dict[str, object]:
    """One ticket of Kari's, and a mail in Anna's name about it."""
    operator.gets(mail_about(1), FORGED)
    found = operator.does("inbox", "list", "--state", "held", "--json").documents
    assert [one["id"] for one in found] == [2]
    return found[0]


def letters(operator: Operator) -> list[tuple[str, str]]:
    return [(one["kind"], one["to"]) for one in operator.does("outbox", "list", "--json").documents]


def test_why_says_what_is_waited_for(operator: Operator) -> None:
    assert "was asked" in str(held(operator)["reason"])
    assert ("confirm", "anna@acme.example") in letters(operator)
    for what in ("<forged@evil.example>", "1"):
        said = operator.does("why", what, "--json").documents
        decisions = [f"{one['what']}: {one['decision']}" for one in said]
        assert "mail 2: cause unproven_agent" in decisions
        assert any(one.startswith("question 1 to anna@acme.example: confirm: waiting, until 20") for one in decisions)


def test_show(operator: Operator) -> None:
    held(operator)
    (shown,) = operator.does("inbox", "show", "2", "--json").documents
    assert (shown["cause"], shown["state"], shown["text"].strip()) == ("unproven_agent", "held", "Which printer?")
    assert shown["decisions"][0]["decision"] == "cause unproven_agent"
    (listed,) = operator.does("inbox", "list", "--state", "held", "--json").documents
    assert {name: shown[name] for name in listed} == listed
    assert "    Which printer?\n" in operator.does("inbox", "show", "2").out


def test_show_what_is_not_there_and_what_cannot_be_read(operator: Operator) -> None:
    held(operator)
    said = operator.does("inbox", "show", "7")
    assert said.code == 1 and "there is no mail 7" in said.err
    for blob in (operator.folder / "var" / "raw").rglob("*"):
        if blob.is_file():
            blob.unlink()
    said = operator.does("inbox", "show", "2", "--json")
    assert said.code == 0 and "could not be read" in said.documents[0]["problems"][0]


@pytest.mark.parametrize(
    ("arguments", "ticket", "tickets"),
    [pytest.param([], 1, 2, id="where it belongs"), (["--as", "ticket", "2"], 2, 2), (["--new"], 3, 3)],
)
def test_release(operator: Operator, arguments: list[str], ticket: int, tickets: int) -> None:
    held(operator)
    operator.gets(mail_about(2))
    assert operator.does("inbox", "release", "2", *arguments).code == 0
    assert operator.does("run", "--once").code == 0
    row = operator.does("inbox", "list", "--json").documents[1]
    assert (row["state"], row["ticket"]) == ("done", ticket)
    assert len(operator.does("ticket", "list", "--json").documents) == tickets
    answered = ("answer", "kari@customer.example") in letters(operator)
    assert answered is (ticket != 3)
    assert "released by the operator" in operator.does("why", "<forged@evil.example>").out
    # What is done is done.
    said = operator.does("inbox", "release", "2")
    assert said.code == 1 and "neither held nor put aside" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["2", "--new", "--as", "ticket", "1"], 2, "not both"),
        (["2", "--as", "number", "1"], 2, "--as ticket N"),
        (["2", "--as", "ticket", "0"], 2, "--as ticket N"),
        (["2", "--as", "ticket", "77"], 1, "no ticket 77"),
        (["9"], 1, "neither held"),
        (["1"], 1, "neither held"),
    ],
)
def test_a_release_that_cannot_be(operator: Operator, arguments: list[str], code: int, words: str) -> None:
    held(operator)
    said = operator.does("inbox", "release", *arguments)
    assert said.code == code and words in said.err
    assert operator.does("inbox", "show", "2", "--json").documents[0]["state"] == "held"


def test_a_dropped_mail_is_released_and_a_retried_one_held_again(operator: Operator) -> None:
    held(operator)
    assert operator.does("inbox", "retry", "2").code == 0 and operator.does("run", "--once").code == 0
    assert "was asked before" in operator.does("inbox", "show", "2").out
    assert operator.does("inbox", "drop", "2").code == 0 and operator.does("inbox", "release", "2").code == 0
    assert operator.does("run", "--once").code == 0
    assert ("answer", "kari@customer.example") in letters(operator)


def test_blocked_senders_are_kept_and_counted_in_silence(operator: Operator) -> None:
    assert operator.does("inbox", "block", "Customer.Example").code == 0
    again = operator.does("inbox", "block", "customer.example")
    assert again.code == 0 and "was blocked before" in again.err
    operator.gets(mail_about(1), mail_about(2))
    assert letters(operator) == [] and operator.does("ticket", "list", "--json").documents == []
    (row,) = operator.does("inbox", "blocked", "--json").documents
    assert (row["sender"], row["by"], row["mails"]) == ("customer.example", "the operator", 2)
    for one in operator.does("inbox", "list", "--json").documents:
        assert (one["state"], one["disposition"], one["reason"]) == (
            "dropped",
            "ignored",
            "blocked sender customer.example",
        )
    assert "unblock" in operator.does("why", "<1@customer.example>").out
    # This one now, by the operator's word; the next by itself.
    assert operator.does("inbox", "release", "1").code == 0 and operator.does("run", "--once").code == 0
    assert len(operator.does("ticket", "list", "--json").documents) == 1
    assert operator.does("inbox", "unblock", "customer.example").code == 0
    operator.gets(mail_about(3))
    assert len(operator.does("ticket", "list", "--json").documents) == 2


@pytest.mark.parametrize("sender", ["anna@acme.example", "acme.example", "example", "", "a b", "\x1b[31m@evil.example"])
def test_who_is_ours_or_nobody_is_not_blocked(operator: Operator, sender: str) -> None:
    said = operator.does("inbox", "block", sender)
    assert said.code == 1 and said.err.startswith("maildesk: ") and "\x1b" not in said.err
    assert operator.does("inbox", "blocked", "--json").documents == []


def test_who_is_not_blocked_cannot_be_unblocked(operator: Operator) -> None:
    said = operator.does("inbox", "unblock", "evil.example")
    assert said.code == 1 and "`maildesk inbox blocked` shows who is" in said.err


def test_every_cause_has_its_remedy() -> None:
    from maildesk.desk.reasons import _WHAT_NOW
    from maildesk.vocabulary import Cause

    assert set(_WHAT_NOW) == set(Cause)
    for language in ("en", "nb", "ko"):
        from tests.test_tables import TEMPLATES

        words = (TEMPLATES / "held_daily" / f"{language}.j2").read_text(encoding="utf-8")
        # What waits for its own author is no business of the operator's.
        listed = set(Cause) - {Cause.BLOCKED, Cause.TOO_MANY, Cause.CROSSED, Cause.PREVIEW}
        assert all(json.dumps(str(cause)) + ": " in words for cause in listed)
