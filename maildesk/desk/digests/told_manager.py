"""What a manager is to be told of his words: plain facts, of which manager_answer.py makes letters."""

from dataclasses import dataclass

from maildesk.desk.words.manager_words import Misread, Wish
from maildesk.vocabulary import ManagerVerb as Verb


@dataclass(frozen=True, slots=True)
class Done:
    """One deed. `agent`: who has the ticket now, where it was given on or he was asked, "" for nobody; `priority`:
    the present one."""

    verb: Verb
    ticket: int
    title: str
    agent: str
    priority: str


@dataclass(frozen=True, slots=True)
class ToManager:
    """The answer to one mail of his. Nothing was done where something was misread."""

    person: int
    wishes: tuple[Wish, ...] = ()
    done: tuple[Done, ...] = ()
    misread: tuple[Misread, ...] = ()
    #: Lines that stand below his own text, and were not obeyed; `noted`: they are kept with it on the ticket.
    below: tuple[str, ...] = ()
    noted: bool = False
