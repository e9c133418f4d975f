"""Reads mails from files for people who want to look: `maildesk read`. Without a database, without a worker."""

from pathlib import Path
from typing import Any

from maildesk.ingest.charsets import decode_text
from maildesk.ingest.parse import parse_mail
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.reading import body_as_dict, html_body_as_dict, mail_as_dict
from maildesk.mail import Mail, Ours


def read_file(path: Path, ours: Ours, extract: Path | None = None) -> dict[str, Any]:
    """What is understood of one mail; with `extract` its attachments are written there, named by SHA-256. Raises OSError."""
    raw = path.read_bytes()
    mail = parse_mail(raw, ours)
    if extract is not None:
        _extract(mail, raw, extract)
    return mail_as_dict(mail, ours)


def read_body_file(path: Path, ours: Ours, subject: str = "", *, html: bool = False) -> dict[str, Any]:
    """What is understood of a bare text or HTML body. Raises OSError."""
    text = decode_text(path.read_bytes())
    return html_body_as_dict(text, ours, subject) if html else body_as_dict(text, ours, subject)


def _extract(mail: Mail, raw: bytes, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in mail.attachments:
        target = folder / part.sha256
        if not target.exists():
            target.write_bytes(part.data if len(part.data) == part.size else leaf_bytes(raw, part.index))
