"""Listens on an address and serves LMTP or SMTP in a thread of its own, until it is told to close.

Closing loses nothing that was acknowledged: nobody new is let in, mails that are on their way are finished, everybody
else hears 421 and comes again.
"""

import asyncio
import ipaddress
import logging
import threading
from pathlib import Path
from typing import Literal

from maildesk.clock import Clock
from maildesk.errors import Refused
from maildesk.ingest.accept import Intake
from maildesk.ingest.lmtp import LmtpConnection
from maildesk.ingest.ours import IsOurs
from maildesk.ingest.reception import ListenerLimits, Reception
from maildesk.ingest.smtp import Rules, SmtpConnection

log = logging.getLogger(__name__)

_UNIX = "unix:"


class Listener:
    """`address` is IP:PORT (port 0 takes a free one), [IPv6]:PORT or unix:PATH. Names are not looked up."""

    def __init__(
        self,
        intake: Intake,
        address: str,
        protocol: Literal["lmtp", "smtp"],
        is_ours: IsOurs,
        limits: ListenerLimits,
        clock: Clock,
        hostname: str,
    ) -> None:
        self._address = address
        self._protocol = protocol
        self._reception = Reception(intake, protocol, is_ours, limits, clock, hostname)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=protocol, daemon=True)
        self._rules = Rules(self._reception)
        self._server: asyncio.Server | None = None
        self._bound = ""

    def start(self) -> str:
        """Begins to listen and returns the bound address. Raises Refused where that is not possible."""
        self._thread.start()
        try:
            bound = asyncio.run_coroutine_threadsafe(self._bind(), self._loop).result()
        except BaseException:
            self._end()
            raise
        self._bound = bound
        log.info("%s listening=%s", self._protocol, bound)
        return bound

    def close(self) -> None:
        """Stops listening at once; returns when all mails are kept and all connections ended."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result()
            self._end()
            log.info("%s closed=%s", self._protocol, self._bound)

    def _connection(self) -> SmtpConnection:
        kind = LmtpConnection if self._protocol == "lmtp" else SmtpConnection
        return kind(self._reception, self._rules, self._loop)

    async def _bind(self) -> str:
        path = _socket_path(self._address)
        try:
            if path is not None:
                self._server = await self._loop.create_unix_server(self._connection, path)
                # The MTA gets in by its group, which the folder may give to the socket.
                path.chmod(0o660)
                return self._address
            self._server = await self._loop.create_server(self._connection, *_host_and_port(self._address))
        except OSError as error:
            raise Refused(f"cannot listen on {self._address}: {error.strerror or error}") from error
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def _drain(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._reception.close()
        # The connections' own tasks have nothing left to do but to notice it.
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=1.0)
        if path := _socket_path(self._address):
            path.unlink(missing_ok=True)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _socket_path(address: str) -> Path | None:
    return Path(address.removeprefix(_UNIX)) if address.startswith(_UNIX) else None


def _host_and_port(address: str) -> tuple[str, int]:
    """Raises Refused for anything but an IP address and a port."""
    host, _, port = address.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(host)
        number = int(port)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise Refused(f"cannot listen on {address}: it must be IP:PORT, [IPv6]:PORT or unix:PATH")
    return host, number
