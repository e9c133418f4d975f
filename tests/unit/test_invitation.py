"""Calendar invitations as lines for people."""

import pytest

from maildesk.ingest.inside import look_inside
from maildesk.ingest.mime.structure import read_structure

DAY = "6 March 2026"


def event(*lines: str, method: str = "REQUEST") -> bytes:
    head = ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", "SUMMARY:Budget"]
    return "\r\n".join([*head, *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def shown(ics: bytes, header: str = "text/calendar; charset=utf-8") -> list[str]:
    """The lines of the text, without the one that says what it is."""
    leaves = look_inside(read_structure(f"Content-Type: {header}\n\n".encode() + ics).leaves).leaves
    assert leaves[-1].data() == ics
    return leaves[0].data().decode().split("\n")[1:] if len(leaves) == 2 else []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["DTSTART;TZID=Europe/Oslo:20260306T160000", "DTEND;TZID=Europe/Oslo:20260306T170000"],
            ["When: Friday 6 March 2026, 16:00–17:00 (Europe/Oslo)"],
        ),
        (["DTSTART:20260306T150000Z", "DURATION:PT1H30M"], ["When: Friday 6 March 2026, 15:00–16:30 (UTC)"]),
        (
            ["DTSTART:20260306T150000", "DURATION:P1D"],
            ["When: Friday 6 March 2026, 15:00 to Saturday 7 March 2026, 15:00"],
        ),
        (["DTSTART;VALUE=DATE:20260306"], ["When: Friday 6 March 2026"]),
        (["DTSTART;VALUE=DATE:20260306", "DTEND;VALUE=DATE:20260307"], ["When: Friday 6 March 2026"]),
        (
            ["DTSTART;VALUE=DATE:20260306", "DTEND;VALUE=DATE:20260309"],
            ["When: Friday 6 March 2026 to Sunday 8 March 2026"],
        ),
        (
            ['DTSTART;TZID="(UTC+01:00) Oslo; Bergen":20260306T160000', "DTEND:20260306T150000"],
            ["When: Friday 6 March 2026, 16:00 ((UTC+01:00) Oslo; Bergen)"],
        ),
        (["DTSTART:20260231T160000"], []),
        (["DTSTART:20260306T990000Z"], []),
        (["DTSTART:99991231T230000Z", "DURATION:P9999W"], ["When: Friday 31 December 9999, 23:00 (UTC)"]),
        (["RRULE:FREQ=WEEKLY"], ["Repeats: weekly"]),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"], ["Repeats: weekly (see the calendar file)"]),
        (["LOCATION:Room 4\\, 2nd floor\\nOslo"], ["Where: Room 4, 2nd floor Oslo"]),
        (["LOCATION:Møterom", " met på", "\tBryggen"], ["Where: Møterommet påBryggen"]),
        (['ORGANIZER;CN="Nordmann, Kari":mailto:kari@acme.example'], ["Organiser: Nordmann, Kari <kari@acme.example>"]),
        (["ORGANIZER:MAILTO:kari@acme.example"], ["Organiser: kari@acme.example"]),
        (["ORGANIZER;CN=kari@acme.example:mailto:kari@acme.example"], ["Organiser: kari@acme.example"]),
        (["BEGIN:VALARM", "LOCATION:not this", "END:VALARM", "location:this"], ["Where: this"]),
        (["LOCATION:first", "LOCATION:second"], ["Where: first"]),
        (["no colon here", "X-ODD;=:;", "LOCATION;LANGUAGE=nb:her"], ["Where: her"]),
    ],
)
def test_facts(lines: list[str], expected: list[str]) -> None:
    assert shown(event(*lines)) == expected


@pytest.mark.parametrize(
    ("method", "lines", "first"),
    [
        ("REQUEST", [], "Invitation: Budget"),
        ("request", [], "Invitation: Budget"),
        ("CANCEL", [], "Cancelled: Budget"),
        ("REQUEST", ["STATUS:CANCELLED"], "Cancelled: Budget"),
        ("COUNTER", [], "Another time is proposed: Budget"),
        ("PUBLISH", [], "Event: Budget"),
        ("REPLY", ["ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example"], "Accepted: Budget"),
        ("REPLY", ["ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example"], "Declined: Budget"),
        ("REPLY", ["ATTENDEE;CN=A;PARTSTAT=TENTATIVE:mailto:a@b.example"], "Tentatively accepted: Budget"),
        ("REPLY", ["ATTENDEE:mailto:a@b.example"], "Answer to an invitation: Budget"),
        ("", [], "Event: Budget"),
    ],
)
def test_what_it_is(method: str, lines: list[str], first: str) -> None:
    raw = b"Content-Type: text/calendar\n\n" + event(*lines, method=method)
    text = look_inside(read_structure(raw).leaves).leaves[0].data().decode()
    assert text.split("\n")[0] == first
    assert ("Answer of: " in text) == (method == "REPLY")


@pytest.mark.parametrize(
    ("header", "is_shown"),
    [
        ("text/calendar", True),
        ("text/calendar; method=REQUEST; name=invite.ics", True),
        ("text/calendar; method=REPLY\nContent-Disposition: attachment", True),
        ("text/calendar\nContent-Disposition: attachment; filename=holidays.ics", False),
        ("text/calendar; method=PUBLISH\nContent-Disposition: attachment", False),
        ("application/ics; name=invite.ics", False),
    ],
)
def test_a_file_of_dates_is_only_a_file(header: str, is_shown: bool) -> None:
    assert bool(shown(event("LOCATION:x"), header)) == is_shown


def test_shown_once_and_above_the_text() -> None:
    part = b"--b\nContent-Type: text/calendar; method=REQUEST\n\n" + event()
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHei\n" + part + part + b"--b--"
    leaves = look_inside(read_structure(raw).leaves).leaves
    assert [(leaf.index, leaf.content_type) for leaf in leaves] == [
        (3, "text/plain"),
        (0, "text/plain"),
        (1, "text/calendar"),
        (2, "text/calendar"),
    ]
    assert leaves[0].data() == b"Invitation: Budget"


@pytest.mark.parametrize(
    "ics",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR",
        b"END:VEVENT\n" * 1000,
        b"A;" * 50_000 + b":",
        b"\n ".join([b"X"] * 50_000),
    ],
)
def test_nothing_to_show(ics: bytes) -> None:
    assert shown(ics) == []


def test_cut_off_it_shows_what_it_has() -> None:
    assert shown(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Budget\nLOCATION:Oslo") == ["Where: Oslo"]
