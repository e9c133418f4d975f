"""The IMAP intake against a real Dovecot: everything arrives once, whatever people and servers do meanwhile."""

import contextlib
import logging
import random
import threading
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from imapclient.exceptions import IMAPClientError

from maildesk.blobs import Blob
from maildesk.errors import Deferred
from maildesk.ingest.imap.ledger import left_on_server
from maildesk.ingest.imap.session import Session
from maildesk.ingest.inbox import Arrived
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Desk, Settings, mail, plain, with_tls
from tests.servers.servers import wait_until

#: Dovecot tells its clients only what stands here, and imapclient believes it.
BASIC = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ NAMESPACE"


@pytest.fixture(scope="session")
def without_move(dovecot_maker: Callable[..., Dovecot]) -> Dovecot:
    return dovecot_maker(extra=f"{BASIC} IDLE UIDPLUS")


@pytest.fixture(scope="session")
def without_anything(dovecot_maker: Callable[..., Dovecot]) -> Dovecot:
    return dovecot_maker(extra=BASIC)


@pytest.mark.parametrize("connect", [plain, with_tls])
def test_mail_is_kept_and_then_moved(dovecot: Dovecot, desk: Desk, connect: Callable[..., Settings]) -> None:
    user = dovecot.user()
    mails = [mail(number, size) for number, size in enumerate([0, 5_000, 300_000, 1_100_000, 3_000_000])]
    dovecot.append(user, *mails)
    assert desk.fetch(connect(dovecot, user)) == len(mails)
    assert desk.raws() == sorted(mails)
    assert dovecot.mails(user) == {}
    assert sorted(dovecot.mails(user, "Maildesk").values()) == sorted(mails)
    assert set(desk.ledger().values()) == {"done"}
    assert desk.spooled() == []
    assert desk.fetch(connect(dovecot, user)) == 0


