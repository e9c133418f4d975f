"""What all connections of one listener share: who may come in, how much, and the one way to have a mail kept.

It speaks no protocol. Every answer it gives is a reply line; the text of an error never leaves the machine.
"""

import asyncio
import logging
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol

from maildesk.blobs import Blob
from maildesk.clock import Clock
from maildesk.errors import Deferred
from maildesk.ingest.accept import Intake
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.ours import IsOurs
from maildesk.ingest.quota import Allowance, Quota, network_key, sender_key
from maildesk.ingest.turns import author_of, key_of
from maildesk.ingest.upload import Upload

log = logging.getLogger(__name__)

OUR_TROUBLE: Final = "451 4.3.0 not kept because of trouble on our side, try again later"
TOO_LARGE: Final = "552 5.3.4 the mail is larger than this server takes"
TOO_MUCH: Final = "451 4.7.1 too much mail from this sender within an hour, try again later"
CLOSING: Final = "421 4.3.2 the server is being stopped, try again later"
TOO_MANY: Final = "421 4.7.0 too many connections, try again later"
#: So long a client may take to read its last reply.
_FAREWELL_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class ListenerLimits:
    """Sizes in bytes, times in seconds."""

    message_size: int = 40 << 20
    recipients: int = 100  # the least a server must take (RFC 5321 4.5.3.1.8)
    connections: int = 200
    connections_per_address: int = 100
    #: Silence of a client, also between two pieces of a mail (RFC 5321 4.5.3.2.7 asks for five minutes).
    idle_seconds: float = 300.0
    #: One mail from DATA to the dot, however steadily it drips.
    upload_seconds: float = 3600.0
    #: `close` waits so long for mails that are on their way.
    drain_seconds: float = 30.0
    #: With less room than this left on the disk no mail is let in.
    disk_reserve: int = 64 << 20
    #: Mails being written at the same moment.
    writers: int = 16
    #: What one sender and one network may bring.
    allowance: Allowance = field(default_factory=Allowance)


@dataclass(frozen=True, slots=True)
class Client:
    """Who hands a mail in: the address of the machine, and what it calls itself. Both are "" where nobody asks."""

    address: str = ""
    name: str = ""


class Connection(Protocol):
    def dismiss(self, *, now: bool) -> None:
        """Ends the connection with 421; one that is in the middle of a mail only if `now`."""

    def abort(self) -> None:
        """Ends the connection without a word."""


class Reception:
    """Counts the connections of one listener and keeps its mails, each in a thread of a bounded pool."""

    def __init__(
        self,
        intake: Intake,
        source: Literal["lmtp", "smtp"],
        is_ours: IsOurs,
        limits: ListenerLimits,
        clock: Clock,
        hostname: str,
    ) -> None:
        self.source = source
        self.is_ours = is_ours
        self.limits = limits
        self.hostname = hostname
        self.closing = False
        self._intake = intake
        self._clock = clock
        self._pool = ThreadPoolExecutor(limits.writers, thread_name_prefix=f"{source}-keep")
        self._connected: dict[Connection, str] = {}
        self._per_address: Counter[str] = Counter()
        self._empty = asyncio.Event()
        self._empty.set()
        self._quota = Quota(limits.allowance)

    def admit(self, connection: Connection, address: str) -> str:
        """Lets a connection in, or returns the reply with which it must go. `address` is "" on a unix socket."""
        if self.closing:
            return CLOSING
        if len(self._connected) >= self.limits.connections or (
            address and self._per_address[address] >= self.limits.connections_per_address
        ):
            log.warning("%s peer=%s refused: too many connections", self.source, address or "local")
            return TOO_MANY
        self._connected[connection] = address
        self._per_address[address] += 1
        self._empty.clear()
        return ""

    def leave(self, connection: Connection) -> None:
        """A connection has ended; also for one that was not let in."""
        address = self._connected.pop(connection, None)
        if address is None:
            return
        self._per_address[address] -= 1
        if not self._per_address[address]:
            del self._per_address[address]
        if not self._connected:
            self._empty.set()

    def has_room(self) -> bool:
        """Is there room on the disk for a mail of the largest size, and the reserve?"""
        return shutil.disk_usage(self._intake.spool).free >= self.limits.disk_reserve + self.limits.message_size

    def may_bring(self, sender: str, client: Client) -> bool:
        """May this envelope sender, and the network of this client, bring one more mail now?"""
        if self._quota.has_room([sender_key(key_of(sender)), network_key(client.address)]):
            return True
        log.warning("%s peer=%s deferred: too much mail from this sender or network", self.source, client.address)
        return False

    def expect(self) -> Upload:
        """An empty mail, to be filled by a connection."""
        return Upload(self._intake.spool, self.limits.message_size)

    async def write(self, upload: Upload) -> None:
        """Moves what came so far out of memory, while the other connections go on."""
        await asyncio.get_running_loop().run_in_executor(self._pool, upload.write)

    async def keep(self, upload: Upload, sender: str, recipients: tuple[str, ...], client: Client) -> str:
        """Has the mail kept and returns the reply, which is 250 only after the commit.

        Once begun it is finished, whatever becomes of the connection that waits for it.
        """
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._pool, self._keep, upload, sender, recipients, client))

    async def close(self) -> None:
        """Lets nobody in any more, has the mails finished that are on their way, and ends everything else."""
        self.closing = True
        self._dismiss(now=False)
        await self._emptied(self.limits.drain_seconds)
        self._dismiss(now=True)
        await self._emptied(_FAREWELL_SECONDS)
        for connection in list(self._connected):
            connection.abort()
        # Waits until each mail that is being kept is kept, or not.
        self._pool.shutdown()

    def _dismiss(self, *, now: bool) -> None:
        for connection in list(self._connected):
            connection.dismiss(now=now)

    async def _emptied(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()

    def _takes(self, upload: Upload, sender: str, client: Client) -> bool:
        """Counts the mail; False where its author, its envelope sender or the network has brought too much."""
        senders = [sender_key(author_of(upload.head)), sender_key(key_of(sender))]
        if self._quota.take([*senders, network_key(client.address)], upload.size):
            return True
        log.warning("%s peer=%s size=%d deferred: too much mail", self.source, client.address, upload.size)
        return False

    def _keep(self, upload: Upload, sender: str, recipients: tuple[str, ...], client: Client) -> str:
        def describe(blob: Blob, digest: str) -> Arrived:
            arrived = Arrived(digest, blob.sha256, blob.size, self.source, self._clock.now(), sender, recipients)
            return replace(arrived, peer=client.address, helo=client.name)

        if upload.too_large:
            log.warning("%s size=%d refused: larger than %d", self.source, upload.size, self.limits.message_size)
            return TOO_LARGE
        try:
            if not self._takes(upload, sender, client):
                return TOO_MUCH
            kept = upload.keep(self._intake, describe)
        except Deferred as error:
            log.warning("%s size=%d deferred: %s", self.source, upload.size, error.reason)
            return OUR_TROUBLE
        except Exception:
            log.exception("%s size=%d deferred: a fault of ours", self.source, upload.size)
            return OUR_TROUBLE
        finally:
            upload.discard()
        log.info("%s inbox=%d fresh=%s size=%d", self.source, kept.inbound_id, kept.fresh, upload.size)
        return f"250 2.0.0 kept as inbox {kept.inbound_id}"
