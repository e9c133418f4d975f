"""Who works here: the desk, its queues, its agents. It never knows who is at work at the moment."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from maildesk.config.addresses import Email, OptionalEmail
from maildesk.config.table import Language, Table, written
from maildesk.config.values import Line, Name, OptionalWeek, OptionalZone, OwnCountry, Text, Whole, Zone


class DeskSettings(Table):
    """`name` is the address where nothing else is said; `data` and `templates` are folders, seen from the file's own.
    `signature` stands below the words of agents."""

    address: Email
    name: Line = ""
    subaddress: Literal["+", "-", "none"] = "+"
    subject_tag: Literal["agents", "always"] = "agents"
    languages: tuple[Language, ...] = Field(default=("en", "nb", "ko"), min_length=1)
    timezone: Zone = written("UTC")
    operator: OptionalEmail = ""
    signature: Text = ""
    templates: Line = ""
    data: Name = "var"

    @field_validator("name")
    @classmethod
    def _is_the_address_when_empty(cls, name: str, info: ValidationInfo) -> str:
        return name or str(info.data.get("address", ""))


class QueueSettings(Table):
    """`hours` and `timezone` None, `holidays` empty: those of the desk."""

    name: Name
    address: Email
    service: Line = ""
    signature: Text = ""
    hours: OptionalWeek = written("")
    holidays: OwnCountry = ""
    timezone: OptionalZone = written("")


class AgentSettings(Table):
    """`hours` and `timezone` None, `holidays` empty: those of the desk. `languages` empty: the desk's first.

    `max_open` 0: gets nothing by itself.
    """

    email: Email
    aliases: tuple[Email, ...] = ()
    name: Line = ""
    skills: tuple[Name, ...] = ()
    languages: tuple[Language, ...] = ()
    hours: OptionalWeek = written("")
    holidays: OwnCountry = ""
    timezone: OptionalZone = written("")
    max_open: Whole = Field(default=20, ge=0)
    manager: bool = False
    reply_default: Literal["public", "note"] = "public"

    @field_validator("name")
    @classmethod
    def _is_the_address_when_empty(cls, name: str, info: ValidationInfo) -> str:
        return name or str(info.data.get("email", ""))
