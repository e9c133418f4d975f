"""Who keeps the mail of an address? Well-known providers, by domain and by the names of their MX. It asks nobody."""

from dataclasses import dataclass
from typing import Final

APP_PASSWORD: Final = "make an app password in the account's security settings; the usual one is refused"


@dataclass(frozen=True, slots=True)
class Provider:
    """Where its mailboxes and its relay are. Mail comes by TLS from the first byte (993). `note` is for the operator.

    `oauth`: "" where a password does, else the provider's name in the setting `oauth`.
    """

    name: str
    imap: str
    smtp: str
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    note: str = ""
    oauth: str = ""


GOOGLE: Final = Provider("Google", "imap.gmail.com", "smtp.gmail.com", note=APP_PASSWORD)
MICROSOFT: Final = Provider(
    "Microsoft 365",
    "outlook.office365.com",
    "smtp.office365.com",
    note="passwords are refused: register an application in Entra, then `maildesk auth login`",
    oauth="microsoft",
)
FASTMAIL: Final = Provider("Fastmail", "imap.fastmail.com", "smtp.fastmail.com", note=APP_PASSWORD)
ICLOUD: Final = Provider("iCloud", "imap.mail.me.com", "smtp.mail.me.com", note=APP_PASSWORD)
YAHOO: Final = Provider("Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com", note=APP_PASSWORD)
MAILBOX_ORG: Final = Provider("mailbox.org", "imap.mailbox.org", "smtp.mailbox.org")
DOMENESHOP: Final = Provider("Domeneshop", "imap.domeneshop.no", "smtp.domeneshop.no")
NAVER: Final = Provider(
    "Naver", "imap.naver.com", "smtp.naver.com", note="switch IMAP/SMTP on in the mail settings; " + APP_PASSWORD
)
DAUM: Final = Provider(
    "Daum",
    "imap.daum.net",
    "smtp.daum.net",
    465,
    "implicit",
    note="switch IMAP/SMTP on in the mail settings; " + APP_PASSWORD,
)
GMX: Final = Provider("GMX", "imap.gmx.net", "mail.gmx.net", note="switch IMAP on in the mail settings")
WEB_DE: Final = Provider("WEB.DE", "imap.web.de", "smtp.web.de", note="switch IMAP on in the mail settings")
AOL: Final = Provider("AOL", "imap.aol.com", "smtp.aol.com", note=APP_PASSWORD)
ZOHO: Final = Provider("Zoho", "imap.zoho.com", "smtp.zoho.com", note=APP_PASSWORD)
POSTEO: Final = Provider("Posteo", "posteo.de", "posteo.de")
RUNBOX: Final = Provider("Runbox", "mail.runbox.com", "mail.runbox.com", note=APP_PASSWORD)

_BY_DOMAIN: Final[dict[Provider, str]] = {
    GOOGLE: "gmail.com googlemail.com",
    MICROSOFT: "outlook.com hotmail.com live.com msn.com live.no hotmail.no",
    FASTMAIL: "fastmail.com fastmail.fm",
    ICLOUD: "icloud.com me.com mac.com",
    YAHOO: "yahoo.com yahoo.co.uk yahoo.no ymail.com",
    MAILBOX_ORG: "mailbox.org",
    DOMENESHOP: "domeneshop.no",
    NAVER: "naver.com",
    DAUM: "daum.net hanmail.net",
    GMX: "gmx.net gmx.de gmx.com gmx.at gmx.ch",
    WEB_DE: "web.de",
    AOL: "aol.com",
    ZOHO: "zoho.com zohomail.com",
    POSTEO: "posteo.de posteo.net",
    RUNBOX: "runbox.com runbox.no",
}
#: Ends of the names of mail servers, for domains of their customers.
_BY_MX: Final[dict[Provider, str]] = {
    GOOGLE: "google.com googlemail.com",
    MICROSOFT: "mail.protection.outlook.com mx.microsoft",
    FASTMAIL: "messagingengine.com",
    ICLOUD: "mail.icloud.com",
    YAHOO: "yahoodns.net",
    MAILBOX_ORG: "mailbox.org",
    DOMENESHOP: "domeneshop.no",
    ZOHO: "zoho.com",
    POSTEO: "posteo.de",
    RUNBOX: "runbox.com",
}


def provider_of(domain: str) -> Provider | None:
    """By the domain of an address alone."""
    return next((provider for provider, domains in _BY_DOMAIN.items() if domain.lower() in domains.split()), None)


def provider_by_mx(servers: list[str]) -> Provider | None:
    """By the mail servers of a domain, the first one that is known."""
    for server in servers:
        name = f".{server.lower().rstrip('.')}"
        for provider, ends in _BY_MX.items():
            if any(name.endswith(f".{end}") for end in ends.split()):
                return provider
    return None


def guessed(domain: str) -> Provider:
    """What most domains of their own have."""
    return Provider(domain, f"imap.{domain}", f"smtp.{domain}", note="the names of the servers are a guess")
