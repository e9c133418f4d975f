"""How does mail come in and go out, and who may reach us? From the settings alone: it connects to nobody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from maildesk.checks.finding import Finding, fail, ok, warn
from maildesk.config import ListenAddress, is_loopback
from maildesk.errors import Refused
from maildesk.ingest.sender_proof.examiners import means_of
from maildesk.settings_file import Configuration

#: What a stranger who reaches the place can do there.
_OPEN_TO: Final = {
    "lmtp": "hand in mail without being checked for spam or forgery",
    "smtp": "hand in mail without being checked for spam or forgery",
    "http": "read the desk's figures",
}


def check_intake(configuration: Configuration) -> Iterator[Finding]:
    settings = configuration.settings
    roads = [f"mailbox {mailbox.name}" for mailbox in settings.imap]
    roads += [f"{kind} on {place}" for kind, place in _places(configuration) if kind != "http"]
    if roads:
        yield ok("intake", ", ".join(roads))
    else:
        found = "neither [[imap]] nor [listen]: mail comes in through `maildesk deliver` and `maildesk import` alone"
        yield warn("intake", found, "write an [[imap]] table, or listen.lmtp behind a mail server")


def check_listen(configuration: Configuration) -> Iterator[Finding]:
    for kind, place in _places(configuration):
        yield _listening(f"listen.{kind}", kind, place)


def check_relay(configuration: Configuration) -> Iterator[Finding]:
    relay = configuration.settings.relay
    if not relay.host:
        found = f"no host: letters go to the Maildir {configuration.data / 'sent'} and reach nobody"
        yield warn("relay", found, "write relay.host, and user and password where it wants a login")
        return
    who = f"as {relay.user}" if relay.user else "without a login"
    yield ok("relay", f"{relay.host}:{relay.port}, tls {relay.tls}, {who}")


def check_auth(configuration: Configuration) -> Iterator[Finding]:
    auth = configuration.settings.auth
    if auth.mx or auth.pinned_domains:
        yield from _verified_here(configuration)
    if auth.mx and not auth.trusted_authserv_ids and configuration.settings.listen.smtp:
        return
    if auth.trusted_authserv_ids:
        yield ok("auth.trusted_authserv_ids", f"{', '.join(auth.trusted_authserv_ids)}; agents: {auth.agents}")
        return
    means = {
        "dmarc_or_token": "agents are believed only when they answer a letter that carries their own signed address",
        "relaxed": "agents are believed only when they answer a letter that went to them",
        "strict": "no agent is ever believed, so nobody can answer",
    }[auth.agents]
    found = f"empty: no Authentication-Results count, so {means}"
    remedy = "write the authserv-id your own mail server puts into Authentication-Results, and let it remove strangers'"
    name = "auth.trusted_authserv_ids"
    yield fail(name, found, remedy) if auth.agents == "strict" else warn(name, found, remedy)


def _verified_here(configuration: Configuration) -> Iterator[Finding]:
    """What maildesk finds out itself about senders."""
    auth, listen = configuration.settings.auth, configuration.settings.listen
    try:
        means_of(configuration.settings)
    except Refused as error:
        yield fail("auth", error.reason, 'run `pip install "maildesk[mx]"`')
    if auth.mx and not listen.smtp:
        yield fail("auth.mx", "nothing comes from the world: listen.smtp is off", "write listen.smtp, or mx = false")
    elif auth.mx:
        yield ok("auth.mx", f"SPF, DKIM, DMARC and ARC are asked for mail that comes by {listen.smtp}")
    if auth.pinned_domains:
        yield ok("auth.pinned_domains", f"DKIM of {', '.join(auth.pinned_domains)} is verified here")


def _places(configuration: Configuration) -> list[tuple[str, ListenAddress]]:
    listen = configuration.settings.listen
    given = (("lmtp", listen.lmtp), ("smtp", listen.smtp), ("http", listen.http))
    return [(kind, place) for kind, place in given if place is not None]


def _listening(what: str, kind: str, place: ListenAddress) -> Finding:
    if place.path and not Path(place.path).parent.is_dir():
        return fail(what, f"{place}: there is no folder {Path(place.path).parent}", "make it, for the mail server too")
    if place.path or is_loopback(place.host):
        return ok(what, str(place))
    remedy = f'listen on this machine alone, such as "127.0.0.1:{place.port}", or close the port to strangers'
    return warn(what, f"{place}: whoever reaches it can {_OPEN_TO[kind]}", remedy)
