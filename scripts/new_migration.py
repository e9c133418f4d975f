"""Writes the next migration: what the model has and the migrations have not. `make migration NAME="add colour"`.

The result is a draft to be read, and shown to be whole by tests/test_migrations.py.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script, ScriptDirectory

from maildesk.migrate import alembic_config, upgrade
from maildesk.store import Store

#: What alembic writes for indexes: a block for each table, which only altered tables need.
_BLOCK = re.compile(r"    with op\.batch_alter_table\('(\w+)', schema=None\) as batch_op:\n((?:        .*\n)+)\n?")


def write_next(name: str) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        store = Store("sqlite", Path(folder))
        upgrade(store)
        with store.engine.begin() as connection:
            config = alembic_config(connection)
            count = len(list(ScriptDirectory.from_config(config).walk_revisions()))
            script = command.revision(config, name, autogenerate=True, rev_id=f"{count + 1:04d}")
        store.close()
    assert isinstance(script, Script)
    return Path(script.path)


def tidy(text: str) -> str:
    """The draft without alembic's remarks, and with an index as one line of its own."""
    lines = [line for line in text.splitlines(keepends=True) if "# ### " not in line]
    return _BLOCK.sub(_without_block, "".join(lines))


def _without_block(block: re.Match[str]) -> str:
    table, lines = block[1], block[2].splitlines()
    if not all(line.strip().startswith("batch_op.create_index(") for line in lines):
        return block[0]
    plain = (line.strip().replace("batch_op.", "op.") for line in lines)
    return "".join("    " + line.replace(", [", f", '{table}', [", 1) + "\n" for line in plain)


def main() -> None:
    path = write_next(" ".join(sys.argv[1:]) or sys.exit("say what changes: make migration NAME='add colour'"))
    path.write_text(tidy(path.read_text()))
    for task in ("format", "check --fix"):
        subprocess.run([sys.executable, "-m", "ruff", *task.split(), "--quiet", str(path)], check=True)


if __name__ == "__main__":
    main()
