"""A calendar invitation (RFC 5545, RFC 5546) as lines for people: what, when, where, who, and whether it still holds.

Only what is shown is read; nothing is calculated, entered anywhere or answered. Times are given as they stand, with the
zone they name.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from maildesk.ingest.mime.charsets import decode_text, scrub
from maildesk.ingest.mime.structure import Leaf
from maildesk.ingest.unpack.found import decoded_stretch

LARGEST: Final = 256 << 10
_LONGEST_VALUE: Final = 500
_FOLD: Final = re.compile(r"(?:\r\n|\r|\n)[ \t]")
_LINE: Final = re.compile(r'([A-Za-z-]{1,40})((?:;[^=:;"]{1,40}=(?:"[^"]*"|[^":;]*))*):(.*)')
_PARAMETER: Final = re.compile(r';([^=:;"]{1,40})=(?:"([^"]*)"|([^":;]*))')
_ESCAPE: Final = re.compile(r"\\([\\;,nN])")
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")
_DURATION: Final = re.compile(r"[+-]?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?")
_HEADINGS: Final = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "COUNTER": "Another time is proposed",
    "DECLINECOUNTER": "The proposed time is declined",
    "REFRESH": "Asks for the newest invitation",
    "ADD": "Invitation to one more date",
}
_ANSWERS: Final = {
    "ACCEPTED": "Accepted",
    "DECLINED": "Declined",
    "TENTATIVE": "Tentatively accepted",
    "DELEGATED": "Delegated",
}
_REPEATS: Final = {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"}
_EVENTS: Final = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")


@dataclass(frozen=True, slots=True)
class _Property:
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """RFC 5545 3.3.11, on one line."""
        text = _ESCAPE.sub(lambda found: " " if found[1] in "nN" else found[1], self.value)
        return " ".join(text.split())[:_LONGEST_VALUE]

    @property
    def person(self) -> str:
        address = self.value.strip()
        address = address[7:] if address.lower().startswith("mailto:") else ""
        name = self.parameters.get("CN", "").strip().strip("'")
        return f"{name} <{address}>" if name and address and name != address else name or address


def invitation_text(leaf: Leaf) -> str:
    """The invitation in a text/calendar part, one line for each fact; empty where it holds none."""
    raw, start, end = decoded_stretch(leaf)
    text = scrub(decode_text(raw[start : min(end, start + LARGEST)], leaf.parameters.get("charset", "") or "utf-8"))
    method, events = _read(text)
    method = method or leaf.parameters.get("method", "").upper()
    return "\n".join(_lines(method, events[0])) if events else ""


def is_invitation(leaf: Leaf) -> bool:
    """A calendar part that asks or answers something, or one that is shown by its sender's wish; no file of dates."""
    if leaf.content_type not in ("text/calendar", "text/x-vcalendar"):
        return False
    return leaf.disposition != "attachment" or leaf.parameters.get("method", "").upper() in (*_HEADINGS, "REPLY")


def _read(text: str) -> tuple[str, list[dict[str, _Property]]]:
    """The method, and the properties of each event: the first of each name, not those of its alarms."""
    method = ""
    events: list[dict[str, _Property]] = []
    inside: list[str] = []
    for line in _FOLD.sub("", text).splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            continue
        name, value = found[1].upper(), found[3]
        if name == "BEGIN":
            inside.append(value.strip().upper())
            events += [{}] if inside[-1] in _EVENTS else []
        elif name == "END":
            inside = inside[:-1]
        elif name == "METHOD":
            method = value.strip().upper()
        elif inside and inside[-1] in _EVENTS and events:
            parameters = {key.upper(): quoted or bare for key, quoted, bare in _PARAMETER.findall(found[2])}
            events[-1].setdefault(name, _Property(parameters, value))
    return method, [event for event in events if "DTSTART" in event or "SUMMARY" in event]


def _lines(method: str, event: dict[str, _Property]) -> list[str]:
    summary = event["SUMMARY"].text if "SUMMARY" in event else ""
    facts = [
        (_heading(method, event), summary or "(no title)"),
        ("When", _when(event)),
        ("Repeats", _repeats(event)),
        ("Where", event["LOCATION"].text if "LOCATION" in event else ""),
        ("Organiser", event["ORGANIZER"].person if "ORGANIZER" in event else ""),
        ("Answer of", event["ATTENDEE"].person if method == "REPLY" and "ATTENDEE" in event else ""),
    ]
    return [f"{name}: {value}" for name, value in facts if value]


def _heading(method: str, event: dict[str, _Property]) -> str:
    if "STATUS" in event and event["STATUS"].value.strip().upper() == "CANCELLED":
        return _HEADINGS["CANCEL"]
    if method == "REPLY" and "ATTENDEE" in event:
        return _ANSWERS.get(event["ATTENDEE"].parameters.get("PARTSTAT", "").upper(), "Answer to an invitation")
    return _HEADINGS.get(method, "Event")


def _when(event: dict[str, _Property]) -> str:
    """From and to, with the zone; a whole day without a time."""
    first = event.get("DTSTART")
    begins = _time(first)
    if first is None or begins is None:
        return ""
    last = _time(event.get("DTEND") or event.get("DUE")) or _later(begins, event.get("DURATION"))
    if not isinstance(begins, datetime):
        # RFC 5545 3.6.1: the last day is not a part of the event any more.
        final = last - timedelta(days=1) if last and not isinstance(last, datetime) and last > begins else begins
        return _day(begins) + (f" to {_day(final)}" if final > begins else "")
    text = f"{_day(begins)}, {begins:%H:%M}"
    if isinstance(last, datetime) and last > begins:
        text += f"\u2013{last:%H:%M}" if last.date() == begins.date() else f" to {_day(last)}, {last:%H:%M}"
    zone = "UTC" if first.value.strip().endswith("Z") else first.parameters.get("TZID", "").lstrip("/")[:100]
    return f"{text} ({zone})" if zone else text


def _time(value: _Property | None) -> date | datetime | None:
    found = _TIME.match(value.value.strip()) if value else None
    if found is None:
        return None
    year, month, day = (int(digits) for digits in found.groups()[:3])
    try:
        return datetime(year, month, day, int(found[4]), int(found[5])) if found[4] else date(year, month, day)
    except ValueError:
        return None


def _later(begins: date | datetime, duration: _Property | None) -> date | datetime | None:
    found = _DURATION.fullmatch(duration.value.strip()) if duration else None
    if found is None:
        return None
    weeks, days, hours, minutes = (int(digits or 0) for digits in found.groups())
    try:
        return begins + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _repeats(event: dict[str, _Property]) -> str:
    rule = event["RRULE"].value.upper() if "RRULE" in event else ""
    word = next((word for name, word in _REPEATS.items() if f"FREQ={name}" in rule), "")
    return f"{word} (see the calendar file)" if word and ("INTERVAL=" in rule or "BY" in rule) else word


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"
