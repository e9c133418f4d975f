"""What alembic runs: it works on the connection that maildesk/migrate.py hands in, in the transaction begun there."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from maildesk.model import Base, UtcDateTime


def render(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Writes the model's own column types down as what they are in SQL: a migration outlives the model's classes."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_server_default=True,
    render_as_batch=True,
    render_item=render,
    transactional_ddl=True,
)
context.run_migrations()
