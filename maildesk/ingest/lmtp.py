"""Takes mail by LMTP (RFC 2033): what differs from SMTP, which is the greeting and one reply per recipient."""

from aiosmtpd.smtp import syntax

from maildesk.ingest.smtp import SmtpConnection


class LmtpConnection(SmtpConnection):
    """One client, usually the MTA on the same machine."""

    hello = "LHLO"

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        # RFC 2033 4.1: a server that is not SMTP must not be taken for one.
        await self.push("500 5.5.1 this is LMTP, say LHLO")

    async def smtp_EHLO(self, hostname: str) -> None:
        await self.smtp_HELO(hostname)

    def reply_for(self, status: str, recipients: int) -> str:
        """One line for each accepted RCPT, in their order (RFC 2033 4.2).

        With one line too few, a pipelining client takes the answer to QUIT for that of its last recipient.
        """
        return "\r\n".join([status] * recipients)
