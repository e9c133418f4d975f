"""Where does each setting come from? The file with its line, a variable, or nowhere: then the default counts.

It shows no secret: not one that is written out, nor a command, which may have one in its arguments.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from maildesk.config.environment import overlay
from maildesk.config.lines import KeyPath, dotted, line_of, lines_of_keys
from maildesk.config.settings import Settings

HIDDEN: Final = "(hidden)"
_SECRETS: Final = frozenset({"password", "secret"})
_PASSWORD_IN_URL: Final = re.compile(r"(?<=:)[^:@/]*(?=@)")


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting with the value that counts, as it was written, and its origin."""

    key: str
    value: Any
    origin: str


def effective(text: str, environment: Mapping[str, str], file_name: str) -> list[Effective]:
    """Every setting, in the order of the tables. The text is a configuration that was read without a problem."""
    tables = tomllib.loads(text)
    tables.setdefault("desk", {})
    laid = overlay(tables, environment)
    lines = {path: line for path, line in lines_of_keys(text).items() if not laid.replaces(path)}
    return [
        Effective(dotted(path), _shown(path, value), _origin(path, there, laid.variables, lines, file_name))
        for path, value, there in _walk(Settings, laid.tables, ())
    ]


def _walk(model: type[BaseModel], table: Mapping[str, Any], above: KeyPath) -> Iterator[tuple[KeyPath, Any, bool]]:
    """Path and value of every setting, and whether somebody wrote it."""
    for name, field in model.model_fields.items():
        path = (*above, name)
        inner = _table_in(field)
        is_list = inner is not field.annotation
        written = table.get(name)
        if inner is None:
            yield path, _read(written, field) if name in table else _default(field), name in table
        elif not is_list:
            yield from _walk(inner, written or {}, path)
        else:
            for number, entry in enumerate(written or ()):
                yield from _walk(inner, entry, (*path, number))


def _table_in(field: FieldInfo) -> type[BaseModel] | None:
    """The table that stands under a key, alone or in a list; None for a value."""
    kind = field.annotation
    for one in (kind, *get_args(kind)):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
    return None


def _read(written: Any, field: FieldInfo) -> Any:
    """A variable holds text alone: a number or a truth in it is shown as the one that counts, a size as written."""
    if not isinstance(written, str) or field.annotation not in (bool, int, float):
        return written
    try:
        return TypeAdapter(field.annotation).validate_python(written)
    except ValidationError:
        return written


def _default(field: FieldInfo) -> Any:
    if field.default is PydanticUndefined:
        return ""
    return list(field.default) if isinstance(field.default, tuple) else field.default


def _origin(
    path: KeyPath, written: bool, variables: Mapping[KeyPath, str], lines: Mapping[KeyPath, int], file_name: str
) -> str:
    if not written:
        return "default"
    for length in range(len(path), 0, -1):
        if path[:length] in variables and not (length < len(path) and path in lines):
            return variables[path[:length]]
    _, line = line_of(path, lines)
    return f"{file_name}:{line}" if line else file_name


def _shown(path: KeyPath, value: Any) -> Any:
    if path[-1] in _SECRETS and value:
        return _without_secret(value)
    if isinstance(value, Mapping):
        return {name: _shown((*path, name), inner) for name, inner in value.items()}
    if path[-1] == "url" and isinstance(value, str):
        return _PASSWORD_IN_URL.sub(HIDDEN, value)
    return value


def _without_secret(value: Any) -> Any:
    """Where it is, of a secret in a variable or a file."""
    if isinstance(value, Mapping) and set(value) <= {"env", "file"}:
        return dict(value)
    return {"command": HIDDEN} if isinstance(value, Mapping) else HIDDEN


def tables() -> dict[str, str]:
    """The dotted key of each table, by the name of its model; positions of lists left out."""
    return {model.__name__: key for key, model in _tables(Settings, "")}


def _tables(model: type[BaseModel], above: str) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        if inner := _table_in(field):
            key = f"{above}.{name}" if above else name
            yield key, inner
            yield from _tables(inner, key)
