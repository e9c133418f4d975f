"""Which recipients are ours."""

import pytest

from maildesk.ingest.ours import own_addresses

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
