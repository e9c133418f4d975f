"""How the IMAP intake connects to a real Dovecot: TLS verified, passwords, folders in any script, IDLE, restarts."""

import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.errors import Deferred
from tests.servers.dovecot import Dovecot
from tests.servers.mailbox import Desk, Settings, mail, plain, with_tls
from tests.servers.servers import free_port, wait_until

#: Dovecot tells its clients only what stands here, and imapclient believes it.
BASIC = "imap_capability = IMAP4rev1 SASL-IR LITERAL+ NAMESPACE"


def test_starttls_is_used_and_verified(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    dovecot.append(user, mail(1))
    settings = replace(with_tls(dovecot, user), port=dovecot.port, tls="starttls")
    assert desk.fetch(settings) == 1
    with pytest.raises(Deferred, match="certificate is not trusted"):
        desk.fetch(replace(settings, ca_file=None))


def test_plain_text_is_for_this_machine_only(desk: Desk) -> None:
    with pytest.raises(Deferred, match="to this machine only"):
        desk.fetch(Settings("kari", 143, host="imap.acme.example"))


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_strange_certificate_is_refused(dovecot: Dovecot, desk: Desk, tls: str) -> None:
    user = dovecot.user()
    dovecot.append(user, mail(1))
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    with pytest.raises(Deferred, match=r"certificate is not trusted .*imap\.ca_file") as trouble:
        desk.fetch(Settings(user, port, tls=tls))
    assert trouble.value.everyone
    assert len(dovecot.mails(user)) == 1


def test_a_certificate_for_another_name_is_refused(
    dovecot: Dovecot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name leads to our server, and the certificate is good, for localhost."""
    here = socket.getaddrinfo("127.0.0.1", dovecot.tls_port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here)
    with pytest.raises(Deferred, match=r"Hostname mismatch.*imap\.host must be the name"):
        desk.fetch(replace(with_tls(dovecot, dovecot.user()), host="imap.acme.example"))


def test_a_wrong_password_says_what_to_do(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    dovecot.append(user, mail(1))
    with pytest.raises(Deferred, match=r"imap\.user and imap\.password") as trouble:
        desk.fetch(replace(plain(dovecot, user), password='sécret\\"1'))
    assert "cret" not in trouble.value.reason
    assert desk.fetch(plain(dovecot, user)) == 1


def test_a_missing_server_says_so(desk: Desk) -> None:
    with pytest.raises(Deferred, match="no connection"):
        desk.fetch(Settings("kari", free_port()))


def test_a_missing_folder_is_named_with_those_there_are(dovecot: Dovecot, desk: Desk) -> None:
    with pytest.raises(Deferred, match=r"imap\.folder is 'Helpdesk', the server has .*INBOX"):
        desk.fetch(replace(plain(dovecot, dovecot.user()), folder="Helpdesk"))


def test_a_folder_name_cannot_be_a_second_command(dovecot: Dovecot, desk: Desk) -> None:
    user = dovecot.user()
    dovecot.append(user, mail(1))
    with pytest.raises(Deferred, match="line end"):
        desk.fetch(replace(plain(dovecot, user), folder="INBOX\r\nX1 DELETE INBOX"))
    assert len(dovecot.mails(user)) == 1


@pytest.mark.parametrize("folder", ["고객 문의", 'Kø "A" \\ & Co', "Ærlig/Sak"])
def test_folders_have_names_in_any_script(dovecot: Dovecot, desk: Desk, folder: str) -> None:
    user = dovecot.user()
    if "\\" not in folder:
        dovecot.append(user, mail(1), folder=folder)
        assert desk.fetch(replace(plain(dovecot, user), folder=folder, processed="처리 완료")) == 1
        assert list(dovecot.mails(user, "처리 완료").values()) == [mail(1)]
    else:
        dovecot.append(user, mail(1))
        assert desk.fetch(replace(plain(dovecot, user), processed=folder)) == 1
        assert list(dovecot.mails(user, folder).values()) == [mail(1)]


def test_news_wake_the_watcher(dovecot: Dovecot, desk: Desk) -> None:
    """The poll is an hour away, so this is IDLE."""
    user = dovecot.user()
    with desk.watching(replace(with_tls(dovecot, user), poll=timedelta(hours=1))) as watcher:
        wait_until(lambda: watcher.last_success is not None, "the first look")
        for number in range(3):
            dovecot.append(user, mail(number))
            wait_until(lambda: len(desk.rows()) == number + 1, "the mail")  # noqa: B023


def test_a_restarted_server_is_found_again(dovecot_maker: Callable[..., Dovecot], desk: Desk) -> None:
    server = dovecot_maker()
    user = server.user()
    with desk.watching(plain(server, user)) as watcher:
        wait_until(lambda: watcher.last_success is not None, "the first look")
        with server.client(user) as client:
            client.append("INBOX", mail(1))
        wait_until(lambda: len(desk.rows()) == 1, "the first mail")
        server.restart()
        server.append(user, mail(2))
        wait_until(lambda: len(desk.rows()) == 2, "the mail after the restart")


def test_trouble_is_logged_once_a_try_and_ends_by_itself(
    dovecot: Dovecot, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), desk.watching(replace(plain(dovecot, dovecot.user()), password="no")):
        wait_until(lambda: caplog.text.count("imap.password") >= 2, "two tries")
    assert "Traceback" not in caplog.text


def test_two_daemons_on_one_postgresql_share_a_mailbox(dovecot: Dovecot, postgres_url: str, tmp_path: Path) -> None:
    """One of them watches; when it ends, the other one goes on, with the same ledger."""
    user = dovecot.user()
    settings = replace(plain(dovecot, user), poll=timedelta(seconds=1))
    one, two = Desk(tmp_path / "one", postgres_url), Desk(tmp_path / "two", postgres_url)
    with one.watching(settings) as first:
        wait_until(lambda: first.last_success is not None, "the first look")
        with two.watching(settings) as second:
            dovecot.append(user, mail(1))
            wait_until(lambda: len(two.rows()) == 1, "the first mail")
            assert second.last_success is None
            assert two.fetch(settings) == 0
    with two.watching(settings):
        dovecot.append(user, mail(1), mail(2))
        wait_until(lambda: not dovecot.mails(user), "the others")
    assert len(two.rows()) == 2
    one.close()
    two.close()
