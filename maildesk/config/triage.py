"""How new mail is judged: organisations, the matrix of priorities, the rules, and who gets a ticket. It judges
nothing itself.
"""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from maildesk.config.addresses import Domain, Email, address_or_domain
from maildesk.config.table import Table
from maildesk.config.values import Line, Name
from maildesk.vocabulary import Level, Priority, TicketType

#: A field name (RFC 5322 2.2) of those that `ingest.parse` keeps, and the value that it must have.
_HEADER: Final = re.compile(r"(x-[!-9;-~]{1,60}|importance|priority):\s*(\S.{0,199})", re.ASCII | re.IGNORECASE)


def _none_when_empty(value: Any) -> Any:
    return None if value == "" else value


def _one_for_each(row: tuple[Priority, ...]) -> tuple[Priority, ...]:
    if len(row) != len(Level):
        raise ValueError("must name three priorities: those of urgency high, medium and low")
    return row


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError(f'"{text}" is no header that is read; write "X-Name: value", or "Importance: high"')
    return text


#: Priorities by urgency: high, medium, low.
Row = Annotated[tuple[Priority, ...], AfterValidator(_one_for_each)]
AddressOrDomain = Annotated[str, AfterValidator(address_or_domain)]
Header = Annotated[str, AfterValidator(_header)]
#: "" is None: nothing is said.
OptionalType = Annotated[TicketType | None, BeforeValidator(_none_when_empty)]
OptionalLevel = Annotated[Level | None, BeforeValidator(_none_when_empty)]
OptionalPriority = Annotated[Priority | None, BeforeValidator(_none_when_empty)]


class PrioritySettings(Table):
    """The matrix: a row for each impact, in it a priority for each urgency. The default is that of ITIL."""

    high: Row = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)
    medium: Row = (Priority.HIGH, Priority.NORMAL, Priority.LOW)
    low: Row = (Priority.NORMAL, Priority.LOW, Priority.LOW)
    default_rules: bool = True

    def of(self, impact: Level, urgency: Level) -> Priority:
        rows = {Level.HIGH: self.high, Level.MEDIUM: self.medium, Level.LOW: self.low}
        return rows[impact][list(Level).index(urgency)]


class OrganisationSettings(Table):
    """Whoever writes from one of its domains, or from below one, belongs to it."""

    name: Name
    domains: tuple[Domain, ...] = Field(min_length=1)
    vip: bool = False


class RuleSays(Table):
    """What a rule says of a ticket. None and "": nothing."""

    type: OptionalType = None
    service: Line = ""
    category: Line = ""
    impact: OptionalLevel = None
    urgency: OptionalLevel = None
    priority: OptionalPriority = None
    queue: Line = ""
    tags: tuple[Name, ...] = ()


class RuleSettings(Table):
    """Of each list one entry is enough; of several keys all must hold. A rule without any holds for every mail."""

    name: Name
    queue: tuple[Name, ...] = ()
    recipient: tuple[Email, ...] = ()
    sender: tuple[AddressOrDomain, ...] = ()
    organisation: tuple[Name, ...] = ()
    vip: bool = False
    subject: tuple[Name, ...] = ()
    words: tuple[Name, ...] = ()
    headers: tuple[Header, ...] = ()
    set: RuleSays

    @field_validator("headers")
    @classmethod
    def _are_of_somebody_named(cls, headers: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if headers and not (info.data.get("sender") or info.data.get("organisation")):
            raise ValueError("need a sender or an organisation beside them: not everybody's headers are believed")
        return headers

    @field_validator("set")
    @classmethod
    def _says_something(cls, says: RuleSays) -> RuleSays:
        if says == RuleSays():
            raise ValueError("says nothing: give it a type, an urgency, tags or the like")
        return says


class AssignmentSettings(Table):
    """Who gets new tickets without asking: who knows the matter, if need be anybody, or nobody."""

    automatic: Literal["skills", "always", "off"] = "skills"
