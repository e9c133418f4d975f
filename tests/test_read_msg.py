"""`maildesk read` of a file that Outlook saved, in the worker that reads all mail."""

from hashlib import sha256
from pathlib import Path

import pytest

from maildesk.ingest.question import Question, Wanted
from maildesk.ingest.workers import Parsers
from maildesk.mail import Ours
from tests.compound import BODY, SUBJECT, file, msg, numbers, sender, text

MSG = msg(
    sender("Ola", "ola@other.example"),
    text(SUBJECT, "faktura"),
    text(BODY, "Se vedlegg."),
    files=[file("tall.txt", b"1 2 3"), numbers({}, 8) | {"__substg1.0_3701000D": numbers({})}],
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sak.msg"
    path.write_bytes(MSG)
    return path


def test_read_as_a_mail_with_its_files(path: Path, tmp_path: Path) -> None:
    parsers = Parsers(1, Ours())
    document = parsers.ask(Question(str(path), Wanted.DOCUMENT, extract=str(tmp_path))).result()
    parsers.close()
    assert (document["subject"], document["text"]) == ("faktura", "Se vedlegg.")
    assert document["from"] == [{"name": "Ola", "address": "ola@other.example"}]
    assert [one["filename"] for one in document["attachments"]] == ["tall.txt"]
    assert (tmp_path / sha256(b"1 2 3").hexdigest()).read_bytes() == b"1 2 3"
    assert document["problems"] == ["a mail or an object inside an Outlook mail was left closed; it stands in the .msg"]


def test_the_daemon_takes_a_mail_as_the_bytes_that_came(path: Path) -> None:
    parsers = Parsers(1, Ours())
    mail = parsers.parse(path)
    parsers.close()
    assert (mail.subject, mail.from_) == ("", ())


@pytest.mark.parametrize("case", ["without the extra", "broken"])
def test_told_why_not(case: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if case == "broken":
        path.write_bytes(MSG[:-1024])
    else:
        (tmp_path / "olefile.py").write_text("raise ImportError")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    parsers = Parsers(1, Ours())
    with pytest.raises(OSError, match=r"broken, or too large|install maildesk\[msg\]") as caught:
        parsers.ask(Question(str(path), Wanted.DOCUMENT)).result()
    parsers.close()
    assert ("install" in str(caught.value)) == (case != "broken")
