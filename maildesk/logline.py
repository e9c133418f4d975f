"""How a line of the log is written: whatever a value holds, it is one line, and no terminal obeys it (threats T55)."""

import logging
from types import TracebackType

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def plain(text: str) -> str:
    """The text with every control, direction and invisible character written out ("\\n", "\\x1b", "\\u202e")."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


class OneLine(logging.Formatter):
    """One line for each fate. The lines of a traceback follow it indented: none can pass for a line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return plain(super().formatMessage(record))

    def formatException(self, ei: _Raised) -> str:
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    # Only real line ends: of all others splitlines() knows, a message may be full.
    return "\n".join(f"    {plain(line)}" for line in text.split("\n"))
