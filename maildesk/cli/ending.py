"""How a command ends when something is wrong: one clear text on stderr and the right exit code, never a traceback."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from maildesk.errors import Deferred, Refused

FAILED, USAGE, LATER = 1, 2, 75

log = logging.getLogger(__name__)


@contextmanager
def ended_well() -> Iterator[None]:
    """Turns what the adapters and the configuration raise into exit codes (sysexits.h: 75 is EX_TEMPFAIL)."""
    try:
        yield
    except Exception as error:
        end(*_fate_of(error))


@contextmanager
def brought_again() -> Iterator[None]:
    """Who brings a mail keeps it and comes again, whatever is wrong here: a customer's mail must not come back to him
    because the operator made a slip in the configuration (Postfix takes every code but 75 for a bounce).

    What is said here may travel to the sender of the mail, so it names no host, no user and no folder.
    """
    from maildesk.config import ConfigError

    try:
        yield
    except ConfigError:
        end("maildesk: the configuration is wrong, `maildesk check` says where; try again later", LATER)
    except Deferred as error:
        end(f"maildesk: {error.reason}; try again later", LATER)
    except Exception as error:
        end(f"maildesk: the mail was not kept ({type(error).__name__}); try again later", LATER)


@contextmanager
def usage_is_later() -> Iterator[None]:
    """The same for a slip in the line that calls us, such as a mistyped option in the alias of a mail server.

    A mail that will never be taken ends with the same code, but by its own word: no error was being handled.
    """
    try:
        yield
    except SystemExit as ended:
        if ended.code == USAGE and ended.__context__ is not None:
            sys.exit(LATER)
        raise


def end(text: str, code: int) -> NoReturn:
    """Says why on stderr, and ends with this code."""
    print(text, file=sys.stderr)
    sys.exit(code)


def _fate_of(error: Exception) -> tuple[str, int]:
    """What is said, and the exit code."""
    from maildesk.config import ConfigError

    if isinstance(error, ConfigError):
        return str(error), USAGE
    if isinstance(error, Deferred):
        return f"maildesk: {error.reason}{_in_its_own_words(error)}; try again later", LATER
    if isinstance(error, Refused):
        return f"maildesk: {error.reason}", FAILED
    if isinstance(error, OSError):
        return f"maildesk: {error.filename or 'the system'}: {error.strerror or error}", FAILED
    if logging.getLogger().hasHandlers():
        log.error("a fault of maildesk itself", exc_info=error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{place.filename}, line {place.lineno}"
    return f"maildesk: a fault of its own, {type(error).__name__}: {error} ({where}); please report it", FAILED


def _in_its_own_words(error: Deferred) -> str:
    """What the system said, for the operator alone: it names folders, or host and user, but never a password."""
    cause = error.__cause__
    said = cause.filename if isinstance(cause, OSError) else getattr(cause, "orig", None)
    return f": {' '.join(str(said).split())}; `maildesk check` knows remedies" if said else ""
