"""The address a letter comes back to names its letter, and nobody else can write one."""

import random
import string

import pytest

from maildesk.mail import mailbox_of
from maildesk.tokens import TagKind, return_address, returned_letter, tagged_address, without_tags

DESK, DOMAIN = "support@acme.example", "acme.example"
OWN = frozenset({DESK, "network@acme.example"})
SECRET, OLD = b"s" * 32, b"o" * 32
GOOD = return_address(DESK, "+", SECRET, 17)


def read(address: str, separator: str = "+", domain: str = DOMAIN) -> int | None:
    return returned_letter(address, OWN, separator, (SECRET, OLD), domain)


def test_it_names_its_letter() -> None:
    assert GOOD.startswith("support+b17-") and GOOD.endswith("@acme.example") and len(GOOD) == len(DESK) + 21
    assert read(GOOD) == 17


@pytest.mark.parametrize(
    ("address", "letter"),
    [
        (GOOD.upper(), 17),
        (f" {GOOD} ", 17),
        (return_address(DESK, "+", OLD, 17), 17),
        (return_address(DESK, "+", b"x" * 32, 17), None),
        (GOOD.replace("b17", "b18"), None),
        (GOOD.replace("b17", "b0017"), 17),
        (GOOD[:-1] + "x", None),
        (GOOD.replace("acme", "acne"), None),
        (GOOD.replace("-", "", 1), None),
        (GOOD.replace("@", "a@"), None),
        (DESK, None),
        ("", None),
        # Signed for something else: the kind is part of what is signed.
        (tagged_address(DESK, "+", SECRET, TagKind.REPLY, 17, 1, 0), None),
        ("support+b" + tagged_address(DESK, "+", SECRET, TagKind.REPLY, 17, 17, 0).partition("+t")[2], None),
        (GOOD.replace("+b17-", "+t17-p17-"), None),
    ],
)
def test_only_what_we_signed(address: str, letter: int | None) -> None:
    assert read(address) == letter


def test_another_separator_and_none() -> None:
    assert read(return_address(DESK, "-", SECRET, 17), "-") == 17
    assert return_address(DESK, "none", SECRET, 17) == DESK


def test_nobody_guesses_one() -> None:
    chance = random.Random(1)
    alphabet = string.ascii_lowercase + "234567"
    tried = ("support+b17-" + "".join(chance.choices(alphabet, k=16)) + "@acme.example" for _ in range(20_000))
    assert not any(read(one) for one in tried)


def test_it_is_scrubbed_like_all_that_is_signed() -> None:
    text = f"Return-Path: <{GOOD}> and {GOOD.partition('+')[2].partition('@')[0]}, b17 stays"
    clean = without_tags(text, OWN, "+")
    assert GOOD.partition("-")[2].partition("@")[0] not in clean
    assert DESK in clean and "b17 stays" in clean


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Kari@Customer.Example", "kari@customer.example"),
        ("kari+desk+2@customer.example", "kari@customer.example"),
        ("kari.berg@customer.example", "kari.berg@customer.example"),
        ("k.a.r.i+x@gmail.com", "kari@gmail.com"),
        ("k.a.r.i@googlemail.com", "kari@googlemail.com"),
        ("+kari@customer.example", "+kari@customer.example"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_a_thousand_spellings_are_one_mailbox(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox
