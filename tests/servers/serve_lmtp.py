"""An LMTP listener as a process of its own, to be watched from outside.

    python -m tests.servers.serve_lmtp FOLDER

Prints its address. On standard input: "memory" prints the greatest resident size so far in bytes; the end stops it.
"""

import sys
from pathlib import Path

from maildesk.blobs import FileBlobs
from maildesk.ingest.accept import Intake
from maildesk.ingest.listener import Listener
from maildesk.ingest.reception import ListenerLimits
from maildesk.model import Base
from maildesk.store import Store
from tests.listening import OURS, StoppedClock


def main(folder: Path) -> None:
    store = Store("sqlite", folder)
    Base.metadata.create_all(store.engine)
    intake = Intake(store, FileBlobs(folder / "raw"), lambda: None)
    limits = ListenerLimits(disk_reserve=0, message_size=50 << 20)
    listener = Listener(intake, "127.0.0.1:0", "lmtp", OURS, limits, StoppedClock(), "desk.acme.example")
    print(listener.start(), flush=True)
    for _ in sys.stdin:
        status = Path("/proc/self/status").read_text()
        print(int(status.partition("VmHWM:")[2].split()[0]) * 1024, flush=True)
    listener.close()
    intake.close()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
