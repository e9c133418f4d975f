"""Where does a provider hand out tokens, and what for? Addresses and scopes alone; it asks nobody."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from maildesk.config import OauthSettings

#: Nobody listens there: the address that the browser ends at is copied back by hand (RFC 8252 7.3).
REDIRECT: Final = "http://localhost"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """`device` is "" where a provider gives no mail by device code; `own_scope` is for an application by itself."""

    authorize: str
    token: str
    device: str
    scope: str
    own_scope: str


def endpoints_of(settings: OauthSettings) -> Endpoints:
    """Those of the provider; `settings.server` stands in for its host."""
    if settings.provider == "google":
        server = settings.server or "https://oauth2.googleapis.com"
        accounts = settings.server or "https://accounts.google.com"
        # Google's device flow knows no mail scope.
        return Endpoints(f"{accounts}/o/oauth2/v2/auth", f"{server}/token", "", "https://mail.google.com/", "")
    server = settings.server or "https://login.microsoftonline.com"
    base = f"{server}/{quote(settings.tenant, safe='')}/oauth2/v2.0"
    # One token serves both: the two names of the host are one resource.
    wanted = ("IMAP.AccessAsUser.All", "SMTP.Send")
    scope = " ".join([*(f"https://outlook.office.com/{right}" for right in wanted), "offline_access"])
    own = "https://outlook.office365.com/.default"
    return Endpoints(f"{base}/authorize", f"{base}/token", f"{base}/devicecode", scope, own)
