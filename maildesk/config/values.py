"""What may stand for a value: durations, sizes, hours, zones, secrets and lines of text, read into what the code uses.

It never reads a secret, a clock or the environment. Errors are one sentence with a remedy.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Annotated, Any, Final, Literal, TypeVar, cast
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from maildesk.config.addresses import ListenAddress, parse_listen
from maildesk.durations import BusinessDuration, parse_business_duration, parse_duration, parse_size
from maildesk.worktime import WeekTime, WorkWeek, parse_time, parse_week, parse_week_time

Span = TypeVar("Span", bound=timedelta | BusinessDuration)

#: Every server takes mail of this many bytes.
SMALLEST_LIMIT: Final = 64_000
#: Instead of a country: works on every day of the week that has hours.
NO_HOLIDAYS: Final = "none"

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_SECRET_WAYS: Final = '{ env = "NAME" }, { file = "path" } or { command = "..." }'


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret comes from; secret.py reveals it. `value`: the text itself, a variable, a file or a command."""

    source: Literal["plain", "env", "file", "command"]
    value: str = field(repr=False)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")
    return value.strip()


def _line(text: str) -> str:
    # These texts travel into header fields and IMAP commands.
    if _CONTROL.search(text):
        raise ValueError("must be one line, without control characters")
    return text


def _plain_text(text: str) -> str:
    if _CONTROL.search(text.replace("\r\n", "\n").replace("\n", " ")):
        raise ValueError("must be plain text, without control characters")
    return text.replace("\r\n", "\n")


def _filled(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    return text


def _number(value: Any) -> Any:
    # Python takes true for 1.
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")
    return value


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(name, sorted(available_timezones()), 1)
        hint = f'did you mean "{near[0]}"?' if near else 'write one such as "UTC" or "Europe/Oslo"'
        raise ValueError(f'"{name}" is not a time zone; {hint}') from None


def _country(text: str) -> str:
    if text and not _COUNTRY.fullmatch(text):
        raise ValueError(f'"{text}" is no country; write "NO", with a region "DE-BY", or "" for none')
    return text


def _own_country(text: str) -> str:
    return text if text == NO_HOLIDAYS else _country(text)


def _day(value: Any) -> date:
    # TOML has dates of its own, without quotes.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = _text(value)
    if not _DATE.fullmatch(text):
        raise ValueError(f'"{text}" is no date; write "2026-12-24"')
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is no day of the calendar') from None


def _some_time(text: str) -> timedelta:
    return _not_zero(parse_duration(text))


def _some_business_time(text: str) -> timedelta | BusinessDuration:
    return _not_zero(parse_business_duration(text))


def _not_zero(span: Span) -> Span:
    if span in (timedelta(), BusinessDuration(0)):
        raise ValueError("must be longer than nothing")
    return span


def _mail_size(text: str) -> int:
    size = parse_size(text)
    if size < SMALLEST_LIMIT:
        raise ValueError("must be 64KB or more (RFC 5321 4.5.3.1.7)")
    return size


def _some_day(value: Any) -> date | None:
    if isinstance(value, date) or value == "":
        return value or None
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError('must be a day such as "2027-01-31"') from None


def _secret(value: Any) -> Secret | None:
    if value is None or isinstance(value, Secret):
        return value
    if isinstance(value, str):
        return Secret("plain", value) if value else None
    # Nothing of the value is shown: a mistyped table may hold the secret itself.
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f"must be text, or one of {_SECRET_WAYS}")
    ((source, what),) = value.items()
    if source not in ("env", "file", "command") or not isinstance(what, str) or not what.strip():
        raise ValueError(f"must be text, or one of {_SECRET_WAYS}")
    return Secret(cast(Any, source), what.strip())


def _read_by(parse: Callable[[str], Any], *, empty: bool = False) -> PlainValidator:
    """Text through `parse`. With `empty`, "" is None: the setting is off."""

    def read(value: Any) -> Any:
        # A bare number goes through, so that the answer can name the unit it lacks.
        text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)
        return None if empty and not text else parse(text)

    return PlainValidator(read)


Text = Annotated[str, AfterValidator(_plain_text)]
Line = Annotated[str, AfterValidator(_line)]
Name = Annotated[str, AfterValidator(_line), AfterValidator(_filled)]
#: A country or region for its public holidays, "" for none; the second kind may also be NO_HOLIDAYS.
Country = Annotated[str, AfterValidator(_country)]
OwnCountry = Annotated[str, AfterValidator(_own_country)]
Day = Annotated[date, PlainValidator(_day)]
Whole = Annotated[int, BeforeValidator(_number)]
Number = Annotated[float, BeforeValidator(_number)]
#: Of a whole: more than nothing, less than all.
Share = Annotated[Number, Field(gt=0, lt=1, allow_inf_nan=False)]
Zone = Annotated[ZoneInfo, _read_by(_zone)]
OptionalZone = Annotated[ZoneInfo | None, _read_by(_zone, empty=True)]
#: A span of real time; the second kind is never zero, the third may be off.
Duration = Annotated[timedelta, _read_by(parse_duration)]
SomeDuration = Annotated[timedelta, _read_by(_some_time)]
OptionalDuration = Annotated[timedelta | None, _read_by(_some_time, empty=True)]
#: A span of working time.
BusinessSpan = Annotated[timedelta | BusinessDuration | None, _read_by(_some_business_time, empty=True)]
SomeBusinessSpan = Annotated[timedelta | BusinessDuration, _read_by(_some_business_time)]
#: Bytes.
MailSize = Annotated[int, _read_by(_mail_size)]
Week = Annotated[WorkWeek, _read_by(parse_week)]
OptionalWeek = Annotated[WorkWeek | None, _read_by(parse_week, empty=True)]
OptionalTime = Annotated[time | None, _read_by(parse_time, empty=True)]
OptionalWeekTime = Annotated[WeekTime | None, _read_by(parse_week_time, empty=True)]
Listen = Annotated[ListenAddress | None, _read_by(parse_listen, empty=True)]
#: A day, as a date of TOML or as text.
OptionalDay = Annotated[date | None, PlainValidator(_some_day)]
OptionalSecret = Annotated[Secret | None, PlainValidator(_secret)]
