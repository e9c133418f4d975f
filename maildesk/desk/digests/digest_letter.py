"""One digest as a letter: figures in somebody's language and zone, with the file of all tickets and the picture.

It decides nothing about who gets one, or when (desk/digest.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from maildesk.calendars import next_opening, worktime_between
from maildesk.config import Settings
from maildesk.desk.clocks.opening_hours import calendar_of_agent, calendar_of_desk, calendar_of_queue
from maildesk.desk.digests import sheet
from maildesk.desk.digests.digest_facts import Reader, bars_of, facts_of_digest
from maildesk.desk.digests.report_files import Account, file_of
from maildesk.desk.digests.workbook import can_write_workbooks
from maildesk.desk.figures.find import rows_of
from maildesk.desk.figures.period import Period, next_due
from maildesk.desk.figures.reckon import Figures, Worked, reckon
from maildesk.mail import Address
from maildesk.notify.charts import picture
from maildesk.notify.compose import Enclosure, Files, Notice
from maildesk.notify.desk_notice import agents_language, desk_notice
from maildesk.notify.post import Post
from maildesk.vocabulary import NoticeKind, Span


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a digest. `person` is None for an address that is no manager's: he can give no orders."""

    person: int | None
    address: Address
    language: str
    zone: ZoneInfo


def managers_of(post: Post) -> list[Recipient]:
    """The managers of the configuration, in its order."""
    people = {person.address: person for person in post.team.values()}
    return [
        Recipient(
            person=people[agent.email.lower()].id,
            address=Address(agent.name, agent.email),
            language=agents_language(post, agent.email),
            zone=calendar_of_agent(post.settings, agent).zone,
        )
        for agent in post.settings.agent
        if agent.manager
    ]


def somebody(post: Post, address: str) -> Recipient:
    """Whoever has this address: a manager as such, anybody else in the language and the zone of the desk."""
    known = post.settings.agent_of(address)
    if known is not None and known.manager:
        return next(one for one in managers_of(post) if one.address.address == known.email)
    return Recipient(None, Address("", address), agents_language(post, address), post.settings.desk.timezone)


def account_of(session: Session, settings: Settings, period: Period, now: datetime) -> Account:
    """All that a digest of this period says, as it is now."""
    rows, worked = rows_of(session, period), worked_in(settings)
    ahead = horizon(settings, period.zone, now)
    figures = reckon(rows, period, now, ahead, worked, settings.feedback.low_rating)
    return Account(figures, rows, sheet.ticket_rows(rows, period, now, worked))


def digest_letter(
    post: Post, to: Recipient, account: Account, effect_key: str, now: datetime, *, workbook: bool = False
) -> Notice:
    """The notice, to be put into the outbox by its caller. `workbook`: with XLSX in place of CSV, where that can be
    written."""
    settings, figures = post.settings, account.figures
    calendar = calendar_of_desk(settings)
    drawn = _picture(figures)
    listed = file_of(account, to.language, workbook=workbook)
    reader = Reader(
        target=settings.digest.target,
        shows_workload=settings.digest.workload,
        week=calendar.week,
        zone=str(calendar.zone),
        country=calendar.country,
        picture=drawn[0].content_id if drawn else "",
        file=listed[0].filename if listed else "",
        file_rows=len(account.tickets),
        no_workbook=workbook and not can_write_workbooks(),
    )
    return desk_notice(
        post,
        NoticeKind.DIGEST,
        effect_key,
        to.address,
        facts_of_digest(figures, reader),
        now,
        language=to.language,
        reply_to=answers_go_to(post, to, now),
        files=Files(listed, pictures=drawn),
    )


def worked_in(settings: Settings) -> Worked:
    """Counts time by the hours of each queue."""

    def worked(queue: str, begin: datetime, end: datetime) -> timedelta:
        return worktime_between(calendar_of_queue(settings, queue), begin, end)

    return worked


def horizon(settings: Settings, zone: ZoneInfo, now: datetime) -> datetime:
    """How far a digest looks ahead: until the desk is at work after the next time a digest is due."""
    digest = settings.digest
    at = digest.daily or (digest.weekly.time if digest.weekly else None)
    then = next_due(now, at, zone) if at else now + timedelta(days=1)
    return next_opening(calendar_of_desk(settings), then)


def answers_go_to(post: Post, to: Recipient, now: datetime) -> str:
    """Where a manager answers: signed for him and the day; "" for anybody else."""
    return "" if to.person is None else post.letter_address(to.person, now)


def _picture(figures: Figures) -> Sequence[Enclosure]:
    """For more than a day. A day has the bars of its table, and comes every morning."""
    if figures.period.span is Span.DAY or figures.is_quiet:
        return ()
    data = picture(bars_of(figures.backlog))
    name = f"chart-{sha256(data).hexdigest()[:20]}@maildesk.invalid"
    return (Enclosure("chart.png", "image/png", data, inline=True, content_id=name),)
