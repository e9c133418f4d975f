"""config, systemd: what can be set, what counts, and how the daemon is started by systemd. Nothing is written."""

import json
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.cli.ending import FAILED, end
from maildesk.cli.place import Where, configuration_of
from maildesk.cli.tables import show_json, show_rows

if TYPE_CHECKING:
    from maildesk.config.described import Described

config_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What can be set, and what counts.")

_Json = Annotated[bool, typer.Option("--json", help="One JSON document per line.")]


@config_app.command("describe")
def describe(
    key: Annotated[str, typer.Argument(help="A table or a key, such as relay or relay.port.")] = "",
    as_json: _Json = False,
) -> None:
    """Every setting with its default and what it means; without a key, as a file to begin with."""
    from maildesk.config.described import described
    from maildesk.config.known import nearest
    from maildesk.places import shipped_file

    text = shipped_file("maildesk.toml").read_text(encoding="utf-8")
    if not key and not as_json:
        typer.echo(text, nl=False)
        return
    found = described(text)
    rows = [row for row in found if not key or f"{row.key}.".startswith(f"{key}.")]
    if not rows:
        near = nearest(key, [row.key for row in found])
        end(f"maildesk: there is no setting {key}" + (f"; did you mean {near}?" if near else ""), FAILED)
    show_rows(map(_row, rows), ("key", "default", "meaning"), as_json)


@config_app.command("show")
def show(context: typer.Context, as_json: _Json = False) -> None:
    """What counts now: each setting with its value, and whether file, environment or default gave it."""
    from maildesk.config.origin import effective

    configuration = configuration_of(context)
    file = configuration.file
    text = file.read_text(encoding="utf-8-sig") if file else ""
    rows = effective(text, os.environ, str(file) if file else "")
    told = [
        {"key": row.key, "value": json.dumps(row.value, ensure_ascii=False, default=str), "from": row.origin}
        for row in rows
    ]
    if as_json:
        for row in rows:
            show_json({"key": row.key, "value": row.value, "from": row.origin})
        return
    show_rows(told, ("key", "value", "from"), False)


@config_app.command("schema")
def schema() -> None:
    """The JSON Schema of the configuration, for editors and tools."""
    from maildesk.config import Settings
    from maildesk.config.described import described
    from maildesk.places import shipped_file

    meanings = described(shipped_file("maildesk.toml").read_text(encoding="utf-8"))
    with warnings.catch_warnings():
        # pydantic warns of defaults that are written as text and read into another type.
        warnings.simplefilter("ignore")
        document = Settings.model_json_schema()
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["title"] = "maildesk"
    for name, table in [("", document), *((_table_of(name), table) for name, table in document["$defs"].items())]:
        _explain(name, table, {row.key: row.meaning for row in meanings})
    typer.echo(json.dumps(document, indent=1, ensure_ascii=False))


def systemd(context: typer.Context) -> None:
    """Prints the unit for systemd, with the paths of this installation."""
    from maildesk.places import shipped_file

    where: Where = context.obj
    unit = shipped_file("maildesk.service").read_text(encoding="utf-8")
    program = Path(sys.argv[0]).absolute()
    config = (where.config or Path("/etc/maildesk/maildesk.toml")).absolute()
    if program.name == "maildesk":
        unit = unit.replace("/opt/maildesk/bin/maildesk", str(program))
    typer.echo(unit.replace("/etc/maildesk/maildesk.toml run", f"{config} run"), nl=False)


def _row(row: "Described") -> dict[str, Any]:
    return {"key": row.key, "default": row.default, "meaning": row.meaning}


def _table_of(name: str) -> str:
    """The key of the table that a model of the schema is for."""
    from maildesk.config.origin import tables

    return tables().get(name, "")


def _explain(name: str, table: dict[str, Any], meanings: dict[str, str]) -> None:
    # The docstrings of the models speak to programmers.
    table.pop("description", None)
    for key, setting in table.get("properties", {}).items():
        setting.pop("title", None)
        if "$ref" in setting or setting.get("items", {}).get("$ref"):
            setting.pop("default", None)
        if meaning := meanings.get(f"{name}.{key}" if name else key):
            setting["description"] = meaning
