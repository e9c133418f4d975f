"""Nobody guesses a signed address (threats T5); a million is tried by `python -m tests.guesses`."""

import hmac
import random

import pytest

from maildesk.tokens import TagKind, read_tag, tagged_address
from tests import guesses


def test_of_many_guesses_none_is_accepted_and_each_was_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bool] = []
    real = hmac.compare_digest

    def counted(one: str, two: str) -> bool:
        compared.append(real(one, two))
        return compared[-1]

    monkeypatch.setattr(hmac, "compare_digest", counted)
    assert guesses.accepted(10_000, seed=20260302) == 0
    assert len(compared) == 10_000 * len(guesses.KEYS)


def test_a_right_one_among_them_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    right = tagged_address(guesses.DESK, "+", guesses.KEYS[1], TagKind.REPLY, 42, 7, 0)
    tag = read_tag(right, frozenset({guesses.DESK}), "+")
    assert tag is not None
    monkeypatch.setattr(random.Random, "choice", lambda *_: "t42-p7-")
    monkeypatch.setattr(random.Random, "choices", lambda *_, k: list(tag.signature))
    assert guesses.accepted(3, seed=1) == 3
