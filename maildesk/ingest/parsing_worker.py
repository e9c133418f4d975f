"""The process that parses mails for `workers.Parsers`: requests on stdin, answers on stdout, one at a time.

It limits itself: memory for good, CPU time anew for every mail. It ends when its stdin ends, so it never outlives the
daemon. Frames are a length of four bytes and a pickle.
"""

import os
import pickle
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import BinaryIO, Final

from maildesk.ingest.parse import parse_mail
from maildesk.mail import Mail, Ours

LENGTH: Final = struct.Struct(">I")
#: The exit code that says "out of memory".
OUT_OF_MEMORY: Final = 71


def main() -> None:
    """Answers requests until there are no more. The first frame holds what is the same for all mails."""
    # The daemon decides when the worker ends; a signal to the whole group must not lose the mail in hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    requests = sys.stdin.buffer
    # Nothing that a library prints may get between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    first = _receive(requests)
    if first is None:
        return
    ours, with_html, cpu_seconds, memory = pickle.loads(first)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (request := _receive(requests)) is not None:
        path, envelope_from = pickle.loads(request)
        # The kernel ends the process when this mail has used so much. A timer, set for each mail: RLIMIT_CPU counts
        # all mails together, in whole seconds, by another clock than the one a process can read.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        _send(answers, _answer(Path(path), ours, envelope_from, with_html))


def _answer(path: Path, ours: Ours, envelope_from: str | None, with_html: bool) -> tuple[Mail | str, int]:
    """The mail, or why its file could not be read; and the memory the process has now, in bytes."""
    try:
        return parse_mail(path.read_bytes(), ours, envelope_from, with_html=with_html), _resident()
    except OSError as error:
        return f"{error.strerror or type(error).__name__}: {path.name}", _resident()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _resident() -> int:
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        # Without /proc the peak has to do; Linux counts it in KiB.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _receive(requests: BinaryIO) -> bytes | None:
    head = requests.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return requests.read(LENGTH.unpack(head)[0])


def _send(answers: BinaryIO, answer: tuple[Mail | str, int]) -> None:
    data = pickle.dumps(answer, protocol=5)
    try:
        answers.write(LENGTH.pack(len(data)) + data)
        answers.flush()
    except BrokenPipeError:
        # Nobody waits for the answer any more.
        os._exit(0)


if __name__ == "__main__":
    main()
