"""Whom do we trust to vouch for a server? The certificate authorities of a `ca_file`, or those of the system."""

import ssl
from pathlib import Path

from maildesk.config import ConfigError, Problem


def trusting(key: str, ca_file: str, folder: Path) -> ssl.SSLContext:
    """What a connection is verified with. Raises ConfigError, naming `key`, for a file that is no certificate."""
    try:
        return ssl.create_default_context(cafile=folder / ca_file if ca_file else None)
    except ssl.SSLError:
        problem = f"is {folder / ca_file}, which holds no certificate; save the authority's as PEM"
    except OSError as error:
        problem = f"is {folder / ca_file}, which cannot be read ({error.strerror}); put the authority's there as PEM"
    raise ConfigError([Problem((key,), problem)])
