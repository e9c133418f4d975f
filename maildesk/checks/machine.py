"""Does this machine bring what the desk needs: its templates, the world's time zones, a clock that is right?"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from maildesk.checks.finding import Finding, fail, ok, warn
from maildesk.clock import Clock, SystemClock
from maildesk.notify.templates import BadTemplate, Templates
from maildesk.places import templates_folder
from maildesk.settings_file import Configuration

#: No maildesk is older than this, and none will run after that.
_FIRST_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LAST_DAY: Final = datetime(2100, 1, 1, tzinfo=UTC)
#: A file may be this much younger than now: file servers have clocks of their own.
_DOUBT: Final = timedelta(minutes=5)
_A_ZONE_WITH_RULES: Final = "Europe/Oslo"
_SET_CLOCK: Final = (
    "set the clock and let it be kept right (timedatectl set-ntp true): deadlines and letters carry its time"
)


def check_templates(configuration: Configuration) -> Iterator[Finding]:
    try:
        templates = Templates(templates_folder())
        templates.load_all()
    except (BadTemplate, FileNotFoundError) as error:
        yield fail("templates", str(error), "correct the file, or install maildesk again")
        return
    missing = [language for language in configuration.settings.desk.languages if language not in templates.languages]
    if missing:
        yield fail("templates", f"there are none in {', '.join(missing)}", "install maildesk again")
    else:
        yield ok("templates", f"all letters in {', '.join(templates.languages)}")


def check_zones(configuration: Configuration) -> Iterator[Finding]:
    try:
        ZoneInfo.no_cache(_A_ZONE_WITH_RULES)
    except ZoneInfoNotFoundError:
        yield fail("time zones", "there is no time zone data", "install the package tzdata (Debian's or Python's)")
        return
    own = configuration.settings.desk.timezone.key
    yield ok("time zones", f"the desk's is {own}; {len(available_timezones())} are known")


def check_clock(configuration: Configuration, clock: Clock | None = None) -> Iterator[Finding]:
    now = (clock or SystemClock()).now()
    shown = now.isoformat(timespec="seconds")
    if not _FIRST_DAY <= now < _LAST_DAY:
        yield fail("clock", f"it is {shown}, which cannot be", _SET_CLOCK)
        return
    newest = _newest_file(configuration)
    if newest is not None and newest > now + _DOUBT:
        found = f"it is {shown}, and a file of the desk is from {newest.isoformat(timespec='seconds')}: one is wrong"
        yield warn("clock", found, _SET_CLOCK)
    else:
        yield ok("clock", shown)


def _newest_file(configuration: Configuration) -> datetime | None:
    """When something in the data folder was last written; None where it is empty, or not there."""
    times = []
    for file in configuration.data.glob("*"):
        # A running daemon makes and removes files meanwhile.
        with suppress(FileNotFoundError):
            times.append(file.stat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None
