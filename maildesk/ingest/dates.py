"""Reads Date fields that do not follow RFC 5322 3.3: months in other languages, doubled zones, ISO 8601."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_DATE: Final = re.compile(
    r"(\d{1,2})[ .,-]{1,3}([^\W\d_]{3,12})[ .,-]{1,3}(\d{2,4})[ ,]{1,3}"
    r"(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm])?(?: ?([+-])(\d\d):?(\d\d))?"
)
_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d{1,9})? ?([+-]\d\d:?\d\d|Z)?")
#: The first three letters of a month; where they differ from English: Norwegian, German, Dutch, French, Spanish.
_MONTHS: Final = {
    **{name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)},
    **{"mai": 5, "mei": 5, "maj": 5, "okt": 10, "des": 12, "dez": 12, "déc": 12, "dic": 12, "mär": 3, "mrt": 3},
    **{"ene": 1, "abr": 4, "fév": 2, "avr": 4, "aoû": 8, "ago": 8},
}
_LONGEST: Final = 200


def read_date(value: str) -> datetime | None:
    """An aware UTC time, or None. A missing zone is taken as UTC."""
    value = " ".join(value[:_LONGEST].split())
    found = _DATE.search(value)
    try:
        if found:
            return _written(found)
        iso = _ISO.search(value)
        return _numeric(iso) if iso else None
    except (ValueError, OverflowError):
        return None


def _written(found: re.Match[str]) -> datetime | None:
    day, word, year, hour, minute, second, half, sign, east, more = found.groups()
    month = _MONTHS.get(word[:3].lower())
    if month is None:
        return None
    hours = int(hour) % 12 + (12 if half in ("p", "P") else 0) if half else int(hour)
    offset = timedelta(hours=int(east or 0), minutes=int(more or 0)) * (-1 if sign == "-" else 1)
    full = int(year) + (2000 if int(year) < 70 else 1900 if int(year) < 1000 else 0)
    return datetime(full, month, int(day), hours, int(minute), int(second or 0), tzinfo=timezone(offset)).astimezone(
        UTC
    )


def _numeric(found: re.Match[str]) -> datetime:
    zone = (found[7] or "Z").replace("Z", "+00:00")
    moment = datetime.fromisoformat(f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6] or '00'}{zone}")
    return moment.astimezone(UTC)
