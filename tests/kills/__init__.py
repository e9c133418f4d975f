"""Kills the daemon again and again under load, and counts what was lost or doubled: `python -m tests.kills --help`."""
