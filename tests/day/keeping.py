"""Writes a day down for a person: one file to read from morning to morning, and each letter as files of its own."""

from email.message import EmailMessage
from pathlib import Path

from tests.day.desk import DayDesk
from tests.day.programs import page, plain


def keep(desk: DayDesk, folder: Path) -> None:
    """`day.txt` holds mails and letters in the order in which they came; NNN-KIND-READER.eml and .html are letters."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [(at, 0, _shown(">>>", at.strftime("%a %H:%M"), one.mail)) for at, one in desk.mails]
    for number, one in enumerate(desk.came, 1):
        name = f"{number:03}-{one.kind}-{one.to.partition('@')[0]}"
        (folder / f"{name}.eml").write_bytes(one.received.data)
        (folder / f"{name}.html").write_text(page(one.letter), encoding="utf-8")
        told.append((one.at, 1, _shown("<<<", f"{one.at:%a %H:%M} {name}", one.letter)))
    text = "\n".join(shown for _, _, shown in sorted(told, key=lambda row: row[:2]))
    (folder / "day.txt").write_text(text, encoding="utf-8")


def _shown(mark: str, title: str, mail: EmailMessage) -> str:
    files = "".join(f"\n[{part.get_filename()}]" for part in mail.iter_attachments())
    head = f"{mark} {title}\nFrom: {mail['From']}\nTo: {mail['To']}\nSubject: {mail['Subject']}"
    return f"{head}\n\n{plain(mail)}{files}\n"