def test_without_a_processed_folder_mail_is_flagged(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    uids = dovecot.append(user, mail(1), mail(2))
    settings = replace(plain(dovecot, user), processed="")
    assert desk.fetch(settings) == 2
    assert dovecot.flags(user) == {uid: {b"$Maildesk"} for uid in uids}
    assert desk.fetch(settings) == 0
    dovecot.append(user, mail(3))
    assert desk.fetch(settings) == 1


def test_without_move_only_our_mails_are_expunged(without_move: Dovecot, desk: Desk) -> None:
    user = without_move.user()
    (marked,) = without_move.append(user, mail(9))
    settings = replace(plain(without_move, user), first_sync="from_now")
    assert desk.fetch(settings) == 0
    with without_move.client(user) as client:
        client.select_folder("INBOX")
        client.add_flags([marked], [b"\\Deleted"])
    without_move.append(user, mail(1), mail(2))
    assert desk.fetch(settings) == 2
    assert list(without_move.mails(user)) == [marked]
    assert len(without_move.mails(user, "Maildesk")) == 2


def test_without_uidplus_nothing_is_expunged(without_anything: Dovecot, desk: Desk) -> None:
    user = without_anything.user()
    (uid,) = without_anything.append(user, mail(1))
    assert desk.fetch(plain(without_anything, user)) == 1
    assert without_anything.flags(user) == {uid: {b"$Maildesk"}}
    assert desk.fetch(plain(without_anything, user)) == 0


def test_from_now_leaves_what_was_there(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    old = dovecot.append(user, *[mail(number) for number in range(5)])
    settings = replace(plain(dovecot, user), first_sync="from_now")
    assert desk.fetch(settings) == 0
    # A person removes some of the old ones, and reads others: still old.
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
        client.delete_messages(old[:2])
        client.expunge()
    dovecot.append(user, mail(10))
    assert desk.fetch(settings) == 1
    assert desk.raws() == [mail(10)]
    assert list(dovecot.mails(user)) == old[2:]


def test_from_now_begins_in_an_empty_folder(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    settings = replace(plain(dovecot, user), first_sync="from_now")
    assert desk.fetch(settings) == 0
    dovecot.append(user, mail(1))
    assert desk.fetch(settings) == 1


def _uidvalidity(dovecot: Dovecot, user: str) -> int:
    with dovecot.client(user) as client:
        return int(client.select_folder("INBOX")[b"UIDVALIDITY"])


def _renumber(dovecot: Dovecot, user: str) -> None:
    """Dovecot forgets its index and its list of UIDs, and begins anew; its UIDVALIDITY is the second of that moment."""
    before = _uidvalidity(dovecot, user)

    def is_new() -> bool:
        for path in (dovecot.server.folder / "mail" / user / "Maildir").glob("dovecot*"):
            path.unlink()
        return _uidvalidity(dovecot, user) != before

    wait_until(is_new, "a new UIDVALIDITY")


@pytest.mark.parametrize("first_sync", ["all", "from_now"])
def test_a_new_uidvalidity_makes_no_second_ticket(
    dovecot: Dovecot, desk: Desk, caplog: pytest.LogCaptureFixture, first_sync: str
) -> None:
    user = dovecot.user()
    settings = replace(plain(dovecot, user), processed="", first_sync=first_sync)
    with dovecot.client(user) as client:
        client.append("INBOX", mail(0), msg_time=desk.clock.now() - timedelta(days=400))
    known = desk.fetch(settings)
    assert known == (first_sync == "all")
    dovecot.append(user, mail(1), mail(2))
    assert desk.fetch(settings) == 2
    _renumber(dovecot, user)
    dovecot.append(user, mail(3))
    with caplog.at_level(logging.WARNING):
        desk.fetch(settings)
    assert "numbered its mails anew" in caplog.text
    assert desk.raws() == sorted([mail(number) for number in range(1 - known, 4)])


def test_reading_and_moving_people_lose_nothing(dovecot: Dovecot, desk: Desk) -> None:
    """A person reads and moves mail while mail comes in: what is still there is taken once, and nothing breaks."""
    user, dice = dovecot.user(), random.Random(7)
    dovecot.append(user, *[mail(number, 2_000) for number in range(40)])
    ready = threading.Barrier(2)

    def person() -> None:
        with dovecot.client(user) as client:
            client.create_folder("Private")
            client.select_folder("INBOX")
            ready.wait()
            for number in range(40, 120):
                uids = client.search("ALL")
                # The daemon may have been faster, and then the server says NO.
                with contextlib.suppress(IMAPClientError):
                    client.add_flags(dice.sample(uids, min(3, len(uids))), [b"\\Seen"], silent=True)
                    if uids and dice.random() < 0.3:
                        client.move([dice.choice(uids)], "Private")
                client.append("INBOX", mail(number))

    thread = threading.Thread(target=person)
    with desk.watching(plain(dovecot, user)):
        thread.start()
        ready.wait()
        thread.join(60)
        wait_until(lambda: not dovecot.mails(user), "the folder is empty")
    folders = [sorted(dovecot.mails(user, name).values()) for name in ("Private", "Maildesk")]
    # Two who move one mail at the same moment may both succeed, each with a copy (RFC 6851 3.3), never two in a folder.
    assert all(len(set(mails)) == len(mails) for mails in folders)
    assert {*folders[0], *folders[1]} == {mail(number, 2_000 if number < 40 else 0) for number in range(120)}
    # Whatever went to the processed folder was kept; what the person took may have been kept before.
    assert set(dovecot.mails(user, "Maildesk").values()) <= set(desk.raws())
    assert len(desk.raws()) == len(set(desk.raws()))


def test_without_idle_it_polls(without_anything: Dovecot, desk: Desk) -> None:
    user = without_anything.user()
    with desk.watching(replace(plain(without_anything, user), poll=timedelta(seconds=0.2))) as watcher:
        wait_until(lambda: watcher.last_success is not None, "the first look")
        without_anything.append(user, mail(1))
        wait_until(lambda: len(desk.rows()) == 1, "the mail")


def test_a_large_mail_passes_in_little_memory(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    large = mail(1, 36_000_000)
    dovecot.append(user, large)
    tracemalloc.start()
    try:
        assert desk.fetch(plain(dovecot, user)) == 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16_000_000
    assert desk.raws() == [large]


def test_a_mail_above_the_limit_stays_and_is_named(
    dovecot: Dovecot, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    user = dovecot.user()
    first, _ = dovecot.append(user, mail(1, 200_000), mail(2))
    assert desk.fetch(plain(dovecot, user), largest=100_000) == 1
    assert list(dovecot.mails(user)) == [first]
    assert "larger than limits.message_size" in caplog.text
    assert [(place.uid, state) for place, state in left_on_server(desk.store)] == [(first, "too_large")]
    caplog.clear()
    assert desk.fetch(plain(dovecot, user), largest=100_000) == 0
    assert [record for record in caplog.records if record.name.startswith("maildesk")] == []


def test_one_mail_by_two_ways_is_one_row(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    dovecot.append(user, mail(1))

    def by_lmtp(blob: Blob, digest: str) -> Arrived:
        return Arrived(digest, blob.sha256, blob.size, "lmtp", desk.clock.now(), recipients=("support@acme.example",))

    desk.intake.keep(b"Received: from mx.acme.example\r\n" + mail(1) + b"\r\n", by_lmtp)
    assert desk.fetch(plain(dovecot, user)) == 1
    assert len(desk.rows()) == 1
    assert desk.sources() == {"lmtp", "imap:support"}
    assert dovecot.mails(user) == {}


def test_a_crash_between_commit_and_move_is_made_good(
    dovecot: Dovecot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = dovecot.user()
    dovecot.append(user, mail(1), mail(2))
    with monkeypatch.context() as patch:

        def dies(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(Session, "move", dies)
        with pytest.raises(KeyboardInterrupt):
            desk.fetch(plain(dovecot, user))
    assert set(desk.ledger().values()) == {"kept"}
    assert desk.fetch(plain(dovecot, user)) == 0
    assert set(desk.ledger().values()) == {"done"}
    assert len(dovecot.mails(user, "Maildesk")) == 2
    assert len(desk.rows()) == 2


def test_a_removed_processed_folder_is_made_again(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    with desk.watching(plain(dovecot, user)) as watcher:
        wait_until(lambda: watcher.last_success is not None, "the first look")
        with dovecot.client(user) as client:
            client.delete_folder("Maildesk")
        dovecot.append(user, mail(1))
        wait_until(lambda: len(dovecot.mails(user, "Maildesk")) == 1, "the move")


def test_nothing_is_moved_while_the_spool_cannot_take_it(
    dovecot: Dovecot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = dovecot.user()
    dovecot.append(user, mail(1), mail(2, 2_000_000))

    def full(*_: object) -> None:
        raise Deferred("the database cannot take it now (FULL)", everyone=True)

    with monkeypatch.context() as patch:
        patch.setattr(desk.intake, "_write", full)
        for _ in range(8):
            with pytest.raises(Deferred, match="FULL"):
                desk.fetch(plain(dovecot, user))
    assert len(dovecot.mails(user)) == 2
    assert desk.ledger() == {}
    assert desk.fetch(plain(dovecot, user)) == 2


def test_two_mailboxes_are_watched_at_once(dovecot: Dovecot, desk: Desk) -> None:
    one, two = dovecot.user(), dovecot.user()
    with desk.watching(plain(dovecot, one)), desk.watching(replace(plain(dovecot, two), name="network")):
        dovecot.append(one, mail(1), mail(2))
        dovecot.append(two, mail(2), mail(3))
        wait_until(lambda: len(desk.rows()) == 3, "three mails")
        wait_until(lambda: not dovecot.mails(one) and not dovecot.mails(two), "both moved")
    assert desk.sources() == {"imap:support", "imap:network"}


def test_a_mailbox_has_one_watcher(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    with desk.watching(plain(dovecot, user)) as watcher:
        wait_until(lambda: watcher.last_success is not None, "the first look")
        assert desk.fetch(plain(dovecot, user)) == 0
