"""Folds what every mail of a person ends with ("Mvh Anna"), where it stands below commands or one short line alone.

There it is nobody's message: a customer must not get it, and "status" above it is still the one word that was said.
Below longer words it stays, as it is part of them.
"""

from typing import Final

from maildesk.desk.commands import split_commands
from maildesk.desk.words.command_words import Verb
from maildesk.desk.words.manager_words import read_wishes
from maildesk.desk.words.self_words import word_of
from maildesk.ingest.folding.card import is_name, names_in
from maildesk.ingest.folding.foot import closing
from maildesk.ingest.folding.sign_off import is_sign_off
from maildesk.ingest.text import Folded
from maildesk.mail import Address

#: Below these stand the agent's words.
_SPEAKS: Final = frozenset({Verb.NOTE, Verb.REPLY, Verb.SOLVE, Verb.CLOSE})
_LONGEST: Final = 40
_MOST_WORDS: Final = 3


def without_sign_off(folded: Folded, sender: Address, *, agents: bool) -> Folded:
    """The same text where nothing of the kind stands below; `agents`: may the sender give orders?"""
    rest, among_words = (_below_orders(folded.visible) if agents else None) or _below_a_line(folded.visible)
    author = sender.name or sender.address
    # A closing above a signature that was folded already belongs to it.
    among_words = among_words and not _begins_with_name(folded.quoted, author)
    if not rest or not is_sign_off(rest, author, among_words=among_words):
        return folded
    lines = folded.visible.rstrip().split("\n")
    below = len(rest.split("\n"))
    quoted = "\n".join(part for part in ("\n".join(lines[-below:]), folded.quoted) if part)
    return Folded("\n".join(lines[:-below]).rstrip(), quoted)


def _begins_with_name(quoted: str, author: str) -> bool:
    first = quoted.strip().partition("\n")[0]
    return closing(first) > 0 or is_name(first, names_in(author))


def _below_orders(text: str) -> tuple[str, bool] | None:
    """What follows the commands of an agent or the wishes of a manager, and whether words are meant there."""
    orders = split_commands(text)
    if orders.commands:
        return orders.rest, any(map(orders.has, _SPEAKS))
    wishes = read_wishes(text)
    return (wishes.rest, True) if wishes.wishes else None


def _below_a_line(text: str) -> tuple[str, bool]:
    """What follows one short line, parted by a blank one or beginning with a closing."""
    line, _, rest = text.partition("\n")
    short = len(line) <= _LONGEST and len(line.split()) <= _MOST_WORDS
    below = rest.partition("\n")[0].strip()
    if not short or (below and not closing(below)):
        return "", True
    return rest.strip(), word_of(line, "") is None
