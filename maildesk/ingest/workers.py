"""Parses mails in processes that may be killed: a mail that eats CPU, memory or time takes its worker along, no more.

A worker is started when it is first needed, replaced when it died, and retired when a large mail has left it fat. What
comes back is read by an unpickler that knows only the values of a Mail.
"""

import io
import os
import pickle
import queue
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from maildesk.ingest.killable.process import Ended, Killable, TooLarge
from maildesk.ingest.question import OUT_OF_MEMORY, Answer, Question
from maildesk.mail import Mail, Ours
from maildesk.reason import because

MIB: Final = 1 << 20
#: A worker that holds more than this between two mails is retired.
FAT: Final = 96 * MIB
_LARGEST_ANSWER: Final = 64 * MIB
#: What an exit code says.
_ENDS: Final = {
    -signal.SIGPROF: because("too_much_time"),
    OUT_OF_MEMORY: because("too_much_memory"),
}
_VALUES: Final = frozenset(
    {
        *(("maildesk.mail", name) for name in ("Address", "Part", "FailedRecipient", "Bounce", "Forward", "Mail")),
        ("maildesk.vocabulary", "MailKind"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timezone"),
        ("datetime", "timedelta"),
    }
)


class ParserDied(Exception):
    """The worker ended over this mail. `reason` says why, as it is stored (maildesk.reason)."""

    def __init__(self, reason: str, *, too_expensive: bool = False) -> None:
        """`too_expensive`: it ended over the size or form of the mail, whose beginning may well be read."""
        super().__init__(reason)
        self.reason = reason
        self.too_expensive = too_expensive


class Parsers:
    """`count` workers. Thread-safe; `submit` lets the next mail be parsed while the last one is stored.

    A mail that was too expensive is asked about once more: only its beginning is read then, and its problems say why.
    """

    def __init__(
        self,
        count: int,
        ours: Ours,
        *,
        cpu_seconds: float = 1.8,
        memory: int = 256 * MIB,
        wall_seconds: float = 30,
    ) -> None:
        """Limits are for one mail; `memory` is a worker's address space in bytes.

        Two seconds of CPU and 256 MiB are enough for any honest mail; what is left of the two serves for the beginning.
        """
        self._setting = pickle.dumps((ours, cpu_seconds, memory), protocol=5)
        self._wall_seconds = wall_seconds
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="parser")
        self._busy: set[_Worker] = set()
        self._killing = threading.Lock()
        self._killed = False

    def parse(self, path: Path, envelope_from: str | None = None) -> Mail:
        """Reads the raw mail in `path`. Raises ParserDied, or OSError where the file cannot be read."""
        return self.submit(path, envelope_from).result()

    def submit(self, path: Path, envelope_from: str | None = None) -> "Future[Mail]":
        """The same, later; mails are begun in the order in which they were submitted."""
        return self._threads.submit(self._mail, Question(os.fspath(path), envelope_from=envelope_from))

    def ask(self, question: Question) -> "Future[dict[str, Any]]":
        """What `maildesk read` shows of a file, later and in order. Raises as `parse` does."""
        return self._threads.submit(self._document, question)

    def close(self) -> None:
        """Ends all workers after the mails in hand. Nothing may be submitted afterwards. May be called twice."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._idle.empty():
            worker = self._idle.get()
            if worker is not None:
                worker.retire()

    def kill(self) -> None:
        """Ends all workers now, whatever they have in hand: nobody waits for it any more."""
        with self._killing:
            self._killed = True
            for worker in list(self._busy):
                worker.stop()
        self.close()

    def _mail(self, question: Question) -> Mail:
        answer = self._answer(question)
        if not isinstance(answer, Mail):
            raise ParserDied(because("parser_odd"))
        return answer

    def _document(self, question: Question) -> dict[str, Any]:
        answer = self._answer(question)
        if not isinstance(answer, dict):
            raise ParserDied(because("parser_odd"))
        return answer

    def _answer(self, question: Question) -> Mail | dict[str, Any]:
        try:
            answer = self._ask(question)
        except ParserDied as death:
            if not death.too_expensive:
                raise
            answer = self._ask(replace(question, after=death.reason))
        if isinstance(answer, str):
            raise OSError(answer)
        return answer

    def _ask(self, question: Question) -> Answer:
        worker = self._idle.get()
        try:
            worker = self._begin(worker)
            answer, resident = worker.ask(question, self._wall_seconds)
            self._busy.discard(worker)
            if resident > FAT:
                worker.retire()
                worker = None
        except BaseException:
            if worker is not None:
                self._busy.discard(worker)
                worker.kill()
            worker = None
            raise
        finally:
            self._idle.put(worker)
        return answer

    def _begin(self, worker: "_Worker | None") -> "_Worker":
        """A living worker, known as busy. None begins once all are killed."""
        with self._killing:
            if self._killed:
                raise ParserDied(because("broken_off"))
            if worker is None or not worker.alive:
                worker = _Worker(self._setting)
            self._busy.add(worker)
            return worker


class _Worker:
    """One process, and what its end says about the mail it had."""

    def __init__(self, setting: bytes) -> None:
        self._process = Killable("maildesk.ingest.parsing_worker")
        self._lock = threading.Lock()
        self.pid = self._process.pid
        #: What it is to be told before the first question.
        self._unsaid: tuple[bytes, ...] = (setting,)

    @property
    def alive(self) -> bool:
        return self._process.alive

    def ask(self, question: Question, wall_seconds: float) -> tuple[Answer, int]:
        """The answer, and the worker's memory. Raises ParserDied; then the worker is of no use any more."""
        with self._lock:
            deadline = time.monotonic() + wall_seconds
            try:
                for frame in (*self._unsaid, pickle.dumps(question, protocol=5)):
                    self._process.send(frame, deadline)
                self._unsaid = ()
                received = self._process.receive(deadline, _LARGEST_ANSWER)
            except TooLarge:
                raise ParserDied(because("answer_too_large"), too_expensive=True) from None
            except TimeoutError:
                raise ParserDied(because("too_slow"), too_expensive=True) from None
            except Ended:
                raise self._death() from None
            answer: tuple[Answer, int] = _Values(io.BytesIO(received)).load()
            return answer

    def retire(self) -> None:
        """Lets the worker end by itself."""
        self._process.retire()

    def stop(self) -> None:
        """From another thread: whoever waits for an answer learns that it died."""
        self._process.stop()

    def kill(self) -> None:
        self._process.kill()

    def _death(self) -> ParserDied:
        code = self._process.ended()
        if code == -signal.SIGKILL:
            # From outside, which says nothing about the mail.
            return ParserDied(because("parser_signal", 9))
        said = because("parser_signal", -code) if code < 0 else because("parser_code", code)
        return ParserDied(_ENDS.get(code, said), too_expensive=True)


class _Values(pickle.Unpickler):
    """Builds the values of a Mail and nothing else, whatever a worker that a mail has taken over may send."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _VALUES:
            raise ParserDied(because("parser_said", f"{module}.{name}"))
        return super().find_class(module, name)
