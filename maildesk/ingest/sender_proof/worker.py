"""The process that examines mails for `examiners.Examiners`: questions on stdin, findings on stdout, one at a time.

It limits itself: memory for good, CPU time anew for every mail. It ends when its stdin ends. Frames are a length of
four bytes and the bytes; the first one holds what is the same for all mails.
"""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final

from maildesk.ingest.sender_proof.examine import OURSELVES, examine
from maildesk.ingest.sender_proof.lookups import Lookups
from maildesk.ingest.sender_proof.question import LENGTH, Asked, Means

#: Address space: a mail of the largest size, its lines and its canonical form.
MEMORY: Final = 768 << 20
CPU_SECONDS: Final = 3.0


def main() -> None:
    """Answers until there is nothing more to examine."""
    # The daemon decides when the process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # Nothing that a library prints may get between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    first = _receive()
    if first is None:
        return
    means = Means.from_json(first)
    lookups = Lookups(means.nameservers, means.dns_seconds)
    while (question := _receive()) is not None:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        found = _found(Asked.from_json(question), means, lookups).encode()
        answers.write(LENGTH.pack(len(found)) + found)
        answers.flush()


def _found(asked: Asked, means: Means, lookups: Lookups) -> str:
    try:
        return examine(Path(asked.path).read_bytes(), asked, means, lookups)
    except OSError as error:
        return f"{OURSELVES}; dmarc=temperror (the mail cannot be read, {type(error).__name__})"


def _receive() -> bytes | None:
    head = sys.stdin.buffer.read(LENGTH.size)
    return sys.stdin.buffer.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


if __name__ == "__main__":
    main()
