"""Can every secret be had, and by nobody else? Each is revealed, and neither shown nor kept."""

import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import make_url

from maildesk.checks.asking import Question, answers
from maildesk.checks.finding import Finding, ok, warn
from maildesk.config import Secret
from maildesk.secret import reveal
from maildesk.settings_file import Configuration


def check_secrets(configuration: Configuration) -> Iterator[Finding]:
    for key, secret in _secrets(configuration):
        yield from answers(Question(key, key.partition(".")[0], partial(_look, key, secret, configuration)))


def _secrets(configuration: Configuration) -> list[tuple[str, Secret]]:
    """Under the key of its table; mailboxes by their name."""
    settings = configuration.settings
    given = [(f"imap.{mailbox.name}.password", mailbox.password) for mailbox in settings.imap]
    given.append(("relay.password", settings.relay.password))
    url = settings.store.url
    given.append(("store.url", Secret("plain", url) if url != "sqlite" and make_url(url).password else None))
    return [(key, secret) for key, secret in given if secret is not None]


def _look(key: str, secret: Secret, configuration: Configuration) -> Iterator[Finding]:
    reveal(secret, key, configuration.folder)
    file = _kept_in(secret, configuration)
    if file is not None and _is_public(file):
        yield warn(key, f"it can be had, and every user of this machine may read {file}", f"chmod o= {file}")
        return
    where = {
        "plain": "in the configuration itself",
        "env": f"in the variable {secret.value}",
        "file": f"in {file}",
        # A command may hold a secret in its arguments.
        "command": "from a command",
    }[secret.source]
    yield ok(key, f"it can be had, {where}")


def _kept_in(secret: Secret, configuration: Configuration) -> Path | None:
    if secret.source == "file":
        return configuration.folder / secret.value
    # It may have come from a variable instead.
    file = configuration.file if secret.source == "plain" else None
    return file if file is not None and secret.value in file.read_text(encoding="utf-8-sig") else None


def _is_public(file: Path) -> bool:
    return bool(file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
