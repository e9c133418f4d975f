"""Sends all hostile mail into a running daemon, one after the other, by LMTP or into a mailbox, and watches."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Self

from tests.dialogue import Talk, stuffed
from tests.hostile import audit
from tests.hostile.cases import Case, in_turn
from tests.hostile.judge import Seen, faults, faults_of_sequence
from tests.hostile.letters import Left
from tests.hostile.world import SETTINGS, Fate, World
from tests.running import RunningDaemon, running
from tests.servers.sink import Sink

WITNESS = Path(__file__).parent / "witness"
#: Of the mails that fit a mailbox, every so manyth is put there.
EVERY = 12
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Mismatch:
    case: str
    reason: str

    @property
    def group(self) -> str:
        return self.case.partition("/")[0]


@dataclass(slots=True)
class Findings:
    """How many mails of each group were sent, how many of them by IMAP, and all that was wrong."""

    sent: Counter[str] = field(default_factory=Counter)
    by_imap: int = 0
    letters: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)


class Attack:
    """A daemon in the world of the mails, a relay that keeps every byte, and a witness of whom it calls.

    `append` puts a mail into the mailbox that the daemon watches; `mailbox` is its table of the settings.
    """

    def __init__(self, folder: Path, mailbox: str = "", append: Callable[[bytes], object] | None = None) -> None:
        self.folder = folder
        self.witnessed = folder / "witness"
        self._append = append
        self._mailbox = mailbox
        self._open = ExitStack()
        self._heard = 0

    def __enter__(self) -> Self:
        data = self.folder / "data"
        self.world = World(data)
        self._open.callback(self.world.close)
        self.sink = self._open.enter_context(Sink())
        before = ("env", f"PYTHONPATH={WITNESS}", f"WITNESS_FILE={self.witnessed}")
        self.daemon = RunningDaemon(
            self.folder,
            self.sink.port,
            data=data,
            settings=SETTINGS,
            more=self._mailbox,
            before=before,
            # The days that pass between two mails would bring reminders, too; here only the mails speak.
            roles="intake,desk,post",
        )
        self._open.enter_context(running(self.daemon))
        self.pid = self.daemon.pid
        self._talk = self._open.enter_context(Talk(f"127.0.0.1:{self.daemon.port}", hello="LHLO"))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def run(self, cases: list[Case], seed: int = 4) -> Findings:
        """All of them, shuffled; then what must hold for all together."""
        findings = Findings()
        imap = set([case.name for case in sorted(cases, key=lambda one: one.name) if _fits_a_mailbox(case)][::EVERY])
        for group in in_turn(cases, seed):
            self.world.turn_back()
            seen = [self.send(case, by_imap=self._append is not None and case.name in imap) for case in group]
            for one in seen:
                findings.sent[one.case.group] += 1
                findings.by_imap += not one.reply
                wrong = [*faults(one), *self._of_letters(one)]
                findings.mismatches += [Mismatch(one.case.name, reason) for reason in wrong]
            findings.mismatches += [Mismatch(group[0].name, reason) for reason in faults_of_sequence(seen)]
        self.world.turn_back()
        findings.mismatches += [Mismatch("all/together", reason) for reason in audit.faults(self, cases)]
        findings.letters = len(self.sink.mails)
        return findings

    def send(self, case: Case, *, by_imap: bool = False) -> Seen:
        """One mail, and all that it did. Raises AssertionError where it is not settled in time."""
        self.world.mark()
        before = self.world.tickets()
        reply = ""
        if by_imap:
            assert self._append is not None
            self._append(case.wire)
        else:
            reply = self._deliver(case)
        self._await_end(case, case.sha256 if by_imap else "")
        fate = self.world.fate(case.sha256)
        return Seen(case, reply, fate, self._left(fate), before)

    def _deliver(self, case: Case) -> str:
        """The reply after the dot; of several recipients the last one's. Or the one that refused the envelope."""
        utf8 = "" if case.envelope_from.isascii() else " SMTPUTF8"
        to = [f"RCPT TO:<{recipient}>" for recipient in case.recipients]
        for command in [f"MAIL FROM:<{case.envelope_from}>{utf8}", *to, "DATA"]:
            self._talk.say(f"{command}\r\n")
            reply = self._talk.hear()
            if reply.startswith("5"):
                self._talk.play("-> RSET\n<- 250")
                return reply
        self._talk.say(stuffed(case.wire) + b".\r\n")
        return [self._talk.hear() for _ in to][-1]

    def _await_end(self, case: Case, sha256: str) -> None:
        end = time.monotonic() + _PATIENCE
        while not self.world.is_quiet(sha256):
            assert self.daemon.alive, f"{case.name} ended the daemon"
            assert time.monotonic() < end, f"{case.name} is not settled after {_PATIENCE:.0f} s"
            time.sleep(0.01)

    def _left(self, fate: Fate) -> list[Left]:
        """What left since the last look, each with its row."""
        new = self.sink.mails[self._heard :]
        self._heard += len(new)
        rows = {row.message_id: row for row in fate.letters}
        named = [(str(message_from_bytes(one.data)["Message-ID"]).strip("<>"), one) for one in new]
        assert all(name in rows for name, _ in named), "a mail left that is not in the outbox"
        return [Left(one, rows[name]) for name, one in named]

    def _of_letters(self, seen: Seen) -> Iterator[str]:
        for one in seen.left:
            people = self.world.people_of(one.row.ticket_id)
            yield from one.wrong_whoever(self.world.person(one.row.recipient), people)


def _fits_a_mailbox(case: Case) -> bool:
    """Without NUL (RFC 3501 4.3.1), and the same with the envelope left out."""
    own_words = b"Return-Path: <>" not in case.raw and not case.sequence and case.outcome != {"duplicate"}
    return own_words and b"\0" not in case.raw and not re.search(rb"\r(?!\n)|(?<!\r)\n", case.raw)
