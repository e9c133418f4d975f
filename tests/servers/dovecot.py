"""A real Dovecot, and what a test wants to know of its mailboxes."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from tests.servers import servers
from tests.servers.servers import Certificates, Server

PASSWORD = "test"  # the same for every user; any other password is refused


class Dovecot:
    """Any user name exists; `user()` makes a fresh one. `port` is plain with STARTTLS, `tls_port` implicit TLS."""

    host = servers.HOST
    password = PASSWORD

    def __init__(self, server: Server, port: int, tls_port: int, ca_file: Path) -> None:
        self.server = server
        self.port = port
        self.tls_port = tls_port
        self.ca_file = ca_file
        self._numbers = itertools.count(1)

    def user(self) -> str:
        """A user with an empty mailbox that no other test has."""
        return f"user{next(self._numbers)}"

    @contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """A logged-in connection, as a person with a mail client has one."""
        client = IMAPClient(self.host, self.port, ssl=False, timeout=servers.PATIENCE)
        client.login(user, PASSWORD)
        try:
            yield client
        finally:
            client.shutdown()

    def append(self, user: str, *mails: bytes, folder: str = "INBOX") -> list[int]:
        """Puts mails into a folder (made if missing) and returns their UIDs."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail)
            client.select_folder(folder, readonly=True)
            return sorted(client.search("ALL"))[-len(mails) :]

    def mails(self, user: str, folder: str = "INBOX") -> dict[int, bytes]:
        """The mails of a folder by UID; empty where there is no such folder."""
        fetched = self._fetch(user, folder, "BODY.PEEK[]")
        # A mail that somebody else expunges meanwhile is answered with NIL (RFC 2180 section 4.1.2).
        return {uid: bytes(row[b"BODY[]"]) for uid, row in fetched.items() if row.get(b"BODY[]") is not None}

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, set[bytes]]:
        """The flags of a folder's mails by UID."""
        fetched = self._fetch(user, folder, "FLAGS")
        return {uid: set(row.get(b"FLAGS") or ()) - {b"\\Recent"} for uid, row in fetched.items()}

    def folders(self, user: str) -> list[str]:
        with self.client(user) as client:
            return sorted(str(name) for _, _, name in client.list_folders())

    def log(self) -> str:
        return (self.server.folder / "dovecot.log").read_text(errors="replace")

    def stop(self) -> None:
        self.server.stop()

    def restart(self) -> None:
        """Drops every connection and comes back on the same ports."""
        self.server.stop()
        folder = self.server.folder
        command = [servers.program("dovecot"), "-F", "-c", str(folder / "dovecot.conf")]
        self.server = servers.start("dovecot", command, folder)
        servers.await_port(self.server, self.port, self.tls_port)

    def _fetch(self, user: str, folder: str, what: str) -> dict[int, dict[bytes, Any]]:
        with self.client(user) as client:
            if not client.folder_exists(folder):
                return {}
            client.select_folder(folder, readonly=True)
            return dict(client.fetch(client.search("ALL"), [what]))


def start_dovecot(folder: Path, certificates: Certificates, extra: str = "") -> Dovecot:
    """Starts one; `extra` is more of dovecot.conf, e.g. `imap_capability = IMAP4rev1` to hide extensions."""
    program = servers.program("dovecot")
    user, group = servers.owner()
    for name in ("mail", "run"):
        (folder / name).mkdir(parents=True)
    port, tls_port = servers.free_port(), servers.free_port()
    servers.fill(
        "dovecot.conf",
        folder / "dovecot.conf",
        dir=folder,
        name=f"test{os.getpid()}-{port}",
        cert=certificates.cert_file,
        key=certificates.key_file,
        user=user,
        group=group,
        password=PASSWORD,
        port=port,
        tls_port=tls_port,
        extra=extra,
    )
    servers.own(folder)
    servers.own(certificates.key_file)
    server = servers.start("dovecot", [program, "-F", "-c", str(folder / "dovecot.conf")], folder)
    servers.await_port(server, port, tls_port)
    return Dovecot(server, port, tls_port, certificates.ca_file)
