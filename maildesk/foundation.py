"""What every command stands on: the database at its newest schema, the raw mail, the keys, the words, the relay.

Each part is imported by the function that lays it: a command that needs only the first is not kept waiting.
"""

import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.clock import Clock, SystemClock
from maildesk.config import ConfigError, ImapSettings, Settings
from maildesk.errors import Deferred, Refused
from maildesk.mail import Ours
from maildesk.secret import reveal
from maildesk.settings_file import Configuration

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from maildesk.blobs import Blobs
    from maildesk.config.connections import ServerSettings
    from maildesk.notify.account import Account
    from maildesk.notify.post import Post
    from maildesk.notify.relay import Relay
    from maildesk.notify.templates import Templates
    from maildesk.oauth.keeping import TokenFile
    from maildesk.store import Store


@dataclass(frozen=True, slots=True)
class Foundation:
    """An open desk, before anything runs."""

    configuration: Configuration
    store: "Store"
    blobs: "Blobs"
    clock: Clock

    @property
    def settings(self) -> Settings:
        return self.configuration.settings


def lay_foundation(configuration: Configuration, clock: Clock | None = None) -> Foundation:
    """Opens database and raw mail, making or upgrading them.

    Raises Deferred where one cannot be reached or written, Refused where this installation cannot speak to it or it
    is not ours.
    """
    from maildesk.blobs import FileBlobs, S3Blobs
    from maildesk.migrate import upgrade

    settings, data = configuration.settings, configuration.data
    raw = settings.store.raw
    try:
        # Mail of other people: nobody but its owner and his group looks in.
        data.mkdir(mode=0o750, parents=True, exist_ok=True)
        store = _open_store(settings.store.url, data)
        upgrade(store)
        blobs: Blobs = FileBlobs(data / "raw") if raw == "files" else S3Blobs(raw, data / "tmp")
    except OSError as error:
        raise Deferred(f"the data folder cannot be used ({error.strerror})", everyone=True) from error
    return Foundation(configuration, store, blobs, clock or SystemClock())


def _open_store(url: str, data: Path) -> "Store":
    from maildesk.store import Store

    try:
        return Store(url, data)
    except ModuleNotFoundError as error:
        raise Refused("this installation cannot speak to PostgreSQL; install maildesk[postgres]") from error


def open_post(session: "Session", foundation: Foundation, compiled: Path | None = None) -> "Post":
    """Everything that telling people needs; makes the keys and the agents' people on the first start.

    `compiled` is a folder for compiled templates, so that the next start is faster.
    """
    from maildesk.desk.people import person_at
    from maildesk.keys import KeyRing, signing_keys
    from maildesk.notify.crowd import Crowd
    from maildesk.notify.outbox import turns_given
    from maildesk.notify.pace import LONGEST_WAIT, MINUTE, Pace
    from maildesk.notify.post import Post

    settings, now = foundation.settings, foundation.clock.now()
    most = settings.limits.auto_per_minute
    keys = signing_keys(session, now)
    team = [person_at(session, agent.email, agent.name, now) for agent in settings.agent]
    return Post(
        settings=settings,
        key_ring=KeyRing(keys),
        words=our_words(own_templates(foundation.configuration), compiled),
        blobs=foundation.blobs,
        pace=Pace(most, turns_given(session, now - MINUTE - LONGEST_WAIT, most)),
        crowd=Crowd(settings.limits.letters_per_sender),
        loop_id=loop_id(keys.first),
        team={person.id: person for person in team},
    )


def own_templates(configuration: Configuration) -> Path | None:
    """The operator's folder of templates; None where he has none. Raises Refused where it is not there."""
    if not configuration.settings.desk.templates:
        return None
    folder = configuration.folder / configuration.settings.desk.templates
    if not folder.is_dir():
        raise Refused(f"desk.templates: there is no folder {folder}")
    return folder


@lru_cache
def our_words(own: Path | None = None, compiled: Path | None = None) -> "Templates":
    """The letters in all languages, read once: they never change while a process runs. `own` is an operator's folder.

    Raises Refused for a template that cannot be read.
    """
    from maildesk.notify.templates import BadTemplate, Templates
    from maildesk.places import templates_folder

    words = Templates(templates_folder(), own, compiled)
    try:
        words.load_all()
    except BadTemplate as error:
        raise Refused(f"templates: {error}; `maildesk check` says more") from error
    return words


