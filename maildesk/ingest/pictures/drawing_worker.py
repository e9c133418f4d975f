"""The process that draws previews for `previews.Drawers`: a picture on stdin, a JPEG on stdout, one at a time.

It limits itself: memory for good, CPU time anew for every picture. An answer begins with the width of the picture, an
empty one is none.
"""

import warnings
from typing import Final

from maildesk.ingest.killable import frames
from maildesk.ingest.pictures.drawing import draw
from maildesk.ingest.pictures.previews import WIDTH

#: Address space: the libraries, and the largest picture that is decoded.
MEMORY: Final = 640 << 20
CPU_SECONDS: Final = 2.0


def main() -> None:
    """Answers until there is nothing more to draw."""
    answers = frames.begin()
    warnings.simplefilter("ignore")
    frames.limit_memory(MEMORY)
    while (picture := frames.receive()) is not None:
        frames.limit_cpu(CPU_SECONDS)
        frames.send(answers, _draw(picture))


def _draw(data: bytes) -> bytes:
    try:
        drawn = draw(data)
    except MemoryError:
        return b""
    return WIDTH.pack(drawn.width) + drawn.jpeg if drawn else b""


if __name__ == "__main__":
    main()
