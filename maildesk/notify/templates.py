"""The words of a letter, from the files in templates/: one file per notice and language, set as text and as HTML.

A file gives `preheader`, for some kinds `subject`, and the macro `body(ui)`; `ui` is the layout, text or HTML, so both
parts say the same (docs/decisions/0005). What people wrote is only ever a value: it is never a template, and is escaped
in HTML. The templates are an operator's: they run in a sandbox, are read once, and an unknown name in one is an error.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError

from maildesk.notify.clean import clean
from maildesk.notify.compiled import compiled_in
from maildesk.notify.filters import FILTERS, GAP
from maildesk.notify.rendered import Rendered
from maildesk.notify.sandbox import Sandbox
from maildesk.vocabulary import NoticeKind as K

_OF_A_TICKET: Final = frozenset(
    {
        "title",  # str: the ticket's subject
        "requester",  # Address
        "verified",  # bool: is the sender of these words proven?
        "resembles",  # str: the known address that the sender is easily taken for, "" for none
        "queue",  # str, "" for none
        "priority",  # vocabulary.Priority
        "priority_reason",  # str as it is stored (maildesk.reason), "" where nothing raised or lowered it
        "status",  # vocabulary.Status
        "ticket_language",  # str: "en", "nb", "ko", others as they are, "" for unknown
        "agent",  # str: whom the ticket belongs to, "" for nobody
        "mine",  # bool: does it belong to whoever reads the letter?
        "assigned_reason",  # the same, also why nobody could get it; "" for none
        "organisation",  # str: by its name, else the domain of the requester, "" where anybody has addresses in it
        "earlier",  # sequence of before.EarlierTicket: the newest other tickets of the requester
        "earlier_count",  # int: how many there are
        "due_at",  # datetime, aware: the next deadline; None for none
        "history",  # sequence of facts.Quoted: the last messages before these words, oldest first
        "answer_goes_to",  # sequence of Address: who receives an answer to this letter; empty: it stays internal
        "note_address",  # str: takes internal notes; "" where there is none
        "at",  # datetime, aware, in the zone it is to be shown in
        "words",  # str: what was written
        "attachments",  # sequence of compose.Listed
        "logos",  # int: pictures of a signature, which are not listed
        "desk_name",  # str
    }
)

_AS_WRITTEN: Final = ("html", "coloured", "signature")

#: What the caller gives for each kind, all of it, nothing else. A text that is not there is "", a list ().
FACTS: Final[Mapping[K, frozenset[str]]] = {
    # verified False: the neutral form, which shows neither name nor words. promise: aware datetime or None; left_out:
    # Listed files that nobody but the desk's store has; unlisted: so many more were not even listed.
    K.RECEIVED: frozenset({"verified", "name", "words", "promise", "left_out", "unlisted", "desk_name"}),
    # related: the ticket it may belong to, or None; suggested: sequence of Address, named by an unproven sender and not
    # taken in; problems: what could not be read, each as a stored reason.
    # above: what a colleague wrote above the mail that he passed on; "" else.
    K.NEW_TICKET: _OF_A_TICKET | {"related", "alike", "above", "suggested", "problems"},
    # author: Address of who wrote; closed: did the requester close it with these words? third_person: no participant,
    # and nobody outside was told; via: Address of the participant whose reply address he used, or None.
    K.CUSTOMER_ANSWER: _OF_A_TICKET | {"author", "reopened", "closed", "third_person", "via", "suggested", "problems"},
    # html: the words as their author set them, harmless, or ""; coloured: has he chosen colours? included_by: in the
    # first letter to somebody who was taken in, the address that named him; else "". history: what he may read again.
    K.ANSWER: frozenset({"words", *_AS_WRITTEN, "attachments", "included_by", "history", "desk_name"}),
    # cause: what it came from, "" where nobody knows; rate_addresses: five, for the scores 1 to 5, or () where nobody
    # is asked; reopen_until: aware datetime, the day on which an answer opens it again for the last time.
    K.CLOSED: frozenset(
        {"name", "solution", "cause", *_AS_WRITTEN, "rate_addresses", "reopen_until", "included_by", "desk_name"}
    ),
    # ended_at: aware datetime.
    K.SURVEY: frozenset({"name", "title", "solution", "ended_at", "rate_addresses", "reopen_until", "desk_name"}),
    K.STILL_WRONG: frozenset({"name", "desk_name"}),
    # score: 1 to 5; comment: the requester's, "" for none; solution: what he rated.
    K.LOW_RATING: _OF_A_TICKET | {"score", "comment", "solution"},
    K.RATING: frozenset({"title", "requester", "score", "comment", "desk_name"}),
    # question: the agent's, word for word; closes_at: aware datetime in the zone it is to be shown in; again: was he
    # reminded before? last: and never will be again?
    K.WAITING: frozenset({"name", "question", "closes_at", "again", "last", "desk_name"}),
    # question: "" for whom it was not put to.
    K.EXPIRED: frozenset({"name", "question", "reopen_days", "desk_name"}),
    # rows: notify.reminders.ReminderRow; more: so many are not listed; answer_goes_to: None where several tickets are
    # meant, and each row has an address of its own.
    K.REMINDER: frozenset({"rows", "more", "answer_goes_to", "desk_name"}),
    K.NOTE: _OF_A_TICKET | {"author"},
    # author: Address of who wrote the last words; internal: are they a note? assigned_by: "" where the rules chose.
    K.ASSIGNED: _OF_A_TICKET | {"author", "internal", "assigned_by"},
    # agent: whom it belongs to now, "" for nobody.
    K.NOT_YOURS: frozenset({"title", "agent", "desk_name"}),
    # why: why it needs somebody, as it is stored (maildesk.reason).
    K.OFFERED: _OF_A_TICKET | {"author", "internal", "why"},
    K.HELP: frozenset({"desk_name"}),
    # title: "" where it is about no ticket; commands: lines as they were understood; done: notify.happened.Done; told:
    # sequence of Address; undo: lines that take it back; answers: notify.receipt.Answer; files: names of the enclosed.
    K.RECEIPT: frozenset({"title", "commands", "done", "told", "undo", "answers", "files", "desk_name"}),
    # word: vocabulary.SelfService; name: the requester's; rows: notify.self_service.OwnTicket; more: so many are not
    # listed; reopen_days: int.
    K.SELF_SERVICE: frozenset({"word", "name", "rows", "more", "reopen_days", "desk_name"}),
    # understood: command lines; mistakes: like desk.commands.Mistake; words: the whole mail; several: did he answer a
    # letter about several tickets, so that an answer to this one helps nobody?
    K.NOT_UNDERSTOOD: frozenset({"title", "understood", "mistakes", "words", "several", "desk_name"}),
    # failed: whom it did not reach; status: RFC 3463 code or ""; said: the server's own words, "" for none; suppressed:
    # he gets no automatic mail any more.
    K.UNDELIVERED: frozenset({"title", "failed", "status", "said", "words", "suppressed", "desk_name"}),
    # failed: whom mail does not reach; since: datetime, aware, in the zone it is to be shown in; sent: was the letter
    # sent in spite of that?
    K.CROSSED: frozenset({"title", "news", "words", "desk_name"}),
    K.PREVIEW: frozenset({"title", "incidents", "words", "desk_name"}),
    K.MERGED: _OF_A_TICKET | {"merged", "author"},
    K.UNDONE: frozenset({"title", "words", "desk_name"}),
    K.DOUBTFUL: frozenset({"title", "failed", "since", "sent", "desk_name"}),
    # reason: as it is stored (maildesk.reason).
    K.HELD_MAIL: frozenset({"inbound_id", "sender", "title", "reason", "at", "desk_name"}),
    # number: of the held mail; claimed: the address it says to be from; words and files are its own; title: of the
    # ticket, "" for none; commands: does it begin with any? until: aware datetime; reason: as it is stored.
    K.CONFIRM: frozenset(
        {"number", "claimed", "title", "at", "until", "words", "files", "commands", "reason", "desk_name"}
    ),
    # rows: notify.operator.HeldRow; more: so many are not listed; aside: mails of blocked senders since yesterday.
    K.HELD_DAILY: frozenset({"rows", "more", "aside", "desk_name"}),
    # number: of the held mail; why: vocabulary.Undone; words: the answer; kind: vocabulary.QuestionKind.
    K.NOT_DONE: frozenset({"number", "why", "words", "kind", "desk_name"}),
    # sender: Address; count: his mails; rows: notify.gathered.GatheredRow; more: so many tickets are not listed.
    K.GATHERED: frozenset({"sender", "count", "rows", "more", "desk_name"}),
    # The numbers of a period as desk.digests.digest_facts gathers them, every time in the zone of the reader.
    K.DIGEST: frozenset(
        {
            *("period", "made_at", "horizon", "verdict", "target", "total", "late", "late_n", "at_risk", "at_risk_n"),
            *("compliance", "responses", "solutions", "backlog", "picture", "ratings", "promised", "loads"),
            *("loads_more", "availability", "causes", "candidates", "coming", "coming_n", "books", "hours", "zone"),
            *("country", "days_zone", "file", "file_rows", "no_workbook", "desk_name"),
        }
    ),
    # done: desk.digests.told_manager.Done; misread: desk.words.manager_words.Misread; below: lines that stood below his
    # text and were not obeyed; noted: are they kept as a note? late: lines as in a digest; listed: did he ask for the
    # list?
    K.MANAGED: frozenset({"done", "misread", "below", "noted", "listed", "late", "late_n", "desk_name"}),
    # wanted: vocabulary.ReportKind; first, last: days, both in the period.
    K.NOT_MADE: frozenset({"wanted", "first", "last", "desk_name"}),
    # nudged_by: str, the manager.
    K.NUDGE: _OF_A_TICKET | {"author", "internal", "nudged_by"},
    # limit automatic mails per `period` ("minute", "hour", "day", "ticket"); address "": the budget of the whole desk.
    K.SILENCED: frozenset({"address", "limit", "period", "desk_name"}),
    # alarm: desk.alarms.Alarm; name: of a mailbox or server; at: datetime since when or until when; over: bool.
    K.ALARM: frozenset({"alarm", "name", "at", "count", "over", "desk_name"}),
}

#: What `compose` adds from the head of the letter.
OF_THE_LETTER: Final = frozenset({"ticket", "subject_line", "reply_address"})

#: Kinds whose template has a subject of its own, used where the notice brings none.
OWN_SUBJECT: Final = frozenset(
    {
        K.RECEIVED,
        K.HELD_MAIL,
        K.CONFIRM,
        K.HELD_DAILY,
        K.NOT_DONE,
        K.SILENCED,
        K.ALARM,
        K.DIGEST,
        K.MANAGED,
        K.NOT_MADE,
        K.GATHERED,
        K.REMINDER,
    }
    | {K.RECEIPT, K.HELP, K.NOT_UNDERSTOOD, K.SELF_SERVICE}
)

#: How a template is read. What was compiled with others is not used.
_OPTIONS: Final = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}


log = logging.getLogger(__name__)


class BadTemplate(ValueError):
    """A template file that cannot be used, with its name and line."""


class Templates:
    """All letters in all languages. `override` is an operator's folder, whose files take the place of ours. Where one
    of them fails over the facts of a letter, that letter goes out in our words, and the log says so.

    What was compiled is kept in the folder `compiled`, where one is given, and compiled anew when its file changes.
    """

    def __init__(self, folder: Path, override: Path | None = None, compiled: Path | None = None) -> None:
        folders = [override, folder] if override else [folder]
        self._shipped = Templates(folder) if override else None
        self.languages = tuple(sorted({file.stem for each in folders for file in each.glob("words/*.j2")}))
        self._text = _Form("text", "layout.txt.j2", folders, compiled, autoescape=False)
        self._html = _Form("html", "layout.html.j2", folders, compiled, autoescape=True)

    def load_all(self) -> None:
        """Reads every file now, for the start of a daemon: most of a second if none is compiled. Raises BadTemplate."""
        for form in (self._text, self._html):
            for language in self.languages:
                form.common(language)
                for kind in K:
                    form.load(f"{kind}/{language}.j2")

    def render(self, kind: K, language: str, facts: Mapping[str, object]) -> Rendered:
        """The words of a letter. Raises ValueError for an unknown language, and for missing or unknown facts."""
        try:
            return self.render_strictly(kind, language, facts)
        except BadTemplate as error:
            if self._shipped is None:
                raise
            log.error("letter=%s language=%s not in the words of desk.templates: %s", kind, language, error)
            return self._shipped.render(kind, language, facts)

    def render_strictly(self, kind: K, language: str, facts: Mapping[str, object]) -> Rendered:
        """The same; raises BadTemplate, with file and line, where a template fails."""
        if language not in self.languages:
            raise ValueError(f"no templates in {language!r}, only in {', '.join(self.languages)}")
        _check(kind, facts)
        cleaned = {name: clean(value) for name, value in facts.items()}
        subject, text = self._text.render(kind, language, cleaned)
        _, html = self._html.render(kind, language, cleaned)
        return Rendered(subject, text, html)


class _Form:
    """The letters in one of the two forms."""

    def __init__(self, form: str, layout: str, folders: list[Path], compiled: Path | None, *, autoescape: bool) -> None:
        options: dict[str, Any] = {**_OPTIONS, "autoescape": autoescape}
        self._environment = Sandbox(
            loader=FileSystemLoader(folders),
            bytecode_cache=compiled_in(compiled, form, {**options, "sandbox": Sandbox}),
            auto_reload=False,
            cache_size=-1,
            **options,
        )
        self._environment.filters.update(FILTERS)
        self._environment.globals["gap"] = GAP
        self._layout = layout
        #: By language: what its letters have in common, and the layout that speaks it.
        self._common: dict[str, tuple[Any, Any]] = {}

    def render(self, kind: K, language: str, facts: Mapping[str, object]) -> tuple[str, str]:
        """The template's own subject (or "") and the whole letter."""
        said, ui = self.common(language)
        template = self.load(f"{kind}/{language}.j2")
        try:
            letter: Any = template.make_module({**facts, "facts": facts, "say": said, "language": language})
            subject = str(letter.subject) if kind in OWN_SUBJECT else ""
            title = facts["subject_line"] or subject
            return subject, str(ui.letter(title, letter.preheader, letter.body(ui)))
        except (TemplateError, AttributeError, KeyError, TypeError) as error:
            raise BadTemplate(f"{_place_of(error) or f'{kind}/{language}.j2'}: {error}") from error

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


def _place_of(error: BaseException) -> str:
    """The file and line of the innermost template in which it happened."""
    place, traceback = "", error.__traceback__
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            place = f"{template.name}, line {template.get_corresponding_lineno(traceback.tb_lineno)}"
        traceback = traceback.tb_next
    return place


def _check(kind: K, facts: Mapping[str, object]) -> None:
    wanted = FACTS[kind] | OF_THE_LETTER
    if facts.keys() != wanted:
        missing, unknown = sorted(wanted - facts.keys()), sorted(facts.keys() - wanted)
        raise ValueError(f"facts of a notice {kind}: missing {missing}, unknown {unknown}")
