"""Takes one mail on standard input, as an MTA's alias or pipe hands it over, and answers with an exit code.

0 is said only after the mail is kept; trouble on our side is 75 (EX_TEMPFAIL), and the MTA keeps the mail and tries
again.
"""

import logging
import os
from collections.abc import Mapping
from typing import BinaryIO, Final

from maildesk.blobs import Blob
from maildesk.clock import Clock
from maildesk.errors import Deferred
from maildesk.ingest.accept import Intake
from maildesk.ingest.inbox import Arrived
from maildesk.ingest.upload import IN_MEMORY, Upload

log = logging.getLogger(__name__)

KEPT: Final = 0
USAGE: Final = 2
TRY_AGAIN: Final = 75  # EX_TEMPFAIL of sysexits.h

LARGEST_MAIL: Final = 40 << 20
_SOURCE: Final = "pipe"


def envelope_recipient(to: str, environment: Mapping[str, str]) -> str:
    """Who the mail is for: `--to`, else what Postfix local(8) exports; "" where nobody says."""
    return _storable(to or environment.get("ORIGINAL_RECIPIENT", "") or environment.get("RECIPIENT", ""))


def envelope_sender(environment: Mapping[str, str]) -> str | None:
    """Who sent it, by $SENDER: "" is the null sender (MAILER-DAEMON, in the words of local(8)); None where unsaid."""
    sender = environment.get("SENDER")
    if sender is None:
        return None
    return "" if sender == "MAILER-DAEMON" else _storable(sender)


def take_one(
    stdin: BinaryIO,
    intake: Intake,
    recipient: str,
    clock: Clock,
    *,
    environment: Mapping[str, str] = os.environ,
    most: int = LARGEST_MAIL,
) -> int:
    """Reads one mail to its end and has it kept. `environment` tells the sender; `most` is in bytes.

    Returns 0 when it is durable, 75 when it could not be kept now, 2 when there is no mail or too much of one: a mail
    that will never be taken must not come again and again.
    """
    envelope_from = envelope_sender(environment)
    recipients = (recipient,) if recipient else ()

    def describe(blob: Blob, digest: str) -> Arrived:
        return Arrived(digest, blob.sha256, blob.size, _SOURCE, clock.now(), envelope_from, recipients)

    upload = Upload(intake.spool, most)
    try:
        problem = _read(stdin, upload)
        if problem:
            log.error("%s size=%d refused: %s", _SOURCE, upload.size, problem)
            return USAGE
        kept = upload.keep(intake, describe)
    except Deferred as error:
        log.warning("%s size=%d deferred: %s", _SOURCE, upload.size, error.reason)
        return TRY_AGAIN
    except Exception:
        log.exception("%s size=%d deferred: a fault of ours", _SOURCE, upload.size)
        return TRY_AGAIN
    finally:
        upload.discard()
    log.info("%s inbox=%d fresh=%s size=%d", _SOURCE, kept.inbound_id, kept.fresh, upload.size)
    return KEPT


def _read(stdin: BinaryIO, upload: Upload) -> str:
    """Fills the upload; returns why the mail cannot be taken, or ""."""
    first = True
    while chunk := stdin.read(IN_MEMORY):
        if first:
            chunk, first = _without_envelope_line(chunk), False
        if upload.add(chunk):
            upload.write()
        if upload.too_large:
            return f"larger than {upload.limit} bytes"
    return "" if upload.size else "no mail on standard input"


def _without_envelope_line(chunk: bytes) -> bytes:
    """Postfix and others put a line "From sender date" before the header, which is no part of the mail."""
    line, end, rest = chunk.partition(b"\n")
    return rest if end and line.startswith(b"From ") else chunk


def _storable(address: str) -> str:
    """An address from the environment, where bytes that are no UTF-8 stand as lone surrogates."""
    return address.encode("utf-8", "replace").decode()
