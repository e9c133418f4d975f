"""The process that examines mails for `examiners.Examiners`: questions on stdin, findings on stdout, one at a time.

It limits itself: memory for good, CPU time anew for every mail. The first frame holds what is the same for all mails.
"""

from pathlib import Path
from typing import Final

from maildesk.ingest.killable import frames
from maildesk.ingest.sender_proof.examine import OURSELVES, examine
from maildesk.ingest.sender_proof.lookups import Lookups
from maildesk.ingest.sender_proof.question import Asked, Means

#: Address space: a mail of the largest size, its lines and its canonical form.
MEMORY: Final = 768 << 20
CPU_SECONDS: Final = 3.0


def main() -> None:
    """Answers until there is nothing more to examine."""
    answers = frames.begin()
    frames.limit_memory(MEMORY)
    first = frames.receive()
    if first is None:
        return
    means = Means.from_json(first)
    lookups = Lookups(means.nameservers, means.dns_seconds)
    while (question := frames.receive()) is not None:
        frames.limit_cpu(CPU_SECONDS)
        frames.send(answers, _found(Asked.from_json(question), means, lookups).encode())


def _found(asked: Asked, means: Means, lookups: Lookups) -> str:
    try:
        return examine(Path(asked.path).read_bytes(), asked, means, lookups)
    except OSError as error:
        return f"{OURSELVES}; dmarc=temperror (the mail cannot be read, {type(error).__name__})"


if __name__ == "__main__":
    main()
