"""Asks a provider for tokens: for the application itself, by device code, by a pasted address, or anew.

RFC 6749, RFC 8628, RFC 7636.

Raises Refused where a person must do something, with what; Deferred where it may be better later. No token and no
secret is ever in an error.
"""

import base64
import hashlib
import json
import secrets
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from maildesk.errors import Deferred, Refused
from maildesk.oauth.endpoints import REDIRECT, Endpoints

SECONDS: Final = 20.0
_LARGEST: Final = 1_000_000
#: Seconds. Ten years: nothing is granted for longer.
_LONGEST: Final = 315_576_000
_PENDING, _SLOWER = "authorization_pending", "slow_down"
#: What a provider says, and what to do (the first that is found in its words).
_REMEDIES: Final = (
    ("AADSTS7000222", "the client secret has expired: make a new one in Entra (Certificates & secrets)"),
    ("AADSTS7000215", "the client secret is wrong: the setting needs its value, not its id"),
    ("AADSTS50011", f"register the redirect address {REDIRECT} for the application"),
    ("AADSTS700016", "correct oauth.client_id and oauth.tenant: there is no such application in this directory"),
    ("AADSTS65001", "an administrator must consent to IMAP and SMTP for this application"),
    ("AADSTS50105", "assign the application to the user of the mailbox"),
    ("invalid_grant", "log in again: maildesk auth login"),
    ("invalid_client", "correct oauth.client_id and oauth.secret"),
    ("access_denied", "the login was declined; log in again: maildesk auth login"),
    ("expired_token", "nobody entered the code in time; log in again: maildesk auth login"),
)


@dataclass(frozen=True, slots=True)
class Granted:
    """`expires_in` seconds; `refresh` is "" for an application by itself. `refresh_expires_in` 0: not said."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int = 0


@dataclass(frozen=True, slots=True)
class Client:
    """The registered application."""

    endpoints: Endpoints
    client_id: str
    secret: str = field(default="", repr=False)

    def for_itself(self) -> Granted:
        """The client credentials grant: nobody logs in."""
        return self._granted({"grant_type": "client_credentials", "scope": self.endpoints.own_scope})

    def anew(self, refresh: str) -> Granted:
        granted = self._granted({"grant_type": "refresh_token", "refresh_token": refresh})
        # A provider that gives no new one means the old one to be used on.
        return granted if granted.refresh else Granted(granted.access, refresh, granted.expires_in)

    def by_device(self, show: Callable[[str, str], None], wait: Callable[[float], object]) -> Granted:
        """`show` gets the address to open and the code to enter there; `wait` pauses between two questions."""
        told = _post(self.endpoints.device, {"client_id": self.client_id, "scope": self.endpoints.scope})
        if "device_code" not in told or "user_code" not in told:
            raise _refusal(told)
        show(str(told.get("verification_uri") or told.get("verification_url")), str(told["user_code"]))
        interval = _seconds(told, "interval", 5)
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        for _ in range(max(1, _seconds(told, "expires_in", 900) // max(interval, 1))):
            wait(interval)
            answer = self._ask({"grant_type": grant, "device_code": str(told["device_code"])})
            if answer.get("error") == _SLOWER:
                interval += 5
            elif answer.get("error") != _PENDING:
                return _grant_in(answer)
        raise _refusal({"error": "expired_token"})

    def by_pasted_address(self, ask: Callable[[str], str]) -> Granted:
        """`ask` shows an address to open, and returns the one that the browser ended at. With PKCE (RFC 7636)."""
        verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        question = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": self.endpoints.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        found = parse_qs(urlsplit(ask(f"{self.endpoints.authorize}?{urlencode(question)}").strip()).query)
        if "error" in found:
            raise _refusal({"error": found["error"][0]})
        if found.get("state") != [state] or "code" not in found:
            raise Refused("this is not the address of this login: paste all of it, from http to its end")
        code = {"code": found["code"][0], "redirect_uri": REDIRECT, "code_verifier": verifier}
        return self._granted({"grant_type": "authorization_code", **code})

    def _granted(self, form: Mapping[str, str]) -> Granted:
        return _grant_in(self._ask(form))

    def _ask(self, form: Mapping[str, str]) -> dict[str, Any]:
        proof = {"client_secret": self.secret} if self.secret else {}
        return _post(self.endpoints.token, {"client_id": self.client_id, **proof, **form})


def _post(url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """What the provider answers, also where it says no."""
    request = urllib.request.Request(url, urlencode(form).encode(), {"Accept": "application/json"})
    host = urlsplit(url).netloc
    secured = urllib.request.HTTPSHandler(context=ssl.create_default_context())
    try:
        with _answer(urllib.request.build_opener(secured, _Stays), request) as answer:
            if answer.status >= 500 or answer.status == 429:
                raise Deferred(f"{host}: answered {answer.status}", everyone=True)
            return _document(answer.read(_LARGEST), host)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Deferred(f"{host}: no connection ({type(reason).__name__})", everyone=True) from None


class _Stays(urllib.request.HTTPRedirectHandler):
    """Whom a provider sends us on to is not asked: only the provider itself hands out tokens."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> Any:
    try:
        return opener.open(request, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        # It may say why.
        return error


def _document(data: bytes, host: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Deferred(f"{host}: its answer is not one of OAuth", everyone=True)
    return found


def _seconds(answer: Mapping[str, Any], name: str, otherwise: int) -> int:
    """A span that the provider names; `otherwise` where it names none that makes sense."""
    try:
        found = int(float(answer[name]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return otherwise
    return found if 0 <= found <= _LONGEST else otherwise


def _grant_in(answer: dict[str, Any]) -> Granted:
    access = answer.get("access_token")
    if not isinstance(access, str) or not access or not access.isprintable():
        raise _refusal(answer)
    return Granted(
        access,
        # null is none.
        str(answer.get("refresh_token") or ""),
        _seconds(answer, "expires_in", 3600),
        _seconds(answer, "refresh_token_expires_in", 0),
    )


def _refusal(answer: Mapping[str, Any]) -> Refused:
    said = f"{answer.get('error', 'no token')} {answer.get('error_description', '')}"
    remedy = next((remedy for words, remedy in _REMEDIES if words in said), "see what the provider's own log says")
    code = "".join(sign for sign in str(answer.get("error", "no token"))[:60] if sign.isprintable())
    return Refused(f"the provider gives no token ({code}): {remedy}")
