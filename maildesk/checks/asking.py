"""Asks the questions of `check`, one after the other or all at once, and lets none of them end the others.

A question is a generator of findings that may raise what adapters raise. What takes too long is left behind, named.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final

from maildesk.checks.finding import Finding, fail
from maildesk.checks.remedies import remedy_for
from maildesk.config import ConfigError
from maildesk.errors import Deferred, Refused

#: For each server; all are asked at the same time.
LIVE_SECONDS: Final = 15.0

#: Tells the person at the terminal what is being looked at.
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """`what` is looked at, by `ask`; `key` is the table of the configuration that a remedy speaks of."""

    what: str
    key: str
    ask: Callable[[], Iterator[Finding]]


def answers(question: Question) -> Iterator[Finding]:
    """The findings; what the question raises is the last of them."""
    try:
        yield from question.ask()
    except ConfigError as error:
        found, _, remedy = str(error).partition("; ")
        yield fail(question.what, found, remedy or "correct it in the configuration")
    except (Deferred, Refused) as error:
        yield fail(question.what, error.reason, remedy_for(error, question.key))
    except OSError as error:
        found = " ".join(str(word) for word in (error.strerror or type(error).__name__, error.filename) if word)
        yield fail(question.what, found, "give it to the user maildesk runs as, or put it where it is looked for")
    except Exception as error:
        # Like an intake door: one question that breaks must not silence the rest.
        found = f"the check itself broke ({type(error).__name__})"
        yield fail(question.what, found, "this is a fault of maildesk: report it, with this line")


def answers_within(questions: Sequence[Question], tell: Tell, seconds: float) -> Iterator[Finding]:
    """The findings of all, asked at once and told in their order; each has so many seconds."""
    end = time.monotonic() + seconds
    for question, found in [(question, _ask_aside(question)) for question in questions]:
        tell(question.what)
        yield from _arriving(question, found, end, seconds)


def _ask_aside(question: Question) -> "SimpleQueue[Finding | None]":
    """Asks in a thread that nothing waits for: a name that does not resolve cannot be interrupted."""
    found: SimpleQueue[Finding | None] = SimpleQueue()

    def ask() -> None:
        for finding in answers(question):
            found.put(finding)
        found.put(None)

    threading.Thread(target=ask, name=f"check {question.what}", daemon=True).start()
    return found


def _arriving(
    question: Question, found: "SimpleQueue[Finding | None]", end: float, seconds: float
) -> Iterator[Finding]:
    try:
        while (finding := found.get(timeout=max(0.001, end - time.monotonic()))) is not None:
            yield finding
    except Empty:
        yield fail(question.what, f"no answer within {seconds:.0f} s", remedy_for(TimeoutError(), question.key))
