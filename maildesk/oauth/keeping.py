"""Keeps the tokens of a login in a file of the data folder, and renews the access token before it ends.

Several processes share the file: who renews holds its lock, because many a refresh token works once.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from maildesk.blobs import deferred_trouble
from maildesk.clock import Clock
from maildesk.config import OauthSettings
from maildesk.errors import Refused
from maildesk.oauth.asking import Client, Granted
from maildesk.oauth.endpoints import endpoints_of

#: Renewed so long before its end, that no login begins with one that ends meanwhile.
_EARLY: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Login:
    """What is known of a login. `refresh_until` None: the provider does not say."""

    at: datetime
    access_until: datetime
    refresh_until: datetime | None


class TokenFile:
    """The tokens of one user at one provider. `secret` reveals the client's secret."""

    def __init__(
        self, settings: OauthSettings, user: str, data: Path, clock: Clock, secret: Callable[[], str] = lambda: ""
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._secret = secret
        # IMAP and relay of one user have the same.
        name = "\n".join((settings.provider, settings.client_id, settings.tenant, user.lower()))
        self._folder = data / "oauth"
        self._file = self._folder / f"{sha256(name.encode()).hexdigest()[:16]}.json"

    @property
    def by_itself(self) -> bool:
        """The application has the right itself: nobody logs in."""
        return self._settings.by_itself

    def client(self) -> Client:
        return Client(endpoints_of(self._settings), self._settings.client_id, self._secret())

    def access_token(self) -> str:
        """One that is good for a while. Raises Refused where somebody must log in, Deferred where it can wait."""
        with self._locked():
            kept = self._read()
            if kept and datetime.fromisoformat(kept["access_until"]) - _EARLY > self._clock.now():
                return str(kept["access"])
            if self.by_itself:
                return self._write(self.client().for_itself()).access
            if not kept:
                raise Refused("nobody has logged in yet: maildesk auth login")
            return self._write(self.client().anew(kept["refresh"]), kept).access

    def keep(self, granted: Granted) -> None:
        """After a login."""
        with self._locked():
            self._write(granted)

    def known(self) -> Login | None:
        """None where nobody has logged in. Asks nobody."""
        kept = self._read()
        if not kept:
            return None
        until = kept.get("refresh_until")
        return Login(
            datetime.fromisoformat(kept["at"]),
            datetime.fromisoformat(kept["access_until"]),
            datetime.fromisoformat(until) if until else None,
        )

    def _read(self) -> dict[str, Any]:
        """What is kept; nothing where the file is not there, or not as it was written."""
        with deferred_trouble():
            try:
                found = json.loads(self._file.read_text())
                for name in ("at", "access_until", "refresh_until"):
                    if found[name] is not None or name != "refresh_until":
                        datetime.fromisoformat(found[name]).astimezone(UTC)
                return {**found, "access": str(found["access"]), "refresh": str(found["refresh"])}
            except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
                return {}

    def _write(self, granted: Granted, before: dict[str, Any] | None = None) -> Granted:
        now = self._clock.now()
        until = now + timedelta(seconds=granted.refresh_expires_in) if granted.refresh_expires_in else None
        document = {
            "access": granted.access,
            "refresh": granted.refresh,
            "at": before["at"] if before else now.isoformat(),
            "access_until": (now + timedelta(seconds=granted.expires_in)).isoformat(),
            "refresh_until": until.isoformat() if until else (before or {}).get("refresh_until"),
        }
        part = self._file.with_suffix(".part")
        with deferred_trouble():
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(document, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._file)
        return granted

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with deferred_trouble():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
