"""What a check says: how it stands, what was looked at, what was found and what to do about it. It looks at nothing."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """WARN works today and may hurt tomorrow; FAIL does not work."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` is "" where there is nothing to do. No text holds a secret; what a server said may be in `found`."""

    grade: Grade
    what: str
    found: str
    remedy: str = ""


def ok(what: str, found: str) -> Finding:
    return Finding(Grade.OK, what, found)


def warn(what: str, found: str, remedy: str) -> Finding:
    return Finding(Grade.WARN, what, found, remedy)


def fail(what: str, found: str, remedy: str) -> Finding:
    return Finding(Grade.FAIL, what, found, remedy)
