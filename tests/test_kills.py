"""The real daemon is killed at random moments under load: 0 lost, 0 doubled, letters twice only by the named window.

`python -m tests.kills` does the same for as long as one likes, and says the seed with which it can be done again.
"""

import random
from pathlib import Path

from tests.kills.killing import Killing
from tests.running import RunningDaemon, mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.sink import Sink


def prove(killing: Killing) -> None:
    """Shows the line of figures and the seed; the last words of the daemon where anything is wrong."""
    verdict = killing.run()
    print(f"seed {killing.seed}: {verdict}; with mails in hand {killing.in_hand}, on the wire {killing.on_the_wire}")
    assert verdict.good, "\n".join(
        [f"seed {killing.seed}: {verdict}", *verdict.faults[:20], killing.daemon.log[-3000:]]
    )
    # Else the kills hit nothing, and the figures say nothing.
    assert killing.in_hand >= killing.kills / 10 and killing.on_the_wire >= 1


def test_100_kills_on_sqlite_with_mail_by_lmtp_and_imap(tmp_path: Path, sink: Sink, dovecot: Dovecot) -> None:
    user = dovecot.user()
    daemon = RunningDaemon(tmp_path, sink.port, more=mailbox(dovecot.port, user), forked=True)
    prove(Killing(daemon, sink, 200, 100, random.SystemRandom().randrange(1 << 32), dovecot, user))


def test_100_kills_on_postgres(tmp_path: Path, sink: Sink, postgres_url: str) -> None:
    daemon = RunningDaemon(tmp_path, sink.port, url=postgres_url, forked=True)
    prove(Killing(daemon, sink, 200, 100, random.SystemRandom().randrange(1 << 32)))
