"""Whom do we trust to vouch for a server? The certificate authorities of a `ca_file`, or those of the system."""

import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from maildesk.checks.asking import Question, answers
from maildesk.checks.finding import Finding, ok
from maildesk.config import ConfigError, Problem
from maildesk.settings_file import Configuration


def check_authorities(configuration: Configuration) -> Iterator[Finding]:
    """Each `ca_file` that is named."""
    settings = configuration.settings
    named = [(f"imap.{mailbox.name}.ca_file", mailbox.ca_file) for mailbox in settings.imap]
    for key, ca_file in (*named, ("relay.ca_file", settings.relay.ca_file)):
        if ca_file:
            yield from answers(Question(key, key, partial(_look, key, ca_file, configuration.folder)))


def trusting(key: str, ca_file: str, folder: Path) -> ssl.SSLContext:
    """What a connection is verified with. Raises ConfigError, naming `key`, for a file that is no certificate."""
    try:
        return ssl.create_default_context(cafile=folder / ca_file if ca_file else None)
    except ssl.SSLError:
        problem = f"is {folder / ca_file}, which holds no certificate; save the authority's as PEM"
    except OSError as error:
        problem = f"is {folder / ca_file}, which cannot be read ({error.strerror}); put the authority's there as PEM"
    raise ConfigError([Problem((key,), problem)])


def _look(key: str, ca_file: str, folder: Path) -> Iterator[Finding]:
    count = trusting(key, ca_file, folder).cert_store_stats()["x509_ca"]
    yield ok(key, f"{folder / ca_file} holds {count} authorities")
