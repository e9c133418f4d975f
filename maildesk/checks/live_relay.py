"""Does the relay let us in, and does it take letters as large as ours? No letter is sent."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from maildesk.checks.authorities import trusting
from maildesk.checks.finding import Finding, ok, warn
from maildesk.checks.unreachable import unreachable
from maildesk.errors import Deferred, Refused
from maildesk.foundation import relay_account
from maildesk.notify.line import Line
from maildesk.settings_file import Configuration

_SECONDS: Final = 12.0
_CONNECT_SECONDS: Final = 8.0
_MEGABYTE: Final = 1_000_000


def try_relay(configuration: Configuration) -> Iterator[Finding]:
    """Connects, greets, encrypts and logs in as the daemon does."""
    relay = configuration.settings.relay
    context = trusting("relay.ca_file", relay.ca_file, configuration.folder)
    account = replace(relay_account(configuration), connect_seconds=_CONNECT_SECONDS, reply_seconds=_SECONDS)
    try:
        line = Line(account, context, time.monotonic() + _SECONDS)
    except (Deferred, Refused) as trouble:
        yield unreachable("relay", trouble, relay, "smtp")
        return
    largest = line.largest
    line.quit()
    who = f"{relay.user} is logged in" if relay.user else "connected"
    yield ok("relay", f"{who} at {relay.host}:{relay.port}, tls {relay.tls}")
    yield _size(largest, configuration.settings.limits.message_size)


def _size(largest: int | None, ours: int) -> Finding:
    if largest is None:
        return ok("relay size", "the relay states no limit")
    found = f"the relay takes {largest / _MEGABYTE:.1f} MB, maildesk {ours / _MEGABYTE:.1f} MB (limits.message_size)"
    if largest < ours:
        remedy = (
            "lower limits.message_size to the relay's, or let it take more: larger answers come in and cannot leave"
        )
        return warn("relay size", found, remedy)
    return ok("relay size", found)
