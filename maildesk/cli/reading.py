"""read: what is understood of a mail, by the daemon's own reading, without a database.

A line for every file, in the order of the files, also for one that cannot be read. It works without a configuration.
"""

import os
import shutil
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from maildesk.cli.ending import FAILED, USAGE, end
from maildesk.cli.place import Where, configuration_of
from maildesk.cli.tables import printable, show_json, show_rows
from maildesk.reason import because, together

if TYPE_CHECKING:
    from maildesk.ingest.question import Question
    from maildesk.mail import Ours

#: Texts are shown below the table of facts.
_TEXTS: Final = ("text", "visible_text", "quoted_text", "html")
#: Says that a mail comes on standard input.
_STDIN: Final = Path("-")
#: Files that each worker may be ahead of the one whose turn it is.
_AHEAD: Final = 8
#: So many files make a person wonder how long it takes.
_MANY: Final = 20


def read(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files with one mail each; - is standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document per file, in their order.")] = False,
    extract: Annotated[Path | None, typer.Option(help="Writes attachments here, named by SHA-256.")] = None,
    body: Annotated[bool, typer.Option("--body", help="The files hold bare text bodies.")] = False,
    body_html: Annotated[bool, typer.Option("--body-html", help="The files hold bare HTML bodies.")] = False,
    subject: Annotated[str, typer.Option(help="The subject that belongs to a bare body.")] = "",
) -> None:
    """Shows what maildesk understands of mails: people, text, quotes, kind, attachments."""
    if body and body_html:
        raise typer.BadParameter("a body is text or HTML: --body or --body-html, not both")
    if extract is not None and (body or body_html):
        raise typer.BadParameter("a bare body has no attachments to --extract")
    if subject and not (body or body_html):
        raise typer.BadParameter("a mail has its own subject; --subject belongs to --body or --body-html")
    ours = _ours(context)
    if extract is not None:
        extract.mkdir(parents=True, exist_ok=True)
    with _piped(paths) as piped:
        questions = [_question(piped if path == _STDIN else path, extract, body, body_html, subject) for path in paths]
        sys.exit(FAILED if _show_all(paths, questions, ours, as_json) else 0)


@contextmanager
def _piped(paths: list[Path]) -> Iterator[Path]:
    """A file with what comes on standard input, where that is meant: the workers read files."""
    if _STDIN not in paths:
        yield _STDIN
        return
    if sys.stdin is None:
        end("maildesk: there is no standard input; the mail is read from there", USAGE)
    with NamedTemporaryFile(prefix="maildesk-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)


def _show_all(paths: list[Path], questions: "list[Question]", ours: "Ours", as_json: bool) -> bool:
    """Says whether any could not be read."""
    failed = False
    with _progress(len(paths)) as step, closing(_documents(questions, ours)) as documents:
        for path, document in zip(paths, documents, strict=True):
            if problem := document.get("error"):
                failed = True
                print(f"maildesk: {problem}", file=sys.stderr)
            if as_json:
                show_json(document)
            else:
                _show(path, document)
            step()
    return failed


def _question(path: Path, extract: Path | None, body: bool, body_html: bool, subject: str) -> "Question":
    from maildesk.ingest.question import Question, Wanted

    wanted = Wanted.BODY if body else Wanted.HTML_BODY if body_html else Wanted.DOCUMENT
    return Question(str(path), wanted, subject=subject, extract=str(extract or ""))


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


def _documents(questions: "list[Question]", ours: "Ours") -> "Generator[dict[str, Any], None, None]":
    """The answers in the order of the questions, found on all cores. Whoever closes it early waits for nobody."""
    from maildesk.ingest.workers import ParserDied, Parsers

    count = min(os.cpu_count() or 1, len(questions))
    parsers = Parsers(count, ours)
    asked = ((question, parsers.ask(question)) for question in questions)
    # A few ahead, so that no worker waits; not all, or all mails would be in memory at the end.
    ahead = deque(islice(asked, _AHEAD * count))
    try:
        while ahead:
            question, future = ahead.popleft()
            ahead.extend(islice(asked, 1))
            try:
                document = future.result()
            except ParserDied as death:
                document = _unread(question.path, death.reason, ours)
            except OSError as error:
                why = str(error).removesuffix(f": {Path(question.path).name}")
                document = _unread(question.path, because("said", why), ours)
            yield document
    finally:
        parsers.kill()


def _unread(path: str, why: str, ours: "Ours") -> dict[str, Any]:
    """What could not be read has all keys too, and says why (`why`: maildesk.reason)."""
    from maildesk.ingest.reading import mail_as_dict
    from maildesk.mail import Mail

    reason = together(because("could_not_be_read"), why)
    document = mail_as_dict(Mail(kind_reason=reason, may_answer=False, problems=(reason,)), ours)
    return {**document, "error": f"{path}: {document['kind_reason']}"}


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar for a person who waits; none where the documents go to the same terminal, into a log or a pipe."""
    if total < _MANY or not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Standard output is for the documents alone.
    with Progress(*columns, transient=True, redirect_stdout=False, console=Console(stderr=True)) as progress:
        task = progress.add_task("read", total=total)
        yield lambda: progress.advance(task)


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
