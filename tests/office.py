"""One or more real daemons at work on one desk, with people who write to them; at the end everything was done once."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from maildesk.blobs import FileBlobs
from tests.kills.ledger import Ledger
from tests.kills.oracle import Evidence, Oracle, Verdict
from tests.kills.stream import SCRIPTS, People, request
from tests.postman import Posting, Postmen
from tests.running import RunningDaemon, await_quiet, started
from tests.servers.sink import Sink


class Office:
    """`count` daemons on one database, with one relay, one data folder, and the people of the killing test.

    `more` is added to the settings; `posted` is called with each request, beside its way by LMTP.
    """

    def __init__(
        self,
        folder: Path,
        url: str,
        sink: Sink,
        count: int = 1,
        *,
        more: str = "",
        posted: Callable[[bytes], object] = lambda _mail: None,
    ) -> None:
        data = folder / "data"
        self.daemons = [
            RunningDaemon(folder / str(number), sink.port, url=url, data=data, more=more, forked=True)
            for number in range(count)
        ]
        self._posted = posted
        self.ledger = Ledger(url, data)
        self.windows: Counter[str] = Counter()
        self.requests: list[tuple[int, Posting]] = []
        self._sink = sink
        self._blobs = FileBlobs(data / "raw")

    @contextmanager
    def at_work(self, mails: int) -> Iterator[None]:
        """All are started, mail goes to each in turn; at the end all is done and was done once."""
        with ExitStack() as stack:
            for daemon in self.daemons:
                stack.enter_context(started(daemon))
            for daemon in self.daemons:
                daemon.await_ready()
            self.postmen = Postmen([daemon.port for daemon in self.daemons], 2 * len(self.daemons))
            stack.callback(self.postmen.close)
            self._people = People(self._sink, self.postmen.post)
            stack.callback(self._people.close)
            self.send(mails)
            yield
            await_quiet(self._is_done, "everything is done", 240)
            self._judge()

    def send(self, mails: int) -> None:
        """So many more requests."""
        for number in range(len(self.requests), len(self.requests) + mails):
            posting = request(number)
            self.requests.append((number, posting))
            self.postmen.post(posting)
            self._posted(posting.mail)

    @property
    def answers(self) -> list[tuple[int, Posting]]:
        """What agents and customers wrote after their first letter."""
        return self._people.answers

    def look(self) -> None:
        """After a kill or a stop: which letters may have gone."""
        self.windows.update(self.ledger.found().transmitting)

    def workers(self) -> list[int]:
        """How many mails each daemon has processed."""
        return [daemon.log.count("maildesk.ingest.process inbound=") for daemon in self.daemons]

    def _is_done(self) -> bool:
        scripts = [SCRIPTS[number % len(SCRIPTS)] for number, _ in self.requests]
        due = sum(bool(script.anna) + bool(script.customer) for script in scripts)
        return self.postmen.idle and len(self.answers) == due and self.ledger.is_quiet()

    def _judge(self) -> None:
        verdict = Verdict(len(self.requests) + len(self.answers), 0)
        evidence = Evidence(self.requests, self.answers, self._sink.mails, self.windows, self._blobs)
        with self.ledger.read() as session:
            Oracle(session, evidence, verdict).judge()
        assert verdict.good, "\n".join([str(verdict), *verdict.faults[:20]])
