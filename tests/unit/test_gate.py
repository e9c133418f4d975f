import pytest

from maildesk.ingest.gate import look_at
from maildesk.notify.why import in_words

HEADER = b"From: kari@customer.example\r\nTo: support@acme.example\r\nSubject: printer\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        HEADER + b"\r\nhello",
        HEADER.replace(b"\r\n", b"\n") + b"\nhello",
        HEADER + b"Cc: " + b", ".join(b"p%d@customer.example" % n for n in range(500)) + b"\r\n\r\nhello",
        HEADER
        + b"".join(b"Received: from a by b; Mon, 4 Mar 2024 10:00:00 +0000\r\n" for _ in range(40))
        + b"\r\nhello",
        HEADER + b"\r\n" + b"(,*=?" * 100_000,
    ],
)
def test_ordinary_mail_passes(raw: bytes) -> None:
    assert not look_at(raw).restricted


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (HEADER + b"X-A: " + b"a" * 200_000 + b"\r\n\r\nhello", "header block is too large"),
        (b"a" * 200_000, "header block is too large"),
        (HEADER + b"X-A: b\r\n" * 1500 + b"\r\nhello", "too many fields"),
        (HEADER + b"To: " + b"a@b.example," * 3000 + b"\r\n\r\nhello", "too many ','"),
        (HEADER + b"From: " + b"(" * 600 + b"\r\n\r\nhello", "too many '('"),
        (HEADER + b"Subject: " + b"=?utf-8?q?a?= " * 3000 + b"\r\n\r\nhello", "too many '=?'"),
        (HEADER + b"Received: x\r\n" * 120 + b"\r\nhello", "too many servers"),
        (HEADER + b"\r\n" + b"Content-Type: multipart/mixed; boundary=a\r\n" * 300, "too many multiparts"),
    ],
)
def test_costly_mail_is_restricted(raw: bytes, reason: str) -> None:
    assert reason in in_words("; ".join(look_at(raw).problems), "en")
