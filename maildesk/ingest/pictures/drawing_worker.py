"""The process that draws previews for `previews.Drawers`: a picture on stdin, a JPEG on stdout, one at a time.

It limits itself: memory for good, CPU time anew for every picture. It ends when its stdin ends. Frames are a length of
four bytes and the bytes; an answer begins with the width of the picture, an empty one is none.
"""

import os
import resource
import signal
import sys
import warnings
from typing import Final

from maildesk.ingest.pictures.drawing import draw
from maildesk.ingest.pictures.previews import LENGTH, WIDTH

#: Address space: the libraries, and the largest picture that is decoded.
MEMORY: Final = 640 << 20
CPU_SECONDS: Final = 2.0


def main() -> None:
    """Answers until there is nothing more to draw."""
    # The daemon decides when the process ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # Nothing that a library prints may get between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while len(head := sys.stdin.buffer.read(LENGTH.size)) == LENGTH.size:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        drawn = _draw(sys.stdin.buffer.read(LENGTH.unpack(head)[0]))
        answers.write(LENGTH.pack(len(drawn)) + drawn)
        answers.flush()


def _draw(data: bytes) -> bytes:
    try:
        drawn = draw(data)
    except MemoryError:
        return b""
    return WIDTH.pack(drawn.width) + drawn.jpeg if drawn else b""


if __name__ == "__main__":
    main()
