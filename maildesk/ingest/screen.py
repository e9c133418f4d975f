"""Who made this mail: we ourselves, a mail server, an absent person's program, another machine, or a human being? And
may a machine answer it?

The order of the rules is the priority. Detection is comfort only; what stops a loop is the budget of the letters.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.absence import absent_by_fields, absent_by_words, calls_itself_automatic, is_answer
from maildesk.ingest.bounce import Report
from maildesk.ingest.bounce.suspicion import written_in_a_program
from maildesk.ingest.mime.fields import Fields
from maildesk.ingest.mime.headers import ascii_lower, decode_words, raw_line
from maildesk.ingest.mime.structure import Leaf
from maildesk.mail import Address, Ours
from maildesk.reason import because, together
from maildesk.vocabulary import MailKind


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. `null_sender`: the envelope sender is known to be `<>`. `text` is the unquoted one."""

    fields: Fields
    ours: Ours
    sender: Address | None
    subject: str
    null_sender: bool
    report: Report | None
    content_type: str
    report_type: str
    text: str = ""
    leaves: tuple[Leaf, ...] = ()

    @property
    def local(self) -> str:
        return self.sender.key.partition("@")[0] if self.sender else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: MailKind
    reason: str
    may_answer: bool


def judge(facts: Facts) -> Verdict:
    """The kind of a mail with its reason (maildesk.reason), and whether an automatic answer may go (RFC 3834 2)."""
    for kind, rule in _RULES:
        reason = rule(facts)
        if reason:
            return Verdict(kind, reason, False)
    objection = next((reason for rule in _OBJECTIONS if (reason := rule(facts))), "")
    reason = together(because("no_automatic_answer"), objection) if objection else because("of_people")
    return Verdict(MailKind.HUMAN, reason, not objection)


_NOBODY: Final = re.compile(
    r"(?:no|do-?not|donot|never|dont)[-_.]?(?:reply|answer|respond|svar)|(?:ikke|ingen)[-_.]?svar"
    r"|auto[-_.]?(?:reply|responder|answer|mailer|matic)|(?:bounce|notification|alert)s?(?:$|[-_+.=])"
)
#: Roles of servers and lists that people may hold; programs write under these names as well, and answer each other.
_ROLES: Final = re.compile(r"(?:postmaster|uucp)$|owner-")
_MACHINES: Final = re.compile(
    r"(?:mailer-daemon|mail-daemon|maildaemon|mdaemon|cron|anacron|daemon|nobody|www-data|apache|nagios"
    r"|zabbix|icinga|munin|monit|prometheus|alertmanager|grafana|logwatch|logcheck|smartd|mdadm|jenkins|fail2ban"
    r"|fetchmail"
    r"|listserv|listproc|majordomo|mailman|sympa|ezmlm)(?:$|[-_+.])|.*-(?:bounces?|errors)$|.*\+bounces?$"
)


def _own(facts: Facts) -> str:
    loop = facts.ours.loop_id
    if loop and loop in [raw_line(value) for value in facts.fields.all("x-maildesk-loop")]:
        return because("loop_mark")
    if facts.sender and facts.ours.owns(facts.sender.address):
        return because("our_address")
    return ""


def _bounce(facts: Facts) -> str:
    return facts.report.reason if facts.report else ""


def _out_of_office(facts: Facts) -> str:
    return absent_by_fields(facts.fields) or absent_by_words(facts.fields, facts.subject, facts.text)


def _automatic(facts: Facts) -> str:
    return (
        _automatic_by_fields(facts)
        or _automatic_by_parts(facts)
        or _automatic_by_sender(facts)
        or _automatic_by_words(facts)
    )


def _automatic_by_fields(facts: Facts) -> str:
    fields = facts.fields
    submitted = ascii_lower(fields.first("auto-submitted")).partition(";")[0].strip()
    if submitted and submitted != "no":
        return because("auto_submitted", decode_words(submitted)[:60])
    if _precedences(fields) & {"bulk", "junk"} and "list-post" not in fields:
        return because("precedence_bulk")
    return next((because("has_field", name) for name in _MACHINE_FIELDS if name in fields), "")


def _automatic_by_parts(facts: Facts) -> str:
    """Receipts (RFC 8098), complaints (RFC 5965), and the answers that calendars write (RFC 5546 3.2.3)."""
    if facts.report_type in ("disposition-notification", "feedback-report"):
        return because("machine_part", facts.report_type)
    if facts.content_type == "multipart/report":
        return because("machine_report")
    for leaf in facts.leaves[:10]:
        if leaf.content_type in ("message/disposition-notification", "message/feedback-report"):
            return because("machine_part", leaf.content_type.partition("/")[2])
        if leaf.content_type == "text/calendar" and leaf.parameters.get("method", "").lower() in ("reply", "counter"):
            return because("calendar_answer")
    return ""


def _automatic_by_sender(facts: Facts) -> str:
    if _MACHINES.match(facts.local) and not written_in_a_program(facts.fields):
        return because("of_a_program")
    return ""


