"""What people wrote, on its way into a template: without the characters that no letter shows. Pure; it knows no kind of
letter."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Final

from maildesk.mail import Address

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029]")
_WITHOUT_TEXT: Final = frozenset({type(None), bool, int, float, datetime, date})


def clean(value: Any) -> Any:
    """The value without control characters; text keeps its lines and tabs."""
    if type(value) in _WITHOUT_TEXT:
        return value
    if isinstance(value, str):
        if value.isprintable():
            return str(value)
        return _CONTROL.sub(" ", _LINE_ENDS.sub("\n", value))
    if isinstance(value, Address):
        return Address(clean(value.name), clean(value.address))
    if isinstance(value, tuple | list):
        return [clean(each) for each in value]
    if isinstance(value, Mapping):
        return {name: clean(each) for name, each in value.items()}
    if is_dataclass(value):
        return {field.name: clean(getattr(value, field.name)) for field in fields(value)}
    return value
