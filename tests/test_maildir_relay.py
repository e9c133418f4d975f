"""The embedded outside world: letters as files."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from maildesk.errors import Deferred
from maildesk.mail import Letter
from maildesk.notify.maildir import MaildirRelay
from maildesk.vocabulary import NoticeKind

RAW = b"Subject: x\r\n\r\nHello\r\n"


def letter(effect_key: str = "effect", sender: str = "support@acme.example") -> Letter:
    return Letter(NoticeKind.ANSWER, effect_key, "kari@customer.example", sender, "m1@acme.example", RAW)


def test_letter_is_a_file_with_its_envelope(tmp_path: Path) -> None:
    name = MaildirRelay(tmp_path / "sent").send(letter())
    assert (tmp_path / "sent" / "new" / name).read_bytes() == (
        b"Return-Path: <support@acme.example>\r\nDelivered-To: kari@customer.example\r\n" + RAW
    )
    assert sorted(path.name for path in (tmp_path / "sent").iterdir()) == ["cur", "new", "tmp"]
    assert list((tmp_path / "sent" / "tmp").iterdir()) == []


def test_letter_brings_its_files(tmp_path: Path) -> None:
    name = MaildirRelay(tmp_path).send(replace(letter(), files=b"and its files\r\n"))
    assert (tmp_path / "new" / name).read_bytes().endswith(RAW + b"and its files\r\n")


def test_letter_sent_again_is_the_same_file(tmp_path: Path) -> None:
    relay = MaildirRelay(tmp_path)
    assert relay.send(letter()) == relay.send(letter())
    assert relay.send(letter("another")) != relay.send(letter())
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_folder_that_cannot_be_written_is_trouble_for_all(tmp_path: Path) -> None:
    (tmp_path / "sent").write_text("a file where the folder should be")
    with pytest.raises(Deferred, match="folder of sent letters") as error:
        MaildirRelay(tmp_path / "sent").send(letter())
    assert error.value.everyone


def test_file_and_folder_are_synced_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    usual = os.fsync

    def watched(handle: int) -> None:
        finished = len(list((tmp_path / "new").glob("*")))
        seen.append(f"{'folder' if stat.S_ISDIR(os.fstat(handle).st_mode) else 'file'} with {finished} in new")
        usual(handle)

    monkeypatch.setattr(os, "fsync", watched)
    MaildirRelay(tmp_path).send(letter())
    assert seen == ["file with 0 in new", "folder with 1 in new"]
