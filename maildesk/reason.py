"""Why something was decided, as it is stored: codes with arguments, which every language has words for. Pure.

A reason is a row of clauses, "knows|vpn|network; at_work; open|3|20". The words stand in maildesk.notify.why_words, and
are chosen when somebody reads them.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

#: What parts two clauses, where a reason is added to one that a statement alone sees.
BETWEEN: Final = "; "
#: What parts clauses and arguments; everything else that people write stays as it is.
_PARTS: Final = re.compile(r"[%|;\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Clause:
    code: str
    arguments: tuple[str, ...] = ()


def because(code: str, *arguments: object) -> str:
    """One clause as it is stored."""
    return "|".join((code, *(in_a_reason(str(one)) for one in arguments)))


def together(*reasons: str) -> str:
    """Several reasons as one; empty ones say nothing."""
    return BETWEEN.join(filter(None, reasons))


def clauses_of(reason: str) -> tuple[Clause, ...]:
    """A stored reason taken apart; nothing of it is checked."""
    parts = (part.split("|") for part in reason.split(BETWEEN) if part)
    return tuple(Clause(code, tuple(map(unquote, arguments))) for code, *arguments in parts)


def in_a_reason(text: str) -> str:
    """An argument as it stands in a stored reason."""
    return _PARTS.sub(lambda found: f"%{ord(found.group()):02X}", text)
