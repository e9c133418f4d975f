"""What the first configuration says: the few lines that differ from the defaults. It writes no file and asks nobody."""

import json
from dataclasses import dataclass

from maildesk.beginning.providers import Provider

_DEFAULT_PORT, _DEFAULT_TLS = 587, "starttls"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator said. `secret` is the file of the password, seen from the configuration; `agent` may be ""."""

    address: str
    provider: Provider
    user: str
    secret: str
    agent: str = ""
    operator: str = ""
    oauth_client: str = ""
    oauth_tenant: str = ""


def written(wishes: Wishes) -> str:
    """The text of the file, which `check` accepts."""
    proof = _proof(wishes)
    login = [f"user = {_text(wishes.user)}", proof]
    relay = [f"host = {_text(wishes.provider.smtp)}"]
    if wishes.provider.smtp_port != _DEFAULT_PORT:
        relay.append(f"port = {wishes.provider.smtp_port}")
    if wishes.provider.smtp_tls != _DEFAULT_TLS:
        relay.append(f"tls = {_text(wishes.provider.smtp_tls)}")
    desk = [f"address = {_text(wishes.address)}"]
    if wishes.operator:
        desk.append(f"operator = {_text(wishes.operator)}")
    tables = [
        ["[desk]", *desk],
        ["[[imap]]", f"host = {_text(wishes.provider.imap)}", *login],
        ["[relay]", *relay, *login],
    ]
    if wishes.agent:
        tables.append(["[[agent]]", f"email = {_text(wishes.agent)}"])
    return "\n".join("".join(f"{line}\n" for line in table) for table in tables)


def _proof(wishes: Wishes) -> str:
    if not wishes.oauth_client:
        return f"password = {{ file = {_text(wishes.secret)} }}"
    tenant = f", tenant = {_text(wishes.oauth_tenant)}" if wishes.oauth_tenant else ""
    return f"oauth = {{ provider = {_text(wishes.provider.oauth)}, client_id = {_text(wishes.oauth_client)}{tenant} }}"


def _text(value: str) -> str:
    """A basic string of TOML, which has the escapes of JSON."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
