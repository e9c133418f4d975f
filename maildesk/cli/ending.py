"""How a command ends when something is wrong: one clear text on stderr and the right exit code, never a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from maildesk.config import ConfigError
from maildesk.errors import Deferred, Refused

FAILED, USAGE, LATER = 1, 2, 75


@contextmanager
def ended_well() -> Iterator[None]:
    """Turns what the adapters and the configuration raise into exit codes (sysexits.h: 75 is EX_TEMPFAIL)."""
    try:
        yield
    except ConfigError as error:
        end(str(error), USAGE)
    except Deferred as error:
        end(f"maildesk: {error.reason}; try again later", LATER)
    except Refused as error:
        end(f"maildesk: {error.reason}", FAILED)
    except BrokenPipeError:
        # "maildesk ticket list | head" is no fault.
        sys.stderr.close()
        sys.exit(0)


def end(text: str, code: int) -> None:
    """Says why on stderr, and ends with this code."""
    print(text, file=sys.stderr)
    sys.exit(code)
