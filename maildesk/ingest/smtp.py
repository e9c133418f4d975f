"""Takes mail by SMTP: one connection, from greeting to QUIT, and what LMTP shares with it.

aiosmtpd reads the commands; DATA is read here, in chunks, because aiosmtpd holds a whole mail in memory line by line,
refuses long lines for good and gives up on slow uploads. No TLS, no AUTH, no look-ups: it is meant for loopback, behind
an MTA. It never says 250 before the reception has kept the mail.
"""

import asyncio
import logging
import re
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from maildesk.ingest.dot import DotStuffed
from maildesk.ingest.reception import CLOSING, OUR_TROUBLE, TOO_MUCH, Client, Reception
from maildesk.ingest.upload import Upload

log = logging.getLogger(__name__)
# aiosmtpd tells every command, with its addresses, at INFO; a desk wants one line per fate.
logging.getLogger("mail.log").setLevel(logging.ERROR)

LONGEST_COMMAND: Final = 4096
#: Characters of a recipient: twice what RFC 5321 4.5.3.1.3 asks for, and less than an index of PostgreSQL holds.
LONGEST_RECIPIENT: Final = 512
#: More than aiosmtpd's reader ever holds: a read takes all there is.
_ALL: Final = 1 << 30
#: "<" [source route ":"] mailbox ">" [" " parameters], RFC 5321 4.1.2; angle brackets may be missing.
_PATH: Final = re.compile(
    r'(?:<(?:@[^\s:<>"]*:)?(?P<path>(?:"(?:[^"\\]|\\.)*"|[^\s"<>@]+)@[^\s"<>@]+|[^\s"<>@]*)>|(?P<bare>[^\s"<>@]+@[^\s"<>@]+))'
    r"(?: +(?P<rest>.*))?"
)
#: RFC 3463: what aiosmtpd's own replies mean, since it gives no enhanced codes and we announce them (RFC 2034).
_ENHANCED: Final = {
    "221": "2.0.0",
    "250": "2.0.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "552": "5.3.4",
    "555": "5.5.4",
}
_HAS_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3} ")


class _OneLimit(dict[str, int]):
    """The same limit for every command. aiosmtpd clears and grows this class-level table from each connection."""

    def __missing__(self, command: str) -> int:
        return LONGEST_COMMAND


