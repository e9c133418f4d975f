"""What must hold after all hostile mail together: the desk runs, every byte is kept, every mail has its fate and its
reason, nobody got in, nothing was called."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.blobs import FileBlobs
from maildesk.notify.why import in_words
from maildesk.tokens import TagKind, tagged_address
from tests.hostile.cases import DESK, Case, made_case
from tests.hostile.world import ANNA, KEY, RITA, TICKETS, UWE

if TYPE_CHECKING:
    from tests.hostile.attack import Attack

_LOG_LINE = re.compile(r"(DEBUG|INFO|WARNING|ERROR) [\w.]+ [ -~]*")
#: In the data folder: names of ours alone.
_OURS = re.compile(
    r"raw(/[0-9a-f]{2}(/[0-9a-f]{64})?|/spool|/tmp)?|maildesk\.(db|lock)(-wal|-shm)?|tmp|heartbeat"
    r"|compiled(/(text|html)-[0-9a-f]{16}-[0-9a-f]{40})?|.*\.lock"
)
_ANSWER = """From: {agent}\r
To: {to}\r
Subject: Re: Keyboard\r
Message-ID: <last.{number}@corp.example>\r
\r
It is mended.\r
"""


def faults(attack: "Attack", cases: list[Case]) -> Iterator[str]:
    yield from _of_the_daemon(attack)
    yield from _of_the_books(attack, cases)
    yield from _of_the_disk(attack, cases)
    yield from _of_calls(attack)
    yield from _of_people(attack)


def _of_the_daemon(attack: "Attack") -> Iterator[str]:
    if not attack.daemon.alive or attack.daemon.pid != attack.pid:
        yield "no-crash: the daemon has ended"
    log = attack.daemon.log
    if "Traceback" in log:
        yield f"no-crash: {log[log.index('Traceback') :][:600]}"
    strange = [line for line in log.split("\n") if line and not _LOG_LINE.fullmatch(line)]
    if strange:
        yield f"log: {len(strange)} lines that are not ours, the first: {strange[0][:120]!r}"


def _of_the_books(attack: "Attack", cases: list[Case]) -> Iterator[str]:
    """The command line tells the same as the database, for every mail."""
    if not attack.world.is_whole():
        yield "no-sql: the database is damaged"
    said = attack.daemon.ask("inbox", "list", "--json")
    listed = [json.loads(line) for line in said.stdout.splitlines()]
    told = [(one["id"], one["state"], one["disposition"] or "", one["reason"], one["ticket"]) for one in listed]
    rows = attack.world.rows()
    if told != [(row.id, row.state, row.disposition, in_words(row.reason, "en"), row.ticket_id) for row in rows]:
        yield f"`inbox list --json` tells other things than the database ({said.stderr[:200]})"
    silent = [row.id for row in rows if not row.reason or not row.disposition]
    if silent:
        yield f"mails without fate or reason: {silent}"
    different = {case.wire for case in cases if case.outcome != {"duplicate"}}
    if len(rows) != len(different):
        yield f"{len(different)} different mails, {len(rows)} rows"
    for number in TICKETS:
        if attack.daemon.ask("ticket", "show", str(number), "--json").returncode:
            yield f"`ticket show {number}` fails"


def _of_the_disk(attack: "Attack", cases: list[Case]) -> Iterator[str]:
    blobs = FileBlobs(attack.daemon.data / "raw")
    kept = {row.raw_sha256 for row in attack.world.rows()}
    wanted = {case.sha256: case.name for case in cases if case.outcome != {"duplicate"}}
    lost = [name for sha256, name in wanted.items() if sha256 not in kept]
    if lost:
        yield f"raw-kept: {len(lost)} mails are not there as they came: {', '.join(lost[:5])}"
    broken = [case.name for case in cases if case.sha256 in kept and blobs.read(case.sha256) != case.wire]
    if broken:
        yield f"raw-kept: other bytes: {', '.join(broken[:5])}"
    names = [str(path.relative_to(attack.daemon.data)) for path in attack.daemon.data.rglob("*")]
    strange = [name for name in names if not _OURS.fullmatch(name)]
    if strange:
        yield f"safe-filename: in the data folder stands {strange[0]!r}"


def _of_calls(attack: "Attack") -> Iterator[str]:
    """Looked-up names, connections and programs, of the daemon and all its workers."""
    lines = attack.witnessed.read_text(errors="replace").splitlines()
    if not any(line.startswith("socket.connect") for line in lines):
        yield "no-remote-fetch: the witness has seen nothing, not even the relay"
    strange = sorted({line for line in lines if not _is_ours(line)})
    if strange:
        yield f"no-remote-fetch: {len(strange)} calls, the first: {strange[0][:200]}"


def _is_ours(line: str) -> bool:
    event, _, told = line.partition(" ")
    arguments = ast.literal_eval(told)
    if event == "subprocess.Popen":
        return "maildesk" in str(arguments[1]) or "multiprocessing" in str(arguments[1])
    host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
    return host in ("127.0.0.1", "", None) or Path(str(host)).is_absolute()


def _of_people(attack: "Attack") -> Iterator[str]:
    """Whatever came, an agent's next answer goes to the requester alone."""
    for number, requester in TICKETS.items():
        owner = RITA if number == 1001 else UWE
        people = attack.world.people_of(number)
        if people != {owner}:
            yield f"no-join: on ticket {number} stand {', '.join(sorted(people))}"
        to = tagged_address(DESK, "+", KEY, TagKind.REPLY, number, 1, 0)
        raw = _ANSWER.format(agent=ANNA, to=to, number=number).encode()
        told = {"outcome": ["append"], "ack": "any", "must": []}
        seen = attack.send(made_case(f"all/answer-{number}", raw, told))
        outside = [one.row.recipient for one in seen.left if one.row.recipient in people | {owner}]
        others = [one.row.recipient for one in seen.left if one.row.recipient.endswith("evil.example")]
        if outside != [owner] or others or requester != attack.world.person(owner):
            yield f"no-new-recipient: the answer on ticket {number} went to {[one.row.recipient for one in seen.left]}"
