"""Has mails examined by processes that may be killed, several at once: the DNS of strangers may be slow. What takes too
long or ends its process is "temperror": nothing is known, and the mail goes on.
"""

import importlib.util
import logging
import queue
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from maildesk.config import Settings
from maildesk.errors import Refused
from maildesk.ingest.killable.process import Killable
from maildesk.ingest.sender_proof.question import Asked, Means

log = logging.getLogger(__name__)

_COUNT: Final = 4
_WALL_SECONDS: Final = 8.0
_LARGEST_ANSWER: Final = 1 << 16
#: What the extra brings.
_LIBRARIES: Final = ("dkim", "dns", "publicsuffixlist", "spf")


def means_of(settings: Settings) -> Means | None:
    """How this desk examines; None where it believes its mail server alone. Raises Refused without the extra `mx`."""
    auth = settings.auth
    if not auth.mx and not auth.pinned_domains:
        return None
    if missing := [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]:
        raise Refused(f"auth.mx and auth.pinned_domains need {', '.join(missing)}; install maildesk[mx]")
    return Means(
        auth.mx,
        auth.pinned_domains,
        auth.trusted_arc_sealers,
        auth.nameservers,
        tuple(sorted(settings.own_addresses)),
        settings.desk.subaddress,
    )


class Examiners:
    """A few processes, each started when it is first needed and replaced when it died. Thread-safe."""

    def __init__(self, means: Means | None, count: int = _COUNT, wall_seconds: float = _WALL_SECONDS) -> None:
        """Without `means` nothing is ever examined, and no process started."""
        self._means = means
        self._wall_seconds = wall_seconds
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="examiner")
        self._idle: queue.LifoQueue[Killable | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)

    def submit(self, asked: Asked) -> "Future[str]":
        """What was found, a little later; "" where there is nothing to ask. The future raises nothing."""
        if self._means is None or not (self._means.pinned_domains or asked.from_world):
            nothing: Future[str] = Future()
            nothing.set_result("")
            return nothing
        return self._threads.submit(self._examine, asked, self._means)

    def close(self) -> None:
        """Ends all processes after the mails in hand. May be called twice."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            if process := self._idle.get():
                process.kill()

    def _examine(self, asked: Asked, means: Means) -> str:
        process = self._idle.get()
        try:
            deadline = time.monotonic() + self._wall_seconds
            if process is None:
                process = Killable("maildesk.ingest.sender_proof.worker")
                process.send(means.to_json(), deadline)
            process.send(asked.to_json(), deadline)
            return process.receive(deadline, _LARGEST_ANSWER).decode("ascii", "replace")
        except OSError as death:
            # It ended, took too long, or said too much.
            log.warning("mail=%s not examined: %s", Path(asked.path).name, death)
            if process is not None:
                process.kill()
            process = None
            return "maildesk; dmarc=temperror (examining took too much)"
        finally:
            self._idle.put(process)
