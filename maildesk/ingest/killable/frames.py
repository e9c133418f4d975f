"""The child's side: it takes frames from stdin and gives frames to stdout, one for one, and ends when its stdin ends.

It knows nothing of what is asked, and never outlives the daemon.
"""

import os
import resource
import signal
import struct
import sys
from typing import BinaryIO, Final

LENGTH: Final = struct.Struct(">I")


def begin() -> BinaryIO:
    """Where the answers go. Whatever a library prints from now on goes to stderr, never between the frames."""
    # The daemon decides when the process ends; a signal to the whole group must not lose what is in hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def limit_memory(size: int) -> None:
    """Bytes of address space, for good; and no core is left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_cpu(seconds: float) -> None:
    """The kernel ends the process when it has used so much from now on.

    A timer: RLIMIT_CPU counts all that was ever used, in whole seconds, by another clock than the one a process can
    read.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)


def receive() -> bytes | None:
    """The next frame, or None where there are no more."""
    head = sys.stdin.buffer.read(LENGTH.size)
    return sys.stdin.buffer.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def send(answers: BinaryIO, data: bytes) -> None:
    try:
        answers.write(LENGTH.pack(len(data)) + data)
        answers.flush()
    except BrokenPipeError:
        # Nobody waits for the answer any more.
        os._exit(0)
