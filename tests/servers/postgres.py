"""A real PostgreSQL, and a new empty database for every test."""

import itertools
import signal
import subprocess
from pathlib import Path

import psycopg

from tests.servers import servers
from tests.servers.servers import Server


class Postgres:
    """A cluster without durability (fsync off): it lives as long as the tests."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        self.port = port
        self._numbers = itertools.count(1)

    def new_database(self) -> str:
        """The SQLAlchemy URL of a new, empty database."""
        name = f"desk{next(self._numbers)}"
        self._run(f'CREATE DATABASE "{name}" STRATEGY=FILE_COPY')
        return f"postgresql+psycopg://postgres@{servers.HOST}:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Drops a database with whoever is still connected to it."""
        self._run(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def disconnect_all(self, url: str) -> None:
        """Ends every connection to a database, as a failover does."""
        name = url.rpartition("/")[2]
        self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def crash(self) -> None:
        """Ends it as `pg_ctl stop -m immediate` does; `start_again` brings it back on the same port."""
        self.server.stop(signal.SIGQUIT)

    def start_again(self) -> None:
        """Recovers what was committed. Only databases with synchronous_commit=on lose nothing (`keep_commits`)."""
        server = self.server
        with (server.folder / "postgres.out").open("ab") as out:
            process = subprocess.Popen(
                server.process.args, cwd=server.folder, stdout=out, stderr=out, start_new_session=True
            )
        self.server = Server(server.name, process, server.folder)
        servers.wait_until(lambda: _ready(self.port), "PostgreSQL takes connections")

    def keep_commits(self, url: str) -> None:
        """From the next connection on, a commit in this database outlives a crash of the server."""
        self._run(f'ALTER DATABASE "{url.rpartition("/")[2]}" SET synchronous_commit = on')

    def stop(self) -> None:
        self.server.stop(signal.SIGINT)

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=servers.HOST, port=self.port, user="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


def start_postgres(folder: Path) -> Postgres:
    """Makes a cluster and starts it; the newest installed version."""
    initdb = servers.program("initdb", "/usr/lib/postgresql/*/bin/initdb")
    postgres = str(Path(initdb).with_name("postgres"))
    folder.mkdir(parents=True, exist_ok=True)
    servers.own(folder)
    data, port = folder / "data", servers.free_port()
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = servers.start("initdb", [initdb, "-D", str(data), *options], folder)
    try:
        made.process.wait(2 * servers.PATIENCE)
    except subprocess.TimeoutExpired:
        made.stop()
    if made.process.returncode:
        raise servers.ServerMissing(f"initdb failed: {(folder / 'initdb.out').read_text()[-600:]}")
    settings = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
    settings |= {"listen_addresses": servers.HOST, "unix_socket_directories": ""}
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = servers.start("postgres", [postgres, "-D", str(data), "-p", str(port), *flags], folder)
    servers.await_port(server, port)
    servers.wait_until(lambda: _ready(port), "PostgreSQL takes connections")
    return Postgres(server, port)


def _ready(port: int) -> bool:
    try:
        psycopg.connect(host=servers.HOST, port=port, user="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
