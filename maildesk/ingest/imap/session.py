"""One connection to one IMAP folder, in plain words. Raises Deferred only, with a remedy where there is one.

No text of a mail ever enters a command: UIDs are numbers, folder names come from the configuration.
"""

import imaplib
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from imapclient.exceptions import CapabilityError, LoginError

from maildesk.certificate_end import certificate_end
from maildesk.config.addresses import is_loopback
from maildesk.errors import Deferred
from maildesk.ingest.imap.trouble import conversation, shown
from maildesk.ingest.imap.wire import CHUNK, Broken, Client

KEYWORD: Final = "$Maildesk"
#: A folder with more mails is listed in steps, because a line of an answer has a limit.
LISTED_AT_ONCE: Final = 80_000
#: Servers may end an IDLE after 30 minutes (RFC 2177), and firewalls much earlier.
LONGEST_IDLE: Final = 540.0
_GLANCE: Final = 1.0
_LISTED_FOLDERS: Final = 12


class MailboxSettings(Protocol):
    """What is needed of a table [[imap]]; `password` is the secret itself."""

    @property
    def name(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def token(self) -> Callable[[], str] | None: ...
    @property
    def folder(self) -> str: ...
    @property
    def processed(self) -> str: ...
    @property
    def first_sync(self) -> str: ...
    @property
    def ca_file(self) -> str | Path | None: ...
    @property
    def poll(self) -> timedelta: ...


@dataclass(frozen=True, slots=True)
class Folder:
    """What SELECT told. `keywords`: may flags of our own be stored?"""

    uidvalidity: int
    uidnext: int
    exists: int
    keywords: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server: its size as the server states it, in bytes, and when it arrived there."""

    size: int
    arrived_at: datetime | None


class Session:
    """A logged-in connection. Use from one thread; `close()` at the end."""

    def __init__(self, settings: MailboxSettings) -> None:
        self._settings = settings
        self._where = f"{settings.host}:{settings.port}"
        with conversation(self._where):
            self._client = _connect(settings)
            try:
                _log_in(self._client, settings)
                self._prefix = _personal_prefix(self._client)
            except BaseException:
                self.close()
                raise

    def can(self, capability: str) -> bool:
        with conversation(self._where):
            return bool(self._client.has_capability(capability))

    def select(self, *, readonly: bool = False) -> Folder:
        """Opens the folder, anew each time: its UIDVALIDITY may have changed meanwhile."""
        try:
            with conversation(self._where):
                told = self._client.select_folder(self._name(self._settings.folder), readonly)
        except Deferred as trouble:
            raise Deferred(f"{trouble.reason}{self._other_folders()}", everyone=True) from trouble
        with conversation(self._where):
            validity, exists = int(told.get(b"UIDVALIDITY", 0)), int(told[b"EXISTS"])
            if validity <= 0:
                raise Broken("the server gives no UIDVALIDITY, so its mails cannot be told apart")
            return Folder(validity, self._uidnext(told), exists, b"\\*" in told.get(b"PERMANENTFLAGS", ()))

    def uids(self, first: int, last: int | None = None) -> list[int]:
        """The UIDs from first to last (None: to the end) that are there now, ascending."""
        end = "*" if last is None else str(last)
        with conversation(self._where):
            found = self._client.search(["UID", f"{first}:{end}"])
            # RFC 9051 9: "5:*" is the last mail where the last one is below 5.
            return sorted({uid for uid in found if uid >= first and (last is None or uid <= last)})

    def list(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Size and arrival of each; a mail that has gone is missing."""
        with conversation(self._where):
            rows = self._client.fetch(list(uids), ["RFC822.SIZE", "INTERNALDATE"])
            return {
                uid: Listed(int(row[b"RFC822.SIZE"]), row.get(b"INTERNALDATE"))
                for uid, row in rows.items()
                if b"RFC822.SIZE" in row
            }

    def chunks(self, uids: Sequence[int], offset: int = 0) -> dict[int, bytes]:
        """At most CHUNK bytes of each mail from an offset on; one that has gone, or has no body, is missing."""
        with conversation(self._where):
            rows = self._client.fetch(list(uids), [f"BODY.PEEK[]<{offset}.{CHUNK}>"])
            key = b"BODY[]<%d>" % offset
            return {uid: row[key] for uid, row in rows.items() if isinstance(row.get(key), bytes)}

    def folders(self) -> Sequence[str]:
        """The names of all folders, as the server gives them."""
        with conversation(self._where):
            return [str(name) for _, _, name in self._client.list_folders()]

    def make_folder(self, name: str) -> None:
        """Creates a folder, and shows it to mail clients, unless it is there."""
        folder = self._name(name)
        with conversation(self._where):
            if not self._client.folder_exists(folder):
                self._client.create_folder(folder)
                with suppress(imaplib.IMAP4.error):
                    self._client.subscribe_folder(folder)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """UID MOVE: each mail is either moved or untouched (RFC 6851)."""
        with conversation(self._where):
            self._client.move(list(uids), self._name(folder))

    def copy_and_remove(self, uids: Sequence[int], folder: str) -> None:
        """The same without MOVE. UID EXPUNGE removes these only, not what a person has marked (RFC 4315 2.1)."""
        with conversation(self._where):
            self._client.copy(list(uids), self._name(folder))
            self._client.add_flags(list(uids), [b"\\Deleted"], silent=True)
            self._client.uid_expunge(list(uids))

    def flag(self, uids: Sequence[int], flag: str) -> None:
        with conversation(self._where):
            self._client.add_flags(list(uids), [flag.encode("ascii")], silent=True)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Until the server has news, so many seconds have passed, or `stop` is set."""
        if not self.can("IDLE"):
            stop.wait(min(seconds, LONGEST_IDLE))
            return
        with conversation(self._where):
            if not self._client.has_news():
                self._idle(min(seconds, LONGEST_IDLE), stop)

    def certificate_ends(self) -> datetime | None:
        """When the server's certificate is good no more; None without TLS."""
        return certificate_end(self._client.socket())

    def close(self) -> None:
        """Hangs up. Without LOGOUT: nothing waits for its answer, and CLOSE would expunge what others marked."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._client.shutdown()

    def _idle(self, seconds: float, stop: threading.Event) -> None:
        end = time.monotonic() + seconds
        news: Any = self._client.begin_idle(seconds)
        while not news and not stop.is_set() and (now := time.monotonic()) < end:
            glance = min(_GLANCE, end - now)
            news = self._client.idle_check(timeout=glance)
            if not news and time.monotonic() - now < glance / 2:
                # Nothing, and too early: the connection is dead, and DONE will find out.
                break
        self._client.idle_done()

    def _uidnext(self, told: dict[bytes, Any]) -> int:
        if b"UIDNEXT" in told:
            return int(told[b"UIDNEXT"])
        # Optional in older servers (RFC 3501 6.3.1).
        return max(self._client.search(["UID", "*"]), default=0) + 1 if told[b"EXISTS"] else 1

    def _name(self, folder: str) -> str:
        """The folder as the server names it: some keep all of a person's folders below a prefix (RFC 2342)."""
        if not self._prefix or folder.upper() == "INBOX" or folder.startswith(self._prefix):
            return folder
        return self._prefix + folder

    def _other_folders(self) -> str:
        """The folders there are, for a person who has mistyped one. Nothing where the server is not to be asked."""
        with suppress(Exception):
            names = ", ".join(self.folders()[:_LISTED_FOLDERS])
            return f"; imap.folder is {self._settings.folder!r}, the server has {names}"
        return ""


def _connect(settings: MailboxSettings) -> Client:
    for folder in (settings.folder, settings.processed):
        if any(letter in folder for letter in "\r\n\0"):
            raise Deferred(f"imap.{settings.name}: a folder name holds a line end", everyone=True)
    if settings.tls == "none":
        if not is_loopback(settings.host):
            raise Deferred("imap.tls is none: without TLS a password goes to this machine only", everyone=True)
        return Client(settings.host, settings.port, None)
    context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    if settings.tls == "implicit":
        return Client(settings.host, settings.port, context)
    client = Client(settings.host, settings.port, None)
    try:
        client.starttls(context)
    except BaseException as error:
        with suppress(OSError):
            client.shutdown()
        if isinstance(error, CapabilityError):
            raise Broken("the server offers no STARTTLS, and nothing is sent in the clear") from error
        raise
    return client


def _log_in(client: Client, settings: MailboxSettings) -> None:
    """An access token where there is one; else SASL PLAIN first, because it takes any letter in a password."""
    try:
        if settings.token is not None:
            client.oauth2_login(settings.user, settings.token())
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(settings.user, settings.password)
        elif client.has_capability("LOGINDISABLED"):
            raise Broken("the server allows no login on this connection: set imap.tls")
        else:
            client.login(settings.user, settings.password)
    except LoginError as error:
        if settings.token is not None:
            raise Deferred(
                f"{settings.host}: the access token of {settings.user!r} was refused ({shown(error)}): "
                "`maildesk auth test` says what it is for",
                everyone=True,
            ) from error
        raise Deferred(
            f"{settings.host}: user {settings.user!r} or the password was refused ({shown(error)}): correct "
            "imap.user and imap.password; many providers want an app password or OAuth here",
            everyone=True,
        ) from error


def _personal_prefix(client: Client) -> str:
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""
