"""Old mail comes in from every kind of file, once, in silence; what is broken is counted and stops nothing."""

import mailbox
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from maildesk.blobs import Blob
from maildesk.errors import Deferred
from maildesk.ingest.importing import ImportCounts, import_paths
from tests.servers.mailbox import Desk, mail


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    started = Desk(tmp_path / "desk")
    yield started
    started.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old").mkdir()
    return tmp_path / "old"


def unix(number: int) -> bytes:
    """A mail with the line ends of a file."""
    return mail(number).replace(b"\r\n", b"\n")


def bring(desk: Desk, *paths: Path) -> ImportCounts:
    return import_paths(paths, desk.intake, desk.clock)


def test_all_kinds_of_files_in_a_folder(desk: Desk, folder: Path) -> None:
    (folder / "one.eml").write_bytes(mail(1))
    (folder / "notes.txt").write_text("not a mail")
    maildir = mailbox.Maildir(folder / "Maildir")
    maildir.add(unix(2))
    maildir.add_folder("Old").add(unix(3))
    (folder / "Maildir" / "tmp" / "half").write_bytes(b"From: half a mail")
    for name, number in (("archive.mbox", 4), ("Inbox", 5)):
        box = mailbox.mbox(folder / name)
        box.add(unix(number))
        box.flush()
    assert bring(desk, folder) == ImportCounts(new=5)
    assert sorted(raw.replace(b"\r\n", b"\n") for raw in desk.raws()) == [unix(number) for number in range(1, 6)]
    assert desk.sources() == {"import"}
    assert all(row.silent for row in desk.rows())


def test_a_second_import_brings_nothing(desk: Desk, folder: Path) -> None:
    (folder / "one.eml").write_bytes(mail(1))
    (folder / "again.eml").write_bytes(unix(1))
    assert bring(desk, folder) == ImportCounts(new=1, known=1)
    assert bring(desk, folder, folder / "one.eml") == ImportCounts(known=3)
    assert len(desk.rows()) == 1


def test_a_mailbox_that_was_written_by_others(desk: Desk, folder: Path) -> None:
    """Quoted lines are restored, a sentence is no separator, a mail without a blank line before it is none."""
    body = (
        b"Subject: From_\n\nFrom here on: nothing.\n>From me 10:30 is fine\n>>From you\n\nFrom today it works.\nend\n"
    )
    first = b"From - Mon Sep  7 10:00:00 2026\n" + body
    second = b"\nFrom kari@customer.example Mon Sep 7 10:00:00 2026\r\nSubject: two\r\n\r\ntext\r\n"
    third = b"\r\nFrom MAILER-DAEMON Mon Sep 7 10:00 2026\n\n"
    (folder / "archive").write_bytes(first + second + third)
    counts = bring(desk, folder / "archive")
    expected = body.replace(b"\n>From me", b"\nFrom me").replace(b"\n>>From", b"\n>From")
    assert desk.raws() == sorted([expected, b"Subject: two\r\n\r\ntext\r\n"])
    assert counts == ImportCounts(new=2, failed=1)


def test_the_same_mailbox_as_the_standard_library_reads_it(desk: Desk, folder: Path) -> None:
    box = mailbox.mbox(folder / "archive.mbox")
    bodies = [
        f"Subject: {number}\n\nFrom the start\n\nFrom a@b.example Mon Sep 7 10:00:00 2026\n\n" for number in range(60)
    ]
    for body in bodies:
        box.add(body)
    box.flush()
    assert bring(desk, folder) == ImportCounts(new=60)
    assert sorted(raw.rstrip() for raw in desk.raws()) == sorted(body.rstrip().encode() for body in bodies)