def _automatic_by_words(facts: Facts) -> str:
    """An answer that calls itself automatic; outside an answer these are the words of the forms customers fill in."""
    text = facts.text[:3000]
    if is_answer(facts.fields, facts.subject) and calls_itself_automatic(text):
        return because("text_of_machine")
    return because("challenge") if _is_challenge(facts, text) else ""


def _is_challenge(facts: Facts, text: str) -> bool:
    """One without such a subject says that a mail waits, and for what."""
    asked = bool(_CHALLENGE.match(facts.subject))
    waits = (asked or is_answer(facts.fields, facts.subject)) and _HELD.search(text) and _ADMITTED.search(text)
    return bool((waits or (asked and _CHALLENGED.search(text))) and _BY_A_STEP.search(text))


_MACHINE_FIELDS: Final = (
    "x-fc-machinegenerated",
    "x-cron-env",
    "x-failed-recipients",
    "x-autogenerated",
    "x-amz-sns-message-id",
    "x-zabbix-event",
    "x-otrs-loop",
    "x-challenge",
    "x-boxbe-challenge",
)
_CHALLENGE: Final = re.compile(
    r"\s*(?:re\s*:\s*)?.{0,60}(?:confirm your (?:e-?mail|message)|verify your (?:e-?mail|message|address)|verification"
    r"|message (?:is )?(?:awaiting|held|quarantined)|please confirm|confirmation required|one time request"
    r"|\[spamarrest)",
    re.I,
)
_CHALLENGED: Final = re.compile(
    r"(?:prove|verify|confirm) (?:that )?(?:you are|you're|yourself|your (?:message|e-?mail|address))|approved senders?"
    r"|protect\w* (?:my|his|her|their|your|from)\b.{0,40}(?:spam|junk)|click (?:on )?(?:the|this|here"
    r"|to).{0,60}(?:deliver|confirm)",
    re.I,
)
_HELD: Final = re.compile(
    r"your (?:message|e-?mail|mail)\b[^.]{0,100}?\b(?:(?:is|was|being|been) held|wait-?listed|quarantined"
    r"|has not been (?:verified|delivered))|mess?ages? only from|protect(?:ing)? (?:myself|my inbox)|to control spam",
    re.I,
)
_ADMITTED: Final = re.compile(
    r"guest list|approved senders|white-?list|allow(?:ed)? list|verif(?:y|ied|ication)\b|senders i have approved"
    r"|(?:so i can|to) receive your e-?mail|release your message",
    re.I,
)
#: A challenge is passed by a link or an answer.
_BY_A_STEP: Final = re.compile(
    r"https?://|\bclick|\breply(?:ing)? to|\banswer|\bsend an? (?:empty )?(?:message|e-?mail)", re.I
)


def _nobody_there(facts: Facts) -> str:
    if facts.null_sender:
        return because("null_sender")
    if facts.sender is None:
        return because("no_sender")
    if _ROLES.match(facts.local):
        return because("of_a_role")
    return because("nobody_reads") if _NOBODY.search(facts.local) else ""


#: RFC 2919, RFC 2369, and what list servers wrote before and beside them.
_OF_LISTS: Final = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "list-subscribe",
    "list-help",
    "list-owner",
    "list-archive",
    "mailing-list",
    "x-mailing-list",
    "x-list",
    "x-beenthere",
    "x-mailman-version",
    "x-ml-name",
    "x-mlserver",
    "feedback-id",
)


def _many_readers(facts: Facts) -> str:
    name = next((name for name in _OF_LISTS if name in facts.fields), "")
    if name:
        return because("over_a_list", name)
    return because("precedence_list") if _precedences(facts.fields) & {"list", "bulk", "junk"} else ""


def _precedences(fields: Fields) -> set[str]:
    return {ascii_lower(value) for name in ("precedence", "x-precedence") for value in fields.all(name)}


def _asked_not_to(facts: Facts) -> str:
    wanted = {
        word.strip() for value in facts.fields.all("x-auto-response-suppress") for word in ascii_lower(value).split(",")
    }
    if wanted & {"all", "oof", "autoreply"}:
        return because("asks_for_none")
    if "x-loop" in facts.fields:
        return because("other_program")
    if any(
        name.endswith("-loop") or name.endswith("-loop-prevention")
        for name, _ in facts.fields.items
        if name.startswith(_LOOPS)
    ):
        return because("other_helpdesk")
    return ""


_LOOPS: Final = (
    "x-maildesk",
    "rt-loop",
    "x-rt-loop",
    "roundup-loop",
    "x-roundup-loop",
    "libredesk-loop",
    "x-libredesk-loop",
)
_Rule = Callable[[Facts], str]
_RULES: Final[tuple[tuple[MailKind, _Rule], ...]] = (
    (MailKind.OWN, _own),
    (MailKind.BOUNCE, _bounce),
    (MailKind.OUT_OF_OFFICE, _out_of_office),
    (MailKind.AUTOMATIC, _automatic),
)
_OBJECTIONS: Final[tuple[_Rule, ...]] = (_nobody_there, _many_readers, _asked_not_to)