def loop_id(first: bytes) -> str:
    """What marks our letters as ours: derived from the first key, so all daemons of a desk share it and no other has
    it."""
    return sha256(b"maildesk-loop" + first).hexdigest()[:24]


def ours_of(settings: Settings, loop_id: str) -> Ours:
    """What reading a mail must know of us."""
    separator = "" if settings.desk.subaddress == "none" else settings.desk.subaddress
    agents = frozenset(one.lower() for agent in settings.agent for one in (agent.email, *agent.aliases))
    return Ours(settings.own_addresses, separator, settings.desk.languages, loop_id, agents)


def make_relay(configuration: Configuration) -> "Relay":
    """Where letters go: the configured relay, or the Maildir `sent` in the data folder."""
    from maildesk.notify.maildir import MaildirRelay
    from maildesk.notify.relay import SmtpRelay

    if not configuration.settings.relay.host:
        return MaildirRelay(configuration.data / "sent")
    return SmtpRelay(relay_account(configuration))


def relay_account(configuration: Configuration) -> "Account":
    """How to reach the configured relay. Raises as `reveal` does for a secret that is not there."""
    from maildesk.notify.account import Account

    relay = configuration.settings.relay
    token = token_of(relay, "relay", configuration.folder, configuration.data)
    wanted = relay.password if not token else None
    password = reveal(wanted, "relay.password", configuration.folder) if wanted else ""
    return Account(
        host=relay.host,
        port=relay.port,
        local_hostname=socket.gethostname(),
        tls=relay.tls,
        user=relay.user,
        password=password,
        token=token,
        ca_file=configuration.folder / relay.ca_file if relay.ca_file else None,
    )


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    """An [[imap]] table with its password revealed."""

    name: str
    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    folder: str
    processed: str
    first_sync: str
    ca_file: Path | None
    poll: timedelta
    #: Gives an access token, where one stands for the password.
    token: "Callable[[], str] | None" = field(default=None, repr=False)


def mailbox_account(settings: ImapSettings, folder: Path, data: Path) -> MailboxAccount:
    """How to reach a mailbox; `folder` is where relative paths start, `data` where tokens are kept. Raises ConfigError
    for a secret that is not there."""
    token = token_of(settings, "imap", folder, data)
    return MailboxAccount(
        name=settings.name,
        host=settings.host,
        port=settings.port,
        tls=settings.tls,
        user=settings.user,
        password=reveal(settings.password, "imap.password", folder) if settings.password and not token else "",
        folder=settings.folder,
        processed=settings.processed,
        first_sync=settings.first_sync,
        ca_file=folder / settings.ca_file if settings.ca_file else None,
        poll=settings.poll,
        token=token,
    )


def token_of(settings: "ServerSettings", key: str, folder: Path, data: Path) -> "Callable[[], str] | None":
    """Where an access token comes from; None where a password is used. A mailbox cannot log in without one: Deferred,
    also where somebody must log in first."""
    if settings.oauth.provider:
        tokens = token_file(settings, key, folder, data)

        def fresh() -> str:
            try:
                return tokens.access_token()
            except Refused as no:
                raise Deferred(no.reason, everyone=True) from no

        return fresh
    if settings.auth == "xoauth2" and settings.password:
        secret = settings.password

        def printed() -> str:
            try:
                return reveal(secret, f"{key}.password", folder)
            except ConfigError as error:
                raise Deferred(str(error), everyone=True) from error

        return printed
    return None


def logins_end(configuration: Configuration) -> "list[tuple[str, datetime]]":
    """Who is logged in with OAuth and until when, as far as anybody knows: the login, or the application's secret."""
    settings, found = configuration.settings, {}
    for key, server in [*(("imap", mailbox) for mailbox in settings.imap), ("relay", settings.relay)]:
        if not server.oauth.provider:
            continue
        known = token_file(server, key, configuration.folder, configuration.data).known()
        day = server.oauth.secret_ends
        ends = [datetime(day.year, day.month, day.day, tzinfo=UTC)] if day else []
        if known and known.refresh_until:
            ends.append(known.refresh_until)
        if ends:
            found[server.user] = min(ends)
    return list(found.items())


def token_file(settings: "ServerSettings", key: str, folder: Path, data: Path) -> "TokenFile":
    """The tokens of this server's user."""
    from maildesk.oauth.keeping import TokenFile

    secret = settings.oauth.secret
    asked = (lambda: reveal(secret, f"{key}.oauth.secret", folder)) if secret else (lambda: "")
    return TokenFile(settings.oauth, settings.user, data, SystemClock(), asked)
