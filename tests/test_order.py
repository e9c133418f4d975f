"""What one mailbox, one connection or one import hands over stands in the spool in its order, however it got there."""

import mailbox
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from maildesk.blobs import Blob, FileBlobs
from maildesk.errors import Deferred
from maildesk.ingest.accept import Intake
from maildesk.ingest.importing import import_paths
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.turns import author_of
from tests.dialogue import Talk, stuffed
from tests.listening import listening
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Desk, mail, plain

KARI = "kari@customer.example"


class LastFirst(FileBlobs):
    """A store in which each of `mails` is durable only after the one behind it; `broken` never is."""

    def __init__(self, root: Path, mails: list[bytes], broken: bytes = b"") -> None:
        super().__init__(root)
        self._written = {data: threading.Event() for data in mails}
        self._behind = dict(pairwise(mails))
        self._broken = broken

    def keep(self, data: bytes) -> Blob:
        if data in self._behind:
            assert self._written[self._behind[data]].wait(60)
        try:
            if data == self._broken:
                raise Deferred("no room")
            return super().keep(data)
        finally:
            self._written[data].set()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    started = Desk(tmp_path / "desk")
    yield started
    started.close()


def with_blobs(desk: Desk, blobs: FileBlobs) -> Desk:
    desk.intake.close()
    desk.blobs, desk.intake = blobs, Intake(desk.store, blobs, lambda: None)
    return desk


def described(desk: Desk) -> Callable[[Blob, str], Arrived]:
    return lambda blob, digest: Arrived(digest, blob.sha256, blob.size, "lmtp", desk.clock.now())


def kept(desk: Desk) -> list[bytes]:
    """In the order in which they will be processed."""
    rows = sorted(desk.rows(), key=lambda row: (row.turn, row.id))
    return [desk.blobs.read(row.raw_sha256) for row in rows]


def test_bytes_are_written_side_by_side_and_rows_in_order(desk: Desk, tmp_path: Path) -> None:
    mails = [mail(number) for number in range(8)]
    with_blobs(desk, LastFirst(tmp_path / "slow", mails))
    with ThreadPoolExecutor(len(mails)) as hands:
        rows = desk.intake.keep_in_order([(data, described(desk)) for data in mails], hands)
    assert [row.inbound_id for row in rows] == [row.id for row in desk.rows()]
    assert kept(desk) == mails


def test_nothing_overtakes_a_mail_that_could_not_be_kept(desk: Desk, tmp_path: Path) -> None:
    mails = [mail(number) for number in range(6)]
    with_blobs(desk, LastFirst(tmp_path / "slow", mails, broken=mails[3]))
    with ThreadPoolExecutor(len(mails)) as hands, pytest.raises(Deferred, match="no room"):
        desk.intake.keep_in_order([(data, described(desk)) for data in mails], hands)
    assert kept(desk) == mails[:3]


@pytest.mark.server
def test_a_mailbox_keeps_its_order_large_mails_too(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    sizes = [0, 1_100_000, 300, 3_000_000, *[20_000, 0] * 40, 1_200_000, 5]
    mails = [mail(number, size) for number, size in enumerate(sizes)]
    dovecot.append(user, *mails)
    assert desk.fetch(plain(dovecot, user)) == len(mails)
    assert kept(desk) == mails


@pytest.mark.server
def test_a_mailbox_keeps_its_order_though_the_first_is_written_last(
    dovecot: Dovecot, desk: Desk, tmp_path: Path
) -> None:
    user = dovecot.user()
    mails = [mail(number) for number in range(10)]
    with_blobs(desk, LastFirst(tmp_path / "slow", mails))
    dovecot.append(user, *mails)
    assert desk.fetch(plain(dovecot, user)) == len(mails)
    assert kept(desk) == mails


def test_an_import_keeps_its_order(desk: Desk, tmp_path: Path) -> None:
    mails = [mail(number).replace(b"\r\n", b"\n") for number in range(10)]
    box = mailbox.mbox(tmp_path / "old.mbox")
    for data in mails:
        box.add(data)
    box.close()
    with_blobs(desk, LastFirst(tmp_path / "slow", mails))
    assert import_paths([tmp_path / "old.mbox"], desk.intake, desk.clock).new == len(mails)
    assert kept(desk) == mails


def test_a_connection_keeps_its_order_though_it_says_all_at_once(tmp_path: Path) -> None:
    """PIPELINING (RFC 2920): the larger ones come first."""
    mails = [mail(number, 400_000 // (number + 1)) for number in range(12)]
    assert {author_of(data) for data in mails} == {KARI}
    envelope = f"MAIL FROM:<{KARI}>\r\nRCPT TO:<support@acme.example>\r\nDATA\r\n".encode()
    with listening(tmp_path, "lmtp") as desk, Talk(desk.address, hello="LHLO") as talk:
        said = b"".join(envelope + stuffed(one) + b".\r\n" for one in mails)
        saying = threading.Thread(target=talk.say, args=(said,))
        saying.start()
        replies = [talk.hear()[:3] for _ in range(4 * len(mails))]
        saying.join()
        assert replies == ["250", "250", "354", "250"] * len(mails)
        assert desk.mails() == mails
