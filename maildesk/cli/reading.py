"""read: what is understood of a mail, by the daemon's own reading, without a database."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from maildesk.cli.ending import FAILED
from maildesk.cli.place import configuration_of
from maildesk.cli.tables import show_json, show_rows
from maildesk.config import ConfigError
from maildesk.foundation import ours_of
from maildesk.ingest.charsets import decode_text
from maildesk.ingest.parts import leaf_bytes
from maildesk.ingest.reading import body_as_dict, html_body_as_dict, mail_as_dict
from maildesk.ingest.workers import ParserDied, Parsers
from maildesk.mail import Mail, Ours


def read(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files with one mail each.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per file, in their order.")] = False,
    extract: Annotated[Path | None, typer.Option(help="Writes attachments here, named by SHA-256.")] = None,
    body: Annotated[bool, typer.Option("--body", help="The files hold bare text bodies.")] = False,
    body_html: Annotated[bool, typer.Option("--body-html", help="The files hold bare HTML bodies.")] = False,
    subject: Annotated[str, typer.Option(help="The subject that belongs to a bare body.")] = "",
) -> None:
    """Shows what maildesk understands of mails: people, text, quotes, kind, attachments."""
    ours = _ours(context)
    if extract is not None:
        extract.mkdir(parents=True, exist_ok=True)
    documents = _bodies(paths, ours, subject, html=body_html) if body or body_html else _mails(paths, ours, extract)
    failed = False
    for path, document in zip(paths, documents, strict=True):
        failed |= "error" in document
        if as_json:
            show_json(document)
        else:
            typer.echo(f"{path}")
            show_rows([{"what": name, "is": value} for name, value in document.items()], ("what", "is"), False)
    sys.exit(FAILED if failed else 0)


def _ours(context: typer.Context) -> Ours:
    """Who we are, where a configuration says so; reading works without one."""
    where = context.obj
    if where.config is None and not os.environ.get("MAILDESK_CONFIG"):
        try:
            return ours_of(configuration_of(context).settings, "")
        except ConfigError:
            return Ours()
    return ours_of(configuration_of(context).settings, "")


def _mails(paths: list[Path], ours: Ours, extract: Path | None) -> Iterator[dict[str, Any]]:
    parsers = Parsers(min(os.cpu_count() or 1, len(paths)), ours, with_html=True)
    try:
        futures = [parsers.submit(path, None) for path in paths]
        for path, future in zip(paths, futures, strict=True):
            try:
                mail = future.result()
            except (ParserDied, OSError) as error:
                yield _unread(path, error, ours)
                continue
            if extract is not None:
                _extract(path, mail, extract)
            yield mail_as_dict(mail, ours)
    finally:
        parsers.close()


def _unread(path: Path, error: Exception, ours: Ours) -> dict[str, Any]:
    """A line for every file: what could not be read has all keys too, and says why."""
    reason = f"could not be read: {error.strerror if isinstance(error, OSError) else error}"
    return {**mail_as_dict(Mail(problems=(reason,)), ours), "error": f"{path}: {reason}"}


def _extract(path: Path, mail: Mail, folder: Path) -> None:
    for part in mail.attachments:
        data = part.data if part.data or not part.size else leaf_bytes(path.read_bytes(), part.index)
        (folder / part.sha256).write_bytes(data)


def _bodies(paths: list[Path], ours: Ours, subject: str, *, html: bool) -> Iterator[dict[str, Any]]:
    for path in paths:
        text = decode_text(path.read_bytes(), "utf-8")
        yield html_body_as_dict(text, ours, subject) if html else body_as_dict(text, ours, subject)
