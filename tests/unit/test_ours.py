"""Which recipients are ours."""

import pytest

from maildesk.ingest.ours import own_addresses
from maildesk.ingest.reading import tokens_of
from maildesk.mail import Address, Mail, Ours

DESK = ["Support@Acme.example", "net-work@acme.example", "hjelp@bücher.example"]


@pytest.mark.parametrize(
    ("address", "separator", "ours"),
    [
        ("support@acme.example", "+", True),
        ("SUPPORT@ACME.EXAMPLE", "+", True),
        ("support+t1042-p7-abcdefgh@acme.example", "+", True),
        ("Support+@acme.example", "+", True),
        ("support-t1@acme.example", "+", False),
        ("support-t1@acme.example", "-", True),
        ("net-work-t1@acme.example", "-", True),
        ("net@acme.example", "-", False),
        ("support+t1@acme.example", "none", False),
        ("support+t1@acme.example", "", False),
        ("support@acme.example", "none", True),
        ("support@other.example", "+", False),
        ("support@sub.acme.example", "+", False),
        ("supporter@acme.example", "+", False),
        ("support@acme.example@evil.example", "+", False),
        ("support", "+", False),
        ("", "+", False),
        ("<>", "+", False),
        ("@acme.example", "+", False),
        ("hjelp+x@xn--bcher-kva.example", "+", True),
        ("hjelp@BÜCHER.example", "+", True),
        ("support@" + "ü" * 70 + ".example", "+", False),
        # RFC 5321 4.5.1
        ("postmaster", "+", True),
        ("PostMaster@acme.example", "+", True),
        ("postmaster@other.example", "+", False),
    ],
)
def test_own_addresses(address: str, separator: str, ours: bool) -> None:
    assert own_addresses(DESK, separator)(address) is ours


@pytest.mark.parametrize(
    ("address", "owned", "tokens"),
    [
        ("net-work@acme.example", True, []),
        ("Net-Work-t1-p2-k3F9@acme.example", True, ["t1-p2-k3F9"]),
        ("net@acme.example", False, []),
        ("net-work-t1@other.example", False, []),
    ],
)
def test_an_address_of_ours_may_hold_the_separator(address: str, owned: bool, tokens: list[str]) -> None:
    ours = Ours(frozenset({"net-work@acme.example"}), "-")
    assert ours.owns(address) is owned
    assert tokens_of(Mail(to=(Address("", address),)), ours) == tokens
