"""Looks into the database of a killed daemon: read-only, except that it can end the leases of the dead."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, func, or_, select, text, update
from sqlalchemy.orm import Session

from maildesk.clock import SystemClock
from maildesk.model import Arrival, Inbound, Outbound
from maildesk.vocabulary import InboundState, OutboundState
from tests.servers.servers import wait_until


@dataclass(frozen=True, slots=True)
class Found:
    """What a kill left behind: mails that were being processed, letters on the wire (by Message-ID)."""

    in_hand: int
    transmitting: frozenset[str]


class Ledger:
    """The database behind a store URL; "sqlite" is the file in the data folder, opened read-only."""

    def __init__(self, url: str, data: Path) -> None:
        self._is_sqlite = url == "sqlite"
        if self._is_sqlite:
            url = f"sqlite:///file:{data / 'maildesk.db'}?mode=ro&uri=true"
        self.engine: Engine = create_engine(url, poolclass=NullPool)

    def read(self) -> Session:
        return Session(self.engine)

    def found(self) -> Found:
        """To be called while no daemon runs."""
        with self.read() as session:
            leased = select(func.count()).where(Inbound.state == InboundState.NEW, Inbound.lease_until.is_not(None))
            sending = select(Outbound.message_id).where(Outbound.state == OutboundState.TRANSMITTING)
            return Found(session.scalar(leased) or 0, frozenset(session.scalars(sending)))

    def is_quiet(self) -> bool:
        """Is everything done that is due?"""
        with self.read() as session:
            new = select(Inbound.id).where(Inbound.state == InboundState.NEW)
            due = select(Outbound.id).where(
                or_(
                    Outbound.state == OutboundState.TRANSMITTING,
                    (Outbound.state == OutboundState.WAITING) & (Outbound.next_at <= SystemClock().now()),
                )
            )
            return session.scalar(new.limit(1)) is None and session.scalar(due.limit(1)) is None

    def held(self) -> dict[int, str]:
        """Reason by number."""
        with self.read() as session:
            rows = session.execute(select(Inbound.id, Inbound.reason).where(Inbound.state == InboundState.HELD))
            return {number: reason for number, reason in rows}

    def sources(self) -> dict[str, int]:
        """How many mails came by each way."""
        with self.read() as session:
            rows = session.execute(select(Arrival.source, func.count()).group_by(Arrival.source))
            return {source: count for source, count in rows}

    def bury(self) -> None:
        """After a kill on PostgreSQL: waits until the server has let go of the dead, then ends their leases at once.

        So it is when minutes pass; on SQLite the daemon does this itself when it starts.
        """
        if self._is_sqlite:
            return
        wait_until(lambda: self._others() == 0, "PostgreSQL lets go of the dead")
        with self.read() as session, session.begin():
            long_ago = text("timestamptz '2000-01-01 00:00+00'")
            for table in (Inbound, Outbound):
                session.execute(update(table).where(table.lease_until.is_not(None)).values(lease_until=long_ago))

    def _others(self) -> int:
        with self.engine.connect() as connection:
            others = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return int(connection.scalar(text(others)) or 0)
