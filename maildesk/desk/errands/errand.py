"""One errand of an agent: the commands it knows, how they are read, and what is then done.

A mail is obeyed as a whole or not at all: every errand first reads its commands and says what is wrong with them; only
when nothing is wrong with any of them are the deeds done, in the order of plan.ERRANDS.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from maildesk.desk.case import Case
from maildesk.desk.commands import Command, Mistake
from maildesk.desk.words.command_words import Verb
from maildesk.model import Event, Person, Ticket
from maildesk.notify.receipt import Receipt

#: Does what was read, in the name of this agent, and writes it down.
Deed = Callable[[Person], list[Event]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a mail asks of one errand: its own commands, in their order, about this ticket (locked)."""

    case: Case
    #: None: the mail is about no ticket; see Errand.anywhere.
    matter: Ticket | None
    commands: tuple[Command, ...]
    #: What the agent wrote below the commands.
    text: str
    #: What is wrong is added here, and nothing of the mail is done.
    mistakes: list[Mistake] = field(default_factory=list)
    #: What the writer is told in the end: deeds add what their events do not say.
    receipt: Receipt = field(default_factory=Receipt)

    @property
    def ticket(self) -> Ticket:
        """The ticket, for an errand that needs one."""
        assert self.matter is not None
        return self.matter

    def wrong(self, command: Command, problem: str, suggestion: str = "") -> None:
        """This command cannot be obeyed; the writer is told so."""
        self.mistakes.append(Mistake(command.line, problem, suggestion))


@dataclass(frozen=True, slots=True)
class Errand:
    """`read` changes nothing and returns the deed. `after`: the deed is done when the agent's words are on the ticket,
    else before. `anywhere`: it needs no ticket."""

    verbs: frozenset[Verb]
    read: Callable[[Wanted], Deed]
    after: bool = False
    anywhere: bool = False
