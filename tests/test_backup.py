"""A desk is put away while it works, and comes back whole elsewhere; what is damaged is refused before it does harm."""

import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text, update

from maildesk.blobs import FileBlobs
from maildesk.config import read_settings
from maildesk.errors import Refused
from maildesk.foundation import lay_foundation
from maildesk.keys import signing_keys
from maildesk.locks import DaemonLock
from maildesk.migrate import upgrade
from maildesk.model import Base, Inbound, Outbound, Person, Ticket
from maildesk.safekeeping.archive import DATABASE, MANIFEST, raw_members
from maildesk.safekeeping.backup import put_away, verify
from maildesk.safekeeping.raw_mail import BLOB_COLUMNS
from maildesk.safekeeping.restore import Restored, bring_back
from maildesk.settings_file import Configuration
from maildesk.store import Store
from tests.desk import MONDAY, SETTINGS, HandSetClock, TestDesk, mail
from tests.shell import Operator, mail_about

#: A file so large that a letter keeps it as a blob of its own.
LARGE = "x" * 200_000


def quiet(_what: str, _done: int, _total: int) -> None:
    pass


def desk_in(folder: Path, url: str = "sqlite") -> Configuration:
    more = f'[store]\nurl = "{url}"\n[[imap]]' if url != "sqlite" else "[[imap]]"
    settings = SETTINGS.replace("[auth]", f'{more}\nhost = "imap.acme.example"\nuser = "u"\npassword = "p"\n[auth]')
    return Configuration(read_settings(settings.replace("[desk]", f'[desk]\ndata = "{folder}"'), {}, ""), None, folder)


def busy_desk(folder: Path, url: str = "sqlite") -> TestDesk:
    """Two tickets; the letters of the first have left, those of the second wait; one mail is not processed yet."""
    desk = TestDesk(folder, url)
    desk.receive(mail("Kari <kari@customer.example>", text=LARGE))
    desk.run()
    desk.relay.trouble = Refused("never mind")
    with desk.store.begin() as session:
        session.execute(update(Outbound).values(files_sha256=desk.blobs.keep(b"the files").sha256))
    desk.receive(mail("per@customer.example", subject="Blåskjell 고장"))
    from maildesk.ingest.process import process_inbox

    process_inbox(desk.desk)
    desk.receive(mail("ola@customer.example", subject="Not read yet"))
    return desk


def moved_to(source: Configuration, target: Configuration, file: Path) -> Restored:
    put_away(source, file, HandSetClock(), quiet)
    return bring_back(target, file, HandSetClock(), quiet)


def rows_of(configuration: Configuration) -> dict[str, list[tuple[object, ...]]]:
    """All rows, but those that must differ."""
    different = {"signing_key", "outbound"}
    with closing(lay_foundation(configuration).store) as store, store.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table.name not in different
        }


