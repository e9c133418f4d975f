"""Logging in with OAuth, at a provider of our own on this machine: every grant, renewal, and what refuses."""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from maildesk.config import ConfigError, OauthSettings, Secret, read_settings
from maildesk.errors import Deferred, Refused
from maildesk.foundation import mailbox_account
from maildesk.ingest.imap.session import Session
from maildesk.oauth.asking import Granted
from maildesk.oauth.endpoints import REDIRECT, endpoints_of
from maildesk.oauth.keeping import TokenFile
from tests.configured import DESK
from tests.desk import MONDAY, HandSetClock
from tests.servers.fake_imap import FakeImap
from tests.shell import Operator

USER = "support@acme.example"


class Provider(ThreadingHTTPServer):
    """Hands out numbered tokens. `says` are answers that come before the usual ones; `asked` the forms it got."""

    daemon_threads = True

    def __init__(self) -> None:
        self.says: list[tuple[int, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.more: dict[str, Any] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                provider.asked.append({"path": self.path, **form})
                code, answer = provider.says.pop(0) if provider.says else (200, provider.usual(self.path))
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(code)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None: ...

        super().__init__(("127.0.0.1", 0), Handler)

    def usual(self, path: str) -> dict[str, Any]:
        if path.endswith("devicecode"):
            return {"device_code": "D", "user_code": "ABCD", "verification_uri": "https://p.example", "interval": 0}
        number = len(self.asked)
        return {
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "expires_in": 3600,
            **self.more,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def settings_for(provider: Provider, name: Any = "microsoft", secret: str = "") -> OauthSettings:
    given = Secret("plain", secret) if secret else ""
    return OauthSettings(provider=name, client_id="app", tenant="acme", secret=given, server=provider.url)  # type: ignore[arg-type]


def tokens_in(folder: Path, settings: OauthSettings, clock: HandSetClock) -> TokenFile:
    return TokenFile(settings, USER, folder, clock, lambda: settings.secret.value if settings.secret else "")


def test_a_login_by_device_code_waits_and_is_renewed(provider: Provider, tmp_path: Path) -> None:
    clock = HandSetClock()
    shown: list[tuple[str, ...]] = []
    waits: list[float] = []
    tokens = tokens_in(tmp_path, settings_for(provider), clock)
    with pytest.raises(Refused, match="auth login"):
        tokens.access_token()
    provider.says = [
        (200, provider.usual("devicecode")),
        (400, {"error": "authorization_pending"}),
        (400, {"error": "slow_down"}),
    ]
    tokens.keep(tokens.client().by_device(lambda *told: shown.append(told), waits.append))
    assert shown == [("https://p.example", "ABCD")] and waits == [0, 0, 5]
    assert provider.asked[0]["path"] == "/acme/oauth2/v2.0/devicecode"
    assert "IMAP.AccessAsUser.All" in provider.asked[0]["scope"] and "offline_access" in provider.asked[0]["scope"]
    assert tokens.access_token() == "access-4" and len(provider.asked) == 4
    clock.forward(timedelta(minutes=54))
    assert tokens.access_token() == "access-4"
    # Renewed before it ends, with the newest refresh token each time.
    clock.forward(timedelta(minutes=2))
    assert tokens.access_token() == "access-5" and provider.asked[-1]["refresh_token"] == "refresh-4"
    clock.forward(timedelta(hours=2))
    assert tokens.access_token() == "access-6" and provider.asked[-1]["refresh_token"] == "refresh-5"
    for file in (tmp_path / "oauth").iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "oauth").stat().st_mode & 0o777 == 0o700


def test_a_provider_that_keeps_its_refresh_token(provider: Provider, tmp_path: Path) -> None:
    clock = HandSetClock()
    tokens = tokens_in(tmp_path, settings_for(provider, "google", "shh"), clock)
    tokens.keep(Granted("a", "the-one", 10))
    for _ in range(2):
        provider.says = [(200, {"access_token": "new", "expires_in": 10})]
        assert tokens.access_token() == "new"
        assert provider.asked[-1]["refresh_token"] == "the-one" and provider.asked[-1]["client_secret"] == "shh"
        clock.forward(timedelta(hours=1))


def test_an_application_acts_by_itself(provider: Provider, tmp_path: Path) -> None:
    tokens = tokens_in(tmp_path, settings_for(provider, secret="shh"), HandSetClock())
    assert tokens.access_token() == "access-1" == tokens.access_token()
    (asked,) = provider.asked
    assert asked["grant_type"] == "client_credentials" and asked["client_secret"] == "shh"
    assert asked["scope"] == "https://outlook.office365.com/.default"


def test_a_pasted_address(provider: Provider, tmp_path: Path) -> None:
    tokens = tokens_in(tmp_path, settings_for(provider, "google", "shh"), HandSetClock())
    opened: list[dict[str, str]] = []

    def browser(address: str) -> str:
        opened.append({name: values[0] for name, values in parse_qs(urlsplit(address).query).items()})
        return f" {REDIRECT}/?state={opened[0]['state']}&code=C-1&scope=x\n"

    tokens.keep(tokens.client().by_pasted_address(browser))
    assert opened[0]["scope"] == "https://mail.google.com/" and opened[0]["code_challenge_method"] == "S256"
    (asked,) = provider.asked
    assert (asked["code"], asked["grant_type"], asked["redirect_uri"]) == ("C-1", "authorization_code", REDIRECT)
    assert len(asked["code_verifier"]) > 43
    for wrong in (
        f"{REDIRECT}/?code=C-1",
        f"{REDIRECT}/?state=other&code=C",
        "nothing",
        f"{REDIRECT}/?error=access_denied",
    ):
        with pytest.raises(Refused):
            tokens.client().by_pasted_address(lambda _, wrong=wrong: wrong)  # type: ignore[misc]
    assert not endpoints_of(settings_for(provider, "google")).device


@pytest.mark.parametrize(
    ("code", "answer", "kind", "words"),
    [
        (400, {"error": "invalid_grant", "error_description": "x"}, Refused, "auth login"),
        (401, {"error": "invalid_client", "error_description": "AADSTS7000222: expired"}, Refused, "new one in Entra"),
        (400, {"error": "unauthorized_client", "error_description": "AADSTS700016"}, Refused, "tenant"),
        (400, {"error": "strange\x1b[31m"}, Refused, "own log"),
        (503, {"error": "busy"}, Deferred, "503"),
        (429, {}, Deferred, "429"),
        (200, b"<html>", Deferred, "not one of OAuth"),
        (200, [], Deferred, "not one of OAuth"),
        (200, {}, Refused, "no token"),
        (200, {"access_token": "two\r\nlines"}, Refused, "no token"),
        (200, {"access_token": ""}, Refused, "no token"),
        (200, b"[" * 200_000, Deferred, "not one of OAuth"),
        # Whom it sends us on to is not asked.
        (302, {"error": "elsewhere"}, Refused, "elsewhere"),
        (307, b"", Deferred, "not one of OAuth"),
    ],
)
def test_what_a_provider_refuses(
    code: int, answer: Any, kind: type[Deferred | Refused], words: str, provider: Provider, tmp_path: Path
) -> None:
    tokens = tokens_in(tmp_path, settings_for(provider), HandSetClock())
    tokens.keep(Granted("old", "refresh-secret", 0))
    provider.says = [(code, answer)]
    with pytest.raises(kind, match=words) as raised:
        tokens.access_token()
    assert "refresh-secret" not in str(raised.value) and str(raised.value).isprintable()
    # Nothing was forgotten.
    assert tokens.access_token() == "access-2"


@pytest.mark.parametrize("odd", [None, "soon", -1, 1e400, [1], "1e9", 10**30])
def test_spans_that_make_no_sense(provider: Provider, tmp_path: Path, odd: Any) -> None:
    """Nor does null for a refresh token take the place of the one that is kept."""
    tokens = tokens_in(tmp_path, settings_for(provider), HandSetClock())
    tokens.keep(Granted("old", "kept", 0))
    more = {"refresh_token": None, "refresh_token_expires_in": odd}
    provider.says = [(200, {"access_token": "a", "expires_in": odd, **more})]
    assert tokens.access_token() == "a"
    login = tokens.known()
    assert login is not None and login.access_until - MONDAY == timedelta(hours=1)
    tokens.keep(Granted("old", json.loads(next((tmp_path / "oauth").glob("*.json")).read_text())["refresh"], 0))
    tokens.access_token()
    assert provider.asked[-1]["refresh_token"] == "kept"


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"SSH-2.0-x\r\n"]
)
def test_a_provider_that_speaks_something_else(tmp_path: Path, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def say() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        threading.Thread(target=say, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        settings = OauthSettings(provider="microsoft", client_id="app", secret="x", server=url)  # type: ignore[arg-type]
        with pytest.raises(Deferred, match=r"no connection|not one of OAuth"):
            tokens_in(tmp_path, settings, HandSetClock()).access_token()


def test_a_provider_that_is_away(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = OauthSettings(provider="microsoft", client_id="app", secret="x", server=server)  # type: ignore[arg-type]
    with pytest.raises(Deferred, match="no connection"):
        tokens_in(tmp_path, settings, HandSetClock()).access_token()


def test_a_broken_file_is_a_missing_login(provider: Provider, tmp_path: Path) -> None:
    tokens = tokens_in(tmp_path, settings_for(provider), HandSetClock())
    tokens.keep(Granted("a", "r", 3600))
    file = next((tmp_path / "oauth").glob("*.json"))
    whole = json.loads(file.read_text())
    odd = [{**whole, "at": None}, {**whole, "access_until": 5}, {**whole, "refresh_until": "x"}, {"access": "a"}, []]
    for text in ("{cut sho", "[" * 200_000, *map(json.dumps, odd)):
        file.write_text(text)
        with pytest.raises(Refused, match="auth login"):
            tokens.access_token()
        assert tokens.known() is None


class TokenImap(FakeImap):
    """Lets in who shows `token`."""

    token = "good"
    _tag = ""

    def __enter__(self) -> "TokenImap":
        super().__enter__()
        return self

    def _obey(self, connection: socket.socket, line: str) -> bool:
        tag, _, command = line.partition(" ")
        if command == "AUTHENTICATE XOAUTH2":
            self._tag = tag
            self._say(connection, b"+ \r\n")
        elif self._tag:
            wanted = f"user={USER}\1auth=Bearer {self.token}\1\1"
            good = base64.b64decode(line).decode() == wanted
            self._say(connection, f"{self._tag} {'OK in' if good else 'NO AUTHENTICATE failed.'}\r\n".encode())
            self._tag = ""
        else:
            return super()._obey(connection, line)
        return True


def imap_settings(port: int, more: str) -> str:
    table = f'[[imap]]\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nuser = "{USER}"\n{more}\n'
    return DESK + table


def test_a_mailbox_opens_with_a_token(tmp_path: Path, provider: Provider) -> None:
    oauth = f'oauth = {{ provider = "microsoft", client_id = "app", secret = "shh", server = "{provider.url}" }}'
    for more, token in (('auth = "xoauth2"\npassword = { command = "echo good" }', "good"), (oauth, "access-1")):
        with TokenImap({1: b"a mail"}) as server:
            server.token = token
            settings = read_settings(imap_settings(server.port, more), {}, "")
            session = Session(mailbox_account(settings.imap[0], tmp_path, tmp_path))
            assert session.select().exists == 1
            session.close()
            server.token = "another"
            with pytest.raises(Deferred, match=r"access token .* was refused"):
                Session(mailbox_account(settings.imap[0], tmp_path, tmp_path))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('oauth = { provider = "microsoft" }', "registered"),
        ('oauth = { provider = "aol", client_id = "x" }', '"microsoft" or "google"'),
        ('password = "x"\noauth = { provider = "google", client_id = "x" }', "not for oauth"),
        ('oauth = { provider = "google", client_id = "x", server = "http://evil.example" }', "https://"),
        ("", "go together"),
    ],
)
def test_settings_that_cannot_be(more: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_settings(imap_settings(143, more), {}, "")


def test_the_operator_logs_in_and_tries_it(operator: Operator, provider: Provider) -> None:
    oauth = f'oauth = {{ provider = "microsoft", client_id = "app", server = "{provider.url}" }}'
    assert operator.does("auth", "status").code == 2
    with TokenImap({}) as server:
        operator.write("maildesk.toml", imap_settings(server.port, oauth))
        assert operator.does("auth", "status").code == 1
        missing = operator.does("auth", "test")
        assert missing.code == 1 and "maildesk auth login" in missing.err
        provider.more = {"refresh_token_expires_in": 90 * 86_400}
        done = operator.does("auth", "login")
        assert done.code == 0 and "enter the code ABCD" in done.out
        (row,) = operator.does("auth", "status", "--json").documents
        assert row["user"] == USER and row["login_until"] > row["token_until"]
        server.token = "access-2"
        tried = operator.does("auth", "test")
        assert "OK" in tried.out and "is logged in" in tried.out, tried.out + tried.err
        server.token = "other"
        assert operator.does("auth", "test").code == 1
    assert "access-2" not in done.out + tried.out


def test_a_token_says_what_it_is_for(operator: Operator, provider: Provider) -> None:
    claims = base64.urlsafe_b64encode(b'{"aud": "https://graph.microsoft.com"}').rstrip(b"=").decode()
    provider.says = [(200, {"access_token": f"e30.{claims}.x", "expires_in": 3600})]
    oauth = f'oauth = {{ provider = "microsoft", client_id = "app", secret = "s", server = "{provider.url}" }}'
    with TokenImap({}) as server:
        operator.write("maildesk.toml", imap_settings(server.port, oauth))
        tried = operator.does("auth", "test")
    assert tried.code == 1 and "not for mail" in tried.out
