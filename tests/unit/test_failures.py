"""What a report means for a letter to Kari; her servers may know her by another name. One row per rule."""

import pytest

from maildesk.desk.failures import Failure, failed_recipient, failure_of, reason_of
from maildesk.mail import Bounce, FailedRecipient
from maildesk.notify.why import in_words

KARI = "kari@customer.example"


def row(address: str = KARI, status: str = "5.1.1", action: str = "failed", reason: str = "") -> FailedRecipient:
    return FailedRecipient(address, status, action, action == "failed" and status.startswith("5"), reason)


OTHER = row("k.berg@inside.example")
LATE = row("k.berg@inside.example", "4.4.1", "delayed")


@pytest.mark.parametrize(
    ("rows", "signed", "found"),
    [
        ([row()], False, row()),
        ([row("Kari@Customer.example")], False, row("Kari@Customer.example")),
        ([OTHER, row()], False, row()),
        # Anybody can write these (threats T16).
        ([OTHER], False, None),
        ([], False, None),
        # Only her servers know the return address of the letter.
        ([OTHER], True, OTHER),
        ([OTHER, row()], True, row()),
        ([LATE, OTHER], True, OTHER),
        ([row("a@inside.example", "4.4.7"), OTHER], True, OTHER),
        ([LATE], True, LATE),
    ],
)
def test_which_row_speaks_of_our_letter(
    rows: list[FailedRecipient], signed: bool, found: FailedRecipient | None
) -> None:
    assert failed_recipient(Bounce(tuple(rows), ""), KARI, signed=signed) == found


def test_a_report_at_the_return_address_that_names_nobody_is_about_the_letter() -> None:
    found = failed_recipient(Bounce((), ""), KARI, signed=True)
    assert found is not None and failure_of(found) is Failure.LOST


@pytest.mark.parametrize(
    ("status", "action", "failure"),
    [
        ("4.4.1", "delayed", "delayed"),
        ("5.1.1", "delayed", "delayed"),
        # Given up after days: this letter is lost, the address may be good.
        ("4.4.7", "failed", "lost"),
        ("5.2.2", "failed", "lost"),
        ("5.3.4", "failed", "lost"),
        ("5.7.1", "failed", "lost"),
        ("5.0.0", "failed", "lost"),
        ("", "failed", "lost"),
        # Said of us, the senders.
        ("5.1.7", "failed", "lost"),
        ("5.1.8", "failed", "lost"),
        ("5.1.1", "failed", "hard"),
        ("5.1.2", "failed", "hard"),
        ("5.1.10", "failed", "hard"),
        ("5.2.1", "failed", "hard"),
        ("5.4.4", "failed", "hard"),
    ],
)
def test_how_bad_it_is(status: str, action: str, failure: str) -> None:
    assert failure_of(row(status=status, action=action)) == failure


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (
            "5.1.1",
            "no_such_mailbox; server_said|550 5.1.1 a%3B b%7Cc",
            "there is no such mailbox (550 5.1.1 a; b|c)",
        ),
        ("5.1.1", "no_such_mailbox; server_said|Unknown", "5.1.1: there is no such mailbox (Unknown)"),
        ("5.1.1", "said|Unknown", "5.1.1: Unknown"),
        ("5.1.1", "", "5.1.1"),
        ("", "said|Unknown", "Unknown"),
        ("", "", "no reason was given"),
    ],
)
def test_the_reason_that_is_stored(status: str, reason: str, words: str) -> None:
    assert in_words(reason_of(row(status=status, reason=reason)), "en") == words