@pytest.mark.parametrize("way", ["sqlite-sqlite", "sqlite-postgresql", "postgresql-sqlite"])
def test_what_comes_back_is_what_was_put_away(way: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    urls = [request.getfixturevalue("postgres_url") if name == "postgresql" else "sqlite" for name in way.split("-")]
    (tmp_path / "old").mkdir()
    desk = busy_desk(tmp_path / "old", urls[0])
    old, new = desk_in(tmp_path / "old", urls[0]), desk_in(tmp_path / "new", urls[1])
    restored = moved_to(old, new, tmp_path / "desk.tar.gz")
    assert rows_of(new) == rows_of(old)
    foundation = lay_foundation(new)
    with foundation.store.read() as session:
        raw = [*session.scalars(select(Inbound.raw_sha256)), *session.scalars(select(Outbound.files_sha256))]
        assert len(raw) > 5
        for name in filter(None, raw):
            assert hashlib.sha256(foundation.blobs.read(name)).hexdigest() == name
        # What waited is held, with its bytes; what has left stays so.
        letters = {row.id: row for row in session.scalars(select(Outbound))}
        for row in desk.outbox():
            assert (letters[row.id].state, letters[row.id].raw) == (
                "uncertain" if row.state == "waiting" else row.state,
                row.raw,
            )
    assert restored.returned.held_letters == sum(row.state == "waiting" for row in desk.outbox()) > 0
    assert restored.returned.unread == 1
    foundation.store.close()
    desk.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_numbers_and_message_ids_of_lost_letters_are_not_used_again(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "old").mkdir()
    desk = busy_desk(tmp_path / "old")
    new = desk_in(tmp_path / "new", "sqlite" if kind == "sqlite" else request.getfixturevalue("postgres_url"))
    restored = moved_to(desk_in(tmp_path / "old"), new, tmp_path / "desk.tar")
    with closing(lay_foundation(new).store) as store, store.begin() as session:
        person = Person(address="new@customer.example", made_at=MONDAY)
        session.add(person)
        session.flush()
        assert person.id > 100_000
        assert restored.returned.next_ticket == 2001
        keys = signing_keys(session, MONDAY).believed
        # The old key still opens the addresses in letters that left; the new one makes those of new letters.
        assert keys[1:] == desk.post.secrets and keys[0] not in desk.post.secrets
    desk.close()


def test_mail_that_comes_in_meanwhile_breaks_nothing(tmp_path: Path) -> None:
    """Many backups, each of one moment, while mail is accepted and processed all the time."""
    (tmp_path / "old").mkdir()
    desk = busy_desk(tmp_path / "old")
    enough = threading.Event()
    come: list[int] = []

    def load() -> None:
        while not enough.is_set():
            come.append(desk.receive(mail("kari@customer.example", subject=f"More {len(come)}")))
            desk.run()

    thread = threading.Thread(target=load)
    thread.start()
    try:
        sizes = []
        for number in range(4):
            seen = len(come)
            while len(come) < seen + 3 and thread.is_alive():
                pass
            file = tmp_path / f"{number}.tar"
            sizes.append(put_away(desk_in(tmp_path / "old"), file, HandSetClock(), quiet).mails)
            (tmp_path / f"v{number}").mkdir()
            verify(file, tmp_path / f"v{number}", quiet)
    finally:
        enough.set()
        thread.join()
    assert len(come) > 8 and sizes == sorted(set(sizes))
    restored = bring_back(desk_in(tmp_path / "new"), tmp_path / "3.tar", HandSetClock(), quiet)
    assert 0 < restored.returned.mails <= len(come) + 3
    desk.close()


def test_the_operator_moves_a_desk(operator: Operator, tmp_path: Path) -> None:
    operator.gets(mail_about(1), mail_about(2))
    before = operator.does("ticket", "show", "1", "--json")
    assert operator.does("backup", tmp_path / "desk.tar.gz").code == 0
    assert (tmp_path / "desk.tar.gz").stat().st_mode & 0o777 == 0o600
    assert operator.does("backup", tmp_path / "desk.tar.gz").code == 2
    assert operator.does("backup", tmp_path / "desk.tar.gz", "--replace").code == 0
    assert "is whole" in operator.does("backup", "--verify", tmp_path / "desk.tar.gz").out
    # Here it does not fit in without force, which saves what was there.
    refused = operator.does("restore", tmp_path / "desk.tar.gz")
    assert refused.code == 1 and "not empty (2 tickets" in refused.err
    assert operator.does("restore", tmp_path / "desk.tar.gz", "--force").code == 0
    (saved,) = (operator.folder / "var").glob("before-restore-*.db")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert operator.does("ticket", "show", "1", "--json").documents == before.documents
    there = operator.write("there/maildesk.toml", (operator.folder / "maildesk.toml").read_bytes())
    told = operator.does("--config", there, "restore", tmp_path / "desk.tar.gz")
    assert told.code == 0 and "2 tickets, 2 mails" in told.out and "`maildesk run`" in told.out
    assert operator.does("--config", there, "ticket", "show", "1", "--json").documents == before.documents
    operator.gets(mail_about(3))
    assert operator.does("ticket", "show", "2001").code == 0


def test_letters_that_waited_are_listed_with_what_to_do(operator: Operator, tmp_path: Path) -> None:
    operator.gets(mail_about(1))
    with sqlite3.connect(operator.folder / "var" / "maildesk.db") as database:
        database.execute("UPDATE outbound SET state = 'waiting' WHERE id = 1")
    database.close()
    operator.does("backup", tmp_path / "desk.tar")
    assert "1 letters had not left" in operator.does("restore", "--force", tmp_path / "desk.tar").out
    (letter,) = operator.does("outbox", "list", "--state", "uncertain", "--json").documents
    assert letter["id"] == 1 and "may have left since" in letter["error"]
    sent = len(list((operator.folder / "var" / "sent" / "new").iterdir()))
    operator.does("run", "--once")
    assert len(list((operator.folder / "var" / "sent" / "new").iterdir())) == sent
    operator.does("outbox", "retry", "1")
    operator.does("run", "--once")
    assert operator.does("outbox", "list", "--state", "uncertain", "--json").documents == []


def backed_up(tmp_path: Path) -> bytes:
    (tmp_path / "old").mkdir()
    desk = busy_desk(tmp_path / "old")
    put_away(desk_in(tmp_path / "old"), tmp_path / "good.tar", HandSetClock(), quiet)
    desk.close()
    return (tmp_path / "good.tar").read_bytes()


def repacked(data: bytes, change: dict[str, bytes | None], more: tarfile.TarInfo | None = None) -> bytes:
    """With members changed, left out (None), or one more in front."""
    result = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(data)) as old,
        tarfile.open(fileobj=result, mode="w", format=tarfile.GNU_FORMAT) as new,
    ):
        if more is not None:
            new.addfile(more, io.BytesIO(b""))
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            content = change.get(member.name.partition("/")[0], file.read())
            if content is not None:
                member.size = len(content)
                new.addfile(member, io.BytesIO(content))
    return result.getvalue()


