"""Who may be taken in on a ticket, and who never."""

import pytest

from maildesk.desk.newcomers import MOST_NAMED, newcomers, stored_form, why_never
from maildesk.mail import Address


def ours(address: str) -> bool:
    return address in ("support@acme.example", "anna@acme.example")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ola@customer.example", ""),
        ("ola+vpn@customer.example", ""),
        ("alles.klar@customer.example", ""),
        ("rootes@customer.example", ""),
        ("support@acme.example", "it is one of our own"),
        ("anna@acme.example", "it is one of our own"),
        ("noreply@customer.example", "nobody reads mail there"),
        ("no-reply@customer.example", "nobody reads mail there"),
        ("donotreply-17@customer.example", "nobody reads mail there"),
        ("ikke-svar@customer.example", "nobody reads mail there"),
        ("mailer-daemon@customer.example", "nobody reads mail there"),
        ("postmaster@customer.example", "nobody reads mail there"),
        ("bounces+17=x@customer.example", "nobody reads mail there"),
        ("staff@customer.example", "it is a mailing list"),
        ("vpn-request@customer.example", "it is a mailing list"),
        ("owner-vpn@customer.example", "it is a mailing list"),
        ("vpn-list@customer.example", "it is a mailing list"),
        ("vpn@lists.customer.example", "it is a mailing list"),
        ("vpn@googlegroups.com", "it is a mailing list"),
        ("ola@nowhere.invalid", "no letter can go there"),
        ("ola", "no letter can go there"),
    ],
)
def test_why_an_address_never_stands_on_a_ticket(address: str, reason: str) -> None:
    assert why_never(address, ours) == reason


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("Ola@Customer.EXAMPLE", "ola@customer.example"),
        (" ola@customer.example ", "ola@customer.example"),
        ("ola@bücher.example", "ola@xn--bcher-kva.example"),
        # A look-alike is somebody else, in letters that show it.
        ("ola@cust\u043emer.example", "ola@xn--custmer-djg.example"),
        ("\u043ela@customer.example", ""),
        ("ola@customer.example, eva@customer.example", ""),
        ("ola@customer.example\r\nBcc: eva@customer.example", ""),
        ("ola", ""),
        ("", ""),
    ],
)
def test_the_form_in_which_an_address_is_stored(address: str, stored: str) -> None:
    assert stored_form(address) == stored


def test_each_once_without_those_who_are_there() -> None:
    named = [Address("Ola", "OLA@customer.example"), Address("", "ola@customer.example"), Address("", "kari@a.example")]
    found = newcomers([*named, Address("", "noreply@a.example"), Address("", "?")], {"kari@a.example"}, ours)
    assert found == [Address("Ola", "ola@customer.example")]


def test_a_mailing_takes_in_only_so_many() -> None:
    named = [Address("", f"p{number}@customer.example") for number in range(200)]
    assert len(newcomers(named, (), ours)) == MOST_NAMED
