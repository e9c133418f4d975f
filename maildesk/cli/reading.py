"""read: what is understood of a mail, by the daemon's own reading, without a database.

A line for every file, in the order of the files, also for one that cannot be read. It works without a configuration.
"""

import os
import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.cli.ending import FAILED
from maildesk.cli.place import Where, configuration_of
from maildesk.cli.tables import printable, show_json, show_rows

if TYPE_CHECKING:
    from maildesk.mail import Mail, Ours

#: Texts are shown below the table of facts.
_TEXTS = ("text", "visible_text", "quoted_text", "html")


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
    if body and body_html:
        raise typer.BadParameter("a body is text or HTML: --body or --body-html, not both")
    ours = _ours(context)
    if extract is not None:
        extract.mkdir(parents=True, exist_ok=True)
    documents = _bodies(paths, ours, subject, html=body_html) if body or body_html else _mails(paths, ours, extract)
    failed = False
    for path, document in zip(paths, documents, strict=True):
        if problem := document.get("error"):
            failed = True
            print(f"maildesk: {problem}", file=sys.stderr)
        if as_json:
            show_json(document)
        else:
            _show(path, document)
    sys.exit(FAILED if failed else 0)


def _ours(context: typer.Context) -> "Ours":
    """Who we are, where a configuration says so. One that only lies about, and is wrong, is told and passed over."""
    from maildesk.config import ConfigError
    from maildesk.foundation import ours_of
    from maildesk.mail import Ours
    from maildesk.settings_file import find_file

    where: Where = context.obj
    try:
        return ours_of(configuration_of(context).settings, "")
    except ConfigError as error:
        if where.config is not None or os.environ.get("MAILDESK_CONFIG"):
            raise
        if find_file(None, os.environ) is not None:
            print(f"maildesk: reading without the configuration, which is wrong:\n{error}", file=sys.stderr)
        return Ours()


def _mails(paths: list[Path], ours: "Ours", extract: Path | None) -> Iterator[dict[str, Any]]:
    from maildesk.ingest.reading import mail_as_dict
    from maildesk.ingest.workers import ParserDied, Parsers

    count = min(os.cpu_count() or 1, len(paths))
    parsers = Parsers(count, ours, with_html=True)
    submitted = ((path, parsers.submit(path)) for path in paths)
    # A few ahead, so that no worker waits; not all, or all mails would be in memory at the end.
    ahead = deque(islice(submitted, 4 * count))
    try:
        while ahead:
            path, future = ahead.popleft()
            ahead.extend(islice(submitted, 1))
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


def _unread(path: Path, error: Exception, ours: "Ours") -> dict[str, Any]:
    """What could not be read has all keys too, and says why."""
    from maildesk.ingest.reading import mail_as_dict
    from maildesk.mail import Mail

    said = getattr(error, "strerror", "") or str(error).removesuffix(f": {path.name}")
    reason = f"could not be read: {said}"
    nothing = Mail(kind_reason=reason, may_answer=False, problems=(reason,))
    return {**mail_as_dict(nothing, ours), "error": f"{path}: {reason}"}


def _extract(path: Path, mail: "Mail", folder: Path) -> None:
    from maildesk.ingest.parts import leaf_bytes

    for part in mail.attachments:
        data = part.data if part.data or not part.size else leaf_bytes(path.read_bytes(), part.index)
        (folder / part.sha256).write_bytes(data)


def _bodies(paths: list[Path], ours: "Ours", subject: str, *, html: bool) -> Iterator[dict[str, Any]]:
    """All keys of a mail, most of them empty: a bare body has no header but the subject that was named."""
    from maildesk.ingest.charsets import decode_text
    from maildesk.ingest.reading import body_as_dict, html_body_as_dict, mail_as_dict
    from maildesk.mail import Mail

    rest = mail_as_dict(Mail(subject=subject), ours)
    for path in paths:
        try:
            text = decode_text(path.read_bytes(), "utf-8")
        except OSError as error:
            yield _unread(path, error, ours)
            continue
        yield {**rest, **(html_body_as_dict(text, ours, subject) if html else body_as_dict(text, ours, subject))}


def _show(path: Path, document: dict[str, Any]) -> None:
    """For people: what is there, and the new words in full."""
    typer.echo(printable(str(path)))
    facts = {name: _in_words(value) for name, value in document.items() if name not in _TEXTS}
    show_rows([{"what": name, "is": value} for name, value in facts.items() if value], ("what", "is"), False)
    for line in document["visible_text"].splitlines():
        typer.echo(f"    {printable(line)}")
    typer.echo("")


def _in_words(value: Any) -> str:
    """A list as its parts, a person as one writes him, anything else as it is."""
    if isinstance(value, list):
        return ", ".join(_in_words(one) for one in value)
    if isinstance(value, dict):
        if set(value) == {"name", "address"}:
            return f"{value['name']} <{value['address']}>".strip()
        return "; ".join(f"{name} {_in_words(one)}" for name, one in value.items() if one)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