def aimed(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def header(name: str, kind: bytes, size: int) -> bytes:
    """One header as it stands in a tar, whatever it says; a size too large for it, or below zero, in base 256."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, "maildesk.db", size
    return info.tobuf(tarfile.GNU_FORMAT)


#: Each would be read before it is refused, if its type were not looked at first.
ODD_MEMBERS = [
    *(header(DATABASE, kind, 0) for kind in (tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)),
    header(DATABASE, tarfile.DIRTYPE, 0),
    header(DATABASE, tarfile.GNUTYPE_SPARSE, 1 << 50),
    header("././@LongLink", tarfile.GNUTYPE_LONGNAME, 1 << 40),
    header("././@PaxHeader", tarfile.XHDTYPE, 1 << 40),
    header("././@PaxHeader", tarfile.XGLTYPE, 1 << 40),
    header("././@PaxHeader", tarfile.XHDTYPE, -512),
    header(DATABASE, tarfile.REGTYPE, -1024),
]


def restated(good: bytes, **more: object) -> bytes:
    """With another manifest, whose sums still fit."""
    with tarfile.open(fileobj=io.BytesIO(good)) as tar:
        file = tar.extractfile(MANIFEST)
        assert file is not None
        return repacked(good, {MANIFEST: json.dumps({**json.load(file), **more}).encode()})


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda good: good[: len(good) // 2], "damaged|cannot be read|cut short"),
        (lambda good: gzip.compress(good)[:-2000], "damaged|cannot be read|cut short"),
        (lambda good: b"not a tar at all", "cannot be read"),
        (lambda good: b"", "cannot be read|cut short"),
        (lambda good: repacked(good, {MANIFEST: None}), "cut short"),
        (lambda good: repacked(good, {MANIFEST: b"[1]"}), "manifest"),
        (lambda good: repacked(good, {MANIFEST: b'{"format": 9}'}), "format 9"),
        (lambda good: repacked(good, {"raw": b"other words"}), "raw/.* is not what was put away"),
        (lambda good: repacked(good, {"raw": None}), "has 0 mails"),
        (lambda good: repacked(good, {"maildesk.db": b"SQLite format 3\0"}), "maildesk.db is not"),
        (lambda good: repacked(good, {"SHA256SUMS": b""}), "SHA256SUMS is not"),
        (lambda good: repacked(good, {}, aimed("../../etc/cron.d/evil")), "a member"),
        (lambda good: repacked(good, {}, aimed("maildesk.db", tarfile.SYMTYPE)), "a member"),
        (lambda good: repacked(good, {}, aimed("raw/aa/" + "b" * 64)), "a member"),
        # What a tar may hold beside files: links, devices, pipes, folders, holes, and headers as large as they say.
        *((lambda good, kind=kind: kind + good, "a member") for kind in ODD_MEMBERS),
        (lambda good: repacked(good, {MANIFEST: b"[" * 1_000_000}), "manifest"),
        (lambda good: restated(good, missing=5), "manifest"),
        (lambda good: restated(good, mails="many"), "manifest"),
        (lambda good: restated(good, more=1), "manifest"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_is_made(damage: "object", reason: str, tmp_path: Path) -> None:
    assert callable(damage)
    (tmp_path / "bad.tar").write_bytes(damage(backed_up(tmp_path)))
    with pytest.raises(Refused, match=reason):
        bring_back(desk_in(tmp_path / "new"), tmp_path / "bad.tar", HandSetClock(), quiet)
    assert list((tmp_path / "new").iterdir()) == []


def test_a_database_without_its_mails_is_damaged(tmp_path: Path) -> None:
    """Somebody made the sums fit."""
    bad = repacked(restated(backed_up(tmp_path), mails=0, missing=[[1], None]), {"raw": None})
    (tmp_path / "bad.tar").write_bytes(bad)
    with pytest.raises(Refused, match="mails are not in it"):
        bring_back(desk_in(tmp_path / "new"), tmp_path / "bad.tar", HandSetClock(), quiet)


def test_a_backup_cut_short_while_it_is_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    desk = busy_desk(tmp_path / "old")

    def stop(what: str, _done: int, _total: int) -> None:
        if what == "mails":
            raise KeyboardInterrupt

    (tmp_path / "to").mkdir()
    with pytest.raises(KeyboardInterrupt):
        put_away(desk_in(tmp_path / "old"), tmp_path / "to" / "desk.tar", HandSetClock(), stop)
    assert list((tmp_path / "to").iterdir()) == []
    desk.close()


def test_a_restore_cut_short_leaves_the_desk_empty_and_is_begun_again(tmp_path: Path) -> None:
    backed_up(tmp_path)
    seen = 0

    def stop(what: str, done: int, total: int) -> None:
        nonlocal seen
        seen += what == "mails" and total > 0
        if seen == 2:
            raise KeyboardInterrupt

    new = desk_in(tmp_path / "new")
    with pytest.raises(KeyboardInterrupt):
        bring_back(new, tmp_path / "good.tar", HandSetClock(), stop)
    assert not any(rows_of(new)["inbound"])
    assert bring_back(new, tmp_path / "good.tar", HandSetClock(), quiet).returned.mails == 3
    assert not list((tmp_path / "new" / "raw" / "tmp").iterdir())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_desk_with_a_daemon_is_left_alone(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    backed_up(tmp_path)
    new = desk_in(tmp_path / "new", "sqlite" if kind == "sqlite" else request.getfixturevalue("postgres_url"))
    (tmp_path / "new").mkdir()
    with closing(Store(new.settings.store.url, new.data)) as store:
        upgrade(store)
        lock = DaemonLock(store, new.data)
        assert lock.acquire()
        lock.settle_in()
        with pytest.raises(Refused, match="stop it first"):
            bring_back(new, tmp_path / "good.tar", HandSetClock(), quiet)
        lock.release()


def test_a_lost_mail_is_told_and_all_others_are_put_away(operator: Operator, tmp_path: Path) -> None:
    operator.gets(mail_about(1), mail_about(2))
    lost = next(path for path in (operator.folder / "var" / "raw").rglob("*") if path.is_file())
    lost.write_bytes(b"bytes of another mail")
    ended = operator.does("backup", tmp_path / "desk.tar")
    assert ended.code == 1 and lost.name in ended.err
    assert "1 mails were lost already" in operator.does("backup", "--verify", tmp_path / "desk.tar").err
    assert "1 mails were lost already" in operator.does("restore", "--force", tmp_path / "desk.tar").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("backup", "no/such/folder.tar"), 2), (("restore", "no.tar"), 2), (("backup", "empty.tar"), 1)],
)
def test_what_cannot_be_done_is_said(operator: Operator, arguments: tuple[str, ...], code: int) -> None:
    ended = operator.does(*arguments)
    assert ended.code == code and ended.err
    assert not (operator.folder / "var").exists()


def test_a_broken_database_is_not_overwritten(operator: Operator, tmp_path: Path) -> None:
    operator.gets(mail_about(1))
    operator.does("backup", tmp_path / "desk.tar")
    operator.write("var/maildesk.db", b"no database" * 1000)
    for name in ("maildesk.db-wal", "maildesk.db-shm"):
        (operator.folder / "var" / name).unlink(missing_ok=True)
    ended = operator.does("restore", "--force", tmp_path / "desk.tar")
    assert ended.code == 1 and "move it away" in ended.err
    (operator.folder / "var" / "maildesk.db").rename(tmp_path / "away.db")
    assert operator.does("restore", tmp_path / "desk.tar").code == 0


def test_every_column_that_names_a_blob_is_known() -> None:
    """The digest of a mail and the sum of a file are no names of blobs; a new column must be in one of the lists."""
    others = {("inbound", "digest"), ("attachment", "sha256")}
    digests = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256") or "digest" in column.name
    }
    assert digests == set(BLOB_COLUMNS) | others


def test_postgresql_gets_its_rules_back(tmp_path: Path, postgres_url: str) -> None:
    backed_up(tmp_path)
    new = desk_in(tmp_path / "new", postgres_url)
    bring_back(new, tmp_path / "good.tar", HandSetClock(), quiet)
    with closing(Store(postgres_url, tmp_path)) as store, store.engine.connect() as connection:
        assert inspect(connection).get_foreign_keys("ticket")
        found = connection.execute(text("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable"))
        assert found.scalar() == 0
        with store.read() as session:
            assert len(session.scalars(select(Ticket)).all()) == 2


def test_mails_are_handed_out_one_by_one(tmp_path: Path) -> None:
    backed_up(tmp_path)
    blobs = FileBlobs(tmp_path / "raw")
    for path in raw_members(tmp_path / "good.tar", blobs.spool):
        assert [path] == list(blobs.spool.iterdir())
        blobs.keep_file(path)
    assert len([path for path in (tmp_path / "raw").rglob("*") if path.is_file()]) == 4
