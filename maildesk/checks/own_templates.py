"""Do the operator's own templates say what they must? Each is rendered with the sample letters, in all languages, and a
name that a template does not know is an error, as it would be for the first real letter."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from maildesk.checks.finding import Finding, fail, ok
from maildesk.errors import Refused
from maildesk.foundation import own_templates
from maildesk.notify.compose import compose
from maildesk.notify.rendered import Rendered
from maildesk.notify.samples import LANGUAGES, notice_of, samples
from maildesk.notify.templates import BadTemplate, Templates
from maildesk.places import templates_folder
from maildesk.settings_file import Configuration
from maildesk.vocabulary import NoticeKind

_REMEDY = "correct the line, or take the file away: then ours is used (`maildesk preview` shows a letter)"


def check_own_templates(configuration: Configuration) -> Iterator[Finding]:
    try:
        own = own_templates(configuration)
    except Refused as error:
        yield fail("desk.templates", error.reason, "make the folder, or take the setting away")
        return
    if own is not None:
        yield from _findings(own, templates_folder())


def _findings(own: Path, shipped: Path) -> Iterator[Finding]:
    names = sorted(str(file.relative_to(own)) for file in own.rglob("*.j2"))
    known = sorted(str(file.relative_to(shipped)) for file in shipped.rglob("*.j2"))
    strange = [name for name in names if name not in known]
    for name in strange:
        near = get_close_matches(name, known, 1)
        meant = f"name it {near[0]}, " if near else ""
        yield fail("desk.templates", f"{name} takes the place of no file of ours", f"{meant}or take it away")
    errors = _errors(Templates(shipped, own), names)
    for error in errors:
        yield fail("desk.templates", error, _REMEDY)
    if not strange and not errors:
        yield ok("desk.templates", f"{len(names)} of your own, all letters can be written")


def _errors(templates: Templates, names: list[str]) -> list[str]:
    """Every different one; a fault in the layout would come with each letter."""
    strictly = _Strict(templates)
    found: dict[str, None] = {}
    for language in LANGUAGES:
        for sample in samples(language):
            if not _files_of(sample.kind, language).intersection(names):
                continue
            try:
                compose(notice_of(sample, language), strictly)
            except BadTemplate as error:
                found[str(error)] = None
            except ValueError as error:
                found[f"{sample.kind}/{language}.j2: {error}"] = None
    return list(found)


def _files_of(kind: NoticeKind, language: str) -> set[str]:
    """The files that a letter is made of."""
    return {f"{kind}/{language}.j2", f"words/{language}.j2", "layout.html.j2", "layout.txt.j2"}


class _Strict:
    """Our words do not stand in for an operator's here."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def render(self, kind: NoticeKind, language: str, facts: Mapping[str, object]) -> Rendered:
        return self._templates.render_strictly(kind, language, facts)
