"""Mail made to hurt a helpdesk, and what must come of it: `python -m tests.hostile` shows all of it."""

from tests.hostile.costs import HOSTILE, Measured, hostile_files

__all__ = ["HOSTILE", "Measured", "hostile_files"]
