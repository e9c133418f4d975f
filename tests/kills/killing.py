"""One run: a stream of mail, a daemon that is killed at random moments and started again, and the verdict."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from maildesk.blobs import FileBlobs
from maildesk.reason import because
from tests.kills.ledger import Ledger
from tests.kills.oracle import Evidence, Oracle, Verdict
from tests.kills.stream import SCRIPTS, People, Script, request
from tests.postman import Posting, Postmen
from tests.running import RunningDaemon
from tests.servers.dovecot import Dovecot
from tests.servers.sink import Sink

#: Seconds after it is ready within which it is killed, at first. They become fewer with each life in which a letter
#: left, and more with each that was too short for that: so most kills find it at work, on any machine.
WINDOW = 1.0
FEWER, MORE = 0.9, 1.3
#: Seconds the relay takes over a letter, so that kills find some on the wire.
RELAY_SECONDS = 0.02
#: One kill of so many comes at any moment from the start of the process on, ready or not.
ANY_MOMENT = 8
_KILLED = because("ended_each_time")


@dataclass
class Killing:
    """`mails` requests, spread over `kills` lives. `dovecot`: every third comes through this mailbox, too."""

    daemon: RunningDaemon
    sink: Sink
    mails: int
    kills: int
    seed: int
    dovecot: Dovecot | None = None
    user: str = ""
    #: Kills that found mails being processed, and letters on the wire.
    in_hand: int = 0
    on_the_wire: int = 0
    _random: random.Random = field(init=False)
    _ledger: Ledger = field(init=False)
    _windows: Counter[str] = field(default_factory=Counter)
    _requests: list[tuple[int, Posting]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._ledger = Ledger(self.daemon.url, self.daemon.data)

    def run(self) -> Verdict:
        self.sink.delay("dot", RELAY_SECONDS)
        postmen = Postmen([self.daemon.port])
        people = People(self.sink, postmen.post)
        verdict = Verdict(0, self.kills)
        try:
            self._kill_under_load(postmen)
            self._drain(postmen, people, verdict)
        finally:
            people.close()
            postmen.close()
            if self.daemon.alive:
                self.daemon.kill()
        verdict.mails = len(self._requests) + len(people.answers)
        evidence = Evidence(
            self._requests, people.answers, self.sink.mails, self._windows, FileBlobs(self.daemon.data / "raw")
        )
        with self._ledger.read() as session:
            Oracle(session, evidence, verdict).judge()
        return verdict

    def _kill_under_load(self, postmen: Postmen) -> None:
        took, window = 1.0, WINDOW
        for life in range(self.kills):
            self._send(postmen, round(self.mails * (life + 1) / self.kills))
            began, letters = time.monotonic(), len(self.sink.mails)
            self.daemon.start()
            if life and self._random.randrange(ANY_MOMENT) == 0:
                time.sleep(self._random.uniform(0, took + window))
            else:
                self.daemon.await_ready()
                took = time.monotonic() - began
                time.sleep(self._random.uniform(0, window))
                window *= FEWER if len(self.sink.mails) > letters else MORE
            self.daemon.kill()
            self._look()

    def _send(self, postmen: Postmen, until: int) -> None:
        for number in range(len(self._requests), until):
            posting = request(number)
            self._requests.append((number, posting))
            postmen.post(posting)
            if self.dovecot is not None and number % 3 == 0:
                self.dovecot.append(self.user, posting.mail)

    def _look(self) -> None:
        found = self._ledger.found()
        self._windows.update(found.transmitting)
        self.in_hand += bool(found.in_hand)
        self.on_the_wire += bool(found.transmitting)
        self._ledger.bury()

    def _drain(self, postmen: Postmen, people: People, verdict: Verdict) -> None:
        """Lets the last life finish everything. What is held for no fault of its own gets its second chance."""
        self.daemon.start()
        self.daemon.await_ready()
        answers = sum(bool(script.anna) + bool(script.customer) for script in self._scripts())
        end = time.monotonic() + 240 + self.mails / 10
        while time.monotonic() < end:
            time.sleep(0.3)
            held = self._ledger.held()
            if broken := {number: reason for number, reason in held.items() if not reason.startswith(_KILLED)}:
                verdict.faults.append(f"held for another reason than kills: {broken}")
                return
            if held:
                verdict.held += len(held)
                asked = self.daemon.ask("inbox", "retry", *map(str, held))
                assert asked.returncode == 0, asked.stderr
            elif postmen.idle and len(people.answers) == answers and self._ledger.is_quiet() and self._fetched():
                return
        verdict.faults.append(f"not at rest: {len(people.answers)} of {answers} answers, idle={postmen.idle}")

    def _scripts(self) -> list[Script]:
        return [SCRIPTS[number % len(SCRIPTS)] for number, _ in self._requests]

    def _fetched(self) -> bool:
        return self.dovecot is None or not self.dovecot.mails(self.user)
