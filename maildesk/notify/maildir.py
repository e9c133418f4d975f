"""Writes letters into a Maildir folder where no relay is configured: the embedded outside world.

A letter has one file name for ever, so one that goes out again after a crash is still one file. The order is that of
the modification times.
"""

import hashlib
import os
from pathlib import Path

from maildesk.blobs import sync_folder
from maildesk.errors import Deferred
from maildesk.mail import Letter


class MaildirRelay:
    """Delivers into `folder` (tmp, new, cur), with the envelope as Return-Path and Delivered-To on top."""

    #: A synced file per letter: more at once would not be faster.
    lines = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter) -> str:
        """Returns the file's name when it is durable. Raises Deferred where the disk does not take it."""
        name = hashlib.sha256(letter.effect_key.encode()).hexdigest()[:32] + ".maildesk"
        try:
            self._write(name, _envelope(letter) + letter.whole)
        except OSError as error:
            raise Deferred(f"the folder of sent letters did not take it ({error.strerror})", everyone=True) from error
        return name

    def close_resting(self) -> None:
        """No connection, nothing to close."""

    def abandon(self) -> None:
        """A file is written at once."""

    def close(self) -> None:
        """No connection, nothing to close."""

    def _write(self, name: str, data: bytes) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / "tmp" / name
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / "new" / name)
        sync_folder(self._folder / "new")


def _envelope(letter: Letter) -> bytes:
    """RFC 5321 4.4: who finally delivers writes the return path down. An address of more than one line cannot be."""
    clean = [address.replace("\r", "").replace("\n", "") for address in (letter.envelope_from, letter.recipient)]
    return f"Return-Path: <{clean[0]}>\r\nDelivered-To: {clean[1]}\r\n".encode()
