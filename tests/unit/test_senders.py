"""By which names a sender may be blocked, and who never is."""

import pytest

from maildesk.config import read_settings
from maildesk.desk.held.senders import normal_sender, senders_of, why_not_blocked
from tests.desk import SETTINGS

DESK = read_settings(SETTINGS, {}, "test")


@pytest.mark.parametrize(
    ("sender", "normal"),
    [
        ("Mallory@Evil.Example", "mallory@evil.example"),
        (" evil.example. ", "evil.example"),
        ("@evil.example", "evil.example"),
        ("mallory@bücher.example", "mallory@xn--bcher-kva.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("a@b@c.example", "a@b@c.example"),
        ("", ""),
    ],
)
def test_normal(sender: str, normal: str) -> None:
    assert normal_sender(sender) == normal


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("m@evil.example", ["m@evil.example", "evil.example", "example"]),
        ("M@Mail.Evil.Example", ["m@mail.evil.example", "mail.evil.example", "evil.example", "example"]),
        ("nobody", ["nobody"]),
    ],
)
def test_names(address: str, names: list[str]) -> None:
    assert senders_of(address) == names


def test_a_name_of_very_many_parts() -> None:
    assert len(senders_of("m@" + "a." * 100_000 + "example")) <= 22


@pytest.mark.parametrize("sender", ["mallory@evil.example", "evil.example", "mail.evil.example", "acme.evil.example"])
def test_may_be_blocked(sender: str) -> None:
    assert why_not_blocked(sender, DESK) == ""


@pytest.mark.parametrize(
    "sender",
    [
        *("anna@acme.example", "ANNA.berg@acme.example", "ops@acme.example", "support@acme.example"),
        *("network@acme.example", "acme.example", "@acme.example"),
        *("", "example", "evil", "a b@evil.example", "evil example.com", "mallory@", "*.evil.example"),
    ],
)
def test_may_not_be_blocked(sender: str) -> None:
    assert why_not_blocked(sender, DESK)
