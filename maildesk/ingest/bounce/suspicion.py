"""Does a mail server say here that a letter did not arrive? It weighs signs and reads no recipients.

People pass reports on to the desk and write about them; what a person wrote stays a person's mail.
"""

import re
from dataclasses import dataclass
from typing import Final

from maildesk.ingest.bounce import words
from maildesk.ingest.bounce.sentences import tells_of_failure
from maildesk.ingest.bounce.verdict import reason_in
from maildesk.ingest.mime.fields import Fields
from maildesk.ingest.mime.headers import ascii_lower, decode_words

_SERVERS: Final = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mail[-_.]?delivery\w*|mail\.delivery\.sys\w*|post[-_.]?master"
    r"|microsoftexchange\w*|mmdf|mailer|mailsystem|mail-?system|bounce[sd]?|maildelivery\w*|mail-?returns?)"
    r"(?:[-+_.=\\]|$)|\w{0,20}smtp\w{0,20}$"
)
_NAMES: Final = re.compile(
    r"mailer[- ]daemon|mail delivery|delivery (?:sub)?system|postmaster|mail (?:sub)?system|mail administrator"
    r"|system administrator|systemadministrator|administrat\w{1,8} (?:del sistema|do sistema|syst)|mail router"
    r"|mail transport|mail server|e-?mail delivery|mail gateway|メール配信|メールサーバ|메일 시스템|系统管理员"
)
_PASSED_ON: Final = re.compile(
    r"\s*(?:fwd?|fw|wg|vs|vb|vl|tr|i|rv|enc|enviado|doorst|fs|pd|továbbítás|ynt|ilt|转发|轉寄|전달"
    r"|fwd?번역)\s*(?:\[\d+\])?[:：]",
    re.I,
)
_ANSWERED: Final = re.compile(
    r"\s*(?:re|sv|aw|antw|antwort|odp|rif|res|ответ|回复|答复|회신)\s*(?:\[\d+\])?[:：]", re.I
)
_PROGRAMS: Final = re.compile(
    r"thunderbird|mozilla|apple mail|iphone mail|ipad mail|microsoft outlook|microsoft office outlook|evolution|mutt"
    r"|kmail|roundcube|squirrelmail|webmail|airmail|emclient|gmail|yahoo|aol|the bat|eudora|pine"
)
_CODE: Final = re.compile(r"(?<![\d.])(?:[45]\d\d[ -]|[45]\.\d\.\d{1,3})")
#: So much of what the server says is searched for its opening words.
_OPENING: Final = 4000
#: The first words stand so near the beginning, and no sentence ends before them.
_FIRST: Final = 80
#: In bytes, so that three characters of Chinese weigh as much as a word.
_SHORTEST: Final = 12
#: So many signs of a machine leave no doubt.
_SURELY: Final = 3
#: A server does not begin with a question.
_ASKS: Final = re.compile(r"(?:[^.!?？]|\.(?=\w)){1,300}[?？]")
_DAEMON: Final = re.compile(r"mail(?:er)?[-_.]?daemon|mdaemon")
_LIST_SERVERS: Final = ("x-mlserver", "x-ml-name", "mailing-list", "x-mailman-version")


@dataclass(frozen=True, slots=True)
class Signs:
    """What of a mail is weighed. `said` is what stands above a returned mail, `returned` whether there is one."""

    fields: Fields
    sender: str
    subject: str
    said: str
    returned: bool
    null_sender: bool

    @property
    def passed_on(self) -> bool:
        """A person's copy of a report: forwarded, or quoted in an answer."""
        if self.by_server or self.null_sender:
            return False
        return bool(_PASSED_ON.match(self.subject)) or self.by_person

    @property
    def by_server(self) -> bool:
        local = self.sender.lower().partition("@")[0]
        raw = self.fields.first("from").lower()
        return bool(_SERVERS.match(local)) or "mailer-daemon" in raw or (not self.sender and "<>" in raw)

    @property
    def by_person(self) -> bool:
        """Written in a program that people write in, by nobody who is called a mail server."""
        return written_in_a_program(self.fields) and not self.by_server


def written_in_a_program(fields: Fields) -> bool:
    """Does it say that it was written in a program people write in?"""
    names = " ".join(decode_words(fields.first(name)) for name in ("user-agent", "x-mailer")).lower()
    return bool(_PROGRAMS.search(names))


def is_report(signs: Signs) -> bool:
    """Enough signs that a server speaks, and of a letter that did not arrive."""
    if signs.passed_on:
        return False
    machine = _machine(signs)
    told = _tells_of_failure(signs.subject)
    if not machine and not told:
        return False
    opening = " ".join(_unquoted(signs).lower().strip(" *=-_#\n").split())
    opened, first = _words_of_failure(opening)
    surely = _is_surely_a_server(signs, machine)
    if surely:
        told = told or tells_of_failure(signs.subject.lower())
        opened = opened or tells_of_failure(opening)
    addressed = "@" in signs.said and (opened or bool(_CODE.search(signs.said)))
    explained = surely and addressed and reason_in(signs.said) is not None
    failure = 2 * told + 2 * opened + addressed + explained + signs.returned
    answered = bool(_ANSWERED.match(signs.subject))
    if not machine:
        # Some servers sign as nobody in particular: then it must say so in the subject and in its very first words.
        named = (addressed or signs.returned) and not _ASKS.match(opening)
        return first and named and failure + first >= 5 + answered
    if machine == 1 and not (told or first or signs.returned):
        # Administrators are people as well, and write such words somewhere in their mail.
        return False
    return machine + failure >= 4 + answered and failure >= 2


def _is_surely_a_server(signs: Signs, machine: int) -> bool:
    """A daemon, or one that shows it by more than the name of an administrator: people bear that, too."""
    daemon = signs.by_server and bool(_DAEMON.search(signs.fields.first("from").lower()))
    return daemon or machine - _nobody(signs.sender) >= _SURELY


def _machine(signs: Signs) -> int:
    named = bool(_NAMES.search(decode_words(signs.fields.first("from")).lower()))
    reported = ascii_lower(signs.fields.first("content-type")).startswith("multipart/report")
    submitted = ascii_lower(signs.fields.first("auto-submitted")).startswith("auto-")
    lists = any(name in signs.fields for name in _LIST_SERVERS[:2])
    return 2 * (signs.by_server or named or lists) + signs.null_sender + reported + submitted + _nobody(signs.sender)


def _nobody(sender: str) -> bool:
    return bool(re.match(r"(?:no|do-?not)[-_.]?reply|auto|system|admin|server|root|support@mail", sender.lower()))


def _tells_of_failure(subject: str) -> bool:
    subject = subject.lower()
    return any(phrase in subject for phrase in words.SUBJECTS)


def _words_of_failure(opening: str) -> tuple[bool, bool]:
    """Whether the text tells of a failure, and whether it begins with that."""
    found = [(at, len(phrase.encode())) for phrase in words.OPENINGS if (at := opening.find(phrase)) >= 0]
    # A word or two are also how people begin.
    at = min((at for at, size in found if size >= _SHORTEST), default=-1)
    first = 0 <= at < _FIRST and not any(sign in opening[:at] for sign in ",:.!?")
    return bool(found), first


def _unquoted(signs: Signs) -> str:
    """What people quote is not what they say; servers mark addresses in the same way."""
    said = signs.said[:_OPENING]
    return said if signs.by_server else "\n".join(line for line in said.split("\n") if not line.startswith(">"))