def test_what_is_broken_stops_nothing(desk: Desk, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "a.eml").write_bytes(b"")
    (folder / "b.eml").symlink_to(folder / "nowhere")
    (folder / "c.eml").mkdir()
    (folder / "d.eml").write_bytes(b"\0\xff no mail at all \xf0")
    (folder / "e.eml").write_bytes(b"x" * 2_000)
    (folder / "f.mbox").write_bytes(
        b"From a Mon Sep 7 10:00:00 2026\n" + b"y" * 3_000 + b"\n\nFrom a Mon Sep 7 10:00:00 2026\n" + unix(7)
    )
    (folder / "z.eml").write_bytes(mail(9))
    counts = import_paths([folder, folder / "missing.eml"], desk.intake, desk.clock, largest=1_000)
    assert counts == ImportCounts(new=3, failed=5)
    for name in ("a.eml", "b.eml", "e.eml", "f.mbox, mail 1", "missing.eml"):
        assert f"{name} not read" in caplog.text
    assert str(counts) == "3 new, 0 known already, 5 could not be read"


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything, so root becomes somebody else."""
    if os.geteuid():
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def test_a_file_of_somebody_else_is_counted(desk: Desk) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.eml").write_bytes(mail(1))
        (folder / "b.eml").write_bytes(mail(2))
        (folder / "a.eml").chmod(0)
        with as_nobody():
            counts = import_paths([folder], desk.intake, desk.clock, dry_run=True)
    assert counts == ImportCounts(new=1, failed=1)


def test_only_mail_since_a_date(desk: Desk, folder: Path) -> None:
    for name, sent in (
        ("old", "Sun, 6 Sep 2026 23:00:00 +0000"),
        ("new", "Mon, 7 Sep 2026 00:00:00"),
        ("odd", "yesterday"),
    ):
        (folder / f"{name}.eml").write_text(f"Subject: {name}\nDate: {sent}\n\ntext")
    (folder / "none.eml").write_text("Subject: none\n\nDate: Sun, 6 Sep 2020 23:00:00 +0000")
    counts = import_paths([folder], desk.intake, desk.clock, since=date(2026, 9, 7))
    assert counts == ImportCounts(new=3, earlier=1)
    assert not any(b"Subject: old" in raw for raw in desk.raws())


def test_a_dry_run_keeps_nothing(desk: Desk, folder: Path) -> None:
    (folder / "a.eml").write_bytes(mail(1))
    (folder / "b.eml").write_bytes(unix(1))
    assert import_paths([folder], desk.intake, desk.clock, dry_run=True) == ImportCounts(new=1, known=1)
    assert desk.rows() == []
    assert not [path for path in (desk.folder / "raw").rglob("*") if path.is_file()]


def test_loud_mail_is_marked_so(desk: Desk, folder: Path) -> None:
    (folder / "a.eml").write_bytes(mail(1))
    import_paths([folder], desk.intake, desk.clock, silent=False)
    assert [row.silent for row in desk.rows()] == [False]


def test_progress_reaches_its_end(desk: Desk, folder: Path) -> None:
    box = mailbox.mbox(folder / "archive.mbox")
    for number in range(120):
        box.add(unix(number))
    box.flush()
    (folder / "one.eml").write_bytes(mail(999))
    told: list[tuple[int, int]] = []
    import_paths([folder], desk.intake, desk.clock, progress=lambda done, total: told.append((done, total)))
    total = sum(path.stat().st_size for path in folder.iterdir())
    assert told[-1] == (total, total)
    assert len(told) == 3
    assert told == sorted(told)


def test_a_full_disk_stops_it_and_the_next_goes_on(desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = mailbox.mbox(folder / "archive.mbox")
    for number in range(120):
        box.add(unix(number))
    box.flush()
    keep, calls = desk.blobs.keep, iter(range(1000))

    def full_after_70(data: bytes) -> Blob:
        if next(calls) >= 70:
            raise Deferred("the disk did not take the mail (No space left on device)", everyone=True)
        return keep(data)

    with monkeypatch.context() as patch:
        patch.setattr(desk.blobs, "keep", full_after_70)
        with pytest.raises(Deferred):
            bring(desk, folder)
    counts = bring(desk, folder)
    assert counts == ImportCounts(new=120 - len(desk.rows()) + counts.new, known=120 - counts.new)
    assert len(desk.rows()) == 120
    assert 0 < counts.known < 120
