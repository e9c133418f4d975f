"""A server that does not let us in: why, in plain words, and whose certificate it shows where that is the matter."""

import ssl
from typing import Literal

from maildesk.checks.certificate import names_shown
from maildesk.checks.finding import Finding, fail
from maildesk.checks.remedies import cause_in, remedy_for
from maildesk.config import ImapSettings, RelaySettings
from maildesk.errors import Deferred, Refused


def unreachable(
    what: str, trouble: Deferred | Refused, server: ImapSettings | RelaySettings, protocol: Literal["imap", "smtp"]
) -> Finding:
    """Asks the server once more where the certificate was wrong, for the names in it."""
    found = trouble.reason
    if cause_in(trouble, ssl.SSLCertVerificationError) is not None:
        names = names_shown(server.host, server.port, protocol, server.tls)
        found += (
            f"; the certificate is for {', '.join(names) or 'no host that it names'}, the setting says {server.host}"
        )
    return fail(what, found, remedy_for(trouble, "relay" if protocol == "smtp" else "imap"))
