"""How mail programs gather the mails of a mailbox into conversations, as oracles for the letters of the desk, and how
they begin an answer.

The rules are written down from what their makers say, each on its own, and know nothing of the desk.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from itertools import pairwise

#: Conversations, each with the Message-IDs of its mails in the order in which they came.
Threads = list[list[str]]
Rule = Callable[["Sequence[Seen]"], Threads]

#: Gmail begins a new conversation behind this one.
MOST_IN_GMAIL = 100
_GMAIL_PREFIX = re.compile(r"\s*(?:re|fwd?|aw|sv|vs)\s*:\s*", re.I)
#: PidTagNormalizedSubject: one to three signs that are no digits, a colon and a blank.
_OUTLOOK_PREFIX = re.compile(r"\A[^\d\W]{1,3}: ")
_ID = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True)
class Seen:
    """One mail as a program sees it; `references` ends with what it answers."""

    name: str
    subject: str
    references: tuple[str, ...] = ()
    #: The first 22 bytes of Thread-Index: which conversation of Outlook.
    conversation: bytes = b""


def seen(mail: Message) -> Seen:
    """What of a mail decides where it is shown."""
    answered = _ID.findall(str(mail.get("In-Reply-To", "")))
    references = dict.fromkeys([*_ID.findall(str(mail.get("References", ""))), *answered])
    index = b64decode(str(mail.get("Thread-Index", "")))[:22]
    return Seen(_ID.findall(str(mail["Message-ID"]))[0], str(mail["Subject"]), tuple(references), index)


def gmail(mails: Sequence[Seen]) -> Threads:
    """The same subject, and a reference to a mail of the conversation or one that its mails have, too."""
    found: list[_Conversation] = []
    for mail in mails:
        subject = _bare(mail.subject, _GMAIL_PREFIX)
        fitting = (one for one in reversed(found) if one.subject == subject and one.knows(mail))
        _join(next((one for one in fitting if len(one.names) < MOST_IN_GMAIL), None), mail, subject, found)
    return [one.names for one in found]


def outlook(mails: Sequence[Seen]) -> Threads:
    """The same normalised subject, and the same Thread-Index or a reference to a mail that is there."""
    found: list[_Conversation] = []
    for mail in mails:
        subject = _bare(mail.subject, _OUTLOOK_PREFIX)
        fitting = (one for one in reversed(found) if one.subject == subject and one.has(mail))
        _join(next(fitting, None), mail, subject, found)
    return [one.names for one in found]


def apple(mails: Sequence[Seen]) -> Threads:
    """Any reference, whatever the subject is; an answer without references is shown with the subject that it has."""
    found: list[_Conversation] = []
    for mail in mails:
        subject = _bare(mail.subject, _GMAIL_PREFIX)
        is_answer = subject != mail.subject.strip().casefold()
        near = [one for one in found if one.knows(mail)]
        if not near and is_answer and not mail.references:
            near = [one for one in found if one.subject == subject][-1:]
        _join(near[0] if near else None, mail, subject, found)
        for other in near[1:]:
            near[0].swallow(other)
            found.remove(other)
    return [one.names for one in found]


def jwz(mails: Sequence[Seen]) -> Threads:
    """The algorithm of Jamie Zawinski (Netscape, Thunderbird, mutt): a tree of all ids that are named, whoever has the
    mails. Without its last step, which joins trees of one subject: programs leave it out, or ask for it."""
    parents: dict[str, str] = {}
    for mail in mails:
        chain = [*mail.references, mail.name]
        # What stands next to each other in References is linked, unless that is known already or would be a ring.
        for parent, child in pairwise(mail.references):
            if child not in parents and not _is_below(parents, parent, child):
                parents[child] = parent
        parents.pop(mail.name, None)
        if mail.references and not _is_below(parents, chain[-2], mail.name):
            parents[mail.name] = chain[-2]
    trees: dict[str, list[str]] = {}
    for mail in mails:
        trees.setdefault(_root(parents, mail.name), []).append(mail.name)
    return list(trees.values())


RULES: dict[str, Rule] = {"gmail": gmail, "outlook": outlook, "apple": apple, "jwz": jwz}


@dataclass(frozen=True)
class Habit:
    """How a program begins an answer: the prefix, and whether it passes on all the ids, or the last one alone."""

    prefix: str = "Re: "
    last_id_only: bool = False
    thread_index: bytes = b""

    def fields(self, letter: Message, subject: str = "") -> tuple[str, dict[str, str]]:
        """(subject, further fields) of an answer; `subject`: what its writer made of it."""
        bare = _OUTLOOK_PREFIX.sub("", str(letter["Subject"]), count=1)
        name = str(letter["Message-ID"])
        before = "" if self.last_id_only else str(letter.get("References", ""))
        fields = {"In-Reply-To": name, "References": f"{before} {name}".strip()}
        return subject or f"{self.prefix}{bare}", fields


HABITS = {
    "gmail": Habit(),
    "outlook": Habit("RE: "),
    "outlook nb": Habit("SV: "),
    "iphone": Habit(last_id_only=True),
    "thunderbird": Habit("Re: "),
}


@dataclass
class _Conversation:
    subject: str
    names: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    indexes: set[bytes] = field(default_factory=set)

    def knows(self, mail: Seen) -> bool:
        """Does it name a mail of this conversation, or one that others here name?"""
        return mail.name in self.ids or not self.ids.isdisjoint(mail.references)

    def has(self, mail: Seen) -> bool:
        """Does it name a mail that is here, or bear the mark of this conversation?"""
        return mail.conversation in self.indexes or not set(self.names).isdisjoint(mail.references)

    def take(self, mail: Seen) -> None:
        self.names.append(mail.name)
        self.ids |= {mail.name, *mail.references}
        self.indexes |= {mail.conversation} - {b""}

    def swallow(self, other: "_Conversation") -> None:
        self.names += other.names
        self.ids |= other.ids


def _join(conversation: _Conversation | None, mail: Seen, subject: str, found: list[_Conversation]) -> None:
    if conversation is None:
        conversation = _Conversation(subject)
        found.append(conversation)
    conversation.take(mail)


def _bare(subject: str, prefix: re.Pattern[str]) -> str:
    while match := prefix.match(subject):
        subject = subject[match.end() :]
    return subject.strip().casefold()


def _is_below(parents: dict[str, str], name: str, above: str) -> bool:
    return above in _up(parents, name)


def _root(parents: dict[str, str], name: str) -> str:
    *_, last = _up(parents, name)
    return last


def _up(parents: dict[str, str], name: str) -> Iterable[str]:
    yield name
    while name in parents:
        name = parents[name]
        yield name
