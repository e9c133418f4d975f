"""One mail on standard input: the exit code says whether it is kept."""

import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from maildesk.blobs import FileBlobs
from maildesk.errors import Deferred
from maildesk.ingest.accept import Intake
from maildesk.ingest.pipe import KEPT, TRY_AGAIN, USAGE, envelope_recipient, envelope_sender, take_one
from maildesk.model import Arrival, Base, Inbound
from maildesk.store import Store
from tests.dialogue import MAIL
from tests.listening import NOON, FaultyBlobs, StoppedClock

SUPPORT = "support@acme.example"


class Pipe:
    """A store with the pipe before it."""

    def __init__(self, folder: Path, blobs: Callable[[Path], FileBlobs] = FileBlobs) -> None:
        self.store = Store("sqlite", folder, busy_seconds=2.0)
        Base.metadata.create_all(self.store.engine)
        self.blobs = blobs(folder / "raw")
        self.intake = Intake(self.store, self.blobs, lambda: None)

    def take(self, mail: bytes, recipient: str = SUPPORT, most: int = 1 << 20, **environment: str) -> int:
        return take_one(io.BytesIO(mail), self.intake, recipient, StoppedClock(), environment=environment, most=most)

    def inbox(self) -> list[Inbound]:
        with self.store.read() as session:
            return list(session.scalars(select(Inbound)))


@pytest.mark.parametrize("mail", [MAIL, MAIL + b"x" * 700_000, b"\n", b"\xff\x00"])
def test_a_mail_is_kept(tmp_path: Path, mail: bytes) -> None:
    pipe = Pipe(tmp_path)
    assert pipe.take(mail, SENDER="kari@customer.example") == KEPT
    (row,) = pipe.inbox()
    assert (row.source, row.recipient, row.envelope_from) == ("pipe", SUPPORT, "kari@customer.example")
    assert row.received_at == NOON
    assert pipe.blobs.read(row.raw_sha256) == mail
    assert pipe.take(mail) == KEPT
    assert len(pipe.inbox()) == 1


def test_without_a_recipient_it_is_kept_too(tmp_path: Path) -> None:
    pipe = Pipe(tmp_path)
    assert pipe.take(MAIL, recipient="") == KEPT
    with pipe.store.read() as session:
        assert session.scalar(select(Arrival.recipient)) == ""


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        (b"From kari@customer.example Mon Mar  2 12:00:00 2026\n", b""),
        (b"From: ", b"From: "),
        (b">From x\n", b">From x\n"),
    ],
)
def test_the_envelope_line_of_the_mta_is_no_part_of_the_mail(tmp_path: Path, head: bytes, kept: bytes) -> None:
    pipe = Pipe(tmp_path)
    assert pipe.take(head + MAIL) == KEPT
    assert pipe.blobs.read(pipe.inbox()[0].raw_sha256) == kept + MAIL


@pytest.mark.parametrize(("mail", "most"), [(b"", 100), (MAIL, 100), (b"x" * 900_000, 500_000)])
def test_what_will_never_be_taken_does_not_come_again(tmp_path: Path, mail: bytes, most: int) -> None:
    pipe = Pipe(tmp_path)
    assert pipe.take(mail, most=most) == USAGE
    assert (pipe.inbox(), list(pipe.blobs.spool.iterdir())) == ([], [])


@pytest.mark.parametrize("fault", [Deferred("no room"), RuntimeError("a fault of ours"), OSError("disk")])
@pytest.mark.parametrize("mail", [MAIL, MAIL + b"x" * 700_000])
def test_our_trouble_is_75(tmp_path: Path, fault: Exception, mail: bytes) -> None:
    pipe = Pipe(tmp_path, FaultyBlobs)
    assert isinstance(pipe.blobs, FaultyBlobs)
    pipe.blobs.fault = fault
    assert pipe.take(mail) == TRY_AGAIN
    assert (pipe.inbox(), list(pipe.blobs.spool.iterdir())) == ([], [])


def test_a_locked_database_is_75(tmp_path: Path) -> None:
    pipe = Pipe(tmp_path)
    other = sqlite3.connect(tmp_path / "maildesk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert pipe.take(MAIL) == TRY_AGAIN
    other.execute("ROLLBACK")
    assert pipe.take(MAIL) == KEPT


@pytest.mark.parametrize(
    ("to", "environment", "recipient"),
    [
        ("a@acme.example", {"ORIGINAL_RECIPIENT": "b@acme.example"}, "a@acme.example"),
        ("", {"ORIGINAL_RECIPIENT": "b+x@acme.example", "RECIPIENT": "c@acme.example"}, "b+x@acme.example"),
        ("", {"RECIPIENT": "c@acme.example"}, "c@acme.example"),
        ("", {}, ""),
        ("b\udcff@acme.example", {}, "b?@acme.example"),
    ],
)
def test_who_it_is_for(to: str, environment: dict[str, str], recipient: str) -> None:
    assert envelope_recipient(to, environment) == recipient


@pytest.mark.parametrize(
    ("environment", "sender"),
    [
        ({"SENDER": "kari@customer.example"}, "kari@customer.example"),
        ({"SENDER": "MAILER-DAEMON"}, ""),
        ({"SENDER": ""}, ""),
        ({"SENDER": "k\udcff@x.example"}, "k?@x.example"),
        ({}, None),
    ],
)
def test_who_sent_it(environment: dict[str, str], sender: str | None) -> None:
    assert envelope_sender(environment) == sender
