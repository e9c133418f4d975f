"""What is true of every table of the configuration. It holds no settings itself."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

#: The languages there are templates in.
Language = Literal["en", "nb", "ko"]


class Table(BaseModel):
    """Frozen; refuses unknown keys; a default is written as in the file and read like any value.

    A field validator finds the keys above its own in `info.data`, those that were right.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, str_strip_whitespace=True, hide_input_in_errors=True
    )


def written(default: str) -> Any:
    """A default as it stands in the file, for a setting whose text is read into another type."""
    return Field(default=default)