class Rules:
    """Which senders and recipients are taken, as the hooks aiosmtpd calls. One for all connections."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._reception.has_room():
            return "452 4.3.1 the disk is nearly full, try again later"
        if not address.isprintable():
            # It could not be stored: control characters, or bytes that are no UTF-8.
            return "553 5.1.7 malformed address"
        assert isinstance(server, SmtpConnection)
        if not self._reception.may_bring(address, server.client()):
            return TOO_MUCH
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self._reception.limits.recipients:
            return "452 4.5.3 too many recipients"
        storable = address.isprintable() and len(address) <= LONGEST_RECIPIENT
        if not storable or not self._reception.is_ours(address):
            return "550 5.1.1 no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"


class SmtpConnection(SMTP):
    """One client. Its `closing` is the reception's: then it answers 421, but not in the middle of a mail."""

    line_length_limit = 1 << 16
    command_size_limit = LONGEST_COMMAND
    command_size_limits = _OneLimit()
    hello = "EHLO"

    def __init__(self, reception: Reception, rules: Rules, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            rules,
            data_size_limit=reception.limits.message_size,
            enable_SMTPUTF8=True,
            # Without a name aiosmtpd asks the DNS, blocking, for each connection.
            hostname=reception.hostname,
            ident=f"{'ESMTP' if reception.source == 'smtp' else 'LMTP'} maildesk",
            timeout=reception.limits.idle_seconds,
            loop=loop,
        )
        self._reception = reception
        self._admitted = False
        self._peer = ""
        self._in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._peer = address
        refusal = self._reception.admit(self, address)
        if refusal:
            transport.write(refusal.encode() + b"\r\n")
            transport.close()
        else:
            self._admitted = True
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._reception.leave(self)
        if self._admitted:
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._admitted else False

    def dismiss(self, *, now: bool) -> None:
        """Ends the connection with 421; one that is in the middle of a mail only if `now`."""
        if isinstance(self.transport, asyncio.Transport) and (now or not self._in_mail):
            self.transport.write(CLOSING.encode() + b"\r\n")
            self.transport.close()

    def abort(self) -> None:
        """Ends the connection without a word."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def push(self, status: str | bytes) -> None:
        await self._say(with_enhanced_code(status if isinstance(status, str) else status.decode()))

    async def _say(self, reply: str) -> None:
        # A reply must not fail for what the client put into its command.
        self._writer.write(reply.encode("utf-8", "replace") + b"\r\n")
        await self._writer.drain()

    async def handle_exception(self, error: Exception) -> str:
        log.error("%s connection deferred: a fault of ours", self._reception.source, exc_info=error)
        return OUR_TROUBLE

    async def check_helo_needed(self, helo: str = "HELO") -> bool:
        return await super().check_helo_needed(self.hello)

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str) -> None:
        if not hostname:
            await self.push("501 Syntax: HELO hostname")
            return
        self._begin(hostname, extended=False)
        await self._say(f"250 {self.hostname}")

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:
        if not hostname:
            await self.push(f"501 Syntax: {self.hello} hostname")
            return
        self._begin(hostname, extended=True)
        size = f"SIZE {self.data_size_limit}"
        offers = (self.hostname, size, "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES")
        await self._say("\r\n".join([*(f"250-{offer}" for offer in offers), "250 HELP"]))

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:
        # RFC 5321 3.5.3: neither yes nor no, so that nobody can search for addresses.
        await self.push("252 2.5.0 send the mail and see")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        assert self.envelope is not None
        if await self.check_helo_needed():
            return
        if arg:
            await self.push("501 Syntax: DATA")
        elif not self.envelope.rcpt_tos:
            # Also where every RCPT was refused (RFC 2033 4.2).
            await self.push("503 Error: need RCPT command")
        else:
            await self._take_mail(self.envelope)

    def reply_for(self, status: str, recipients: int) -> str:
        """What is said after the dot. In SMTP one line, however many the recipients."""
        return status

    def _begin(self, hostname: str, *, extended: bool) -> None:
        assert self.session is not None
        self._set_rset_state()  # type: ignore[no-untyped-call]
        self.session.extended_smtp = extended
        self.session.host_name = hostname

    async def _take_mail(self, envelope: Envelope) -> None:
        self._in_mail = True
        try:
            await self.push("354 end the mail with <CRLF>.<CRLF>")
            upload = await self._receive()
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            self._reset_timeout()
            sender = "" if envelope.mail_from == "<>" else envelope.mail_from or ""
            status = await self._reception.keep(upload, sender, tuple(envelope.rcpt_tos), self.client())
            await self.push(self.reply_for(status, len(envelope.rcpt_tos)))
        finally:
            self._in_mail = False
        if self._reception.closing:
            self.dismiss(now=True)

    def client(self) -> Client:
        """Who hands the mail in. An LMTP client is our own mail server, and nobody asks for it."""
        if self._reception.source != "smtp" or self.session is None:
            return Client()
        # What is not printable is no name, and could not be stored.
        name = self.session.host_name or ""
        return Client(self._peer, name[:LONGEST_RECIPIENT] if name.isprintable() else "")

    async def _receive(self) -> Upload:
        upload = self._reception.expect()
        try:
            await self._fill(upload)
        except asyncio.CancelledError:
            upload.discard()
            raise
        except Exception as error:
            # What follows is the rest of a mail and must never be read as commands: the connection ends here.
            log.exception("%s connection ended: a fault of ours", self._reception.source)
            upload.discard()
            self.dismiss(now=True)
            raise ConnectionResetError from error
        return upload

    async def _fill(self, upload: Upload) -> None:
        dots, rest = DotStuffed(), None
        ends_at = self.loop.time() + self._reception.limits.upload_seconds
        while rest is None:
            left = ends_at - self.loop.time()
            self._reset_timeout(max(0.001, min(left, self._reception.limits.idle_seconds)))
            data, rest = dots.feed(await self._reader.read(_ALL))
            # The reader is empty now, and will not be when the mail is written: what a pipelining client sent behind
            # the dot comes first again.
            self._reader.feed_data(rest or b"")
            if upload.add(data):
                await self._reception.write(upload)

    async def _handle_client(self) -> None:
        try:
            await super()._handle_client()
        except ConnectionError:
            log.debug("%s connection lost", self._reception.source)

    def _timeout_cb(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.write(b"421 4.4.2 waited too long\r\n")
        super()._timeout_cb()  # type: ignore[no-untyped-call]

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address and the parameters of MAIL and RCPT, in linear time; "<>" is the null sender."""
        if not arg:
            return "", ""
        found = _PATH.fullmatch(arg.strip())
        if found is None:
            return None, None
        return found["path"] or found["bare"] or "<>", found["rest"] or ""


def with_enhanced_code(status: str) -> str:
    """`250 OK` as `250 2.0.0 OK`; replies of several lines, and those that have a code, stay as they are."""
    code, _, text = status.partition(" ")
    if code not in _ENHANCED or _HAS_ENHANCED.match(text):
        return status
    return f"{code} {_ENHANCED[code]} {text.removeprefix('Error: ')}"
