"""Raw bytes by their SHA-256, in files and in an S3-compatible store (moto, on this machine)."""

import hashlib
import os
import socket
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from maildesk.blobs import Blobs, FileBlobs, S3Blobs, sweep
from maildesk.errors import Deferred
from tests.desk import TestDesk, answer, opened

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1000


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/mail", method="PUT")).read()
    yield url
    server.stop()


def s3_blobs(url: str, folder: Path) -> S3Blobs:
    return S3Blobs(
        "s3://mail/desk",
        folder / "tmp",
        endpoint=url,
        access_key_id="test",
        secret_access_key="hunter2",
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=5)},
    )


@pytest.fixture(params=["files", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "files":
        return FileBlobs(tmp_path / "raw")
    return s3_blobs(request.getfixturevalue("s3_server"), tmp_path)


@pytest.mark.parametrize("data", [b"", b"mail", PNG], ids=["nothing", "little", "much"])
def test_bytes_come_back(blobs: Blobs, data: bytes) -> None:
    blob = blobs.keep(data)
    assert (blob.sha256, blob.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert blobs.keep(data) == blob
    assert blobs.read(blob.sha256) == data
    with blobs.local(blob.sha256) as path:
        assert Path(path).read_bytes() == data


def test_a_file_is_taken_over(blobs: Blobs) -> None:
    unfinished = blobs.spool / "unfinished"
    unfinished.write_bytes(PNG)
    blob = blobs.keep_file(unfinished)
    assert not unfinished.exists()
    assert blobs.read(blob.sha256) == PNG
    assert not list(blobs.spool.iterdir())


def test_a_blob_that_is_not_there(blobs: Blobs) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.read("0" * 64)


def test_a_store_that_is_away_is_trouble_for_later(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    away = s3_blobs(f"http://127.0.0.1:{port}", tmp_path)
    with pytest.raises(Deferred) as trouble:
        away.keep(b"mail")
    assert "hunter2" not in trouble.value.reason


def test_what_a_killed_process_left_is_swept_in_time(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    (blobs.spool / "old").write_bytes(b"half a mail")
    (blobs.spool / "new").write_bytes(b"a mail on its way")
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    os.utime(blobs.spool / "old", (0, (now - timedelta(days=2)).timestamp()))
    os.utime(blobs.spool / "new", (0, now.timestamp()))
    assert sweep(blobs.spool, now - timedelta(days=1)) == 1
    assert [file.name for file in blobs.spool.iterdir()] == ["new"]


def test_a_ticket_with_a_screenshot_goes_its_way_on_s3(s3_server: str, tmp_path: Path) -> None:
    desk = TestDesk(tmp_path, blobs=s3_blobs(s3_server, tmp_path))
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "kari@customer.example", "support@acme.example", "Printer"
    mail["Message-ID"] = "<s3@customer.example>"
    mail.set_content("It burns.\n")
    mail.add_attachment(PNG, "image", "png", filename="fire.png")
    desk.receive(mail.as_bytes(), recipients=("support@acme.example",), envelope_from="kari@customer.example")
    notice = next(letter for letter in desk.run() if letter.recipient == "anna@acme.example")
    assert [part.get_content() for part in opened(notice).iter_attachments()] == [PNG]
    raw, to = answer(notice, "anna@acme.example", "#close\nUse water.")
    desk.receive(raw, recipients=(to,))
    told = [(letter.kind, letter.recipient) for letter in desk.run()]
    assert told == [("closed", "kari@customer.example"), ("receipt", "anna@acme.example")]
    desk.close()
