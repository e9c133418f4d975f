"""What is asked of us in the leading lines of an agent's mail: `#word arguments`, also `/word` and full-width `＃`.

Only leading lines count, so a command in a quote, a signature or the middle of a text does nothing. No text is lost:
what is not a command is the rest. A mistake stops the whole mail (all or nothing), the caller sees to that.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verb(StrEnum):
    TAKE = "take"
    ASSIGN = "assign"
    SOLVE = "solve"
    CLOSE = "close"
    REOPEN = "reopen"
    NOTE = "note"
    REPLY = "reply"
    REACHABLE = "reachable"
    CC = "cc"
    SAME_PERSON = "same-person"
    HELP = "help"


#: Norwegian and Korean words beside the English ones.
SYNONYMS: Final[dict[str, Verb]] = {
    **{verb.value: verb for verb in Verb},
    "ta": Verb.TAKE,
    "담당": Verb.TAKE,
    "tildel": Verb.ASSIGN,
    "배정": Verb.ASSIGN,
    "løst": Verb.SOLVE,
    "해결": Verb.SOLVE,
    "lukk": Verb.CLOSE,
    "종료": Verb.CLOSE,
    "gjenåpne": Verb.REOPEN,
    "재개": Verb.REOPEN,
    "notat": Verb.NOTE,
    "메모": Verb.NOTE,
    "svar": Verb.REPLY,
    "답장": Verb.REPLY,
    "nåbar": Verb.REACHABLE,
    "수신가능": Verb.REACHABLE,
    "kopi": Verb.CC,
    "참조": Verb.CC,
    "samme-person": Verb.SAME_PERSON,
    "동일인": Verb.SAME_PERSON,
    "hjelp": Verb.HELP,
    "도움말": Verb.HELP,
}

#: "#Close." and "#assign: bob" are what people write on a telephone.
_HASH: Final = re.compile(r"[#＃]([^\W\d_]\S*)(?:\s+(.*))?")
_SLASH: Final = re.compile(r"/([\w-]+)(?:\s+(.*))?")


@dataclass(frozen=True, slots=True)
class Command:
    verb: Verb
    argument: str
    line: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that looks like a command and is none; `suggestion` is the nearest word, or empty."""

    line: str
    problem: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Orders:
    """A mail taken apart: commands in their order, the rest of the text, and what was not understood."""

    commands: tuple[Command, ...] = ()
    rest: str = ""
    mistakes: tuple[Mistake, ...] = ()

    def has(self, verb: Verb) -> bool:
        return any(command.verb is verb for command in self.commands)


def split_commands(text: str) -> Orders:
    """Takes the leading command lines off `text`. Blank lines between them are allowed."""
    commands: list[Command] = []
    mistakes: list[Mistake] = []
    # Mac clients write Hangul and ø in pieces (NFD).
    lines = unicodedata.normalize("NFC", text).split("\n")
    for at, line in enumerate(lines):
        stripped = line.strip()
        if not stripped:
            continue
        read = _read(stripped)
        if isinstance(read, Command):
            commands.append(read)
        elif isinstance(read, Mistake):
            mistakes.append(read)
        else:
            return Orders(tuple(commands), "\n".join(lines[at:]).strip(), tuple(mistakes))
    return Orders(tuple(commands), "", tuple(mistakes))


def _read(line: str) -> Command | Mistake | None:
    """A command, a mistake, or None for a line that is simply text."""
    found = _HASH.fullmatch(line)
    if found is None:
        # "#1 priority for us is ..." is a sentence, and so is "/var is full": after a slash only what we know counts.
        slash = _SLASH.fullmatch(line)
        verb = SYNONYMS.get(slash.group(1).casefold()) if slash else None
        return Command(verb, (slash.group(2) or "").strip(), line) if slash and verb else None
    word, argument = found.group(1).rstrip(".,:;!"), (found.group(2) or "").strip()
    known = SYNONYMS.get(word.casefold())
    if known is None:
        near = difflib.get_close_matches(word.casefold()[:40], SYNONYMS, n=1)
        return Mistake(line, f"there is no command #{word}", f"#{near[0]}" if near else "")
    return Command(known, argument, line)
