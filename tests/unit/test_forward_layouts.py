"""Odd layouts of forwarded mail: no colons, no head, bold names, a rule below."""

import pytest

from maildesk.ingest.forward import open_forward
from maildesk.mail import Address

KARI = Address("Kari Nordmann", "kari@customer.example")


@pytest.mark.parametrize(
    "text",
    [
        '------ Forwarded Message ------\nFrom "Kari Nordmann" <kari@customer.example>\nTo "Acme" <acme@acme.example>\n'
        "Date 04/03/2024 10:15:00\nSubject printer\n\nIt is broken.",
        '-------- Пересылаемое сообщение --------\n04.03.2024, 10:15, "Kari Nordmann" <kari@customer.example>:\n\n'
        "It is broken.",
        "---------- Forwarded message ---------\nFrom: *Kari Nordmann* <kari@customer.example>\nDate: Mon, 4 Mar 2024\n"
        "Subject: printer\n\nIt is broken.",
        "----------  Forwarded Message  ----------\n\nSubject: printer\nDate: Monday, 4 March 2024\n"
        "From: Kari Nordmann <kari@customer.example>\n\nIt is broken.\n-----------------------------------------",
    ],
)
def test_opened(text: str) -> None:
    found = open_forward(f"See below.\n\n{text}", "")
    assert found is not None
    assert (found.sender, found.text, found.text_top) == (KARI, "It is broken.", "See below.")
    assert found.date


def test_words_without_colons_are_no_head() -> None:
    assert open_forward("From Oslo\nTo Bergen\nDate unknown\n\nPlease book.", "") is None
