"""What is asked of us in the leading lines of an agent's mail: `#word arguments`, also `/word` and full-width `＃`.

Only leading lines count, so a command in a quote, a signature or the middle of a text does nothing. No text is lost:
what is not a command is the rest. A mistake stops the whole mail (all or nothing), the caller sees to that.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from maildesk.desk.words.command_words import ALONE, SYNONYMS, Verb
from maildesk.desk.words.narrow import narrow

#: "#Close." and "#assign: bob" are what people write on a telephone.
_HASH: Final = re.compile(r"[#＃]([^\W\d_]\S*)(?:\s+(.*))?")
_SLASH: Final = re.compile(r"[/／]([\w-]+)(?:\s+(.*))?")
#: A telephone that makes "# take" of "#take"; a heading of Markdown looks the same, so only what we know counts.
_APART: Final = re.compile(r"[#＃]\s+([^\W\d_][\w-]*[.:,;!]?)(?:\s+(.*))?")
#: What programs put around and into words without being asked: marks of width and direction, quotation marks, dashes.
_UNSEEN: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_QUOTES: Final = "\"'“”„‟«»‘’‚"
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
#: So many lines of text are looked at for a command that came too late: below "Hi Anna,".
_SOON: Final = 3
#: Nothing of such a mail is done, and looking for the nearest word is slow: a stranger may write a million of them.
_MOST_MISTAKES: Final = 20
#: A longer argument is text; what may have been meant is the command alone then.
_LONGEST_KEPT: Final = 60


def _in_pieces(word: str) -> str:
    """A Korean word as its single letters, of which most are right where a syllable is mistyped."""
    return unicodedata.normalize("NFD", word)


_PIECES: Final = {_in_pieces(word): verb for word, verb in SYNONYMS.items()}


@dataclass(frozen=True, slots=True)
class Command:
    verb: Verb
    argument: str
    line: str

    @property
    def plain_argument(self) -> str:
        """Without the quotation marks around it and the punctuation behind it."""
        return self.argument.strip().strip(_QUOTES).rstrip(" .,:;!").strip(_QUOTES).strip()

    @property
    def word(self) -> str:
        """The same as it is looked up in a list of ours: in small letters, none of them wide."""
        return narrow(self.argument).strip().strip(_QUOTES).rstrip(" .,:;!。").strip(_QUOTES).strip().casefold()


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that looks like a command and is none, or not a whole one.

    `suggestion` is what may have been meant, or an example, in English ("#prio high", "#assign one of: anna, bob"); the
    letter offers it in its reader's words. Empty for none.
    """

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
        stripped = _bare(line)
        if not stripped:
            continue
        read = _read(stripped)
        if isinstance(read, Command):
            commands.append(read)
        elif isinstance(read, Mistake):
            mistakes.append(read)
            if len(mistakes) == _MOST_MISTAKES:
                return Orders(tuple(commands), "\n".join(lines[at + 1 :]).strip(), tuple(mistakes))
        else:
            return Orders(tuple(commands), "\n".join(lines[at:]).strip(), tuple(mistakes))
    return Orders(tuple(commands), "", tuple(mistakes))


def too_late(rest: str) -> str:
    """A command that stands below a greeting: it is not obeyed, and the requester is not to read it. Empty: none."""
    lines = [stripped for line in rest.split("\n")[: 4 * _SOON] if (stripped := _bare(line))]
    for line in lines[:_SOON]:
        found = _HASH.fullmatch(line)
        if found and _known(found.group(1)):
            return line
    return ""


def _bare(line: str) -> str:
    return line.strip().strip(_UNSEEN).strip()


def _known(word: str) -> Verb | None:
    return SYNONYMS.get(narrow(word).rstrip(".,:;!。").translate(_DASHES).strip(_QUOTES).casefold())


def _read(line: str) -> Command | Mistake | None:
    """A command, a mistake, or None for a line that is simply text."""
    # Somebody quotes what we taught him: “#close”.
    said = line.strip(_QUOTES) if line[0] in _QUOTES else line
    found = _HASH.fullmatch(said)
    if found is None:
        # "#1 priority for us is ..." is a sentence, and so is "/var is full": here only what we know counts.
        other = _SLASH.fullmatch(said) or _APART.fullmatch(said)
        verb = _known(other.group(1)) if other else None
        return Command(verb, (other.group(2) or "").strip(), line) if other and verb else None
    argument = (found.group(2) or "").strip()
    known = _known(found.group(1))
    return Command(known, argument, line) if known else _unknown(line, found.group(1).rstrip(".,:;!"), argument)


def _unknown(line: str, word: str, argument: str) -> Mistake:
    """What is near to the word is offered with the argument that was written, so that it can be obeyed as it stands."""
    near = difflib.get_close_matches(_in_pieces(narrow(word[:40]).casefold()), _PIECES, n=1)
    offer = ""
    if near:
        verb = _PIECES[near[0]]
        kept = argument if verb not in ALONE and len(argument) <= _LONGEST_KEPT else ""
        offer = f"#{verb} {kept}".rstrip()
    return Mistake(line, f"there is no command #{word}", offer)
