"""maildesk preview: letters with sample data, as files for a mail client, a browser and a terminal."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.cli.ending import USAGE, end
from maildesk.cli.place import Where, configuration_of

if TYPE_CHECKING:
    from maildesk.notify.samples import Sample
    from maildesk.notify.templates import Templates


def preview(
    context: typer.Context,
    notice: Annotated[str, typer.Argument(help="Such as new_ticket, or a variant of one; without it all.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="en, nb or ko; without it all.")] = "",
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path("preview"),
) -> None:
    """Writes letters with sample data: NAME-LANGUAGE.eml, .html and .txt. Nothing is sent."""
    from maildesk.notify.samples import LANGUAGES, samples
    from maildesk.vocabulary import NoticeKind

    if lang and lang not in LANGUAGES:
        end(f"maildesk: there are no letters in {lang}, only in {', '.join(LANGUAGES)}", USAGE)
    chosen = [(sample, one) for one in LANGUAGES if lang in ("", one) for sample in samples(one)]
    chosen = [(sample, one) for sample, one in chosen if notice in ("", sample.kind, sample.name)]
    if not chosen:
        end(f"maildesk: there is no notice {notice}, only {', '.join(sorted(NoticeKind))}", USAGE)
    templates = _templates(context)
    out.mkdir(parents=True, exist_ok=True)
    for sample, language in chosen:
        _write(templates, sample, language, out)
    typer.echo(f"{len(chosen)} letters as .eml, .html and .txt in {out}")


def _templates(context: typer.Context) -> "Templates":
    """Those of the configuration; ours, where there is none."""
    from maildesk.foundation import our_words, own_templates
    from maildesk.settings_file import find_file

    where: Where = context.obj
    if where.config is None and find_file(None, os.environ) is None:
        return our_words()
    return our_words(own_templates(configuration_of(context)))


def _write(templates: "Templates", sample: "Sample", language: str, folder: Path) -> None:
    from maildesk.notify.compose import compose
    from maildesk.notify.samples import notice_of
    from maildesk.notify.samples.as_files import Kept

    kept = Kept(templates)
    letter = compose(notice_of(sample, language), kept)
    name = f"{sample.name}-{language}"
    (folder / f"{name}.eml").write_bytes(letter.whole)
    (folder / f"{name}.html").write_text(kept.for_browser, encoding="utf-8")
    (folder / f"{name}.txt").write_text(kept.said.text, encoding="utf-8")
