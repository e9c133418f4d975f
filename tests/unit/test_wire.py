"""A letter and an address as SMTP takes them."""

import pytest

from maildesk.errors import Refused
from maildesk.notify.wire import path, stuffed


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.\r\nMAIL FROM:<x>\r\n", b"a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"),
        (b"a\r\n..\r\n", b"a\r\n...\r\n.\r\n"),
        (b"a\n.\nb\r\n", b"a\n..\nb\r\n.\r\n"),
        (b"a.b\r\n c.\r\n", b"a.b\r\n c.\r\n.\r\n"),
    ],
)
def test_dots(raw: bytes, sent: bytes) -> None:
    assert stuffed(raw) == sent


@pytest.mark.parametrize(
    "address",
    ['"kari berg"@customer.example', "", "kari@customer.example", "a+b-1042.x=y@acme.example", "åse@kunde.example"],
)
def test_address(address: str) -> None:
    assert path(address) == f"<{address}>"


@pytest.mark.parametrize("char", list("\r\n\0<> \x7f\t\u2028\x85"))
def test_address_that_would_end_the_command(char: str) -> None:
    with pytest.raises(Refused):
        path(f"a{char}b@x.example")
