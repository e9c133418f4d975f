"""What maildesk talks to: where mail comes from, where letters go, where both are kept. It never connects."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from maildesk.config.addresses import Database, Domain, Host, ListenAddress, NameServer, RawStore, is_loopback
from maildesk.config.table import Table, written
from maildesk.config.values import Line, Listen, Name, OptionalDay, OptionalSecret, Secret, SomeDuration, Whole

Tls = Literal["implicit", "starttls", "none"]


class StoreSettings(Table):
    # The address of a database may hold its password.
    url: Database = Field(default="sqlite", repr=False)
    raw: RawStore = "files"


class OauthSettings(Table):
    """An application registered at a provider; off without one. With `secret` it acts by itself at Microsoft, and
    Google wants it anyway. `server` stands in for the provider's host, where another one is to be asked.
    """

    provider: Literal["", "microsoft", "google"] = ""
    client_id: Line = ""
    tenant: Name = "organizations"
    secret: OptionalSecret = written("")
    # The day on which the secret ends, which no provider tells a program.
    secret_ends: OptionalDay = written("")
    server: Line = ""

    @property
    def by_itself(self) -> bool:
        """Does the application have the right itself, so that nobody logs in?"""
        return self.provider == "microsoft" and self.secret is not None

    @field_validator("client_id")
    @classmethod
    def _is_registered(cls, client_id: str, info: ValidationInfo) -> str:
        if info.data.get("provider") and not client_id:
            raise ValueError("must be the application that is registered there for maildesk")
        return client_id

    @field_validator("server")
    @classmethod
    def _is_encrypted(cls, server: str) -> str:
        host = urlsplit(server).hostname or ""
        if server and not (server.startswith("https://") or is_loopback(host)):
            raise ValueError('must begin with "https://"')
        return server.rstrip("/")


class ServerSettings(Table):
    """A server of others that maildesk logs in to. Plain text is for this machine alone."""

    host: Host = ""
    port: Whole = Field(ge=1, le=65_535)
    tls: Tls = "implicit"
    # Extra certificate authorities, as a PEM file; "" means those of the system.
    ca_file: Line = ""
    user: Line = ""
    # "xoauth2": the password is an access token, which a command prints.
    auth: Literal["password", "xoauth2"] = "password"
    oauth: OauthSettings = OauthSettings()
    password: OptionalSecret = written("")

    @field_validator("tls")
    @classmethod
    def _plain_text_stays_here(cls, tls: str, info: ValidationInfo) -> str:
        host = info.data.get("host", "")
        if tls == "none" and host and not is_loopback(host):
            raise ValueError(f'"none" is for this machine alone, and {host} is another; write "implicit" or "starttls"')
        return tls

    @field_validator("password")
    @classmethod
    def _goes_with_the_user(cls, password: Secret | None, info: ValidationInfo) -> Secret | None:
        if "oauth" not in info.data:
            return password
        oauth = bool(info.data["oauth"].provider)
        if oauth and password:
            raise ValueError("is not for oauth: take one of them away")
        if "user" in info.data and bool(info.data["user"]) != (bool(password) or oauth):
            raise ValueError("user and password go together: one of them is missing")
        return password


class ImapSettings(ServerSettings):
    """A folder to fetch from. `name` is what logs and the ledger call it: the user where nothing else is said."""

    host: Host = Field(min_length=1)
    port: Whole = Field(default=993, ge=1, le=65_535)
    user: Name
    name: Line = ""
    folder: Name = "INBOX"
    processed: Line = "Maildesk"
    first_sync: Literal["from_now", "all"] = "from_now"
    poll: SomeDuration = written("60s")

    @field_validator("name")
    @classmethod
    def _is_the_user_when_empty(cls, name: str, info: ValidationInfo) -> str:
        return name or str(info.data.get("user", ""))

    @field_validator("processed")
    @classmethod
    def _is_another_folder(cls, processed: str, info: ValidationInfo) -> str:
        if processed and processed == info.data.get("folder"):
            raise ValueError('must be another folder than the one mail comes to; write "" to flag done mail instead')
        return processed


class ListenSettings(Table):
    lmtp: Listen = written("")
    smtp: Listen = written("")
    http: Listen = written("")

    @field_validator("http")
    @classmethod
    def _has_a_port(cls, http: ListenAddress | None) -> ListenAddress | None:
        if http and http.path:
            raise ValueError('must be a host and a port, such as "127.0.0.1:9108"')
        return http


class RelaySettings(ServerSettings):
    """Without a host, letters go to the Maildir `sent` in the data folder.

    `return_path`: "signed" gives each letter an envelope sender of its own, so that what comes back names its letter.
    """

    port: Whole = Field(default=587, ge=1, le=65_535)
    tls: Tls = "starttls"
    return_path: Literal["auto", "signed", "plain"] = "auto"

    @property
    def signs_return_path(self) -> bool:
        """A relay that we log in to may let its user write in his own name alone, and refuse everything else."""
        return self.return_path == "signed" or (self.return_path == "auto" and bool(self.host) and not self.user)


class AuthSettings(Table):
    """Who is believed about a sender. DNS is asked only with `mx`, or for mail from one of `pinned_domains`."""

    # "*.example" stands for every server below it, "(unnamed)" for one that writes no name of its own.
    trusted_authserv_ids: tuple[Name, ...] = ()
    # How many Received fields our own servers put above their Authentication-Results.
    received_above: Whole = Field(default=0, ge=0, le=9)
    agents: Literal["dmarc_or_token", "strict", "relaxed"] = "dmarc_or_token"
    # Domains in A-labels whose DKIM signatures maildesk verifies itself.
    pinned_domains: tuple[Domain, ...] = ()
    # What comes in by listen.smtp comes from the world, with nobody before us who checks it.
    mx: bool = False
    trusted_arc_sealers: tuple[Domain, ...] = ()
    nameservers: tuple[NameServer, ...] = ()
