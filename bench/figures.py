"""How long the figures of a week take, on desks of growing age: only its rows and the open tickets may cost anything.

    python -m bench.figures [--postgres] [--tickets 1000 10000 100000]

Old tickets are closed, with three events and three deadlines each; beside them the last two weeks have 500 tickets,
300 of them open. Times are the best of three, in milliseconds.
"""

import argparse
import shutil
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.bulk import put
from bench.filling import fill_tickets
from maildesk.config import Settings, read_settings
from maildesk.desk.digests.digest_letter import account_of
from maildesk.desk.figures.find import snapshot
from maildesk.desk.figures.period import Period
from maildesk.migrate import upgrade
from maildesk.model import Deadline, Event, Inbound, Person, Ticket
from maildesk.store import Store
from maildesk.vocabulary import Span
from tests.servers.postgres import start_postgres

NOW = datetime(2030, 1, 14, 7, 30, tzinfo=UTC)
SETTINGS = """
[desk]
address = "support@desk.example"
[[agent]]
email = "anna@desk.example"
manager = true
"""
_RECENT, _OPEN, _STEP = 500, 300, 5000


def measure(url: str, folder: Path, tickets: int) -> float:
    """Fills a database, and reads the figures of its last week."""
    store = Store(url, folder)
    upgrade(store)
    with store.begin() as session:
        there = session.scalar(select(func.count()).select_from(Ticket)) or 0
    if not there:
        fill_tickets(store, tickets)
        with store.begin() as session:
            _fill_old(session, tickets)
            _fill_recent(session, tickets)
        _gather_statistics(store)
    settings = read_settings(SETTINGS, {}, "bench")
    period = Period(Span.WEEK, date(2030, 1, 7), date(2030, 1, 14), settings.desk.timezone)
    best = min(_once(store, settings, period) for _ in range(3))
    store.close()
    return best


def _once(store: Store, settings: Settings, period: Period) -> float:
    begin = time.perf_counter()
    with store.read() as session:
        snapshot(session)
        account = account_of(session, settings, period, NOW)
    assert account.figures.backlog.end == _OPEN, account.figures.backlog
    return (time.perf_counter() - begin) * 1000


def _fill_old(session: Session, tickets: int) -> None:
    """Deadlines and mails of the old tickets."""
    opened = datetime(2025, 1, 1, tzinfo=UTC)
    for start in range(0, tickets, _STEP):
        numbers = range(start, min(start + _STEP, tickets))
        when = {n: opened + timedelta(minutes=n) for n in numbers}
        put(session, Deadline, [_deadline(n + 1, when[n], level) for n in numbers for level in _LEVELS])
        put(session, Inbound, [_mail(n, when[n]) for n in numbers])


def _fill_recent(session: Session, tickets: int) -> None:
    person = session.scalar(select(Person.id).limit(1)) or 1
    rows, events, deadlines, mails = [], [], [], []
    for n in range(_RECENT):
        number, opened = tickets + n + 1, NOW.replace(hour=12) - timedelta(days=1 + n % 14)
        status = "open" if n < _OPEN else "closed"
        ended = None if status == "open" else opened + timedelta(hours=2)
        rows.append(_ticket(number, person, opened, status, ended))
        events.append({"ticket_id": number, "at": opened, "kind": "opened", "status": "new"})
        if ended:
            events.append({"ticket_id": number, "at": ended, "kind": "closed", "status": "closed"})
        deadlines += [_deadline(number, opened, level) for level in _LEVELS]
        mails.append(_mail(10_000_000 + n, opened))
    put(session, Ticket, rows)
    put(session, Event, events)
    put(session, Deadline, deadlines)
    put(session, Inbound, mails)


_LEVELS = ("warn1", "warn2", "due")


def _ticket(number: int, person: int, opened: datetime, status: str, ended: datetime | None) -> dict[str, object]:
    names = ("queue", "service", "category", "language", "assigned_reason", "resolution", "rating_comment")
    words = dict.fromkeys(names, "")
    kinds = {"priority": "normal", "impact": "medium", "urgency": "medium", "type": "request", "subject": "Matter"}
    times = {"opened_at": opened, "first_response_at": ended, "resolved_at": ended, "closed_at": ended}
    return (
        {"id": number, "status": status, "requester_id": person, "closures": 0, "token_epoch": 0}
        | words
        | kinds
        | times
    )


def _deadline(ticket: int, opened: datetime, level: str) -> dict[str, object]:
    due = opened + timedelta(hours=4)
    row = {"ticket_id": ticket, "metric": "first_response", "level": level, "cycle": 0, "started_at": opened}
    return row | {"due_at": due, "next_at": due, "state": "done", "done_at": opened + timedelta(hours=1)}


def _mail(number: int, at: datetime) -> dict[str, object]:
    row = {"digest": f"{number:064d}", "raw_sha256": "0" * 64, "size": 1000, "source": "lmtp", "envelope_from": ""}
    return row | {"received_at": at, "state": "done", "disposition": "new"}


def _postgres(stack: ExitStack, folder: Path) -> str:
    server = start_postgres(folder / "server")
    stack.callback(server.stop)
    return server.new_database()


def _gather_statistics(store: Store) -> None:
    with store.begin() as session:
        session.execute(text("ANALYZE"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--tickets", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="maildesk-bench-"))
    folder.chmod(0o755)
    print("| tickets | figures of a week, ms |\n|---:|---:|")
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for count in options.tickets:
            place = folder / str(count)
            place.mkdir(mode=0o755)
            url = _postgres(stack, place) if options.postgres else "sqlite"
            print(f"| {count:,} | {measure(url, place, count):.0f} |".replace(",", " "), flush=True)


if __name__ == "__main__":
    main()
