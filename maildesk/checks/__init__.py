"""What `maildesk check` looks at: every setting, and with --live every connection. It shows no secret.

finding      what a check says: OK, WARN or FAIL, with a remedy
asking       the questions, none of which ends the others, and their time
team, roads  people; the ways of mail        disk, database, machine   what it stands on
own_templates  the words of letters that an operator changed
secrecy      passwords                       authorities, certificate  whom a connection trusts, what a server shows
live_*       one server each                 remedies, unreachable     from the trouble to what to do
live_proof   a mail to the desk itself       trace                     what is written on it on its way
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from maildesk.checks.asking import LIVE_SECONDS, Question, Tell, answers, answers_within
from maildesk.checks.authorities import check_authorities
from maildesk.checks.database import check_database
from maildesk.checks.disk import can_speak_s3, check_data, check_raw
from maildesk.checks.finding import Finding, Grade
from maildesk.checks.live_mailbox import try_mailbox
from maildesk.checks.live_proof import ROUND_TRIP_SECONDS, try_proof
from maildesk.checks.live_raw import try_raw
from maildesk.checks.live_relay import try_relay
from maildesk.checks.machine import check_clock, check_templates, check_zones
from maildesk.checks.own_templates import check_own_templates
from maildesk.checks.roads import check_auth, check_intake, check_listen, check_relay
from maildesk.checks.secrecy import check_secrets
from maildesk.checks.team import check_agents, check_desk
from maildesk.settings_file import Configuration

__all__ = ["Finding", "Grade", "check_connections", "check_settings"]

#: For both mails to the desk itself, and what the relay may take to accept them.
PROOF_SECONDS: Final = 2 * ROUND_TRIP_SECONDS + 10.0

#: In the order in which they are told: what is looked at, its table of the configuration, and how.
_SETTINGS: Final[tuple[tuple[str, str, Callable[[Configuration], Iterator[Finding]]], ...]] = (
    ("desk", "desk", check_desk),
    ("data folder", "desk", check_data),
    ("database", "store", check_database),
    ("raw mail", "store", check_raw),
    ("agents", "agent", check_agents),
    ("intake", "imap", check_intake),
    ("listeners", "listen", check_listen),
    ("relay", "relay", check_relay),
    ("proof of senders", "auth", check_auth),
    ("certificate authorities", "relay", check_authorities),
    ("secrets", "relay", check_secrets),
    ("templates", "desk", check_templates),
    ("own templates", "desk", check_own_templates),
    ("time zones", "desk", check_zones),
    ("clock", "desk", check_clock),
)


def _silence(_what: str) -> None:
    pass


def check_settings(configuration: Configuration, tell: Tell = _silence) -> Iterable[Finding]:
    """What can be seen from here, the database included, wherever it is. Raises nothing; `tell` hears each area."""
    for what, key, check in _SETTINGS:
        tell(what)
        yield from answers(Question(what, key, partial(check, configuration)))


def check_connections(configuration: Configuration, tell: Tell = _silence) -> Iterable[Finding]:
    """Logs in to every mailbox and the relay, and writes to an S3 store; at most 15 s in all. Then two mails are sent
    to the desk itself, for at most a minute. Raises nothing."""
    yield from answers_within(_servers(configuration), tell, LIVE_SECONDS)
    yield from answers_within(_round_trips(configuration), tell, PROOF_SECONDS)


def _round_trips(configuration: Configuration) -> list[Question]:
    """Where letters leave and mail comes in, one can be sent to the desk itself."""
    settings = configuration.settings
    if not settings.relay.host or not (settings.imap or settings.listen.lmtp or settings.listen.smtp):
        return []
    return [Question("proof of senders", "relay", partial(try_proof, configuration))]


def _servers(configuration: Configuration) -> list[Question]:
    settings, folder = configuration.settings, configuration.folder
    questions = [
        Question(f"imap.{mailbox.name}", "imap", partial(try_mailbox, mailbox, folder, configuration.data))
        for mailbox in settings.imap
    ]
    if settings.relay.host:
        questions.append(Question("relay", "relay", partial(try_relay, configuration)))
    # Without the library, check_settings has said so.
    if settings.store.raw != "files" and can_speak_s3():
        questions.append(Question("store.raw", "store", partial(try_raw, settings.store.raw)))
    return questions
