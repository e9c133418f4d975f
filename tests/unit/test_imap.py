"""The decisions of the IMAP intake that need no server."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from maildesk.errors import Deferred
from maildesk.ingest.imap.beginning import windows
from maildesk.ingest.imap.fetch import groups
from maildesk.ingest.imap.finish import Way, choose_way
from maildesk.ingest.imap.session import LISTED_AT_ONCE, Folder, Listed
from maildesk.ingest.imap.suspects import RESTS, Suspects
from maildesk.ingest.imap.trouble import conversation
from maildesk.ingest.imap.wire import Broken


def _untrusted() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "CERTIFICATE_VERIFY_FAILED")
    error.verify_message = "self-signed certificate"
    return error


NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("processed", "has_move", "has_uidplus", "way"),
    [
        ("Maildesk", True, True, Way.MOVE),
        ("Maildesk", True, False, Way.MOVE),
        ("Maildesk", False, True, Way.COPY),
        ("Maildesk", False, False, Way.FLAG),
        ("", True, True, Way.FLAG),
        ("", False, False, Way.FLAG),
    ],
)
def test_what_happens_to_a_kept_mail(processed: str, has_move: bool, has_uidplus: bool, way: Way) -> None:
    assert choose_way(processed, has_move, has_uidplus) is way


@pytest.mark.parametrize(
    ("error", "reason", "everyone"),
    [
        (Broken("too much"), "h:1: too much", True),
        (_untrusted(), "certificate is not trusted", True),
        (ProtocolError("text of a mail"), "answer is not IMAP (ProtocolError)", True),
        (IMAPClientAbortError("text of a mail"), "broke off the conversation", True),
        (IMAPClientError("fetch failed: over\r\nquota"), "fetch failed: over  quota", False),
        (TimeoutError("timed out"), "no answer in time", True),
        (ConnectionRefusedError(111, "Connection refused"), "no connection (Connection refused)", True),
        (ValueError("text of a mail"), "answer is not IMAP (ValueError)", True),
        (RecursionError("deep"), "answer is not IMAP (RecursionError)", True),
        (Deferred("as it was"), "as it was", False),
    ],
)
def test_every_trouble_has_words_and_shows_no_mail(error: Exception, reason: str, everyone: bool) -> None:
    with pytest.raises(Deferred) as trouble, conversation("h:1"):
        raise error
    assert reason in trouble.value.reason
    assert "text of a mail" not in trouble.value.reason
    assert trouble.value.everyone is everyone


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(ZeroDivisionError), conversation("h:1"):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("exists", "uidnext", "first", "expected"),
    [
        (0, 1, 1, []),
        (5, 100, 1, [(1, None)]),
        (LISTED_AT_ONCE, 10**9, 7, [(7, None)]),
        (LISTED_AT_ONCE + 1, LISTED_AT_ONCE + 2, 1, [(1, LISTED_AT_ONCE), (LISTED_AT_ONCE + 1, None)]),
        (10**6, 10**6, 10**6 - 5, [(10**6 - 5, None)]),
    ],
)
def test_a_folder_is_listed_in_windows(
    exists: int, uidnext: int, first: int, expected: list[tuple[int, int | None]]
) -> None:
    assert list(windows(Folder(1, uidnext, exists, True), first)) == expected


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([10] * 120, [50, 50, 20]),
        ([3 << 20, 2 << 20, 1, 2 << 20], [1, 2, 1]),
        ([5 << 20], [1]),
        ([10, 10, 0, 10, 10, 10, 0], [2, 1, 3, 1]),
    ],
)
def test_mails_are_fetched_in_groups(sizes: list[int], expected: list[int]) -> None:
    """One without a size is not small, and stands alone where it stands."""
    small = {uid: Listed(size, None) for uid, size in enumerate(sizes, 1) if size}
    uids = range(1, len(sizes) + 1)
    found = list(groups(uids, small))
    assert [len(group) for group in found] == expected
    assert [uid for group in found for uid in group] == list(uids)


def test_a_suspect_rests_longer_each_time_and_is_given_up() -> None:
    suspects, now = Suspects(), NOON
    suspects.accuse([5, 6])
    assert suspects.is_due(5, now)
    for rest in RESTS:
        suspects.failed(5, now)
        assert not suspects.is_due(5, now + rest - timedelta(seconds=1))
        now += rest
        assert suspects.is_due(5, now)
        assert not suspects.is_exhausted(5)
    suspects.failed(5, now)
    assert suspects.is_exhausted(5)
    assert suspects.is_due(5, now)
    suspects.clear(5)
    assert 5 not in suspects
    assert 6 in suspects


def test_suspects_are_forgotten_under_a_new_uidvalidity() -> None:
    suspects = Suspects()
    suspects.belong_to(1)
    suspects.accuse([5])
    suspects.belong_to(1)
    assert 5 in suspects
    suspects.belong_to(2)
    assert 5 not in suspects
