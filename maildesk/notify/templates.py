"""The words of a letter, from the files in templates/: one file per notice and language, set as text and as HTML.

A file gives `preheader`, for some kinds `subject`, and the macro `body(ui)`; `ui` is the layout, text or HTML, so both
parts say the same (docs/decisions/0005). What people wrote is only ever a value: it is never a template, and is escaped
in HTML. The templates are an operator's: they run in a sandbox, are read once, and an unknown name in one is an error.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Final

from jinja2 import FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.bccache import Bucket
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from maildesk.filenames import saved_as
from maildesk.mail import Address
from maildesk.notify import plaintext
from maildesk.notify.compose import Rendered
from maildesk.notify.mailto import mailto
from maildesk.vocabulary import NoticeKind as K

_OF_A_TICKET: Final = frozenset(
    {
        "title",  # str: the ticket's subject
        "requester",  # Address
        "verified",  # bool: is the sender of these words proven?
        "resembles",  # str: the known address that the sender is easily taken for, "" for none
        "queue",  # str, "" for none
        "priority",  # vocabulary.Priority
        "status",  # vocabulary.Status
        "ticket_language",  # str: "en", "nb", "ko", others as they are, "" for unknown
        "agent",  # str: whom the ticket belongs to, "" for nobody
        "assigned_reason",  # str, "" for none
        "answer_goes_to",  # sequence of Address: who receives an answer to this letter; empty: it stays internal
        "note_address",  # str: takes internal notes; "" where there is none
        "at",  # datetime, aware, in the zone it is to be shown in
        "words",  # str: what was written
        "attachments",  # sequence of compose.Listed
        "logos",  # int: pictures of a signature, which are not listed
        "desk_name",  # str
    }
)

#: What the caller gives for each kind, all of it, nothing else. A text that is not there is "", a list ().
FACTS: Final[Mapping[K, frozenset[str]]] = {
    # verified False: the neutral form, which shows neither name nor words. promise: aware datetime or None; left_out:
    # Listed files that nobody but the desk's store has; unlisted: so many more were not even listed.
    K.RECEIVED: frozenset({"verified", "name", "words", "promise", "left_out", "unlisted", "desk_name"}),
    # related: the ticket it may belong to, or None; suggested: sequence of Address, named by an unproven sender and not
    # taken in; problems: what could not be read, one sentence each.
    K.NEW_TICKET: _OF_A_TICKET | {"related", "suggested", "problems"},
    # author: Address of who wrote; third_person: not a participant, and nobody outside was told; via: Address of the
    # participant whose reply address he used, or None.
    K.CUSTOMER_ANSWER: _OF_A_TICKET | {"author", "reopened", "third_person", "via", "suggested", "problems"},
    # included_by: in the first letter to somebody who was taken in, the address that named him; else "".
    K.ANSWER: frozenset({"words", "attachments", "included_by", "desk_name"}),
    # rate_addresses: five, for the scores 1 to 5, or () where we do not ask; reopen_days: int.
    K.CLOSED: frozenset({"name", "solution", "rate_addresses", "reopen_days", "included_by", "desk_name"}),
    K.NOTE: _OF_A_TICKET | {"author"},
    # author: Address of who wrote the last words; assigned_by: str, "" where the rules chose.
    K.ASSIGNED: _OF_A_TICKET | {"author", "assigned_by"},
    K.HELP: frozenset({"desk_name"}),
    # understood: command lines; mistakes: like desk.commands.Mistake; words: the whole mail.
    K.NOT_UNDERSTOOD: frozenset({"title", "understood", "mistakes", "words", "desk_name"}),
    # failed: whom it did not reach; status: RFC 3463 code or ""; said: the server's own words, "" for none; suppressed:
    # he gets no automatic mail any more.
    K.UNDELIVERED: frozenset({"title", "failed", "status", "said", "words", "suppressed", "desk_name"}),
    # failed: whom mail does not reach; since: datetime, aware, in the zone it is to be shown in; sent: was the letter
    # sent in spite of that?
    K.DOUBTFUL: frozenset({"title", "failed", "since", "sent", "desk_name"}),
    K.HELD_MAIL: frozenset({"inbound_id", "sender", "title", "reason", "at", "desk_name"}),
    # number: of the held mail; claimed: the address it says to be from; words and files are its own; title: of the
    # ticket, "" for none; commands: does it begin with any? until: aware datetime.
    K.CONFIRM: frozenset(
        {"number", "claimed", "title", "at", "until", "words", "files", "commands", "reason", "desk_name"}
    ),
    # rows: notify.operator.HeldRow; more: so many are not listed; aside: mails of blocked senders since yesterday.
    K.HELD_DAILY: frozenset({"rows", "more", "aside", "desk_name"}),
    # number: of the held mail; why: vocabulary.Undone; words: the answer; kind: vocabulary.QuestionKind.
    K.NOT_DONE: frozenset({"number", "why", "words", "kind", "desk_name"}),
    # sender: Address; count: his mails; rows: notify.gathered.GatheredRow; more: so many tickets are not listed.
    K.GATHERED: frozenset({"sender", "count", "rows", "more", "desk_name"}),
    # limit automatic mails per `period` ("minute", "hour", "day", "ticket"); address "": the budget of the whole desk.
    K.SILENCED: frozenset({"address", "limit", "period", "desk_name"}),
}

#: What `compose` adds from the head of the letter.
OF_THE_LETTER: Final = frozenset({"ticket", "subject_line", "reply_address"})

#: Kinds whose template has a subject of its own, used where the notice brings none.
OWN_SUBJECT: Final = frozenset({K.RECEIVED, K.HELD_MAIL, K.CONFIRM, K.HELD_DAILY, K.NOT_DONE, K.SILENCED, K.GATHERED})

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029]")
#: Parts the blocks of a text letter; no value contains it, `_clean` sees to that.
_GAP: Final = "\x1e"


class BadTemplate(ValueError):
    """A template file that cannot be used, with its name and line."""


class Templates:
    """All letters in all languages. `override` is an operator's folder, whose files take the place of ours.

    What was compiled is kept in the folder `compiled`, where one is given, and compiled anew when its file changes.
    """

    def __init__(self, folder: Path, override: Path | None = None, compiled: Path | None = None) -> None:
        folders = [override, folder] if override else [folder]
        self.languages = tuple(sorted({file.stem for each in folders for file in each.glob("words/*.j2")}))
        self._text = _Form("layout.txt.j2", folders, _cache(compiled, "text"), autoescape=False)
        self._html = _Form("layout.html.j2", folders, _cache(compiled, "html"), autoescape=True)

    def load_all(self) -> None:
        """Reads every file now, for the start of a daemon: most of a second if none is compiled. Raises BadTemplate."""
        for form in (self._text, self._html):
            for language in self.languages:
                form.common(language)
                for kind in K:
                    form.load(f"{kind}/{language}.j2")

    def render(self, kind: K, language: str, facts: Mapping[str, object]) -> Rendered:
        """The words of a letter. Raises ValueError for an unknown language, and for missing or unknown facts."""
        if language not in self.languages:
            raise ValueError(f"no templates in {language!r}, only in {', '.join(self.languages)}")
        _check(kind, facts)
        cleaned = {name: _clean(value) for name, value in facts.items()}
        subject, text = self._text.render(kind, language, cleaned)
        _, html = self._html.render(kind, language, cleaned)
        return Rendered(subject, text, html)


class _Cache(FileSystemBytecodeCache):
    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (UnpicklingError, EOFError, ValueError, TypeError, OSError):
            # A file that a dying machine left half written: compiled anew.
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        # A full disk costs the next start half a second, and nothing else.
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _cache(folder: Path | None, form: str) -> _Cache | None:
    """One for each form: the same file is compiled differently where everything is escaped."""
    if folder is None:
        return None
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        return _Cache(str(folder), f"{form}-%s")
    return None


class _Form:
    """The letters in one of the two forms."""

    def __init__(self, layout: str, folders: list[Path], cache: "_Cache | None", *, autoescape: bool) -> None:
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(folders),
            bytecode_cache=cache,
            undefined=StrictUndefined,
            autoescape=autoescape,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self._environment.filters.update(_FILTERS)
        self._environment.globals["gap"] = _GAP
        self._layout = layout
        #: By language: what its letters have in common, and the layout that speaks it.
        self._common: dict[str, tuple[Any, Any]] = {}

    def render(self, kind: K, language: str, facts: Mapping[str, object]) -> tuple[str, str]:
        """The template's own subject (or "") and the whole letter."""
        said, ui = self.common(language)
        template = self.load(f"{kind}/{language}.j2")
        try:
            letter: Any = template.make_module({**facts, "facts": facts, "say": said})
            subject = str(letter.subject) if kind in OWN_SUBJECT else ""
            title = facts["subject_line"] or subject
            return subject, str(ui.letter(title, letter.preheader, letter.body(ui)))
        except (TemplateError, AttributeError, KeyError, TypeError) as error:
            raise BadTemplate(f"{kind}/{language}.j2: {error}") from error

    def common(self, language: str) -> tuple[Any, Any]:
        if language not in self._common:
            said = self.load(f"words/{language}.j2").make_module({"language": language})
            ui = self.load(self._layout).make_module({"language": language, "say": said})
            self._common[language] = said, ui
        return self._common[language]

    def load(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            raise BadTemplate(f"{name}{f', line {line}' if line else ''}: {error}") from error


def _check(kind: K, facts: Mapping[str, object]) -> None:
    wanted = FACTS[kind] | OF_THE_LETTER
    if facts.keys() != wanted:
        missing, unknown = sorted(wanted - facts.keys()), sorted(facts.keys() - wanted)
        raise ValueError(f"facts of a notice {kind}: missing {missing}, unknown {unknown}")


def _clean(value: Any) -> Any:
    """The value without control characters; text keeps its lines and tabs."""
    if isinstance(value, str):
        if value.isprintable():
            return str(value)
        return _CONTROL.sub(" ", _LINE_ENDS.sub("\n", value))
    if isinstance(value, Address):
        return Address(_clean(value.name), _clean(value.address))
    if isinstance(value, tuple | list):
        return [_clean(each) for each in value]
    if is_dataclass(value):
        return {field.name: _clean(getattr(value, field.name)) for field in fields(value)}
    return value


def _person(address: Address) -> str:
    return f"{address.name} <{address.address}>" if address.name else address.address


def _people(addresses: list[Address]) -> str:
    return ", ".join(_person(address) for address in addresses)


def _block(text: str) -> str:
    return f"{_GAP}{text}{_GAP}"


def _blocks(text: str) -> str:
    """The whole letter: one empty line between two blocks, however the template was laid out."""
    parts = [part.strip("\n") for part in str(text).split(_GAP)]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _lines(text: str) -> Markup:
    """Somebody's words in HTML: escaped, line by line."""
    return Markup(str(escape(text.strip("\n"))).replace("\n", "<br>"))


def _zone(moment: datetime) -> str:
    """The city of the zone a time is given in: "Oslo", "New York"; empty where the zone has no city."""
    key = getattr(moment.tzinfo, "key", "")
    return str(key).rpartition("/")[2].replace("_", " ") if "/" in key else ""


def _amount(size: int, point: str) -> str:
    """A number of bytes for people: "640 B", "12 kB", "3.4 MB"."""
    if size < 1000:
        return f"{size} B"
    if size < 999_500:
        return f"{round(size / 1000)} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", point)


_FILTERS: Final = {
    "wrapped": lambda text: plaintext.wrap(str(text)),
    "aligned": plaintext.aligned,
    "quoted": plaintext.quoted,
    "shortened": plaintext.shortened,
    "bullet": lambda text: plaintext.wrap_after("- ", str(text), "  "),
    "block": _block,
    "blocks": _blocks,
    "lines": _lines,
    "person": _person,
    "people": _people,
    "filename": saved_as,
    "mailto": mailto,
    "zone": _zone,
    "amount": _amount,
    "columns": plaintext.width,
}
